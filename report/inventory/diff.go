package inventory

import (
	"slices"
	"time"

	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// The kinds of changes between two runs (domain/register.md D.3).
const (
	PlaceNew       = "place_new"
	PlaceGone      = "place_gone"     // its source was listed whole
	PlaceNotSeen   = "place_not_seen" // nothing says that it is gone
	PlaceMoved     = "place_moved"
	PlaceChanged   = "place_changed" // size or time of modification
	CategoryNew    = "category_new"
	CategoryLost   = "category_lost"
	AccessWider    = "access_wider"
	AccessNarrower = "access_narrower"
	GapNew         = "gap_new"
	GapReopened    = "gap_reopened"
	GapResolved    = "gap_resolved"
	GapNotChecked  = "gap_not_checked" // not given again, its place not read in full
)

// ChangeKinds lists them, in the order in which they are told.
var ChangeKinds = []string{GapNew, GapReopened, GapResolved, GapNotChecked, AccessWider, AccessNarrower, CategoryNew, CategoryLost, PlaceNew, PlaceMoved, PlaceChanged, PlaceGone, PlaceNotSeen}

// Change is one difference between two runs. Names are masked as in every output.
type Change struct {
	Kind     string
	URI      string
	Category string // of a category or a verdict; empty: none
	Verdict  string // kind of verdict
	Before   string // scope, severity or URI before
	After    string
	// Version says that the place did not change but the detectors did: the difference
	// comes from them.
	Version bool
}

// Diff compares the locations of two runs. Before sees those of the earlier run,
// After those of the later one, Gone those of the earlier one again. It keeps some 100
// bytes for each location of the earlier run. It is for one goroutine.
type Diff struct {
	Counts  map[string]int64 // by kind
	Changes []Change         // at most Max, in the order of the later run
	Left    int64            // changes beyond Max
	Gaps    [2]map[string]int64
	// Max bounds Changes; 0: 100,000.
	Max int

	// Earlier counts the locations with personal data and the persons of the largest one
	// in the earlier run.
	Earlier struct{ WithData, Persons int64 }

	tax      *taxonomy.Taxonomy
	versions bool            // detectors differ
	gone     map[string]bool // sources whose missing locations are gone
	places   map[scanner.ID]*place
	verdicts map[[16]byte]*gap
	contents map[[16]byte]string // of new places, by content
	bits     map[string]int
}

// place is what is kept of a location of the earlier run.
type place struct {
	categories     uint64
	size, modified int64
	access         int8
	seen, whole    bool
}

type gap struct{ seen bool }

// NewDiff returns a comparison. gone are the sources whose missing locations are
// gone; versions says that the runs had different detectors.
func NewDiff(tax *taxonomy.Taxonomy, gone []string, versions bool) *Diff {
	d := &Diff{
		Counts: map[string]int64{}, Gaps: [2]map[string]int64{{}, {}}, tax: tax, versions: versions, gone: map[string]bool{},
		places: map[scanner.ID]*place{}, verdicts: map[[16]byte]*gap{}, contents: map[[16]byte]string{}, bits: map[string]int{},
	}
	for _, s := range gone {
		d.gone[s] = true
	}
	for i, c := range tax.Categories {
		d.bits[c.ID] = i
	}
	return d
}

func (d *Diff) tell(c Change) {
	d.Counts[c.Kind]++
	limit := d.Max
	if limit == 0 {
		limit = 100_000
	}
	if len(d.Changes) >= limit {
		d.Left++
		return
	}
	d.Changes = append(d.Changes, c)
}

// Before takes a location of the earlier run.
func (d *Diff) Before(l *Location) {
	if slices.ContainsFunc(l.Inventory, func(r InventoryRow) bool { return r.Asserted }) {
		d.Earlier.WithData++
	}
	d.Earlier.Persons = max(d.Earlier.Persons, l.Persons)
	if l.Status == sources.Excluded || l.Status == sources.NotListable {
		return
	}
	d.places[l.ID] = &place{categories: d.categories(l), size: l.Size, modified: stamp(l.Modified), access: accessRank(l.Access)}
	for i := range l.Verdicts {
		d.BeforeVerdict(&l.Verdicts[i])
	}
}

// BeforeVerdict takes a verdict of the earlier run that is about no location.
func (d *Diff) BeforeVerdict(v *Verdict) {
	if v.Status == "gap" {
		d.verdicts[v.ID] = &gap{}
		d.count(0, v)
	}
}

func (d *Diff) count(run int, v *Verdict) {
	d.Gaps[run]["severity:"+v.Severity]++
	d.Gaps[run]["priority:"+string(rune('0'+v.Priority))]++
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (d *Diff) categories(l *Location) (set uint64) {
	for i := range l.Inventory {
		if l.Inventory[i].Asserted {
			set |= 1 << d.bits[l.Inventory[i].Category]
		}
	}
	return set
}

// scopes from the narrowest; what is not known is not compared.
var scopes = []string{"private", "group", "everyone_authenticated", "world"}

func accessRank(scope string) int8 { return int8(slices.Index(scopes, scope)) }

// After takes a location of the later run.
func (d *Diff) After(l *Location) {
	if l.Status == sources.Excluded || l.Status == sources.NotListable {
		return
	}
	whole := l.Status == sources.Scanned || l.Status == sources.Unchanged
	old := d.places[l.ID]
	if old == nil {
		d.tell(Change{Kind: PlaceNew, URI: l.URI})
		if len(l.ContentID) == 16 {
			d.contents[[16]byte(l.ContentID)] = l.URI
		}
		old = &place{size: l.Size, modified: stamp(l.Modified), access: -1}
	}
	old.seen, old.whole = true, whole
	same := old.size == l.Size && old.modified == stamp(l.Modified)
	if !same {
		d.tell(Change{Kind: PlaceChanged, URI: l.URI})
	}
	d.compareCategories(l, old.categories, whole, same)
	switch access := accessRank(l.Access); {
	case access < 0 || old.access < 0 || access == old.access:
	case access > old.access:
		d.tell(Change{Kind: AccessWider, URI: l.URI, Before: scopes[old.access], After: l.Access})
	default:
		d.tell(Change{Kind: AccessNarrower, URI: l.URI, Before: scopes[old.access], After: l.Access})
	}
	for i := range l.Verdicts {
		d.AfterVerdict(&l.Verdicts[i])
	}
}

func (d *Diff) compareCategories(l *Location, old uint64, whole, same bool) {
	now := d.categories(l)
	for i := range d.tax.Categories {
		id, bit := d.tax.Categories[i].ID, uint64(1)<<i
		switch {
		case now&bit != 0 && old&bit == 0:
			d.tell(Change{Kind: CategoryNew, URI: l.URI, Category: id, Version: same && d.versions})
		case now&bit == 0 && old&bit != 0 && whole:
			d.tell(Change{Kind: CategoryLost, URI: l.URI, Category: id, Version: same && d.versions})
		}
	}
}

// AfterVerdict takes a verdict of the later run that is about no location.
func (d *Diff) AfterVerdict(v *Verdict) {
	if v.Status != "gap" {
		return
	}
	d.count(1, v)
	if old := d.verdicts[v.ID]; old != nil {
		old.seen = true
		return
	}
	kind := GapNew
	if v.State == "reopened" {
		kind = GapReopened
	}
	d.tell(Change{Kind: kind, URI: v.URI, Category: v.Category, Verdict: v.Kind, After: v.Severity})
}

// Gone takes the locations of the earlier run a second time: what became of those
// that the later one did not give, and of their verdicts.
func (d *Diff) Gone(l *Location) {
	old := d.places[l.ID]
	if old == nil {
		return
	}
	lost := !old.seen && d.gone[l.Source]
	if !old.seen {
		kind, to := PlaceNotSeen, ""
		if lost {
			kind = PlaceGone
		}
		if len(l.ContentID) == 16 && d.contents[[16]byte(l.ContentID)] != "" {
			kind, to = PlaceMoved, d.contents[[16]byte(l.ContentID)]
		}
		d.tell(Change{Kind: kind, URI: l.URI, Before: l.URI, After: to})
	}
	for i := range l.Verdicts {
		d.GoneVerdict(&l.Verdicts[i], lost || old.seen && old.whole)
	}
}

// GoneVerdict takes a verdict of the earlier run a second time. settled says that
// its place was read in full, or is gone.
func (d *Diff) GoneVerdict(v *Verdict, settled bool) {
	if old := d.verdicts[v.ID]; v.Status != "gap" || old == nil || old.seen {
		return
	}
	kind := GapNotChecked
	if settled {
		kind = GapResolved
	}
	d.tell(Change{Kind: kind, URI: v.URI, Category: v.Category, Verdict: v.Kind, Before: v.Severity})
}
