package scanner

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"time"

	"recense/detectors"
	"recense/sources"
)

// This file is the binary form of what travels between the coordinator and its
// workers and lies in the journal: little-endian, varints, strings and slices
// with their length in front. A worker parses hostile files, so nothing it
// sends is trusted: decoding never panics, allocates no more than the input can
// fill, and reports damage once.

// wireForm changes with the form: a run written in another one is no base.
const wireForm = 3

var errWire = errors.New("scanner: damaged record")

// encoder appends values to buf.
type encoder struct{ buf []byte }

func (e *encoder) uint(v uint64)   { e.buf = binary.AppendUvarint(e.buf, v) }
func (e *encoder) int(v int64)     { e.buf = binary.AppendVarint(e.buf, v) }
func (e *encoder) byte(v byte)     { e.buf = append(e.buf, v) }
func (e *encoder) fixed(v uint64)  { e.buf = binary.LittleEndian.AppendUint64(e.buf, v) }
func (e *encoder) string(v string) { e.uint(uint64(len(v))); e.buf = append(e.buf, v...) }
func (e *encoder) bytes(v []byte)  { e.uint(uint64(len(v))); e.buf = append(e.buf, v...) }
func (e *encoder) raw(v []byte)    { e.buf = append(e.buf, v...) }
func (e *encoder) strings(v []string) {
	e.uint(uint64(len(v)))
	for _, s := range v {
		e.string(s)
	}
}

func (e *encoder) bool(v bool) {
	if v {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

// time writes 0 for the zero time, else seconds since 1970 and nanoseconds.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.byte(0)
		return
	}
	e.byte(1)
	e.int(t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

// sorted writes ascending numbers as differences.
func (e *encoder) sorted(v []uint64) {
	e.uint(uint64(len(v)))
	last := uint64(0)
	for _, x := range v {
		e.uint(x - last)
		last = x
	}
}

// decoder reads values from buf; after the first damage it gives zero values
// and bad stays true.
type decoder struct {
	buf    []byte
	bad    bool
	intern map[string]string // strings that repeat from record to record
	text   string            // when set, all of what buf held at first: strings are parts of it
}

func (d *decoder) fail() { d.bad, d.buf = true, nil }

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) int32() int32 {
	v := d.int()
	if v < math.MinInt32 || v > math.MaxInt32 {
		d.fail()
		return 0
	}
	return int32(v)
}

func (d *decoder) byte() byte {
	if len(d.buf) == 0 {
		d.fail()
		return 0
	}
	v := d.buf[0]
	d.buf = d.buf[1:]
	return v
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) fixed() uint64 {
	if len(d.buf) < 8 {
		d.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(d.buf)
	d.buf = d.buf[8:]
	return v
}

// bytes returns a part of the input, valid as long as it is.
func (d *decoder) bytes() []byte {
	n := d.uint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return nil
	}
	v := d.buf[:n]
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) raw(n int) []byte {
	if n > len(d.buf) {
		d.fail()
		return nil
	}
	v := d.buf[:n]
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) string() string {
	b := d.bytes()
	if d.text == "" {
		return string(b)
	}
	end := len(d.text) - len(d.buf)
	return d.text[end-len(b) : end]
}

// symbol returns a string that is likely to have been seen before.
func (d *decoder) symbol() string {
	b := d.bytes()
	if len(b) == 0 {
		return ""
	}
	if s, ok := d.intern[string(b)]; ok {
		return s
	}
	if d.intern == nil || len(d.intern) > 4096 {
		d.intern = map[string]string{}
	}
	s := string(b)
	d.intern[s] = s
	return s
}

// count reads the length of a list whose items take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.buf)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	v := make([]string, n)
	for i := range v {
		v[i] = d.string()
	}
	return v
}

func (d *decoder) time() time.Time {
	if d.byte() == 0 {
		return time.Time{}
	}
	s, n := d.int(), d.uint()
	if n >= 1e9 {
		d.fail()
		return time.Time{}
	}
	return time.Unix(s, int64(n)).UTC()
}

func (d *decoder) sorted() []uint64 {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	v := make([]uint64, n)
	last := uint64(0)
	for i := range v {
		last += d.uint()
		v[i] = last
	}
	return v
}

func (d *decoder) err() error {
	if d.bad {
		return errWire
	}
	return nil
}

// unit

func (e *encoder) unit(u *sources.Unit) {
	e.string(u.Source)
	e.string(u.ID)
	e.int(int64(u.Index))
	e.int(int64(u.Count))
	e.string(u.Range)
	e.string(u.Version)
	e.string(u.Path)
	e.int(u.Size)
	e.time(u.ModTime)
	e.meta(&u.Meta)
}

func (d *decoder) unit() sources.Unit {
	return sources.Unit{
		Source: d.symbol(), ID: d.string(), Index: d.int32(), Count: d.int32(),
		Range: d.string(), Version: d.string(), Path: d.string(),
		Size: d.int(), ModTime: d.time(), Meta: d.meta(),
	}
}

func (e *encoder) meta(p *sources.Place) {
	e.string(p.ID)
	e.string(p.Container)
	e.string(p.URI)
	e.string(p.MediaType)
	e.string(p.Format)
	e.int(p.Size)
	e.time(p.Created)
	e.time(p.Modified)
	e.string(p.Owner)
	e.string(p.Access)
	e.string(p.Basis)
	e.strings(p.Groups)
	e.strings(p.Flags)
	e.strings(p.Aliases)
	e.int(p.Files)
	e.int(p.Bytes)
	e.string(string(p.Status))
	e.string(string(p.Detail))
}

func (d *decoder) meta() sources.Place {
	return sources.Place{
		ID: d.string(), Container: d.string(), URI: d.string(), MediaType: d.symbol(), Format: d.symbol(),
		Size: d.int(), Created: d.time(), Modified: d.time(),
		Owner: d.symbol(), Access: d.symbol(), Basis: d.symbol(),
		Groups: d.strings(), Flags: d.strings(), Aliases: d.strings(),
		Files: d.int(), Bytes: d.int(), Status: sources.Status(d.symbol()), Detail: sources.Reason(d.symbol()),
	}
}

// Fragment is what one unit found in one location: a whole location, or one
// range of it. Fragments lie in the journal; Join makes locations of them.
type fragment struct {
	Seq      int64 // of the unit
	Index    int32 // of the range
	Count    int32 // of ranges
	Version  uint64
	Lines    int64 // in this range
	Location Location
	Sections []section
}

// section is a run of encoded findings in one of the findings parts of a batch.
type section struct {
	Part, Off, Len int32
}

func (e *encoder) fragment(f *fragment) {
	e.int(f.Seq)
	e.int(int64(f.Index))
	e.int(int64(f.Count))
	e.fixed(f.Version)
	e.int(f.Lines)
	e.place(&f.Location.Place)
	e.uint(uint64(len(f.Location.Elements)))
	for i := range f.Location.Elements {
		e.element(&f.Location.Elements[i])
	}
	e.uint(uint64(len(f.Location.Cells)))
	for i := range f.Location.Cells {
		e.cell(&f.Location.Cells[i])
	}
	e.uint(uint64(len(f.Sections)))
	for _, s := range f.Sections {
		e.int(int64(s.Part))
		e.int(int64(s.Off))
		e.int(int64(s.Len))
	}
	// Fragments of earlier versions end here.
	if young := !f.Location.Young.empty(); young || len(f.Location.Lists) > 0 || len(f.Location.ContentID) > 0 {
		e.lists(f.Location.Lists)
		e.bytes(f.Location.ContentID)
		if young {
			e.distinct(&f.Location.Young)
		}
	}
}

func (d *decoder) fragment() fragment {
	f := fragment{Seq: d.int(), Index: d.int32(), Count: d.int32(), Version: d.fixed(), Lines: d.int()}
	f.Location.Place = d.place()
	if n := d.count(8); n > 0 {
		f.Location.Elements = make([]Element, n)
		for i := range f.Location.Elements {
			f.Location.Elements[i] = d.element()
		}
	}
	if n := d.count(8); n > 0 {
		f.Location.Cells = make([]Cell, n)
		for i := range f.Location.Cells {
			f.Location.Cells[i] = d.cell()
		}
	}
	if n := d.count(3); n > 0 {
		f.Sections = make([]section, n)
		for i := range f.Sections {
			f.Sections[i] = section{d.int32(), d.int32(), d.int32()}
		}
	}
	if len(d.buf) > 0 && !d.bad {
		f.Location.Lists = d.lists()
		if id := d.bytes(); len(id) > 0 {
			f.Location.ContentID = slices.Clone(id)
		}
		if len(d.buf) > 0 && !d.bad {
			f.Location.Young = d.distinct()
		}
	}
	return f
}

func (e *encoder) place(p *Place) {
	e.raw(p.ID[:])
	e.string(p.Source)
	e.string(p.URI)
	e.string(p.Container)
	e.bool(p.Masked)
	e.string(p.MediaType)
	e.string(p.Format)
	e.int(p.Size)
	e.int(p.Records)
	e.time(p.Created)
	e.time(p.Modified)
	e.string(p.Owner)
	e.string(p.Access)
	e.string(p.Basis)
	e.strings(p.Groups)
	e.strings(p.Flags)
	e.strings(p.Aliases)
	e.string(string(p.Status))
	e.string(string(p.Detail))
	e.int(p.Files)
	e.int(p.Bytes)
	e.int(p.Read)
	e.time(p.ReadAt)
	e.string(p.Sampling.Method)
	if p.Sampling.Method != "" {
		e.fixed(math.Float64bits(p.Sampling.Fraction))
		e.int(p.Sampling.Seed)
		e.int(p.Sampling.Cluster)
		e.int(p.Sampling.Total)
	}
	e.uint(uint64(len(p.Skips)))
	for i := range p.Skips {
		e.string(string(p.Skips[i].Reason))
		e.int(p.Skips[i].Count)
		e.location(&p.Skips[i].First)
	}
}

func (d *decoder) place() Place {
	var p Place
	copy(p.ID[:], d.raw(len(p.ID)))
	p.Source, p.URI, p.Container, p.Masked = d.symbol(), d.string(), d.string(), d.bool()
	p.MediaType, p.Format, p.Size, p.Records = d.symbol(), d.symbol(), d.int(), d.int()
	p.Created, p.Modified = d.time(), d.time()
	p.Owner, p.Access, p.Basis = d.symbol(), d.symbol(), d.symbol()
	p.Groups, p.Flags, p.Aliases = d.strings(), d.strings(), d.strings()
	p.Status, p.Detail = sources.Status(d.symbol()), sources.Reason(d.symbol())
	p.Files, p.Bytes, p.Read, p.ReadAt = d.int(), d.int(), d.int(), d.time()
	if p.Sampling.Method = d.symbol(); p.Sampling.Method != "" {
		p.Sampling.Fraction = math.Float64frombits(d.fixed())
		p.Sampling.Seed, p.Sampling.Cluster, p.Sampling.Total = d.int(), d.int(), d.int()
	}
	if n := d.count(8); n > 0 {
		p.Skips = make([]Skip, n)
		for i := range p.Skips {
			p.Skips[i] = Skip{sources.Reason(d.symbol()), d.int(), d.location()}
		}
	}
	return p
}

func (e *encoder) element(v *Element) {
	e.int(int64(v.Index))
	e.string(v.Name)
	e.string(v.Part)
	e.string(v.Field)
	e.int(int64(v.Column))
	e.int(int64(v.Page))
	e.bool(v.Table)
	e.int(v.Values)
	e.bool(v.Sample.Full)
	e.sorted(v.Sample.Hashes)
	for _, k := range v.Sample.Kinds {
		e.uint(k)
	}
	e.days(&v.Days)
}

func (e *encoder) days(v *Days) {
	e.int(v.Total)
	if v.Total == 0 {
		return
	}
	e.int(int64(v.Oldest))
	e.int(int64(v.Newest))
	e.uint(uint64(len(v.Counts)))
	last := int32(0)
	for _, c := range v.Counts {
		e.int(int64(c.Day - last))
		e.int(c.N)
		last = c.Day
	}
}

func (d *decoder) element() Element {
	v := Element{Index: d.int32(), Name: d.symbol(), Part: d.symbol(), Field: d.symbol(),
		Column: d.int32(), Page: d.int32(), Table: d.bool(), Values: d.int()}
	v.Sample.Full = d.bool()
	v.Sample.Hashes = d.sorted()
	if n := len(v.Sample.Hashes); n > 0 {
		v.Sample.Kinds = make([]uint64, n)
		for i := range v.Sample.Kinds {
			v.Sample.Kinds[i] = d.uint()
		}
	}
	v.Days = d.days()
	return v
}

func (d *decoder) days() (v Days) {
	if v.Total = d.int(); v.Total == 0 {
		return v
	}
	v.Oldest, v.Newest = d.int32(), d.int32()
	n := d.uint()
	if n > maxDays {
		d.fail()
		return Days{}
	}
	v.Counts = make([]DayCount, 0, n)
	last := int32(0)
	for range n {
		last += d.int32()
		v.Counts = append(v.Counts, DayCount{last, d.int()})
	}
	return v
}

func (e *encoder) cell(c *Cell) {
	e.int(int64(c.Element))
	e.string(string(c.Kind))
	e.int(c.Matches)
	e.int(c.Weak)
	e.int(c.Rejected)
	e.int(c.Whole)
	e.byte(c.Best)
	for _, n := range c.Levels {
		e.int(n)
	}
	e.uint(uint64(c.Why))
	e.int(c.Linked)
	e.int(c.Moved)
	e.int(c.Agreed)
	e.int(c.Repaired)
	e.bool(c.Named)
	e.distinct(&c.Distinct)
}

func (e *encoder) distinct(v *Distinct) {
	e.sorted(v.Exact)
	e.bytes(v.HLL)
}

func (d *decoder) distinct() (v Distinct) {
	v.Exact = d.sorted()
	if hll := d.bytes(); len(hll) == 1<<hllBits {
		v.HLL = slices.Clone(hll)
	} else if len(hll) != 0 {
		d.fail()
	}
	return v
}

func (d *decoder) cell() Cell {
	c := Cell{Element: d.int32(), Kind: detectors.Kind(d.symbol()), Matches: d.int(), Weak: d.int(),
		Rejected: d.int(), Whole: d.int(), Best: d.byte()}
	for i := range c.Levels {
		c.Levels[i] = d.int()
	}
	c.Why, c.Linked = detectors.Evidence(d.uint()), d.int()
	c.Moved, c.Agreed, c.Repaired, c.Named = d.int(), d.int(), d.int(), d.bool()
	c.Distinct = d.distinct()
	return c
}

func (e *encoder) location(l *sources.Location) {
	e.string(l.Part)
	e.string(l.Field)
	e.string(l.Key)
	e.int(int64(l.Page))
	e.int(int64(l.Column))
	e.int(l.Row)
	e.int(l.Line)
	e.int(l.Byte)
}

func (d *decoder) location() sources.Location {
	return sources.Location{Part: d.symbol(), Field: d.symbol(), Key: d.string(), Page: d.int32(),
		Column: d.int32(), Row: d.int(), Line: d.int(), Byte: d.int()}
}

// finding leaves part and field out: they are those of the element.
func (e *encoder) finding(f *Finding) {
	flags := byte(0)
	if f.Weak {
		flags |= 1
	}
	if f.Digest != 0 {
		flags |= 2
	}
	if f.Subject != [16]byte{} {
		flags |= 4
	}
	e.byte(flags)
	e.int(int64(f.Element))
	e.string(string(f.Kind))
	e.byte(f.Score)
	e.byte(byte(f.Strength))
	e.uint(uint64(f.Why))
	e.string(f.At.Key)
	e.int(int64(f.At.Page))
	e.int(int64(f.At.Column))
	e.int(f.At.Row)
	e.int(f.At.Line)
	e.int(f.At.Byte)
	e.int(int64(f.Len))
	if f.Digest != 0 {
		e.fixed(f.Digest)
	}
	if flags&4 != 0 {
		e.fixed(binary.LittleEndian.Uint64(f.Subject[:8]))
		e.fixed(binary.LittleEndian.Uint64(f.Subject[8:]))
	}
}

func (d *decoder) finding() Finding {
	flags := d.byte()
	f := Finding{Weak: flags&1 != 0, Element: d.int32(), Kind: detectors.Kind(d.symbol()), Score: d.byte(),
		Strength: detectors.Strength(d.byte() & 3), Why: detectors.Evidence(d.uint())}
	f.At = sources.Location{Key: d.string(), Page: d.int32(), Column: d.int32(), Row: d.int(), Line: d.int(), Byte: d.int()}
	f.Len = d.int32()
	if flags&2 != 0 {
		f.Digest = d.fixed()
	}
	if flags&4 != 0 {
		binary.LittleEndian.PutUint64(f.Subject[:8], d.fixed())
		binary.LittleEndian.PutUint64(f.Subject[8:], d.fixed())
	}
	return f
}

// parseID reads 32 hexadecimal digits.
func parseID(s string) (id ID, ok bool) {
	if len(s) != 2*len(id) {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil
}
