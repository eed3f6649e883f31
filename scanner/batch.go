package scanner

import (
	"math/bits"
	"slices"
	"sync"

	"recense/detectors"
	"recense/sources"
)

// A batch is a piece of work of consecutive units, done by one worker and
// committed at once. What it gives is two streams of encoded records, cut into
// parts of about partSize, and a head: a few bytes about each unit, which is all
// that the coordinator looks at.

// Stream says what the records of a part are.
type Stream uint8

// The streams of a batch.
const (
	Places   Stream = iota // fragments of locations
	Findings               // findings, referred to by the fragments
)

// Part is a piece of a stream of a batch. N counts from 0 within the stream.
type Part struct {
	Stream Stream
	N      int32
	Data   []byte
}

// headSize is about what the head of a unit takes, in bytes.
const headSize = 64

// partSize is where a part is cut, in bytes. A record is never cut.
const partSize = 1 << 20

// memory keeps slices that are many and large: what fresh memory costs the system is more
// than what is done with it. The zero value works.
type memory struct{ pool sync.Pool }

const (
	leastMemory = 32 << 10 // smaller slices are not kept
	mostMemory  = 2 * partSize
)

// get returns an empty slice; with least, one that was not there has room for that many
// bytes.
func (m *memory) get(least int) []byte {
	if b, ok := m.pool.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, least)
}

// put takes back a slice that nobody uses any more.
func (m *memory) put(b []byte) {
	if cap(b) >= leastMemory && cap(b) <= mostMemory {
		m.pool.Put(&b)
	}
}

var (
	partMemory memory // of parts that come from workers, until they are committed
	taskMemory memory // of the units of tasks, until they are done
)

// batch collects what the units of a batch give. emit is called with each full
// part and keeps its Data, but with room.
type batch struct {
	emit  func(Part) error
	room  *[2][]byte // memory of the streams, from batch to batch, where emit keeps nothing
	bufs  [2][]byte
	n     [2]int32
	units []unitHead
	head  []byte // memory for the head
}

// add appends data to a stream and says where it went.
func (b *batch) add(s Stream, data []byte) (section, error) {
	if len(b.bufs[s]) > 0 && len(b.bufs[s])+len(data) > partSize {
		if err := b.flush(s); err != nil {
			return section{}, err
		}
	}
	if b.bufs[s] == nil && b.room != nil {
		b.bufs[s] = b.room[s][:0]
	}
	at := section{b.n[s], int32(len(b.bufs[s])), int32(len(data))}
	b.bufs[s] = append(b.bufs[s], data...)
	return at, nil
}

func (b *batch) flush(s Stream) error {
	if len(b.bufs[s]) == 0 {
		return nil
	}
	p := Part{s, b.n[s], b.bufs[s]}
	b.n[s]++
	b.bufs[s] = nil
	if b.room != nil && cap(p.Data) <= 2*partSize {
		b.room[s] = p.Data
	}
	return b.emit(p)
}

// close emits what is left and returns the head.
func (b *batch) close() ([]byte, error) {
	for _, s := range []Stream{Findings, Places} {
		if err := b.flush(s); err != nil {
			return nil, err
		}
	}
	return appendHead(slices.Grow(b.head[:0], headSize*len(b.units)), b.units), nil
}

// unitHead is what the coordinator needs to know of a finished unit: which one
// it was, for resuming, and how its locations count, for the coverage.
type unitHead struct {
	Seq      int64
	ID       ID
	Index    int32
	Count    int32
	Version  uint64
	Findings int64 // kept matches
	Own      int64 // matches that are the organisation's own, not kept
	Best     detectors.Strength
	Limited  bool // findings were left out
	Terms    []term
}

// term counts locations of one status.
type term struct {
	Status    sources.Status
	Detail    sources.Reason
	Locations int64
	Bytes     int64
	Member    bool // members of a location that is read in ranges, which are whole in one of them
}

func (h *unitHead) count(p *Place) {
	n := int64(1)
	if p.Status == sources.Excluded && p.Files > 0 {
		n = p.Files
	}
	member := h.Count > 1 && p.Container != ""
	for i := range h.Terms {
		if t := &h.Terms[i]; t.Status == p.Status && t.Detail == p.Detail && t.Member == member {
			t.Locations += n
			t.Bytes += p.Read
			return
		}
	}
	h.Terms = append(h.Terms, term{p.Status, p.Detail, n, p.Read, member}) // room for one comes from unitSink
}

// failed counts the locations that could not be read.
func (h *unitHead) failed() (n int64) {
	for _, t := range h.Terms {
		switch t.Status {
		case sources.Failed, sources.Unreadable, sources.NotListable, sources.Encrypted:
			n += t.Locations
		}
	}
	return n
}

func appendHead(dst []byte, units []unitHead) []byte {
	e := encoder{dst}
	e.uint(uint64(len(units)))
	for i := range units {
		u := &units[i]
		e.int(u.Seq)
		e.raw(u.ID[:])
		e.int(int64(u.Index))
		e.int(int64(u.Count))
		e.fixed(u.Version)
		e.int(u.Findings)
		e.int(u.Own)
		e.byte(byte(u.Best))
		e.bool(u.Limited)
		e.uint(uint64(len(u.Terms)))
		for _, t := range u.Terms {
			e.string(string(t.Status))
			e.string(string(t.Detail))
			e.int(t.Locations)
			e.int(t.Bytes)
			e.bool(t.Member)
		}
	}
	return e.buf
}

// readHead decodes a head with d, whose interned strings are kept.
func readHead(d *decoder, head []byte) ([]unitHead, error) {
	d.buf, d.bad = head, false
	units := make([]unitHead, d.count(30))
	all := make([]term, 0, len(units))
	for i := range units {
		u := &units[i]
		u.Seq = d.int()
		copy(u.ID[:], d.raw(len(u.ID)))
		u.Index, u.Count, u.Version = d.int32(), d.int32(), d.fixed()
		u.Findings, u.Own, u.Best, u.Limited = d.int(), d.int(), detectors.Strength(d.byte()&3), d.bool()
		if n := d.count(4); n > 0 {
			from := len(all)
			for range n {
				all = append(all, term{sources.Status(d.symbol()), sources.Reason(d.symbol()), d.int(), d.int(), d.bool()})
			}
			u.Terms = all[from:len(all):len(all)]
		}
	}
	return units, d.err()
}

// firstOf returns the number of the first unit of a head, if it has any.
func firstOf(head []byte) (seq int64, ok bool, err error) {
	d := decoder{buf: head}
	if d.count(30) == 0 {
		return 0, false, d.err()
	}
	seq = d.int()
	return seq, d.err() == nil, d.err()
}

// versionOf is a fingerprint of a unit's version, and of what the listing says of its
// location: rights that change with a folder above it count too.
func versionOf(u *sources.Unit) uint64 {
	h := fingerprint(0xcbf29ce484222325)
	h.add(u.ID, u.Version, u.Meta.Owner, u.Meta.Access, u.Meta.Basis)
	h.add(u.Meta.Groups...)
	h.add(u.Meta.Flags...)
	h.add(u.Meta.Aliases...)
	h.word(uint64(uint32(u.Count)))
	return uint64(h)
}

// fingerprint grows by words of eight bytes: each is multiplied in, and the upper half of
// the product folded onto the lower one, so that every bit of it counts.
type fingerprint uint64

func (h *fingerprint) word(w uint64) {
	upper, lower := bits.Mul64(uint64(*h)^w, 0x9e3779b97f4a7c15)
	*h = fingerprint(upper ^ lower)
}

// add appends a list of texts and its end.
func (h *fingerprint) add(list ...string) {
	for _, s := range list {
		h.word(uint64(len(s)))
		for ; len(s) >= 8; s = s[8:] {
			h.word(uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
				uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56)
		}
		var rest uint64
		for i := range len(s) {
			rest = rest<<8 | uint64(s[i])
		}
		h.word(rest)
	}
	h.word(1 << 63) // the length of no text
}
