package register

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// stated is a policy as its file reads, by a reader of its own.
type stated struct {
	Processings []struct {
		Ref        string   `yaml:"ref"`
		Categories []string `yaml:"categories"`
		Also       []string `yaml:"also_stated"`
		Closed     bool     `yaml:"categories_exhaustive"`
		Perimeter  bool     `yaml:"medical_perimeter"`
		Retention  []string `yaml:"retention"`
	} `yaml:"processings"`
	Rules []struct {
		ID          string    `yaml:"id"`
		Processings []string  `yaml:"processings"`
		Categories  []string  `yaml:"categories"`
		Stages      []any     `yaml:"stages"`
		Duration    yaml.Node `yaml:"duration"`
	} `yaml:"retention_rules"`
	NIR struct {
		Allowed []string `yaml:"allowed_processings"`
		Unknown string   `yaml:"verdict_when_unknown"`
	} `yaml:"nir"`
	Health struct {
		Who     []string `yaml:"who_fr"`
		Unknown string   `yaml:"verdict_when_unknown"`
	} `yaml:"health_access"`
}

func statedIn(t *testing.T, id string) (s stated) {
	data, err := EmbeddedPolicy(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// expected are the verdicts that a location with these categories must have under the
// processing number i, worked out from the words of the specification (C.2, C.3).
func (s *stated) expected(i int, categories []string) []string {
	x := s.Processings[i]
	silentNIR := s.NIR.Allowed[0] == "not stated" && s.NIR.Unknown == "to_confirm"
	silentHealth := s.Health.Who[0] == "not stated" && s.Health.Unknown == "to_confirm"
	identified := false
	for _, c := range categories {
		switch c {
		case "identity", "contact", "member_number", "nir", "identity_document":
			identified = true
		}
	}
	missing := "to_confirm"
	if x.Closed {
		missing = "gap"
	}
	var out []string
	for _, c := range categories {
		declared := slices.Contains(x.Categories, c) || slices.Contains(x.Also, c)
		gap, replaced := false, false
		add := func(kind, status string) {
			out = append(out, c+" "+kind+" "+status)
			gap = gap || status == "gap"
		}
		if c == "nir" && !slices.Contains(s.NIR.Allowed, x.Ref) {
			replaced = true
			if silentNIR {
				add("nir_outside_allowed_purposes", "to_confirm")
			} else {
				add("nir_outside_allowed_purposes", "gap")
			}
		}
		if c == "medical" && !x.Perimeter {
			replaced = true
			if declared || silentHealth {
				add("medical_outside_perimeter", "to_confirm")
			} else {
				add("medical_outside_perimeter", "gap")
			}
		}
		if (c == "health" || c == "benefits") && identified && !declared {
			replaced = true
			add("health_undeclared", missing)
		}
		if c == "credentials" {
			add("cleartext_credentials", "gap")
		}
		switch {
		case declared && !gap:
			add("declared", "ok")
		case !declared && !replaced:
			add("undeclared_category", missing)
		}
	}
	kept := false
	for _, r := range s.Rules {
		kept = kept || len(r.Stages) > 0 && (slices.Contains(r.Processings, x.Ref) || slices.Contains(x.Retention, r.ID))
	}
	if !kept {
		status := "info"
		if slices.Contains(x.Categories, "aml") || slices.Contains(x.Also, "aml") {
			status = "to_confirm"
		}
		out = append(out, " retention_unknown "+status)
	}
	slices.Sort(out)
	return out
}

// Every purpose of the five policies by every category, alone and beside an identified
// person: the verdicts are those that the words of the policy and of the specification
// imply, no more and no fewer.
func TestPurposesByCategories(t *testing.T) {
	tax := load(t)
	for _, id := range PolicyIDs() {
		policy := statedIn(t, id)
		cells := 0
		for i, x := range policy.Processings {
			text := fmt.Sprintf("schema: recense/register\nversion: 1\npolicy: %s\nsources: [{id: s, kind: file_share, country: FR}]\nprocessings:\n  - {ref: T, policy_ref: %s, locations: [{source: s, path: \"/**\"}]}\n", id, x.Ref)
			reg, err := Read("r.yaml", []byte(text), tax, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range tax.Categories {
				for _, categories := range [][]string{{c.ID}, {"identity", c.ID}} {
					categories = slices.Compact(categories)
					r := NewReconciler(tax, reg, scanned)
					l := location("/a.csv", "group", 1)
					for _, c := range categories {
						l.Inventory = append(l.Inventory, row(c+" x verified"))
					}
					l.Source, l.Modified = "s", scanned
					r.Assess(l)
					var got []string
					for _, v := range l.Verdicts {
						got = append(got, v.Category+" "+v.Kind+" "+v.Status)
					}
					slices.Sort(got)
					if want := policy.expected(i, categories); !slices.Equal(got, want) {
						t.Errorf("%s × %v:\n%s\nwant:\n%s", x.Ref, categories, strings.Join(got, "\n"), strings.Join(want, "\n"))
					}
					cells++
				}
			}
		}
		t.Logf("%s: %d cells", id, cells)
		if cells < 200 {
			t.Errorf("%s: only %d cells", id, cells)
		}
	}
}

// Every category that a retention rule names is declared by its processings.
func TestRulesNameDeclaredCategories(t *testing.T) {
	for _, id := range PolicyIDs() {
		policy := statedIn(t, id)
		n := 0
		for _, r := range policy.Rules {
			for _, x := range policy.Processings {
				if !slices.Contains(r.Processings, x.Ref) && !slices.Contains(x.Retention, r.ID) || slices.Equal(x.Categories, []string{"not stated"}) {
					continue
				}
				for _, c := range r.Categories {
					n++
					if c != "not stated" && !slices.Contains(x.Categories, c) && !slices.Contains(x.Also, c) {
						t.Errorf("%s: rule %s names %s, which %s does not declare", id, r.ID, c, x.Ref)
					}
				}
			}
		}
		t.Logf("%s: %d categories of rules", id, n)
	}
}
