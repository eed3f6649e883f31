package registerbook

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"

	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
)

// decisions is the sheet Décisions of the workbook of an inventory. Its Exceptions
// have the kind of the verdict beside its id, for the comparison with those that
// the register has; Merge drops it.
var decisions = sheet{name: w("Décisions", "Decisions"), list: "exceptions", key: "id", columns: []column{
	{head: w("Constat n°", "Finding no."), field: "verdict_id"},
	{head: w("Constat", "Finding"), field: "kind", words: (*vocabulary).kinds},
	{head: w("Emplacement", "Location")},
	{head: w("Décision", "Decision"), field: "decision", words: (*vocabulary).decisions},
	{head: w("Motif", "Reason"), field: "reason"},
	{head: w("Décidé par", "Decided by"), field: "decided_by"},
	{head: w("Échéance de traitement", "Due on"), field: "due_on"},
	{head: w("Fin de validité", "Valid until"), field: "until"},
	{head: w("Commentaire", "Comment"), field: "comment"},
}}

// ImportDecisions reads the decisions that people entered in the sheet Décisions
// of the workbook of an inventory, those of its rows that have one, as exceptions
// without an id. The error is yamldoc.Problems when cells are wrong: each names its
// sheet and cell. Who decided and why are needed for what closes a gap, an end date
// for what is accepted.
func ImportDecisions(name string, data []byte, tax *taxonomy.Taxonomy) ([]register.Exception, error) {
	b := &book{vocabulary: vocabulary{tax}, places: map[string]string{}}
	var out []register.Exception
	err := b.open(name, data, func() error {
		for part := 1; ; part++ {
			s := decisions
			if part > 1 { // a sheet that is full goes on
				s.name = w(fmt.Sprintf("%s (%d)", s.name.FR, part), fmt.Sprintf("%s (%d)", s.name.EN, part))
			}
			found, ok, err := b.decisionsOf(name, &s)
			if err != nil {
				return err
			}
			if !ok {
				if part == 1 {
					return fmt.Errorf("%s: %w", name, words.Errorf("no sheet %s: expected the workbook of an inventory made with a register",
						"pas de feuille %s : il faut le classeur d'un inventaire fait avec un registre", s.name.FR))
				}
				return nil
			}
			out = append(out, found...)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	return out, nil
}

func (b *book) decisionsOf(file string, s *sheet) ([]register.Exception, bool, error) {
	g, ok, err := b.sheetOf(s.name)
	if err != nil || !ok || len(g.rows) == 0 {
		if err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
		return nil, ok, err
	}
	at := b.heads(file, s, &g)
	var out []register.Exception
	if at[3] < 0 {
		b.wrong(file, g.name, fmt.Sprintf("the column %q is missing", s.columns[3].head.FR))
		return nil, true, nil
	}
	for row := 1; row < len(g.rows); row++ {
		if g.text(at[3], row) == "" {
			continue
		}
		var e register.Exception
		before := len(b.problems)
		b.readRow(file, s, &g, row, at, entry("exceptions", row), reflect.Value{}, reflect.ValueOf(&e).Elem())
		if len(b.problems) == before {
			b.checkDecision(file, entry("exceptions", row), &e)
		}
		out = append(out, e)
	}
	return out, true, nil
}

// checkDecision says what a decision lacks.
func (b *book) checkDecision(file, place string, e *register.Exception) {
	need := func(field string, missing bool) {
		if missing {
			b.wrong(file, b.placeOf(place+"."+field), "is needed with this decision")
		}
	}
	if id, err := hex.DecodeString(e.VerdictID); err != nil || len(id) != 16 {
		b.wrong(file, b.placeOf(place+".verdict_id"), "expected the 32 hexadecimal digits of a finding")
	}
	closes := e.Decision == "accept" || e.Decision == "false_positive"
	need("reason", closes && e.Reason == "")
	need("decided_by", closes && e.DecidedBy == "")
	need("until", e.Decision == "accept" && e.Until.IsZero())
}

// Merge enters decisions among the exceptions that a register has: those about the
// same verdict are replaced, those that only repeat what an exception by place says
// are left out, the others get the next free ids. It returns all, and how many are
// new and changed.
func Merge(have, read []register.Exception) (all []register.Exception, added, changed int) {
	all = append(all, have...)
	taken := map[string]bool{}
	at := map[string]int{}
	for i, e := range have {
		taken[e.ID] = true
		if e.VerdictID != "" {
			at[strings.ToLower(e.VerdictID)] = i
		}
	}
	n := 0
	for _, e := range read {
		i, known := at[strings.ToLower(e.VerdictID)]
		switch {
		case known && sameDecision(&all[i], &e):
		case known:
			e.ID, e.Kind = all[i].ID, ""
			all[i] = e
			changed++
		case repeated(have, &e):
		default:
			for e.ID == "" || taken[e.ID] {
				n++
				e.ID = fmt.Sprint("E-", n)
			}
			taken[e.ID], at[strings.ToLower(e.VerdictID)] = true, len(all)
			e.Kind = ""
			all = append(all, e)
			added++
		}
	}
	return all, added, changed
}

func repeated(have []register.Exception, e *register.Exception) bool {
	for i := range have {
		if have[i].VerdictID == "" && (have[i].Kind == "" || have[i].Kind == e.Kind) && sameDecision(&have[i], e) {
			return true
		}
	}
	return false
}

func sameDecision(a, b *register.Exception) bool {
	return a.Decision == b.Decision && a.Reason == b.Reason && a.DecidedBy == b.DecidedBy && a.Comment == b.Comment &&
		a.DueOn.Equal(b.DueOn.Time) && a.Until.Equal(b.Until.Time)
}
