// Package doc reads binary documents of Word (MS-DOC, Word 97 to 2003: .doc, .dot),
// and the text of those of Word 6 and 95.
//
// The text is put together by the piece table, so that a document saved "fast" is
// read as it stands; tables are cells, those within a cell are part of its text.
// Notes, headers, comments, text boxes, field codes, names of authors, bookmarks, variables, form fields, alternative and
// decorated texts of shapes and properties are read too; embedded objects are members. Line in a location counts
// paragraphs. Text deleted under revision marks stands apart. Macros are texts of their own. Pictures and
// what earlier savings left behind are not read. Documents with a password are told.
package doc

import (
	"context"
	"encoding/binary"
	"sync"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/parts"
)

const (
	name      = "doc"
	mediaType = "application/msword"
)

// Format is the binary document.
var Format = sources.Format{
	Name: name,
	Doc: `Word 97-2003 document (.doc)
MS-DOC. Text with notes, headers, comments, text boxes, field codes; tables as cells; authors, properties;
embedded objects are members. Macros. Of Word 6 and 95 the text. Pictures are not read. Encrypted ones are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".doc", ".dot", ".wiz"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return cfb.Is(head) },
	Read:       read,
	Random:     true,
}

// maxStream bounds the bytes of the two streams that hold text and its places.
const maxStream = 64 << 20

// document is a document being read.
type document struct {
	ctx   context.Context
	out   sources.Output
	flow  *parts.Flow
	word  []byte        // the stream with the text
	table []byte        // the one that tells where it stands
	old   bool          // Word 6 or 95
	data  func() []byte // the stream of what is too long for a page, read when asked for; nil: none

	pieces  []piece
	props   *formats // of paragraphs
	runs    *formats
	codes   []bool // open fields: whether their code is at hand
	fresh   bool   // a paragraph begins
	inTable bool   // a table is open
	ended   bool   // so is no row of it
	mark    bool   // the paragraph at hand is the mark at the end of a row
	deleted bool
	text    []byte
	damaged bool
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return res, err
	}
	d := &document{ctx: ctx, out: out, flow: parts.NewFlow(ctx, out)}
	defer d.flow.Close()
	verdict := d.open(f)
	if verdict != nil && (verdict.Status != sources.Partial || len(d.pieces) == 0) {
		if verdict.Status == sources.Partial {
			verdict.Status = sources.Unreadable
		}
		return res, verdict
	}
	if err := d.stories(); err != nil {
		return res, err
	}
	// Pictures lie in a stream of their own, behind what form fields say.
	blind := d.flow.Written == 0 && f.Stream("Data") != nil && f.Stream("Data").Size > parts.LeastPicture
	if err := d.others(f); err != nil {
		return res, err
	}
	switch {
	case verdict != nil:
		return res, verdict
	case d.damaged:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case blind:
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return res, nil
}

// open reads the two streams and the piece table.
func (d *document) open(f *cfb.File) *sources.FormatError {
	var verdict *sources.FormatError
	load := func(name string) []byte {
		s := f.Stream(name)
		b, err := s.Bytes(maxStream)
		switch {
		case s == nil:
		case err != nil:
			verdict = &sources.FormatError{Status: sources.Partial, Reason: cfb.Reason(err)}
		case s.Size > maxStream:
			verdict = &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
		}
		return b
	}
	d.word = load("WordDocument")
	magic, flags := d.u16(0), d.u16(0x0A)
	d.old = magic == 0xA5DC || magic == 0xA697 || d.u16(2) < 0xC0
	switch {
	case len(d.word) < 0x200 || magic != 0xA5EC && !d.old:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	case flags&0x0100 != 0:
		return &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	case d.old:
		d.table = d.word
	case flags&0x0200 != 0:
		d.table = load("1Table")
	default:
		d.table = load("0Table")
	}
	if !d.old {
		d.data = sync.OnceValue(func() []byte {
			b, err := f.Stream("Data").Bytes(maxStream)
			d.damaged = d.damaged || err != nil
			return b
		})
	}
	d.layOut()
	return verdict
}

func (d *document) u16(at int) uint16 {
	if at+2 > len(d.word) {
		return 0
	}
	return binary.LittleEndian.Uint16(d.word[at:])
}

func (d *document) u32(at int) uint32 {
	if at+4 > len(d.word) {
		return 0
	}
	return binary.LittleEndian.Uint32(d.word[at:])
}

// structure returns what the header points to by its number (MS-DOC 2.5.6).
func (d *document) structure(number int) []byte {
	at := 0x9A + 8*number
	from, size := int64(d.u32(at)), int64(d.u32(at+4))
	from = min(from, int64(len(d.table)))
	return d.table[from:min(from+size, int64(len(d.table)))]
}

// The numbers of structures.
const (
	plcfBteChpx     = 12
	plcfBtePapx     = 13
	sttbfBkmk       = 21
	sttbfAssoc      = 32
	clx             = 33
	grpXstAtnOwners = 36
	dggInfo         = 50
	sttbfRMark      = 51
	stwUser         = 60
	sttbSavedBy     = 71
)
