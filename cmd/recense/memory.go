package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources"
)

// memory is what earlier runs know of the verdicts of this one.
type memory struct {
	journal *journal.Journal
	run     scanner.Run
	gaps    map[string]int64 // of the run, by priority and severity, once they are remembered
}

// recall lets the reconciler ask for the state of verdicts in earlier runs.
func recall(jr *journal.Journal, run scanner.Run, r *register.Reconciler) error {
	v, err := jr.Verdicts()
	if err != nil {
		return err
	}
	known, err := v.Known(run.ID)
	if err != nil || !known {
		v.Close()
		return err
	}
	// The connection lives as long as the inventory: until the program ends.
	r.Previous = func(id [16]byte) (register.Earlier, bool) {
		found, ok, err := v.Find(id)
		if err != nil || !ok || found.FirstRun >= run.ID {
			return register.Earlier{}, false
		}
		return register.Earlier{First: found.First, Reopened: found.Reopened == run.ID || found.Resolved != "" && found.Resolved < run.ID}, true
	}
	return nil
}

// enter remembers the verdicts of a complete run, as the general audience reads
// them, and has the inventory tell those that are no longer given.
func (m *memory) enter(ctx context.Context, inv *inventory.Inventory) error {
	if inv.Audience().ID == taxonomy.General && m.run.State == scanner.Complete {
		if err := m.remember(ctx, inv); err != nil {
			return err
		}
	}
	reg := inv.Register()
	rest := reg.Rest
	reg.Rest = func() []inventory.Verdict {
		out := rest()
		v, err := m.journal.Verdicts()
		if err != nil {
			return out
		}
		defer v.Close()
		_ = v.Missing(m.run.ID, func(old *journal.Verdict) { out = append(out, missing(old, m.run)) })
		return out
	}
	return nil
}

func (m *memory) remember(ctx context.Context, inv *inventory.Inventory) error {
	r, ok, err := m.journal.Remember(m.run)
	if err != nil || !ok {
		return err
	}
	defer r.Close()
	m.gaps = map[string]int64{}
	for p := 1; p <= 4; p++ {
		m.gaps["priority:"+strconv.Itoa(p)] = 0
	}
	for i := range inv.Taxonomy().Scale.Levels {
		m.gaps["severity:"+inv.Taxonomy().Scale.Levels[i].ID] = 0
	}
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		whole := l.Status == sources.Scanned || l.Status == sources.Unchanged
		if err := r.Location(l.ID, whole); err != nil {
			return err
		}
		for i := range l.Verdicts {
			if err := rememberOne(r, &l.Verdicts[i], l.Source); err != nil {
				return err
			}
			m.count(&l.Verdicts[i])
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range inv.Register().Rest() {
		if err := r.Location(v.Location, true); err != nil {
			return err
		}
		if err := rememberOne(r, &v, ""); err != nil {
			return err
		}
		m.count(&v)
	}
	gone, err := m.gone()
	if err != nil {
		return err
	}
	return r.Commit(gone)
}

func (m *memory) count(v *inventory.Verdict) {
	if v.Status == register.Gap {
		m.gaps["priority:"+strconv.Itoa(int(v.Priority))]++
		m.gaps["severity:"+v.Severity]++
	}
}

// gapCounts is a line of gaps.jsonl in the state folder: how many gaps a run had, for
// the documents of the next one.
type gapCounts struct {
	Run  string           `json:"scan_id"`
	Gaps map[string]int64 `json:"gaps"`
}

func gapsFile(state string) string { return filepath.Join(state, "gaps.jsonl") }

func keepGaps(state, run string, gaps map[string]int64) error {
	return appendLine(gapsFile(state), gapCounts{run, gaps})
}

// forgetGaps takes the line of a run out.
func forgetGaps(state, run string) error {
	data, err := os.ReadFile(gapsFile(state))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileError("read", gapsFile(state), err)
	}
	var kept []byte
	for line := range bytes.Lines(data) {
		var g gapCounts
		if json.Unmarshal(line, &g) != nil || g.Run != run {
			kept = append(kept, line...)
		}
	}
	if len(kept) == len(data) {
		return nil
	}
	return replaceFile(gapsFile(state), kept)
}

// gapsOf returns the gaps of a run, empty when they were not kept.
func gapsOf(state, run string) map[string]int64 {
	data, err := os.ReadFile(gapsFile(state))
	if err != nil {
		return map[string]int64{}
	}
	for line := range bytes.Lines(data) {
		var g gapCounts
		if json.Unmarshal(line, &g) == nil && g.Run == run && g.Gaps != nil {
			return g.Gaps
		}
	}
	return map[string]int64{}
}

// rememberOne enters what people act on; what is in order is not remembered.
func rememberOne(r *journal.Remembering, v *inventory.Verdict, source string) error {
	if v.Status == register.OK {
		return nil
	}
	return r.Verdict(&journal.Verdict{ID: v.ID, Location: v.Location, Source: source, URI: v.URI, Category: v.Category, Kind: v.Kind, Rule: v.Rule})
}

// gone names the sources whose missing locations are gone.
func (m *memory) gone() ([]string, error) {
	runs, err := m.journal.Runs()
	if err != nil {
		return nil, err
	}
	earlier, ok := before(runs, m.run)
	if !ok {
		return nil, nil
	}
	return gone(m.run, earlier), nil
}

// missing is a verdict of an earlier run that this one did not give.
func missing(old *journal.Verdict, run scanner.Run) inventory.Verdict {
	v := inventory.Verdict{
		ID: old.ID, Location: old.Location, URI: old.URI, Category: old.Category, Kind: old.Kind, Rule: old.Rule, Status: register.Info,
		SeverityRank: inventory.Unknown, Priority: inventory.Unknown, DaysOver: inventory.Unknown, RecordsOver: inventory.Unknown, Count: inventory.Unknown,
		Certainty: register.Possible, State: "not_rescanned", FirstSeen: old.First,
		FR: "Non revérifié : l'emplacement n'a pas été relu en entier.", EN: "Not checked again: the location was not read in full.",
	}
	if old.Resolved == run.ID {
		v.State, v.FR, v.EN = "resolved", "Régularisé : le constat n'a plus lieu d'être.", "Settled: the finding no longer holds."
	}
	return v
}
