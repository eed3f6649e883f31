// Package logs reads journals whose lines have fields: those of web servers in the
// common and combined formats of NCSA (Apache, nginx), in the extended format of
// W3C (IIS), and syslog (RFC 3164 and RFC 5424).
//
// Each line is a row; what does not fit the layout of the file is a cell of the
// column "ligne". Requests, referrers and messages are cells, so that what an address or a
// sentence holds is seen with its words around it; addresses are decoded (%40, + in queries). Times,
// numbers and the names of programs are cells too. Journals of JSON lines are
// read as JSON, other journals as text. A journal of W3C that is read in ranges and names
// other fields later on has those of its beginning in the ranges behind.
package logs

import (
	"bytes"
	"context"
	"sync"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/lines"
	"recense/sources/files/text"
)

// Format is the journal.
var Format = sources.Format{
	Name: "log",
	Doc: "Journaux / logs with fields\n" +
		"NCSA common and combined (Apache, nginx), W3C extended (IIS), syslog (RFC 3164, RFC 5424).",
	MediaType:  "text/plain",
	Extensions: []string{".log"},
	Sniff:      sniff,
	Read:       read,
	Ranges:     true,
}

// maxLine is how long a line may be, in bytes of text.
const maxLine = 1 << 20

func sniff(head []byte, _ string, size int64) bool {
	if len(head) == 0 || bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0 {
		return false // not text, or UTF-16, which no server writes
	}
	if !mayBe(head) {
		return false
	}
	return layoutOf(head, size >= 0 && size <= int64(len(head))) != nil
}

// mayBe tells most texts from journals by their first lines, as they are: it is
// asked of every file.
func mayBe(head []byte) bool {
	first := text.LinesOf(head, true)
	for n := 0; n <= text.GiveUp; {
		l, bare, ok := first.Next()
		if !ok {
			return false
		}
		if !bare {
			if l = bytes.TrimSpace(bytes.TrimPrefix(l, mark)); len(l) == 0 {
				continue
			}
			if bytes.HasPrefix(l, directive) || text.IsLogLine(l) {
				return true
			}
		}
		n++
	}
	return false
}

// layout is how the lines of a journal are made.
type layout struct {
	columns []string
	// split adds the cells of a line; it reports false when the line is not of its kind.
	split func(c *lines.Cells, t []byte, a, b int) bool
}

// layoutOf finds the layout of the file that begins with head; nil when there is none.
func layoutOf(head []byte, whole bool) *layout {
	e, mark := charset.Detect(head)
	if e == charset.Binary || e.Unit() != 1 {
		return nil
	}
	sample := charset.Text(head, e, mark, 16<<10)
	if i := fieldsOf(sample); i >= 0 {
		line, _, _ := bytes.Cut(sample[i:], newline)
		w := &extended{}
		w.name(line)
		l := &layout{split: w.split}
		for _, f := range w.fields {
			l.columns = append(l.columns, string(f))
		}
		return l
	}
	if !text.Journal(sample, whole && len(head) <= 16<<10) {
		return nil
	}
	for l := range bytes.Lines(sample) {
		switch {
		case text.IsCommonLog(bytes.TrimSpace(l)):
			return &layout{combinedFields, common}
		case text.IsSyslog(bytes.TrimSpace(l)):
			return &layout{syslogFields, syslog}
		}
	}
	return nil
}

type reader struct{ lines.Cells }

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	l := layoutOf(in.Head, in.Whole)
	if l == nil { // it was cut, or is read under a name that is not its own
		l = &layout{split: func(*lines.Cells, []byte, int, int) bool { return false }}
	}
	r := readers.Get().(*reader)
	defer readers.Put(r)
	r.Reset(out.Limits().Defaults().Fields)
	return r.Read(ctx, in, out, lines.Form{End: '\n', Longest: maxLine, Columns: l.columns, Split: func(c *lines.Cells, t []byte, a, b int) {
		for a < b && t[a] <= ' ' {
			a++
		}
		for a < b && t[b-1] <= ' ' {
			b--
		}
		if !l.split(c, t, a, b) {
			c.Add(t, a, b, c.Column([]byte("ligne"), ""))
		}
	}})
}
