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
