package excel

import (
	"recense/report/taxonomy"
	"recense/report/words"
)

var readMeColumns = []column{
	{"Lisez-moi", "Read me", 30, plain},
	{"", "", 120, wrapped},
}

// sheetWords say what each sheet is for, in the order in which they stand.
var sheetWords = [][4]string{
	{"Synthèse", "Summary", "Les chiffres de l'analyse, et leur variation depuis la précédente.", "The figures of the analysis, and how they vary since the last one."},
	{"Écarts", "Gaps", "Ce qui diffère du registre ou des règles, à traiter : la priorité 1 d'abord. Un bloc par emplacement.", "What differs from the register or the rules, to be handled: priority 1 first. One block per location."},
	{"Inventaire", "Inventory", "Une ligne par emplacement, catégorie et détecteur.", "A row per location, category and detector."},
	{"Champs", "Fields", "Ce que chaque colonne ou champ est, ou contient, et pourquoi.", "What each column or field is, or contains, and why."},
	{"Emplacements", "Locations", "Une ligne par fichier, membre d'archive, message ou table, avec ou sans constat.", "A row per file, member of an archive, message or table, with or without a finding."},
	{"Registre", "Register", "Les traitements : ce qui est déclaré, ce qui est trouvé.", "The processings: what is declared, what is found."},
	{"NIR", "NIR", "Où est le NIR, qui peut le lire, et si un traitement autorisé l'explique.", "Where the NIR is, who can read it, and whether a processing that may use it explains it."},
	{"Santé", "Health", "Où sont les données de santé et qui peut les lire ; le détail est réservé.", "Where health data are and who can read them; the detail is reserved."},
	{"Conservation", "Retention", "Ce qui est gardé au-delà de sa durée, et ce qu'il faut en faire.", "What is kept beyond its period, and what is to be done."},
	{"Accès trop larges", "Access too wide", "Données à protection renforcée lisibles par tous ou par tous les comptes.", "Data under stronger protection that everyone, or every account, can read."},
	{"Évolutions", "Changes", "Ce qui a changé depuis l'analyse précédente.", "What changed since the last analysis."},
	{"Non analysé", "Not analysed", "Ce qui n'a pas été lu, ou pas en entier, et pourquoi. L'absence de constat n'y prouve rien.", "What was not read, or not whole, and why. No finding proves nothing there."},
	{"Couverture", "Coverage", "Le décompte de tout ce qui a été vu, source par source, et les exclusions.", "The count of all that was seen, by source, and the exclusions."},
	{"Contrôles", "Checks", "Ce que des personnes ont répondu en relisant des détections (recense verify).", "What people answered when they looked at detections (recense verify)."},
	{"Décisions", "Decisions", "À remplir : une décision par constat (colonnes Décision à Commentaire). recense exceptions import les reporte dans le registre.", "To be filled in: a decision per finding (columns Decision to Comment). recense exceptions import enters them into the register."},
	{"Données médicales", "Medical data", "Le détail des données de santé, pour les personnes couvertes par le secret médical.", "The detail of health data, for the persons under medical secrecy."},
	{"Dossiers LCB-FT", "AML files", "Le détail des dossiers LCB-FT, pour le correspondant et le déclarant.", "The detail of AML files, for the officers who report."},
	{"Légende", "Legend", "Les mots de ce classeur : niveaux, règles, catégories, détecteurs et leur précision mesurée.", "The words of this workbook: levels, rules, categories, detectors and their measured precision."},
}

// readMe says what the workbook is, who may read it, and what to do with it.
func (b *book) readMe(s *sheet) {
	section := func(fr, en string) {
		s.styled(b.styles.section, b.say(fr, en))
		s.styled(b.styles.section, " ")
		s.end()
	}
	pair := func(fr, en, value string) {
		s.text(b.say(fr, en))
		s.text(value)
		s.end()
	}
	general := b.inv.Audience().ID == taxonomy.General
	section("Ce document", "This document")
	pair("Objet", "What it is", b.say("Inventaire des données personnelles trouvées par recense. Aucune valeur n'y figure : seulement des emplacements, des catégories et des nombres.",
		"Inventory of the personal data found by recense. It holds no value: places, categories and numbers only."))
	pair("Diffusion", "Readers", b.inv.Audience().Label.In(b.lang)+b.say(". Ce document dit où sont les données : il se protège comme elles.", ". This document says where data are: protect it as you protect them."))
	pair("Analyse", "Analysis", b.run.ID+", "+b.when(b.run.Started))
	pair("Couverture", "Coverage", words.CoverageLine(b.lang, &b.run))
	pair("Réserve", "Reservation", words.NoProof(b.lang)+" "+b.say("La présence d'un traitement au registre ne vaut pas attestation de conformité.", "A processing in the register is no statement of compliance."))
	if general && b.inv.Register() != nil {
		section("Que faire", "What to do")
		pair("1", "1", b.say("Traiter les écarts de priorité 1, puis 2 ; ceux à confirmer demandent d'abord une vérification.", "Handle the gaps of priority 1, then 2; those to be confirmed need to be looked at first."))
		pair("2", "2", b.say("Noter chaque décision dans la feuille Décisions, puis : recense exceptions import CLASSEUR --register REGISTRE.", "Enter each decision in the sheet Decisions, then: recense exceptions import WORKBOOK --register REGISTER."))
		pair("3", "3", b.say("Compléter le registre avec ce qui n'y est pas : recense register propose.", "Complete the register with what is not in it: recense register propose."))
		pair("4", "4", b.say("Relire la feuille Non analysé : ce qui n'a pas été lu peut contenir des données.", "Read the sheet Not analysed: what was not read may hold data."))
		pair("", "", b.say(b.tax.Priority.LegendFR, b.tax.Priority.LegendEN))
	}
	if general && b.inv.Register() == nil {
		section("Sans registre", "Without a register")
		pair("", "", b.say("Cette analyse n'a pas été comparée à un registre : les feuilles Écarts, Registre, NIR, Santé, Conservation, Accès trop larges et Décisions demandent --register.",
			"This analysis was not compared with a register: the sheets Gaps, Register, NIR, Health, Retention, Access too wide and Decisions need --register."))
	}
	if b.folds {
		section("Regroupement", "Folders")
		pair("", "", b.say("Trop d'emplacements pour les lister un par un : les feuilles Inventaire, Emplacements, NIR, Santé, Accès trop larges et Non analysé ont une ligne par dossier (nombres additionnés ; personnes et valeurs distinctes du plus gros emplacement ; niveau le plus grave). inventory.arrow, elements.arrow et locations.arrow ont chaque ligne.",
			"Too many locations to list one by one: the sheets Inventory, Locations, NIR, Health, Access too wide and Not analysed have a row per folder (numbers added up; persons and distinct values of the largest location; the worst level). inventory.arrow, elements.arrow and locations.arrow have each row."))
	}
	section("Les feuilles", "The sheets")
	for _, w := range sheetWords {
		name := b.say(w[0], w[1])
		for _, x := range b.sheets {
			if x.name == name {
				pair(w[0], w[1], b.say(w[2], w[3]))
			}
		}
	}
}
