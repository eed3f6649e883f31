package attestation

import (
	"fmt"

	"recense/report/dossier"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/sources"
)

// Page returns the French page « Attestation de couverture ». sha256 is that of
// attestation.json.
func Page(s *Statement, sha256 string, tax *taxonomy.Taxonomy) *dossier.Dossier {
	d := &dossier.Dossier{Title: "Attestation de couverture — analyse " + s.Run, Marked: "Diffusion restreinte DPO/RSSI"}
	p := d.Add("Objet", "Ce qui est attesté")
	p.Say(s.Coverage)
	p.Say(words.OutOfScope("fr"))
	p.Say(s.Text)
	p.Pair("Fenêtre", s.Started+" — "+s.Ended+" (UTC)")
	p.Pair("Issue", words.State("fr", s.State))
	p.Pair("Compte", fmt.Sprintf("%s (uid %d), machine %s", s.Account.Name, s.Account.UID, s.Account.Host))
	p.Pair("Droits du compte (capacités effectives)", s.Account.Capabilities)
	places(d, s, tax)
	left(d, s, tax)
	witnesses(d, s)
	proof(d, s, sha256)
	return d
}

func places(d *dossier.Dossier, s *Statement, tax *taxonomy.Taxonomy) {
	p := d.Add("Sources", "Sources et dénombrement")
	t := &dossier.Table{Head: []string{"Source", "Adresse", "Fichiers listés", "Fichiers comptés séparément", "Écart de dénombrement"}, Widths: []float64{20, 60, 16, 26, 22}}
	for _, x := range s.Sources {
		counted, gap := "non compté", "—"
		if x.Counted >= 0 {
			counted, gap = fmt.Sprint(x.Counted), fmt.Sprintf("%.2f %%", x.Gap)
		}
		t.Rows = append(t.Rows, []string{x.ID, x.URI, fmt.Sprint(x.Listed), counted, gap})
	}
	p.Table = t
	for _, f := range s.Failures {
		p.Pair("Source non analysée", f.Name+" : "+words.Reason("fr", tax, sources.Reason(f.Value)))
	}
}

func left(d *dossier.Dossier, s *Statement, tax *taxonomy.Taxonomy) {
	p := d.Add("Exclusions", "Ce qui n'a pas été vu")
	for _, c := range s.Status {
		if c.Name == sources.Scanned.String() {
			continue
		}
		p.Pair(words.Status("fr", tax, sources.Status(c.Name), ""), fmt.Sprint(c.N))
	}
	for _, u := range s.Unlisted {
		p.Pair("Dossier non listable", u)
	}
	for _, l := range s.Limits {
		p.Pair("Limite atteinte", l)
	}
	for _, l := range s.Isolation {
		p.Pair("À savoir", noteWord(l))
	}
	if len(s.Exclusions) == 0 {
		p.Say("Aucune exclusion.")
		return
	}
	t := &dossier.Table{Head: []string{"Exclusion", "Motif", "Auteur", "Fichiers", "Octets"}, Widths: []float64{64, 30, 24, 12, 16}, Left: s.Left}
	for _, x := range s.Exclusions {
		author := x.Author
		if author == "" {
			author = "règle du programme"
		}
		t.Rows = append(t.Rows, []string{x.URI, reasonWord(tax, x.Reason), author, fmt.Sprint(x.Files), fmt.Sprint(x.Bytes)})
	}
	p.Table = t
}

func reasonWord(tax *taxonomy.Taxonomy, reason string) string {
	if reason == sources.PrivateMarked.String() {
		return words.Status("fr", tax, sources.PrivateMarked, "")
	}
	return words.Reason("fr", tax, sources.Reason(reason))
}

// noteWord words what a reader must know of the machine.
func noteWord(code string) string {
	known := map[string]string{
		"no_cage":              "les processus qui lisent les fichiers ne sont pas enfermés par le noyau (ni seccomp, ni espace de noms)",
		"no_memory_watch":      "la mémoire des processus qui lisent les fichiers n'est pas surveillée sur ce système",
		"atime_changed":        "des dates de dernier accès ont pu changer : le système n'a pas permis de les préserver",
		"new_installation_key": "clé d'installation nouvelle : pas de lien avec les analyses antérieures",
	}
	if text, ok := known[code]; ok {
		return text
	}
	return words.Note("fr", code)
}

func witnesses(d *dossier.Dossier, s *Statement) {
	p := d.Add("Témoins", "Fichiers témoins")
	if len(s.Witnesses) == 0 {
		p.Say("Aucun fichier témoin n'est déclaré au registre pour ces sources.")
		return
	}
	t := &dossier.Table{Head: []string{"Témoin", "Source", "Constat"}, Widths: []float64{30, 24, 60}}
	for _, w := range s.Witnesses {
		state := "détecté"
		if !w.Detected {
			state = "Fichier témoin non détecté : résultats à considérer comme incomplets."
		}
		t.Rows = append(t.Rows, []string{w.ID, w.Source, state})
	}
	p.Table = t
}

func proof(d *dossier.Dossier, s *Statement, sha256 string) {
	p := d.Add("Empreintes", "Empreintes (SHA-256)")
	t := &dossier.Table{Head: []string{"Objet", "SHA-256"}, Widths: []float64{44, 70}}
	for _, x := range append([]Pair{
		{"attestation.json", sha256}, {"attestation précédente", s.Previous}, {"programme", s.Hashes.Binary}, {"détecteurs", s.Hashes.Detectors},
		{"taxonomie", s.Hashes.Taxonomy}, {"politique", s.Hashes.Policy}, {"registre", s.Hashes.Register}, {"configuration", s.Hashes.Configuration},
	}, s.Hashes.Outputs...) {
		if x.Value == "" {
			x.Value = "—"
		}
		t.Rows = append(t.Rows, []string{x.Name, x.Value})
	}
	p.Table = t
	p.Say("Vérification : recense attest verify DOSSIER contrôle la signature (Ed25519), la chaîne et les empreintes. Cette page ne certifie aucune conformité.")
}
