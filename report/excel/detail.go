package excel

import (
	"slices"
	"strings"

	"recense/report/inventory"
)

// detail is the sheet of a reserved audience.
type detail struct {
	book  *book
	sheet *sheet
	aml   bool
}

var medicalColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Détecteur", "Detector", 40, plain},
	{"Famille de codes", "Family of codes", 34, plain},
	{"Champs concernés", "Fields concerned", 40, plain},
	{"Occurrences", "Occurrences", 14, integer},
	{"Personnes (est.)", "Persons (est.)", 12, integer},
	{"Traitement", "Processing", 20, plain},
	{"Niveau d'impact", "Impact level", 26, plain},
}

var amlColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Détecteur", "Detector", 40, plain},
	{"Champs concernés", "Fields concerned", 40, plain},
	{"Occurrences", "Occurrences", 14, integer},
	{"Traitement", "Processing", 20, plain},
	{"Règle", "Rule", 24, plain},
	{"Échéance", "Due on", 14, date},
	{"Niveau d'impact", "Impact level", 26, plain},
}

func (b *book) newDetail() *detail {
	if b.inv.Audience().ID == "aml" {
		return &detail{b, b.sheet(b.say("Dossiers LCB-FT", "AML files"), amlColumns), true}
	}
	return &detail{b, b.sheet(b.say("Données médicales", "Medical data"), medicalColumns), false}
}

// add writes the rows of a location that are this audience's.
func (d *detail) add(l *inventory.Location) {
	for i := range l.Inventory {
		if r := &l.Inventory[i]; slices.Contains(d.book.inv.Audience().DetailOf, r.Category) {
			d.row(l, r)
		}
	}
}

func (d *detail) row(l *inventory.Location, r *inventory.InventoryRow) {
	w, t := &d.book.words, d.sheet
	t.text(l.URI)
	t.word(w.detector(r.Detector))
	if !d.aml {
		t.word(w.category[r.Category])
	}
	t.text(names(r.Elements, int(r.ElementCount), d.book.lang))
	t.int(r.Matches)
	if !d.aml {
		t.int(l.Persons)
	}
	t.text(strings.Join(l.Processings, ", "))
	if d.aml {
		d.limit(l, r.Category)
	}
	t.word(w.impact(&l.LocationRow))
	t.end()
}

// limit writes the rule and the end of the retention of a category, where it is over.
func (d *detail) limit(l *inventory.Location, category string) {
	for i := range l.Verdicts {
		if v := &l.Verdicts[i]; v.Category == category && v.Rule != "" && !v.Limit.IsZero() {
			d.sheet.text(v.Rule)
			d.sheet.time(day(v.Limit))
			return
		}
	}
	d.sheet.empty()
	d.sheet.empty()
}
