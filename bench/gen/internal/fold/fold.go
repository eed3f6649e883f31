// Package fold folds and hashes names as package detectors does.
package fold

import (
	"slices"
	"strings"
)

var letters = strings.NewReplacer("à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ù", "u", "ú", "u", "û", "u", "ü", "u",
	"ý", "y", "ÿ", "y", "œ", "oe", "æ", "ae", "’", "'")

// Letters returns s in small letters without the accents of French.
func Letters(s string) string { return letters.Replace(strings.ToLower(s)) }

// Hash is the hash of a folded name.
func Hash(s string) uint32 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return uint32(h * 0x9E3779B97F4A7C15 >> 32)
}

// Hashes returns the sorted hashes of folded names, each once.
func Hashes(names []string) []uint32 {
	var hashes []uint32
	for _, n := range names {
		hashes = append(hashes, Hash(n))
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}
