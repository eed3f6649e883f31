// Package iso reads images of optical discs in the form of ISO 9660 (ECMA-119),
// with Joliet and Rock Ridge names, and hands their files to the walker.
//
// Where a disc has Joliet names those are taken, otherwise those of Rock Ridge,
// otherwise the short ones without their version. Files in several extents are
// joined. What is left out: UDF without ISO 9660 (newer DVD and Blu-ray), further
// sessions, files of zisofs unpacked, links.
package iso

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the disc image.
var Format = sources.Format{
	Name: "iso",
	Doc: `Disc image (.iso)
ISO 9660 with Joliet and Rock Ridge. UDF alone is not read.`,
	MediaType:  "application/x-iso9660-image",
	Extensions: []string{".iso"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= first+sector && bytes.Equal(head[first+1:first+6], standard)
	},
	Read:   read,
	Random: true,
}

var standard = []byte("CD001")

const (
	sector     = 2048
	first      = 16 * sector // offset of the first volume descriptor
	maxFolder  = 16 << 20    // bytes of a directory
	maxFolders = 100_000
	maxDepth   = 100
	maxExtents = 1000 // of one file
)

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, Bytes: max(in.Size, 0)}
	d := &disc{ctx: ctx, at: in.At, size: in.Size, out: out, seen: make(map[uint32]bool)}
	root, ok := d.root()
	if !ok {
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	if err := d.folder(root, "", 0); err != nil {
		return res, err
	}
	if d.damaged {
		reason := sources.Corrupt
		if d.cut {
			reason = sources.Truncated
		}
		return res, &sources.FormatError{Status: sources.Partial, Reason: reason}
	}
	return res, nil
}

// disc is an image being read.
type disc struct {
	ctx     context.Context
	at      io.ReaderAt
	size    int64
	out     sources.Output
	joliet  bool
	seen    map[uint32]bool // folders
	damaged bool
	cut     bool // something lies behind the end
}

// record is an entry of a directory.
type record struct {
	name     string
	extents  []extent
	modified time.Time
	folder   bool
	more     bool // another extent follows
}

// extent is where bytes lie.
type extent struct {
	block uint32
	size  int64
}

// root returns the root directory, that of Joliet where there is one.
func (d *disc) root() (root record, ok bool) {
	var b [sector]byte
	for at := int64(first); at < first+100*sector; at += sector {
		if _, err := d.at.ReadAt(b[:], at); err != nil || !bytes.Equal(b[1:6], standard) || b[0] == 255 {
			return root, ok
		}
		joliet := b[0] == 2 && b[88] == '%' && b[89] == '/' && (b[90] == '@' || b[90] == 'C' || b[90] == 'E')
		if b[0] != 1 && !joliet || binary.LittleEndian.Uint16(b[128:]) != sector {
			continue
		}
		if r, good := d.record(b[156:190]); good && r.folder {
			root, ok, d.joliet = r, true, joliet
		}
	}
	return root, ok
}

// record reads a directory record of the length that b has.
func (d *disc) record(b []byte) (r record, ok bool) {
	if len(b) < 34 || 33+int(b[32]) > len(b) {
		return r, false
	}
	flags := b[25]
	r.folder, r.more = flags&2 != 0, flags&0x80 != 0
	block := binary.LittleEndian.Uint32(b[2:]) + uint32(b[1]) // behind the extended attributes
	r.extents = []extent{{block, int64(binary.LittleEndian.Uint32(b[10:]))}}
	t := b[18:25]
	if t[1] > 0 {
		zone := time.FixedZone("", int(int8(t[6]))*15*60)
		r.modified = time.Date(1900+int(t[0]), time.Month(t[1]), int(t[2]), int(t[3]), int(t[4]), int(t[5]), 0, zone).UTC()
	}
	n := int(b[32])
	raw, rest := b[33:33+n], b[33+n:]
	if n == 1 && raw[0] < 2 { // the folder itself and the one above
		return r, true
	}
	if d.joliet {
		r.name = string(cells.AppendUTF16(nil, raw, binary.BigEndian))
	} else if r.name = string(cells.UTF8Text(raw)); true {
		if n%2 == 0 && len(rest) > 0 {
			rest = rest[1:]
		}
		if name := rockRidge(rest); name != "" {
			r.name = name
			return r, true
		}
	}
	r.name, _, _ = strings.Cut(r.name, ";")
	r.name = strings.TrimSuffix(r.name, ".")
	return r, r.name != ""
}

// rockRidge returns the long name among the entries of the system use area.
func rockRidge(b []byte) string {
	var name []byte
	for len(b) >= 4 {
		n := int(b[2])
		if n < 4 || n > len(b) {
			break
		}
		if b[0] == 'N' && b[1] == 'M' && n > 5 && b[4]&6 == 0 {
			name = append(name, b[5:n]...)
		}
		b = b[n:]
	}
	return string(cells.UTF8Text(name))
}

// folder hands over the files of a folder, then those below it.
func (d *disc) folder(f record, path string, depth int) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	e := f.extents[0]
	if d.seen[e.block] || len(d.seen) >= maxFolders || depth > maxDepth || e.size > maxFolder {
		d.damaged = true
		return nil
	}
	d.seen[e.block] = true
	records := d.records(e)
	for _, r := range records {
		if r.folder {
			continue
		}
		if err := d.file(r, path); err != nil {
			return err
		}
	}
	for _, r := range records {
		if r.folder {
			if err := d.folder(r, path+r.name+"/", depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// records reads the entries of a directory. None crosses a sector.
func (d *disc) records(e extent) (all []record) {
	var b [sector]byte
	var open *record
	for at := int64(0); at < e.size; at += sector {
		if _, err := d.at.ReadAt(b[:], int64(e.block)*sector+at); err != nil {
			d.damaged, d.cut = true, d.cut || errors.Is(err, io.EOF)
			return all
		}
		for rest := b[:]; len(rest) > 0 && rest[0] > 0; rest = rest[rest[0]:] {
			if int(rest[0]) > len(rest) {
				d.damaged = true
				break
			}
			r, ok := d.record(rest[:rest[0]])
			switch {
			case !ok:
				d.damaged = true
			case r.name == "":
			case open != nil && open.name == r.name && len(open.extents) < maxExtents:
				open.extents = append(open.extents, r.extents...)
				open.more = r.more
			default:
				all = append(all, r)
				open = &all[len(all)-1]
			}
			if open != nil && !open.more {
				open = nil
			}
		}
	}
	return all
}

// file hands over a file.
func (d *disc) file(r record, path string) error {
	m := sources.Member{Name: path + r.name, ModTime: r.modified}
	var parts []io.Reader
	for _, e := range r.extents {
		from := int64(e.block) * sector
		if from+e.size > d.size && d.size >= 0 {
			d.damaged, d.cut = true, true
		}
		m.Size += e.size
		parts = append(parts, &whole{r: io.NewSectionReader(d.at, from, e.size), left: e.size})
	}
	m.Reader = io.MultiReader(parts...)
	return d.out.Member(m)
}

// whole makes an end that comes too early an error.
type whole struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (w *whole) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if w.left -= int64(n); err == io.EOF && w.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
