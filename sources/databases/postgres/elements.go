package postgres

import "recense/sources/databases/dialect"

// elements splits the text forms of arrays and rows ({a,"b c",NULL}, (a,"b"))
// and of hstore ("k"=>"v", "l"=>NULL), as PostgreSQL writes them (manual, 8.15 and
// F.18). Nested arrays give the elements of all. Whatever is malformed gives what
// can be made of it: nothing here can fail.
func elements(f dialect.Form, value []byte, each func(key, value []byte)) {
	s := splitter{text: value}
	if f == dialect.Map {
		s.pairs(each)
		return
	}
	s.list(each)
}

// splitter moves over a value.
type splitter struct {
	text []byte
	at   int
	word []byte // of the last element, unescaped
}

// list gives the elements between braces, or between the parentheses of a row.
// The bounds of an array ([0:2]=) are left out.
func (s *splitter) list(each func(key, value []byte)) {
	for s.at < len(s.text) && s.text[s.at] != '{' && s.text[s.at] != '(' {
		s.at++
	}
	marks := ",{}"
	if s.at < len(s.text) && s.text[s.at] == '(' {
		marks = ",()"
	}
	for s.at < len(s.text) {
		if has(marks, s.text[s.at]) {
			s.at++
		} else if quoted := s.next(marks); quoted || string(s.word) != "NULL" {
			each(nil, s.word)
		}
	}
}

// pairs gives the pairs of hstore.
func (s *splitter) pairs(each func(key, value []byte)) {
	key := []byte{} // never nil: an empty key is one
	for s.at < len(s.text) {
		if c := s.text[s.at]; c == ',' || c == ' ' {
			s.at++
			continue
		}
		s.next("=, ")
		key = append(key[:0], s.word...)
		for s.at < len(s.text) && (s.text[s.at] == '=' || s.text[s.at] == '>' || s.text[s.at] == ' ') {
			s.at++
		}
		if s.at == len(s.text) {
			return
		}
		if quoted := s.next(", "); quoted || string(s.word) != "NULL" {
			each(key, s.word)
		}
	}
}

// next reads one element into word: quoted, with \ or a doubled quote in front of
// what would end it, or plain up to one of ends. It moves on by a byte at least.
func (s *splitter) next(ends string) (quoted bool) {
	s.word = s.word[:0]
	begin := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"' && quoted && s.at+1 < len(s.text) && s.text[s.at+1] == '"' && s.at > begin:
			s.word = append(s.word, '"')
			s.at += 2
		case c == '"' && !quoted:
			quoted = true
			s.at++
		case c == '"':
			s.at++
			return true
		case c == '\\' && s.at+1 < len(s.text):
			s.word = append(s.word, s.text[s.at+1])
			s.at += 2
		case !quoted && has(ends, c):
			if s.at == begin {
				s.at++
			}
			return false
		default:
			s.word = append(s.word, c)
			s.at++
		}
	}
	return quoted
}

func has(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}
