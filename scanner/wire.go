package scanner

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// This file is the binary form of what travels between the coordinator and its
// workers and lies in the journal: little-endian, varints, strings and slices
// with their length in front. A worker parses hostile files, so nothing it
// sends is trusted: decoding never panics, allocates no more than the input can
// fill, and reports damage once.

// WireForm changes with the form: what a run written in another one found cannot be read.
const WireForm = 5

var errWire = errors.New("scanner: damaged record")

// encoder appends values to buf.
type encoder struct{ buf []byte }

func (e *encoder) uint(v uint64)   { e.buf = binary.AppendUvarint(e.buf, v) }
func (e *encoder) int(v int64)     { e.buf = binary.AppendVarint(e.buf, v) }
func (e *encoder) byte(v byte)     { e.buf = append(e.buf, v) }
func (e *encoder) fixed(v uint64)  { e.buf = binary.LittleEndian.AppendUint64(e.buf, v) }
func (e *encoder) string(v string) { e.uint(uint64(len(v))); e.buf = append(e.buf, v...) }
func (e *encoder) bytes(v []byte)  { e.uint(uint64(len(v))); e.buf = append(e.buf, v...) }
func (e *encoder) raw(v []byte)    { e.buf = append(e.buf, v...) }
func (e *encoder) strings(v []string) {
	e.uint(uint64(len(v)))
	for _, s := range v {
		e.string(s)
	}
}

func (e *encoder) bool(v bool) {
	if v {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

// time writes 0 for the zero time, else seconds since 1970 and nanoseconds.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.byte(0)
		return
	}
	e.byte(1)
	e.int(t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

// sorted writes ascending numbers as differences.
func (e *encoder) sorted(v []uint64) {
	e.uint(uint64(len(v)))
	last := uint64(0)
	for _, x := range v {
		e.uint(x - last)
		last = x
	}
}

// decoder reads values from buf; after the first damage it gives zero values
// and bad stays true.
type decoder struct {
	buf     []byte
	bad     bool
	symbols *[256]string // strings that repeat from record to record, each at its place
	listed  []byte       // the last list of names
	names   []string     // it
	text    string       // when set, all of what buf held at first: strings are parts of it
}

func (d *decoder) fail() { d.bad, d.buf = true, nil }

func (d *decoder) uint() uint64 {
	if len(d.buf) > 0 && d.buf[0] < 0x80 { // most are
		v := d.buf[0]
		d.buf = d.buf[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

// int undoes binary.AppendVarint, which puts the sign last.
func (d *decoder) int() int64 {
	v := d.uint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *decoder) int32() int32 {
	v := d.int()
	if v < math.MinInt32 || v > math.MaxInt32 {
		d.fail()
		return 0
	}
	return int32(v)
}

func (d *decoder) byte() byte {
	if len(d.buf) == 0 {
		d.fail()
		return 0
	}
	v := d.buf[0]
	d.buf = d.buf[1:]
	return v
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) fixed() uint64 {
	if len(d.buf) < 8 {
		d.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(d.buf)
	d.buf = d.buf[8:]
	return v
}

// bytes returns a part of the input, valid as long as it is.
func (d *decoder) bytes() []byte {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return nil
	}
	v := d.buf[:n]
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) raw(n int) []byte {
	if n > len(d.buf) {
		d.fail()
		return nil
	}
	v := d.buf[:n]
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) string() string {
	b := d.bytes()
	if d.text == "" {
		return string(b)
	}
	end := len(d.text) - len(d.buf)
	return d.text[end-len(b) : end]
}

// symbol returns a string that is likely to have been seen before.
func (d *decoder) symbol() string {
	b := d.bytes()
	if len(b) == 0 {
		return ""
	}
	if d.symbols == nil {
		d.symbols = new([256]string)
	}
	n := len(b)
	s := &d.symbols[byte(n+7*int(b[0])+31*int(b[n/2])+63*int(b[n-1]))]
	if *s != string(b) {
		*s = string(b)
	}
	return *s
}

// count reads the length of a list whose items take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.buf)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	v := make([]string, n)
	for i := range v {
		v[i] = d.string()
	}
	return v
}

// again is strings for a list that is likely to be that of the record before: then it is
// the same one. Nobody writes to it.
func (d *decoder) again() []string {
	before := d.buf
	for range d.count(1) {
		d.bytes()
	}
	if d.bad {
		return nil
	}
	if b := before[:len(before)-len(d.buf)]; string(b) != string(d.listed) {
		read := decoder{buf: b}
		d.listed, d.names = append(d.listed[:0], b...), read.strings()
	}
	return d.names
}

func (d *decoder) time() time.Time {
	if d.byte() == 0 {
		return time.Time{}
	}
	s, n := d.int(), d.uint()
	if n >= 1e9 {
		d.fail()
		return time.Time{}
	}
	return time.Unix(s, int64(n)).UTC()
}

func (d *decoder) sorted() []uint64 {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	v := make([]uint64, n)
	last := uint64(0)
	for i := range v {
		last += d.uint()
		v[i] = last
	}
	return v
}

func (d *decoder) err() error {
	if d.bad {
		return errWire
	}
	return nil
}
