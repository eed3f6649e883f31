package jsonl

import (
	"context"
	"encoding/json"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"recense/detectors"
	"recense/report"
	"recense/report/inventory"
	"recense/report/reporttest"
	"recense/scanner"
	"recense/sources"
)

func write1(t *testing.T, r scanner.Results, audience string, digests bool) (string, error) {
	t.Helper()
	inv, err := reporttest.New(r, audience)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	names, err := Writer.Write(context.Background(), dir, report.Input{Inventory: inv, Digests: digests})
	if err != nil {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%d files left", len(left))
		}
		return "", err
	}
	b, err := os.ReadFile(filepath.Join(dir, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil
}

func TestWrite(t *testing.T) {
	const first = `{"uri":"file:///srv/partage/prestations/=decompte\u001b.csv","container":"","part":"","field":"nir","page":0,"row":2,"column":1,"line":2,"byte":45,"len":15,"kind":"nir","score":97,"strength":"verified","why":["structure","key","column_name","column_share"]`
	const phone = `{"uri":"file:///srv/partage/divers/liste.xlsx","container":"","part":"Feuil1","field":"A","page":0,"row":1,"column":1,"line":0,"byte":-1,"len":10,"kind":"phone_fr","score":65,"strength":"probable","why":["structure","column_share"]}` + "\n"
	general := first + "}\n" + phone +
		`{"uri":"file:///srv/partage/… [03030303]","container":"","part":"","field":"","page":1,"row":0,"column":0,"line":0,"byte":-1,"len":21,"kind":"nir","score":90,"strength":"verified","why":["structure","key","context_word"]}` + "\n"
	medical := first + `,"digest":"0000000000009f00"}` + "\n" +
		`{"uri":"file:///srv/partage/prestations/=decompte\u001b.csv","container":"","part":"","field":"code_acte","page":0,"row":2,"column":3,"line":2,"byte":90,"len":7,"kind":"ccam","score":70,"strength":"probable","why":["structure","column_name","column_share"]}` + "\n" + phone +
		`{"uri":"file:///srv/partage/temp/copie.zip","container":"dossiers.zip!/compte-rendu.pdf","part":"","field":"","page":1,"row":0,"column":0,"line":0,"byte":-1,"len":21,"kind":"nir","score":90,"strength":"verified","why":["structure","key","context_word"]}` + "\n" +
		`{"uri":"file:///srv/partage/temp/copie.zip","container":"dossiers.zip!/compte-rendu.pdf","part":"","field":"","page":1,"row":0,"column":0,"line":0,"byte":-1,"len":5,"kind":"cim10","score":70,"strength":"probable","why":["structure","context_word"]}` + "\n"
	for _, c := range []struct {
		audience string
		digests  bool
		want     string
	}{{"general", false, general}, {"medical", true, medical}} {
		got, err := write1(t, reporttest.Example(), c.audience, c.digests)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.audience, err, got, c.want)
		}
	}
}

type failing struct{ *reporttest.Results }

func (f failing) Walk(ctx context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	return f.Results.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		return fn(l, func(yield func(scanner.Finding, error) bool) { yield(scanner.Finding{}, fs.ErrClosed) })
	})
}

func TestFailure(t *testing.T) {
	if _, err := write1(t, failing{reporttest.Example()}, "", false); err == nil {
		t.Error("unreadable findings go unnoticed")
	}
}

// A database row has its key beside its place.
func TestKey(t *testing.T) {
	l := &inventory.Location{LocationRow: inventory.LocationRow{Outer: "pg://h/b"}}
	f := &inventory.FindingRow{Detector: "nir", Strength: detectors.Verified, At: sources.Location{Key: "id 9f", Byte: -1}}
	want := `{"uri":"pg://h/b","container":"","part":"","field":"","page":0,"row":0,"column":0,"line":0,"byte":-1,"key":"id 9f","len":0,"kind":"nir","score":0,"strength":"verified","why":[]}` + "\n"
	if got := string(appendFinding(nil, l, f, true)); got != want {
		t.Errorf("%s", got)
	}
}

// Any bytes make a JSON string, which reads back as encoding/json would write it.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", `a"b\c`, "\x00\x1f\x7f", "é\u2028\u2029", "\xff\xfe", "🂡"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		if err := json.Unmarshal(appendText(nil, s), &got); err != nil {
			t.Fatalf("%q is not JSON", appendText(nil, s))
		}
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &want); err != nil || got != want {
			t.Fatalf("%q reads %q, want %q", s, got, want)
		}
	})
}
