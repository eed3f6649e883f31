// Package access reads databases of Microsoft Access 2000 and later (Jet 4 and ACE:
// .mdb, .accdb). Their form is not published; it is read as the notes of the MDB Tools
// project describe it.
//
// Each table is a location, its columns have their names; tables of the system are
// passed over. Long texts are read from where they lie, documents in OLE fields are
// members where they begin like a file that says what it is. Pages are found by the
// table that they name, so nothing depends on the maps of pages.
//
// What it leaves out: databases of Access 97 and earlier (unsupported), those with a
// password of their own or encoded (encrypted), deleted rows, attachments of .accdb,
// queries, linked tables, forms and their code.
package access

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"

	"recense/sources"
)

// Format is the Access database.
var Format = sources.Format{
	Name: "access",
	Doc: `Microsoft Access database (.mdb, .accdb)
Access 2000 and later: each table a location; long texts, documents in OLE fields. Encoded ones are reported.`,
	MediaType:  "application/vnd.ms-access",
	Extensions: []string{".mdb", ".accdb", ".mde", ".accde"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) > 20 && (bytes.HasPrefix(head[4:], []byte("Standard Jet DB\x00")) || bytes.HasPrefix(head[4:], []byte("Standard ACE DB\x00")))
	},
	Read:   read,
	Random: true,
}

const (
	pageSize  = 4096
	catalogue = 2       // the page of the table of tables
	maxPages  = 1 << 24 // what three bytes can name
)

// The first byte of a page.
const (
	dataPage  = 1
	tablePage = 2
)

// file is an open database.
type file struct {
	ctx   context.Context
	at    io.ReaderAt
	pages int64
	owned map[uint32][]uint32 // pages of rows, by the page of their table
	long  [2]struct {         // pages of long values that were read last
		at int64
		b  [pageSize]byte
	}
	turn int
	left int64 // bytes of long values that may still come
	cut  bool
	over bool
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	switch {
	case in.At == nil || in.Size < 0:
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	case len(in.Head) < pageSize:
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}
	case in.Head[20] == 0: // Access 97
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
	}
	f := &file{ctx: ctx, at: in.At, pages: min(in.Size/pageSize, maxPages), owned: map[uint32][]uint32{}, cut: in.Size%pageSize != 0}
	limits := out.Limits().Defaults()
	f.left = limits.RatioMin + limits.Ratio*min(in.Size, 1<<40/max(limits.Ratio, 1))
	f.long[0].at, f.long[1].at = -1, -1
	tables, err := f.tables()
	if err != nil {
		return res, err
	}
	for _, t := range tables {
		m := sources.Member{Name: t.name, Size: -1, Read: func(out sources.Output) (sources.Result, error) { return f.table(t.page, out) }}
		if err := out.Member(m); err != nil {
			return res, err
		}
	}
	if f.cut {
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, ctx.Err()
}

// page reads a page into b.
func (f *file) page(n int64, b []byte) bool {
	if n < 0 || n >= f.pages {
		return false
	}
	_, err := f.at.ReadAt(b[:pageSize], n*pageSize)
	return err == nil
}

// sort finds which pages hold rows of which table.
func (f *file) sort() error {
	const step = 64
	b := make([]byte, step*pageSize)
	for n := int64(0); n < f.pages; n += step {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		k, _ := f.at.ReadAt(b, n*pageSize) // what is missing is no page
		for i := 0; i+pageSize <= k; i += pageSize {
			if b[i] == dataPage && b[i+1] == 1 {
				owner := binary.LittleEndian.Uint32(b[i+4:])
				if int64(owner) < f.pages {
					f.owned[owner] = append(f.owned[owner], uint32(n)+uint32(i/pageSize))
				}
			}
		}
	}
	return nil
}

// entry is a table of the catalogue.
type entry struct {
	name string
	page uint32
}

// maxTables bounds the tables that are read.
const maxTables = 1 << 14

// tables reads the catalogue (MSysObjects).
func (f *file) tables() (list []entry, err error) {
	if err := f.sort(); err != nil {
		return nil, err
	}
	t := f.definition(catalogue)
	if t == nil {
		// An encoded file has nothing that looks like a page.
		return nil, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	id, name, kind, flags := t.find("Id"), t.find("Name"), t.find("Type"), t.find("Flags")
	if id == nil || name == nil || kind == nil {
		return nil, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	err = f.rows(catalogue, t, func(r row) error {
		const table, system = 1, 0x80000002
		text := r.text(name)
		if r.number(kind) != table || flags != nil && uint32(r.number(flags))&system != 0 || text == "" || len(list) >= maxTables {
			return nil
		}
		list = append(list, entry{text, uint32(r.number(id)) & 0xFFFFFF})
		return nil
	})
	return list, err
}
