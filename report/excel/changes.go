package excel

import (
	"fmt"

	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
)

// changes is the sheet of what differs from the run before: verdicts, then categories,
// access and places (domain/register.md D.3).
type changes struct {
	book  *book
	sheet *sheet
	n     int
}

var changeColumns = []column{
	{"Nature", "Change", 44, plain},
	{"Emplacement", "Location", 64, wrapped},
	{"Catégorie", "Category", 34, plain},
	{"Avant", "Before", 28, plain},
	{"Après", "After", 28, plain},
	{"Date", "Date", 13, date},
}

// newChanges makes the sheet; nil on a first analysis.
func (b *book) newChanges() *changes {
	r := b.inv.Register()
	if b.in.Changes == nil && (r == nil || !r.Earlier) {
		return nil
	}
	return &changes{book: b, sheet: b.sheet(b.say("Évolutions", "Changes"), changeColumns)}
}

// verdict tells a verdict that is new, back or settled.
func (c *changes) verdict(v *inventory.Verdict, state, kind string) {
	if c == nil || c.n >= maxGaps {
		return
	}
	c.n++
	b, t := c.book, c.sheet
	stands, settled, none := b.say("Constaté", "Found"), b.say("Régularisé", "Settled"), "—"
	before, after := none, stands
	switch v.State {
	case "reopened":
		before = settled
	case "resolved":
		before, after = stands, settled
	case "not_rescanned":
		before, after = stands, b.say("Non revérifié", "Not checked again")
	}
	t.word(b.words.box(state + b.say(" : ", ": ") + kind))
	t.text(v.URI)
	t.word(b.words.category[v.Category])
	t.word(b.words.box(before))
	t.word(b.words.box(after))
	at := v.FirstSeen
	if v.State != "new" {
		at = b.run.Started
	}
	t.time(at)
	t.end()
}

// places tells what changed about places, in the order of inventory.ChangeKinds.
func (c *changes) places() {
	if c == nil || c.book.in.Changes == nil {
		return
	}
	d := c.book.in.Changes
	for _, kind := range inventory.ChangeKinds {
		for i := range d.Changes {
			if x := &d.Changes[i]; x.Kind == kind && c.n < maxGaps {
				c.place(x)
			}
		}
	}
	if d.Left > 0 {
		c.sheet.text(fmt.Sprintf(c.book.say("%d autres changements ne sont pas listés ; recense diff les compte tous", "%d more changes are not listed; recense diff counts all"), d.Left))
		c.sheet.end()
	}
}

func (c *changes) place(x *inventory.Change) {
	b, t := c.book, c.sheet
	name := words.Change(b.lang, x.Kind)
	if name == "" {
		return
	}
	c.n++
	if x.Version {
		name += b.say(" (les détecteurs ont changé, pas l'emplacement)", " (the detectors changed, not the place)")
	}
	before, after := x.Before, x.After
	if x.Kind == inventory.AccessWider || x.Kind == inventory.AccessNarrower {
		before, after = taxonomy.Label(b.tax.Enums.AccessScope, before, b.lang), taxonomy.Label(b.tax.Enums.AccessScope, after, b.lang)
	}
	switch x.Kind {
	case inventory.PlaceGone, inventory.PlaceNotSeen:
		before = ""
	case inventory.PlaceMoved:
		before = ""
	}
	t.word(b.words.box(name))
	t.text(x.URI)
	t.word(b.words.category[x.Category])
	t.text(before)
	t.text(after)
	t.time(b.run.Started)
	t.end()
}
