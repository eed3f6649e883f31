package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"recense/report/inventory"
	"recense/scanner"
	"recense/scanner/journal"
)

// answer is what a person said of the detections of one kind in one column: all that
// recense verify keeps. It is one line of verify.jsonl in the state folder.
type answer struct {
	Time     string `json:"time"`
	Account  string `json:"account"`
	Location string `json:"location_id"`
	Detector string `json:"detector"`
	Version  uint16 `json:"detector_version"`
	Element  string `json:"element"` // its name, masked
	Real     int64  `json:"real"`
	False    int64  `json:"false"`
	Unsure   int64  `json:"undecided"`
}

func answersFile(state string) string { return filepath.Join(state, "verify.jsonl") }

// keepAnswers appends answers to those of the state folder.
func keepAnswers(state string, answers []answer) error {
	path := answersFile(state)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fileError("open", path, err)
	}
	e := json.NewEncoder(f)
	for _, a := range answers {
		if err = e.Encode(a); err != nil {
			break
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

// checksOf returns the answers of a state folder, added up by location, detector,
// version and column, for the documents; nil where there are none. A line that cannot be
// read is left out: what somebody cut in half must not keep documents from being written.
func checksOf(state string) (map[string][]inventory.Check, error) {
	f, err := os.Open(answersFile(state))
	if errors.Is(err, fs.ErrNotExist) || state == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fileError("open", answersFile(state), err)
	}
	defer f.Close()
	out := map[string][]inventory.Check{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		var a answer
		if json.Unmarshal(in.Bytes(), &a) != nil || a.Location == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, a.Time)
		if err != nil {
			continue
		}
		out[a.Location] = addCheck(out[a.Location], &a, at)
	}
	if err := in.Err(); err != nil {
		return nil, fileError("read", answersFile(state), err)
	}
	return out, nil
}

func addCheck(list []inventory.Check, a *answer, at time.Time) []inventory.Check {
	for i := range list {
		if c := &list[i]; c.Detector == a.Detector && c.Version == a.Version && c.Element == a.Element {
			c.Real, c.False, c.Unsure, c.At, c.Account = c.Real+a.Real, c.False+a.False, c.Unsure+a.Unsure, at, a.Account
			return list
		}
	}
	return append(list, inventory.Check{Detector: a.Detector, Version: a.Version, Element: a.Element, Real: a.Real, False: a.False, Unsure: a.Unsure, At: at, Account: a.Account})
}

// forgetAnswers takes the answers out that are about locations which only this run has:
// answers name a location, and stay for the runs that have it as well. A run that cannot
// be read, of another version of the program, settles nothing.
func forgetAnswers(ctx context.Context, state string, jr *journal.Journal, run string, runs []scanner.Run) error {
	data, err := os.ReadFile(answersFile(state))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileError("read", answersFile(state), err)
	}
	var kept []byte
	own := map[string]bool{} // locations with answers: whether they go
	for line := range bytes.Lines(data) {
		var a answer
		if json.Unmarshal(line, &a) == nil && a.Location != "" {
			own[a.Location] = false
		}
	}
	mark := func(run string, goes bool) error {
		results, err := jr.Results(run)
		if err != nil {
			return err
		}
		return results.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
			if _, answered := own[l.ID.String()]; answered {
				own[l.ID.String()] = goes
			}
			return nil
		})
	}
	if len(own) == 0 {
		return nil
	}
	switch err := mark(run, true); {
	case errors.Is(err, journal.ErrForm):
		return nil
	case err != nil:
		return err
	}
	for _, r := range runs {
		if r.ID == run || r.Form != scanner.WireForm {
			continue
		}
		if err := mark(r.ID, false); err != nil {
			return err
		}
	}
	for line := range bytes.Lines(data) {
		var a answer
		if json.Unmarshal(line, &a) != nil || !own[a.Location] {
			kept = append(kept, line...)
		}
	}
	if len(kept) == len(data) {
		return nil
	}
	return replaceFile(answersFile(state), kept)
}
