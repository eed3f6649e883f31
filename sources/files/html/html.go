// Package htmltext reads HTML as text and tables.
//
// Entities are decoded, inline tags vanish (a number split by <b> is one
// number), blocks part the text by line ends, white space is folded as browsers
// do. Tables are cells: a first row of headings names the columns, a heading in
// front of a row names its values. The text of scripts and styles is read, and
// so are the attributes that show or send something (href, value, content, alt,
// title, data-…), as lines of their own: "name: value". Documents in data: URLs are
// members; pictures there are recognised where that was asked for, and a page of
// nothing else is told.
//
// The tokenizer is our own (that of golang.org/x/net/html, which it is compared
// with in the tests, takes a byte at a time), with a bound on the length of a
// tag; no tree is built, nothing is fetched or run.
package htmltext

import (
	"bytes"
	"context"
	"io"
	"path"
	"regexp"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is HTML.
var Format = sources.Format{
	Name: "html",
	Doc: `HTML
WHATWG HTML, XHTML; tables are cells. Encoding by byte order mark, declaration or content.
Scripts are read as text and not run. Documents in data: URLs are members.`,
	MediaType:  "text/html",
	Extensions: []string{".html", ".htm", ".xhtml", ".shtml", ".mht"},
	Sniff:      sniff,
	Read:       read,
}

// maxToken bounds a tag or a run of text, in bytes: pictures in data: URLs.
const maxToken = 8 << 20

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	enc, skip := encoding(in.Head)
	src := cells.NewReader(in.Reader, enc, skip)
	watch := &watched{r: src}
	p := newPage(out, src, watch, buffer(in, enc))
	defer p.text.Close()
	err := p.read(ctx)
	res := sources.Result{Records: -1, Bytes: src.Count(), Lines: p.lex.lineAt(p.lex.where()) - 1}
	if err != nil {
		return res, err
	}
	switch {
	case watch.err == io.ErrUnexpectedEOF || p.cut:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case watch.err != nil:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.IOError}
	case p.tooLong:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case p.blind():
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return res, nil
}

// buffer returns how much a lexer should hold at first, in bytes: enough for all
// of a small file.
func buffer(in sources.Input, enc cells.Encoding) int {
	if in.Whole && enc == cells.UTF8 {
		return len(in.Head) + 16
	}
	return firstBuffer
}

// watched remembers the error that ended reading early.
type watched struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// encoding follows the byte order mark, then the declaration, then the bytes.
func encoding(head []byte) (cells.Encoding, int) {
	enc, skip := cells.Detect(head)
	if skip > 0 || enc != cells.Windows1252 {
		return enc, skip
	}
	head = head[:min(len(head), 4096)]
	if m := charset.FindSubmatch(head); m != nil {
		switch string(bytes.ToLower(m[1])) {
		case "iso-8859-15", "latin-9", "latin9":
			return cells.ISO8859_15, 0
		case "utf-8", "utf8":
			return cells.UTF8, 0
		}
	}
	return enc, skip
}

var charset = regexp.MustCompile(`(?i)charset\s*=\s*["']?([a-z0-9_-]+)`)

// sniff looks for the elements that only HTML begins with, behind a declaration
// and comments.
func sniff(head []byte, file string, _ int64) bool {
	text := bytes.TrimLeft(cells.Head(head[:min(len(head), 16<<10)]), " \t\r\n")
	for len(text) > 0 && text[0] == '<' {
		var end []byte
		switch {
		case bytes.HasPrefix(text, []byte("<!--")):
			end = []byte("-->")
		case foldPrefix(text, "<?xml"):
			end = []byte("?>")
		case foldPrefix(text, "<!doctype"):
			return foldPrefix(bytes.TrimLeft(text[9:], " \t\r\n"), "html")
		default:
			return opens(text) && !markdown(file)
		}
		i := bytes.Index(text, end)
		if i < 0 {
			return false
		}
		text = bytes.TrimLeft(text[i+len(end):], " \t\r\n")
	}
	return false
}

// markdown reports whether a file is text that may begin with a tag.
func markdown(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".md", ".markdown", ".mdx", ".rst", ".adoc":
		return true
	}
	return false
}

// opens reports whether text begins with a tag that only HTML begins with.
func opens(text []byte) bool {
	for _, tag := range openings {
		if foldPrefix(text, tag) && (len(text) == len(tag) || isSpace(text[len(tag)]) || text[len(tag)] == '>' || text[len(tag)] == '/') {
			return true
		}
	}
	return false
}

// foldPrefix reports whether text begins with prefix, which is in lower case.
func foldPrefix(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(text[i]) != prefix[i] {
			return false
		}
	}
	return true
}

var openings = []string{
	"<html", "<head", "<body", "<title", "<meta", "<script", "<style",
	"<table", "<div", "<p", "<h1", "<h2", "<font", "<a", "<br", "<ul", "<span",
}

// readable reports whether an attribute is read: those that show or send something,
// and others that may hold an address or a number.
func readable(key, value []byte) bool {
	switch string(key) {
	case "href", "value", "content", "alt", "title", "placeholder", "action", "label", "summary", "aria-label", "srcdoc", "cite", "datetime":
		return true
	case "src", "srcset", "style", "class", "id", "d", "points", "viewbox", "transform", "integrity", "nonce", "width", "height":
		return false
	}
	return len(key) > 5 && string(key[:5]) == "data-" || telling(value)
}

// telling reports whether a value holds an @ or nine digits.
func telling(value []byte) bool {
	if len(value) > 1024 {
		return false
	}
	digits := 0
	for _, c := range value {
		if c == '@' {
			return true
		}
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits >= 9
}

// block reports whether tag begins and ends a line.
func block(tag []byte) bool {
	switch string(tag) {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark",
		"nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input", "o:p":
		return false
	}
	return true
}

// unseen reports whether the text of tag is not shown on the page.
func unseen(tag []byte) bool {
	switch string(tag) {
	case "title", "script", "style":
		return true
	}
	return false
}

// verbatim reports whether white space counts in the text of tag.
func verbatim(tag []byte) bool {
	switch string(tag) {
	case "pre", "textarea", "script", "style", "xmp", "plaintext", "listing":
		return true
	}
	return false
}

// rawText reports whether the content of tag is no markup.
func rawText(tag []byte) bool {
	switch string(tag) {
	case "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext":
		return true
	}
	return false
}
