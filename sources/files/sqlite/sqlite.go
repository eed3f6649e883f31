// Package sqlite reads SQLite 3 database files (https://www.sqlite.org/fileformat.html)
// without the library: pages are read where they lie, nothing is locked, nothing
// written, no SQL of the file is run.
//
// Each table is a member with its own columns, named after its CREATE TABLE;
// Row counts rows from 1 in the order of the table's key. Tables with and
// without rowids, overflow pages, the three text encodings and generated columns
// are known. A binary value that is text is a cell; one that begins like a
// document, a picture or an archive is a member; of others, those of 64 bytes or
// more are told once a column. Values of more than 1 MiB are members.
//
// A file of a share is read as of the last commit: pages of the write-ahead log
// beside it stand for those of the database, and pages of the journal of a writer
// that is at work or crashed for those that it has changed.
//
// What is left out: free pages and what was deleted, indexes (copies), virtual
// tables (their shadow tables are read), the values that ALTER TABLE gave to rows
// that were there before. In archives and values, where nothing lies beside it, a
// database is read as it stands. Damaged pages are told; the rest of the table is read.
package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"

	"recense/sources"
)

const (
	name      = "sqlite"
	mediaType = "application/vnd.sqlite3"
)

// Format is the SQLite database.
var Format = sources.Format{
	Name: name,
	Doc: `SQLite database (.db, .sqlite)
SQLite 3 file format. Tables are members with named columns; documents and pictures in binary values
are members of them. On a share, the write-ahead log or journal beside it is followed. Deleted rows are not read.`,
	MediaType:  mediaType,
	Extensions: []string{".sqlite", ".sqlite3", ".db", ".db3", ".s3db", ".sl3", ".gpkg", ".mbtiles"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, magic) },
	Read:       read,
	Random:     true,
}

var magic = []byte("SQLite format 3\x00")

// maxTables bounds the tables of a file.
const maxTables = 20_000

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	d := &database{ctx: ctx, at: in.At}
	if !d.open(in.Head, in.Size) {
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	whole := d.follow(&in)
	if d.over != nil && !d.reopen(in.Size) {
		return res, nil // the first transaction of all was not finished
	}
	tables, err := d.schema()
	if err != nil {
		return res, err
	}
	short, limit := d.short, out.Limits().Defaults().Fields
	if d.damaged {
		short = true
	}
	for i := range tables {
		t := &tables[i]
		t.limit = max(limit, 1)
		give := func(out sources.Output) (sources.Result, error) { return d.read(t, out) }
		if err := out.Member(sources.Member{Name: t.name, Size: -1, Read: give}); err != nil {
			return res, err
		}
		limit -= t.width
	}
	switch {
	case !whole:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case d.short:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case short:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case len(tables) == maxTables:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.MembersLimit}
	}
	return res, nil
}

// The encodings of text.
const (
	utf8Text  = 1
	utf16Low  = 2
	utf16High = 3
)

// database is an open file. Damage is noted, and reading goes on beside it.
type database struct {
	ctx      context.Context
	at       io.ReaderAt
	over     *overlay // nil when nothing beside the file counts
	size     int      // of a page
	usable   int      // of it
	pages    uint32   // in the file
	encoding uint32
	short    bool  // pages are missing at the end
	damaged  bool  // something of the table at hand could not be read
	left     int64 // pages that may be read before there must be a loop

	trees, overflow window
	levels          [][]byte // pages from the root to the one at hand
	path            []uint32 // their numbers
	row             cell
	types           []uint64
	header          []byte
	value, decoded  []byte
}

// open reads the header.
func (d *database) open(head []byte, size int64) bool {
	if len(head) < 100 || !bytes.HasPrefix(head, magic) {
		return false
	}
	d.size = int(binary.BigEndian.Uint16(head[16:]))
	if d.size == 1 {
		d.size = 1 << 16
	}
	d.usable = d.size - int(head[20])
	if d.size < 512 || d.size&(d.size-1) != 0 || d.usable < 480 {
		return false
	}
	if size < 0 {
		size = 1 << 62
	}
	there := (size + int64(d.size) - 1) / int64(d.size)
	said := binary.BigEndian.Uint32(head[28:])
	if binary.BigEndian.Uint32(head[24:]) != binary.BigEndian.Uint32(head[92:]) || said == 0 {
		said = uint32(min(there, 1<<32-2)) // written by a version that did not count
	}
	d.short = int64(said) > there || there == int64(said) && size < 1<<62 && size%int64(d.size) != 0
	d.pages = uint32(min(int64(said), there))
	d.left = 2*int64(d.pages) + 100
	d.decodeAs(binary.BigEndian.Uint32(head[56:]))
	return true
}

// reopen takes the size and the encoding as of the last commit; false when there was no page.
func (d *database) reopen(size int64) bool {
	there := (size+int64(d.size)-1)/int64(d.size) + int64(len(d.over.list)) // no more than that, whatever is said
	d.pages, d.short = uint32(min(int64(d.over.pages), there)), false
	d.left = 2*int64(d.pages) + 100
	if head := d.page(&d.trees, 1); head != nil {
		d.decodeAs(binary.BigEndian.Uint32(head[56:]))
	}
	return d.pages > 0
}

func (d *database) decodeAs(encoding uint32) {
	if d.encoding = encoding; encoding == 0 || encoding > utf16High {
		d.encoding = utf8Text
	}
}
