package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"recense/sources"
)

// scan is a picture as a program that recognises text takes it: a file as it stands
// in the PDF (JPEG, JPEG 2000), fax data (CCITT, ITU-T T.4 and T.6) that want the
// header of a TIFF file, or rows of grey or of black and white pixels, which want that
// of a PNM file. Colours become grey: letters are told by their brightness.
type scan struct {
	kind   scanKind
	w, h   int
	parts  [][]byte // strips of fax data; all others have one
	strip  int      // rows of each strip but the last
	fax    faxForm
	ids    []int // of the objects
	at     float64
	bottom float64
	height float64
}

type scanKind uint8

const (
	whole scanKind = iota // a file
	fax
	grey      // a byte a pixel
	blackened // a bit a pixel, 1 is black
)

// faxForm is how fax data are packed.
type faxForm struct {
	scheme   uint16 // of TIFF: 3 for T.4, 4 for T.6
	options  uint32 // T4Options
	inverted bool
}

// scan decodes a picture as far as it must be. It returns nil for those that are too
// small to hold text, and why it could not be read where it could not.
func (d *document) scan(x picture) (*scan, sources.Reason) {
	dd := x.s.dict
	w, h := int(d.integer(d.either(dd, "Width", "W"), 0)), int(d.integer(d.either(dd, "Height", "H"), 0))
	if d.pixels(dd) == 0 || w < leastSide || h < leastSide/2 {
		return nil, ""
	}
	raw, rest, params, err := d.peel(x.s)
	s := &scan{w: w, h: h, parts: [][]byte{raw}, strip: h, at: x.m[4], bottom: x.bottom(), height: x.top() - x.bottom()}
	if id := x.s.id.num; id > 0 {
		s.ids = []int{id}
	}
	switch {
	case err == errLarge:
		return nil, sources.SizeLimit
	case len(raw) == 0:
		return nil, sources.Corrupt
	case rest == "":
		return d.raster(s, raw, dd)
	case rest == "CCITTFaxDecode" || rest == "CCF":
		s.kind, s.fax = fax, d.faxForm(dd, params)
		s.w = int(min(max(d.integer(params["Columns"], 1728), 1), 1<<16))
		return s, ""
	case rest == "DCTDecode" || rest == "DCT" || rest == "JPXDecode":
		return s, ""
	}
	return nil, sources.UnknownFormat // JBIG2
}

// peel undoes the filters in front of that of pictures, and returns that one.
func (f *file) peel(s *stream) (raw []byte, rest name, params dict, err error) {
	raw = f.raw(s)
	if f.crypt != nil {
		raw = f.crypt.bytes(s.id, raw, s.dict)
	}
	names, parms := f.filters(s.dict)
	n := 0
	for n < len(names) && !pictureFilters[names[n]] {
		n++
	}
	if n < len(names) {
		rest, params = names[n], parms[n]
	}
	raw, err = f.unfilter(raw, names[:n], parms[:n])
	return raw, rest, params, err
}

var pictureFilters = map[name]bool{"DCTDecode": true, "DCT": true, "JPXDecode": true, "CCITTFaxDecode": true, "CCF": true, "JBIG2Decode": true}

// inverted reports whether a sample of nothing is the bright one (Decode [1 0]).
func (f *file) inverted(d dict) bool {
	v, _ := f.either(d, "Decode", "D").(array)
	return len(v) >= 2 && f.real(v[0], 0) > f.real(v[1], 1)
}

// faxForm reads the parameters of fax data. What is black in them is 0 after
// decoding, unless BlackIs1, and 0 is drawn dark, unless Decode turns that round.
func (f *file) faxForm(d, params dict) faxForm {
	black, _ := f.resolve(params["BlackIs1"]).(bool)
	form := faxForm{scheme: 4, inverted: black != f.inverted(d)}
	if pal := f.palette(f.either(d, "ColorSpace", "CS")); len(pal) >= 2 && pal[0] > pal[1] {
		form.inverted = !form.inverted
	}
	if k := f.integer(params["K"], 0); k >= 0 {
		form.scheme = 3
		if k > 0 {
			form.options |= 1 // two dimensions
		}
		if aligned, _ := f.resolve(params["EncodedByteAlign"]).(bool); aligned {
			form.options |= 4
		}
	}
	return form
}

// join appends the picture that stands right below on the page and is of the same
// make: scanners cut pages into strips, often through a line of text.
func (s *scan) join(next *scan) bool {
	gap := math.Abs(s.bottom - next.bottom - next.height)
	if s.kind == whole || s.kind != next.kind || s.w != next.w || s.fax != next.fax || math.Abs(s.at-next.at) > 1 || gap > 1 {
		return false
	}
	size := len(next.parts[0])
	for _, p := range s.parts {
		size += len(p)
	}
	if size > sources.MaxPicture-4096 {
		return false
	}
	if s.kind == fax {
		if s.h%s.strip != 0 || next.h > s.strip {
			return false
		}
		s.parts = append(s.parts, next.parts[0])
	} else {
		s.parts[0] = append(s.parts[0], next.parts[0]...)
	}
	s.h += next.h
	s.ids = append(s.ids, next.ids...)
	s.bottom = next.bottom
	return true
}

// file returns the picture as a file.
func (s *scan) file() []byte {
	switch s.kind {
	case fax:
		return s.tiff()
	case grey:
		return append(fmt.Appendf(nil, "P5 %d %d 255\n", s.w, s.h), s.parts[0]...)
	case blackened:
		return append(fmt.Appendf(nil, "P4 %d %d\n", s.w, s.h), s.parts[0]...)
	}
	return s.parts[0]
}

// tiff puts fax data into a TIFF file (TIFF 6.0) of one page.
func (s *scan) tiff() []byte {
	const entries, short, long = 9, 3, 4
	n := uint32(len(s.parts))
	table := uint32(8 + 2 + entries*12 + 4) // of the offsets of strips, then of their lengths
	at := table + 8*n
	b := binary.LittleEndian.AppendUint32([]byte("II*\x00"), 8)
	b = binary.LittleEndian.AppendUint16(b, entries)
	entry := func(tag, kind uint16, count, value uint32) {
		b = binary.LittleEndian.AppendUint16(b, tag)
		b = binary.LittleEndian.AppendUint16(b, kind)
		b = binary.LittleEndian.AppendUint32(b, count)
		b = binary.LittleEndian.AppendUint32(b, value)
	}
	offsets, lengths := table, table+4*n
	if n == 1 {
		offsets, lengths = at, uint32(len(s.parts[0]))
	}
	bright := uint32(0) // PhotometricInterpretation: 0 is white
	if s.fax.inverted {
		bright = 1
	}
	entry(256, long, 1, uint32(s.w))
	entry(257, long, 1, uint32(s.h))
	entry(258, short, 1, 1)
	entry(259, short, 1, uint32(s.fax.scheme))
	entry(262, short, 1, bright)
	entry(273, long, n, offsets)
	entry(278, long, 1, uint32(s.strip))
	entry(279, long, n, lengths)
	entry(292, long, 1, s.fax.options)
	b = binary.LittleEndian.AppendUint32(b, 0)
	for _, p := range s.parts {
		b = binary.LittleEndian.AppendUint32(b, at)
		at += uint32(len(p))
	}
	for _, p := range s.parts {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
	}
	return append(b, bytes.Join(s.parts, nil)...)
}
