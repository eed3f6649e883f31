// Package words holds the French and English sentences that several documents
// share: the coverage line, the reasons why something was not read, what lies
// outside the tool. The words of enumerated values come from the taxonomy.
//
// French texts say « analyse », never « scan », and no text claims conformity.
package words

import (
	"fmt"
	"strconv"
	"strings"

	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// pair is one text in both languages.
type pair struct{ fr, en string }

func (p pair) in(lang string) string {
	if lang == "en" {
		return p.en
	}
	return p.fr
}

// CoverageLine is the statement of domain/register.md H.1, which stands in every
// output. Its equation holds exactly.
func CoverageLine(lang string, run *scanner.Run) string {
	n, a, i, e, x, f := run.Coverage.Terms()
	format := pair{
		"%d emplacements découverts = %d analysés + %d inchangés + %d échantillonnés + %d exclus + %d en échec. Contenu inconnu : %d dossiers non listables, %d sources non analysées.",
		"%d locations discovered = %d analysed + %d unchanged + %d sampled + %d excluded + %d failed. Unknown content: %d folders that cannot be listed, %d sources not analysed.",
	}.in(lang)
	line := fmt.Sprintf(format, n, a, i, e, x, f, run.Coverage.NotListable, len(run.Failures))
	if len(run.Missed) > 0 {
		line += " " + pair{"Fichier témoin non détecté : résultats à considérer comme incomplets.", "Witness file not detected: results to be taken as incomplete."}.in(lang)
	}
	if run.Reduced > 0 {
		line += " " + fmt.Sprintf(pair{
			"Périmètre réduit de %d %% par rapport à l'analyse précédente : aucun écart n'est réputé régularisé. Vérifier le montage, le compte et les droits.",
			"Perimeter reduced by %d%% since the last run: no gap is taken for settled. Check the mount, the account and its rights.",
		}.in(lang), run.Reduced)
	}
	return line
}

// OutOfScope names what the tool does not look at, after the coverage line.
func OutOfScope(lang string) string {
	return pair{
		"Hors périmètre de l'outil : Exchange, SharePoint, dossiers papier.",
		"Outside the tool's perimeter: Exchange, SharePoint, paper files.",
	}.in(lang)
}

// NoProof is the reservation that goes with a coverage statement (H.2).
func NoProof(lang string) string {
	return pair{
		"L'absence de détection ne prouve pas l'absence de données.",
		"Nothing found does not prove that there is nothing.",
	}.in(lang)
}

// Outcome says what became of the run, and never that one with gaps is simply
// complete.
func Outcome(lang string, run *scanner.Run) string {
	s := State(lang, run.State)
	_, _, _, _, _, failed := run.Coverage.Terms()
	if gaps := failed + run.Coverage.NotListable; gaps > 0 && run.State == scanner.Complete {
		s += number(gaps, pair{" ; %d emplacement non lu ou lu en partie", "; %d location not read, or in part"},
			pair{" ; %d emplacements non lus ou lus en partie", "; %d locations not read, or in part"}).in(lang)
	}
	if n := len(run.Failures); n > 0 {
		s += number(int64(n), pair{" ; %d source non analysée", "; %d source not analysed"}, pair{" ; %d sources non analysées", "; %d sources not analysed"}).in(lang)
	}
	return s
}

// number chooses between the words for one and those for several.
func number(n int64, one, several pair) pair {
	if n != 1 {
		one = several
	}
	return pair{fmt.Sprintf(one.fr, n), fmt.Sprintf(one.en, n)}
}

// State says what became of the run, apart from what was not read.
func State(lang, state string) string {
	if p, ok := states[state]; ok {
		return p.in(lang)
	}
	return state
}

var states = map[string]pair{
	"running":     {"En cours", "Running"},
	"complete":    {"Terminée", "Complete"},
	"interrupted": {"Interrompue, peut être reprise", "Interrupted, can be resumed"},
	"aborted":     {"Abandonnée, peut être reprise", "Aborted, can be resumed"},
}

// Status returns the words for what became of a location.
func Status(lang string, tax *taxonomy.Taxonomy, s sources.Status, date string) string {
	label := taxonomy.Label(tax.Enums.Coverage, s.String(), lang)
	return strings.TrimSuffix(strings.ReplaceAll(label, "{date}", date), ".")
}

// Reason returns the words for why something was not read; empty for no reason.
func Reason(lang string, tax *taxonomy.Taxonomy, r sources.Reason) string {
	if r == "" {
		return ""
	}
	if label := taxonomy.Label(tax.Enums.CoverageDetail, string(r), lang); label != string(r) {
		return label
	}
	if p, ok := reasons[r]; ok {
		return p.in(lang)
	}
	return string(r)
}

// reasons are those that the taxonomy has no words for.
var reasons = map[sources.Reason]pair{
	sources.Empty:             {"Fichier vide", "Empty file"},
	sources.Truncated:         {"Tronqué", "Truncated"},
	sources.OutOfMemory:       {"Limite de mémoire atteinte", "Memory limit reached"},
	sources.WorkerCrashed:     {"Arrêt du processus de lecture", "Reading process stopped"},
	sources.PasswordProtected: {"Protégé par mot de passe", "Protected by a password"},
	sources.NoTextLayer:       {"Image sans texte", "Picture without text"},
	sources.UnknownFormat:     {"Format inconnu", "Unknown format"},
	sources.MissingPart:       {"Une autre partie de l'archive manque", "Another part of the archive is missing"},
	sources.UnknownMethod:     {"Méthode de compression inconnue", "Unknown method of compression"},
	sources.WrongExtension:    {"Contenu différent de l'extension", "Content differs from the extension"},
	sources.DepthLimit:        {"Trop de niveaux d'archives", "Archives nested too deep"},
	sources.MembersLimit:      {"Trop d'éléments dans l'archive", "Too many members"},
	sources.RatioLimit:        {"Taux de compression anormal", "Abnormal compression ratio"},
	sources.SizeLimit:         {"Taille au-delà de la limite", "Beyond the size limit"},
	sources.FieldsLimit:       {"Trop de colonnes ou de champs", "Too many columns or fields"},
	sources.FindingsLimit:     {"Limite d'occurrences localisées", "Limit of located occurrences"},
	sources.Vanished:          {"Disparu pendant l'analyse", "Vanished during the analysis"},
	sources.Changed:           {"Modifié pendant la lecture", "Changed while it was read"},
	sources.IOError:           {"Erreur de lecture", "Read error"},
	sources.UnsafeName:        {"Nom d'élément dangereux", "Unsafe member name"},
	sources.Special:           {"Fichier spécial (périphérique, tube…)", "Special file (device, pipe…)"},
	sources.ByPattern:         {"Exclu par motif", "Excluded by pattern"},
	sources.SnapshotFolder:    {"Dossier d'instantanés", "Snapshot folder"},
	sources.SymlinkSkipped:    {"Lien symbolique non suivi", "Symbolic link not followed"},
	sources.OtherFileSystem:   {"Autre système de fichiers", "Other file system"},
	sources.MediaContent:      {"Son, film ou image : contenu non lu", "Sound, film or picture: content not read"},
	sources.DamagedNumbers:    {"Identifiants abîmés par un tableur (notation scientifique) : à ressaisir depuis la source", "Identifiers damaged by a spreadsheet (scientific notation): to be taken from their source again"},
	sources.RowSecurity:       {"Lignes filtrées pour ce compte (sécurité au niveau des lignes)", "Rows hidden from this account (row-level security)"},
	sources.MaskedValues:      {"Valeurs masquées par le SGBD pour ce compte", "Values masked by the database for this account"},
	sources.EncryptedValues:   {"Valeurs chiffrées que seuls les clients lisent", "Encrypted values that only clients can read"},
	sources.RightsUnknown:     {"Droits insuffisants pour savoir si le SGBD cache des lignes ou des valeurs", "Rights too small to know whether the database hides rows or values"},
	sources.View:              {"Vue : non exécutée, ses tables sont analysées", "View: not executed, its tables are read"},
	sources.ForeignTable:      {"Table distante : à analyser sur son serveur", "Foreign table: to be read on its own server"},
	sources.TemporaryTable:    {"Table temporaire d'une autre session", "Temporary table of another session"},
	sources.LockTimeout:       {"Table verrouillée", "Table locked"},
	sources.ConnectionLost:    {"Connexion perdue", "Connection lost"},
	sources.ServerBusy:        {"Serveur occupé, ou qui refuse d'autres connexions", "Server busy, or takes no more connections"},
	sources.Unreachable:       {"Serveur injoignable", "Server cannot be reached"},
	sources.NotVerified:       {"Identité du serveur non prouvée (TLS)", "Server did not prove who it is (TLS)"},
	sources.InvalidValue:      {"Valeur que le SGBD ne peut pas restituer", "Value that the database cannot give"},
}

// Sample is how a table was sampled, as the inventory has it.
type Sample struct {
	All, Text            sources.Sampling // of the rows, and of columns of running text where that is otherwise
	Rows, Missed         int64            // read, and the bound for a kind of which none was seen
	TextRows, TextMissed int64            // likewise, of columns of running text
}

// Sampled says how a sample was taken, what it may have missed and what that means.
func Sampled(lang string, s *Sample) string {
	text := fmt.Sprintf(pair{
		"Échantillon : %s ; %d lignes lues. Pour une donnée qui n'y figure pas, au plus %d lignes ont pu échapper : s'il y en avait davantage, un tel tirage en aurait montré 95 fois sur 100.",
		"Sample: %s; %d rows read. Of a kind of data that is not in it, at most %d rows can have been missed: were there more, such a draw would have shown some 95 times in 100.",
	}.in(lang), drawn(lang, &s.All), s.Rows, s.Missed)
	switch s.Text.Method {
	case "":
	case sources.WholeText:
		text += fmt.Sprintf(pair{" Colonnes de texte libre : toutes les lignes lues (%d).", " Columns of running text: all rows read (%d)."}.in(lang), s.TextRows)
	default:
		text += fmt.Sprintf(pair{
			" Colonnes de texte libre : %s ; %d lignes lues, au plus %d ont pu échapper.",
			" Columns of running text: %s; %d rows read, at most %d can have been missed.",
		}.in(lang), drawn(lang, &s.Text), s.TextRows, s.TextMissed)
	}
	return text + pair{" Une valeur isolée parmi les lignes non lues ne se voit pas : --full lit tout.", " A single value among the rows that were not read does not show: --full reads all."}.in(lang)
}

// drawn says how rows were drawn.
func drawn(lang string, s *sources.Sampling) string {
	method := s.Method
	if p, ok := methods[method]; ok {
		method = p.in(lang)
	}
	fraction := strconv.FormatFloat(100*s.Fraction, 'g', 3, 64)
	if lang != "en" {
		fraction = strings.ReplaceAll(fraction, ".", ",")
	}
	seed := ""
	if s.Seed != 0 { // 0: drawn by the engine, others each time
		seed = fmt.Sprintf(pair{", graine %d", ", seed %d"}.in(lang), s.Seed)
	}
	return fmt.Sprintf(pair{"%s, %s %% de la table%s", "%s, %s%% of the table%s"}.in(lang), method, fraction, seed)
}

// methods are those of sources.Sampling.
var methods = map[string]pair{
	"blocks":  {"blocs tirés au hasard", "blocks drawn at random"},
	"windows": {"fenêtres de clés tirées au hasard", "windows of keys drawn at random"},
	// The engine takes no seed.
	"documents": {"documents tirés au hasard par le SGBD", "documents drawn at random by the engine"},
}

// Seconds writes a time for people, to a tenth: "1,2 s".
func Seconds(lang string, s float64) string {
	text := strconv.FormatFloat(s, 'f', 1, 64)
	if lang != "en" {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text + "\u00a0s"
}

// Bytes writes a size for people: "1,2 Mo".
func Bytes(lang string, n int64) string {
	units := [...]pair{{"o", "B"}, {"ko", "KB"}, {"Mo", "MB"}, {"Go", "GB"}, {"To", "TB"}, {"Po", "PB"}}
	v, u := float64(n), 0
	for v >= 999.5 && u < len(units)-1 {
		v, u = v/1000, u+1
	}
	s := strconv.FormatFloat(v, 'f', 0, 64)
	if u > 0 && v < 99.95 {
		s = strconv.FormatFloat(v, 'f', 1, 64)
	}
	if lang != "en" {
		s = strings.ReplaceAll(s, ".", ",")
	}
	return s + "\u00a0" + units[u].in(lang)
}
