// Package csv reads delimited text: records of cells between semicolons, commas,
// tabulators or bars, with the quoting of RFC 4180 and what French tools make
// of it.
//
// The grammar, which every input has exactly one reading under:
//
//	file   = record *( newline record )
//	record = cell *( separator cell )
//	cell   = quoted / plain
//	quoted = DQUOTE *( any but DQUOTE / 2DQUOTE ) DQUOTE, when separator, newline or
//	         the end follows; at most 1 MiB, and closed
//	plain  = what goes on to the next separator or newline, quotes included
//
// A quoted cell that is never closed is plain: one stray quote costs one cell,
// not the rest of the file. One that is closed and goes on ("a"b;) continues as
// plain text. Newlines are LF or CR LF, or CR alone where there is no LF. Blanks
// around a value, the protection of zeros (="0612", a leading apostrophe) and the
// doubling of quotes are taken away; locations still point at the original bytes.
//
// Separator, header and the form of two columns of keys and values are found by
// looking at the first records; a header may have a line of groups above that of its columns. Titles ahead of the header, and the line that tells
// Excel the separator, are running text. What it leaves out: separators of several bytes,
// comments, escapes with a backslash.
package csv

import (
	"context"
	"sync"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/text"
)

// Format is delimited text.
var Format = sources.Format{
	Name: "csv",
	Doc: "Texte délimité / delimited text\n" +
		"RFC 4180 with ; , tab or |; header, header-less and key/value tables; any encoding of plain text.",
	MediaType:  "text/csv",
	Extensions: []string{".csv", ".tsv", ".tab", ".psv"},
	Sniff:      sniff,
	Read:       read,
	Ranges:     true,
}

// maxQuoted is how long a quoted cell may be, in bytes of text. It bounds how far
// the reading of any byte depends on what stands in front of it, which is what
// lets a file be read in ranges (see sync.go).
const maxQuoted = 1 << 20

// maxCell is how long a plain cell may be; longer ones are handed over as running
// text with margins, outside their column.
const maxCell = 1 << 20

func sniff(head []byte, name string, size int64) bool {
	if !mayBe(name) {
		return false
	}
	// What is ASCII reads as it stands, if it is text at all: that is asked of tables only.
	e, mark, plain := charset.UTF8, 0, charset.Plain(head)
	if !plain {
		e, mark = charset.Detect(head)
	}
	if e == charset.Binary {
		return false
	}
	whole := size >= 0 && size <= int64(len(head))
	sample := charset.Text(head, e, mark, sampleSize)
	if _, ok := dialectOf(sample, whole && len(head) <= sampleSize, hinted(name)); !ok || plain && !charset.IsText(head) {
		return false
	}
	// Semicolons in the names of browsers and in what people write are no separators.
	return text.Layout(sample[:min(len(sample), 16<<10)], whole && len(sample) <= 16<<10) == ""
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	return r.read(ctx, in, out, maxQuoted)
}

// read prepares r for in and runs it.
func (r *reader) read(ctx context.Context, in sources.Input, out sources.Output, quoted int) (sources.Result, error) {
	e, mark := charset.Detect(in.Head)
	if e == charset.Binary {
		e = charset.Latin
	}
	sample := charset.Text(in.Head, e, mark, sampleSize)
	d, ok := dialectOf(sample, in.Whole && len(in.Head) <= sampleSize, true)
	if !ok {
		d = dialect{separator: ';', newline: '\n'}
	}
	r.prepare(ctx, out, d, quoted)
	from, to := text.Bounds(in.Range)
	start := int64(mark)
	first := from <= start
	begins := first // a record of the range begins at start
	if !first {
		if d.last > 0 { // what stands ahead, and the header, are read with the first range
			from = max(from, start+originalSize(e, sample[:d.last])+int64(min(d.header, 1)))
			start += originalSize(e, sample[:d.ahead])
			begins = from == start
		}
		start = synchronise(in, e, d, start, from, quoted)
	}
	r.stream.Open(in, e, start, -1)
	r.from, r.to = max(from, int64(mark)), to
	result, err := r.run(first, begins)
	if first {
		result.Bytes += int64(mark)
	}
	return result, err
}

// originalSize returns how many bytes text takes in encoding e.
func originalSize(e charset.Encoding, text []byte) int64 {
	if e.Unit() == 1 {
		return int64(len(text))
	}
	units := 0
	for _, c := range string(text) {
		units += utf16.RuneLen(c)
	}
	return int64(units) * e.Unit()
}
