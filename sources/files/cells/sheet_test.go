package cells

import (
	"strings"
	"testing"
)

func TestHeader(t *testing.T) {
	text := func(texts ...string) (v []Value) {
		for i, s := range texts {
			if s != "" {
				v = append(v, Value{Column: i + 1, Text: s, Number: strings.Trim(s, "0123456789") == ""})
			}
		}
		return v
	}
	for _, test := range []struct {
		name string
		rows [][]Value
		want int
	}{
		{"first row", [][]Value{text("Matricule", "Solde"), text("a", "12")}, 0},
		{"title above", [][]Value{text("Export"), text("Matricule", "Solde"), text("a", "12")}, 1},
		{"data only", [][]Value{text("a1", "12"), text("b2", "13")}, -1},
		{"texts without names", [][]Value{text("Dupont", "Lyon"), text("Martin", "Nice")}, -1},
		{"texts with usual names", [][]Value{text("Nom", "Lieu"), text("Martin", "Nice")}, 0},
		{"an address in it", [][]Value{text("x@y.fr", "b"), text("z@y.fr", "12")}, -1},
		{"none", nil, -1},
	} {
		var rows []row
		for i, v := range test.rows {
			rows = append(rows, row{int64(i + 1), v})
		}
		if got := header(rows); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// TestGroups: a row of groups above the names of columns.
func TestGroups(t *testing.T) {
	at := func(number int64, texts ...string) row {
		r := row{number: number}
		for i, s := range texts {
			if s != "" {
				r.values = append(r.values, Value{Column: i + 1, Text: s})
			}
		}
		return r
	}
	groups, names := at(1, "Assuré", "", " Ayant droit ", "", "Contact"), at(2, "Nom", "Prénom", "Nom", "Prénom", "Portable")
	data := at(3, "Martin", "Zoé", "Durand", "Léa", "0612345678")
	for _, test := range []struct {
		name string
		rows []row
		want bool
	}{
		{"groups", []row{groups, names, data}, true},
		{"no data", []row{groups, names}, false},
		{"not below each other", []row{groups, at(4, "Nom", "Prénom", "Nom", "Prénom", "Portable"), at(5, "a")}, false},
		{"a column without a name", []row{at(1, "Nom", "", "Ville"), at(2, "Martin", "Paul", "Nantes"), at(3, "Durand", "Anne", "Brest")}, false},
		{"a header and data", []row{names, data, data}, false},
	} {
		if got := grouped(test.rows); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	var got []string
	for _, v := range joined(groups.values, names.values) {
		got = append(got, v.Text)
	}
	if want := "Assuré Nom|Assuré Prénom|Ayant droit Nom|Ayant droit Prénom|Contact Portable"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}
