package baseline

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"time"
)

const list = `accepted:
  - {id: 0123456789abcdef0123456789abcdef, source: rh, detector: nir, category: nir, matches: 10, by: DPO, reason: archive légale, until: 2026-12-10}
  - {id: FFffffffffffffffffffffffffffffff, source: rh, detector: iban, category: bank, by: RSSI, reason: test, until: 2027-12-31}
  - {id: "00000000000000000000000000000001", source: prod, detector: nir, category: nir, by: DPO, reason: x, until: 2026-01-31}
`

func id(t *testing.T, s string) (out [16]byte) {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	copy(out[:], b)
	return out
}

func TestBaseline(t *testing.T) {
	f, err := Parse("b.yaml", []byte(list))
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := id(t, "0123456789abcdef0123456789abcdef"), id(t, strings.Repeat("ff", 16)), id(t, strings.Repeat("00", 15)+"01")
	tests := []struct {
		name     string
		day      string
		id       [16]byte
		matches  int64
		accepted bool
	}{
		{"accepted", "2026-11-29", first, 10, true},
		{"more than were", "2026-11-29", first, 11, false},
		{"on its last day", "2026-12-10", first, 3, true},
		{"ended", "2026-12-11", first, 3, false},
		{"without a number", "2026-11-29", second, 1_000_000, true},
		{"not in the list", "2026-11-29", id(t, strings.Repeat("ab", 16)), 1, false},
		{"long ended", "2026-11-29", third, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			day, _ := time.Parse(time.DateOnly, tt.day)
			if got := New(f, day.Add(23*time.Hour)).Accepted(tt.id, tt.matches); (got != nil) != tt.accepted {
				t.Errorf("accepted by %+v", got)
			}
		})
	}
	b := New(f, time.Date(2026, 11, 29, 21, 30, 0, 0, time.UTC))
	b.Accepted(first, 1)
	all := []string{"rh", "prod"}
	for what, c := range map[string]struct {
		got  []Entry
		want string
	}{"ended": {b.Ended(all), "prod"}, "expiring": {b.Expiring(all), "rh"}, "unused": {b.Unused(all), "rh prod"}, "unused in rh": {b.Unused(all[:1]), "rh"}} {
		var names []string
		for _, e := range c.got {
			names = append(names, e.Source)
		}
		if strings.Join(names, " ") != c.want {
			t.Errorf("%s: %q, want %q", what, names, c.want)
		}
	}
	text, err := f.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("b.yaml", text)
	if err != nil || !reflect.DeepEqual(f, again) {
		t.Errorf("read back: %v\n%s", err, text)
	}
}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no reason":   {strings.Replace(list, ", reason: x", "", 1), "b.yaml:4: accepted[2]"},
		"no end":      {strings.Replace(list, "2026-12-10", "bientôt", 1), "b.yaml:2: accepted[0].until: expected a date"},
		"a bad id":    {strings.Replace(list, "0123456789abcdef0", "0123", 1), "accepted[0].id: expected 32 hexadecimal digits"},
		"unknown key": {strings.Replace(list, "reason: x", "raison: x", 1), "accepted[2]"},
	} {
		if _, err := Parse("b.yaml", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
