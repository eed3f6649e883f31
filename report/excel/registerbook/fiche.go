package registerbook

import (
	"fmt"
	"slices"
	"strings"

	"recense/report/register"
	"recense/report/taxonomy"
)

// fiche is the sheet of one processing being written: four columns, sections in
// the order of the CNIL template.
type fiche struct {
	book *book
	name string
	row  int
	err  error
}

// fiches writes a sheet for each processing, and the draft of one for the
// analysis itself while the register has none.
func (b *book) fiches(r *register.Register) error {
	taken := map[string]bool{}
	for i := range r.Processings {
		if err := b.fiche(r, &r.Processings[i], b.ficheName(r.Processings[i].Ref, taken), nil); err != nil {
			return err
		}
	}
	if r.Processing(register.OwnRef) != nil {
		return nil
	}
	draft, notes := register.OwnProcessing()
	return b.fiche(r, &draft, b.ficheName(draft.Ref+" "+b.say("(projet)", "(draft)"), taken), notes)
}

// maxSheetName is the longest name of a sheet, in characters.
const maxSheetName = 31

// ficheName makes the name of a sheet from a reference.
func (b *book) ficheName(ref string, taken map[string]bool) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return '_'
		}
		return r
	}, "Fiche "+ref)
	for n := 1; ; n++ {
		end := ""
		if n > 1 {
			end = fmt.Sprintf(" (%d)", n)
		}
		runes := []rune(clean)
		name := string(runes[:min(len(runes), maxSheetName-len(end))]) + end
		if key := folded(name); !taken[key] {
			taken[key] = true
			return name
		}
	}
}

func (b *book) fiche(r *register.Register, p *register.Processing, name string, notes []string) error {
	f := &fiche{book: b, name: name}
	if err := b.newSheet(name); err != nil {
		return err
	}
	for i, width := range ficheWidths {
		letter := string(rune('A' + i))
		f.keep(b.file.SetColWidth(name, letter, letter, width))
	}
	f.across(p.Ref+" — "+p.Name, b.styles.title)
	for _, n := range notes {
		f.across(n, b.styles.muted)
	}
	f.actors(r, p)
	f.purposes(p)
	if p.Role == "processor" {
		f.section("Catégories de traitements effectués pour le compte des clients", "Categories of processing carried out for the clients")
		f.across(p.MainPurpose, b.styles.text)
	} else {
		f.people(p)
		f.data(r, p)
		f.recipients(p)
	}
	f.transfers(p)
	f.security(p)
	f.places(p)
	return f.err
}

func (f *fiche) keep(err error) {
	if f.err == nil {
		f.err = err
	}
}

// Widths of the columns of a fiche, in characters.
var ficheWidths = []float64{30, 40, 26, 26}

const (
	valueWidth = 40 + 26 + 26 // of the columns of a value together
	wholeWidth = 30 + valueWidth
)

func (f *fiche) merge(from string, style int) {
	first, last := fmt.Sprint(from, f.row), fmt.Sprint("D", f.row)
	f.keep(f.book.file.MergeCell(f.name, first, last))
	f.keep(f.book.file.SetCellStyle(f.name, first, last, style))
}

func (f *fiche) across(text string, style int) {
	f.row++
	f.keep(f.book.put(f.name, 1, f.row, text, style))
	f.merge("A", style)
	lines := linesOf(text, wholeWidth)
	if style == f.book.styles.title {
		lines++
	}
	f.keep(f.book.tall(f.name, f.row, lines))
}

func (f *fiche) section(fr, en string) { f.across(f.book.say(fr, en), f.book.styles.section) }

// line writes a label and its value; an empty value is shown as a dash: a fiche
// says what is not filled in.
func (f *fiche) line(fr, en, value string) {
	f.row++
	if value == "" {
		value = "—"
	}
	f.keep(f.book.put(f.name, 1, f.row, f.book.say(fr, en), f.book.styles.label))
	f.keep(f.book.put(f.name, 2, f.row, value, f.book.styles.text))
	f.merge("B", f.book.styles.text)
	f.keep(f.book.tall(f.name, f.row, max(linesOf(value, valueWidth), linesOf(f.book.say(fr, en), ficheWidths[0]-3)))) // labels are bold
}

// cells writes a row of a table.
func (f *fiche) cells(style int, values ...string) {
	f.row++
	lines := 1
	for i, width := range ficheWidths {
		text := ""
		if i < len(values) {
			text = values[i]
		}
		f.keep(f.book.put(f.name, i+1, f.row, text, style))
		lines = max(lines, linesOf(text, width))
	}
	f.keep(f.book.tall(f.name, f.row, lines))
}

func (f *fiche) actors(r *register.Register, p *register.Processing) {
	o, d, b := &r.Organisation, &r.DPO, f.book
	f.section("Acteurs", "Who")
	f.line("Responsable du traitement", "Controller", block(o.Name, o.SIREN, o.Address.Street, strings.TrimSpace(o.Address.PostalCode+" "+o.Address.City), o.Phone, o.Email))
	dpo := block(d.Name, d.Company, d.Phone, d.Email)
	if d.External && dpo != "" {
		dpo += b.say(" (externe)", " (external)")
	}
	f.line("Délégué à la protection des données", "Data protection officer", dpo)
	var joints []string
	for _, j := range r.Joint {
		joints = append(joints, block(j.Name, j.Contact, j.Role))
	}
	f.line("Responsables conjoints", "Joint controllers", strings.Join(joints, "\n"))
	if o.Representative != "" {
		f.line("Représentant dans l'Union", "Representative in the Union", o.Representative)
	}
	if p.Role == "processor" {
		f.line("Clients", "Clients", strings.Join(p.Clients, "\n"))
	}
	f.section("Traitement", "Processing")
	f.line("N° / référence", "No. / reference", p.Ref)
	f.line("Date de création", "Created on", day(p.Created))
	f.line("Date de mise à jour", "Updated on", day(p.Updated))
	f.line("Logiciel ou application", "Software or application", strings.Join(p.Software, "\n"))
}

func block(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func day(d register.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Format("02/01/2006")
}

func (f *fiche) purposes(p *register.Processing) {
	b := f.book
	f.section("Finalités", "Purposes")
	f.line("Finalité principale", "Main purpose", p.MainPurpose)
	for i, s := range p.SubPurposes {
		f.line(fmt.Sprint("Sous-finalité ", i+1), fmt.Sprint("Sub-purpose ", i+1), s)
	}
	f.line("Responsable en interne", "Responsible inside", p.Owner)
	f.line("Rôle de l'organisme", "Role of the organisation", show(b.roles(), p.Role, b.lang))
	f.line("Base légale", "Legal basis", f.shown(b.bases(), p.LegalBasis))
	if p.Interest != "" {
		f.line("Intérêt légitime poursuivi", "Legitimate interest pursued", p.Interest)
	}
	if p.Art9Condition != "" {
		f.line("Condition de l'article 9", "Condition of Article 9", show(nil, p.Art9Condition, b.lang))
	}
}

func (f *fiche) shown(words []word, ids register.Texts) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = show(words, id, f.book.lang)
	}
	return strings.Join(out, "\n")
}

func (f *fiche) people(p *register.Processing) {
	f.section("Personnes concernées", "Data subjects")
	f.line("Catégories de personnes", "Categories of persons", f.shown(f.book.subjects(), p.Subjects))
	f.line("Origine des données", "Source of the data", p.DataSource)
}

// data writes the categories under the headings of the CNIL template, each with
// how long it is kept; those that are sensitive apart.
func (f *fiche) data(r *register.Register, p *register.Processing) {
	b := f.book
	f.section("Catégories de données", "Categories of data")
	if p.Inherited {
		f.across(b.say("Liste reprise de la politique de référence ("+p.PolicyRef+").", "List taken from the reference policy ("+p.PolicyRef+")."), b.styles.muted)
	}
	own := map[string]register.Category{}
	for _, c := range p.Categories {
		own[c.ID] = c
	}
	for _, special := range []bool{false, true} {
		if special {
			f.section("Données sensibles et NIR", "Special categories and NIR")
		}
		f.cells(b.styles.table, b.say("Rubrique", "Heading"), b.say("Données", "Data"), b.say("Délai d'effacement", "Erased after"), b.say("Point de départ", "Starting from"))
		n := 0
		for _, h := range b.tax.Headings {
			for i := range b.tax.Categories {
				c := &b.tax.Categories[i]
				x := own[c.ID]
				x.ID = c.ID
				if slices.Contains(p.Declared, c.ID) && (c.Art9 || c.NIR) == special && headingOf(c, &x) == h[0] {
					f.category(p, c, &x, h[1])
					n++
				}
			}
		}
		if n == 0 {
			f.across(b.say("Aucune déclarée.", "None declared."), b.styles.muted)
		}
	}
	list := b.say("ouverte : d'autres catégories sont possibles", "open: other categories are possible")
	if p.Exhaustive {
		list = b.say("fermée", "closed")
	}
	f.line("Liste des catégories", "List of categories", list)
	if slices.Contains(p.Declared, "nir") {
		f.line("Fondement de l'usage du NIR", "Ground for the use of the NIR", show(nil, p.NIRBasis, b.lang))
	}
}

func headingOf(c *taxonomy.Category, x *register.Category) string {
	if x.Heading != "" {
		return x.Heading
	}
	if len(c.Headings) == 0 {
		return ""
	}
	return c.Headings[0]
}

func (f *fiche) category(p *register.Processing, c *taxonomy.Category, x *register.Category, heading string) {
	b := f.book
	text := c.Label.In(b.lang)
	if x.Description != "" {
		text += "\n" + x.Description
	}
	rules := []string{x.Retention}
	if x.Retention == "" {
		rules = f.rulesOf(p, c.ID)
	}
	var periods, starts []string
	for _, id := range rules {
		if text := b.period(id); text != "" {
			periods = append(periods, text+" ("+id+")")
			starts = append(starts, f.startOf(p, id))
		}
	}
	f.cells(b.styles.text, heading, text, strings.Join(periods, "\n"), strings.Join(starts, "\n"))
}

// rulesOf returns the rules of a processing that name a category.
func (f *fiche) rulesOf(p *register.Processing, category string) []string {
	var ids []string
	for _, id := range p.Rules {
		if rule := f.book.policy.Rule(id); rule != nil && (len(rule.Categories) == 0 || slices.Contains(rule.Categories, category)) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (f *fiche) startOf(p *register.Processing, rule string) string {
	for _, s := range p.Starts {
		if s.Rule == rule {
			return s.Event
		}
	}
	return show(nil, f.book.policy.Rule(rule).StartEvent, f.book.lang)
}

func (f *fiche) recipients(p *register.Processing) {
	b := f.book
	f.section("Destinataires", "Recipients")
	f.cells(b.styles.table, b.say("Type", "Type"), b.say("Nom", "Name"), b.say("Pays", "Country"))
	for _, x := range p.Recipients {
		f.cells(b.styles.text, show(b.recipientTypes(), x.Type, b.lang), x.Name, x.Country)
	}
	if len(p.Recipients) == 0 {
		f.across(b.say("Aucun déclaré.", "None declared."), b.styles.muted)
	}
}

func (f *fiche) transfers(p *register.Processing) {
	b := f.book
	f.section("Transferts hors de l'Union européenne", "Transfers outside the European Union")
	if len(p.Transfers) == 0 {
		f.across(b.say("Aucun déclaré.", "None declared."), b.styles.muted)
		return
	}
	f.cells(b.styles.table, b.say("Organisme", "Recipient"), b.say("Garanties", "Safeguard"), b.say("Pays", "Country"), "Document")
	for _, x := range p.Transfers {
		f.cells(b.styles.text, x.Recipient, x.Safeguard, x.Country, x.Document)
	}
}

func (f *fiche) security(p *register.Processing) {
	b := f.book
	f.section("Mesures de sécurité", "Security measures")
	f.line("Techniques", "Technical", strings.Join(p.Security.Technical, "\n"))
	f.line("Organisationnelles", "Organisational", strings.Join(p.Security.Organisational, "\n"))
	f.section("Analyse d'impact (AIPD)", "Impact assessment (DPIA)")
	f.line("Requise", "Required", b.yes(p.DPIA.Required))
	f.line("Faite le", "Done on", day(p.DPIA.DoneOn))
}

func (f *fiche) places(p *register.Processing) {
	b := f.book
	f.section("Emplacements numériques", "Places")
	if len(p.Locations) == 0 {
		f.across(b.say("Aucun déclaré.", "None declared."), b.styles.muted)
		return
	}
	f.cells(b.styles.table, b.say("Source", "Source"), b.say("Chemin", "Path"), b.say("Chiffrement", "Encryption"), b.say("Groupes d'accès", "Access groups"))
	for _, l := range p.Locations {
		encrypted := ""
		if l.Encryption.Declared {
			encrypted = b.say("déclaré", "declared")
		}
		if l.Encryption.KeyElsewhere {
			encrypted += b.say(", clé conservée ailleurs", ", key held elsewhere")
		}
		f.cells(b.styles.text, l.Source, l.Path, encrypted, strings.Join(p.AccessGroups, "\n"))
	}
}
