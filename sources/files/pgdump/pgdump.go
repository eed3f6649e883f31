// Package pgdump reads archives of pg_dump in its custom format (-Fc), from PostgreSQL 8.1
// (archive version 1.10) on, as pg_backup_archiver.c of PostgreSQL writes them. Of the
// formats in several files (-Fd, -Ft), toc.dat gives the definitions; the rows lie in files
// of their own beside it, without the names of their columns.
//
// The rows of each table are a member, a dump in SQL: the statement COPY of the table of
// contents and the rows behind it, or INSERT statements. So are the definitions of all
// objects, with their comments. Large objects are members. Data is unpacked as it streams:
// zlib, zstandard and none; LZ4 is told. The table of contents is all that is held.
package pgdump

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"recense/sources"
	"recense/sources/files/compressed"
)

const (
	name      = "pgdump"
	mediaType = "application/x-postgresql-dump"
	magic     = "PGDMP"
)

// Format is the archive of pg_dump.
var Format = sources.Format{
	Name: name,
	Doc: `PostgreSQL archive (pg_dump -Fc)
Versions 1.10 to 1.16. The rows of a table, the definitions and each large object are members. LZ4 is reported.
Of -Fd and -Ft the definitions (toc.dat).`,
	MediaType:  mediaType,
	Extensions: []string{".dump", ".backup", ".pgdump"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, []byte(magic)) },
	Read:       read,
}

// Bounds of the table of contents: entries, and bytes of one string and of all definitions.
const (
	maxEntries     = 4 << 20
	maxString      = 16 << 20
	maxDefinitions = 16 << 20
)

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	a := &archive{ctx: ctx, out: out, count: counter{r: in.Reader}, tables: make(map[int64]table), created: make(map[string]string)}
	a.r = bufio.NewReaderSize(&a.count, 64<<10)
	err := a.read()
	if err == nil {
		_, err = io.Copy(io.Discard, a.r) // nothing, in a sound one
	}
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: a.count.n}
	status := sources.Partial
	if !a.begun {
		status = sources.Unreadable
	}
	switch {
	case errors.Is(err, errUnknown):
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return res, &sources.FormatError{Status: status, Reason: sources.Truncated}
	case errors.Is(err, errCorrupt):
		return res, &sources.FormatError{Status: status, Reason: sources.Corrupt}
	case err != nil:
		return res, err
	case a.damaged:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, nil
}

var (
	errCorrupt = errors.New("pgdump: damaged archive")
	errUnknown = errors.New("pgdump: form that is not known")
)

// archive is an archive being read.
type archive struct {
	ctx     context.Context
	out     sources.Output
	count   counter
	r       *bufio.Reader
	minor   byte // of the version, 1.minor
	integer int  // bytes of a number
	offset  int  // bytes of a place in the file
	packed  packing
	single  bool // all is in one file
	tables  map[int64]table
	created map[string]string // the definitions of tables, by name
	begun   bool              // something was handed over
	damaged bool              // a member is
}

// table is what the table of contents says of the rows of a table: its name, and what
// stands in front of them.
type table struct{ name, before string }

// packing is how data is packed.
type packing byte

// The methods, numbered as archives of version 1.15 do.
const (
	plain packing = iota
	packedZlib
	packedLZ4
	packedZstd
)

func (a *archive) read() error {
	if err := a.head(); err != nil {
		return err
	}
	definitions, err := a.contents()
	if err != nil {
		return err
	}
	a.begun = true
	if err := a.out.Member(sources.Member{Name: "definitions.sql", Size: int64(len(definitions)), Reader: bytes.NewReader(definitions)}); err != nil {
		return err
	}
	for {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		kind, err := a.r.ReadByte()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		id, err := a.number()
		if err != nil {
			return err
		}
		switch kind {
		case blockData:
			err = a.rows(id)
		case blockObjects:
			err = a.objects()
		default:
			err = errCorrupt
		}
		if err != nil {
			return err
		}
	}
}

// The kinds of blocks.
const (
	blockData    = 1
	blockObjects = 3
)

// The forms of archives: in one file, and the table of contents of those in several.
const (
	customFormat    = 1
	tarFormat       = 3
	directoryFormat = 5
)

// head reads what stands in front of the table of contents.
func (a *archive) head() error {
	var b [len(magic) + 6]byte
	if _, err := io.ReadFull(a.r, b[:]); err != nil {
		return err
	}
	major, minor := b[5], b[6]
	a.minor, a.integer, a.offset = minor, int(b[8]), int(b[9])
	form := b[10]
	a.single = form == customFormat
	if major != 1 || minor < 10 || minor > 16 || !a.single && form != tarFormat && form != directoryFormat {
		return errUnknown
	}
	if a.integer < 4 || a.integer > 8 || a.offset < 4 || a.offset > 8 {
		return errCorrupt
	}
	if minor >= 15 {
		method, err := a.r.ReadByte()
		if err != nil {
			return err
		}
		a.packed = packing(method)
	} else {
		level, err := a.number()
		if err != nil {
			return err
		}
		if level != 0 {
			a.packed = packedZlib
		}
	}
	if a.packed > packedZstd {
		return errUnknown
	}
	for range 7 { // when it was made
		if _, err := a.number(); err != nil {
			return err
		}
	}
	for range 3 { // the database and the versions of server and program
		if _, err := a.text(); err != nil {
			return err
		}
	}
	return nil
}

// contents reads the table of contents and returns the definitions.
func (a *archive) contents() ([]byte, error) {
	n, err := a.number()
	if err != nil {
		return nil, err
	}
	if n < 0 || n > maxEntries {
		return nil, errCorrupt
	}
	var definitions []byte
	full := false
	for range n {
		if err := a.ctx.Err(); err != nil {
			return nil, err
		}
		definition, err := a.entry()
		if err != nil {
			return definitions, err
		}
		if len(definitions)+len(definition) > maxDefinitions {
			full = true
			a.created = make(map[string]string) // they are as large
			continue
		}
		definitions = append(definitions, definition...)
	}
	a.created = nil
	if full {
		err = a.out.Skip(sources.Location{Part: "definitions.sql", Byte: -1}, sources.SizeLimit)
	}
	return definitions, err
}

// entry reads one entry of the table of contents.
func (a *archive) entry() (definition string, err error) {
	id := a.must(a.number, &err)
	a.must(a.number, &err) // whether there is data
	var texts [6]string    // two identifiers, tag, description, definition, statement to drop
	for i := range texts[:4] {
		texts[i] = a.mustText(&err)
	}
	if a.minor >= 11 {
		a.must(a.number, &err) // the section
	}
	texts[4], texts[5] = a.mustText(&err), a.mustText(&err)
	copied, space := a.mustText(&err), a.mustText(&err)
	a.mustText(&err) // tablespace
	if a.minor >= 14 {
		a.mustText(&err) // access method
	}
	if a.minor >= 16 {
		a.must(a.number, &err) // kind of relation
	}
	a.mustText(&err) // owner
	a.mustText(&err) // whether rows have identifiers
	for err == nil { // what it depends on
		var none bool
		if _, none, err = a.string(); none {
			break
		}
	}
	switch {
	case err != nil:
	case a.single:
		_, err = a.r.Discard(1 + a.offset) // where the data stands
	default:
		_, err = a.text() // in which file
	}
	if err != nil {
		return "", err
	}
	tag := texts[2]
	if space != "" {
		tag = space + "." + tag
	}
	switch definition = texts[4]; texts[3] {
	case "TABLE":
		a.created[tag] = definition
	case "TABLE DATA":
		a.tables[id] = table{tag, copied}
		if copied == "" { // statements that may not name the columns
			a.tables[id] = table{tag, a.created[tag]}
		}
	}
	return definition, nil
}

// must and mustText read on unless something failed before.
func (a *archive) must(next func() (int64, error), err *error) (n int64) {
	if *err == nil {
		n, *err = next()
	}
	return n
}

func (a *archive) mustText(err *error) (s string) {
	if *err == nil {
		s, *err = a.text()
	}
	return s
}

// number reads a number: its sign, then its bytes from the lowest.
func (a *archive) number() (int64, error) {
	var b [9]byte
	if _, err := io.ReadFull(a.r, b[:1+a.integer]); err != nil {
		return 0, err
	}
	n := uint64(0)
	for i := a.integer; i > 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	if n > 1<<62 {
		return 0, errCorrupt
	}
	if b[0] != 0 {
		return -int64(n), nil
	}
	return int64(n), nil
}

// string reads a string: its length and its bytes; a negative length says that there is none.
func (a *archive) string() (s string, none bool, err error) {
	n, err := a.number()
	switch {
	case err != nil:
		return "", false, err
	case n < 0:
		return "", true, nil
	case n > maxString:
		return "", false, errCorrupt
	}
	var b strings.Builder // of what comes, whatever was announced
	if _, err := io.CopyN(&b, a.r, n); err != nil {
		return "", false, err
	}
	return b.String(), false, nil
}

func (a *archive) text() (string, error) {
	s, _, err := a.string()
	return s, err
}

// rows hands over the rows of a table.
func (a *archive) rows(id int64) error {
	t := a.tables[id]
	if t.name == "" {
		t.name = fmt.Sprintf("data %d", id)
	}
	return a.member(t.name+".sql", t.before)
}

// objects hands over large objects.
func (a *archive) objects() error {
	for {
		id, err := a.number()
		if err != nil || id == 0 {
			return err
		}
		if err := a.member(fmt.Sprintf("large object %d", id), ""); err != nil {
			return err
		}
	}
}

// member hands over what is packed in the pieces that come, behind a text.
func (a *archive) member(named, before string) error {
	pieces := &pieces{a: a}
	m := sources.Member{Name: named, Size: -1}
	unpacked, done, err := a.unpack(pieces)
	switch {
	case err == nil:
		defer done()
		m.Reader = io.MultiReader(strings.NewReader(before), unpacked)
	case errors.Is(err, errMethod):
		m.Status, m.Detail = sources.Unsupported, sources.UnknownMethod
	case pieces.err != nil && pieces.err != io.EOF:
		return pieces.err
	default:
		a.damaged = true
		m.Status, m.Detail = sources.Unreadable, sources.Corrupt
	}
	if err := a.out.Member(m); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, pieces); err != nil { // what the walker left
		return err
	}
	return nil
}

var errMethod = errors.New("pgdump: packed by a method that is not read")

// unpack returns a reader of the data in pieces.
func (a *archive) unpack(p *pieces) (r io.Reader, done func(), err error) {
	switch a.packed {
	case plain:
		return p, func() {}, nil
	case packedZlib:
		z, err := zlib.NewReader(bufio.NewReaderSize(p, 32<<10))
		if err == io.EOF { // a table without rows
			return p, func() {}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		return z, func() { z.Close() }, nil
	case packedZstd:
		return compressed.NewZstd(p)
	}
	return nil, nil, errMethod
}

// pieces reads the data of a member: pieces with their lengths, up to one of length 0.
type pieces struct {
	a    *archive
	left int64
	err  error
}

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (n int, err error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.left == 0 {
		p.left, p.err = p.a.number()
		switch {
		case p.err == io.EOF:
			p.err = io.ErrUnexpectedEOF // the end has a mark
		case p.err == nil && p.left < 0:
			p.err = errCorrupt
		case p.err == nil && p.left == 0:
			p.err = io.EOF
		}
		if p.err != nil {
			return 0, p.err
		}
	}
	n, err = p.a.r.Read(b[:min(int64(len(b)), p.left)])
	if p.left -= int64(n); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	p.err = err
	return n, err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
