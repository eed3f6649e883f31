package yamldoc

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// French is Error in French: who keeps a register or a request reads no English. What is
// quoted, and the names of fields, stay as they are; a text without a translation too.
func (ps Problems) French() string {
	lines := make([]string, 0, len(ps))
	for i, p := range ps {
		if i == 20 {
			lines = append(lines, fmt.Sprintf("et %d de plus", len(ps)-i))
			break
		}
		p.Text = french(p.Text)
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

func french(text string) string {
	head, near, ok := strings.Cut(text, "; did you mean ")
	for _, s := range sentences() {
		if s.en.MatchString(head) {
			head = s.en.ReplaceAllString(head, s.fr)
			break
		}
	}
	if ok {
		head += " ; vouliez-vous dire " + strings.TrimSuffix(near, "?") + " ?"
	}
	return head
}

// sentences are what is said of a field, most precise first. $1 and $2 stand for what is quoted.
var sentences = sync.OnceValue(func() (list []struct {
	en *regexp.Regexp
	fr string
}) {
	for _, p := range [][2]string{
		{`unknown field`, `champ inconnu`},
		{`given twice`, `donné deux fois`},
		{`is needed`, `est obligatoire`},
		{`is needed with the legal basis (.*)`, `est obligatoire avec la base légale $1`},
		{`is needed with the role (.*)`, `est obligatoire avec le rôle $1`},
		{`is needed with the decision (.*)`, `est obligatoire avec la décision $1`},
		{`is needed when a category is one of GDPR Art\. 9 \(9\.2\.a to 9\.2\.j, or not stated\)`, `est obligatoire quand une catégorie relève de l'article 9 du RGPD (9.2.a à 9.2.j, ou not stated)`},
		{`at least one is needed`, `il en faut au moins un`},
		{`not valid YAML`, `YAML incorrect`},
		{`not valid YAML: lines are indented with spaces, never with tabs`, `YAML incorrect : les lignes se décalent par des espaces, jamais par des tabulations`},
		{`not UTF-8: save the file as UTF-8`, `ce n'est pas de l'UTF-8 : enregistrez le fichier en UTF-8`},
		{`larger than 16 MiB`, `plus de 16 Mio`},
		{`too many values`, `trop de valeurs`},
		{`a value of the wrong form`, `valeur d'une forme inattendue`},
		{`expected fields and values`, `attendu : des champs et leurs valeurs`},
		{`expected a list`, `attendu : une liste`},
		{`expected a text`, `attendu : un texte`},
		{`expected true or false`, `attendu : true ou false`},
		{`expected a whole number`, `attendu : un nombre entier`},
		{`expected kind and value`, `attendu : kind et value`},
		{`expected either verdict_id, or kind and location`, `attendu : soit verdict_id, soit kind et location`},
		{`expected an ISO 3166-1 code of two capitals, such as (\w+)`, `attendu : un code ISO 3166-1 de deux majuscules, comme $1`},
		{`expected one of (.*)`, `attendu : l'une des valeurs $1`},
		{`expected direct, or "indirect: " and the origin`, `attendu : direct, ou "indirect: " suivi de l'origine`},
		{`expected (recense/\w+), version 1`, `attendu : $1, version 1`},
		{`a name has family_name and given_name, and no value`, `un nom a family_name et given_name, et pas de value`},
		{`is before the day of receipt`, `est antérieur au jour de réception`},
		{`(".*") is none of (the data subjects of the taxonomy)`, `$1 n'est pas une catégorie de personnes de la taxonomie`},
		{`(".*") is none of (.*)`, `$1 n'est pas l'une des valeurs $2`},
		{`(".*") is used twice`, `$1 est employé deux fois`},
		{`(ref|id) (".*") is used twice`, `$1 $2 est employé deux fois`},
		{`(".*") is no category of the taxonomy`, `$1 n'est pas une catégorie de la taxonomie`},
		{`(".*") is no detector`, `$1 n'est pas un détecteur`},
		{`(".*") is no source of this register`, `$1 n'est pas une source de ce registre`},
		{`(".*") is no processing of this register`, `$1 n'est pas un traitement de ce registre`},
		{`the policy (".*") has no processing (".*")`, `la politique $1 n'a pas de traitement $2`},
		{`the policy (".*") has no retention rule (".*")`, `la politique $1 n'a pas de règle de conservation $2`},
	} {
		list = append(list, struct {
			en *regexp.Regexp
			fr string
		}{regexp.MustCompile("^" + p[0] + "$"), p[1]})
	}
	return list
})
