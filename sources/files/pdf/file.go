package pdf

import (
	"bytes"
	"context"
	"errors"
	"io"

	"recense/sources"
)

// errDamaged is returned where the structure of a file makes no sense.
var errDamaged = errors.New("damaged")

// Bounds of one file.
const (
	maxObjects  = 1 << 20 // objects known at a time
	maxSections = 1024    // cross-reference sections
	maxCached   = 1 << 14 // objects kept
	maxObject   = 8 << 20 // bytes of an object without its stream
)

// entry says where an object is: at an offset of the file, or as the index-th of
// the object stream in.
type entry struct {
	at    int64
	in    int
	index int
}

// file is an open PDF. All access to objects goes through it.
type file struct {
	ctx     context.Context
	at      io.ReaderAt
	size    int64
	base    int64 // of the header: offsets count from there
	left    int64 // bytes that decoding may still give
	xref    map[int]entry
	trailer dict
	crypt   *crypt
	cache   map[int]any
	packed  map[int]*packed
	busy    map[int]bool // being resolved: against loops
	work    int64        // bytes that may still be looked at
	merged  int          // trailers found while rebuilding
	fonts   map[int]*font
	flate   io.ReadCloser // kept for its memory
	classic bool          // cross-references are a few sane tables
	rebuilt bool
	long    bool // more objects than are known
	broken  bool // an object could not be read
	over    bool // the limit on decoding was reached
}

// open finds the objects of a file: by its cross-references, or where these are
// damaged, by looking for all objects there are.
func open(ctx context.Context, in sources.Input, l sources.Limits) (*file, error) {
	f := &file{ctx: ctx, at: in.At, size: in.Size, cache: map[int]any{}, packed: map[int]*packed{}, fonts: map[int]*font{}, busy: map[int]bool{}, xref: map[int]entry{}}
	f.size = f.measure(in.Size)
	f.left = l.RatioMin + l.Ratio*min(f.size, 1<<40/max(l.Ratio, 1))
	f.base = int64(max(bytes.Index(in.Head[:min(len(in.Head), 1024)], []byte("%PDF-")), 0))
	f.work = 32<<20 + 32*f.size
	err := f.sections()
	if err == nil {
		if err = f.unlock(); err != nil {
			return nil, err
		}
	}
	if err != nil || !f.rooted() {
		if err := f.rebuild(); err != nil {
			return nil, err
		}
	}
	return f, f.ctx.Err()
}

// measure returns where the input ends, when that is before its declared size.
func (f *file) measure(size int64) int64 {
	has := func(at int64) bool {
		var b [1]byte
		n, _ := f.at.ReadAt(b[:], at)
		return n == 1
	}
	if size <= 0 || has(size-1) {
		return size
	}
	low, high := int64(0), size // of the length
	for low < high {
		if mid := (low + high + 1) / 2; has(mid - 1) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// rooted reports whether the catalogue and the root of the pages are there.
func (f *file) rooted() bool {
	root := f.dict(f.trailer["Root"])
	return root != nil && f.dict(root["Pages"]) != nil
}

// window reads n bytes at an offset; fewer at the end.
func (f *file) window(at int64, n int) []byte {
	if at < 0 || at >= f.size {
		return nil
	}
	if f.work < 0 {
		f.over = true
		return nil
	}
	b := make([]byte, min(int64(n), f.size-at))
	f.work -= int64(len(b))
	k, _ := f.at.ReadAt(b, at)
	return b[:k]
}

// sections reads the chain of cross-reference sections from the end of the file.
func (f *file) sections() error {
	const tail = 2048
	end := f.window(max(0, f.size-tail), tail)
	i := bytes.LastIndex(end, []byte("startxref"))
	if i < 0 {
		return errDamaged
	}
	l := lexer{b: end, p: i + 9}
	at, ok := l.next().(int64)
	if !ok {
		return errDamaged
	}
	seen := map[int64]bool{}
	queue := []int64{at}
	f.classic = true
	for len(queue) > 0 && len(seen) < maxSections {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			f.classic = false
			continue
		}
		seen[at] = true
		f.classic = f.classic && len(seen) <= 16
		t, err := f.section(at + f.base)
		if err != nil {
			return err
		}
		if f.trailer == nil {
			f.trailer = t
		}
		for _, k := range []name{"XRefStm", "Prev"} {
			if p, ok := t[k].(int64); ok {
				queue = append(queue, p)
			}
		}
	}
	return f.ctx.Err()
}

// section reads one cross-reference table or stream and returns its trailer.
func (f *file) section(at int64) (dict, error) {
	b := f.window(at, 32)
	l := lexer{b: b}
	if l.next() == word("xref") {
		return f.table(at + int64(l.p))
	}
	f.classic = false
	_, obj, err := f.object(at)
	s, ok := obj.(*stream)
	if err != nil || !ok || s.dict["Type"] != name("XRef") {
		return nil, errDamaged
	}
	return s.dict, f.xrefStream(s)
}

// add knows an object, unless a newer section told about it.
func (f *file) add(num int, e entry) {
	if _, ok := f.xref[num]; ok || num < 0 {
		return
	}
	if len(f.xref) >= maxObjects {
		f.long = true
		return
	}
	f.xref[num] = e
}

// table reads a classic table from behind its keyword.
func (f *file) table(at int64) (dict, error) {
	for n := 0; n < maxSections; n++ {
		l := lexer{b: f.window(at, 64)}
		first := l.next()
		if first == word("trailer") {
			_, t := f.value(at + int64(l.p))
			d, ok := t.(dict)
			if !ok {
				return nil, errDamaged
			}
			return d, nil
		}
		start, ok1 := first.(int64)
		count, ok2 := l.next().(int64)
		if !ok1 || !ok2 || start < 0 || count < 0 || count > f.size/18 {
			return nil, errDamaged
		}
		f.classic = f.classic && start+count <= maxObjects
		l.space()
		at += int64(l.p)
		used, err := f.rows(at, int(start), int(count))
		if err != nil {
			return nil, err
		}
		at += used
	}
	return nil, errDamaged
}

// rows reads the entries of a subsection: twenty bytes each, but some programs
// write nineteen.
func (f *file) rows(at int64, start, count int) (int64, error) {
	l := lexer{b: f.window(at, count*20+2)}
	for i := range count {
		off, ok1 := l.next().(int64)
		_, ok2 := l.next().(int64)
		kind, ok3 := l.next().(word)
		if !ok1 || !ok2 || !ok3 {
			return 0, errDamaged
		}
		if kind == "n" && off > 0 {
			f.add(start+i, entry{at: off + f.base})
		}
	}
	return int64(l.p), f.ctx.Err()
}

// xrefStream reads the entries of a cross-reference stream.
func (f *file) xrefStream(s *stream) error {
	data, err := f.content(s)
	w, _ := s.dict["W"].(array)
	if err != nil || len(w) < 3 {
		return errDamaged
	}
	var width [3]int
	total := 0
	for i := range width {
		n := f.integer(w[i], -1)
		if n < 0 || n > 8 {
			return errDamaged
		}
		width[i] = int(n)
		total += int(n)
	}
	index, ok := s.dict["Index"].(array)
	if !ok {
		index = array{int64(0), s.dict["Size"]}
	}
	if total == 0 {
		return errDamaged
	}
	for ; len(index) >= 2; index = index[2:] {
		start, count := f.integer(index[0], -1), f.integer(index[1], 0)
		for i := int64(0); i < count && len(data) >= total && start >= 0 && start < 1<<31; i++ {
			f.row(int(start+i), data, width)
			data = data[total:]
		}
	}
	return f.ctx.Err()
}

// row reads one entry of a cross-reference stream.
func (f *file) row(num int, b []byte, width [3]int) {
	var v [3]int64
	for i, n := range width {
		for _, c := range b[:n] {
			v[i] = v[i]<<8 | int64(c)
		}
		b = b[n:]
	}
	if width[0] == 0 {
		v[0] = 1
	}
	switch v[0] {
	case 1:
		f.add(num, entry{at: v[1] + f.base})
	case 2:
		f.add(num, entry{in: int(v[1]), index: int(v[2])})
	}
}

// value reads an object that stands at an offset, in a window that grows until it
// fits, and returns where it ends.
func (f *file) value(at int64) (end int64, v any) {
	return f.grow(at, func(l *lexer) any { return l.next() })
}

// grow calls read with ever longer windows until it ends before theirs.
func (f *file) grow(at int64, read func(l *lexer) any) (end int64, v any) {
	for n := 4 << 10; ; n *= 4 {
		b := f.window(at, n)
		l := lexer{b: b, refs: true}
		v = read(&l)
		if b == nil || l.p < len(b)-16 || at+int64(len(b)) >= f.size || n >= maxObject {
			return at + int64(l.p), v
		}
	}
}

// object reads "1 0 obj …" at an offset.
func (f *file) object(at int64) (ref, any, error) {
	var id ref
	follows := false
	end, v := f.grow(at, func(l *lexer) any {
		num, ok1 := l.next().(int64)
		gen, ok2 := l.next().(int64)
		if !ok1 || !ok2 || l.next() != word("obj") {
			return errDamaged
		}
		id = ref{int(num), int(gen)}
		if f.crypt != nil {
			l.id, l.plain = id, f.crypt.text
		}
		v := l.next()
		p := l.p
		if follows = l.next() == word("stream"); !follows {
			l.p = p
			return v
		}
		if l.p < len(l.b) && l.b[l.p] == '\r' {
			l.p++
		}
		if l.p < len(l.b) && l.b[l.p] == '\n' {
			l.p++
		}
		return v
	})
	if v == errDamaged {
		return id, nil, errDamaged
	}
	if _, ok := v.(closing); ok {
		v = nil
	}
	if d, ok := v.(dict); ok && follows {
		v = &stream{dict: d, at: end, id: id}
	}
	return id, v, nil
}

// resolve follows references.
func (f *file) resolve(v any) any {
	for range 32 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.load(r.num)
	}
	return nil
}

// load returns the object of a number; nil when there is none.
func (f *file) load(num int) any {
	if v, ok := f.cache[num]; ok {
		return v
	}
	e, ok := f.xref[num]
	if !ok || f.busy[num] || f.ctx.Err() != nil {
		return nil
	}
	f.busy[num] = true
	v := f.read(num, e)
	delete(f.busy, num)
	if len(f.cache) >= maxCached {
		clear(f.cache)
	}
	f.cache[num] = v
	return v
}

// read reads the object of an entry.
func (f *file) read(num int, e entry) any {
	if e.in > 0 {
		v, ok := f.unpack(num, e)
		f.broken = f.broken || !ok
		return v
	}
	id, v, err := f.object(e.at)
	if err == nil && id.num == num {
		return v
	}
	if !f.rebuilt && f.rebuild() == nil {
		if now, ok := f.xref[num]; ok {
			return f.read(num, now)
		}
	}
	f.broken = true
	return nil
}

func (f *file) dict(v any) dict {
	switch v := f.resolve(v).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) array(v any) array {
	a, _ := f.resolve(v).(array)
	return a
}

func (f *file) integer(v any, other int64) int64 {
	switch v := f.resolve(v).(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	}
	return other
}

func (f *file) real(v any, other float64) float64 {
	switch v := f.resolve(v).(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return other
}
