// Package pdf reads the text of PDF files (ISO 32000-1 and -2), page by page.
//
// Pages that ledongthuc/pdf places rightly are read by it, all others, and those
// it fails on, by a painter of our own. Glyphs are placed as a viewer would place
// them and sorted into lines: letters that touch are a word whatever pieces they
// were drawn in, an accent that is drawn over a letter is part of it, words are apart by
// a space, cells by a tab; a word that a hyphen breaks at the end of a line is whole.
// Right-to-left scripts come as they are drawn. Columns of prose side
// by side are read line by line across. Beside the pages it gives the values of
// form fields, the comments, the links, the titles of the outline and of the
// document, and hands embedded files to the walker.
//
// A file whose cross-references are damaged is searched for its objects; one that
// is encrypted is opened with the empty password or told as encrypted. Pages of
// pictures without text are told; where the Output has a Recogniser, their pictures
// are read (JBIG2 is not). It runs no script, fetches nothing, and does not know the encodings of East Asian fonts
// that say nothing of Unicode.
//
// Whatever the input, memory and time are bounded: by the budget of bytes that
// decoding may give (Limits.Ratio), by the number of objects, by depth.
package pdf

import (
	"bytes"
	"context"
	"errors"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is PDF.
var Format = sources.Format{
	Name: "pdf",
	Doc: `PDF
ISO 32000-1 and -2: text of pages, form fields, annotations, metadata, embedded files. Encrypted
files open with the empty password only. Pictures of pages without text are read with --ocr alone.`,
	MediaType:  "application/pdf",
	Extensions: []string{".pdf"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff looks for the header, which may stand behind other bytes.
func sniff(head []byte, _ string, _ int64) bool {
	if bytes.HasPrefix(head, []byte("%PDF-")) {
		return true
	}
	i := bytes.Index(head[:min(len(head), 1024)], []byte("%PDF-"))
	if i < 0 {
		return false
	}
	rest := head[i+5:]
	return len(rest) > 3 && '1' <= rest[0] && rest[0] <= '2' && rest[1] == '.' && (i > 0 && (head[i-1] == '\n' || head[i-1] == '\r'))
}

// document is a file that is being read.
type document struct {
	*file
	library    *library // nil where it does not come first
	out        sources.Output
	text       *cells.Text
	limits     sources.Limits
	pages      int
	blind      int // pages of pictures only
	written    int
	seen       map[string]bool    // what the description of the document said
	members    map[int]bool       // embedded files handed over, by object
	looked     map[int]bool       // pictures that were recognised, by object: whether they hold text
	recogniser sources.Recogniser // nil where none was asked for
	glyphs     []glyph            // of the last page, for their memory
	runs       []glyph
}

func read(ctx context.Context, in sources.Input, out sources.Output) (res sources.Result, err error) {
	res = sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	if in.At == nil || in.Size < 0 {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := open(ctx, in, out.Limits().Defaults())
	if err != nil {
		return res, why(ctx, err, in)
	}
	d := &document{file: f, out: out, text: cells.NewText(out), limits: out.Limits().Defaults(), seen: map[string]bool{}, members: map[int]bool{}, looked: map[int]bool{}, recogniser: sources.RecogniserOf(out)}
	d.library = openLibrary(f, in.At, in.Size)
	if err := d.read(); err != nil {
		return res, err
	}
	return res, d.verdict(in)
}

// why says what an error of opening means.
func why(ctx context.Context, err error, in sources.Input) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, errPassword) {
		return &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	reason := sources.Corrupt
	if !ended(in) {
		reason = sources.Truncated
	}
	return &sources.FormatError{Status: sources.Unreadable, Reason: reason}
}

// ended reports whether the mark of the end is near the end.
func ended(in sources.Input) bool {
	b := make([]byte, 1024)
	n, _ := in.At.ReadAt(b, max(0, in.Size-int64(len(b))))
	return bytes.Contains(b[:n], []byte("%%EOF"))
}

// read reads all parts.
func (d *document) read() error {
	root := d.dict(d.trailer["Root"])
	for _, part := range []func(dict) error{d.readPages, d.form, d.description, d.outline, d.attachments} {
		if err := part(root); err != nil {
			return err
		}
		if err := d.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// verdict says what the reading as a whole missed.
func (d *document) verdict(in sources.Input) error {
	partial := func(r sources.Reason) error { return &sources.FormatError{Status: sources.Partial, Reason: r} }
	cut := d.rebuilt && !ended(in)
	switch {
	case d.over:
		return partial(sources.RatioLimit)
	case d.long:
		return partial(sources.SizeLimit)
	case d.pages == 0 && d.written == 0 && cut:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}
	case d.pages == 0 && d.written == 0:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	case cut:
		return partial(sources.Truncated)
	case d.broken:
		return partial(sources.Corrupt)
	case d.blind > 0 && d.written == 0:
		return &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return nil
}

// end hands out the text that waits under a part and a page.
func (d *document) end(part string, page int32) error {
	if d.text.Len() == 0 {
		return nil
	}
	d.written += d.text.Len()
	d.text.Part, d.text.Page = part, page
	return d.text.End()
}
