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
		{`is needed with this decision`, `est obligatoire avec cette décision`},
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
		{`expected a date such as (\S+)`, `attendu : une date comme $1`},
		{`expected a time such as (\S+ ?\S*)`, `attendu : une heure comme $1`},
		{`not an ISO 8601 duration such as (.*) or (\S+)`, `attendu : une durée ISO 8601 comme $1 ou $2`},
		{`(".*") is not an ISO 8601 duration such as (.*) or (\S+)`, `$1 n'est pas une durée ISO 8601 comme $2 ou $3`},
		{`no such day`, `ce jour n'existe pas`},
		{`expected a text, or a list of texts`, `attendu : un texte, ou une liste de textes`},
		{`expected a number above zero`, `attendu : un nombre supérieur à zéro`},
		{`expected a number above zero, or 0 for the default`, `attendu : un nombre supérieur à zéro, ou 0 pour la valeur par défaut`},
		{`expected ([\d,]+) to ([\d,]+) (percent|processes|files|days|hours), or 0 for (the default|never|all|no limit|one per processor)`, `attendu : de $1 à $2, ou 0`},
		{`expected 32 hexadecimal digits`, `attendu : 32 chiffres hexadécimaux`},
		{`expected the 32 hexadecimal digits of a finding`, `attendu : les 32 chiffres hexadécimaux d'un constat`},
		{`expected oui or non`, `attendu : oui ou non`},
		{`the column (".*") is missing`, `la colonne $1 manque`},
		{`the sheet is missing`, `la feuille manque`},
		{`(".*") is no field of this sheet`, `$1 n'est pas un champ de cette feuille`},
		{`(".*") is no column of this sheet`, `$1 n'est pas une colonne de cette feuille`},
		{`(".*") stands on no row of the sheet of (.*)`, `$1 n'est sur aucune ligne de la feuille $2`},
		{`not the same as on another row of this processing`, `ce n'est pas ce que dit une autre ligne du même traitement`},
		{`expected up to 64 letters, digits, dots, hyphens and _`, `attendu : au plus 64 lettres, chiffres, points, traits d'union et _`},
		{`expected a domain such as (\S+)`, `attendu : un domaine comme $1`},
		{`expected an address of this machine alone, such as (\S+)`, `attendu : une adresse de cette machine seule, comme $1`},
		{`expected an address`, `attendu : une adresse`},
		{`expected addresses`, `attendu : des adresses`},
		{`expected host:port`, `attendu : hôte:port`},
		{`expected https`, `attendu : https`},
		{`expected options such as (\S+)`, `attendu : des options comme $1`},
		{`expected the name of a credential`, `attendu : le nom d'un credential`},
		{`expected the five fields of crontab: minute hour day month weekday`, `attendu : les cinq champs de crontab : minute heure jour mois jour-de-semaine`},
		{`expected the five fields of crontab, or @daily`, `attendu : les cinq champs de crontab, ou @daily`},
		{`expected HH:MM,RATE, or days such as (.*)`, `attendu : HH:MM,DÉBIT, ou des jours comme $1`},
		{`expected a rate such as (.*) or pause`, `attendu : un débit comme $1 ou pause`},
		{`expected stages, or "duration: not stated"`, `attendu : stages, ou "duration: not stated"`},
		{`stages and a duration exclude each other`, `stages et duration s'excluent`},
		{`a policy needs an id`, `une politique a besoin d'un id`},
		{`a processing needs a ref`, `un traitement a besoin d'une ref`},
		{`a retention rule needs an id`, `une règle de conservation a besoin d'un id`},
		{`a stage needs a delay above zero`, `une étape a besoin d'un délai supérieur à zéro`},
		{`no such embedded policy; there are (.*)`, `politique fournie inconnue ; il y a $1`},
		{`names a processing that the policy does not have`, `nomme un traitement que la politique n'a pas`},
		{`names a retention rule that the policy does not have`, `nomme une règle de conservation que la politique n'a pas`},
		{`names no source`, `ne nomme aucune source`},
		{`names nobody`, `ne nomme personne`},
		{`names go with the basis column, and with it only`, `names va avec la base column, et avec elle seule`},
		{`goes with a register`, `va avec un registre`},
		{`holds a password`, `contient un mot de passe`},
		{`holds a password: name its place in credentials`, `contient un mot de passe : dites où il est dans credentials`},
		{`not a URL`, `ce n'est pas une URL`},
		{`unknown time zone`, `fuseau horaire inconnu`},
		{`never due`, `jamais dû`},
		{`(\d+) detectors, at most (\d+)`, `$1 détecteurs, $2 au plus`},
		{`not recognised as (\w+): look at its digits, its key and its form`, `pas reconnu comme $1 : voir ses chiffres, sa clé et sa forme`},
		{`there is a kind (".*") already`, `il y a déjà un type $1`},
		{`there is a detector (\w+) already`, `il y a déjà un détecteur $1`},
		{`ambiguous: the pattern of (.*) as well`, `ambigu : c'est aussi le motif de $1`},
		{`the kind is not 3 to 32 lower case letters, digits and _`, `le type n'est pas fait de 3 à 32 minuscules, chiffres et _`},
		{`a title of one line is needed`, `il faut un titre d'une ligne`},
		{`nothing without a check is verified: at most probable`, `rien n'est verified sans contrôle : au plus probable`},
		{`(\d+) patterns: 1 to (\d+) are needed`, `$1 motifs : il en faut de 1 à $2`},
		{`pattern (".*"): any number of that length would match: words, columns or a check are needed`, `motif $1 : tout nombre de cette longueur irait : il faut des mots, des colonnes ou un contrôle`},
		{`pattern (".*"): nothing in it is fixed: a literal of two letters or more, words or columns are needed`, `motif $1 : rien n'y est fixe : il faut deux lettres ou plus, des mots ou des colonnes`},
		{`pattern (".*"): longer than (\d+) characters`, `motif $1 : plus de $2 caractères`},
		{`pattern (".*"): a repetition has an end: (.*)`, `motif $1 : une répétition a une fin : $2`},
		{`pattern (".*"): ('.*') means nothing there: .*`, `motif $1 : $2 n'y veut rien dire : un motif a des caractères, des classes comme [0-9], {n}, {m,n} et ? ; un signe s'écrit derrière une barre inverse`},
		{`pattern (".*"): letters, digits and marks of ASCII only`, `motif $1 : lettres, chiffres et signes ASCII seulement`},
		{`pattern (".*"): a class lists what it takes: (.*)`, `motif $1 : une classe énumère ce qu'elle prend : $2`},
		{`pattern (".*"): a class has digits, letters and marks, and ranges such as (.*) or (.*)`, `motif $1 : une classe a des chiffres, des lettres et des signes, et des plages comme $2 ou $3`},
		{`pattern (".*"): a { without }`, `motif $1 : un { sans }`},
		{`(an empty pattern|pattern ".*": an empty pattern)`, `un motif vide`},
		{`pattern (".*"): too short: it takes (\d+) characters, at least (\d+) are needed`, `motif $1 : trop court : il prend $2 caractères, il en faut au moins $3`},
		{`pattern (".*"): the same for every value: nothing in it varies`, `motif $1 : le même pour toute valeur : rien n'y varie`},
		{`pattern (".*"): words would match: at least three places for a digit alone are needed`, `motif $1 : des mots iraient : il faut au moins trois places réservées à un chiffre`},
		{`pattern (".*"): it begins and ends with letters or digits`, `motif $1 : il commence et finit par des lettres ou des chiffres`},
		{`no such file`, `fichier inexistant`},
		{`cannot be read by this account`, `illisible pour ce compte`},
		{`others than its owner can read it \(mode (\d+)\)`, `d'autres que son propriétaire peuvent le lire (mode $1)`},
		{`the variable is not set`, `la variable n'est pas définie`},
		{`(".*") is no source`, `$1 n'est pas une source`},
		{`(".*") is no level of the taxonomy`, `$1 n'est pas un niveau de la taxonomie`},
		{`rule (\S+) has neither a limit nor an unknown duration`, `la règle $1 n'a ni limite ni durée inconnue`},
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
