package rtf

import (
	"encoding/binary"
	"io"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/codepage"
)

// act does what a control word says.
func (d *document) act(word string, n int, has bool) error {
	star := d.g.star
	d.g.star = false
	d.pictures = d.pictures || word == "pict"
	if d.g.to == skipped && !within(word) {
		return nil
	}
	if done, err := d.characters(word, n); done {
		return err
	}
	if done, err := d.destinations(word); done {
		return err
	}
	switch word {
	case "par", "line", "page", "sect", "nestrow", "column":
		return d.paragraph()
	case "cell":
		return d.endCell()
	case "row":
		return d.endRow()
	case "nestcell":
		return d.rune('\t')
	case "intbl":
		return d.inRow(true)
	case "pard":
		return d.inRow(false)
	case "deleted":
		if err := d.flush(); err != nil || has && n == 0 || d.g.to != body {
			return err
		}
		d.g.to = aside
	case "uc":
		d.g.uc = max(min(n, 16), 0)
	case "bin":
		return d.binary(n)
	case "ansicpg":
		d.page = d.pageOf(n)
		d.g.page = d.page
	case "mac":
		d.g.page = d.pageOf(10000)
	case "pc":
		d.g.page = d.pageOf(437)
	case "pca":
		d.g.page = d.pageOf(850)
	case "f":
		d.font = n
		if d.g.to == fonts {
			return nil
		}
		if err := d.flush(); err != nil {
			return err
		}
		d.g.page = d.page
		if p := d.fonts[n]; p != nil {
			d.g.page = p
		}
	case "plain":
		if err := d.flush(); err != nil {
			return err
		}
		d.g.page = d.page
	case "fcharset":
		if d.g.to == fonts && len(d.fonts) < 4096 && charsets[n] > 0 {
			d.fonts[d.font] = d.pageOf(charsets[n])
		}
	default:
		if star {
			return d.skip()
		}
	}
	return nil
}

// within reports whether a word means something within a destination that is passed over.
func within(word string) bool {
	switch word {
	case "bin", "shptxt", "objdata", "fldinst", "sn", "sv", "xmlattrvalue":
		return true
	}
	return false
}

func (d *document) inRow(in bool) error {
	if d.g.inRow == in || d.g.to != body {
		return nil
	}
	if err := d.flush(); err != nil {
		return err
	}
	d.g.inRow = in
	return nil
}

func (d *document) skip() error { return d.turn(skipped) }

// turn sends what follows in the group elsewhere.
func (d *document) turn(to destination) error {
	if err := d.flush(); err != nil {
		return err
	}
	d.g.to = to
	return nil
}

// tells reports whether a property of a shape holds text.
func tells(property string) bool {
	switch property {
	case "wzName", "wzDescription", "wzTooltip", "gtextUNICODE", "pibName", "pihlShape":
		return true
	}
	return false
}

// characters are the control words that stand for a character.
func (d *document) characters(word string, n int) (bool, error) {
	switch word {
	case "u":
		return true, d.unicode(uint16(n))
	case "tab", "nesttab":
		return true, d.rune('\t')
	case "emdash":
		return true, d.rune('—')
	case "endash":
		return true, d.rune('–')
	case "lquote":
		return true, d.rune('‘')
	case "rquote":
		return true, d.rune('’')
	case "ldblquote":
		return true, d.rune('“')
	case "rdblquote":
		return true, d.rune('”')
	case "bullet":
		return true, d.rune('•')
	case "emspace", "enspace", "qmspace":
		return true, d.rune(' ')
	}
	return false, nil
}

// unicode adds a UTF-16 unit; what stands in for it is passed over.
func (d *document) unicode(u uint16) error {
	d.stand = d.g.uc
	r := rune(u)
	if utf16.IsSurrogate(r) {
		if d.high == 0 {
			d.high = r
			return nil
		}
		r = utf16.DecodeRune(d.high, r)
	}
	d.high = 0
	return d.rune(r)
}

// destinations are the control words that begin a group with a meaning.
func (d *document) destinations(word string) (bool, error) {
	switch word {
	case "fonttbl":
		d.g.to = fonts
	case "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "shptxt", "fldinst", "htmltag",
		"xe", "tc", "tcn", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn":
		if err := d.flush(); err != nil {
			return true, err
		}
		return true, d.aside("")
	case "atnauthor", "title", "subject", "author", "manager", "company", "operator", "category", "keywords", "comment", "doccomm", "hlinkbase", "revtbl":
		if err := d.flush(); err != nil {
			return true, err
		}
		if d.g.to == skipped {
			return true, nil
		}
		return true, d.aside(word)
	case "colortbl", "stylesheet", "pict", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata", "datastore", "latentstyles", "xmlnstbl",
		"filetbl", "shpinst", "nonshppict", "bkmkend", "atrfstart", "atrfend", "listtext", "pntext", "atndate", "atnid", "atnref", "atntime", "objclass", "creatim", "revtim", "printim", "ud", "nesttableprops", "nonesttables":
		return true, d.skip()
	case "bkmkstart", "template", "objname", "formfield", "ffname", "ffdeftext", "ffhelptext", "ffstattext", "ffl", "docvar",
		"userprops", "propname", "staticval", "linkval", "protusertbl", "xmlattrvalue",
		"mailmerge", "mmconnectstr", "mmquery", "mmdatasource", "mmheadersource", "mmmailsubject", "mmaddfieldname",
		"mmodso", "mmodsoudl", "mmodsotable", "mmodsosrc", "mmodsofldmpdata", "mmodsoname", "hl", "hlloc", "hlsrc", "hlfr":
		return true, d.turn(named)
	case "sn":
		return true, d.turn(property)
	case "sv":
		if tells(d.property) {
			return true, d.turn(named)
		}
		return true, d.skip()
	case "objdata":
		if err := d.flush(); err != nil {
			return true, err
		}
		d.g.to = object
		return true, d.object()
	default:
		return false, nil
	}
	return true, nil
}

// binary passes over n bytes.
func (d *document) binary(n int) error {
	if n <= 0 {
		return nil
	}
	k, err := io.CopyN(io.Discard, d.r, int64(n))
	d.count += k
	if err != nil {
		return errCut
	}
	return nil
}

// object hands over an embedded object: the native data of an OLE 1 stream.
func (d *document) object() error {
	h := &hexReader{d: d}
	m := sources.Member{Size: -1, Embedded: true}
	d.embedded++
	m.Name = "object " + itoa(d.embedded) + ".bin"
	if native(h) {
		m.Reader = h
	} else {
		m.Status, m.Detail = sources.Unreadable, sources.Corrupt
	}
	if err := d.out.Member(m); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, h)
	return err
}

// native reads the header of an OLE 1 object up to its data: version, kind 2,
// three names with their lengths, the size.
func native(r io.Reader) bool {
	var word [4]byte
	next := func() (uint32, bool) {
		_, err := io.ReadFull(r, word[:])
		return binary.LittleEndian.Uint32(word[:]), err == nil
	}
	if _, ok := next(); !ok {
		return false
	}
	if kind, ok := next(); !ok || kind != 2 {
		return false
	}
	for range 3 {
		n, ok := next()
		if !ok || n > 1<<16 {
			return false
		}
		if _, err := io.CopyN(io.Discard, r, int64(n)); err != nil {
			return false
		}
	}
	_, ok := next()
	return ok
}

// hexReader reads the hexadecimal digits of a group, to its brace.
type hexReader struct {
	d     *document
	ended bool
}

// Read implements io.Reader.
func (h *hexReader) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) && !h.ended {
		hi, ok := h.digit()
		if !ok {
			break
		}
		lo, ok := h.digit()
		if !ok {
			break
		}
		b[n] = hi<<4 | lo
		n++
	}
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (h *hexReader) digit() (byte, bool) {
	for !h.ended {
		c, err := h.d.next()
		if err != nil {
			h.ended = true
			break
		}
		if v := nibble(c); v < 16 {
			return v, true
		}
		if c == '{' || c == '}' || c == '\\' { // the end, or bytes written otherwise
			h.ended = true
			h.d.r.UnreadByte()
			h.d.count--
		}
	}
	return 0, false
}

// charsets are the code pages of the charsets of fonts.
var charsets = map[int]int{0: 1252, 77: 10000, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850}

// pageOf returns a code page; Windows-1252 for those of more than one byte.
func (d *document) pageOf(n int) *[256]rune {
	t := d.pages[n]
	if t == nil {
		t = codepage.Table(n)
		if len(d.pages) < 64 {
			d.pages[n] = t
		}
	}
	return t
}
