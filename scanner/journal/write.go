package journal

import (
	"errors"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
	"recense/scanner/crash"
)

// Commit implements scanner.Journal: the batch waits for the next transaction.
func (j *Journal) Commit(b scanner.Batch, done func(error)) {
	j.queue <- request{batch: b, done: done}
}

// AddPart implements scanner.Journal. It waits for its turn: parts come ahead of
// a commit when there are many, and the worker should not outrun the disk.
func (j *Journal) AddPart(stage int64, p scanner.Part) error {
	done := make(chan error, 1)
	j.queue <- request{batch: scanner.Batch{Stage: stage}, part: &p, done: func(err error) { done <- err }}
	return <-done
}

// Drop implements scanner.Journal.
func (j *Journal) Drop(stage int64) error {
	if err := j.wait(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return fail("drop", sqlitex.Execute(j.conn, "DELETE FROM part WHERE stage = ?", &sqlitex.ExecOptions{Args: []any{stage}}))
}

// write is the goroutine of the writer: it takes what is waiting into one
// transaction after the other.
func (j *Journal) write() {
	last := time.Now()
	for first := range j.queue {
		group, size := []request{first}, first.size()
		urgent := first.part != nil || first.flush
		for !urgent && size < commitBytes {
			wait := time.NewTimer(max(0, commitEvery-time.Since(last)))
			r, more, ok := j.take(wait)
			wait.Stop()
			if !ok {
				break
			}
			group, size = append(group, r), size+r.size()
			urgent = r.part != nil || r.flush || !more
		}
		err := j.transaction(group)
		last = time.Now()
		for _, r := range group {
			r.done(err)
		}
	}
}

// take waits for a request until the timer ends.
func (j *Journal) take(wait *time.Timer) (r request, open, ok bool) {
	select {
	case r, open = <-j.queue:
		return r, open, open
	default:
	}
	select {
	case r, open = <-j.queue:
		return r, open, open
	case <-wait.C:
		return r, true, false
	}
}

func (r *request) size() (n int) {
	for _, p := range r.batch.Parts {
		n += len(p.Data)
	}
	if r.part != nil {
		n += len(r.part.Data)
	}
	return n
}

func (j *Journal) transaction(group []request) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	end, err := sqlitex.ImmediateTransaction(j.conn)
	if err != nil {
		return fail("transaction", err)
	}
	err = func() error {
		for i := range group {
			if err := j.apply(&group[i]); err != nil {
				return err
			}
		}
		return nil
	}()
	if err != nil {
		failed := err
		end(&failed)
		return err
	}
	crash.At(crash.Committing)
	end(&err)
	crash.At(crash.Committed)
	return fail("commit", err)
}

func (j *Journal) apply(r *request) error {
	switch {
	case r.flush:
		return nil
	case r.part != nil:
		return j.addPart(r.batch.Stage, r.part)
	}
	run, ok := j.runs[r.batch.Run]
	if !ok {
		return errors.New("journal: a batch of a run that was not begun")
	}
	for i := range r.batch.Parts {
		if err := j.addPart(r.batch.Stage, &r.batch.Parts[i]); err != nil {
			return err
		}
	}
	s := j.conn.Prep("INSERT INTO batch (run, first, stage, head) VALUES (?, ?, ?, ?)")
	s.BindInt64(1, run)
	s.BindInt64(2, r.batch.First)
	s.BindInt64(3, r.batch.Stage)
	s.BindBytes(4, r.batch.Head)
	if err := step(s); err != nil {
		return err
	}
	for _, seq := range r.batch.Superseded {
		s := j.conn.Prep("INSERT OR IGNORE INTO superseded (run, seq) VALUES (?, ?)")
		s.BindInt64(1, run)
		s.BindInt64(2, seq)
		if err := step(s); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) addPart(stage int64, p *scanner.Part) error {
	s := j.conn.Prep("INSERT INTO part (stage, stream, n, data) VALUES (?, ?, ?, ?)")
	s.BindInt64(1, stage)
	s.BindInt64(2, int64(p.Stream))
	s.BindInt64(3, int64(p.N))
	s.BindBytes(4, p.Data)
	return step(s)
}

func step(s *sqlite.Stmt) error {
	_, err := s.Step()
	return errors.Join(fail("write", err), fail("write", s.Reset()))
}
