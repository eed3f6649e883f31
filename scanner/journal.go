package scanner

// Journal keeps what a scan found, durably: scanner/journal implements it over
// SQLite. Its methods are called from one goroutine at a time, except Commit and
// AddPart, which any goroutine may call.
type Journal interface {
	// Begin opens run r: a new one, or, when it is there already and unfinished,
	// the same one to be continued; parts of batches that were never committed are
	// then removed. It returns the run as it was first begun.
	Begin(r Run) (Run, error)
	// Stored reads what is committed of a run.
	Stored(run string) (Stored, error)
	// NewStage returns a number for a batch about to be written.
	NewStage() int64
	// AddPart keeps a part of a batch ahead of its commit; it counts from the
	// commit on.
	AddPart(stage int64, p Part) error
	// Commit makes a batch durable and then calls done, from the goroutine of the
	// journal, with the error if that failed. It returns at once unless too much is
	// waiting.
	Commit(b Batch, done func(error))
	// Drop forgets the parts of a batch that will not be committed.
	Drop(stage int64) error
	// Finish waits for the commits under way and stores the final state of the run.
	Finish(r Run) error
}

// Batch is what a commit makes durable, all or nothing.
type Batch struct {
	Run   string
	Stage int64
	First int64 // number of the first unit: batches of a run do not overlap
	Head  []byte
	Parts []Part // those not given to AddPart
	// Superseded are units of earlier batches that this one replaces.
	Superseded []int64
}
