package sqlite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"

	"recense/sources"
	"recense/sources/files/cells"
)

const (
	maxHeader = 512 << 10 // bytes of the types of a record: 32,767 columns
	maxValue  = 1 << 20   // bytes of a value that is a cell
)

// reader reads one table.
type reader struct {
	d       *database
	t       *table
	out     sources.Output
	rows    *cells.Rows
	columns []int32 // of the output, by column of the table
	row     int64
	blobs   *cells.Blobs
}

// read gives the rows of t.
func (d *database) read(t *table, out sources.Output) (sources.Result, error) {
	res := sources.Result{MediaType: mediaType, Format: name}
	d.damaged = false
	before := d.left
	r := &reader{d: d, t: t, out: out, rows: cells.NewRows(out), blobs: cells.NewBlobs(out)}
	r.rows.Columns.Limit(t.limit)
	err := d.walk(t.root, 0, r.give)
	if err == nil {
		err = r.rows.Flush()
	}
	t.width = len(r.rows.Columns.Table.Columns)
	res.Records, res.Bytes = r.row, (before-d.left)*int64(d.size)
	if err == nil && d.damaged {
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, err
}

// give hands out a row.
func (r *reader) give(c *cell) error {
	if !r.d.record(c) {
		r.d.damaged = true
		return nil
	}
	r.row++
	for i, kind := range r.d.types {
		column := i
		if i < len(r.t.stored) {
			column = r.t.stored[i]
		}
		ok, err := r.cell(c, column, kind)
		if err != nil {
			return err
		}
		if !ok {
			r.d.damaged = true
			break
		}
	}
	return r.rows.EndRow()
}

// cell hands out a value. ok is false when the record ends before it does.
func (r *reader) cell(c *cell, column int, kind uint64) (ok bool, err error) {
	at, err := r.column(column)
	if err != nil {
		return true, err
	}
	size := sizeOf(kind)
	switch {
	case kind == 0 && column < len(r.t.columns) && r.t.columns[column].alias:
		r.rows.Bytes(strconv.AppendInt(r.d.value[:0], c.rowid, 10), at, r.row, r.place(column))
		return true, nil
	case kind == 0:
		return true, nil
	case size > maxValue:
		return r.long(c, column, kind, nil)
	}
	v, ok := r.d.scalar(c, kind)
	if !ok {
		return false, nil
	}
	if kind >= 12 && kind%2 == 0 {
		if cells.Known(v) {
			return r.long(c, column, kind, v)
		}
		if v = cells.BinaryText(v); v == nil {
			return true, r.blobs.Tell(int(size), "", r.name(column), r.row)
		}
	}
	r.rows.Bytes(v, at, r.row, r.place(column))
	if r.rows.Len() > maxValue {
		return true, r.rows.Flush()
	}
	return true, nil
}

func (r *reader) place(column int) sources.Location {
	return sources.Location{Byte: -1, Column: int32(column + 1)}
}

// column returns the column of the output for one of the table. They appear in
// the order of the table.
func (r *reader) column(n int) (int32, error) {
	for len(r.columns) <= n {
		name := ""
		if k := len(r.columns); k < len(r.t.columns) {
			name = string(cells.UTF8Text([]byte(r.t.columns[k].name)))
		}
		at, err := r.rows.Columns.Add(name, "")
		if err != nil {
			return at, err
		}
		r.columns = append(r.columns, at)
	}
	return r.columns[n], nil
}

func (r *reader) name(column int) string {
	if column < len(r.t.columns) {
		return string(cells.UTF8Text([]byte(r.t.columns[column].name)))
	}
	return strconv.Itoa(column + 1)
}

// long hands over a value as a member: v, or what the record holds next.
func (r *reader) long(c *cell, column int, kind uint64, v []byte) (bool, error) {
	size := sizeOf(kind)
	m := sources.Member{Name: fmt.Sprintf("%s[%d]", r.name(column), r.row), Size: size, Embedded: true}
	if v != nil {
		m.Reader = bytes.NewReader(v)
		return true, r.out.Member(m)
	}
	if size > c.payload.left {
		return false, nil
	}
	rest := c.payload.left - size
	first := make([]byte, 64)
	if !c.payload.fill(first) {
		return false, nil
	}
	if kind%2 == 0 && !cells.Known(first) && cells.BinaryText(first) == nil {
		if err := r.blobs.Tell(int(min(size, math.MaxInt32)), "", r.name(column), r.row); err != nil {
			return true, err
		}
		return c.payload.discard(c.payload.left - rest), nil
	}
	m.Reader = io.MultiReader(bytes.NewReader(first), io.LimitReader(&c.payload, size-int64(len(first))))
	if err := r.out.Member(m); err != nil {
		return true, err
	}
	return c.payload.discard(c.payload.left - rest), nil
}

// record reads the types of the values of a record.
func (d *database) record(c *cell) bool {
	d.types = d.types[:0]
	var first [9]byte
	n := 0
	for ; n < len(first); n++ {
		if !c.payload.fill(first[n : n+1]) {
			return false
		}
		if first[n] < 0x80 {
			n++
			break
		}
	}
	size, k := varint(first[:n])
	if k == 0 || size < uint64(n) || size > maxHeader || int64(size)-int64(n) > c.payload.left {
		return false
	}
	d.header = grown(d.header, int(size)-n)
	if !c.payload.fill(d.header) {
		return false
	}
	for b := d.header; len(b) > 0; b = b[n:] {
		var kind uint64
		if kind, n = varint(b); n == 0 || kind == 10 || kind == 11 {
			return false
		}
		d.types = append(d.types, kind)
	}
	return true
}

// sizeOf returns the bytes of a value of a type.
func sizeOf(kind uint64) int64 {
	if kind >= 12 {
		return int64((kind - 12) / 2)
	}
	return [12]int64{0, 1, 2, 3, 4, 6, 8, 8}[kind]
}

// scalar reads a value of at most maxValue bytes as UTF-8, valid until the next
// call. Binary values come as they are.
func (d *database) scalar(c *cell, kind uint64) ([]byte, bool) {
	size := sizeOf(kind)
	if size > maxValue || size > c.payload.left {
		return nil, false
	}
	d.value = grown(d.value, int(size))
	if !c.payload.fill(d.value) {
		return nil, false
	}
	switch {
	case kind == 0:
		return nil, true
	case kind == 7:
		v := math.Float64frombits(binary.BigEndian.Uint64(d.value))
		d.value = cells.AppendReal(d.value[:0], v, 64)
		return d.value, true
	case kind == 8 || kind == 9:
		d.value = append(d.value, byte('0'+kind-8))
		return d.value, true
	case kind < 7:
		v := int64(int8(d.value[0]))
		for _, b := range d.value[1:] {
			v = v<<8 | int64(b)
		}
		d.value = strconv.AppendInt(d.value[:0], v, 10)
		return d.value, true
	case kind%2 == 1:
		return d.text(d.value), true
	}
	return d.value, true
}

// text returns b as UTF-8.
func (d *database) text(b []byte) []byte {
	switch d.encoding {
	case utf16Low:
		d.decoded = cells.AppendUTF16(d.decoded[:0], b, binary.LittleEndian)
	case utf16High:
		d.decoded = cells.AppendUTF16(d.decoded[:0], b, binary.BigEndian)
	default:
		return cells.UTF8Text(b)
	}
	return d.decoded
}

// grown returns b with n bytes of any content.
func grown(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n, n+n/4)
	}
	return b[:n]
}
