// Package dbf reads dBase tables: dBase III to 7, FoxPro and Visual FoxPro, and
// the attributes of shapefiles.
//
// Records are rows, fields the columns. Records that are marked as deleted are
// still there and are read like the others. Dates are given as 1980-03-12.
// The text is in the code page that the header names, or, where it names none, in
// the one that the text itself tells: UTF-8, code page 850 or Windows-1252.
//
// What is left out: to which record a memo text belongs (see Memo; they lie in a file of their own,
// .dbt or .fpt), indexes, and binary fields.
package dbf

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/charset"
	"recense/sources/files/codepage"
)

// Format is the dBase table.
var Format = sources.Format{
	Name: "dbf",
	Doc: `dBase table (.dbf)
dBase III to 7, FoxPro, Visual FoxPro. Records marked as deleted are read. Memo texts lie in
another file, which is read by itself.`,
	MediaType:  "application/vnd.dbf",
	Extensions: []string{".dbf"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		_, ok := layoutOf(head)
		return ok
	},
	Read: read,
}

// field is a column of a table.
type field struct {
	name   string
	kind   byte
	at     int // offset in the record
	length int
}

// layout is what the header says.
type layout struct {
	version byte
	records int64
	header  int // bytes
	record  int
	page    int // code page, 0 when the header names none
	fields  []field
}

// layoutOf reads a header. ok is false unless the fields fill a record exactly:
// the first byte alone says little.
func layoutOf(head []byte) (l layout, ok bool) {
	if len(head) < 32 {
		return l, false
	}
	switch head[0] {
	case 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xE5, 0xF5, 0xFB:
	default:
		return l, false
	}
	l = layout{
		version: head[0], records: int64(binary.LittleEndian.Uint32(head[4:])), header: int(binary.LittleEndian.Uint16(head[8:])),
		record: int(binary.LittleEndian.Uint16(head[10:])), page: pages[head[29]],
	}
	from, size, name, kind, length := 32, 32, 11, 11, 16
	if l.version == 4 || l.version == 0x8C { // dBase 7
		from, size, name, kind, length = 68, 48, 32, 32, 33
	}
	if l.header < from+size+1 || l.header > len(head) || l.record < 2 {
		return l, false
	}
	at := 1
	for ; from+size < l.header && head[from] != 0x0D; from += size {
		d := head[from : from+size]
		f := field{kind: d[kind], at: at, length: int(d[length])}
		if f.kind == 'C' && size == 32 { // long texts of Clipper and FoxPro
			f.length |= int(d[17]) << 8
		}
		if f.length == 0 || d[0] <= ' ' || bytes.IndexByte([]byte("BCDFGILMNOPQTVWY@+0"), f.kind) < 0 {
			return l, false
		}
		f.name = codepage.String(l.page, d[:name])
		at += f.length
		l.fields = append(l.fields, f)
	}
	return l, len(l.fields) > 0 && at == l.record
}

// pages are the code pages by the byte of the header that names the language.
var pages = map[byte]int{
	0x01: 437, 0x02: 850, 0x03: 1252, 0x04: 10000, 0x08: 850, 0x09: 437, 0x0A: 850, 0x0B: 437, 0x0D: 437, 0x0E: 850, 0x0F: 437, 0x10: 850,
	0x11: 437, 0x12: 850, 0x14: 850, 0x15: 437, 0x16: 850, 0x18: 437, 0x19: 437, 0x1A: 850, 0x1B: 437, 0x1D: 850, 0x25: 850, 0x37: 850,
	0x57: 1252, 0x58: 1252, 0x59: 1252, 0x65: 1252, 0x78: 950, 0x79: 949, 0x7A: 936, 0x7B: 932, 0x7C: 874, 0x7D: 1255, 0x7E: 1256,
	0xC8: 1250, 0xC9: 1251, 0xCA: 1254, 0xCB: 1253, 0xCC: 1257,
}

// reader reads the records.
type reader struct {
	layout
	out     sources.Output
	rows    *cells.Rows
	columns []int32
	row     int64
	buf     []byte // whole records
	at      int64  // offset of buf in the file
	text    []byte
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	l, ok := layoutOf(in.Head)
	if !ok {
		return sources.Result{Records: -1}, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	r := &reader{layout: l, out: out, rows: cells.NewRows(out), at: int64(l.header)}
	if err := r.name(); err != nil {
		return sources.Result{}, err
	}
	err := r.read(ctx, in.Reader)
	if err == nil {
		err = r.rows.Flush()
	}
	res := sources.Result{Records: r.row, Bytes: r.at}
	if err == nil && r.row < l.records {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, err
}

// name names the columns.
func (r *reader) name() error {
	for _, f := range r.fields {
		at, err := r.rows.Columns.Add(strings.TrimSpace(f.name), "")
		if err != nil {
			return err
		}
		r.columns = append(r.columns, at)
	}
	return nil
}

// batch is how much is read at once, in bytes, unless a record is longer.
const batch = 64 << 10

func (r *reader) read(ctx context.Context, in io.Reader) error {
	if _, err := io.CopyN(io.Discard, in, int64(r.header)); err != nil {
		return nil // the records that are missing are told
	}
	r.buf = make([]byte, max(batch/r.record, 1)*r.record)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(in, r.buf)
		whole := r.buf[:n-n%r.record]
		r.choose(whole)
		for at := 0; at < len(whole); at += r.record {
			record := whole[at : at+r.record]
			if record[0] == 0x1A && r.row >= r.records {
				return nil
			}
			if err := r.give(record, r.at+int64(at)); err != nil {
				return err
			}
		}
		r.at += int64(n)
		if err != nil {
			return nil
		}
	}
}

// choose finds the code page of a table that names none, by the first texts that
// need one.
func (r *reader) choose(records []byte) {
	if r.page != 0 {
		return
	}
	var sample []byte
	for at := 0; at < len(records) && len(sample) < 4096; at += r.record {
		for _, f := range r.fields {
			v := bytes.TrimRight(records[at+f.at:][:f.length], " \x00")
			if f.kind == 'C' && !isASCII(v) {
				sample = append(append(sample, v...), '\n')
			}
		}
	}
	if len(sample) == 0 {
		return
	}
	switch e, _ := charset.Detect(sample); e {
	case charset.UTF8:
		r.page = codepage.UTF8
	case charset.CP850:
		r.page = 850
	default:
		r.page = 1252
	}
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// give hands out a record.
func (r *reader) give(record []byte, at int64) error {
	r.row++
	for i, f := range r.fields {
		raw := record[f.at : f.at+f.length]
		v, skip := r.value(f, raw)
		r.rows.Bytes(v, r.columns[i], r.row, sources.Location{Byte: at + int64(f.at+skip), Column: int32(i + 1)})
	}
	return r.rows.EndRow()
}

// value returns a value as text and where it begins in the field.
func (r *reader) value(f field, raw []byte) (v []byte, skip int) {
	switch f.kind {
	case 'C', 'N', 'F':
		v = bytes.TrimRight(raw, " \x00")
		trimmed := bytes.TrimLeft(v, " \x00")
		skip = len(v) - len(trimmed)
		v = trimmed
		if f.kind == 'C' && !isASCII(v) {
			v = r.decoded(v)
		}
		return v, skip
	case 'D':
		if len(raw) == 8 && raw[0] > ' ' {
			r.text = append(append(append(append(append(r.text[:0], raw[:4]...), '-'), raw[4:6]...), '-'), raw[6:]...)
			return r.text, 0
		}
	case 'L':
		if raw[0] > ' ' && raw[0] != '?' {
			return raw[:1], 0
		}
	case 'V':
		return r.decoded(bytes.TrimRight(raw, " \x00")), 0
	}
	return r.binary(f, raw), 0
}

func (r *reader) decoded(v []byte) []byte {
	if r.page == codepage.UTF8 {
		return cells.UTF8Text(v)
	}
	r.text = append(r.text[:0], codepage.String(max(r.page, 1), v)...)
	return r.text
}

// binary returns a number or a date that is no text, nil for what is neither.
func (r *reader) binary(f field, raw []byte) []byte {
	switch {
	case (f.kind == 'I' || f.kind == '+') && len(raw) == 4 && r.version >= 0x30 && r.version <= 0x32:
		return strconv.AppendInt(r.text[:0], int64(int32(binary.LittleEndian.Uint32(raw))), 10)
	case (f.kind == 'I' || f.kind == '+') && len(raw) == 4 && raw[0]|raw[1]|raw[2]|raw[3] != 0: // dBase 7: the sign is turned over
		return strconv.AppendInt(r.text[:0], int64(int32(binary.BigEndian.Uint32(raw)^1<<31)), 10)
	case f.kind == 'B' && len(raw) == 8 && r.version >= 0x30 && r.version <= 0x32:
		return cells.AppendReal(r.text[:0], math.Float64frombits(binary.LittleEndian.Uint64(raw)), 64)
	case f.kind == 'Y' && len(raw) == 8:
		return strconv.AppendFloat(r.text[:0], float64(int64(binary.LittleEndian.Uint64(raw)))/10_000, 'f', -1, 64)
	case f.kind == 'T' && len(raw) == 8:
		const epoch = 2_440_588 // Julian day of 1970-01-01
		day, ms := int64(binary.LittleEndian.Uint32(raw)), int64(binary.LittleEndian.Uint32(raw[4:]))
		if day == 0 {
			return nil
		}
		return time.Unix((day-epoch)*86_400+ms/1000, 0).UTC().AppendFormat(r.text[:0], time.DateTime)
	}
	return nil
}
