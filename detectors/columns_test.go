package detectors

import (
	"strings"
	"testing"
)

// Rules are looked up by their first word; that finds what a walk over all of
// them, at every word of a name, does.
func TestColumnRules(t *testing.T) {
	e, err := NewEngine(All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"", "x", "Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm", "produit/nom", "nom_fichier", "noms"}
	for _, d := range All() {
		for _, c := range append(append([]string{}, d.Columns...), d.NotColumns...) {
			names = append(names, c, c+"s", "date "+c, strings.ReplaceAll(c, " ", "_")+"_2", "Document/"+c+"/nom", "produit/"+c)
		}
	}
	for _, name := range names {
		if got, want := e.Column(name, "").named, namedSlowly(e, name); got != want {
			t.Errorf("%q: detectors %b, want %b", name, got, want)
		}
	}
}

func namedSlowly(e *Engine, name string) (named uint64) {
	words := columnWords(name)
	last := words
	if i := lastSteps(name); i > 0 {
		last = columnWords(name[i:])
	}
	contains := func(words, sequence []string) bool {
		for i := range words {
			if beginWith(words[i:], sequence) {
				return true
			}
		}
		return false
	}
	not := uint64(0)
	for _, rules := range e.columns {
		for _, r := range rules {
			switch {
			case r.sort == ofNotColumns && contains(last, r.words):
				not |= 1 << r.detector
			case r.sort == ofColumns && int(r.detector) < e.vocabularies && contains(words, r.words):
				named |= 1 << r.detector
			}
		}
	}
	return named &^ not
}

// The root of a document says nothing about its fields.
func TestColumnsOfPaths(t *testing.T) {
	e, err := NewEngine(All(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm": true,
		"produits/produit/nom":                                 false,
		"nom":                                                  true,
		"nom fichier":                                          false,
	} {
		if got := e.Column(name, "").Names(e, "person_name"); got != want {
			t.Errorf("%q names a person: %t", name, got)
		}
	}
}
