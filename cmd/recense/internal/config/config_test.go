package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"recense/detectors"
)

var known = Known{Formats: []string{"arrow", "xlsx", "html", "jsonl"}}

func TestParse(t *testing.T) {
	detector := "detectors:\n  - {kind: sinistre, title: x, pattern: 'SIN/[0-9]{6}', category: member_number}\n"
	nightly := "sources: [{name: a, target: b}]\nschedules:\n  - {name: n, sources: [a], cron: '30 21 * * *'}\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"a source", "sources:\n  - {name: commun, target: partage, include: '*.csv'}\nlimits: {memory_mib: 256}\n", ""},
		{"a detector", detector, ""},
		{"a schedule", nightly, ""},
		{"a schedule of no source", nightly + "  - {name: b, sources: [z], cron: '0 1 * * *'}\n", `schedules[1].sources: "z" is no source`},
		{"a bad cron", "sources: [{name: a, target: b}]\nschedules: [{name: n, sources: a, cron: '0 25 * * *'}]\n", "schedules[0].cron: expected the five fields"},
		{"a bad rate", "pace: {max_rate: fast}\n", "pace.max_rate: expected a rate"},
		{"a zone", "serve: {timezone: Europe/Pari}\n", "serve.timezone: unknown time zone"},
		{"a webhook in clear", "notify: {webhook: {url: 'http://h/x', secret: {env: S}}}\n", "notify.webhook.url: expected https"},
		{"a webhook with a password", "notify: {webhook: {url: 'https://u:p@h/x', secret: {env: S}}}\n", "notify.webhook.url: holds a password"},
		{"mail to nobody", "notify: {mail: {from: a@b.fr, to: []}}\n", "notify.mail.to: names nobody"},
		{"metrics for all", "serve: {metrics: '0.0.0.0:9464'}\n", "serve.metrics: expected an address of this machine alone"},
		{"unknown key", "sources:\n  - {name: a, target: b, tarjet: c}\n", "c.yaml:2: sources[0].tarjet: unknown field; did you mean \"target\"?"},
		{"unknown top key", "\norganization: {}\n", "c.yaml:2: organization: unknown field; did you mean \"organisation\"?"},
		{"no target", "sources:\n  - {name: a}\n", "c.yaml:2: sources[0].target: is needed"},
		{"twice", "sources:\n  - {name: a, target: b}\n  - {name: a, target: c}\n", "c.yaml:3: sources[1].name: \"a\" is used twice"},
		{"a name with a space", "sources: [{name: a b, target: c}]\n", "sources[0].name: expected up to 64 letters"},
		{"a password", "sources: [{name: a, target: 'postgres://u:SECRET@h/b'}]\n", "sources[0].target: holds a password"},
		{"two credentials", "sources: [{name: a, target: b, credentials: {env: X, file: y}}]\n", "credentials: expected one of"},
		{"below zero", "limits: {depth: -1}\n", "limits.depth: expected a number above zero"},
		{"many workers", "workers: 100000\n", "workers: expected 1 to 1024"},
		{"unknown format", "outputs:\n  formats: [arrow, pdf]\n", "c.yaml:2: outputs.formats[1]: \"pdf\" is none of arrow"},
		{"unknown language", "outputs: {lang: de}\n", "outputs.lang: \"de\" is none of fr, en"},
		{"a policy alone", "policy: mutuelle\n", "policy: goes with a register"},
		{"a wrong SIREN", "organisation:\n  siren: '732829321'\n", "c.yaml:2: organisation.siren[0]: not recognised as siren"},
		{"a wrong IBAN", "organisation:\n  iban:\n   - FR7699950012340001234567837\n   - FR7699950012340001234567838\n", "c.yaml:4: organisation.iban[1]: not recognised as iban"},
		{"no domain", "organisation: {domains: [contact@mutuelle.fr]}\n", "domains[0]: expected a domain"},
		{"an unsafe form", "organisation:\n  member_number:\n   - {pattern: '[A-Z]{9}'}\n", "c.yaml:3: organisation.member_number[0]: pattern \"[A-Z]{9}\": words would match"},
		{"an unknown check", "organisation: {member_number: [{pattern: 'M[0-9]{8}', check: mod98}]}\n", "none of the checks"},
		{"a kind that exists", strings.Replace(detector, "sinistre,", "nir,", 1), "detectors[0].kind: there is a kind \"nir\" already"},
		{"an unknown category", strings.Replace(detector, "member_number", "members_number", 1), "did you mean \"member_number\"?"},
		{"an unsafe detector", strings.Replace(detector, "SIN/", "", 1), "any number of that length"},
		{"the same pattern twice", detector + strings.Replace(strings.TrimPrefix(detector, "detectors:\n"), "sinistre", "sinistre_bis", 1), "c.yaml:3: detectors[1].pattern: ambiguous"},
		{"seventeen detectors", "detectors:\n" + strings.Repeat("  - {kind: x, title: x, pattern: 'SIN/[0-9]{6}', category: nir}\n", 17), "17 detectors, at most 16"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("c.yaml", []byte(tt.text), known)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Error("the error quotes the password")
			}
		})
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "recense.yaml")
	if _, err := Read(path, false, known); err != nil {
		t.Fatalf("a missing file that is not required: %v", err)
	}
	if _, err := Read(path, true, known); err == nil || !strings.Contains(err.Error(), "recense.yaml") {
		t.Fatalf("a missing file that is required: %v", err)
	}
	text := "sources:\n - {name: a, target: partage, credentials: {file: s}}\n - {name: b, target: postgres://u@h/b}\nregister: r.yaml\noutputs: {out: o}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(path, true, known)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Source("a")
	b, _ := c.Source("b")
	got := []string{a.Target, a.Credentials.File, b.Target, c.Register, c.Outputs.Out}
	want := []string{filepath.Join(dir, "partage"), filepath.Join(dir, "s"), "postgres://u@h/b", filepath.Join(dir, "r.yaml"), filepath.Join(dir, "o")}
	if !slices.Equal(got, want) {
		t.Errorf("paths %q, want %q", got, want)
	}
}

// uncommented is a template with all its examples set.
func uncommented(template []byte) []byte {
	template = regexp.MustCompile(`(?m)^##.*\n`).ReplaceAll(template, nil)
	return regexp.MustCompile(`(?m)^# `).ReplaceAll(template, nil)
}

// A template sets nothing; with its examples set it is right, and names every key.
func TestTemplates(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		c, err := Parse("t.yaml", Template(lang), known)
		if err != nil || !reflect.DeepEqual(c, Config{}) {
			t.Errorf("%s: %v, %+v", lang, err, c)
		}
		all, err := Parse("t.yaml", uncommented(Template(lang)), known)
		if err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		v := reflect.ValueOf(all)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s: %s is not shown", lang, v.Type().Field(i).Name)
			}
		}
	}
}

func TestDetection(t *testing.T) {
	c, err := Parse("t.yaml", uncommented(Template("fr")), known)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Detection()
	all, err := d.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(detectors.All())+1 || all[len(all)-1].Kind != "dossier_sinistre" {
		t.Errorf("%d detectors", len(all))
	}
	tax, err := d.Taxonomy()
	if err != nil {
		t.Fatal(err)
	}
	if row := tax.Detector("dossier_sinistre"); row == nil || row.Category != "member_number" || row.Strength != detectors.Probable {
		t.Errorf("in the taxonomy: %+v", row)
	}
	b, err := json.Marshal(d)
	if err != nil || bytes.Contains(b, []byte("732829320")) {
		t.Errorf("the journal's form holds an identifier, or: %v", err)
	}
	var back Detection
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back.Custom, d.Custom) || !reflect.DeepEqual(back.Member, d.Member) {
		t.Errorf("read back: %v, %+v", err, back)
	}
}

// The schema has exactly the keys of the file, at every level.
func TestSchema(t *testing.T) {
	b, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	var set map[string]any
	if err := yaml.Unmarshal(uncommented(Template("en")), &set); err != nil {
		t.Fatal(err)
	}
	covered(t, "", s, set)
}

// covered looks for the schema of every value, and that required ones are there.
func covered(t *testing.T, at string, s map[string]any, value any) {
	switch v := value.(type) {
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for key, item := range v {
			p, ok := properties[key].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", at, key)
				continue
			}
			covered(t, at+"."+key, p, item)
		}
		required, _ := s["required"].([]any)
		for _, r := range required {
			if _, ok := v[r.(string)]; !ok {
				t.Errorf("%s.%s is required and not in the template", at, r)
			}
		}
	case []any:
		items, ok := s["items"].(map[string]any)
		if !ok && s["oneOf"] == nil {
			t.Errorf("%s is a list and not one in the schema", at)
		}
		for _, item := range v {
			if ok {
				covered(t, at+"[]", items, item)
			}
		}
	}
}

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("CANARY\n"), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private, public := write("private", 0o600), write("public", 0o644)
	env := func(name string) string {
		return map[string]string{"TOKEN": "CANARY", "CREDENTIALS_DIRECTORY": dir}[name]
	}
	none := func(string) string { return "" }
	tests := []struct {
		name   string
		c      Credentials
		getenv func(string) string
		want   string // part of the error; empty for none
	}{
		{"a file", Credentials{File: private}, none, ""},
		{"a file that others can read", Credentials{File: public}, none, "others than its owner"},
		{"no file", Credentials{File: filepath.Join(dir, "none")}, none, "no such file"},
		{"a variable", Credentials{Env: "TOKEN"}, env, ""},
		{"no variable", Credentials{Env: "TOKEN"}, none, "TOKEN is not set"},
		{"systemd", Credentials{Systemd: "public"}, env, ""},
		{"no systemd", Credentials{Systemd: "public"}, none, "CREDENTIALS_DIRECTORY is not set"},
		{"a program", Credentials{Command: Texts{"printf", "CANARY"}}, none, ""},
		{"a program that fails", Credentials{Command: Texts{"sh", "-c", "echo CANARY; echo CANARY >&2; exit 3"}}, none, "\"sh\" failed"},
		{"a program that says nothing", Credentials{Command: Texts{"true"}}, none, "empty"},
		{"a program that says too much", Credentials{Command: Texts{"head", "-c", "100000", "/dev/zero"}}, none, "more than 64 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.c.Secret(t.Context(), tt.getenv)
			switch {
			case tt.want == "" && (err != nil || got != "CANARY"):
				t.Errorf("got %q, %v", got, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "CANARY")):
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
