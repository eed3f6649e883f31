package pdf

import "sort"

// cmap maps codes to text (ToUnicode) or to character identifiers.
type cmap struct {
	lengths [5]bool // of codes, in bytes
	only    int     // the one length, 0 when there are several or none
	spaces  []codespace
	chars   map[uint64]string
	ranges  []textRange
	cids    []cidRange
}

type codespace struct {
	n      int
	lo, hi int
}

// textRange maps lo…hi to text, the last character of which counts up.
type textRange struct {
	n, lo, hi int
	text      string
}

type cidRange struct{ n, lo, hi, cid int }

func key(value, n int) uint64 { return uint64(n)<<32 | uint64(uint32(value)) }

// cmapOf reads a CMap stream.
func (f *file) cmapOf(s *stream) *cmap {
	data, err := f.content(s)
	if err == errFilter {
		return nil
	}
	m := &cmap{chars: map[uint64]string{}}
	l := lexer{b: data}
	var stack []any
	for !l.ended() {
		v := l.next()
		w, ok := v.(word)
		if !ok {
			if stack = append(stack, v); len(stack) > 1<<16 {
				stack = stack[:0]
			}
			continue
		}
		m.take(w, stack)
		stack = stack[:0]
		if f.ctx.Err() != nil || len(m.chars)+len(m.ranges)+len(m.cids) > maxWidths {
			break
		}
	}
	m.settle()
	return m
}

// take reads the operands of one operator.
func (m *cmap) take(w word, v []any) {
	switch w {
	case "endcodespacerange":
		for ; len(v) >= 2; v = v[2:] {
			lo, n, ok := codeOf(v[0])
			hi, k, ok2 := codeOf(v[1])
			if ok && ok2 && n == k {
				m.spaces = append(m.spaces, codespace{n, lo, hi})
				m.lengths[n] = true
			}
		}
	case "endbfchar":
		for ; len(v) >= 2; v = v[2:] {
			c, n, ok := codeOf(v[0])
			if ok {
				m.chars[key(c, n)] = target(v[1])
				m.lengths[n] = true
			}
		}
	case "endbfrange":
		for ; len(v) >= 3; v = v[3:] {
			m.bfrange(v[0], v[1], v[2])
		}
	case "endcidchar":
		for ; len(v) >= 2; v = v[2:] {
			c, n, ok := codeOf(v[0])
			cid, ok2 := v[1].(int64)
			if ok && ok2 {
				m.cids = append(m.cids, cidRange{n, c, c, int(cid)})
			}
		}
	case "endcidrange":
		for ; len(v) >= 3; v = v[3:] {
			lo, n, ok := codeOf(v[0])
			hi, _, ok2 := codeOf(v[1])
			cid, ok3 := v[2].(int64)
			if ok && ok2 && ok3 {
				m.cids = append(m.cids, cidRange{n, lo, hi, int(cid)})
			}
		}
	}
}

func (m *cmap) bfrange(from, to, dst any) {
	lo, n, ok := codeOf(from)
	hi, _, ok2 := codeOf(to)
	if !ok || !ok2 || hi < lo {
		return
	}
	m.lengths[n] = true
	if a, ok := dst.(array); ok {
		for i, x := range a {
			if lo+i <= hi {
				m.chars[key(lo+i, n)] = target(x)
			}
		}
		return
	}
	s, _ := dst.(str)
	m.ranges = append(m.ranges, textRange{n, lo, hi, string(s)})
}

// codeOf reads a code of one to four bytes.
func codeOf(v any) (value, n int, ok bool) {
	s, _ := v.(str)
	if len(s) == 0 || len(s) > 4 {
		return 0, 0, false
	}
	for _, c := range []byte(s) {
		value = value<<8 | int(c)
	}
	return value, len(s), true
}

// target decodes what a code stands for.
func target(v any) string {
	switch v := v.(type) {
	case str:
		if len(v) == 1 {
			return clean(string(rune(v[0])))
		}
		if len(v) <= 128 {
			return utf16Text(string(v))
		}
	case name:
		return glyphText(string(v), -1)
	}
	return ""
}

// settle sorts the ranges.
func (m *cmap) settle() {
	sort.SliceStable(m.ranges, func(i, j int) bool { return m.ranges[i].lo < m.ranges[j].lo })
	sort.SliceStable(m.cids, func(i, j int) bool { return m.cids[i].lo < m.cids[j].lo })
	for n, ok := range m.lengths {
		switch {
		case ok && m.only == 0:
			m.only = n
		case ok:
			m.only = -1
		}
	}
}

// text returns what the code of n bytes stands for.
func (m *cmap) text(value, n int) (string, bool) {
	if s, ok := m.chars[key(value, n)]; ok {
		return s, true
	}
	i := sort.Search(len(m.ranges), func(i int) bool { return m.ranges[i].lo > value })
	for back := 0; i > 0 && back < 8; back++ {
		i--
		if r := m.ranges[i]; r.n == n && value <= r.hi {
			b := []byte(r.text)
			if len(b) == 0 {
				return "", true
			}
			add := value - r.lo
			for k := len(b) - 1; k >= 0 && add > 0; k-- {
				add += int(b[k])
				b[k] = byte(add)
				add >>= 8
			}
			s := target(str(b))
			if len(m.chars) < 2*maxWidths {
				m.chars[key(value, n)] = s
			}
			return s, true
		}
	}
	return "", false
}

// cid returns the character identifier of a code.
func (m *cmap) cid(value, n int) int {
	i := sort.Search(len(m.cids), func(i int) bool { return m.cids[i].lo > value })
	if i > 0 && value <= m.cids[i-1].hi {
		return m.cids[i-1].cid + value - m.cids[i-1].lo
	}
	return value
}

// length returns how many bytes the first code of s has.
func (m *cmap) length(s string) int {
	value := 0
	for n := 1; n <= 4 && n <= len(s); n++ {
		value = value<<8 | int(s[n-1])
		for _, c := range m.spaces {
			if c.n == n && c.lo <= value && value <= c.hi {
				return n
			}
		}
	}
	if m.only > 0 {
		return m.only
	}
	return 2
}
