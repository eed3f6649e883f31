package charset

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
)

// BufferSize is what a Stream reads at a time, in bytes.
const BufferSize = 256 << 10

// Stream gives the text of an input piece by piece: a window that grows at its
// end with Fill and shrinks at its front with Discard. The zero value is not
// ready; call Open. A Stream may be used again and keeps its memory.
type Stream struct {
	enc   Encoding
	r     io.Reader
	at    io.ReaderAt
	next  int64 // original offset of the next byte to read
	limit int64 // where reading ends, -1 at the end of the input
	end   bool
	err   error

	text  []byte      // the window
	start int64       // original offset of text[0]
	size  *[256]uint8 // of a narrow window: how many original bytes each byte stands for
	own   []byte      // memory of text, when it is ours
	raw   []byte      // of what is decoded, with at most three bytes left over
	left  int
}

// Open begins to read in at the original offset from, which must be 0 unless
// in.At is there, and reads at most until limit (-1: the end of the input).
func (s *Stream) Open(in sources.Input, e Encoding, from, limit int64) {
	*s = Stream{enc: e, next: from, limit: limit, start: from, own: s.own, raw: s.raw}
	s.open(in, from)
}

// OpenNarrow is Open for text whose columns are counted in characters: the window has
// one byte for each, in Windows-1252 (see narrow).
func (s *Stream) OpenNarrow(in sources.Input, e Encoding, from, limit int64) {
	*s = Stream{enc: e, next: from, limit: limit, start: from, own: s.own, raw: s.raw}
	switch {
	case e == UTF8:
		s.size = &narrowSizes8
	case e.Unit() == 2:
		s.size = &narrowSizes16
	}
	s.open(in, from)
}

func (s *Stream) open(in sources.Input, from int64) {
	if in.Whole {
		s.openWhole(in.Head, from)
		return
	}
	if in.At != nil {
		s.at = in.At
	} else {
		s.r = in.Reader
	}
	s.text = s.own[:0]
}

// openWhole makes head itself the window when it needs no conversion.
func (s *Stream) openWhole(head []byte, from int64) {
	if s.limit >= 0 && s.limit < int64(len(head)) {
		head = head[:s.limit]
	}
	head = head[min(from, int64(len(head))):]
	s.next, s.end = from+int64(len(head)), true
	switch t := s.enc.table(); {
	case t != nil:
		translate(head, head, t)
		s.text = head
	case s.decodes():
		s.text, _ = s.decode(s.own[:0], head)
		s.own = s.text
	default:
		s.text = head
	}
}

// decodes reports whether the window is another text than what is read.
func (s *Stream) decodes() bool { return s.size != nil || s.enc.Unit() == 2 }

// Text returns the window. It is valid until Fill or Discard; the caller may
// change bytes in it as long as ASCII stays ASCII.
func (s *Stream) Text() []byte { return s.text }

// End reports whether the window reaches the end of what there is to read.
func (s *Stream) End() bool { return s.end }

// Err returns the error that ended reading early, nil at a true end. The text in
// front of it is in the window as usual.
func (s *Stream) Err() error { return s.err }

// Read returns the original offset that was reached.
func (s *Stream) Read() int64 { return s.next }

// Start returns the original offset of the first byte of the window.
func (s *Stream) Start() int64 { return s.start }

// Offset returns the original offset of Text()[i].
func (s *Stream) Offset(i int) int64 { return s.start + s.original(s.text[:i]) }

// Span returns how many original bytes Text()[i:j] stands for.
func (s *Stream) Span(i, j int) int64 { return s.original(s.text[i:j]) }

// original returns how many original bytes t stands for.
func (s *Stream) original(t []byte) int64 {
	switch {
	case s.size != nil:
		n := int64(0)
		for _, c := range t {
			n += int64(s.size[c])
		}
		return n
	case s.enc.Unit() == 1:
		return int64(len(t))
	}
	units := int64(0)
	for _, c := range t {
		switch { // a character counts where it begins
		case c < 0x80 || 0xC0 <= c && c < 0xF0:
			units++
		case c >= 0xF0:
			units += 2
		}
	}
	return 2 * units
}

// Index returns the offset in Text of the original offset, at least 0 and at
// most the length of the window.
func (s *Stream) Index(offset int64) int {
	n := offset - s.start
	if n <= 0 {
		return 0
	}
	i := 0
	switch {
	case s.size != nil:
		for ; n > 0 && i < len(s.text); i++ {
			n -= int64(s.size[s.text[i]])
		}
		return i
	case s.enc.Unit() == 1:
		return int(min(n, int64(len(s.text))))
	}
	for units := int64(0); units*2 < n && i < len(s.text); units++ {
		switch c := s.text[i]; {
		case c < 0x80:
			i++
		case c < 0xE0:
			i += 2
		case c < 0xF0:
			i += 3
		default:
			i += 4
			units++
		}
	}
	return min(i, len(s.text))
}

// Discard drops the first n bytes of the window.
func (s *Stream) Discard(n int) {
	s.start += s.original(s.text[:n])
	s.text = s.text[n:]
}

// Fill reads on and grows the window. It reports whether there is more text
// than before; after false, End is true.
func (s *Stream) Fill() bool {
	before := len(s.text)
	for !s.end && len(s.text) == before {
		s.room()
		if s.decodes() {
			s.fillDecoded()
			continue
		}
		n := s.read(s.text[len(s.text):cap(s.text)])
		fresh := s.text[len(s.text) : len(s.text)+n]
		if t := s.enc.table(); t != nil {
			translate(fresh, fresh, t)
		}
		s.text = s.text[:len(s.text)+n]
	}
	return len(s.text) > before
}

// room moves the window to the front of its memory, and doubles that memory
// when the window fills most of it.
func (s *Stream) room() {
	if cap(s.text)-len(s.text) >= BufferSize/2 {
		return
	}
	if len(s.text)+BufferSize/2 > cap(s.own) {
		s.own = make([]byte, 0, max(BufferSize+16<<10, 2*len(s.text)+BufferSize))
	}
	s.own = s.own[:len(s.text)]
	copy(s.own, s.text)
	s.text = s.own
}

// read fills b as far as one call gives, and notes the end.
func (s *Stream) read(b []byte) int {
	if s.limit >= 0 && int64(len(b)) > s.limit-s.next {
		b = b[:max(0, s.limit-s.next)]
	}
	if len(b) == 0 {
		s.end = true
		return 0
	}
	b = b[:min(len(b), BufferSize)]
	var n int
	var err error
	if s.at != nil {
		n, err = s.at.ReadAt(b, s.next)
	} else {
		n, err = s.r.Read(b)
	}
	s.next += int64(n)
	if err != nil {
		s.end = true
		if err != io.EOF {
			s.err = err
		}
	}
	return n
}

// fillDecoded reads through raw.
func (s *Stream) fillDecoded() {
	if s.raw == nil {
		s.raw = make([]byte, 64<<10)
	}
	// Three bytes of UTF-8 at most come out of two.
	space := min(len(s.raw), (cap(s.text)-len(s.text))/3*2)
	n := s.left + s.read(s.raw[s.left:space])
	raw := s.raw[:n]
	var used int
	s.text, used = s.decode(s.text, raw)
	if s.end && used < n { // half a pair at the very end
		s.text = append(s.text, s.unknown()...)
		used = n
	}
	s.left = copy(s.raw, raw[used:])
}

// decode appends what src is in the window to dst, and returns how much of src it used:
// what may be the beginning of a character is left, but of UTF-8 at the very end.
func (s *Stream) decode(dst, src []byte) (_ []byte, used int) {
	if s.enc.Unit() == 1 {
		return narrow(dst, src, s.end)
	}
	from := len(dst)
	dst, used = decode16(dst, src, s.enc)
	if s.size != nil { // nothing becomes longer: the same memory will do
		dst, _ = narrow(dst[:from], dst[from:], true)
	}
	return dst, used
}

// unknown is U+FFFD as it stands in the window.
func (s *Stream) unknown() []byte {
	unknown := utf8.AppendRune(nil, utf8.RuneError)
	if s.size != nil {
		unknown, _ = narrow(unknown[:0], unknown, true)
	}
	return unknown
}

// decode16 appends src to dst as UTF-8, one U+FFFD for half a surrogate pair,
// and returns how much of src it used: an odd byte and the first half of a pair
// at the end are left.
func decode16(dst, src []byte, e Encoding) ([]byte, int) {
	order := binary.ByteOrder(binary.LittleEndian)
	if e == UTF16BE {
		order = binary.BigEndian
	}
	i := 0
	for ; i+1 < len(src); i += 2 {
		r := rune(order.Uint16(src[i:]))
		switch {
		case r < 0x80:
			dst = append(dst, byte(r))
		case !utf16.IsSurrogate(r):
			dst = utf8.AppendRune(dst, r)
		case r < 0xDC00 && i+3 >= len(src):
			return dst, i
		default:
			pair := utf8.RuneError
			if r < 0xDC00 {
				pair = utf16.DecodeRune(r, rune(order.Uint16(src[i+2:])))
			}
			if pair != utf8.RuneError {
				i += 2
			}
			dst = utf8.AppendRune(dst, pair)
		}
	}
	return dst, i
}
