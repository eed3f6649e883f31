package inventory

import (
	"iter"
	"time"

	"recense/detectors"
	"recense/report/words"
	"recense/scanner"
	"recense/sources"
)

// Unknown stands for null in the nullable integer columns, which never hold a
// negative number. A nullable text is null when empty, a time when zero.
const Unknown = -1

// LocationRow is a row of the table locations (domain/register.md B.2), without
// the identifier of the run. All names in it are masked, and cut where the
// audience asks for it.
type LocationRow struct {
	ID         scanner.ID
	Source     string
	SourceKind string
	URI        string // source URI, path, members
	Path       string // below the source, members behind "!/"; not a column
	// Cut says that only the first Visible segments of Path are for every reader
	// (domain/register.md F.3).
	Cut         bool
	Visible     int
	Masked      bool
	Container   string // URI of the archive or mailbox that holds it; null
	MediaType   string
	Format      string // what read it: csv, pdf…; not a column
	Size        int64  // null
	Records     int64  // null
	ContentID   []byte // 16 bytes or nil for null
	Created     time.Time
	Modified    time.Time
	Owner       string // null
	Access      string
	Basis       string
	Groups      []string // at most 32
	Readers     int64    // null
	Country     string   // null; from the register
	Environment string
	Status      sources.Status
	Detail      sources.Reason // null
	Flags       []string
	Aliases     []string // at most 16
	Read        int64
	RecordsRead int64 // null
	// Sampling is how a part was chosen to be read; its Method is empty when all was.
	Sampling sources.Sampling
	// Missed bounds from above, at 95 %, the rows with a value of a kind of which
	// none was read; null when all was read.
	Missed int64
	// Text is how columns of running text were sampled, where that is otherwise; its Method is
	// empty when it is not. TextRows of them were read; TextMissed is their Missed, 0 when all
	// were.
	Text                 sources.Sampling
	TextRows, TextMissed int64
	Persons              int64 // null
	PersonsEstimate      bool
	Minors               int64 // null
	Subjects             []string
	Impact               string // null: not assessed
	ImpactRank           int8   // -1 with a null Impact
	ImpactRules          []string
	Processings          []string
	FirstSeen            time.Time
	ScannedAt            time.Time
	ReadAt               time.Time // null

	// Outer and Member are the two parts of URI, for documents that keep them
	// apart. Member is empty when the location is cut or is not inside another.
	Outer, Member string
	// Witness says that the location is a planted one, left out of every count.
	Witness bool
	// Files and Bytes count the content of an excluded folder.
	Files, Bytes int64
	// Skips are the parts that were not read.
	Skips []scanner.Skip
}

// Sample is what documents say of how l was sampled.
func (l *LocationRow) Sample() *words.Sample {
	return &words.Sample{All: l.Sampling, Text: l.Text, Rows: l.RecordsRead, Missed: l.Missed, TextRows: l.TextRows, TextMissed: l.TextMissed}
}

// InventoryRow is a row of the table inventory (B.1), without the columns that
// it shares with its location.
type InventoryRow struct {
	Category         string
	Detector         string
	Version          uint16
	Strength         detectors.Strength
	Asserted         bool
	Matches          int64
	Rejected         int64
	Distinct         int64 // null
	DistinctEstimate bool
	Elements         []string // at most 64, sorted
	ElementCount     int32
	Oldest, Newest   time.Time // null
	DateBasis        string    // null
	Art9, NIR        bool
	Severity         string // default severity of the category
}

// The verdicts of an element: what it is, what it contains.
const (
	Is       = "is"
	Contains = "contains"
	None     = "none"
)

// ElementRow is a row of the table elements (B.6).
type ElementRow struct {
	Index            int32
	Name             string // empty where the audience may not read it
	Detector         string
	Values           int64 // null for free text
	Matches          int64
	Rejected         int64
	Distinct         int64 // null
	DistinctEstimate bool
	Share            float64 // of distinct values; null when negative
	Verdict          string
	// Strength of the best evidence kept. A row without any match (verdict none)
	// has no evidence; the closed list has no word for that and it reads possible.
	Strength detectors.Strength
	Evidence detectors.Evidence
	Linked   int64 // null
	RowsRead int64 // null
	// Sampling is how the rows were chosen that were read of this element; its Method is
	// empty when all were. Missed bounds from above, at 95 %, the matching rows that a
	// sample did not show; null when all was read.
	Sampling sources.Sampling
	Missed   int64

	// Not columns of the table: Sampled is how many distinct values Share is over;
	// Repaired how many matches are values that a spreadsheet damaged and that could
	// be told again (lost zeros, days); AtMost bounds the matches from above: with
	// candidates that were refused.
	Sampled, Repaired, AtMost int64
}

// FindingRow is a row of the table findings (B.7).
type FindingRow struct {
	Element  int32
	Detector string
	Score    uint8
	Strength detectors.Strength
	Evidence detectors.Evidence
	At       sources.Location
	Len      int32
	Digest   uint64 // 0: none
	Subject  [16]byte
}

// Location is one location with its rows, as the audience of the inventory may
// read them. It and all it holds are valid until the function given to Walk
// returns.
type Location struct {
	LocationRow
	Inventory []InventoryRow // sorted by category, detector
	Elements  []ElementRow   // sorted by index, detector
	Dates     []DateColumn   // what retention is counted from
	Lists     []ListHit
	Verdicts  []Verdict // given by Options.Assess, in the order of domain/register.md C.2

	findings iter.Seq2[FindingRow, error]
}

// Findings iterates over the findings kept, in the order of the location. It
// may be ranged over several times.
func (l *Location) Findings() iter.Seq2[FindingRow, error] { return l.findings }
