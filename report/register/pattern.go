package register

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// pattern is the path of a location in the register: `/` separates, `*` stands
// for anything within a segment, `**` for any number of segments, `?` for one
// character (domain/register.md A.1, 4). The names of tables are patterns too:
// `base.schema.table`, where `.` separates as well as `/`.
type pattern struct {
	segments []string
	fold     bool
	literal  int // bytes in front of the first wildcard: what a reader may see
}

func newPattern(path string, caseSensitive, database bool) pattern {
	p := pattern{fold: !caseSensitive}
	path = normalPath(path, p.fold)
	p.literal = len(path)
	if i := strings.IndexAny(path, "*?"); i >= 0 {
		p.literal = strings.LastIndexByte(path[:i], '/') + 1
	}
	p.segments = split(path, database)
	return p
}

// normalPath brings a path to NFC and, unless case matters, to lower case.
func normalPath(path string, fold bool) string {
	path = norm.NFC.String(path)
	if fold {
		path = strings.ToLower(path)
	}
	return path
}

func split(path string, database bool) []string {
	if database {
		path = strings.ReplaceAll(path, ".", "/")
	}
	return strings.Split(strings.Trim(path, "/"), "/")
}

// visible counts the segments in front of the first wildcard: those that readers
// without access to the detail may see.
func (p *pattern) visible() int {
	for i, s := range p.segments {
		if strings.ContainsAny(s, "*?") {
			return i
		}
	}
	return len(p.segments)
}

// match reports whether the path of a location is the pattern's.
func (p *pattern) match(path []string) bool { return matchSegments(p.segments, path) }

// matchSegments compares the segments of a path.
func matchSegments(pattern, path []string) bool {
	return glob(pattern, path, func(p string) bool { return p == "**" }, matchSegment)
}

// matchSegment compares one segment.
func matchSegment(pattern, s string) bool {
	if strings.IndexByte(pattern, '*') < 0 && strings.IndexByte(pattern, '?') < 0 {
		return pattern == s
	}
	return glob([]rune(pattern), []rune(s), func(p rune) bool { return p == '*' }, func(p, r rune) bool { return p == '?' || p == r })
}

// glob matches steps with a pattern in which some steps stand for any number of
// others. It has one point of return, the last such step, so that it takes time in
// the product of both lengths at most.
func glob[T any](pattern, steps []T, many func(T) bool, same func(p, s T) bool) bool {
	i, j := 0, 0
	back, from := -1, 0
	for j < len(steps) {
		switch {
		case i < len(pattern) && many(pattern[i]):
			back, from = i, j
			i++
		case i < len(pattern) && same(pattern[i], steps[j]):
			i++
			j++
		case back >= 0:
			from++
			i, j = back+1, from
		default:
			return false
		}
	}
	for i < len(pattern) && many(pattern[i]) {
		i++
	}
	return i == len(pattern)
}

// compile prepares the patterns of a register.
func (r *Register) compile(d document) error {
	set := func(l *LocationRef) {
		s := r.Source(l.Source)
		l.pattern = newPattern(l.Path, s.CaseSensitive, s.Kind == "database")
	}
	for i := range r.Processings {
		for j := range r.Processings[i].Locations {
			set(&r.Processings[i].Locations[j])
		}
	}
	for i := range r.Holds {
		for j := range r.Holds[i].Locations {
			set(&r.Holds[i].Locations[j])
		}
	}
	for i := range r.Exceptions {
		if l := r.Exceptions[i].Location; l != nil {
			set(l)
		}
	}
	return d.Err()
}

// Matching is a processing whose patterns cover a location.
type Matching struct {
	Processing *Processing
	Location   *LocationRef
}

// Match returns the processings whose patterns cover a path of a source, that of
// the longest literal prefix first. path is the real one, with its members
// behind "!/"; a table is named base/schema/table.
func (r *Register) Match(source, path string) []Matching {
	s := r.Source(source)
	if s == nil {
		return nil
	}
	segments := split(strings.ReplaceAll(normalPath(path, !s.CaseSensitive), "!/", "/"), s.Kind == "database")
	var out []Matching
	for i := range r.Processings {
		p := &r.Processings[i]
		best := -1
		for j := range p.Locations {
			l := &p.Locations[j]
			if l.Source == source && l.pattern.match(segments) && (best < 0 || l.pattern.literal > p.Locations[best].pattern.literal) {
				best = j
			}
		}
		if best >= 0 {
			out = append(out, Matching{p, &p.Locations[best]})
		}
	}
	sortMatching(out)
	return out
}

func sortMatching(m []Matching) {
	for i := 1; i < len(m); i++ {
		for j := i; j > 0 && m[j].Location.pattern.literal > m[j-1].Location.pattern.literal; j-- {
			m[j], m[j-1] = m[j-1], m[j]
		}
	}
}
