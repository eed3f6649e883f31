package html

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recense/report"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/reporttest"
	"recense/report/taxonomy"
	"recense/scanner"
)

// payloads are names that would run in a page that trusted them.
var payloads = []string{
	`<script>document.title='owned'</script>`, `"><img src=x onerror=document.title='owned'>`, `</script><script>document.title='owned'</script>`,
	`<svg/onload=document.title='owned'>`, `javascript:document.title='owned'`, `' onmouseover='document.title=1`, `<iframe srcdoc="<script>1</script>">`,
	`<a href=javascript:alert(1)>x</a>`, `{{.}}`, `${document.title='owned'}`, `<!--`, `--><script>document.title='owned'</script>`, `]]>`, `<style>*{display:none}</style>`,
	`<base href=//evil.invalid>`, `<meta http-equiv=refresh content=0;url=//evil.invalid>`, `<link rel=stylesheet href=//evil.invalid/x.css>`, `&lt;script&gt;`,
	`\u003cscript\u003edocument.title='owned'\u003c/script\u003e`, "a\u2028b\u2029c", `<math><mtext></mtext><mglyph><svg><style><img src=x onerror=document.title='owned'>`,
	`<input autofocus onfocus=document.title='owned'>`, `<details open ontoggle=document.title='owned'>`, `<object data=//evil.invalid>`, `<embed src=//evil.invalid>`,
	`<form action=//evil.invalid><button>`, `<video src=x onerror=document.title='owned'>`, `" style="background:url(//evil.invalid)`, `</title><script>document.title='owned'</script>`,
	`</style><script>document.title='owned'</script>`, `<textarea>`, `<noscript><p title="</noscript><img src=x onerror=document.title='owned'>">`, `<template><script>1</script></template>`,
	`%3Cscript%3E`, `=1+1`, `@import url(//evil.invalid)`, `<img src="//evil.invalid/x.png">`, `<body onload=document.title='owned'>`, `<marquee onstart=document.title='owned'>`, `constructor.constructor('document.title=1')()`,
}

const processings = `schema: recense/register
version: 1
policy: mutuelle
sources: [{id: partage, kind: file_share, country: FR}]
processings:
  - {ref: T-01, name: "<script>document.title='owned'</script>", owner: "<b>x", policy_ref: MUT-CONTRAT, locations: [{source: partage, path: "/prestations/**"}]}
`

// example is the share of the report tests with a location for each payload.
func example() *reporttest.Results {
	r := reporttest.Example()
	for i, name := range payloads {
		l := r.Locations[0]
		l.ID, l.URI = reporttest.ID(byte(100+i)), "file:///srv/partage/"+name+"/"+name
		r.Locations = append(r.Locations, l)
		r.Found = append(r.Found, nil)
	}
	return r
}

// compare returns the inventory of r, compared with a register.
func compare(t testing.TB, r scanner.Results) *inventory.Inventory {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := register.Read("r.yaml", []byte(processings), tax, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	rec := register.NewReconciler(tax, reg, reporttest.Started)
	inv, err := inventory.New(r, reporttest.Detectors(), tax, inventory.Options{
		Assess: rec.Assess, Register: rec.Table(func(string) (id scanner.ID) { return id }),
	})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// written writes the page of inv and returns its path.
func written(t testing.TB, inv *inventory.Inventory, lang string) string {
	t.Helper()
	dir := t.TempDir()
	names, err := Writer.Write(context.Background(), dir, report.Input{Inventory: inv, Lang: lang})
	if err != nil || len(names) != 1 {
		t.Fatalf("write: %v, %v", names, err)
	}
	return filepath.Join(dir, names[0])
}

func TestPage(t *testing.T) {
	path := written(t, compare(t, example()), "fr")
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", st.Mode(), err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	for _, want := range []string{
		"<html lang=\"fr\">", "Diffusion restreinte DPO/RSSI", "Écarts à traiter d'abord", "Accès refusé", "Critique",
		"default-src 'none'", "L'absence de détection ne prouve pas l'absence de données",
	} {
		if !strings.Contains(s, want) && !strings.Contains(s, strings.ReplaceAll(want, "'", "&#39;")) {
			t.Errorf("the page does not say %q", want)
		}
	}
	// Nothing of a name is markup: the only elements that could run or load are
	// the template's own.
	for element, n := range map[string]int{"<script": 2, "<style": 1, "<img": 0, "<iframe": 0, "<link": 0, "<base": 0, "<object": 0, "<embed": 0, "<form": 2, "<video": 0} {
		if got := strings.Count(s, element); got != n {
			t.Errorf("%d times %q, want %d", got, element, n)
		}
	}
	if english, err := os.ReadFile(written(t, compare(t, reporttest.Example()), "en")); err != nil || !strings.Contains(string(english), "Gaps to treat first") {
		t.Errorf("in English: %v", err)
	}
	plain, err := reporttest.New(reporttest.Example(), "")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := os.ReadFile(written(t, plain, "fr")); err != nil || strings.Contains(string(s), "Écarts") {
		t.Errorf("without a register the page speaks of gaps: %v", err)
	}
}

// Reserved detail is in no page of the general audience.
func TestReserved(t *testing.T) {
	s, err := os.ReadFile(written(t, compare(t, reporttest.Example()), "fr"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"compte-rendu", "cim10", "ccam"} {
		if strings.Contains(string(s), secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
}

// The page holds the most severe locations and says how many it leaves out.
func TestBounds(t *testing.T) {
	p := newPage(report.Input{Inventory: compare(t, reporttest.Example())})
	for i := range 2*maxLocations + 10 {
		l := &inventory.Location{}
		l.ImpactRank = int8(i % 5)
		p.add(l)
	}
	p.finish()
	if len(p.Locations) != maxLocations || p.Left != maxLocations+10 {
		t.Errorf("%d locations, %d left out", len(p.Locations), p.Left)
	}
	if p.Locations[0].Rank != 4 || p.Locations[maxLocations-1].Rank < 2 {
		t.Errorf("ranks %d to %d: not the most severe", p.Locations[0].Rank, p.Locations[maxLocations-1].Rank)
	}
}

func TestSquarify(t *testing.T) {
	var folders []*folder
	area := 0.0
	for _, n := range []int64{400, 100, 81, 64, 9, 4, 1, 1} {
		f := &folder{Count: n}
		folders = append(folders, f)
		area += f.weight()
	}
	total := 0.0
	tiles := squarify(folders, 0, 0, 1000, 420)
	if len(tiles) != len(folders) {
		t.Fatalf("%d tiles for %d folders", len(tiles), len(folders))
	}
	for i, a := range tiles {
		total += a.W * a.H
		if want := a.Folder.weight() / area * 1000 * 420; a.W*a.H < want*0.999 || a.W*a.H > want*1.001 {
			t.Errorf("tile %d has area %.0f, want %.0f", i, a.W*a.H, want)
		}
		if a.X < -1e-6 || a.Y < -1e-6 || a.X+a.W > 1000+1e-6 || a.Y+a.H > 420+1e-6 {
			t.Errorf("tile %d lies outside: %+v", i, a)
		}
		for _, b := range tiles[:i] {
			if a.X+1e-6 < b.X+b.W && b.X+1e-6 < a.X+a.W && a.Y+1e-6 < b.Y+b.H && b.Y+1e-6 < a.Y+a.H {
				t.Errorf("tiles overlap: %+v %+v", a, b)
			}
		}
	}
	if squarify(nil, 0, 0, 10, 10) != nil {
		t.Error("tiles of nothing")
	}
}

// What changed since the run before is told; names in it are inert. On a first analysis
// there is nothing to tell.
func TestEvolution(t *testing.T) {
	inv := compare(t, example())
	in := report.Input{Inventory: inv, Before: map[string]int64{"priority:1": 1, "locations": 427, "with_data": 9}, Changes: inventory.NewDiff(inv.Taxonomy(), nil, false)}
	in.Changes.Counts = map[string]int64{inventory.PlaceNew: 2, inventory.AccessWider: 1}
	in.Changes.Changes = []inventory.Change{
		{Kind: inventory.PlaceNew, URI: "file:///<script>alert(1)</script>"},
		{Kind: inventory.AccessWider, URI: "file:///c", Before: "group", After: "world"},
		{Kind: inventory.CategoryNew, URI: "file:///d", Category: "nir"},
	}
	dir := t.TempDir()
	if _, err := Writer.Write(context.Background(), dir, in); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, want := range []string{"Évolution depuis l", "<td class=\"n\">2</td>", "&lt;script&gt;alert(1)", "Groupes désignés", "Tout le monde", `<td class="n">=</td>`, "−"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "<script>alert") {
		t.Error("a name is run")
	}
	if first := written(t, compare(t, example()), "fr"); first != "" {
		b, err := os.ReadFile(first)
		if err != nil || strings.Contains(string(b), "h-evolution") {
			t.Errorf("a first analysis tells changes (%v)", err)
		}
	}
}
