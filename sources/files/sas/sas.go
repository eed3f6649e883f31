// Package sas reads SAS data sets (SAS7BDAT), whose form its maker has not
// published: it follows what M. Shotwell, C. Brown and others found out
// (https://cran.r-project.org/package=sas7bdat, vignette).
//
// Observations are rows; the label of a variable stands beside its name as
// evidence. Dates, times and their combinations are recognised by the format of
// the variable and given as 1980-03-12; other numbers as they are stored. Both
// byte orders, files of 32 and 64 bits, and both ways to compress are known. Row
// counts from 1.
//
// What is left out: encrypted files, value labels (catalogs), the
// marks of deleted observations: those are read like the others.
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
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
)

// Format is the SAS data set.
var Format = sources.Format{
	Name: "sas",
	Doc: `SAS data set (.sas7bdat)
32 and 64 bits, both byte orders, compressed with CHAR or BINARY. Variables are columns, dates are dates.
Catalogs are not read.`,
	MediaType:  "application/x-sas-data",
	Extensions: []string{".sas7bdat", ".sd7"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, magic) },
	Read:       read,
}

var magic = []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11")

const (
	maxPage = 16 << 20 // bytes of a page, of the header, of an observation
	maxText = 32 << 20 // bytes of all names and labels
)

var errRatio = errors.New("unpacks to too much")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	limits := out.Limits().Defaults()
	s := &set{ctx: ctx, out: out, rows: cells.NewRows(out), spare: limits.RatioMin + limits.Ratio*max(in.Size, 0)}
	fe := s.open(in)
	if fe == nil {
		err := s.pages(in.Reader)
		if err == nil || errors.Is(err, errRatio) {
			if e := s.rows.Flush(); e != nil {
				err = e
			}
		}
		switch {
		case errors.Is(err, errRatio):
			fe = &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
		case err != nil:
			return sources.Result{Records: s.row, Bytes: s.read}, err
		case s.damaged:
			fe = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
		case s.row < s.count:
			fe = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
		}
	}
	res := sources.Result{Records: s.row, Bytes: s.read}
	if fe != nil {
		return res, fe
	}
	return res, nil
}

// set is a data set being read.
type set struct {
	ctx   context.Context
	out   sources.Output
	rows  *cells.Rows
	order binary.ByteOrder
	wide  bool // 64 bits
	ibm   bool // numbers are those of IBM mainframes
	page  int  // bytes of a page
	code  int  // code page of text

	length int   // of an observation, bytes
	count  int64 // observations that are said
	mixed  int64 // of them on pages with descriptions
	unpack func(dst, src []byte, size int) []byte

	texts     [][]byte
	textSize  int
	variables []variable
	names     int // variables that have their name, their format
	formats   int
	columns   []int32

	data    []byte // of the page at hand
	room    int    // bytes of it that observations may still take
	packed  []byte
	text    []byte
	row     int64
	read    int64
	spare   int64
	damaged bool
}

// variable is a column.
type variable struct {
	name, label, format string
	offset, length      int
	number              bool
}

// open reads the header.
func (s *set) open(in sources.Input) *sources.FormatError {
	short := &sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}
	corrupt := &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	head := in.Head
	if len(head) < 288 {
		return short
	}
	s.order = binary.BigEndian
	if head[37] == 1 {
		s.order = binary.LittleEndian
	}
	s.wide = head[32] == '3'
	align := 0
	if head[35] == '3' {
		align = 4
	}
	s.code = pages[head[70]]
	header := int64(s.order.Uint32(head[196+align:]))
	s.page = int(s.order.Uint32(head[200+align:]))
	if header < 288 || header > maxPage || s.page < 256 || s.page > maxPage {
		return corrupt
	}
	if n, err := io.CopyN(io.Discard, in.Reader, header); err != nil {
		s.read = n
		return short
	}
	s.read = header
	return nil
}

// pages are the code pages by the number of the encoding; others are read as
// Windows-1252.
var pages = map[byte]int{
	20: codepage.UTF8, 30: 28592, 33: 28595, 35: 28597, 40: 28605, 41: 437, 42: 850, 43: 852, 45: 858, 60: 1250, 61: 1251, 62: 1252,
	63: 1253, 64: 1254, 65: 1255, 66: 1256, 67: 1257,
}

// int is the length of numbers and pointers.
func (s *set) int() int {
	if s.wide {
		return 8
	}
	return 4
}

// number reads a number of the length of pointers; -1 when it makes no sense or b
// is too short.
func (s *set) number(b []byte, at int) int64 {
	if at < 0 || at+s.int() > len(b) {
		return -1
	}
	var v uint64
	if s.wide {
		v = s.order.Uint64(b[at:])
	} else {
		v = uint64(s.order.Uint32(b[at:]))
	}
	if v > math.MaxInt64 {
		return -1
	}
	return int64(v)
}

// short reads a number of 16 bits, 0 where b is too short.
func (s *set) short(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(s.order.Uint16(b[at:]))
}

// pages reads one page after the other.
func (s *set) pages(in io.Reader) error {
	var page bytes.Buffer
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		page.Reset()
		n, err := io.CopyN(&page, in, int64(s.page))
		s.read += n
		if err != nil {
			return nil // what is missing shows in the count
		}
		s.data, s.room = page.Bytes(), s.page
		if err := s.onPage(); err != nil {
			return err
		}
	}
}

// The kinds of pages.
const (
	metaPage = 0x0000
	dataPage = 0x0100
	mixPage  = 0x0200
	amdPage  = 0x0400
)

// onPage reads a page.
func (s *set) onPage() error {
	at, size := 16, 12
	if s.wide {
		at, size = 32, 24
	}
	kind, blocks, count := s.short(s.data, at), s.short(s.data, at+2), s.short(s.data, at+4)
	at += 8
	switch kind & 0x0F00 {
	case metaPage, amdPage, mixPage:
		for i := range count {
			if err := s.pointer(s.data, at+i*size); err != nil {
				return err
			}
		}
		if kind&0x0F00 != mixPage {
			return nil
		}
		at += count * size
		at += at % 8
		return s.observations(at, int(min(s.mixed, s.count-s.row)))
	case dataPage:
		return s.observations(at, blocks)
	}
	return nil
}

// observations gives n rows that lie one behind the other.
func (s *set) observations(at, n int) error {
	if s.length < 1 {
		s.damaged = s.damaged || n > 0
		return nil
	}
	for i := 0; i < n && s.row < s.count; i++ {
		if at+s.length > len(s.data) {
			s.damaged = true
			return nil
		}
		if err := s.give(s.data[at : at+s.length]); err != nil {
			return err
		}
		at += s.length
	}
	return nil
}

// give gives a row.
func (s *set) give(b []byte) error {
	if err := s.name(); err != nil {
		return err
	}
	s.row++
	if s.row%1024 == 0 && s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if s.spare -= int64(len(b)); s.spare < 0 {
		return errRatio
	}
	for i := range s.variables {
		v := &s.variables[i]
		if v.offset+v.length > len(b) {
			s.damaged = true
			continue
		}
		text := s.value(v, b[v.offset:v.offset+v.length])
		s.rows.Bytes(text, s.columns[i], s.row, sources.Location{Byte: -1, Column: int32(i + 1)})
	}
	return s.rows.EndRow()
}

// name names the columns, once.
func (s *set) name() error {
	for i := len(s.columns); i < len(s.variables); i++ {
		v := &s.variables[i]
		at, err := s.rows.Columns.Add(v.name, v.label)
		if err != nil {
			return err
		}
		s.columns = append(s.columns, at)
	}
	return nil
}

// value returns a value as text; empty for a missing one.
func (s *set) value(v *variable, b []byte) []byte {
	if !v.number {
		b = bytes.TrimRight(b, " \x00")
		for _, c := range b {
			if c >= 0x80 {
				if s.code == codepage.UTF8 || utf8.Valid(b) { // some headers are wrong about it
					return cells.UTF8Text(b)
				}
				s.text = append(s.text[:0], codepage.String(max(s.code, 1), b)...)
				return s.text
			}
		}
		return b
	}
	if len(b) < 2 || len(b) > 8 {
		return nil
	}
	var eight [8]byte // numbers may have been cut to their first bytes
	if s.order == binary.BigEndian {
		copy(eight[:], b)
	} else {
		copy(eight[8-len(b):], b)
	}
	x := math.Float64frombits(s.order.Uint64(eight[:]))
	if s.ibm {
		there := false
		if x, there = ibmFloat(b); !there {
			return nil
		}
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	s.text = appendNumber(s.text[:0], x, v.format)
	return s.text
}

// epoch is 1960-01-01, in days after 1970-01-01.
const epoch = -3653

// appendNumber writes a number by its format.
func appendNumber(b []byte, x float64, format string) []byte {
	const most = 4_000_000 // days: beyond them nothing is a date
	switch meaning(format) {
	case date:
		if math.Abs(x) < most {
			return cells.AppendDays(b, int64(math.Floor(x))+epoch)
		}
	case datetime:
		if math.Abs(x) < most*86_400 {
			return cells.AppendTime(b, int64(math.Floor(x))+epoch*86_400, 1)
		}
	case clock:
		if x >= 0 && x < 86_400 {
			return cells.AppendClock(b, int64(x), 1)
		}
	}
	if x == math.Trunc(x) && math.Abs(x) < 1e18 {
		return strconv.AppendInt(b, int64(x), 10)
	}
	return strconv.AppendFloat(b, x, 'g', -1, 64)
}

// What numbers mean.
const (
	plain = iota
	date
	datetime
	clock
)

// meaning tells dates and times by the name of the format.
func meaning(format string) int {
	f := strings.ToUpper(strings.TrimRight(format, "0123456789. "))
	for _, p := range [...]string{"DATETIME", "NLDATM", "E8601DT", "B8601DT", "IS8601DT", "EURDFDT", "FRADFDT", "MDYAMPM", "DATEAMPM", "DTDATE", "DTMONYY", "DTYEAR"} {
		if strings.HasPrefix(f, p) || strings.HasSuffix(f, "DFDT") {
			return datetime
		}
	}
	for _, p := range [...]string{"DATE", "DDMMYY", "MMDDYY", "YYMMDD", "YYMON", "MONYY", "MMYY", "YYMM", "JULIAN", "WORDDAT", "WEEKDAT", "NLDATE", "E8601DA", "B8601DA", "IS8601DA", "PDJUL", "YYQ", "MINGUO", "NENGO"} {
		if strings.HasPrefix(f, p) || strings.HasSuffix(f, "DFDD") || strings.HasSuffix(f, "DFDE") || strings.HasSuffix(f, "DFWDX") {
			return date
		}
	}
	for _, p := range [...]string{"TIME", "TOD", "HHMM", "HOUR", "NLTIM", "E8601TM", "B8601TM", "IS8601TM"} {
		if strings.HasPrefix(f, p) {
			return clock
		}
	}
	return plain
}
