// Package settings reads files of keys and values: INI, Java properties, TOML, the
// environments of containers, and YAML as people write it by hand.
//
// Every value is a cell of the column that its key names; in YAML keys stand with
// those above them, as paths (clients[*].iban). A section, a document or an item
// of the outermost list is a row. Lines that are neither (comments, values that go on,
// blocks of text) are cells too: nothing is left out. Keys that look like data
// share the column "*".
//
// It is a reading by lines, not a parser of these grammars: anchors, tags, escapes
// and lists within brackets stay as they stand, and no file is refused. It takes only
// files whose names say what they are and whose first lines agree.
package settings

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"
	"sync"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/lines"
)

// Format is the file of settings.
var Format = sources.Format{
	Name: "settings",
	Doc: `Réglages / settings (.ini, .properties, .toml, .env, .yaml)
Keys are columns, sections, documents and items of the outermost list are rows.`,
	MediaType:  "text/plain",
	Extensions: extensions,
	Sniff:      sniff,
	Read:       read,
}

var extensions = []string{".ini", ".properties", ".toml", ".env", ".cnf", ".yaml", ".yml", ".cfg", ".conf"}

// maxLine bounds a line, in bytes of text.
const maxLine = 1 << 20

// isYAML reports whether the name of a file says so.
func isYAML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// sniff wants two of three lines to be keys with values, sections or items.
func sniff(head []byte, name string, size int64) bool {
	if !slices.Contains(extensions, strings.ToLower(path.Ext(name))) {
		return false
	}
	e, mark := charset.Detect(head)
	if e == charset.Binary {
		return false
	}
	fits, all := 0, 0
	sample := charset.Text(head, e, mark, 16<<10)
	whole := size >= 0 && size <= int64(len(head)) && len(head) <= 16<<10
	for l := range bytes.Lines(sample) {
		if !whole && l[len(l)-1] != '\n' {
			break // it is cut
		}
		p := parse(bytes.TrimRight(l, "\r\n"), isYAML(name))
		if p.kind == other && p.from < p.to {
			all++
		}
		if p.kind != other && p.kind != comment {
			fits++
			all++
		}
	}
	return fits > 0 && 3*fits >= 2*all
}

// reader reads one file.
type reader struct {
	lines.Cells
	yaml    bool
	row     int64
	opened  bool  // the row has something
	list    int   // indent of the outermost list, -1 outside one
	stack   []key // of YAML
	path    []byte
	current int32 // column of the last key
}

// key is one of those that stand above a line.
type key struct {
	indent int
	end    int // of the path with it
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	r.Reset(out.Limits().Defaults().Fields)
	r.yaml, r.row, r.opened, r.list, r.stack, r.path, r.current = isYAML(in.Name), 1, false, -1, r.stack[:0], r.path[:0], -1
	res, err := r.Read(ctx, in, out, lines.Form{End: '\n', Longest: maxLine, Split: r.line})
	res.Records = r.row
	if !r.opened {
		res.Records--
	}
	return res, err
}

// line adds the cells of a line.
func (r *reader) line(c *lines.Cells, t []byte, a, b int) {
	p := parse(t[a:b], r.yaml)
	c.Row = r.row
	switch p.kind {
	case section:
		r.begin(c)
		c.Add(t, a+p.from, a+p.to, c.Column([]byte("section"), ""))
		r.current = -1
		return
	case comment:
		c.Add(t, a+p.from, a+p.to, c.Column([]byte("commentaire"), ""))
		return
	case document:
		r.begin(c)
		r.opened, r.list, r.stack, r.path = false, -1, r.stack[:0], r.path[:0]
		return
	}
	if p.items > 0 && (r.list < 0 || p.indent <= r.list) {
		r.begin(c)
		r.list = p.indent
	} else if p.items == 0 && p.kind == pair && p.indent <= r.list {
		r.begin(c) // behind the list
		r.list = -1
	}
	r.opened = true
	if p.kind == pair {
		r.current = r.column(c, t[a+p.key:a+p.keyEnd], &p)
	} else if p.kind == item {
		r.current = r.column(c, nil, &p)
	}
	if r.current < 0 {
		r.current = c.Column([]byte("texte"), "")
	}
	c.Add(t, a+p.from, a+p.to, r.current)
}

// begin begins a row, unless the one at hand is still empty.
func (r *reader) begin(c *lines.Cells) {
	if r.opened {
		r.row++
	}
	r.opened = true
	c.Row = r.row
}

// maxPath bounds the names of columns, in bytes; deeper keys stand alone.
const maxPath = 200

// column returns the column of a key, or of the items of a list (no key).
func (r *reader) column(c *lines.Cells, name []byte, p *parsed) int32 {
	if odd(name) {
		name = []byte("*")
	}
	if !r.yaml {
		return c.Column(name, "")
	}
	n := len(r.stack)
	for n > 0 && r.stack[n-1].indent >= p.at {
		n--
	}
	if r.stack = r.stack[:n]; n > 0 {
		r.path = r.path[:r.stack[n-1].end]
	} else {
		r.path = r.path[:0]
	}
	if p.items > 0 && !bytes.HasSuffix(r.path, []byte("[*]")) {
		r.path = append(r.path, "[*]"...)
		if r.list >= 0 { // what stands in the item is below it
			r.stack = append(r.stack, key{p.indent, len(r.path)})
		}
	}
	if len(name) > 0 {
		if len(r.path) > 0 {
			r.path = append(r.path, '.')
		}
		r.path = append(r.path, name...)
		if len(r.path) > maxPath {
			r.path = append(r.path[:0], name...)
		}
		r.stack = append(r.stack, key{p.at, len(r.path)})
	}
	if len(r.path) == 0 {
		return -1
	}
	return c.Column(r.path, "")
}

// odd reports whether a key looks like data: many digits, an address, a sentence.
func odd(name []byte) bool {
	digits := 0
	for _, b := range name {
		if '0' <= b && b <= '9' {
			digits++
		}
	}
	return digits > 3 || len(name) > 64 || bytes.IndexByte(name, '@') >= 0
}
