// Package mbox reads mailboxes of the mbox family (RFC 4155; mboxo, mboxrd, what
// Thunderbird, mutt and exports of Gmail write): every message is a member, named
// by its number, and read as the mail it is. The mailbox streams, whatever its
// size. A line "From " behind an empty line begins a message when a date or an
// address stands in it, as programs write it; quoting of such lines (">From ") is
// left as it is.
package mbox

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"recense/sources"
	"recense/sources/files/eml"
)

const mediaType = "application/mbox"

// Format is the mailbox.
var Format = sources.Format{
	Name: "mbox",
	Doc: `Mailbox (.mbox, Thunderbird, mutt)
RFC 4155, mboxo and mboxrd. Each message is a member. Any size.`,
	MediaType:  mediaType,
	Extensions: []string{".mbox", ".mbx"},
	Sniff:      sniff,
	Read:       read,
}

// sniff looks for the line that begins a message, and the header behind it.
func sniff(head []byte, _ string, _ int64) bool {
	i := bytes.IndexByte(head, '\n')
	return i > 0 && isFrom(head[:i]) && eml.Header(head[i+1:]) >= 1
}

// isFrom reports whether a line begins a message: "From", a sender, a date.
func isFrom(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok {
		return false
	}
	fields := bytes.Fields(rest)
	if len(fields) < 2 && !bytes.Contains(rest, []byte("@")) && string(bytes.TrimSpace(rest)) != "-" {
		return false
	}
	for _, f := range fields {
		if len(f) >= 5 && bytes.Count(f, []byte(":")) == 2 || len(fields) == 1 {
			return true
		}
	}
	return false
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	m := &mailbox{r: bufio.NewReaderSize(in.Reader, 64<<10), fresh: true}
	res := sources.Result{MediaType: mediaType, Format: "mbox"}
	err := m.each(ctx, out)
	res.Bytes, res.Records = m.count, m.messages
	if err != nil {
		return res, err
	}
	if m.err != nil && m.err != io.EOF {
		reason := sources.Corrupt
		if m.err == io.ErrUnexpectedEOF {
			reason = sources.Truncated
		}
		return res, &sources.FormatError{Status: sources.Partial, Reason: reason}
	}
	return res, nil
}

// mailbox reads the message at hand, to the line that begins the next one.
type mailbox struct {
	r        *bufio.Reader
	count    int64
	messages int64
	err      error
	fresh    bool // at the beginning of a line behind an empty one
	middle   bool // not at the beginning of a line
	ended    bool // the next line begins a message
	rest     []byte
}

// each hands over every message.
func (m *mailbox) each(ctx context.Context, out sources.Output) error {
	m.ended = true
	for m.ended {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.skipFrom()
		m.messages++
		name := fmt.Sprintf("%06d.eml", m.messages)
		if err := out.Member(sources.Member{Name: name, Size: -1, Reader: m}); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, struct{ io.Reader }{m}); err != nil { // what the walker left
			return err
		}
	}
	return nil
}

// skipFrom passes over the line that begins a message.
func (m *mailbox) skipFrom() {
	for m.err == nil {
		line, err := m.r.ReadSlice('\n')
		m.count += int64(len(line))
		if err != bufio.ErrBufferFull {
			m.err = err
			break
		}
	}
	m.ended, m.fresh, m.middle, m.rest = false, false, false, nil
}

// Read implements io.Reader.
func (m *mailbox) Read(b []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.err != nil || m.ended {
			return 0, io.EOF
		}
		if m.fresh && !m.middle && m.begins() {
			m.ended = true
			return 0, io.EOF
		}
		line, err := m.r.ReadSlice('\n')
		m.count += int64(len(line))
		if err != nil && err != bufio.ErrBufferFull {
			m.err = err
		}
		m.fresh = !m.middle && len(bytes.TrimRight(line, "\r\n")) == 0
		m.middle = len(line) > 0 && line[len(line)-1] != '\n'
		m.rest = line
	}
	n := copy(b, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// begins looks whether the next line begins a message.
func (m *mailbox) begins() bool {
	p, _ := m.r.Peek(5)
	if string(p) != "From " {
		return false
	}
	p, _ = m.r.Peek(256)
	if i := bytes.IndexByte(p, '\n'); i >= 0 {
		p = p[:i]
	}
	return isFrom(p)
}
