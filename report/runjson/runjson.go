// Package runjson writes run.json: what was run, with which parameters and
// versions, what it covered, which limits it reached, what a reader must know,
// how long it took and with which code it ended. It is the machine-readable
// counterpart of the sheets Synthèse and Couverture, and holds nothing of the
// findings.
package runjson

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"recense/report"
	"recense/report/words"
	"recense/scanner"
)

// FileName is the name of the document.
const FileName = "run.json"

// Writer writes run.json. It is written last, so that Input.Documents names the
// others.
var Writer = report.Writer{
	Name:  "run",
	Doc:   "Compte rendu de l'analyse / Record of the run\nrun.json: parameters, versions, coverage, limits, timings, exit codes.",
	Write: write,
}

type document struct {
	Schema        string             `json:"schema"`
	SchemaVersion int                `json:"schema_version"`
	ScanID        string             `json:"scan_id"`
	State         string             `json:"state"`
	StartedAt     *time.Time         `json:"started_at"`
	EndedAt       *time.Time         `json:"ended_at"`
	ToolVersion   string             `json:"tool_version"`
	Detectors     string             `json:"detectors_digest"`
	Taxonomy      string             `json:"taxonomy_sha256"`
	Policy        string             `json:"policy_sha256"`
	Register      string             `json:"register_sha256"`
	Audience      string             `json:"audience"`
	Targets       []target           `json:"targets"`
	Parameters    map[string]string  `json:"parameters"`
	Coverage      coverage           `json:"coverage"`
	Matches       int64              `json:"matches"`
	Own           int64              `json:"own_matches"`  // the organisation's own, left out
	Base          string             `json:"base_scan_id"` // of unchanged locations; empty when everything was read
	FullAt        *time.Time         `json:"everything_read_at,omitempty"`
	Gone          int64              `json:"locations_gone"` // since the base
	Shrunk        []string           `json:"sources_shrunk"`
	NotReached    []failure          `json:"sources_not_analysed"`
	Limits        []string           `json:"limits_reached"`
	Notes         []string           `json:"notes"`
	Reduced       int                `json:"reduced_percent,omitempty"` // less than the run before, when nothing can be taken for gone
	Timings       map[string]float64 `json:"timings_seconds"`
	ExitCode      int                `json:"exit_code"`
	ExitCodes     []int              `json:"exit_codes"`
	Documents     []string           `json:"documents"`
}

type target struct {
	Source string `json:"source_id"`
	Kind   string `json:"source_kind"`
	URI    string `json:"uri"`
}

type failure struct {
	Source string `json:"source_id"`
	Reason string `json:"reason"`
}

type coverage struct {
	LineFR      string           `json:"line_fr"`
	LineEN      string           `json:"line_en"`
	Discovered  int64            `json:"discovered"`
	Analysed    int64            `json:"analysed"`
	Unchanged   int64            `json:"unchanged"`
	Sampled     int64            `json:"sampled"`
	Excluded    int64            `json:"excluded"`
	Failed      int64            `json:"failed"`
	Holds       bool             `json:"equation_holds"`
	NotListable int64            `json:"not_listable"`
	Bytes       int64            `json:"bytes_read"`
	ByStatus    map[string]int64 `json:"by_status"`
	ByReason    map[string]int64 `json:"by_reason"`
	OutOfScope  []string         `json:"out_of_scope"`
}

func write(_ context.Context, dir string, in report.Input) ([]string, error) {
	err := report.Single(dir, FileName, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(documentOf(in))
	})
	if err != nil {
		return nil, fmt.Errorf("run.json: %w", err)
	}
	return []string{FileName}, nil
}

func documentOf(in report.Input) document {
	run := in.Inventory.Run()
	d := document{
		Schema: "recense/run", SchemaVersion: 1, ScanID: run.ID, State: run.State,
		StartedAt: instant(run.Started), EndedAt: instant(run.Ended),
		ToolVersion: run.Version, Detectors: run.Engine, Taxonomy: in.Inventory.Taxonomy().SHA256,
		Audience: in.Inventory.Audience().ID, Targets: []target{}, Parameters: orEmpty(run.Params),
		Coverage: coverageOf(&run), Matches: run.Matches, Own: run.Own, NotReached: []failure{},
		Base: run.Base, FullAt: instant(run.Full), Gone: run.Gone, Shrunk: list(run.Shrunk),
		Limits: list(run.Limits), Notes: list(run.Notes), Reduced: run.Reduced, Timings: orEmpty(run.Timings),
		ExitCode: run.ExitCode, ExitCodes: exitCodes(in, &run), Documents: list(in.Documents),
	}
	for _, t := range run.Targets {
		d.Targets = append(d.Targets, target(t))
	}
	for _, f := range run.Failures {
		d.NotReached = append(d.NotReached, failure{f.Source, string(f.Reason)})
	}
	return d
}

func coverageOf(run *scanner.Run) coverage {
	c := coverage{
		LineFR: words.CoverageLine("fr", run), LineEN: words.CoverageLine("en", run),
		NotListable: run.Coverage.NotListable, Bytes: run.Coverage.Bytes,
		ByStatus: orEmpty(run.Coverage.ByStatus), ByReason: orEmpty(run.Coverage.ByReason),
		OutOfScope: []string{"exchange", "sharepoint", "paper"},
	}
	c.Discovered, c.Analysed, c.Unchanged, c.Sampled, c.Excluded, c.Failed = run.Coverage.Terms()
	c.Holds = c.Discovered == c.Analysed+c.Unchanged+c.Sampled+c.Excluded+c.Failed
	return c
}

// exitCodes returns all that apply. What --fail-on asks is known to the command:
// without its answer, code 1 shows only where it is the one of the run.
func exitCodes(in report.Input, run *scanner.Run) []int {
	if in.ExitCodes != nil {
		return in.ExitCodes
	}
	return scanner.ExitCodes(run, run.ExitCode == scanner.ExitFound, false)
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC().Truncate(time.Millisecond)
	return &u
}

// list returns s, never nil: a missing list and an empty one read alike.
func list(s []string) []string { return append([]string{}, s...) }

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}
