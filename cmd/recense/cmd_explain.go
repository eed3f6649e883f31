package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/files"
)

// maxExplained is the largest file that explain reads: its findings are held in
// memory.
const maxExplained = 256 << 20

func (a *app) newExplain() *cobra.Command {
	var o scanOptions
	c := &cobra.Command{
		Use:   "explain FILE:ROW[:COLUMN] | ID[:ROW[:COLUMN]] TARGET…",
		Short: a.t("tell why something was found at a place, without the value", "dire pourquoi quelque chose a été trouvé à un endroit, sans la valeur"),
		Long: a.t(`explain reads FILE again and tells, for all that is found in the row (or line) ROW
and the column COLUMN: the rule, what proved it, and what is known of the column.
It never prints a value. Files of up to 256 MiB. With the identifier of a location
(location_id, or its first 8 digits and more) and the targets of the scan, it finds
the place as recense locate does, key and audit file included, and tells about all
of it or about one row; of a table (of a part, when it is large), about each kind in
each column once, or with ID:COLUMN in one.

Exit codes: 0 found, 1 nothing found there, 2 usage, 5 the file cannot be read.`,
			`explain relit FICHIER et dit, pour tout ce qui est trouvé à la ligne LIGNE et dans la
colonne COLONNE : la règle, ce qui l'a prouvé, et ce que l'on sait de la colonne.
Aucune valeur n'est affichée. Fichiers de 256 Mio au plus. Avec l'identifiant d'un
emplacement (location_id, ou ses 8 premiers chiffres et plus) et les cibles de
l'analyse, il retrouve l'endroit comme recense locate, clé et fichier d'audit
compris, et l'explique en entier ou à une ligne ; d'une table (d'une partie, si elle
est grande), chaque type dans chaque colonne une fois, ou avec ID:COLONNE dans une.

Codes de sortie : 0 trouvé, 1 rien à cet endroit, 2 usage, 5 fichier illisible.`),
		Example: "  recense explain adherents.csv:12:3\n  recense explain 435b86b8:12 /srv/partage",
		Args:    a.atLeast(1, "explain needs FILE:ROW[:COLUMN]", "explain demande FICHIER:LIGNE[:COLONNE]"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return a.explainID(c.Context(), args[0], o, args[1:])
			}
			path, row, column, ok := parsePlace(args[0])
			if !ok {
				return usageError("", "%s", a.t("a place reads FILE:ROW or FILE:ROW:COLUMN", "un endroit s'écrit FICHIER:LIGNE ou FICHIER:LIGNE:COLONNE"))
			}
			return a.explain(c.Context(), o.Config, explained{path: path, anyMember: true, row: row, column: column})
		},
	}
	f := c.Flags()
	a.configFlag(f, &o.Config)
	f.StringVar(&o.State, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.KeyFile, "key-file", "", a.t("key of the scan", "clé de l'analyse"))
	return c
}

// explained is what to explain: a row of a file or of one of its members, or, with
// row 0, all of it.
type explained struct {
	path      string
	member    string
	anyMember bool
	row       int64
	column    int32
}

// explainID explains a location by its identifier, with a row and a column behind
// it or not.
func (a *app) explainID(ctx context.Context, place string, o scanOptions, targets []string) error {
	id, row, column, ok := parsePlace(place)
	if !ok {
		id, row, column = place, 0, 0
	}
	found, err := a.find(ctx, o, "explain", id, targets)
	if err != nil {
		return err
	}
	uri, member, _ := strings.Cut(found[0], "!/")
	if databases.IsURL(uri) {
		return a.explainTable(ctx, o, uri, targets, explained{member: member, column: int32(row)})
	}
	path, err := url.PathUnescape(strings.TrimPrefix(uri, "file://"))
	if err != nil || !strings.HasPrefix(uri, "file://") {
		return usageError("", "%s", a.t("explain reads files only", "explain ne lit que des fichiers"))
	}
	return a.explain(ctx, o.Config, explained{path: path, member: member, row: row, column: column})
}

// wants reports whether a finding of a location is to be explained.
func (x *explained) wants(l *inventory.Location, at sources.Location) bool {
	_, member, _ := strings.Cut(l.URI, "!/")
	return (x.anyMember || member == x.member) && (x.row == 0 || at.Row == x.row || at.Row == 0 && at.Line == x.row) &&
		(x.column == 0 || at.Column == x.column)
}

func (a *app) explain(ctx context.Context, configuration string, x explained) error {
	path := x.path
	info, err := os.Stat(path)
	if err != nil {
		return &exitError{code: exitUnreachable, err: fileError("open", path, err)}
	}
	if info.IsDir() || info.Size() > maxExplained {
		return usageError("", "%s", a.t("explain reads one file of at most 256 MiB", "explain lit un fichier de 256 Mio au plus"))
	}
	house, err := a.house(configuration)
	if err != nil {
		return err
	}
	ds, err := a.detectorsOf(selection{house: house})
	if err != nil {
		return err
	}
	lists, err := a.loadLists(ds)
	if err != nil {
		return err
	}
	e, err := detectors.NewEngine(ds, detectors.Options{Lists: lists, Own: house.Own})
	if err != nil {
		return err
	}
	tax, err := house.Taxonomy()
	if err != nil {
		return err
	}
	found, err := readAll(ctx, path, e, nil)
	if err != nil {
		return &exitError{code: exitUnreachable, err: err}
	}
	return a.explainFound(ctx, found, e, tax, x)
}

// explainedPart is how much of a table explain reads, of larger ones drawn at random.
const explainedPart = "16MiB"

// explainTable explains what was found in a table: each kind in each column once.
func (a *app) explainTable(ctx context.Context, o scanOptions, uri string, targets []string, x explained) error {
	o.MinScore, o.Sample, o.Seed = 40, explainedPart, 1
	state, err := a.stateFolder(o.State)
	if err != nil {
		return err
	}
	o.Out = state // nothing is written there
	j, err := a.newJob(o, targets)
	if err != nil {
		return err
	}
	defer j.close()
	e, err := j.worker.engine()
	if err != nil {
		return err
	}
	tax, err := j.worker.House.Taxonomy()
	if err != nil {
		return err
	}
	limits := sources.Limits{Margin: e.Margin()}.Defaults()
	var all inMemory
	for _, s := range j.sources {
		if _, ok := s.(*databases.Source); !ok {
			continue
		}
		read := int64(0)
		for u, err := range s.Units(ctx) {
			if err != nil || u.Meta.URI != uri || read > limits.Range {
				continue
			}
			if u.Index == 0 {
				a.explainColumns(ctx, s.(*databases.Source), &u, j.names, tax)
			}
			found, err := scanner.ScanUnit(ctx, s, u, e, scanner.UnitOptions{Findings: 1, Limits: limits, Key: j.key[:]})
			if err != nil {
				return &exitError{code: exitUnreachable, err: errors.New("explain: the table cannot be read")}
			}
			read += u.Size
			all = append(all, found...)
		}
	}
	return a.explainFound(ctx, all, e, tax, x)
}

// explainColumns says what the catalogue tells of the columns of a table, whose names and
// comments are evidence. What cannot be had is left out: the reading tells why.
func (a *app) explainColumns(ctx context.Context, s *databases.Source, u *sources.Unit, names *detectors.Engine, tax *taxonomy.Taxonomy) {
	facts, err := s.Facts(ctx, u)
	if err != nil {
		return
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, a.t("column\ttype\tnull\tkey\tcomment\t", "colonne\ttype\tnul\tclé\tcommentaire\t"))
	for _, f := range facts {
		name, _ := scanner.Mask(names, f.Name)
		kind, _ := scanner.Mask(names, f.Type)
		comment, _ := scanner.Mask(names, f.Comment)
		key, null := "", a.t("yes", "oui")
		if f.Key > 0 {
			key = strconv.Itoa(f.Key)
		}
		if f.Required {
			null = a.t("no", "non")
		}
		switch {
		case f.Unread == databases.Untold:
			comment = strings.TrimSpace(comment + a.t(" (not read: its type says nothing of anybody)", " (non lue : son type ne dit rien de personne)"))
		case f.Unread != "":
			comment = strings.TrimSpace(comment + " (" + words.Reason(a.lang, tax, f.Unread) + ")")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", name, kind, null, key, strings.Join(strings.Fields(comment), " "))
	}
	w.Flush()
	fmt.Fprintln(a.out)
}

// explainFound tells about what was found, as far as x wants it.
func (a *app) explainFound(ctx context.Context, found inMemory, e *detectors.Engine, tax *taxonomy.Taxonomy, x explained) error {
	inv, err := inventory.New(found, e, tax, inventory.Options{Audience: "medical"})
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.out)
	n := 0
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		for f, err := range l.Findings() {
			if err != nil {
				return err
			}
			if !x.wants(l, f.At) {
				continue
			}
			n++
			a.explainFinding(w, l, &f, inv.Detector(f.Detector))
		}
		return nil
	})
	if err := errors.Join(err, w.Flush()); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if n == 0 {
		return &exitError{code: exitFound, err: errors.New(a.t("nothing is found there", "rien n'est trouvé à cet endroit"))}
	}
	return nil
}

// parsePlace reads FILE:ROW[:COLUMN]; the file may have colons in its name.
func parsePlace(s string) (path string, row int64, column int32, ok bool) {
	cut := func(s string) (string, int64, bool) {
		i := strings.LastIndexByte(s, ':')
		if i <= 0 {
			return s, 0, false
		}
		n, err := strconv.ParseInt(s[i+1:], 10, 32)
		return s[:i], n, err == nil && n > 0
	}
	rest, last, ok := cut(s)
	if !ok {
		return "", 0, 0, false
	}
	if path, first, ok := cut(rest); ok {
		return path, first, int32(last), true
	}
	return rest, last, 0, true
}

// readAll reads a file in this process, as one unit, with all its findings. look, when
// it is not nil, sees where they stand.
func readAll(ctx context.Context, path string, e *detectors.Engine, look func(scanner.Candidate)) (inMemory, error) {
	limits := sources.Limits{Range: maxExplained + 1, Margin: e.Margin()}.Defaults()
	src, err := files.New(files.Options{Root: path, Limits: limits})
	if err != nil {
		return nil, errors.New("the file cannot be read")
	}
	var all inMemory
	for u := range src.Units(ctx) {
		if filepath.Base(u.Path) != filepath.Base(path) && u.Path != "" {
			continue
		}
		found, err := scanner.ScanUnit(ctx, src, u, e, scanner.UnitOptions{Findings: -1, Limits: limits, Look: look})
		if err != nil {
			return nil, errors.New("the file cannot be read")
		}
		all = append(all, found...)
	}
	return all, nil
}

// inMemory are the results of one file.
type inMemory []scanner.Found

// Run implements scanner.Results.
func (inMemory) Run() scanner.Run { return scanner.Run{} }

// Walk implements scanner.Results.
func (m inMemory) Walk(_ context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	for i := range m {
		findings := func(yield func(scanner.Finding, error) bool) {
			for _, f := range m[i].Findings {
				if !yield(f, nil) {
					return
				}
			}
		}
		if err := fn(&m[i].Location, findings); err != nil {
			return err
		}
	}
	return nil
}

// explainFinding writes one finding: what, why, and the column behind it.
func (a *app) explainFinding(w *bufio.Writer, l *inventory.Location, f *inventory.FindingRow, d *detectors.Detector) {
	title, rule := f.Detector, ""
	if d != nil {
		title, rule = d.Title(a.lang), d.Rule(a.lang)
	}
	fmt.Fprintf(w, "%s  %s\n", f.Detector, title)
	colon := a.t(": ", " : ")
	fmt.Fprintf(w, "  score%s%d/100, %s\n", colon, f.Score, a.strengthWord(f.Strength))
	for _, name := range f.Evidence.Names() {
		fmt.Fprintf(w, "  %s%s%s\n", name, colon, a.evidence(name))
	}
	for i := range l.Elements {
		if r := &l.Elements[i]; r.Index == f.Element && r.Detector == f.Detector {
			a.explainColumn(w, r)
		}
	}
	if rule = strings.Join(strings.Fields(rule), " "); rule != "" {
		fmt.Fprintf(w, "  %s%s%s\n", a.t("rule", "règle"), colon, rule)
	}
	if d != nil && f.Evidence&detectors.ContextWord != 0 {
		fmt.Fprintf(w, "  %s%s%s\n", a.t("words that count", "mots qui comptent"), colon, strings.Join(d.Context, ", "))
	}
}

func (a *app) explainColumn(w *bufio.Writer, r *inventory.ElementRow) {
	if r.Values < 0 {
		return
	}
	verdict := map[string]string{
		inventory.Is:       a.t("is of this kind", "est de ce type"),
		inventory.Contains: a.t("contains some", "en contient"),
		inventory.None:     a.t("is not of this kind", "n'est pas de ce type"),
	}[r.Verdict]
	fmt.Fprintf(w, a.t("  column %q %s: %d values, %d matches, at most %d, %d beside a person",
		"  la colonne %q %s : %d valeurs, %d occurrences, au plus %d, %d liées à une personne"), r.Name, verdict, r.Values, r.Matches, r.AtMost, max(r.Linked, 0))
	if r.Sampled > 0 {
		fmt.Fprintf(w, a.t("; %.0f%% of %d distinct values", " ; %.0f %% de %d valeurs distinctes"), 100*r.Share, r.Sampled)
	}
	if r.Repaired > 0 {
		fmt.Fprintf(w, a.t("; %d repaired after a spreadsheet", " ; %d rétablies après un tableur"), r.Repaired)
	}
	fmt.Fprintln(w)
}

// evidence says what a reason means.
func (a *app) evidence(name string) string {
	switch name {
	case "structure":
		return a.t("form, lengths and ranges are right", "forme, longueurs et plages exactes")
	case "key":
		return a.t("the check digits are right", "la clé de contrôle est juste")
	case "list":
		return a.t("the code is in the imported official list", "le code est dans la liste officielle importée")
	case "context_word":
		return a.t("a word near it speaks for it", "un mot voisin le confirme")
	case "column_name":
		return a.t("the name of the column or field says so", "le nom de la colonne ou du champ le dit")
	case "column_share":
		return a.t("the share of the column's values says so", "la part des valeurs de la colonne le dit")
	case "linked":
		return a.t("another match of the same record confirms it", "une autre occurrence du même enregistrement le confirme")
	}
	return ""
}
