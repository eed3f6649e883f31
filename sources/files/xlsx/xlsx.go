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
// are not calculated: their last value is what is read. Binary workbooks (.xlsb,
// .xls) are not read here; encrypted ones are told.
package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"recense/sources"
	zipformat "recense/sources/files/zip"
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
	Doc: `Excel workbook (.xlsx, .xlsm)
ECMA-376. All sheets with hidden ones, comments, properties, pivot caches; stored values with dates
written out. Not .xls and .xlsb. Encrypted workbooks are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// sniff knows a workbook by the names of the first entries of its archive, and
// an encrypted one by the package in its OLE file.
func sniff(head []byte, file string, _ int64) bool {
	if bytes.HasPrefix(head, []byte(oleMagic)) {
		return bytes.Contains(head, encryptedPackage) || workbookName(file)
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	content := false
	for at := 0; at+30 <= len(head); {
		i := bytes.Index(head[at:], []byte("PK\x03\x04"))
		if i < 0 || at+i+30 > len(head) {
			break
		}
		at += i
		entry := head[at+30 : min(at+30+int(binary.LittleEndian.Uint16(head[at+26:])), len(head))]
		at += 30
		switch {
		case bytes.HasPrefix(entry, []byte("xl/")):
			return !bytes.HasSuffix(entry, []byte(".bin")) || bytes.Contains(head, []byte("xl/worksheets/sheet1.xml"))
		case bytes.HasPrefix(entry, []byte("word/")), bytes.HasPrefix(entry, []byte("ppt/")), bytes.Equal(entry, []byte("mimetype")):
			return false
		case bytes.Equal(entry, []byte("[Content_Types].xml")):
			content = true
		}
	}
	return content && workbookName(file)
}

func workbookName(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".xlsx" || ext == ".xlsm" || ext == ".xltx" || ext == ".xltm" || ext == ".xlam"
}

// encryptedPackage is the name of the stream that holds an encrypted workbook.
var encryptedPackage = utf16("EncryptedPackage")

func utf16(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if bytes.HasPrefix(in.Head, []byte(oleMagic)) {
		return ole(in, res)
	}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	b := &book{ctx: ctx, out: out}
	z, err := zip.NewReader(in.At, in.Size)
	if err != nil && (z == nil || len(z.File) == 0) {
		return res, b.salvage(io.NewSectionReader(in.At, 0, in.Size), &res)
	}
	b.parts = ofArchive(z)
	limits := out.Limits().Defaults()
	b.parts.left = max(limits.RatioMin, limits.Ratio*in.Size)
	if !b.parts.has("xl/workbook.xml") {
		if b.parts.has("xl/workbook.bin") {
			res.MediaType = binary12
			return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
		}
		if len(b.parts.under("xl/worksheets/", ".xml")) == 0 {
			return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
		}
	}
	err = b.read(in.At, in.Size)
	res.Records = b.records
	return res, err
}

// ole tells an encrypted workbook from other OLE files.
func ole(in sources.Input, res sources.Result) (sources.Result, error) {
	encrypted := bytes.Contains(in.Head, encryptedPackage)
	if !encrypted && in.At != nil && len(in.Head) >= 52 {
		shift := min(binary.LittleEndian.Uint16(in.Head[30:]), 12)
		first := int64(binary.LittleEndian.Uint32(in.Head[48:]))
		directory := make([]byte, 8<<10)
		n, _ := in.At.ReadAt(directory, (first+1)<<shift)
		encrypted = bytes.Contains(directory[:n], encryptedPackage)
	}
	if encrypted {
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	res.MediaType = oleMedia
	return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}
}

// parts are the files in the archive of a workbook.
type parts struct {
	files map[string]*zip.File
	data  map[string][]byte // of a damaged archive, what could be read
	order []string
	total int64 // bytes unpacked, as declared
	large int64 // of the largest XML part
	left  int64 // bytes that may still be unpacked
	spent bool  // they were not enough
}

func ofArchive(z *zip.Reader) *parts {
	p := &parts{files: make(map[string]*zip.File), left: 1 << 62}
	for _, f := range z.File {
		key := strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/")
		if p.files[key] != nil {
			continue
		}
		p.files[key] = f
		p.order = append(p.order, key)
		size := int64(min(f.UncompressedSize64, 1<<60))
		p.total += size
		if strings.HasSuffix(key, ".xml") {
			p.large = max(p.large, size)
		}
	}
	return p
}

func (p *parts) has(key string) bool { return p.files[key] != nil || p.data[key] != nil }

// under lists the parts of a folder with an extension, in the archive's order.
func (p *parts) under(folder, ext string) (keys []string) {
	for _, key := range p.order {
		if strings.HasPrefix(key, folder) && strings.HasSuffix(key, ext) {
			keys = append(keys, key)
		}
	}
	return keys
}

// open opens a part; the error is about the data.
func (p *parts) open(key string) (io.ReadCloser, error) {
	if data, ok := p.data[key]; ok {
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	f := p.files[key]
	if f == nil {
		return nil, errMissing
	}
	if f.Flags&1 != 0 {
		return nil, errMissing
	}
	r, err := f.Open()
	if err != nil {
		return nil, errMissing // its text may name the entry
	}
	return &expanding{r, p}, nil
}

var (
	errMissing = errors.New("xlsx: part missing")
	errRatio   = errors.New("xlsx: too much unpacked")
)

// expanding counts what comes out of a part against what the whole workbook may
// expand to.
type expanding struct {
	io.ReadCloser
	p *parts
}

// Read implements io.Reader.
func (e *expanding) Read(b []byte) (int, error) {
	if e.p.left <= 0 {
		e.p.spent = true
		return 0, errRatio
	}
	n, err := e.ReadCloser.Read(b[:min(int64(len(b)), e.p.left)])
	e.p.left -= int64(n)
	return n, err
}

// salvage reads what is left of a workbook whose archive is cut off.
func (b *book) salvage(r io.Reader, res *sources.Result) error {
	b.parts = &parts{data: make(map[string][]byte)}
	left := int64(64 << 20)
	err := zipformat.Salvage(r, func(entry string, body io.Reader) error {
		if !strings.HasSuffix(entry, ".xml") && !strings.HasSuffix(entry, ".rels") {
			return nil
		}
		data, err := io.ReadAll(io.LimitReader(body, left))
		left -= int64(len(data))
		if len(data) > 0 {
			b.parts.data[entry] = data
			b.parts.order = append(b.parts.order, entry)
		}
		return err
	})
	var why *sources.FormatError
	if !errors.As(err, &why) {
		why = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	if len(b.parts.under("xl/", ".xml")) == 0 {
		return &sources.FormatError{Status: sources.Unreadable, Reason: why.Reason}
	}
	if err := b.own(); err != nil {
		var fe *sources.FormatError
		if !errors.As(err, &fe) {
			return err
		}
	}
	res.Records = b.records
	return why
}
