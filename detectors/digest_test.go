package detectors

import (
	"slices"
	"testing"
)

// slowSip is SipHash-c-d byte by byte.
func slowSip(k sipKey, c, d int, m []byte) uint64 {
	v0, v1 := k.k0^0x736f6d6570736575, k.k1^0x646f72616e646f6d
	v2, v3 := k.k0^0x6c7967656e657261, k.k1^0x7465646279746573
	words := make([]uint64, len(m)/8+1)
	for i, b := range m {
		words[i/8] |= uint64(b) << (i % 8 * 8)
	}
	words[len(m)/8] |= uint64(len(m)) << 56
	for _, w := range words {
		v3 ^= w
		for range c {
			v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		}
		v0 ^= w
	}
	v2 ^= 0xff
	for range d {
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	}
	return v0 ^ v1 ^ v2 ^ v3
}

// TestSipHash holds the hashes against the vector of the paper, and against a
// slow version for every length.
func TestSipHash(t *testing.T) {
	var key [16]byte
	var m []byte
	for i := range key {
		key[i] = byte(i)
	}
	k := newSipKey(key)
	for n := range 70 {
		if got, want := k.digest(m), slowSip(k, 2, 4, m); got != want {
			t.Errorf("SipHash-2-4 of %d bytes is %x, want %x", n, got, want)
		}
		if got, want := k.hash(m), slowSip(k, 1, 3, m); got != want {
			t.Errorf("SipHash-1-3 of %d bytes is %x, want %x", n, got, want)
		}
		alone, inside := slices.Clip(slices.Clone(m)), append(slices.Clone(m), "\xff\xff\xff\xff\xff\xff\xff\xff"...)[:n]
		if k.digest(inside) != k.digest(m) || k.hash(inside) != k.hash(m) {
			t.Errorf("%d bytes are another value with others behind them", n)
		}
		if k.digest(alone) != k.digest(m) || k.hash(alone) != k.hash(m) {
			t.Errorf("%d bytes with nothing behind them are another value", n)
		}
		if n == 15 && k.digest(m) != 0xa129ca6149be45e5 {
			t.Errorf("SipHash-2-4 of the paper's message is %x", k.digest(m))
		}
		m = append(m, byte(n))
	}
}

// TestIndexKnowsEveryKind asks for all kinds, and for others.
func TestIndexKnowsEveryKind(t *testing.T) {
	ds := everything()
	e := newEngine(t, ds, Options{})
	ds = e.Detectors()
	for i, d := range ds {
		if e.Index(d.Kind) != i {
			t.Errorf("%s is detector %d", d.Kind, e.Index(d.Kind))
		}
		if other := d.Kind + "s"; e.Index(other) >= 0 && ds[e.Index(other)].Kind != other {
			t.Errorf("%s is detector %d", other, e.Index(other))
		}
	}
	if e.Index("") != -1 || e.Index("nothing") != -1 {
		t.Error("an unknown kind has a place")
	}
}
