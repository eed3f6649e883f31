package xls

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"unicode/utf16"

	"recense/sources/files/codepage"
)

// The records that are read (MS-XLS 2.4; the numbers of BIFF 2 to 4 beside them).
const (
	recBOF2        = 0x0009
	recBOF3        = 0x0209
	recBOF4        = 0x0409
	recBOF         = 0x0809
	recEOF         = 0x000A
	recInteger2    = 0x0002
	recNumber2     = 0x0003
	recLabel2      = 0x0004
	recBoolErr2    = 0x0005
	recFormula     = 0x0006
	recString2     = 0x0007
	recHeader      = 0x0014
	recFooter      = 0x0015
	recNote        = 0x001C
	recDateMode    = 0x0022
	recFilePass    = 0x002F
	recContinue    = 0x003C
	recCodePage    = 0x0042
	recWriteAccess = 0x005C
	recObj         = 0x005D
	recBoundSheet  = 0x0085
	recMulRK       = 0x00BD
	recRString     = 0x00D6
	recXF          = 0x00E0
	recSST         = 0x00FC
	recLabelSST    = 0x00FD
	recTXO         = 0x01B6
	recHLink       = 0x01B8
	recValidation  = 0x01BE
	recSupBook     = 0x01AE
	recCached      = 0x005A // CRN: cells of another workbook
	recQuery       = 0x00CD // SXString
	recDrawings    = 0x00EB
	recDrawing     = 0x00EC
	recTooltip     = 0x0800
	recNumber      = 0x0203
	recLabel       = 0x0204
	recBoolErr     = 0x0205
	recFormula3    = 0x0206
	recString      = 0x0207
	recRK          = 0x027E
	recFormula4    = 0x0406
	recFormat2     = 0x001E
	recFormat      = 0x041E
	recXF2         = 0x0043
	recXF3         = 0x0243
	recXF4         = 0x0443
)

// records reads a stream of records.
type records struct {
	r    *bufio.Reader
	err  error  // why it ended; io.EOF at the end
	at   int64  // offset of the record at hand
	next int64  // of the next one
	kind uint16 // of the record at hand
	buf  []byte // its data
	back bool   // the record at hand has not been taken yet
}

// scan moves to the next record.
func (r *records) scan() bool {
	if r.back {
		r.back = false
		return true
	}
	if r.err != nil {
		return false
	}
	var head [4]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		r.err = err
		if err == io.ErrUnexpectedEOF && head == [4]byte{} { // filled up with zeros
			r.err = io.EOF
		}
		return false
	}
	r.at, r.kind = r.next, binary.LittleEndian.Uint16(head[:])
	n := int(binary.LittleEndian.Uint16(head[2:]))
	if cap(r.buf) < n {
		r.buf = make([]byte, 1<<16)
	}
	r.buf = r.buf[:n]
	r.next += 4 + int64(n)
	if k, err := io.ReadFull(r.r, r.buf); err != nil {
		r.buf, r.err = r.buf[:k], io.ErrUnexpectedEOF
		return k > 0
	}
	return true
}

// more moves to the record that continues the one at hand.
func (r *records) more() bool {
	if !r.scan() {
		return false
	}
	r.back = r.kind != recContinue
	return !r.back
}

func (r *records) u16(at int) int {
	if at+2 > len(r.buf) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.buf[at:]))
}

func (r *records) u32(at int) uint32 {
	if at+4 > len(r.buf) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.buf[at:])
}

func (r *records) float(at int) float64 {
	if at+8 > len(r.buf) {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(r.buf[at:]))
}

// unicode reads the characters of a string of BIFF 8 that stands whole in b: a
// byte of options, then n characters.
func unicode(b []byte, n int) string {
	if len(b) == 0 {
		return ""
	}
	options := b[0]
	b = b[1:]
	if options&8 != 0 {
		b = b[min(2, len(b)):]
	}
	if options&4 != 0 {
		b = b[min(4, len(b)):]
	}
	if options&1 != 0 {
		return codepage.Wide(b[:min(2*n, len(b))])
	}
	return codepage.String(28591, b[:min(n, len(b))])
}

// pieces reads strings that go on in the next record: there, a byte of options
// says again how their characters are written.
type pieces struct {
	r     *records
	b     []byte
	short bool // the stream ended
}

// take returns the next n bytes that are no characters; they go on without a byte
// of options.
func (p *pieces) take(n int) []byte {
	for len(p.b) == 0 && !p.short {
		p.refill()
	}
	if n <= len(p.b) {
		out := p.b[:n]
		p.b = p.b[n:]
		return out
	}
	out := append(make([]byte, 0, min(n, 64)), p.b...)
	p.b = nil
	for len(out) < n && p.refill() {
		k := min(n-len(out), len(p.b))
		out = append(out, p.b[:k]...)
		p.b = p.b[k:]
	}
	if len(out) < n {
		out = append(out, make([]byte, min(n-len(out), 16))...)
	}
	return out
}

// skip passes over n bytes.
func (p *pieces) skip(n int) {
	for n > 0 {
		if len(p.b) == 0 && !p.refill() {
			return
		}
		k := min(n, len(p.b))
		p.b, n = p.b[k:], n-k
	}
}

func (p *pieces) refill() bool {
	if p.short || !p.r.more() {
		p.short = true
		return false
	}
	p.b = p.r.buf
	return true
}

// unicode appends the next string, its length in front, to dst as UTF-8.
func (p *pieces) unicode(dst []rune) []rune {
	head := p.take(3)
	n, options := int(head[0])|int(head[1])<<8, head[2]
	runs, extra := 0, 0
	if options&8 != 0 {
		b := p.take(2)
		runs = int(b[0]) | int(b[1])<<8
	}
	if options&4 != 0 {
		b := p.take(4)
		extra = int(binary.LittleEndian.Uint32(b))
	}
	dst = p.chars(dst, n, options&1 != 0)
	p.skip(4 * runs)
	p.skip(max(extra, 0))
	return dst
}

// chars appends n characters, of two bytes each where wide.
func (p *pieces) chars(dst []rune, n int, wide bool) []rune {
	var units []uint16
	flush := func() {
		dst = append(dst, utf16.Decode(units)...)
		units = units[:0]
	}
	for n > 0 {
		if len(p.b) == 0 {
			if !p.refill() {
				break
			}
			if len(p.b) == 0 {
				continue
			}
			wide, p.b = p.b[0]&1 != 0, p.b[1:]
			continue
		}
		if wide {
			if len(p.b) < 2 {
				p.b = nil
				continue
			}
			units = append(units, binary.LittleEndian.Uint16(p.b))
			p.b = p.b[2:]
		} else {
			units = append(units, uint16(p.b[0]))
			p.b = p.b[1:]
		}
		n--
	}
	flush()
	return dst
}
