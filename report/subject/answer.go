package subject

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"recense/report/dossier"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

// Hit is a location where something of the person was found.
type Hit struct {
	Location    inventory.LocationRow
	Elements    []string
	Categories  []string // asserted there
	Occurrences int64
	Exact       bool // by an identifier; else by a name
	NIROnly     bool // a NIR covers dependants
	Owed        []register.Owed
}

// Answer is what a search gave.
type Answer struct {
	Request  *Request
	Hits     []Hit
	Run      scanner.Run // the search
	Now      time.Time
	Lang     string
	Register *register.Register // nil: none
	Tax      *taxonomy.Taxonomy
	// Inventory is the day of the inventory that categories and retention come from; zero:
	// none.
	Inventory time.Time
	NotRead   []string // sources of the register that were not searched

	mask func(string) string
}

func (a *Answer) say(fr, en string) string { return taxonomy.Words{FR: fr, EN: en}.In(a.lang()) }

func (a *Answer) lang() string {
	if a.Lang == "en" {
		return "en"
	}
	return "fr"
}

func (a *Answer) date(t time.Time) string {
	if a.lang() == "en" {
		return t.Format(time.DateOnly)
	}
	return t.Format("02/01/2006")
}

var rightWords = map[string]taxonomy.Words{
	"access":                 {FR: "Droit d'accès (art. 15)", EN: "Access (Art. 15)"},
	"rectification":          {FR: "Rectification (art. 16)", EN: "Rectification (Art. 16)"},
	"erasure":                {FR: "Effacement (art. 17)", EN: "Erasure (Art. 17)"},
	"restriction":            {FR: "Limitation (art. 18)", EN: "Restriction (Art. 18)"},
	"objection":              {FR: "Opposition (art. 21)", EN: "Objection (Art. 21)"},
	"portability":            {FR: "Portabilité (art. 20)", EN: "Portability (Art. 20)"},
	"consent_withdrawal":     {FR: "Retrait du consentement", EN: "Withdrawal of consent"},
	"post_mortem_directives": {FR: "Directives après le décès (art. 85 LIL)", EN: "Directives after death (LIL Art. 85)"},
}

// Dossier returns the answer as a document. It repeats no identifier.
func (a *Answer) Dossier() *dossier.Dossier {
	a.mask = a.Request.Masker()
	d := &dossier.Dossier{
		Title:  a.say("Demande d'exercice de droits", "Request of a data subject") + " — " + a.mask(a.Request.Reference),
		Marked: a.say("Diffusion restreinte DPO", "Restricted to the DPO"),
	}
	a.head(d)
	a.places(d)
	a.health(d)
	d.Add("Accès indirect", a.say("Accès indirect", "Indirect access")).Say(a.say(
		"Certains traitements relèvent d'un droit d'accès indirect exercé auprès de la CNIL.",
		"For some processings the right of access is exercised indirectly, through the CNIL."))
	a.coverage(d)
	return d
}

func (a *Answer) head(d *dossier.Dossier) {
	p := d.Add("En-tête", a.say("En-tête", "Heading"))
	r := a.Request
	p.Pair(a.say("Référence", "Reference"), a.mask(r.Reference))
	p.Pair(a.say("Droit exercé", "Right"), rightWords[r.Right].In(a.lang()))
	if w, ok := requesterWords[r.Requester]; ok {
		p.Pair(a.say("Demandeur", "Requester"), w.In(a.lang()))
	}
	p.Pair(a.say("Reçue le", "Received on"), a.date(r.Received.Time))
	a.delays(p, DelaysFrom(r.Received.Time))
	p.Pair(a.say("Prolongation à annoncer avant le", "Extension to be announced by"), a.due(DelaysFrom(r.Received.Time).Due))
	if !r.Confirmed.IsZero() {
		p.Say(fmt.Sprintf(a.say("Délai décompté à partir de la preuve d'identité demandée le %s (art. 12(6)), à justifier.", "Counted from the proof of identity asked on %s (Art. 12(6)), to be justified."), a.date(r.Confirmed.Time)))
		late := DelaysFrom(r.Confirmed.Time)
		p.Say(a.say("Échéance : ", "Due: ") + a.due(late.Due) + a.say(" ; prolongée : ", "; extended: ") + a.due(late.Extended))
	}
	if stated := a.statedDelay(); stated != "" {
		p.Pair(a.say("Délai plus long énoncé par la politique (non retenu)", "Longer delay stated by the policy (not used)"), stated)
	}
	dpo := ""
	if a.Register != nil {
		x := a.Register.DPO
		dpo = strings.Join(slices.DeleteFunc([]string{x.Name, x.Company, x.Phone, x.Email}, func(s string) bool { return s == "" }), ", ")
	}
	p.Pair("DPO", cmp.Or(a.mask(dpo), a.say("à renseigner au registre", "to be entered in the register")))
	p.Pair(a.say("Réclamation", "Complaint"), "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07")
}

var requesterWords = map[string]taxonomy.Words{
	"person":               {FR: "la personne", EN: "the person"},
	"legal_representative": {FR: "représentant légal", EN: "legal representative"},
	"heir":                 {FR: "héritier", EN: "heir"},
}

func (a *Answer) delays(p *dossier.Part, d Delays) {
	p.Pair(a.say("Échéance", "Due"), a.due(d.Due))
	p.Pair(a.say("Échéance prolongée (trois mois en tout)", "Due if extended (three months in all)"), a.due(d.Extended))
}

// due words a day; one that is no working day stands unchanged, with the working day
// before it.
func (a *Answer) due(day time.Time) string {
	s := a.date(day)
	if prudent, other := Prudent(day); other {
		s += fmt.Sprintf(a.say(" (jour non ouvré ; échéance prudente : %s)", " (no working day; prudently: %s)"), a.date(prudent))
	}
	return s
}

// statedDelay words the delays of the policy that are longer than the law's.
func (a *Answer) statedDelay() string {
	if a.Register == nil || a.Register.PolicyInForce() == nil {
		return ""
	}
	plain, complex := a.Register.PolicyInForce().RightsDelays()
	var longer []string
	for _, x := range []struct{ stated, law register.Period }{{plain, register.Period{Months: 1}}, {complex, register.Period{Months: 3}}} {
		if x.stated.Longer(x.law, a.Request.Received.Time) {
			longer = append(longer, x.stated.Words(a.lang()))
		}
	}
	return strings.Join(longer, ", ")
}

func (a *Answer) places(d *dossier.Dossier) {
	p := d.Add("Emplacements", a.say("Emplacements et suite proposée", "Places, and what is proposed"))
	if len(a.Hits) == 0 {
		p.Say(a.say("Rien n'a été trouvé dans le périmètre décrit sous « Couverture ».", "Nothing was found in the perimeter described under \"Coverage\"."))
		return
	}
	p.Say(a.say("Proposition à valider par le DPO. Catégories, base légale et conservation viennent du registre et de l'inventaire", "To be confirmed by the DPO. Categories, legal basis and retention come from the register and the inventory") + a.inventoryDay() + ".")
	t := &dossier.Table{
		Head: []string{"Source", a.say("Emplacement", "Location"), a.say("Éléments", "Elements"), a.say("Catégories", "Categories"), a.say("Occurrences", "Occurrences"),
			a.say("Traitement", "Processing"), a.say("Base légale", "Legal basis"), a.say("Certitude", "Certainty"), a.say("Suite proposée", "Proposed"), a.say("Motif", "Reason")},
		Widths: []float64{16, 60, 26, 40, 12, 14, 24, 24, 18, 50},
	}
	for i := range a.Hits {
		t.Rows = append(t.Rows, a.row(&a.Hits[i]))
	}
	p.Table = t
}

func (a *Answer) inventoryDay() string {
	if a.Inventory.IsZero() {
		return a.say(" (aucun inventaire complet)", " (no complete inventory)")
	}
	return a.say(" du ", " of ") + a.date(register.Day(a.Inventory))
}

func (a *Answer) row(h *Hit) []string {
	var labels []string
	for _, id := range h.Categories {
		if c := a.Tax.Category(id); c != nil {
			labels = append(labels, c.Label.In(a.lang()))
		}
	}
	action, reason := a.propose(h)
	return []string{
		h.Location.Source, a.mask(readable(h.Location.URI)), a.mask(strings.Join(h.Elements, ", ")), strings.Join(labels, " ; "), fmt.Sprint(h.Occurrences),
		strings.Join(h.Location.Processings, ", "), strings.Join(a.bases(h), ", "), a.certainty(h), action, reason,
	}
}

func (a *Answer) certainty(h *Hit) string {
	switch {
	case !h.Exact:
		return a.say("probable (nom : homonymes possibles)", "probable (name: namesakes possible)")
	case h.NIROnly:
		return a.say("exacte ; peut concerner un ayant droit", "exact; may be about a dependant")
	}
	return a.say("exacte", "exact")
}

func (a *Answer) processings(h *Hit) (out []*register.Processing) {
	if a.Register == nil {
		return nil
	}
	for _, ref := range h.Location.Processings {
		if p := a.Register.Processing(ref); p != nil {
			out = append(out, p)
		}
	}
	return out
}

func (a *Answer) bases(h *Hit) []string {
	var out []string
	for _, p := range a.processings(h) {
		for _, b := range p.LegalBasis {
			if !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	return words.LegalBases(a.Lang, out)
}

// propose says what to do with a place, and why it is kept where it is.
func (a *Answer) propose(h *Hit) (action, reason string) {
	switch a.Request.Right {
	case "access":
		return a.say("communiquer", "communicate"), ""
	case "rectification":
		return a.say("rectifier", "rectify"), ""
	case "restriction", "objection":
		return a.say("limiter", "restrict"), ""
	case "portability":
		if a.portable(h) {
			return a.say("communiquer", "communicate"), a.say("données fournies par la personne, consentement ou contrat", "data given by the person, consent or contract")
		}
		return a.say("ne pas communiquer à ce titre", "not to be communicated on this ground"), a.say("non déclaré : données fournies par la personne, consentement ou contrat", "not declared: data given by the person, consent or contract")
	}
	if len(h.Owed) == 0 {
		return a.say("effacer", "erase"), ""
	}
	return a.say("conserver", "keep"), a.owed(h.Owed)
}

// portable reports whether every processing of the place has data from the person
// under consent or contract (Art. 20(1)).
func (a *Answer) portable(h *Hit) bool {
	ps := a.processings(h)
	for _, p := range ps {
		if p.DataSource != "direct" || !slices.ContainsFunc(p.LegalBasis, func(b string) bool { return b == "consent" || b == "contract" }) {
			return false
		}
	}
	return len(ps) > 0
}

func (a *Answer) owed(list []register.Owed) string {
	var out []string
	for _, o := range list {
		switch {
		case o.Hold != "":
			out = append(out, a.say("conservation imposée ", "legal hold ")+o.Hold)
		case o.Obligation:
			out = append(out, a.say("obligation légale (", "legal obligation (")+o.Processing+")")
		default:
			out = append(out, fmt.Sprintf(a.say("conservation encore due jusqu'au %s (%s, règle %s)", "still to be kept until %s (%s, rule %s)"), a.date(o.Until), o.Processing, o.Rule))
		}
	}
	return strings.Join(out, " ; ")
}

func (a *Answer) health(d *dossier.Dossier) {
	p := d.Add("Santé", a.say("Données de santé", "Health data"))
	p.Say(a.say(
		"Données de santé éventuelles : à instruire par le médecin-conseil ; communication directe ou par un médecin désigné, au choix de la personne (art. 64 LIL). Vérifier si le délai de huit jours de l'article L. 1111-7 du CSP s'applique. (À vérifier.)",
		"Health data, if any: for the medical adviser; communicated directly or through a doctor of the person's choice (LIL Art. 64). Check whether the eight days of CSP Art. L. 1111-7 apply. (To be checked.)"))
}

func (a *Answer) coverage(d *dossier.Dossier) {
	p := d.Add("Couverture", a.say("Couverture", "Coverage"))
	run := a.Run
	p.Pair(a.say("Recherche du", "Search of"), a.date(register.Day(run.Started)))
	for _, t := range run.Targets {
		p.Pair("Source", t.Source+", "+a.mask(readable(t.URI)))
	}
	p.Say(words.CoverageLine(a.lang(), &run))
	for _, r := range words.Reasons(a.lang(), a.Tax, &run.Coverage) {
		p.Pair(r.Text, fmt.Sprint(r.Count))
	}
	if len(a.NotRead) > 0 {
		p.Pair(a.say("Sources du registre non analysées", "Sources of the register not searched"), strings.Join(a.NotRead, ", "))
	}
	for _, l := range run.Limits {
		p.Pair(a.say("Limite atteinte", "Limit reached"), l)
	}
	p.Say(words.OutOfScope(a.lang()) + " " + words.NoProof(a.lang()))
}

// Erased is what a second search says of a place of the first (« Constat
// d'effacement »).
type Erased struct{ Source, URI, State string }

// The states of a place after the action.
const (
	Absent   = "absent"
	Present  = "present"
	NotKnown = "not_readable"
)

// StateOf says what became of a place: seen tells whether the second search met it, and
// with what status; hit whether it still found the person; whole that folders could all
// be listed.
func StateOf(seen, hit bool, status sources.Status, whole bool) string {
	switch {
	case hit:
		return Present
	case seen && (status == sources.Scanned || status == sources.Unchanged), !seen && whole:
		return Absent
	}
	return NotKnown
}

// Statement returns the « Constat d'effacement ».
func (a *Answer) Statement(list []Erased) *dossier.Dossier {
	a.mask = a.Request.Masker()
	d := &dossier.Dossier{
		Title:  a.say("Constat d'effacement", "Statement of erasure") + " — " + a.mask(a.Request.Reference),
		Marked: a.say("Diffusion restreinte DPO", "Restricted to the DPO"),
	}
	p := d.Add("Constat", a.say("Constat du ", "Stated on ")+a.date(register.Day(a.Now)))
	t := &dossier.Table{Head: []string{"Source", a.say("Emplacement", "Location"), a.say("Constat", "State")}, Widths: []float64{18, 80, 24}}
	n := map[string]int{}
	for _, e := range list {
		n[e.State]++
		t.Rows = append(t.Rows, []string{e.Source, a.mask(readable(e.URI)), a.stateWord(e.State)})
	}
	for _, s := range []string{Absent, Present, NotKnown} {
		p.Pair(a.stateWord(s), fmt.Sprint(n[s]))
	}
	p.Table = t
	a.coverage(d)
	return d
}

func (a *Answer) stateWord(s string) string {
	switch s {
	case Absent:
		return a.say("absent", "absent")
	case Present:
		return a.say("présent", "present")
	}
	return a.say("non lisible", "not readable")
}
