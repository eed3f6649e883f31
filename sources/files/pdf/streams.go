package pdf

import (
	"bytes"
	"sort"
)

// packed is an object stream that has been decoded.
type packed struct {
	data  []byte
	nums  []int
	at    []int
	first int
}

// content returns the decoded content of a stream.
func (f *file) content(s *stream) ([]byte, error) {
	if s.held != nil {
		return s.held, nil
	}
	if f.left <= 0 {
		f.over = true
		return nil, errLarge
	}
	raw := f.raw(s)
	if f.crypt != nil && s.dict["Type"] != name("XRef") {
		raw = f.crypt.bytes(s.id, raw, s.dict)
	}
	b, err := f.decode(s.dict, raw)
	if err == errLarge {
		f.over = true
	}
	return b, err
}

// raw returns the bytes of a stream. A length that does not lead to "endstream"
// is not believed.
func (f *file) raw(s *stream) []byte {
	n := f.integer(s.dict["Length"], -1)
	if n >= 0 && n <= maxStream && s.at+n <= f.size {
		b := f.window(s.at, int(n)+16)
		if int64(len(b)) >= n && bytes.Contains(b[n:], []byte("endst")) || s.at+n+9 >= f.size {
			return b[:min(int(n), len(b))]
		}
	}
	return f.search(s.at)
}

// search reads up to "endstream", or to the end of the file.
func (f *file) search(at int64) []byte {
	for n := 64 << 10; ; n *= 4 {
		b := f.window(at, n)
		if i := bytes.Index(b, []byte("endstream")); i >= 0 {
			b = b[:i]
			b = bytes.TrimSuffix(b, []byte("\n"))
			return bytes.TrimSuffix(b, []byte("\r"))
		}
		if len(b) < n || n >= maxStream {
			return b
		}
	}
}

// unpack returns an object of an object stream.
func (f *file) unpack(num int, e entry) (any, bool) {
	p := f.unpacked(e.in)
	if p == nil {
		return nil, false
	}
	i := e.index
	if i >= len(p.nums) || p.nums[i] != num {
		for i = 0; i < len(p.nums) && p.nums[i] != num; i++ {
		}
		if i == len(p.nums) {
			return nil, false
		}
	}
	if p.first+p.at[i] > len(p.data) {
		return nil, false
	}
	l := lexer{b: p.data[p.first+p.at[i]:], refs: true}
	v := l.next()
	switch v.(type) {
	case word, closing:
		return nil, false
	}
	return v, true
}

// keptStreams is how many decoded object streams are kept.
const keptStreams = 8

// unpacked returns an object stream.
func (f *file) unpacked(num int) *packed {
	if p, ok := f.packed[num]; ok {
		return p
	}
	if f.xref[num].in > 0 {
		return nil // an object stream is not in another
	}
	s, _ := f.load(num).(*stream)
	if s == nil {
		return nil
	}
	p := f.index(s)
	if len(f.packed) >= keptStreams {
		clear(f.packed)
	}
	f.packed[num] = p
	return p
}

// index decodes an object stream and reads its table.
func (f *file) index(s *stream) *packed {
	data, err := f.content(s)
	if err == errFilter || len(data) == 0 {
		return nil
	}
	n, first := f.integer(s.dict["N"], 0), f.integer(s.dict["First"], 0)
	if first < 0 || first > int64(len(data)) {
		return nil
	}
	p := &packed{data: data, first: int(first)}
	l := lexer{b: data[:first]}
	for range min(max(n, 0), first) {
		num, ok1 := l.next().(int64)
		at, ok2 := l.next().(int64)
		if !ok1 || !ok2 || at < 0 || at > int64(len(data)) {
			break
		}
		p.nums, p.at = append(p.nums, int(num)), append(p.at, int(at))
	}
	return p
}

// rebuild looks for all objects of a file whose cross-references are damaged.
// Of two objects of the same number the later one counts.
func (f *file) rebuild() error {
	f.rebuilt = true
	f.xref, f.cache, f.packed = map[int]entry{}, map[int]any{}, map[int]*packed{}
	trailer := dict{}
	var tables []int
	const step, overlap = 1 << 20, 64
	for from := int64(0); from < f.size; from += step {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		b := f.window(from, step+overlap)
		f.scan(b, from, min(step, len(b)), &tables, trailer)
	}
	f.trailer = trailer
	sort.Ints(tables)
	if err := f.unlock(); err != nil {
		return err
	}
	for _, num := range tables {
		f.adopt(num)
	}
	if len(f.xref) == 0 {
		return errDamaged
	}
	if f.dict(trailer["Root"]) == nil {
		f.findRoot()
	}
	return f.ctx.Err()
}

// scan notes the objects and trailers that begin in the first n bytes of b.
func (f *file) scan(b []byte, from int64, n int, tables *[]int, trailer dict) {
	for i := 0; i < n && f.merged < maxMerged; {
		k := bytes.Index(b[i:n], []byte("trailer"))
		if k < 0 {
			break
		}
		i += k + 7
		l := lexer{b: f.window(from+int64(i), 4<<10), refs: true}
		f.merge(l.next(), trailer)
	}
	for i := 0; i < n; {
		k := bytes.Index(b[i:], []byte("obj"))
		if k < 0 {
			return
		}
		i += k + 3
		num, start, ok := numbered(b, i-3)
		if !ok || start >= n && from+int64(n) < f.size {
			continue
		}
		if _, known := f.xref[num]; !known && len(f.xref) >= maxObjects {
			f.long = true
			continue
		}
		f.xref[num] = entry{at: from + int64(start)}
		head := b[i:min(i+overlapKind, len(b))]
		if bytes.Contains(head, []byte("/ObjStm")) || bytes.Contains(head, []byte("/XRef")) {
			*tables = append(*tables, num)
			if bytes.Contains(head, []byte("/XRef")) && f.merged < maxMerged {
				if _, v, err := f.object(from + int64(start)); err == nil {
					if s, ok := v.(*stream); ok {
						f.merge(s.dict, trailer)
					}
				}
			}
		}
	}
}

// overlapKind is how far behind "obj" the type of an object is looked for.
const overlapKind = 256

// numbered reads "12 0 " backwards from the keyword at.
func numbered(b []byte, at int) (num, start int, ok bool) {
	i := at
	back := func() (n, digits int) {
		for scale := 1; i > 0 && '0' <= b[i-1] && b[i-1] <= '9' && digits < 10; scale *= 10 {
			i--
			n += int(b[i]-'0') * scale
			digits++
		}
		return n, digits
	}
	gap := func() int {
		from := i
		for i > 0 && class[b[i-1]] == 1 {
			i--
		}
		return from - i
	}
	gap()
	if _, d := back(); d == 0 || gap() == 0 {
		return 0, 0, false
	}
	num, d := back()
	return num, i, d > 0 && num < 1<<31
}

// maxMerged bounds the trailers that are looked at.
const maxMerged = 64

// merge takes what a trailer tells.
func (f *file) merge(v any, trailer dict) {
	f.merged++
	d, _ := v.(dict)
	for _, k := range []name{"Root", "Encrypt", "ID", "Info"} {
		if x, ok := d[k]; ok {
			trailer[k] = x
		}
	}
}

// adopt adds the objects of an object stream.
func (f *file) adopt(num int) {
	s, _ := f.load(num).(*stream)
	if s == nil || s.dict["Type"] != name("ObjStm") {
		return
	}
	p := f.index(s)
	if p == nil {
		return
	}
	for i, n := range p.nums {
		f.add(n, entry{in: num, index: i})
	}
}

// findRoot looks for a catalogue that no trailer names.
func (f *file) findRoot() {
	for num := range f.xref {
		if d, ok := f.load(num).(dict); ok && d["Type"] == name("Catalog") {
			f.trailer["Root"] = ref{num: num}
			return
		}
	}
}
