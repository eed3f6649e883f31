package cells

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding says how the bytes of an input become characters.
type Encoding uint8

// The encodings.
const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	Windows1252 // also stands in for ISO-8859-1 and US-ASCII
	ISO8859_15
)

// Detect returns the encoding that a byte order mark, or zero bytes by parity,
// give away; otherwise UTF8 when head is valid UTF-8, or nearly so, and
// Windows1252 when not. skip is the length of the mark.
func Detect(head []byte) (e Encoding, skip int) {
	if e, skip = shape(head); skip > 0 || e != UTF8 || validPrefix(head) || mostlyUTF8(head) {
		return e, skip
	}
	return Windows1252, 0
}

// shape is Detect by the mark and the zero bytes alone.
func shape(head []byte) (e Encoding, skip int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return UTF8, 3
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return UTF16BE, 2
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return UTF16LE, 0
	case len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return UTF16BE, 0
	}
	return UTF8, 0
}

// mostlyUTF8 reports whether head is UTF-8 with some damage: sequences of several
// bytes are far more common in it than bytes that fit none. In text of single
// bytes nearly every letter beyond ASCII is such a byte.
func mostlyUTF8(head []byte) bool {
	whole, wrong := 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(head[i:])
		if i += size; r == utf8.RuneError && size == 1 {
			wrong++
		} else {
			whole++
		}
	}
	return whole > 4*wrong
}

// validPrefix reports whether head is UTF-8, but for a character cut at its end.
func validPrefix(head []byte) bool {
	for i := 0; i < utf8.UTFMax && i < len(head); i++ {
		if utf8.RuneStart(head[len(head)-1-i]) {
			if !utf8.FullRune(head[len(head)-1-i:]) {
				head = head[:len(head)-1-i]
			}
			break
		}
	}
	return utf8.Valid(head)
}

// Head returns the first bytes of an input as UTF-8, without byte order mark:
// what a format's Sniff looks at.
func Head(head []byte) []byte {
	e, skip := shape(head)
	if e != UTF16LE && e != UTF16BE {
		return head[skip:]
	}
	s := newSource(bytes.NewReader(head), e, skip)
	out := make([]byte, 3*len(head)/2+8)
	n := 0
	for n+utf8.UTFMax <= len(out) {
		k, err := s.read(out[n:])
		n += k
		if err != nil {
			break
		}
	}
	return out[:n]
}

// segment maps decoded offsets from dec on to original ones: every den decoded
// bytes came from num original ones.
type segment struct {
	dec, orig int64
	num, den  int64
}

// source reads an input as UTF-8 and remembers where the bytes came from, as
// far back as its reader asks.
type source struct {
	r        io.Reader
	enc      Encoding
	skip     int    // of a byte order mark still to be dropped
	raw      []byte // undecoded
	rn, rp   int
	err      error
	dec      int64 // decoded bytes given
	orig     int64 // original bytes that made them, with the mark
	segments []segment
}

func newSource(r io.Reader, e Encoding, skip int) *source {
	s := &source{r: r, enc: e, skip: skip}
	if e != UTF8 {
		s.raw = make([]byte, 32<<10)
	}
	return s
}

// read fills dst as far as one read of the input goes.
func (s *source) read(dst []byte) (int, error) {
	if s.skip > 0 {
		var mark [4]byte
		n, err := io.ReadFull(s.r, mark[:s.skip])
		s.orig, s.skip = int64(n), 0
		if err != nil {
			return 0, io.EOF
		}
		if s.enc == UTF8 {
			s.segments = append(s.segments, segment{0, s.orig, 1, 1})
		}
	}
	if s.enc == UTF8 {
		n, err := s.r.Read(dst)
		s.dec += int64(n)
		s.orig += int64(n)
		return n, err
	}
	if s.rn-s.rp < 4 && s.err == nil {
		copy(s.raw, s.raw[s.rp:s.rn])
		s.rn -= s.rp
		s.rp = 0
		n, err := s.r.Read(s.raw[s.rn:])
		s.rn += n
		s.err = err
	}
	n := 0
	for len(dst)-n >= utf8.UTFMax {
		if s.enc >= Windows1252 {
			n += s.ascii(dst[n:])
			if len(dst)-n < utf8.UTFMax {
				break
			}
		}
		r, size := s.next()
		if size == 0 {
			break
		}
		k := utf8.EncodeRune(dst[n:], r)
		s.mark(int64(size), int64(k))
		n += k
	}
	if n == 0 && s.err != nil && s.rn-s.rp < 4 {
		return 0, s.err
	}
	return n, nil
}

// ascii copies what stands before the next byte beyond ASCII.
func (s *source) ascii(dst []byte) int {
	in := s.raw[s.rp:min(s.rn, s.rp+len(dst))]
	n := 0
	for ; n+8 <= len(in) && binary.LittleEndian.Uint64(in[n:])&0x8080808080808080 == 0; n += 8 {
	}
	for ; n < len(in) && in[n] < utf8.RuneSelf; n++ {
	}
	if n == 0 {
		return 0
	}
	copy(dst, in[:n])
	if k := len(s.segments); k == 0 || s.segments[k-1].num != 1 || s.segments[k-1].den != 1 {
		s.segments = append(s.segments, segment{s.dec, s.orig, 1, 1})
	}
	s.rp += n
	s.dec += int64(n)
	s.orig += int64(n)
	return n
}

// next takes one character from raw; size 0 asks for more.
func (s *source) next() (rune, int) {
	in := s.raw[s.rp:s.rn]
	size := 1
	var r rune
	switch s.enc {
	case UTF16LE, UTF16BE:
		if len(in) < 2 {
			if s.err != nil {
				s.rp = s.rn // an odd byte at the very end says nothing
			}
			return 0, 0
		}
		r, size = s.unit(in), 2
		if utf16.IsSurrogate(r) {
			if len(in) < 4 && s.err == nil {
				return 0, 0
			}
			pair := rune(utf8.RuneError)
			if len(in) >= 4 {
				pair = utf16.DecodeRune(r, s.unit(in[2:]))
			}
			if r = pair; r != utf8.RuneError {
				size = 4
			}
		}
	default:
		if len(in) == 0 {
			return 0, 0
		}
		r = latin(in[0], s.enc)
	}
	s.rp += size
	return r, size
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *source) unit(in []byte) rune {
	if s.enc == UTF16LE {
		return rune(in[0]) | rune(in[1])<<8
	}
	return rune(in[1]) | rune(in[0])<<8
}

// mark notes that size original bytes became k decoded ones.
func (s *source) mark(size, k int64) {
	if n := len(s.segments); n == 0 || s.segments[n-1].num*k != s.segments[n-1].den*size {
		s.segments = append(s.segments, segment{s.dec, s.orig, size, k})
	}
	s.dec += k
	s.orig += size
}

// original returns where decoded byte dec came from.
func (s *source) original(dec int64) int64 {
	lo, hi := 0, len(s.segments)
	for lo < hi {
		if mid := (lo + hi) / 2; s.segments[mid].dec <= dec {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return dec
	}
	g := s.segments[lo-1]
	return g.orig + (dec-g.dec)/g.den*g.num
}

// forget drops what is only needed for bytes before dec.
func (s *source) forget(dec int64) {
	k := 0
	for k+1 < len(s.segments) && s.segments[k+1].dec <= dec {
		k++
	}
	if k > 0 {
		s.segments = append(s.segments[:0], s.segments[k:]...)
	}
}

// latin decodes a byte of Windows-1252 (of which ISO-8859-1 is a part, but for
// control characters that no text uses) or ISO-8859-15.
func latin(b byte, e Encoding) rune {
	switch {
	case e == ISO8859_15:
		switch b {
		case 0xA4:
			return '€'
		case 0xA6:
			return 'Š'
		case 0xA8:
			return 'š'
		case 0xB4:
			return 'Ž'
		case 0xB8:
			return 'ž'
		case 0xBC:
			return 'Œ'
		case 0xBD:
			return 'œ'
		case 0xBE:
			return 'Ÿ'
		}
	case b >= 0x80 && b < 0xA0:
		return windows1252[b-0x80]
	}
	return rune(b)
}

// windows1252 are its characters from 80 to 9F; undefined ones map to themselves.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8D, 'Ž', 0x8F,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9D, 'ž', 'Ÿ',
}

// UTF8Text returns b when it is UTF-8, and b read as Windows-1252 otherwise.
func UTF8Text(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, latin(c, Windows1252))
	}
	return out
}
