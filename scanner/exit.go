package scanner

import "recense/sources"

// The exit codes of a scan.
const (
	ExitComplete    = 0
	ExitFound       = 1 // something at or above --fail-on
	ExitUsage       = 2 // usage, configuration, or nothing to read: not discovered, or all left out
	ExitIncomplete  = 3
	ExitAborted     = 4
	ExitUnreachable = 5 // a source could not be reached
	ExitInterrupted = 130
)

// ExitCodes returns all the codes that apply to a run, the one to exit with
// first: the first of 130, 4, 5, 2, 1, 3, 0. found says that something at or
// above what --fail-on names was found; with strict, what was excluded, special
// or unsupported makes a run incomplete too.
func ExitCodes(r *Run, found, strict bool) []int {
	var codes []int
	add := func(when bool, code int) {
		if when {
			codes = append(codes, code)
		}
	}
	discovered, _, _, _, excluded, _ := r.Coverage.Terms()
	add(r.State == Stopped, ExitInterrupted)
	add(r.State == Aborted, ExitAborted)
	add(len(r.Failures) > 0, ExitUnreachable)
	add(discovered == excluded && r.Coverage.NotListable == 0, ExitUsage)
	add(found, ExitFound)
	unsupported := r.Coverage.ByStatus[sources.Unsupported.String()]
	add(incomplete(&r.Coverage) || r.Reduced > 0 || len(r.Missed) > 0 || len(r.Shrunk) > 0 || strict && excluded+unsupported > 0, ExitIncomplete)
	if len(codes) == 0 {
		codes = append(codes, ExitComplete)
	}
	return codes
}

// incomplete reports whether something should have been read and was not.
func incomplete(c *Coverage) bool {
	for _, s := range []sources.Status{sources.Partial, sources.Filtered, sources.Encrypted, sources.Unreadable, sources.TooLarge, sources.Failed} {
		if c.ByStatus[s.String()] > 0 {
			return true
		}
	}
	return c.NotListable > 0
}
