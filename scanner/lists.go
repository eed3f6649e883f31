package scanner

import (
	"slices"

	"recense/detectors"
)

// List is a list of the organisation: people who objected, or agreed. Its values are
// keyed digests of their normal forms, sorted, under the key of the engine; they are
// held in memory only.
type List struct {
	ID      string
	Kind    detectors.Kind
	Absent  bool // count the values that are not in it: a list of consents
	Digests []uint64
}

// NewList returns a list with its digests sorted, each once.
func NewList(id string, kind detectors.Kind, absent bool, digests []uint64) List {
	slices.Sort(digests)
	return List{id, kind, absent, slices.Compact(digests)}
}

// ListHit says how many distinct values of a list's kind stand in a location: those
// that are in the list and, for one that asks for them, those that are not.
type ListHit struct {
	List            string
	Present, Absent Distinct
}

// listTally counts the values of one list in an open location.
type listTally struct{ present, absent counter }

// listed compares a value with the lists of its kind.
func (s *unitSink) listed(t *tally, it *item, digest uint64) {
	for _, i := range s.lists[it.detector] {
		l := &s.opt.Lists[i]
		_, present := slices.BinarySearch(l.Digests, digest)
		if !present && !l.Absent {
			continue
		}
		if t.lists == nil {
			t.lists = make([]listTally, len(s.opt.Lists))
		}
		if present {
			t.lists[i].present.add(digest, &s.budget)
		} else {
			t.lists[i].absent.add(digest, &s.budget)
		}
	}
}

// finishLists puts the hits of the lists into a location.
func (s *unitSink) finishLists(t *tally, l *Location) {
	l.Lists = nil
	for i := range t.lists {
		h := ListHit{List: s.opt.Lists[i].ID, Present: t.lists[i].present.distinct(&s.budget), Absent: t.lists[i].absent.distinct(&s.budget)}
		if n, _ := h.Present.Count(); n > 0 || h.Absent.HLL != nil || len(h.Absent.Exact) > 0 {
			l.Lists = append(l.Lists, h)
		}
	}
}

func (e *encoder) lists(hits []ListHit) {
	e.uint(uint64(len(hits)))
	for i := range hits {
		e.string(hits[i].List)
		e.distinct(&hits[i].Present)
		e.distinct(&hits[i].Absent)
	}
}

func (d *decoder) lists() []ListHit {
	n := d.count(5)
	if n == 0 {
		return nil
	}
	hits := make([]ListHit, n)
	for i := range hits {
		hits[i] = ListHit{d.symbol(), d.distinct(), d.distinct()}
	}
	return hits
}

// addLists joins the hits of a range.
func (j *joined) addLists(hits []ListHit) {
	for i := range hits {
		at := slices.IndexFunc(j.Lists, func(h ListHit) bool { return h.List == hits[i].List })
		if at < 0 {
			j.Lists = append(j.Lists, hits[i])
			continue
		}
		j.Lists[at].Present.Merge(hits[i].Present)
		j.Lists[at].Absent.Merge(hits[i].Absent)
	}
}
