package detectors

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// What is remembered of a value is what was worked out for that very value, by whoever asks.
func TestMemory(t *testing.T) {
	type key struct {
		value string
		of    uint8
	}
	hits := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		pool := make([][]byte, 1<<r.IntN(14))
		for i := range pool {
			pool[i] = make([]byte, r.IntN(memoryLongest+6))
			for j := range pool[i] {
				pool[i][j] = "ab\x00é1"[r.IntN(6)]
			}
		}
		ids := map[key]int{}
		var m memory[int]
		for range 40_000 {
			k := key{string(pool[r.IntN(len(pool))]), uint8(r.IntN(2))}
			if ids[k] == 0 {
				ids[k] = len(ids) + 1
			}
			switch known, again := m.slot(int32(r.IntN(3))-1, []byte(k.value), k.of); {
			case !again && known != nil:
				*known = ids[k]
			case again && *known != ids[k]:
				t.Fatalf("%q is taken for another value", k.value)
			case again:
				hits++
			}
		}
	}
	if hits < 100_000 {
		t.Errorf("%d values were remembered", hits)
	}
}

// A column whose values do not repeat is left alone, for a while.
func TestMemoryRests(t *testing.T) {
	var m memory[int]
	asked := 0
	const values = 4 * trialRest
	for i := range values {
		if known, _ := m.slot(7, strconv.AppendInt(nil, int64(i), 10), 0); known != nil {
			asked++
		}
	}
	if asked < 2*trialAsks || asked > values/16 {
		t.Errorf("%d of %d values were looked for", asked, values)
	}
	for range 2 {
		if _, again := m.slot(8, []byte("un"), 0); again != (m.trial[8].asked == 2) {
			t.Error("another column rests too")
		}
	}
}

// Matches are those of a Pass that remembers nothing.
func TestMemoryChangesNothing(t *testing.T) {
	e, err := NewEngine(All(), Options{Key: [16]byte{7}})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"civilite", "nom", "prenom", "ville_naissance", "libelle", "regime", "sexe", "email", "note"}
	pools := [][]string{{"M.", "Mme", "M"}, {"GRESIZELLE", "THÉVITTE", "SARL EXEMPLE", "Nom"}, {"Kévin", "Karine", "Le", ""},
		{"Saint-Fictif", "Port-Spécimen", "12"}, {"Séance de kinésithérapie", "Pharmacie", "diabète", "cas de diabète", "garantie diabète"}, {"RG", "MSA", "invalidité", "Kévin"},
		{"M", "F", "1"}, {"kevin.gresizelle@example.org", "", "Pharmacie"}, {"RAS", "dépression", "M.", "Karine", "suivi pour dépression"}}
	r := rand.New(rand.NewPCG(1, 2))
	var columns []Column
	for _, n := range names {
		columns = append(columns, e.Column(n, ""))
	}
	p, found := e.Pass(), 0
	for range 60 {
		c := Chunk{Names: columns}
		for range 50 {
			for i, pool := range pools {
				v := pool[r.IntN(len(pool))]
				c.Starts, c.Ends = append(c.Starts, int32(len(c.Data))), append(c.Ends, int32(len(c.Data)+len(v)))
				c.Columns = append(c.Columns, int32(i))
				c.Data = append(append(c.Data, v...), '\n')
			}
		}
		c.To = len(c.Data)
		fresh := e.Pass()
		for i := range memoryTrials {
			fresh.spans.trial[i].rest, fresh.terms.known.trial[i].rest = 1<<30, 1<<30
		}
		want := fresh.Scan(&c, nil)
		got := p.Scan(&c, nil)
		if !slices.Equal(got, want) || !slices.Equal(p.Refused(), fresh.Refused()) {
			t.Fatalf("%v %v, want %v %v", got, p.Refused(), want, fresh.Refused())
		}
		found += len(got)
	}
	if p.spans.slots == nil || p.terms.known.slots == nil || found < 1000 {
		t.Errorf("%d matches; nothing was remembered", found)
	}
}
