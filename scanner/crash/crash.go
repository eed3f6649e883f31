// Package crash names the moments at which an end without warning (SIGKILL, a power
// cut) could lose something, double it or leave half of it, so that a test can end the
// program exactly there and look at what the next start makes of it.
//
// The program itself never ends at one: Reached is nil unless the main function of a
// test sets it; no flag, file or variable of the environment does.
package crash

// Point is a moment.
type Point string

// The points, in the order in which a scan passes them. Those of Workers are passed by
// worker processes.
const (
	JobNoted    Point = "job noted"    // how to start the run again is on the disk, the run is not
	RunBegun    Point = "run begun"    // the journal knows the run
	WorkerReady Point = "worker ready" // a worker was started
	BatchSent   Point = "batch sent"   // to a worker
	UnitRead    Point = "unit read"    // a worker has read a unit, and told nothing of it
	BatchRead   Point = "batch read"   // a worker has read all units of a batch, and not told
	PartTaken   Point = "part taken"   // of a batch under way, from a worker
	PartStored  Point = "part stored"  // the journal has a part ahead of its batch
	Requeued    Point = "requeued"     // the worker of a batch is gone: it is begun again
	SplitUp     Point = "split up"     // a batch was the end of its worker: its units are tried one by one
	BatchTaken  Point = "batch taken"  // whole, from a worker; not yet given to the journal
	Unchanged   Point = "unchanged"    // a batch was carried on from the run before; not yet given to the journal
	Committing  Point = "committing"   // batches are in an open transaction
	Committed   Point = "committed"    // their transaction is closed, nobody was told
	ScanDone    Point = "scan done"    // all is committed, the run still counts as running
	RunDone     Point = "run done"     // the run is complete, its key not yet destroyed
	Remembered  Point = "remembered"   // verdicts of the run are in an open transaction
	FileWritten Point = "file written" // a document is whole under its temporary name
	FileSynced  Point = "file synced"  // and on the disk
	FileRenamed Point = "file renamed" // it has its name, the folder is not on the disk
	Attested    Point = "attested"     // the statement is written, the chain does not know it
	Audited     Point = "audited"      // an event is written to the audit file, and not synced
	AllWritten  Point = "all written"  // how to start the run again is not yet removed
	Pruning     Point = "pruning"      // a run is deleted in an open transaction
	Pruned      Point = "pruned"       // it is deleted, its key is not
)

// Reached is called at each point, from any goroutine; nil: nobody listens. It is set
// before anything else runs, or never.
var Reached func(Point)

// At says that a point is reached.
func At(p Point) {
	if Reached != nil {
		Reached(p)
	}
}
