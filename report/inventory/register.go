package inventory

import (
	"time"

	"recense/scanner"
)

// DateColumn is a column of dates: when the records of a location began.
type DateColumn struct {
	Name           string // normalised: lower case, no accents, words joined by "_"
	Element        string
	Oldest, Newest time.Time // civil days
	Days           []DayCount
}

// DayCount is how many records have a date on a day. Days are sorted.
type DayCount struct {
	Day     time.Time
	Records int64
}

// Before counts the records dated before day.
func (c *DateColumn) Before(day time.Time) (n int64) {
	for _, d := range c.Days {
		if !d.Day.Before(day) {
			break
		}
		n += d.Records
	}
	return n
}

// ListHit says how many values of a list of the register stand in a location.
type ListHit struct {
	List    string
	Persons int64
	// Absent counts the values of its kind that are not in a list of consents.
	Absent int64
}

// Verdict is a row of the table verdicts (domain/register.md B.3).
type Verdict struct {
	ID           [16]byte
	Location     scanner.ID
	URI          string
	Category     string // null: about the whole location
	Kind         string
	Status       string
	Severity     string // null with Kind declared
	SeverityRank int8   // -1 with a null Severity
	Priority     int8   // 1 to 4 of a gap, 0 for null
	Processing   string // null
	Rule         string // null
	Certainty    string
	Start, Limit time.Time // null when zero
	DaysOver     int32     // Unknown for null
	RecordsOver  int64     // Unknown for null
	Count        int64     // Unknown for null
	FR, EN       string
	State        string
	FirstSeen    time.Time
	Exception    string // null
	Decision     string // null
	DueOn        time.Time

	// Keeping says how the limit was worked out; no column of the table. Nil: none.
	Keeping *Keeping
}

// Keeping is the retention rule behind a verdict, in French and English.
type Keeping struct {
	Duration, Event, Basis, Action [2]string
}

// Processing is what documents show of a processing of the register.
type Processing struct {
	Ref, Name, Owner, Purpose string
	LegalBasis, Declared      []string // ids
	Medical, NIRAllowed       bool
	DPIADone                  bool // the impact assessment (AIPD) was made
}

// Decision is what documents show of an exception of the register.
type Decision struct {
	Reason, By, Comment string
	Until               time.Time // zero: without end
}

// Register is the comparison with a register of processings, as documents ask
// for it.
type Register struct {
	Processings    []Processing
	Policy, Digest string              // SHA-256 of the policy and of the register, 64 hexadecimal digits
	Rest           func() []Verdict    // those about sources and processings, sorted
	Earlier        bool                // an earlier run was compared: states say what changed
	Decisions      map[string]Decision // by Verdict.Exception
	// URIs are what the register calls its sources, by name. A location reads the
	// register's URI and its path, wherever the source was mounted for the scan.
	URIs map[string]string
}

// Register returns the register in force, nil without one.
func (inv *Inventory) Register() *Register { return inv.register }

// Gaps counts the verdicts of a run.
type Gaps struct {
	Priority  [5]int64 // gaps by priority, 1 to 4
	ToConfirm int64
	// New counts gaps that the run before did not give, those that came back
	// among them; Settled those that this one no longer gives.
	New, Settled int64
}

func (g *Gaps) add(verdicts []Verdict) {
	for i := range verdicts {
		v := &verdicts[i]
		switch v.Status {
		case "gap":
			g.Priority[v.Priority]++
			if v.State != "persisting" {
				g.New++
			}
		case "to_confirm":
			g.ToConfirm++
		}
		if v.State == "resolved" {
			g.Settled++
		}
	}
}

// Gaps returns what the last complete Walk counted.
func (inv *Inventory) Gaps() Gaps { return inv.gaps }
