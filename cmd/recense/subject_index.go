package main

import (
	"context"
	"slices"

	"recense/cmd/recense/internal/key"
	"recense/detectors"
	"recense/report/arrow"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
)

// fromIndex answers a request from the table of recense subjects and the last
// inventory, without reading the sources.
func (s *search) fromIndex(ctx context.Context) error {
	a := s.app
	state, err := a.stateFolder(s.opt.state)
	if err != nil {
		return err
	}
	s.job = &job{state: state}
	if s.tax, err = taxonomy.Load(); err != nil {
		return err
	}
	k, err := a.keyOf(state, s.opt.keyFile, "")
	if err != nil {
		return err
	}
	if err := a.audit(state, "subject", fact{"reference", s.req.Reference}, fact{"right", s.req.Right}, fact{"identifiers", len(s.req.Identifiers)}, fact{"from", "subjects"}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	s.forms = s.req.Forms()
	want, err := s.wanted(k)
	if err != nil {
		return err
	}
	s.found, s.aml = map[scanner.ID]*match{}, map[scanner.ID]bool{}
	err = arrow.ReadSubjects(s.opt.subjects, k.ID(), func(row arrow.Subject) {
		for _, i := range want[subjectOf{row.Detector, row.Value}] {
			m := s.found[row.Location]
			if m == nil {
				m = &match{forms: map[int]int64{}, elements: map[int32]bool{}}
				s.found[row.Location] = m
			}
			m.forms[i] += int64(row.Occurrences)
		}
	})
	if err != nil {
		return usageError("", "%w", err)
	}
	return s.placed(ctx)
}

type subjectOf struct {
	kind  string
	value [16]byte
}

// wanted are the forms of the request by keyed identifier.
func (s *search) wanted(k key.Key) (map[subjectOf][]int, error) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		return nil, err
	}
	p, want := e.Pass(), map[subjectOf][]int{}
	kinds := subjectKinds(s.tax)
	for i, f := range s.forms {
		at := slices.IndexFunc(e.Detectors(), func(d *detectors.Detector) bool { return string(d.Kind) == f.Kind })
		if at < 0 || !slices.Contains(kinds, f.Kind) {
			continue
		}
		normal, ok := p.Normal(e.Detectors()[at], []byte(f.Text))
		if !ok {
			return nil, usageError("", s.app.t("identifiers[%d]: not a valid %s", "identifiers[%d] : pas une valeur de type %s"), f.Identifier, f.Kind)
		}
		of := subjectOf{f.Kind, scanner.SubjectID(k[:], detectors.Kind(f.Kind), normal)}
		want[of] = append(want[of], i)
	}
	return want, nil
}

// placed takes what the last inventory knows of the places that were found. Those that
// it does not know any more are left out: the table is older than it.
func (s *search) placed(ctx context.Context) error {
	var owed *register.Reconciler
	if s.reg != nil {
		owed = register.NewReconciler(s.tax, s.reg, s.app.now())
	}
	known := map[scanner.ID]bool{}
	err := s.app.walkLast(ctx, s.job.state, s.opt.keyFile, documentOptions{Audience: "aml"}, func(r scanner.Run, _ []string) { s.day, s.ended = r.Started, r }, func(l *inventory.Location) {
		m := s.found[l.ID]
		if m == nil {
			return
		}
		known[l.ID] = true
		s.place(l, m)
		if m.hit == nil {
			return
		}
		if s.reg != nil {
			for _, x := range s.reg.Match(l.Source, l.Path) {
				m.hit.Location.Processings = append(m.hit.Location.Processings, x.Processing.Ref)
			}
			m.hit.Owed = owed.Owed(l)
		}
	})
	for id := range s.found {
		if !known[id] {
			delete(s.found, id)
		}
	}
	return err
}

// personsOf counts the different values of each detector that counts persons, over the
// locations that within tells: the exact union of the table of recense subjects.
func personsOf(path, keyID string, tax *taxonomy.Taxonomy, within map[scanner.ID]bool) (map[string]int64, error) {
	seen := map[string]map[[16]byte]bool{}
	err := arrow.ReadSubjects(path, keyID, func(row arrow.Subject) {
		d := tax.Detector(detectors.Kind(row.Detector))
		if d == nil || !d.CountsPersons || !within[row.Location] {
			return
		}
		if seen[row.Detector] == nil {
			seen[row.Detector] = map[[16]byte]bool{}
		}
		seen[row.Detector][row.Value] = true
	})
	out := map[string]int64{}
	for kind, values := range seen {
		out[kind] = int64(len(values))
	}
	return out, err
}
