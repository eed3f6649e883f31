package yamldoc

import (
	"strings"
	"testing"
)

func TestFrench(t *testing.T) {
	for en, fr := range map[string]string{
		`unknown field; did you mean "categories"?`:                                       `champ inconnu ; vouliez-vous dire "categories" ?`,
		`"identité" is no category of the taxonomy; did you mean "identity"?`:             `"identité" n'est pas une catégorie de la taxonomie ; vouliez-vous dire "identity" ?`,
		`expected a date such as 2026-11-20`:                                              `attendu : une date comme 2026-11-20`,
		`expected a time such as 2026-11-29 10:00`:                                        `attendu : une heure comme 2026-11-29 10:00`,
		`not an ISO 8601 duration such as P5Y, P13M or PT72H`:                             `attendu : une durée ISO 8601 comme P5Y, P13M ou PT72H`,
		`"5 ans" is not an ISO 8601 duration such as P5Y, P13M or PT72H`:                  `"5 ans" n'est pas une durée ISO 8601 comme P5Y, P13M ou PT72H`,
		`expected 1 to 100 percent, or 0 for never`:                                       `attendu : de 1 à 100, ou 0`,
		`a retention rule needs an id`:                                                    `une règle de conservation a besoin d'un id`,
		`pattern "MUT-[0-9": a class lists what it takes: [0-9], [A-Z0-9]`:                `motif "MUT-[0-9" : une classe énumère ce qu'elle prend : [0-9], [A-Z0-9]`,
		`not recognised as siren: look at its digits, its key and its form`:               `pas reconnu comme siren : voir ses chiffres, sa clé et sa forme`,
		`others than its owner can read it (mode 0644)`:                                   `d'autres que son propriétaire peuvent le lire (mode 0644)`,
		`"x" is no source; did you mean "y"?`:                                             `"x" n'est pas une source ; vouliez-vous dire "y" ?`,
		`is needed`:                                                                       `est obligatoire`,
		`is needed with the decision accept`:                                              `est obligatoire avec la décision accept`,
		`the policy "mutuelle" has no processing "X"`:                                     `la politique "mutuelle" n'a pas de traitement "X"`,
		`"x" is none of active, suspended`:                                                `"x" n'est pas l'une des valeurs active, suspended`,
		`"Durée" is no column of this sheet; did you mean "Délai"?`:                       `"Durée" n'est pas une colonne de cette feuille ; vouliez-vous dire "Délai" ?`,
		`the column "Décision" is missing`:                                                `la colonne "Décision" manque`,
		`expected a whole number`:                                                         `attendu : un nombre entier`,
		`said in no sentence that is known`:                                               `said in no sentence that is known`,
		`expected recense/register, version 1`:                                            `attendu : recense/register, version 1`,
		`ref "T-01" is used twice`:                                                        `ref "T-01" est employé deux fois`,
		`is needed when a category is one of GDPR Art. 9 (9.2.a to 9.2.j, or not stated)`: `est obligatoire quand une catégorie relève de l'article 9 du RGPD (9.2.a à 9.2.j, ou not stated)`,
	} {
		if got := french(en); got != fr {
			t.Errorf("%s: %s", en, got)
		}
	}
	ps := Problems{{"r.yaml", 3, "a.b", "given twice"}}
	if got := ps.French(); got != "r.yaml:3: a.b: donné deux fois" {
		t.Error(got)
	}
	if got := make(Problems, 22).French(); !strings.HasSuffix(got, "et 2 de plus") {
		t.Error(got)
	}
}

// What editors leave behind is told by its name.
func TestNotYAML(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"tab":            {"a:\n\tb: 1\n", "f.yaml:2: not valid YAML: lines are indented with spaces, never with tabs"},
		"Latin-1":        {"a: 1\nb: \xe9t\xe9\n", "f.yaml:2: not UTF-8: save the file as UTF-8"},
		"something else": {"a: [\n", "f.yaml:1: not valid YAML"},
	} {
		if _, err := Read("f.yaml", []byte(c.data), &struct{}{}); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
