package corpus

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"recense/bench/synth"
)

// Table is a table of a database: its columns, in SQL that every engine reads, and
// its rows.
type Table struct {
	Name, Doc string
	Columns   string
	row       func(g *synth.Gen, n int) []string
}

// Tables are what databases are measured with: members, who fill every column with
// personal data; their claims, codes and amounts beside a number that leads to them;
// and entries of an account, in which there is no person.
func Tables() []Table {
	return []Table{
		{"adherents", "members: NIR, IBAN, names, addresses, telephones, e-mail", "id INT NOT NULL PRIMARY KEY, num_adherent VARCHAR(10), civilite VARCHAR(4), nom VARCHAR(60), prenom VARCHAR(60), " +
			"date_naissance DATE, nir CHAR(15), email VARCHAR(120), telephone VARCHAR(20), adresse VARCHAR(120), code_postal CHAR(5), ville VARCHAR(60), iban VARCHAR(34), bic VARCHAR(11)", member},
		{"prestations", "claims: codes and amounts", "id INT NOT NULL PRIMARY KEY, num_adherent VARCHAR(10), code_acte VARCHAR(7), libelle VARCHAR(60), cim10 VARCHAR(6), date_soins DATE, " +
			"montant DECIMAL(10,2), taux INT, rembourse DECIMAL(10,2), finess CHAR(9), statut VARCHAR(10), regime VARCHAR(4)", claim},
		{"ecritures", "entries: numbers and codes, no person", "id INT NOT NULL PRIMARY KEY, journal VARCHAR(3), compte VARCHAR(8), piece INT, date_piece DATE, sens CHAR(1), " +
			"debit DECIMAL(12,2), credit DECIMAL(12,2), site INT, lot INT, taux INT, etat VARCHAR(8)", entry},
	}
}

func member(g *synth.Gen, n int) []string {
	p := g.Person()
	phone := p.Mobile
	if g.OneIn(4) {
		phone = synth.SpacedPhone(p.Phone, " ")
	}
	return []string{strconv.Itoa(n), p.Member, p.Civility(), strings.ToUpper(p.Surname), p.Given, p.ISO(), p.NIR, p.Email, phone, p.Street, p.Postcode, p.Town, p.IBAN, p.BIC}
}

var acts = []string{"Consultation", "Radiographie du thorax", "Détartrage", "Analyse de sang", "Séance de kinésithérapie", "Monture et verres", "Pharmacie", "Transport"}

func claim(g *synth.Gen, n int) []string {
	day := g.Birth()
	day.Year = g.Between(2022, 2026)
	cents := g.Between(600, 90000)
	rate := g.Between(1, 10) * 10
	return []string{strconv.Itoa(n), "A-" + strconv.Itoa(g.Between(100000, 999999)), g.CCAM(), g.Pick(acts), g.CIM10(), day.ISO(), money(cents), strconv.Itoa(rate),
		money(cents * rate / 100), g.Digits(9), g.Pick([]string{"paye", "paye", "paye", "rejete", "attente"}), g.Pick([]string{"RG", "RSI", "MSA", "AM"})}
}

func entry(g *synth.Gen, n int) []string {
	day := g.Birth()
	day.Year = g.Between(2018, 2026)
	debit, credit := money(g.Between(100, 9999999)), "0.00"
	if g.OneIn(2) {
		debit, credit = credit, debit
	}
	return []string{strconv.Itoa(n), g.Pick([]string{"VTE", "ACH", "BQ1", "OD"}), "4" + g.Digits(5), strconv.Itoa(g.Between(1, 99999)), day.ISO(), g.Pick([]string{"D", "C"}),
		debit, credit, strconv.Itoa(g.Between(1, 40)), strconv.Itoa(n / 50), g.Pick([]string{"0", "55", "100", "200"}), g.Pick([]string{"valide", "brouil", "clos"})}
}

func money(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// Rows gives the values of rows rows, each valid until the next, and the names of the
// columns.
func (t *Table) Rows(rows int) (names []string, values iter.Seq[[]string]) {
	depth, word := 0, ""
	for _, c := range t.Columns + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			names, word = append(names, strings.Fields(word)[0]), ""
			continue
		}
		word += string(c)
	}
	return names, func(yield func([]string) bool) {
		g := synth.New(seed(t.Name))
		for n := 1; n <= rows && yield(t.row(g, n)); n++ {
		}
	}
}

// WriteSQL writes the statements that make the table with rows rows.
func (t *Table) WriteSQL(w io.Writer, rows int) error {
	const together = 500 // rows of a statement
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(b, "CREATE TABLE %s (%s);\nBEGIN;\n", t.Name, t.Columns)
	g := synth.New(seed(t.Name))
	for n := 1; n <= rows; n++ {
		between, end := ",\n", ""
		if (n-1)%together == 0 {
			between = "INSERT INTO " + t.Name + " VALUES\n"
		}
		if n%together == 0 || n == rows {
			end = ";\n"
		}
		values := t.row(g, n)
		for i, v := range values {
			values[i] = strings.ReplaceAll(v, "'", "''")
		}
		fmt.Fprintf(b, "%s('%s')%s", between, strings.Join(values, "','"), end)
	}
	b.WriteString("COMMIT;\n")
	return b.Flush()
}
