package worker

import (
	"slices"

	"recense/scanner"
	"recense/sources"
)

// What a run tells where the cage of its workers is not whole: fixed codes for
// Run.Notes.
const (
	NoCage     = "no_cage"      // not Linux, or a source that does not say what it needs
	NoLandlock = "no_landlock"  // the kernel cannot bound what files are opened
	NoSeccomp  = "no_seccomp"   // the kernel cannot refuse calls
	NoPortRule = "no_port_rule" // the kernel cannot bound the ports that are connected to
)

// cage holds the process to what the sources of w need, for good, and returns
// what of it is missing.
func cage(w scanner.Work) []string {
	n, ok := needs(w.Sources)
	if !ok {
		return []string{NoCage}
	}
	return confine(n)
}

// needs joins the needs of all sources. ok is false when one does not say.
func needs(srcs map[string]sources.Source) (all sources.Needs, ok bool) {
	any := false
	for _, s := range srcs {
		c, is := s.(sources.Confined)
		if !is {
			return all, false
		}
		n := c.Needs()
		all.Paths = append(all.Paths, n.Paths...)
		all.Ports = append(all.Ports, n.Ports...)
		all.Network = all.Network || n.Network
		any = any || n.Network && len(n.Ports) == 0
	}
	if any {
		all.Ports = nil
	}
	slices.Sort(all.Paths)
	all.Paths = slices.Compact(all.Paths)
	return all, true
}

// Kernel is what the kernel has for a cage.
type Kernel struct {
	Landlock int // version of its interface, 0 for none
	Seccomp  bool
}
