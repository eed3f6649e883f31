package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
)

// scanner reads the XML of a part tag by tag. It knows what programs write in
// workbooks: no document types, no '>' in attributes. Text and tags are valid
// until the next call.
type scanner struct {
	r    *bufio.Reader
	text []byte // in front of the tag, entities undone
	tag  []byte // between < and >
	long []byte
}

// maxPiece bounds a tag or a run of text, in bytes: a cell holds 32,767
// characters at most.
const maxPiece = 1 << 20

var errPiece = errors.New("xlsx: tag or text too long")

func newScanner(r io.Reader) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 64<<10)}
}

// next reads on to the end of the next tag; io.EOF at the end of the part.
func (s *scanner) next() error {
	text, err := s.upTo('<')
	if err != nil {
		return err
	}
	s.text = append(s.text[:0], text...)
	if bytes.IndexByte(s.text, '&') >= 0 {
		s.text = append(s.text[:0], html.UnescapeString(string(s.text))...)
	}
	s.tag, err = s.upTo('>')
	for err == nil && len(s.tag) >= 3 && s.tag[0] == '!' && s.tag[1] == '-' && !bytes.HasSuffix(s.tag, []byte("--")) {
		s.tag, err = s.upTo('>') // inside a comment
		s.tag = append([]byte("!-"), s.tag...)
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// upTo reads to the next c and returns what stands in front of it.
func (s *scanner) upTo(c byte) ([]byte, error) {
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
			return nil, errPiece
		}
		piece, err = s.r.ReadSlice(c)
		s.long = append(s.long, piece...)
	}
	if err != nil {
		return s.long, err
	}
	return s.long[:len(s.long)-1], nil
}

// name returns the local name of the tag; end says that it is an end tag, empty
// that it is its own end.
func (s *scanner) name() (local []byte, end, empty bool) {
	t := s.tag
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

// attr returns an attribute of the tag by its name as written, or by its local
// name when key begins with a colon.
func (s *scanner) attr(key string) []byte {
	t := s.tag
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
		if n < 0 {
			return nil
		}
		value := t[i+1 : i+1+n]
		i += n + 2
		if k := t[from:end]; string(k) != key && (key[0] != ':' || !bytes.HasSuffix(k, []byte(key))) {
			continue
		}
		if bytes.IndexByte(value, '&') >= 0 {
			return []byte(html.UnescapeString(string(value)))
		}
		return value
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
