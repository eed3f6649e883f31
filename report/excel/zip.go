package excel

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/klauspost/compress/flate"
)

// archive is the ZIP container of a workbook. excelize hands over the parts in
// the order of a map and builds the result in memory; this one compresses each
// part into a spool file as it comes and writes them sorted by name at the end:
// bounded memory, and the same bytes for the same content.
type archive struct {
	to      io.Writer
	spool   *os.File
	out     *bufio.Writer // of spool: the compressor writes in small pieces
	at      int64         // length of spool
	entries []entry
	deflate *flate.Writer
	open    bool             // the last entry is being written
	rows    map[string]*rows // of worksheets, put in when they are written
	sheet   []byte           // the worksheet being written, without its rows
	closed  bool
}

// entry is a part, compressed at an offset of the spool file.
type entry struct {
	zip.FileHeader
	at int64
}

// newArchive spools in the folder dir, which must be owner-only. remove deletes
// the spool file.
func newArchive(to io.Writer, dir string) (a *archive, remove func(), err error) {
	f, err := os.CreateTemp(dir, "workbook-")
	if err != nil {
		return nil, nil, errors.New("cannot create a spool file in the temporary folder")
	}
	return &archive{to: to, spool: f, out: bufio.NewWriterSize(f, 1<<16), rows: map[string]*rows{}}, func() { f.Close(); os.Remove(f.Name()) }, nil
}

// Create begins the part name and ends the one before.
func (a *archive) Create(name string) (io.Writer, error) {
	if err := a.endEntry(); err != nil {
		return nil, err
	}
	e := entry{at: a.at}
	e.Name, e.Method = name, zip.Deflate
	a.entries, a.open = append(a.entries, e), true
	if a.deflate == nil {
		w, err := flate.NewWriter(spooled{a}, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		a.deflate = w
	} else {
		a.deflate.Reset(spooled{a})
	}
	return a, nil
}

// Write adds to the part begun last.
func (a *archive) Write(p []byte) (int, error) {
	if a.rows[a.entries[len(a.entries)-1].Name] != nil {
		a.sheet = append(a.sheet, p...)
		return len(p), nil
	}
	return a.compress(p)
}

func (a *archive) compress(p []byte) (int, error) {
	e := &a.entries[len(a.entries)-1]
	e.CRC32 = crc32.Update(e.CRC32, crc32.IEEETable, p)
	e.UncompressedSize64 += uint64(len(p))
	return a.deflate.Write(p)
}

// AddFS is not used for workbooks.
func (a *archive) AddFS(fs.FS) error { return errors.New("not supported") }

// Close writes the container. excelize calls it once more after an error.
func (a *archive) Close() error {
	if a.closed {
		return nil
	}
	a.closed = true
	if err := a.endEntry(); err != nil {
		return err
	}
	if len(a.rows) > 0 {
		return errors.New("the rows of a sheet have no worksheet")
	}
	// The table of content types comes first, as in every workbook.
	slices.SortFunc(a.entries, func(x, y entry) int {
		return cmp.Or(-order(x.Name), order(y.Name), cmp.Compare(x.Name, y.Name))
	})
	if err := a.out.Flush(); err != nil {
		return err
	}
	zw := zip.NewWriter(a.to)
	for i := range a.entries {
		e := &a.entries[i]
		w, err := zw.CreateRaw(&e.FileHeader)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, io.NewSectionReader(a.spool, e.at, int64(e.CompressedSize64))); err != nil {
			return err
		}
	}
	return zw.Close()
}

func order(name string) int {
	if name == "[Content_Types].xml" {
		return 1
	}
	return 0
}

func (a *archive) endEntry() error {
	if !a.open {
		return nil
	}
	a.open = false
	if name := a.entries[len(a.entries)-1].Name; a.rows[name] != nil {
		if err := a.splice(a.sheet, a.rows[name]); err != nil {
			return err
		}
		delete(a.rows, name)
		a.sheet = a.sheet[:0]
	}
	if err := a.deflate.Close(); err != nil {
		return err
	}
	e := &a.entries[len(a.entries)-1]
	e.CompressedSize64 = uint64(a.at - e.at)
	return nil
}

// endOfRows is where the rows go in a worksheet of excelize.
var endOfRows = []byte("</sheetData>")

// splice writes a worksheet with the rows in their place.
func (a *archive) splice(worksheet []byte, r *rows) error {
	at := bytes.Index(worksheet, endOfRows)
	if at < 0 {
		return errors.New("a worksheet without rows")
	}
	if _, err := a.compress(worksheet[:at]); err != nil {
		return err
	}
	if r.spool != nil {
		if err := a.take(r); err != nil {
			return err
		}
	}
	if _, err := a.compress(r.buf); err != nil {
		return err
	}
	_, err := a.compress(worksheet[at:])
	return err
}

// take adds the spooled rows to the part begun last, between two whole bytes.
func (a *archive) take(r *rows) error {
	if err := a.deflate.Flush(); err != nil {
		return err
	}
	from, err := r.spooled()
	if err != nil {
		return err
	}
	if _, err := io.Copy(spooled{a}, from); err != nil {
		return err
	}
	a.deflate.Reset(spooled{a}) // what follows refers to nothing before it either
	e := &a.entries[len(a.entries)-1]
	e.CRC32 = joinCRC(e.CRC32, r.crc, r.length)
	e.UncompressedSize64 += uint64(r.length)
	return nil
}

// joinCRC returns the check sum of two texts in a row from those of both; the second is n
// bytes long. A check sum is a remainder of polynomials with coefficients 0 and 1: that of
// the first is multiplied by x to the power of 8n.
func joinCRC(first, second uint32, n int64) uint32 {
	power := uint32(1 << 23) // x⁸: bit 31 stands for 1
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			first = timesCRC(first, power)
		}
		power = timesCRC(power, power)
	}
	return first ^ second
}

// timesCRC multiplies two remainders.
func timesCRC(a, b uint32) (product uint32) {
	for ; a != 0; a <<= 1 {
		if a&(1<<31) != 0 {
			product ^= b
		}
		carry := b & 1
		if b >>= 1; carry != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}

// spooled appends to the spool file.
type spooled struct{ a *archive }

func (s spooled) Write(p []byte) (int, error) {
	n, err := s.a.out.Write(p)
	s.a.at += int64(n)
	return n, err
}
