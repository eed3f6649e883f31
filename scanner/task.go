package scanner

import (
	"encoding/json"
	"slices"

	"recense/sources"
)

// hello is the first message to a worker. Keys travel in it, over the pipe, and
// nowhere else.
type hello struct {
	Key      []byte
	Findings int
	Digests  bool
	Subjects bool
	Limits   sources.Limits
	Config   []byte
}

func (h *hello) encode() ([]byte, error) { return json.Marshal(h) }

func (h *hello) decode(b []byte) error {
	if json.Unmarshal(b, h) != nil {
		return errWire
	}
	return nil
}

// task is a batch of units as it waits in memory and goes to a worker: encoded,
// which takes a third of the room of the values.
type task struct {
	source     string // of all its units
	device     uint64 // likewise
	units      []byte // encoded, each with its seq in front
	n          int
	first      int64
	size       int64   // bytes to be read
	sizes      []int64 // of each
	superseded []int64
	carried    []carried // all of them, when they are unchanged: no worker is needed
	sampled    bool      // keep samples of findings only: the limit was reached
}

// add appends a unit.
func (t *task) add(seq int64, u *sources.Unit) {
	if t.n == 0 {
		t.first, t.source, t.device = seq, u.Source, u.Device
	}
	t.sizes = append(t.sizes, max(u.Size, 0))
	e := encoder{t.units}
	e.int(seq)
	e.unit(u)
	t.units = e.buf
	t.n++
	t.size += max(u.Size, 0)
}

func (t *task) mount() mount { return mount{t.source, t.device} }

// alone returns unit i, which is u, as a task of its own.
func (t *task) alone(i int, u *numbered) *task {
	one := &task{sampled: t.sampled}
	one.add(u.seq, &u.Unit)
	one.device = t.device
	if i == 0 {
		one.superseded = t.superseded
	}
	return one
}

// numbered is a unit with its number in the run.
type numbered struct {
	sources.Unit
	seq int64
}

// decode returns the units, in the memory of list where it has room.
func (t *task) decode(list []numbered) ([]numbered, error) {
	list = slices.Grow(list[:0], t.n)[:t.n]
	d := decoder{buf: t.units, text: string(t.units)}
	for i := range list {
		list[i].seq = d.int()
		d.unit(&list[i].Unit)
	}
	return list, d.err()
}

// front decodes the first unit alone.
func (t *task) front() (u sources.Unit, err error) {
	d := decoder{buf: t.units}
	d.int()
	d.unit(&u)
	return u, d.err()
}

// head is the payload of a frame up to the units.
func (t *task) head(dst []byte) []byte {
	e := encoder{dst}
	e.bool(t.sampled)
	e.uint(uint64(t.n))
	return e.buf
}

func decodeTask(b []byte) (*task, error) {
	d := decoder{buf: b}
	t := &task{sampled: d.bool(), n: d.count(24)}
	t.units = d.buf
	return t, d.err()
}

// head is the payload of a frame up to the data.
func (p *Part) head(dst []byte) []byte {
	e := encoder{dst}
	e.byte(byte(p.Stream))
	e.int(int64(p.N))
	return e.buf
}

func decodePart(b []byte) (Part, error) {
	d := decoder{buf: b}
	p := Part{Stream: Stream(d.byte()), N: d.int32()}
	p.Data = d.buf
	if p.Stream > Findings || p.N < 0 {
		return p, errWire
	}
	return p, d.err()
}
