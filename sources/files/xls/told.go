package xls

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
	"recense/sources/files/parts"
)

// told gives what a record of BIFF 8 says that belongs to no cell: lists and messages of checked cells, names and
// alternative texts of shapes, tooltips, connections to databases, the workbook that a formula looks into and the cells
// of it that Excel keeps.
func (b *book) told(line func(string) error) error {
	r := b.rec
	if b.version < 8 {
		return nil
	}
	switch r.kind {
	case recValidation:
		return b.validation(line)
	case recSupBook:
		if n := r.u16(2); n > 1 && n < 0x400 && len(r.buf) > 4 {
			return line(printable(unicode(r.buf[4:], n)))
		}
	case recCached:
		return b.cached(line)
	case recQuery:
		return line(b.long(0))
	default:
		var err error
		codepage.Runs(r.buf, func(text string) {
			if err == nil && !parts.Given([]byte(text)) {
				err = line(text)
			}
		})
		return err
	}
	return nil
}

// validation reads the four messages of checked cells and the list that may be chosen from (MS-XLS 2.4.89).
func (b *book) validation(line func(string) error) error {
	p := &pieces{r: b.rec, b: b.rec.buf[min(4, len(b.rec.buf)):]}
	for range 4 {
		if err := line(printable(string(p.unicode(nil)))); err != nil {
			return err
		}
	}
	size := p.take(4)
	formula := p.take(int(size[0]) | int(size[1])<<8)
	for _, text := range literals(formula) {
		for _, item := range strings.Split(text, "\x00") {
			if err := line(printable(item)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cached reads the values of a row of another workbook (MS-XLS 2.4.60).
func (b *book) cached(line func(string) error) error {
	var row []string
	for at := b.rec.buf[min(4, len(b.rec.buf)):]; len(at) >= 4; {
		switch at[0] {
		case 1:
			if len(at) >= 9 {
				row = append(row, cells.Float((&records{buf: at}).float(1)))
			}
		case 2:
			n := int(at[1]) | int(at[2])<<8
			row = append(row, unicode(at[3:], n))
			size := 4 + n<<(at[3]&1)
			at = at[min(size, len(at)):]
			continue
		}
		at = at[min(9, len(at)):]
	}
	return line(printable(strings.Join(row, "\t")))
}

// constants gives the texts in the formula of a cell that its value need not show: addresses and long numbers.
func (s *sheet) constants() error {
	if s.version < 8 || len(s.rec.buf) < 22 || bytes.IndexByte(s.rec.buf[22:], tokenText) < 0 {
		return nil
	}
	for _, text := range literals(s.rec.buf[22:min(22+s.rec.u16(20), len(s.rec.buf))]) {
		if strings.Contains(text, "@") || digits(text) >= 8 {
			if err := s.line(printable(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tokenText begins a text in a formula (PtgStr).
const tokenText = 0x17

// literals are the texts in the tokens of a formula, found by the form of a text: what else looks so
// has characters that no text has.
func literals(b []byte) (found []string) {
	for i := 0; i+3 < len(b); i++ {
		n := int(b[i+1])
		if b[i] != tokenText || n == 0 || b[i+2] > 1 || i+3+n<<b[i+2] > len(b) {
			continue
		}
		text := whole(b[i+3:i+3+n<<b[i+2]], b[i+2] == 1)
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != 0 }) {
			continue
		}
		found = append(found, text)
		i += 2 + n<<b[i+2]
	}
	return found
}

// whole decodes characters of one or two bytes; zeros part the items of a list.
func whole(b []byte, wide bool) string {
	u := make([]uint16, 0, len(b))
	for i := 0; i < len(b); i++ {
		c := uint16(b[i])
		if wide && i+1 < len(b) {
			i++
			c |= uint16(b[i]) << 8
		}
		u = append(u, c)
	}
	return string(utf16.Decode(u))
}

func digits(s string) (n int) {
	for _, c := range s {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}

// printable returns s with blanks in place of control characters.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' {
			return ' '
		}
		return r
	}, s)
}

// linked gives a line that belongs to the whole workbook.
func (b *book) linked(text string) error {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return b.out.Chunk(&sources.Chunk{Data: []byte(text), To: len(text), Part: "links"})
}
