package ocsf

import (
	"bytes"
	"encoding/json"
	"flag"
	"strings"
	"testing"

	"recense/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// required are the fields that the public schema requires, for every event, and for
// each class and the objects that are used.
var required = map[int][]string{
	0:            {"activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time", "metadata.version", "metadata.product.name"},
	classFinding: {"finding_info.uid", "finding_info.analytic.type_id"},
	classScan:    {"scan.type_id"},
}

func at(event map[string]any, path string) any {
	var v any = event
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

func TestEvents(t *testing.T) {
	for name, want := range map[string]map[float64]int{"alone.ndjson": {created: 7}, "later.ndjson": {created: 1, closed: 2}} {
		t.Run(name, func(t *testing.T) {
			got := reporttest.Document(t, &Writer, name == "later.ndjson")
			reporttest.Golden(t, name, got, *update)
			lines := bytes.Split(bytes.TrimRight(got, "\n"), []byte("\n"))
			findings, scans, uids := map[float64]int{}, []float64{}, map[string]bool{}
			for _, line := range lines {
				var e map[string]any
				if err := json.Unmarshal(line, &e); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				class, activity := e["class_uid"].(float64), e["activity_id"].(float64)
				for _, field := range append(required[0], required[int(class)]...) {
					if at(e, field) == nil {
						t.Errorf("%s is required: %s", field, line)
					}
				}
				if e["type_uid"] != class*100+activity || e["category_uid"] != float64(int(class)/1000) {
					t.Errorf("class %v, activity %v, type %v", class, activity, e["type_uid"])
				}
				if s := e["severity_id"].(float64); s < 1 || s > 5 {
					t.Errorf("severity_id %v", s)
				}
				if f := e["file"]; f != nil && (at(e, "file.name") == "" || at(e, "file.type_id") == nil) {
					t.Errorf("file %v", f)
				}
				if class == classScan {
					scans = append(scans, activity)
					continue
				}
				findings[activity]++
				uid := at(e, "finding_info.uid").(string)
				if uids[uid] {
					t.Errorf("two findings of uid %s", uid)
				}
				uids[uid] = true
			}
			if len(scans) != 2 || scans[0] != started || scans[1] != completed {
				t.Errorf("scan events %v", scans)
			}
			for activity, n := range want {
				if findings[activity] != n {
					t.Errorf("findings by activity %v, want %v", findings, want)
				}
			}
		})
	}
}
