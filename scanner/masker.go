package scanner

import (
	"strings"

	"recense/detectors"
)

// masker replaces what detectors find in names: paths, members, parts, columns,
// keys. Names are content: a NIR in the name of a folder is personal data, and
// names go into every output. Only probable and verified matches are replaced;
// words before them in the path count as context.
type masker struct {
	pass    *detectors.Pass
	chunk   detectors.Chunk
	text    []byte
	matches []detectors.Match
}

// scan returns the matches worth replacing in text, not overlapping, in order.
func (m *masker) scan(text []byte) []detectors.Match {
	m.chunk = detectors.Chunk{Data: text, To: len(text)}
	m.matches = m.pass.Scan(&m.chunk, m.matches[:0])
	kept, end := m.matches[:0], 0
	for _, x := range m.matches {
		if x.Score >= detectors.ScoreProbable && x.Start >= end {
			kept = append(kept, x)
			end = x.End
		}
	}
	return kept
}

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
		masked, found = m.name(s[at:])
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
	for i := 0; i < len(s); i++ {
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
