package journal

import (
	"context"
	"errors"
	"iter"
	"maps"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
)

// Check reads all of the journal: the pages and indexes of the file, then every
// location and finding of every run, whose coverage is added up again. It calls
// problem for each thing that is wrong; the text holds names of runs and nothing of
// their content. An error means that it could not go on.
func (j *Journal) Check(ctx context.Context, problem func(run, text string)) error {
	j.mu.Lock()
	err := sqlitex.Execute(j.conn, "PRAGMA integrity_check(20)", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		if s.ColumnText(0) != "ok" {
			problem("", "a page or an index of the file is damaged")
		}
		return ctx.Err()
	}})
	j.mu.Unlock()
	if err != nil {
		return errors.Join(ctx.Err(), fail("check", err))
	}
	runs, err := j.Runs()
	if err != nil {
		return err
	}
	for _, r := range runs {
		text, err := j.checkRun(ctx, &r)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, ErrForm) {
			continue
		}
		if err != nil {
			text = "a location or a finding cannot be read"
		}
		if text != "" {
			problem(r.ID, text)
		}
	}
	return nil
}

// checkRun reads a run and says what is wrong with it.
func (j *Journal) checkRun(ctx context.Context, r *scanner.Run) (string, error) {
	results, err := j.Results(r.ID)
	if err != nil {
		return "", err
	}
	var sum scanner.Coverage
	err = results.Walk(ctx, func(l *scanner.Location, findings iter.Seq2[scanner.Finding, error]) error {
		sum.Add(&l.Place)
		for _, err := range findings {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if r.State == scanner.Complete && (!maps.Equal(sum.ByStatus, r.Coverage.ByStatus) || sum.NotListable != r.Coverage.NotListable) {
		return "its locations are not those that were counted", nil
	}
	return "", nil
}

// Prune deletes the runs that began before a moment, with their results and keys,
// and returns them. The last complete run of each set of sources stays, whatever its
// age: it is what the next one is compared with. The file keeps its size and uses what
// was freed again. No scan may be running.
func (j *Journal) Prune(before time.Time) ([]scanner.Run, error) {
	if err := j.Lock(); err != nil {
		return nil, err
	}
	old, err := j.old(before)
	if err != nil {
		return nil, err
	}
	for i, r := range old {
		if err := j.Delete(r.ID); err != nil {
			return old[:i], err
		}
	}
	return old, nil
}

// old lists the runs that Prune deletes.
func (j *Journal) old(before time.Time) (list []scanner.Run, err error) {
	runs, err := j.Runs()
	if err != nil {
		return nil, err
	}
	last := map[string]string{}
	for _, r := range runs {
		if r.State == scanner.Complete {
			last[sourcesOf(&r)] = r.ID
		}
	}
	for _, r := range runs {
		if r.Started.Before(before) && last[sourcesOf(&r)] != r.ID {
			list = append(list, r)
		}
	}
	return list, nil
}

func sourcesOf(r *scanner.Run) (names string) {
	for _, t := range r.Targets {
		names += t.Source + "\x00"
	}
	return names
}
