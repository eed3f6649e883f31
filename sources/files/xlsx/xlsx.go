// Package xlsx reads workbooks of Office Open XML (ECMA-376: .xlsx, .xlsm,
// templates) as tables: every sheet, hidden ones too, cell by cell.
//
// Cells give the stored value, not what the screen shows, with three exceptions
// that only the number format tells: dates are written out (1980-03-12), numbers
// padded with zeros keep them, and large integers are not left in scientific
// notation. Row and column are those of the sheet; the first row that looks like
// one names the columns, below a title too, and again behind an empty row, where
// another table may begin. Comments stand at their cell; text boxes, pivot caches,
// headers, links, document properties and defined names are read as text; embedded
// files are members. Nothing external is opened.
//
// Workbooks of ordinary size are read with excelize; larger ones, and those that
// excelize refuses, by a streaming reader of our own, because excelize holds all
// of a workbook in memory and writes large sheets in clear to a temporary folder.
// Nothing is ever spooled. What all parts expand to is bounded by Limits.Ratio. Formulas
// are not calculated: their last value is what is read. Binary workbooks (MS-XLSB:
// .xlsb) are read by ourselves, the same way; those of before 2007 (.xls) are not read
// here; encrypted ones are told, but for those that Excel itself opens without asking: their
// password is known.
package xlsx

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

const (
	name      = "xlsx"
	mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	binary12  = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
	oleMedia  = "application/x-ole-storage"
)

// Format is the Excel workbook.
var Format = sources.Format{
	Name: name,
	Doc: `Excel workbook (.xlsx, .xlsm, .xlsb)
ECMA-376. All sheets with hidden ones, comments, properties, pivot caches; stored values with dates
written out. Binary ones (MS-XLSB) too. Not .xls. Encrypted workbooks are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff knows a workbook by the names of the first entries of its archive, and
// an encrypted one by the package in its OLE file.
func sniff(head []byte, file string, _ int64) bool {
	if bytes.HasPrefix(head, []byte(parts.OLE)) {
		return parts.Encrypted(head, nil)
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	content, found, book := false, false, false
	parts.Entries(head, func(entry []byte) bool {
		switch {
		case bytes.HasPrefix(entry, []byte("xl/")):
			book, found = true, true
		case bytes.HasPrefix(entry, []byte("word/")), bytes.HasPrefix(entry, []byte("ppt/")), bytes.Equal(entry, []byte("mimetype")):
			found = true
		case bytes.Equal(entry, []byte("[Content_Types].xml")):
			content = true
		}
		return !found
	})
	if found {
		return book
	}
	return content && workbookName(file)
}

func workbookName(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".xlsx" || ext == ".xlsm" || ext == ".xltx" || ext == ".xltm" || ext == ".xlam" || ext == ".xlsb"
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if bytes.HasPrefix(in.Head, []byte(parts.OLE)) {
		var ok bool
		if !parts.Encrypted(in.Head, in.At) {
			res.MediaType = oleMedia
			return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
		}
		if in, ok = unlocked(in); !ok {
			return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
		}
	}
	p, err := parts.Open(in, out)
	if err != nil {
		return res, err
	}
	b := &book{ctx: ctx, out: out, parts: p}
	if p.Broken != nil {
		err := b.salvaged(&res)
		return res, err
	}
	if !b.parts.Has("xl/workbook.xml") {
		if isBinary(p) {
			return b.readBinary(res)
		}
		if len(b.parts.Under("xl/worksheets/", ".xml")) == 0 {
			return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
		}
	}
	err = b.read(in.At, in.Size)
	res.Records = b.records
	return res, err
}

// salvaged reads what is left of a workbook whose archive is cut off.
func (b *book) salvaged(res *sources.Result) error {
	why := b.parts.Broken
	if len(b.parts.Under("xl/", ".xml")) == 0 {
		return &sources.FormatError{Status: sources.Unreadable, Reason: why.Reason}
	}
	err := b.own()
	res.Records = b.records
	var fe *sources.FormatError
	if err != nil && !errors.As(err, &fe) {
		return err
	}
	return why
}
