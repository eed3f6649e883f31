package main

import (
	"slices"

	"recense/scanner"
	"recense/sources"
)

// shrunk is the share of the locations, or bytes, of the run before under which
// nothing is taken for gone (domain/register.md B.2).
const shrunk = 0.8

// before returns the last complete run ahead of one over the same sources.
func before(runs []scanner.Run, run scanner.Run) (scanner.Run, bool) {
	names := sourceNames(run)
	for _, earlier := range slices.Backward(runs) {
		if earlier.ID < run.ID && earlier.State == scanner.Complete && slices.Equal(sourceNames(earlier), names) {
			return earlier, true
		}
	}
	return scanner.Run{}, false
}

// How far back is looked for what a run did not read: so many runs at most, and so many
// that saw all locations and failed at some of them.
const (
	mostPast   = 8
	mostFailed = 3
)

// pastRuns returns the last complete run ahead of one over the same sources and, as far
// as it did not see or could not read everything, those before it, the last one first.
func pastRuns(runs []scanner.Run, run scanner.Run) (past []scanner.Run) {
	failed := 0
	for r, ok := before(runs, run); ok && len(past) < mostPast; r, ok = before(runs, r) {
		past = append(past, r)
		if n, _, _, _, _, _ := r.Coverage.Terms(); n == 0 || r.Reduced > 0 || len(r.Shrunk)+len(r.Failures) > 0 || r.Coverage.NotListable > 0 {
			continue
		}
		if r.Coverage.ByStatus[sources.Failed.String()]+r.Coverage.ByStatus[sources.Unreadable.String()] == 0 {
			break
		}
		if failed++; failed == mostFailed {
			break
		}
	}
	return past
}

// Notes of a run: those before it cannot be compared with it, and there are some that
// began later than it did.
const (
	earlierForm = "earlier_form"
	laterRun    = "later_run"
)

// readable leaves out the runs that another version of the program wrote: of those only
// the counts can be read.
func readable(runs []scanner.Run) []scanner.Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r scanner.Run) bool { return r.Form != scanner.WireForm })
}

func sourceNames(r scanner.Run) []string {
	var names []string
	for _, t := range r.Targets {
		names = append(names, t.Source)
	}
	return names
}

// reducedBy returns by how many percent a run saw less than an earlier one over the
// same sources, locations or bytes, once that is more than a fifth; else 0.
func reducedBy(now, earlier scanner.Run) int {
	was, _, _, _, _, _ := earlier.Coverage.Terms()
	is, _, unchanged, _, _, _ := now.Coverage.Terms()
	percent := less(is, was)
	if unchanged == 0 { // what is unchanged was not read
		percent = max(percent, less(now.Coverage.Bytes, earlier.Coverage.Bytes))
	}
	return percent
}

func less(is, was int64) int {
	if was == 0 || float64(is) >= shrunk*float64(was) {
		return 0
	}
	return int(100 * float64(was-is) / float64(was))
}

// gone names the sources of a run whose missing locations are gone: all their
// folders could be listed, none of them failed, each stood on the file system it stood on
// before, the run saw about as much as an
// earlier one, or somebody said that this is right, and nothing is missing because
// another configuration leaves it out.
func gone(now, earlier scanner.Run) []string {
	seen, _, _, _, _, _ := now.Coverage.Terms()
	accepted := now.Params["accept_shrunk"] == "true"
	if now.State != scanner.Complete || now.Coverage.NotListable > 0 || len(now.Failures) > 0 || seen == 0 ||
		now.Params["configuration"] != earlier.Params["configuration"] || !accepted && reducedBy(now, earlier) > 0 {
		return nil
	}
	return slices.DeleteFunc(sourceNames(now), func(name string) bool {
		return slices.Contains(now.Shrunk, name) || another(&now, &earlier, name) || now.Listed != nil && now.Listed[name] == 0
	})
}
