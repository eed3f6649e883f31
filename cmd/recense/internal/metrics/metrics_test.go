package metrics

import (
	"bytes"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	var s Set
	s.Gauge("b_bytes", "bytes \\ read\nso far", 1.5, "source", "a\"b\\c\nd")
	s.Counter("a_total", "runs", 3, "job", "nuit", "code", "0")
	s.Counter("a_total", "runs", 12345678901, "job", "jour", "code", "3")
	const want = `# HELP a_total runs
# TYPE a_total counter
a_total{job="jour",code="3"} 12345678901
a_total{job="nuit",code="0"} 3
# HELP b_bytes bytes \\ read\nso far
# TYPE b_bytes gauge
b_bytes{source="a\"b\\c\nd"} 1.5
`
	var b bytes.Buffer
	if err := s.Write(&b); err != nil || b.String() != want {
		t.Fatalf("%v\n%s", err, b.String())
	}
	var again Set
	if err := again.Read(strings.NewReader(want)); err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if err := again.Write(&b); err != nil || b.String() != want {
		t.Errorf("read back: %v\n%s", err, b.String())
	}
	for _, bad := range []string{"a", "a b", strings.Repeat("a 1\n", maxLines+1)} {
		if err := new(Set).Read(strings.NewReader(bad)); err == nil {
			t.Errorf("%.20q was read", bad)
		}
	}
}
