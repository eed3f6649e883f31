package config

import (
	"recense/detectors"
	"recense/report/taxonomy"
)

// Detection is what an organisation adds to the detectors: plain data, that goes to
// workers and into the journal.
type Detection struct {
	Member   []detectors.Form `json:",omitempty"`
	Contract []detectors.Form `json:",omitempty"`
	Custom   []Custom         `json:",omitempty"`
	Own      detectors.Own    `json:"-"` // not for the journal
}

// Custom is a detector of the organisation's own and its category.
type Custom struct {
	detectors.Custom
	Category string
}

var strengths = []string{"possible", "probable", "verified"}

// custom describes the detector for the engine.
func (x *Detector) custom() detectors.Custom {
	c := detectors.Custom{Kind: detectors.Kind(x.Kind), Title: x.Title, Rule: x.Rule, Words: x.Words, Columns: x.Columns}
	for _, p := range x.Pattern {
		c.Forms = append(c.Forms, detectors.Form{Pattern: p, Check: x.Check})
	}
	for i, s := range strengths {
		if s == x.Strength {
			c.Max = detectors.Possible + detectors.Strength(i)
		}
	}
	return c
}

// Detection returns what the configuration adds to the detectors.
func (c *Config) Detection() Detection {
	d := Detection{Member: formsOf(c.Organisation.Member), Contract: formsOf(c.Organisation.Contract)}
	for i := range c.Detectors {
		d.Custom = append(d.Custom, Custom{c.Detectors[i].custom(), c.Detectors[i].Category})
	}
	for _, k := range c.Organisation.own() {
		d.Own.Values = append(d.Own.Values, k.values...)
	}
	d.Own.Domains = c.Organisation.Domains
	return d
}

func formsOf(list []Form) (forms []detectors.Form) {
	for _, f := range list {
		forms = append(forms, detectors.Form{Pattern: f.Pattern, Check: f.Check})
	}
	return forms
}

// All returns the detectors of this version and those of the organisation.
func (d *Detection) All() ([]*detectors.Detector, error) {
	all := detectors.All()
	forms := map[detectors.Kind][]detectors.Form{"member_number": d.Member, "contract_number": d.Contract}
	for i, x := range all {
		if len(forms[x.Kind]) == 0 {
			continue
		}
		own, err := detectors.WithForms(x.Kind, forms[x.Kind])
		if err != nil {
			return nil, err
		}
		all[i] = own
	}
	for _, c := range d.Custom {
		own, err := detectors.NewCustom(c.Custom)
		if err != nil {
			return nil, err
		}
		all = append(all, own)
	}
	return all, nil
}

// Taxonomy returns the taxonomy with the kinds of the organisation.
func (d *Detection) Taxonomy() (*taxonomy.Taxonomy, error) {
	tax, err := taxonomy.Load()
	if err != nil || len(d.Custom) == 0 {
		return tax, err
	}
	var rows []taxonomy.Detector
	for _, c := range d.Custom {
		strength := c.Max
		if strength == 0 {
			strength = detectors.Probable
		}
		rows = append(rows, taxonomy.Detector{ID: c.Kind, Category: c.Category, StrengthName: strength.String(), MinMatches: 1, Note: c.Title})
	}
	return tax.With(rows)
}
