package scanner

import (
	"testing"

	"recense/detectors"
)

func TestMaskedNames(t *testing.T) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"bare", "rh/273120798504502.txt", "rh/[NIR].txt"},
		{"low line", "rh/dossier_273120798504502.txt", "rh/dossier_[NIR].txt"},
		{"word and low line", "rh/dossier_NIR_273120798504502.txt", "rh/dossier_NIR_[NIR].txt"},
		{"grouped by low lines", "NIR_2_73_12_07_985_045_02.pdf", "NIR_[NIR].pdf"},
		{"two of them", "273120798504502_180017598512344.csv", "[NIR]_[NIR].csv"},
		{"escaped", "file:///srv/a%20b/nir%20273120798504502.txt", "file:///srv/a%20b/nir%20[NIR].txt"},
		{"e-mail with low line", "courriers/jean_dupont@exemple-mutuelle.fr.eml", "courriers/[EMAIL].eml"},
		{"wrong key", "rh/dossier_273120798504503.txt", "rh/dossier_273120798504503.txt"},
		{"nothing", "rh/note de service.txt", "rh/note de service.txt"},
		{"date", "export_2026-11-25_1.csv", "export_2026-11-25_1.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, changed := Mask(e, c.in)
			if got != c.want || changed != (c.in != c.want) {
				t.Errorf("%q became %q (%v), want %q", c.in, got, changed, c.want)
			}
		})
	}
}
