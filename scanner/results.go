package scanner

import (
	"context"
	"encoding/hex"
	"iter"
	"time"

	"recense/detectors"
	"recense/sources"
)

// ID is a keyed identifier of a location: the first 16 bytes of HMAC-SHA-256
// under the installation key (domain/register.md B.5).
type ID [16]byte

// String returns 32 hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Place is one location as every output may show it: all names in it are
// masked, and it holds no content.
type Place struct {
	ID        ID
	Source    string
	URI       string // of the outer location, masked
	Container string // path of members inside it, masked; empty for the outer location
	Masked    bool   // something in URI or Container was replaced by a placeholder
	MediaType string
	Format    string
	Size      int64 // bytes, -1 unknown
	Records   int64 // rows or messages, -1 unknown
	Created   time.Time
	Modified  time.Time
	Owner     string
	Access    string // private, group, everyone_authenticated, world, unknown
	Basis     string // posix, unknown
	Groups    []string
	Flags     []string // recycle_bin, snapshot
	Aliases   []string // masked
	Status    sources.Status
	Detail    sources.Reason
	Files     int64 // of an excluded folder: files and bytes in it
	Bytes     int64
	Read      int64 // bytes of the original that were read
	ReadAt    time.Time
	Sampling  sources.Sampling // when Status is sampled, or a sample was cut short
	// Text is how the columns of running text were sampled, where that is otherwise than the
	// rest, and TextRows how many of their rows were read.
	Text      sources.Sampling
	TextRows  int64
	ContentID []byte // of the source, 16 bytes or nil
	Skips     []Skip // parts that were not read, at most 64 distinct reasons
}

// Skip counts parts of one location that were not read, by reason.
type Skip struct {
	Reason sources.Reason
	Count  int64
	First  sources.Location // masked; Container is empty
}

// Element is a column, a field, a sheet, a page: what a location is made of.
// Text outside any table belongs to an element of its own per Part or page.
type Element struct {
	Index  int32  // position in the location, from 0
	Name   string // "Feuil1!NIR", "clients[*].iban", "p.3": masked
	Part   string // sheet, table: masked
	Field  string // column name, JSON path: masked; empty for text
	Column int32  // from 1; 0 for text
	Page   int32
	Table  bool  // its values are cells; Values and Sample mean something
	Text   bool  // a column of running text: it was sampled as Place.Text says
	Values int64 // non-empty cells
	// Sample are distinct values of the column by keyed hash, with the kinds that
	// matched each as a whole cell: exact below its capacity, then a sample of the
	// distinct values (bottom-k), so that shares are over distinct values.
	Sample Sample
	// Days are the dates of a column that holds dates.
	Days Days
}

// Cell is what one detector found in one element of one location.
type Cell struct {
	Element  int32 // Element.Index
	Kind     detectors.Kind
	Matches  int64              // kept: score 40 and more on their own evidence
	Weak     int64              // candidates under 40, which a column verdict may promote
	Rejected int64              // form right, check wrong
	Whole    int64              // kept or weak ones that fill their cell
	Best     uint8              // highest score among Matches
	Levels   [4]int64           // matches by detectors.Strength
	Why      detectors.Evidence // of all matches together
	Linked   int64              // matches whose record, or the one above it, holds another, identifying one
	Moved    int64              // kept matches whose record holds what changes their category (taxonomy R1 to R3)
	Agreed   int64              // NIRs and dates of one record with the same year and month of birth
	Repaired int64              // cells that are of the kind once repaired: they count only when their column is promoted
	Named    bool               // the column is named after the kind
	Distinct Distinct           // of the normal forms of kept matches and, in tables, of weak ones
}

// Finding is one match, without its value.
type Finding struct {
	Element  int32
	Kind     detectors.Kind
	Score    uint8
	Strength detectors.Strength
	Why      detectors.Evidence
	// Weak findings (score under 40, or repaired, in a table) count only when their
	// column is promoted by its share; the inventory decides.
	Weak   bool
	At     sources.Location // Container empty: it is the place's; names masked
	Len    int32            // bytes; 0 where the length says something
	Digest uint64           // keyed; 0 unless asked for
	// Subject is the keyed identifier of the value (see SubjectID); zero unless asked for.
	Subject [16]byte
}

// Location is a place with all that was found in it, its ranges joined.
type Location struct {
	Place
	Elements []Element // sorted by Index
	Cells    []Cell    // sorted by Element, then Kind
	Lists    []ListHit // of the lists of the scan
	Young    Distinct  // NIRs of persons under 18 by their year and month (see MinorsForm)
}

// Results is a run as the journal gives it back: always in the same order
// (source, path segments bytewise, member), in bounded memory. It may be walked
// several times.
type Results interface {
	Run() Run
	// Walk calls fn for each location in order. findings iterates over the kept
	// findings of that location and is valid, and may be ranged over several
	// times, until fn returns; so is l, but for what it points to. The first error
	// of fn ends the walk.
	Walk(ctx context.Context, fn func(l *Location, findings iter.Seq2[Finding, error]) error) error
}

// Run describes a scan.
type Run struct {
	ID        string // sortable by time: 20261125T031955-3fa9c1
	Started   time.Time
	Ended     time.Time // zero while running or interrupted
	Version   string    // of the program
	Engine    string    // digest of the detectors
	Targets   []Target
	Params    map[string]string // flags that decide what is found; masked
	Coverage  Coverage
	Matches   int64              // kept, before columns are judged
	Own       int64              // left out because they are the organisation's own
	Best      detectors.Strength // highest strength of a match, before columns are judged
	State     string             // running, complete, interrupted, aborted
	Limits    []string           // limits that were reached, fixed codes
	Notes     []string           // what a reader must know: atime not preserved, no cage…
	ExitCode  int
	ExitCodes []int              // all that apply, the one above first
	Timings   map[string]float64 // seconds: list, scan, documents…
	Failures  []SourceFailure
	// Reduced is by how many percent the run saw less than the one before over the same
	// sources, when that is so much that nothing can be taken for gone; else 0.
	Reduced int
	// Base is the run from which unchanged locations were carried on; empty when
	// everything was read. Full is when the last run began that read everything.
	Base string
	Full time.Time
	Form int // of its records in the journal (WireForm)
	// Listed counts the locations that each source listed, and Gone those of the
	// base that are listed no more. Shrunk are sources that listed under 80 % of
	// what they had before: nothing of theirs is taken for gone.
	Listed map[string]int64
	Gone   int64
	Shrunk []string
	// Missed are the witnesses of the register that the run did not detect.
	Missed []string `json:",omitempty"`
}

// Target is one source of a run.
type Target struct {
	Source string // id
	Kind   string // file_share, database, …
	URI    string // masked
}

// SourceFailure says that a source could not be reached at all.
type SourceFailure struct {
	Source string
	Reason sources.Reason
}

// Coverage counts locations by what became of them. The equation
// Discovered = Analysed + Unchanged + Sampled + Excluded + Failed holds by
// construction (domain/register.md H.1).
type Coverage struct {
	ByStatus    map[string]int64 // sources.Status.String → locations (an excluded folder counts its files)
	ByReason    map[string]int64 // status ":" detail, for all but scanned
	NotListable int64
	Bytes       int64 // read
}

// Add counts one location.
func (c *Coverage) Add(p *Place) {
	if c.ByStatus == nil {
		c.ByStatus, c.ByReason = map[string]int64{}, map[string]int64{}
	}
	if p.Status == sources.NotListable {
		c.NotListable++
		return
	}
	n := int64(1)
	if p.Status == sources.Excluded && p.Files > 0 {
		n = p.Files
	}
	c.ByStatus[p.Status.String()] += n
	if p.Status != sources.Scanned {
		c.ByReason[p.Status.String()+":"+string(p.Detail)] += n
	}
	c.Bytes += p.Read
}

// Terms returns the terms of the equation.
func (c *Coverage) Terms() (discovered, analysed, unchanged, sampled, excluded, failed int64) {
	for s, n := range c.ByStatus {
		discovered += n
		switch sources.Status(s) {
		case "scanned":
			analysed += n
		case sources.Unchanged:
			unchanged += n
		case sources.Sampled:
			sampled += n
		case sources.Excluded, sources.PrivateMarked, sources.Offline:
			excluded += n
		default:
			failed += n
		}
	}
	return
}
