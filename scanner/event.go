package scanner

// Event is something that happened during a scan, for a log. It holds ids, fixed
// words and counts only.
type Event struct {
	Name   string // one of the names below
	Source string // id
	Unit   string // keyed id of the unit, the first one of a batch
	Units  int
	Bytes  int64
	Reason string // fixed code: what became of a worker, or why a unit failed
}

// The names of events.
const (
	WorkerStarted = "worker_started"
	WorkerLost    = "worker_lost" // its units are tried again
	UnitFailed    = "unit_failed"
	BatchDone     = "batch_done"
	SourceListed  = "source_listed" // to its end, or to where it failed
	SourceFailed  = "source_failed"
	Waiting       = "waiting" // a server is spared: told once for each reason
)

func (c *coordinator) event(e Event) {
	if c.opt.Event != nil {
		c.opt.Event(e)
	}
}

// taskEvent tells an event about a task.
func (c *coordinator) taskEvent(name, reason string, t *task) {
	if c.opt.Event == nil {
		return
	}
	e := Event{Name: name, Units: t.n, Bytes: t.size, Reason: reason}
	if u, err := t.front(); err == nil {
		e.Source, e.Unit = u.Source, u.ID
	}
	c.event(e)
}

// code names a verdict in events.
func (v verdict) code() string {
	switch v {
	case killedAlien:
		return "killed"
	case cancelled:
		return "cancelled"
	}
	return string(v.reason())
}
