package scanner

import (
	"crypto/hmac"
	"crypto/sha256"

	"recense/detectors"
)

// Mask replaces what e finds in a name or a URI by placeholders, as every output
// of a scan does, and reports whether there was anything.
func Mask(e *detectors.Engine, s string) (masked string, changed bool) {
	m := masker{pass: e.Pass()}
	masked, found := m.uri(s)
	return masked, len(found) > 0
}

// MemberID returns the identifier of a member: container is its path inside the
// file at path of a source, all as the source gives them.
func MemberID(key []byte, source, path, container string) ID {
	s := unitSink{mac: hmac.New(sha256.New, key)}
	return s.keyed(source, path, container)
}

// SourceID returns the identifier of a source as a whole: that of its empty path.
func SourceID(key []byte, source string) ID {
	s := unitSink{mac: hmac.New(sha256.New, key)}
	return s.keyed(source, "")
}
