// Package keyset cuts tables whose key begins with a whole number: into ranges of equal
// length, and into windows of which a part is drawn at random. It holds arithmetic
// and text forms; the SQL is the dialects'.
package keyset

import (
	"fmt"
	"strconv"
	"strings"

	"recense/sources/databases/dialect"
)

// Span is what is known of the keys of a table.
type Span struct {
	Low, High int64 // the least and the greatest key
	Rows      int64 // estimate
	Bytes     int64 // of all rows, estimate
}

// most bounds keys, so that sums of them stay numbers. A table with greater ones is
// read as a whole.
const most = 1 << 61

// width is how many keys there are between the first and the last.
func (s *Span) width() int64 {
	if s.High < s.Low || s.Low < -most || s.High > most {
		return 0
	}
	return s.High - s.Low + 1
}

// sparse is how many times fewer rows than keys there may be for windows of keys
// to stand for the rows: beyond, some hold nothing and others much. Under fewest windows,
// of keys that many rows share, there is nothing to draw from.
const (
	sparse = 8
	fewest = 64
)

// Split returns n ranges of equal length, the first without a beginning and the
// last without an end, so that what is added meanwhile is read too. It returns one
// range, the whole, when there are fewer keys.
func (s *Span) Split(n int64) []dialect.Range {
	if s.width() < n || n < 2 {
		return []dialect.Range{{Bytes: s.Bytes}}
	}
	var list []dialect.Range
	step := (s.width() + n - 1) / n
	for i := range n {
		from, to := "", ""
		if i > 0 {
			from = strconv.FormatInt(s.Low+i*step, 10)
		}
		if i < n-1 {
			to = strconv.FormatInt(s.Low+(i+1)*step, 10)
		}
		list = append(list, dialect.Range{Spec: from + ":" + to, Bytes: s.Bytes / n})
		if i < n-1 && s.Low+(i+1)*step > s.High {
			list[len(list)-1].Spec = from + ":"
			break
		}
	}
	return list
}

// Probes returns n keys at equal distances, from which a table can be looked at to
// estimate what its rows are like; fewer where there are fewer keys.
func (s *Span) Probes(n int64) (keys []int64) {
	if s.width() == 0 {
		return nil
	}
	step := max(s.width()/n, 1)
	for i := range n {
		if key := s.Low + i*step; key <= s.High {
			keys = append(keys, key)
		}
	}
	return keys
}

// windowBytes is about how much of a table is drawn together: what a server reads
// at once anyway.
const windowBytes = 32 << 10

// Sample returns the range of a sample of about size bytes, ok when the keys are
// dense enough for one.
func (s *Span) Sample(size, seed int64) (list []dialect.Range, ok bool) {
	width := s.width()
	if width == 0 || s.Rows <= 0 || s.Bytes <= 0 || width/sparse > s.Rows {
		return nil, false
	}
	keys := max(int64(float64(width)/float64(s.Bytes)*windowBytes), 1)
	clusters := (width + keys - 1) / keys
	if clusters < fewest {
		return nil, false
	}
	fraction := min(float64(size)/float64(s.Bytes), 1)
	w := Windows{Low: s.Low, High: s.High, Keys: keys, Fraction: fraction, Seed: seed}
	return []dialect.Range{{Spec: w.text(), Bytes: int64(fraction * float64(s.Bytes)), Method: "windows", Fraction: fraction, Clusters: clusters}}, true
}

// Windows are a sample: the keys from Low to High are cut into windows of Keys
// each, and every window is drawn with the probability Fraction, by its number and
// the seed alone.
type Windows struct {
	Low, High, Keys int64
	Fraction        float64
	Seed            int64
}

const mark = "windows "

func (w *Windows) text() string {
	return fmt.Sprintf("%s%d %d %d %g %d", mark, w.Low, w.High, w.Keys, w.Fraction, w.Seed)
}

// Parse reads the Spec of a sample; ok is false for that of a range.
func Parse(spec string) (w Windows, ok bool) {
	rest, ok := strings.CutPrefix(spec, mark)
	if !ok {
		return w, false
	}
	n, _ := fmt.Sscanf(rest, "%d %d %d %g %d", &w.Low, &w.High, &w.Keys, &w.Fraction, &w.Seed)
	return w, n == 5 && w.Keys > 0
}

// Next returns the first window drawn that holds keys of at least from: the keys
// low ≤ key < high; ok is false behind the last. The last window has no end: high
// is then 0 and open is true.
func (w *Windows) Next(from int64) (low, high int64, open, ok bool) {
	last := (w.High - w.Low) / w.Keys
	for i := max(from-w.Low, 0) / w.Keys; i <= last; i++ {
		if !w.drawn(uint64(i)) {
			continue
		}
		low = w.Low + i*w.Keys
		return max(low, from), low + w.Keys, i == last, true
	}
	return 0, 0, false, false
}

// drawn mixes the number of a window with the seed (the finaliser of SplitMix64).
func (w *Windows) drawn(i uint64) bool {
	x := i*0x9e3779b97f4a7c15 + uint64(w.Seed)*0xd1342543de82ef95
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11)/(1<<53) < w.Fraction
}

// First is the number that the key at a position begins with, Low without one: rows behind
// the position are in its window or in later ones.
func (w *Windows) First(position string) int64 {
	if v := Values(position); len(v) > 0 {
		if n, err := strconv.ParseInt(v[0], 10, 64); err == nil {
			return n
		}
	}
	return w.Low
}
