package arrow

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	arrowmemory "github.com/apache/arrow/go/v15/arrow/memory"
)

// messages reads messages for the library, which would believe any length.
type messages struct {
	ctx     context.Context
	at      io.ReaderAt
	columns []byte  // the first message, where footed
	order   []int64 // where the messages to come begin, where footed
	footed  bool
	lost    bool      // a file without its footer
	r       io.Reader // of the message at hand, and those behind
	n       int64     // bytes read
	cut     bool
	long    bool
}

var continuation = []byte{0xFF, 0xFF, 0xFF, 0xFF}

// kindSchema is the type of a message that describes columns (Message.fbs).
const kindSchema = 1

var errMessage = errors.New("message")

// Retain and Release implement ipc.MessageReader; nothing is counted.
func (m *messages) Retain() {}

// Release implements ipc.MessageReader.
func (m *messages) Release() {}

// Message implements ipc.MessageReader.
func (m *messages) Message() (*ipc.Message, error) {
	if err := m.ctx.Err(); err != nil {
		return nil, err
	}
	if b := m.columns; b != nil {
		m.columns = nil
		if !(&verifier{b: b}).schema() {
			return nil, errMessage
		}
		m.n += int64(len(b))
		return ipc.NewMessage(arrowmemory.NewBufferBytes(b), arrowmemory.NewBufferBytes(nil)), nil
	}
	if m.footed {
		if len(m.order) == 0 {
			return nil, io.EOF
		}
		m.r = io.NewSectionReader(m.at, m.order[0], 1<<62-m.order[0])
		m.order = m.order[1:]
	}
	head, err := m.take(4)
	if err != nil {
		if len(head) == 0 {
			return nil, io.EOF // a stream may end without its mark
		}
		return nil, err
	}
	if bytes.Equal(head, continuation) { // since 0.15
		if head, err = m.take(4); err != nil {
			return nil, err
		}
	}
	n := int64(int32(uint32At(head, 0)))
	switch {
	case n == 0:
		m.cut = false
		return nil, io.EOF
	case n < 0:
		return nil, errMessage
	case n > maxMeta:
		m.long = true
		return nil, errMessage
	}
	meta, err := m.take(n)
	if err != nil {
		return nil, err
	}
	kind, size, ok := header(meta)
	if !ok || size < 0 || kind == kindSchema && !(&verifier{b: meta}).schema() {
		return nil, errMessage
	}
	if size > maxBody {
		m.long = true
		return nil, errMessage
	}
	body, err := m.take(size)
	if err != nil {
		return nil, err
	}
	return ipc.NewMessage(arrowmemory.NewBufferBytes(meta), arrowmemory.NewBufferBytes(body)), nil
}

// take reads n bytes, and takes memory as they come.
func (m *messages) take(n int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(n, 64<<10)))
	k, err := io.CopyN(&b, m.r, n)
	m.n += k
	if err != nil {
		m.cut = true
		return b.Bytes(), errMessage
	}
	return b.Bytes(), nil
}

// header reads type and length of the body from the description of a message, a
// table of FlatBuffers: version, type of the header, header, length of the body.
func header(b []byte) (kind byte, body int64, ok bool) {
	v := verifier{b: b}
	t, ok := v.table(int64(uint32At(b, 0)))
	if !ok {
		return 0, 0, false
	}
	if at := v.field(t, 1); at > 0 && at < int64(len(b)) {
		kind = b[at]
	}
	if at := v.field(t, 3); at > 0 && at+8 <= int64(len(b)) {
		body = int64(binary.LittleEndian.Uint64(b[at:]))
	}
	return kind, body, true
}

// uint32At returns the number at an offset, 0 beyond the end.
func uint32At(b []byte, at int64) uint32 {
	if at < 0 || at+4 > int64(len(b)) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// memory is what the library may take: so much in all, and maxHeld at a time.
type memory struct {
	left int64
	held int64
	over bool // left is used up
	full bool // too much at a time
}

// maxHeld bounds the memory that is held at a time, in bytes.
const maxHeld = 192 << 20

func (m *memory) take(n int) {
	if n < 0 || int64(n) > m.left {
		m.over = true
		panic(errDamaged)
	}
	if m.held += int64(n); m.held > maxHeld {
		m.full = true
		panic(errDamaged)
	}
	m.left -= int64(n)
}

// Allocate implements memory.Allocator.
func (m *memory) Allocate(n int) []byte {
	m.take(n)
	return make([]byte, n)
}

// Reallocate implements memory.Allocator.
func (m *memory) Reallocate(n int, b []byte) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	m.take(n)
	m.held -= int64(cap(b))
	grown := make([]byte, n)
	copy(grown, b)
	return grown
}

// Free implements memory.Allocator.
func (m *memory) Free(b []byte) { m.held -= int64(cap(b)) }
