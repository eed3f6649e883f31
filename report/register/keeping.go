package register

import (
	"slices"

	"recense/report/inventory"
)

// keepKey is what the words about a limit depend on.
type keepKey struct {
	rule       *Rule
	stage      Stage
	basis, ref string
	aml        bool
}

// maxKeeps bounds the words that are kept.
const maxKeeps = 10_000

// keepingWords tells how the limit of a stage was worked out.
func (p *place) keepingWords(o *overdue) *inventory.Keeping {
	key := keepKey{o.rule, o.stage, o.basis, o.ref, o.category == "aml"}
	k := p.keeps[key]
	if k == nil {
		k = p.newKeeping(o)
		if len(p.keeps) < maxKeeps {
			p.keeps[key] = k
		}
	}
	return k
}

func (p *place) newKeeping(o *overdue) *inventory.Keeping {
	k := &inventory.Keeping{
		Duration: [2]string{o.stage.After.Words("fr"), o.stage.After.Words("en")},
		Event:    p.eventWords(o),
		Basis:    [2]string{"colonne « " + o.basis + " »", "column \"" + o.basis + "\""},
		Action:   actionWords[o.stage.Action],
	}
	switch o.basis {
	case ByFileName:
		k.Basis = [2]string{"date dans le nom du fichier", "date in the name of the file"}
	case ByModified:
		k.Basis = [2]string{"date de modification", "date of modification"}
	}
	if o.category == "aml" && o.rule.ReviewFR != "" {
		k.Action = [2]string{"À faire valider par le correspondant LCB-FT", "To be confirmed by the LCB-FT officer"}
	}
	return k
}

// actionWords say what is to be done when a stage is over.
var actionWords = map[string][2]string{
	Destroy:          {"À détruire", "To be destroyed"},
	DestroyAnonymise: {"À détruire ou à anonymiser", "To be destroyed or anonymised"},
	MoveOffSite:      {"À verser en archivage intermédiaire", "To be moved to intermediate archives"},
	RenewConsent:     {"Consentement à renouveler", "Consent to be renewed"},
}

// eventWords say from which event a rule counts: the organisation's own, that of the
// policy, or the one that is assumed where the policy says nothing.
func (p *place) eventWords(o *overdue) [2]string {
	if x := p.reg.Processing(o.ref); x != nil {
		at := slices.IndexFunc(x.Starts, func(s StartPoint) bool { return s.Rule == o.rule.ID && s.Event != "" })
		if at >= 0 {
			return [2]string{x.Starts[at].Event, x.Starts[at].Event}
		}
	}
	if e := o.rule.StartEvent; e != "" && e != NotStated {
		return eventIn(e)
	}
	if e := o.rule.AssumedStart; e != "" {
		w := eventIn(e)
		return [2]string{w[0] + " (supposé : la politique ne le dit pas)", w[1] + " (assumed: the policy does not say)"}
	}
	return [2]string{"non défini par la politique", "not stated by the policy"}
}

// eventIn returns an event in French and English. Policies that are embedded write it in
// English; one that is not known is given as it stands.
func eventIn(event string) [2]string {
	if fr := eventWords[event]; fr != "" {
		return [2]string{fr, event}
	}
	return [2]string{event, event}
}

// eventWords are the events of the embedded policies.
var eventWords = map[string]string{
	"receipt of the request":                "réception de la demande",
	"deposit on the terminal":               "dépôt sur le terminal",
	"end of the contract or last benefit":   "fin du contrat ou dernière prestation",
	"end of the contract":                   "fin du contrat",
	"date of the recording":                 "date de l'enregistrement",
	"date of the recording or conversation": "date de l'enregistrement ou de la conversation",
	"date of death":                         "date du décès",
	"receipt of the document":               "réception du document",
	"date of the request":                   "date de la demande",
	"date of the grid":                      "date de la grille",
	"date of the declaration":               "date de la déclaration",
	"date of the benefit":                   "date de la prestation",
	"date of the answer":                    "date de la réponse",
	"date of the alert":                     "date de l'alerte",
	"closing of the file":                   "clôture du dossier",
	"consent of the user":                   "consentement de l'utilisateur",
	"collection or last contact":            "collecte ou dernier contact",
	"last contact; for a prospect, a contact coming from the prospect": "dernier contact ; pour un prospect, contact émanant de lui",
}
