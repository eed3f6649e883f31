// Package msg reads messages, contacts and appointments that Outlook saved (MS-OXMSG:
// .msg, .oft).
//
// The properties that hold text are a table of one row, named as the fields of a mail
// where there is such a field; recipients are a table of their own. Bodies are read
// as text, as HTML with its tables, and as rich text (MS-OXRTFCP) where there is no
// HTML; the header that a server put before the message is read as fields too.
// Attachments and messages within are members. What is encrypted (S/MIME) is told.
package msg

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"slices"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cfb"
	"recense/sources/files/codepage"
	"recense/sources/files/eml"
	htmltext "recense/sources/files/html"
	"recense/sources/files/rtf"
)

const (
	name      = "msg"
	mediaType = "application/vnd.ms-outlook"
)

// Format is the Outlook message.
var Format = sources.Format{
	Name: name,
	Doc: `Outlook message (.msg)
MS-OXMSG. Properties and recipients as columns, text, HTML and rich text bodies, header of the transport;
attachments and messages within are members. Contacts, appointments and tasks too. Of signed and encrypted messages (S/MIME) the text
is in their attachment.`,
	MediaType:  mediaType,
	Extensions: []string{".msg", ".oft"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return cfb.Is(head) },
	Read:       read,
	Random:     true,
}

// message is a message being read.
type message struct {
	ctx      context.Context
	out      sources.Output
	file     *cfb.File
	storages map[string][]*cfb.Stream // streams right in each storage
	order    []string
	page     int // of texts of single bytes
	htmlPage int
	named    map[uint16]string
	reason   sources.Reason // of the first damage
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return res, err
	}
	return res, ReadStreams(ctx, f, out)
}

// ReadStreams reads a message from its streams: those of a file of its own, or those
// that a mailbox holds. Its errors are as those of Format.Read.
func ReadStreams(ctx context.Context, f *cfb.File, out sources.Output) error {
	m := &message{ctx: ctx, out: out, file: f, page: 1252}
	m.group()
	if len(m.storages[""]) == 0 {
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	m.names()
	for _, step := range []func() error{m.header, m.recipients, m.bodies, m.attachments} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	if m.reason != "" {
		return &sources.FormatError{Status: sources.Partial, Reason: m.reason}
	}
	return nil
}

// group sorts the streams by their storage: those of recipients, attachments and
// names have one each.
func (m *message) group() {
	m.storages = make(map[string][]*cfb.Stream)
	for _, s := range m.file.Streams {
		storage := ""
		if i := strings.LastIndexByte(s.Path, '/'); i >= 0 {
			storage = s.Path[:i]
		}
		if m.storages[storage] == nil {
			m.order = append(m.order, storage)
		}
		m.storages[storage] = append(m.storages[storage], s)
	}
	slices.Sort(m.order)
}

// damage notes why something could not be read.
func (m *message) damage(err error) {
	if err != nil && err != io.EOF && m.reason == "" {
		m.reason = cfb.Reason(err)
	}
}

// header gives the properties of the message: a table of one row.
func (m *message) header() error {
	props := m.properties("", 32)
	m.pages(props)
	rows := newRow(m.out, "header")
	for _, p := range props {
		if err := rows.add(m.nameOf(p.id), p.text); err != nil {
			return err
		}
	}
	if err := rows.end(1); err != nil {
		return err
	}
	return m.transport()
}

// pages finds in which code pages texts and HTML are written.
func (m *message) pages(props []property) {
	for _, p := range props {
		switch n := int(p.number); {
		case p.id == 0x3FFD && n > 0:
			m.page = n
		case p.id == 0x3FDE && n > 0:
			m.htmlPage = n
		}
	}
	if m.htmlPage == 0 {
		m.htmlPage = m.page
	}
	for i := range props { // texts that were read before the page was known
		if props[i].narrow != nil {
			props[i].text = codepage.String(m.page, props[i].narrow)
		}
	}
}

// transport reads the header that a server put before the message.
func (m *message) transport() error {
	r := m.textOf("", 0x007D)
	if r == nil {
		return nil
	}
	in := sources.Input{Name: "header.eml", Size: -1, Reader: io.MultiReader(r, strings.NewReader("\r\n\r\n"))}
	_, err := eml.Format.Read(m.ctx, in, &fields{m.out})
	if _, ok := err.(*sources.FormatError); ok { // the parts that it announces are elsewhere
		return nil
	}
	return err
}

// inner keeps apart what an inner text lacks from what ends the reading.
func (m *message) inner(err error) error {
	if fe, ok := err.(*sources.FormatError); ok {
		if m.reason == "" {
			m.reason = fe.Reason
		}
		return nil
	}
	return err
}

// fields takes the header of a message that has no body.
type fields struct{ sources.Output }

// Chunk implements sources.Output.
func (f *fields) Chunk(c *sources.Chunk) error {
	if c.Table == nil {
		return nil
	}
	return cells.Within(f.Output, "transport").Chunk(c)
}

// Member implements sources.Output: what the header announces is not there.
func (f *fields) Member(sources.Member) error { return nil }

// recipients gives a row for each recipient.
func (m *message) recipients() error {
	rows := newRow(m.out, "recipients")
	n := int64(0)
	for _, storage := range m.order {
		if !strings.HasPrefix(storage, "__recip_version1.0_") || strings.Contains(storage, "/") {
			continue
		}
		if n++; n%256 == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		for _, p := range m.properties(storage, 8) {
			text := p.text
			if p.narrow != nil {
				text = codepage.String(m.page, p.narrow)
			}
			if err := rows.add(recipientName(p.id), text); err != nil {
				return err
			}
		}
		if err := rows.end(n); err != nil {
			return err
		}
	}
	return rows.rows.Flush()
}

// bodies reads the forms of the text.
func (m *message) bodies() error {
	if r := m.textOf("", 0x1000); r != nil {
		if err := m.text(r, "body"); err != nil {
			return err
		}
	}
	html := m.textOf("", 0x1013)
	if s := m.stream("", 0x1013, typeBinary); s != nil {
		html = codepage.NewReader(m.htmlPage, s.Reader())
	}
	if html != nil {
		head := make([]byte, 16<<10)
		n, err := io.ReadFull(html, head)
		in := sources.Input{Name: "body.html", Size: -1, Head: head[:n], Whole: err != nil, Reader: io.MultiReader(bytes.NewReader(bytes.Clone(head[:n])), html)}
		_, err = htmltext.Format.Read(m.ctx, in, cells.Within(m.out, "html body"))
		return m.inner(err)
	}
	if s := m.stream("", 0x1009, typeBinary); s != nil {
		in := sources.Input{Name: "body.rtf", Size: -1, Reader: decompress(s.Reader())}
		_, err := rtf.Format.Read(m.ctx, in, cells.Within(m.out, "rich body"))
		if err == io.ErrUnexpectedEOF {
			err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
		}
		return m.inner(err)
	}
	return nil
}

// text reads a body of plain text. Line counts its lines.
func (m *message) text(r io.Reader, part string) error {
	t := cells.NewText(m.out)
	defer t.Close()
	t.Part = part
	buf := make([]byte, 8<<10)
	for line, fresh := int64(1), true; ; {
		n, err := r.Read(buf)
		for rest := buf[:n]; len(rest) > 0; {
			if fresh {
				t.Mark(-1, line)
			}
			i := bytes.IndexByte(rest, '\n') + 1
			if fresh = i > 0; fresh {
				line++
			} else {
				i = len(rest)
			}
			t.Append(rest[:i]...)
			rest = rest[i:]
		}
		if err := t.Drain(); err != nil {
			return err
		}
		if err != nil {
			m.damage(err)
			return t.End()
		}
	}
}

// attachments hands over what is attached.
func (m *message) attachments() error {
	n := 0
	for _, storage := range m.order {
		if !strings.HasPrefix(storage, "__attach_version1.0_") || strings.Contains(storage, "/") {
			continue
		}
		n++
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if err := m.attachment(storage, n); err != nil {
			return err
		}
	}
	return nil
}

// maxName bounds the name of an attachment, in bytes.
const maxName = 1024

func (m *message) attachment(storage string, n int) error {
	title := map[uint16]string{}
	method := uint64(0)
	for _, p := range m.properties(storage, 8) {
		if p.narrow != nil {
			p.text = codepage.String(m.page, p.narrow)
		}
		title[p.id] = p.text
		if p.id == 0x3705 {
			method = p.number
		}
	}
	named := "attachment " + strconv.Itoa(n)
	for _, id := range []uint16{0x3001, 0x3704, 0x3707} {
		if t := strings.TrimSpace(title[id]); t != "" {
			named = strings.ToValidUTF8(t[:min(len(t), maxName)], "\uFFFD")
		}
	}
	inner := storage + "/__substg1.0_3701000D"
	data := m.stream(storage, 0x3701, typeBinary)
	out := sources.Member{Name: named, Size: -1, Embedded: true}
	switch {
	case data != nil:
		out.Size, out.Reader = data.Size, data.Reader()
	case method == 6:
		return m.file.Object(inner, m.out)
	default:
		r, size := m.file.Storage(inner)
		if r == nil { // a link to a file elsewhere
			return m.out.Skip(sources.Location{Part: named, Byte: -1}, sources.Vanished)
		}
		if !strings.HasSuffix(strings.ToLower(named), ".msg") {
			out.Name += ".msg"
		}
		out.Reader, out.Size = r, size
	}
	return m.out.Member(out)
}

// row gathers the cells of a row and drops values that it has already.
type row struct {
	rows    *cells.Rows
	columns map[string]int32
	seen    map[string]bool
	cells   []cell
}

type cell struct {
	column int32
	text   string
}

func newRow(out sources.Output, part string) *row {
	r := &row{rows: cells.NewRows(out), columns: make(map[string]int32), seen: make(map[string]bool)}
	r.rows.Part = part
	return r
}

func (r *row) add(column, text string) error {
	if text = strings.TrimSpace(text); column == "" || text == "" || r.seen[text] {
		return nil
	}
	r.seen[text] = true
	at, ok := r.columns[column]
	if !ok {
		var err error
		if at, err = r.rows.Columns.Add(column, ""); err != nil {
			return err
		}
		if len(r.columns) < 4096 {
			r.columns[column] = at
		}
	}
	r.cells = append(r.cells, cell{at, text})
	return nil
}

func (r *row) end(number int64) error {
	slices.SortStableFunc(r.cells, func(a, b cell) int { return int(a.column) - int(b.column) })
	for _, c := range r.cells {
		r.rows.Cell(c.text, c.column, number, sources.Location{Byte: -1})
	}
	r.cells = r.cells[:0]
	clear(r.seen)
	if err := r.rows.EndRow(); err != nil {
		return err
	}
	if number == 1 && r.rows.Part == "header" {
		return r.rows.Flush()
	}
	return nil
}

func word(b []byte, at int) uint32 {
	if at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}
