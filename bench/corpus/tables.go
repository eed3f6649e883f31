package corpus

import (
	"strconv"
	"strings"

	"recense/bench/synth"
)

// CSVHeader is the first line of the csv corpus.
const CSVHeader = "num_adherent;nir;nom;prenom;date_naissance;email;telephone;iban;bic;code_ccam;cim10;montant;date_soins\n"

// csvLine appends one person.
func csvLine(g *synth.Gen, b []byte) []byte {
	p := g.Person()
	phone := p.Mobile
	if g.OneIn(4) {
		phone = synth.SpacedPhone(p.Phone, " ")
	}
	for i, v := range [...]string{p.Member, p.NIR, strings.ToUpper(p.Surname), p.Given, p.French(), p.Email, phone,
		p.IBAN, p.BIC, g.CCAM(), g.CIM10(), amount(g), careDay(g)} {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, v...)
	}
	return append(b, '\n')
}

func amount(g *synth.Gen) string { return strconv.Itoa(g.Between(6, 900)) + "," + g.Digits(2) }

func careDay(g *synth.Gen) string {
	b := g.Birth()
	b.Year = g.Between(2022, 2026)
	return b.French()
}

// trapLine appends a line of numbers that look like identifiers and are none.
func trapLine(g *synth.Gen, b []byte) []byte {
	for i := range g.Between(3, 6) {
		if i > 0 {
			b = append(b, g.Pick(trapGaps)...)
		}
		b = append(b, trap(g)...)
	}
	return append(b, '\n')
}

var trapGaps = []string{" ", ";", "\t", ", ", " | "}

func trap(g *synth.Gen) string {
	born := g.Birth()
	switch g.IntN(24) {
	case 0:
		return stamp(g) + g.Digits(1)
	case 1:
		return "17" + g.Digits(11)
	case 2:
		return g.UUID()
	case 3:
		return "v" + g.Version()
	case 4:
		return g.OID()
	case 5:
		return "IMEI " + g.IMEI()
	case 6:
		return g.EAN()
	case 7:
		return g.BadNIRKey(born)
	case 8:
		return g.BadNIRMonth(born)
	case 9:
		return g.BadNIRSex(born)
	case 10:
		return g.BadIBAN()
	case 11:
		return g.BadSIRET()
	case 12:
		return g.BadCard()
	case 13:
		return "CMD-" + g.Digits(10)
	case 14:
		return g.Letters(2) + g.Digits(6)
	case 15:
		return g.BadCCAM()
	case 16:
		return "0x" + g.Hex(16)
	case 17:
		return g.Hex(40)
	case 18:
		return "48." + g.Digits(6) + ",2." + g.Digits(6)
	case 19:
		return g.BadPhone()
	case 20:
		return g.Digits(3) + " " + g.Digits(3) + " " + g.Digits(3) + "," + g.Digits(2)
	case 21:
		return g.BadEmail()
	case 22:
		return g.BadIPv4()
	}
	return "REF" + g.Digits(16)
}

// stamp returns fourteen digits: year to second.
func stamp(g *synth.Gen) string {
	return "202" + g.Digits(1) + two(g.Between(1, 12)) + two(g.Between(1, 28)) + two(g.IntN(24)) + two(g.IntN(60)) + two(g.IntN(60))
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
