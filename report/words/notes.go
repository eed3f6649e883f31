package words

// Note returns the words for what a reader of the results must know, a fixed code
// of Run.Notes; the code itself when there are none.
func Note(lang, code string) string {
	if p, ok := notes[code]; ok {
		return p.in(lang)
	}
	return code
}

var notes = map[string]pair{
	"atime":                {"Les dates de dernier accès ont changé (monter en lecture seule, ro,noatime, l'évite)", "Times of last access have changed (a mount with ro,noatime avoids it)"},
	"earlier_form":         {"Les analyses précédentes viennent d'une autre version du programme : rien n'est comparé avec elles", "The runs before were written by another version of the program: nothing is compared with them"},
	"later_run":            {"Le dossier d'état contient une analyse d'une date à venir : l'horloge a reculé ; elle n'est pas comparée avec celle-ci", "The state folder holds a run of a day to come: the clock was set back; it is not compared with this one"},
	"may_write":            {"Le compte utilisé pourrait modifier la base : un compte en lecture seule suffit", "The account could change the database: one that only reads is enough"},
	"new_installation_key": {"Première analyse avec cette clé d'installation", "First analysis with this installation key"},
	"no_memory_watch":      {"La mémoire des processus de lecture n'est pas surveillée sur ce système", "The memory of reading processes is not watched on this system"},
	"replica_lag":          {"Une réplique de la base avait du retard : la lecture a attendu, sans rien laisser de côté", "A replica of the database was behind: reading waited, and left nothing out"},
	"server_busy":          {"La base était très occupée ou refusait des connexions : la lecture a attendu", "The database was very busy or refused connections: reading waited"},
	"no_cage":              {"Processus de lecture non isolés : ce système, ou une source, ne le permet pas", "Reading processes not isolated: this system, or a source, does not allow it"},
	"no_landlock":          {"Isolation partielle : le noyau ne limite pas les fichiers ouverts par les processus de lecture (Landlock absent)", "Partial isolation: the kernel does not bound the files that reading processes open (no Landlock)"},
	"no_seccomp":           {"Isolation partielle : le noyau ne filtre pas les appels des processus de lecture (seccomp absent)", "Partial isolation: the kernel does not filter the calls of reading processes (no seccomp)"},
	"no_port_rule":         {"Isolation partielle : le noyau ne limite pas les ports joints par les processus de lecture", "Partial isolation: the kernel does not bound the ports that reading processes connect to"},
}

// Isolation returns what of the cage of reading processes was missing, one line
// each, none when it was whole.
func Isolation(lang string, codes []string) (lines []string) {
	for _, code := range codes {
		switch code {
		case "no_cage", "no_landlock", "no_seccomp", "no_port_rule":
			lines = append(lines, Note(lang, code))
		}
	}
	return lines
}
