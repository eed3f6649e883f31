package main

import (
	"bytes"
	"strings"
	"testing"

	"recense/detectors"
	"recense/report/taxonomy"
	"recense/scanner"
)

// A run that had other detectors, or another taxonomy, than this program is not judged by
// today's without a word.
func TestOtherVersionsAreTold(t *testing.T) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	kinds := make([]string, 0, 64)
	for _, d := range detectors.All() {
		kinds = append(kinds, string(d.Kind))
	}
	for _, c := range []struct {
		name, engine, taxonomy string
		want                   []string
	}{
		{"the same", e.Version(), tax.SHA256[:16], nil},
		{"other detectors", "0123456789", tax.SHA256[:16], []string{"avait d'autres détecteurs"}},
		{"another taxonomy", e.Version(), "0123456789abcdef", []string{"avait une autre taxonomie"}},
		{"of a version that did not say", e.Version(), "", []string{"avait une autre taxonomie"}},
	} {
		var out bytes.Buffer
		a := &app{out: &out, lang: "fr"}
		a.tellVersions(&scanner.Run{ID: "R", Engine: c.engine, Params: map[string]string{"detectors": strings.Join(kinds, ","), taxonomyParam: c.taxonomy}})
		if lines := strings.Count(out.String(), "\n"); lines != len(c.want) {
			t.Errorf("%s: %q", c.name, out.String())
		}
		for _, w := range c.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: %q lacks %q", c.name, out.String(), w)
			}
		}
	}
}
