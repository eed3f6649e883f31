package scanner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
	"time"

	"recense/detectors"
	"recense/sources"
)

// lines makes rows of values that are found, refused, repaired, beside each other and in
// the next cell of their row; some cells are empty or left out.
func lines(n int) (list [][]string) {
	r := rand.New(rand.NewPCG(7, 9))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	for i := range n {
		nir := testNIR(r.IntN(3000))
		line := []string{nir[:13], nir[13:], pick("", "M.", "Mme"), pick("MARTIN", "DURAND", "lettre morte"), pick("Zoé", "Jean Martin", ""),
			pick("1985-05-12", "12/05/1985", "13/13/2013", ""), fmt.Sprintf("a%d@example.com", r.IntN(900)), pick("0639980001", "06 39 98 00 02", "639980003"),
			pick("diabète", "appel de M. Dupont, NIR "+nir, "rien", ""), fmt.Sprint(r.IntN(1 << 30)), pick("12.50", "7", "-3.2e4")}
		if i%7 == 0 {
			line[1] = fmt.Sprint(r.IntN(90) + 10) // no key
		}
		list = append(list, line)
	}
	return list
}

// foundIn scans lines in chunks of so many rows each, which are lent when lend says so.
func foundIn(t *testing.T, o UnitOptions, list [][]string, together int, lend bool) Found {
	t.Helper()
	table := columns("num_secu", "cle", "civilite", "nom", "prenom", "naissance", "courriel", "tel", "observations", "numero", "montant")
	o.Now = func() time.Time { return time.Unix(1e9, 0) }
	lent, most := 0, 0
	found := scanScript(t, o, testUnit("a.csv"), func(out sources.Sink) error {
		out.Open(sources.Place{})
		for row := 0; row < len(list); row += together {
			c := rows(table, list[row:min(row+together, len(list))]...)
			for i := range c.Fields.Row {
				c.Fields.Row[i] += int64(row)
			}
			if !lend {
				if err := out.Chunk(c); err != nil {
					return err
				}
				continue
			}
			lent++
			most = max(most, lent)
			err := out.(sources.Borrower).Lend(c, func() {
				clear(c.Data) // nobody looks at it any more
				clear(c.Fields.Column)
				lent--
			})
			if err != nil {
				return err
			}
		}
		if lent > sources.LentChunks {
			t.Errorf("%d chunks lent", lent)
		}
		return out.Close(sources.Result{})
	})
	if lent != 0 || most > sources.LentChunks+1 {
		t.Errorf("%d chunks lent at the end, %d at most", lent, most)
	}
	return found[0]
}

// What is found does not depend on whether chunks are cut into parts or lent, nor on who
// looks through them.
func TestParts(t *testing.T) {
	list := lines(3000)
	if s, c := (&unitSink{}), rows(columns("a"), list...); runtime.GOMAXPROCS(0) > 1 && len(s.cut(c)) < 10 {
		t.Fatalf("%d parts", len(s.ends))
	}
	for _, findings := range []int{10, -1} {
		o := UnitOptions{Findings: findings}
		want := foundIn(t, o, list, 50, false)
		if matches := want.Cells[0].Matches; matches == 0 || len(want.Cells) < 12 || len(want.Findings) < 100 {
			t.Fatalf("%d matches, %d cells, %d findings", matches, len(want.Cells), len(want.Findings))
		}
		for _, together := range []int{190, 500, 999, 3000} {
			for _, lend := range []bool{false, true} {
				if got := foundIn(t, o, list, together, lend); !reflect.DeepEqual(got, want) {
					t.Errorf("%d findings asked for, chunks of %d rows, lent: %v: another result", findings, together, lend)
				}
			}
		}
	}
}

// A part keeps the places of its cells.
func TestPartsPlaces(t *testing.T) {
	c := rows(columns("a"), lines(2500)...)
	c.Locator = byteOf{}
	s := &unitSink{}
	cell := 0
	from := 0
	for _, to := range s.cut(c) {
		p := new(part)
		p.be(c, from, to)
		from = to
		f := &p.chunk.Fields
		for i := range f.Len() {
			at := int(f.Start[i])
			if string(p.chunk.Data[at:f.End[i]]) != string(c.Data[c.Fields.Start[cell]:c.Fields.End[cell]]) ||
				p.chunk.Locator.Locate(at).Byte != int64(c.Fields.Start[cell]) || f.Row[i] != c.Fields.Row[cell] || f.Column[i] != c.Fields.Column[cell] {
				t.Fatalf("cell %d is another", cell)
			}
			cell++
		}
	}
	if from > 0 && cell != c.Fields.Len() {
		t.Errorf("%d cells of %d", cell, c.Fields.Len())
	}
}

type byteOf struct{}

func (byteOf) Locate(at int) sources.Location { return sources.Location{Byte: int64(at)} }

// What the helper panics with fails the unit, as if there were no helper, and the unit
// behind it is read.
func TestPartsPanic(t *testing.T) {
	bad := &detectors.Detector{Kind: "bad", Doc: "Bad\nof a test", Max: detectors.Possible, Placeholder: "[BAD]", Anchors: []string{"panique"}, After: 8,
		Verify: func(text []byte, at int) detectors.Span { panic("here") }}
	e, err := detectors.NewEngine(append(detectors.All(), bad), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newUnitSink(e, UnitOptions{Names: e})
	if err != nil {
		t.Fatal(err)
	}
	table := columns("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")
	for i, at := range []int{0, 300, 2400, 2999, -1, 0, 300, 2400, 2999, -1} {
		lend := i > 4
		list := lines(3000)
		if at >= 0 {
			list[at][8] = "une panique"
		}
		b := &batch{emit: func(Part) error { return nil }}
		src := script(func(out sources.Sink) error {
			out.Open(sources.Place{})
			if lend {
				for i := range 10 {
					if err := out.(sources.Borrower).Lend(rows(table, list[300*i:300*i+300]...), func() {}); err != nil {
						return err
					}
				}
			} else if err := out.Chunk(rows(table, list...)); err != nil {
				return err
			}
			return out.Close(sources.Result{})
		})
		if err := s.scan(context.Background(), src, testUnit("a.csv"), 0, b); err != nil {
			t.Fatal(err)
		}
		want := sources.Scanned
		if at >= 0 {
			want = sources.Failed
		}
		if got := b.units[0].Terms; len(got) != 1 || got[0].Status != want {
			t.Errorf("row %d, lent: %v: %+v", at, lend, got)
		}
	}
}
