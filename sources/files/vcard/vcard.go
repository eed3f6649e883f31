// Package vcard reads address books and calendars: vCard 2.1 to 4.0 (RFC 6350)
// and iCalendar (RFC 5545), which share their grammar.
//
// Each card, event or task is a row, its properties the columns, named without
// their parameters; folded lines are joined, escapes and quoted-printable undone.
// Values of parameters that name people (CN of an attendee) stand behind the
// value. Pictures and keys in base64 are passed over. Records counts components.
package vcard

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the vCard and the iCalendar file.
var Format = sources.Format{
	Name: "vcard",
	Doc: `vCard and iCalendar (.vcf, .ics)
RFC 6350 and RFC 5545, vCard 2.1. Cards, events and tasks are rows, their properties columns.
Pictures are not read.`,
	MediaType:  "text/vcard",
	Extensions: []string{".vcf", ".vcard", ".ics", ".ical", ".ifb"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return kind(head) != "" },
	Read:       read,
}

// kind returns the media type that the first line tells. It allocates nothing:
// every file of text is asked.
func kind(head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 256)], mark), " \t\r\n")
	switch {
	case begins(head, card):
		return "text/vcard"
	case begins(head, calendar):
		return "text/calendar"
	case bytes.HasPrefix(head, low) || bytes.HasPrefix(head, high): // UTF-16
		head = cells.Head(head)
		if begins(head, card) {
			return "text/vcard"
		}
		if begins(head, calendar) {
			return "text/calendar"
		}
	}
	return ""
}

var (
	mark, low, high = []byte("\xEF\xBB\xBF"), []byte("\xFF\xFE"), []byte("\xFE\xFF")
	card, calendar  = []byte("BEGIN:VCARD"), []byte("BEGIN:VCALENDAR")
)

func begins(head, word []byte) bool {
	return len(head) >= len(word) && bytes.EqualFold(head[:len(word)], word)
}

// maxLine bounds a property, in bytes; the rest of it is passed over.
const maxLine = 256 << 10

// book is a file being read.
type book struct {
	ctx     context.Context
	r       *bufio.Reader
	src     *cells.Reader
	rows    *cells.Rows
	columns map[string]int32
	row     int64
	line    int64 // of the property at hand
	next    int64 // of the next line
	depth   int
	cut     bool
	err     error
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	media := kind(in.Head)
	enc, skip := cells.Detect(in.Head)
	src := cells.NewReader(in.Reader, enc, skip)
	b := &book{ctx: ctx, src: src, r: bufio.NewReaderSize(src, 64<<10), rows: cells.NewRows(out), columns: make(map[string]int32), next: 1}
	err := b.read()
	if err == nil {
		err = b.rows.Flush()
	}
	res := sources.Result{Records: b.row, MediaType: media, Format: "vcard", Bytes: src.Count(), Lines: b.next - 1}
	switch {
	case err != nil:
		return res, err
	case b.cut:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case b.err != io.EOF && b.err != io.ErrUnexpectedEOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case b.depth > 0:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, nil
}

func (b *book) read() error {
	for {
		if b.line%256 == 0 && b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		property := b.property()
		if property == nil {
			return nil
		}
		if err := b.give(property); err != nil {
			return err
		}
	}
}

// property reads a line with those that are folded into it; nil at the end.
func (b *book) property() []byte {
	var p []byte
	for b.err == nil {
		if len(p) == 0 {
			b.line = b.next
		}
		piece, err := b.r.ReadSlice('\n')
		whole := err == nil
		if err != nil && err != bufio.ErrBufferFull {
			b.err = err
		}
		if room := maxLine - len(p); len(piece) > room {
			b.cut = true
			piece = piece[:max(room, 0)]
		}
		p = append(p, piece...)
		if !whole {
			continue
		}
		b.next++
		p = bytes.TrimRight(p, "\r\n")
		more, _ := b.r.Peek(1)
		switch {
		case len(p) > 0 && p[len(p)-1] == '=' && quotedPrintable(p):
			p = p[:len(p)-1]
		case len(more) == 1 && (more[0] == ' ' || more[0] == '\t') && len(p) > 0:
			b.r.Discard(1)
		case len(bytes.TrimSpace(p)) > 0:
			return p
		default:
			p = p[:0]
		}
	}
	if len(bytes.TrimSpace(p)) == 0 {
		return nil
	}
	return p
}

// quotedPrintable reports whether the parameters of a property say so.
func quotedPrintable(p []byte) bool {
	head, _, _ := bytes.Cut(p, []byte(":"))
	return bytes.Contains(bytes.ToUpper(head), []byte("QUOTED-PRINTABLE"))
}

// give hands out a property as a cell.
func (b *book) give(p []byte) error {
	head, value := parted(p)
	name, params, _ := strings.Cut(head, ";")
	if i := strings.LastIndexByte(name, '.'); i >= 0 { // of a group
		name = name[i+1:]
	}
	name = strings.ToUpper(strings.TrimSpace(name))
	upper := strings.ToUpper(params)
	switch {
	case name == "BEGIN":
		b.depth++
		b.row++
		return nil
	case name == "END":
		b.depth = max(b.depth-1, 0)
		return b.rows.EndRow()
	case strings.Contains(upper, "ENCODING=B") || strings.HasPrefix(value, "data:"):
		return nil
	case strings.Contains(upper, "QUOTED-PRINTABLE"):
		value = unquoted(value)
	}
	value = plain(value)
	if common := parameter(params, "CN"); common != "" {
		value += " " + common
	}
	column, ok := b.columns[name]
	if !ok {
		var err error
		if column, err = b.rows.Columns.Add(strings.ToValidUTF8(name[:min(len(name), 64)], ""), ""); err != nil {
			return err
		}
		if len(b.columns) < 4096 {
			b.columns[name] = column
		}
	}
	b.rows.Cell(value, column, max(b.row, 1), sources.Location{Byte: -1, Line: b.line})
	return nil
}

// parted cuts a property at the colon behind its parameters, which may be quoted.
func parted(p []byte) (head, value string) {
	quoted := false
	for i, c := range p {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			return string(p[:i]), string(p[i+1:])
		}
	}
	return "", string(p)
}

// parameter returns the value of a parameter.
func parameter(params, key string) string {
	for _, p := range strings.Split(params, ";") {
		if k, v, ok := strings.Cut(p, "="); ok && strings.EqualFold(k, key) {
			return strings.Trim(v, `"`)
		}
	}
	return ""
}

// plain undoes the escapes of a value; the semicolons between its parts become
// blanks.
func plain(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			if c = s[i]; c == 'n' || c == 'N' {
				c = '\n'
			}
			b.WriteByte(c)
		case c == ';':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}

// unquoted decodes quoted-printable; what it says that is no UTF-8 is Latin.
func unquoted(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			if hi, lo := nibble(s[i+1]), nibble(s[i+2]); hi < 16 && lo < 16 {
				b = append(b, hi<<4|lo)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(cells.UTF8Text(b))
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}
