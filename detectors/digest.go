package detectors

import (
	"encoding/binary"
	"math/bits"
)

// sipKey is a SipHash key (Aumasson and Bernstein, "SipHash: a fast short-input
// PRF", 2012).
type sipKey struct{ k0, k1 uint64 }

func newSipKey(key [16]byte) sipKey {
	return sipKey{binary.LittleEndian.Uint64(key[:8]), binary.LittleEndian.Uint64(key[8:])}
}

// derive returns the key of one kind, so that equal values of different kinds
// have unrelated digests and the kind need not be hashed with each of them.
func (k sipKey) derive(kind string) sipKey {
	return sipKey{k.digest(append([]byte(kind), 0)), k.digest(append([]byte(kind), 1))}
}

// Digest returns the keyed digest of a value's normal form, the same for every
// way of writing it: SipHash-2-4 under a key derived from Options.Key and the
// kind. It reports false when the value has no normal form or d is not in the
// engine. raw is Data[Start:End] of a match of d.
func (p *Pass) Digest(d *Detector, raw []byte) (uint64, bool) {
	i := p.e.Place(d)
	if i < 0 {
		return 0, false
	}
	return p.DigestAt(i, raw)
}

// DigestAt is Digest for the detector at a place of the engine.
func (p *Pass) DigestAt(i int, raw []byte) (uint64, bool) {
	d := p.e.detectors[i]
	if d.Normal == nil {
		return 0, false
	}
	p.normal = d.Normal(p.normal[:0], raw)
	if len(p.normal) == 0 {
		return 0, false
	}
	return p.e.kindSip[i].digest(p.normal), true
}

// Normal returns the normal form of a value, valid until the next call; false when it
// has none. It is the value itself: what asks for it must neither keep nor write it.
func (p *Pass) Normal(d *Detector, raw []byte) ([]byte, bool) {
	if d.Normal == nil {
		return nil, false
	}
	p.normal = d.Normal(p.normal[:0], raw)
	return p.normal, len(p.normal) > 0
}

// Hash returns a keyed hash of a value as it stands (SipHash-1-3), to count and
// sample distinct values of a column. It is no digest: it is for one run, and
// not to be written.
func (p *Pass) Hash(value []byte) uint64 { return p.e.sip.hash(value) }

// digest is SipHash-2-4.
func (k sipKey) digest(m []byte) uint64 {
	v0, v1 := k.k0^0x736f6d6570736575, k.k1^0x646f72616e646f6d
	v2, v3 := k.k0^0x6c7967656e657261, k.k1^0x7465646279746573
	last := lastWord(m)
	for ; len(m) >= 8; m = m[8:] {
		w := binary.LittleEndian.Uint64(m)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^w)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0 ^= w
	}
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^last)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0^last, v1, v2^0xff, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	return v0 ^ v1 ^ v2 ^ v3
}

// hash is SipHash-1-3.
func (k sipKey) hash(m []byte) uint64 {
	v0, v1 := k.k0^0x736f6d6570736575, k.k1^0x646f72616e646f6d
	v2, v3 := k.k0^0x6c7967656e657261, k.k1^0x7465646279746573
	last := lastWord(m)
	for ; len(m) >= 8; m = m[8:] {
		w := binary.LittleEndian.Uint64(m)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^w)
		v0 ^= w
	}
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3^last)
	v0, v1, v2, v3 = sipRound(v0^last, v1, v2^0xff, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	return v0 ^ v1 ^ v2 ^ v3
}

// lastWord holds what is left of m behind its whole words, and its length. What stands
// behind m in its array is read with it, where there is something: how long values are is
// hard to foresee.
func lastWord(m []byte) uint64 {
	n := len(m)
	at, last := n&^7, uint64(n)<<56
	if cap(m) >= at+8 {
		return last | binary.LittleEndian.Uint64(m[at:at+8])&(1<<(n&7*8)-1)
	}
	for i, b := range m[at:] {
		last |= uint64(b) << (8 * i)
	}
	return last
}

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v0 = bits.RotateLeft64(v0, 32)
	v2 += v3
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 += v3
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	v2 += v1
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v2 = bits.RotateLeft64(v2, 32)
	return v0, v1, v2, v3
}
