package excel

import (
	"recense/report/inventory"
)

// checks is the sheet of what people said of detections (recense verify).
type checks struct {
	book  *book
	sheet *sheet
	rates map[string]*inventory.Check // by detector
}

var checkColumns = []column{
	{"Emplacement", "Location", 64, wrapped},
	{"Détecteur", "Detector", 34, plain},
	{"Champ", "Field", 34, plain},
	{"Version du détecteur", "Detector version", 12, integer},
	{"Données réelles", "Real data", 12, integer},
	{"Faux positifs", "False positives", 12, integer},
	{"Indécidables", "Undecided", 14, integer},
	{"Taux de confirmation", "Rate of confirmation", 14, percent},
	{"Contrôlé le", "Checked on", 17, instant},
	{"Compte", "Account", 20, plain},
}

func (c *checks) add(l *inventory.Location) {
	if len(c.book.in.Checks) == 0 || l.Witness {
		return
	}
	for _, k := range c.book.in.Checks[l.ID.String()] {
		c.row(l, k)
	}
}

func (c *checks) row(l *inventory.Location, k inventory.Check) {
	if c.rates == nil {
		c.rates = map[string]*inventory.Check{}
	}
	sum := c.rates[k.Detector]
	if sum == nil {
		sum = &inventory.Check{}
		c.rates[k.Detector] = sum
	}
	sum.Real, sum.False = sum.Real+k.Real, sum.False+k.False
	b, t := c.book, c.sheet
	k = b.inv.Readable(k)
	t.text(l.URI)
	t.word(b.words.detector(k.Detector))
	t.text(k.Element)
	t.int(int64(k.Version))
	t.int(k.Real)
	t.int(k.False)
	t.int(k.Unsure)
	if rate, ok := k.Rate(); ok {
		t.fraction(rate)
	} else {
		t.empty()
	}
	t.time(k.At)
	t.word(b.words.box(k.Account))
	t.end()
}

// rate is the share of real data among what people decided on of a detector, as text;
// "" when nobody did.
func (c *checks) rate(detector string) string {
	if c == nil || c.rates[detector] == nil {
		return ""
	}
	rate, ok := c.rates[detector].Rate()
	if !ok {
		return ""
	}
	return c.book.percent(rate)
}
