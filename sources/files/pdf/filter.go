package pdf

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

// errFilter is returned for streams that hold no text: pictures.
var errFilter = errors.New("filter of pictures")

// errLarge is returned when decoding gave more than the file may.
var errLarge = errors.New("expansion limit")

// maxStream bounds one decoded stream, in bytes.
const maxStream = 48 << 20

// filters returns the names and parameters of the filters of d.
func (f *file) filters(d dict) (names []name, params []dict) {
	one := func(v any) dict { p, _ := f.resolve(v).(dict); return p }
	get := func(long, short name) any {
		if v, ok := d[long]; ok {
			return f.resolve(v)
		}
		return f.resolve(d[short])
	}
	parms := get("DecodeParms", "DP")
	switch v := get("Filter", "F").(type) {
	case name:
		names, params = append(names, v), append(params, one(parms))
		if a, ok := parms.(array); ok && len(a) > 0 {
			params[0] = one(a[0])
		}
	case array:
		a, _ := parms.(array)
		for i, x := range v[:min(len(v), 8)] {
			n, _ := f.resolve(x).(name)
			var p dict
			if i < len(a) {
				p = one(a[i])
			}
			names, params = append(names, n), append(params, p)
		}
	}
	return names, params
}

// decode runs raw through the filters of d. What a damaged stream gave before its
// damage is kept.
func (f *file) decode(d dict, raw []byte) ([]byte, error) {
	names, params := f.filters(d)
	return f.unfilter(raw, names, params)
}

// unfilter runs raw through filters.
func (f *file) unfilter(raw []byte, names []name, params []dict) ([]byte, error) {
	for i, n := range names {
		limit := min(maxStream, f.left)
		var err error
		switch n {
		case "FlateDecode", "Fl":
			raw, err = f.inflate(raw, limit)
		case "LZWDecode", "LZW":
			raw, err = lzw(raw, f.integer(params[i]["EarlyChange"], 1) != 0, limit)
		case "ASCIIHexDecode", "AHx":
			l := lexer{b: raw}
			raw = []byte(l.hex())
		case "ASCII85Decode", "A85":
			raw = ascii85(raw)
		case "RunLengthDecode", "RL":
			raw, err = runs(raw, limit)
		case "Crypt":
		default:
			return nil, errFilter
		}
		f.left -= int64(len(raw))
		if err != nil {
			return raw, err
		}
		if n == "FlateDecode" || n == "Fl" || n == "LZWDecode" || n == "LZW" {
			raw = f.predict(raw, params[i])
		}
	}
	return raw, nil
}

// inflate decodes zlib data, with or without its header and sum.
func (f *file) inflate(raw []byte, limit int64) ([]byte, error) {
	for len(raw) > 0 && class[raw[0]] == 1 {
		raw = raw[1:]
	}
	if len(raw) >= 2 && raw[0]&15 == 8 && (int(raw[0])<<8|int(raw[1]))%31 == 0 {
		raw = raw[2:]
	}
	in := bytes.NewReader(raw)
	if f.flate == nil {
		f.flate = flate.NewReader(in)
	} else if err := f.flate.(flate.Resetter).Reset(in, nil); err != nil {
		return nil, err
	}
	r := f.flate
	var out bytes.Buffer
	for {
		n, err := io.CopyN(&out, r, min(256<<10, limit-int64(out.Len())+1))
		if int64(out.Len()) > limit {
			return out.Bytes()[:limit], errLarge
		}
		if err := f.ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil || n == 0 {
			return out.Bytes(), nil
		}
	}
}

// lzw decodes LZW as PDF and TIFF write it: most significant bit first.
func lzw(raw []byte, early bool, limit int64) ([]byte, error) {
	type entry struct {
		prev int32
		size int32
		last byte
	}
	table := make([]entry, 258, 4097)
	for i := range 256 {
		table[i] = entry{-1, 1, byte(i)}
	}
	ahead := 0
	if early {
		ahead = 1
	}
	var out []byte
	acc, bits, width, prev := uint32(0), 0, 9, int32(-1)
	for _, b := range raw {
		acc, bits = acc<<8|uint32(b), bits+8
		if bits < width {
			continue
		}
		bits -= width
		code := int32(acc >> bits & (1<<width - 1))
		switch {
		case code == 256:
			table, width, prev = table[:258], 9, -1
			continue
		case code == 257:
			return out, nil
		case int(code) > len(table) || int(code) == len(table) && prev < 0:
			return out, nil // damaged
		}
		if prev >= 0 && len(table) < 4096 {
			first := prev
			if int(code) < len(table) {
				first = code
			}
			for table[first].prev >= 0 {
				first = table[first].prev
			}
			table = append(table, entry{prev, table[prev].size + 1, table[first].last})
		}
		if int(code) >= len(table) {
			return out, nil
		}
		n := len(out)
		out = append(out, make([]byte, table[code].size)...)
		if int64(len(out)) > limit {
			return out[:n], errLarge
		}
		for c, i := code, len(out)-1; c >= 0 && i >= n; c, i = table[c].prev, i-1 {
			out[i] = table[c].last
		}
		prev = code
		for width < 12 && len(table)+ahead >= 1<<width {
			width++
		}
	}
	return out, nil
}

// ascii85 decodes base 85 up to "~>".
func ascii85(raw []byte) []byte {
	out := make([]byte, 0, len(raw)*4/5)
	var v uint32
	n := 0
	for _, c := range raw {
		switch {
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case '!' <= c && c <= 'u':
			v = v*85 + uint32(c-'!')
			if n++; n == 5 {
				out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
				v, n = 0, 0
			}
		}
		if c == '~' {
			break
		}
	}
	if n > 1 {
		for i := n; i < 5; i++ {
			v = v*85 + 84
		}
		out = append(out, []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8)}[:n-1]...)
	}
	return out
}

// runs decodes run lengths.
func runs(raw []byte, limit int64) ([]byte, error) {
	var out []byte
	for i := 0; i < len(raw); {
		n := int(raw[i])
		i++
		switch {
		case n == 128:
			return out, nil
		case n < 128:
			out = append(out, raw[i:min(i+n+1, len(raw))]...)
			i += n + 1
		case i < len(raw):
			out = append(out, bytes.Repeat(raw[i:i+1], 257-n)...)
			i++
		}
		if int64(len(out)) > limit {
			return out, errLarge
		}
	}
	return out, nil
}

// predict undoes the predictors of PNG (10 to 15) and TIFF (2, whole bytes only).
func (f *file) predict(raw []byte, p dict) []byte {
	kind := f.integer(p["Predictor"], 1)
	if kind < 2 {
		return raw
	}
	colors := min(max(f.integer(p["Colors"], 1), 1), 32)
	depth := min(max(f.integer(p["BitsPerComponent"], 8), 1), 16)
	columns := min(max(f.integer(p["Columns"], 1), 1), 1<<20)
	size, row := int(max(colors*depth/8, 1)), int((columns*colors*depth+7)/8)
	if kind == 2 {
		for at := 0; depth == 8 && at+row <= len(raw); at += row {
			for i := size; i < row; i++ {
				raw[at+i] += raw[at+i-size]
			}
		}
		return raw
	}
	out := make([]byte, 0, len(raw))
	above := make([]byte, row)
	for len(raw) > 1 {
		n := min(row, len(raw)-1)
		line := raw[1 : 1+n]
		unrow(raw[0], line, above, size)
		out = append(out, line...)
		copy(above, line)
		raw = raw[1+n:]
	}
	return out
}

// unrow undoes one row of PNG.
func unrow(kind byte, line, above []byte, size int) {
	for i := range line {
		var left, corner byte
		if i >= size {
			left, corner = line[i-size], above[i-size]
		}
		switch kind {
		case 1:
			line[i] += left
		case 2:
			line[i] += above[i]
		case 3:
			line[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			line[i] += paeth(left, above[i], corner)
		}
	}
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
