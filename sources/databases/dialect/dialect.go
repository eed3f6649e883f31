// Package dialect says what a database engine looks like to recense: how a
// connection is made, what the catalogue tells, how the rows of a table are read
// in pieces. It holds types only; the source that drives them is
// sources/databases, each engine is a package beside this one.
//
// A dialect knows SQL and its driver and nothing else: no chunks, no detectors,
// no identifiers. It retries nothing and skips nothing: it says what went wrong,
// by class, and the source decides.
package dialect

import (
	"context"
	"errors"
	"time"

	"recense/sources"
)

// Dialect is one database engine. Dialects are values in the list of
// sources/databases/dialects.go.
type Dialect struct {
	Name    string   // "postgres"; the Format of its tables
	Doc     string   // first line: a title; then versions, and what is left out
	Schemes []string // of URLs
	// Settle completes what a URL leaves open, from the environment and the files
	// that the engine's own tools read, so that a worker without that environment
	// can connect. An error names settings and files, never a value.
	Settle func(t Target, getenv func(string) string) (Settings, error)
	// Open connects to a database, or to the one the settings name when database is
	// empty. Sessions only read.
	Open func(ctx context.Context, s Settings, database string) (Session, error)
	// Place writes a position for people, for tables without a key; it shows no
	// value. Empty where rows have no place of their own.
	Place func(position []byte) string
	// Server tells where the settings lead to.
	Server func(s Settings) Server
	// Files are what an engine that is a file reads, whether they are there or not; nil
	// for servers.
	Files func(s Settings) []string
	// Brief says that a session is not kept from one reading to the next: its driver runs
	// something beside it.
	Brief bool
	// Elements calls each for the elements of a value of the form Array or Map, in
	// the engine's text form; key is nil in an array. Both are valid until each
	// returns. nil for engines that have neither.
	Elements func(f Form, value []byte, each func(key, value []byte))
}

// Target is a database URL in parts, without any password.
type Target struct {
	Scheme   string
	User     string
	Host     string // empty: the engine's default
	Port     string
	Database string // empty: every database of the server
	Path     string // as the URL has it
	Query    map[string]string
}

// Settings are what a connection needs, by the engine's own names. They hold
// secrets: they travel to workers over the pipe and are written nowhere.
type Settings map[string]string

// Server is the place a connection goes to, for the URI of its tables.
type Server struct {
	Host, Port string
	Folder     string // of an engine that is a file, in place of a host
	// More are the ports of other servers that a connection needs.
	More []string
}

// Session is a connection to one database. It belongs to one goroutine at a
// time. Every method but Close runs in a read-only transaction of its own, with
// timeouts; errors are *Error, or those of ctx and of the functions given.
type Session interface {
	// Databases lists the databases of the server, sorted bytewise.
	Databases(ctx context.Context) ([]Database, error)
	// Tables lists the tables and views of the database, sorted bytewise by schema
	// and name, without their columns. Engine catalogues are left out.
	Tables(ctx context.Context) ([]Table, error)
	// Describe completes t with its columns, its key and its parts, as they are now.
	Describe(ctx context.Context, t *Table) error
	// Split cuts t into ranges of about size bytes. Together they hold every row
	// once, as long as rows stay where they are.
	Split(ctx context.Context, t *Table, size int64) ([]Range, error)
	// Sample chooses about size bytes of t at random; the same seed chooses the same
	// rows of a table that has not changed. Ranges may be the whole where the engine
	// knows no better.
	Sample(ctx context.Context, t *Table, size, seed int64) ([]Range, error)
	// Widths estimates how many bytes the values of columns of t, as described, have on
	// average, nulls among them; -1 where that is not known.
	Widths(ctx context.Context, t *Table, columns []int) ([]int64, error)
	// Rows calls each for the rows of q in the order of their positions. The row is
	// valid until each returns.
	Rows(ctx context.Context, q *Query, each func(*Row) error) error
	// Next returns the position of the first row of q, without looking at its
	// values; empty when there is none.
	Next(ctx context.Context, q *Query) (string, error)
	// Value returns part of one column of the row of q at a position: n units from
	// the unit from on, bytes or characters as the column has them. It returns nil
	// when the row is gone or the value is null. What is returned is valid until the next
	// call.
	Value(ctx context.Context, q *Query, position string, column int, from, n int64) ([]byte, error)
	// Writes reports whether the account may change something in this database.
	Writes(ctx context.Context) (bool, error)
	// Close ends the connection; it waits for nothing.
	Close()
}

// Bounded is a Session that can tell how many connections its account may have.
type Bounded interface {
	// Connections is 0 when neither the account nor its database is bounded.
	Connections(ctx context.Context) (int64, error)
}

// Strained is a Session that can tell how its server bears the load.
type Strained interface {
	// Strain asks once. What the account may not know is left zero.
	Strain(ctx context.Context) (Strain, error)
}

// Strain is the load of a server.
type Strain struct {
	Lag     time.Duration // by which the furthest copy is behind, or this server if it is one
	Running int           // statements that are being worked on, this one left out
}

// Database is one of a server.
type Database struct {
	Name   string
	Status sources.Status // Scanned, or why it cannot be entered
	Detail sources.Reason
}

// Table is a table, or something that looks like one.
type Table struct {
	Schema, Name string // Schema is empty where the engine has none
	// Status says why it is not read: a view is Excluded.
	Status  sources.Status
	Detail  sources.Reason
	Owner   string
	Access  string   // private, group, everyone_authenticated, unknown
	Groups  []string // roles that may read, sorted, at most 32
	Rows    int64    // estimate, -1 when unknown
	Bytes   int64    // of its rows, estimate, with what is stored apart
	Version string   // changes whenever its content may have
	// Fresh is the latest of the times that Version is made of, Counted when it is made
	// of counters; zero when it proves nothing from one run to the next.
	Fresh time.Time
	// Doubt, from Describe, says what cannot be known of the table with the rights of the account; it is
	// then partial at best.
	Doubt   sources.Reason
	Created time.Time
	// Modified is the last change, where the engine knows it.
	Modified time.Time
	Comment  string
	Columns  []Column
	Key      []int // columns of the primary key, by index in Columns; none: empty
	// Engine is the dialect's own knowledge of the table, from Tables or Describe.
	Engine any
}

// Counted is the Fresh of a Version made of counters that every change moves, which no
// nearness in time can deceive.
var Counted = time.Unix(1, 0)

// Column is one of a table.
type Column struct {
	Name, Comment string
	Type          string // as the engine writes it
	Required      bool   // null is refused
	Form          Form
	Denied        bool // the account may not read it
	// Hidden says why what the engine gives is not what is stored, for this account: it
	// is not read, and the table is filtered.
	Hidden sources.Reason
	// Convert says that the dialect has the engine make a text of it.
	Convert bool
	// Bounded says that no value of the column is longer than MaxValue.
	Bounded bool
	// Prose says that values may be running text, by type: without a limit, or with one of
	// ProseFrom characters or more.
	Prose bool
}

// ProseFrom is how many characters a text column takes before it may hold notes.
const ProseFrom = 200

// UnknownWidths is the Widths of an engine that does not tell.
func UnknownWidths(columns []int) []int64 {
	list := make([]int64, len(columns))
	for i := range list {
		list[i] = -1
	}
	return list
}

// Form says what the values of a column look like when they arrive.
type Form uint8

// The forms.
const (
	None   Form = iota // not read: it can hold nothing about a person (true, an interval)
	Text               // a text, a number, a date
	JSON               // a JSON text
	XML                // an XML text
	Array              // elements, each a value
	Map                // keys and values
	Binary             // bytes
)

// MaxValue is the longest value, in bytes, that comes along with its row. Longer
// ones are read piece by piece.
const MaxValue = 256 << 10

// Range is a piece of a table.
type Range struct {
	Spec  string // opaque
	Bytes int64  // estimate
	// Of a sample: how rows are drawn, the part of the table that is, and how many
	// clusters (blocks, windows) the whole has, from which the bound on what is missed
	// is worked out.
	Method   string
	Fraction float64
	Clusters int64
	// Text names the columns of running text of a sampled table, and Prose says that the
	// range holds those alone. The source sets both.
	Text  string
	Prose bool
}

// Query asks for the rows of a range.
type Query struct {
	Table *Table
	Spec  string
	// After is the position behind which to begin; empty for the first row.
	After string
	// Columns are those asked for, by index in Table.Columns, in order.
	Columns []int
}

// Row is one row.
type Row struct {
	// Values are those of Query.Columns; nil for null and for what is in Long.
	Values   [][]byte
	Long     []int  // of Query.Columns: values longer than MaxValue
	Position []byte // where the row stands: Query.After of what follows
}

// Class says what an error means for what to do next.
type Class uint8

// The classes.
const (
	Other  Class = iota // this table cannot be read on
	Lost                // the connection is gone or the server is not ready: try again
	Denied              // the account may not
	Gone                // what was asked for is not there any more
	Busy                // a lock or statement timeout
	Data                // a row cannot be read: go on behind it
)

// Error is a failure of a session. It holds the engine's code and no text of the
// server: that may quote data.
type Error struct {
	Class  Class
	Code   string // SQLSTATE or number; empty for failures of the network
	Reason sources.Reason
	// Full says that the server takes no more for now; its Class is Lost.
	Full bool
}

func (e *Error) Error() string {
	if e.Code == "" {
		return "database: " + string(e.Reason)
	}
	return "database: " + string(e.Reason) + " (" + e.Code + ")"
}

// ClassOf returns the class and reason of an error.
func ClassOf(err error) (Class, sources.Reason) {
	var e *Error
	if errors.As(err, &e) {
		if e.Full {
			return e.Class, sources.ServerBusy
		}
		return e.Class, e.Reason
	}
	return Other, sources.IOError
}
