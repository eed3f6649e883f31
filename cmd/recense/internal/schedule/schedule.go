// Package schedule reads cron expressions: when a scan is due, by the civil clock of a
// zone. The five fields are those of crontab(5); @daily, @weekly and the like too.
//
// On the night that loses an hour, an expression whose only time lies in it is not due
// that day; on the one that has an hour twice, it is due once.
package schedule

import (
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // where the system has none

	"github.com/robfig/cron/v3"
)

// Zone is the zone of schedules that name none.
const Zone = "Europe/Paris"

// Schedule says when something is due.
type Schedule struct {
	s    cron.Schedule
	zone *time.Location
}

// Parse reads an expression in a zone; an empty one is Zone.
func Parse(expression, zone string) (Schedule, error) {
	if zone == "" {
		zone = Zone
	}
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" || strings.ContainsAny(zone, " =") {
		return Schedule{}, errors.New("unknown time zone")
	}
	if strings.HasPrefix(expression, "TZ=") || strings.HasPrefix(expression, "CRON_TZ=") || strings.HasPrefix(expression, "@every") || strings.HasPrefix(expression, "@reboot") {
		return Schedule{}, errors.New("expected the five fields of crontab, or @daily")
	}
	s, err := cron.ParseStandard("CRON_TZ=" + zone + " " + expression)
	if err != nil {
		return Schedule{}, errors.New("expected the five fields of crontab: minute hour day month weekday")
	}
	if s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, errors.New("never due")
	}
	return Schedule{s, location}, nil
}

// Next returns the first time after t.
func (s Schedule) Next(t time.Time) time.Time {
	next := s.s.Next(t).In(s.zone)
	for s.second(next) {
		next = s.s.Next(next).In(s.zone)
	}
	return next
}

// second reports whether the clock shows the time of t for the second time that day.
func (s Schedule) second(t time.Time) bool {
	const clock = "2006-01-02 15:04"
	return t.Add(-time.Hour).Format(clock) == t.Format(clock)
}
