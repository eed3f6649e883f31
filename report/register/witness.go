package register

import (
	"strings"

	"recense/report/inventory"
)

// Witness returns the witness that a location is, itself or as a member of it; nil for
// none (domain/register.md H.3).
func (r *Register) Witness(l *inventory.Location) *Witness {
	s := r.Source(l.Source)
	if s == nil {
		return nil
	}
	outer, _, _ := strings.Cut(l.Path, "!/")
	path := strings.Trim(normalPath(outer, !s.CaseSensitive), "/")
	for i := range s.Witnesses {
		if strings.Trim(normalPath(s.Witnesses[i].Path, !s.CaseSensitive), "/") == path {
			return &s.Witnesses[i]
		}
	}
	return nil
}

// Detected reports whether a scan finds in a witness what was planted in it: NIRs with
// the right key.
func Detected(l *inventory.Location) bool {
	for i := range l.Inventory {
		if l.Inventory[i].Category == "nir" && l.Inventory[i].Asserted {
			return true
		}
	}
	return false
}

// leaveOut takes a witness out of every count.
func leaveOut(l *inventory.Location) {
	l.Witness = true
	l.Inventory, l.Elements, l.Dates, l.Lists, l.Verdicts = l.Inventory[:0], l.Elements[:0], nil, nil, nil
	l.Persons, l.Minors, l.ImpactRank = inventory.Unknown, inventory.Unknown, inventory.Unknown
}
