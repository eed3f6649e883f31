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
	"slices"
	"time"

	"recense/report"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
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
	NotReached    []failure          `json:"sources_not_analysed"`
	Limits        []string           `json:"limits_reached"`
	Notes         []string           `json:"notes"`
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
		Coverage: coverageOf(&run), NotReached: []failure{},
		Limits: list(run.Limits), Notes: list(run.Notes), Timings: orEmpty(run.Timings),
		ExitCode: run.ExitCode, ExitCodes: ExitCodes(&run), Documents: list(in.Documents),
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

// ExitCodes returns all the exit codes that apply to a run, in the order in
// which they are looked at: the first is that of the program. The code 1 depends
// on --fail-on and is there only when the run says so.
func ExitCodes(run *scanner.Run) []int {
	discovered, _, _, _, _, _ := run.Coverage.Terms()
	applies := map[int]bool{
		130: run.State == "interrupted",
		4:   run.State == "aborted",
		5:   len(run.Failures) > 0,
		2:   discovered == 0 && run.Coverage.NotListable == 0,
		3:   incomplete(&run.Coverage),
	}
	applies[run.ExitCode] = true
	var codes []int
	for _, c := range []int{130, 4, 5, 2, 1, 3} {
		if applies[c] {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		codes = []int{0}
	}
	return codes
}

// incomplete reports whether something that should have been read was not. What
// is excluded, special or of no supported format does not count here.
func incomplete(c *scanner.Coverage) bool {
	if c.NotListable > 0 {
		return true
	}
	for _, s := range []sources.Status{sources.Partial, sources.Filtered, sources.Encrypted, sources.Unreadable, sources.Failed} {
		if c.ByStatus[s.String()] > 0 {
			return true
		}
	}
	return false
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC().Truncate(time.Millisecond)
	return &u
}

// list returns s, never nil: a missing list and an empty one read alike.
func list(s []string) []string { return slices.Concat([]string{}, s) }

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}
