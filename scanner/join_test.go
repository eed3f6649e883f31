package scanner

import (
	"testing"

	"recense/sources"
)

// column is an element of a fragment.
func column(index int32, name string, place int32, values int64) Element {
	return Element{Index: index, Name: name, Field: name, Column: place, Table: true, Values: values}
}

// TestJoinPaths joins ranges that met the paths of their documents in other orders: each is
// one element; columns that share a name, each at its place, stay apart.
func TestJoinPaths(t *testing.T) {
	fragmentOf := func(index int32, records int64, elements ...Element) *fragment {
		l := Location{Elements: elements}
		l.Records = records
		for i := range elements {
			l.Cells = append(l.Cells, Cell{Element: int32(i), Kind: "nir", Matches: elements[i].Values})
		}
		return &fragment{Index: index, Count: 3, Location: l}
	}
	j := newJoined(fragmentOf(0, 10, column(0, "id", 1, 10), column(1, "tel", 2, 1), column(2, "tel", 3, 2), column(3, "fiche.nom", 4, 10), column(4, "fiche.iban", 5, 3)), 1)
	j.add(fragmentOf(1, 10, column(0, "id", 1, 10), column(1, "tel", 2, 10), column(2, "tel", 3, 20), column(3, "fiche.iban", 4, 10), column(4, "fiche.mel", 5, 7), column(5, "fiche.nom", 6, 10)), 1)
	j.add(fragmentOf(2, 10, column(0, "id", 1, 10), column(1, "tel", 2, 100), column(2, "tel", 3, 200), column(3, "fiche.mel", 4, 1), column(4, "fiche.nom", 5, 1)), 1)
	l := j.finish()
	want := map[string][]int64{"id": {30}, "tel": {111, 222}, "fiche.nom": {21}, "fiche.iban": {13}, "fiche.mel": {8}}
	got := map[string][]int64{}
	for _, e := range l.Elements {
		got[e.Name] = append(got[e.Name], e.Values)
		for _, c := range l.Cells {
			if c.Element == e.Index && c.Matches != e.Values {
				t.Errorf("%s: %d values, %d matches", e.Name, e.Values, c.Matches)
			}
		}
	}
	if len(l.Elements) != 6 {
		t.Errorf("%d elements", len(l.Elements))
	}
	for name, values := range want {
		if len(got[name]) != len(values) || got[name][0] != values[0] || len(values) > 1 && got[name][1] != values[1] {
			t.Errorf("%s: %v, want %v", name, got[name], values)
		}
	}
	if l.Records != 30 || l.Status != sources.Scanned {
		t.Errorf("%d records, %s", l.Records, l.Status)
	}
}

// TestJoinText joins a sample with the ranges of its columns of running text: their rows are
// no further ones, and the elements tell which are theirs.
func TestJoinText(t *testing.T) {
	rest, text := Location{}, Location{}
	rest.Status, rest.Records, rest.Sampling = sources.Sampled, 100, sources.Sampling{Method: "blocks", Fraction: 0.1, Cluster: 30, Total: 1000}
	rest.Elements = []Element{column(0, "id", 1, 100), {Index: 1, Name: "note", Field: "note", Column: 2, Table: true, Text: true}}
	text.Status, text.Records, text.Sampling = sources.Sampled, 500, sources.Sampling{Method: sources.WholeText, Fraction: 1, Total: 1000, Text: true}
	text.Elements = []Element{column(0, "id", 1, 0), {Index: 1, Name: "note", Field: "note", Column: 2, Table: true, Text: true, Values: 500}}
	j := newJoined(&fragment{Count: 3, Location: rest}, 1)
	j.add(&fragment{Index: 1, Count: 3, Location: text}, 1)
	j.add(&fragment{Index: 2, Count: 3, Location: text}, 1)
	l := j.finish()
	if l.Status != sources.Sampled || l.Records != 100 || l.Sampling.Method != "blocks" || l.Text.Method != sources.WholeText || l.TextRows != 1000 {
		t.Errorf("%s, %d rows, %+v; %+v, %d rows", l.Status, l.Records, l.Sampling, l.Text, l.TextRows)
	}
	if e := l.Elements; len(e) != 2 || e[0].Text || !e[1].Text || e[1].Values != 1000 {
		t.Errorf("%+v", l.Elements)
	}
}
