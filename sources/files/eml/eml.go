// Package eml reads mail messages (RFC 5322 and MIME: .eml, files of a Maildir,
// saved web pages .mht).
//
// The header is a table of one row, its fields the columns, encoded words
// decoded. Bodies are read as text, those in HTML as HTML with their tables, each
// as a part of its own, whatever their transfer encoding and charset; where both
// forms of one text are there, both are read. Attachments and attached messages
// are members. What is encrypted (S/MIME, PGP) is told. Signatures are not
// checked, nothing is fetched.
//
// The splitting is our own: real mail has parts without end, headers with holes
// and lines without limit, at which mime/multipart stops. A message streams; no
// part of it is held in memory.
package eml

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/uu"
)

const mediaType = "message/rfc822"

// Format is the mail message.
var Format = sources.Format{
	Name: "eml",
	Doc: `Mail message (.eml, Maildir, .mht)
RFC 5322, MIME. Header fields as columns, text and HTML bodies, every transfer encoding and charset;
attachments are members. Encrypted messages are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".eml", ".mht", ".mhtml", ".email"},
	Sniff:      sniff,
	Read:       read,
}

// strong are the fields that make a header that of a mail; a transport, or MIME, adds those
// that are worth two.
var strong = map[string]int{
	"from": 1, "to": 1, "subject": 1, "date": 1, "cc": 1, "reply-to": 1, "sender": 1,
	"content-type": 1, "content-transfer-encoding": 2, "received": 2, "message-id": 2, "mime-version": 2, "return-path": 2, "delivered-to": 2,
}

func sniff(head []byte, file string, _ int64) bool {
	enough := 3
	if ext := strings.ToLower(path.Ext(file)); ext == ".eml" || ext == ".mht" || ext == ".mhtml" {
		enough = 1
	}
	return Header(head) >= enough
}

// Header returns how much of a mail's header head begins with: a point or two for
// each field that mails have, 0 when the first lines are no header.
func Header(head []byte) (points int) {
	head = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	for n := 0; n < 200 && len(head) > 0; n++ {
		line := head
		i := bytes.IndexByte(head, '\n')
		if i >= 0 {
			line, head = head[:i], head[i+1:]
		} else {
			head = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			return points
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n == 0 {
				return 0
			}
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isName(name) {
			if i < 0 { // the head ends here
				return points
			}
			return 0
		}
		field := strings.ToLower(string(name))
		points += strong[field]
		if field == "content-type" && hasParts(value) {
			points += 2
		}
	}
	return points
}

// hasParts reports whether a content type is one of several parts, as the attachment of
// a message begins that Outlook keeps as it was signed.
func hasParts(value []byte) bool {
	const multipart = "multipart/"
	value = bytes.TrimLeft(value, " \t")
	return len(value) >= len(multipart) && strings.EqualFold(string(value[:len(multipart)]), multipart)
}

func isName(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0 && len(b) < 80
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	m := &message{ctx: ctx, out: out, src: &split{r: bufio.NewReaderSize(in.Reader, 32<<10)}}
	err := m.entity(0)
	if err == nil {
		err = m.src.drain()
	}
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "eml", Bytes: m.src.count, Lines: m.src.lines}
	switch {
	case err != nil && err != io.EOF:
		return res, err
	case m.src.err != nil && m.src.err != io.EOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: reasonOf(m.src.err)}
	case m.unclosed:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	case m.damaged:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, nil
}

func reasonOf(err error) sources.Reason {
	if err == io.ErrUnexpectedEOF {
		return sources.Truncated
	}
	return sources.Corrupt
}

// message is a message being read.
type message struct {
	ctx      context.Context
	out      sources.Output
	src      *split
	parts    int  // leaves so far
	unclosed bool // a multipart ended without its boundary
	damaged  bool
	bodies   int
}

const (
	maxDepth  = 20        // of multiparts
	maxHeader = 1 << 20   // bytes
	maxParts  = 1_000_000 // of a message
)

// entity reads a header and what it announces, up to the next boundary.
func (m *message) entity(depth int) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	h, err := m.header(depth == 0)
	if err != nil {
		return err
	}
	if strings.HasPrefix(h.media, "multipart/") && h.params["boundary"] != "" && depth < maxDepth {
		return m.multipart(h, depth)
	}
	if m.parts++; m.parts > maxParts {
		if m.parts == maxParts+1 {
			return m.out.Skip(sources.Location{Byte: -1}, sources.MembersLimit)
		}
		return m.src.drain()
	}
	if err := m.leaf(h); err != nil {
		return err
	}
	return m.src.drain()
}

// multipart reads the parts of an entity.
func (m *message) multipart(h *header, depth int) error {
	s := m.src
	s.push(h.params["boundary"])
	level := len(s.stack)
	if err := s.drain(); err != nil { // what stands in front of the first part
		return err
	}
	for s.hit == level && !s.closed {
		s.next()
		if err := m.entity(depth + 1); err != nil {
			return err
		}
	}
	if s.hit != level {
		m.unclosed = true
	}
	s.pop()
	if s.hit == level { // what stands behind the last part
		s.next()
		return s.drain()
	}
	return nil
}

// leaf reads a part that has no parts.
func (m *message) leaf(h *header) error {
	// Without this word the content tells whether it is encrypted or signed.
	enveloped := strings.HasSuffix(h.media, "pkcs7-mime") && strings.Contains(strings.ToLower(h.params["smime-type"]), "enveloped")
	encrypted := h.media == "application/pgp-encrypted" || enveloped
	name := h.fileName()
	if encrypted {
		return m.out.Member(sources.Member{Name: m.memberName(name, h), Size: -1, Embedded: true, Status: sources.Encrypted, Detail: sources.PasswordProtected})
	}
	body := decoder(m.src, h.encoding)
	inline := name == "" && h.disposition != "attachment"
	switch {
	case inline && h.media == "text/html":
		return m.html(body, h)
	case inline && (h.media == "text/plain" || h.media == "text/enriched"):
		return m.text(body, h)
	}
	return m.out.Member(sources.Member{Name: m.memberName(name, h), Size: -1, Reader: body, Embedded: true})
}

// text reads a body of plain text, in which old programs put files.
func (m *message) text(body io.Reader, h *header) error {
	broken, err := uu.Text(m.ctx, bufio.NewReaderSize(unicode(body, h.params["charset"]), 32<<10), m.out, m.part("body"))
	m.damaged = m.damaged || broken
	return err
}

// part numbers the bodies of a message.
func (m *message) part(kind string) string {
	if m.bodies++; m.bodies == 1 {
		return kind
	}
	return kind + " " + itoa(m.bodies)
}
