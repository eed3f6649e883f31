package breach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recense/report/dossier"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
)

func (m *Impact) instant(t time.Time) string {
	return register.Paris(t).Format(m.say("02/01/2006 à 15 h 04 (-07:00)", "2006-01-02 15:04 (-07:00)"))
}

func (m *Impact) deadline(d *dossier.Dossier) {
	p := d.Add("Échéance", m.say("Échéance (art. 33(1))", "Deadline (Art. 33(1))"))
	limit := Deadline(m.req.Aware)
	p.Pair(m.say("Prise de connaissance", "Aware since"), m.instant(m.req.Aware))
	p.Pair(m.say("Notification au plus tard", "Notification at the latest"), m.instant(limit)+m.say(" — 72 heures écoulées, jours non ouvrés compris", " — 72 elapsed hours, non-working days included"))
	left := limit.Sub(m.req.Now).Truncate(time.Minute)
	switch {
	case left >= 0:
		p.Pair(m.say("Temps restant", "Time left"), fmt.Sprintf("%d h %02d", int(left.Hours()), int(left.Minutes())%60))
	default:
		late := -left
		p.Pair(m.say("Temps restant", "Time left"), fmt.Sprintf(m.say("dépassée de %d h %02d : motiver le retard", "over by %d h %02d: give reasons for the delay"), int(late.Hours()), int(late.Minutes())%60))
	}
}

var kindWords = map[string]taxonomy.Words{
	"confidentiality": {FR: "perte de confidentialité", EN: "loss of confidentiality"},
	"integrity":       {FR: "perte d'intégrité", EN: "loss of integrity"},
	"availability":    {FR: "perte de disponibilité", EN: "loss of availability"},
}

func (m *Impact) nature(d *dossier.Dossier) {
	p := d.Add("Emplacements", m.say("Nature de la violation (art. 33(3)(a))", "Nature of the breach (Art. 33(3)(a))"))
	var kinds []string
	for _, k := range m.req.Kinds {
		kinds = append(kinds, kindWords[k].In(m.lang()))
	}
	p.Pair(m.say("Nature", "Kind"), strings.Join(kinds, ", "))
	p.Pair(m.say("Périmètre", "Perimeter"), m.perimeter())
	for _, s := range slices.Sorted(maps.Keys(m.sources)) {
		p.Pair(m.say("Source, date de l'inventaire employé", "Source, date of the inventory used"), s+", "+m.sources[s])
	}
	var countries []string
	for _, c := range slices.Sorted(maps.Keys(m.countries)) {
		countries = append(countries, fmt.Sprintf("%s (%d)", cmp.Or(c, m.say("inconnu", "unknown")), m.countries[c]))
	}
	p.Pair(m.say("Pays (emplacements)", "Countries (locations)"), strings.Join(countries, ", "))
	p.Pair(m.say("Emplacements dans le périmètre", "Locations in the perimeter"), fmt.Sprint(m.locations))
	p.Pair(m.say("Dont avec des données personnelles", "Of which with personal data"), fmt.Sprint(m.read))
	p.Table = &dossier.Table{
		Head: []string{"Source", m.say("Emplacement", "Location"), m.say("Catégories", "Categories"), m.say("Personnes (est.)", "Persons (est.)"),
			m.say("Niveau d'impact", "Impact level"), m.say("Accès avant la violation", "Access before the breach"), m.say("Traitements", "Processings")},
		Widths: []float64{18, 64, 50, 14, 16, 26, 16}, Rows: m.rows, Left: m.left,
	}
}

func (m *Impact) perimeter() string {
	var parts []string
	add := func(label string, values []string) {
		if len(values) > 0 {
			parts = append(parts, label+" "+strings.Join(values, ", "))
		}
	}
	add(m.say("sources", "sources"), m.req.Sources)
	add(m.say("chemins", "paths"), m.req.Paths)
	add(m.say("droits au dernier inventaire du groupe", "rights at the last inventory of group"), m.req.Groups)
	add(m.say("droits au dernier inventaire du compte", "rights at the last inventory of account"), slices.Sorted(maps.Keys(m.req.Accounts)))
	if len(parts) == 0 {
		return m.say("tout l'inventaire", "the whole inventory")
	}
	return strings.Join(parts, " ; ")
}

func (m *Impact) people(d *dossier.Dossier) {
	p := d.Add("Personnes", m.say("Personnes concernées (art. 33(3)(a))", "Data subjects (Art. 33(3)(a))"))
	var subjects []string
	for _, s := range m.tax.Subjects {
		if m.subjects[s.ID] {
			subjects = append(subjects, s.Label.In(m.lang()))
		}
	}
	p.Pair(m.say("Catégories de personnes", "Categories of persons"), cmp.Or(strings.Join(subjects, " ; "), m.say("non déterminées", "not determined")))
	p.Pair(m.say("Nombre de personnes (estimation)", "Number of persons (estimate)"), m.between(m.persons))
	if m.exact != nil {
		p.Pair(m.say("Identifiants différents (union exacte)", "Different identifiers (exact union)"), m.union())
	}
	p.Pair(m.say("Dont mineurs (estimation)", "Of which minors (estimate)"), m.between(m.minors))
	if m.withoutPerson > 0 {
		p.Say(fmt.Sprintf(m.say("%d emplacements avec des données personnelles sans personne dénombrable : non compris dans l'estimation.",
			"%d locations with personal data in which persons cannot be counted: not in the estimate."), m.withoutPerson))
	}
}

// union words the exact numbers, the highest first: two identifiers may be of one person,
// one of several.
func (m *Impact) union() string {
	kinds := slices.SortedFunc(maps.Keys(m.exact), func(a, b string) int {
		return cmp.Or(cmp.Compare(m.exact[b], m.exact[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%d %s", m.exact[k], k))
	}
	return cmp.Or(strings.Join(parts, " ; "), m.say("aucun", "none"))
}

// between words an interval: nobody knows how many persons two locations share.
func (m *Impact) between(s span) string {
	switch {
	case s.sum == 0:
		return m.say("non déterminé", "not determined")
	case s.sum == s.largest:
		return fmt.Sprint(s.sum)
	}
	return fmt.Sprintf(m.say("entre %d (plus grand emplacement) et %d (somme)", "between %d (largest location) and %d (sum)"), s.largest, s.sum)
}

func (m *Impact) records(d *dossier.Dossier) {
	p := d.Add("Enregistrements", m.say("Enregistrements (art. 33(3)(a))", "Records (Art. 33(3)(a))"))
	t := &dossier.Table{Head: []string{m.say("Catégorie de données", "Category of data"), m.say("Enregistrements (environ)", "Records (about)"), m.say("Sensible", "Sensitive")}, Widths: []float64{50, 26, 12}}
	for i := range m.tax.Categories {
		c := &m.tax.Categories[i]
		if n := m.categories[c.ID]; n > 0 {
			yes := ""
			if c.Art9 || c.NIR {
				yes = m.say("oui", "yes")
			}
			t.Rows = append(t.Rows, []string{c.Label.In(m.lang()), fmt.Sprint(n), yes})
		}
	}
	if len(t.Rows) == 0 {
		p.Say(m.say("Aucune donnée personnelle n'a été trouvée dans ce périmètre. ", "No personal data was found in this perimeter. ") + words.NoProof(m.lang()))
		return
	}
	p.Say(m.say("Détail des données de santé et de lutte contre le blanchiment : réservé ; seuls les décomptes par catégorie figurent ici.",
		"Detail of health and anti-money-laundering data: reserved; only counts by category stand here."))
	p.Table = t
}

func (m *Impact) contact(d *dossier.Dossier) {
	p := d.Add("Contact", m.say("Point de contact (art. 33(3)(b))", "Contact (Art. 33(3)(b))"))
	contact := ""
	if m.reg != nil {
		x := m.reg.DPO
		contact = strings.Join(slices.DeleteFunc([]string{x.Name, x.Company, x.Phone, x.Email}, func(s string) bool { return s == "" }), ", ")
	}
	p.Pair(m.say("Délégué à la protection des données", "Data protection officer"), cmp.Or(contact, m.say("à renseigner au registre", "to be entered in the register")))
}

func (m *Impact) consequences(d *dossier.Dossier) {
	p := d.Add("Conséquences", m.say("Conséquences probables (art. 33(3)(c))", "Likely consequences (Art. 33(3)(c))"))
	p.Pair(m.say("Niveau d'impact le plus élevé", "Highest level of impact"), m.level(m.rank))
	if l := m.tax.LevelAt(int(m.rank)); l != nil {
		p.Pair(m.say("Définition", "Definition"), cmp.Or(taxonomy.Words{FR: l.DefinitionFR, EN: l.DefinitionEN}.In(m.lang()), l.DefinitionFR))
	}
	if m.pending > 0 {
		p.Pair(m.say("Emplacements non évalués", "Locations not assessed"), fmt.Sprint(m.pending))
	}
	for _, rule := range slices.Sorted(maps.Keys(m.rules)) {
		// What lowers a level is no consequence.
		if why := m.tax.Impact.Why(rule).In(m.lang()); why != "" && !m.lowers(rule) {
			p.Pair(rule, why)
		}
	}
}

func (m *Impact) lowers(rule string) bool {
	return slices.ContainsFunc(m.tax.Impact.Reductions, func(r taxonomy.Reduction) bool { return r.ID == rule })
}

func (m *Impact) actions(d *dossier.Dossier) {
	p := d.Add("Mesures", m.say("Mesures (art. 33(3)(d))", "Measures (Art. 33(3)(d))"))
	p.Pair(m.say("Emplacements chiffrés", "Encrypted locations"), fmt.Sprint(m.encrypted))
	p.Pair(m.say("Mesures déclarées au registre", "Measures stated in the register"), cmp.Or(strings.Join(slices.Sorted(maps.Keys(m.measures)), " ; "), m.say("aucune", "none")))
	var scopes []string
	for _, s := range m.tax.Enums.AccessScope {
		if n := m.scopes[s.ID]; n > 0 {
			scopes = append(scopes, fmt.Sprintf("%s : %d", s.Label.In(m.lang()), n))
		}
	}
	p.Pair(m.say("Accès avant la violation (emplacements)", "Access before the breach (locations)"), strings.Join(scopes, " ; "))
	p.Pair(m.say("Mesures prises ou envisagées", "Measures taken or planned"), cmp.Or(m.req.Note, m.say("à compléter", "to be completed")))
}

// important is the rank from which it is proposed to tell the persons.
const important = 3

func (m *Impact) others(d *dossier.Dossier) {
	p := d.Add("Suites", m.say("Suites", "What follows"))
	p.Say(m.say("Notification initiale, compléments à suivre (art. 33(4)).", "First notification, more to follow (Art. 33(4))."))
	p.Say(m.say("Inscription au registre des violations (art. 33(5)).", "Entry in the register of breaches (Art. 33(5))."))
	tell := m.say("Personnes à informer (art. 34) : non proposé par le seul niveau d'impact ; la décision est humaine.", "Persons to be told (Art. 34): not proposed by the level of impact alone; the decision is human.")
	if m.rank >= important {
		tell = m.say("Personnes à informer (art. 34) : proposé, niveau d'impact Important ou supérieur ; la décision est humaine.", "Persons to be told (Art. 34): proposed, the level of impact is High or above; the decision is human.")
	}
	p.Say(tell)
	p.Say(m.say("Autres notifications à examiner : ACPR (DORA, incident majeur : 4 h après classification, 24 h au plus après connaissance), ANSSI, responsable de traitement si sous-traitant. À vérifier.",
		"Other notifications to consider: ACPR (DORA, major incident: 4 h after classification, 24 h at most after awareness), ANSSI, the controller where a processor. To be checked."))
}

func (m *Impact) limits(d *dossier.Dossier) {
	p := d.Add("Limites", m.say("Limites", "Limits"))
	p.Pair(m.say("Emplacements non analysés, ou en partie", "Locations not analysed, or in part"), fmt.Sprint(m.unread))
	for _, r := range slices.Sorted(maps.Keys(m.reasons)) {
		p.Pair(r, fmt.Sprint(m.reasons[r]))
	}
	p.Pair(m.say("Dossiers non listables", "Folders that cannot be listed"), fmt.Sprint(m.notListable))
	p.Pair(m.say("Emplacements aux droits non lus", "Locations whose rights were not read"), fmt.Sprint(m.withoutRights))
	if m.withoutRights > 0 && len(m.req.Groups)+len(m.req.Accounts) > 0 {
		p.Say(m.say("Les emplacements aux droits non lus sont comptés comme lisibles.", "Locations whose rights were not read are counted as readable."))
	}
	for _, line := range m.coverage {
		p.Say(line)
	}
	p.Say(words.OutOfScope(m.lang()) + " " + words.NoProof(m.lang()))
}
