package inventory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"recense/scanner"
	"recense/sources"
)

// AlertID identifies a kind of data at a location from run to run: the first 16
// bytes of the SHA-256 of the keyed id of the location, the category and the
// detector. It does not depend on where in the location the data lies.
func AlertID(location scanner.ID, r *InventoryRow) (id [16]byte) {
	h := sha256.New()
	h.Write(location[:])
	for _, part := range []string{r.Category, r.Detector} {
		h.Write([]byte{0})
		h.Write([]byte(part))
	}
	copy(id[:], h.Sum(nil))
	return id
}

// Past is a run before over the same sources.
type Past struct {
	Inventory *Inventory
	// Gone are the sources whose locations that this run did not list are gone, so that
	// nothing older is known of them.
	Gone []string
}

// Earlier is what the runs before over the same sources gave: it tells what is new
// from what was there, and what is there no longer. It keeps 24 bytes for each kind
// at each location of those runs, and is not changed once made.
type Earlier struct {
	past   []Past
	gone   map[string]bool
	alerts []alert
}

type alert struct {
	place, id uint64
	from      uint8 // which of past
}

func alertOf(l *Location, r *InventoryRow) alert {
	id := AlertID(l.ID, r)
	return alert{binary.BigEndian.Uint64(l.ID[:]), binary.BigEndian.Uint64(id[:]), 0}
}

func compareAlerts(a, b alert) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.id, b.id))
}

// NewEarlier walks the runs before, the last one first: of a location that it did not
// read, or not to the end, an older one tells what was there. gone are the sources whose
// missing locations are gone. past holds one run at least and at most 255.
func NewEarlier(ctx context.Context, past []Past, gone []string) (*Earlier, error) {
	e := &Earlier{past: past, gone: map[string]bool{}}
	for _, s := range gone {
		e.gone[s] = true
	}
	whole := map[uint64]bool{}   // the locations that were seen: read to their end
	settled := map[string]bool{} // sources of which nothing older counts
	for n, p := range past {
		before := len(e.alerts)
		err := p.Inventory.Walk(ctx, func(l *Location) error {
			place := binary.BigEndian.Uint64(l.ID[:])
			read, seen := whole[place]
			if read || !seen && settled[l.Source] {
				return nil
			}
			if len(past) > 1 {
				whole[place] = l.Status == sources.Scanned || l.Status == sources.Unchanged
			}
			for i := range l.Inventory {
				a := alertOf(l, &l.Inventory[i])
				a.from = uint8(n)
				if _, known := slices.BinarySearchFunc(e.alerts[:before], a, compareAlerts); !known {
					e.alerts = append(e.alerts, a)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		slices.SortFunc(e.alerts, compareAlerts)
		for _, s := range p.Gone {
			settled[s] = true
		}
	}
	return e, nil
}

// Run describes the last run before.
func (e *Earlier) Run() scanner.Run { return e.past[0].Inventory.Run() }

// Comparison is one walk compared with the run before. It is for one goroutine.
type Comparison struct {
	e    *Earlier
	seen []uint8
}

const (
	seenKind  = 1 << iota // the kind is still there
	seenWhole             // its location was read whole
	seenPart              // its location was there and was not read whole
)

// Compare begins a comparison; nil without an earlier run.
func (e *Earlier) Compare() *Comparison {
	if e == nil {
		return nil
	}
	return &Comparison{e, make([]uint8, len(e.alerts))}
}

// Location takes a location of the walk and returns which of its inventory rows are
// new, by their position; nil without an earlier run.
func (c *Comparison) Location(l *Location) (isNew []bool) {
	if c == nil {
		return nil
	}
	place := binary.BigEndian.Uint64(l.ID[:])
	mark := uint8(seenPart)
	if l.Status == sources.Scanned || l.Status == sources.Unchanged {
		mark = seenWhole
	}
	at, _ := slices.BinarySearchFunc(c.e.alerts, alert{place: place}, compareAlerts)
	for i := at; i < len(c.e.alerts) && c.e.alerts[i].place == place; i++ {
		c.seen[i] |= mark
	}
	isNew = make([]bool, len(l.Inventory))
	for i := range l.Inventory {
		at, found := slices.BinarySearchFunc(c.e.alerts, alertOf(l, &l.Inventory[i]), compareAlerts)
		if isNew[i] = !found; found {
			c.seen[at] |= seenKind
		}
	}
	return isNew
}

// Closed calls fn, after the walk, for each row of the runs before that is there no
// longer: its location was read whole and does not hold it, or is gone.
func (c *Comparison) Closed(ctx context.Context, fn func(l *Location, row *InventoryRow) error) error {
	if c == nil {
		return nil
	}
	for n, p := range c.e.past {
		err := p.Inventory.Beside().Walk(ctx, func(l *Location) error {
			for i := range l.Inventory {
				at, found := slices.BinarySearchFunc(c.e.alerts, alertOf(l, &l.Inventory[i]), compareAlerts)
				if !found || int(c.e.alerts[at].from) != n || c.seen[at]&(seenKind|seenPart) != 0 || c.seen[at] == 0 && !c.e.gone[l.Source] {
					continue
				}
				if err := fn(l, &l.Inventory[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
