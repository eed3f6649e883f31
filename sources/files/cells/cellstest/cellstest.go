// Package cellstest records what a Format gives, for its tests, and checks what
// every Format promises about chunks.
package cellstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"recense/sources"
)

// Cell is one cell, or one piece of running text (Column "").
type Cell struct {
	Part, Column, Text string
	Row                int64
	Page               int32
	At                 sources.Location // of its first byte
}

// String shows a cell as part!column[row]=text.
func (c Cell) String() string {
	s := c.Column
	if c.Part != "" {
		s = c.Part + "!" + s
	}
	if c.Row > 0 {
		s = fmt.Sprintf("%s[%d]", s, c.Row)
	}
	return s + "=" + c.Text
}

// Member is a member with what stood in it.
type Member struct {
	sources.Member
	Data []byte
	Err  error // of reading it
}

// Recorder is an Output that keeps everything.
type Recorder struct {
	Limit   sources.Limits
	Cells   []Cell
	Members []Member
	Skips   []sources.Reason
	Kinds   []string
	// Wrong are broken promises.
	Wrong []string
	// Quiet keeps nothing but counts.
	Quiet  bool
	Count  int
	Bytes  int64
	Chunks int
}

// Limits returns r.Limit with its defaults.
func (r *Recorder) Limits() sources.Limits { return r.Limit.Defaults() }

// Evidence records a kind.
func (r *Recorder) Evidence(kind string, _ sources.Location) error {
	r.Kinds = append(r.Kinds, kind)
	return nil
}

// Skip records a reason.
func (r *Recorder) Skip(_ sources.Location, reason sources.Reason) error {
	r.Skips = append(r.Skips, reason)
	return nil
}

// Member reads a member whole.
func (r *Recorder) Member(m sources.Member) error {
	rec := Member{Member: m}
	if m.Read != nil {
		return r.table(rec)
	}
	if m.Reader != nil {
		rec.Data, rec.Err = io.ReadAll(io.LimitReader(m.Reader, 64<<20))
	}
	rec.Reader = nil
	r.Members = append(r.Members, rec)
	return nil
}

// table reads a member whose content the format gives: its cells bear its name as
// their part, members of it stand behind its name.
func (r *Recorder) table(rec Member) error {
	inner := &Recorder{Limit: r.Limit, Quiet: r.Quiet}
	_, err := rec.Read(inner)
	var fe *sources.FormatError
	if rec.Err = err; errors.As(err, &fe) {
		rec.Status, rec.Detail, err = fe.Status, fe.Reason, nil
	}
	rec.Read = nil
	r.Members = append(r.Members, rec)
	for _, c := range inner.Cells {
		if c.Part == "" {
			c.Part = rec.Name
		}
		r.Cells = append(r.Cells, c)
	}
	for _, m := range inner.Members {
		m.Name = rec.Name + "!/" + m.Name
		r.Members = append(r.Members, m)
	}
	r.Skips, r.Kinds, r.Wrong = append(r.Skips, inner.Skips...), append(r.Kinds, inner.Kinds...), append(r.Wrong, inner.Wrong...)
	r.Count, r.Bytes, r.Chunks = r.Count+inner.Count, r.Bytes+inner.Bytes, r.Chunks+inner.Chunks
	return err
}

// Chunk checks and records a chunk.
func (r *Recorder) Chunk(c *sources.Chunk) error {
	r.Chunks++
	r.Bytes += int64(c.To - c.From)
	r.Count += c.Fields.Len()
	if c.From < 0 || c.From > c.To || c.To > len(c.Data) {
		r.Wrong = append(r.Wrong, fmt.Sprintf("core %d:%d of %d", c.From, c.To, len(c.Data)))
		return nil
	}
	if r.Quiet {
		return nil
	}
	if c.Table == nil {
		r.running(c)
		return nil
	}
	last := -1
	for i := range c.Fields.Start {
		start, end := int(c.Fields.Start[i]), int(c.Fields.End[i])
		if start <= last && i > 0 || end < start || end > len(c.Data) || int(c.Fields.Column[i]) >= len(c.Table.Columns) {
			r.Wrong = append(r.Wrong, fmt.Sprintf("cell %d: %d:%d after %d of %d, column %d", i, start, end, last, len(c.Data), c.Fields.Column[i]))
			return nil
		}
		last = end
		cell := Cell{
			Part: c.Part, Page: c.Page, Column: c.Table.Columns[c.Fields.Column[i]].Name,
			Text: string(c.Data[start:end]), Row: c.Fields.Row[i],
		}
		if c.Locator != nil && start < len(c.Data) {
			cell.At = c.Locator.Locate(start)
		}
		r.Cells = append(r.Cells, cell)
	}
	return nil
}

// running joins the cores of running text.
func (r *Recorder) running(c *sources.Chunk) {
	core := c.Data[c.From:c.To]
	if n := len(r.Cells); c.From > 0 && n > 0 && r.Cells[n-1].Column == "" {
		prev := &r.Cells[n-1]
		before := c.Data[:c.From]
		if len(before) > len(prev.Text) || !strings.HasSuffix(prev.Text, string(before)) {
			r.Wrong = append(r.Wrong, "look-behind is not what stood before")
		}
		prev.Text += string(core)
		return
	}
	cell := Cell{Part: c.Part, Page: c.Page, Text: string(core)}
	if c.Locator != nil && c.From < len(c.Data) {
		cell.At = c.Locator.Locate(c.From)
	}
	r.Cells = append(r.Cells, cell)
}

// Lines returns the cells, one a line.
func (r *Recorder) Lines() string {
	var b strings.Builder
	for _, c := range r.Cells {
		b.WriteString(c.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Values returns all text, one value a line.
func (r *Recorder) Values() string {
	var b strings.Builder
	for _, c := range r.Cells {
		b.WriteString(c.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Input makes an Input of bytes.
func Input(name string, data []byte) sources.Input {
	head := bytes.Clone(data[:min(len(data), 64<<10)])
	return sources.Input{
		Name: name, Size: int64(len(data)), Head: head, Whole: len(head) == len(data),
		Reader: bytes.NewReader(data), At: bytes.NewReader(data),
	}
}

// Read reads data with f.
func Read(f sources.Format, name string, data []byte, limits sources.Limits) (*Recorder, sources.Result, error) {
	r := &Recorder{Limit: limits}
	res, err := f.Read(context.Background(), Input(name, data), r)
	return r, res, err
}

// longNumber is a number that a test plants.
var longNumber = regexp.MustCompile(`[0-9]{10,}`)

// Marked returns the words that a test plants, one in every place where a format holds text,
// mot. and the letters behind it, whole even where one follows another; and long numbers.
func Marked(s string) map[string]bool {
	found := make(map[string]bool)
	for _, word := range strings.Split(s, "mot.")[1:] {
		n := strings.IndexFunc(word, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' })
		if n < 0 {
			n = len(word)
		}
		found["mot."+word[:n]] = true
	}
	for _, number := range longNumber.FindAllString(s, -1) {
		found[number] = true
	}
	return found
}
