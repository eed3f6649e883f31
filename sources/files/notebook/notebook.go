// Package notebook reads notebooks of Jupyter (nbformat 4, and 3): their cells as
// running text, one after the other, each the page of its number; code, prose and what
// the code printed. Pictures and documents among the outputs are members. The
// strings of the metadata are text too.
//
// Its JSON is read token by token; a damaged one gives what stands in front of the
// damage. What it leaves out: numbers, and places within the file.
package notebook

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the notebook.
var Format = sources.Format{
	Name: "notebook",
	Doc: `Notebooks (.ipynb)
Jupyter: code, prose and outputs of each cell as text; pictures among them are opened.`,
	MediaType:  "application/x-ipynb+json",
	Extensions: []string{".ipynb"},
	Sniff: func(head []byte, name string, _ int64) bool {
		head = cells.Head(head)
		return strings.EqualFold(path.Ext(name), ".ipynb") && bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) &&
			(bytes.Contains(head, []byte(`"cell`)) || bytes.Contains(head, []byte(`"nbformat`)) || bytes.Contains(head, []byte(`"worksheets"`)))
	},
	Read: read,
}

// maxSize bounds what is read of a notebook, in bytes: one string may be all of it.
const maxSize = 64 << 20

// The parts of a notebook.
const (
	partOutput   = "output"
	partMetadata = "metadata"
)

// technical are strings that say nothing of anybody.
var technical = map[string]bool{"cell_type": true, "output_type": true, "id": true, "name": true, "language": true, "mimetype": true,
	"file_extension": true, "pygments_lexer": true, "nbconvert_exporter": true, "version": true, "display_name": true}

// reader walks the tokens.
type reader struct {
	ctx    context.Context
	dec    *json.Decoder
	out    sources.Output
	text   *cells.Text
	cell   int32
	blobs  int
	tokens int
	outer  error // of the output or the context
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	e, skip := cells.Detect(in.Head)
	src := cells.NewReader(in.Reader, e, skip)
	r := &reader{ctx: ctx, dec: json.NewDecoder(io.LimitReader(wide{src}, maxSize)), out: out, text: cells.NewText(out)}
	defer r.text.Close()
	r.dec.UseNumber()
	err := r.value("", "", 0)
	if e := r.end(); r.outer == nil {
		r.outer = e
	}
	res := sources.Result{Records: int64(r.cell), Bytes: src.Count()}
	var syntax *json.SyntaxError
	switch {
	case r.outer != nil:
		return res, r.outer
	case err == nil:
		return res, nil
	case src.Count() >= maxSize:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case errors.As(err, &syntax), errors.Is(err, errDeep):
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
}

// wide gives its source room for a character: the decoder asks for a byte at times.
type wide struct{ r io.Reader }

// Read implements io.Reader.
func (w wide) Read(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, io.ErrShortBuffer
	}
	return w.r.Read(b)
}

var errDeep = errors.New("too deep")

// maxDepth bounds values within values.
const maxDepth = 200

// value reads a value, that of a key within a part.
func (r *reader) value(part, key string, depth int) error {
	if r.tokens++; r.tokens%1024 == 0 && r.ctx.Err() != nil {
		r.outer = r.ctx.Err()
		return r.outer
	}
	if depth > maxDepth {
		return errDeep
	}
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			err = r.object(part, key, depth)
		} else {
			err = r.array(part, key, depth)
		}
		if err == nil {
			_, err = r.dec.Token() // its end
		}
		return err
	case string:
		return r.take(part, key, t)
	}
	return nil
}

func (r *reader) object(part, key string, depth int) error {
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		k, _ := t.(string)
		next := part
		switch {
		case k == "metadata":
			next = partMetadata
		case k == "outputs":
			next = partOutput
		case part == "" && depth > 0 && k != "source" && k != "input" && k != "cells" && k != "worksheets":
			next = partMetadata
		}
		if err := r.value(next, k, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// array reads a list: of cells, or the lines of a text.
func (r *reader) array(part, key string, depth int) error {
	for r.dec.More() {
		if key == "cells" {
			r.cell++
		}
		if err := r.value(part, key, depth+1); err != nil {
			return err
		}
		if key == "cells" {
			if err := r.end(); err != nil {
				r.outer = err
				return err
			}
		}
	}
	if key == "source" || key == "input" || strings.HasPrefix(key, "text") {
		r.text.Append('\n')
	}
	return nil
}

// take takes a string: a line as it stands, others with their key.
func (r *reader) take(part, key, s string) error {
	switch {
	case technical[key] || s == "":
		return nil
	case isDocument(key):
		return r.document(key, s)
	}
	if r.text.Part != part {
		if err := r.end(); err != nil {
			r.outer = err
			return err
		}
	}
	r.text.Part, r.text.Page = part, r.cell
	if part == partMetadata && key != "" {
		r.text.AppendString(key + ": ")
	}
	r.text.AppendString(s)
	if part == partMetadata || !strings.HasSuffix(s, "\n") && key != "source" && key != "input" && !strings.HasPrefix(key, "text") {
		r.text.Append('\n')
	}
	if err := r.text.Drain(); err != nil {
		r.outer = err
	}
	return r.outer
}

// end hands out the text of a cell or a part of it.
func (r *reader) end() error {
	if err := r.ctx.Err(); err != nil || r.text.Len() == 0 {
		return err
	}
	return r.text.End()
}

// isDocument reports whether key is the type of an output that is no text.
func isDocument(key string) bool {
	return strings.HasPrefix(key, "image/") && key != "image/svg+xml" || key == "application/pdf"
}

// document hands over an output in base64.
func (r *reader) document(key, s string) error {
	data, err := base64.StdEncoding.DecodeString(strings.Map(func(c rune) rune {
		if c <= ' ' {
			return -1
		}
		return c
	}, s))
	if err != nil || len(data) == 0 {
		return nil
	}
	r.blobs++
	name := fmt.Sprintf("%d.%s", r.blobs, path.Base(key))
	if err := r.out.Member(sources.Member{Name: name, Size: int64(len(data)), Reader: bytes.NewReader(data), Embedded: true}); err != nil {
		r.outer = err
	}
	return r.outer
}
