// Package xls reads binary workbooks of Excel (MS-XLS, BIFF 2 to 8: .xls, .xlt)
// as tables: every sheet, hidden ones too, cell by cell.
//
// Cells give what xlsx gives: the stored value, dates written out, padded numbers
// with their zeros, rows and columns of the sheet, the first row that looks like
// one as names of the columns. Formulas are not calculated: their last value is
// what is read. Comments stand at their cell; text boxes, headers, links, labels
// of charts, lists and messages of checked cells, what shapes are called, cells of other workbooks that are kept,
// texts in formulas that are an address or a long number, and properties are read as text; embedded objects are members, and the
// copies of tables that pivot tables keep are tables. Workbooks
// with a password are told, those protected by the default one too. Macros are
// texts of their own; defined names are not read. The reader is our own, on cfb; records stream, only
// the shared strings are held, up to a bound.
package xls

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/vba"
)

const (
	name      = "xls"
	mediaType = "application/vnd.ms-excel"
)

// Format is the binary workbook.
var Format = sources.Format{
	Name: name,
	Doc: `Excel 97-2003 workbook (.xls)
MS-XLS, BIFF 2 to 8. All sheets with hidden ones, comments, text boxes, properties; stored values with
dates written out; macros; embedded objects are members. Encrypted workbooks are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".xls", ".xlt", ".xla", ".xlw"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff knows the bare records that Excel wrote before it had compound files; of
// those the directory decides (package ole).
func sniff(head []byte, _ string, _ int64) bool {
	if cfb.Is(head) {
		return true
	}
	if len(head) < 12 {
		return false
	}
	kind, size := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
	version, what := binary.LittleEndian.Uint16(head[4:]), binary.LittleEndian.Uint16(head[6:])
	known := what == 0x05 || what == 0x10 || what == 0x20 || what == 0x40 || what == 0x100
	switch kind {
	case recBOF2, recBOF3, recBOF4:
		return known && (size == 4 || size == 6)
	case recBOF:
		return known && (version == 0x500 || version == 0x600) && (size == 8 || size == 16)
	}
	return false
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	b := &book{ctx: ctx, out: out, page: 1252}
	if !cfb.Is(in.Head) {
		err := b.read(in.Reader)
		res.Records = b.records
		return res, err
	}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return res, err
	}
	s := f.Stream("Workbook")
	if s == nil {
		s = f.Stream("Book")
	}
	if s == nil {
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	verdict := b.read(s.Reader())
	res.Records = b.records
	var fe *sources.FormatError
	if verdict != nil && (!errors.As(verdict, &fe) || fe.Status != sources.Partial) {
		return res, verdict
	}
	if err := b.others(f); err != nil {
		return res, err
	}
	return res, verdict
}

// read reads the stream of records.
func (b *book) read(r io.Reader) error {
	b.rec = &records{r: bufio.NewReaderSize(r, 32<<10)}
	if err := b.globals(); err != nil {
		return err
	}
	if b.encrypted {
		return &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	switch {
	case !b.begun:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	case b.rec.err != nil && b.rec.err != io.EOF:
		return &sources.FormatError{Status: sources.Partial, Reason: cfb.Reason(b.rec.err)}
	case b.depth > 0:
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case b.damaged:
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return nil
}

// others gives the properties and the embedded objects.
func (b *book) others(f *cfb.File) error {
	var text bytes.Buffer
	for _, p := range f.Properties() {
		text.WriteString(p.Name + ": " + p.Value + "\n")
	}
	if b.user != "" {
		text.WriteString("last user: " + b.user + "\n")
	}
	if text.Len() > 0 {
		if err := b.out.Chunk(&sources.Chunk{Data: text.Bytes(), To: text.Len(), Part: "properties"}); err != nil {
			return err
		}
	}
	if err := b.pivots(f); err != nil {
		return err
	}
	if err := vba.Modules(b.ctx, f, b.out); err != nil {
		return err
	}
	for _, storage := range f.Storages("") {
		if len(storage) > 3 && storage[:3] == "MBD" {
			if err := f.Object(storage, b.out); err != nil {
				return err
			}
		}
	}
	return nil
}
