package parts

import "testing"

func TestGiven(t *testing.T) {
	for _, test := range []struct {
		value string
		want  bool
	}{
		{"Image 12", true}, {"Image1", true}, {"Tableau12", true}, {"page4", true}, {"Espace réservé du contenu 2", true}, {"_Toc123456", true}, {"%1.%2", true}, {"%1)", true}, {"0", true}, {"", true},
		{"Article %1", false}, {"photo martin.jpg", false}, {"Madame Martin", false}, {"zoe.martin@exemple.fr 12", false}, {"1 80 01 75 001 001 04", false}, {"Dossier 2024 12", false},
		{"Dossier 1234567", false}, {"180017500100104", false}, {"12/03/1980", false}, {"Zoé", false},
	} {
		if got := Given([]byte(test.value)); got != test.want {
			t.Errorf("%q: %v", test.value, got)
		}
	}
}
