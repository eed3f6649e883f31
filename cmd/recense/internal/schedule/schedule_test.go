package schedule

import (
	"testing"
	"time"
)

func TestNext(t *testing.T) {
	tests := []struct{ name, expression, zone, after, want string }{
		{"every night", "30 21 * * *", "", "2026-11-29T12:00:00Z", "2026-11-29T20:30:00Z"},
		{"in summer", "30 21 * * *", "", "2026-07-01T12:00:00Z", "2026-07-01T19:30:00Z"},
		{"working days", "0 22 * * Mon-Fri", "", "2026-11-27T22:00:00Z", "2026-11-30T21:00:00Z"},
		{"another zone", "0 22 * * *", "Indian/Reunion", "2026-11-29T12:00:00Z", "2026-11-29T18:00:00Z"},
		{"the hour that is lost", "30 2 * * *", "", "2027-03-27T12:00:00Z", "2027-03-29T00:30:00Z"},
		{"the hour that comes twice", "30 2 * * *", "", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"monthly", "@monthly", "", "2026-11-29T12:00:00Z", "2026-11-30T23:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse(tt.expression, tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			after, err := time.Parse(time.RFC3339, tt.after)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(after).UTC().Format(time.RFC3339); got != tt.want {
				t.Errorf("due at %s, want %s", got, tt.want)
			}
		})
	}
	for _, bad := range [][2]string{{"", ""}, {"* * *", ""}, {"61 * * * *", ""}, {"0 0 30 2 *", ""}, {"TZ=UTC 0 0 * * *", ""}, {"@every 1s", ""}, {"0 0 * * *", "Mars/Base"}, {"0 0 * * *", "Local"}} {
		if _, err := Parse(bad[0], bad[1]); err == nil {
			t.Errorf("%q in %q was read", bad[0], bad[1])
		}
	}
}
