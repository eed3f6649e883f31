package detectors

import (
	"strings"
	"testing"
)

// TestFrench: every detector is told in both languages, and nothing else is.
func TestFrench(t *testing.T) {
	all := map[Kind]bool{}
	for _, d := range All() {
		all[d.Kind] = true
		if d.Title("fr") == "" || d.Title("en") == "" || strings.Contains(d.Title("fr")+d.Title("en"), " / ") {
			t.Errorf("%s: titles %q and %q", d.Kind, d.Title("fr"), d.Title("en"))
		}
		fr, en := d.Rule("fr"), d.Rule("en")
		if french[d.Kind] == "" || fr == en {
			t.Errorf("%s: no rule in French", d.Kind)
		}
		for _, word := range strings.FieldsFunc(fr, func(r rune) bool { return r == ' ' || r == '\n' }) {
			switch word {
			case "the", "with", "which", "and", "stands", "behind", "beside", "without":
				t.Errorf("%s: %q in French", d.Kind, word)
			}
		}
	}
	for kind := range french {
		if !all[kind] {
			t.Errorf("%s is no detector", kind)
		}
	}
}

// TestFrenchForms: forms of the organisation are told in both languages.
func TestFrenchForms(t *testing.T) {
	forms := []Form{{Pattern: "MUT-[0-9]{8}", Check: "luhn"}}
	own, err := NewCustom(Custom{Kind: "dossier_sinistre", Title: "Dossier de sinistre / Claim file", Forms: []Form{{Pattern: "SIN/[0-9]{4}/[0-9]{6}"}}})
	if err != nil {
		t.Fatal(err)
	}
	member, err := WithForms("member_number", forms)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{own.Title("fr"), "Dossier de sinistre"},
		{own.Title("en"), "Claim file"},
		{own.Rule("fr"), "Formes de l'organisme : SIN/[0-9]{4}/[0-9]{6}."},
		{own.Rule("en"), "Form of the organisation: SIN/[0-9]{4}/[0-9]{6}."},
		{member.Rule("fr"), french["member_number"] + "\nFormes de l'organisme : MUT-[0-9]{8} (luhn)."},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
