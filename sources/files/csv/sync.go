package csv

import (
	"recense/sources"
	"recense/sources/files/charset"
)

// How a range finds its first record.
//
// Whether a newline ends a record or stands inside quotes depends on everything
// in front of it. A range must not read all that, and must not guess. Look at a
// byte that is neither quote, separator nor newline: behind it the grammar is in
// one of two states, inside a quoted cell or in a plain one. Both are followed at
// once over the same text:
//
//   - a quoted cell has at most maxQuoted bytes, so if no quote closes it within
//     that length, that state was impossible and the other one is proved;
//   - if both states come to begin a cell at the same byte, what was before makes
//     no difference any more and that byte begins a cell, which is proved too.
//     Almost any quoted text does this, because after a closing quote something
//     else than a separator continues as plain.
//
// The text followed begins maxQuoted and a little in front of the range, then
// eight times as far. If neither proof is found there (cells that hold nothing
// but separators in quotes, over megabytes), the file is read from its start
// without handing anything over: slow, and right.

// lookBehind is how much text, besides the longest quoted cell, is first tried.
const lookBehind = 64 << 10

// synchronise returns the original offset of a byte in front of from that is
// proved to begin a cell; start, the first byte of the text, always is one.
func synchronise(in sources.Input, e charset.Encoding, d dialect, start, from int64, quoted int) int64 {
	g := d.grammar(quoted)
	for _, times := range [...]int64{1, 8} {
		back := (int64(quoted) + min(lookBehind, int64(quoted))) * times * e.Unit()
		if from-back <= start {
			return start
		}
		if offset, ok := prove(in, e, &g, from-back, from); ok {
			return offset
		}
	}
	return start
}

// prove looks for a proved beginning of a cell between after and from.
func prove(in sources.Input, e charset.Encoding, g *grammar, after, from int64) (int64, bool) {
	ahead := int64(g.quoted)*2*e.Unit() + 64
	var s charset.Stream
	s.Open(in, e, after, from+ahead)
	for s.Fill() {
	}
	if s.Err() != nil {
		return 0, false
	}
	t, end := s.Text(), s.Read() < from+ahead
	limit := s.Index(from)
	p := 1
	for p < limit && (t[p-1] == '"' || t[p-1] == '\r' || t[p-1] == g.separator || t[p-1] == g.newline || e.Unit() == 2 && p < 8) {
		p++
	}
	if p >= limit {
		return 0, false
	}
	_, plain, how := g.delimiter(t, p, end)
	if how == more {
		return 0, false
	}
	inside, possible, known := g.leave(t, p, end)
	switch {
	case !known:
		return 0, false
	case !possible:
		return s.Offset(plain), plain < limit
	}
	for plain != inside {
		earlier := min(plain, inside)
		if earlier >= limit {
			return 0, false
		}
		_, next, how, _ := g.cell(t, earlier, end)
		if how == more || next == earlier {
			return 0, false
		}
		if plain == earlier {
			plain = next
		} else {
			inside = next
		}
	}
	return s.Offset(plain), plain < limit
}

// leave returns where the next cell begins if t[p] is inside a quoted one. That
// is not possible when nothing closes it in time.
func (g *grammar) leave(t []byte, p int, end bool) (next int, possible, known bool) {
	closing, ok := g.closing(t, p, p, end)
	if !ok {
		return 0, false, false
	}
	if closing < 0 {
		return 0, false, true
	}
	_, next, how := g.delimiter(t, closing+1, end)
	return next, true, how != more
}
