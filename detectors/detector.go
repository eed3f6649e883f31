// Package detectors finds personal data in bytes.
//
// It is the performance-critical core of recense and knows nothing of files,
// tables or reports: text in, matches out. A detector is a struct value in a
// file of its own, named in the one list of table.go. All detectors run in a
// single pass over the text (see engine.go): windows of 64 bytes are classified
// into byte-class masks, shapes select the few positions worth looking at, and
// Verify decides there. No regular expression, no allocation per byte or match.
//
// What the package does not do: it never keeps, logs or returns a value it has
// read. A Match says what was found, where and why, never what it reads.
package detectors

// Kind is the stable identifier of a detector, as in domain/taxonomy.yaml.
type Kind string

// Strength is what a score is worth to a reader of the inventory.
type Strength uint8

// Thresholds of the scores, 0 to 100.
const (
	ScorePossible = 40 // below, a candidate is counted and not kept
	ScoreProbable = 65
	ScoreVerified = 85
)

// The strengths, weakest first.
const (
	Weak Strength = iota // below ScorePossible: not reported
	Possible
	Probable
	Verified
)

// StrengthOf returns the strength of a score.
func StrengthOf(score uint8) Strength {
	switch {
	case score >= ScoreVerified:
		return Verified
	case score >= ScoreProbable:
		return Probable
	case score >= ScorePossible:
		return Possible
	}
	return Weak
}

// String returns the identifier used in every output.
func (s Strength) String() string {
	return [...]string{"weak", "possible", "probable", "verified"}[s&3]
}

// Evidence is the set of reasons behind a score.
type Evidence uint16

// The reasons, in the order in which they are written.
const (
	Structure   Evidence = 1 << iota // form, lengths, ranges
	Key                              // check digit or check key
	Listed                           // present in an official list
	ContextWord                      // a word near it
	ColumnName                       // the name of its column or field
	ColumnShare                      // the share of its column
	Linked                           // another match in the same record
)

var evidenceNames = [...]string{"structure", "key", "list", "context_word", "column_name", "column_share", "linked"}

// Names returns the identifiers of the reasons in e, in their fixed order.
func (e Evidence) Names() []string {
	var names []string
	for i, n := range evidenceNames {
		if e&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Outcome is what Verify decides about one position.
type Outcome uint8

const (
	// None: nothing of this kind here.
	None Outcome = iota
	// Rejected: the form is right and the check is wrong (a bad key): counted,
	// never reported. Only detectors with a check return it.
	Rejected
	// Accepted: a candidate, with the score it has on its own.
	Accepted
)

// Span is the verdict of Verify: where the candidate lies and what it is worth.
// Start and End are offsets in the text given to Verify, End exclusive.
type Span struct {
	Start, End int32
	Verdict
}

// Verdict is what a candidate is worth. It is a part of Span because the compiler
// keeps structs of at most four fields in registers, and a Span goes through
// several functions before it is used.
type Verdict struct {
	Outcome Outcome
	Score   uint8    // alone, without any context
	Raised  uint8    // with a context word, a column name or a neighbour of Near
	Why     Evidence // Structure, Key; the engine adds the rest
}

// Detector describes one kind. Values are immutable once in the list.
//
// A position is offered to a detector in one of four ways, and a detector may
// use all of them: Runs and Shape below, Anchors (literals) and Cell (whole cells
// of a column that is named after it).
//
//   - Runs: a bare run of exactly n ASCII digits, n in Runs, whose neighbours
//     are neither ASCII letters, digits nor '_'. The engine measures the run
//     once for all detectors and calls Run(text, at, n).
//   - Shape: a bit for every position of a window that may begin a candidate
//     (see Window). The engine calls Verify(text, at) there.
//
// A vocabulary has Terms instead and is described there.
//
// Both functions are pure and safe for concurrent use, allocate nothing, keep
// no reference to text, and accept any bytes. They must decide by themselves:
// Verify called at every offset of a text gives the same spans as Verify called
// where Shape asked (a test holds them equal), so Verify starts by testing what
// Shape promised. They look at no byte further than Before in front of at and
// After behind it; text shorter than that ends there, as at the edge of a file.
type Detector struct {
	Kind Kind
	// Doc is for people: the first line is a title in French / English, the rest
	// states the rule and its source (decree, ISO part, ANS, CNAM).
	Doc string
	// Max is the highest strength the detector may reach (domain/taxonomy.yaml).
	Max Strength

	Runs []int
	Run  func(text []byte, at, n int) Span
	// Heads says whether a run of n digits, n in Runs, that begins with the digits
	// a and b (0 to 9) may be anything at all: where it says no, Run returns None.
	// nil means always. It spares calls of Run.
	Heads func(n int, a, b byte) bool
	Shape func(w *Window) uint64
	// Verify is called where Shape asks.
	Verify func(text []byte, at int) Span
	// Anchors are literals of 3 to 8 bytes without capitals, where Verify
	// is called as well, at their first byte, whatever the case of the letters, but
	// for a small letter behind a letter: Verify refuses that one (midWord).
	Anchors []string
	// Capitals calls Verify where two words begin with a capital, at the first.
	Capitals bool
	// Cell decides on the whole text of a cell, never empty, whose column Columns
	// names: for values that no shape tells, such as passwords.
	Cell          func(cell []byte) Span
	Before, After int

	// Context are words that raise the score when they stand near: single words,
	// lower case, without accents ("securite"); plural s is folded by the engine.
	// Against are words that lower it; one does not count when another
	// sentence, line or label begins behind it with a word of Context.
	// With words of both sorts near, a candidate is lowered, but not below what it is
	// worth alone.
	Context, Against []string
	// Window is how far in front of the candidate, in bytes, a context word
	// counts. 0 means 96. Behind it, words count up to 24 bytes on the same line.
	Window int
	// Near are kinds whose presence within 160 bytes counts as a context word.
	Near []Kind
	// Columns are names of columns and fields, as sequences of words in lower case
	// without accents, separated by one space ("num secu"). A column matches when
	// the words of its own name contain the sequence.
	Columns []string
	// NotColumns are names of columns that are none of the kind, whatever Columns
	// says: "nom" is a person's, "nom fichier" is not. Of a path with slashes they
	// concern the last two steps.
	NotColumns []string
	// Parts are names of columns that hold a part of the value only: with the column
	// beside it that holds the other one, each row is one match of a Cells detector.
	Parts []string

	// Terms make the detector a vocabulary, without Runs, Shape and Context: words
	// and phrases that tell of the category, in lower case without accents, the
	// words of a phrase separated by one space (an apostrophe or a hyphen is one).
	// Plurals are folded, and feminines of terms of one word. A word of up to three
	// letters counts in capitals only. Terms count beside a person (see
	// vocabulary_scan.go); Not are phrases in which a term means nothing
	// ("assurance maladie"). Columns name columns of which every value counts.
	Terms, Not []string

	// Normal appends the normal form of a matched value, the same for every way
	// of writing it, to dst. It serves keyed digests and lists of official codes.
	// raw is text[Start:End] of an accepted Span. It returns dst unchanged when
	// there is no normal form.
	Normal func(dst, raw []byte) []byte

	// Placeholder replaces the value in names and paths: "[NIR]".
	Placeholder string
	// HideLength says that the length of a value tells something about it.
	HideLength bool
	// Cells says that a match may go from one cell into the next of the same row
	// (a NIR and its key in two columns).
	Cells bool
}

// Match is one detection. It holds no value: offsets into the chunk that was
// scanned, the detector, the score and the reasons.
type Match struct {
	Detector   *Detector
	Start, End int // offsets in Chunk.Data, End exclusive
	Score      uint8
	Why        Evidence
	Field      int32 // index in Chunk.Fields, -1 for plain text
}

// Strength returns the strength of the match, never above the detector's Max.
func (m Match) Strength() Strength { return min(StrengthOf(m.Score), m.Detector.Max) }

// Chunk is a piece of text to scan. Data[From:To] is its core: matches whose
// first byte lies there are reported, the bytes around are for looking only.
// Where the text goes on beyond Data, the margins must be at least
// Engine.Margin bytes long; then the matches do not depend on where chunks end.
type Chunk struct {
	Data     []byte
	From, To int
	// Starts and Ends are the cells of a table, sorted; empty for plain text.
	// Columns[i] is the index in Names of the column of cell i, -1 for none.
	Starts, Ends, Columns []int32
	// Names says what the names of the columns tell: one value per column, from
	// Engine.Column.
	Names []Column
}
