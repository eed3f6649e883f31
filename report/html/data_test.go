package html

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"recense/report"
	"recense/report/reporttest"
)

// The rows say what encoding/json says, and nothing of a name can end the element.
func TestData(t *testing.T) {
	p := newPage(report.Input{Inventory: compare(t, reporttest.Example())})
	for i, name := range append(payloads, "", "\x00\x1f\x7f\"\\/\b\f\n\r\t", "é😀\u2028\u2029\ufffd", "\xff\xc3(", "</SCRIPT ", "a\u0000b") {
		p.Locations = append(p.Locations, location{URI: name, Rank: i - 1, Persons: int64(i), Categories: make([]int, i%4), Access: name, Processings: name, Status: name})
		p.Gaps = append(p.Gaps, gap{Priority: i, Rank: -1, Finding: name, Category: name, URI: name, Processing: name, Persons: -1, Message: name})
	}
	var b bytes.Buffer
	if err := p.writeData(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if i := strings.IndexAny(text, "<>&\u2028\u2029"); i >= 0 || !utf8.ValidString(text) {
		t.Errorf("the data holds %q", text[max(i-10, 0):i+1])
	}
	for _, rows := range [][2]any{{"locations", p.Locations}, {"gaps", p.Gaps}} {
		var got map[string]any
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		marshalled, err := json.Marshal(rows[1])
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(marshalled, &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got[rows[0].(string)], want) {
			t.Errorf("%s: not what encoding/json writes", rows[0])
		}
	}
}

func FuzzString(f *testing.F) {
	for _, s := range payloads {
		f.Add(s)
	}
	f.Add("\xff\u2028<&>\x01\"\\")
	f.Fuzz(func(t *testing.T, s string) {
		marshalled, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		got := appendString(nil, s)
		var a, b string
		if json.Unmarshal(marshalled, &a) != nil || json.Unmarshal(got, &b) != nil || a != b || bytes.ContainsAny(got, "<>&\u2028\u2029") || !utf8.Valid(got) {
			t.Errorf("%q: %q, encoding/json %q", s, got, marshalled)
		}
	})
}
