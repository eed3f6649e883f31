package scanner

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"recense/detectors"
	"recense/sources"
)

// Stored is the reading side of a journal: the committed batches of a run. It is
// used by one goroutine at a time.
type Stored interface {
	// Started is when the run began.
	Started() time.Time
	// Heads calls fn for each committed batch, by the number of its first unit.
	// head is valid until fn returns.
	Heads(ctx context.Context, fn func(stage int64, head []byte) error) error
	// Superseded returns the numbers of units that were read again because they
	// had changed: their records no longer count.
	Superseded() ([]int64, error)
	// Parts returns how many parts a stream of a batch has.
	Parts(stage int64, s Stream) (int32, error)
	// Part returns one of them.
	Part(stage int64, s Stream, n int32) ([]byte, error)
	// PartReader reads one of them piece by piece.
	PartReader(stage int64, s Stream, n int32) (io.ReadCloser, error)
	Close() error
}

// walk calls fn for each location of a run in the order of the listing, its ranges put
// together; fn keeps it. Members of a location that is read in ranges come before it,
// range by range.
func (w *walker) walk(ctx context.Context) (err error) {
	if w.gone, err = superseded(w.stored); err != nil {
		return err
	}
	err = w.stored.Heads(ctx, func(stage int64, head []byte) error {
		first, ok, err := firstOf(head)
		if ok {
			w.batches = append(w.batches, stagedBatch{first, stage})
		}
		return err
	})
	for err == nil && (len(w.batches) > 0 || len(w.heads) > 0) {
		if err = ctx.Err(); err == nil {
			err = w.step()
		}
	}
	if err != nil {
		return errors.Join(err, w.closeParts())
	}
	return errors.Join(w.closeParts(), w.flush())
}

func superseded(st Stored) (map[int64]bool, error) {
	list, err := st.Superseded()
	if err != nil {
		return nil, err
	}
	gone := make(map[int64]bool, len(list))
	for _, seq := range list {
		gone[seq] = true
	}
	return gone, nil
}

// walker merges the parts of the batches of a run. Batches are opened when their
// turn comes: nearly always one at a time, several where a resumed scan read
// changed units again, or where the members of one unit fill several parts.
type walker struct {
	stored  Stored
	fn      func(*joined) error
	gone    map[int64]bool
	batches []stagedBatch // not yet opened, by first unit
	heads   []head        // the next fragment of each open part, sorted
	open    []io.Closer
	now     *joined
	spare   []*joined // no longer used by anybody
}

type stagedBatch struct{ first, stage int64 }

type partKey struct {
	stage int64
	n     int32
}

// head is the next fragment of a sorted run of fragments.
type head struct {
	*fragment
	stage int64
	from  fragments
}

type fragments interface {
	// next returns the next fragment, which is valid until next is called again.
	next() (*fragment, bool, error)
}

// step takes the next fragment in order.
func (w *walker) step() error {
	for len(w.batches) > 0 && (len(w.heads) == 0 || w.batches[0].first <= w.heads[0].Seq) {
		stage := w.batches[0].stage
		w.batches = w.batches[1:]
		if err := w.openBatch(stage); err != nil {
			return err
		}
	}
	if len(w.heads) == 0 {
		return nil
	}
	h := w.heads[0]
	w.heads = slices.Delete(w.heads, 0, 1)
	if err := w.fragment(h.stage, h.fragment); err != nil {
		return err
	}
	if err := w.pull(h.stage, h.from); err != nil {
		return err
	}
	if len(w.heads) == 0 {
		return w.closeParts()
	}
	return nil
}

// openBatch opens the parts of a batch: in memory when there is one, else piece
// by piece.
func (w *walker) openBatch(stage int64) error {
	n, err := w.stored.Parts(stage, Places)
	if err != nil || n == 0 {
		return err
	}
	if n == 1 {
		data, err := w.stored.Part(stage, Places, 0)
		if err != nil {
			return err
		}
		return w.pull(stage, &recordReader{data: data})
	}
	for i := range n {
		r, err := w.stored.PartReader(stage, Places, i)
		if err != nil {
			return err
		}
		w.open = append(w.open, r)
		if err := w.pull(stage, &streamReader{r: bufio.NewReaderSize(r, 16<<10)}); err != nil {
			return err
		}
	}
	return nil
}

// pull puts the next fragment of a part in its place among the heads.
func (w *walker) pull(stage int64, r fragments) error {
	f, ok, err := r.next()
	if err != nil || !ok {
		return err
	}
	at, _ := slices.BinarySearchFunc(w.heads, f, func(h head, f *fragment) int {
		return cmp.Or(cmp.Compare(h.Seq, f.Seq), cmp.Compare(h.Location.Container, f.Location.Container), -1)
	})
	w.heads = slices.Insert(w.heads, at, head{f, stage, r})
	return nil
}

func (w *walker) closeParts() error {
	var err error
	for _, r := range w.open {
		err = errors.Join(err, r.Close())
	}
	w.open = nil
	return err
}

func (w *walker) fragment(stage int64, f *fragment) error {
	if w.gone[f.Seq] {
		return nil
	}
	if w.now != nil && w.now.accepts(f) {
		w.now.add(f, stage)
		return nil
	}
	if w.now != nil && w.now.holds(f) { // more ranges may follow
		return w.fn(w.begin(f, stage))
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.now = w.begin(f, stage)
	return nil
}

// begin is newJoined, in the memory of an earlier location when there is one.
func (w *walker) begin(f *fragment, stage int64) *joined {
	n := len(w.spare)
	if n == 0 {
		return newJoined(f, stage)
	}
	j := w.spare[n-1]
	w.spare = w.spare[:n-1]
	j.begin(f, stage)
	return j
}

func (w *walker) flush() error {
	if w.now == nil {
		return nil
	}
	j := w.now
	w.now = nil
	return w.fn(j)
}

// totals adds up the heads of a run: its coverage, and the best strength found.
type totals struct {
	coverage Coverage
	best     detectors.Strength
	findings int64
	own      int64
	limited  bool
}

func totalsOf(ctx context.Context, st Stored) (totals, error) {
	var t totals
	gone, err := superseded(st)
	if err != nil {
		return t, err
	}
	var d decoder
	var ranges rangeTotal
	err = st.Heads(ctx, func(_ int64, head []byte) error {
		units, err := readHead(&d, head)
		if err != nil {
			return err
		}
		for i := range units {
			u := &units[i]
			if gone[u.Seq] {
				continue
			}
			t.best = max(t.best, u.Best)
			t.findings += u.Findings
			t.own += u.Own
			t.limited = t.limited || u.Limited
			if u.Count > 1 {
				ranges.add(&t.coverage, u)
				continue
			}
			ranges.flush(&t.coverage)
			for _, x := range u.Terms {
				t.coverage.add(x)
			}
		}
		return nil
	})
	ranges.flush(&t.coverage)
	return t, err
}

// rangeTotal folds the heads of the ranges of one location, exactly as joined
// does with its fragments.
type rangeTotal struct {
	id      ID
	j       joined
	bytes   int64
	started bool
}

func (r *rangeTotal) add(c *Coverage, u *unitHead) {
	if r.started && r.id != u.ID {
		r.flush(c)
	}
	if !r.started {
		*r = rangeTotal{id: u.ID, started: true}
		r.j = joined{count: u.Count, version: u.Version, next: u.Index, changed: u.Index != 0}
	}
	if u.Version != r.j.version || u.Index != r.j.next {
		r.j.changed = true
	}
	r.j.seen++
	r.j.next = u.Index + 1
	for _, x := range u.Terms {
		if x.Member {
			c.add(x)
			continue
		}
		r.j.status.add(x.Status, x.Detail)
		r.bytes += x.Bytes
	}
}

func (r *rangeTotal) flush(c *Coverage) {
	if !r.started {
		return
	}
	r.started = false
	l := r.j.finish()
	c.add(term{Status: l.Status, Detail: l.Detail, Locations: 1, Bytes: r.bytes})
}

// add counts locations of one status, as Add does place by place.
func (c *Coverage) add(t term) {
	if c.ByStatus == nil {
		c.ByStatus, c.ByReason = map[string]int64{}, map[string]int64{}
	}
	if t.Status == sources.NotListable {
		c.NotListable += t.Locations
		return
	}
	c.ByStatus[t.Status.String()] += t.Locations
	if t.Status != sources.Scanned {
		c.ByReason[t.Status.String()+":"+string(t.Detail)] += t.Locations
	}
	c.Bytes += t.Bytes
}

// results implements Results over a journal.
type results struct {
	run  Run
	open func() (Stored, error)
}

// NewResults gives a run back. open is called twice for each walk.
func NewResults(run Run, open func() (Stored, error)) (Results, error) {
	r := &results{run, open}
	if run.Coverage.ByStatus != nil {
		return r, nil
	}
	st, err := open()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	t, err := totalsOf(context.Background(), st)
	if err != nil {
		return nil, err
	}
	r.run.Coverage, r.run.Best, r.run.Matches, r.run.Own = t.coverage, t.best, t.findings, t.own
	return r, nil
}

func (r *results) Run() Run {
	out := r.run
	out.Coverage.ByStatus = maps.Clone(out.Coverage.ByStatus)
	out.Coverage.ByReason = maps.Clone(out.Coverage.ByReason)
	return out
}

func (r *results) Walk(ctx context.Context, fn func(*Location, iter.Seq2[Finding, error]) error) error {
	return newReading(r, 1).walk(ctx, fn)
}
