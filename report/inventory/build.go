package inventory

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"recense/detectors"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// maxElements bounds the names listed in a row of inventory.
const maxElements = 64

// builder makes the rows of one location after the other and reuses its memory.
type builder struct {
	inv    *Inventory
	loc    Location
	judged []judged
	sums   []sum // by index of the detector in the taxonomy
	used   []int // indices in sums that this location uses

	of    *scanner.Location                 // whose findings are in found
	found iter.Seq2[scanner.Finding, error] // nil: none are shown
	rows  iter.Seq2[FindingRow, error]      // findings, one for all locations
}

func newBuilder(inv *Inventory) *builder {
	b := &builder{inv: inv, sums: make([]sum, len(inv.tax.Detectors))}
	b.rows = b.findings
	return b
}

// sum is one detector over all elements of a location.
type sum struct {
	kind     kind
	matches  int64
	rejected int64
	strength detectors.Strength
	distinct scanner.Distinct // of all elements together
	elements []int32          // indices in scanner.Location.Elements, where there are matches
	inName   bool             // one of them is the name of the location
	moved    int64            // matches that belong to another category here
}

func (b *builder) build(l *scanner.Location, findings iter.Seq2[scanner.Finding, error]) (*Location, error) {
	if err := b.judge(l); err != nil {
		return nil, err
	}
	b.sum(l)
	asserted := b.asserted()
	b.loc.Inventory, b.loc.Elements = b.loc.Inventory[:0], b.loc.Elements[:0]
	b.loc.Dates, b.loc.Lists, b.loc.Verdicts, b.loc.findings = nil, nil, nil, b.rows
	b.inv.locationRow(&b.loc.LocationRow, &l.Place)
	b.inventoryRows(l, asserted)
	b.elementRows(l)
	b.loc.Persons, b.loc.PersonsEstimate = b.persons()
	b.dates(l)
	b.minorsByNIR(l)
	b.lists(l)
	if b.inv.assess != nil {
		b.inv.assess(&b.loc)
	}
	if b.of, b.found = l, findings; b.loc.Witness {
		b.found = nil
	}
	b.inv.reserve(&b.loc)
	return &b.loc, nil
}

// judge fills b.judged, parallel to l.Cells.
func (b *builder) judge(l *scanner.Location) error {
	b.judged = b.judged[:0]
	for i := range l.Cells {
		kd, err := b.inv.kindOf(l.Cells[i].Kind)
		if err != nil {
			return err
		}
		b.judged = append(b.judged, judged{cell: &l.Cells[i], kind: kd})
	}
	e := 0
	for from := 0; from < len(b.judged); {
		index := b.judged[from].cell.Element
		to := from + 1
		for to < len(b.judged) && b.judged[to].cell.Element == index {
			to++
		}
		for e < len(l.Elements) && l.Elements[e].Index < index {
			e++
		}
		if e == len(l.Elements) || l.Elements[e].Index != index {
			return errors.New("inventory: the results hold a cell of no element")
		}
		judge(&l.Elements[e], b.judged[from:to])
		from = to
	}
	return nil
}

// sum adds up the cells of each detector.
func (b *builder) sum(l *scanner.Location) {
	for _, i := range b.used {
		s := &b.sums[i]
		*s = sum{elements: s.elements[:0]}
	}
	b.used = b.used[:0]
	e := 0
	for i := range b.judged {
		j := &b.judged[i]
		for l.Elements[e].Index < j.cell.Element {
			e++
		}
		at := j.kind.row.Index
		s := &b.sums[at]
		if s.kind.row == nil {
			s.kind = j.kind
			b.used = append(b.used, at)
		}
		s.rejected += j.rejected
		if j.matches == 0 {
			continue
		}
		s.matches += j.matches
		s.moved += min(j.cell.Moved, j.matches)
		s.strength = max(s.strength, j.strength)
		s.distinct.Merge(j.cell.Distinct)
		s.elements = append(s.elements, int32(e))
		s.inName = s.inName || l.Elements[e].Name == sources.NameField
	}
}

// inventoryRows makes the rows of the detectors that kept a match.
func (b *builder) inventoryRows(l *scanner.Location, asserted []string) {
	for _, i := range b.used {
		s := &b.sums[i]
		if s.matches == 0 {
			continue
		}
		for i, p := range b.parts(s) {
			distinct, estimate := atMost(s.distinct, p.matches)
			if distinct == 0 {
				distinct, estimate = Unknown, false // a fact or a word of a vocabulary has no value
			}
			row := InventoryRow{
				Category: p.cat.ID, Detector: string(s.kind.row.ID), Version: DetectorVersion,
				Strength: s.strength, Asserted: slices.Contains(asserted, p.cat.ID),
				Matches: p.matches, Rejected: s.rejected, Distinct: distinct, DistinctEstimate: estimate || p.matches < s.matches,
				Elements: elementNames(l, s.elements), ElementCount: int32(len(s.elements)),
				Art9: p.cat.Art9, NIR: p.cat.NIR, Severity: p.cat.Severity,
			}
			if i > 0 {
				row.Rejected = 0 // counted once
			}
			b.loc.Inventory = append(b.loc.Inventory, row)
		}
	}
	slices.SortFunc(b.loc.Inventory, func(x, y InventoryRow) int {
		return cmp.Or(cmp.Compare(x.Category, y.Category), cmp.Compare(x.Detector, y.Detector))
	})
}

// part is a number of matches of one detector in one category.
type part struct {
	cat     *taxonomy.Category
	matches int64
}

// movedTo are the categories that matches move to beside others of their record
// (taxonomy, reclassification R1 to R3). The scanner counts which do.
var movedTo = map[detectors.Kind]string{
	"email": "professional", "phone_fr": "professional", "person_name": "health_professional",
}

// parts splits the matches of a detector by category.
func (b *builder) parts(s *sum) []part {
	to := b.inv.tax.Category(movedTo[s.kind.row.ID])
	moved := min(s.moved, s.matches)
	if to == nil || moved == 0 {
		return []part{{s.kind.cat, s.matches}}
	}
	if moved == s.matches {
		return []part{{to, moved}}
	}
	return []part{{s.kind.cat, s.matches - moved}, {to, moved}}
}

// elementNames returns the sorted names of some elements, each once, at most
// maxElements.
func elementNames(l *scanner.Location, indices []int32) []string {
	var names []string
	for _, i := range indices {
		if n := l.Elements[i].Name; n != "" {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxElements)]
}

// elementRows makes a row of every cell.
func (b *builder) elementRows(l *scanner.Location) {
	e := 0
	for i := range b.judged {
		j := &b.judged[i]
		for l.Elements[e].Index < j.cell.Element {
			e++
		}
		el := &l.Elements[e]
		row := ElementRow{
			Index: el.Index, Name: el.Name, Detector: string(j.kind.row.ID), Values: Unknown,
			Matches: j.matches, Rejected: j.rejected, Distinct: Unknown, Share: j.share,
			Verdict: j.verdict, Strength: j.strength, Linked: j.cell.Linked, RowsRead: l.Records, Missed: Unknown,
			Sampled: int64(j.sampled),
		}
		row.Sampling = l.Sampling
		if el.Text && l.Text.Method != "" {
			row.Sampling, row.RowsRead = l.Text, l.TextRows
		}
		switch row.Sampling.Method {
		case "":
		case sources.WholeText:
			row.Sampling = sources.Sampling{}
		default:
			row.Missed = missed(&row.Sampling, j.matches)
		}
		if el.Table {
			row.Values = el.Values
		}
		if j.promoted {
			row.Repaired = j.cell.Repaired
		}
		row.AtMost = max(j.matches, j.cell.Matches+j.cell.Weak+j.cell.Rejected)
		if j.matches > 0 {
			row.Evidence = j.why
			if j.kind.d != nil {
				if n, estimate := atMost(j.cell.Distinct, j.matches); n > 0 {
					row.Distinct, row.DistinctEstimate = n, estimate
				}
			}
		}
		b.loc.Elements = append(b.loc.Elements, row)
	}
	sortElements(b.loc.Elements)
}

func sortElements(rows []ElementRow) {
	slices.SortFunc(rows, func(x, y ElementRow) int {
		return cmp.Or(cmp.Compare(x.Index, y.Index), cmp.Compare(x.Detector, y.Detector))
	})
}

// atMost counts distinct values among the matches. The scanner counts those of
// weak candidates with the others, since it cannot know what becomes of the column;
// where they stayed refused, the number of matches is the bound that is left.
func atMost(d scanner.Distinct, matches int64) (n int64, estimate bool) {
	if n, estimate = d.Count(); n > matches {
		return matches, true
	}
	return n, estimate
}

// persons estimates the number of persons: the highest number of distinct
// values among detectors that count persons, health professionals excepted.
func (b *builder) persons() (n int64, estimate bool) {
	n = Unknown
	for _, i := range b.used {
		s := &b.sums[i]
		if s.matches == 0 || !s.kind.row.CountsPersons || b.parts(s)[0].cat.ID == "health_professional" {
			continue
		}
		if v, e := atMost(s.distinct, s.matches); v > n {
			n, estimate = v, e
		}
	}
	return n, estimate
}

// dates lists the columns of dates, and counts the minors by those of birth
// dates: an estimate, since a person may have several records.
func (b *builder) dates(l *scanner.Location) {
	b.loc.Dates = nil
	at := 0
	for i := range l.Elements {
		e := &l.Elements[i]
		for at < len(l.Cells) && l.Cells[at].Element < e.Index {
			at++
		}
		if e.Days.Total == 0 {
			continue
		}
		if born(l.Cells[at:], e.Index) {
			b.minors(&e.Days)
			continue
		}
		b.loc.Dates = append(b.loc.Dates, dateColumn(e))
	}
}

// born reports whether the column is one of birth dates by its name.
func born(cells []scanner.Cell, element int32) bool {
	for i := range cells {
		if cells[i].Element != element {
			break
		}
		if cells[i].Kind == "birth_date" && cells[i].Matches > 0 && cells[i].Why&detectors.ColumnName != 0 {
			return true
		}
	}
	return false
}

// minors are those born less than 18 years before the scan.
func (b *builder) minors(d *scanner.Days) {
	y, m, day := b.inv.run.Started.UTC().Date()
	limit := int32(time.Date(y-18, m, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	n := d.After(limit)
	if b.loc.Persons >= 0 {
		n = min(n, b.loc.Persons)
	}
	b.loc.Minors = max(b.loc.Minors, n)
}

// minorsByNIR counts the minors by the year and month of their NIRs, where no column of
// birth dates told.
func (b *builder) minorsByNIR(l *scanner.Location) {
	if b.loc.Minors >= 0 || b.inv.run.Form < scanner.MinorsForm {
		return
	}
	for _, i := range b.used {
		if s := &b.sums[i]; s.kind.row.ID == "nir" && s.matches > 0 {
			b.loc.Minors, _ = atMost(l.Young, s.matches)
			return
		}
	}
}

func dateColumn(e *scanner.Element) DateColumn {
	c := DateColumn{Name: columnName(e.Field), Element: e.Name, Oldest: civil(e.Days.Oldest), Newest: civil(e.Days.Newest)}
	for _, d := range e.Days.Counts {
		c.Days = append(c.Days, DayCount{civil(d.Day), d.N})
	}
	return c
}

func civil(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

// columnName is the last step of a path of fields in lower case, without
// accents, its words joined by "_": the form in which policies name columns.
func columnName(field string) string {
	field = strings.TrimRight(field, "[]*@")
	field = field[strings.LastIndexAny(field, "./")+1:]
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(field) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// findings turns the findings of the location into rows: those of weak candidates
// only where their column made them matches, and none that are reserved to another
// audience.
func (b *builder) findings(yield func(FindingRow, error) bool) {
	if b.found == nil {
		return
	}
	for f, err := range b.found {
		if err != nil {
			yield(FindingRow{}, err)
			return
		}
		row, keep := b.finding(b.of, &f)
		if keep && !yield(row, nil) {
			return
		}
	}
}

func (b *builder) finding(l *scanner.Location, f *scanner.Finding) (FindingRow, bool) {
	at, ok := slices.BinarySearchFunc(l.Cells, f, func(c scanner.Cell, f *scanner.Finding) int {
		return cmp.Or(cmp.Compare(c.Element, f.Element), cmp.Compare(c.Kind, f.Kind))
	})
	if !ok {
		return FindingRow{}, false
	}
	j := &b.judged[at]
	if f.Weak && !j.promoted || b.inv.tax.Reserved(j.kind.cat.ID, b.inv.audience.ID) != nil {
		return FindingRow{}, false
	}
	row := FindingRow{
		Element: f.Element, Detector: string(f.Kind), Score: f.Score, Strength: f.Strength,
		Evidence: f.Why, At: f.At, Len: f.Len, Digest: f.Digest, Subject: f.Subject,
	}
	if j.kind.d != nil && j.kind.d.HideLength {
		row.Len = 0
	}
	if j.promoted {
		row.Score = max(row.Score, j.floor)
		row.Strength = max(row.Strength, min(detectors.StrengthOf(row.Score), j.kind.max()))
		row.Evidence |= detectors.ColumnShare
	}
	return row, true
}

// beside lists the detectors that name an organisation or an establishment and
// assert their category only beside something that concerns a person.
var beside = map[detectors.Kind]struct {
	categories []string
	kinds      []detectors.Kind
}{
	"siret":  {categories: []string{"identity", "contact", "nir"}},
	"siren":  {categories: []string{"identity", "contact", "nir"}},
	"vat_fr": {categories: []string{"identity", "contact", "nir"}},
	"finess": {kinds: []detectors.Kind{"rpps", "adeli", "person_name"}},
}

// asserted returns the categories asserted at the location (taxonomy,
// impact.asserted): by a detector that reaches its min_matches and is probable
// or better, or by several that reach theirs.
func (b *builder) asserted() []string {
	asserted := b.assertedBy(nil)
	return b.assertedBy(asserted)
}

// assertedBy leaves out the detectors of beside, unless what they need is among
// the categories in already or the detectors found here.
func (b *builder) assertedBy(already []string) []string {
	if len(b.used) == 0 {
		return nil
	}
	var out []string
	votes := map[string]int{}
	for _, i := range b.used {
		s := &b.sums[i]
		if s.matches == 0 || s.matches < s.kind.row.MinMatches || !b.stands(s.kind.row.ID, already) {
			continue
		}
		for _, p := range b.parts(s) {
			id := p.cat.ID
			if p.matches < s.kind.row.MinMatches {
				continue
			}
			votes[id]++
			if (s.assertive(b.inv.tax) || votes[id] >= b.inv.tax.Impact.Asserted.Distinct) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// assertive reports whether a sum asserts its category by itself: by its
// strength, or, for a picture, by the document word in its name.
func (s *sum) assertive(tax *taxonomy.Taxonomy) bool {
	return s.kind.row.ID == "image_media" && s.inName || slices.Contains(tax.Impact.Asserted.Strengths, s.strength.String())
}

func (b *builder) stands(k detectors.Kind, already []string) bool {
	need, restricted := beside[k]
	if !restricted {
		return true
	}
	for _, c := range need.categories {
		if slices.Contains(already, c) {
			return true
		}
	}
	for _, i := range b.used {
		if s := &b.sums[i]; s.matches > 0 && slices.Contains(need.kinds, s.kind.row.ID) {
			return true
		}
	}
	return false
}

// lists counts the values of the lists of the register.
func (b *builder) lists(l *scanner.Location) {
	b.loc.Lists = nil
	for i := range l.Lists {
		h := ListHit{List: l.Lists[i].List}
		h.Persons, _ = l.Lists[i].Present.Count()
		h.Absent, _ = l.Lists[i].Absent.Count()
		b.loc.Lists = append(b.loc.Lists, h)
	}
}
