package inventory

import (
	"cmp"
	"slices"

	"recense/detectors"
	"recense/report/taxonomy"
)

// CategoryTotal says in how many locations a category was found. A location
// counts once, with its best evidence; those where the category is not asserted
// are counted apart.
type CategoryTotal struct {
	Category  *taxonomy.Category
	Locations [detectors.Verified + 1]int64 // where it is asserted, by strength
	Hints     int64                         // where it is found and not asserted
	Persons   int64                         // most estimated persons in one location; Unknown
}

// All returns the number of locations where the category is asserted.
func (t *CategoryTotal) All() (n int64) {
	for _, k := range t.Locations {
		n += k
	}
	return n
}

// Totals returns what the last complete Walk added up: the categories that were
// found, those of most locations first. It is nil before one.
func (inv *Inventory) Totals() []CategoryTotal { return inv.totals }

// totals adds up locations while they pass.
type totals map[string]*CategoryTotal

func (t totals) add(l *Location) {
	for i := 0; i < len(l.Inventory); {
		category, best, asserted := l.Inventory[i].Category, detectors.Weak, false
		for ; i < len(l.Inventory) && l.Inventory[i].Category == category; i++ {
			r := &l.Inventory[i]
			best, asserted = max(best, r.Strength), asserted || r.Asserted
		}
		c := t[category]
		if c == nil {
			c = &CategoryTotal{Persons: Unknown}
			t[category] = c
		}
		if asserted {
			c.Locations[best]++
			c.Persons = max(c.Persons, l.Persons)
		} else {
			c.Hints++
		}
	}
}

// list returns the totals in their order.
func (t totals) list(tax *taxonomy.Taxonomy) []CategoryTotal {
	list := make([]CategoryTotal, 0, len(t))
	for id, total := range t {
		total.Category = tax.Category(id)
		list = append(list, *total)
	}
	slices.SortFunc(list, func(a, b CategoryTotal) int {
		return cmp.Or(cmp.Compare(b.All(), a.All()), cmp.Compare(b.Hints, a.Hints), cmp.Compare(a.Category.ID, b.Category.ID))
	})
	return list
}
