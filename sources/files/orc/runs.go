package orc

import (
	"encoding/binary"
	"io"
)

// bytesRuns reads bytes in runs.
type bytesRuns struct {
	c       *chunks
	left    int
	literal bool
	value   byte
}

func (r *bytesRuns) next() (byte, error) {
	if r.left == 0 {
		h, err := r.c.ReadByte()
		if err != nil {
			return 0, err
		}
		if r.literal = h >= 0x80; r.literal {
			r.left = 256 - int(h)
		} else {
			r.left = int(h) + 3
			if r.value, err = r.c.ReadByte(); err != nil {
				return 0, err
			}
		}
	}
	r.left--
	if r.literal {
		return r.c.ReadByte()
	}
	return r.value, nil
}

// bits reads booleans, the high bit first.
type bits struct {
	runs bytesRuns
	b    byte
	left int
}

func (r *bits) next() (bool, error) {
	if r.left == 0 {
		b, err := r.runs.next()
		if err != nil {
			return false, err
		}
		r.b, r.left = b, 8
	}
	r.left--
	return r.b>>r.left&1 == 1, nil
}

// ints reads whole numbers in runs, of version 1 or 2.
type ints struct {
	c      *chunks
	two    bool
	signed bool
	held   []int64
	at     int
	room   [512]int64
}

func (r *ints) next() (int64, error) {
	if r.at == len(r.held) {
		r.held, r.at = r.room[:0], 0
		var err error
		if r.two {
			err = r.second()
		} else {
			err = r.first()
		}
		if err != nil {
			return 0, err
		}
		if len(r.held) == 0 {
			return 0, errDamaged
		}
	}
	r.at++
	return r.held[r.at-1], nil
}

// varint reads a number of base 128.
func (r *ints) varint(signed bool) (int64, error) {
	v, err := binary.ReadUvarint(r.c)
	if err != nil {
		return 0, within(err)
	}
	if signed {
		return unzigzag(v), nil
	}
	return int64(v), nil
}

// within says that a value ends too early.
func within(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errDamaged
	}
	return err
}

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// first reads a run of version 1.
func (r *ints) first() error {
	h, err := r.c.ReadByte()
	if err != nil {
		return err
	}
	if h >= 0x80 {
		for range 256 - int(h) {
			v, err := r.varint(r.signed)
			if err != nil {
				return err
			}
			r.held = append(r.held, v)
		}
		return nil
	}
	d, err := r.c.ReadByte()
	if err != nil {
		return within(err)
	}
	v, err := r.varint(r.signed)
	if err != nil {
		return err
	}
	for range int(h) + 3 {
		r.held = append(r.held, v)
		v += int64(int8(d))
	}
	return nil
}

// widths are the widths by their codes of five bits.
var widths = [32]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 28, 30, 32, 40, 48, 56, 64}

// second reads a run of version 2.
func (r *ints) second() error {
	h, err := r.c.ReadByte()
	if err != nil {
		return err
	}
	if h>>6 == 0 { // the same value a few times
		v, err := r.big(int(h>>3&7) + 1)
		if err != nil {
			return err
		}
		n := int64(v)
		if r.signed {
			n = unzigzag(v)
		}
		for range int(h&7) + 3 {
			r.held = append(r.held, n)
		}
		return nil
	}
	low, err := r.c.ReadByte()
	if err != nil {
		return within(err)
	}
	code, n := int(h>>1&0x1F), (int(h&1)<<8|int(low))+1
	switch h >> 6 {
	case 1:
		return r.direct(widths[code], n)
	case 2:
		return r.patched(widths[code], n)
	}
	return r.delta(code, n)
}

// big reads n bytes, the high one first.
func (r *ints) big(n int) (v uint64, err error) {
	for range n {
		b, err := r.c.ReadByte()
		if err != nil {
			return 0, within(err)
		}
		v = v<<8 | uint64(b)
	}
	return v, nil
}

// packed calls take with n values of width bits.
func (r *ints) packed(width, n int, take func(uint64)) error {
	var b byte
	have := 0
	for range n {
		v := uint64(0)
		for need := width; need > 0; {
			if have == 0 {
				var err error
				if b, err = r.c.ReadByte(); err != nil {
					return within(err)
				}
				have = 8
			}
			k := min(need, have)
			v = v<<k | uint64(b>>(have-k))&(1<<k-1)
			have, need = have-k, need-k
		}
		take(v)
	}
	return nil
}

func (r *ints) direct(width, n int) error {
	return r.packed(width, n, func(v uint64) {
		if r.signed {
			r.held = append(r.held, unzigzag(v))
		} else {
			r.held = append(r.held, int64(v))
		}
	})
}

// patched reads values above a base, of which some have more bits.
func (r *ints) patched(width, n int) error {
	two, err := r.big(2)
	if err != nil {
		return err
	}
	size, patch, gap, count := int(two>>13&7)+1, widths[two>>8&0x1F], int(two>>5&7)+1, int(two&0x1F)
	v, err := r.big(size)
	if err != nil {
		return err
	}
	base := int64(v)
	if sign := uint64(1) << (8*size - 1); v&sign != 0 {
		base = -int64(v &^ sign)
	}
	var values [512]uint64
	k := 0
	if err := r.packed(width, n, func(v uint64) { values[k], k = v, k+1 }); err != nil {
		return err
	}
	at := 0
	if err := r.packed(closest(gap+patch), count, func(v uint64) {
		if at += int(v >> patch & 0xFF); at < n && width < 64 {
			values[at] |= v & (1<<patch - 1) << width
		}
	}); err != nil {
		return err
	}
	for _, v := range values[:n] {
		r.held = append(r.held, base+int64(v))
	}
	return nil
}

// closest is the width in which so many bits are kept.
func closest(n int) int {
	for _, w := range widths {
		if w >= n {
			return w
		}
	}
	return 64
}

// delta reads values by their differences.
func (r *ints) delta(code, n int) error {
	v, err := r.varint(r.signed)
	if err != nil {
		return err
	}
	d, err := r.varint(true)
	if err != nil {
		return err
	}
	r.held = append(r.held, v)
	if n == 1 {
		return nil
	}
	v += d
	r.held = append(r.held, v)
	if code == 0 { // all alike
		for range n - 2 {
			v += d
			r.held = append(r.held, v)
		}
		return nil
	}
	return r.packed(widths[code], n-2, func(x uint64) {
		if d < 0 {
			v -= int64(x)
		} else {
			v += int64(x)
		}
		r.held = append(r.held, v)
	})
}
