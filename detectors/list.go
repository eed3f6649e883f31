package detectors

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// List is an official list of codes, imported by the user: the normal forms
// (Detector.Normal) of all codes of one kind. It is immutable and safe for
// concurrent use.
type List struct {
	codes  map[string]struct{}
	digest string
}

// NewList makes a list of codes in normal form; doubles are counted once.
func NewList(codes []string) *List {
	sorted := slices.Clone(codes)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\n")))
	l := &List{codes: make(map[string]struct{}, len(sorted)), digest: hex.EncodeToString(sum[:])}
	for _, c := range sorted {
		l.codes[c] = struct{}{}
	}
	return l
}

// Has reports whether the list holds a normal form. It does not allocate.
func (l *List) Has(normal []byte) bool {
	_, ok := l.codes[string(normal)]
	return ok
}

// Len returns the number of distinct codes.
func (l *List) Len() int { return len(l.codes) }

// Digest returns the SHA-256 of the sorted codes, in hexadecimal. The codes are
// public; this is no digest of personal data.
func (l *List) Digest() string { return l.digest }
