package html

import (
	"strconv"

	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
)

// maxChanges bounds the changes that the page lists; the workbook and recense diff have
// more.
const maxChanges = 200

// evolution is what changed since the run before.
type evolution struct {
	Figures []figure
	Kinds   []figure // changes by kind
	List    []change
	Left    int64
}

// figure is a number, and how much it differs from the run before.
type figure struct {
	Label     string
	Now       int64
	Variation string // "" when it is not known
}

type change struct{ What, URI, Category, Before, After string }

// Evolution returns what changed; nil on a first analysis.
func (p *page) Evolution() *evolution {
	if p.in.Before == nil && p.in.Changes == nil {
		return nil
	}
	e := &evolution{}
	run := p.inv.Run()
	discovered, _, _, _, _, _ := run.Coverage.Terms()
	p.figure(e, p.say("Emplacements découverts", "Locations discovered"), "locations", discovered)
	p.figure(e, p.say("Emplacements avec des données personnelles", "Locations with personal data"), "with_data", p.WithData)
	if p.inv.Register() != nil {
		gaps := p.inv.Gaps()
		for n := 1; n <= 4; n++ {
			p.figure(e, p.say("Écarts de priorité ", "Gaps of priority ")+strconv.Itoa(n), "priority:"+strconv.Itoa(n), gaps.Priority[n])
		}
		e.Kinds = append(e.Kinds, figure{Label: p.say("Écarts nouveaux ou réapparus", "Gaps that are new or back"), Now: gaps.New},
			figure{Label: p.say("Constats régularisés", "Findings settled"), Now: gaps.Settled})
	}
	p.changes(e)
	return e
}

func (p *page) figure(e *evolution, label, key string, now int64) {
	f := figure{Label: label, Now: now}
	if before, ok := p.in.Before[key]; ok {
		f.Variation = "="
		if now != before {
			f.Variation = signed(now - before)
		}
	}
	e.Figures = append(e.Figures, f)
}

func signed(n int64) string {
	if n > 0 {
		return "+" + strconv.FormatInt(n, 10)
	}
	return "−" + strconv.FormatInt(-n, 10)
}

func (p *page) changes(e *evolution) {
	d := p.in.Changes
	if d == nil {
		return
	}
	for _, kind := range inventory.ChangeKinds {
		label := words.Change(p.lang, kind)
		if label == "" || d.Counts[kind] == 0 {
			continue
		}
		e.Kinds = append(e.Kinds, figure{Label: label, Now: d.Counts[kind]})
		for i := range d.Changes {
			if x := &d.Changes[i]; x.Kind == kind {
				p.change(e, label, x)
			}
		}
	}
	e.Left += d.Left
}

func (p *page) change(e *evolution, label string, x *inventory.Change) {
	if len(e.List) >= maxChanges {
		e.Left++
		return
	}
	c := change{What: label, URI: p.short(x.URI)}
	if x.Version {
		c.What += p.say(" (les détecteurs ont changé, pas l'emplacement)", " (the detectors changed, not the place)")
	}
	if cat := p.tax.Category(x.Category); cat != nil {
		c.Category = cat.Label.In(p.lang)
	}
	switch x.Kind {
	case inventory.AccessWider, inventory.AccessNarrower:
		c.Before, c.After = taxonomy.Label(p.tax.Enums.AccessScope, x.Before, p.lang), taxonomy.Label(p.tax.Enums.AccessScope, x.After, p.lang)
	case inventory.PlaceMoved:
		c.After = p.short(x.After)
	}
	e.List = append(e.List, c)
}
