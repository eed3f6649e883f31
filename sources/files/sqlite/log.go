package sqlite

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"recense/sources"
)

// What stands beside a database that is in use or whose last writer crashed.
const (
	walSuffix     = "-wal"
	journalSuffix = "-journal"
	indexSuffix   = "-shm"
)

// Log is what lies beside a database: its write-ahead log, its rollback journal,
// the index of the log. Their pages are read with the database.
var Log = sources.Format{
	Name: "sqlite_log",
	Doc: `SQLite write-ahead log or journal
Read together with the database beside it, as of the last commit; without it, missing_part.`,
	MediaType:  "application/vnd.sqlite3-wal",
	Extensions: []string{".db-wal", ".db-shm", ".db-journal", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal"},
	Sniff:      func(head []byte, name string, _ int64) bool { return suffixOf(head, name) != "" },
	Read:       readLog,
}

// suffixOf says which of the files beside a database head is of; "" for none.
func suffixOf(head []byte, name string) string {
	switch {
	case bytes.HasPrefix(head, journalMagic):
		return journalSuffix
	case len(head) >= walHeader && walOrder(head) != nil:
		return walSuffix
	case strings.HasSuffix(name, indexSuffix) && len(head) >= 4 &&
		(binary.LittleEndian.Uint32(head) == logVersion || binary.BigEndian.Uint32(head) == logVersion):
		return indexSuffix
	}
	return ""
}

func readLog(_ context.Context, in sources.Input, _ sources.Output) (sources.Result, error) {
	suffix := suffixOf(in.Head, in.Name)
	res := sources.Result{Records: -1, MediaType: "application/vnd.sqlite3" + suffix}
	main, found := strings.CutSuffix(in.Name, suffix)
	if found && in.Beside != nil {
		if at, _ := in.Beside(main); at != nil {
			head := make([]byte, len(magic))
			if _, err := at.ReadAt(head, 0); err == nil && bytes.Equal(head, magic) {
				res.Bytes = max(in.Size, 0)
				return res, nil
			}
		}
	}
	return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.MissingPart}
}

// overlay are the pages of the last commit that stand beside the database. What
// is appended while it is read belongs to later commits.
type overlay struct {
	at    io.ReaderAt
	list  []frame // by page, each page once
	pages uint32  // of the database as of that commit
	head  int     // bytes of a frame before the page
	salts []byte  // of the frames of a log; other ones were written over them
}

// frame is where a page stands.
type frame struct {
	page uint32
	at   int64
}

// maxFrames bounds the pages of a log that are looked at: 16 GiB of 4 KiB.
const maxFrames = 4 << 20

// find reads page n as of the last commit into b, of a page and what stands before it in a
// frame; nil when it is that of the database itself.
func (o *overlay) find(n uint32, b []byte) []byte {
	i, ok := slices.BinarySearchFunc(o.list, n, func(f frame, n uint32) int { return cmp.Compare(f.page, n) })
	if !ok {
		return nil
	}
	if _, err := o.at.ReadAt(b, o.list[i].at); err != nil || binary.BigEndian.Uint32(b) != n ||
		o.salts != nil && !bytes.Equal(b[8:16], o.salts) {
		return nil // all of the log is in the database by now, or the journal was rolled back
	}
	return b[o.head:]
}

// settle keeps the last frame of each page, in the order of pages.
func (o *overlay) settle() *overlay {
	slices.SortFunc(o.list, func(a, b frame) int {
		return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(b.at, a.at))
	})
	o.list = slices.CompactFunc(o.list, func(a, b frame) bool { return a.page == b.page })
	return o
}

// The layout of a write-ahead log: https://www.sqlite.org/fileformat.html#walformat
const (
	logVersion  = 3007000
	walHeader   = 32
	frameHeader = 24
)

// walOrder returns the byte order of the checksums of the log that begins with head.
func walOrder(head []byte) binary.ByteOrder {
	switch {
	case binary.BigEndian.Uint32(head[4:]) != logVersion:
		return nil
	case binary.BigEndian.Uint32(head) == 0x377f0682:
		return binary.LittleEndian
	case binary.BigEndian.Uint32(head) == 0x377f0683:
		return binary.BigEndian
	}
	return nil
}

// checksum goes on with the sums of b, whole pairs of words.
func checksum(order binary.ByteOrder, b []byte, sums [2]uint32) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sums[0] += order.Uint32(b) + sums[1]
		sums[1] += order.Uint32(b[4:]) + sums[0]
	}
	return sums
}

func sumsOf(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// walOverlay reads which frames of a log are committed; nil when none is. whole is false
// when there were too many.
func walOverlay(ctx context.Context, at io.ReaderAt, size int64, pageSize int) (o *overlay, whole bool) {
	r := bufio.NewReaderSize(io.NewSectionReader(at, 0, size), windowSize)
	head := make([]byte, walHeader)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, true
	}
	order := walOrder(head)
	if order == nil || int(binary.BigEndian.Uint32(head[8:])) != pageSize {
		return nil, true
	}
	sums := checksum(order, head[:24], [2]uint32{})
	if sums != sumsOf(head[24:]) {
		return nil, true
	}
	o = &overlay{at: at, head: frameHeader, salts: head[16:24]}
	committed, b := 0, make([]byte, frameHeader+pageSize)
	for n := int64(walHeader); len(o.list) < maxFrames; n += int64(len(b)) {
		if _, err := io.ReadFull(r, b); err != nil || ctx.Err() != nil || !bytes.Equal(b[8:16], o.salts) {
			break
		}
		sums = checksum(order, b[frameHeader:], checksum(order, b[:8], sums))
		if sums != sumsOf(b[16:]) {
			break
		}
		o.list = append(o.list, frame{binary.BigEndian.Uint32(b), n})
		if pages := binary.BigEndian.Uint32(b[4:]); pages > 0 {
			committed, o.pages = len(o.list), pages
		}
	}
	whole = len(o.list) < maxFrames
	if o.list = o.list[:committed]; committed == 0 {
		return nil, whole
	}
	return o.settle(), whole
}

// The layout of a rollback journal: https://www.sqlite.org/fileformat.html#rollbackjournal
var journalMagic = []byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")

const journalHeader = 28

// journalOverlay reads the pages that a journal would put back; nil when it would put
// back nothing.
func journalOverlay(ctx context.Context, in *sources.Input, at io.ReaderAt, size int64, pageSize int) (o *overlay, whole bool) {
	if !hot(in, at, size) {
		return nil, true
	}
	head := make([]byte, journalHeader)
	o = &overlay{at: at, head: 4}
	record := make([]byte, 4+pageSize+4)
	r := bufio.NewReaderSize(nil, windowSize)
	for n, first := int64(0), true; n+journalHeader <= size; first = false {
		if _, err := at.ReadAt(head, n); err != nil || !bytes.HasPrefix(head, journalMagic) {
			break
		}
		count, nonce, sector := int64(binary.BigEndian.Uint32(head[8:])), binary.BigEndian.Uint32(head[12:]), int64(binary.BigEndian.Uint32(head[20:]))
		if first {
			o.pages = binary.BigEndian.Uint32(head[16:])
			if sector < 32 || sector > 1<<16 || sector&(sector-1) != 0 || int(binary.BigEndian.Uint32(head[24:])) != pageSize {
				return nil, true
			}
		}
		n += max(sector, journalHeader)
		if count == math.MaxUint32 { // not told: all that follow
			count = (size - n) / int64(len(record))
		}
		r.Reset(io.NewSectionReader(at, n, size-n))
		for ; count > 0; count-- {
			if len(o.list) == maxFrames {
				return o.settle(), false
			}
			if _, err := io.ReadFull(r, record); err != nil || ctx.Err() != nil || !sound(record, nonce) {
				return o.settle(), true
			}
			if page := binary.BigEndian.Uint32(record); page > 0 {
				o.list = append(o.list, frame{page, n})
			}
			n += int64(len(record))
		}
		if sector > 0 {
			n = (n + sector - 1) / sector * sector
		}
	}
	return o.settle(), true
}

// sound reports whether the checksum of a record of a journal is right.
func sound(record []byte, nonce uint32) bool {
	page := record[4 : len(record)-4]
	for i := len(page) - 200; i > 0; i -= 200 {
		nonce += uint32(page[i])
	}
	return nonce == binary.BigEndian.Uint32(record[len(record)-4:])
}

// hot reports whether a journal still counts. One of a transaction over several databases names
// another journal at its end: without that one the transaction is committed.
func hot(in *sources.Input, at io.ReaderAt, size int64) bool {
	const tail = 16
	end := make([]byte, tail)
	if size < journalHeader+tail {
		return size >= journalHeader
	}
	if _, err := at.ReadAt(end, size-tail); err != nil {
		return false
	}
	length := int64(binary.BigEndian.Uint32(end))
	if !bytes.Equal(end[8:], journalMagic) || length == 0 || length > 4096 || length > size-journalHeader-tail {
		return true
	}
	name := make([]byte, length)
	if _, err := at.ReadAt(name, size-tail-length); err != nil {
		return false
	}
	above, _ := in.Beside(path.Base(string(name)))
	return above != nil
}

// follow looks for a log or a journal beside the database. whole is false when it is too long.
func (d *database) follow(in *sources.Input) (whole bool) {
	if in.Beside == nil {
		return true
	}
	whole = true
	if at, size := in.Beside(in.Name + walSuffix); at != nil {
		d.over, whole = walOverlay(d.ctx, at, size, d.size)
	}
	if at, size := in.Beside(in.Name + journalSuffix); d.over == nil && at != nil {
		d.over, whole = journalOverlay(d.ctx, in, at, size, d.size)
	}
	return whole
}
