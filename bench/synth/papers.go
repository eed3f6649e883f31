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
		if g.OneIn(5) {
			return "d'" + g.Pick([]string{"Almessart", "Orbevaux", "Essarville", "Ysendrel"})
		}
		return g.Pick([]string{"de ", "Le ", "Du ", "El "}) + g.Surname()
	}
	return g.Surname()
}

// RareGiven returns a given name that no list has: made of syllables.
func (g *Gen) RareGiven() string { return g.rare(2) }

// RareSurname returns a surname that no list has.
func (g *Gen) RareSurname() string {
	switch g.r.IntN(6) {
	case 0:
		return g.rare(2) + "-" + g.rare(2)
	case 1:
		return g.Pick([]string{"Ben ", "Van ", "Ait ", "El ", "Da "}) + g.rare(2)
	}
	return g.rare(3)
}

func (g *Gen) rare(syllables int) string {
	heads := []string{"Tsi", "Ngo", "Kra", "Yav", "Oum", "Zel", "Bi", "Dju", "Fen", "Hra", "Ixo", "Koa", "Lwe", "Mbo", "Nja", "Psy", "Qua", "Raz", "Sko", "Tru", "Uwi", "Vlo", "Wou", "Xha", "Yeg", "Zdi"}
	rests := []string{"la", "vo", "rin", "ma", "ske", "ndo", "tzi", "bek", "nu", "dra", "lim", "go", "thi", "wen", "zar", "ky", "mpo", "hé", "rou", "fi"}
	s := g.Pick(heads)
	for range syllables {
		s += g.Pick(rests)
	}
	return s
}

// BirthTown returns a place of birth: a commune, or a town abroad, as papers write it.
func (g *Gen) BirthTown() string {
	if g.OneIn(3) {
		return g.Pick([]string{"Alger", "Tunis (Tunisie)", "Oran", "Casablanca (Maroc)", "Lisbonne", "Bamako", "Fort-de-France (972)", "Dakar (Sénégal)", "Bucarest", "Port-au-Prince", "Hô-Chi-Minh-Ville"})
	}
	town := g.TownName()
	switch g.r.IntN(4) {
	case 0:
		return strings.ToUpper(town)
	case 1:
		return town + " (" + pad(g.department(), 2) + ")"
	}
	return town
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

// AddressLines returns an address as it stands on an envelope, two or three lines.
func (g *Gen) AddressLines() string {
	post, town := g.place()
	street := strconv.Itoa(g.Between(1, 148)) + g.Pick([]string{"", " bis", " ter", ","}) + " " + g.Pick(ways) + " " + g.Pick(streets)
	if g.OneIn(3) {
		street = strings.ToUpper(street)
	}
	if g.OneIn(3) {
		street += "\n" + g.Pick([]string{"Bâtiment B, appartement 12", "Escalier C", "Résidence du Lac"})
	}
	return street + "\n" + post + " " + strings.ToUpper(town)
}

// AddressExtra returns an address with a residence, a building or a hamlet.
func (g *Gen) AddressExtra() string {
	post, town := g.place()
	return strconv.Itoa(g.Between(1, 148)) + g.Pick([]string{" av. ", " bd ", " rte ", " chem. ", " pl. ", " all. "}) + g.Pick(streets) + g.Pick([]string{", bât. A, ", ", appt 31, ", " - résidence Les Essais - ", ", 3e étage, "}) + post + " " + town
}

// AddressBox returns an address without a number of a house.
func (g *Gen) AddressBox() string {
	post, town := g.place()
	switch g.r.IntN(3) {
	case 0:
		return "BP " + strconv.Itoa(g.Between(10, 9999)) + ", " + post + " " + strings.ToUpper(town) + " CEDEX"
	case 1:
		return "CS " + g.Digits(5) + ", " + post + " " + strings.ToUpper(town) + " CEDEX " + strconv.Itoa(g.Between(1, 9))
	}
	return "lieu-dit " + g.Pick([]string{"Kervoal", "Le Bois Fictif", "Les Essarts", "La Croix Témoin"}) + ", " + post + " " + town
}

// Degrees returns latitude and longitude in degrees, minutes and seconds.
func (g *Gen) Degrees() string {
	angle := func(lo, hi int) string {
		return strconv.Itoa(g.Between(lo, hi)) + "°" + pad(g.IntN(60), 2) + "'" + pad(g.IntN(60), 2) + "\""
	}
	return angle(43, 49) + "N " + angle(0, 6) + g.Pick([]string{"E", "O", "W"})
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

// MRZCard returns the three lines of a card of credit-card size (ICAO 9303, TD1).
func (g *Gen) MRZCard(p Person) string {
	number, optional := g.Letters(2)+g.Digits(7), g.fillers("", 15)
	number += mrzCheck(number)
	dates, rest := mrzDates(g, p), g.fillers("", 11)
	first := "IDFRA" + number + optional
	second := dates + "FRA" + rest
	check := mrzCheck(first[5:] + dates[:7] + dates[8:15] + rest)
	return first + "\n" + second + check + "\n" + g.fillers(mrzName(p), 30)
}

// MRZVisa returns the two lines of 36 of a document of the size of a visa (ICAO
// 9303, TD2).
func (g *Gen) MRZVisa(p Person) string {
	number := g.Passport()
	number += mrzCheck(number)
	dates, optional := mrzDates(g, p), g.fillers("", 7)
	second := number + "FRA" + dates + optional
	return g.fillers("I<FRA"+mrzName(p), 36) + "\n" + second + mrzCheck(number+dates[:7]+dates[8:15]+optional)
}

// MRZOld returns the two lines of a French card made before 2021: décret
// n° 55-1397.
func (g *Gen) MRZOld(p Person) string {
	first := g.fillers("IDFRA"+strings.ToUpper(Plain(p.Surname)), 30) + pad(g.department(), 2) + g.Digits(4)
	number := g.OldCard()
	sex := "M"
	if p.Woman {
		sex = "F"
	}
	second := number + mrzCheck(number) + g.fillers(strings.ReplaceAll(strings.ToUpper(Plain(p.Given)), "-", "<<"), 14) + p.Short() + mrzCheck(p.Short()) + sex
	return first + "\n" + second + mrzCheck(first+second)
}

// mrzDates are birth, sex and expiry with their check digits.
func mrzDates(g *Gen, p Person) string {
	sex := "M"
	if p.Woman {
		sex = "F"
	}
	expiry := pad(g.Between(27, 35), 2) + pad(g.Between(1, 12), 2) + pad(g.Between(1, 28), 2)
	return p.Short() + mrzCheck(p.Short()) + sex + expiry + mrzCheck(expiry)
}

func mrzName(p Person) string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToUpper(Plain(s)), "-", "<") }
	return plain(p.Surname) + "<<" + plain(p.Given)
}

// fillers cuts or fills s to n characters.
func (g *Gen) fillers(s string, n int) string { return (s + strings.Repeat("<", n))[:n] }

// DrivingLicence returns the number of a licence: two digits, two letters and
// five digits, or the twelve digits of those before 2013.
func (g *Gen) DrivingLicence() string {
	if g.OneIn(2) {
		return g.Passport()
	}
	return pad(g.Between(70, 99), 2) + pad(g.Between(1, 12), 2) + pad(g.department(), 2) + g.Digits(6)
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
