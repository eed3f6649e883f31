package limits

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t testing.TB) *time.Location {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return paris
}

func TestTimetable(t *testing.T) {
	paris := zone(t)
	const m = 1 << 20
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04:05", s, paris)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	const nights = "Mon-Fri 08:00,5M 19:00,off"
	tests := []struct {
		name, table, at string
		rate            Rate
		next            string
	}{
		{"always", "5M", "2026-11-29 12:00:00", 5 * m, ""},
		{"as sizes are written", "5MiB", "2026-11-29 12:00:00", 5 * m, ""},
		{"no letter is K", "512", "2026-11-29 12:00:00", 512 << 10, ""},
		{"a fraction", "1.5M", "2026-11-29 12:00:00", 3 * m / 2, ""},
		{"office hours", nights, "2026-11-30 08:00:00", 5 * m, "2026-11-30 19:00:00"},
		{"before them", nights, "2026-11-30 07:59:59", 0, "2026-11-30 08:00:00"},
		{"evening", nights, "2026-11-30 19:00:00", 0, "2026-12-01 08:00:00"},
		{"week-end", nights, "2026-11-28 12:00:00", 0, "2026-11-30 08:00:00"},
		{"every day", "08:00,512k 12:00,10M 23:00,pause", "2026-11-29 03:00:00", Paused, "2026-11-29 08:00:00"},
		{"rclone's days", "Mon-00:00,512 Fri-23:59,10M Sat-10:00,1M Sun-20:00,off", "2026-11-29 19:59:00", 1 * m, "2026-11-29 20:00:00"},
		{"around the week-end", "Fri-Mon 22:00,1M Tue-Thu 22:00,2M", "2026-11-29 23:00:00", 1 * m, "2026-11-30 22:00:00"},
		{"summer time begins at two", "01:00,1M 04:00,off", "2027-03-28 01:30:00", 1 * m, "2027-03-28 04:00:00"},
		{"full names", "monday-friday 08:00,1B 09:00,off", "2026-11-30 08:30:00", 1, "2026-11-30 09:00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := ParseTimetable(tt.table)
			if err != nil {
				t.Fatal(err)
			}
			if got := table.At(at(tt.at)); got != tt.rate {
				t.Errorf("rate %d, want %d", got, tt.rate)
			}
			next, ok := table.Next(at(tt.at))
			if ok != (tt.next != "") || ok && !next.Equal(at(tt.next)) {
				t.Errorf("next change %v, want %q", next, tt.next)
			}
		})
	}
	for _, bad := range []string{"", "fast", "5X", "-1M", "NaN", "inf", "1e3M", "08:00", "8:00,5M", "24:00,5M", "08:00,", "Mon", "Mon 08:00,5M Tue", "iB", "5iB5",
		"Mun-Fri 08:00,5M", "08:00,5M 08:00,6M", "10M:100k", "08:00,5M,3M", strings.Repeat("08:00,5M ", 400)} {
		if table, err := ParseTimetable(bad); err == nil {
			t.Errorf("%.40q was read as %v", bad, table)
		}
	}
}

// clock is a clock that sleeping moves.
type clock struct{ now time.Time }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return ctx.Err()
}

// Throughput keeps to the rate within a tenth, whatever the sizes of batches.
func TestRate(t *testing.T) {
	tests := []struct {
		name        string
		table       string
		perSecond   int
		files, size int64
		want        float64 // seconds
	}{
		{"small batches", "5M", 0, 1, 64 << 10, 200},
		{"batches of a task", "5M", 0, 128, 4 << 20, 200},
		{"files larger than the rate", "5M", 0, 1, 50 << 20, 200},
		{"files a second", "off", 100, 100, 4096, 2560},
		{"both", "5M", 100, 100, 4 << 20, 250},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := ParseTimetable(tt.table)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
			c := &clock{began}
			l := New(Options{Timetable: table, Zone: time.UTC, Files: tt.perSecond, Now: func() time.Time { return c.now }, Sleep: c.sleep})
			total := int64(1000 << 20)
			if tt.perSecond > 0 {
				total = tt.size * int64(tt.want) * int64(tt.perSecond) / tt.files
			}
			for n := int64(0); n < total; n += tt.size {
				if err := l.Wait(t.Context(), int(tt.files), tt.size); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Wait(t.Context(), 0, 0); err != nil { // the last one is paid too
				t.Fatal(err)
			}
			if got := c.now.Sub(began).Seconds(); math.Abs(got-tt.want) > tt.want/10 {
				t.Errorf("%.1f s, want %.0f", got, tt.want)
			}
		})
	}
}

// Hours of pause are waited out, a stop ends the wait, pressure slows.
func TestWaits(t *testing.T) {
	table, err := ParseTimetable("08:00,pause 19:00,off")
	if err != nil {
		t.Fatal(err)
	}
	paris := zone(t)
	c := &clock{time.Date(2026, 11, 30, 9, 0, 0, 0, paris)}
	var held []string
	o := Options{Timetable: table, Zone: paris, Now: func() time.Time { return c.now }, Sleep: c.sleep,
		Held: func(why string, _ time.Duration) { held = append(held, why) }}
	if err := New(o).Wait(t.Context(), 1, 1); err != nil {
		t.Fatal(err)
	}
	if got := c.now.Format("15:04"); got != "19:00" || len(held) == 0 || held[0] != "paused" {
		t.Errorf("began at %s after %q", got, held)
	}
	c.now = time.Date(2026, 12, 1, 9, 0, 0, 0, paris)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := New(o).Wait(ctx, 1, 1); err == nil {
		t.Error("a stop does not end a pause")
	}
	held, c.now = nil, time.Date(2026, 12, 1, 20, 0, 0, 0, paris)
	o.Pressure, o.Stalled = 40, func() float64 {
		return pressureOf("some avg10=55.20 avg60=1.00 avg300=0.00 total=1\nfull avg10=0.00\n")
	}
	if err := New(o).Wait(t.Context(), 1, 1); err != nil || len(held) != 1 || held[0] != "pressure" {
		t.Errorf("under pressure: %v, %q", err, held)
	}
}

func FuzzTimetable(f *testing.F) {
	for _, s := range []string{"5M", "Mon-Fri 08:00,5M 19:00,off", "Sat-10:00,1M", "0", "pause"} {
		f.Add(s)
	}
	at := time.Date(2026, 11, 29, 12, 34, 56, 0, zone(f))
	f.Fuzz(func(t *testing.T, s string) {
		table, err := ParseTimetable(s)
		if err != nil {
			return
		}
		if r := table.At(at); r < Paused {
			t.Errorf("%q: rate %d", s, r)
		}
		if next, ok := table.Next(at); ok && (!next.After(at) || next.Sub(at) > 8*24*time.Hour) {
			t.Errorf("%q: next %v", s, next)
		}
	})
}
