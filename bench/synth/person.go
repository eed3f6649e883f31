package synth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Person is a synthetic member. All fields agree with one another: the NIR tells
// the sex and the month of the birth, the IBAN is that of the RIB, the e-mail
// address is made of the names.
type Person struct {
	Birth
	Surname, Given string
	NIR            string // 15 characters
	RIB            RIB
	IBAN, BIC      string
	Email          string
	Phone, Mobile  string // 10 digits
	Street         string
	Postcode, Town string
	Member         string // the number of the mutual, A-123456
}

// Person draws a member.
func (g *Gen) Person() Person {
	p := Person{Birth: g.Birth()}
	p.Given = g.Given(p.Woman)
	p.Surname = g.Surname()
	p.NIR = g.NIR(p.Birth)
	p.RIB = g.RIB()
	p.IBAN, p.BIC = p.RIB.IBAN(), g.BIC()
	p.Email = g.EmailOf(p.Given, p.Surname)
	p.Phone, p.Mobile = g.Landline(), g.Mobile()
	p.Street = g.Street()
	p.Town = g.Pick(towns)
	p.Postcode = pad(g.department(), 2) + "9" + g.Digits(1) + "0"
	p.Member = "A-" + pad(g.Between(100000, 999999), 6)
	return p
}

// Civility returns Mme or M.
func (p Person) Civility() string {
	if p.Woman {
		return "Mme"
	}
	return "M."
}

// Given returns a given name.
func (g *Gen) Given(woman bool) string {
	if woman {
		return g.Pick(womensNames)
	}
	return g.Pick(mensNames)
}

// Surname returns an invented surname, capitalised.
func (g *Gen) Surname() string {
	s := g.Pick(nameHeads) + g.Pick(nameTails)
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// Street returns a number and an invented street.
func (g *Gen) Street() string {
	return pad(g.Between(1, 148), 1) + " " + g.Pick(ways) + " " + g.Pick(streets)
}

// EmailOf returns an address in a reserved domain for a person of that name.
func (g *Gen) EmailOf(given, surname string) string {
	given, surname = Plain(given), Plain(surname)
	local := given + "." + surname
	switch g.r.IntN(5) {
	case 0:
		local = given[:1] + surname // Plain names are ASCII
	case 1:
		local += g.Digits(2)
	case 2:
		local = surname + "-" + given
	}
	return local + "@" + g.Pick(domains)
}

// Email returns an address in a reserved domain.
func (g *Gen) Email() string { return g.EmailOf(g.Given(g.OneIn(2)), g.Surname()) }

// BadEmail returns something that looks like an address and is none.
func (g *Gen) BadEmail() string {
	name := Plain(g.Surname())
	return g.Pick([]string{name + "..x@example.com", name + "@example", name + "@2x.png",
		name + "@-example.com", "@" + name, name + "@exemple.c"})
}

// Landline returns ten digits in a geographic range kept for fiction.
func (g *Gen) Landline() string {
	return g.Pick([]string{"019900", "026191", "035301", "046571", "053649"}) + g.Digits(4)
}

// Mobile returns ten digits in the mobile range kept for fiction.
func (g *Gen) Mobile() string { return "063998" + g.Digits(4) }

// SpacedPhone writes ten digits in pairs.
func SpacedPhone(phone, sep string) string { return Group(phone, sep, 2, 2, 2, 2, 2) }

// International writes ten digits with +33.
func International(phone string) string {
	return "+33 " + Group(phone[1:], " ", 1, 2, 2, 2, 2)
}

// ForeignPhone returns a number of another country with its plus sign, in
// ranges kept for drama (United Kingdom, United States).
func (g *Gen) ForeignPhone() string {
	if g.OneIn(2) {
		return "+44 20 7946 0" + g.Digits(3)
	}
	return "+1 202 555 01" + g.Digits(2)
}

// BadPhone returns nine or eleven digits in the form of a telephone number.
func (g *Gen) BadPhone() string {
	if g.OneIn(2) {
		return SpacedPhone(g.Mobile(), " ")[:13]
	}
	return "00" + Group(g.Mobile()[2:], " ", 2, 2, 2, 2)
}

var plainer = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a",
	"ç", "c", "î", "i", "ï", "i", "ô", "o", "û", "u", "ü", "u", "ÿ", "y", "É", "e", "È", "e", " ", "-", "'", "")

// Plain returns s in lower case without accents, spaces as hyphens.
func Plain(s string) string { return strings.ToLower(plainer.Replace(s)) }

var (
	womensNames = []string{"Adèle", "Bérénice", "Camille", "Cécile", "Danielle", "Élise", "Fanny", "Gaëlle",
		"Hélène", "Inès", "Jeanne", "Karine", "Léa", "Maëlle", "Nadège", "Odile", "Prune", "Romane", "Sabrina",
		"Thaïs", "Violette", "Yasmine", "Zoé", "Anne-Sophie", "Marie-Laure"}
	mensNames = []string{"Aurélien", "Bastien", "Clément", "Damien", "Émile", "Fabrice", "Gaël", "Hugo", "Ismaël",
		"Jérôme", "Kévin", "Loïc", "Mathéo", "Noé", "Olivier", "Pascal", "Quentin", "Rémi", "Sylvain", "Théo",
		"Ulysse", "Valère", "Yanis", "Jean-Marc", "Paul-Henri"}
	nameHeads = []string{"bram", "tervi", "cauda", "lhermi", "vaudre", "quesno", "marti", "bello", "fontai", "gresi",
		"harcou", "jolive", "kervo", "lando", "morva", "nérau", "orbe", "pruni", "roque", "sauvi", "thévi", "ursé",
		"valco", "ysen", "dorfe", "écla", "chamba", "brézo", "pléme", "guéri"}
	nameTails = []string{"lot", "gne", "rd", "tte", "court", "nnec", "vaux", "zelle", "doux", "rain", "lland", "neuil",
		"quet", "sson", "ttier", "mont", "bourg", "ville", "drel", "noy", "chart", "ux", "net", "ric", "deau"}
	ways    = []string{"rue", "avenue", "boulevard", "place", "allée", "chemin", "impasse", "route", "quai", "square"}
	streets = []string{"des Tilleuls", "du Moulin Vert", "de la Fontaine aux Lièvres", "des Trois Exemples", "du Vieux Lavoir",
		"de l'Horloge", "des Essais", "du Clos Fictif", "de la Grande Ourse", "des Papetiers", "du Bac à Sable", "de l'Alambic"}
	towns = []string{"Exempleville", "Saint-Fictif", "Modèle-sur-Orge", "Villetest", "Bourg-l'Épreuve", "La Ferté-Témoin",
		"Montessai", "Champ-d'Essai", "Échantillon-les-Bains", "Port-Spécimen"}
	domains = []string{"example.com", "example.org", "example.net", "mail.example.com", "courriel.example.org"}
)
