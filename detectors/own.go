package detectors

import (
	"bytes"
	"slices"
	"strings"
)

// Own are the identifiers of the organisation itself, as people write them: they
// are never data of its members. Every detector that takes the whole of a value
// contributes its normal form; a SIREN stands for its SIRET and VAT numbers too, a
// French IBAN for its RIB. It is plain data.
type Own struct {
	Values  []string // SIREN, IBAN, telephone numbers, mailboxes, addresses…
	Domains []string // of e-mail addresses, their subdomains included
}

// Recognise returns the kinds among ds whose detectors take the whole of value, in
// the order of ds.
func Recognise(ds []*Detector, value string) []Kind {
	var kinds []Kind
	for _, d := range ds {
		if takesWhole(d, []byte(strings.TrimSpace(value))) {
			kinds = append(kinds, d.Kind)
		}
	}
	return kinds
}

// takesWhole reports whether d accepts the whole of a text.
func takesWhole(d *Detector, text []byte) bool {
	whole := func(s Span) bool {
		return s.Outcome == Accepted && s.Start == 0 && int(s.End) == len(text)
	}
	if len(text) == 0 {
		return false
	}
	if d.Cell != nil && whole(d.Cell(text)) {
		return true
	}
	for at := range text {
		if d.Verify != nil && whole(d.Verify(text, at)) {
			return true
		}
	}
	n := runLength(text, 0)
	return n > 0 && slices.Contains(d.Runs, n) && whole(d.Run(text, 0, n))
}

// ownSet is Own made ready for an engine.
type ownSet struct {
	kinds   uint64 // detectors to be asked
	values  []*List
	domains []string
	email   int
	siret   int
	sirens  *List
}

// newOwnSet returns nil when there is nothing to look for.
func newOwnSet(e *Engine, own Own) *ownSet {
	if len(own.Values) == 0 && len(own.Domains) == 0 {
		return nil
	}
	o := &ownSet{values: make([]*List, e.vocabularies), email: -1, siret: e.Index("siret")}
	forms := make([][]string, e.vocabularies)
	var sirens []string
	for _, value := range own.Values {
		text := []byte(strings.TrimSpace(value))
		for i, d := range e.detectors[:e.vocabularies] {
			if d.Normal != nil && takesWhole(d, text) {
				forms[i] = append(forms[i], string(d.Normal(nil, text)))
			}
		}
		if s := sirenOf(text); s != "" {
			sirens = append(sirens, s)
		}
		if takesWhole(&iban, text) {
			if c := normalUpper(nil, text); len(c) == 27 && string(c[:2]) == "FR" {
				o.put(e, forms, "rib", string(c[4:]))
			}
		}
	}
	for _, s := range sirens {
		o.put(e, forms, "siren", s)
		o.put(e, forms, "vat_fr", vatOf(s))
	}
	o.sirens = NewList(sirens)
	if len(sirens) > 0 && o.siret >= 0 {
		o.kinds |= 1 << o.siret
	}
	for i, list := range forms {
		o.values[i] = NewList(list)
		if len(list) > 0 {
			o.kinds |= 1 << i
		}
	}
	for _, d := range own.Domains {
		o.domains = append(o.domains, strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@")))
	}
	if o.email = e.Index("email"); o.email >= 0 && len(o.domains) > 0 {
		o.kinds |= 1 << o.email
	}
	return o
}

func (o *ownSet) put(e *Engine, forms [][]string, kind Kind, form string) {
	if i := e.Index(kind); i >= 0 {
		forms[i] = append(forms[i], form)
	}
}

// sirenOf returns the SIREN in a SIREN, SIRET or French VAT number; "" for others.
func sirenOf(text []byte) string {
	c := string(normalUpper(nil, text))
	switch {
	case takesWhole(&siren, text):
		return c
	case takesWhole(&siret, text):
		return c[:9]
	case takesWhole(&vatFR, text) && len(c) == 13:
		return c[4:]
	}
	return ""
}

// vatOf returns the VAT number of a SIREN: key 12 + 3 (SIREN mod 97), mod 97 (CGI,
// annexe II; VIES).
func vatOf(siren string) string {
	key := (12 + 3*(decimal([]byte(siren))%97)) % 97
	return "FR" + string([]byte{byte('0' + key/10), byte('0' + key%10)}) + siren
}

// has reports whether what detector i matched is the organisation's own.
func (o *ownSet) has(p *Pass, i uint8, raw []byte) bool {
	if o.kinds>>i&1 == 0 {
		return false
	}
	if int(i) == o.email && o.hasDomain(raw) {
		return true
	}
	d := p.e.detectors[i]
	if d.Normal == nil {
		return false
	}
	p.normal = d.Normal(p.normal[:0], raw)
	return o.values[i].Has(p.normal) || int(i) == o.siret && len(p.normal) == 14 && o.sirens.Has(p.normal[:9])
}

// hasDomain reports whether an e-mail address lies in one of the domains.
func (o *ownSet) hasDomain(address []byte) bool {
	for _, d := range o.domains {
		at := len(address) - len(d)
		if at > 0 && hasFold(address, at, d) && (address[at-1] == '@' || address[at-1] == '.' || bytes.HasSuffix(address[:at], []byte("%40"))) {
			return true
		}
	}
	return false
}

// Own returns how many matches of the last Scan are the organisation's own: they
// took part in arbitration and are not reported.
func (p *Pass) Own() int64 { return p.ownMatches }
