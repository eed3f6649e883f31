// Package journal keeps the state and the results of scans in a SQLite file: it
// implements scanner.Journal and gives results back in order.
//
// One row per batch of units, one per part of its results; their content is the
// scanner's and is stored as it comes. A batch and all its parts become visible
// in one transaction, with synchronous=FULL over a write-ahead log: after a
// crash or a power cut a batch is there entirely or not at all. One goroutine
// writes and gathers what is waiting into one transaction (group commit).
//
// The file is the owner's alone (0600) and holds no value and no real name. The
// key under which digests of a run were made lies beside it in a file of its
// own and is removed when the run ends; from then on they cannot be tried out.
package journal

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
	"recense/scanner/crash"
)

// applicationID marks the file as a journal of recense ("rcns").
const applicationID = 0x72636e73

// schemaVersion is the layout of the tables. An older journal is brought up to it,
// a newer one refused.
const schemaVersion = 2

const schema = `
CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL,
	info BLOB NOT NULL
);
CREATE TABLE batch (
	run INTEGER NOT NULL,
	first INTEGER NOT NULL,
	stage INTEGER NOT NULL,
	head BLOB NOT NULL,
	PRIMARY KEY (run, first, stage)
);
CREATE UNIQUE INDEX batch_stage ON batch (stage);
CREATE TABLE part (
	id INTEGER PRIMARY KEY,
	stage INTEGER NOT NULL,
	stream INTEGER NOT NULL,
	n INTEGER NOT NULL,
	data BLOB NOT NULL
);
CREATE UNIQUE INDEX part_place ON part (stage, stream, n);
CREATE TABLE superseded (
	run INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (run, seq)
) WITHOUT ROWID;
`

// Group commit: what is waiting goes into one transaction, at most this often.
const (
	commitEvery = 50 * time.Millisecond
	waiting     = 256      // batches
	commitBytes = 16 << 20 // of parts in one transaction, about
)

// ErrNoRun says that a journal has no run of that name.
var ErrNoRun = errors.New("journal: no such run")

// ErrForm says that a run was written by another version of the program, so that only
// what Runs tells of it can be read.
var ErrForm = errors.New("journal: the run was written by another version")

// ErrBusy says that another program is writing to the journal.
var ErrBusy = errors.New("journal: another scan is writing to it")

var errMissing = errors.New("journal: a part of a batch is missing")

// Journal is an open journal file. Its methods may be called from any
// goroutine.
type Journal struct {
	path  string
	stage atomic.Int64

	mu     sync.Mutex // of the writing connection and closed
	conn   *sqlite.Conn
	runs   map[string]int64 // row of the runs begun
	queue  chan request
	writer sync.WaitGroup
	closed bool
	lock   *os.File // held from the first Begin on
}

// request is work for the writer.
type request struct {
	batch scanner.Batch
	part  *scanner.Part // alone, ahead of its batch
	flush bool
	done  func(error)
}

// Open opens the journal at path and makes it when there is none. The folder
// must exist.
func Open(path string) (*Journal, error) {
	if err := ensure(path); err != nil {
		return nil, err
	}
	conn, err := connect(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, conn: conn, runs: map[string]int64{}, queue: make(chan request, waiting)}
	if err := j.prepare(); err != nil {
		conn.Close()
		return nil, err
	}
	j.writer.Go(j.write)
	return j, nil
}

// ensure makes the file with the rights it must have, whatever the umask.
func ensure(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return errors.New("journal: the file cannot be opened")
	}
	defer f.Close()
	if f.Chmod(0o600) != nil {
		return errors.New("journal: the rights of the file cannot be set")
	}
	return nil
}

func connect(path string, mode sqlite.OpenFlags) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(path, mode)
	if err != nil {
		return nil, fail("open", err)
	}
	conn.SetBusyTimeout(30 * time.Second)
	return conn, nil
}

// fail keeps the place and the class of an SQLite error, and says what may be wrong with the
// disk.
func fail(what string, err error) error {
	if err == nil {
		return nil
	}
	code, cause := sqlite.ErrCode(err), ""
	switch code.ToPrimary() {
	case sqlite.ResultFull:
		cause = "the disk is full: "
	case sqlite.ResultIOErr: // of a full disk too, when the memory of the journal cannot grow
		cause = "the disk is full or fails: "
	case sqlite.ResultReadOnly, sqlite.ResultPerm, sqlite.ResultCantOpen:
		cause = "the folder cannot be written to: "
	}
	return fmt.Errorf("journal: %s: %s%v", what, cause, code)
}

func (j *Journal) prepare() error {
	// The page size counts for a new file only: parts are large, and so are pages.
	for _, p := range []string{"page_size=16384", "journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=2000", "cache_size=-8000", "temp_store=MEMORY"} {
		if err := sqlitex.ExecuteTransient(j.conn, "PRAGMA "+p, nil); err != nil {
			return fail("settings", err)
		}
	}
	app, err := number(j.conn, "PRAGMA application_id")
	if err != nil {
		return err
	}
	version, err := number(j.conn, "PRAGMA user_version")
	if err != nil {
		return err
	}
	switch {
	case app == 0 && version == 0:
		script := fmt.Sprintf("%sPRAGMA application_id=%d; PRAGMA user_version=%d;", schema+verdictSchema, applicationID, schemaVersion)
		if err := sqlitex.ExecuteScript(j.conn, script, nil); err != nil {
			return fail("schema", err)
		}
	case app != applicationID:
		return errors.New("journal: the file is not a journal")
	case version == 1:
		script := fmt.Sprintf("%sPRAGMA user_version=%d;", verdictSchema, schemaVersion)
		return fail("migrate", sqlitex.ExecuteScript(j.conn, script, nil))
	case version != schemaVersion:
		return fmt.Errorf("journal: version %d, this program reads %d", version, schemaVersion)
	}
	return nil
}

func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(s *sqlite.Stmt) error {
		n = s.ColumnInt64(0)
		return nil
	}})
	return n, fail("read", err)
}

// Close waits for the writer and closes the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	j.mu.Unlock()
	close(j.queue)
	j.writer.Wait()
	err := j.conn.Close()
	if j.lock != nil {
		j.lock.Close()
	}
	return fail("close", err)
}

// Begin implements scanner.Journal.
func (j *Journal) Begin(r scanner.Run) (scanner.Run, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.ID == "" || strings.ContainsAny(r.ID, "/\\\x00") {
		return r, errors.New("journal: unusable run id")
	}
	if err := j.acquire(); err != nil {
		return r, err
	}
	stored, id, err := load(j.conn, r.ID)
	if err == nil {
		if stored.State == scanner.Complete {
			return stored, errors.New("journal: the run is complete")
		}
		if stored.Engine != r.Engine {
			return stored, errors.New("journal: the run was begun with other detectors")
		}
		if stored.Form != r.Form {
			return stored, ErrForm
		}
		stored.State, stored.Ended, stored.Failures = scanner.Running, time.Time{}, nil
		stored.Coverage = scanner.Coverage{}
		j.runs[r.ID] = id
		return stored, j.store(stored)
	}
	if !errors.Is(err, ErrNoRun) {
		return r, err
	}
	info, err := json.Marshal(r)
	if err != nil {
		return r, errors.New("journal: run: not plain data")
	}
	err = sqlitex.Execute(j.conn, "INSERT INTO run (name, state, info) VALUES (?, ?, ?)", &sqlitex.ExecOptions{Args: []any{r.ID, r.State, info}})
	j.runs[r.ID] = j.conn.LastInsertRowID()
	crash.At(crash.RunBegun)
	return r, fail("begin", err)
}

// Lock makes this the one program that writes to the journal, until Close, ahead of
// the first Begin. It returns ErrBusy when another one does. Keys that a program left
// behind when it was killed are destroyed, but for those of runs that can be resumed.
func (j *Journal) Lock() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.acquire(); err != nil {
		return err
	}
	files, err := filepath.Glob(escapeGlob(j.path) + ".*.key")
	if err != nil {
		return errors.New("journal: the folder cannot be listed")
	}
	for _, name := range files {
		run := strings.TrimSuffix(strings.TrimPrefix(name, j.path+"."), ".key")
		r, _, err := load(j.conn, run)
		if err == nil && r.State == scanner.Complete || errors.Is(err, ErrNoRun) {
			err = j.removeKey(run)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// escapeGlob makes a pattern of a path that means nothing else.
func escapeGlob(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

// acquire makes this the one program that writes to the journal, until Close.
// Parts of batches that were never committed are then removed, and batches get
// numbers above all that were used.
func (j *Journal) acquire() error {
	if j.lock != nil {
		return nil
	}
	f, err := os.OpenFile(j.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return errors.New("journal: the lock cannot be made")
	}
	if lock(f) != nil {
		f.Close()
		return ErrBusy
	}
	err = sqlitex.Execute(j.conn, "DELETE FROM part WHERE stage NOT IN (SELECT stage FROM batch)", nil)
	if err != nil {
		f.Close()
		return fail("sweep", err)
	}
	last, err := number(j.conn, "SELECT coalesce(max(stage), 0) FROM batch")
	if err != nil {
		f.Close()
		return err
	}
	j.stage.Store(last)
	j.lock = f
	return nil
}

func (j *Journal) store(r scanner.Run) error {
	info, err := json.Marshal(r)
	if err != nil {
		return errors.New("journal: run: not plain data")
	}
	return fail("run", sqlitex.Execute(j.conn, "UPDATE run SET state = ?, info = ? WHERE name = ?", &sqlitex.ExecOptions{Args: []any{r.State, info, r.ID}}))
}

func load(conn *sqlite.Conn, name string) (r scanner.Run, id int64, err error) {
	var info []byte
	err = sqlitex.Execute(conn, "SELECT id, info FROM run WHERE name = ?", &sqlitex.ExecOptions{Args: []any{name}, ResultFunc: func(s *sqlite.Stmt) error {
		id = s.ColumnInt64(0)
		info = make([]byte, s.ColumnLen(1))
		s.ColumnBytes(1, info)
		return nil
	}})
	switch {
	case err != nil:
		return r, 0, fail("read", err)
	case info == nil:
		return r, 0, ErrNoRun
	case json.Unmarshal(info, &r) != nil:
		return r, 0, errors.New("journal: damaged run")
	}
	return r, id, nil
}

// Finish implements scanner.Journal. A complete run loses its key.
func (j *Journal) Finish(r scanner.Run) error {
	if err := j.wait(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.store(r); err != nil {
		return err
	}
	if r.State != scanner.Complete {
		return nil
	}
	crash.At(crash.RunDone)
	return j.removeKey(r.ID)
}

// wait returns when all that was given to the writer so far is durable.
func (j *Journal) wait() error {
	done := make(chan error, 1)
	j.queue <- request{flush: true, done: func(err error) { done <- err }}
	return <-done
}

// Update stores what is known of a run again: after its documents are written.
func (j *Journal) Update(r scanner.Run) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.store(r)
}

// Runs returns the runs of the journal, oldest first.
func (j *Journal) Runs() ([]scanner.Run, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var names []string
	err := sqlitex.Execute(j.conn, "SELECT name FROM run ORDER BY name", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		names = append(names, s.ColumnText(0))
		return nil
	}})
	if err != nil {
		return nil, fail("read", err)
	}
	runs := make([]scanner.Run, len(names))
	for i, n := range names {
		if runs[i], _, err = load(j.conn, n); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// Results gives a run back. It stays valid until the journal is closed.
func (j *Journal) Results(run string) (scanner.Results, error) {
	j.mu.Lock()
	r, _, err := load(j.conn, run)
	j.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if r.Form != scanner.WireForm {
		return nil, ErrForm
	}
	return scanner.NewResults(r, func() (scanner.Stored, error) { return j.Stored(run) })
}

// Delete removes a run, its results and its key.
func (j *Journal) Delete(run string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, id, err := load(j.conn, run)
	if err != nil {
		return err
	}
	err = func() (err error) {
		defer sqlitex.Save(j.conn)(&err)
		for _, q := range []string{
			"DELETE FROM part WHERE stage IN (SELECT stage FROM batch WHERE run = ?)",
			"DELETE FROM batch WHERE run = ?",
			"DELETE FROM superseded WHERE run = ?",
			"DELETE FROM run WHERE id = ?",
		} {
			if err := sqlitex.Execute(j.conn, q, &sqlitex.ExecOptions{Args: []any{id}}); err != nil {
				return err
			}
		}
		crash.At(crash.Pruning)
		return nil
	}()
	crash.At(crash.Pruned)
	return errors.Join(fail("delete", err), j.removeKey(run))
}

// Key returns the key of the digests of a run. It is made at the first call, kept
// in an owner-only file beside the journal, and removed when the run is
// complete.
func (j *Journal) Key(run string) (key [16]byte, err error) {
	if run == "" || strings.ContainsAny(run, "/\\\x00") {
		return key, errors.New("journal: unusable run id")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	name := j.keyFile(run)
	b, err := os.ReadFile(name)
	if err == nil {
		if len(b) != len(key) {
			return key, errors.New("journal: damaged run key")
		}
		copy(key[:], b)
		return key, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return key, errors.New("journal: the run key cannot be read")
	}
	if _, _, err := load(j.conn, run); err == nil {
		return key, errors.New("journal: the run key is gone")
	}
	rand.Read(key[:])
	return key, writeKey(name, key[:])
}

func writeKey(name string, key []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".key-*") // mode 0600
	if err != nil {
		return errors.New("journal: the run key cannot be written")
	}
	_, err = f.Write(key)
	err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name) // whole or not there
	}
	if err != nil {
		os.Remove(f.Name())
		return errors.New("journal: the run key cannot be written")
	}
	return nil
}

func (j *Journal) keyFile(run string) string { return j.path + "." + run + ".key" }

// removeKey overwrites the key before it removes it; on a journaling or
// copy-on-write file system an older copy may survive for a while.
func (j *Journal) removeKey(run string) error {
	name := j.keyFile(run)
	if f, err := os.OpenFile(name, os.O_WRONLY, 0); err == nil {
		_, _ = f.Write(make([]byte, 16))
		_ = f.Sync()
		_ = f.Close()
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.New("journal: the run key cannot be removed")
	}
	return nil
}

// NewStage implements scanner.Journal.
func (j *Journal) NewStage() int64 { return j.stage.Add(1) }

// Stored implements scanner.Journal. Each call has a connection of its own.
func (j *Journal) Stored(run string) (scanner.Stored, error) {
	conn, err := connect(j.path, sqlite.OpenReadOnly)
	if err != nil {
		return nil, err
	}
	// A reader goes through the parts once: it has no use for a large cache, whose
	// pages are given back to the system one by one.
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA cache_size=16", nil); err != nil {
		conn.Close()
		return nil, fail("settings", err)
	}
	r, id, err := load(conn, run)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &stored{conn: conn, run: id, started: r.Started}, nil
}

var _ scanner.Journal = (*Journal)(nil)
