package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
	"recense/scanner/journal"
)

type diffOptions struct {
	documents      documentOptions
	state, keyFile string
	json           bool
	rows           int
}

func (a *app) newDiff() *cobra.Command {
	var o diffOptions
	c := &cobra.Command{
		Use:   "diff [EARLIER LATER]",
		Short: a.t("what changed between two runs: places, categories, access, gaps", "ce qui a changé entre deux analyses : emplacements, catégories, accès, écarts"),
		Long: a.t(`diff compares two runs of the journal, the last two complete ones over the
same sources by default: places that are new, gone, moved or changed, categories found or no longer found, access that
became wider and, with --register, gaps that are new, back or settled. A place counts as
gone only when its source was listed whole and is not much smaller than before; a gap as
settled only when its place was read in full, or is gone. When the runs had different
detectors, differences in places that did not change are marked: they come from that.

Exit codes: 0 done, 2 usage or unknown run.`,
			`diff compare deux analyses du journal, par défaut les deux dernières complètes
des mêmes sources :
emplacements nouveaux, disparus, déplacés ou modifiés, catégories apparues ou disparues,
accès élargis et, avec --register, écarts nouveaux, réapparus ou régularisés. Un
emplacement ne compte comme disparu que si sa source a été listée en entier et n'est pas
beaucoup plus petite qu'avant ; un écart n'est régularisé que si son emplacement a été
lu en entier, ou a disparu. Quand les détecteurs diffèrent, les différences dans des
emplacements inchangés sont marquées : elles en viennent.

Codes de sortie : 0 fait, 2 usage ou analyse inconnue.`),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return usageError("", "%s", a.t("diff takes two runs, or none for the last two", "diff prend deux analyses, ou aucune pour les deux dernières"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.diff(c.Context(), args, o) },
	}
	f := c.Flags()
	a.registerFlags(f, &o.documents)
	f.BoolVar(&o.json, "json", false, a.t("print one JSON object", "afficher un objet JSON"))
	f.IntVar(&o.rows, "rows", 20, a.t("changes of a kind that the text lists", "changements d'une nature que le texte liste"))
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.keyFile, "key-file", "", a.t("key of the runs, if it was not that of the state folder", "clé des analyses, si ce n'est celle du dossier d'état"))
	return c
}

func (a *app) diff(ctx context.Context, args []string, o diffOptions) error {
	if _, err := a.registerOf(&o.documents); err != nil {
		return err
	}
	dir, err := a.stateFolder(o.state)
	if err != nil {
		return err
	}
	runs, err := a.runsOf(dir)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		if args = lastTwo(readable(runs)); args == nil {
			return usageError("", "%s", a.t("there are no two complete runs over the same sources", "il n'y a pas deux analyses complètes des mêmes sources"))
		}
	}
	_, jr, older, err := a.openRun(o.state, args[0])
	if err != nil {
		return err
	}
	defer jr.Close()
	_, second, newer, err := a.openRun(o.state, args[1])
	if err != nil {
		return err
	}
	defer second.Close()
	if o.documents.Register != "" {
		if o.documents.key, err = a.keyOf(dir, o.keyFile, newer.Run().Params["key_id"]); err != nil {
			return err
		}
	}
	o.documents.state = dir
	d, err := compare(ctx, older, newer, func(r scanner.Results) (*inventory.Inventory, error) { return a.tablesOf(ctx, jr, r, o.documents) })
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if o.json {
		return a.diffJSON(d, older.Run(), newer.Run())
	}
	return a.diffText(d, older.Run(), newer.Run(), o.rows)
}

// lastTwo returns the ids of the last complete run that has one before it over the
// same sources, and of that one, earlier first; nil without them.
func lastTwo(runs []scanner.Run) []string {
	for _, r := range slices.Backward(runs) {
		if r.State != scanner.Complete {
			continue
		}
		if earlier, ok := before(runs, r); ok {
			return []string{earlier.ID, r.ID}
		}
	}
	return nil
}

// compare walks the earlier run, the later one, and the earlier one again.
func compare(ctx context.Context, older, newer scanner.Results, tables func(scanner.Results) (*inventory.Inventory, error)) (*inventory.Diff, error) {
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, err
	}
	d := inventory.NewDiff(tax, gone(newer.Run(), older.Run()), older.Run().Engine != newer.Run().Engine)
	for _, step := range []struct {
		results scanner.Results
		place   func(*inventory.Location)
		verdict func(*inventory.Verdict)
	}{
		{older, d.Before, d.BeforeVerdict},
		{newer, d.After, d.AfterVerdict},
		{older, d.Gone, func(v *inventory.Verdict) { d.GoneVerdict(v, true) }},
	} {
		inv, err := tables(step.results)
		if err != nil {
			return nil, err
		}
		err = inv.Walk(ctx, func(l *inventory.Location) error {
			step.place(l)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if r := inv.Register(); r != nil {
			for _, v := range r.Rest() {
				step.verdict(&v)
			}
		}
	}
	return d, nil
}

// tablesOf builds the tables of a run with the detectors that it had.
func (a *app) tablesOf(ctx context.Context, jr *journal.Journal, results scanner.Results, o documentOptions) (*inventory.Inventory, error) {
	engine, tax, err := engineOf(results.Run())
	if err != nil {
		return nil, err
	}
	return a.tables(ctx, jr, results, engine, tax, o)
}

// changeWords name the kinds of changes.
var changeWords = map[string][2]string{
	inventory.GapNew:         {"gaps: new", "écarts : nouveaux"},
	inventory.GapReopened:    {"gaps: back", "écarts : réapparus"},
	inventory.GapResolved:    {"gaps: settled", "écarts : régularisés"},
	inventory.GapNotChecked:  {"gaps: not checked again", "écarts : non revérifiés"},
	inventory.AccessWider:    {"access: wider", "accès : élargis"},
	inventory.AccessNarrower: {"access: narrower", "accès : restreints"},
	inventory.CategoryNew:    {"categories: found", "catégories : apparues"},
	inventory.CategoryLost:   {"categories: no longer found", "catégories : plus trouvées"},
	inventory.PlaceNew:       {"places: new", "emplacements : nouveaux"},
	inventory.PlaceMoved:     {"places: moved", "emplacements : déplacés"},
	inventory.PlaceChanged:   {"places: changed", "emplacements : modifiés"},
	inventory.PlaceGone:      {"places: gone", "emplacements : disparus"},
	inventory.PlaceNotSeen:   {"places: not seen, nothing says that they are gone", "emplacements : non revus, rien ne dit qu'ils ont disparu"},
}

func (a *app) diffText(d *inventory.Diff, older, newer scanner.Run, rows int) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	for _, r := range []scanner.Run{older, newer} {
		fmt.Fprintf(a.out, "%s (%s): %s\n", r.ID, a.day(r.Started), words.CoverageLine(a.lang, &r))
	}
	if older.Engine != newer.Engine || older.Version != newer.Version {
		fmt.Fprintln(a.out, a.t("The runs had different detectors or versions: differences marked * come from that.",
			"Les détecteurs ou les versions diffèrent : les différences marquées * en viennent."))
	}
	for _, r := range []scanner.Run{older, newer} {
		a.tellVersions(&r)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, kind := range inventory.ChangeKinds {
		if n := d.Counts[kind]; n > 0 {
			fmt.Fprintf(w, "%s\t%d\n", a.t(changeWords[kind][0], changeWords[kind][1]), n)
		}
	}
	a.gapTotals(w, tax, d)
	if err := w.Flush(); err != nil {
		return err
	}
	if len(d.Counts) == 0 {
		fmt.Fprintln(a.out, a.t("Nothing changed.", "Rien n'a changé."))
	}
	for _, kind := range inventory.ChangeKinds {
		a.listChanges(tax, d, kind, rows)
	}
	return nil
}

// judgedOtherwise says by what a run was judged that is not today's: its detectors, its
// taxonomy. What is not known of an older run counts as another one.
func judgedOtherwise(r *scanner.Run) (detectors, taxonomy bool) {
	engine, tax, err := engineOf(*r)
	if err != nil {
		return true, true
	}
	return engine.Version() != r.Engine, r.Params[taxonomyParam] != tax.SHA256[:16]
}

// tellVersions says that a run is judged by other detectors or another taxonomy than it
// had: both runs are compared by today's.
func (a *app) tellVersions(r *scanner.Run) {
	detectors, taxonomy := judgedOtherwise(r)
	if detectors {
		fmt.Fprintf(a.out, a.t("%s had other detectors than this program: what it found is compared as it was, strengths and columns by today's rules.\n",
			"%s avait d'autres détecteurs que ce programme : ses résultats sont comparés tels quels, niveaux de preuve et colonnes selon les règles d'aujourd'hui.\n"), r.ID)
	}
	if taxonomy {
		fmt.Fprintf(a.out, a.t("%s had another taxonomy than this program: categories, levels and gaps are those of today's, not those of its documents.\n",
			"%s avait une autre taxonomie que ce programme : catégories, niveaux et écarts sont ceux d'aujourd'hui, pas ceux de ses documents.\n"), r.ID)
	}
}

func (a *app) day(t time.Time) string {
	if a.lang == "fr" {
		return register.Day(t).Format("02/01/2006")
	}
	return register.Day(t).Format(time.DateOnly)
}

// gapTotals tells the gaps by priority and severity, before and after.
func (a *app) gapTotals(w *tabwriter.Writer, tax *taxonomy.Taxonomy, d *inventory.Diff) {
	line := func(label, key string) {
		if was, is := d.Gaps[0][key], d.Gaps[1][key]; was+is > 0 {
			fmt.Fprintf(w, "%s\t%d → %d\n", label, was, is)
		}
	}
	for p := 1; p <= 4; p++ {
		line(a.t("gaps of priority ", "écarts de priorité ")+fmt.Sprint(p), fmt.Sprint("priority:", p))
	}
	for i := len(tax.Scale.Levels) - 1; i >= 0; i-- {
		l := &tax.Scale.Levels[i]
		line(a.t("gaps of severity ", "écarts de gravité ")+l.Label.In(a.lang), "severity:"+l.ID)
	}
}

func (a *app) listChanges(tax *taxonomy.Taxonomy, d *inventory.Diff, kind string, rows int) {
	n := 0
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.Kind != kind {
			continue
		}
		if n++; n == 1 {
			fmt.Fprintf(a.out, "\n%s\n", a.t(changeWords[kind][0], changeWords[kind][1]))
		}
		if n <= rows {
			fmt.Fprintf(a.out, "  %s\n", a.changeLine(tax, c))
		}
	}
	if n > rows {
		fmt.Fprintf(a.out, a.t("  … and %d more (--json has all)\n", "  … et %d autres (--json les donne tous)\n"), d.Counts[kind]-int64(rows))
	}
}

func (a *app) changeLine(tax *taxonomy.Taxonomy, c *inventory.Change) string {
	parts := []string{c.URI}
	if c.Verdict != "" {
		for _, k := range register.Kinds() {
			if k.ID == c.Verdict {
				parts = append(parts, k.Constat.In(a.lang))
			}
		}
	}
	if cat := tax.Category(c.Category); cat != nil {
		parts = append(parts, cat.Label.In(a.lang))
	}
	switch c.Kind {
	case inventory.AccessWider, inventory.AccessNarrower:
		parts = append(parts, taxonomy.Label(tax.Enums.AccessScope, c.Before, a.lang)+" → "+taxonomy.Label(tax.Enums.AccessScope, c.After, a.lang))
	case inventory.PlaceMoved:
		parts = append(parts, "→ "+c.After)
	}
	line := strings.Join(parts, " · ")
	if c.Version {
		line += " *"
	}
	return line
}

// diffJSON prints one object: both runs, counts, changes.
func (a *app) diffJSON(d *inventory.Diff, older, newer scanner.Run) error {
	type run struct {
		ID       string `json:"id"`
		Started  string `json:"started"`
		Version  string `json:"version"`
		Engine   string `json:"engine"`
		Coverage string `json:"coverage"`
		Reduced  int    `json:"reduced_percent"`
		Taxonomy string `json:"taxonomy,omitempty"`
		// OtherDetectors and OtherTaxonomy say that the run is judged by today's, which
		// are not those that it had.
		OtherDetectors bool `json:"other_detectors"`
		OtherTaxonomy  bool `json:"other_taxonomy"`
	}
	of := func(r scanner.Run) run {
		detectors, taxonomy := judgedOtherwise(&r)
		return run{r.ID, r.Started.UTC().Format(time.RFC3339), r.Version, r.Engine, words.CoverageLine("en", &r), r.Reduced, r.Params[taxonomyParam], detectors, taxonomy}
	}
	type change struct {
		Kind     string `json:"kind"`
		URI      string `json:"location_uri"`
		Category string `json:"category,omitempty"`
		Verdict  string `json:"verdict,omitempty"`
		Before   string `json:"before,omitempty"`
		After    string `json:"after,omitempty"`
		Version  bool   `json:"from_versions,omitempty"`
	}
	changes := make([]change, len(d.Changes))
	for i, c := range d.Changes {
		changes[i] = change(c)
	}
	e := json.NewEncoder(a.out)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{
		"before": of(older), "after": of(newer), "counts": d.Counts, "changes": changes, "not_listed": d.Left,
		"gaps_before": d.Gaps[0], "gaps_after": d.Gaps[1],
	})
}
