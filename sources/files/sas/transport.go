package sas

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Transport is the SAS transport file: cards of 80 bytes, numbers of IBM mainframes
// (SAS Institute, "The SAS Transport File Format", TS-140, and its version 8). Each data set is a
// part, with rows from 1. Labels of more than 40 bytes are cut; files of PROC CPORT are another form.
var Transport = sources.Format{
	Name: "sas_transport",
	Doc: `SAS transport file (.xpt)
Versions 5 and 8 (XPORT). Variables are columns, dates are dates, each data set a part. Files of PROC CPORT are not read.`,
	MediaType:  "application/x-sas-xport",
	Extensions: []string{".xpt", ".xport", ".v5xpt", ".v8xpt"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return isCard(head, "LIBRARY ") || isCard(head, "LIBV8   ")
	},
	Read: readTransport,
}

// card is the length of all records, in bytes.
const card = 80

var cardStart = []byte("HEADER RECORD*******")

// isCard reports whether b begins with a header record of one of these names.
func isCard(b []byte, names ...string) bool {
	rest, ok := bytes.CutPrefix(b, cardStart)
	for _, name := range names {
		if ok && bytes.HasPrefix(rest, []byte(name)) {
			return true
		}
	}
	return false
}

// digits reads the number that a header record holds at an offset; -1 for none.
func digits(b []byte, from, to int) int {
	n, err := strconv.ParseUint(strings.TrimSpace(string(b[from:to])), 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

func readTransport(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	s := &set{ctx: ctx, out: out, order: binary.BigEndian, ibm: true, spare: math.MaxInt64}
	t := &transport{set: s, in: in.Reader, left: max(out.Limits().Defaults().Fields, 1)}
	err := t.read()
	res := sources.Result{Records: t.total + s.row, Bytes: s.read}
	if err == nil && s.damaged {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	if err == io.ErrUnexpectedEOF {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, err
}

// transport reads cards.
type transport struct {
	*set
	in     io.Reader
	record [card]byte
	total  int64 // rows of the data sets before
	left   int   // columns that may still be named
	rest   []byte
}

var errCard = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}

// next reads a card; io.EOF behind the last one.
func (t *transport) next() error {
	n, err := io.ReadFull(t.in, t.record[:])
	t.set.read += int64(n)
	return err
}

// skip reads cards up to one of these names.
func (t *transport) skip(names ...string) error {
	for n := 0; ; n++ {
		if err := t.next(); err != nil {
			return err
		}
		if isCard(t.record[:], names...) {
			return nil
		}
		if n%1024 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
	}
}

// read reads the data sets, one behind the other.
func (t *transport) read() error {
	err := t.skip("MEMBER ", "MEMBV8 ")
	if err == io.EOF {
		return nil // an empty library
	}
	for err == nil {
		if err = t.describe(); err == nil {
			err = t.observe()
		}
	}
	if t.rows != nil {
		if e := t.rows.Flush(); e != nil {
			return e
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// describe reads what stands in front of the rows of a data set; the card at hand is its first.
func (t *transport) describe() error {
	size := digits(t.record[:], 74, 78)
	if size != 136 && size != 140 {
		return errCard
	}
	ended := func(err error) error { // nothing ends here
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	if err := t.skip("DSCRPTR ", "DSCPTV8 "); err != nil {
		return ended(err)
	}
	long := isCard(t.record[:], "DSCPTV8 ")
	if err := t.next(); err != nil {
		return ended(err)
	}
	name := t.record[8:16]
	if long {
		name = t.record[8:40]
	}
	part := textOf(name)
	if err := t.skip("NAMESTR ", "NAMSTV8 "); err != nil {
		return ended(err)
	}
	count := digits(t.record[:], 53, 58)
	if count < 1 {
		return errCard
	}
	var b bytes.Buffer
	whole := int64(count) * int64(size)
	n, err := io.CopyN(&b, t.in, (whole+card-1)/card*card)
	if t.set.read += n; n < whole {
		return ended(err)
	}
	t.begin(part)
	for i := range count {
		t.variable(b.Bytes()[i*size:][:size], long)
	}
	if t.length < 1 || t.length > maxPage || t.damaged {
		return errCard
	}
	return ended(t.skip("OBS ", "OBSV8 "))
}

// begin makes ready for the rows of another data set.
func (t *transport) begin(part string) {
	t.total += t.row
	t.row, t.length, t.variables, t.columns, t.rest = 0, 0, t.variables[:0], t.columns[:0], t.rest[:0]
	if t.rows != nil {
		t.left = max(t.left-len(t.rows.Columns.Table.Columns), 1)
	}
	t.rows = cells.NewRows(t.out)
	t.rows.Part = part
	t.rows.Columns.Limit(t.left)
}

// variable takes the description of one.
func (t *transport) variable(b []byte, long bool) {
	short := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	v := variable{
		number: short(0) == 1, length: short(4), offset: int(binary.BigEndian.Uint32(b[84:])),
		name: textOf(b[8:16]), label: textOf(b[16:56]), format: textOf(b[56:64]),
	}
	if long {
		if name := textOf(b[88:120]); name != "" {
			v.name = name
		}
	}
	if v.offset < 0 || v.offset > maxPage {
		t.damaged = true
		return
	}
	t.length = max(t.length, v.offset+v.length)
	t.variables = append(t.variables, v)
}

func textOf(b []byte) string { return string(cells.UTF8Text(bytes.TrimRight(b, " \x00"))) }

// observe reads rows up to the next data set. Rows of blanks fill up the last card.
func (t *transport) observe() error {
	for {
		err := t.next()
		if err == nil && isCard(t.record[:], "MEMBER ", "MEMBV8 ") {
			return t.rows.Flush()
		}
		if err != nil {
			if err == io.EOF && len(bytes.Trim(t.rest, " ")) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		t.rest = append(t.rest, t.record[:]...)
		at := 0
		for ; at+t.length <= len(t.rest); at += t.length {
			row := t.rest[at : at+t.length]
			if len(bytes.Trim(row, " ")) == 0 {
				continue
			}
			if err := t.give(row); err != nil {
				return err
			}
		}
		t.rest = append(t.rest[:0], t.rest[at:]...)
	}
}

// ibmFloat reads a number of IBM mainframes, of which the first bytes are there; false for a
// missing one.
func ibmFloat(b []byte) (float64, bool) {
	var eight [8]byte
	copy(eight[:], b)
	bits := binary.BigEndian.Uint64(eight[:])
	fraction := bits & (1<<56 - 1)
	if fraction == 0 {
		return 0, bits == 0
	}
	x := math.Ldexp(float64(fraction), 4*(int(eight[0]&0x7F)-64)-56)
	if eight[0]&0x80 != 0 {
		x = -x
	}
	return x, true
}
