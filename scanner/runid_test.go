package scanner

import (
	"slices"
	"testing"
	"time"
)

// Identifiers of runs sort by time, also within a second: what came first decides
// what is new.
func TestNewRunID(t *testing.T) {
	at := time.Date(2026, 11, 25, 3, 19, 55, 0, time.UTC)
	var ids []string
	for i := range 4000 {
		ids = append(ids, NewRunID(at.Add(time.Duration(i)*250*time.Microsecond)))
	}
	if !slices.IsSorted(ids) || ids[0][:17] != "20261125T031955-0"[:17] || len(ids[0]) != len("20261125T031955-3fa9c1") {
		t.Errorf("from %s to %s: not sorted, or of another form", ids[0], ids[len(ids)-1])
	}
}
