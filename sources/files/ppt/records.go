package ppt

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/codepage"
	"recense/sources/files/parts"
)

// The records that are read (MS-PPT 2.13.24).
const (
	recSlide         = 0x03EE
	recNotes         = 0x03F0
	recNotesAtom     = 0x03F1
	recSlidePersist  = 0x03F3
	recMainMaster    = 0x03F8
	recExObjList     = 0x0409
	recTextChars     = 0x0FA0
	recTextBytes     = 0x0FA8
	recCString       = 0x0FBA
	recHandout       = 0x0FC9
	recHeadersFooter = 0x0FD9
	recSlideList     = 0x0FF0
	recUserEdit      = 0x0FF5
	recOleStorage    = 0x1011
	recTagData       = 0x138B
	recPersist       = 0x1772
	recComment       = 0x2EE0
	recShapeOptions  = 0xF00B // of OfficeArt (MS-ODRAW 2.2.9)
	recShapeOptions2 = 0xF121
	recShapeOptions3 = 0xF122
)

const (
	maxEdits   = 10_000  // savings that are followed back
	maxObjects = 1 << 18 // of a presentation
	maxDepth   = 32      // of containers
	maxText    = 1 << 20 // bytes of one text
	maxRecords = 1 << 16 // bytes of a directory
)

func word(b []byte, at int) uint32 {
	if at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// directory follows the savings back, from the last one at an offset, and returns
// where the document stands. What a later saving wrote again counts (MS-PPT 2.1.2).
func (p *presentation) directory(at int64) (document int64) {
	p.live = make(map[uint32]int64)
	number := uint32(0)
	var b [36]byte
	for n := 0; n < maxEdits; n++ {
		if _, err := p.data.ReadAt(b[:], at); err != nil || word(b[:], 0)>>16 != recUserEdit {
			break
		}
		if n == 0 {
			number = word(b[:], 24)
		}
		p.persisted(int64(word(b[:], 20)))
		before := int64(word(b[:], 16))
		if before == 0 || before >= at {
			break
		}
		at = before
	}
	document, ok := p.live[number]
	if !ok {
		clear(p.live)
	}
	return document
}

// persisted reads a directory of objects.
func (p *presentation) persisted(at int64) {
	var head [8]byte
	if _, err := p.data.ReadAt(head[:], at); err != nil || word(head[:], 0)>>16 != recPersist {
		return
	}
	b := make([]byte, min(word(head[:], 4), maxRecords))
	n, _ := p.data.ReadAt(b, at+8)
	for b = b[:n]; len(b) >= 4; {
		first, count := word(b, 0)&0xFFFFF, word(b, 0)>>20
		for b = b[4:]; count > 0 && len(b) >= 4; count, first, b = count-1, first+1, b[4:] {
			if _, ok := p.live[first]; !ok && len(p.live) < maxObjects {
				p.live[first] = int64(word(b, 0))
			}
		}
	}
}

// order returns where the objects stand, in the order of the stream.
func (p *presentation) order() []int64 {
	return slices.Compact(slices.Sorted(maps.Values(p.live)))
}

// records reads nested records.
type records struct {
	*presentation
	r *bufio.Reader
}

// objectAt reads the object at an offset, or size bytes of objects from there.
func (p *presentation) objectAt(at, size int64) error {
	if at < 0 || at >= p.size {
		p.damage(sources.Corrupt)
		return nil
	}
	r := &records{p, bufio.NewReaderSize(&from{p.data, at}, 16<<10)}
	if size == 0 {
		head, err := r.r.Peek(8)
		if err != nil {
			p.damage(cfb.Reason(err))
			return nil
		}
		size = 8 + int64(word(head, 4))
	}
	where := place{offset: at}
	return r.walk(where, size, 0)
}

// from reads on from an offset.
type from struct {
	r  *cfb.Reader
	at int64
}

// Read implements io.Reader.
func (f *from) Read(b []byte) (int, error) {
	n, err := f.r.ReadAt(b, f.at)
	f.at += int64(n)
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// place is what the record at hand stands in.
type place struct {
	offset  int64
	part    string
	page    int32
	strings bool // texts that are no text of a slide count
	texts   bool // those that are
}

// walk reads the records within size bytes.
func (r *records) walk(in place, size int64, depth int) error {
	for size >= 8 {
		if r.steps++; r.steps%1024 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		var head [8]byte
		if _, err := io.ReadFull(r.r, head[:]); err != nil {
			r.damage(cut(err))
			return nil
		}
		kind, n := uint16(word(head[:], 0)>>16), int64(word(head[:], 4))
		instance := binary.LittleEndian.Uint16(head[:]) >> 4
		if size -= 8; n > size {
			if in.offset >= 0 {
				r.damage(sources.Corrupt)
			}
			n = size
		}
		size -= n
		var err error
		switch container := head[0]&0xF == 0xF || kind == recTagData; {
		case container && depth < maxDepth:
			err = r.walk(r.inner(in, kind, instance), n, depth+1)
		default:
			err = r.atom(&in, kind, instance, n)
		}
		if err != nil {
			return err
		}
		in.offset += 8 + n
	}
	return r.skip(size)
}

// cut is the reason of a stream that ends too early.
func cut(err error) sources.Reason {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return cfb.Reason(err)
}

func (r *records) skip(n int64) error {
	if k, err := io.CopyN(io.Discard, r.r, n); k < n {
		r.damage(cut(err))
	}
	return nil
}

// inner returns the place within a container.
func (r *records) inner(in place, kind, instance uint16) place {
	at := in.offset
	in.offset += 8
	switch kind {
	case recSlide:
		in.part, in.texts = "", true
		if in.page = r.slides[at]; in.page == 0 && len(r.slides) == 0 {
			r.loose++
			in.page = r.loose
		}
	case recMainMaster, recHandout:
		in.part, in.texts = "masters", true
	case recNotes:
		in.part, in.texts = "notes", true
	case recSlideList:
		in.texts = instance != 1
		if instance == 2 {
			in.part = "notes"
		}
	case recComment:
		in.part, in.strings = "comments", true
	case recExObjList:
		in.part, in.strings = "links", true
	case recHeadersFooter:
		in.strings = true
		if in.page == 0 {
			in.part = "headers"
		}
	case recTagData:
		in.offset = -1 << 40 // what programs keep there need not be records
	}
	return in
}

// atom reads a record that holds no others, of n bytes.
func (r *records) atom(in *place, kind, instance uint16, n int64) error {
	switch {
	case kind == recTextChars && in.texts, kind == recCString && in.strings:
		b, err := r.bytes(n)
		if err != nil {
			return nil
		}
		return r.text(in, codepage.UTF16, b)
	case kind == recTextBytes && in.texts:
		b, err := r.bytes(n)
		if err != nil {
			return nil
		}
		return r.text(in, 28591, b)
	case in.texts && (kind == recShapeOptions || kind == recShapeOptions2 || kind == recShapeOptions3):
		b, err := r.bytes(n)
		if err != nil {
			return nil
		}
		return r.options(in, b)
	case kind == recSlidePersist:
		b, _ := r.bytes(n)
		r.listed(in, b)
	case kind == recNotesAtom:
		b, _ := r.bytes(n)
		in.page = r.ids[word(b, 0)]
	case kind == recOleStorage:
		return r.object(instance, n)
	default:
		return r.skip(n)
	}
	return nil
}

// bytes reads n bytes of which it keeps a bounded number.
func (r *records) bytes(n int64) ([]byte, error) {
	b := make([]byte, min(n, maxText))
	k, err := io.ReadFull(r.r, b)
	if err != nil {
		r.damage(cut(err))
		return b[:k], err
	}
	if n > maxText {
		r.damage(sources.SizeLimit)
		return b, r.skip(n - maxText)
	}
	return b, nil
}

// listed numbers the slide that a list names; its texts follow.
func (r *records) listed(in *place, b []byte) {
	if in.part == "notes" || !in.texts {
		in.page = r.ids[word(b, 12)]
		return
	}
	r.count++
	in.page = r.count
	r.ids[word(b, 12)] = r.count
	if at, ok := r.live[word(b, 0)]; ok && len(r.slides) < maxObjects {
		r.slides[at] = r.count
	}
}

// text gives a text, a paragraph a line.
func (r *records) text(in *place, page int, b []byte) error {
	var text string
	if page == codepage.UTF16 {
		u := make([]uint16, 0, len(b)/2)
		for ; len(b) >= 2; b = b[2:] {
			u = append(u, binary.LittleEndian.Uint16(b))
		}
		text = string(utf16.Decode(u))
	} else {
		text = codepage.String(page, b)
	}
	return r.lines(in, text)
}

// options gives what a shape is called, says when it is not seen and shows as decorated text.
func (r *records) options(in *place, b []byte) error {
	var later strings.Builder
	codepage.Runs(b, func(text string) {
		if !parts.Given([]byte(text)) {
			later.WriteString(text + "\n")
		}
	})
	return r.lines(in, later.String())
}

// lines gives the lines of a text that stands in a place.
func (r *records) lines(in *place, text string) error {
	if text == "" {
		return nil
	}
	if r.part != in.part || r.page != in.page {
		r.part, r.page = in.part, in.page
		if err := r.flow.Begin(in.part, in.page); err != nil {
			return err
		}
	}
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\r' || c == '\v' || c == '\n' }) {
		line = strings.Map(func(c rune) rune {
			if c < ' ' && c != '\t' {
				return -1
			}
			return c
		}, line)
		if strings.Trim(line, " *") == "" { // the place of a number or a date
			continue
		}
		if err := r.flow.Line([]byte(line)); err != nil {
			return err
		}
		if in.page > 0 {
			r.presentation.told++
		}
	}
	return nil
}

// object hands over an embedded object: a compound file, compressed or not.
func (r *records) object(instance uint16, n int64) error {
	r.presentation.objects++
	m := sources.Member{Name: "object " + strconv.Itoa(r.presentation.objects), Size: n, Embedded: true}
	body := io.LimitReader(r.r, n)
	if m.Reader = body; instance == 1 {
		var head [4]byte
		io.ReadFull(body, head[:]) // what is missing shows below
		z, err := zlib.NewReader(body)
		m.Size, m.Reader = int64(word(head[:], 0)), z
		if err != nil {
			m.Reader, m.Status, m.Detail = nil, sources.Unreadable, sources.Corrupt
		}
	}
	if err := r.out.Member(m); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, body)
	if err != nil {
		r.damage(cut(err))
	}
	return nil
}
