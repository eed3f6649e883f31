// Package spss reads data files of SPSS and PSPP (.sav, .zsav), as PSPP's developers
// describe them (PSPP Developers Guide, System File Format).
//
// Cases are rows; the label of a variable stands beside its name as evidence.
// Dates and times are recognised by their format and given as 1980-03-12. Both
// byte orders, uncompressed, bytecode and zlib. Row counts from 1.
//
// What is left out: portable files (.por), value labels, documents, encrypted files.
package spss

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
)

// Format is the SPSS data file.
var Format = sources.Format{
	Name: "spss",
	Doc: `SPSS data file (.sav, .zsav)
Uncompressed, bytecode and zlib. Variables are columns, dates are dates. Portable files are not read.`,
	MediaType:  "application/x-spss-sav",
	Extensions: []string{".sav", ".zsav"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= header && string(head[:3]) == "$FL" && (head[3] == '2' || head[3] == '3') && order(head) != nil
	},
	Read: read,
}

const (
	header       = 176 // bytes
	maxRecord    = 16 << 20
	maxVariables = 1 << 18
	perGo        = 8 // bytes of an element of a case
)

var (
	errDamaged = errors.New("damaged")
	errRatio   = errors.New("unpacks to too much")
)

// order returns the byte order, nil when the layout is none that exists.
func order(head []byte) binary.ByteOrder {
	for _, o := range [...]binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if layout := o.Uint32(head[64:]); layout == 2 || layout == 3 {
			return o
		}
	}
	return nil
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	limits := out.Limits().Defaults()
	f := &file{
		ctx: ctx, out: out, rows: cells.NewRows(out), in: &counter{r: bufio.NewReaderSize(in.Reader, 64<<10)},
		spare: limits.RatioMin + limits.Ratio*max(in.Size, 0), long: make(map[string]string), widths: make(map[string]int),
	}
	err := f.read()
	if e := f.rows.Flush(); e != nil && (err == nil || isOwn(err)) {
		err = e
	}
	res := sources.Result{Records: f.row, Bytes: f.in.n}
	switch {
	case errors.Is(err, errRatio):
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err == nil && f.row < f.count:
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case errors.Is(err, errDamaged):
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, err
}

// isOwn reports whether an error tells of the data rather than of the output.
func isOwn(err error) bool {
	return errors.Is(err, errRatio) || errors.Is(err, errDamaged) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// file is a data file being read.
type file struct {
	ctx   context.Context
	out   sources.Output
	rows  *cells.Rows
	in    *counter
	order binary.ByteOrder
	count int64 // cases, -1 when the header does not say

	variables []variable
	length    int // of a case, bytes
	long      map[string]string
	widths    map[string]int // of strings of more than 255 bytes
	page      int
	columns   []int32

	packing uint32
	bias    float64
	row     int64
	spare   int64
	text    []byte
	joined  []byte
}

// variable is a column.
type variable struct {
	short, name, label string
	at, width          int // of a string; 0 for a number
	format             byte
	segments           int // of a long string: this one and those behind it
}

func (f *file) read() error {
	var h [header]byte
	if _, err := io.ReadFull(f.in, h[:]); err != nil {
		return err
	}
	if f.order = order(h[:]); f.order == nil {
		return errDamaged
	}
	f.packing = f.order.Uint32(h[72:])
	f.count = int64(int32(f.order.Uint32(h[80:])))
	f.bias = math.Float64frombits(f.order.Uint64(h[84:]))
	for {
		kind, err := f.number()
		if err != nil {
			return err
		}
		switch kind {
		case 2:
			err = f.variable()
		case 3:
			err = f.labels()
		case 4:
			err = f.skip(4)
		case 6:
			err = f.skip(80)
		case 7:
			err = f.extension()
		case 999:
			if _, err := f.number(); err != nil {
				return err
			}
			return f.cases()
		default:
			err = errDamaged
		}
		if err != nil {
			return err
		}
	}
}

// number reads a number of 32 bits.
func (f *file) number() (int, error) {
	b, err := f.take(4)
	if err != nil {
		return 0, err
	}
	return int(int32(f.order.Uint32(b))), nil
}

// take reads n bytes.
func (f *file) take(n int) ([]byte, error) {
	if n < 0 || n > maxRecord {
		return nil, errDamaged
	}
	var b bytes.Buffer
	if k, err := io.CopyN(&b, f.in, int64(n)); k < int64(n) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b.Bytes(), nil
}

// skip passes over as many things of size bytes as the next number says.
func (f *file) skip(size int) error {
	n, err := f.number()
	if err == nil && (n < 0 || n > math.MaxInt32/80) {
		err = errDamaged
	}
	if err == nil {
		_, err = io.CopyN(io.Discard, f.in, int64(n)*int64(size))
	}
	return err
}

// variable reads a variable, or what goes on of a string.
func (f *file) variable() error {
	b, err := f.take(28)
	if err != nil {
		return err
	}
	kind, labelled, missing := int(int32(f.order.Uint32(b))), f.order.Uint32(b[4:]), int(int32(f.order.Uint32(b[8:])))
	v := variable{short: strings.TrimRight(string(b[20:28]), " \x00"), at: f.length, width: kind, format: byte(f.order.Uint32(b[12:]) >> 16), segments: 1}
	if labelled == 1 {
		n, err := f.number()
		if err != nil {
			return err
		}
		label, err := f.take((n + 3) &^ 3)
		if err != nil {
			return err
		}
		v.label = string(label[:n])
	}
	if missing < -3 || missing > 3 || kind < -1 || kind > 255 || len(f.variables) > maxVariables {
		return errDamaged
	}
	if _, err := f.take(8 * max(missing, -missing)); err != nil {
		return err
	}
	f.length += perGo
	if kind >= 0 {
		f.variables = append(f.variables, v)
	}
	return nil
}

// labels passes over value labels.
func (f *file) labels() error {
	n, err := f.number()
	for i := 0; i < n && err == nil; i++ {
		var b []byte
		if b, err = f.take(9); err == nil {
			_, err = f.take((int(b[8])+8)&^7 - 1)
		}
	}
	return err
}

// extension reads a record that older programs pass over.
func (f *file) extension() error {
	b, err := f.take(12)
	if err != nil {
		return err
	}
	kind, size, count := f.order.Uint32(b), int64(f.order.Uint32(b[4:])), int64(f.order.Uint32(b[8:]))
	if size*count > maxRecord || size > maxRecord {
		return errDamaged
	}
	if b, err = f.take(int(size * count)); err != nil {
		return err
	}
	switch {
	case kind == 3 && len(b) >= 32:
		f.page = int(f.order.Uint32(b[28:]))
	case kind == 13:
		for pair := range strings.SplitSeq(string(b), "\t") {
			if short, long, ok := strings.Cut(pair, "="); ok {
				f.long[strings.ToUpper(short)] = long
			}
		}
	case kind == 14:
		for pair := range strings.SplitSeq(string(b), "\t") {
			short, width, _ := strings.Cut(pair, "=")
			if n, err := strconv.Atoi(strings.TrimRight(width, "\x00")); err == nil && n > 255 && n <= 32767 {
				f.widths[strings.ToUpper(strings.TrimLeft(short, "\x00"))] = n
			}
		}
	case kind == 20:
		if strings.EqualFold(string(b), "UTF-8") {
			f.page = codepage.UTF8
		}
	}
	return nil
}

// decoded returns text as UTF-8.
func (f *file) decoded(b []byte) []byte {
	for _, c := range b {
		if c >= 0x80 {
			if utf8.Valid(b) {
				return b
			}
			f.text = append(f.text[:0], codepage.String(max(f.page, 1), b)...)
			return f.text
		}
	}
	return b
}

// name joins the segments of long strings and names the columns.
func (f *file) name() error {
	all := f.variables[:0]
	for i := 0; i < len(f.variables); i++ {
		v := f.variables[i]
		if width := f.widths[strings.ToUpper(v.short)]; width > 0 {
			n := (width + 251) / 252
			if v.segments = min(n, len(f.variables)-i); v.segments < n {
				return errDamaged
			}
			i += n - 1
			v.width = width
		}
		if v.name = v.short; f.long[strings.ToUpper(v.short)] != "" {
			v.name = f.long[strings.ToUpper(v.short)]
		}
		v.name, v.label = string(f.decoded([]byte(v.name))), string(f.decoded([]byte(v.label)))
		at, err := f.rows.Columns.Add(strings.ToValidUTF8(v.name, ""), strings.ToValidUTF8(v.label, ""))
		if err != nil {
			return err
		}
		f.columns = append(f.columns, at)
		all = append(all, v)
	}
	f.variables = all
	return nil
}

// cases reads the data.
func (f *file) cases() error {
	if f.length == 0 {
		return nil
	}
	if err := f.name(); err != nil {
		return err
	}
	var in io.Reader = f.in
	switch f.packing {
	case 0:
	case 1:
		in = &codes{in: f.in, order: f.order, bias: f.bias}
	case 2:
		b, err := f.take(24)
		if err != nil {
			return err
		}
		end := int64(f.order.Uint64(b[8:]))
		in = &codes{in: bufio.NewReader(&blocks{in: f.in, end: end}), order: f.order, bias: f.bias}
	default:
		return errDamaged
	}
	b := make([]byte, f.length)
	for f.count < 0 || f.row < f.count {
		_, err := io.ReadFull(in, b)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f.give(b); err != nil {
			return err
		}
	}
	return nil
}

// give gives a case.
func (f *file) give(b []byte) error {
	f.row++
	if f.row%256 == 0 && f.ctx.Err() != nil {
		return f.ctx.Err()
	}
	if f.spare -= int64(len(b)); f.spare < 0 {
		return errRatio
	}
	for i := range f.variables {
		f.rows.Bytes(f.value(&f.variables[i], b), f.columns[i], f.row, sources.Location{Byte: -1, Column: int32(i + 1)})
	}
	return f.rows.EndRow()
}

// value returns a value as text; empty for a missing one.
func (f *file) value(v *variable, b []byte) []byte {
	if v.width == 0 {
		x := math.Float64frombits(f.order.Uint64(b[v.at:]))
		if x == -math.MaxFloat64 || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		f.text = appendNumber(f.text[:0], x, v.format)
		return f.text
	}
	if v.segments == 1 {
		return f.decoded(bytes.TrimRight(b[v.at:min(v.at+v.width, len(b))], " \x00"))
	}
	f.joined = f.joined[:0]
	for i := range v.segments { // of 255 bytes each, and one that fills the last element
		at := v.at + i*256
		if at >= len(b) {
			break
		}
		f.joined = append(f.joined, b[at:min(at+255, len(b))]...)
	}
	return f.decoded(bytes.TrimRight(f.joined[:min(v.width, len(f.joined))], " \x00"))
}

// epoch is 1582-10-14, in seconds before 1970-01-01.
const epoch = 12_219_379_200

// appendNumber writes a number by its format.
func appendNumber(b []byte, x float64, format byte) []byte {
	const most = 10_000 * 366 * 86_400 // seconds: beyond them nothing is a date
	switch format {
	case 20, 22, 23, 24, 28, 29, 30, 38, 39, 41: // dates, with or without a time
		if math.Abs(x) < most {
			return cells.AppendTime(b, int64(math.Floor(x))-epoch, 1)
		}
	case 21: // times of day, and durations
		if x >= 0 && x < 86_400 {
			return cells.AppendClock(b, int64(x), 1)
		}
	}
	return cells.AppendReal(b, x, 64)
}
