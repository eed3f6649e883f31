package scanner

import (
	"net/url"
	"strings"

	"recense/detectors"
	"recense/sources"
)

// key masks the names in the key of a row, and the values that may be shown; the digest
// behind them says nothing.
func (s *unitSink) key(key string) string {
	i := strings.LastIndex(key, sources.KeyMark)
	if i < 0 {
		return key
	}
	if !strings.Contains(key[:i], sources.KeyValue) {
		return s.account(key[:i]) + key[i:]
	}
	var out strings.Builder
	for part := range strings.SplitSeq(key[:i], ",") {
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		name, value, shown := strings.Cut(part, sources.KeyValue)
		out.WriteString(s.account(name))
		if shown {
			out.WriteString(sources.KeyValue + s.keyValue(name, value))
		}
	}
	return out.String() + key[i:]
}

// keyValue masks a value of a key: a column that is called harmless may hold more than
// whoever called it so knew. All that any detector keeps in a column of its name is
// replaced, possible matches too.
func (s *unitSink) keyValue(name, value string) string {
	plain, err := url.QueryUnescape(value)
	if err != nil {
		return ""
	}
	name, _ = url.QueryUnescape(name)
	text := append([]byte(plain), '\n')
	found := s.mask.pass.Scan(&detectors.Chunk{Data: text, To: len(text), Starts: []int32{0}, Ends: []int32{int32(len(plain))}, Columns: []int32{0},
		Names: []detectors.Column{s.opt.Names.Column(name, "")}}, nil)
	if len(found) > 0 {
		return found[0].Detector.Placeholder
	}
	if masked, found := s.mask.name(plain); len(found) > 0 {
		return masked
	}
	return value
}
