// Package tnef reads what Outlook and Exchange wrap mails for others in (MS-OXTNEF:
// winmail.dat, application/ms-tnef).
//
// Texts of the message and of its recipients are read as text, each on a line of its
// own; bodies (rich text, HTML), attachments and messages within are members, read as a
// stream. Numbers, times and classes are left out, and so are check sums.
package tnef

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/codepage"
)

const mediaType = "application/ms-tnef"

// Format is the wrapped mail.
var Format = sources.Format{
	Name: "tnef",
	Doc: `Mail wrapped by Outlook (winmail.dat)
MS-OXTNEF. Texts of the message and its recipients; bodies, attachments and messages within are
members.`,
	MediaType:  mediaType,
	Extensions: []string{".tnef"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 7 && binary.LittleEndian.Uint32(head) == signature && (head[6] == ofMessage || head[6] == ofAttachment)
	},
	Read: read,
}

const signature = 0x223E9F78

// The levels of attributes, and those that are read (MS-OXTNEF 2.1.3.3, 2.1.3.4).
const (
	ofMessage    = 1
	ofAttachment = 2

	attFrom          = 0x00008000
	attSubject       = 0x00018004
	attBody          = 0x0002800C
	attTitle         = 0x00018010
	attData          = 0x0006800F
	attRender        = 0x00069002 // begins an attachment
	attMessageProps  = 0x00069003
	attRecipients    = 0x00069004
	attAttachedProps = 0x00069005
	attCodePage      = 0x00069007
)

const (
	maxText     = 64 << 10 // bytes of one text, but for bodies
	maxName     = 1024     // of an attachment, bytes
	defaultPage = 1252
)

// errCorrupt stands for data that is not as the format wants it.
var errCorrupt = errors.New("damaged")

// message is one that is being read.
type message struct {
	ctx  context.Context
	out  sources.Output
	r    *bufio.Reader
	n    int64 // bytes read
	text *cells.Text
	page int
	name string // of the attachment
	seen int    // attachments
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "tnef"}
	m := &message{ctx: ctx, out: out, r: bufio.NewReaderSize(in.Reader, 32<<10), text: cells.NewText(out), page: defaultPage}
	defer m.text.Close()
	m.text.Part = "header"
	err := m.attributes()
	res.Bytes = m.n
	if damage := err == errCorrupt || errors.Is(err, io.ErrUnexpectedEOF); err != nil && !damage {
		return res, err
	}
	if end := m.text.End(); end != nil {
		return res, end
	}
	switch err {
	case nil:
		return res, nil
	case errCorrupt:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
}

// attributes reads one after the other: level 1, identifier 4, length 4, data, sum 2.
func (m *message) attributes() error {
	if err := m.skip(6); err != nil { // signature and key
		return err
	}
	for {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		level, err := m.r.ReadByte()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return cut(err)
		}
		m.n++
		if level != ofMessage && level != ofAttachment {
			return errCorrupt
		}
		id, err := m.word()
		if err != nil {
			return err
		}
		length, err := m.word()
		if err != nil {
			return err
		}
		body := &piece{m: m, left: int64(length)}
		if err := m.attribute(id, body); err != nil {
			return err
		}
		if err := body.drain(); err != nil {
			return err
		}
		if err := m.skip(2); err != nil {
			return err
		}
		if err := m.text.Drain(); err != nil {
			return err
		}
	}
}

func (m *message) attribute(id uint32, body *piece) error {
	switch id {
	case attCodePage:
		page, err := body.word()
		if err == nil && codepage.Table(int(page)) != nil {
			m.page = int(page)
		}
		return err
	case attFrom:
		return m.sender(body)
	case attSubject:
		return m.line(body, maxText)
	case attBody:
		return m.line(body, body.left)
	case attRender:
		m.seen++
		m.name = "attachment " + strconv.Itoa(m.seen)
	case attTitle:
		b, err := body.all(maxName)
		if t := m.narrow(b); t != "" {
			m.name = t
		}
		return err
	case attData:
		return m.member(m.name, body, body.left)
	case attMessageProps:
		return m.properties(body, false)
	case attAttachedProps:
		return m.properties(body, true)
	case attRecipients:
		rows, err := body.word()
		for range rows {
			if err == nil {
				err = m.properties(body, false)
			}
			if err != nil {
				return err
			}
		}
		return err
	}
	return nil
}

// sender reads TRPs (2.1.3.3.2): four words, the second of them of the length of a name
// and the third of an address, behind them.
func (m *message) sender(body *piece) error {
	b, err := body.all(maxText)
	if len(b) > 8 {
		for _, t := range strings.Split(string(b[8:]), "\x00") {
			m.add(m.narrow([]byte(t)))
		}
	}
	return err
}

// line reads a text of the code page, of at most most bytes.
func (m *message) line(body *piece, most int64) error {
	r := codepage.NewReader(m.page, io.LimitReader(body, most))
	b := make([]byte, 4096)
	for {
		n, err := r.Read(b)
		for _, c := range b[:n] {
			if c != 0 {
				m.text.Append(c)
			}
		}
		if err == nil {
			err = m.text.Drain()
		}
		if err == io.EOF {
			m.text.Append('\n')
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (m *message) narrow(b []byte) string {
	return strings.TrimSpace(strings.TrimRight(codepage.String(m.page, b), "\x00"))
}

func (m *message) add(text string) {
	if text != "" {
		m.text.AppendString(text)
		m.text.Append('\n')
	}
}

func (m *message) member(name string, r io.Reader, size int64) error {
	return m.out.Member(sources.Member{Name: strings.ToValidUTF8(name, "\uFFFD"), Size: size, Reader: r, Embedded: true})
}

func (m *message) skip(n int64) error {
	k, err := io.CopyN(io.Discard, m.r, n)
	m.n += k
	return cut(err)
}

func (m *message) word() (uint32, error) {
	var b [4]byte
	n, err := io.ReadFull(m.r, b[:])
	m.n += int64(n)
	return binary.LittleEndian.Uint32(b[:]), cut(err)
}

func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// piece is the data of an attribute.
type piece struct {
	m    *message
	left int64
	err  error // of the file: it ends within
}

// Read implements io.Reader.
func (p *piece) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.left == 0 {
		return 0, io.EOF
	}
	n, err := p.m.r.Read(b[:min(int64(len(b)), p.left)])
	p.m.n, p.left = p.m.n+int64(n), p.left-int64(n)
	p.err = cut(err)
	return n, p.err
}

// all reads the rest, at most most bytes of it.
func (p *piece) all(most int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(p, most))
}

func (p *piece) drain() error {
	_, err := io.Copy(io.Discard, p)
	return err
}

// word reads a number within the attribute.
func (p *piece) word() (uint32, error) {
	if p.left < 4 {
		return 0, errCorrupt
	}
	var b [4]byte
	_, err := io.ReadFull(p, b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}

// skip passes over n bytes.
func (p *piece) skip(n int64) error {
	if n > p.left {
		return errCorrupt
	}
	_, err := io.CopyN(io.Discard, p, n)
	return err
}
