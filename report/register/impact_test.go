package register

import (
	"strings"
	"testing"

	"recense/report/taxonomy"
)

func load(t testing.TB) *taxonomy.Taxonomy {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func TestImpact(t *testing.T) {
	tax := load(t)
	tests := []struct {
		name       string
		categories string
		facts      Facts
		want       string // level, empty: not assessed
		rules      string
	}{
		// The worked example (domain/register.md G).
		{"F1 claims of insured persons", "bank_details benefits health identity nir", Facts{Access: "group", Persons: 991}, "critique", "C1 C5 I1 I2"},
		{"F2 prospects", "contact identity nir", Facts{Access: "group", Persons: 5000}, "important", "X3"},
		{"F3 sick leave, all accounts", "identity medical nir", Facts{Access: "everyone_authenticated", Persons: 1}, "critique", "C1 C2 C3 I1 X1"},
		{"F4 a recording", "voice", Facts{Access: "group"}, "modere", ""},
		{"F5 codes without any person", "health", Facts{Access: "group"}, "faible", "D1"},
		{"F6 encrypted", "", Facts{Encrypted: true, Unread: true}, "", "D2"},
		{"F6 encrypted as declared", "", Facts{Encrypted: true, Unread: true, EncryptionDeclared: true, KeyElsewhere: true}, "inexistant", "D7"},
		{"F6 declared, key beside", "", Facts{Encrypted: true, Unread: true, EncryptionDeclared: true}, "", "D2"},

		{"nothing asserted", "", Facts{Access: "world"}, "inexistant", ""},
		{"not read", "", Facts{Unread: true}, "", ""},
		{"a name", "identity", Facts{Persons: 1}, "faible", ""},
		{"name, address and birth date", "identity contact", Facts{Kinds: []string{"birth_date"}}, "modere", "M2"},
		{"three that identify indirectly", "beneficiaries personal_life professional", Facts{}, "faible", "M3 D1"},
		{"the path identifies", "health", Facts{PathIdentifies: true}, "modere", ""},
		{"medical, nobody identified", "medical", Facts{}, "modere", "D4"},
		{"credentials in the open", "credentials", Facts{Access: "world"}, "critique", "X1"},
		{"credentials of someone", "credentials identity", Facts{Access: "private"}, "important", "I3"},
		{"fraud list", "fraud identity", Facts{}, "important", "I4"},
		{"identity document and bank details", "identity_document bank_details", Facts{}, "critique", "C4 I2"},
		{"anonymised", "health benefits", Facts{DeclaredState: "anonymised"}, "inexistant", "D1 D3"},
		{"pseudonymised health", "health", Facts{DeclaredState: "pseudonymised", PathIdentifies: true}, "modere", "D5"},
		{"pseudonymised contract", "contract bank_details", Facts{DeclaredState: "pseudonymised", PathIdentifies: true}, "faible", "D6"},
		{"a NIR in pseudonymised data lowers nothing", "nir health", Facts{DeclaredState: "pseudonymised"}, "important", "I1"},
		{"refused country", "identity", Facts{CountryRefused: true}, "modere", "X2"},
		{"two modifiers add one rank", "nir", Facts{CountryRefused: true, Access: "world"}, "critique", "X1 X2"},
		{"a thousand names", "identity", Facts{Persons: 1000}, "modere", "X3"},
		{"one less", "identity", Facts{Persons: 999}, "faible", ""},
		{"first tier stops at important", "nir", Facts{Persons: 99_999}, "important", "X3"},
		{"second tier", "nir", Facts{Persons: 100_000}, "critique", "X3"},
		{"minors", "nir", Facts{Minors: 1}, "critique", "X4"},
		{"minors' names only", "identity", Facts{Minors: 12}, "faible", ""},
		{"protected adults", "nir", Facts{Subjects: []string{"member", "protected_adult"}}, "critique", "X4"},
		{"no modifier below faible", "health", Facts{DeclaredState: "anonymised", Access: "world"}, "inexistant", "D1 D3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.facts
			f.Categories = strings.Fields(tt.categories)
			rank, rules := Impact(tax, &f)
			got := ""
			if rank >= 0 {
				got = tax.LevelAt(rank).ID
			}
			if got != tt.want || strings.Join(rules, " ") != tt.rules {
				t.Errorf("impact %q by %q, want %q by %q", got, strings.Join(rules, " "), tt.want, tt.rules)
			}
		})
	}
}
