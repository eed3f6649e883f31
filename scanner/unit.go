package scanner

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync/atomic"
	"time"

	"recense/detectors"
	"recense/sources"
)

// UnitOptions say how units are scanned. The zero value works.
type UnitOptions struct {
	// Key is the installation key: identifiers of members are keyed with it.
	Key []byte
	// Findings is how many findings are kept per cell: 0 means 10, -1 all.
	Findings int
	// Digests puts keyed digests into findings, under the key of the engine.
	Digests bool
	// Subjects puts keyed identifiers of values into findings, under Key (see SubjectID).
	Subjects bool
	// Lists are what values are compared with.
	Lists  []List
	Limits sources.Limits
	// Names finds what has to be replaced in names; nil means an engine of all
	// detectors, whatever those of the scan are.
	Names *detectors.Engine
	// Look is shown every candidate of which a finding may be kept, with the text it
	// stands in: for the one command that lets a person judge what was found, in a
	// process of its own. It must keep no more than it shows. Nil in every scan.
	Look func(c Candidate)
	// Note is told what a reader of the results must know, a fixed code; nil: nobody is.
	Note func(code string)
	// Now is the clock of Place.ReadAt; nil means time.Now.
	Now func() time.Time
}

// Candidate is a candidate where it was read. Text is that of the chunk, the value
// Text[Start:End]; it is valid until Look returns.
type Candidate struct {
	Container  string // masked path of the member, empty for the outer file
	Kind       detectors.Kind
	At         sources.Location // as in the finding, without the names of its element
	Text       []byte
	Start, End int
}

// defaultFindings is the size of the sample of findings per cell.
const defaultFindings = 10

func (o UnitOptions) defaults(e *detectors.Engine) (UnitOptions, error) {
	if o.Findings == 0 {
		o.Findings = defaultFindings
	}
	if o.Limits.Margin == 0 {
		o.Limits.Margin = e.Margin()
	}
	o.Limits = o.Limits.Defaults()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Names == nil {
		names, err := e.Like(detectors.All(), detectors.Options{})
		if err != nil {
			return o, fmt.Errorf("scanner: engine of names: %w", err)
		}
		o.Names = names
	}
	return o, nil
}

// Found is a location with its findings.
type Found struct {
	Location
	Findings []Finding
}

// ScanUnit reads one unit in this process and returns what is in it, sorted by
// member path: the library's way in. Whatever is wrong with the data is in the
// statuses; an error means that ctx ended or that the engine cannot be used.
func ScanUnit(ctx context.Context, src sources.Source, u sources.Unit, e *detectors.Engine, o UnitOptions) ([]Found, error) {
	s, err := newUnitSink(e, o)
	if err != nil {
		return nil, err
	}
	var parts [2][][]byte
	b := &batch{emit: func(p Part) error {
		parts[p.Stream] = append(parts[p.Stream], p.Data)
		return nil
	}}
	if err := s.scan(ctx, src, u, 0, b); err != nil {
		return nil, err
	}
	if _, err := b.close(); err != nil {
		return nil, err
	}
	var out []Found
	for _, data := range parts[Places] {
		for r := (recordReader{data: data}); ; {
			f, ok, err := r.next()
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
			found := Found{Location: f.Location}
			for _, sec := range f.Sections {
				if found.Findings, err = readFindings(found.Findings, parts[Findings][sec.Part], sec, found.Elements); err != nil {
					return nil, err
				}
			}
			out = append(out, found)
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return cmp.Compare(a.Container, b.Container) })
	return out, nil
}

// unitSink reads units one after the other and writes what they hold into a
// batch. It is the only place where raw bytes and results meet; it belongs to
// one goroutine and keeps its memory from unit to unit.
type unitSink struct {
	opt       UnitOptions
	engine    *detectors.Engine
	detectors []*detectors.Detector
	kinds     map[detectors.Kind]int
	links     linker
	lists     map[uint8][]int // by detector, in opt.Lists
	nir, born int
	pass      *detectors.Pass
	namesPass *detectors.Pass // reads the words in names
	mask      masker
	mac       hash.Hash
	progress  atomic.Int64 // bytes handed over, and locations: rises while work is done
	at        atomic.Int64 // unit of the task being read

	ctx      context.Context
	unit     sources.Unit
	today    time.Time // by the clock of opt: who is a minor is judged by it
	out      *batch
	head     unitHead
	budget   budget
	stack    []*tally
	units    []numbered // of the task; memory
	room     [2][]byte  // of the streams of a batch
	heads    []unitHead // of a batch; memory
	encoded  []byte     // they; memory
	records  []byte     // encoded fragments of the unit
	offsets  []record
	scratch  []byte
	fragment fragment // being written
	terms    []term   // room for the first term of the next units

	chunk   detectors.Chunk
	found   scanned // in the last chunk
	helper  helper
	ends    []int // of the parts of a chunk
	items   []item
	bits    []uint64
	header  headerRow
	columns map[columnKey]detectors.Column
	undone  []byte            // the value of the last repaired cell
	masked  map[string]string // names of accounts

	held    bool  // nobody else needs the thread
	limited bool  // samples are kept where all findings were asked for
	broken  error // results could not be written: the unit is not done

	freeTallies  []*tally
	freeElements []*element
	dated        int // open columns of dates
	freeCells    []*cell
	freeRepeats  []*repeatTable
	repeatTables int
}

// record is an encoded fragment in unitSink.records.
type record struct {
	from, to  int
	container string
}

func newUnitSink(e *detectors.Engine, o UnitOptions) (*unitSink, error) {
	o, err := o.defaults(e)
	if err != nil {
		return nil, err
	}
	s := &unitSink{opt: o, engine: e, detectors: e.Detectors(),
		kinds: map[detectors.Kind]int{},
		mac:   hmac.New(sha256.New, o.Key), columns: map[columnKey]detectors.Column{}, masked: map[string]string{}}
	s.makePasses()
	for i, d := range s.detectors {
		s.kinds[d.Kind] = i
	}
	s.lists = map[uint8][]int{}
	for i, l := range o.Lists {
		if d, ok := s.kinds[l.Kind]; ok {
			s.lists[uint8(d)] = append(s.lists[uint8(d)], i)
		}
	}
	s.links = newLinker(e)
	s.nir, s.born = e.Index("nir"), e.Index("birth_date")
	return s, nil
}

// makePasses makes the scratch space of the engines anew.
func (s *unitSink) makePasses() {
	s.pass, s.mask.pass, s.helper.pass = s.engine.Pass(), s.opt.Names.Pass(), nil
	s.namesPass = s.pass
}

// scan reads u, the unit seq of the run, into out.
func (s *unitSink) scan(ctx context.Context, src sources.Source, u sources.Unit, seq int64, out *batch) error {
	s.ctx, s.unit, s.out, s.today = ctx, u, out, s.opt.Now()
	s.budget.left = distinctBudget
	s.head = unitHead{Seq: seq, Index: u.Index, Count: max(u.Count, 1), Version: versionOf(&u)}
	s.head.ID, s.head.Limited, s.broken = s.outerID(u.ID), s.limited, nil
	if len(s.terms) == 0 {
		s.terms = make([]term, 256)
	}
	s.head.Terms, s.terms = s.terms[:0:1], s.terms[1:]
	var err error
	switch {
	case u.Meta.Status != sources.Scanned:
		err = s.decided(u.Meta)
	case src == nil:
		err = s.fail(sources.IOError)
	default:
		err = s.read(src)
	}
	if err == nil {
		err = s.sortRecords()
	}
	s.drop()
	if err != nil {
		return err
	}
	out.units = append(out.units, s.head)
	return nil
}

// decided records a location whose fate the listing knew.
func (s *unitSink) decided(p sources.Place) error {
	if err := s.Open(p); err != nil {
		return err
	}
	return s.Close(sources.Result{Status: p.Status, Detail: p.Detail, Records: -1})
}

// fail records the outer location as failed without reading it.
func (s *unitSink) fail(r sources.Reason) error {
	p := s.unit.Meta
	p.Status, p.Detail = sources.Failed, r
	return s.decided(p)
}

// read has src read the unit, and closes what it left open: what was found
// before a failure stays.
func (s *unitSink) read(src sources.Source) error {
	reason, err := s.guarded(src)
	if err != nil && s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if s.broken != nil {
		return s.broken
	}
	if err != nil && reason == "" {
		reason = sources.IOError
	}
	if len(s.stack) == 0 && len(s.offsets) == 0 && len(s.head.Terms) == 0 {
		if reason == "" {
			reason = sources.IOError
		}
		return s.fail(reason)
	}
	if reason == "" {
		reason = sources.Truncated
	}
	for len(s.stack) > 0 {
		if err := s.Close(sources.Result{Status: sources.Failed, Detail: reason, Records: -1}); err != nil {
			return err
		}
	}
	return nil
}

// guarded calls Read. A panic is a failure of the unit; its text, which may
// quote the data, is dropped, and so is the scratch space that it may have left half done.
func (s *unitSink) guarded(src sources.Source) (reason sources.Reason, err error) {
	defer func() {
		crashed := recover() != nil
		s.abandon()
		if crashed {
			s.makePasses()
			reason, err = sources.WorkerCrashed, errPanic
		}
	}()
	if err = src.Read(s.ctx, s.unit, s); err == nil {
		err = s.Settle()
	}
	return "", err
}

var (
	errPanic   = errors.New("scanner: the source panicked")
	errNoPlace = errors.New("scanner: nothing is open")
	errTooDeep = errors.New("scanner: locations nested too deep")
)

const (
	maxNesting  = 64        // of open locations; the walker stops long before
	flushFrom   = 256 << 10 // findings of one location, before they go to the stream
	recordsFrom = partSize  // fragments of one unit, before a sorted run is written
)

// Open begins a location.
func (s *unitSink) Open(p sources.Place) error {
	if len(s.stack) >= maxNesting {
		return errTooDeep
	}
	if err := s.Settle(); err != nil {
		return err
	}
	s.progress.Add(1)
	if n := len(s.stack); n > 0 {
		s.stack[n-1].members++
	}
	t := s.newTally()
	s.stack = append(s.stack, t)
	t.place = Place{
		ID: s.head.ID, Source: s.unit.Source, MediaType: p.MediaType, Format: p.Format, Size: p.Size, Records: -1,
		Created: p.Created, Modified: p.Modified, Owner: s.account(p.Owner), Access: p.Access, Basis: p.Basis,
		Groups: s.accounts(p.Groups), Flags: p.Flags, Files: p.Files, Bytes: p.Bytes,
	}
	if p.ID != "" && p.ID != s.unit.ID {
		t.place.ID = s.outerID(p.ID)
	}
	if p.Container != "" {
		t.place.ID = s.memberID(p.Container)
	}
	s.names(t, &p)
	return nil
}

// Chunk looks for personal data in text.
func (s *unitSink) Chunk(c *sources.Chunk) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if len(s.stack) == 0 {
		return errNoPlace
	}
	if err := s.Settle(); err != nil {
		return err
	}
	t := s.stack[len(s.stack)-1]
	s.progress.Add(int64(c.To - c.From))
	switch {
	case c.Table != nil && c.Fields.Len() > 0:
		s.cells(t, c)
	case c.Width > 0:
		s.fixedWidth(t, c)
	default:
		s.plain(t, c)
	}
	if len(t.findings) >= flushFrom && s.broken == nil {
		s.broken = s.flushFindings(t)
	}
	return s.broken
}

// Note implements sources.Noter.
func (s *unitSink) Note(code string) {
	s.progress.Add(1)
	if s.opt.Note != nil {
		s.opt.Note(code)
	}
}

// factScore is what a fact of the format is worth.
const factScore = 90

// Evidence counts a fact that the format proves.
func (s *unitSink) Evidence(kind string, at sources.Location) error {
	if len(s.stack) == 0 {
		return errNoPlace
	}
	if err := s.Settle(); err != nil {
		return err
	}
	t := s.stack[len(s.stack)-1]
	part, _ := s.mask.name(at.Part)
	field, _ := s.mask.name(at.Field)
	e := t.element(s, elementKey{part: at.Part, name: at.Field, column: -1, page: at.Page}, part, field)
	c := e.fact(s, detectors.Kind(kind))
	best := detectors.Verified
	if i, ok := s.kinds[detectors.Kind(kind)]; ok {
		best = s.detectors[i].Max
	}
	s.count(t, c, factScore, best, detectors.Structure)
	at.Container, at.Part, at.Field = "", "", ""
	s.stage(t, c, Finding{Element: e.Index, Kind: c.Kind, Score: factScore, Strength: best, Why: detectors.Structure, At: at})
	return nil
}

// Skip records a part that was not read.
func (s *unitSink) Skip(at sources.Location, reason sources.Reason) error {
	if len(s.stack) == 0 {
		return errNoPlace
	}
	if err := s.Settle(); err != nil {
		return err
	}
	t := s.stack[len(s.stack)-1]
	at.Container = ""
	at.Part, _ = s.mask.name(at.Part)
	at.Field, _ = s.mask.name(at.Field)
	t.skip(reason, at)
	if t.unread == "" {
		t.unread = reason
	}
	return nil
}

// Close ends the innermost location and writes it down.
func (s *unitSink) Close(r sources.Result) error {
	n := len(s.stack)
	if n == 0 {
		return errNoPlace
	}
	if err := s.Settle(); err != nil {
		return err
	}
	s.progress.Add(1)
	t := s.stack[n-1]
	s.stack = s.stack[:n-1]
	defer s.freeTally(t)
	p := &t.place
	p.Status, p.Detail, p.Read, p.Records, p.ReadAt = r.Status, r.Detail, r.Bytes, r.Records, s.opt.Now().UTC()
	if id := r.ContentID; id != [16]byte{} { // r itself stays off the heap
		p.ContentID = slices.Clone(id[:])
	}
	p.Sampling = r.Sampling
	if r.MediaType != "" {
		p.MediaType = r.MediaType
	}
	if r.Format != "" {
		p.Format = r.Format
	}
	if t.unread != "" && (p.Status == sources.Scanned || p.Status == sources.Sampled) {
		p.Status = sources.Partial
		if p.Detail == "" {
			p.Detail = t.unread
		}
	}
	s.countNames(t)
	s.head.Findings += t.kept
	s.head.Best = max(s.head.Best, t.best)
	if t.containerOnly(&r) {
		return nil
	}
	if s.broken = s.write(t, r.Lines); s.broken != nil {
		return s.broken
	}
	s.head.count(p)
	return nil
}

// write encodes a location and its last findings.
func (s *unitSink) write(t *tally, lines int64) error {
	if err := s.flushFindings(t); err != nil {
		return err
	}
	f := &s.fragment
	f.Seq, f.Index, f.Count, f.Version = s.head.Seq, s.head.Index, s.head.Count, s.head.Version
	if t.place.Container != "" { // whole, whatever the unit is a range of
		f.Index, f.Count = 0, 1
	}
	f.Lines, f.Sections = lines, t.sections
	t.finish(&f.Location, f.Count > 1, &s.budget)
	s.finishLists(t, &f.Location)
	f.Location.Young = t.young.distinct(&s.budget)
	from := len(s.records)
	e := encoder{s.records}
	e.fragment(f)
	s.records = e.buf
	s.offsets = append(s.offsets, record{from, len(s.records), t.place.Container})
	if len(s.records) < recordsFrom {
		return nil
	}
	if err := s.sortRecords(); err != nil {
		return err
	}
	return s.out.flush(Places)
}

// sortRecords writes the fragments collected so far, sorted, to the stream.
func (s *unitSink) sortRecords() error {
	slices.SortStableFunc(s.offsets, func(a, b record) int { return cmp.Compare(a.container, b.container) })
	for _, r := range s.offsets {
		framed := encoder{s.scratch[:0]}
		framed.bytes(s.records[r.from:r.to])
		s.scratch = framed.buf
		if _, err := s.out.add(Places, framed.buf); err != nil {
			return err
		}
	}
	s.records, s.offsets = s.records[:0], s.offsets[:0]
	return nil
}

func (s *unitSink) flushFindings(t *tally) error {
	if len(t.findings) == 0 {
		return nil
	}
	sec, err := s.out.add(Findings, t.findings)
	if err != nil {
		return err
	}
	t.sections = append(t.sections, sec)
	t.findings = t.findings[:0]
	return nil
}

// outerID reads the identifier that the source gave, or derives one.
func (s *unitSink) outerID(id string) ID {
	if out, ok := parseID(id); ok {
		return out
	}
	return s.keyed(s.unit.Source, id)
}

// memberID is HMAC-SHA-256(key, 'L' 0 source 0 path 0 member path), its first 16
// bytes: the message of an outer location, then the path inside it.
func (s *unitSink) memberID(container string) ID {
	return s.keyed(s.unit.Source, s.unit.Path, container)
}

func (s *unitSink) keyed(parts ...string) (id ID) {
	s.mac.Reset()
	msg := append(s.scratch[:0], 'L')
	for _, p := range parts {
		msg = append(append(msg, 0), p...)
	}
	s.scratch = msg
	s.mac.Write(msg)
	copy(id[:], s.mac.Sum(nil))
	return id
}

// drop gives back what an aborted unit left.
func (s *unitSink) drop() {
	for _, t := range s.stack {
		s.freeTally(t)
	}
	s.stack, s.records, s.offsets = s.stack[:0], s.records[:0], s.offsets[:0]
	s.unit, s.out = sources.Unit{}, nil
}

func (s *unitSink) newTally() *tally {
	if n := len(s.freeTallies); n > 0 {
		t := s.freeTallies[n-1]
		s.freeTallies = s.freeTallies[:n-1]
		return t
	}
	return &tally{byKey: map[elementKey]*element{}}
}

func (s *unitSink) freeTally(t *tally) {
	for _, e := range t.elements {
		s.freeElement(e)
	}
	for i := range t.lists {
		t.lists[i].present.reset(&s.budget)
		t.lists[i].absent.reset(&s.budget)
	}
	clear(t.byKey)
	*t = tally{byKey: t.byKey, elements: t.elements[:0], findings: t.findings[:0], sections: t.sections[:0], tables: t.tables[:0], named: t.named[:0]}
	s.freeTallies = append(s.freeTallies, t)
}

// maxFree bounds the elements and cells kept for later, each.
const maxFree = 8192

func (s *unitSink) newElement() *element {
	if n := len(s.freeElements); n > 0 {
		e := s.freeElements[n-1]
		s.freeElements = s.freeElements[:n-1]
		return e
	}
	return &element{}
}

func (s *unitSink) freeElement(e *element) {
	for i, c := range e.cells {
		if c != nil {
			s.freeCell(c)
			e.cells[i] = nil
		}
	}
	for _, c := range e.facts {
		s.freeCell(c)
	}
	e.facts, e.Element = e.facts[:0], Element{}
	e.sample.reset()
	e.repeats.end(s)
	if e.dates.days != nil {
		s.dated--
	}
	e.dates = dayCounter{}
	if len(s.freeElements) < maxFree {
		s.freeElements = append(s.freeElements, e)
	}
}

func (s *unitSink) newCell() *cell {
	if n := len(s.freeCells); n > 0 {
		c := s.freeCells[n-1]
		s.freeCells = s.freeCells[:n-1]
		return c
	}
	return &cell{}
}

func (s *unitSink) freeCell(c *cell) {
	c.distinct.reset(&s.budget)
	c.repeats.end(s)
	d := c.distinct
	*c = cell{distinct: d}
	if len(s.freeCells) < maxFree {
		s.freeCells = append(s.freeCells, c)
	}
}
