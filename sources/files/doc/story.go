package doc

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources/files/cfb"
	"recense/sources/files/codepage"
	"recense/sources/files/parts"
	"recense/sources/files/vba"
)

// parted are the texts of a document, one behind another, by the place of their
// length in the header of Word 97 and of Word 6.
var parted = []struct {
	part     string
	new, old int
}{
	{"", 0x4C, 0x34}, {"footnotes", 0x50, 0x38}, {"headers", 0x54, 0x3C}, {"macros", 0x58, 0x40}, {"comments", 0x5C, 0x44},
	{"endnotes", 0x60, 0x48}, {"text boxes", 0x64, 0x4C}, {"text boxes of headers", 0x68, 0x50},
}

// stories reads all texts.
func (d *document) stories() error {
	at := int64(0)
	for _, s := range parted {
		n := int64(d.u32(s.new))
		if d.old {
			n = int64(d.u32(s.old))
		}
		if n > 1<<31-1 {
			d.damaged, n = true, 0
		}
		if n > 0 {
			if err := d.story(s.part, at, at+n); err != nil {
				return err
			}
		}
		at += n
	}
	return nil
}

// story reads the characters from to to.
func (d *document) story(part string, from, to int64) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if err := d.flow.Begin(part, 0); err != nil {
		return err
	}
	d.fresh, d.inTable, d.ended, d.deleted, d.codes = true, false, false, false, d.codes[:0]
	for _, p := range d.pieces {
		if p.to <= from || p.from >= to {
			continue
		}
		if err := d.piece(p, max(from, p.from), min(to, p.to)); err != nil {
			return err
		}
	}
	if err := d.flush(); err != nil {
		return err
	}
	d.flow.EndAside()
	return d.flow.End()
}

var latin = codepage.Table(1252)

// piece reads the characters from to to, which stand in p.
func (d *document) piece(p piece, from, to int64) error {
	size := int64(1)
	if p.wide {
		size = 2
	}
	at := p.at + (from-p.from)*size
	end := at + (to-from)*size
	for at < end {
		var r rune
		if p.wide {
			r = rune(binary.LittleEndian.Uint16(d.word[at:]))
			if utf16.IsSurrogate(r) && at+4 <= end {
				if pair := utf16.DecodeRune(r, rune(binary.LittleEndian.Uint16(d.word[at+2:]))); pair != utf8.RuneError {
					r = pair
					at += 2
				}
			}
		} else {
			r = latin[d.word[at]]
		}
		if err := d.rune(r, at); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// rune takes one character, which stands at an offset of the stream.
func (d *document) rune(r rune, at int64) error {
	if d.fresh {
		if err := d.begin(at); err != nil {
			return err
		}
	}
	if gone := d.runs.at(at).deleted; gone != d.deleted {
		if err := d.flush(); err != nil {
			return err
		}
		d.flow.EndAside()
		d.deleted = gone
	}
	switch r {
	case '\r', '\f':
		return d.paragraph()
	case 7:
		return d.cell()
	case 0x13, 0x14, 0x15:
		return d.field(r)
	case 0x0B, 0x0E:
		r = '\n'
	case 0x1E:
		r = '-'
	case '\t':
	default:
		if r < ' ' {
			return nil // pictures, marks of notes
		}
	case 0x1F:
		return nil // a hyphen that shows at the end of a line only
	}
	d.text = utf8.AppendRune(d.text, r)
	if len(d.text) >= 4<<10 {
		return d.flush()
	}
	return nil
}

// flush hands over what was gathered: to the paragraph, or to the code of a field.
func (d *document) flush() error {
	if len(d.text) == 0 {
		return nil
	}
	defer func() { d.text = d.text[:0] }()
	switch {
	case d.deleted || slices.Contains(d.codes, true):
		return d.flow.Aside(d.text)
	case d.mark:
		return nil
	}
	return d.flow.Write(d.text)
}

// begin begins a paragraph, in a table or not.
func (d *document) begin(at int64) error {
	d.fresh = false
	props := d.props.at(at)
	d.mark = props.rowEnd
	switch {
	case d.inTable && !props.inTable && !props.rowEnd:
		d.inTable = false
		if err := d.flow.CloseTable(); err != nil {
			return err
		}
	case !d.inTable && props.inTable && !props.rowEnd:
		open, err := d.flow.OpenTable("")
		if err != nil {
			return err
		}
		d.inTable, d.ended = open, true
	}
	if d.inTable && d.ended && !d.mark {
		d.ended = false
		if err := d.flow.OpenRow(0); err != nil {
			return err
		}
		d.flow.OpenCell()
	}
	if !d.mark {
		d.flow.Paragraph()
	}
	return nil
}

func (d *document) paragraph() error {
	d.fresh = true
	if err := d.flush(); err != nil {
		return err
	}
	d.flow.EndAside()
	return d.flow.EndParagraph()
}

// cell ends a cell, or a row at the mark of its end.
func (d *document) cell() error {
	d.fresh = true
	if err := d.flush(); err != nil {
		return err
	}
	switch {
	case !d.inTable:
		return d.flow.Write([]byte("\t"))
	case d.mark:
		d.ended = true
		return d.flow.CloseRow()
	}
	d.flow.CloseCell()
	d.flow.OpenCell()
	return nil
}

// maxFields bounds fields in fields.
const maxFields = 100

// field takes the marks around a field: its code stands apart, its result in the
// text.
func (d *document) field(mark rune) error {
	if err := d.flush(); err != nil {
		return err
	}
	n := len(d.codes)
	switch {
	case mark == 0x13 && n < maxFields:
		d.codes = append(d.codes, true)
	case mark == 0x14 && n > 0:
		d.codes[n-1] = false
		d.flow.EndAside()
	case mark == 0x15 && n > 0:
		d.codes = d.codes[:n-1]
		d.flow.EndAside()
	}
	return nil
}

// others gives the names of authors, the properties and the embedded objects.
func (d *document) others(f *cfb.File) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if err := d.flow.Begin("properties", 0); err != nil {
		return err
	}
	for _, p := range f.Properties() {
		if err := d.flow.Line([]byte(p.Name + ": " + p.Value)); err != nil {
			return err
		}
	}
	if !d.old {
		for _, name := range d.authors() {
			if err := d.flow.Line([]byte(name)); err != nil {
				return err
			}
		}
		if err := d.beside(); err != nil {
			return err
		}
	}
	if err := d.flow.End(); err != nil {
		return err
	}
	if err := vba.Modules(d.ctx, f, d.out); err != nil {
		return err
	}
	for _, storage := range f.Storages("ObjectPool") {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		if err := f.Object("ObjectPool/"+storage, d.out); err != nil {
			return err
		}
	}
	return nil
}

// beside gives what is written beside the text: names of bookmarks, variables, the source of a mail merge, what shapes are called,
// say and show as decorated text, and in the stream of data, form fields and pictures.
func (d *document) beside() error {
	var later parts.Later
	var err error
	take := func(b []byte) {
		codepage.Runs(b, func(text string) {
			if later.Add([]byte(text)); later.Full() && err == nil {
				err = later.Flush(d.flow)
			}
		})
	}
	for _, number := range [...]int{sttbfBkmk, sttbfAssoc, stwUser, dggInfo} {
		take(d.structure(number))
	}
	if d.data != nil {
		take(d.data())
	}
	if err != nil {
		return err
	}
	return later.Flush(d.flow)
}

// authors are the names of those who commented, changed and saved the document,
// the latter with the paths where.
func (d *document) authors() (all []string) {
	seen := map[string]bool{"": true, "Unknown": true}
	add := func(b []byte) {
		if name := codepage.Wide(b); !seen[name] && len(all) < 1000 {
			seen[name] = true
			all = append(all, name)
		}
	}
	for b := d.structure(grpXstAtnOwners); len(b) >= 2; {
		n := min(2+2*int(binary.LittleEndian.Uint16(b)), len(b))
		add(b[2:n])
		b = b[n:]
	}
	for _, number := range []int{sttbfRMark, sttbSavedBy} {
		b := d.structure(number)
		if len(b) < 6 || binary.LittleEndian.Uint16(b) != 0xFFFF {
			continue
		}
		extra := int(binary.LittleEndian.Uint16(b[4:]))
		for b = b[6:]; len(b) >= 2; {
			n := min(2+2*int(binary.LittleEndian.Uint16(b)), len(b))
			add(b[2:n])
			b = b[min(n+extra, len(b)):]
		}
	}
	return all
}
