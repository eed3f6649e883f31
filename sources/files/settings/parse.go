package settings

import "bytes"

type kind uint8

const (
	other    kind = iota
	pair          // a key and perhaps a value
	item          // of a list, without a key
	section       // [name]
	comment       // or nothing
	document      // --- of YAML
)

// parsed is a line: offsets of its parts.
type parsed struct {
	kind        kind
	indent, at  int // of the line; of the key behind the marks of items
	items       int // marks of items in front
	key, keyEnd int
	from, to    int // of the value, the comment, the name
}

// parse takes a line apart.
func parse(l []byte, yaml bool) (p parsed) {
	for p.indent < len(l) && (l[p.indent] == ' ' || l[p.indent] == '\t') {
		p.indent++
	}
	p.at, p.from, p.to = p.indent, p.indent, len(l)
	for p.to > p.from && (l[p.to-1] == ' ' || l[p.to-1] == '\t' || l[p.to-1] == '\r') {
		p.to--
	}
	if p.from == p.to || l[p.from] == '#' || !yaml && (l[p.from] == ';' || l[p.from] == '!') {
		p.kind = comment
		return p
	}
	if yaml {
		p.yaml(l)
		return p
	}
	if l[p.from] == '[' && l[p.to-1] == ']' {
		p.kind, p.from, p.to = section, p.from+1, p.to-1
		return p
	}
	p.key = p.from
	if bytes.HasPrefix(l[p.from:p.to], []byte("export ")) {
		p.key += len("export ")
	}
	k := bytes.IndexAny(l[p.key:p.to], "=:")
	if k <= 0 || !isKey(l[p.key:p.key+k]) {
		return p
	}
	p.kind, p.keyEnd = pair, trimmed(l, p.key, p.key+k)
	p.value(l, p.key+k+1)
	return p
}

// yaml takes a line of YAML apart.
func (p *parsed) yaml(l []byte) {
	text := l[p.indent:p.to]
	if bytes.Equal(text, []byte("---")) || bytes.Equal(text, []byte("...")) {
		p.kind = document
		return
	}
	for p.at+1 < p.to && l[p.at] == '-' && l[p.at+1] == ' ' {
		p.items++
		for p.at++; p.at < p.to && l[p.at] == ' '; p.at++ {
		}
	}
	if p.items > 0 || bytes.Equal(text, []byte("-")) {
		p.items = max(p.items, 1)
		p.kind = item
		p.value(l, p.at)
	}
	for k := p.at; k < p.to; k++ {
		if l[k] == ':' && (k+1 == p.to || l[k+1] == ' ') {
			if isKey(l[p.at:k]) {
				p.kind, p.key, p.keyEnd = pair, p.at, trimmed(l, p.at, k)
				if l[p.key] == '"' || l[p.key] == '\'' {
					p.key++
					p.keyEnd = max(p.key, p.keyEnd-1)
				}
				p.value(l, k+1)
			}
			return
		}
		if l[k] == '{' || l[k] == '[' {
			return
		}
	}
}

// value takes the blanks and quotes off what stands behind a key.
func (p *parsed) value(l []byte, at int) {
	for p.from = at; p.from < p.to && (l[p.from] == ' ' || l[p.from] == '\t'); p.from++ {
	}
	if n := p.to - p.from; n >= 2 && (l[p.from] == '"' || l[p.from] == '\'') && l[p.to-1] == l[p.from] {
		p.from++
		p.to--
	}
}

// trimmed returns the end of l[a:b] without the blanks behind.
func trimmed(l []byte, a, b int) int {
	for b > a && (l[b-1] == ' ' || l[b-1] == '\t') {
		b--
	}
	return b
}

// isKey reports whether b may be a key: few words of letters, digits and signs.
func isKey(b []byte) bool {
	if b = bytes.TrimSpace(b); len(b) == 0 || len(b) > 128 {
		return false
	}
	words := 1
	for _, c := range b {
		switch {
		case c == ' ' || c == '\t':
			words++
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', c >= 0x80:
		case bytes.IndexByte([]byte("_-.$/@\\\"'*%[]"), c) >= 0:
		default:
			return false
		}
	}
	return words <= 4
}
