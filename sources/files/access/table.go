package access

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
)

// The types of columns.
const (
	typeBool    = 1
	typeByte    = 2
	typeInt     = 3
	typeLong    = 4
	typeMoney   = 5
	typeSingle  = 6
	typeDouble  = 7
	typeDate    = 8
	typeBinary  = 9
	typeText    = 10
	typeOLE     = 11
	typeMemo    = 12
	typeGUID    = 15
	typeNumeric = 16
	typeBig     = 19
)

// column of a table.
type column struct {
	name   string
	kind   byte
	number int // bit of its nulls
	fixed  bool
	offset int // in what is fixed
	index  int // among those of variable length
	size   int
	scale  int
}

// definition is what the pages of a table say of its columns.
type definition struct{ columns []column }

func (d *definition) find(name string) *column {
	for i := range d.columns {
		if d.columns[i].name == name {
			return &d.columns[i]
		}
	}
	return nil
}

// Bounds of a definition, in bytes and in columns: Access has 255 at most.
const (
	maxDefinition = 1 << 20
	maxColumns    = 1024
)

// definition reads the pages that begin at n; nil when they are none.
func (f *file) definition(n uint32) *definition {
	var b []byte
	page := make([]byte, pageSize)
	for next := n; next != 0 && len(b) < maxDefinition; {
		if !f.page(int64(next), page) || page[0] != tablePage {
			return nil
		}
		next = binary.LittleEndian.Uint32(page[4:])
		if b == nil {
			b = append(b, page...)
		} else {
			b = append(b, page[8:]...)
		}
	}
	const head = 63
	if len(b) < head {
		return nil
	}
	count, indices := int(binary.LittleEndian.Uint16(b[45:])), int(binary.LittleEndian.Uint32(b[51:]))
	at := head + 12*indices
	if count == 0 || count > maxColumns || indices < 0 || indices > maxColumns || at+25*count > len(b) {
		return nil
	}
	d := &definition{columns: make([]column, count)}
	for i := range d.columns {
		c := b[at+25*i:]
		d.columns[i] = column{kind: c[0], number: int(binary.LittleEndian.Uint16(c[5:])), index: int(binary.LittleEndian.Uint16(c[7:])), scale: int(c[12]),
			fixed: c[15]&1 != 0, offset: int(binary.LittleEndian.Uint16(c[21:])), size: int(binary.LittleEndian.Uint16(c[23:]))}
	}
	at += 25 * count
	for i := range d.columns {
		if at+2 > len(b) {
			return nil
		}
		n := int(binary.LittleEndian.Uint16(b[at:]))
		if at+2+n > len(b) {
			return nil
		}
		d.columns[i].name = codepage.Wide(b[at+2 : at+2+n])
		at += 2 + n
	}
	return d
}

// row is a record: its bytes, with what the end of them says.
type row struct {
	b     []byte
	nulls []byte
	ends  []byte // offsets of the values of variable length, from the last one on
	count int    // of them
}

// rowOf takes a record apart.
func rowOf(b []byte) (r row, ok bool) {
	if len(b) < 6 {
		return r, false
	}
	columns := int(binary.LittleEndian.Uint16(b))
	mask := (columns + 7) / 8
	end := len(b) - mask
	if end < 4 {
		return r, false
	}
	r = row{b: b, nulls: b[end:], count: int(binary.LittleEndian.Uint16(b[end-2:]))}
	from := end - 2 - 2*(r.count+1)
	if from < 2 {
		r.count = 0
		return r, true // no values of variable length
	}
	r.ends = b[from : end-2]
	return r, true
}

// set reports whether a column has a value; it is the value of a yes or no.
func (r *row) set(c *column) bool {
	i := c.number
	return i/8 < len(r.nulls) && r.nulls[i/8]&(1<<(i%8)) != 0
}

// value returns the bytes of a column, nil for none.
func (r *row) value(c *column) []byte {
	if !r.set(c) {
		return nil
	}
	if c.fixed {
		at := 2 + c.offset
		if at+c.size > len(r.b) || c.size == 0 {
			return nil
		}
		return r.b[at : at+c.size]
	}
	if c.index >= r.count {
		return nil
	}
	// The first offset stands last.
	n := len(r.ends) - 2*(c.index+1)
	if n < 2 {
		return nil
	}
	from, to := int(binary.LittleEndian.Uint16(r.ends[n:])), int(binary.LittleEndian.Uint16(r.ends[n-2:]))
	if from > to || to > len(r.b) {
		return nil
	}
	return r.b[from:to]
}

// text returns a short text.
func (r *row) text(c *column) string { return string(unpacked(r.value(c))) }

// number returns a whole number.
func (r *row) number(c *column) int64 { return whole(r.value(c)) }

// whole reads a number of up to 8 bytes.
func whole(b []byte) int64 {
	switch len(b) {
	case 1:
		return int64(b[0])
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	case 8:
		return int64(binary.LittleEndian.Uint64(b))
	}
	return 0
}

// unpacked decodes a text: UTF-16, or bytes where that is shorter, which begin with a
// mark; a zero turns from one to the other and back.
func unpacked(b []byte) []byte {
	if len(b) < 2 || b[0] != 0xFF || b[1] != 0xFE {
		return []byte(codepage.Wide(b))
	}
	var wide []byte
	single := true
	for b = b[2:]; len(b) > 0; {
		switch {
		case b[0] == 0 && (single || len(b) < 2 || b[1] != 0):
			single = !single
			b = b[1:]
		case single:
			wide = append(wide, b[0], 0)
			b = b[1:]
		case len(b) >= 2:
			wide = append(wide, b[0], b[1])
			b = b[2:]
		default:
			b = nil
		}
	}
	return []byte(codepage.Wide(wide))
}

// Flags of the offset of a record on its page.
const (
	rowDeleted = 0x8000
	rowMoved   = 0x4000
	rowOffset  = 0x1FFF
)

// record returns record i of a page.
func record(page []byte, i int) (b []byte, flags uint16) {
	n := int(binary.LittleEndian.Uint16(page[12:]))
	if i >= n || 14+2*n > len(page) {
		return nil, rowDeleted
	}
	v := binary.LittleEndian.Uint16(page[14+2*i:])
	from, to := int(v&rowOffset), len(page)
	if i > 0 {
		to = int(binary.LittleEndian.Uint16(page[12+2*i:]) & rowOffset)
	}
	if from > to || to > len(page) {
		return nil, rowDeleted
	}
	return page[from:to], v
}

// rows calls take for each record of a table.
func (f *file) rows(table uint32, d *definition, take func(row) error) error {
	page, far := make([]byte, pageSize), make([]byte, pageSize)
	for _, n := range f.owned[table] {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		if !f.page(int64(n), page) {
			f.cut = true
			continue
		}
		for i := range int(binary.LittleEndian.Uint16(page[12:])) {
			b, flags := record(page, i)
			if flags&rowDeleted != 0 {
				continue // also where a record was moved to: it is read by its pointer
			}
			if flags&rowMoved != 0 {
				if len(b) < 4 || !f.page(int64(binary.LittleEndian.Uint32(b)>>8), far) || far[0] != dataPage {
					continue
				}
				b, _ = record(far, int(b[0]))
			}
			if r, ok := rowOf(b); ok {
				if err := take(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// reader gives the rows of a table.
type reader struct {
	f       *file
	rows    *cells.Rows
	blobs   *cells.Blobs
	columns []int32
	row     int64
	buf     []byte
}

// table gives the content of a table.
func (f *file) table(page uint32, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: 0, MediaType: "application/vnd.ms-access", Format: "access table", Bytes: int64(len(f.owned[page])) * pageSize}
	d := f.definition(page)
	if d == nil {
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	r := &reader{f: f, rows: cells.NewRows(out), blobs: cells.NewBlobs(out)}
	for i := range d.columns {
		at, err := r.rows.Columns.Add(d.columns[i].name, "")
		if err != nil {
			return res, err
		}
		r.columns = append(r.columns, at)
	}
	err := f.rows(page, d, func(rec row) error {
		r.row++
		for i := range d.columns {
			v, err := r.value(&rec, &d.columns[i])
			if err != nil {
				return err
			}
			r.rows.Bytes(v, r.columns[i], r.row, sources.Location{Byte: -1, Column: int32(i + 1)})
		}
		if err := r.rows.EndRow(); err != nil {
			return err
		}
		if r.rows.Len() > 1<<20 {
			return r.rows.Flush()
		}
		return nil
	})
	if err == nil {
		err = r.rows.Flush()
	}
	res.Records = r.row
	if err == nil && f.over {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
	}
	return res, err
}

// value returns a value as a person writes it.
func (r *reader) value(rec *row, c *column) ([]byte, error) {
	if c.kind == typeBool {
		return strconv.AppendBool(r.buf[:0], rec.set(c)), nil
	}
	b := rec.value(c)
	if len(b) == 0 {
		return nil, nil
	}
	out := r.buf[:0]
	switch c.kind {
	case typeText:
		return unpacked(b), nil
	case typeMemo:
		return unpacked(r.f.longValue(b)), nil
	case typeOLE, typeBinary:
		if c.kind == typeOLE {
			b = document(r.f.longValue(b))
		}
		return r.blobs.Give(b, "", c.name, r.row)
	case typeByte, typeInt, typeLong, typeBig:
		out = strconv.AppendInt(out, whole(b), 10)
	case typeMoney:
		if len(b) == 8 {
			out = cells.AppendDecimal(out, big.NewInt(whole(b)), 4)
		}
	case typeSingle:
		if len(b) == 4 {
			out = cells.AppendReal(out, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32)
		}
	case typeDouble:
		if len(b) == 8 {
			out = cells.AppendReal(out, math.Float64frombits(binary.LittleEndian.Uint64(b)), 64)
		}
	case typeDate:
		if len(b) == 8 {
			out = appendDate(out, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
	case typeGUID:
		if len(b) == 16 {
			out = cells.AppendUUID(out, b)
		}
	case typeNumeric:
		out = appendNumeric(out, b, c.scale)
	}
	r.buf = out
	return out, nil
}

// appendDate writes a count of days since 1899-12-30.
func appendDate(out []byte, days float64) []byte {
	if math.IsNaN(days) || math.Abs(days) > 3_000_000 {
		return out
	}
	const epoch = -25569 // days from 1970-01-01
	return cells.AppendTime(out, int64(math.Round((days+epoch)*86_400)), 1)
}

// appendNumeric writes a decimal number: a sign and four words, the high one first.
func appendNumeric(out, b []byte, scale int) []byte {
	if len(b) != 17 {
		return out
	}
	var be [16]byte
	for i := range 4 {
		binary.BigEndian.PutUint32(be[4*i:], binary.LittleEndian.Uint32(b[1+4*i:]))
	}
	n := new(big.Int).SetBytes(be[:])
	if b[0]&0x80 != 0 {
		n.Neg(n)
	}
	return cells.AppendDecimal(out, n, scale)
}
