package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/subject"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources"
)

type subjectOptions struct {
	documents                   documentOptions
	out, state, keyFile, config string
	workers                     int
	verify                      bool
	subjects                    string // the table of recense subjects; empty: the sources are read
}

func (a *app) newSubject() *cobra.Command {
	var o subjectOptions
	c := &cobra.Command{
		Use:   "subject FILE|- TARGET…",
		Short: a.t("a request of a data subject: where their data is, what is due and when", "une demande d'exercice de droits : où sont les données, quoi faire et pour quand"),
		Long: a.t(`subject reads a request (YAML, from a file or standard input; identifiers never go on
the command line), reads the targets again with the detectors of its identifiers, and
writes demande-REFERENCE.md and .xlsx: deadlines in calendar months, the places, what is
proposed for each and why one has to be kept, and what was not seen. Categories,
retention and processings come from --register and the last inventory. No identifier is
repeated; values are compared by digests under a key of the search that is then
destroyed. Places under the fight against money laundering are never listed or counted.

  schema: recense/request
  version: 1
  reference: D-2026-014
  right: erasure          # access, rectification, restriction, objection, portability,
                          # consent_withdrawal, post_mortem_directives
  received_on: 2026-11-02
  identifiers:
    - {kind: email, value: …}           # nir, phone_fr, member_number, iban…
    - {kind: person_name, family_name: …, given_name: …, birth_date: 1980-01-31}

--verifier searches again after the action and writes constat-REFERENCE.md and .xlsx:
each place of the first search absent, present or not readable.

Exit codes: 0 done, 2 usage or a wrong request, 3 the search was incomplete, 4 a document
could not be written, 5 a source could not be reached, 130 interrupted.`,
			`subject lit une demande (YAML, d'un fichier ou de l'entrée standard ; les identifiants
ne vont jamais sur la ligne de commande), relit les cibles avec les détecteurs de ses
identifiants, et écrit demande-RÉFÉRENCE.md et .xlsx : échéances en mois calendaires,
emplacements, suite proposée pour chacun et motif de conservation, et ce qui n'a pas été
vu. Catégories, conservation et traitements viennent de --register et du dernier
inventaire. Aucun identifiant n'est répété ; les valeurs sont comparées par empreintes
sous une clé de la recherche, ensuite détruite. Les emplacements de lutte contre le
blanchiment ne sont jamais listés ni comptés.

  schema: recense/request
  version: 1
  reference: D-2026-014
  right: erasure          # access, rectification, restriction, objection, portability,
                          # consent_withdrawal, post_mortem_directives
  received_on: 2026-11-02
  identifiers:
    - {kind: email, value: …}           # nir, phone_fr, member_number, iban…
    - {kind: person_name, family_name: …, given_name: …, birth_date: 1980-01-31}

--verifier cherche à nouveau après l'action et écrit constat-RÉFÉRENCE.md et .xlsx :
chaque emplacement de la première recherche absent, présent ou non lisible.

Codes de sortie : 0 fait, 2 usage ou demande incorrecte, 3 recherche incomplète, 4
document non écrit, 5 source injoignable, 130 interrompu.`),
		Example: "  recense subject demande.yaml /srv/partage --register registre.yaml -o /srv/demandes",
		Args: func(c *cobra.Command, args []string) error {
			if o.subjects != "" && len(args) == 1 {
				return nil
			}
			return a.atLeast(2, "subject needs a FILE (or -) and a TARGET, or --subjects", "subject demande un FICHIER (ou -) et une CIBLE, ou --subjects")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.subject(c.Context(), args[0], args[1:], o)
		},
	}
	f := c.Flags()
	a.registerFlags(f, &o.documents)
	a.encryptFlag(f, &o.documents)
	f.BoolVar(&o.verify, "verifier", false, a.t("search again after the action and state what is left", "chercher à nouveau après l'action et constater ce qui reste"))
	f.StringVar(&o.subjects, "subjects", "", a.t("answer from this table of recense subjects and the last inventory, without reading the targets", "répondre d'après cette table de recense subjects et le dernier inventaire, sans relire les cibles"))
	f.StringVarP(&o.out, "out", "o", ".", a.t("folder for the documents", "dossier des documents"))
	f.StringVar(&o.config, "config", "", a.t("configuration file", "fichier de configuration"))
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.keyFile, "key-file", "", a.t("installation key to use instead of the one in the state folder", "clé d'installation à employer au lieu de celle du dossier d'état"))
	f.IntVar(&o.workers, "workers", 0, a.t("worker processes (default: one per processor)", "processus de travail (par défaut : un par processeur)"))
	return c
}

func (a *app) subject(ctx context.Context, file string, targets []string, o subjectOptions) error {
	req, err := a.readRequest(file)
	if err != nil {
		return err
	}
	reg, err := a.registerOf(&o.documents)
	if err != nil {
		return err
	}
	s := &search{app: a, opt: o, req: req, reg: reg}
	defer s.close()
	if o.subjects != "" {
		if o.verify {
			return usageError("", "%s", a.t("--verifier reads the targets again: not with --subjects", "--verifier relit les cibles : pas avec --subjects"))
		}
		if err := s.fromIndex(ctx); err != nil {
			return err
		}
		return s.write(ctx)
	}
	if err := s.prepare(targets); err != nil {
		return err
	}
	if err := a.audit(s.job.state, "subject", fact{"reference", req.Reference}, fact{"right", req.Right}, fact{"identifiers", len(req.Identifiers)}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if err := s.run(ctx); err != nil {
		return err
	}
	if err := s.collect(ctx); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if err := s.write(ctx); err != nil {
		return err
	}
	return a.searched(&s.ended)
}

func (a *app) readRequest(file string) (*subject.Request, error) {
	in, done, err := a.openInput([]string{file})
	if err != nil {
		return nil, err
	}
	defer done()
	data, err := io.ReadAll(io.LimitReader(in, 1<<20))
	if err != nil {
		return nil, &exitError{code: exitUnreachable, err: errors.New("the request cannot be read")}
	}
	req, err := subject.ReadRequest(file, data)
	if err != nil {
		return nil, usageError("", "%w", err)
	}
	if !isReference(req.Reference) {
		return nil, usageError("", "%s", a.t("reference takes letters, digits, '.', '_' and '-'", "reference prend lettres, chiffres, '.', '_' et '-'"))
	}
	return req, nil
}

// search is one search for the identifiers of a request, in a journal of its own that
// is removed at the end: it holds digests of what was read.
type search struct {
	app    *app
	opt    subjectOptions
	req    *subject.Request
	reg    *register.Register
	job    *job
	folder string
	jr     *journal.Journal
	engine *detectors.Engine
	tax    *taxonomy.Taxonomy
	ended  scanner.Run

	forms []subject.Form
	want  map[digestOf][]int // forms by digest
	found map[scanner.ID]*match
	seen  map[scanner.ID]sources.Status // of the places of an earlier search
	aml   map[scanner.ID]bool
	day   time.Time
}

type digestOf struct {
	kind   string
	digest uint64
}

// match is what was found at a location, by form.
type match struct {
	forms    map[int]int64
	elements map[int32]bool
	hit      *subject.Hit
}

func (s *search) close() {
	if s.job != nil {
		s.job.close()
	}
	if s.jr != nil {
		s.jr.Close()
	}
	if s.folder != "" {
		os.RemoveAll(s.folder)
	}
}

// prepare settles detectors, keys and sources, and the digests to look for.
func (s *search) prepare(targets []string) error {
	s.forms = s.req.Forms()
	only := []string{}
	for _, f := range s.forms {
		only = append(only, f.Kind)
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	s.tax = tax
	for _, d := range tax.Detectors { // their places are left out
		if d.Category == "aml" {
			only = append(only, string(d.ID))
		}
	}
	slices.Sort(only)
	all := detectors.All()
	only = slices.DeleteFunc(slices.Compact(only), func(k string) bool {
		return !slices.ContainsFunc(all, func(d *detectors.Detector) bool { return string(d.Kind) == k })
	})
	so := scanOptions{
		Out: s.opt.out, Config: s.opt.config, State: s.opt.state, KeyFile: s.opt.keyFile, Workers: s.opt.workers, Only: only,
		Findings: "all", MinScore: detectors.ScorePossible, Quiet: true, Documents: documentOptions{Audience: "aml"},
	}
	if s.job, err = s.app.newJob(so, targets); err != nil {
		return err
	}
	if len(s.job.sources) == 0 {
		return quiet(exitUnreachable)
	}
	if err := os.MkdirAll(s.job.state, 0o700); err != nil {
		return usageError("", "%w", fileError("make", s.job.state, err))
	}
	if s.folder, err = os.MkdirTemp(s.job.state, "subject-"); err != nil {
		return &exitError{code: exitAborted, err: errors.New("the state folder cannot be written")}
	}
	if s.jr, err = journal.Open(filepath.Join(s.folder, "journal.db")); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	return nil
}

// run scans, in the folder of the search.
func (s *search) run(ctx context.Context) error {
	s.app.collectLate()
	run := s.job.describe(s.app)
	var err error
	if s.engine, err = s.job.engine(s.jr, run.ID); err != nil {
		return err
	}
	if err := s.digests(); err != nil {
		return err
	}
	opt, err := s.job.scannerOptions(s.app, s.jr, run)
	if err != nil {
		return err
	}
	opt.State, opt.Digests = s.folder, true
	s.ended, err = scanner.Scan(ctx, s.job.sources, s.engine, opt)
	s.ended.Failures = append(s.ended.Failures, s.job.failures...)
	switch {
	case err != nil:
		return &exitError{code: exitAborted, err: err}
	case s.ended.State != scanner.Complete:
		return quiet(exitInterrupted)
	}
	return nil
}

// digests works out what to look for. What has no normal form of its kind is a wrong
// request: the place is told, not the value.
func (s *search) digests() error {
	s.want = map[digestOf][]int{}
	p := s.engine.Pass()
	for i, f := range s.forms {
		for _, d := range s.engine.Detectors() {
			if string(d.Kind) != f.Kind {
				continue
			}
			h, ok := p.Digest(d, []byte(f.Text))
			if !ok {
				return usageError("", s.app.t("identifiers[%d]: not a valid %s", "identifiers[%d] : pas une valeur de type %s"), f.Identifier, f.Kind)
			}
			key := digestOf{f.Kind, h}
			s.want[key] = append(s.want[key], i)
		}
	}
	return nil
}

// collect goes over what was read: first the digests, then the places that have some,
// last the inventory for what is known of them.
func (s *search) collect(ctx context.Context) error {
	results, err := s.jr.Results(s.ended.ID)
	if err != nil {
		return err
	}
	s.found, s.seen, s.aml = map[scanner.ID]*match{}, map[scanner.ID]sources.Status{}, map[scanner.ID]bool{}
	err = results.Walk(ctx, func(l *scanner.Location, findings iter.Seq2[scanner.Finding, error]) error {
		for f, err := range findings {
			if err != nil {
				return err
			}
			s.finding(l, &f)
		}
		return nil
	})
	if err != nil {
		return err
	}
	earlier := map[string]bool{}
	for _, e := range s.earlier() {
		earlier[e.ID] = true
	}
	// The audience of money laundering sees its rows: here they say what to leave out.
	inv, err := inventory.New(results, s.engine, s.tax, inventory.Options{Audience: "aml"})
	if err != nil {
		return err
	}
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		if len(earlier) > 0 && earlier[l.ID.String()] {
			s.seen[l.ID] = l.Status
		}
		if m := s.found[l.ID]; m != nil {
			s.place(l, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.known(ctx)
}

func (s *search) finding(l *scanner.Location, f *scanner.Finding) {
	if f.Digest == 0 {
		return
	}
	for _, i := range s.want[digestOf{string(f.Kind), f.Digest}] {
		m := s.found[l.ID]
		if m == nil {
			m = &match{forms: map[int]int64{}, elements: map[int32]bool{}}
			s.found[l.ID] = m
		}
		m.forms[i]++
		m.elements[f.Element] = true
	}
}

// place decides whether what was found at a location is about the person, and fills in
// what the search itself knows.
func (s *search) place(l *inventory.Location, m *match) {
	h := &subject.Hit{NIROnly: true}
	birth, name := map[int]bool{}, map[int]int64{}
	for i, n := range m.forms {
		switch f := s.forms[i]; {
		case f.Kind == "birth_date":
			birth[f.Identifier] = true
		case f.Kind == "person_name" && f.Alone:
			name[f.Identifier] += n
		case f.Kind == "person_name":
			h.Occurrences, h.NIROnly = h.Occurrences+n, false
		default:
			h.Exact, h.Occurrences, h.NIROnly = true, h.Occurrences+n, h.NIROnly && f.Kind == "nir"
		}
	}
	for i, n := range name { // a family name says something beside the birth date only
		if birth[i] {
			h.Occurrences, h.NIROnly = h.Occurrences+n, false
		}
	}
	if h.Occurrences == 0 || s.launders(l) {
		delete(s.found, l.ID)
		return
	}
	h.Location = l.LocationRow
	for i := range l.Elements {
		if m.elements[l.Elements[i].Index] && l.Elements[i].Name != "" && !slices.Contains(h.Elements, l.Elements[i].Name) {
			h.Elements = append(h.Elements, l.Elements[i].Name)
		}
	}
	h.Categories = categoriesOf(l)
	m.hit = h
}

func categoriesOf(l *inventory.Location) []string {
	var out []string
	for i := range l.Inventory {
		if r := &l.Inventory[i]; r.Asserted && !slices.Contains(out, r.Category) {
			out = append(out, r.Category)
		}
	}
	return out
}

// launders reports whether a place is one of the fight against money laundering: by
// what is in it, or by its processing.
func (s *search) launders(l *inventory.Location) bool {
	if slices.ContainsFunc(l.Inventory, func(r inventory.InventoryRow) bool { return r.Category == "aml" }) {
		return true
	}
	if s.reg == nil {
		return false
	}
	return slices.ContainsFunc(s.reg.Match(l.Source, l.Path), func(m register.Matching) bool {
		return slices.Contains(m.Processing.Declared, "aml")
	})
}

// known takes what the last inventory and the register know of the places found.
func (s *search) known(ctx context.Context) error {
	var owed *register.Reconciler
	if s.reg != nil {
		owed = register.NewReconciler(s.tax, s.reg, s.app.now())
	}
	for _, m := range s.found {
		if m.hit != nil && s.reg != nil {
			for _, x := range s.reg.Match(m.hit.Location.Source, m.hit.Location.Path) {
				m.hit.Location.Processings = append(m.hit.Location.Processings, x.Processing.Ref)
			}
		}
	}
	runs, err := s.app.runsOf(s.job.state)
	if err != nil || len(lastRuns(runs)) == 0 {
		return nil // no inventory yet: the search stands alone
	}
	o := documentOptions{Audience: "aml"}
	return s.app.walkLast(ctx, s.job.state, s.opt.keyFile, o, func(r scanner.Run, _ []string) { s.day = r.Started }, func(l *inventory.Location) {
		m := s.found[l.ID]
		if m == nil {
			return
		}
		if s.launders(l) {
			delete(s.found, l.ID)
			return
		}
		m.hit.Categories = categoriesOf(l)
		if owed != nil {
			m.hit.Owed = owed.Owed(l)
		}
	})
}

// hits returns what was found, in the order of places.
func (s *search) hits() []subject.Hit {
	var out []subject.Hit
	for _, m := range s.found {
		if m.hit != nil {
			out = append(out, *m.hit)
		}
	}
	slices.SortFunc(out, func(a, b subject.Hit) int {
		if c := strings.Compare(a.Location.Source, b.Location.Source); c != 0 {
			return c
		}
		if c := strings.Compare(a.Location.URI, b.Location.URI); c != 0 {
			return c
		}
		return bytes.Compare(a.Location.ID[:], b.Location.ID[:])
	})
	return out
}

func (s *search) write(context.Context) error {
	answer := &subject.Answer{Request: s.req, Hits: s.hits(), Run: s.ended, Now: s.app.now(), Lang: s.app.docs, Register: s.reg, Tax: s.tax, Inventory: s.day}
	if s.reg != nil {
		for i := range s.reg.Sources {
			if id := s.reg.Sources[i].ID; !slices.Contains(sourceNames(s.ended), id) {
				answer.NotRead = append(answer.NotRead, id)
			}
		}
	}
	if !s.opt.verify {
		if err := s.remember(answer.Hits); err != nil {
			return &exitError{code: exitAborted, err: err}
		}
		return s.app.writeDossier(s.opt.out, "demande-"+s.req.Reference, answer.Dossier(), s.opt.documents.Encrypt)
	}
	earlier := s.earlier()
	if earlier == nil {
		return usageError("", s.app.t("no earlier search of %q", "pas de recherche antérieure de %q"), s.req.Reference)
	}
	whole := s.ended.Coverage.NotListable == 0 && len(s.ended.Failures) == 0
	var list []subject.Erased
	for _, e := range earlier {
		var id scanner.ID
		if n, err := hex.Decode(id[:], []byte(e.ID)); err != nil || n != len(id) {
			continue
		}
		status, seen := s.seen[id]
		list = append(list, subject.Erased{Source: e.Source, URI: e.URI, State: subject.StateOf(seen, s.found[id] != nil, status, whole)})
	}
	return s.app.writeDossier(s.opt.out, "constat-"+s.req.Reference, answer.Statement(list), s.opt.documents.Encrypt)
}

// placeOf is what is remembered of a place of a search: no identifier of the person.
type placeOf struct{ ID, Source, URI string }

func (s *search) file() string { return filepath.Join(s.job.state, "subject."+s.req.Reference+".json") }

func (s *search) remember(hits []subject.Hit) error {
	list := []placeOf{}
	mask := s.req.Masker()
	for _, h := range hits {
		list = append(list, placeOf{h.Location.ID.String(), h.Location.Source, mask(h.Location.URI)})
	}
	data, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return replaceFile(s.file(), data)
}

// earlier returns the places of the first search, nil without one.
func (s *search) earlier() []placeOf {
	data, err := os.ReadFile(s.file())
	var list []placeOf
	if err != nil || json.Unmarshal(data, &list) != nil {
		return nil
	}
	return list
}
