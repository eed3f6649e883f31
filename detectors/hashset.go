package detectors

import (
	_ "embed" // the tables of given names and communes
	"math/bits"
)

//go:embed tables_given.bin
var givenTable string

//go:embed tables_communes.bin
var communeTable string

// The sets of the embedded tables (bench/gen/givennames, bench/gen/communes).
var (
	commonGiven, allGiven   = hashSets(givenTable)
	postcodeTowns, communes = hashSets(communeTable)
)

// hashSet is a set of folded names by their hashes: a chance of one in a hundred
// thousand lets another name through. A bitmap tells most of them first.
type hashSet struct {
	hashes string // sorted, four bytes each
	bitmap [1 << (setBits - 6)]uint64
}

const setBits = 19

// hashSets reads the two sets of a table: a length and as many hashes, twice.
func hashSets(table string) (a, b *hashSet) {
	read := func() *hashSet {
		n := int(le32(table, 0))
		s := &hashSet{hashes: table[4 : 4+4*n]}
		for i := range n {
			h := le32(s.hashes, i) >> (32 - setBits)
			s.bitmap[h/64] |= 1 << (h % 64)
		}
		table = table[4+4*n:]
		return s
	}
	a = read()
	return a, read()
}

func le32(s string, i int) uint32 {
	s = s[4*i : 4*i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// has reports whether the set holds a name of that hash.
func (s *hashSet) has(h nameHash) bool {
	v := h.sum()
	place := v >> (32 - setBits)
	if s.bitmap[place/64]>>(place%64)&1 == 0 {
		return false
	}
	low, high := 0, len(s.hashes)/4
	for low < high {
		mid := int(uint(low+high) >> 1)
		if le32(s.hashes, mid) < v {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(s.hashes)/4 && le32(s.hashes, low) == v
}

// nameHash is the hash of a folded name while it is being read.
type nameHash uint64

const newNameHash nameHash = 0xcbf29ce484222325

func (h nameHash) add(b byte) nameHash { return (h ^ nameHash(b)) * 0x100000001b3 }

func (h nameHash) sum() uint32 {
	high, _ := bits.Mul64(uint64(h)*0x9E3779B97F4A7C15, 1<<32)
	return uint32(high)
}

// addWord adds the folded letters of a word.
func (h nameHash) addWord(word []byte) nameHash {
	var pair [4]byte
	for i := 0; i < len(word); {
		if b := word[i]; b < 0x80 {
			h = h.add(b | 0x20)
			i++
			continue
		}
		folded, n := foldLetter(pair[:0], word[i:])
		for _, b := range folded {
			h = h.add(b)
		}
		i += n
	}
	return h
}

// hashWord is the hash of one word.
func hashWord(word []byte) nameHash { return newNameHash.addWord(word) }
