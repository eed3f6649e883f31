// Package scanner drives a scan: it takes units from sources, has them read and
// detected in worker processes, keeps what they found in a journal, and gives
// it back in order. It owns concurrency, memory, limits and resuming, and knows
// sources and detectors by their top packages only.
//
// The path of data: Source.Units → tasks (batches of units) → pool (ants) →
// worker process → unitSink (Source.Read → Chunk → Pass.Scan → Match → Finding
// and tally) → parts → journal → Results. Raw bytes exist only inside unitSink.
//
// There are two kinds of process. The coordinator, in Scan, lists units, hands
// them over and stores what comes back without looking into it, save for a head
// of a few bytes a unit. Workers, in Serve, read and detect; one that crashes,
// grows or hangs is killed and replaced, and its units are tried again alone,
// once. ScanUnit does the same work in the caller's process.
//
// Order: units are numbered as they are listed, and sources list in the order of
// the documents, so walking batches by number gives sorted results without
// sorting. A resumed scan lists again: units already committed keep their
// number, others get one in between.
package scanner

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"recense/detectors"
	"recense/sources"
)

// Options are the parameters of Scan.
type Options struct {
	// Run is what is known of the run beforehand: ID (see NewRunID; that of an
	// unfinished run continues it), Version, Targets, Params, Notes, Base and its
	// Full. Scan fills in the rest.
	Run Run
	// Journal keeps the results. Required.
	Journal Journal
	// Workers is the number of worker processes; 0 means one per processor.
	Workers int
	// Command starts a worker, which must call worker.Main; empty means this
	// program with the argument "worker".
	Command []string
	// Config goes to the worker's Build as it is, over the pipe.
	Config []byte
	// InProcess scans in this process: for tests and small jobs. Nothing protects
	// it from hostile files then.
	InProcess bool
	// State is an owner-only folder for the temporary files of workers, of which
	// those that a killed scan left behind are removed; no other scan may use it at
	// the same time. Empty means one of the system's, removed at the end.
	State string
	// Key is the installation key, for identifiers of members.
	Key []byte
	// Findings is how many findings are kept per cell: 0 means 10, -1 all, until
	// there are FindingsMax in the run (0 means 10,000,000). From then on samples
	// are kept, and Run.Limits says so; what was under way may go beyond.
	Findings    int
	FindingsMax int64
	// Before is how many locations each source listed before (see Before).
	Before map[string]int64
	// Digests puts keyed digests into findings.
	Digests bool
	// Subjects puts keyed identifiers of values into findings (see SubjectID): they are
	// pseudonymised personal data, for a journal that is removed.
	Subjects bool
	// Lists are compared with what is read InProcess; workers have theirs from Build.
	Lists  []List
	Limits sources.Limits
	// Names finds what has to be replaced in names; nil means all detectors.
	Names *detectors.Engine
	// Progress is called from one goroutine, at most ten times a second, and once
	// at the end. It may block for a short time.
	Progress func(Progress)
	// Most is how many batches of a source, by its name, are under way at a time; 0 or
	// none: as many as there are workers. Batches of the sources behind it wait as well.
	Most map[string]int
	// Wait is called before a batch of units is begun, with how many they are and their
	// size, and holds it back until it returns; an error means that the scan is being
	// stopped. It is called from one goroutine. Nil: nothing is held back.
	Wait func(ctx context.Context, units int, bytes int64) error
	// Event is called from any goroutine, while nothing else of the scan waits for it
	// but the batch that it is about. Nil: nobody listens.
	Event func(Event)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Progress is how far a scan is.
type Progress struct {
	Files, Bytes int64 // units done, this time; their size
	Findings     int64
	Failures     int64 // locations that could not be read
	Resumed      int64 // units done before
	// TotalFiles and TotalBytes are what was listed so far; the whole when Listed.
	TotalFiles, TotalBytes int64
	Listed                 bool
	Elapsed                time.Duration
}

// The states of a run.
const (
	Running   = "running"
	Complete  = "complete"
	Stopped   = "interrupted" // by the user, resumable
	Aborted   = "aborted"     // by an error, resumable
	maxGrace  = 2 * time.Second
	runIDTime = "20060102T150405"
)

const defaultFindingsMax = 10_000_000

// NewRunID returns an identifier that sorts by time, to a quarter of a millisecond:
// the second, three hexadecimal digits of its 4,096th parts, three random ones.
func NewRunID(now time.Time) string {
	var b [2]byte
	rand.Read(b[:])
	part := now.Nanosecond() / (1_000_000_000 / 4096)
	return fmt.Sprintf("%s-%03x%03x", now.UTC().Format(runIDTime), min(part, 4095), (int(b[0])<<8|int(b[1]))&0xFFF)
}

func (o Options) defaults() (Options, error) {
	if o.Journal == nil {
		return o, errors.New("scanner: no journal")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Run.ID == "" {
		o.Run.ID = NewRunID(o.Now())
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.FindingsMax == 0 {
		o.FindingsMax = defaultFindingsMax
	}
	o.Limits = o.Limits.Defaults()
	var err error
	if !o.InProcess {
		o.Command, err = o.command()
	}
	return o, err
}

// command starts a worker.
func (o *Options) command() ([]string, error) {
	if len(o.Command) > 0 {
		return o.Command, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, errStart
	}
	return []string{self, "worker"}, nil
}

// Scan lists the sources, scans what they hold and commits it to the journal. It
// returns the run as stored. When ctx ends, batches under way have two seconds
// to finish; the run is then "interrupted", its results can be read, and the
// error is nil. An error means that results could not be written or workers not
// be started; the run is "aborted" and can be resumed.
//
// The engine serves names of units that fail, and all of the work InProcess.
func Scan(ctx context.Context, srcs []sources.Source, e *detectors.Engine, o Options) (Run, error) {
	o, err := o.defaults()
	if err != nil {
		return Run{}, err
	}
	c := &coordinator{opt: o, engine: e, began: o.Now()}
	o.Run.Engine, o.Run.State, o.Run.Started = e.Version(), Running, c.began.UTC()
	o.Run.Form = WireForm
	if o.Run.Base == "" {
		o.Run.Full = o.Run.Started
	}
	if c.run, err = o.Journal.Begin(o.Run); err != nil {
		return Run{}, err
	}
	remove, err := c.prepareFolder()
	if err != nil {
		return c.run, err
	}
	defer remove()
	if err := c.prepare(srcs); err != nil {
		return c.run, err
	}
	scanErr := c.work(ctx)
	return c.finish(ctx, scanErr)
}

// prepareFolder makes the folder under which workers have theirs.
func (c *coordinator) prepareFolder() (remove func(), err error) {
	if c.opt.InProcess {
		return func() {}, nil
	}
	if c.opt.State != "" {
		if err := os.MkdirAll(c.opt.State, 0o700); err != nil {
			return nil, errors.New("scanner: the state folder cannot be made")
		}
	}
	SweepFolders(c.opt.State)
	dir, err := os.MkdirTemp(c.opt.State, workerFolders)
	if err != nil {
		return nil, errors.New("scanner: the state folder cannot be written")
	}
	c.folder = filepath.Clean(dir)
	return func() { os.RemoveAll(dir) }, nil
}

const workerFolders = "workers-"

// SweepFolders removes the temporary files of workers that a scan which was killed left
// in a state folder. The caller holds the journal of that folder, so nobody uses them.
func SweepFolders(state string) {
	if state == "" {
		return
	}
	entries, err := os.ReadDir(state)
	if err != nil {
		return // making a folder there says what is wrong
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), workerFolders) {
			os.RemoveAll(filepath.Join(state, e.Name()))
		}
	}
}
