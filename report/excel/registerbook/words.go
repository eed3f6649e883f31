package registerbook

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"recense/report/register"
	"recense/report/taxonomy"
)

// word is one value of a closed list, as the file and as the workbook say it.
type word struct {
	id    string
	label taxonomy.Words
}

// vocabulary are the closed lists.
type vocabulary struct{ tax *taxonomy.Taxonomy }

func (v *vocabulary) sourceKinds() []word {
	return []word{
		{"file_share", w("Partage de fichiers", "File share")},
		{"database", w("Base de données", "Database")},
		{"export", w("Export", "Export")},
		{"mail_archive", w("Archive de messagerie", "Mail archive")},
		{"backup", w("Sauvegarde", "Backup")},
		{"object_store", w("Stockage objet", "Object store")},
	}
}

func (v *vocabulary) operators() []word { return []word{{"internal", w("Interne", "Internal")}} }

func (v *vocabulary) environments() []word {
	words := values(v.tax.Enums.Environment)
	return words[:len(words)-1] // unknown is the empty cell
}

func (v *vocabulary) statuses() []word {
	return []word{{"active", w("Actif", "Active")}, {"planned", w("Prévu", "Planned")}, {"ended", w("Terminé", "Ended")}}
}

func (v *vocabulary) roles() []word {
	return []word{
		{"controller", w("Responsable de traitement", "Controller")},
		{"joint_controller", w("Responsable conjoint", "Joint controller")},
		{"processor", w("Sous-traitant", "Processor")},
	}
}

func (v *vocabulary) bases() []word {
	return []word{
		{"consent", w("Consentement", "Consent")},
		{"contract", w("Contrat", "Contract")},
		{"legal_obligation", w("Obligation légale", "Legal obligation")},
		{"vital_interests", w("Sauvegarde des intérêts vitaux", "Vital interests")},
		{"public_interest", w("Mission d'intérêt public", "Public interest")},
		{"legitimate_interest", w("Intérêt légitime", "Legitimate interest")},
	}
}

func (v *vocabulary) recipientTypes() []word {
	return []word{
		{"internal", w("Interne", "Internal")},
		{"group", w("Groupe", "Group")},
		{"processor", w("Sous-traitant", "Processor")},
		{"partner", w("Partenaire", "Partner")},
	}
}

func (v *vocabulary) states() []word    { return values(v.tax.Enums.DeclaredState) }
func (v *vocabulary) decisions() []word { return values(v.tax.Enums.Decision) }
func (v *vocabulary) subjects() []word  { return values(v.tax.Subjects) }

func (v *vocabulary) categories() []word {
	var out []word
	for _, c := range v.tax.Categories {
		out = append(out, word{c.ID, c.Label})
	}
	return out
}

func (v *vocabulary) kinds() []word {
	var out []word
	for _, k := range register.Kinds() {
		out = append(out, word{k.ID, k.Constat})
	}
	return out
}

func (v *vocabulary) measures() []word {
	var out []word
	for _, m := range register.SecurityMeasures() {
		out = append(out, word{m, w(m, m)})
	}
	return out
}

func values(list []taxonomy.Value) []word {
	var out []word
	for _, v := range list {
		out = append(out, word{v.ID, v.Label})
	}
	return out
}

// notStated is the word for what nobody says.
var notStated = word{register.NotStated, w("non précisé", "not stated")}

// show returns the words of an id.
func show(list []word, id, lang string) string {
	for _, x := range append(list, notStated) {
		if x.id == id {
			return x.label.In(lang)
		}
	}
	return id
}

// find returns the id that a text stands for: its words in either language, or
// the id itself.
func find(list []word, text string) (string, bool) {
	for _, x := range append(list, notStated) {
		if same(text, x.id) || same(text, x.label.FR) || same(text, x.label.EN) {
			return x.id, true
		}
	}
	return "", false
}

// same compares words as people type them: capitals, accents, kinds of
// apostrophes and spaces do not count.
func same(a, b string) bool { return folded(a) == folded(b) }

func folded(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r):
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			if r == '’' || r == 'ʼ' {
				r = '\''
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// lines are the values of a cell, one a line.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
