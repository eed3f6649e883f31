package scanner

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"recense/detectors"
	"recense/scanner/crash"
	"recense/sources"
)

// Incremental scans. A run may have a base: the last complete run that looked for
// the same things in the same places (see BaseOf). A unit is unchanged when its
// identifier (source and path), its version (size, times of modification and of
// change, inode) and its access rights are those of the base, when it was read
// there to the end, and when none of its times is so near to the start of the base
// that a later change could bear the same ones. What was found in it is copied from
// the base, its locations have the status "unchanged" and keep the day on which
// they were read; nothing is opened. So every run holds all of its results, and
// older ones may be pruned.
//
// What changes without changing its times is missed until everything is read again,
// which happens at the latest FullEvery after the last full run.

// FullEvery is after how long everything is read again, unless told otherwise.
const FullEvery = 30 * 24 * time.Hour

// racy is how near to each other two writes can be without telling: the
// granularity of times on FAT is two seconds, on NFS and SMB often one.
const racy = 2 * time.Second

// BaseOf returns the run among runs, sorted by id, that r may be based on, nil when
// everything has to be read: there is none of the same program, detectors,
// parameters and targets, or the last full one is older than every.
func BaseOf(runs []Run, r *Run, now time.Time, every time.Duration) *Run {
	for _, b := range slices.Backward(runs) {
		if b.State == Complete && b.ID < r.ID && slices.Equal(b.Targets, r.Targets) && b.Engine == r.Engine && b.Version == r.Version && b.Form == WireForm &&
			maps.Equal(looked(b.Params), looked(r.Params)) && !b.Full.IsZero() && now.Sub(b.Full) < every && !now.Before(b.Started) {
			return &b
		}
	}
	return nil
}

// looked are the parameters that decide what is found.
func looked(params map[string]string) map[string]string {
	m := maps.Clone(params)
	delete(m, "fail_on")
	delete(m, "strict")
	delete(m, "accept_shrunk")
	delete(m, "sample_seed") // what was read as a sample is never carried on
	return m
}

// Shares of what a source listed before, under which its missing locations are not
// taken for gone: a mount point without its mount, a right withdrawn
// (domain/register.md B.2).
const shrunkShare = 0.8

// Before returns how many locations each source of r listed in the last complete run
// over the same targets with the same configuration that had not shrunk itself.
func Before(runs []Run, r *Run) map[string]int64 {
	before := map[string]int64{}
	for _, b := range slices.Backward(runs) {
		if b.State != Complete || b.ID >= r.ID || b.Params["configuration"] != r.Params["configuration"] {
			continue
		}
		for source, n := range b.Listed {
			if _, known := before[source]; !known && !slices.Contains(b.Shrunk, source) {
				before[source] = n
			}
		}
	}
	return before
}

// shrunk lists the sources that list much less than before.
func shrunk(before, now map[string]int64) (names []string) {
	for _, source := range slices.Sorted(maps.Keys(before)) {
		if _, scanned := now[source]; scanned && float64(now[source]) < shrunkShare*float64(before[source]) {
			names = append(names, source)
		}
	}
	return names
}

// baseline are the units of the base, 72 bytes each.
type baseline struct {
	units   []baseUnit // sorted by id and index
	seen    []uint64   // a bit for each: listed in this run
	trusted time.Time  // times from here on are too near
}

type baseUnit struct {
	id         ID
	index      int32
	count      int32
	version    uint64
	seq, stage int64
	findings   int64
	own        int64
	best       detectors.Strength
	whole      bool // it, and all ranges of its location, can be carried on
}

// loadBaseline reads the units of a run that began at started.
func loadBaseline(ctx context.Context, st Stored, started time.Time) (*baseline, error) {
	gone, err := superseded(st)
	if err != nil {
		return nil, err
	}
	b := &baseline{trusted: started.Add(-racy)}
	var d decoder
	err = st.Heads(ctx, func(stage int64, head []byte) error {
		units, err := readHead(&d, head)
		for i := range units {
			if u := &units[i]; !gone[u.Seq] && !u.folder() {
				b.units = append(b.units, baseUnit{u.ID, u.Index, u.Count, u.Version, u.Seq, stage, u.Findings, u.Own, u.Best, lasting(u)})
			}
		}
		return err
	})
	slices.SortFunc(b.units, func(x, y baseUnit) int {
		return cmp.Or(bytes.Compare(x.id[:], y.id[:]), cmp.Compare(x.index, y.index), cmp.Compare(x.seq, y.seq))
	})
	for from := 0; from < len(b.units); {
		to := from + 1
		for to < len(b.units) && b.units[to].id == b.units[from].id {
			to++
		}
		together(b.units[from:to])
		from = to
	}
	b.seen = make([]uint64, len(b.units)/64+1)
	return b, err
}

// lasting reports whether reading a unit again would give the same: all of its
// locations were read to the end, or cannot be read by this program.
func lasting(u *unitHead) bool {
	for _, t := range u.Terms {
		switch t.Status {
		case sources.Scanned, sources.Unchanged, sources.Unsupported, sources.Encrypted, sources.Excluded, sources.PrivateMarked:
		default:
			return false
		}
	}
	return !u.Limited
}

// folder reports whether a unit is a folder that could not be listed: no location, but
// a row that says so.
func (u *unitHead) folder() bool {
	for _, t := range u.Terms {
		if t.Status != sources.NotListable {
			return false
		}
	}
	return len(u.Terms) > 0
}

// together settles the ranges of one location: all of them are carried on, or none,
// because what they found is joined.
func together(ranges []baseUnit) {
	whole := len(ranges) == int(ranges[0].count)
	for i := range ranges {
		r := &ranges[i]
		whole = whole && r.whole && r.index == int32(i) && r.version == ranges[0].version
	}
	for i := range ranges {
		ranges[i].whole = whole
	}
}

// match marks u as listed and returns it as the base has it when it is unchanged.
func (b *baseline) match(u *sources.Unit) *baseUnit {
	id, ok := parseID(u.ID)
	if !ok {
		return nil
	}
	i, found := slices.BinarySearchFunc(b.units, baseUnit{id: id, index: u.Index}, func(x, y baseUnit) int {
		return cmp.Or(bytes.Compare(x.id[:], y.id[:]), cmp.Compare(x.index, y.index))
	})
	if !found {
		return nil
	}
	b.seen[i/64] |= 1 << (i % 64)
	old := &b.units[i]
	if !old.whole || u.Meta.Status != sources.Scanned || old.count != max(u.Count, 1) || old.version != versionOf(u) ||
		u.Fresh.IsZero() || !u.Fresh.Before(b.trusted) {
		return nil
	}
	return old
}

// gone counts the locations of the base that were not listed.
func (b *baseline) gone() (n int64) {
	for i := range b.units {
		if b.units[i].index == 0 && b.seen[i/64]>>(i%64)&1 == 0 {
			n++
		}
	}
	return n
}

// carrier copies units of the base into batches of a run. It belongs to one slot.
type carrier struct {
	st       Stored
	d        decoder
	stage    int64
	places   map[int64][]placed // of the stage, by unit
	parts    [2]cachedPart      // the last part of each stream
	scratch  []byte
	fragment []byte
}

// placed is where a record of places lies in its stage.
type placed struct{ part, off, len int32 }

type cachedPart struct {
	stage int64
	n     int32
	data  []byte
}

func newCarrier(st Stored) *carrier { return &carrier{st: st, stage: -1} }

// part returns part n of a stream of the stage.
func (c *carrier) part(s Stream, n int32) ([]byte, error) {
	p := &c.parts[s]
	if p.data == nil || p.stage != c.stage || p.n != n {
		data, err := c.st.Part(c.stage, s, n)
		if err != nil {
			return nil, err
		}
		*p = cachedPart{c.stage, n, data}
	}
	return p.data, nil
}

// open finds the records of each unit of a stage.
func (c *carrier) open(stage int64) error {
	if c.stage == stage {
		return nil
	}
	c.stage, c.places = stage, map[int64][]placed{}
	n, err := c.st.Parts(stage, Places)
	for i := int32(0); i < n && err == nil; i++ {
		var data []byte
		if data, err = c.part(Places, i); err != nil {
			break
		}
		d := decoder{buf: data}
		for len(d.buf) > 0 && !d.bad {
			record := d.bytes()
			off := len(data) - len(d.buf) - len(record)
			seq := (&decoder{buf: record}).int()
			c.places[seq] = append(c.places[seq], placed{i, int32(off), int32(len(record))})
		}
		err = d.err()
	}
	if err != nil {
		c.stage = -1
	}
	return err
}

// carry copies unit old into out, as unit seq of the run.
func (c *carrier) carry(old *baseUnit, seq int64, out *batch) error {
	if err := c.open(old.stage); err != nil {
		return err
	}
	h := unitHead{Seq: seq, ID: old.id, Index: old.index, Count: old.count, Version: old.version, Findings: old.findings, Own: old.own, Best: old.best}
	records := c.places[old.seq]
	for i, at := range records {
		// Parts of the base are sorted each by itself.
		if i > 0 && at.part != records[i-1].part {
			if err := out.flush(Places); err != nil {
				return err
			}
		}
		if err := c.record(at, &h, out); err != nil {
			return err
		}
	}
	out.units = append(out.units, h)
	return nil
}

// record copies one location and its findings.
func (c *carrier) record(at placed, h *unitHead, out *batch) error {
	data, err := c.part(Places, at.part)
	if err != nil {
		return err
	}
	c.d.buf, c.d.bad = data[at.off:at.off+at.len], false
	f := c.d.fragment()
	if err := c.d.err(); err != nil {
		return err
	}
	f.Seq = h.Seq
	if f.Location.Status == sources.Scanned {
		f.Location.Status, f.Location.Detail = sources.Unchanged, ""
	}
	f.Location.Read = 0
	for i := range f.Sections {
		s := &f.Sections[i]
		found, err := c.part(Findings, s.Part)
		if err != nil {
			return err
		}
		if s.Off < 0 || s.Len < 0 || int64(s.Off)+int64(s.Len) > int64(len(found)) {
			return errWire
		}
		if *s, err = out.add(Findings, found[s.Off:s.Off+s.Len]); err != nil {
			return err
		}
	}
	e := encoder{c.fragment[:0]}
	e.fragment(&f)
	c.fragment = e.buf
	framed := encoder{c.scratch[:0]}
	framed.bytes(c.fragment)
	c.scratch = framed.buf
	h.count(&f.Location.Place)
	_, err = out.add(Places, c.scratch)
	return err
}

// carry does a task of unchanged units without a worker. What cannot be copied,
// because the base is damaged, is read.
func (s *slot) carry(t *task) error {
	b := &pending{journal: s.c.opt.Journal, stage: s.c.opt.Journal.NewStage()}
	head, err := s.copy(t, b)
	if err != nil {
		if err := b.drop(); err != nil {
			return err
		}
		s.closeCarrier()
		return s.do(&task{units: t.units, n: t.n, first: t.first, size: t.size, sizes: t.sizes, superseded: t.superseded})
	}
	crash.At(crash.Unchanged)
	return s.c.commit(t, head, b)
}

func (s *slot) copy(t *task, b *pending) ([]byte, error) {
	if s.carrier == nil {
		st, err := s.c.opt.Journal.Stored(s.c.run.Base)
		if err != nil {
			return nil, err
		}
		s.carrier = newCarrier(st)
	}
	out := &batch{emit: b.add}
	for _, u := range t.carried {
		if err := s.carrier.carry(u.old, u.seq, out); err != nil {
			return nil, err
		}
	}
	return out.close()
}

func (s *slot) closeCarrier() {
	if s.carrier != nil {
		s.carrier.st.Close()
		s.carrier = nil
	}
}

// carried is an unchanged unit with its number in the run.
type carried struct {
	old *baseUnit
	seq int64
}
