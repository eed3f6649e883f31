// Package ldif reads exports of directories in LDIF (RFC 2849): OpenLDAP, Active
// Directory, 389, what they export and what is to be changed.
//
// Each entry is a row, its attributes the columns, named without their options;
// several values of an attribute are several cells. Folded lines are joined, base64
// is undone: names with accents stand in it. Pictures and certificates in base64 are
// members where they begin like a file that says what it is. What a URL leads to is
// not read.
package ldif

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the LDIF file.
var Format = sources.Format{
	Name: "ldif",
	Doc: `LDIF (.ldif)
RFC 2849. Entries of a directory are rows, their attributes columns; base64 is undone.`,
	MediaType:  "text/x-ldif",
	Extensions: []string{".ldif", ".ldf"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return begins(head) },
	Read:       read,
}

// begins reports whether the first line that is no comment names an entry. It
// allocates nothing but for UTF-16: every text is asked.
func begins(head []byte) bool {
	if len(head) > 1 && (head[0] >= 0xEF || head[0] == 0 || head[1] == 0) {
		head = cells.Head(head[:min(len(head), 4096)])
	}
	for head = head[:min(len(head), 4096)]; len(head) > 0; {
		line, rest, whole := bytes.Cut(head, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		switch {
		case len(line) > 3 && bytes.EqualFold(line[:3], []byte("dn:")):
			return whole && (bytes.IndexByte(line, '=') > 0 || line[3] == ':')
		case len(line) == 0, line[0] == '#', line[0] == ' ', bytes.HasPrefix(line, []byte("version:")):
		default:
			return false
		}
		head = rest
	}
	return false
}

// maxLine bounds a value with its folds, in bytes; the rest of it is passed over.
const maxLine = 8 << 20

// export is a file being read.
type export struct {
	ctx     context.Context
	r       *bufio.Reader
	src     *cells.Reader
	rows    *cells.Rows
	blobs   *cells.Blobs
	columns map[string]int32 // by name in lower case
	names   []string         // by column
	buf     []byte
	row     int64
	line    int64 // of the value at hand
	next    int64 // of the next line
	open    bool  // within an entry
	cut     bool
	err     error
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	enc, skip := cells.Detect(in.Head)
	src := cells.NewReader(in.Reader, enc, skip)
	e := &export{
		ctx: ctx, src: src, r: bufio.NewReaderSize(src, 64<<10), rows: cells.NewRows(out), blobs: cells.NewBlobs(out),
		columns: make(map[string]int32), next: 1,
	}
	err := e.read()
	if err == nil {
		err = e.rows.Flush()
	}
	res := sources.Result{Records: e.row, Bytes: src.Count(), Lines: e.next - 1}
	switch {
	case err != nil:
		return res, err
	case e.cut:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case e.err == io.ErrUnexpectedEOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case e.err != io.EOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, nil
}

func (e *export) read() error {
	for n := 0; ; n++ {
		if n%256 == 0 && e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		line, ok := e.logical()
		if !ok {
			return nil
		}
		if err := e.give(line); err != nil {
			return err
		}
	}
}

// logical reads a line with those that are folded into it; false at the end.
func (e *export) logical() ([]byte, bool) {
	e.buf, e.line = e.buf[:0], e.next
	for e.err == nil {
		piece, err := e.r.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			e.err = err
		}
		if room := maxLine - len(e.buf); len(piece) > room {
			e.cut, piece = true, piece[:max(room, 0)]
		}
		e.buf = append(e.buf, piece...)
		if err != nil {
			continue
		}
		e.next++
		e.buf = bytes.TrimRight(e.buf, "\r\n")
		if more, _ := e.r.Peek(1); len(more) == 1 && more[0] == ' ' && len(e.buf) > 0 {
			e.r.Discard(1)
			continue
		}
		return e.buf, true
	}
	return e.buf, len(e.buf) > 0
}

// give hands out a line: an attribute and its value.
func (e *export) give(line []byte) error {
	at := bytes.IndexByte(line, ':')
	switch {
	case len(line) == 0:
		e.open = false
		return e.rows.EndRow()
	case line[0] == '#' || at < 1: // a comment, or the end of a change
		return nil
	}
	name, value := string(line[:min(at, 256)]), line[at+1:]
	name, _, _ = strings.Cut(name, ";")
	if !e.open {
		if strings.EqualFold(name, "version") {
			return nil
		}
		e.open = true
		e.row++
	}
	packed := len(value) > 0 && value[0] == ':'
	if len(value) > 0 && (packed || value[0] == '<') {
		value = value[1:]
	}
	value = bytes.TrimLeft(value, " ")
	column, err := e.column(name)
	if err != nil {
		return err
	}
	if packed {
		if value, err = e.unpacked(value, column); err != nil {
			return err
		}
	}
	e.rows.Bytes(value, column, max(e.row, 1), sources.Location{Byte: -1, Line: e.line})
	if e.rows.Len() > 1<<20 {
		return e.rows.Flush()
	}
	return nil
}

// unpacked undoes base64. A value that is none is given as it stands there.
func (e *export) unpacked(value []byte, column int32) ([]byte, error) {
	n, err := base64.StdEncoding.Decode(value, value)
	if err != nil {
		return cells.UTF8Text(value), nil
	}
	text, err := e.blobs.Give(value[:n], "", e.names[column], max(e.row, 1))
	return text, err
}

// column returns the column of an attribute.
func (e *export) column(name string) (int32, error) {
	name = strings.ToValidUTF8(strings.TrimSpace(name), "")
	key := strings.ToLower(name)
	if at, ok := e.columns[key]; ok {
		return at, nil
	}
	at, err := e.rows.Columns.Add(name, "")
	if int(at) == len(e.names) {
		e.names = append(e.names, name)
	}
	if len(e.columns) < 4096 {
		e.columns[key] = at
	}
	return at, err
}
