// Package sources says what a place that holds data looks like to recense:
// units of work, chunks of text, locations. It holds types only and imports the
// standard library alone; the walker of file shares is sources/files, the
// readers of databases are sources/databases.
//
// The path of data: a Source lists Units; Read opens one and gives its text to
// a Sink, location by location, chunk by chunk. Sources never see detectors,
// and the Sink never opens anything.
package sources

import (
	"context"
	"io"
	"iter"
	"time"
)

// Unit is a piece of work that one worker does from start to end: a file, a
// range of a large text file, a batch of rows. It is plain data and travels
// over a pipe.
type Unit struct {
	Source  string    // Name of the Source
	ID      string    // keyed identifier (32 hexadecimal digits) of the location, equal for all ranges of one file
	Index   int32     // 0, 1, 2… among the ranges of one location
	Count   int32     // number of ranges; 1 for a whole location
	Range   string    // opaque to everyone but the source: bounds, header, dialect, encoding
	Version string    // changes whenever the content may have (size, mtime, ctime, inode)
	Path    string    // the real place, relative to the source; for Read only: never journaled, logged or written
	Size    int64     // bytes to be read
	ModTime time.Time // of the whole location
	// Device tells the file systems of a source apart; 0 where there is one or none.
	// Like Fresh it stays with whoever lists.
	Device uint64
	// Fresh is the latest of the times that Version is made of; zero when Version
	// proves nothing from one run to the next. It stays with whoever lists.
	Fresh time.Time
	// Meta is the outer location as the listing sees it (owner, access, flags…).
	// Its names are real; the scanner masks them before they go anywhere.
	Meta Place
}

// Source is one place that holds data. Implementations are plain sequential
// code; only the scanner starts goroutines.
type Source interface {
	// Name returns the source id of the register, or one made from its kind.
	Name() string
	// Units lists the work, in a stable order. An error beside a Unit concerns
	// that one (a folder that cannot be listed is a Unit whose Meta.Status says
	// so); the listing goes on. It is called once, by one goroutine.
	Units(ctx context.Context) iter.Seq2[Unit, error]
	// Read reads one unit into out. It may be called by several goroutines, and
	// in another process than Units. No goroutine outlives the call. It returns
	// an error only when out or ctx did: whatever is wrong with the data is told
	// to out (Close with a status, Skip with a reason).
	Read(ctx context.Context, u Unit, out Sink) error
}

// Stepper is a Source that counts what its listing does, so that whoever waits for it
// sees that it moves. Steps may be called while Units runs.
type Stepper interface{ Steps() int64 }

// Needs is what reading the units of a Source needs of the system. A worker process
// is held to it where the kernel can.
type Needs struct {
	Paths   []string // folders and files that are read, with all beneath them
	Network bool     // servers are connected to
	Ports   []uint16 // by TCP, when they are known; none means any
}

// Confined is a Source that says what Read needs.
type Confined interface{ Needs() Needs }

// Solitary is a Source that can be told that nothing in its process but the reading has to
// go on while it waits for the system: somebody outside ends the process when it waits too
// long. Its calls then keep the thread, without asking the runtime. It is told once, before
// the first Read.
type Solitary interface{ Alone() }

// Guarded is a Source of which even the listing reads content, such as a database that is
// a file. ListInWorker tells whether it has to be done where Read is.
type Guarded interface{ ListInWorker() bool }

// Sink receives what a Source reads. All methods are called from the goroutine
// of Read. Locations nest: a member is opened while its container is open, and
// Chunk, Evidence and Skip concern the innermost open one.
type Sink interface {
	// Open begins a location. p.Container says where it is inside the unit.
	Open(p Place) error
	// Chunk hands over text. c and all it holds are valid until Chunk returns.
	Chunk(c *Chunk) error
	// Evidence tells a structural fact: a kind of the taxonomy that the format
	// itself proves (noemie, audio_media), at a place.
	Evidence(kind string, at Location) error
	// Skip tells that a part was not read, and why. The location becomes partial
	// unless Close says worse.
	Skip(at Location, reason Reason) error
	// Close ends the innermost open location.
	Close(r Result) error
}

// LentChunks is how many chunks a Borrower keeps at most when Lend returns.
const LentChunks = 6

// Borrower is a Sink that counts what is in some chunks while it looks through the next
// ones. Its methods are called from the goroutine of Read.
type Borrower interface {
	// Lend is Chunk for a chunk that stays as it is until returned is called: within Lend,
	// or within a later call of a method of the Sink. When Lend fails it may never be.
	Lend(c *Chunk, returned func()) error
	// Settle returns when all that was lent is counted and returned. Every other method
	// of the Sink does so first.
	Settle() error
}

// Noter is a Sink that passes on what a reader of the results must know while a unit is
// read, as a fixed code; told again and again, it shows that the reader is alive.
type Noter interface{ Note(code string) }

// What a reader of databases tells.
const (
	ReplicaLag Reason = "replica_lag" // copies of the server fell behind: reading waited
	ServerBusy Reason = "server_busy" // the server had much to do, or took nobody: reading waited
)

// Output is what a Format writes to: the walker, which passes text on to the
// Sink and alone decides about members.
type Output interface {
	Chunk(c *Chunk) error
	Evidence(kind string, at Location) error
	Skip(at Location, reason Reason) error
	// Member hands an inner file to the walker. It returns nil when the member
	// was refused (depth, count, size): the walker has recorded why.
	Member(m Member) error
	// Limits are those in force for this location.
	Limits() Limits
}

// Recogniser gives the text that pictures show (OCR). Its methods are called from
// the goroutine of Read.
type Recogniser interface {
	// Recognise reads one page, from 0, of picture: a whole file of any form, at
	// most MaxPicture bytes. text is UTF-8, empty when no words were seen, and valid until
	// the next call. reason says why it may not be all: "" when it is.
	Recognise(ctx context.Context, picture []byte, page int) (text []byte, reason Reason)
}

// MaxPicture bounds what a Recogniser is given, in bytes.
const MaxPicture = 64 << 20

// RecognisedPart is the Part of text that was recognised in a picture.
const RecognisedPart = "ocr"

// RecogniserOf returns the Recogniser of an Output, nil where none was asked for.
func RecogniserOf(out Output) Recogniser {
	if r, ok := out.(interface{ Recogniser() Recogniser }); ok {
		return r.Recogniser()
	}
	return nil
}

// Member is a file inside another: an archive entry, an attachment.
type Member struct {
	Name    string // as the container writes it, any bytes
	Size    int64  // declared, -1 when unknown
	ModTime time.Time
	Reader  io.Reader // valid until Member returns; nil when it cannot be opened
	// Read gives the content of a member that is no file, in place of Reader: a
	// table of a database. It writes to the Output it is handed and returns what
	// Format.Read returns.
	Read     func(out Output) (Result, error)
	Status   Status // set when it cannot be opened: encrypted, unsupported…
	Detail   Reason // beside Status
	Embedded bool   // a part of a document rather than an entry of an archive
}

// Place describes one location: a file, an archive member, a message, a table.
// Names in it are real: the scanner masks them before they leave the worker.
type Place struct {
	ID        string // keyed identifier of the outer location; the scanner derives those of members
	Container string // path of members inside the outer location ("a.csv", "in.zip!/b.csv"); empty for the outer one
	URI       string // of the outer location
	MediaType string
	Format    string // name of the Format that read it
	Size      int64  // bytes, -1 when unknown
	Created   time.Time
	Modified  time.Time
	Owner     string
	Access    string   // private, group, everyone_authenticated, world, unknown
	Basis     string   // posix, … unknown
	Groups    []string // names of groups that can read
	Flags     []string // recycle_bin, snapshot
	Aliases   []string // other paths of the same file
	Files     int64    // for an excluded folder: files and bytes in it, when counted
	Bytes     int64
	Status    Status // final when the listing already decided (excluded, offline…)
	Detail    Reason
}

// Result ends a location.
type Result struct {
	Status  Status // Scanned when zero
	Detail  Reason
	Bytes   int64 // bytes of the original that were read
	Records int64 // rows or messages, -1 when unknown
	Lines   int64 // line ends read, so that ranges can be joined; 0 when lines mean nothing
	// Sampling says how the rows were chosen that were read, when Status is Sampled.
	Sampling Sampling
	// Container says that the location is an archive and nothing but its members,
	// all of them opened as locations of their own: they are counted, it is not.
	// The walker sets it.
	Container bool
	// MediaType and Format replace those of Open when the content told more.
	MediaType, Format string
	// ContentID is a keyed identifier of the whole content; zero when none was made.
	// Equal contents have equal ones, whatever their names.
	ContentID [16]byte
}

// Sampling says how a part of a location was chosen to be read.
type Sampling struct {
	Method   string  // blocks, windows, documents; whole: all of it, of running text
	Fraction float64 // of the location that was read, as planned
	Seed     int64   // the same seed chooses the same rows of the same table
	// Cluster is how many rows were chosen together, about: rows are not drawn one
	// by one, so what can have been missed is counted in clusters.
	Cluster int64
	Total   int64 // rows of the whole, an estimate; -1 when unknown
	// Text says that this range holds the columns of running text, of which more rows are
	// read than of the others: its rows are no further ones.
	Text bool
}

// WholeText is the Method of Sampling of columns of running text of which all rows are
// read while the other columns are sampled.
const WholeText = "whole"

// Status is what became of a location (domain/register.md B.2).
type Status string

// The statuses. Scanned is the zero value of Result and Place: "".
const (
	Scanned       Status = ""
	Unchanged     Status = "unchanged"
	Sampled       Status = "sampled"
	Partial       Status = "partial"
	Filtered      Status = "filtered"
	Encrypted     Status = "encrypted"
	Unreadable    Status = "unreadable"
	Unsupported   Status = "unsupported"
	TooLarge      Status = "too_large"
	Failed        Status = "error"
	Offline       Status = "offline"
	Excluded      Status = "excluded"
	PrivateMarked Status = "private_marked"
	NotListable   Status = "not_listable"
)

// String returns the identifier used in outputs; "scanned" for the zero value.
func (s Status) String() string {
	if s == Scanned {
		return "scanned"
	}
	return string(s)
}

// Reason is a fixed code that says why something was not read. Reasons never
// quote content.
type Reason string

// The reasons. A reason is also the Detail of a Result.
const (
	PermissionDenied  Reason = "permission_denied"
	Corrupt           Reason = "corrupt"
	Empty             Reason = "empty" // a file of no bytes, whatever its name promises
	Truncated         Reason = "truncated"
	TimedOut          Reason = "timeout"
	OutOfMemory       Reason = "memory_limit"
	WorkerCrashed     Reason = "worker_crashed"
	PasswordProtected Reason = "password_protected"
	NoTextLayer       Reason = "no_text_layer"
	BackupFile        Reason = "backup_file"
	UnknownFormat     Reason = "unknown_format"
	UnknownMethod     Reason = "unknown_method" // of a known format: packed, filtered or coded in a way that is not
	MissingPart       Reason = "missing_part"   // the content lies in another file: a volume of a split archive, a file that a thin one names
	WrongExtension    Reason = "wrong_extension"
	DepthLimit        Reason = "depth_limit"
	MembersLimit      Reason = "members_limit"
	RatioLimit        Reason = "ratio_limit"
	SizeLimit         Reason = "size_limit"
	FieldsLimit       Reason = "fields_limit"
	FindingsLimit     Reason = "findings_limit"
	Vanished          Reason = "vanished"
	Changed           Reason = "changed_while_read"
	IOError           Reason = "io_error"
	UnsafeName        Reason = "unsafe_name"
	Special           Reason = "special_file"
	ByPattern         Reason = "pattern"
	SnapshotFolder    Reason = "snapshot"
	SymlinkSkipped    Reason = "symlink"
	OtherFileSystem   Reason = "other_file_system"
	// MediaContent: sound, film or a picture, counted and not read.
	MediaContent Reason = "media_content"
	// DamagedNumbers: a spreadsheet wrote long identifiers as powers of ten
	// ("2,84E+14"): their last digits are lost, no value is made up for them.
	DamagedNumbers Reason = "damaged_numbers"
	// The reasons of databases.
	RowSecurity     Reason = "row_security"     // the engine hides rows from this account
	MaskedValues    Reason = "masked_values"    // the engine shows this account other values than are stored
	EncryptedValues Reason = "encrypted_values" // the engine stores what only its clients can read
	RightsUnknown   Reason = "rights_unknown"   // whether the engine hides something cannot be seen
	View            Reason = "view"             // shows what tables hold; not executed
	ForeignTable    Reason = "foreign_table"    // its rows are on another server
	TemporaryTable  Reason = "temporary_table"  // of another session
	LockTimeout     Reason = "lock_timeout"
	ConnectionLost  Reason = "connection_lost"
	Unreachable     Reason = "unreachable"   // no connection could be made
	NotVerified     Reason = "not_verified"  // the server did not prove who it is
	InvalidValue    Reason = "invalid_value" // the engine itself cannot give it
	LargeObjects    Reason = "large_objects" // stored outside tables
)

// Table is what a format knows about the columns of the cells it gives. It
// grows while a table is read (JSON paths appear one by one) and never shrinks;
// at most Limits.Fields columns, the last one then takes the overflow.
type Table struct {
	Columns []Column
}

// Column is a column, a field, a path. Index in Table.Columns identifies it.
type Column struct {
	Name string // as the container writes it: header, JSON path with * for indices, rubric; empty when it has none
	// Label says in plain words what the format's specification knows of the
	// column ("nir", "date de naissance", "iban"): evidence beside the name.
	Label string
	// Header says that the name comes from the first row of the table, which is
	// not given among the cells; the rows that are given begin with Row 2. The
	// scanner treats the names as data when they prove to hold values. It is set
	// in every range of a file.
	Header bool
	// Text says that the column is one of running text, of which other ranges of a sampled
	// table hold more rows than of the rest; Aside, that it is counted there: here its
	// cells only stand beside those of other columns.
	Text, Aside bool
}

// Chunk is a piece of text. Data[From:To] is its core: each byte of a text is
// in the core of exactly one chunk, in order. Data outside the core repeats
// what stands before and after, at least Limits.Margin bytes where there is as
// much, so that a match across an edge is seen whole once. Text is UTF-8, or
// single bytes of a Latin code page where Latin is set.
//
// A chunk of cells holds whole cells in its core and needs no margin: every
// cell is a text of its own and cells are separated by at least one byte that
// belongs to none.
type Chunk struct {
	Data     []byte
	From, To int
	Part     string // sheet, table, part of a document; empty when there is none
	Page     int32  // from 1; 0 when there are none
	Table    *Table // nil for plain text
	Fields   Fields // the cells, sorted by Start; empty for plain text
	// Width is the record length in bytes when the text is made of fixed-width
	// records, line ends included; 0 otherwise. The scanner then looks for columns.
	Width   int
	Locator Locator // nil when offsets mean nothing in the original
}

// Fields are the cells of a chunk, one element of each slice per cell.
type Fields struct {
	Start, End []int32 // offsets in Data of the content, without quotes or separators
	Column     []int32 // index in Table.Columns
	Row        []int64 // row of the table from 1 (header included), relative to the unit
}

// Len returns the number of cells.
func (f *Fields) Len() int { return len(f.Start) }

// Reset empties f and keeps its memory.
func (f *Fields) Reset() {
	f.Start, f.End, f.Column, f.Row = f.Start[:0], f.End[:0], f.Column[:0], f.Row[:0]
}

// Add appends a cell.
func (f *Fields) Add(start, end int, column int, row int64) {
	f.Start = append(f.Start, int32(start))
	f.End = append(f.End, int32(end))
	f.Column = append(f.Column, int32(column))
	f.Row = append(f.Row, row)
}

// Locator turns an offset in a chunk into a place in the original. It is called
// for findings only, in rising order of at within a chunk, while the chunk is
// valid.
type Locator interface {
	// Locate returns the place of Data[at]. Only Line, Byte, Page, Row, Column and
	// Key need to be set; the scanner fills in the rest from the chunk.
	Locate(at int) Location
}

// Location is a place, precise enough for a person to open it and a program to
// read it again. It is comparable. Row, Column, Line and Page count from 1; 0
// means not applicable. Byte is the offset in the original bytes of the
// innermost readable container, -1 where none exists.
type Location struct {
	Container string // members inside the outer location
	Part      string // sheet, table, part
	Field     string // column name, JSON path
	Key       string // names of the primary key's columns and a keyed digest
	Page      int32
	Column    int32
	Row       int64
	Line      int64
	Byte      int64
}

// KeyMark stands in Location.Key between the names of the key's columns and the
// keyed digest of their values.
const KeyMark = "#"

// KeyValue stands between the name of a key's column and its value, in the keys whose
// values may be shown; both are then escaped as in the query of a URL.
const KeyValue = "="

// NameField is the Location.Field of a fact that the name of a location proves.
const NameField = "(nom)"

// Limits bound what one unit may cost. The zero value means the defaults.
type Limits struct {
	Depth    int           // of members in members: 5
	Members  int64         // of one outer file: 1,000,000
	Ratio    int64         // of expansion, once RatioFrom bytes came out: 200
	RatioMin int64         // 10 MiB
	MaxSize  int64         // bytes of one outer file; 0 = no limit
	Fields   int           // of one unit: 4,096
	Stall    time.Duration // without progress: 60 s
	PerUnit  time.Duration // in all: 10 s, plus PerMiB for each MiB
	PerMiB   time.Duration // 1 s
	Memory   int64         // of a worker, bytes: 512 MiB
	Margin   int           // of chunks, bytes: what the detection engine asks for
	InMemory int64         // a member held in memory because its format needs random access: 64 MiB
	Range    int64         // a larger text file is split into ranges of about this size, bytes: 32 MiB
}

// Defaults returns l with its zero fields replaced by the defaults.
func (l Limits) Defaults() Limits {
	def := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	if l.Depth == 0 {
		l.Depth = 5
	}
	def(&l.Members, 1_000_000)
	def(&l.Ratio, 200)
	def(&l.RatioMin, 10<<20)
	def(&l.Memory, 512<<20)
	def(&l.Range, 32<<20)
	def(&l.InMemory, 64<<20)
	if l.Fields == 0 {
		l.Fields = 4096
	}
	if l.Stall == 0 {
		l.Stall = 60 * time.Second
	}
	if l.PerUnit == 0 {
		l.PerUnit = 10 * time.Second
	}
	if l.PerMiB == 0 {
		l.PerMiB = time.Second
	}
	if l.Margin == 0 {
		l.Margin = 1024
	}
	return l
}

// Input is an open file or member.
type Input struct {
	Name   string    // last element, for its extension and for formats that carry no name
	Size   int64     // bytes, -1 when unknown
	Head   []byte    // the first bytes, at most 64 KiB; Read may change them
	Whole  bool      // Head is all there is
	Reader io.Reader // from the first byte on, Head included
	// At is not nil when the input can be read at any offset (a file, or a member
	// small enough to be held in memory under the common budget).
	At io.ReaderAt
	// Beside opens the file of that name in the folder of a file, until Read returns; nil
	// and 0 when there is none. It is nil where there is no folder (members, values).
	Beside func(name string) (at io.ReaderAt, size int64)
	// Range is that of the unit when a part of a file is to be read; empty for the
	// whole. Only formats with Ranges see it, always with At. It reads "a-b", the
	// offsets of the first byte and behind the last.
	Range string
}

// Format reads one kind of file. Formats are values in the list of
// sources/files/formats.go.
type Format struct {
	Name       string // "csv"
	Doc        string // first line: a title; then the standard followed and what is left out
	MediaType  string
	Extensions []string // lower case, with the dot; a hint only
	// Sniff reports whether head, the first bytes (at most 64 KiB), looks like this
	// format. size is that of the input, -1 when unknown.
	Sniff func(head []byte, name string, size int64) bool
	// Read reads in. An error that is a *FormatError says what the format could
	// not read; any other one comes from out or ctx and is returned as it is.
	Read func(ctx context.Context, in Input, out Output) (Result, error)
	// Random says that Read needs Input.At. A member is then held in memory, up
	// to Limits.InMemory.
	Random bool
	// Ranges says that Read understands Input.Range, so that the bytes of one file
	// can be read by several calls: each gives the records that begin in its own
	// range, and together they give what one call for the whole would have given.
	Ranges bool
}

// FormatError says that the data could not be read as its format, with a fixed
// code. It carries no text from the data.
type FormatError struct {
	Status Status
	Reason Reason
}

func (e *FormatError) Error() string { return e.Status.String() + ": " + string(e.Reason) }
