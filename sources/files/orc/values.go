package orc

import (
	"encoding/binary"
	"io"
	"math"
	"math/big"
	"strconv"

	"recense/sources"
	"recense/sources/files/cells"
)

// The kinds of types.
const (
	kindBool = iota
	kindByte
	kindShort
	kindInt
	kindLong
	kindFloat
	kindDouble
	kindString
	kindBinary
	kindTime
	kindList
	kindMap
	kindStruct
	kindUnion
	kindDecimal
	kindDate
	kindVarchar
	kindChar
	kindInstant
)

// column is a type of the schema within a stripe: its streams, ready to be read.
type column struct {
	path    string
	is      int
	at      int32 // in the table; -1 until a value comes
	parts   []*column
	present *bits
	flags   *bits
	bytes   *bytesRuns
	data    *chunks
	ints    *ints
	second  *ints
	lengths *ints
	words   [][]byte // of a dictionary
}

// paths makes the columns of the schema from a type on.
func (f *file) paths(id int, path string, depth int, seen *int) (*column, error) {
	if *seen++; id < 0 || id >= len(f.types) || depth > maxDepth || *seen > maxTypes {
		return nil, errDamaged
	}
	k := f.types[id]
	c := &column{path: path, is: k.is, at: -1}
	for i, part := range k.parts {
		if part <= id { // children follow their parents
			return nil, errDamaged
		}
		inner := path
		switch {
		case k.is == kindStruct && i < len(k.fields):
			inner = under(path, k.fields[i])
		case k.is == kindList:
			inner = path + "[*]"
		case k.is == kindMap:
			inner = under(path, []string{"{key}", "*"}[min(i, 1)])
		}
		p, err := f.paths(part, inner, depth+1, seen)
		if err != nil {
			return nil, err
		}
		c.parts = append(c.parts, p)
	}
	least := map[int]int{kindList: 1, kindMap: 2, kindUnion: 1}[k.is]
	if len(c.parts) < least || k.is > kindInstant {
		return nil, errDamaged
	}
	return c, nil
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// numbered lists the columns by the numbers of their types.
func (c *column) numbered(all map[int]*column, f *file, id int) {
	all[id] = c
	for i, p := range c.parts {
		p.numbered(all, f, f.types[id].parts[i])
	}
}

// read reads all stripes.
func (f *file) read() error {
	seen := 0
	top, err := f.paths(0, "", 0, &seen)
	if err != nil {
		return err
	}
	all := map[int]*column{}
	top.numbered(all, f, 0)
	for _, s := range f.stripes {
		if err := f.stripe(s, top, all); err != nil {
			return err
		}
	}
	return nil
}

// stripe opens the streams of a stripe and reads its rows.
func (f *file) stripe(s stripe, top *column, all map[int]*column) error {
	if s.at < 0 || s.at+s.index+s.data+s.footer > f.size || s.footer > maxTail {
		return errDamaged
	}
	b, err := f.whole(s.at+s.index+s.data, s.footer)
	if err != nil {
		return err
	}
	encodings := map[int][2]int{} // kind, size of the dictionary
	type place struct{ kind, column, at, n int64 }
	var places []place
	at, n := s.at, 0
	if err := fields(b, func(id int, _ uint64, b []byte) error {
		if id > 2 { // the time zone
			return nil
		}
		var v [4]int64
		if err := fields(b, func(id int, x uint64, _ []byte) error {
			if id < len(v) {
				v[id] = int64(x)
			}
			return nil
		}); err != nil {
			return err
		}
		switch id {
		case 1:
			if v[3] < 0 || at+v[3] > f.size || len(places) > 16*maxTypes {
				return errDamaged
			}
			places = append(places, place{v[1], v[2], at, v[3]})
			at += v[3]
		case 2:
			encodings[n] = [2]int{int(v[1]), int(v[2])}
			n++
		}
		return nil
	}); err != nil {
		return err
	}
	f.held = 0
	for _, c := range all {
		*c = column{path: c.path, is: c.is, at: c.at, parts: c.parts}
	}
	for _, p := range places {
		if c := all[int(p.column)]; c != nil {
			if err := f.attach(c, int(p.kind), p.at, p.n, encodings[int(p.column)]); err != nil {
				return err
			}
		}
	}
	for id, c := range all {
		if err := f.dictionary(c, encodings[id]); err != nil {
			return err
		}
	}
	for range s.rows {
		f.row++
		if err := f.step(); err != nil {
			return err
		}
		if err := f.value(top); err != nil {
			if err == io.EOF {
				return errDamaged
			}
			return err
		}
		if err := f.rows.EndRow(); err != nil {
			f.outer = err
			return err
		}
	}
	return nil
}

// attach gives a column one of its streams.
func (f *file) attach(c *column, kind int, at, n int64, encoding [2]int) error {
	two := encoding[0] >= 2
	s := f.stream(at, n)
	switch kind {
	case 0:
		c.present = &bits{runs: bytesRuns{c: s}}
	case 1:
		switch c.is {
		case kindBool:
			c.flags = &bits{runs: bytesRuns{c: s}}
		case kindByte, kindUnion:
			c.bytes = &bytesRuns{c: s}
		case kindShort, kindInt, kindLong, kindDate, kindTime, kindInstant:
			c.ints = &ints{c: s, two: two, signed: true}
		case kindString, kindVarchar, kindChar:
			if encoding[0]&1 == 1 {
				c.ints = &ints{c: s, two: two}
			} else {
				c.data = s
			}
		default:
			c.data = s
		}
	case 2:
		c.lengths = &ints{c: s, two: two}
	case 3:
		c.data = s
	case 5:
		c.second = &ints{c: s, two: two, signed: c.is == kindDecimal}
	}
	return nil
}

// maxWords bounds a dictionary: its words and their bytes.
const (
	maxWords = 1 << 21
	maxBytes = 64 << 20
)

// dictionary reads the words of a column that has some.
func (f *file) dictionary(c *column, encoding [2]int) error {
	if encoding[0]&1 == 0 || c.data == nil || c.lengths == nil || c.is != kindString && c.is != kindVarchar && c.is != kindChar {
		return nil
	}
	if encoding[1] > maxWords {
		return errSize
	}
	total := 0
	for range encoding[1] {
		if err := f.step(); err != nil {
			return err
		}
		n, err := c.lengths.next()
		if err != nil || n < 0 {
			return errDamaged
		}
		if total += int(min(n, maxBytes+1)); total > maxBytes {
			return errSize
		}
		word, err := f.take(c.data, n)
		if err != nil {
			return err
		}
		c.words = append(c.words, word)
	}
	return nil
}

// take reads n bytes, and takes memory as they come.
func (f *file) take(r io.Reader, n int64) ([]byte, error) {
	if n < 0 || n > maxBytes {
		return nil, errSize
	}
	b, err := io.ReadAll(io.LimitReader(r, n))
	if err != nil || int64(len(b)) < n {
		return nil, errDamaged
	}
	return b, nil
}

// step counts a value against what may still come.
func (f *file) step() error {
	if f.spare--; f.spare < 0 {
		return errRatio
	}
	if f.spare&4095 == 0 {
		return f.ctx.Err()
	}
	return nil
}

// value reads the next value of a column and gives what it holds.
func (f *file) value(c *column) error {
	if err := f.step(); err != nil {
		return err
	}
	if c.present != nil {
		there, err := c.present.next()
		if err != nil || !there {
			return err
		}
	}
	switch c.is {
	case kindStruct:
		for _, p := range c.parts {
			if err := f.value(p); err != nil {
				return err
			}
		}
		return nil
	case kindList, kindMap:
		n, err := number(c.lengths)
		for ; n > 0 && err == nil; n-- {
			for _, p := range c.parts[:1+min(1, c.is-kindList)] {
				if err = f.value(p); err != nil {
					break
				}
			}
		}
		return err
	case kindUnion:
		if c.bytes == nil {
			return errDamaged
		}
		tag, err := c.bytes.next()
		if err != nil || int(tag) >= len(c.parts) {
			return errDamaged
		}
		return f.value(c.parts[tag])
	}
	return f.scalar(c)
}

// number returns the next number of a stream that must be there.
func number(r *ints) (int64, error) {
	if r == nil {
		return 0, errDamaged
	}
	return r.next()
}

// scalar reads a single value.
func (f *file) scalar(c *column) (err error) {
	b := f.text[:0]
	var n int64
	switch c.is {
	case kindBool:
		var v bool
		if c.flags == nil {
			return errDamaged
		}
		v, err = c.flags.next()
		b = strconv.AppendBool(b, v)
	case kindByte:
		var v byte
		if c.bytes == nil {
			return errDamaged
		}
		v, err = c.bytes.next()
		b = strconv.AppendInt(b, int64(int8(v)), 10)
	case kindShort, kindInt, kindLong:
		n, err = number(c.ints)
		b = strconv.AppendInt(b, n, 10)
	case kindDate:
		n, err = number(c.ints)
		b = cells.AppendDays(b, n)
	case kindTime, kindInstant:
		const epoch = 1420070400 // 2015-01-01
		if n, err = number(c.ints); err == nil {
			_, err = number(c.second)
		}
		b = cells.AppendTime(b, n+epoch, 1)
	case kindFloat, kindDouble:
		b, err = c.real(b)
	case kindDecimal:
		b, err = c.decimal(b)
	default:
		return f.bytesValue(c)
	}
	if err != nil {
		return err
	}
	f.text = b
	return f.cell(c, b)
}

func (c *column) real(b []byte) ([]byte, error) {
	var raw [8]byte
	size := 4 + 4*b2i(c.is == kindDouble)
	if c.data == nil {
		return b, errDamaged
	}
	if _, err := io.ReadFull(c.data, raw[:size]); err != nil {
		return b, errDamaged
	}
	if size == 4 {
		return cells.AppendReal(b, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[:]))), 32), nil
	}
	return cells.AppendReal(b, math.Float64frombits(binary.LittleEndian.Uint64(raw[:])), 64), nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// decimal reads a number of base 128 of any length, and how many digits are behind
// the point.
func (c *column) decimal(b []byte) ([]byte, error) {
	if c.data == nil {
		return b, errDamaged
	}
	v := new(big.Int)
	for shift := uint(0); ; shift += 7 {
		d, err := c.data.ReadByte()
		if err != nil || shift > 140 {
			return b, errDamaged
		}
		v.Or(v, new(big.Int).Lsh(big.NewInt(int64(d&0x7F)), shift))
		if d < 0x80 {
			break
		}
	}
	negative := v.Bit(0) == 1
	if v.Rsh(v, 1); negative {
		v.Neg(v.Add(v, big.NewInt(1)))
	}
	scale, err := number(c.second)
	if err != nil || scale < 0 || scale > 100 {
		return b, errDamaged
	}
	return cells.AppendDecimal(b, v, int(scale)), nil
}

// bytesValue reads a text or bytes.
func (f *file) bytesValue(c *column) error {
	var v []byte
	if c.words != nil || c.ints != nil {
		i, err := number(c.ints)
		if err != nil {
			return err
		}
		if i < 0 || i >= int64(len(c.words)) {
			return errDamaged
		}
		v = c.words[i]
	} else {
		n, err := number(c.lengths)
		if err != nil {
			return err
		}
		if c.data == nil && n > 0 {
			return errDamaged
		}
		if n > 0 {
			if v, err = f.take(c.data, n); err != nil {
				return err
			}
		}
	}
	if c.is == kindBinary {
		text, err := f.blobs.Give(v, "", c.path, f.row)
		if err != nil {
			f.outer = err
			return err
		}
		v = text
	} else {
		v = cells.UTF8Text(v)
	}
	return f.cell(c, v)
}

// cell gives a value in the column of c.
func (f *file) cell(c *column, v []byte) (err error) {
	if len(v) == 0 {
		return nil
	}
	if c.at < 0 {
		if c.at, err = f.rows.Columns.Add(c.path, ""); err != nil {
			f.outer = err
			return err
		}
	}
	f.rows.Bytes(v, c.at, f.row, sources.Location{Byte: -1, Column: c.at + 1})
	if f.spare -= int64(len(v)); f.rows.Len() > 1<<20 {
		if err := f.rows.Flush(); err != nil {
			f.outer = err
			return err
		}
	}
	return nil
}
