package synth

import (
	"strconv"
	"strings"
)

// TestCard returns a card number of a range that issuers keep for tests, with a
// right Luhn digit.
func (g *Gen) TestCard() string {
	head := g.Pick([]string{"40000000", "42424242", "41111111", "55555555", "51051051", "22230000"})
	n := head + g.Digits(7)
	return n + luhn(n)
}

// Family returns a surname: invented as Surname does, one of the most common
// ones, of two parts, or with a particle.
func (g *Gen) Family() string {
	switch g.r.IntN(8) {
	case 0, 1, 2:
		return g.Pick(commonNames)
	case 3:
		return g.Surname() + "-" + g.Pick(commonNames)
	case 4:
		return g.Pick([]string{"de ", "Le ", "d'", "Du ", "El "}) + g.Surname()
	}
	return g.Surname()
}

// Address returns number, way, postcode and town on one line.
func (g *Gen) Address() string {
	extra := ""
	if g.OneIn(6) {
		extra = g.Pick([]string{" bis", " ter", "B"})
	}
	sep := g.Pick([]string{", ", " ", " – ", "\u00a0"})
	post, town := g.place()
	if g.OneIn(4) {
		town = strings.ToUpper(town)
	}
	return strconv.Itoa(g.Between(1, 148)) + extra + " " + g.Pick(ways) + " " + g.Pick(streets) + sep + post + " " + town
}

// place returns the postcode and the name of a real town.
func (g *Gen) place() (post, town string) {
	p := g.Pick(places)
	post, town, _ = strings.Cut(p, " ")
	return post, town
}

// Town returns the name of a real town.
func (g *Gen) TownName() string { _, town := g.place(); return town }

// Plate returns a registration plate of the system of 2009, without the letters
// and pairs that are never issued.
func (g *Gen) Plate() string {
	const letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
	for {
		a, c := g.from(letters, 2), g.from(letters, 2)
		if a != "SS" && c != "SS" && a != "WW" {
			return a + "-" + pad(g.Between(1, 999), 3) + "-" + c
		}
	}
}

// Passport returns two digits, two letters, five digits.
func (g *Gen) Passport() string { return g.Digits(2) + g.Letters(2) + g.Digits(5) }

// OldCard returns the twelve digits of an identity card made before 2021: year,
// month, office, serial.
func (g *Gen) OldCard() string {
	return pad(g.Between(5, 20), 2) + pad(g.Between(1, 12), 2) + pad(g.department(), 2) + g.Digits(1) + pad(g.Between(1, 99999), 5)
}

// Coordinates returns latitude and longitude in mainland France.
func (g *Gen) Coordinates() string {
	return strconv.Itoa(g.Between(43, 49)) + "." + g.Digits(6) + ", " + strconv.Itoa(g.Between(0, 6)) + "." + g.Digits(6)
}

// Password returns a password as people write them.
func (g *Gen) Password() string {
	return g.Pick([]string{"Soleil", "Azerty", "Mutuelle", "Bonjour", "Chaton"}) + g.Pick([]string{"!", "_", "@", "#"}) + g.Digits(4)
}

// MRZ returns the two lines of a French passport (ICAO 9303, TD3).
func (g *Gen) MRZ(p Person) string {
	name := strings.ToUpper(Plain(p.Surname)) + "<<" + strings.ReplaceAll(strings.ToUpper(Plain(p.Given)), "-", "<")
	first := ("P<FRA" + name + strings.Repeat("<", 44))[:44]
	sex := "M"
	if p.Woman {
		sex = "F"
	}
	number, birth, expiry := g.Passport(), p.Short(), pad(g.Between(27, 35), 2)+pad(g.Between(1, 12), 2)+pad(g.Between(1, 28), 2)
	nb, bb, eb := number+mrzCheck(number), birth+mrzCheck(birth), expiry+mrzCheck(expiry)
	optional := strings.Repeat("<", 14) + "0"
	return first + "\n" + nb + "FRA" + bb + sex + eb + optional + mrzCheck(nb+bb+eb+optional)
}

// mrzCheck weights 7, 3, 1; letters count from 10, fillers 0; modulo 10.
func mrzCheck(s string) string {
	sum := 0
	for i := range len(s) {
		v := 0
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [...]int{7, 3, 1}[i%3]
	}
	return strconv.Itoa(sum % 10)
}

var (
	commonNames = []string{"Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent",
		"Simon", "Michel", "Lefebvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard", "Nguyen", "Benali",
		"Da Silva", "Traoré", "Yilmaz", "Kowalski", "Garcia", "Diallo", "Boulanger", "Marchand", "Blanc", "Noël"}
	places = []string{"69003 Lyon", "35000 Rennes", "13001 Marseille", "59000 Lille", "67000 Strasbourg", "31000 Toulouse", "44000 Nantes",
		"34000 Montpellier", "33000 Bordeaux", "06000 Nice", "42000 Saint-Étienne", "83000 Toulon", "38000 Grenoble", "21000 Dijon", "49000 Angers",
		"30000 Nîmes", "63000 Clermont-Ferrand", "29200 Brest", "87000 Limoges", "37000 Tours", "80000 Amiens", "57000 Metz", "25000 Besançon",
		"56000 Vannes", "64000 Pau", "17000 La Rochelle", "62100 Calais", "79000 Niort", "85000 La Roche-sur-Yon", "50100 Cherbourg-en-Cotentin",
		"97400 Saint-Denis", "20000 Ajaccio", "22000 Saint-Brieuc", "01000 Bourg-en-Bresse"}
)
