// Package stata reads data sets of Stata, versions 8 to 18 (.dta, formats 113 to
// 119; see help dta in Stata).
//
// Observations are rows; the label of a variable stands beside its name as
// evidence. Dates are recognised by their format and given as 1980-03-12. Row counts
// from 1. Long strings (strL), which stand behind all observations, are running
// text.
//
// What is left out: value labels, characteristics, aliases of other frames.
package stata

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the Stata data set.
var Format = sources.Format{
	Name: "stata",
	Doc: `Stata data set (.dta)
Formats 113 to 119 (Stata 8 to 18). Variables are columns, dates are dates.`,
	MediaType:  "application/x-stata-dta",
	Extensions: []string{".dta"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return bytes.HasPrefix(head, tag) || len(head) >= 109 && 113 <= head[0] && head[0] <= 115 && (head[1] == 1 || head[1] == 2) && head[2] == 1 && head[3] == 0
	},
	Read: read,
}

var tag = []byte("<stata_dta><header><release>")

const (
	maxRow  = 16 << 20 // bytes of an observation, and of a list of the header
	maxText = 64 << 20 // bytes of a long string that are read
)

var errDamaged = errors.New("damaged")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	s := &set{ctx: ctx, out: out, rows: cells.NewRows(out), text: cells.NewText(out), in: &counter{r: bufio.NewReaderSize(in.Reader, 64<<10)}}
	defer s.text.Close()
	err := s.read(bytes.HasPrefix(in.Head, tag))
	for _, end := range []func() error{s.rows.Flush, s.text.End} {
		if e := end(); e != nil && (err == nil || isOwn(err)) {
			err = e
		}
	}
	res := sources.Result{Records: s.row, Bytes: s.in.n}
	switch {
	case errors.Is(err, errDamaged):
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, err
}

// isOwn reports whether an error tells of the data rather than of the output.
func isOwn(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// set is a data set being read.
type set struct {
	ctx   context.Context
	out   sources.Output
	rows  *cells.Rows
	text  *cells.Text
	in    *counter
	order binary.ByteOrder

	release   int
	count     uint64 // observations
	variables []variable
	length    int // of an observation, bytes
	columns   []int32
	row       int64
	buf       []byte
}

// variable is a column.
type variable struct {
	name, label, format string
	kind                int // of the newest format
	at, width           int
}

// The types of variables; up to 2045 they are strings of that many bytes.
const (
	longString = 32768
	double     = 65526
	float      = 65527
	long       = 65528
	integer    = 65529
	octet      = 65530
)

func (s *set) read(tagged bool) error {
	sizes, err := s.header(tagged)
	if err != nil {
		return err
	}
	if err := s.describe(tagged, sizes); err != nil {
		return err
	}
	if err := s.observations(); err != nil {
		return err
	}
	if tagged {
		return s.strings()
	}
	return nil
}

// sizes are those of the lists of the header, by version.
type sizes struct{ variables, types, name, sort, format, label int }

// header reads the head, up to the list of types.
func (s *set) header(tagged bool) (sizes, error) {
	if !tagged {
		b, err := s.take(109)
		if err != nil {
			return sizes{}, err
		}
		s.release, s.order = int(b[0]), binary.LittleEndian
		if b[1] == 1 {
			s.order = binary.BigEndian
		}
		s.count = uint64(s.order.Uint32(b[6:]))
		z := sizes{int(s.order.Uint16(b[4:])), 1, 33, 2, 49, 81}
		if s.release == 113 {
			z.format = 12
		}
		return z, nil
	}
	b, err := s.take(len(tag) + 3 + len("</release><byteorder>") + 3 + len("</byteorder><K>"))
	if err != nil {
		return sizes{}, err
	}
	for _, c := range b[len(tag):][:3] {
		s.release = 10*s.release + int(c-'0')
	}
	if s.release < 117 || s.release > 121 {
		return sizes{}, errDamaged
	}
	s.order = binary.LittleEndian
	if bytes.Contains(b, []byte(">MSF<")) {
		s.order = binary.BigEndian
	}
	z := sizes{0, 2, 129, 2, 57, 321}
	wide, counts, labels := 2, 8, 2
	if s.release == 117 {
		z.name, z.format, z.label, counts, labels = 33, 49, 81, 4, 1
	}
	if s.release >= 119 && s.release != 120 {
		wide, z.sort = 4, 4
	}
	n, err := s.number(wide)
	z.variables = int(min(n, maxRow))
	if err == nil {
		_, err = s.take(len("</K><N>"))
	}
	if err == nil {
		s.count, err = s.number(counts)
	}
	if err == nil {
		_, err = s.take(len("</N><label>"))
	}
	if err == nil {
		n, err = s.number(labels)
	}
	if err == nil {
		_, err = s.take(int(min(n, maxRow)) + len("</label><timestamp>"))
	}
	if err == nil {
		n, err = s.number(1)
	}
	if err == nil {
		_, err = s.take(int(min(n, 255)) + len("</timestamp></header><map>") + 14*8 + len("</map>"))
	}
	return z, err
}

// number reads a number of so many bytes.
func (s *set) number(size int) (uint64, error) {
	b, err := s.take(size)
	if err != nil {
		return 0, err
	}
	switch size {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(s.order.Uint16(b)), nil
	case 4:
		return uint64(s.order.Uint32(b)), nil
	}
	return s.order.Uint64(b), nil
}

// take reads n bytes; memory grows with what is there, not with what is said.
func (s *set) take(n int) ([]byte, error) {
	if n < 0 || n > maxText {
		return nil, errDamaged
	}
	var b bytes.Buffer
	if k, err := io.CopyN(&b, s.in, int64(n)); k < int64(n) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b.Bytes(), nil
}

// list reads a list of the header: n elements of size bytes.
func (s *set) list(tagged bool, name string, n, size int) ([]byte, error) {
	if n*size > maxText {
		return nil, errDamaged
	}
	if !tagged {
		return s.take(n * size)
	}
	b, err := s.take(n*size + 2*len(name) + 5)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte("<"+name+">")) {
		return nil, errDamaged
	}
	return b[len(name)+2:][:n*size], nil
}

// describe reads the lists of the header and names the columns.
func (s *set) describe(tagged bool, z sizes) error {
	n := z.variables
	types, err := s.list(tagged, "variable_types", n, z.types)
	if err != nil {
		return err
	}
	s.variables = make([]variable, n)
	var names, formats, labels []byte
	if names, err = s.list(tagged, "varnames", n, z.name); err == nil {
		_, err = s.list(tagged, "sortlist", n+1, z.sort)
	}
	if err == nil {
		formats, err = s.list(tagged, "formats", n, z.format)
	}
	if err == nil {
		_, err = s.list(tagged, "value_label_names", n, z.name)
	}
	if err == nil {
		labels, err = s.list(tagged, "variable_labels", n, z.label)
	}
	if err != nil {
		return err
	}
	for i := range s.variables {
		v := &s.variables[i]
		v.name, v.format, v.label = word(names, i, z.name), word(formats, i, z.format), word(labels, i, z.label)
		if v.kind = int(types[i*z.types]); z.types == 2 {
			v.kind = int(s.order.Uint16(types[2*i:]))
		} else if v.kind > 250 {
			v.kind = octet - (v.kind - 251)
		}
		if v.at = s.length; !v.measure() {
			return errDamaged
		}
		if s.length += v.width; s.length > maxRow {
			return errDamaged
		}
		at, err := s.rows.Columns.Add(v.name, v.label)
		if err != nil {
			return err
		}
		s.columns = append(s.columns, at)
	}
	if tagged {
		return s.to("<data>")
	}
	return s.expansions()
}

// word returns element i of a list, up to its zero.
func word(list []byte, i, size int) string {
	b, _, _ := bytes.Cut(list[i*size:][:size], []byte{0})
	return strings.ToValidUTF8(string(cells.UTF8Text(b)), "")
}

// measure sets the width of a variable; false for a type that there is not.
func (v *variable) measure() bool {
	switch v.kind {
	case longString, double:
		v.width = 8
	case float, long:
		v.width = 4
	case integer:
		v.width = 2
	case octet:
		v.width = 1
	default:
		v.width = v.kind
		return v.kind > 0 && v.kind <= 2045
	}
	return true
}

// to passes over what stands up to a mark, and the mark.
func (s *set) to(mark string) error {
	at := 0
	for at < len(mark) {
		c, err := s.in.ReadByte()
		switch {
		case err != nil:
			return io.ErrUnexpectedEOF
		case c == mark[at]:
			at++
		case c == mark[0]:
			at = 1
		default:
			at = 0
		}
	}
	return nil
}

// expansions passes over what older versions keep between header and data.
func (s *set) expansions() error {
	for {
		b, err := s.take(5)
		if err != nil {
			return err
		}
		n := s.order.Uint32(b[1:])
		if b[0] == 0 && n == 0 {
			return nil
		}
		if _, err := s.take(int(min(n, math.MaxInt32))); err != nil {
			return err
		}
	}
}

// observations reads the rows.
func (s *set) observations() error {
	if s.length == 0 {
		return nil
	}
	b := make([]byte, s.length)
	for range s.count {
		if s.row%1024 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if _, err := io.ReadFull(s.in, b); err != nil {
			return io.ErrUnexpectedEOF
		}
		s.row++
		for i := range s.variables {
			v := &s.variables[i]
			s.rows.Bytes(s.value(v, b[v.at:v.at+v.width]), s.columns[i], s.row, sources.Location{Byte: -1, Column: int32(i + 1)})
		}
		if err := s.rows.EndRow(); err != nil {
			return err
		}
	}
	return nil
}

// value returns a value as text; empty for a missing one.
func (s *set) value(v *variable, b []byte) []byte {
	var x float64
	size := 64
	switch v.kind {
	case longString:
		return nil
	case double:
		if x = math.Float64frombits(s.order.Uint64(b)); x > 8.988e307 {
			return nil
		}
	case float:
		size = 32
		if x = float64(math.Float32frombits(s.order.Uint32(b))); x > 1.701e38 {
			return nil
		}
	case long:
		if x = float64(int32(s.order.Uint32(b))); x > 2147483620 {
			return nil
		}
	case integer:
		if x = float64(int16(s.order.Uint16(b))); x > 32740 {
			return nil
		}
	case octet:
		if x = float64(int8(b[0])); x > 100 {
			return nil
		}
	default:
		b, _, _ = bytes.Cut(b, []byte{0})
		return cells.UTF8Text(b)
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	s.buf = appendNumber(s.buf[:0], x, size, v.format)
	return s.buf
}

// epoch is 1960-01-01, in days after 1970-01-01.
const epoch = -3653

// appendNumber writes a number of size bits by its format.
func appendNumber(b []byte, x float64, size int, format string) []byte {
	const most = 4_000_000 // days: beyond them nothing is a date
	f := strings.TrimLeft(strings.TrimPrefix(format, "%"), "-")
	switch {
	case (strings.HasPrefix(f, "td") || strings.HasPrefix(f, "d")) && math.Abs(x) < most:
		return cells.AppendDays(b, int64(math.Floor(x))+epoch)
	case (strings.HasPrefix(f, "tc") || strings.HasPrefix(f, "tC")) && math.Abs(x) < most*86_400_000:
		return cells.AppendTime(b, int64(math.Floor(x))+epoch*86_400_000, 1000)
	}
	return cells.AppendReal(b, x, size)
}

// strings gives the long strings, which follow the observations, a line each.
func (s *set) strings() error {
	if err := s.to("</data><strls>"); err != nil {
		return err
	}
	for {
		b, err := s.take(3)
		if err != nil {
			return err
		}
		if string(b) != "GSO" {
			return nil
		}
		head := 12
		if s.release == 117 {
			head = 8
		}
		if b, err = s.take(head + 5); err != nil {
			return err
		}
		n := s.order.Uint32(b[head+1:])
		if n > maxText {
			return errDamaged
		}
		kind := b[head]
		if b, err = s.take(int(n)); err != nil {
			return err
		}
		b = bytes.TrimRight(b, "\x00")
		if kind == 129 { // binary
			if b = cells.BinaryText(b); b == nil {
				continue
			}
		}
		s.text.Append(cells.UTF8Text(b)...)
		s.text.Append('\n')
		if err := s.text.Drain(); err != nil {
			return err
		}
	}
}

// counter counts what is read.
type counter struct {
	r *bufio.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
