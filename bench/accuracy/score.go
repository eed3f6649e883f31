package accuracy

import (
	"cmp"
	"slices"
	"strings"
)

// Counts are the outcomes of a group of labels.
type Counts struct {
	True, Missed, False int // labels found, labels not found, findings without label
	Decoys, Fooled      int // wrong values, and how many of them were reported
}

func (c *Counts) add(o Counts) {
	c.True += o.True
	c.Missed += o.Missed
	c.False += o.False
	c.Decoys += o.Decoys
	c.Fooled += o.Fooled
}

// Recall, Precision and F1 are in percent; 100 where nothing was asked.
func (c Counts) Recall() float64    { return percent(c.True, c.True+c.Missed) }
func (c Counts) Precision() float64 { return percent(c.True, c.True+c.False) }
func (c Counts) F1() float64        { return percent(2*c.True, 2*c.True+c.Missed+c.False) }

func percent(a, b int) float64 {
	if b == 0 {
		return 100
	}
	return 100 * float64(a) / float64(b)
}

// Cell is a kind at a difficulty or in a container.
type Cell struct{ Kind, Tag string }

// Result is one share scored.
type Result struct {
	Kinds    map[string]*Counts
	Tags     map[Cell]*Counts // recall only: findings without label have no tag
	Forms    map[Cell]*Counts // by container
	Pairs    Counts           // file × kind
	Counted  Counts           // pairs whose count is within 1 % are True
	Empty    Counts           // findings in files that hold nothing
	EmptyMiB float64
	Errors   []Error // what was wrong, for those who correct the rules
}

// Error is one wrong outcome.
type Error struct {
	What  string // missed, false, decoy
	Kind  string
	Value Value
	Found Finding
	Form  string
}

// openKinds are kinds whose labels are not complete in texts with persons:
// findings without label count only in files that hold nothing.
func open(kind string) bool {
	switch kind {
	case "signature_block", "login_field", "access_log", "chat_transcript", "image_media", "audio_media", "noemie", "member_number", "contract_number":
		return true
	}
	return strings.HasSuffix(kind, "_terms") && kind != "art9_terms"
}

// counts reports whether a finding says that something is there. What is only
// possible does not, except in kinds that cannot be more.
func counted(f *Finding, kinds map[string]string) bool {
	return f.Strength != "possible" || kinds[f.Kind] == "possible"
}

// Score compares findings with the labels of a share. kinds are those that the
// program knows, with their highest strengths; labels of others are left out.
func Score(s *Share, found []Finding, kinds map[string]string) *Result {
	r := &Result{Kinds: map[string]*Counts{}, Tags: map[Cell]*Counts{}, Forms: map[Cell]*Counts{}}
	type place struct{ file, container string }
	labels, finds := map[place][]Value{}, map[place][]Finding{}
	for _, v := range s.Values {
		if kinds[v.Kind] != "" {
			labels[place{v.File, v.Container}] = append(labels[place{v.File, v.Container}], v)
		}
	}
	for _, f := range found {
		if counted(&f, kinds) {
			finds[place{f.URI, f.Container}] = append(finds[place{f.URI, f.Container}], f)
		}
	}
	for _, d := range s.Docs {
		at := place{d.File, d.Container}
		r.document(d, labels[at], finds[at])
		delete(finds, at)
	}
	for _, fs := range finds { // in names, or in members that nobody wrote
		for _, f := range fs {
			r.wrong(&f, Doc{File: f.URI, Form: "elsewhere"}, "false")
		}
	}
	return r
}

// document scores one file.
func (r *Result) document(d Doc, labels []Value, found []Finding) {
	if d.Empty {
		r.EmptyMiB += float64(d.Bytes) / (1 << 20)
	}
	byKind := map[string][]Value{}
	for _, v := range labels {
		byKind[v.Kind] = append(byKind[v.Kind], v)
	}
	foundKind := map[string][]Finding{}
	for _, f := range found {
		foundKind[f.Kind] = append(foundKind[f.Kind], f)
		if byKind[f.Kind] == nil {
			byKind[f.Kind] = []Value{}
		}
	}
	for kind, vs := range byKind {
		if open(kind) && !d.Empty {
			r.recallOnly(d, vs, found)
			continue
		}
		r.pair(vs, foundKind[kind])
		r.match(d, vs, foundKind[kind])
	}
}

// recallOnly scores the labels of an open kind. What one vocabulary calls health
// another calls medical or a long-term condition.
func (r *Result) recallOnly(d Doc, vs []Value, found []Finding) {
	used := make([]bool, len(found))
	for i := range vs {
		hit := -1
		for k := range found {
			if !used[k] && sameMatter(found[k].Kind, vs[i].Kind) && which(vs[i:i+1], []bool{false}, &found[k]) == 0 {
				hit = k
				break
			}
		}
		if hit < 0 {
			r.outcome(d, &vs[i], Counts{Missed: 1})
			r.Errors = append(r.Errors, Error{"missed", vs[i].Kind, vs[i], Finding{}, d.Form})
			continue
		}
		used[hit] = true
		r.outcome(d, &vs[i], Counts{True: 1})
	}
}

func sameMatter(a, b string) bool {
	health := func(k string) bool { return k == "health_terms" || k == "medical_terms" || k == "ald_terms" }
	return a == b || health(a) && health(b)
}

// pair scores the row of the inventory: is the kind there, and how often.
func (r *Result) pair(vs []Value, found []Finding) {
	n := 0
	for _, v := range vs {
		if !v.Decoy {
			n++
		}
	}
	switch {
	case n > 0 && len(found) > 0:
		r.Pairs.True++
	case n > 0:
		r.Pairs.Missed++
	case len(found) > 0:
		r.Pairs.False++
	default:
		return
	}
	if off := n - len(found); n > 0 && 100*max(off, -off) <= n {
		r.Counted.True++
	} else {
		r.Counted.Missed++
	}
}

// match assigns findings of one kind to labels: by overlapping bytes, by cell,
// or, where a container has neither, one for one.
func (r *Result) match(d Doc, vs []Value, found []Finding) {
	slices.SortStableFunc(vs, func(a, b Value) int { return cmp.Compare(a.Start, b.Start) })
	used := make([]bool, len(vs))
	for i := range found {
		f := &found[i]
		j := which(vs, used, f)
		switch {
		case j < 0 && again(vs, used, f):
		case j < 0:
			r.wrong(f, d, "false")
		case vs[j].Decoy:
			used[j] = true
			r.outcome(d, &vs[j], Counts{Fooled: 1, Decoys: 1, False: 1})
			r.Errors = append(r.Errors, Error{"decoy", f.Kind, vs[j], *f, d.Form})
		default:
			used[j] = true
			r.outcome(d, &vs[j], Counts{True: 1})
		}
	}
	for j := range vs {
		if used[j] {
			continue
		}
		if vs[j].Decoy {
			r.outcome(d, &vs[j], Counts{Decoys: 1})
			continue
		}
		r.outcome(d, &vs[j], Counts{Missed: 1})
		r.Errors = append(r.Errors, Error{"missed", vs[j].Kind, vs[j], Finding{}, d.Form})
	}
}

// which returns the label that a finding is about, -1 for none.
func which(vs []Value, used []bool, f *Finding) int {
	pool := -1
	for j := range vs {
		v := &vs[j]
		if used[j] {
			continue
		}
		switch {
		case v.Start >= 0 && f.Byte >= 0:
			if f.Byte < v.End && v.Start < f.Byte+max(f.Len, 1)+slack(v.Kind) {
				return j
			}
		case v.Row > 0:
			if v.Row == f.Row && v.Column == f.Column && (v.Part == "" || v.Part == f.Part) {
				return j
			}
		case !v.Decoy && pool < 0:
			pool = j
		}
	}
	return pool
}

// slack is how far in front of a label a finding of words may begin, whose length
// is hidden: the words around belong to the statement.
func slack(kind string) int {
	if strings.HasSuffix(kind, "_terms") {
		return 16
	}
	return 0
}

// again reports whether a finding of words is about a statement that another one
// has told already.
func again(vs []Value, used []bool, f *Finding) bool {
	for j := range vs {
		v := &vs[j]
		if !used[j] || v.Decoy || slack(v.Kind) == 0 {
			continue
		}
		if v.Start < 0 || f.Byte < 0 || f.Byte < v.End && v.Start < f.Byte+1+slack(v.Kind) {
			return true
		}
	}
	return false
}

func (r *Result) outcome(d Doc, v *Value, c Counts) {
	at(r.Kinds, v.Kind).add(c)
	at(r.Forms, Cell{v.Kind, d.Form}).add(c)
	for _, t := range v.Tags {
		at(r.Tags, Cell{v.Kind, t}).add(c)
	}
}

// wrong is a finding where no label is.
func (r *Result) wrong(f *Finding, d Doc, what string) {
	at(r.Kinds, f.Kind).add(Counts{False: 1})
	at(r.Forms, Cell{f.Kind, d.Form}).add(Counts{False: 1})
	if d.Empty {
		r.Empty.False++
	}
	r.Errors = append(r.Errors, Error{what, f.Kind, Value{File: d.File, Container: d.Container}, *f, d.Form})
}

func at[K comparable](m map[K]*Counts, k K) *Counts {
	c := m[k]
	if c == nil {
		c = &Counts{}
		m[k] = c
	}
	return c
}

// Micro is F1 over all labels and findings, Macro the mean of the kinds' F1.
func (r *Result) Micro() float64 {
	var all Counts
	for k, c := range r.Kinds {
		if !open(k) {
			all.add(*c)
		}
	}
	return all.F1()
}

// Macro is the mean F1 of the kinds that have labels.
func (r *Result) Macro() float64 {
	sum, n := 0.0, 0
	for k, c := range r.Kinds {
		if c.True+c.Missed > 0 && !open(k) {
			sum, n = sum+c.F1(), n+1
		}
	}
	return sum / float64(max(n, 1))
}

// Worst is the lowest recall of a kind at a difficulty with at least n labels.
func (r *Result) Worst(n int) (cell Cell, recall float64) {
	recall = 100
	for k, c := range r.Tags {
		if c.True+c.Missed >= n && (c.Recall() < recall || c.Recall() == recall && k.Kind+k.Tag < cell.Kind+cell.Tag) {
			cell, recall = k, c.Recall()
		}
	}
	return cell, recall
}

// EmptyRate is the number of findings per MiB of files that hold nothing.
func (r *Result) EmptyRate() float64 { return float64(r.Empty.False) / max(r.EmptyMiB, 1e-9) }
