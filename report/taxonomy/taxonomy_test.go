package taxonomy

import (
	"strings"
	"testing"

	"recense/detectors"
)

func TestLoad(t *testing.T) {
	tax, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(tax.Categories) != 33 || len(tax.Detectors) != 73 || len(tax.Scale.Levels) != 5 || len(tax.SHA256) != 64 {
		t.Errorf("%d categories, %d detectors, %d levels, digest %q", len(tax.Categories), len(tax.Detectors), len(tax.Scale.Levels), tax.SHA256)
	}
	nir := tax.Detector("nir")
	if nir == nil || nir.Category != "nir" || nir.Strength != detectors.Verified || !nir.CountsPersons || nir.MinMatches != 1 {
		t.Errorf("nir: %+v", nir)
	}
	if tax.Detector("nosuch") != nil || tax.Category("nosuch") != nil || tax.Audience("nosuch") != nil || tax.Level("nosuch") != nil {
		t.Error("something unknown is known")
	}
	if got := Label(tax.Enums.Coverage, "encrypted", "fr"); got != "Chiffré" {
		t.Errorf("encrypted reads %q", got)
	}
	if got := Label(tax.Enums.Coverage, "nosuch", "fr"); got != "nosuch" {
		t.Errorf("a value without words reads %q", got)
	}
	if got := tax.Category("nir").Label.In("en"); got != "NIR (social security number)" {
		t.Errorf("English label %q", got)
	}
}

func TestReserved(t *testing.T) {
	tax, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ category, audience, want string }{
		{"health", General, "health_detail_reserved"},
		{"medical", General, "health_detail_reserved"},
		{"aml", General, "aml_detail_reserved"},
		{"medical", "medical", ""},
		{"aml", "medical", "aml_detail_reserved"},
		{"health", "aml", "health_detail_reserved"},
		{"benefits", General, ""},
		{"nir", General, ""},
	} {
		got := ""
		if a := tax.Reserved(c.category, c.audience); a != nil {
			got = a.Placeholder
		}
		if got != c.want {
			t.Errorf("%s for %s: %q, want %q", c.category, c.audience, got, c.want)
		}
	}
}

// A taxonomy that does not hold together is refused, and the message quotes
// nothing of it.
func TestParseRefuses(t *testing.T) {
	edit := func(old, new string) []byte {
		s := string(embedded)
		if !strings.Contains(s, old) {
			t.Fatalf("the taxonomy has no %q", old)
		}
		return []byte(strings.Replace(s, old, new, 1))
	}
	for name, data := range map[string][]byte{
		"not yaml":         []byte("\t{secret-value"),
		"empty":            nil,
		"other schema":     edit("schema: recense/taxonomy", "schema: secret-value"),
		"duplicate":        edit("{id: nia,", "{id: nir,"),
		"unknown category": edit("{id: nia,                 category: nir,", "{id: nia, category: secret-value,"),
		"unknown strength": edit("category: nir,               strength: verified", "category: nir, strength: secret-value"),
		"unknown severity": edit("severity: faible\n    source", "severity: secret-value\n    source"),
		"no placeholder":   edit("placeholder: aml_detail_reserved", "placeholder: \"\""),
		"no general":       edit("{id: general, label", "{id: everybody, label"),
	} {
		_, err := Parse(data)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "secret-value") {
			t.Errorf("%s: the message quotes the file: %v", name, err)
		}
	}
}
