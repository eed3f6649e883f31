package synth

import (
	"strconv"
	"strings"
)

// Birth is a date of birth and the sex that a NIR tells.
type Birth struct {
	Year, Month, Day int
	Woman            bool
}

// Birth draws the birth of a person aged between 0 and about 95.
func (g *Gen) Birth() Birth {
	b := Birth{Year: g.Between(1931, 2024), Month: g.Between(1, 12), Woman: g.OneIn(2)}
	b.Day = g.Between(1, 28)
	return b
}

// French writes the date as JJ/MM/AAAA.
func (b Birth) French() string { return b.join("/") }

// DSN writes the date as JJMMAAAA.
func (b Birth) DSN() string { return b.join("") }

// ISO writes the date as AAAA-MM-JJ.
func (b Birth) ISO() string {
	return pad(b.Year, 4) + "-" + pad(b.Month, 2) + "-" + pad(b.Day, 2)
}

// Short writes the date as AAMMJJ.
func (b Birth) Short() string { return pad(b.Year%100, 2) + pad(b.Month, 2) + pad(b.Day, 2) }

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Words writes the date as a letter does: 1er mars 1980.
func (b Birth) Words() string {
	day := strconv.Itoa(b.Day)
	if b.Day == 1 {
		day = "1er"
	}
	return day + " " + months[b.Month-1] + " " + strconv.Itoa(b.Year)
}

func (b Birth) join(sep string) string {
	return pad(b.Day, 2) + sep + pad(b.Month, 2) + sep + pad(b.Year, 4)
}

// NIR returns 15 characters, without separators, for a birth in mainland France
// (19 of 20), in Corsica, overseas or abroad. The commune numbers 980 to 989
// were never attributed; overseas 70 to 79; abroad the countries 650 to 659.
func (g *Gen) NIR(b Birth) string {
	switch g.r.IntN(60) {
	case 0:
		return g.NIRCorsica(b)
	case 1:
		return g.NIROverseas(b)
	case 2:
		return g.NIRAbroad(b)
	}
	return withKey(nirHead(b) + pad(g.department(), 2) + g.commune() + g.order())
}

// NIRCorsica returns the NIR of a birth in 2A or 2B.
func (g *Gen) NIRCorsica(b Birth) string {
	return withKey(nirHead(b) + g.Pick([]string{"2A", "2B"}) + g.commune() + g.order())
}

// NIROverseas returns the NIR of a birth in a département of three digits.
func (g *Gen) NIROverseas(b Birth) string {
	dep := g.Pick([]string{"971", "972", "973", "974", "976"})
	return withKey(nirHead(b) + dep + pad(g.Between(70, 79), 2) + g.order())
}

// NIRAbroad returns the NIR of a birth outside France.
func (g *Gen) NIRAbroad(b Birth) string {
	return withKey(nirHead(b) + "99" + pad(g.Between(650, 659), 3) + g.order())
}

// NIA returns a provisional number: first digit 7 or 8, the rest as a NIR.
func (g *Gen) NIA(b Birth) string {
	head := "7"
	if b.Woman {
		head = "8"
	}
	return withKey(head + nirHead(b)[1:] + pad(g.department(), 2) + g.commune() + g.order())
}

// SpacedNIR writes a NIR of 15 characters in its usual groups.
func SpacedNIR(nir, sep string) string { return Group(nir, sep, 1, 2, 2, 2, 3, 3, 2) }

// BadNIRKey returns a number whose only fault is its key.
func (g *Gen) BadNIRKey(b Birth) string {
	n := g.NIR(b)
	key, _ := strconv.Atoi(n[13:])
	return n[:13] + pad(key%97+1, 2)
}

// BadNIRMonth returns a number with a right key and a month that does not exist.
func (g *Gen) BadNIRMonth(b Birth) string {
	n := g.NIR(b)
	month := g.Pick([]string{"00", "13", "19", "21", "29", "43", "49"})
	return withKey(n[:3] + month + n[5:13])
}

// BadNIRDepartment returns a number with a right key, born in département 00.
func (g *Gen) BadNIRDepartment(b Birth) string {
	n := g.NIR(b)
	return withKey(n[:5] + "00" + "985" + n[10:13])
}

// BadNIRSex returns a number with a right key and a first digit never used.
func (g *Gen) BadNIRSex(b Birth) string {
	n := g.NIR(b)
	return withKey(g.Pick([]string{"0", "5", "6", "9"}) + n[1:13])
}

func nirHead(b Birth) string {
	sex := "1"
	if b.Woman {
		sex = "2"
	}
	return sex + pad(b.Year%100, 2) + pad(b.Month, 2)
}

func (g *Gen) department() int {
	d := g.Between(1, 94)
	if d >= 20 {
		d++
	}
	return d
}

func (g *Gen) commune() string { return pad(g.Between(980, 989), 3) }

func (g *Gen) order() string { return pad(g.Between(1, 999), 3) }

// withKey appends the key of a NIR: 97 minus the remainder of the 13 digits,
// 2A counting as 19 and 2B as 18.
func withKey(body string) string {
	digits := strings.NewReplacer("2A", "19", "2B", "18").Replace(body)
	return body + pad(97-mod97(digits), 2)
}
