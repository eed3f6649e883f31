// Package databases reads the tables of database servers: a Source that lists
// them from the catalogue, cuts them into ranges, reads each range in a short
// read-only transaction and hands the rows on as cells.
//
// A location is a table, base/schema/table; its elements are the columns, and
// the paths of columns of JSON and XML. Views are named and not executed. The
// listing asks the catalogue alone; rows are read by workers, which connect for
// themselves.
//
// A row that cannot be read is left out with a reason and the rest goes on; a
// connection that is lost is made again and reading goes on behind the last row,
// so that nothing is read twice. What the package does not do: it writes nothing,
// keeps no snapshot beyond a range, and knows no SQL: that is for the dialects.
package databases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// Options say what to read. They travel to workers: Settings hold secrets, so
// they must not be written anywhere.
type Options struct {
	Name     string // source id
	Dialect  string // name in Dialects()
	Settings dialect.Settings
	Database string   // the only one to read; empty: all of the server
	Key      [32]byte // installation key, for identifiers

	// Include and Exclude are patterns for tables: `clients`, `rh.*`,
	// `base.schema.table`, each part with * and ?; the parts are compared from the
	// right. Exclude wins.
	Include, Exclude []string
	// Harmless are patterns for columns of primary keys whose values places may show, as
	// Include with the name of the column behind; digests stand for the others.
	Harmless []string
	// SampleSize is how many bytes are read, chosen at random with SampleSeed, of
	// tables that are more than SampleFrom times as large; 0: all of every table.
	SampleSize, SampleSeed int64
	// Rate is how many bytes a second one worker may read; 0: no limit.
	Rate   int64
	Limits sources.Limits

	// Recogniser reads what pictures in binary values show; nil leaves them unread.
	// Whoever reads sets it: it does not travel.
	Recogniser sources.Recogniser
}

// SampleFrom is how many times larger than the sample a table is before a sample
// is taken.
const SampleFrom = 4

// Source is a database server. Its methods are safe for concurrent use; each
// call of Read holds a connection of its own.
type Source struct {
	opt     Options
	dialect *dialect.Dialect
	limits  sources.Limits
	uri     string

	mu     sync.Mutex
	idle   []*connection
	writes bool
	most   int64 // connections of the account; 0: not bounded

	wait   func(ctx context.Context, d time.Duration) error // for tests
	strain strain
}

// New checks opt and returns its Source. It connects to nothing.
func New(opt Options) (*Source, error) {
	for i := range dialects {
		if d := &dialects[i]; d.Name == opt.Dialect {
			s := &Source{opt: opt, dialect: d, limits: opt.Limits.Defaults(), wait: sleep}
			s.strain = strain{lag: maxLag, running: maxRunning, patience: spareTime}
			s.uri = serverURI(d.Name, d.Server(opt.Settings))
			return s, checkPatterns(opt.Include, opt.Exclude, opt.Harmless)
		}
	}
	return nil, fmt.Errorf("databases: no engine %q", opt.Dialect)
}

// Name implements sources.Source.
func (s *Source) Name() string { return s.opt.Name }

// URI returns the URI of the server, without account.
func (s *Source) URI() string { return s.uri }

// Check connects once, so that a wrong address or password is known before a scan
// begins, and looks what the account may do. The error is a *dialect.Error.
func (s *Source) Check(ctx context.Context) error {
	if s.dialect.Files != nil { // nothing of it is read here, and it is opened for reading only
		return checkFile(s.dialect.Files(s.opt.Settings)[0])
	}
	session, err := s.dialect.Open(ctx, s.opt.Settings, s.opt.Database)
	if err != nil {
		return err
	}
	defer session.Close()
	if s.writes, err = session.Writes(ctx); err != nil {
		return err
	}
	if b, ok := session.(dialect.Bounded); ok {
		s.most, err = b.Connections(ctx)
	}
	return err
}

// checkFile opens a file and reads nothing.
func checkFile(name string) error {
	f, err := os.Open(name)
	switch {
	case errors.Is(err, os.ErrPermission):
		return &dialect.Error{Class: dialect.Denied, Reason: sources.PermissionDenied}
	case err != nil:
		return &dialect.Error{Class: dialect.Other, Reason: sources.Unreachable}
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return &dialect.Error{Class: dialect.Other, Reason: sources.UnknownFormat}
	}
	return nil
}

// MayWrite reports whether the account of the last Check may change something.
func (s *Source) MayWrite() bool { return s.writes }

// Connections is how many connections the account of the last Check may have; 0: as many
// as the server takes.
func (s *Source) Connections() int { return int(s.most) }

// Notes returns what a reader of the results must know, as fixed codes:
// "may_write" when the account could have changed something.
func (s *Source) Notes() []string {
	if s.writes {
		return []string{"may_write"}
	}
	return nil
}

// Needs implements sources.Confined: the server, and the certificates and keys that
// the settings name.
func (s *Source) Needs() sources.Needs {
	n := sources.Needs{Network: s.dialect.Files == nil}
	if !n.Network {
		for _, v := range s.dialect.Files(s.opt.Settings) {
			if _, err := os.Stat(v); err == nil {
				n.Paths = append(n.Paths, v)
			}
		}
		return n
	}
	for _, v := range s.opt.Settings {
		if info, err := os.Stat(v); err == nil && filepath.IsAbs(v) && info.Mode().IsRegular() {
			n.Paths = append(n.Paths, v)
		}
	}
	server := s.dialect.Server(s.opt.Settings)
	for _, port := range append(strings.Split(server.Port, ","), server.More...) {
		p, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			n.Ports = nil // the engine's own choice
			break
		}
		n.Ports = append(n.Ports, uint16(p))
	}
	return n
}

// ListInWorker implements sources.Guarded: the catalogue of a database that is a file is
// part of the file.
func (s *Source) ListInWorker() bool { return s.dialect.Files != nil }

// Close ends the connections. No other method may run or be called again.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.idle {
		c.session.Close()
	}
	s.idle = nil
	return nil
}

// connection is a session and what it knows.
type connection struct {
	database string
	session  dialect.Session
	path     string // of table, as described
	table    *dialect.Table
}

// Attempts to connect, and the pause before the second, which doubles.
const (
	attempts = 6
	pause    = 100 * time.Millisecond
)

// take returns a connection to a database. A connection to another one is given
// up for it: a worker holds one at a time.
// A server that takes no more for now is waited for longer; note is told of it.
func (s *Source) take(ctx context.Context, database string, note func(sources.Reason)) (*connection, error) {
	s.mu.Lock()
	var c *connection
	if n := len(s.idle); n > 0 {
		c = s.idle[n-1]
		s.idle = s.idle[:n-1]
	}
	s.mu.Unlock()
	if c != nil && c.database == database {
		return c, nil
	}
	if c != nil {
		c.session.Close()
	}
	var err error
	for i := range attempts {
		if i > 0 {
			if err := s.rest(ctx, i-1, err, note); err != nil {
				return nil, err
			}
		}
		var session dialect.Session
		if session, err = s.dialect.Open(ctx, s.opt.Settings, database); err == nil {
			return &connection{database: database, session: session}, nil
		}
		if class, _ := dialect.ClassOf(err); class != dialect.Lost || ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

// give keeps a connection for the next unit.
func (s *Source) give(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, c)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// formatError turns an error of a session into one that the scanner knows.
func formatError(err error) error {
	var e *dialect.Error
	if errors.As(err, &e) {
		_, reason := dialect.ClassOf(err)
		return &sources.FormatError{Status: sources.Failed, Reason: reason}
	}
	return err
}
