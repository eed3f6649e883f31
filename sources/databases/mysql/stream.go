package mysql

import (
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"

	"recense/sources/databases/wire"
)

// stream is the connection below the driver. The driver allocates for each value; so the
// packets of rows, which are most of what comes, are taken from the connection in front of
// it, and it sees a result without rows. That cannot be done below TLS, where the driver
// reads the rows itself.
type stream struct {
	*wire.Conn
	begun  bool // the driver has answered the greeting of the server
	sealed bool // by TLS: what comes are no packets
	left   int  // bytes of a packet that the driver has read in part
	taken  byte // packets of this result that the driver does not know of
	next   byte // number of the next packet
	room   []byte
}

// The parts of the protocol that a stream knows (MariaDB: Client/Server Protocol; MySQL:
// Protocol Basics).
const (
	headerSize   = 4 // of a packet: its length, three bytes, and its number
	largestPart  = 1<<24 - 1
	markNull     = 0xfb
	markEnd      = 0xfe // of the rows, unless it is the length of a value
	markError    = 0xff
	tlsRequest   = headerSize + 32 // the length of what a client asks for TLS with
	flagTLS      = 0x800
	roomKept     = 1 << 20
	bufferedPart = 32 << 10 // longer packets do not stay in the buffer of the connection
)

var (
	errMalformed = errors.New("mysql: malformed packet")
	errCut       = errors.New("mysql: the connection was cut")
)

// Write implements net.Conn.
func (s *stream) Write(p []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.sealed = len(p) == tlsRequest && binary.LittleEndian.Uint32(p[headerSize:])&flagTLS != 0
	}
	return s.Conn.Write(p)
}

// Read implements net.Conn. The driver gets no more than the packet that it reads, so that
// those behind it can be taken, and the numbers that it expects.
func (s *stream) Read(p []byte) (int, error) {
	if s.sealed {
		return s.Conn.Read(p)
	}
	if s.left == 0 {
		head, err := s.Buffer.Peek(headerSize)
		if err != nil {
			return 0, err
		}
		s.left, s.next = headerSize+size24(head), head[3]+1
		head[3] -= s.taken
	}
	n, err := s.Conn.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// row takes a row, which is valid until the next call. It reports false, and takes nothing,
// when something else comes, which is for the driver.
func (s *stream) row() (row []byte, ok bool, err error) {
	head, err := s.Buffer.Peek(headerSize + 1)
	if err != nil {
		return nil, false, err
	}
	n := size24(head)
	if n == 0 || s.left > 0 || head[3] != s.next || head[4] == markError || head[4] == markEnd && n < largestPart {
		return nil, false, nil
	}
	if n > bufferedPart {
		row, err = s.parts()
		return row, err == nil, err
	}
	s.next++
	s.taken++
	if row, err = s.Buffer.Peek(headerSize + n); err == nil {
		_, err = s.Buffer.Discard(headerSize + n)
	}
	return row[min(headerSize, len(row)):], err == nil, err
}

// parts takes a long row, which is in several packets when it fills the first.
func (s *stream) parts() ([]byte, error) {
	if cap(s.room) > roomKept {
		s.room = nil
	}
	s.room = s.room[:0]
	for {
		head, err := s.Buffer.Peek(headerSize)
		if err != nil {
			return nil, err
		}
		n := size24(head)
		if head[3] != s.next {
			return nil, errMalformed
		}
		s.next++
		s.taken++
		_, _ = s.Buffer.Discard(headerSize) // they are there
		for from, end := len(s.room), len(s.room)+n; from < end; from = len(s.room) {
			s.room = append(s.room, make([]byte, min(end-from, max(bufferedPart, len(s.room))))...) // as much as comes, whatever was announced
			if _, err := io.ReadFull(s.Buffer, s.room[from:]); err != nil {
				return nil, err
			}
		}
		if n < largestPart {
			return s.room, nil
		}
	}
}

func size24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// result reads the rows of a query.
type result struct {
	driver.Rows
	in     *stream
	forms  []form
	values []driver.Value
	texts  [][]byte // of the row
	room   []byte   // of numbers written as texts
}

// form is how a value of a column is written by the server.
type form uint8

const (
	asText form = iota
	asInteger
	asFloat32
	asFloat64
)

func newResult(rows driver.Rows, in *stream) *result {
	n := len(rows.Columns())
	r := &result{Rows: rows, in: in, forms: make([]form, n), values: make([]driver.Value, n), texts: make([][]byte, n)}
	for i := range r.forms {
		r.forms[i] = writtenAs(rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i))
	}
	return r
}

func writtenAs(name string) form {
	switch {
	case strings.HasSuffix(name, "INT"), name == "YEAR":
		return asInteger
	case name == "FLOAT":
		return asFloat32
	case name == "DOUBLE":
		return asFloat64
	}
	return asText
}

// Close ends the result. What the connection says of the next one counts from its beginning.
func (r *result) Close() {
	_ = r.Rows.Close()
	r.in.taken = 0
}

// next puts a row into r.texts, valid until the next call; io.EOF: there is none left.
func (r *result) next() error {
	r.room = r.room[:0]
	if !r.in.sealed {
		row, ok, err := r.in.row()
		if err != nil { // io.EOF too: it is not the end of the rows
			return errCut
		}
		if ok {
			return r.split(row)
		}
	}
	if err := r.Rows.Next(r.values); err != nil {
		return err
	}
	for i, v := range r.values {
		r.texts[i] = r.text(v)
	}
	return nil
}

// split cuts a row into its values.
func (r *result) split(row []byte) error {
	for i := range r.texts {
		if len(row) == 0 {
			return errMalformed
		}
		n, skip := uint64(row[0]), 1
		switch {
		case n < markNull:
		case n == markNull:
			r.texts[i], row = nil, row[1:]
			continue
		case n == 0xfc && len(row) > 2:
			n, skip = uint64(binary.LittleEndian.Uint16(row[1:])), 3
		case n == 0xfd && len(row) > 3:
			n, skip = uint64(size24(row[1:])), 4
		case n == 0xfe && len(row) > 8:
			n, skip = binary.LittleEndian.Uint64(row[1:]), 9
		default:
			return errMalformed
		}
		if n > uint64(len(row)-skip) {
			return errMalformed
		}
		end := skip + int(n)
		r.texts[i], row = row[skip:end:end], row[end:]
		if r.forms[i] != asText {
			if err := r.number(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// number writes a number as the driver's value would be.
func (r *result) number(i int) (err error) {
	var f float64
	switch v := r.texts[i]; {
	case r.forms[i] == asInteger:
		for len(v) > 1 && v[0] == '0' { // ZEROFILL
			v = v[1:]
		}
		r.texts[i] = v
		return nil
	case r.forms[i] == asFloat32:
		f, err = strconv.ParseFloat(string(v), 32)
		r.texts[i] = r.text(float32(f))
	default:
		f, err = strconv.ParseFloat(string(v), 64)
		r.texts[i] = r.text(f)
	}
	if err != nil { // its text quotes the value
		return errMalformed
	}
	return nil
}

// text gives a value of the driver as the server wrote it; the driver makes numbers of numbers.
func (r *result) text(v driver.Value) []byte {
	from := len(r.room)
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return v
	case string:
		r.room = append(r.room, v...)
	case int64:
		r.room = strconv.AppendInt(r.room, v, 10)
	case uint64:
		r.room = strconv.AppendUint(r.room, v, 10)
	case float32:
		r.room = strconv.AppendFloat(r.room, float64(v), 'f', -1, 32)
	case float64:
		r.room = strconv.AppendFloat(r.room, v, 'f', -1, 64)
	}
	return r.room[from:len(r.room):len(r.room)]
}
