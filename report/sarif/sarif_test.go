package sarif

import (
	"encoding/json"
	"flag"
	"net/url"
	"testing"

	"recense/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

type file struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name  string `json:"name"`
				Rules []rule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Results []result `json:"results"`
	} `json:"runs"`
}

// The document has what the schema requires, its indices and URIs are right, and
// baselineState is there for all results or for none.
func TestGolden(t *testing.T) {
	for name, want := range map[string]map[string]int{"alone.sarif": {"": 7}, "later.sarif": {"unchanged": 2, "new": 1, "absent": 2}} {
		t.Run(name, func(t *testing.T) {
			got := reporttest.Document(t, &Writer, name == "later.sarif")
			reporttest.Golden(t, name, got, *update)
			var f file
			if err := json.Unmarshal(got, &f); err != nil {
				t.Fatal(err)
			}
			if f.Version != "2.1.0" || len(f.Runs) != 1 || f.Runs[0].Tool.Driver.Name == "" {
				t.Fatalf("version %q, %d runs", f.Version, len(f.Runs))
			}
			rules, states := f.Runs[0].Tool.Driver.Rules, map[string]int{}
			for _, r := range f.Runs[0].Results {
				states[r.State]++
				if r.Message.Text == "" || rules[r.Index].ID != r.Rule || len(r.Fingerprints) != 1 {
					t.Errorf("result %+v", r)
				}
				if u, err := url.Parse(r.Locations[0].Physical.Artifact.URI); err != nil || u.Scheme != "file" {
					t.Errorf("location %q: %v", r.Locations[0].Physical.Artifact.URI, err)
				}
			}
			for s, n := range want {
				if states[s] != n {
					t.Errorf("baselineStates %v, want %v", states, want)
				}
			}
		})
	}
}

func TestEncode(t *testing.T) {
	for in, want := range map[string]string{
		"file:///a b/[NIR].txt": "file:///a%20b/%5BNIR%5D.txt", "file:///é\x1b": "file:///%C3%A9%1B", "file:///a%20b": "file:///a%20b",
		"file:///50%": "file:///50%25", "pg://h/b?x=1": "pg://h/b?x=1",
	} {
		if got := encode(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
