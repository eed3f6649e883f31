package parts

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
)

// Scanner reads the XML of a part tag by tag. It checks nothing: of document
// types it sees tags, of processing instructions too. Text and tags are valid
// until the next call.
type Scanner struct {
	// Split lets text that is too long to be held come in pieces, each in front of
	// an empty tag; otherwise it is an error.
	Split bool
	Text  []byte // in front of the tag, entities undone
	Tag   []byte // between < and >

	r    *bufio.Reader
	long []byte
}

// maxPiece bounds a tag or a run of text, in bytes: a cell holds 32,767
// characters at most.
const maxPiece = 1 << 20

var errPiece = errors.New("tag or text too long")

// NewScanner returns a scanner of r.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{r: bufio.NewReaderSize(r, 64<<10)}
}

// Next reads on to the end of the next tag; io.EOF at the end of the part.
func (s *Scanner) Next() error {
	s.Text = s.Text[:0]
	for {
		text, err := s.upTo('<')
		if err == errPiece && s.Split {
			s.plain(text)
			s.Tag = nil
			return nil
		}
		if err != nil {
			return err
		}
		s.plain(text)
		if s.Tag, err = s.tag(); err != nil {
			return err
		}
		if !bytes.HasPrefix(s.Tag, cdata) {
			return nil
		}
		if len(s.Text) > maxPiece {
			return errPiece
		}
		s.Text = append(s.Text, bytes.TrimSuffix(s.Tag[len(cdata):], cdataEnd)...)
	}
}

var (
	cdata, cdataEnd = []byte("![CDATA["), []byte("]]")
	comment, dashes = []byte("!--"), []byte("--")
)

// plain appends text, entities undone.
func (s *Scanner) plain(text []byte) {
	if bytes.IndexByte(text, '&') >= 0 {
		s.Text = append(s.Text, html.UnescapeString(string(text))...)
		return
	}
	s.Text = append(s.Text, text...)
}

// tag reads a tag, a comment or a section of plain text whole: a > may stand in
// them, and in the values of attributes.
func (s *Scanner) tag() ([]byte, error) {
	tag, err := s.upTo('>')
	for copied := false; err == nil && unfinished(tag); copied = true {
		if len(tag) > maxPiece {
			return nil, errPiece
		}
		if !copied {
			tag = bytes.Clone(tag)
		}
		var more []byte
		more, err = s.upTo('>')
		tag = append(append(tag, '>'), more...)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return tag, err
}

// unfinished reports whether the > behind tag does not end it.
func unfinished(tag []byte) bool {
	switch {
	case bytes.HasPrefix(tag, comment):
		return len(tag) < 5 || !bytes.HasSuffix(tag, dashes)
	case bytes.HasPrefix(tag, cdata):
		return !bytes.HasSuffix(tag, cdataEnd)
	}
	var open byte
	for _, c := range tag {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open != 0
}

// upTo reads to the next c and returns what stands in front of it.
func (s *Scanner) upTo(c byte) ([]byte, error) {
	piece, err := s.r.ReadSlice(c)
	if err == nil {
		return piece[:len(piece)-1], nil
	}
	if err != bufio.ErrBufferFull {
		return piece, err
	}
	s.long = append(s.long[:0], piece...)
	for err == bufio.ErrBufferFull {
		if len(s.long) > maxPiece {
			return s.long, errPiece
		}
		piece, err = s.r.ReadSlice(c)
		s.long = append(s.long, piece...)
	}
	if err != nil {
		return s.long, err
	}
	return s.long[:len(s.long)-1], nil
}

// Name returns the local name of the tag; end says that it is an end tag, empty
// that it is its own end.
func (s *Scanner) Name() (local []byte, end, empty bool) {
	t := s.Tag
	if len(t) > 0 && t[0] == '/' {
		t, end = t[1:], true
	} else if len(t) > 0 && t[len(t)-1] == '/' {
		empty = true
		t = t[:len(t)-1]
	}
	from := 0
	for i, c := range t {
		if isSpace(c) {
			return t[from:i], end, empty
		}
		if c == ':' {
			from = i + 1
		}
	}
	return t[from:], end, empty
}

// Attr returns an attribute of the tag by its name as written, or by its local
// Name when key begins with a colon.
func (s *Scanner) Attr(key string) (value []byte) {
	s.Attrs(func(k, v []byte) bool {
		if string(k) != key && (key[0] != ':' || !bytes.HasSuffix(k, []byte(key))) {
			return true
		}
		if value = v; bytes.IndexByte(v, '&') >= 0 {
			value = []byte(html.UnescapeString(string(v)))
		}
		return false
	})
	return value
}

// Attrs calls f with each attribute of the tag as written, until it returns false.
func (s *Scanner) Attrs(f func(key, value []byte) bool) {
	t := s.Tag
	for i := 0; i < len(t); {
		for i < len(t) && t[i] != '=' {
			i++
		}
		end := i
		for end > 0 && isSpace(t[end-1]) {
			end--
		}
		from := end
		for from > 0 && !isSpace(t[from-1]) && t[from-1] != '"' && t[from-1] != '\'' {
			from--
		}
		for i++; i < len(t) && isSpace(t[i]); i++ {
		}
		if i >= len(t) || t[i] != '"' && t[i] != '\'' {
			continue
		}
		n := bytes.IndexByte(t[i+1:], t[i])
		if n < 0 || !f(t[from:end], t[i+1:i+1+n]) {
			return
		}
		i += n + 2
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
