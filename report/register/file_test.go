package register

import (
	"slices"
	"strings"
	"testing"
)

// example is the register of the worked example (domain/register.md G).
const example = `schema: recense/register
version: 1
updated: 2026-11-20
policy: mutuelle
organisation: {name: Mutuelle Exemple, siren: "000000000"}
sources:
  - {id: partage-commun, kind: file_share, uri: "smb://srv1/commun", country: FR, operator: internal, environment: production}
processings:
  - ref: T-01
    name: Prestations santé
    policy_ref: MUT-CONTRAT
    legal_basis: [contract]
    art9_condition: not stated
    nir_allowed: true
    categories: [{id: identity}, {id: nir}, {id: health}, {id: benefits}, {id: bank_details}]
    access_groups: [GG_PRESTATIONS]
    locations: [{source: partage-commun, path: "/prestations/**"}]
  - ref: T-02
    name: Dossiers médicaux
    policy_ref: MUT-MEDICAL
    access_groups: [GG_MEDICAL]
    locations: [{source: partage-commun, path: "/medical/**"}]
  - ref: T-03
    name: Prospection
    policy_ref: MUT-PROSPECTION
    categories: [{id: identity}, {id: contact, retention: mut-prospection}]
    access_groups: [GG_MARKETING]
    locations: [{source: partage-commun, path: "/marketing/**"}]
  - ref: T-04
    name: Appels enregistrés
    categories: [{id: voice, retention: mut-enregistrements}]
    access_groups: [GG_QUALITE]
    locations: [{source: partage-commun, path: "/appels/**"}]
lists:
  - {id: opposition-telephone, kind: phone_fr, path: oppositions.csv, column: telephone, applies_to: [T-03]}
`

func readExample(t testing.TB) *Register {
	r, err := Read("registre.yaml", []byte(example), load(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRead(t *testing.T) {
	r := readExample(t)
	t01, t02, t03, t04 := r.Processing("T-01"), r.Processing("T-02"), r.Processing("T-03"), r.Processing("T-04")
	check := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("own list", strings.Join(t01.Declared, " "), "bank_details benefits health identity nir")
	check("own list is closed", t01.Exhaustive && !t01.Inherited, true)
	check("rules of the policy", strings.Join(t01.Rules, " "), "mut-prestations mut-contrat mut-prevoyance mut-deces")
	check("NIR by the register", t01.NIRAllowed, true)
	check("inherited list is open", !t02.Exhaustive && t02.Inherited && slices.Contains(t02.Declared, "medical") && slices.Contains(t02.Declared, "benefits"), true)
	check("medical perimeter", t02.Medical, true)
	check("NIR by the policy", t02.NIRAllowed, true)
	check("no NIR", t03.NIRAllowed, false)
	check("rule of a category first", t03.Rules[0], "mut-prospection")
	check("rule without a policy processing", strings.Join(t04.Rules, " "), "mut-enregistrements")
}

func TestReadProblems(t *testing.T) {
	tax := load(t)
	replace := func(old, new string) string {
		if !strings.Contains(example, old) {
			t.Fatalf("%q is not in the example", old)
		}
		return strings.Replace(example, old, new, 1)
	}
	tests := []struct{ name, text, want string }{
		{"unknown policy", replace("policy: mutuelle", "policy: mutuele"), `registre.yaml:4: policy: no embedded policy "mutuele"`},
		{"unknown policy_ref", replace("MUT-MEDICAL", "MUT-MEDECIN"), `registre.yaml:20: processings[1].policy_ref: the policy "mutuelle" has no processing "MUT-MEDECIN"`},
		{"ref twice", replace("ref: T-02", "ref: T-01"), `registre.yaml:18: processings[1].ref: "T-01" is used twice`},
		{"unknown source", replace(`source: partage-commun, path: "/medical`, `source: partage, path: "/medical`), `processings[1].locations[0].source: "partage" is no source`},
		{"unknown category", replace("{id: voice,", "{id: voix,"), `processings[3].categories[0].id: "voix" is no category`},
		{"unknown rule", replace("retention: mut-prospection", "retention: mut-prospect"), `has no retention rule "mut-prospect"`},
		{"art9 without condition", replace("    art9_condition: not stated\n", ""), "processings[0].art9_condition: is needed"},
		{"legitimate interest", replace("legal_basis: [contract]", "legal_basis: [legitimate_interest]"), "processings[0].legitimate_interest: is needed"},
		{"wrong basis", replace("legal_basis: [contract]", "legal_basis: [contrat]"), `"contrat" is none of consent, contract`},
		{"wrong date", replace("2026-11-20", "20/11/2026"), "registre.yaml:3: updated: expected a date such as 2026-11-20"},
		{"no such day", replace("2026-11-20", "2026-02-30"), "updated: expected a date"},
		{"country", replace("country: FR", "country: France"), "sources[0].country: expected an ISO 3166-1 code"},
		{"kind of source", replace("kind: file_share", "kind: partage"), `"partage" is none of file_share`},
		{"unknown detector", replace("kind: phone_fr", "kind: phone"), `lists[0].kind: "phone" is no detector`},
		{"list of no processing", replace("applies_to: [T-03]", "applies_to: [T-09]"), `"T-09" is no processing`},
		{"unknown field", replace("nir_allowed: true", "nir_alowed: true"), `processings[0].nir_alowed: unknown field; did you mean "nir_allowed"?`},
		{"accept without end", example + "exceptions:\n  - {id: E-1, kind: undeclared_location, location: {source: partage-commun, path: \"/x/**\"}, decision: accept}\n", "exceptions[0].until: is needed"},
		{"exception about nothing", example + "exceptions:\n  - {id: E-1, decision: fix}\n", "expected either verdict_id, or kind and location"},
		{"unknown kind of verdict", example + "exceptions:\n  - {id: E-1, kind: undeclared, location: {source: partage-commun, path: x}, decision: fix}\n", `"undeclared" is none of declared`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read("registre.yaml", []byte(tt.text), tax, "", nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestPattern(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"/prestations/**", "/prestations/2026/decompte.csv", true},
		{"/prestations/**", "/prestations", true},
		{"/prestations/**", "/prestations2/a", false},
		{"prestations/**", "/Prestations/A", true},
		{"/a/*.csv", "/a/b.csv", true},
		{"/a/*.csv", "/a/b/c.csv", false},
		{"/a/**/*.csv", "/a/b/c/d.csv", true},
		{"/a/**/*.csv", "/a/d.csv", true},
		{"/a/??.csv", "/a/bc.csv", true},
		{"/a/??.csv", "/a/bcd.csv", false},
		{"/a/?.csv", "/a/é.csv", true},
		{"/re\u0301f/**", "/réf/x", true}, // both sides in NFC
		{"/archives/*.7z", "/archives/x.7z", true},
		{"/archives/*.7z/**", "/archives/x.7z!/in/side.csv", true},
		{"**/tmp/**", "/a/b/tmp/c", true},
		{"**", "/anything/at/all", true},
		{"/a/*b*c*d", "/a/xbxcxcxd", true},
		{"/a/*b*c*d", "/a/xbxdxc", false},
	}
	for _, tt := range tests {
		p := newPattern(tt.pattern, false, false)
		path := split(strings.ReplaceAll(normalPath(tt.path, true), "!/", "/"), false)
		if got := p.match(path); got != tt.want {
			t.Errorf("%q on %q: %t", tt.pattern, tt.path, got)
		}
	}
	exact := newPattern("/A/**", true, false)
	if exact.match(split("/a/b", false)) {
		t.Error("case does not matter where it should")
	}
	table := newPattern("sante.prest_*", false, true)
	if !table.match(split("sante.prest_2026", true)) || table.match(split("sante.public.prest_1", true)) {
		t.Error("names of tables")
	}
	// A pattern of many stars takes no time to speak of.
	evil := newPattern("/"+strings.Repeat("*a", 2000), false, false)
	evil.match(split("/"+strings.Repeat("a", 4000)+"b", false))
}

// The most literal prefix gives the processing shown first.
func TestMatch(t *testing.T) {
	r, err := Read("r.yaml", []byte(strings.Replace(example, `path: "/medical/**"}]`, `path: "/**"}, {source: partage-commun, path: "/prestations/medical/**"}]`, 1)), load(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	refs := func(path string) (out []string) {
		for _, m := range r.Match("partage-commun", path) {
			out = append(out, m.Processing.Ref)
		}
		return out
	}
	for path, want := range map[string]string{
		"/prestations/medical/x.csv": "T-02 T-01",
		"/prestations/x.csv":         "T-01 T-02",
		"/ailleurs/x.csv":            "T-02",
	} {
		if got := strings.Join(refs(path), " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if r.Match("autre", "/x") != nil {
		t.Error("a source that the register does not know")
	}
}
