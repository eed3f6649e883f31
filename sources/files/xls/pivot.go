package xls

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cfb"
)

// The records of the cache of a pivot table (MS-XLS 2.1.7.14).
const (
	recSXFDB    = 0x00C7 // begins a field
	recSXDBB    = 0x00C8 // begins a row
	recSXNum    = 0x00C9
	recSXInt    = 0x00CC
	recSXString = 0x00CD
	recSXDate   = 0x00CE
)

// pivotStorage holds the caches, each a stream.
const pivotStorage = "_SX_DB_CUR"

// cache is a copy of the table that a pivot table was made of, which stays when the
// table itself is deleted: of each field its values, once, or for each row those of the
// fields that have no such list.
type cache struct {
	b      *book
	rows   *cells.Rows
	inRows []int32 // of those whose values stand in the rows
	column int32
	at     int // in inRows; -1 within a field
	row    int64
}

// pivots gives the caches as tables: a value on each row, in the column of its field.
func (b *book) pivots(f *cfb.File) error {
	for _, s := range f.Under(pivotStorage) {
		c := &cache{b: b, rows: cells.NewRows(b.out), at: -1, column: -1}
		c.rows.Part = "pivot " + s.Path[strings.LastIndexByte(s.Path, '/')+1:]
		b.rec, b.version = &records{r: bufio.NewReaderSize(s.Reader(), 32<<10)}, 8
		for b.rec.scan() && b.rec.kind != recEOF {
			if err := b.tick(); err != nil {
				return err
			}
			if err := c.record(); err != nil {
				return err
			}
		}
		if err := c.rows.Flush(); err != nil {
			return err
		}
		if b.rec.err != nil && b.rec.err != io.EOF {
			if err := b.out.Skip(sources.Location{Part: c.rows.Part, Byte: -1}, cfb.Reason(b.rec.err)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cache) record() error {
	r := c.b.rec
	switch r.kind {
	case recSXFDB:
		column, err := c.rows.Columns.Add(strings.TrimSpace(c.b.long(14)), "")
		if err != nil {
			return err
		}
		c.column, c.at = column, -1
		if r.u16(12) == 0 { // of its values none is listed
			c.inRows = append(c.inRows, column)
		}
	case recSXDBB:
		c.at = 0
	case recSXNum:
		if len(r.buf) >= 8 {
			v := math.Float64frombits(uint64(r.u32(4))<<32 | uint64(r.u32(0)))
			return c.value(strconv.FormatFloat(v, 'f', -1, 64))
		}
	case recSXInt:
		return c.value(strconv.Itoa(int(int16(r.u16(0)))))
	case recSXString:
		if r.u16(0) != 0xFFFF {
			return c.value(c.b.long(0))
		}
	case recSXDate:
		if len(r.buf) >= 8 {
			return c.value(fmt.Sprintf("%04d-%02d-%02d", r.u16(0), r.u16(2), r.buf[4]))
		}
	}
	return nil
}

// value gives a value of the field at hand.
func (c *cache) value(text string) error {
	column := c.column
	if c.at >= 0 {
		if c.at >= len(c.inRows) {
			return nil
		}
		column = c.inRows[c.at]
		c.at++
	}
	if column < 0 || strings.TrimSpace(text) == "" {
		return nil
	}
	c.row++
	c.rows.Cell(text, column, c.row, sources.Location{Byte: -1})
	return c.rows.EndRow()
}
