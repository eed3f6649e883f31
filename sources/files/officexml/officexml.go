// Package officexml reads Office documents that are one XML document: workbooks and
// Word documents of Office 2003 (SpreadsheetML, WordprocessingML 2003), which many
// programs still export, often named .xls and .doc, and the flat form of Office Open
// XML (MS-DOCX 2.1, "pkg:package").
//
// Cells have their sheets, rows and columns, text that is parted into runs is whole,
// comments, headers, links and properties are text. Pictures are not read; embedded
// documents are told. It streams, in the encodings of package xmltext.
package officexml

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/parts"
	xmltext "recense/sources/files/xml"
)

// Workbook is the XML spreadsheet of Excel 2003.
var Workbook = sources.Format{
	Name: "spreadsheetml",
	Doc: `XML spreadsheet 2003 (.xml, .xls)
SpreadsheetML. All sheets with hidden ones, comments, links, headers, properties; stored values.`,
	MediaType:  workbookType,
	Extensions: []string{".xls", ".xml"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return root(head, "Workbook", "office:spreadsheet") },
	Read:       readWorkbook,
}

// Document is the Word document that is one XML document.
var Document = sources.Format{
	Name: "wordml",
	Doc: `Word XML document (.xml, .doc)
WordprocessingML 2003 and flat Office Open XML. As .docx; embedded documents are told and not read.`,
	MediaType:  documentType,
	Extensions: []string{".xml", ".doc"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return root(head, "wordDocument", "word/2003/wordml") || root(head, "package", "office/2006/xmlPackage")
	},
	Read: readDocument,
}

const (
	workbookType = "application/vnd.ms-excel"
	documentType = "application/msword"
)

// sniffed is how much of a head is looked at for the first element, in bytes.
const sniffed = 4 << 10

// root reports whether head begins an XML document whose first element has a name,
// whatever its prefix, and declares a namespace that ends so.
func root(head []byte, name, namespace string) bool {
	if len(head) == 0 || head[0] != '<' && head[0] != 0 && head[0] < 0xEF {
		return false
	}
	head = head[:min(len(head), sniffed)]
	if head[0] == '<' && head[min(1, len(head)-1)] != 0 && !bytes.Contains(head, []byte(name)) {
		return false
	}
	enc, skip := xmltext.Encoding(head)
	text, err := io.ReadAll(cells.NewReader(bytes.NewReader(head), enc, skip))
	if err != nil {
		return false
	}
	x := parts.NewScanner(bytes.NewReader(text))
	for x.Next() == nil {
		if len(bytes.TrimSpace(x.Text)) > 0 {
			return false
		}
		if len(x.Tag) == 0 {
			return false
		}
		if x.Tag[0] == '?' || x.Tag[0] == '!' {
			continue
		}
		local, _, _ := x.Name()
		return string(local) == name && bytes.Contains(x.Tag, []byte(namespace+`"`))
	}
	return false
}

func readDocument(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := newReader(ctx, in, out)
	defer r.flow.Close()
	story := parts.NewStory(nil, r.flow)
	err := story.Stream(r.scanner, r.common)
	return r.result(documentType, "wordml", story.Damaged, err)
}

func readWorkbook(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := newReader(ctx, in, out)
	defer r.flow.Close()
	damaged, err := r.workbook()
	return r.result(workbookType, "spreadsheetml", damaged, err)
}

// reader reads one document.
type reader struct {
	ctx     context.Context
	out     sources.Output
	flow    *parts.Flow
	source  decoded
	scanner *parts.Scanner
	name    []byte // of the property at hand
	inside  int    // open elements from that of the properties on
	told    bool   // embedded documents
	closed  bool   // the document has its end
	// of a workbook
	data    bool   // within the value of a cell
	comment bool   // within a comment
	kind    string // of the value
	merged  int    // columns that the cell covers beside its own
}

func newReader(ctx context.Context, in sources.Input, out sources.Output) *reader {
	enc, skip := xmltext.Encoding(in.Head)
	r := &reader{ctx: ctx, out: out, flow: parts.NewFlow(ctx, out), source: decoded{Reader: cells.NewReader(in.Reader, enc, skip)}}
	r.scanner = parts.NewScanner(&r.source)
	r.scanner.Split = true
	return r
}

// result is the verdict; an unfinished document was cut off.
func (r *reader) result(mediaType, format string, damaged bool, err error) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: format, Bytes: r.source.Count()}
	if r.flow.Rows > 0 {
		res.Records = r.flow.Rows
	}
	switch {
	case err != nil:
		return res, err
	case !r.closed:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case damaged:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, nil
}

// common takes what both kinds of documents keep apart from their text: properties,
// addresses, authors, parts, and embedded documents, which are told once. It reports
// whether the tag, and the text in front of it, are dealt with.
func (r *reader) common(x *parts.Scanner, local string, end, empty bool) (taken bool, err error) {
	if err := r.ctx.Err(); err != nil {
		return false, err
	}
	if r.inside > 0 {
		if text := bytes.TrimSpace(x.Text); len(text) > 0 {
			err = r.flow.Line(append(append(bytes.Clone(r.name), ": "...), text...))
		}
		switch {
		case len(x.Tag) == 0 || empty:
		case end:
			r.inside--
		default:
			if r.inside++; r.inside == 2 { // the value of a property may have an element of its own
				r.name = append(r.name[:0], local...)
				if local == "property" {
					r.name = append(r.name[:0], x.Attr("name")...)
				}
			}
		}
		return true, err
	}
	if end {
		r.closed = r.closed || local == "Workbook" || local == "wordDocument" || local == "package"
		return false, nil
	}
	switch local {
	case "DocumentProperties", "CustomDocumentProperties", "coreProperties", "Properties":
		if !empty {
			r.inside, r.name = 1, r.name[:0]
		}
		return true, nil
	case "hlink":
		return false, r.aside(x.Attr(":dest"))
	case "annotation":
		return false, r.aside(x.Attr(":author"))
	case "docOleData", "OLEObject":
		return false, r.embedded()
	case "part":
		if bytes.Contains(x.Attr(":name"), []byte("/embeddings/")) {
			return false, r.embedded()
		}
	}
	return false, nil
}

func (r *reader) aside(text []byte) error {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return nil
	}
	r.flow.EndAside()
	err := r.flow.Aside(text)
	r.flow.EndAside()
	return err
}

func (r *reader) embedded() error {
	if r.told {
		return nil
	}
	r.told = true
	return r.out.Skip(sources.Location{Byte: -1}, sources.UnknownFormat)
}

// workbook reads the sheets; damaged says that the XML breaks off or is none.
func (r *reader) workbook() (damaged bool, err error) {
	x := r.scanner
	for {
		if err := x.Next(); err != nil {
			return !errors.Is(err, io.EOF), r.flow.End()
		}
		local, end, empty := x.Name()
		taken, err := r.common(x, string(local), end, empty)
		if err == nil && !taken {
			err = r.token(x, string(local), end, empty)
		}
		if err != nil {
			return false, err
		}
	}
}

// token takes a tag of a workbook and the text in front of it.
func (r *reader) token(x *parts.Scanner, local string, end, empty bool) error {
	if len(x.Text) > 0 && r.data {
		write := r.flow.Write
		if r.comment {
			write = r.flow.Aside
		}
		if err := write(x.Text); err != nil {
			return err
		}
	}
	switch {
	case len(x.Tag) == 0:
	case end:
		return r.end(local)
	case local == "Data":
		r.data, r.kind = !empty, string(x.Attr(":Type"))
	case local == "Comment":
		r.comment = !empty
		return r.aside(x.Attr(":Author"))
	case local == "Worksheet":
		_, err := r.flow.OpenTable(string(x.Attr(":Name")))
		return err
	case local == "Row":
		return r.flow.OpenRow(int64(index(x)))
	case local == "Cell":
		return r.cell(x)
	case local == "Header" || local == "Footer":
		return r.aside(x.Attr(":Data"))
	case local == "NamedRange":
		return r.aside(x.Attr(":Name"))
	}
	return nil
}

// cell begins a cell, at its index if it has one.
func (r *reader) cell(x *parts.Scanner) error {
	r.flow.Skip(index(x) - 1 - r.flow.Column())
	r.flow.OpenCell()
	if covered := number(x.Attr(":MergeAcross")); covered > 0 {
		r.merged = covered
	}
	return r.aside(x.Attr(":HRef"))
}

func (r *reader) end(local string) error {
	switch local {
	case "Data":
		r.data = false
		if r.comment {
			r.flow.EndAside()
			return nil
		}
		r.value()
	case "Comment":
		r.comment = false
	case "Cell":
		r.flow.CloseCell()
		r.flow.Skip(r.merged)
		r.merged = 0
	case "Row":
		return r.flow.CloseRow()
	case "Worksheet":
		return r.flow.CloseTable()
	}
	return nil
}

// value rewrites what a cell holds: numbers without exponents, dates without the time
// that they do not have.
func (r *reader) value() {
	switch r.kind {
	case "Number":
		r.flow.Value(cells.Number(string(r.flow.Text()), cells.Style{}, false), true)
	case "DateTime":
		r.flow.Value(string(bytes.TrimSuffix(r.flow.Text(), []byte("T00:00:00.000"))), false)
	}
}

// index is the number that a row or a cell gives itself, 0 when it follows the last.
func index(x *parts.Scanner) int { return number(x.Attr(":Index")) }

// number reads what is at most a few digits; 0 for anything else.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 || n > 1<<24 {
		return 0
	}
	return n
}

// decoded is a reader that may be asked for less than a character, and that remembers no
// places.
type decoded struct {
	*cells.Reader
	at   int64
	rest []byte
}

// Read implements io.Reader.
func (d *decoded) Read(b []byte) (int, error) {
	if len(d.rest) > 0 || len(b) < utf8.UTFMax {
		if len(d.rest) == 0 {
			var few [utf8.UTFMax]byte
			n, err := d.next(few[:])
			if n == 0 {
				return 0, err
			}
			d.rest = append(d.rest, few[:n]...)
		}
		n := copy(b, d.rest)
		d.rest = d.rest[:copy(d.rest, d.rest[n:])]
		return n, nil
	}
	return d.next(b)
}

func (d *decoded) next(b []byte) (int, error) {
	n, err := d.Reader.Read(b)
	d.at += int64(n)
	d.Forget(d.at)
	return n, err
}
