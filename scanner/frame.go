package scanner

import (
	"encoding/binary"
	"io"
	"slices"
)

// Frames are what goes over the pipes between the coordinator and a worker: a
// type byte, the length of the payload as a varint, the payload.
//
//	coordinator → worker   hello (options, configuration), then tasks
//	worker → coordinator   ready, then for each task: progress…, part…, done
//
// The end of its input ends a worker.
const (
	frameHello    = 'h'
	frameReady    = 'r'
	frameTask     = 't'
	frameProgress = 'p'
	framePart     = 'P'
	frameDone     = 'd'
	frameNote     = 'n' // a code for Run.Notes
	frameList     = 'l' // the name of a source, whose units are wanted
	frameUnits    = 'u'
	frameRefused  = 'x' // the worker cannot be built; the payload is empty
)

// maxFrame bounds a payload: a part holds records of at most a few MiB, which
// are never cut.
const maxFrame = 256 << 20

// writeFrame writes a frame with one call of Write.
func writeFrame(w io.Writer, kind byte, payload []byte, scratch []byte) ([]byte, error) {
	return writeFrame2(w, kind, nil, payload, scratch)
}

// writeFrame2 is writeFrame for a payload in two pieces.
func writeFrame2(w io.Writer, kind byte, first, second []byte, scratch []byte) ([]byte, error) {
	scratch = appendFrame(scratch[:0], kind, first, second)
	_, err := w.Write(scratch)
	return scratch, err
}

// appendFrame appends a frame with a payload in two pieces.
func appendFrame(dst []byte, kind byte, first, second []byte) []byte {
	dst = append(dst, kind)
	dst = binary.AppendUvarint(dst, uint64(len(first)+len(second)))
	return append(append(dst, first...), second...)
}

// byteReader is what frames are read from: a bufio.Reader.
type byteReader interface {
	io.Reader
	io.ByteReader
}

func readUvarint(r io.ByteReader) (uint64, error) { return binary.ReadUvarint(r) }

// readFrame returns the next frame; its payload is the caller's.
func readFrame(r byteReader) (kind byte, payload []byte, err error) {
	return readFrameInto(r, nil)
}

// readFrameInto is readFrame with memory for the payload.
func readFrameInto(r byteReader, buf []byte) (kind byte, payload []byte, err error) {
	if kind, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, err := readUvarint(r)
	if err != nil || n > maxFrame {
		return 0, nil, errWire
	}
	if kind == framePart && n >= leastMemory {
		buf = partMemory.get(partSize + partSize/8) // parts are cut there, and have a head
	}
	payload, err = readPayload(r, int(n), buf)
	return kind, payload, err
}

// readPayload reads n bytes into buf, which grows only as they come: a length is
// a claim.
func readPayload(r io.Reader, n int, buf []byte) ([]byte, error) {
	const step = 1 << 20
	for len(buf) < n {
		at := len(buf)
		buf = slices.Grow(buf, min(step, n-at))[:at+min(step, n-at)]
		if _, err := io.ReadFull(r, buf[at:]); err != nil {
			return nil, errWire
		}
	}
	return buf, nil
}
