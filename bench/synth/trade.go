package synth

import "strconv"

// SIREN returns nine digits that pass Luhn, in the series 99 that is not yet
// attributed.
func (g *Gen) SIREN() string {
	n := "99" + g.Digits(6)
	return n + luhn(n)
}

// SIRET returns fourteen digits: a SIREN and an establishment from 1 on, Luhn on
// both.
func (g *Gen) SIRET() string {
	n := g.SIREN() + "00" + g.Digits(2)
	if key := luhn(n); n[9:] != "0000" || key != "0" {
		return n + key
	}
	return g.SIRET()
}

// BadSIRET returns fourteen digits whose last one is wrong.
func (g *Gen) BadSIRET() string { return bump(g.SIRET()) }

// VAT returns a French VAT number: FR, (12 + 3 (SIREN mod 97)) mod 97, SIREN.
func (g *Gen) VAT() string {
	s := g.SIREN()
	return "FR" + pad((12+3*mod97(s))%97, 2) + s
}

// TaxNumber returns thirteen digits: ten, then their remainder modulo 511.
func (g *Gen) TaxNumber() string {
	n := g.Pick([]string{"0", "1", "2", "3"}) + "0999" + g.Digits(5)
	v, _ := strconv.Atoi(n)
	return n + pad(v%511, 3)
}

// BadTaxNumber returns a tax number whose key is wrong.
func (g *Gen) BadTaxNumber() string {
	n := g.TaxNumber()
	k, _ := strconv.Atoi(n[10:])
	return n[:10] + pad((k+1)%511, 3)
}

// RPPS returns eleven digits that pass Luhn.
func (g *Gen) RPPS() string {
	n := "1099" + g.Digits(6)
	return n + luhn(n)
}

// BadRPPS returns an RPPS number whose last digit is wrong.
func (g *Gen) BadRPPS() string { return bump(g.RPPS()) }

// ADELI returns nine digits: département, profession, serial, last digit.
func (g *Gen) ADELI() string {
	return pad(g.department(), 2) + g.Pick([]string{"1", "4", "5", "6"}) + "99" + g.Digits(4)
}

// FINESS returns nine digits that pass Luhn and begin with a département.
func (g *Gen) FINESS() string {
	n := pad(g.department(), 2) + "099" + g.Digits(3)
	return n + luhn(n)
}

// BadFINESS returns a FINESS number whose last digit is wrong.
func (g *Gen) BadFINESS() string { return bump(g.FINESS()) }
