package scanner

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"
)

// A walk reads ahead: one goroutine takes locations from the journal and joins
// their ranges while the callers make documents of the ones before. They are
// handed over in groups, whose size in elements and cells bounds what waits.
const (
	aheadLocations = 64
	aheadPieces    = 4096 // elements, cells and ranges of one group, about
	aheadGroups    = 2
)

// group is some locations in a row. Once all readers have released it, its memory is
// used again.
type group struct {
	list  []*joined
	users atomic.Int32
	free  chan<- *group
}

func (g *group) release() {
	if g.users.Add(-1) > 0 {
		return
	}
	select {
	case g.free <- g:
	default:
	}
}

// reading is one reading of the results of a run, for one walk or for several at the
// same time, each in a goroutine of its own. It begins when all of them are there.
type reading struct {
	of   *results
	stop context.CancelFunc
	ctx  context.Context

	mu      sync.Mutex
	missing int // walks that have not begun
	walks   []chan *group
	left    int // walks that want more
	err     error
}

func newReading(r *results, walks int) *reading {
	rd := &reading{of: r, missing: walks}
	rd.ctx, rd.stop = context.WithCancel(context.Background())
	return rd
}

// join adds a walk; nil stands for one that will never come. The last one starts the
// reading, which ends, whatever happens, by closing the channels of all.
func (r *reading) join(c chan *group) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c != nil {
		r.walks = append(r.walks, c)
		r.left++
	}
	if r.missing--; r.missing > 0 {
		return
	}
	if r.left == 0 {
		r.stop()
		return
	}
	go r.read() // the walks wait for it
}

// quit says that a walk takes what comes, but wants no more. The last one ends the
// reading.
func (r *reading) quit() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left--; r.left == 0 {
		r.stop()
	}
}

// read sends the locations of the run to every walk.
func (r *reading) read() {
	defer r.stop()
	defer func() {
		for _, c := range r.walks {
			close(c)
		}
	}()
	places, err := r.of.open()
	if err != nil {
		r.err = err
		return
	}
	defer places.Close()
	r.err = readAhead(r.ctx, places, r.walks)
}

// walk calls fn for each location in the order of the listing, ranges joined. Memory is
// bounded by a few groups of locations and one part of findings.
func (r *reading) walk(ctx context.Context, fn func(*Location, iter.Seq2[Finding, error]) error) error {
	findings, err := r.of.open()
	if err != nil {
		r.join(nil)
		return err
	}
	defer findings.Close()
	f := findingReader{stored: findings}
	each := f.each // one for all locations
	groups := make(chan *group, aheadGroups)
	r.join(groups)
	quit := false
	for g := range groups {
		if err == nil {
			err = ctx.Err()
		}
		for _, j := range g.list {
			if err == nil {
				f.now = j
				err = fn(&j.Location, each)
			}
		}
		if err != nil && !quit {
			quit = true
			r.quit() // what is under way is still taken
		}
		g.release()
	}
	if err != nil {
		return err
	}
	return r.err
}

// readAhead sends the locations of a run to all walks until ctx ends.
func readAhead(ctx context.Context, places Stored, walks []chan *group) error {
	free := make(chan *group, aheadGroups+2)
	w := walker{stored: places}
	var now *group
	pieces := 0
	begin := func() {
		select {
		case now = <-free:
			w.spare, now.list = append(w.spare, now.list...), now.list[:0]
		default:
			now = &group{free: free}
		}
		pieces = 0
	}
	send := func() error {
		now.users.Store(int32(len(walks)))
		for _, c := range walks {
			select {
			case c <- now:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		begin()
		return nil
	}
	begin()
	w.fn = func(j *joined) error {
		j.finish()
		now.list = append(now.list, j)
		pieces += len(j.Elements) + len(j.Cells) + len(j.pieces)
		if len(now.list) < aheadLocations && pieces < aheadPieces {
			return nil
		}
		return send()
	}
	err := w.walk(ctx)
	if err == nil && len(now.list) > 0 {
		err = send()
	}
	return err
}

// View is the results of a run for one of several walks at the same time: the first walk
// of each is one reading of the journal for all. It begins when the last one does, so
// each view must be walked or left, by a goroutine of its own; then View is Results like
// any other.
type View struct {
	*results
	shared *reading
}

// Share returns n views of results; nil when they do not come from a journal.
func Share(r Results, n int) []*View {
	of, ok := r.(*results)
	if !ok {
		return nil
	}
	shared := newReading(of, n)
	views := make([]*View, n)
	for i := range views {
		views[i] = &View{of, shared}
	}
	return views
}

// Walk implements Results.
func (v *View) Walk(ctx context.Context, fn func(*Location, iter.Seq2[Finding, error]) error) error {
	shared := v.shared
	if shared == nil {
		return v.results.Walk(ctx, fn)
	}
	v.shared = nil
	return shared.walk(ctx, fn)
}

// Leave says that the view will not be walked with the others.
func (v *View) Leave() {
	if v.shared != nil {
		v.shared.join(nil)
		v.shared = nil
	}
}

// findingReader reads the findings of locations. It holds one part.
type findingReader struct {
	stored Stored
	now    *joined // the location
	part   partKey
	data   []byte
}

// each iterates over the findings of the location, their places made absolute.
func (r *findingReader) each(yield func(Finding, error) bool) {
	var list []Finding
	for i := range r.now.pieces {
		p := &r.now.pieces[i]
		for _, sec := range p.sections {
			data, err := r.read(partKey{p.stage, sec.Part})
			if err == nil {
				list, err = readFindings(list[:0], data, sec, p.own)
			}
			if err != nil {
				yield(Finding{}, err)
				return
			}
			for _, f := range list {
				p.place(&f.At)
				if p.remap != nil && f.Element >= 0 && int(f.Element) < len(p.remap) {
					f.Element = p.remap[f.Element]
				}
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

func (r *findingReader) read(key partKey) ([]byte, error) {
	if r.part == key && r.data != nil {
		return r.data, nil
	}
	data, err := r.stored.Part(key.stage, Findings, key.n)
	if err != nil {
		return nil, err
	}
	r.part, r.data = key, data
	return data, nil
}
