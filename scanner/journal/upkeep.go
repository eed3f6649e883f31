package journal

import (
	"context"
	"errors"
	"iter"
	"maps"
	"strings"
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

// Remove deletes one run for good, whatever its state and age: its results, its keys and
// the verdicts that no other run can have given; those that it settled stand again. What
// was deleted is overwritten in the file. Lock comes first. The next scan of the same
// places is compared with the run before.
func (j *Journal) Remove(run string) error {
	err := j.erase("PRAGMA secure_delete=ON")
	if err == nil {
		err = j.Delete(run)
	}
	for _, query := range []string{
		"CREATE TEMP TABLE reader AS SELECT name AS run, json_extract(value, '$.Source') AS source FROM run, json_each(CAST(info AS TEXT), '$.Targets')",
		"DELETE FROM verdict WHERE $run IN (first_run, last_run) AND NOT EXISTS (SELECT 1 FROM reader WHERE run BETWEEN first_run AND last_run AND verdict.source IN ('', reader.source))",
		"UPDATE verdict SET resolved = '' WHERE resolved = $run",
		"DROP TABLE reader",
	} {
		if err == nil {
			err = j.erase(query, run)
		}
	}
	// Pages as they were before are in the log until it begins again.
	return errors.Join(err, j.erase("PRAGMA wal_checkpoint(TRUNCATE)"), j.erase("PRAGMA secure_delete=OFF"))
}

// erase runs a statement of Remove, in which $run is the run.
func (j *Journal) erase(query string, run ...string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var o sqlitex.ExecOptions
	if strings.Contains(query, "$run") {
		o.Named = map[string]any{"$run": run[0]}
	}
	return fail("remove", sqlitex.ExecuteTransient(j.conn, query, &o))
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
