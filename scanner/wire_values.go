package scanner

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"

	"recense/detectors"
	"recense/sources"
)

// The values of the binary form: units, what was read of them, and its parts.

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

// unit fills in u, all of it but what does not travel.
func (d *decoder) unit(u *sources.Unit) {
	u.Source, u.ID, u.Index, u.Count = d.symbol(), d.string(), d.int32(), d.int32()
	u.Range, u.Version, u.Path = d.string(), d.string(), d.string()
	u.Size, u.ModTime = d.int(), d.time()
	d.meta(&u.Meta)
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

func (d *decoder) meta(p *sources.Place) {
	p.ID, p.Container, p.URI, p.MediaType, p.Format = d.string(), d.string(), d.string(), d.symbol(), d.symbol()
	p.Size, p.Created, p.Modified = d.int(), d.time(), d.time()
	p.Owner, p.Access, p.Basis = d.symbol(), d.symbol(), d.symbol()
	p.Groups, p.Flags, p.Aliases = d.again(), d.strings(), d.strings()
	p.Files, p.Bytes = d.int(), d.int()
	p.Status, p.Detail = sources.Status(d.symbol()), sources.Reason(d.symbol())
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

func (d *decoder) fragment() (f fragment) {
	d.fragmentInto(&f)
	return f
}

// fragmentInto is fragment for memory of the caller's. What f points to is new.
func (d *decoder) fragmentInto(f *fragment) {
	*f = fragment{Seq: d.int(), Index: d.int32(), Count: d.int32(), Version: d.fixed(), Lines: d.int()}
	d.place(&f.Location.Place)
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
		e.bool(p.Sampling.Text)
	}
	e.uint(uint64(len(p.Skips)))
	for i := range p.Skips {
		e.string(string(p.Skips[i].Reason))
		e.int(p.Skips[i].Count)
		e.location(&p.Skips[i].First)
	}
}

// place fills in p, which is empty.
func (d *decoder) place(p *Place) {
	copy(p.ID[:], d.raw(len(p.ID)))
	p.Source, p.URI, p.Container, p.Masked = d.symbol(), d.string(), d.string(), d.bool()
	p.MediaType, p.Format, p.Size, p.Records = d.symbol(), d.symbol(), d.int(), d.int()
	p.Created, p.Modified = d.time(), d.time()
	p.Owner, p.Access, p.Basis = d.symbol(), d.symbol(), d.symbol()
	p.Groups, p.Flags, p.Aliases = d.again(), d.strings(), d.strings()
	p.Status, p.Detail = sources.Status(d.symbol()), sources.Reason(d.symbol())
	p.Files, p.Bytes, p.Read, p.ReadAt = d.int(), d.int(), d.int(), d.time()
	if p.Sampling.Method = d.symbol(); p.Sampling.Method != "" {
		p.Sampling.Fraction = math.Float64frombits(d.fixed())
		p.Sampling.Seed, p.Sampling.Cluster, p.Sampling.Total, p.Sampling.Text = d.int(), d.int(), d.int(), d.bool()
	}
	if n := d.count(8); n > 0 {
		p.Skips = make([]Skip, n)
		for i := range p.Skips {
			p.Skips[i] = Skip{sources.Reason(d.symbol()), d.int(), d.location()}
		}
	}
}

func (e *encoder) element(v *Element) {
	e.int(int64(v.Index))
	e.string(v.Name)
	e.string(v.Part)
	e.string(v.Field)
	e.int(int64(v.Column))
	e.int(int64(v.Page))
	e.bool(v.Table)
	e.bool(v.Text)
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
		Column: d.int32(), Page: d.int32(), Table: d.bool(), Text: d.bool(), Values: d.int()}
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
