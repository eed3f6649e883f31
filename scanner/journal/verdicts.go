package journal

import (
	"bytes"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
	"recense/scanner/crash"
)

// verdictSchema is the second version of the file: what is remembered of the
// verdicts of a register from one run to the next.
const verdictSchema = `
CREATE TABLE verdict (
	id BLOB PRIMARY KEY,
	location BLOB NOT NULL,
	source TEXT NOT NULL,
	uri TEXT NOT NULL,
	category TEXT NOT NULL,
	kind TEXT NOT NULL,
	rule TEXT NOT NULL,
	first_run TEXT NOT NULL,
	first_at INTEGER NOT NULL,
	last_run TEXT NOT NULL,
	reopened TEXT NOT NULL DEFAULT '',
	resolved TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX verdict_location ON verdict (location);
`

// Verdict is what is remembered of a verdict: where and what, as the general
// audience may read it, and the runs that gave it. It holds no value.
type Verdict struct {
	ID, Location         [16]byte
	Source, URI          string // masked, and cut where the audience asks for it
	Category, Kind, Rule string
	First                time.Time // start of the run that gave it first
	FirstRun, LastRun    string
	Reopened             string // run in which it came back, after it was resolved
	Resolved             string // run in which it was no longer given; empty: it stands
}

const verdictColumns = "id, location, source, uri, category, kind, rule, first_run, first_at, last_run, reopened, resolved"

func verdictOf(s *sqlite.Stmt) (v Verdict) {
	s.ColumnBytes(0, v.ID[:])
	s.ColumnBytes(1, v.Location[:])
	v.Source, v.URI, v.Category, v.Kind, v.Rule = s.ColumnText(2), s.ColumnText(3), s.ColumnText(4), s.ColumnText(5), s.ColumnText(6)
	v.FirstRun, v.First = s.ColumnText(7), time.UnixMilli(s.ColumnInt64(8)).UTC()
	v.LastRun, v.Reopened, v.Resolved = s.ColumnText(9), s.ColumnText(10), s.ColumnText(11)
	return v
}

// Verdicts reads what is remembered, over a connection of its own. It is for one
// goroutine.
type Verdicts struct{ conn *sqlite.Conn }

// Verdicts opens the memory of verdicts for reading.
func (j *Journal) Verdicts() (*Verdicts, error) {
	conn, err := connect(j.path, sqlite.OpenReadOnly)
	if err != nil {
		return nil, err
	}
	return &Verdicts{conn}, nil
}

// Known reports whether a run before this one left verdicts behind.
func (v *Verdicts) Known(run string) (bool, error) {
	n, err := number(v.conn, "SELECT count(*) FROM (SELECT 1 FROM verdict WHERE first_run < ? LIMIT 1)", run)
	return n > 0, err
}

// Find returns the verdict id.
func (v *Verdicts) Find(id [16]byte) (found Verdict, ok bool, err error) {
	err = sqlitex.Execute(v.conn, "SELECT "+verdictColumns+" FROM verdict WHERE id = ?", &sqlitex.ExecOptions{
		Args: []any{id[:]}, ResultFunc: func(s *sqlite.Stmt) error { found, ok = verdictOf(s), true; return nil }})
	return found, ok, fail("read", err)
}

// Missing calls fn for each verdict that stands from an earlier run and that run
// did not give, and for each that run resolved, in the order of their places.
func (v *Verdicts) Missing(run string, fn func(*Verdict)) error {
	err := sqlitex.Execute(v.conn, "SELECT "+verdictColumns+" FROM verdict WHERE last_run < ? AND resolved IN ('', ?) ORDER BY source, uri, kind, category, rule, id", &sqlitex.ExecOptions{
		Args: []any{run, run}, ResultFunc: func(s *sqlite.Stmt) error {
			found := verdictOf(s)
			fn(&found)
			return nil
		}})
	return fail("read", err)
}

// Close ends the reading.
func (v *Verdicts) Close() error { return fail("close", v.conn.Close()) }

// Remembering is one run entering its verdicts, in one transaction.
type Remembering struct {
	conn    *sqlite.Conn
	run     string
	at      time.Time
	waiting []Verdict // to be entered in the order of their identifiers
	size    int       // bytes of their texts, about
}

// maxWaiting bounds the verdicts that wait, in bytes. Their identifiers are as good as
// random: entered as they come, each would need another page of a large table.
const maxWaiting = 128 << 20

// enteringCache is the cache of pages of a connection that enters, in KiB.
const enteringCache = "PRAGMA cache_size = -131072"

// Remember begins to enter the verdicts of a run. Commit or Close ends it; a run
// older than one already entered changes nothing: ok is then false.
func (j *Journal) Remember(run scanner.Run) (r *Remembering, ok bool, err error) {
	conn, err := connect(j.path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, false, err
	}
	later, err := number(conn, "SELECT count(*) FROM (SELECT 1 FROM verdict WHERE last_run > ? OR resolved > ? LIMIT 1)", run.ID, run.ID)
	for _, statement := range []string{enteringCache, "CREATE TEMP TABLE seen (location BLOB PRIMARY KEY, whole INTEGER) WITHOUT ROWID", "BEGIN IMMEDIATE"} {
		if err == nil && later == 0 {
			err = fail("begin", sqlitex.ExecuteTransient(conn, statement, nil))
		}
	}
	if err != nil || later > 0 {
		conn.Close()
		return nil, false, err
	}
	return &Remembering{conn: conn, run: run.ID, at: run.Started}, true, nil
}

// Location says that the run saw a location; whole, that it was read in full.
func (r *Remembering) Location(id [16]byte, whole bool) error {
	return fail("write", sqlitex.Execute(r.conn, "INSERT OR REPLACE INTO temp.seen SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM verdict WHERE location = ?1)",
		&sqlitex.ExecOptions{Args: []any{id[:], whole}}))
}

// Verdict enters a verdict of the run.
func (r *Remembering) Verdict(v *Verdict) error {
	r.waiting = append(r.waiting, *v)
	if r.size += 256 + len(v.URI); r.size < maxWaiting {
		return nil
	}
	return r.enter()
}

// enter enters the verdicts that wait.
func (r *Remembering) enter() error {
	slices.SortFunc(r.waiting, func(a, b Verdict) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	for i := range r.waiting {
		if err := r.one(&r.waiting[i]); err != nil {
			return err
		}
	}
	r.waiting, r.size = r.waiting[:0], 0
	return nil
}

func (r *Remembering) one(v *Verdict) error {
	return fail("write", sqlitex.Execute(r.conn, `INSERT INTO verdict (id, location, source, uri, category, kind, rule, first_run, first_at, last_run)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8)
		ON CONFLICT (id) DO UPDATE SET uri = ?4, last_run = ?8, reopened = CASE WHEN resolved = '' THEN reopened ELSE ?8 END, resolved = ''`,
		&sqlitex.ExecOptions{Args: []any{v.ID[:], v.Location[:], v.Source, v.URI, v.Category, v.Kind, v.Rule, r.run, r.at.UnixMilli()}}))
}

// Commit resolves the verdicts that were not given again: those of locations
// that the run read in full, and, in the sources of gone, those of locations that
// are no longer there. The others stand: nothing says that they are settled.
func (r *Remembering) Commit(gone []string) error {
	defer r.Close()
	if err := r.enter(); err != nil {
		return err
	}
	err := sqlitex.Execute(r.conn, "UPDATE verdict SET resolved = ?1 WHERE last_run < ?1 AND resolved = '' AND EXISTS (SELECT 1 FROM temp.seen WHERE seen.location = verdict.location AND whole)",
		&sqlitex.ExecOptions{Args: []any{r.run}})
	for _, source := range gone {
		if err == nil {
			err = sqlitex.Execute(r.conn, "UPDATE verdict SET resolved = ?1 WHERE last_run < ?1 AND resolved = '' AND source = ?2 AND NOT EXISTS (SELECT 1 FROM temp.seen WHERE seen.location = verdict.location)",
				&sqlitex.ExecOptions{Args: []any{r.run, source}})
		}
	}
	crash.At(crash.Remembered)
	if err == nil {
		err = sqlitex.ExecuteTransient(r.conn, "COMMIT", nil)
	}
	return fail("commit", err)
}

// Close gives up what was not committed.
func (r *Remembering) Close() error {
	if r.conn == nil {
		return nil
	}
	err := r.conn.Close()
	r.conn = nil
	return fail("close", err)
}
