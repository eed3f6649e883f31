// Package limits holds a scan back: so many bytes and files a second, by the hour and
// the day of the week, with hours in which nothing is begun, and less while the
// machine is short of its disks. A scan is only ever held between two units, never
// within one.
package limits

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rate is in bytes a second; the zero value is no limit.
type Rate int64

// Paused is the rate of hours in which nothing is begun.
const Paused Rate = -1

// maxEntries bounds a timetable.
const maxEntries = 336

// Timetable says which rate holds when. Nil is no limit.
type Timetable []entry

type entry struct {
	at   int // minutes since Sunday 00:00
	rate Rate
}

const week = 7 * 24 * 60

// ParseTimetable reads the form of rclone's --bwlimit: one rate for always ("5M"),
// or changes "HH:MM,RATE" separated by spaces, each of which holds until the next.
// Changes are for every day, unless a day or a span of days stands before them
// ("Mon-Fri 08:00,5M 19:00,off", "Sat-10:00,1M"). A rate is a number with B, K, M, G or T,
// which are powers of 1,024 (K without a letter; KiB is the same), "off" for no limit or "pause".
func ParseTimetable(s string) (Timetable, error) {
	words := strings.Fields(s)
	if len(words) == 0 {
		return nil, errors.New("an empty timetable")
	}
	if len(words) == 1 && !strings.Contains(words[0], ",") {
		rate, err := parseRate(words[0])
		return Timetable{{0, rate}}, err
	}
	var t Timetable
	days, changes := everyDay, 0
	for _, word := range words {
		at, rate, ok := strings.Cut(word, ",")
		if !ok {
			var err error
			if days, err = parseDays(word); err != nil {
				return nil, err
			}
			changes = 0
			continue
		}
		of, minute, err := parseMoment(at, days)
		if err != nil {
			return nil, err
		}
		r, err := parseRate(rate)
		if err != nil {
			return nil, err
		}
		changes++
		for _, day := range of {
			t = append(t, entry{day*24*60 + minute, r})
		}
		if len(t) > maxEntries {
			return nil, fmt.Errorf("more than %d changes", maxEntries)
		}
	}
	if changes == 0 {
		return nil, errors.New("days without a time")
	}
	slices.SortStableFunc(t, func(a, b entry) int { return a.at - b.at })
	for i := 1; i < len(t); i++ {
		if t[i].at == t[i-1].at {
			return nil, errors.New("two rates from the same moment on")
		}
	}
	return t, nil
}

var (
	everyDay = []int{0, 1, 2, 3, 4, 5, 6}
	dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

func parseDay(s string) int {
	s = strings.ToLower(s)
	return slices.IndexFunc(dayNames, func(d string) bool {
		return s == d || len(s) > 3 && strings.HasPrefix(s, d) && strings.HasSuffix(s, "day")
	})
}

// parseDays reads "Mon" or "Mon-Fri", also around the end of the week.
func parseDays(s string) ([]int, error) {
	from, to, span := strings.Cut(s, "-")
	a, b := parseDay(from), parseDay(to)
	if !span {
		b = a
	}
	if a < 0 || b < 0 {
		return nil, errors.New("expected HH:MM,RATE, or days such as Mon or Mon-Fri")
	}
	days := []int{a}
	for d := a; d != b; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, nil
}

// parseMoment reads "08:00" or "Mon-08:00".
func parseMoment(s string, days []int) ([]int, int, error) {
	if name, rest, ok := strings.Cut(s, "-"); ok {
		day := parseDay(name)
		if day < 0 {
			return nil, 0, errors.New("unknown day")
		}
		days, s = []int{day}, rest
	}
	at, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return nil, 0, errors.New("expected a time such as 08:00")
	}
	return days, at.Hour()*60 + at.Minute(), nil
}

func parseRate(s string) (Rate, error) {
	switch strings.ToLower(s) {
	case "off", "0":
		return 0, nil
	case "pause":
		return Paused, nil
	}
	const units = "BKMGT"
	shift, digits := 10, s
	if n := len(s) - 2; n > 1 && strings.EqualFold(s[n:], "iB") {
		s, digits = s[:n], s[:n]
	}
	if n := len(s) - 1; n > 0 {
		if i := strings.IndexByte(units, s[n]&^0x20); i >= 0 {
			shift, digits = 10*i, s[:n]
		}
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(v > 0 && v < 1e6) || strings.ContainsAny(digits, "xXpPeE_+") {
		return 0, errors.New("expected a rate such as 512K, 5M, off or pause")
	}
	return max(1, Rate(v*float64(int64(1)<<shift))), nil
}

func minuteOf(t time.Time) int { return int(t.Weekday())*24*60 + t.Hour()*60 + t.Minute() }

// At returns the rate that holds at t, by the clock of t's zone.
func (t Timetable) At(at time.Time) Rate {
	if len(t) == 0 {
		return 0
	}
	now, rate := minuteOf(at), t[len(t)-1].rate // of the week before
	for _, e := range t {
		if e.at <= now {
			rate = e.rate
		}
	}
	return rate
}

// Next returns when the next change is, by the clock of t's zone; false when the rate
// never changes.
func (t Timetable) Next(at time.Time) (time.Time, bool) {
	if len(t) < 2 {
		return time.Time{}, false
	}
	now, wait := minuteOf(at), week
	for _, e := range t {
		if d := (e.at - now + week) % week; d > 0 {
			wait = min(wait, d)
		}
	}
	// A civil moment: on days with a change of the clock it is not so many minutes off.
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute()+wait, 0, 0, at.Location()), true
}
