package scanner

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"recense/detectors"
)

// masker replaces what detectors find in names: paths, members, parts, columns,
// keys. Names are content: a NIR in the name of a folder is personal data, and
// names go into every output. Probable and verified matches are replaced, and
// possible ones with a right key; words before them in the path count as context.
type masker struct {
	pass    *detectors.Pass
	chunk   detectors.Chunk
	text    []byte
	read    []byte // a copy of text in which names are words
	matches []detectors.Match
}

// scan returns the matches worth replacing in text, not overlapping, in order.
// Each element of a path is a line. In names a low line separates words as a
// space does, and the dot of a file's extension ends one; both may also be part
// of what is looked for. So a name is read as it is, unless its dots are those of
// extensions only, then without the extensions, and without low lines: all count.
func (m *masker) scan(text []byte) []detectors.Match {
	if !telling(text) {
		return nil
	}
	m.matches, m.read = m.matches[:0], append(m.read[:0], text...)
	blank(m.read, '/', '\n')
	if dotsTell(m.read) {
		m.look()
		if blankExtensions(m.read) {
			m.look()
		}
	} else {
		blankExtensions(m.read)
		m.look()
	}
	if blank(m.read, '_', ' ') {
		m.look()
	}
	slices.SortFunc(m.matches, func(a, b detectors.Match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	kept, end := m.matches[:0], 0
	for _, x := range m.matches {
		if x.Start >= end {
			kept = append(kept, x)
			end = x.End
		}
	}
	return kept
}

// look adds the probable and verified matches of what is being read.
func (m *masker) look() {
	n := len(m.matches)
	m.chunk = detectors.Chunk{Data: m.read, To: len(m.read)}
	m.matches = m.pass.Scan(&m.chunk, m.matches)
	kept := m.matches[:n]
	for _, x := range m.matches[n:] {
		if x.Score >= detectors.ScoreProbable || x.Score >= detectors.ScorePossible && x.Why&detectors.Key != 0 {
			kept = append(kept, x)
		}
	}
	m.matches = kept
}

// blank replaces b and reports whether there was any.
func blank(text []byte, b, by byte) bool {
	any := false
	for i := bytes.IndexByte(text, b); i >= 0; i = bytes.IndexByte(text, b) {
		text[i], any = by, true
		text = text[i+1:]
	}
	return any
}

// dotsTell reports whether the last dot of a line may be part of what is looked
// for: of an e-mail address, or before a digit, as in a telephone number.
func dotsTell(text []byte) bool {
	if bytes.IndexByte(text, '@') >= 0 {
		return true
	}
	for i := bytes.IndexByte(text, '.'); i >= 0; i = bytes.IndexByte(text, '.') {
		if text = text[i+1:]; len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
			return true
		}
	}
	return false
}

// blankExtensions replaces the last dot of every line by a space, and reports
// whether there was any.
func blankExtensions(text []byte) bool {
	any := false
	for dot := bytes.LastIndexByte(text, '.'); dot >= 0; dot = bytes.LastIndexByte(text, '.') {
		text[dot], any = ' ', true
		text = text[:max(bytes.LastIndexByte(text[:dot], '\n'), 0)]
	}
	return any
}

// telling reports whether a detector could find anything in text at all: most
// names hold a digit or two and are not worth a scan.
func telling(text []byte) bool {
	digits := 0
	for _, b := range text {
		switch {
		case b >= '0' && b <= '9':
			if digits++; digits >= minNameDigits {
				return true
			}
		case b == '@', b == ':', b >= 'A' && b <= 'Z':
			return true
		}
	}
	return false
}

// minNameDigits is the least number of digits in what is found without a capital,
// a colon or an at sign: an IPv4 address has four.
const minNameDigits = 4

// name masks a name as it is written. The matches are valid until the next call.
func (m *masker) name(s string) (masked string, found []detectors.Match) {
	if s == "" {
		return s, nil
	}
	m.text = append(m.text[:0], s...)
	found = m.scan(m.text)
	if len(found) == 0 {
		return s, nil
	}
	return replace(s, found, func(part string) string { return part }), found
}

// uri masks the path of a URI. Detectors see the path decoded; what is not
// replaced keeps its spelling.
func (m *masker) uri(s string) (masked string, found []detectors.Match) {
	at := 0
	if i := strings.Index(s, "://"); i >= 0 {
		at = i + 3
		if j := strings.IndexByte(s[at:], '/'); j >= 0 {
			at += j
		}
	}
	if strings.IndexByte(s[at:], '%') < 0 {
		if masked, found = m.name(s[at:]); len(found) == 0 {
			return s, nil
		}
		return s[:at] + masked, found
	}
	m.text = unescape(m.text[:0], s[at:])
	if found = m.scan(m.text); len(found) == 0 {
		return s, nil
	}
	return s[:at] + replace(string(m.text), found, escape), found
}

// replace puts placeholders where the matches are; write gives the rest.
func replace(s string, found []detectors.Match, write func(string) string) string {
	var b strings.Builder
	at := 0
	for _, x := range found {
		b.WriteString(write(s[at:x.Start]))
		b.WriteString(x.Detector.Placeholder)
		at = x.End
	}
	b.WriteString(write(s[at:]))
	return b.String()
}

// unescape appends s to b with %XX decoded and anything else left alone.
func unescape(b []byte, s string) []byte {
	plain := strings.IndexByte(s, '%')
	if plain < 0 {
		return append(b, s...)
	}
	b = append(b, s[:plain]...)
	for i := plain; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if h, l := unhex(s[i+1]), unhex(s[i+2]); h < 16 && l < 16 {
				b = append(b, h<<4|l)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// escape encodes what may not stand in the path of a URI (RFC 3986, pchar).
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("-._~!$&'()*+,;=:@/", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
