package detectors

import (
	"encoding/binary"
	"math/bits"
)

// Check digits of the identifiers, and masks that several shapes need. All
// functions on bytes take ASCII digits that were tested before.

// decimal returns the number that at most 19 digits write.
func decimal(d []byte) (n uint64) {
	for ; len(d) >= 8; d = d[8:] {
		n = n*100_000_000 + eightDigits(binary.LittleEndian.Uint64(d))
	}
	for _, b := range d {
		n = n*10 + uint64(b-'0')
	}
	return n
}

// eightDigits returns the number that eight digits write, given as they lie in
// memory: pairs of digits first, then pairs of those.
func eightDigits(w uint64) uint64 {
	const pairs = 0x000000FF000000FF
	w -= '0' * oneBits
	w = w*10 + w>>8
	return (w&pairs*(100+1_000_000<<32) + w>>16&pairs*(1+10_000<<32)) >> 32
}

// notDigits has a bit for each of eight bytes that is no digit.
func notDigits(w uint64) uint64 {
	w ^= '0' * oneBits
	w = (w&^highBits + (0x80-10)*oneBits | w) & highBits
	return w >> 7 * gatherBits >> 56
}

// luhn reports whether the last digit is the check digit of ISO/IEC 7812-1
// annex B: every second digit from the right is doubled, the digits of all the
// results add up to a multiple of ten.
func luhn(d []byte) bool {
	n := len(d)
	if n < 8 || n > 16 {
		return luhnSum(d, n)%10 == 0
	}
	// The first eight digits, and those of the last eight that are not among them.
	first := binary.LittleEndian.Uint64(d) - '0'*oneBits
	last := (binary.LittleEndian.Uint64(d[n-8:]) - '0'*oneBits) &^ (1<<(8*(16-n)) - 1)
	if n&1 != 0 {
		first = first<<8 | first>>56
	}
	sums := luhnLanes(first) + luhnLanes(last)
	return sums*0x0001_0001_0001_0001>>48%10 == 0
}

// luhnLanes adds up pairs of digits, the first of each doubled.
func luhnLanes(w uint64) uint64 {
	const firsts = 0x00FF_00FF_00FF_00FF
	double := w & firsts
	fives := (double + 0x007B_007B_007B_007B) >> 7 & 0x0001_0001_0001_0001
	return w>>8&firsts + 2*double - 9*fives
}

// luhnSum adds up the digits of the first n of a number of n digits and more.
func luhnSum(d []byte, n int) int {
	sum := 0
	double := n&1 == 0
	for _, b := range d {
		v := int(b - '0')
		if double {
			v = int(luhnDouble[v&15])
		}
		sum += v
		double = !double
	}
	return sum
}

// luhnDouble is the sum of the digits of twice a digit.
var luhnDouble = [16]byte{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}

// mod97 carries the remainder r over the characters of s, digits and letters,
// where a letter counts as two digits from 10 (A) to 35 (Z): ISO/IEC 7064,
// MOD 97-10. letters has a bit for each character that is no digit.
func mod97(r uint64, s []byte, letters uint64) uint64 {
	for i := 0; i < len(s); {
		n := min(8, len(s)-i, bits.TrailingZeros64(letters>>i))
		switch {
		case n == 8:
			r = (r*100_000_000 + eightDigits(binary.LittleEndian.Uint64(s[i:]))) % 97
		case n > 0 && i+n >= 8:
			// With zeros for what stands in front of the last n of eight digits.
			kept := ^uint64(0) << (64 - 8*n)
			w := binary.LittleEndian.Uint64(s[i+n-8:])&kept | '0'*oneBits&^kept
			r = (r*powersOfTen[n] + eightDigits(w)) % 97
		case n > 0:
			r = (r*powersOfTen[n] + decimal(s[i:i+n])) % 97
		default:
			r = (r*100 + uint64(s[i]&^0x20-'A') + 10) % 97
			n = 1
		}
		i += n
	}
	return r
}

// mod97Of23 is mod97 of the 23 digits behind the first four bytes of 27.
func mod97Of23(c []byte) uint64 {
	seven := binary.LittleEndian.Uint64(c[3:])&^0xFF | '0'
	r := (eightDigits(seven)*100_000_000 + eightDigits(binary.LittleEndian.Uint64(c[11:]))) % 97
	return (r*100_000_000 + eightDigits(binary.LittleEndian.Uint64(c[19:27]))) % 97
}

var powersOfTen = [8]uint64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000}

// sameDigit reports whether all bytes are equal.
func sameDigit(d []byte) bool {
	for _, b := range d {
		if b != d[0] {
			return false
		}
	}
	return true
}

// looksLikeTime reports whether fourteen digits read as a moment, year, month,
// day, hour, minute, second, between 1900 and 2099.
func looksLikeTime(d []byte) bool {
	if len(d) < 14 || d[0] != '1' && d[0] != '2' {
		return false
	}
	year := decimal(d[:4])
	month, day := decimal(d[4:6]), decimal(d[6:8])
	return year >= 1900 && year < 2100 && month-1 < 12 && day-1 < 31 &&
		decimal(d[8:10]) < 24 && decimal(d[10:12]) < 60 && decimal(d[12:14]) < 60
}

// accepted is an accepted span.
func accepted(start, end int, score, raised uint8, why Evidence) Span {
	return Span{int32(start), int32(end), Verdict{Accepted, score, raised, why}}
}

// rejected is a span of the right form with a wrong key.
func rejected(start, end int) Span {
	return Span{int32(start), int32(end), Verdict{Outcome: Rejected}}
}

// digitStarts are the digits of a window with no word byte in front.
func digitStarts(w *Window) uint64 { return w.Digit &^ (w.Word << 1) }

// numberStarts are those of them that partBefore does not refuse: no plus in
// front, no dot or hyphen behind a digit.
func numberStarts(w *Window) uint64 {
	return digitStarts(w) &^ (w.Plus << 1) &^ ((w.Dot | w.Hyphen) << 1 & (w.Digit << 2))
}

// numberEnds are the bytes that may follow a number: no word byte, no dot or
// hyphen with a digit behind it.
func numberEnds(w *Window) uint64 { return ^w.Word &^ ((w.Dot | w.Hyphen) & (w.Digit >> 1)) }

// wideGaps are the gaps that shapes do not look across: more than one byte of
// ASCII. What begins behind one is left to Verify.
func wideGaps(w *Window) uint64 { return w.Gap&(w.Gap<<1|w.Gap>>1) | w.High }

// gap1 to gap9 say that behind that many bytes stands a gap with next behind
// it, or a wide gap.
func gap1(w *Window, next uint64) uint64 {
	wide := wideGaps(w)
	return w.Gap&^wide>>1&(next>>2) | wide>>1
}
func gap2(w *Window, next uint64) uint64 { return gap1(w, next) >> 1 }
func gap3(w *Window, next uint64) uint64 { return gap1(w, next) >> 2 }
func gap4(w *Window, next uint64) uint64 { return gap1(w, next) >> 3 }
func gap5(w *Window, next uint64) uint64 { return gap1(w, next) >> 4 }
func gap6(w *Window, next uint64) uint64 { return gap1(w, next) >> 5 }
func gap9(w *Window, next uint64) uint64 { return gap1(w, next) >> 8 }

// runOf2 to runOf8 say where that many bytes of a mask follow one another.
func runOf2(m uint64) uint64 { return m & (m >> 1) }
func runOf3(m uint64) uint64 { return m & (m >> 1) & (m >> 2) }
func runOf4(m uint64) uint64 { m = runOf2(m); return m & (m >> 2) }
func runOf5(m uint64) uint64 { return runOf4(m) & (m >> 4) }
func runOf8(m uint64) uint64 { m = runOf4(m); return m & (m >> 4) }
