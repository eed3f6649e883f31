// Package sourcetest holds what every Source and every Format must pass: a suite
// for sources, a suite of hostile inputs for formats, and a Recorder that keeps
// what was handed over and checks the contract of chunks on the way. It is for
// tests only: it keeps values.
//
// A format's test calls, with samples of a few hundred bytes to a few megabytes
// that it writes itself, named as files would be:
//
//	func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, map[string][]byte{"a.csv": …}) }
//	func TestRanges(t *testing.T)  { sourcetest.Ranges(t, Format, "a.csv", data, 1, 7, 4096) } // where Format.Ranges
//	l, err := sourcetest.Read(t, Format, "a.csv", data)                                       // then look at l.Cells, l.Text
//
// A source's test calls Source, and Untouched around whatever reads a folder. What
// the suites do not see is whether values, columns and places are the right ones:
// that is for the tables of each package.
package sourcetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"recense/sources"
)

// Recorder is a Sink, and the Output of a single Format, that remembers
// everything. Breaches of the contract are collected in Faults. Use New.
type Recorder struct {
	// Locations are those opened, in order.
	Locations []*Location
	// Faults are breaches of the contract, for people.
	Faults []string
	// Notes are the codes told, in order.
	Notes []string
	// Limit are the limits it gives to a Format.
	Limit sources.Limits
	// Fail, when set, is returned by Chunk once it was called After times.
	Fail  error
	After int
	// Each asks for the place of every byte of running text, in Location.Places.
	Each bool

	open   []*Location
	chunks int
	ahead  []byte // what the last chunk of running text showed behind its core
}

// Location is what was told about one location.
type Location struct {
	sources.Place
	Result   sources.Result
	Closed   bool
	Text     []byte             // cores of plain chunks, one after the other
	Bytes    []int64            // where those cores begin in the original
	Places   []sources.Location // of each byte of Text, when asked for
	Cells    []Cell
	Widths   []int // of chunks with records
	Skips    []sources.Reason
	Evidence []string
}

// Cell is one cell.
type Cell struct {
	Part, Column, Label string
	Index               int // of the column
	Row                 int64
	Value               string
	Aside               bool // counted in other ranges
	At                  sources.Location
}

// New returns a Recorder that can be the Sink of a Source.
func New() *Recorder { return &Recorder{} }

// Note implements sources.Noter.
func (r *Recorder) Note(code string) { r.Notes = append(r.Notes, code) }

// ForFormat returns a Recorder that can be the Output of a Format: a location is
// open already.
func ForFormat(l sources.Limits) *Recorder {
	r := &Recorder{Limit: l.Defaults()}
	r.Open(sources.Place{})
	return r
}

func (r *Recorder) fault(format string, args ...any) {
	if len(r.Faults) < 20 {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

// Last returns the location that was opened last.
func (r *Recorder) Last() *Location { return r.Locations[len(r.Locations)-1] }

// Find returns the location whose URI ends in name, or whose Container is name.
func (r *Recorder) Find(name string) *Location {
	for _, l := range r.Locations {
		if l.Container == name || l.Container == "" && bytes.HasSuffix([]byte(l.URI), []byte(name)) {
			return l
		}
	}
	return nil
}

// Open implements sources.Sink.
func (r *Recorder) Open(p sources.Place) error {
	l := &Location{Place: p}
	r.Locations = append(r.Locations, l)
	r.open = append(r.open, l)
	return nil
}

// Close implements sources.Sink.
func (r *Recorder) Close(res sources.Result) error {
	if len(r.open) == 0 {
		r.fault("Close without Open")
		return nil
	}
	l := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	l.Result, l.Closed = res, true
	return nil
}

// current returns the innermost open location.
func (r *Recorder) current() *Location {
	if len(r.open) == 0 {
		r.fault("nothing is open")
		r.Open(sources.Place{})
	}
	return r.open[len(r.open)-1]
}

// Evidence implements sources.Sink and sources.Output.
func (r *Recorder) Evidence(kind string, _ sources.Location) error {
	l := r.current()
	l.Evidence = append(l.Evidence, kind)
	return nil
}

// Skip implements sources.Sink and sources.Output.
func (r *Recorder) Skip(_ sources.Location, reason sources.Reason) error {
	l := r.current()
	l.Skips = append(l.Skips, reason)
	return nil
}

// Limits implements sources.Output.
func (r *Recorder) Limits() sources.Limits { return r.Limit }

// Member implements sources.Output: it reads the member to its end.
func (r *Recorder) Member(m sources.Member) error {
	if err := r.Open(sources.Place{Container: m.Name, Size: m.Size, Status: m.Status, Detail: m.Detail}); err != nil {
		return err
	}
	l := r.current()
	res := sources.Result{Status: m.Status, Detail: m.Detail}
	if m.Read != nil {
		return r.table(m)
	}
	if m.Reader != nil {
		var b bytes.Buffer
		n, err := b.ReadFrom(&capped{m, 64 << 20})
		l.Text, res.Bytes = b.Bytes(), n
		if err != nil {
			res.Status, res.Detail = sources.Partial, sources.Corrupt
		}
	}
	return r.Close(res)
}

// table lets the format give the content of a member. What is wrong with it is
// told in its Result.
func (r *Recorder) table(m sources.Member) error {
	r.ahead = r.ahead[:0]
	res, err := m.Read(r)
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		res.Status, res.Detail, err = fe.Status, fe.Reason, nil
	}
	r.ahead = r.ahead[:0]
	return errors.Join(err, r.Close(res))
}

// capped ends a member that does not end by itself.
type capped struct {
	m    sources.Member
	left int
}

func (c *capped) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("member too long")
	}
	n, err := c.m.Reader.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// Chunk implements sources.Sink and sources.Output.
func (r *Recorder) Chunk(c *sources.Chunk) error {
	l := r.current()
	if r.chunks++; r.Fail != nil && r.chunks > r.After {
		return r.Fail
	}
	if c.From < 0 || c.To < c.From || c.To > len(c.Data) {
		r.fault("core %d:%d of %d bytes", c.From, c.To, len(c.Data))
		return nil
	}
	if c.Table == nil {
		r.text(l, c)
		return nil
	}
	r.cells(l, c)
	return nil
}

// text checks and keeps running text: what surrounds a core is what the chunks
// before and after hold.
func (r *Recorder) text(l *Location, c *sources.Chunk) {
	if c.Fields.Len() > 0 {
		r.fault("cells without a table")
	}
	if c.Width > 0 {
		l.Widths = append(l.Widths, c.Width)
		if (c.To-c.From)%c.Width != 0 {
			r.fault("core of %d bytes in records of %d", c.To-c.From, c.Width)
		}
	}
	core, before := c.Data[c.From:c.To], c.Data[:c.From]
	if n := min(len(before), len(l.Text)); !bytes.Equal(before[len(before)-n:], l.Text[len(l.Text)-n:]) {
		r.fault("%d bytes in front of a core are not those of the last one", n)
	}
	if n := min(len(core), len(r.ahead)); !bytes.Equal(core[:n], r.ahead[:n]) {
		r.fault("a core of %d bytes does not begin as the last chunk ended", len(core))
	}
	r.ahead = append(r.ahead[:0], c.Data[c.To:]...)
	if c.Locator != nil && len(core) > 0 {
		l.Bytes = append(l.Bytes, c.Locator.Locate(c.From).Byte)
		for i := range core {
			if r.Each {
				l.Places = append(l.Places, c.Locator.Locate(c.From+i))
			}
		}
	}
	l.Text = append(l.Text, core...)
}

// cells checks and keeps the cells of c.
func (r *Recorder) cells(l *Location, c *sources.Chunk) {
	f := &c.Fields
	if len(f.End) != f.Len() || len(f.Column) != f.Len() || len(f.Row) != f.Len() {
		r.fault("fields of different lengths")
		return
	}
	before, place := int32(-1), int64(-1)
	for i := range f.Start {
		a, b, k := f.Start[i], f.End[i], int(f.Column[i])
		switch {
		case a <= before:
			r.fault("cell %d begins at %d, the one before ends at %d", i, a, before)
		case b < a || int(a) < c.From || int(b) > c.To:
			r.fault("cell %d is %d:%d in a core of %d:%d", i, a, b, c.From, c.To)
		case k < 0 || k >= len(c.Table.Columns):
			r.fault("cell %d is in column %d of %d", i, k, len(c.Table.Columns))
		default:
			col := c.Table.Columns[k]
			cell := Cell{Part: c.Part, Column: col.Name, Label: col.Label, Aside: col.Aside, Index: k, Row: f.Row[i], Value: string(c.Data[a:b])}
			if c.Locator != nil {
				cell.At = c.Locator.Locate(int(a))
				if cell.At.Byte >= 0 && cell.At.Byte < place {
					r.fault("cell %d is at byte %d, the one before at %d", i, cell.At.Byte, place)
				}
				place = max(place, cell.At.Byte)
			}
			l.Cells = append(l.Cells, cell)
		}
		before = b
	}
}

// Values returns the values of the column name, in order.
func (l *Location) Values(name string) []string {
	var v []string
	for _, c := range l.Cells {
		if c.Column == name {
			v = append(v, c.Value)
		}
	}
	return v
}

// Done reports whether every location was closed and nothing was wrong.
func (r *Recorder) Done() error {
	if len(r.open) > 0 {
		r.fault("%d locations were not closed", len(r.open))
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("sourcetest: %q", slices.Compact(r.Faults))
	}
	return nil
}
