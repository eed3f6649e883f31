package breach

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// TestDeadline: 72 elapsed hours, over the change to winter time and a weekend.
func TestDeadline(t *testing.T) {
	for _, c := range []struct{ aware, limit string }{
		{"2026-11-27 18:30", "2026-11-30 18:30 +0100"},
		{"2026-10-24 10:00", "2026-10-27 09:00 +0100"}, // summer time ends on 25 October
		{"2026-03-27 10:00", "2026-03-30 11:00 +0200"}, // and begins on 29 March
		{"2028-02-27 12:00", "2028-03-01 12:00 +0100"}, // a leap year
	} {
		aware, err := register.ParisTime(c.aware)
		if err != nil {
			t.Fatal(err)
		}
		if got := register.Paris(Deadline(aware)).Format("2006-01-02 15:04 -0700"); got != c.limit {
			t.Errorf("%s: %s, want %s", c.aware, got, c.limit)
		}
	}
}

func place(source, path string, persons int64, access string, groups ...string) *inventory.Location {
	l := &inventory.Location{}
	l.Source, l.Path, l.URI, l.Persons, l.Minors, l.Access, l.Groups = source, path, "smb://srv/"+source+path, persons, inventory.Unknown, access, groups
	l.Country, l.ImpactRank, l.ImpactRules = "FR", 3, []string{"I1", "D1"}
	l.Inventory = []inventory.InventoryRow{{Category: "nir", Detector: "nir", Asserted: true, Matches: persons}, {Category: "health", Detector: "health_detail_reserved", Asserted: true, Matches: 2 * persons}}
	return l
}

func markdown(t *testing.T, m *Impact) string {
	t.Helper()
	var b bytes.Buffer
	if err := m.Dossier().Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPerimeter: sources, paths at the bounds of folders, groups and accounts; rights
// that were not read count.
func TestPerimeter(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := []*inventory.Location{
		place("commun", "/rh/paie.csv", 100, "group", "GG_RH"),
		place("commun", "/rhum/cave.csv", 10, "group", "GG_CAVE"),
		place("commun", "/a.zip!/rh/b.csv", 5, "private"),
		place("export", "/rh/x.csv", 3, "unknown"),
		place("export", "/y.csv", 2, "world"),
	}
	for _, c := range []struct {
		name string
		req  Request
		want int64
	}{
		{"everything", Request{}, 5},
		{"source", Request{Sources: []string{"export"}}, 2},
		{"path of a source", Request{Paths: []string{"commun:/rh"}}, 1},
		{"path of any source", Request{Paths: []string{"/rh/"}}, 2},
		{"an archive", Request{Paths: []string{"commun:/a.zip"}}, 1},
		{"group", Request{Groups: []string{"GG_RH"}}, 3},
		{"account by its group", Request{Accounts: map[string][]string{"claire": {"GG_CAVE"}}}, 3},
		{"account without groups", Request{Accounts: map[string][]string{"paul": nil}}, 2},
	} {
		m := New(c.req, tax, nil)
		for _, l := range all {
			m.Add(l)
		}
		if m.locations != c.want {
			t.Errorf("%s: %d locations, want %d", c.name, m.locations, c.want)
		}
	}
}

// TestDossier: what Art. 33 asks for, an interval of persons, and always the limits.
func TestDossier(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	aware, _ := register.ParisTime("2026-11-27 10:00")
	for _, lang := range []string{"fr", "en"} {
		m := New(Request{Reference: "V-1", Kinds: []string{"confidentiality"}, Aware: aware, Now: aware.Add(73*time.Hour + 5*time.Minute), Lang: lang}, tax, nil)
		m.Run(scanner.Run{ID: "20261125T031955-3fa9c1", Started: aware, Coverage: scanner.Coverage{ByStatus: map[string]int64{"scanned": 2, "encrypted": 1}}}, []string{"commun"})
		m.Add(place("commun", "/<script>alert(1)</script>|.csv", 100, "world"))
		m.Add(place("commun", "/b.csv", 40, "group", "GG_RH"))
		sealed := &inventory.Location{}
		sealed.Source, sealed.Path, sealed.Status, sealed.Access, sealed.ImpactRank = "commun", "/c.7z", sources.Encrypted, "unknown", -1
		m.Add(sealed)
		text := markdown(t, m)
		want := []string{"dépassée de 1 h 05", "entre 100 (plus grand emplacement) et 140 (somme)", "proposé, niveau d'impact Important", "| 140 | oui |", "3 emplacements découverts = 2 analysés", "Emplacements aux droits non lus\\*\\* : 1", "Exchange, SharePoint", "donnée de santé d'une personne identifiée"}
		if lang == "en" {
			want = []string{"over by 1 h 05", "between 100 (largest location) and 140 (sum)", "3 locations discovered", "Exchange, SharePoint"}
		}
		for _, w := range want {
			if w = strings.ReplaceAll(w, `\*`, "*"); !strings.Contains(text, w) {
				t.Errorf("%s: no %q in:\n%s", lang, w, text)
			}
		}
		for _, bad := range []string{"<script", "health_detail_reserved", "aucune personne identifiable"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q in the text", lang, bad)
			}
		}
	}
	// Nothing found is never said without what was not seen.
	m := New(Request{Reference: "V-2", Aware: aware, Now: aware}, tax, nil)
	if text := markdown(t, m); !strings.Contains(text, "ne prouve pas l'absence") || !strings.Contains(text, "## Limites") {
		t.Errorf("no reservation:\n%s", text)
	}
}
