package scanner

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"

	"recense/detectors"
	"recense/sources"
)

func TestMaskedNames(t *testing.T) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"word against it", "lot/273120798504502.csv", "lot/[NIR].csv"},
		{"bare", "rh/273120798504502.txt", "rh/[NIR].txt"},
		{"low line", "rh/dossier_273120798504502.txt", "rh/dossier_[NIR].txt"},
		{"word and low line", "rh/dossier_NIR_273120798504502.txt", "rh/dossier_NIR_[NIR].txt"},
		{"grouped by low lines", "NIR_2_73_12_07_985_045_02.pdf", "NIR_[NIR].pdf"},
		{"two of them", "273120798504502_180017598512344.csv", "[NIR]_[NIR].csv"},
		{"escaped", "file:///srv/a%20b/nir%20273120798504502.txt", "file:///srv/a%20b/nir%20[NIR].txt"},
		{"e-mail with low line", "courriers/jean_dupont@exemple-mutuelle.fr.eml", "courriers/[EMAIL].eml"},
		{"dots between digits", "rh/nir 2.73.12.07.985.045.02", "rh/nir [NIR]"},
		{"no extension", "rh/nir 273120798504502", "rh/nir [NIR]"},
		{"two extensions", "rh/nir 273120798504502.csv.gz", "rh/nir [NIR].csv.gz"},
		{"folder of a dotted name", "archives v1.2/273120798504502.tar/nir.txt", "archives v1.2/[NIR].tar/nir.txt"},
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

// TestMaskedEverywhere: whatever a source calls its places, members, sheets,
// columns, keys, accounts and groups, no value comes out of a unit.
func TestMaskedEverywhere(t *testing.T) {
	const nir, mail = "273120798504502", "jean.dupont@exemple-mutuelle.fr"
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	src := sourceFunc(func(out sources.Sink) error {
		p := sources.Place{URI: "file:///rh/dossier_" + nir + ".zip", Owner: mail, Groups: []string{"rh", "nir " + nir}, Aliases: []string{"/x/" + nir + ".zip"}}
		if err := out.Open(p); err != nil {
			return err
		}
		at := sources.Location{Part: "feuille " + nir, Field: "cle." + nir}
		if err := out.Skip(at, sources.Corrupt); err != nil {
			return err
		}
		if err := out.Evidence("nir", at); err != nil {
			return err
		}
		if err := out.Open(sources.Place{Container: "rh/" + nir + ".csv"}); err != nil {
			return err
		}
		c := sources.Chunk{Data: []byte("a\n"), To: 2, Part: "feuille " + nir}
		c.Table = &sources.Table{Columns: []sources.Column{{Name: "de " + mail}, {Name: nir}, {Name: "montant_" + nir}}}
		c.Fields.Add(0, 1, 0, 1)
		if err := out.Chunk(&c); err != nil {
			return err
		}
		text := sources.Chunk{Data: []byte("nir " + nir), To: 19, Part: "page de " + mail}
		if err := out.Chunk(&text); err != nil {
			return err
		}
		if err := out.Close(sources.Result{Records: -1}); err != nil {
			return err
		}
		return out.Close(sources.Result{Records: -1})
	})
	u := sources.Unit{Source: "s", ID: "1", Count: 1, Meta: sources.Place{URI: "file:///rh/dossier_" + nir + ".zip"}}
	found, err := ScanUnit(context.Background(), src, u, e, UnitOptions{})
	if err != nil || len(found) != 2 {
		t.Fatalf("%d locations, %v", len(found), err)
	}
	for _, l := range found {
		got := fmt.Sprintf("%+v", l)
		for _, v := range []string{nir, nir[:13], mail, "dupont"} {
			if strings.Contains(got, v) {
				t.Errorf("%q is in %s", v, got)
			}
		}
	}
	if o := found[0].Owner; o != "[EMAIL]" {
		t.Errorf("owner %q", o)
	}
}

// sourceFunc is a source of one unit.
type sourceFunc func(sources.Sink) error

func (sourceFunc) Name() string { return "s" }

func (sourceFunc) Units(context.Context) iter.Seq2[sources.Unit, error] {
	return func(func(sources.Unit, error) bool) {}
}

func (f sourceFunc) Read(_ context.Context, _ sources.Unit, out sources.Sink) error { return f(out) }
