package parts

import (
	"bytes"
	"html"
	"unicode"
	"unicode/utf8"
)

// told returns the attributes of an element of Word, PowerPoint or VML in which somebody wrote text: what a field, a control,
// a link or a picture is called, says when it is pointed at, or offers to choose from, and what a mail merge draws from.
func told(local string) []string {
	switch local {
	case "docPr", "cNvPr":
		return []string{"descr", "title", "name"}
	case "bookmarkStart", "section", "custShow", "cSld":
		return []string{":name", "name"}
	case "permStart":
		return []string{":ed"}
	case "hyperlink":
		return []string{":tooltip", ":anchor"}
	case "hlinkClick", "hlinkHover", "hlinkMouseOver":
		return []string{"tooltip"}
	case "alias", "tag", "attr", "name", "description", "helpText", "statusText", "default", "listEntry", "tblCaption", "tblDescription",
		"connectString", "query", "mailSubject", "udl", "table", "addressFieldName", "lvlText":
		return []string{":val", "val", "name"}
	case "listItem":
		return []string{":displayText", ":value"}
	case "docVar":
		return []string{":name", ":val"}
	case "ocxPr":
		return []string{":value"}
	case "presenceInfo":
		return []string{":userId"}
	case "author":
		return []string{"userId"}
	case "chgData":
		return []string{"name", "userId"}
	case "shape", "rect", "roundrect", "oval", "line", "polyline", "image", "group":
		return []string{"alt", "title", "href"}
	case "textpath":
		return []string{"string"}
	case "imagedata":
		return []string{":title"}
	}
	return nil
}

// Later gathers what attributes say until their paragraph ends, for they stand within what is written around them.
type Later struct{ lines []byte }

// Add takes a value on a line of its own, unless a program gave it or it waits already: a picture and its frame say the same.
func (l *Later) Add(value []byte) {
	value = bytes.TrimSpace(value)
	if Given(value) {
		return
	}
	line := append(bytes.ReplaceAll(value, []byte("\n"), []byte(" ")), '\n')
	if len(l.lines) > maxAsides || !bytes.Contains(l.lines, line) {
		l.lines = append(l.lines, line...)
	}
}

// Full reports whether so much has gathered that it is not to wait longer.
func (l *Later) Full() bool { return len(l.lines) > maxAsides }

// Flush hands over what has gathered.
func (l *Later) Flush(f *Flow) error {
	if len(l.lines) == 0 {
		return nil
	}
	f.EndAside()
	err := f.Aside(l.lines)
	l.lines = l.lines[:0]
	return err
}

// tell keeps what the attributes of the tag say.
func (s *Story) tell(x *Scanner, local string) error {
	for _, key := range told(local) {
		s.later.Add(x.Attr(key))
	}
	if s.later.Full() {
		return s.later.Flush(s.flow)
	}
	return nil
}

// Given reports whether a program gave the value: names with a number (Image 12, Tableau3), bookmarks that begin with an
// underscore, the numbers of lists (%1.%2), and what has too few letters and digits to say anything.
func Given(b []byte) bool {
	if len(b) < 3 || b[0] == '_' {
		return true
	}
	name := bytes.TrimRight(b, "0123456789")
	numbered := len(name) < len(b) && len(b)-len(name) <= 4
	letters, plain := 0, true
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRune(name[i:])
		i += n
		switch {
		case r == '%' && i < len(name):
			i++
		case unicode.IsLetter(r), unicode.IsDigit(r):
			letters++
		}
		plain = plain && (unicode.IsLetter(r) || r == ' ')
	}
	if !numbered {
		letters += len(b) - len(name)
	}
	return numbered && plain || letters < 3
}

// Attributes appends the attributes of a tag as "name: value", a line each, but for those that XML itself defines.
func Attributes(x *Scanner, to []byte) []byte {
	x.Attrs(func(k, v []byte) bool {
		if bytes.HasPrefix(k, []byte("xmlns")) || bytes.HasPrefix(k, []byte("xml:")) || bytes.HasPrefix(k, []byte("xsi:")) || len(v) < 3 {
			return true
		}
		if len(to) > 0 {
			to = append(to, '\n')
		}
		to = append(append(to, k[bytes.IndexByte(k, ':')+1:]...), ": "...)
		to = append(to, html.UnescapeString(string(v))...)
		return true
	})
	return to
}
