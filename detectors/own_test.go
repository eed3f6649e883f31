package detectors

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Synthetic identifiers of an organisation that does not exist.
var ownExample = Own{
	Values: []string{"732 829 320", "FR76 9995 0012 3400 0123 4567 837", "01 99 00 12 34", "dpo.conseil@gmail.com",
		"12 rue de la Paix, 75002 Paris"},
	Domains: []string{"mutuelle-exemple.fr"},
}

func TestOwn(t *testing.T) {
	tests := []struct {
		name, text string
		own        int64
		reported   string // kinds
	}{
		{"SIREN", "SIREN 732829320", 1, ""},
		{"SIRET of the SIREN", "SIRET : 732 829 320 00074", 1, ""},
		{"VAT of the SIREN", "TVA FR44732829320", 1, ""},
		{"another SIREN", "SIREN 552100554", 0, "siren"},
		{"IBAN", "IBAN FR7699950012340001234567837", 1, ""},
		{"RIB of the IBAN", "RIB 99950 01234 00012345678 37", 1, ""},
		{"phone written another way", "Tél. : +33 1 99 00 12 34", 1, ""},
		{"another phone", "Tél. : 01 99 00 12 35", 0, "phone_fr"},
		{"address at a domain", "Écrivez à Service.Clients@Mutuelle-Exemple.fr.", 1, ""},
		{"address at a subdomain", "dpo@rh.mutuelle-exemple.fr", 1, ""},
		{"address at a domain that ends alike", "jean@autremutuelle-exemple.fr", 0, "email"},
		{"mailbox elsewhere", "dpo.conseil@gmail.com", 1, ""},
		{"another mailbox there", "durand@gmail.com", 0, "email"},
		{"postal address", "Adresse : 12 rue de la Paix, 75002 Paris", 1, ""},
		{"both", "mutuelle : 01 99 00 12 34, tél. de l'adhérent : 06 39 98 12 34", 1, "phone_fr"},
	}
	e := newEngine(t, All(), Options{Own: ownExample})
	p := e.Pass()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(tt.text)
			var kinds []string
			for _, m := range p.Scan(&Chunk{Data: text, To: len(text)}, nil) {
				kinds = append(kinds, string(m.Detector.Kind))
			}
			if got := strings.Join(kinds, " "); got != tt.reported || p.Own() != tt.own {
				t.Errorf("reported %q, %d own; want %q, %d", got, p.Own(), tt.reported, tt.own)
			}
			plain := newEngine(t, All(), Options{}).Pass()
			if n := len(plain.Scan(&Chunk{Data: text, To: len(text)}, nil)); int64(n) < tt.own {
				t.Errorf("%d matches without Own: the case proves nothing", n)
			}
		})
	}
}

func TestOwnVersion(t *testing.T) {
	a, b := newEngine(t, All(), Options{}), newEngine(t, All(), Options{Own: ownExample})
	if a.Version() == b.Version() {
		t.Error("own identifiers do not change the version of the engine")
	}
}

func TestRecognise(t *testing.T) {
	for value, want := range map[string]Kind{
		"732829320": "siren", "73282932000074": "siret", " FR7699950012340001234567837 ": "iban", "+33 1 99 00 12 34": "phone_fr",
		"dpo@exemple.fr": "email", "12 rue de la Paix, 75002 Paris": "postal_address_fr",
	} {
		if kinds := Recognise(All(), value); !slices.Contains(kinds, want) {
			t.Errorf("%s is none of %v", want, kinds)
		}
	}
	if kinds := Recognise(All(), "732829321"); slices.Contains(kinds, "siren") {
		t.Error("a SIREN with a wrong key is recognised")
	}
}

// Wherever they stand, own values are not reported, and what is not reported any
// more is theirs or hung on them.
func TestOwnEverywhere(t *testing.T) {
	plain, e := newEngine(t, All(), Options{All: true}), newEngine(t, All(), Options{All: true, Own: ownExample})
	r := rand.New(rand.NewPCG(1, 2))
	own := func(d *Detector, raw []byte) bool {
		return d.Normal != nil && slices.ContainsFunc(ownExample.Values, func(v string) bool {
			return takesWhole(d, []byte(v)) && string(d.Normal(nil, []byte(v))) == string(d.Normal(nil, raw))
		})
	}
	texts := append(samples(t), []byte(strings.Join(ownExample.Values, "\n")), []byte("contact@mutuelle-exemple.fr"))
	found := int64(0)
	for range 40 {
		text := mixed(r, texts, 4000)
		c := &Chunk{Data: text, To: len(text)}
		want, p := plain.Pass().Scan(c, nil), e.Pass()
		got := p.Scan(c, nil)
		found += p.Own()
		for _, m := range got {
			if own(m.Detector, text[m.Start:m.End]) {
				t.Fatalf("an own %s is reported", m.Detector.Kind)
			}
		}
		n := int64(0)
		for _, m := range want {
			if own(m.Detector, text[m.Start:m.End]) {
				n++
			}
		}
		if n > p.Own() {
			t.Fatalf("%d own values, %d counted", n, p.Own())
		}
	}
	if found < 40 {
		t.Fatalf("%d own values in all texts: too few to prove anything", found)
	}
}

func TestOwnAllocatesNothing(t *testing.T) {
	p := newEngine(t, All(), Options{Own: ownExample}).Pass()
	text := []byte(strings.Repeat("SIREN 732829320, IBAN FR7699950012340001234567837, tél. 01 99 00 12 34, contact@mutuelle-exemple.fr\n", 50))
	c := &Chunk{Data: text, To: len(text)}
	var dst []Match
	dst = p.Scan(c, dst[:0])
	if n := testing.AllocsPerRun(5, func() { dst = p.Scan(c, dst[:0]) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
