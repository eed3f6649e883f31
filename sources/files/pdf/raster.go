package pdf

import (
	"recense/sources"
)

// space is a colour space as far as brightness goes.
type space struct {
	n       int // samples a pixel
	palette []byte
	grey    func(c []byte) byte // of samples of 8 bits
}

// maxSpaces bounds colour spaces that stand on others.
const maxSpaces = 4

// space reads a colour space.
func (f *file) space(v any, depth int) (s space, ok bool) {
	v = f.resolve(v)
	if n, named := v.(name); named {
		v = array{n}
	}
	a, _ := v.(array)
	if len(a) == 0 || depth > maxSpaces {
		return s, false
	}
	kind, _ := f.resolve(a[0]).(name)
	arg := func(i int) any {
		if i < len(a) {
			return a[i]
		}
		return nil
	}
	switch kind {
	case "DeviceGray", "G", "CalGray":
		return greySpace, true
	case "DeviceRGB", "RGB", "CalRGB":
		return rgbSpace, true
	case "DeviceCMYK", "CMYK":
		return cmykSpace, true
	case "Lab":
		return space{n: 3, grey: func(c []byte) byte { return c[0] }}, true
	case "ICCBased":
		switch f.integer(f.dict(arg(1))["N"], 0) {
		case 1:
			return greySpace, true
		case 3:
			return rgbSpace, true
		case 4:
			return cmykSpace, true
		}
	case "Separation":
		return space{n: 1, grey: ink}, true
	case "DeviceN":
		n := len(f.array(arg(1)))
		return space{n: n, grey: ink}, 1 <= n && n <= 32
	case "Indexed", "I":
		pal := f.palette(a)
		return space{n: 1, palette: pal, grey: func(c []byte) byte {
			if int(c[0]) < len(pal) {
				return pal[c[0]]
			}
			return 255
		}}, len(pal) > 0
	}
	return s, false
}

var (
	greySpace = space{n: 1, grey: func(c []byte) byte { return c[0] }}
	rgbSpace  = space{n: 3, grey: func(c []byte) byte { return byte((77*int(c[0]) + 150*int(c[1]) + 29*int(c[2])) >> 8) }}
	cmykSpace = space{n: 4, grey: func(c []byte) byte {
		return byte(max(0, 255-(77*int(c[0])+150*int(c[1])+29*int(c[2]))>>8-int(c[3])))
	}}
)

// ink is the brightness of what inks leave.
func ink(c []byte) byte {
	most := byte(0)
	for _, v := range c {
		most = max(most, v)
	}
	return 255 - most
}

// palette returns the brightness of each colour of an indexed space, nil for others.
func (f *file) palette(v any) []byte {
	a, _ := f.resolve(v).(array)
	if len(a) < 4 {
		return nil
	}
	if kind, _ := f.resolve(a[0]).(name); kind != "Indexed" && kind != "I" {
		return nil
	}
	base, ok := f.space(a[1], maxSpaces) // no palette of a palette
	if !ok || base.palette != nil {
		return nil
	}
	var table []byte
	switch t := f.resolve(a[3]).(type) {
	case str:
		table = []byte(t)
	case *stream:
		table, _ = f.content(t)
	}
	var pal []byte
	for ; len(table) >= base.n && len(pal) < 256; table = table[base.n:] {
		pal = append(pal, base.grey(table[:base.n]))
	}
	return pal
}

// raster turns samples into rows of black and white or of grey pixels.
func (d *document) raster(s *scan, raw []byte, dd dict) (*scan, sources.Reason) {
	bits := int(d.integer(d.either(dd, "BitsPerComponent", "BPC"), 8))
	colours, ok := d.space(d.either(dd, "ColorSpace", "CS"), 0)
	if mask, _ := d.either(dd, "ImageMask", "IM").(bool); mask {
		bits, colours, ok = 1, greySpace, true // what is painted is taken for black
	}
	if !ok || bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 {
		return nil, sources.UnknownFormat
	}
	row := (s.w*colours.n*bits + 7) / 8
	if s.h = min(s.h, len(raw)/row); s.h == 0 {
		return nil, sources.Corrupt
	}
	s.strip = s.h
	raw = raw[:s.h*row]
	invert := d.inverted(dd) && colours.palette == nil
	if bits == 1 && colours.n == 1 {
		low, high := colours.grey([]byte{0}), colours.grey([]byte{255})
		if colours.palette != nil {
			high = colours.grey([]byte{1})
		}
		s.kind, s.parts = blackened, [][]byte{black(raw, (low < high) != invert)}
		return s, ""
	}
	if s.w*s.h > sources.MaxPicture-64 {
		return nil, sources.SizeLimit
	}
	s.kind, s.parts = grey, [][]byte{greys(raw, s.w, s.h, bits, colours, invert)}
	return s, ""
}

// black returns rows in which 1 is black; zero says that 0 is black in raw.
func black(raw []byte, zero bool) []byte {
	if !zero {
		return raw
	}
	for i := range raw {
		raw[i] = ^raw[i]
	}
	return raw
}

// greys returns a byte a pixel.
func greys(raw []byte, w, h, bits int, s space, invert bool) []byte {
	out := make([]byte, 0, w*h)
	row := (w*s.n*bits + 7) / 8
	most := 1<<min(bits, 8) - 1
	scale := 1
	if s.palette == nil {
		scale = 255 / most
	}
	c := make([]byte, s.n)
	for y := range h {
		line := raw[y*row : (y+1)*row]
		for x := range w {
			for k := range c {
				c[k] = byte(scale * sampleAt(line, x*s.n+k, bits))
				if invert {
					c[k] = 255 - c[k]
				}
			}
			out = append(out, s.grey(c))
		}
	}
	return out
}

// sampleAt returns the i-th sample of a row, the high byte of those of 16 bits.
func sampleAt(line []byte, i, bits int) int {
	switch bits {
	case 8:
		return int(line[i])
	case 16:
		return int(line[2*i])
	}
	at := i * bits
	return int(line[at/8]) >> (8 - bits - at%8) & (1<<bits - 1)
}
