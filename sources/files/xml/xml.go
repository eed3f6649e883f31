// Package xmltext reads XML 1.0 (fifth edition) as a stream of cells.
//
// The text of an element is a cell, and so is each attribute. The column is the
// path of the element without prefixes (Document/CstmrCdtTrfInitn/PmtInf/
// CdtTrfTxInf/Cdtr/Nm), an attribute stands under /@name. Rows count repeated
// elements: transactions and entries of ISO 20022, entries of FHIR, or elements
// that follow one another under the same name. Text split by tags inside one
// element (mixed content) is one cell; the names of blocks part it by line ends.
//
// The tokenizer is our own, does not build a tree, works in one window whatever
// the length of lines, and never looks at a DTD: no entity but the predefined
// ones, those of HTML and numeric ones is expanded, nothing external is opened.
// It is lenient: wrong nesting is passed over and makes the result partial.
// Comments, instructions and document types are cells (#comment). Schemas are not known; Base64
// is not decoded.
package xmltext

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

const (
	name      = "xml"
	mediaType = "application/xml"
)

// Format is XML.
var Format = sources.Format{
	Name: name,
	Doc: `XML
XML 1.0; paths of elements are columns, repeated elements rows. SEPA (ISO 20022), FHIR and CDA are
named as such. No DTD, no external entity. Encodings: UTF-8, UTF-16, ISO-8859-1 and -15, Windows-1252.`,
	MediaType:  mediaType,
	Extensions: []string{".xml", ".xsd", ".xsl", ".xslt", ".svg", ".rdf", ".rss", ".atom", ".wsdl", ".gpx", ".kml", ".plist", ".xlf"},
	Sniff:      sniff,
	Read:       read,
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	enc, skip := Encoding(in.Head)
	p := newParser(cells.NewWindow(ctx, in.Reader, enc, skip, out))
	defer p.w.Close()
	err := p.run()
	res := sources.Result{MediaType: p.mediaType(), Format: p.format(), Bytes: p.w.Read(), Records: -1, Lines: p.w.Lines()}
	if p.records > 1 {
		res.Records = p.row
	}
	var syntax *syntaxError
	switch failed := p.w.Failed(); {
	case errors.As(err, &syntax):
		return res, partial(syntax.reason)
	case err != nil:
		return res, err
	case failed == io.ErrUnexpectedEOF:
		return res, partial(sources.Truncated)
	case failed != nil:
		return res, partial(sources.IOError)
	case p.damaged:
		return res, partial(sources.Corrupt)
	}
	return res, nil
}

func partial(r sources.Reason) error {
	return &sources.FormatError{Status: sources.Partial, Reason: r}
}

// syntaxError says that the text is not XML any more. It quotes nothing.
type syntaxError struct{ reason sources.Reason }

func (e *syntaxError) Error() string { return "xml: " + string(e.reason) }

// Encoding tells how the document is written that begins with head, and how long its byte
// order mark is. It follows that mark, then the declaration, then the bytes.
func Encoding(head []byte) (cells.Encoding, int) {
	enc, skip := cells.Detect(head)
	if skip > 0 || enc == cells.UTF16LE || enc == cells.UTF16BE {
		return enc, skip
	}
	decl := head[:min(len(head), 256)]
	end := bytes.Index(decl, []byte("?>"))
	i := bytes.Index(decl, []byte("encoding"))
	if !bytes.HasPrefix(bytes.TrimSpace(decl), []byte("<?xml")) || i < 0 || end < i {
		return enc, 0
	}
	value := strings.ToLower(strings.Trim(string(decl[i+len("encoding"):end]), "= \t\r\n\"'"))
	if j := strings.IndexAny(value, "\"' "); j >= 0 {
		value = value[:j]
	}
	if enc == cells.UTF8 && !ascii(head) {
		return enc, 0 // another declaration is wrong, as it often is
	}
	switch value {
	case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii":
		return cells.Windows1252, 0
	case "iso-8859-15", "latin-9", "latin9":
		return cells.ISO8859_15, 0
	}
	return enc, 0
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// sniff reports whether head is XML: a declaration, or a well-formed first
// element that something of its kind follows. HTML is left to its own format.
func sniff(head []byte, name string, _ int64) bool {
	text := bytes.TrimLeft(cells.Head(head), " \t\r\n")
	declared := bytes.HasPrefix(text, []byte("<?xml"))
	for len(text) > 1 && text[0] == '<' && (text[1] == '?' || text[1] == '!') {
		if isDoctypeHTML(text) {
			return false
		}
		end := skipTo(text)
		if end == 0 {
			return declared
		}
		text = bytes.TrimLeft(text[end:], " \t\r\n")
	}
	if len(text) == 0 {
		return declared
	}
	root, rest, ok := rootTag(text)
	if !ok || strings.EqualFold(root, "html") {
		return false
	}
	if declared || rest == nil {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdx", ".rst", ".adoc": // text that may begin with a tag
		return false
	}
	body := bytes.TrimLeft(rest, " \t\r\n")
	return len(body) == 0 || body[0] == '<' || bytes.Contains(body, []byte("</"+root))
}

func isDoctypeHTML(text []byte) bool {
	const doctype = "<!doctype"
	if len(text) < len(doctype)+5 || !bytes.EqualFold(text[:len(doctype)], []byte(doctype)) {
		return false
	}
	return bytes.EqualFold(bytes.TrimSpace(text[len(doctype):])[:min(4, len(bytes.TrimSpace(text[len(doctype):])))], []byte("html"))
}

// skipTo returns the length of the declaration, comment or document type that
// text begins with, 0 when it does not end.
func skipTo(text []byte) int {
	stop := ">"
	switch {
	case text[1] == '?':
		stop = "?>"
	case bytes.HasPrefix(text, []byte("<!--")):
		stop = "-->"
	}
	i := bytes.Index(text, []byte(stop))
	if i < 0 {
		return 0
	}
	if stop == ">" {
		if open := bytes.IndexByte(text[:i], '['); open >= 0 {
			if j := bytes.Index(text, []byte("]>")); j >= 0 {
				return j + 2
			}
			return 0
		}
	}
	return i + len(stop)
}

// rootTag reads the first start tag; rest is nil when it is cut.
func rootTag(text []byte) (root string, rest []byte, ok bool) {
	if len(text) < 3 || text[0] != '<' || !nameStart(text[1]) {
		return "", nil, false
	}
	i := 1
	for i < len(text) && nameByte[text[i]] {
		i++
	}
	root = string(text[1:i])
	for quote := byte(0); i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return root, text[i+1:], true
		case c == '"' || c == '\'':
			if text[i-1] != '=' && text[i-1] != ' ' {
				return "", nil, false
			}
			quote = c
		case c == '<' || c == '@':
			return "", nil, false
		}
	}
	return root, nil, len(text) > 1024
}

// nameByte are the bytes of names: letters, digits, -._: and all beyond ASCII.
var nameByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = nameStart(byte(c)) || '0' <= c && c <= '9' || c == '-' || c == '.'
	}
	return t
}()

func nameStart(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == ':' || c >= 0x80
}
