package register

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// scanned is when the worked example was scanned: 22 November 2026.
var scanned = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func date(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// row is an asserted inventory row: "category detector strength".
func row(text string) inventory.InventoryRow {
	f := strings.Fields(text)
	strength := map[string]detectors.Strength{"verified": detectors.Verified, "probable": detectors.Probable, "possible": detectors.Possible}[f[2]]
	return inventory.InventoryRow{Category: f[0], Detector: f[1], Strength: strength, Asserted: len(f) < 4, Matches: 1}
}

func location(path, access string, persons int64, rows ...string) *inventory.Location {
	l := &inventory.Location{LocationRow: inventory.LocationRow{
		Source: "partage-commun", Path: path, URI: "smb://srv1/commun" + path, Access: access, Persons: persons, Minors: inventory.Unknown,
	}}
	copy(l.ID[:], path)
	for _, r := range rows {
		l.Inventory = append(l.Inventory, row(r))
	}
	return l
}

// files of the worked example.
func workedExample() []*inventory.Location {
	f1 := location("/prestations/2026/decompte_09.csv", "group", 991, "bank_details iban verified", "benefits reimbursement_terms probable",
		"health ccam probable", "identity person_name probable", "nir nir verified")
	f1.Groups = []string{"GG_PRESTATIONS"}
	f1.Dates = []inventory.DateColumn{{Name: "date_soins", Oldest: date("2026-09-01"), Newest: date("2026-09-30"), Days: []inventory.DayCount{{Day: date("2026-09-01"), Records: 1240}}}}
	f2 := location("/marketing/campagne_2022.xlsx", "group", 5000, "contact email verified", "contact phone_fr probable", "identity person_name probable", "nir nir verified")
	f2.Groups = []string{"GG_MARKETING"}
	f2.Dates = []inventory.DateColumn{{Name: "date_dernier_contact", Oldest: date("2021-01-12"), Newest: date("2022-06-30"),
		Days: []inventory.DayCount{{Day: date("2021-01-12"), Records: 2000}, {Day: date("2022-06-30"), Records: 3000}}}}
	f2.Lists = []inventory.ListHit{{List: "opposition-telephone", Persons: 12}}
	f3 := location("/temp/copie.zip!/arret.docx", "everyone_authenticated", 1, "identity person_name probable", "medical medical_terms probable", "nir nir verified")
	f4 := location("/appels/2026-03-02_0931.wav", "group", inventory.Unknown, "voice audio_media probable")
	f4.Groups = []string{"GG_QUALITE"}
	f5 := location("/etudes/actes_par_departement.csv", "group", inventory.Unknown, "health ccam probable")
	f6 := location("/medical/dossiers.7z", "group", inventory.Unknown)
	f6.Status, f6.Detail, f6.Groups = sources.Encrypted, sources.PasswordProtected, []string{"GG_MEDICAL"}
	return []*inventory.Location{f1, f2, f3, f4, f5, f6}
}

// verdictText is a verdict as the worked example prints it.
func verdictText(v inventory.Verdict) string {
	s := fmt.Sprintf("%s %s %s %s", or(v.Category, "-"), v.Kind, v.Status, or(v.Severity, "-"))
	if v.Priority > 0 {
		s += fmt.Sprint(" P", v.Priority)
	}
	if !v.Limit.IsZero() {
		s += fmt.Sprintf(" %s %s %s %d days %d records %s", v.Rule, v.Start.Format(time.DateOnly), v.Limit.Format(time.DateOnly), v.DaysOver, v.RecordsOver, v.Certainty)
	}
	return s
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// The worked example of domain/register.md G.
func TestWorkedExample(t *testing.T) {
	r := NewReconciler(load(t), readExample(t), scanned)
	files := workedExample()
	for _, l := range files {
		r.Observe(l)
	}
	want := []struct{ impact, rules, processings, verdicts string }{
		{"critique", "C1 C5 I1 I2", "T-01", `
bank_details declared ok -
benefits declared ok -
health declared ok -
identity declared ok -
nir declared ok -`},
		{"important", "X3", "T-03", `
identity declared ok -
- retention_exceeded gap important P2 mut-prospection 2022-06-30 2025-06-30 510 days 5000 records certain
nir nir_outside_allowed_purposes gap important P1
contact opposition_not_applied gap important P2`},
		{"critique", "C1 C2 C3 I1 X1", "", `
- undeclared_location gap critique P1
medical medical_outside_perimeter gap critique P2
nir nir_outside_allowed_purposes gap critique P1
- world_readable_sensitive gap critique P1`},
		{"modere", "", "T-04", `
voice retention_exceeded gap modere P4 mut-enregistrements 2026-03-02 2026-09-02 81 days -1 records probable`},
		{"faible", "D1", "", `
- undeclared_location gap faible P3`},
		{"", "D2", "T-02", `
- not_verified info modere`},
	}
	for i, l := range files {
		r.Assess(l)
		w := want[i]
		if l.Impact != w.impact || strings.Join(l.ImpactRules, " ") != w.rules || strings.Join(l.Processings, " ") != w.processings {
			t.Errorf("F%d: %q by %v, processings %v; want %q by %s, %s", i+1, l.Impact, l.ImpactRules, l.Processings, w.impact, w.rules, w.processings)
		}
		got := ""
		for _, v := range l.Verdicts {
			if v.State != "new" || v.FirstSeen != scanned || v.FR == "" || v.EN == "" || strings.Contains(v.FR+v.EN, "{") {
				t.Errorf("F%d: verdict %+v", i+1, v)
			}
			got += "\n" + verdictText(v)
		}
		if m := "Données médicales hors du périmètre couvert par le secret médical."; i == 2 && l.Verdicts[1].FR != m {
			t.Errorf("message of F3: %s", l.Verdicts[1].FR)
		}
		if got != w.verdicts {
			t.Errorf("F%d verdicts:%s\nwant:%s", i+1, got, w.verdicts)
		}
	}
}

// Variations of one location, each with what it changes.
func TestVerdicts(t *testing.T) {
	tests := []struct {
		name     string
		register string // replaces in the example: old=>new, one a line
		l        func() *inventory.Location
		want     string
	}{
		{"an open list has to be confirmed", "", func() *inventory.Location {
			return location("/medical/a.txt", "group", 1, "identity person_name probable", "fraud fraud_terms probable")
		}, "identity declared ok -\nfraud undeclared_category to_confirm important"},
		{"a closed list is a gap", "", func() *inventory.Location {
			return location("/appels/a.txt", "group", 1, "profile profile_terms probable")
		}, "profile undeclared_category gap faible P3"},
		{"health beside a person, not declared", "", func() *inventory.Location {
			return location("/appels/a.txt", "group", 1, "identity person_name probable", "health ccam probable")
		}, "identity undeclared_category gap important P3\nhealth health_undeclared gap important P3"},
		{"health beside a person, nowhere", "", func() *inventory.Location {
			return location("/x/a.txt", "group", 1, "identity person_name probable", "health ccam verified")
		}, "- undeclared_location gap important P2\nhealth health_undeclared gap important P2"},
		{"found and not asserted", "", func() *inventory.Location {
			return location("/appels/a.txt", "group", 0, "aml aml_terms possible no")
		}, "aml to_confirm to_confirm faible"},
		{"medical where it is declared without a perimeter", "categories: [{id: identity}, {id: nir}=>categories: [{id: identity}, {id: medical}, {id: nir}", func() *inventory.Location {
			return location("/prestations/a.txt", "group", 1, "medical medical_terms probable")
		}, "medical declared ok -\nmedical medical_outside_perimeter to_confirm important"},
		{"DSN of a legal obligation", "policy_ref: MUT-PROSPECTION=>policy_ref: MUT-LEGAL", func() *inventory.Location {
			l := location("/marketing/dsn.txt", "group", 1, "nir nir verified")
			l.Format = "dsn"
			return l
		}, "nir nir_outside_allowed_purposes to_confirm important"},
		{"credentials", "", func() *inventory.Location {
			return location("/appels/a.txt", "group", 1, "credentials secret probable")
		},
			"credentials undeclared_category gap important P3\ncredentials cleartext_credentials gap important P3"},
		{"a group that is not declared", "", func() *inventory.Location {
			l := location("/appels/a.wav", "group", 0, "voice audio_media probable")
			l.Groups = []string{"GG_QUALITE", "GG_TOUS"}
			return l
		}, "voice declared ok -\n- access_wider_than_declared to_confirm modere"},
		{"pseudonymised and not", "access_groups: [GG_QUALITE]=>declared_state: pseudonymised", func() *inventory.Location {
			return location("/appels/a.csv", "group", 1, "identity person_name probable", "voice audio_media probable")
		}, "voice declared ok -\nidentity undeclared_category gap modere P3\nidentity identified_in_pseudonymised gap important P3"},
		{"a copy of production", "environment: production=>environment: test", func() *inventory.Location {
			return location("/appels/a.wav", "group", 0, "voice audio_media probable")
		}, "voice declared ok -\n- production_data_outside_production to_confirm modere"},
		{"outside the allowed countries", "country: FR=>country: US", func() *inventory.Location {
			return location("/appels/a.wav", "group", 0, "voice audio_media probable")
		}, "voice declared ok -\n- location_outside_allowed to_confirm important"},
		{"with a safeguard it is only outside the preferred ones", "country: FR=>country: US\naccess_groups: [GG_QUALITE]=>transfers: [{recipient: X, country: US, safeguard: clauses types}]", func() *inventory.Location {
			return location("/appels/a.wav", "group", 0, "voice audio_media probable")
		}, "voice declared ok -\n- location_outside_preferred info faible"},
		{"hosted by a processor", "operator: internal=>operator: Hébergeur SA", func() *inventory.Location {
			return location("/prestations/a.csv", "group", 1, "benefits noemie verified")
		}, "benefits declared ok -\n- health_hosting_to_confirm to_confirm modere"},
		{"hosted by a certified one", "operator: internal=>operator: Hébergeur SA, hds_certified: true", func() *inventory.Location {
			return location("/prestations/a.csv", "group", 1, "benefits noemie verified")
		}, "benefits declared ok -"},
		{"not read, outside", "", func() *inventory.Location {
			l := location("/x/a.doc", "group", inventory.Unknown)
			l.Status, l.Detail = sources.Unsupported, sources.UnknownFormat
			return l
		}, "- not_verified info faible"},
		{"a backup", "", func() *inventory.Location {
			l := location("/x/a.bak", "group", inventory.Unknown)
			l.Status, l.Detail = sources.Unsupported, sources.BackupFile
			return l
		}, "- not_verified info modere"},
		{"excluded says nothing", "", func() *inventory.Location {
			l := location("/x/a.doc", "group", inventory.Unknown)
			l.Status = sources.Excluded
			return l
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := example
			for _, change := range strings.Split(tt.register, "\n") {
				if old, new, ok := strings.Cut(change, "=>"); ok {
					if !strings.Contains(text, old) {
						t.Fatalf("%q is not in the example", old)
					}
					text = strings.Replace(text, old, new, 1)
				}
			}
			reg, err := Read("r.yaml", []byte(text), load(t), "", nil)
			if err != nil {
				t.Fatal(err)
			}
			r := NewReconciler(load(t), reg, scanned)
			l := tt.l()
			r.Observe(l)
			r.Assess(l)
			var got []string
			for _, v := range l.Verdicts {
				if v.Kind == "retention_unknown" || v.Rule == "mut-contrat" {
					continue
				}
				got = append(got, verdictText(v))
			}
			if s := strings.Join(got, "\n"); s != tt.want {
				t.Errorf("verdicts:\n%s\nwant:\n%s", s, tt.want)
			}
		})
	}
}

func TestRest(t *testing.T) {
	text := strings.Replace(example, "country: FR, ", "", 1)
	text = strings.Replace(text, "processings:\n", "  - {id: base, kind: database, uri: \"postgres://srv/base\", country: FR}\nprocessings:\n", 1)
	text = strings.Replace(text, `locations: [{source: partage-commun, path: "/medical/**"}]`, `locations: [{source: base, path: "sante.dossiers"}]`, 1)
	reg, err := Read("r.yaml", []byte(text), load(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := NewReconciler(load(t), reg, scanned)
	for _, l := range workedExample() {
		r.Observe(l)
	}
	var got []string
	ids := map[[16]byte]bool{}
	for _, v := range r.Rest(func(s string) (id scanner.ID) { copy(id[:], s); return id }) {
		if ids[v.ID] {
			t.Errorf("two verdicts of one identifier: %s", verdictText(v))
		}
		ids[v.ID] = true
		got = append(got, v.URI+" "+v.Processing+" "+verdictText(v))
	}
	r.LastRead = func(source string) time.Time {
		if source == "base" {
			return time.Date(2026, 9, 30, 22, 30, 0, 0, time.UTC) // 1 October in Paris
		}
		return time.Time{}
	}
	told := false
	for _, v := range r.Rest(func(s string) (id scanner.ID) { return id }) {
		told = told || v.FR == "Source déclarée non analysée (dernière lecture : 01/10/2026)."
	}
	if !told {
		t.Error("when a source was last read is not told")
	}
	// T-01, T-03 and T-04 were found whole; nothing is said of T-02, whose source
	// was not read.
	want := `smb://srv1/commun  - country_unknown to_confirm faible
postgres://srv/base  - source_not_scanned info modere`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("rest:\n%s\nwant:\n%s", s, want)
	}
	// Without its recording, T-04 has what is declared and not found.
	r = NewReconciler(load(t), reg, scanned)
	files := workedExample()
	files[3].Inventory = nil
	for _, l := range files {
		r.Observe(l)
	}
	rest := r.Rest(func(s string) (id scanner.ID) { return id })
	if last := rest[len(rest)-1]; last.Kind != "declared_not_found" || last.Category != "voice" || last.Processing != "T-04" {
		t.Errorf("not found: %+v", last)
	}
	files[3].Status = sources.Partial
	r.Observe(files[3])
	rest = r.Rest(func(s string) (id scanner.ID) { return id })
	if last := rest[len(rest)-1]; last.Kind == "declared_not_found" {
		t.Error("said of a processing that was not read whole")
	}
}

// month is a policy of the shortest delay in months: 31 January ends on 28 or 29 February.
const month = `schema: recense/policy
version: 1
id: month
processings: [{ref: M, categories: [chat], retention: [m-1]}]
retention_rules:
  - id: m-1
    stages: [{action: destroy, after: P1M}]
    approximation: [{basis: column, names: [date_chat], certainty: certain}, {basis: file_name_date, certainty: probable}, {basis: modified_at, certainty: probable}]
`

// Every stage of every retention rule of the five profiles on both sides of its limit,
// to the day: nothing on the last day, a verdict on the next one. Among the starts are
// the ends of months, 29 February and a day of changing clocks.
func TestRetentionRules(t *testing.T) {
	tax := load(t)
	for _, id := range append(PolicyIDs(), "month.yaml") {
		policy, err := LoadPolicy(id, tax)
		if id == "month.yaml" {
			policy, err = ReadPolicy(id, []byte(month), tax)
		}
		if err != nil {
			t.Fatal(err)
		}
		policy.ID = id
		for i := range policy.Rules {
			rule := &policy.Rules[i]
			if len(rule.Stages) == 0 {
				continue
			}
			for _, begin := range []string{"2021-01-31", "2020-02-29", "2019-11-30", "2021-08-31", "2023-03-26", "2024-01-31"} {
				t.Run(id+"/"+rule.ID+"/"+begin, func(t *testing.T) { checkRule(t, policy, rule, date(begin)) })
			}
		}
	}
}

func checkRule(t *testing.T, policy *Policy, rule *Rule, begin time.Time) {
	tax := load(t)
	ref := ""
	for _, x := range policy.Processings {
		cited, _ := x.Retention.Stated()
		if ref == "" && (strings.Contains(" "+strings.Join(rule.Processings, " ")+" ", " "+x.Ref+" ") || strings.Contains(" "+strings.Join(cited, " ")+" ", " "+rule.ID+" ")) {
			ref = x.Ref
		}
	}
	if ref == "" {
		t.Fatal("no processing uses the rule")
	}
	category := "identity"
	if categories, some := rule.Categories.Stated(); some {
		category = categories[0]
	} else if declared := policy.Processing(ref).Declared(); len(declared) > 0 {
		category = declared[0]
	}
	term := "x"
	if len(rule.Scope) > 0 {
		term = rule.Scope[0]
	}
	text := fmt.Sprintf("schema: recense/register\nversion: 1\npolicy: %s\nsources: [{id: s, kind: file_share, country: FR}]\nprocessings:\n  - {ref: T, policy_ref: %s, locations: [{source: s, path: \"/**\"}]}\n", policy.ID, ref)
	reg, err := Read("r.yaml", []byte(text), tax, "", func(string) ([]byte, error) { return []byte(month), nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range rule.Stages {
		delay := stage.After.String()
		if stage.Action != RenewConsent && rule.Minimum != nil && longer(rule.Minimum.After.String(), delay) {
			delay = rule.Minimum.After.String()
		}
		checkStage(t, tax, reg, rule, stage.Action, category, term, begin, calendar(begin, delay))
	}
}

// calendar is the day on which a delay of years, months or days ends, counted by hand:
// a day that the month does not have is its last.
func calendar(begin time.Time, delay string) time.Time {
	var n int
	var unit string
	if _, err := fmt.Sscanf(delay, "P%d%s", &n, &unit); err != nil {
		panic(delay)
	}
	switch unit {
	case "D":
		for range n {
			begin = begin.Add(24 * time.Hour)
		}
		return begin
	case "Y":
		n *= 12
	case "M":
	default:
		panic(delay)
	}
	year, month, day := begin.Year(), int(begin.Month()), begin.Day()
	for range n {
		if month++; month == 13 {
			year, month = year+1, 1
		}
	}
	days := []int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if year%4 == 0 && year%100 != 0 || year%400 == 0 {
		days[2] = 29
	}
	return time.Date(year, time.Month(month), min(day, days[month]), 0, 0, 0, 0, time.UTC)
}

func longer(a, b string) bool {
	return calendar(date("2021-01-01"), a).After(calendar(date("2021-01-01"), b))
}

// checkStage looks at the last second of the last day, and at the midnight after it: in
// Paris, 23:00 UTC in winter, 22:00 in summer.
func checkStage(t *testing.T, tax *taxonomy.Taxonomy, reg *Register, rule *Rule, action string, category, term string, begin, limit time.Time) {
	for _, tt := range []struct {
		at   time.Time
		over bool
	}{
		{midnight(limit.AddDate(0, 0, 1)).Add(-time.Second), false},
		{midnight(limit.AddDate(0, 0, 1)), true},
	} {
		r := NewReconciler(tax, reg, tt.at)
		for _, base := range rule.Approximation {
			l := location("/"+term+"/a.csv", "group", 1, category+" x probable")
			l.Source = "s"
			switch base.Basis {
			case ByColumn:
				l.Dates = []inventory.DateColumn{{Name: base.Names[0], Oldest: begin, Newest: begin, Days: []inventory.DayCount{{Day: begin, Records: 7}}}}
			case ByFileName:
				l.Path = "/" + term + "/" + begin.Format("20060102") + ".csv"
			case ByModified:
				l.Modified = midnight(begin)
			}
			r.Assess(l)
			found := false
			for _, v := range l.Verdicts {
				if v.Rule != rule.ID || !v.Limit.Equal(limit) || (v.Kind == "consent_expired") != (action == RenewConsent) {
					continue
				}
				found = true
				if v.DaysOver != 1 || base.Basis == ByColumn && v.RecordsOver != 7 || !v.Start.Equal(begin) {
					t.Errorf("%s: start %s, limit %s, %d days, %d records", base.Basis, v.Start.Format(time.DateOnly), v.Limit.Format(time.DateOnly), v.DaysOver, v.RecordsOver)
				}
				if strings.HasPrefix(v.FR, "À verser en archivage intermédiaire") != (action == MoveOffSite) {
					t.Errorf("%s: %s", action, v.FR)
				}
			}
			if found != tt.over {
				t.Errorf("%s %s at %s, limit %s: over %t", action, base.Basis, tt.at, limit.Format(time.DateOnly), found)
			}
		}
	}
}

func midnight(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, paris)
}
