package accuracy

import (
	"strings"

	"recense/bench/corpus"
	"recense/bench/synth"
)

// letters are the texts that hold values, in braces by kind. One letter tells one
// person.
var letters = []string{
	"Objet : demande de remboursement\n\nMadame, Monsieur,\n\nJe soussigné {civil} {name}, né le {birth_date} à {birth place}, demeurant {postal_address_fr}, vous prie de trouver ci-joint la facture acquittée.\nMon numéro de sécurité sociale est le {nir}. Le virement peut être fait sur le compte {iban}.\n\nVous pouvez me joindre au {phone_fr} ou par courriel à {email}.\n\n{signature}\n",
	"Compte rendu d'appel du service relation adhérents\n\nAppelant : {civil} {name}\nTél : {phone_fr}\nN° SS : {nir}\nDate de naissance : {birth_date}\nMotif : l'adhérent demande où en est le remboursement de l'acte {ccam} ; le praticien (RPPS {rpps}) a transmis la feuille.\nSuite donnée : rappel prévu, confirmation envoyée à {email}.\n",
	"BULLETIN D'ADHÉSION\n\nNom et prénom : {name}\nNé(e) le : {birth_date}\nAdresse : {postal_address_fr}\nTéléphone portable : {phone_fr}\nAdresse e-mail : {email}\nN° de sécurité sociale : {nir}\nCoordonnées bancaires (RIB) : {rib}\nIBAN : {iban}   BIC : {bic}\nFait à {place}.\n",
	"Bonjour,\n\nSuite à votre message, le dossier de {civil} {name} (assuré {nir}) a été complété. Le diagnostic {cim10} figure au compte rendu, l'acte coté {ccam} sera réglé à l'établissement FINESS {finess}.\n\nBien cordialement,\n{signature}\n{phone_fr}\n{email}\n",
	"Attestation employeur\n\nLa société, immatriculée sous le SIREN {siren} (SIRET {siret}, TVA intracommunautaire {vat_fr}), atteste employer {civil} {name}, née le {birth_date}, n° de sécurité sociale {nir}.\nNuméro fiscal de référence : {tax_number_fr}.\n",
	"Note interne\n\nPaiement refusé : la carte bancaire {payment_card} de {civil} {name} a été déclarée volée. Merci de rappeler au {phone_fr} et de ne plus écrire à {email}. Le nouveau RIB est {rib}.\n",
	"Ordonnance\n\nDr {name}, n° RPPS {rpps}\nPatient : né le {birth_date}, NIR {nir}\nSpécialité CIP {cip}, deux boîtes. Acte CCAM {ccam}, diagnostic CIM-10 {cim10}.\n",
	"2026-03-02 09:14:22 INFO session ouverte depuis {ipv4} pour {email}\n2026-03-02 09:15:02 WARN rappel demandé au {phone_fr} depuis {ipv4}\n",
	"QUESTIONNAIRE DE SATISFACTION\n\nQue pensez-vous de votre espace personnel ?\n> Très bien, mais mon adresse {email} n'est pas reconnue et mon mobile est le {phone_fr}, pas l'ancien. Mon n° de sécu : {nir}, rappelez {civil} {name} avant vendredi.\n",
	"Questionnaire de santé\n\nAssuré : {name}, né le {birth_date}, NIR {nir}\nAntécédents : {health}, {health}.\nTraitement en cours : {health}.\n",
	"Courrier du médecin conseil\n\n{civil} {name} ({nir}) présente une {health} et a été opéré d'une {health} en 2024. Un suivi pour {health} est demandé.\n",
	"Compte rendu d'entretien\n\n{civil} {name}, joignable au {phone_fr}, nous signale {conviction} et demande que la mention soit retirée du dossier.\n",
	"Mandat de prélèvement SEPA\n\nDébiteur : {civil} {name}\n{postal_address_fr}\nIBAN : {iban}\nBIC : {bic}\n",
}

// prose writes a letter of some paragraphs in a random container.
func (b *builder) prose() {
	var text []segment
	noise, breaks := b.OneIn(8), b.OneIn(8)
	for range b.Between(1, 6) {
		text = b.letter(text, pick(b, letters), noise, breaks)
		text = append(text, segment{text: "\n" + b.filler(b.IntN(600)) + "\n\n"})
	}
	b.render(text, false)
}

// letter appends one letter about one person.
func (b *builder) letter(text []segment, template string, noise, breaks bool) []segment {
	p, family := b.Person(), b.Family()
	for {
		before, rest, found := strings.Cut(template, "{")
		if noise {
			before = b.scanned(before)
		}
		text = append(text, segment{text: before})
		if !found {
			return text
		}
		kind, after, _ := strings.Cut(rest, "}")
		template = after
		if kind == "cookie" {
			name, value := b.Cookie()
			text = append(text, segment{text: name + "="}, segment{text: value, kind: "cookie_id", tags: tagsOf("prose")})
			continue
		}
		switch kind {
		case "art9":
			before, label, after := b.statement(p.Woman)
			text = append(text, segment{text: before}, segment{text: label, kind: "art9_terms", tags: tagsOf("prose")}, segment{text: after})
			continue
		case "!art9_terms":
			text = append(text, segment{text: pick(b, neutral), kind: "art9_terms", decoy: true, tags: tagsOf("prose", "look-alike")})
			continue
		}
		text = append(text, b.fill(kind, p, family, noise, breaks))
	}
}

// fill is the value of a brace.
func (b *builder) fill(kind string, p synth.Person, family string, noise, breaks bool) segment {
	switch kind {
	case "civil":
		return segment{text: p.Civility(), kind: "civility", tags: tagsOf("prose")}
	case "place":
		return segment{text: b.TownName()}
	case "birth place":
		return segment{text: b.TownName(), kind: "birth_place", tags: tagsOf("prose")}
	case "name":
		return segment{text: p.Given + " " + strings.ToUpper(family), kind: "person_name", tags: tagsOf("prose")}
	case "health":
		return segment{text: pick(b, conditions), kind: "health_terms", tags: tagsOf("prose")}
	case "conviction":
		return segment{text: pick(b, convictions), kind: "art9_terms", tags: tagsOf("prose")}
	case "signature":
		return segment{text: p.Given + " " + family, kind: "person_name", tags: tagsOf("prose", "signature")}
	}
	if s, ok := b.special(kind, p, family); ok {
		return s
	}
	s := b.sortFor(kind)
	text, tag := b.value(s, p)
	if kind == "birth_date" && b.OneIn(3) {
		text, tag = p.Words(), "date in words"
	} else if kind == "birth_date" && !strings.ContainsAny(text, "/-.") {
		text, tag = p.French(), "date with slashes"
	}
	tags := tagsOf("prose", tag)
	if s.bad != nil && b.OneIn(25) {
		return segment{s.bad(b, p), kind, true, tags}
	}
	if noise {
		text, tags = strings.Replace(text, " ", "  ", 1), append(tags, "OCR noise")
	}
	if breaks && strings.Count(text, " ") > 1 && (kind == "nir" || kind == "iban" || kind == "rib") {
		cut := strings.LastIndexByte(text, ' ')
		text, tags = text[:cut]+"\n"+text[cut+1:], append(tags, "broken by a line end")
	}
	return segment{text, kind, false, tags}
}

// scanned spoils words as optical reading does: accents lost, letters confused.
func (b *builder) scanned(s string) string {
	if b.OneIn(2) {
		s = strings.NewReplacer("é", "e", "è", "e", "à", "a", "ê", "e").Replace(s)
	}
	return strings.Replace(strings.Replace(s, "rn", "m", 1), "ll", "l1", 1)
}

// filler returns about n bytes of text without values.
func (b *builder) filler(n int) string {
	start := b.IntN(len(fillerText) - n - 1)
	s := fillerText[start : start+n]
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[i+1:]
	}
	return strings.ToValidUTF8(s, "")
}

var fillerText = cleanProse()

// cleanProse is the prose of the benchmarks without its paragraphs that hold digits.
func cleanProse() string {
	var out strings.Builder
	for p := range strings.SplitSeq(string(corpus.Make("prose", 256<<10)), "\n\n") {
		if !strings.ContainsAny(p, "0123456789@") {
			out.WriteString(p + "\n\n")
		}
	}
	return out.String()
}

// render writes a text in a random container.
func (b *builder) render(text []segment, empty bool) {
	switch b.IntN(11) {
	case 0, 1:
		b.plainText(text, "utf-8", "txt", empty)
	case 2:
		b.plainText(text, "latin-1", "latin-1", empty)
	case 3:
		b.plainText(text, "utf-16", "utf-16", empty)
	case 4, 5:
		b.htmlText(text, b.OneIn(2), empty)
	case 6:
		b.jsonTextDoc(text, empty)
	case 7:
		data, vs := b.docx(text, b.OneIn(2))
		b.add(Doc{File: b.name("docx"), Form: "docx", Empty: empty}, data, vs)
	case 8:
		data, vs := b.eml(text)
		b.add(Doc{File: b.name("eml"), Form: "eml", Empty: empty}, data, vs)
	case 9:
		data, vs := pdf(text)
		b.add(Doc{File: b.name("pdf"), Form: "pdf", Empty: empty}, data, vs)
	default:
		w := &writer{encode: plain}
		for _, s := range text {
			w.put(tagged(s, "in zip"))
		}
		b.add(Doc{File: b.name("zip"), Container: "note.txt", Form: "zip", Empty: empty}, b.pack([2]string{"note.txt", string(w.out)}), w.values)
	}
}

func (b *builder) plainText(text []segment, charset, form string, empty bool) {
	w := writerOf(charset)
	for _, s := range text {
		w.put(tagged(s, "in "+form))
	}
	b.add(Doc{File: b.name("txt"), Form: form, Empty: empty}, w.out, w.values)
}

// htmlText writes paragraphs; split cuts values by inline tags at group limits.
func (b *builder) htmlText(text []segment, split, empty bool) {
	w := &writer{encode: plain}
	w.put(segment{text: "<!doctype html><html><head><meta charset=\"utf-8\"></head><body><p>"})
	for _, s := range text {
		s.text = xmlEscape.Replace(s.text)
		tags := []string{"in html"}
		if s.kind != "" && split && len(s.text) > 4 && !strings.ContainsAny(s.text, "<&") {
			cut := strings.LastIndexFunc(s.text[:len(s.text)/2+1], func(r rune) bool { return r < 0x80 })
			s.text = s.text[:cut] + "<b>" + s.text[cut:] + "</b>"
			tags = append(tags, "HTML-split")
		}
		w.put(tagged(s, tags...))
	}
	w.put(segment{text: "</p></body></html>\n"})
	b.add(Doc{File: b.name("html"), Form: "html", Empty: empty}, w.out, w.values)
}

func (b *builder) jsonTextDoc(text []segment, empty bool) {
	w, hard := &writer{encode: plain}, b.OneIn(2)
	w.put(segment{text: `{"id": "note", "message": "`})
	for _, s := range text {
		t, tags := jsonText(s.text, hard), []string{"in json"}
		if t != s.text && s.kind != "" {
			tags = append(tags, "JSON escapes")
		}
		s.text = t
		w.put(tagged(s, tags...))
	}
	w.put(segment{text: "\"}\n"})
	b.add(Doc{File: b.name("json"), Form: "json", Empty: empty}, w.out, w.values)
}

// exchange writes a file in a French exchange format.
func (b *builder) exchange() {
	w := &writer{encode: latin1}
	line := func(rubric string, s segment) {
		w.put(segment{text: rubric + ",'"})
		w.put(tagged(s, "in dsn"))
		w.put(segment{text: "'\r\n"})
	}
	text := func(s string) segment { return segment{text: s} }
	of := func(kind, s string, tags ...string) segment { return segment{s, kind, false, append(tags, "DSN")} }
	line("S10.G00.00.001", text("LogicielPaie"))
	line("S10.G00.01.001", of("siren", b.SIREN()))
	line("S10.G00.02.004", of("email", b.Email()))
	line("S10.G00.02.005", of("phone_fr", b.Landline()))
	line("S20.G00.05.001", text("01"))
	for range b.Between(20, 120) {
		p := b.Person()
		line("S21.G00.30.001", of("nir", p.NIR[:13], "NIR without key"))
		line("S21.G00.30.002", of("person_name", strings.ToUpper(b.Family())))
		line("S21.G00.30.004", text(p.Given)) // one match a person, in the first of the two parts
		sex := "01"
		if p.Woman {
			sex = "02"
		}
		line("S21.G00.30.005", text(sex))
		line("S21.G00.30.006", of("birth_date", p.DSN(), "date of digits"))
		if b.OneIn(2) {
			line("S21.G00.30.018", of("email", p.Email))
		}
		line("S21.G00.40.001", text("01092025"))
	}
	line("S90.G00.90.001", text("12"))
	b.add(Doc{File: b.name("dsn"), Form: "dsn"}, w.out, w.values)
}

// conditions are diseases, treatments and examinations, written from memory and
// not from the vocabularies of the program.
var conditions = []string{"diabète de type 1", "asthme", "épilepsie", "sclérose en plaques", "dépression", "cancer du côlon", "insuffisance rénale",
	"hypothyroïdie", "polyarthrite rhumatoïde", "psoriasis", "migraine", "glaucome", "cirrhose", "séropositivité", "hépatite C", "schizophrénie",
	"anorexie", "fracture du poignet", "entorse de la cheville", "sciatique", "lombalgie chronique", "hernie discale", "arthrose", "prothèse de hanche",
	"chimiothérapie", "radiothérapie", "dialyse", "apnée du sommeil", "endométriose", "maladie de Crohn", "maladie de Parkinson",
	"maladie d'Alzheimer", "hypertension artérielle", "insuline", "addiction à l'alcool", "coloscopie", "mammographie", "leucémie", "lymphome",
	"mélanome", "thrombose", "embolie pulmonaire", "fibrillation auriculaire", "angine de poitrine", "pneumonie", "tuberculose", "eczéma",
	"fibromyalgie", "trouble bipolaire", "autisme", "mucoviscidose", "hémophilie", "drépanocytose", "cataracte", "surdité", "ostéoporose",
	"appendicite", "calculs rénaux", "reflux gastrique", "ulcère", "anémie", "goutte", "lupus", "obésité", "tumeur bénigne", "interruption de grossesse"}

var convictions = []string{"être syndiqué à la CGT", "son appartenance à un syndicat", "être de confession musulmane", "sa religion catholique",
	"son homosexualité", "son orientation sexuelle", "ses origines ethniques", "être adhérent d'un parti politique", "ses opinions politiques",
	"être témoin de Jéhovah", "être juif pratiquant", "son mandat de délégué syndical"}
