package register

import (
	"slices"
	"strings"
	"testing"

	"recense/report/yamldoc"
)

func TestEmbeddedPolicies(t *testing.T) {
	tax := load(t)
	ids := PolicyIDs()
	if want := []string{"harmonie-mutuelle", "la-mutuelle-generale", "malakoff-mederic", "mieux-etre", "mutuelle"}; !slices.Equal(ids, want) {
		t.Fatalf("policies %v, want %v", ids, want)
	}
	for _, id := range ids {
		t.Run(id, func(t *testing.T) {
			p, err := LoadPolicy(id, tax)
			if err != nil {
				t.Fatal(err)
			}
			if p.ID != id || len(p.Processings) == 0 || len(p.Rules) == 0 || len(p.SHA256) != 64 {
				t.Errorf("policy %q: %d processings, %d rules, digest %q", p.ID, len(p.Processings), len(p.Rules), p.SHA256)
			}
			for _, r := range p.Rules {
				if r.Source.Document == "" && len(r.Sources) == 0 {
					t.Errorf("rule %s has lost its source", r.ID)
				}
				if _, ok := r.Limit(); !ok && r.Duration != NotStated && !onlyConsent(&r) {
					t.Errorf("rule %s has neither a limit nor an unknown duration", r.ID)
				}
			}
		})
	}
}

func onlyConsent(r *Rule) bool {
	return len(r.Stages) == 1 && r.Stages[0].Action == RenewConsent
}

const small = `schema: recense/policy
version: 1
id: local
extends: mutuelle
`

func TestExtends(t *testing.T) {
	tax := load(t)
	base, err := LoadPolicy("mutuelle", tax)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadPolicy("local.yaml", []byte(small+`
processings:
  - {ref: MUT-CONTRAT, categories: [identity, nir, benefits, health, contract, beneficiaries], categories_exhaustive: true, legal_basis: [contract]}
  - {ref: LOC-1, categories: [survey], legal_basis: [consent]}
retention_rules:
  - {id: mut-prospection, stages: [{action: destroy, after: P18M}], approximation: [{basis: modified_at, certainty: possible}]}
nir: {allowed_processings: [LOC-1]}
`), tax)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Processings) != len(base.Processings)+1 || !p.Processing("MUT-CONTRAT").Exhaustive || p.Processing("LOC-1") == nil {
		t.Errorf("processings: %d, base %d", len(p.Processings), len(base.Processings))
	}
	if s, _ := p.Rule("mut-prospection").Limit(); s.After != (Period{Months: 18}) {
		t.Errorf("overridden rule: %v", s)
	}
	if !slices.Equal(p.NIR.Allowed, Texts{"LOC-1"}) || !slices.Equal(p.Locations.Allowed, base.Locations.Allowed) {
		t.Errorf("sections: nir %v, locations %v", p.NIR.Allowed, p.Locations.Allowed)
	}
	if p.SHA256 == base.SHA256 {
		t.Error("the digest does not tell the two apart")
	}
}

func TestPolicyProblems(t *testing.T) {
	tax := load(t)
	tests := []struct{ name, text, want string }{
		{"not YAML", "a: [", "p.yaml:1: not valid YAML"},
		{"a list", "- a\n", "p.yaml:1: expected fields and values"},
		{"another schema", "schema: recense/register\nversion: 1\n", "p.yaml:1: schema: expected recense/policy"},
		{"unknown field", small + "procesings: []\n", `p.yaml:5: procesings: unknown field; did you mean "processings"?`},
		{"unknown field of an entry", small + "processings:\n  - ref: A\n    categorie: [nir]\n", `p.yaml:7: processings[0].categorie: unknown field; did you mean "categories"?`},
		{"text for a list", small + "processings: none\n", "p.yaml:5: processings: expected a list"},
		{"text for a boolean", small + "processings:\n  - {ref: A, medical_perimeter: oui}\n", "p.yaml:6: processings[0].medical_perimeter: expected true or false"},
		{"unknown base", "schema: recense/policy\nversion: 1\nid: x\nextends: aucune\n", "p.yaml:4: extends: no such embedded policy"},
		{"unknown category", small + "processings:\n  - {ref: A, categories: [identité]}\n", `p.yaml:6: processings[0].categories: "identité" is no category of the taxonomy; did you mean "identity"?`},
		{"unknown rule", small + "processings:\n  - {ref: A, retention: [x]}\n", "p.yaml:6: processings[0].retention: names a retention rule"},
		{"twice", small + "processings:\n  - {ref: A}\n  - {ref: A}\n", ""},
		{"wrong duration", small + "retention_rules:\n  - id: r\n    stages:\n      - {action: destroy, after: 5 ans}\n", `p.yaml:8: retention_rules[0].stages[0].after: "5 ans" is not an ISO 8601 duration`},
		{"unknown action", small + "retention_rules:\n  - {id: r, stages: [{action: burn, after: P1Y}]}\n", `p.yaml:6: retention_rules[0].stages[0].action: "burn" is none of`},
		{"no duration", small + "retention_rules:\n  - {id: r}\n", "p.yaml:6: retention_rules[0]: expected stages"},
		{"column without names", small + "retention_rules:\n  - {id: r, duration: not stated, approximation: [{basis: column, certainty: certain}]}\n", "names go with the basis column"},
		{"rule beyond its processing", small + "retention_rules:\n  - {id: r, processings: [MUT-WEB], categories: [nir], duration: not stated}\n", "processing MUT-WEB declares no category nir"},
		{"region", small + "locations: {allowed_regions: [Europe]}\n", `"Europe" is neither a region`},
		{"NIR of nobody", small + "nir: {allowed_processings: [NONE]}\n", "p.yaml:5: nir.allowed_processings: names a processing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadPolicy("p.yaml", []byte(tt.text), tax)
			if tt.want == "" {
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Every problem of a file is told at once, in the order of its lines.
func TestProblemsTogether(t *testing.T) {
	_, err := ReadPolicy("p.yaml", []byte(small+"nir: {allowed_processings: [NONE]}\nprocessings:\n  - {ref: A, categories: [x]}\n  - {ref: B, legal_basis: [y]}\n"), load(t))
	ps, ok := err.(yamldoc.Problems)
	if !ok || len(ps) != 3 || !slices.IsSortedFunc(ps, func(a, b yamldoc.Problem) int { return a.Line - b.Line }) {
		t.Errorf("problems: %v", err)
	}
}

// Every event of the embedded policies has French words.
func TestEventsHaveWords(t *testing.T) {
	for _, id := range PolicyIDs() {
		p, err := LoadPolicy(id, load(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules {
			for _, e := range []string{r.StartEvent, r.AssumedStart} {
				if e != "" && e != NotStated && eventWords[e] == "" {
					t.Errorf("%s, rule %s: no French words for %q", id, r.ID, e)
				}
			}
		}
	}
}
