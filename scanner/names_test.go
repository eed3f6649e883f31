package scanner

import (
	"testing"

	"recense/sources"
)

// TestWordsInNames: the words in the names of a file and of its folders are about
// the persons it holds, and count only when it holds one.
func TestWordsInNames(t *testing.T) {
	for _, test := range []struct {
		path, text string
		kind       string
		want       int64
	}{
		{"arrets/arret_de_travail_2024.txt", testNIR(12), "medical_terms", 1},
		{"arrets/arret-de-travail.2024.txt", testNIR(12), "medical_terms", 1},
		{"Contentieux/2024/lettre.txt", "NIR " + testNIR(12), "litigation_terms", 1},
		{"r%C3%A9clamations/lettre.txt", "NIR " + testNIR(12), "litigation_terms", 1},
		{"Contentieux/a/b/c/lettre.txt", "NIR " + testNIR(12), "litigation_terms", 0},
		{"arrets/arret_de_travail_2024.txt", "rien", "medical_terms", 0},
		{"brochures/diabete.txt", "contact@mutuelle-exemple.fr, 06 12 34 56 78", "health_terms", 0},
		{"garantie_hospitalisation.txt", testNIR(12), "health_terms", 0},
	} {
		found := scanScript(t, UnitOptions{}, testUnit(test.path), func(out sources.Sink) error {
			out.Open(sources.Place{})
			out.Chunk(&sources.Chunk{Data: []byte(test.text), To: len(test.text)})
			return out.Close(sources.Result{})
		})
		got := int64(0)
		for _, c := range found[0].Cells {
			if string(c.Kind) == test.kind {
				got += c.Matches
			}
		}
		if got != test.want {
			t.Errorf("%s: %d %s, want %d", test.path, got, test.kind, test.want)
		}
	}
}
