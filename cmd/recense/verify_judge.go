package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"recense/detectors"
	"recense/report/inventory"
	"recense/scanner"
	"recense/sources"
)

// findings are those of one location.
type findings = iter.Seq2[scanner.Finding, error]

// spot is one detection of the sample.
type spot struct {
	order   int64 // in the place
	kind    string
	element string // its name, masked
	member  string
	at      sources.Location
	why     detectors.Evidence
	score   uint8

	before, value, after string // what is shown; empty: a mask
}

// samePlace tells two detections of one kind apart: the names of elements, which one of
// the two readings has, are left out.
func samePlace(at sources.Location) sources.Location {
	at.Container, at.Part, at.Field = "", "", ""
	return at
}

// draw reads the place and draws the sample at random; values are taken in a second
// reading, of the sample alone.
func (v *verification) draw(ctx context.Context) ([]spot, error) {
	found, err := readAll(ctx, v.path, v.engine, nil)
	if err != nil {
		return nil, &exitError{code: exitUnreachable, err: err}
	}
	audience := "medical"
	if v.category(v.o.detector) == "aml" {
		audience = "aml"
	}
	inv, err := inventory.New(found, v.engine, v.tax, inventory.Options{Audience: audience})
	if err != nil {
		return nil, err
	}
	r, n, spots := v.random(), int64(0), []spot(nil)
	err = inv.Walk(ctx, func(l *inventory.Location) error {
		_, member, _ := strings.Cut(l.URI, "!/")
		if v.member != "" && member != v.member {
			return nil
		}
		for f, err := range l.Findings() {
			if err != nil {
				return err
			}
			if v.o.detector != "" && f.Detector != v.o.detector {
				continue
			}
			n++
			s := spot{order: n, kind: f.Detector, member: member, at: f.At, why: f.Evidence, score: f.Score, element: elementOf(l, &f)}
			if len(spots) < v.o.sample { // a reservoir
				spots = append(spots, s)
			} else if at := r.Int64N(n); at < int64(len(spots)) {
				spots[at] = s
			}
		}
		return nil
	})
	if err != nil {
		return nil, &exitError{code: exitAborted, err: err}
	}
	if n == 0 {
		return nil, &exitError{code: exitFound, err: errors.New(v.t("nothing is detected there", "rien n'y est détecté"))}
	}
	slices.SortFunc(spots, func(a, b spot) int { return cmp.Compare(a.order, b.order) })
	return spots, v.values(ctx, spots)
}

func elementOf(l *inventory.Location, f *inventory.FindingRow) string {
	for i := range l.Elements {
		if l.Elements[i].Index == f.Element {
			return l.Elements[i].Name
		}
	}
	return ""
}

// values takes what may be shown of the sample.
func (v *verification) values(ctx context.Context, spots []spot) error {
	wanted := map[string]*spot{}
	name := func(kind, member string, at sources.Location) string {
		return fmt.Sprintf("%s %q %+v", kind, member, samePlace(at))
	}
	for i := range spots {
		if s := &spots[i]; v.reveals(s.kind) {
			wanted[name(s.kind, s.member, s.at)] = s
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	_, err := readAll(ctx, v.path, v.engine, func(c scanner.Candidate) {
		s := wanted[name(string(c.Kind), c.Container, c.At)]
		if s == nil {
			return
		}
		s.before, s.after = lastRunes(c.Text[:c.Start]), firstRunes(c.Text[c.End:])
		s.value = visible(c.Text[c.Start:c.End])
	})
	if err != nil {
		return &exitError{code: exitUnreachable, err: err}
	}
	return nil
}

// beside is how many characters are shown on either side of a value.
const beside = 40

func lastRunes(b []byte) string {
	at := len(b)
	for n := 0; n < beside && at > 0; n++ {
		_, size := utf8.DecodeLastRune(b[:at])
		at -= size
	}
	return visible(b[at:])
}

func firstRunes(b []byte) string {
	at := 0
	for n := 0; n < beside && at < len(b); n++ {
		_, size := utf8.DecodeRune(b[at:])
		at += size
	}
	return visible(b[:at])
}

// judge shows the sample and keeps the answers.
func (v *verification) judge(ctx context.Context, spots []spot) error {
	shown, answers, err := v.ask(ctx, spots)
	if err != nil && !errors.Is(err, errQuit) {
		return err
	}
	return v.keep(shown, answers)
}

// ask asks for the reason, then for an answer on each detection.
func (v *verification) ask(ctx context.Context, spots []spot) (shown int, answers []answer, err error) {
	s, err := openScreen(v.in, v.out, func() bool { return ctx.Err() != nil })
	if err != nil {
		return 0, nil, usageError("", "%w", err)
	}
	defer s.close()
	s.show(v.head(&spots[0]), "", v.t("Reason (required): ", "Motif (obligatoire) : "))
	reason, err := s.line()
	if err != nil {
		return 0, nil, err
	}
	if err := v.enter(reason, spots); err != nil {
		return 0, nil, err
	}
	for i := range spots {
		s.show(v.screenOf(&spots[i], i, len(spots))...)
		shown++
		b, err := s.choose("vfisq")
		if err != nil || b == 'q' {
			return shown, answers, err
		}
		if b != 's' {
			answers = v.answer(answers, &spots[i], b)
		}
	}
	return shown, answers, nil
}

// head says what this is, in the words of domain/register.md F.11.
func (v *verification) head(s *spot) string {
	where := v.where(s)
	lines := fmt.Sprintf(v.t("Verifying a detection: %s, %s. The source was read again just now with your account (%s). Nothing of what is shown is recorded; this look is entered in the audit file (account, date, place, detector, number, reason).",
		"Contrôle de la détection — %s, %s. Source relue à l'instant avec votre compte (%s). Rien de ce qui s'affiche n'est enregistré ; cette consultation est journalisée (compte, date, emplacement, détecteur, nombre, motif)."),
		s.kind, where, account())
	if !v.changed.IsZero() {
		lines += "\r\n" + fmt.Sprintf(v.t("The file has changed since the scan of %s: this is its present version.", "Le fichier a changé depuis l'analyse du %s : le contrôle porte sur la version actuelle."), v.day(v.changed))
	}
	return lines
}

// where says where in the place a detection is.
func (v *verification) where(s *spot) string {
	var parts []string
	if s.element != "" {
		parts = append(parts, "« "+visible([]byte(s.element))+" »")
	}
	switch {
	case s.at.Row > 0:
		parts = append(parts, v.t("row ", "ligne ")+fmt.Sprint(s.at.Row))
	case s.at.Line > 0:
		parts = append(parts, v.t("line ", "ligne ")+fmt.Sprint(s.at.Line))
	case s.at.Page > 0:
		parts = append(parts, v.t("page ", "page ")+fmt.Sprint(s.at.Page))
	}
	return strings.Join(parts, ", ")
}

func (v *verification) screenOf(s *spot, i, of int) []string {
	lines := []string{v.head(s), "", fmt.Sprintf("%d / %d   %s   %d/100", i+1, of, s.kind, s.score)}
	for _, name := range s.why.Names() {
		lines = append(lines, "  "+v.evidence(name))
	}
	lines = append(lines, "")
	switch {
	case s.value != "":
		lines = append(lines, s.before+"\x1b[7m"+s.value+"\x1b[0m"+s.after)
	default:
		lines = append(lines, v.maskOf(s.kind))
		if v.o.reveal {
			lines = append(lines, v.t("(you may not see values of this detector)", "(vous ne pouvez pas voir les valeurs de ce détecteur)"))
		}
	}
	return append(lines, "", v.t("[V] real  [F] false  [I] undecided  [S] next  [Q] quit", "[V] donnée réelle  [F] faux positif  [I] indécidable  [S] suivant  [Q] quitter"), "")
}

// maskOf is what stands for a value: the same for all of a detector.
func (v *verification) maskOf(kind string) string {
	for _, d := range v.engine.Detectors() {
		if string(d.Kind) == kind && d.Placeholder != "" {
			return d.Placeholder
		}
	}
	return "[" + strings.ToUpper(kind) + "]"
}

// answer adds one answer.
func (v *verification) answer(list []answer, s *spot, b byte) []answer {
	at := slices.IndexFunc(list, func(a answer) bool { return a.Detector == s.kind && a.Element == s.element })
	if at < 0 {
		list = append(list, answer{Time: v.now().UTC().Format(time.RFC3339), Account: account(), Location: v.id, Detector: s.kind, Version: inventory.DetectorVersion, Element: s.element})
		at = len(list) - 1
	}
	switch b {
	case 'v':
		list[at].Real++
	case 'f':
		list[at].False++
	case 'i':
		list[at].Unsure++
	}
	return list
}

// keep keeps the answers, and tells what became of them.
func (v *verification) keep(shown int, answers []answer) error {
	var real, wrong, unsure int64
	for _, a := range answers {
		real, wrong, unsure = real+a.Real, wrong+a.False, unsure+a.Unsure
	}
	if shown > 0 {
		err := v.audit(v.state, "verify_end", fact{"location_id", v.id}, fact{"shown", shown}, fact{"real", real}, fact{"false", wrong}, fact{"undecided", unsure})
		if err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	fmt.Fprintf(v.out, v.t("shown: %d; real: %d, false: %d, undecided: %d\n", "montrées : %d ; réelles : %d, fausses : %d, indécidables : %d\n"), shown, real, wrong, unsure)
	if len(answers) == 0 {
		return nil
	}
	if v.id == "" {
		fmt.Fprintln(v.out, v.t("no run of this state folder has this place: the answers are not kept", "aucune analyse de ce dossier d'état n'a cet emplacement : les réponses ne sont pas gardées"))
		return nil
	}
	if err := keepAnswers(v.state, answers); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if wrong > real {
		fmt.Fprintln(v.out, v.t("Mostly false: a decision false_positive in the sheet Décisions leaves them out of the gaps.",
			"Surtout des faux positifs : une décision « faux positif » dans la feuille Décisions les écarte des écarts."))
	}
	return nil
}
