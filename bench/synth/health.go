package synth

import "strconv"

// CCAM returns a procedure code: four letters that occur in their positions and
// three digits.
func (g *Gen) CCAM() string {
	return g.from("ABCDEFGHJKLMNPQZ", 1) + g.from("ABCDEFGHJKLMNPQR", 1) +
		g.from("ABCDEFGHJKLMNPQRS", 1) + g.from("ABCDEFGHJKLMNP", 1) + pad(g.Between(1, 599), 3)
}

// BadCCAM returns four letters and three digits with a letter never used there.
func (g *Gen) BadCCAM() string {
	return g.from("IORSTUVWX", 1) + g.from("IOUWX", 1) + "IO" + pad(g.Between(1, 599), 3)
}

// chapters are the letters of ICD-10 with their first and last categories.
var chapters = [...]struct {
	letter   string
	from, to int
}{
	{"A", 0, 99}, {"B", 0, 99}, {"C", 0, 97}, {"D", 0, 89}, {"E", 0, 90}, {"F", 0, 99}, {"G", 0, 99}, {"H", 0, 95},
	{"I", 0, 99}, {"J", 0, 99}, {"K", 0, 93}, {"L", 0, 99}, {"M", 0, 99}, {"N", 0, 99}, {"O", 0, 99}, {"P", 0, 96},
	{"Q", 0, 99}, {"R", 0, 99}, {"S", 0, 99}, {"T", 0, 98}, {"V", 1, 99}, {"Z", 0, 99},
}

// CIM10 returns a diagnosis code with a dot, inside a chapter: E11.9.
func (g *Gen) CIM10() string {
	c := chapters[g.r.IntN(len(chapters))]
	return c.letter + pad(g.Between(c.from, c.to), 2) + "." + g.Digits(1)
}

// NGAP returns a letter key and its coefficient: AMI 4,5.
func (g *Gen) NGAP() string {
	return g.Pick([]string{"AMI", "AIS", "AMK", "AMO", "AMY", "SF"}) + " " + strconv.Itoa(g.Between(1, 30)) + "," + g.Digits(1)
}

// LPP returns seven digits, the last one the weighted sum (2 to 7) modulo 11,
// 10 written 0.
func (g *Gen) LPP() string {
	n := "1" + g.Digits(5)
	return n + strconv.Itoa(sum11(n)%11%10)
}

// NABM returns the four digits of a laboratory act.
func (g *Gen) NABM() string { return pad(g.Between(100, 1999), 4) }

// CIP7 returns the seven digits of a medicine of the older series 34.
func (g *Gen) CIP7() string { return g.seven("34") }

// CIP13 returns the thirteen digits of a medicine: 34009, CIP7, key of EAN-13.
func (g *Gen) CIP13() string { return ean("34009" + g.CIP7()) }

// UCD7 returns the seven digits of a common dispensing unit.
func (g *Gen) UCD7() string { return g.seven("9") }

// UCD13 returns a UCD in thirteen digits.
func (g *Gen) UCD13() string { return ean("34008" + g.UCD7()) }

// atcGroups is the number of the last group of the second level of each letter,
// those that skip numbers cut before the first gap.
var atcGroups = [...]struct {
	letter string
	last   int
}{
	{"A", 16}, {"B", 3}, {"C", 5}, {"D", 11}, {"G", 4}, {"H", 5}, {"J", 2}, {"L", 4}, {"M", 5}, {"N", 7}, {"P", 3}, {"R", 3}, {"S", 3}, {"V", 1},
}

// ATC returns a seven-character code of the anatomical classification.
func (g *Gen) ATC() string {
	c := atcGroups[g.r.IntN(len(atcGroups))]
	return c.letter + pad(g.Between(1, c.last), 2) + g.from("ABCDEFGHX", 2) + pad(g.Between(1, 60), 2)
}

// EAN returns a thirteen-digit article number that is not a medicine.
func (g *Gen) EAN() string {
	return ean(g.Pick([]string{"400", "500", "761", "871", "541"}) + g.Digits(9))
}

// seven draws until the sum modulo 11 is a digit.
func (g *Gen) seven(head string) string {
	for {
		n := head + g.Digits(6-len(head))
		if k := sum11(n) % 11; k < 10 {
			return n + strconv.Itoa(k)
		}
	}
}

// sum11 weights six digits by 2 to 7.
func sum11(n string) int {
	sum := 0
	for i := range len(n) {
		sum += (i + 2) * int(n[i]-'0')
	}
	return sum
}

// ean appends the key of EAN-13: weights 1 and 3.
func ean(n string) string {
	sum := 0
	for i := range len(n) {
		sum += int(n[i]-'0') * (1 + 2*(i%2))
	}
	return n + strconv.Itoa((10-sum%10)%10)
}
