// Package rtf reads Rich Text Format (version 1.9.1).
//
// Text is read in the code page of its font or of the document, and Unicode where
// it is written; tables are cells. Headers, footers, notes, comments, text boxes,
// field codes, index entries, the tags of a mail written in HTML, the properties of the document, its variables, bookmarks and
// form fields, what shapes and pictures are called and the source of a mail merge stand as lines of their own behind the paragraph they are written in. Embedded objects (OLE 1) are members;
// pictures, styles and other destinations that hold no text are passed over, in
// whatever form. Line in a location counts paragraphs.
package rtf

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strconv"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/parts"
)

const mediaType = "application/rtf"

// Format is the RTF document.
var Format = sources.Format{
	Name: "rtf",
	Doc: `Rich Text Format (.rtf)
RTF 1.9.1. Text in any code page, tables as cells, headers, notes, comments, field codes, properties;
embedded objects are members. Pictures are not read.`,
	MediaType:  mediaType,
	Extensions: []string{".rtf"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, []byte(`{\rtf`)) },
	Read:       read,
}

// maxGroups bounds groups in groups.
const maxGroups = 1000

// destination is where the text of a group goes.
type destination uint8

const (
	body     destination = iota
	aside                // lines behind the paragraph
	skipped              // nowhere
	fonts                // the table of fonts
	object               // the bytes of an object, in hexadecimal
	named                // a value with a name: a line behind the paragraph, unless a program gave it
	property             // the name of a property of a shape
)

// group is the state that a brace saves.
type group struct {
	to    destination
	uc    int // characters that stand in for a Unicode one
	page  *[256]rune
	inRow bool // the paragraph belongs to a row
	star  bool // a destination that old readers may ignore follows
}

// document is a document being read.
type document struct {
	ctx      context.Context
	out      sources.Output
	r        *bufio.Reader
	count    int64
	flow     *parts.Flow
	pictures bool // there are some
	groups   []group
	g        group

	page     *[256]rune // of the document
	fonts    map[int]*[256]rune
	pages    map[int]*[256]rune // by number, those that were asked for
	font     int
	stand    int  // characters to be passed over behind a Unicode one
	high     rune // the first half of a surrogate pair
	table    bool
	ended    bool // the row at hand
	text     []byte
	unsound  bool
	word     []byte
	steps    int
	embedded int
	property string // of a shape, whose value follows
	later    parts.Later
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	d := &document{ctx: ctx, out: out, r: bufio.NewReaderSize(in.Reader, 64<<10), flow: parts.NewFlow(ctx, out), fonts: make(map[int]*[256]rune), pages: make(map[int]*[256]rune)}
	defer d.flow.Close()
	d.page = d.pageOf(1252)
	d.g = group{uc: 1, page: d.page}
	err := d.read()
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "rtf", Bytes: d.count}
	switch {
	case err == errCut:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case err != nil:
		return res, err
	case d.unsound:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case d.pictures && d.flow.Written == 0: // a letter that was scanned, say
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return res, nil
}

// errCut says that a group was still open at the end.
var errCut = io.ErrUnexpectedEOF

// read reads the file, token by token.
func (d *document) read() error {
	err := d.tokens()
	if e := d.flush(); e != nil {
		return e
	}
	if e := d.later.Flush(d.flow); e != nil {
		return e
	}
	if e := d.flow.End(); e != nil {
		return e
	}
	return err
}

func (d *document) tokens() error {
	for {
		if d.steps++; d.steps%4096 == 1 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		c, err := d.next()
		if err != nil {
			if err == io.EOF && len(d.groups) == 0 {
				return nil
			}
			return errCut
		}
		switch c {
		case '{':
			err = d.open()
		case '}':
			err = d.close()
			if err == nil && len(d.groups) == 0 {
				return d.behind()
			}
		case '\\':
			err = d.control()
		case '\r', '\n', 0:
		default:
			err = d.char(c)
		}
		if err != nil {
			return err
		}
	}
}

func (d *document) next() (byte, error) {
	c, err := d.r.ReadByte()
	if err == nil {
		d.count++
	}
	return c, err
}

// behind looks at what stands behind the document: programs leave line ends and
// zeros there.
func (d *document) behind() error {
	for {
		c, err := d.next()
		if err != nil {
			return nil
		}
		if c > ' ' {
			d.unsound = true
			if _, err := io.Copy(io.Discard, d.r); err != nil {
				return errCut
			}
			return nil
		}
	}
}

func (d *document) open() error {
	if err := d.flush(); err != nil {
		return err
	}
	if len(d.groups) >= maxGroups {
		return &sources.FormatError{Status: sources.Partial, Reason: sources.DepthLimit}
	}
	d.groups = append(d.groups, d.g)
	d.g.star = false
	d.stand = 0
	return nil
}

func (d *document) close() error {
	if err := d.flush(); err != nil {
		return err
	}
	d.stand = 0
	n := len(d.groups)
	if n == 0 {
		d.unsound = true
		return nil
	}
	before := d.g
	d.g = d.groups[n-1]
	d.groups = d.groups[:n-1]
	if before.to == aside && d.g.to != aside {
		d.flow.EndAside()
	}
	if d.g.to == body {
		d.g.inRow = before.inRow // programs close a group inside the paragraph
	}
	return nil
}

// control reads what stands behind a backslash.
func (d *document) control() error {
	c, err := d.next()
	if err != nil {
		return errCut
	}
	switch {
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		return d.controlWord(c)
	case c == '\'':
		return d.hexChar()
	case c == '*':
		d.g.star = true
	case c == '~':
		return d.rune('\u00a0')
	case c == '_':
		return d.rune('-')
	case c == '-' || c == ':' || c == '|':
	case c == '\r' || c == '\n':
		return d.paragraph()
	default: // a brace, a backslash
		return d.char(c)
	}
	return nil
}

func (d *document) hexChar() error {
	hi, err := d.next()
	if err != nil {
		return errCut
	}
	lo, err := d.next()
	if err != nil {
		return errCut
	}
	h, l := nibble(hi), nibble(lo)
	if h > 15 || l > 15 {
		return nil
	}
	return d.char(h<<4 | l)
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// controlWord reads a word of letters, its number, and the blank behind it.
func (d *document) controlWord(c byte) error {
	d.word = append(d.word[:0], c)
	number, has, negative := 0, false, false
	for {
		c, err := d.next()
		if err != nil {
			break // the end is met again
		}
		if !has && !negative && ('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			if len(d.word) < 32 {
				d.word = append(d.word, c)
			}
			continue
		}
		if c == '-' && !has && !negative {
			negative = true
			continue
		}
		if '0' <= c && c <= '9' {
			has = true
			if number < 1<<30 {
				number = number*10 + int(c-'0')
			}
			continue
		}
		if c != ' ' {
			d.r.UnreadByte()
			d.count--
		}
		break
	}
	if negative {
		number = -number
	}
	return d.act(string(d.word), number, has)
}

// char adds a byte in the code page at hand.
func (d *document) char(c byte) error {
	if d.stand > 0 {
		d.stand--
		return nil
	}
	switch d.g.to {
	case skipped, fonts, object:
		return nil
	}
	if c < 0x80 {
		d.text = append(d.text, c)
	} else {
		d.text = utf8.AppendRune(d.text, d.g.page[c])
	}
	return d.full()
}

func (d *document) rune(r rune) error {
	switch d.g.to {
	case skipped, fonts, object:
		return nil
	}
	d.text = utf8.AppendRune(d.text, r)
	return d.full()
}

func (d *document) full() error {
	if len(d.text) >= 4096 {
		return d.flush()
	}
	return nil
}

// flush hands what has gathered to the flow.
func (d *document) flush() error {
	if len(d.text) == 0 {
		return nil
	}
	text := d.text
	d.text = d.text[:0]
	switch d.g.to {
	case aside:
		return d.flow.Aside(text)
	case property:
		d.property = string(bytes.TrimSpace(text))
		return nil
	case named:
		if d.later.Add(text); d.later.Full() {
			return d.later.Flush(d.flow)
		}
		return nil
	}
	if err := d.place(); err != nil {
		return err
	}
	return d.flow.Write(text)
}

// place opens or closes the table around what follows.
func (d *document) place() error {
	switch {
	case d.g.inRow && !d.table:
		taken, err := d.flow.OpenTable("")
		if err != nil || !taken {
			return err
		}
		d.table, d.ended = true, true
	case !d.g.inRow && d.table && d.ended:
		d.table = false
		if err := d.flow.CloseTable(); err != nil {
			return err
		}
		d.flow.Paragraph()
	}
	if d.table && d.ended {
		d.ended = false
		if err := d.flow.OpenRow(0); err != nil {
			return err
		}
		d.flow.OpenCell()
	}
	return nil
}

// paragraph ends a paragraph.
func (d *document) paragraph() error {
	if err := d.flush(); err != nil {
		return err
	}
	switch {
	case d.g.to == aside:
		d.flow.EndAside()
		return d.later.Flush(d.flow)
	case d.g.to != body:
		return nil
	}
	if err := d.place(); err != nil {
		return err
	}
	if d.table {
		return d.flow.Write([]byte("\n"))
	}
	if err := d.later.Flush(d.flow); err != nil {
		return err
	}
	if err := d.flow.EndParagraph(); err != nil {
		return err
	}
	d.flow.Paragraph()
	return nil
}

// endCell ends a cell; endRow a row.
func (d *document) endCell() error {
	if err := d.flush(); err != nil {
		return err
	}
	if d.g.to != body {
		return d.rune('\t')
	}
	d.g.inRow = true
	if err := d.place(); err != nil {
		return err
	}
	if d.table {
		d.flow.CloseCell()
		d.flow.OpenCell()
		return nil
	}
	return d.flow.Write([]byte("\t"))
}

func (d *document) endRow() error {
	if err := d.flush(); err != nil {
		return err
	}
	if !d.table || d.g.to != body {
		return d.paragraph()
	}
	d.ended = true
	return d.flow.CloseRow()
}

// aside begins a destination that stands apart, with a name in front of it.
func (d *document) aside(name string) error {
	d.g.to = aside
	d.flow.EndAside()
	if name == "" {
		return nil
	}
	return d.flow.Aside([]byte(name + ": "))
}

func itoa(n int) string { return strconv.Itoa(n) }
