package parts

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// Story reads paragraphs and tables as Word and PowerPoint write them: their two
// vocabularies (WordprocessingML and DrawingML) give the same names to them. Runs
// are joined within a paragraph. Text boxes, deleted text, field codes, alternative
// texts and the names of authors are asides; of alternatives for old programs only
// the first is read.
type Story struct {
	// Damaged says that a part could not be read to its end.
	Damaged bool

	flow     *Flow
	archive  *Archive
	authors  map[string]bool
	kind     textKind
	fallback int    // open alternatives that are not read
	props    int    // open properties of paragraphs, rows, cells
	removed  int    // open moves and deletions
	box      int    // open text boxes
	tables   []bool // open ones: whether the flow took them
	later    Later  // what attributes say
	span     int
}

type textKind uint8

const (
	ignored textKind = iota
	body
	aside
)

// maxAuthors bounds the names of authors that are told apart.
const maxAuthors = 1000

// NewStory returns a reader of the parts of a into f.
func NewStory(a *Archive, f *Flow) *Story {
	return &Story{flow: f, archive: a, authors: make(map[string]bool)}
}

// Read reads the part key, which locations call part and page.
func (s *Story) Read(key, part string, page int32) error {
	r, err := s.archive.Open(key)
	if err != nil {
		s.Damaged = true
		return nil
	}
	defer r.Close()
	if err := s.flow.Begin(part, page); err != nil {
		return err
	}
	x := NewScanner(r)
	x.Split = true
	return s.Stream(x, nil)
}

// Stream reads what is left of x. Of each tag, and the text in front of it, apart is
// asked first, if there is one; it reports whether they are dealt with.
func (s *Story) Stream(x *Scanner, apart func(x *Scanner, local string, end, empty bool) (bool, error)) error {
	s.kind, s.fallback, s.props, s.removed, s.box, s.tables = ignored, 0, 0, 0, 0, s.tables[:0]
	for {
		if err := x.Next(); err != nil {
			s.Damaged = s.Damaged || !errors.Is(err, io.EOF)
			if err := s.later.Flush(s.flow); err != nil {
				return err
			}
			return s.flow.End()
		}
		if apart != nil {
			local, end, empty := x.Name()
			if taken, err := apart(x, string(local), end, empty); err != nil {
				return err
			} else if taken {
				continue
			}
		}
		if err := s.token(x); err != nil {
			return err
		}
	}
}

func (s *Story) token(x *Scanner) error {
	local, end, empty := x.Name()
	if s.fallback > 0 {
		if string(local) == "Fallback" && !empty {
			s.fallback += step(end)
		}
		return nil
	}
	if len(x.Text) > 0 && s.kind != ignored {
		if err := s.write(x.Text); err != nil {
			return err
		}
	}
	if len(x.Tag) == 0 { // text goes on
		return nil
	}
	if end {
		return s.end(string(local))
	}
	if err := s.start(x, string(local), empty); err != nil || !empty {
		return err
	}
	return s.end(string(local))
}

func step(end bool) int {
	if end {
		return -1
	}
	return 1
}

// write adds text to where it belongs.
func (s *Story) write(b []byte) error {
	if s.kind == aside || s.box > 0 || s.removed > 0 {
		return s.flow.Aside(b)
	}
	return s.flow.Write(b)
}

func (s *Story) start(x *Scanner, local string, empty bool) error {
	switch local {
	case "Fallback":
		s.fallback++
	case "p":
		if s.box == 0 {
			s.flow.Paragraph()
		}
	case "t", "text":
		s.kind = body
	case "delText", "delInstrText", "instrText":
		s.kind = aside
	case "fldSimple":
		return s.apart(x.Attr(":instr"))
	case "pPr", "tblPr", "trPr", "sectPr", "tblGrid":
		s.props++
	case "tcPr":
		s.props++
	case "gridSpan":
		s.span = number(x.Attr(":val"))
	case "del", "moveFrom":
		if s.props == 0 {
			s.removed++
		}
		return s.author(x)
	case "ins", "moveTo", "rPrChange", "pPrChange", "person", "cmAuthor", "author", "comment":
		if err := s.author(x); err != nil || local != "author" {
			return err
		}
		return s.tell(x, local)
	case "txbxContent":
		s.box++
	case "tbl":
		return s.openTable()
	case "tr":
		if s.inTable() {
			return s.flow.OpenRow(0)
		}
	case "tc":
		if s.inTable() {
			s.flow.OpenCell()
			s.span = 0
		}
	default:
		if err := s.mark(local); err != nil {
			return err
		}
		return s.tell(x, local)
	}
	return nil
}

// mark writes the characters that have elements of their own.
func (s *Story) mark(local string) error {
	if s.props > 0 {
		return nil
	}
	switch local {
	case "tab", "ptab":
		return s.mark1("\t")
	case "br", "cr":
		return s.mark1("\n")
	case "noBreakHyphen":
		return s.mark1("-")
	}
	return nil
}

func (s *Story) mark1(c string) error {
	if s.box > 0 || s.removed > 0 {
		return s.flow.Aside([]byte(c))
	}
	return s.flow.Write([]byte(c))
}

func (s *Story) end(local string) error {
	switch local {
	case "p":
		s.flow.EndAside()
		if err := s.later.Flush(s.flow); err != nil || s.box > 0 {
			return err
		}
		return s.flow.EndParagraph()
	case "t", "text":
		s.kind = ignored
		if local == "text" { // of a comment to a slide
			s.flow.EndAside()
			return s.flow.EndParagraph()
		}
	case "delText", "delInstrText", "instrText":
		s.kind = ignored
		if local == "instrText" {
			return nil // the runs of a code follow each other
		}
	case "fldChar":
		s.flow.EndAside()
	case "pPr", "tblPr", "trPr", "tcPr", "sectPr", "tblGrid":
		s.props = max(s.props-1, 0)
	case "del", "moveFrom":
		if s.props == 0 {
			s.removed = max(s.removed-1, 0)
			s.flow.EndAside()
		}
	case "txbxContent":
		s.box = max(s.box-1, 0)
	case "tbl":
		return s.closeTable()
	case "tr":
		if s.inTable() {
			return s.flow.CloseRow()
		}
	case "tc":
		if s.inTable() {
			s.flow.CloseCell()
			s.flow.Skip(min(s.span, 1000) - 1)
			s.span = 0
			return nil
		}
		return s.mark1("\t")
	}
	return nil
}

// inTable reports whether the innermost table is one of the flow.
func (s *Story) inTable() bool {
	return s.box == 0 && len(s.tables) > 0 && s.tables[len(s.tables)-1]
}

func (s *Story) openTable() error {
	taken := false
	var err error
	if s.box == 0 {
		taken, err = s.flow.OpenTable("")
	}
	if len(s.tables) < 1000 {
		s.tables = append(s.tables, taken)
	}
	return err
}

func (s *Story) closeTable() error {
	n := len(s.tables)
	if n == 0 {
		return nil
	}
	taken := s.tables[n-1]
	s.tables = s.tables[:n-1]
	if taken {
		return s.flow.CloseTable()
	}
	return nil
}

// apart adds an aside of its own.
func (s *Story) apart(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) == 0 {
		return nil
	}
	s.flow.EndAside()
	err := s.flow.Aside(b)
	s.flow.EndAside()
	return err
}

// author gives the name of an author the first time it is met.
func (s *Story) author(x *Scanner) error {
	name := x.Attr(":author")
	if name == nil {
		name = x.Attr("name")
	}
	if name == nil || s.authors[string(name)] || len(s.authors) >= maxAuthors {
		return nil
	}
	s.authors[string(name)] = true
	return s.apart(name)
}

func number(b []byte) (n int) {
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<20 {
			return n
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// Named gives the texts of a part that holds values with names (properties of
// the document, data bound to its fields), each on a line "name: value".
func (s *Story) Named(key string) error {
	r, err := s.archive.Open(key)
	if err != nil {
		return nil
	}
	defer r.Close()
	if err := s.flow.Begin(key, 0); err != nil {
		return err
	}
	x := NewScanner(r)
	x.Split = true
	var name, outer, said []byte
	bound := strings.HasPrefix(key, "customXml/")
	for {
		if err := x.Next(); err != nil {
			s.Damaged = s.Damaged || !errors.Is(err, io.EOF)
			return s.flow.End()
		}
		if text := bytes.TrimSpace(x.Text); len(text) > 0 && tells(key, name) {
			if err := s.flow.Line(append(append(bytes.Clone(name), ": "...), text...)); err != nil {
				return err
			}
		}
		local, end, empty := x.Name()
		if bound && !end && len(x.Tag) > 0 {
			if bound = string(local) != "contentTypeSchema"; bound { // of SharePoint: names of its own columns
				if said = Attributes(x, said[:0]); len(said) > 0 {
					if err := s.flow.Line(said); err != nil {
						return err
					}
				}
			}
		}
		switch {
		case len(x.Tag) == 0 || x.Tag[0] == '?' || x.Tag[0] == '!':
		case string(local) == "property" || string(local) == "user-defined":
			outer = append(outer[:0], x.Attr("name")...)
			if string(local) == "user-defined" {
				outer = append(outer[:0], x.Attr(":name")...)
			}
			if end || empty {
				outer = outer[:0]
			}
			name = append(name[:0], outer...)
		case !end && len(outer) == 0:
			name = append(name[:0], local...)
		}
	}
}

// tells reports whether a person chose the value: most of app.xml are counts.
func tells(key string, name []byte) bool {
	if key != "docProps/app.xml" {
		return true
	}
	switch string(name) {
	case "Manager", "Company", "HyperlinkBase", "Template", "lpstr", "lpwstr":
		return true
	}
	return false
}

// Texts gives all texts of a part, each on a line.
func (s *Story) Texts(key, part string, page int32) error {
	r, err := s.archive.Open(key)
	if err != nil {
		return nil
	}
	defer r.Close()
	if err := s.flow.Begin(part, page); err != nil {
		return err
	}
	x := NewScanner(r)
	x.Split = true
	for {
		if err := x.Next(); err != nil {
			s.Damaged = s.Damaged || !errors.Is(err, io.EOF)
			return s.flow.End()
		}
		if text := bytes.TrimSpace(x.Text); len(text) > 0 {
			if err := s.flow.Line(text); err != nil {
				return err
			}
		}
	}
}

// Links gives where the links of a part lead outside. None is followed.
func (s *Story) Links(key, part string, page int32) error {
	if err := s.flow.Begin(part, page); err != nil {
		return err
	}
	var err error
	s.archive.Each(key, func(x *Scanner, _ string) {
		if target := x.Attr("Target"); err == nil && string(x.Attr("TargetMode")) == "External" && len(target) > 1 {
			err = s.flow.Line(bytes.Clone(target))
		}
	})
	if err != nil {
		return err
	}
	return s.flow.End()
}
