package scanner

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestParseDay(t *testing.T) {
	tests := []struct {
		in     string
		digits bool
		want   string // empty: no date
	}{
		{"2026-11-22", false, "2026-11-22"},
		{"2026/11/22", false, "2026-11-22"},
		{"22/11/2026", false, "2026-11-22"},
		{"22.11.2026", false, "2026-11-22"},
		{"22-11-2026 10:30", false, "2026-11-22"},
		{"2026-11-22T10:30:00Z", false, "2026-11-22"},
		{"29/02/2024", false, "2024-02-29"},
		{"20261122", true, "2026-11-22"},
		{"22112026", true, "2026-11-22"},
		{in: "20261122"},
		{in: "29/02/2023"},
		{in: "31/04/2026"},
		{in: "22/11-2026"},
		{in: "22/13/2026"},
		{in: "2026-11-221"},
		{in: "1026-11-22"},
		{in: "22/11/26"},
		{in: "10.20.30.40"},
		{in: "date"},
		{in: "2026-1-2x"},
		{in: "99999999", digits: true},
		{in: ""},
	}
	for _, tt := range tests {
		day, ok := parseDay([]byte(tt.in), tt.digits)
		got := ""
		if ok {
			got = time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
		}
		if got != tt.want {
			t.Errorf("parseDay(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Every day of two centuries, against the standard library.
func TestCivilDay(t *testing.T) {
	for d := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() <= newestYear; d = d.AddDate(0, 0, 1) {
		y, m, day := d.Date()
		if got := civilDay(y, int(m), day); int64(got) != d.Unix()/86400 {
			t.Fatalf("%s: day %d, want %d", d.Format(time.DateOnly), got, d.Unix()/86400)
		}
	}
}

func TestDayCounter(t *testing.T) {
	var c dayCounter
	for i := range 100 {
		c.add(fmt.Appendf(nil, "%02d/06/2022", 1+i%3))
		if i%10 == 0 {
			c.add([]byte("inconnue"))
		}
	}
	d := c.finish()
	june := civilDay(2022, 6, 1)
	want := Days{june, june + 2, 100, []DayCount{{june, 34}, {june + 1, 33}, {june + 2, 33}}}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("days %+v, want %+v", d, want)
	}
	if n := d.After(june); n != 66 {
		t.Errorf("after the first: %d", n)
	}

	var text dayCounter
	for range 20 {
		text.add([]byte("du texte"))
	}
	text.add([]byte("01/06/2022"))
	if d := text.finish(); d.Total != 0 {
		t.Errorf("a column of text has dates: %+v", d)
	}
}

// Ranges merge in any order.
func TestDaysMerge(t *testing.T) {
	a := Days{1, 5, 3, []DayCount{{1, 1}, {5, 2}}}
	b := Days{2, 5, 4, []DayCount{{2, 3}, {5, 1}}}
	want := Days{1, 5, 7, []DayCount{{1, 1}, {2, 3}, {5, 3}}}
	x, y := a, b
	x.Counts, y.Counts = append([]DayCount(nil), a.Counts...), append([]DayCount(nil), b.Counts...)
	x.Merge(&b)
	y.Merge(&a)
	if !reflect.DeepEqual(x, want) || !reflect.DeepEqual(y, want) {
		t.Errorf("merged %+v and %+v, want %+v", x, y, want)
	}
	var none Days
	none.Merge(&a)
	x.Merge(&Days{})
	if !reflect.DeepEqual(none, a) || !reflect.DeepEqual(x, want) {
		t.Errorf("with nothing: %+v, %+v", none, x)
	}
}

// Days that wait to be counted are counted in their order, up to the capacity.
func TestDayWindow(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 1000, 40000} {
		var c dayCounter
		want := map[int32]int64{}
		first := civilDay(1950, 1, 1)
		for i := range n {
			day := first + int32(i*7919%20011)
			if _, ok := want[day]; ok || len(want) < maxDays {
				want[day]++
			}
			c.add([]byte(time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)))
		}
		d := c.finish()
		if d.Total != int64(n) || len(d.Counts) != len(want) {
			t.Fatalf("%d days: %d counted, %d different, want %d", n, d.Total, len(d.Counts), len(want))
		}
		for _, k := range d.Counts {
			if want[k.Day] != k.N {
				t.Fatalf("%d days: day %d is counted %d times, not %d", n, k.Day, k.N, want[k.Day])
			}
		}
	}
}
