package eml

import (
	"bufio"
	"bytes"
	"io"
)

// split reads a message line by line and ends at the boundaries of the multiparts
// that are open: as a reader, it gives what stands in front of the next one.
type split struct {
	r      *bufio.Reader
	stack  []string // boundaries, the outermost first
	hit    int      // the level, from 1, of the boundary that was met; 0 when none was
	closed bool     // it was the last one of its level
	err    error    // of reading; io.EOF at the end
	count  int64    // bytes read
	lines  int64

	middle bool   // not at the beginning of a line
	eol    []byte // the line end that waits: it belongs to a boundary if one follows
	rest   []byte // of a piece, not yet given
}

func (s *split) push(boundary string) { s.stack = append(s.stack, boundary) }

// pop closes the innermost level.
func (s *split) pop() { s.stack = s.stack[:len(s.stack)-1] }

// next goes on behind a boundary.
func (s *split) next() { s.hit, s.closed = 0, false }

// ended reports whether nothing stands in front of the next boundary.
func (s *split) ended() bool { return s.hit > 0 || s.err != nil }

// piece reads a line or a part of a long one, with its end; it is valid until the
// next call.
func (s *split) piece() []byte {
	b, err := s.r.ReadSlice('\n')
	s.count += int64(len(b))
	if err != nil && err != bufio.ErrBufferFull {
		s.err = err
	}
	if len(b) > 0 && b[len(b)-1] == '\n' {
		s.lines++
	}
	return b
}

// boundary looks whether a line is the boundary of an open level.
func (s *split) boundary(line []byte) bool {
	if len(line) < 3 || line[0] != '-' || line[1] != '-' {
		return false
	}
	line = bytes.TrimRight(line[2:], " \t\r\n")
	for i := len(s.stack) - 1; i >= 0; i-- {
		rest, ok := bytes.CutPrefix(line, []byte(s.stack[i]))
		if ok && (len(rest) == 0 || string(rest) == "--") {
			s.hit, s.closed = i+1, len(rest) > 0
			return true
		}
	}
	return false
}

// Read implements io.Reader: it gives the part at hand, to its boundary.
func (s *split) Read(b []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.hit > 0 {
			return 0, io.EOF
		}
		if s.err != nil {
			return 0, io.EOF // the message tells
		}
		line := s.piece()
		if !s.middle && s.boundary(line) {
			s.eol, s.middle = s.eol[:0], false
			return 0, io.EOF
		}
		s.middle = len(line) > 0 && line[len(line)-1] != '\n'
		end := len(line)
		if !s.middle && end > 0 && len(s.stack) > 0 {
			if end--; end > 0 && line[end-1] == '\r' {
				end--
			}
		}
		s.rest = append(append(s.rest[:0], s.eol...), line[:end]...)
		s.eol = append(s.eol[:0], line[end:]...)
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// drain passes over the rest of the part.
func (s *split) drain() error {
	_, err := io.Copy(io.Discard, struct{ io.Reader }{s})
	return err
}

// field reads one field of a header with its folded lines, at most limit bytes of
// it; nil behind the header.
func (s *split) field(limit int) []byte {
	var field []byte
	for {
		if s.ended() {
			return field
		}
		if len(field) > 0 && !s.middle {
			next, _ := s.r.Peek(1)
			if len(next) == 0 || next[0] != ' ' && next[0] != '\t' {
				return field
			}
		}
		line := s.piece()
		if !s.middle && s.boundary(line) {
			return field
		}
		s.middle = len(line) > 0 && line[len(line)-1] != '\n'
		text := bytes.TrimRight(line, "\r\n")
		if len(field) == 0 && len(text) == 0 {
			return nil
		}
		if len(text) > 0 && (text[0] == ' ' || text[0] == '\t') && len(field) > 0 {
			text = append([]byte(" "), bytes.TrimLeft(text, " \t")...)
		}
		field = append(field, text[:max(0, min(len(text), limit-len(field)))]...)
		if len(field) == 0 {
			field = append(field, ' ') // over the limit: read on, keep nothing
		}
	}
}
