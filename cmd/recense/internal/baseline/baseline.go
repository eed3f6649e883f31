// Package baseline reads the list of findings that somebody has accepted: who, why and
// until when. A finding is a kind of data at a location, named by its keyed identifier,
// so that the list names nobody and survives lines that move. One that was accepted up
// to so many matches is new again when there are more.
package baseline

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"recense/report/yamldoc"
)

// Entry is an accepted finding.
type Entry struct {
	ID       string `yaml:"id"`       // 32 hexadecimal digits, inventory.AlertID
	Source   string `yaml:"source"`   // id
	Detector string `yaml:"detector"` // for readers
	Category string `yaml:"category"` // for readers
	Matches  int64  `yaml:"matches,omitempty"`
	By       string `yaml:"by"`
	Reason   string `yaml:"reason"`
	Until    string `yaml:"until"` // last day, 2027-06-30
}

// End returns the last day of an entry.
func (e *Entry) End() time.Time {
	t, _ := time.Parse(time.DateOnly, e.Until) // checked by Parse
	return t
}

// File is the form of the list.
type File struct {
	Accepted []Entry `yaml:"accepted"`
}

// maxEntries bounds a list.
const maxEntries = 100_000

// Parse reads a list and checks it whole. Errors are yamldoc.Problems.
func Parse(name string, text []byte) (*File, error) {
	f := &File{}
	d, err := yamldoc.Read(name, text, f)
	if err != nil {
		return nil, err
	}
	if len(f.Accepted) > maxEntries {
		d.Wrong(fmt.Sprintf("more than %d entries", maxEntries), "accepted")
		return nil, d.Err()
	}
	d.Unique("accepted", "id", len(f.Accepted), func(i int) string { return f.Accepted[i].ID })
	for i := range f.Accepted {
		e := &f.Accepted[i]
		e.ID = strings.ToLower(e.ID)
		if b, err := hex.DecodeString(e.ID); err != nil || len(b) != 16 {
			d.Wrong("expected 32 hexadecimal digits", "accepted", i, "id")
		}
		for _, needed := range []struct{ name, value string }{{"by", e.By}, {"reason", e.Reason}, {"source", e.Source}} {
			if strings.TrimSpace(needed.value) == "" {
				d.Wrong("is needed", "accepted", i, needed.name)
			}
		}
		if _, err := time.Parse(time.DateOnly, e.Until); err != nil {
			d.Wrong("expected a date such as 2027-06-30", "accepted", i, "until")
		}
		if e.Matches < 0 {
			d.Wrong("expected a number above zero", "accepted", i, "matches")
		}
	}
	return f, d.Err()
}

// Accept adds entries; one replaces that of its id.
func (f *File) Accept(entries []Entry) {
	ids := map[string]bool{}
	for i := range entries {
		ids[entries[i].ID] = true
	}
	f.Accepted = append(slices.DeleteFunc(f.Accepted, func(e Entry) bool { return ids[e.ID] }), entries...)
}

// YAML writes the list, sorted by source and id.
func (f *File) YAML() ([]byte, error) {
	slices.SortStableFunc(f.Accepted, func(a, b Entry) int {
		return strings.Compare(a.Source+"\x00"+a.ID, b.Source+"\x00"+b.ID)
	})
	return yaml.Marshal(f)
}

// Soon is how long before its end an entry is announced.
const Soon = 30 * 24 * time.Hour

// Baseline holds the findings of a run against a list. It is for one goroutine, but for Find.
type Baseline struct {
	byID map[string]*Entry
	used map[string]bool
	list []Entry
	day  time.Time // of the run, civil
}

// New returns the list as it stands on a day.
func New(f *File, day time.Time) *Baseline {
	b := &Baseline{byID: map[string]*Entry{}, used: map[string]bool{}, list: f.Accepted,
		day: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)}
	for i := range f.Accepted {
		b.byID[f.Accepted[i].ID] = &f.Accepted[i]
	}
	return b
}

// Accepted returns the entry that accepts a finding, nil when none does: it is not in
// the list, there are more matches than were accepted, or the entry has ended.
func (b *Baseline) Accepted(id [16]byte, matches int64) *Entry {
	if e := b.byID[hex.EncodeToString(id[:])]; e != nil {
		b.used[e.ID] = true
	}
	return b.Find(id, matches)
}

// Find is Accepted for any goroutine: it does not count for Unused.
func (b *Baseline) Find(id [16]byte, matches int64) *Entry {
	e := b.byID[hex.EncodeToString(id[:])]
	if e == nil || e.Matches > 0 && matches > e.Matches || b.ended(e) {
		return nil
	}
	return e
}

func (b *Baseline) ended(e *Entry) bool { return b.day.After(e.End()) }

// Ended, Expiring and Unused list the entries of the sources named that have ended,
// that end within Soon, and that no finding asked for.
func (b *Baseline) Ended(sources []string) []Entry {
	return b.of(sources, b.ended)
}

// Expiring lists the entries that end within Soon.
func (b *Baseline) Expiring(sources []string) []Entry {
	return b.of(sources, func(e *Entry) bool { return !b.ended(e) && e.End().Sub(b.day) < Soon })
}

// Unused lists the entries that no finding asked for.
func (b *Baseline) Unused(sources []string) []Entry {
	return b.of(sources, func(e *Entry) bool { return !b.used[e.ID] })
}

func (b *Baseline) of(sources []string, want func(*Entry) bool) (list []Entry) {
	for i := range b.list {
		if e := &b.list[i]; slices.Contains(sources, e.Source) && want(e) {
			list = append(list, *e)
		}
	}
	return list
}
