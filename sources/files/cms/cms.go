// Package cms reads what S/MIME and other programs wrap in the Cryptographic Message
// Syntax (RFC 5652): signed content (.p7m) is handed to the walker as one inner file, of
// signatures and certificates (.p7s, .p7b) the names are read as text. Compressed content
// (RFC 3274) is read too.
//
// What is encrypted is told: enveloped content, and key stores of PKCS #12 (.p12, .pfx).
// Signatures are not checked. Data is read as a stream, in BER with indefinite lengths,
// DER, base64 or PEM.
package cms

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/files/cells"
)

const mediaType = "application/pkcs7-mime"

// Format is the signed or encrypted file.
var Format = sources.Format{
	Name: "cms",
	Doc: `Signed or encrypted file (.p7m, .p7s, .p7b, .p12)
CMS, RFC 5652: signed and compressed content is a member, the names in certificates are text. Enveloped
content and key stores are reported as encrypted. Signatures are not checked.`,
	MediaType:  mediaType,
	Extensions: []string{".p7m", ".p7s", ".p7b", ".p7c", ".p12", ".pfx", ".cms"},
	Sniff: func(head []byte, file string, _ int64) bool {
		return kindOf(head) != none || kindOf(unwrapped(head, file)) != none
	},
	Read: read,
}

// kind is what a structure holds.
type kind uint8

const (
	none kind = iota
	signed
	compressed
	enveloped
	keyStore
)

// The object identifiers of content types: their encoding.
const (
	oidPKCS7 = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"         // and one byte
	oidSMIME = "\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01" // and one byte
)

// kindOf tells the kind by the first bytes of DER or BER.
func kindOf(head []byte) kind {
	rest, ok := sequence(head)
	if !ok {
		return none
	}
	if version, ok := bytes.CutPrefix(rest, []byte("\x02\x01\x03")); ok {
		inner, ok := sequence(version)
		if ok && bytes.HasPrefix(inner, []byte(oidPKCS7)) {
			return keyStore
		}
		return none
	}
	switch {
	case bytes.HasPrefix(rest, []byte(oidPKCS7)) && len(rest) > len(oidPKCS7):
		switch rest[len(oidPKCS7)] {
		case 2:
			return signed
		case 3, 4, 6:
			return enveloped
		}
	case bytes.HasPrefix(rest, []byte(oidSMIME)) && len(rest) > len(oidSMIME):
		switch rest[len(oidSMIME)] {
		case 9:
			return compressed
		case 23:
			return enveloped
		}
	}
	return none
}

// sequence returns what is in the sequence that b begins with.
func sequence(b []byte) ([]byte, bool) {
	if len(b) < 2 || b[0] != tagSequence {
		return nil, false
	}
	n := 2
	if b[1] > 0x80 {
		n += int(b[1] & 0x7F)
	}
	if b[1] > 0x84 || len(b) < n {
		return nil, false
	}
	return b[n:], true
}

// unwrapped decodes the first bytes of PEM, and of bare base64 where the name promises
// this format; nil for all others.
func unwrapped(head []byte, file string) []byte {
	text, ok := armoured(head)
	if !ok && !strings.HasPrefix(strings.ToLower(path.Ext(file)), ".p7") {
		return nil
	}
	b := make([]byte, 96)
	n, _ := base64.NewDecoder(base64.StdEncoding, &lines{r: bytes.NewReader(text)}).Read(b) // damage shows when it is read
	return b[:n]
}

// armoured cuts off the first line of PEM.
func armoured(head []byte) (rest []byte, ok bool) {
	for _, label := range []string{"-----BEGIN PKCS7-----", "-----BEGIN CMS-----"} {
		if rest, ok = bytes.CutPrefix(head, []byte(label)); ok {
			return rest, true
		}
	}
	return head, false
}

// lines ends base64 where the closing line of PEM begins.
type lines struct {
	r   io.Reader
	end bool
}

// Read implements io.Reader.
func (l *lines) Read(b []byte) (int, error) {
	if l.end {
		return 0, io.EOF
	}
	n, err := l.r.Read(b)
	if i := bytes.IndexByte(b[:n], '-'); i >= 0 {
		l.end = true
		return i, nil
	}
	return n, err
}

var errCorrupt = errors.New("damaged")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "cms"}
	src := &counter{r: in.Reader}
	var data io.Reader = src
	k := kindOf(in.Head)
	if k == none {
		b := bufio.NewReaderSize(src, 4096)
		if _, ok := armoured(in.Head); ok {
			if _, err := b.ReadSlice('\n'); err != nil { // of one line: damaged
				return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
			}
		}
		k = kindOf(unwrapped(in.Head, in.Name))
		data = base64.NewDecoder(base64.StdEncoding, &lines{r: b})
	}
	switch k {
	case enveloped, keyStore:
		res.Bytes = max(in.Size, 0)
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	case none:
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	f := &file{ctx: ctx, in: in, out: out, kind: k, r: &reader{r: bufio.NewReaderSize(data, 32<<10)}}
	err := f.read()
	res.Bytes = src.n
	return res, err
}

// file is one that is being read.
type file struct {
	ctx  context.Context
	in   sources.Input
	out  sources.Output
	kind kind
	r    *reader
	room [maxName]byte
}

// maxName bounds the names that are read of certificates, in bytes.
const maxName = 4096

// read goes over the elements: the content is the octet string in the second [0] behind
// an object identifier, the first one being the whole; where there is no content,
// certificates stand there. Strings are the names in certificates.
func (f *file) read() error {
	t := cells.NewText(f.out)
	defer t.Close()
	t.Part = "certificates"
	var last byte // the tag before
	explicit, content := 0, false
	for n := 0; ; n++ {
		if n%1024 == 0 && f.ctx.Err() != nil {
			return f.ctx.Err()
		}
		e, err := f.r.next()
		switch {
		case err == io.EOF:
			return t.End()
		case err != nil:
		case content && e.tag&^constructed == tagOctets:
			err = f.member(e)
		default:
			err = f.name(t, e)
		}
		content = false
		if e.tag == tagExplicit0 && last == tagOID {
			explicit++
			content = explicit == 2
		}
		last = e.tag
		if err == nil {
			err = t.Drain()
		}
		if isDamage(err) {
			if end := t.End(); end != nil {
				return end
			}
			return broken(err)
		}
		if err != nil {
			return err
		}
	}
}

// member hands over the content, which e begins.
func (f *file) member(e element) error {
	body := newOctets(f.r, e)
	m := sources.Member{Name: inside(f.in.Name), Size: -1, Reader: body}
	if f.kind == compressed {
		z, err := zlib.NewReader(body)
		if err != nil {
			return errCorrupt
		}
		defer z.Close()
		m.Reader = z
	}
	if err := f.out.Member(m); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, body) // what the walker left
	return err
}

// name takes the text of a string; what else is primitive is passed over.
func (f *file) name(t *cells.Text, e element) error {
	switch {
	case !e.primitive():
		return nil
	case e.length > maxName:
		return f.r.skip(e)
	}
	b, err := f.r.value(e, f.room[:])
	if err != nil {
		return err
	}
	switch e.tag {
	case tagUTF8, tagPrintable, tagIA5, tagTeletex:
		if utf8.Valid(b) {
			t.Append(b...)
			break
		}
		for _, c := range b {
			t.AppendString(string(rune(c)))
		}
	case tagBMP:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		t.AppendString(string(utf16.Decode(units)))
	default:
		return nil
	}
	t.Append('\n')
	return nil
}

func isDamage(err error) bool {
	var input base64.CorruptInputError
	return errors.Is(err, errCorrupt) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &input)
}

// broken says what is wrong with the data; the text of err is dropped.
func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
}

// inside returns the name of the content: that of the file without its suffix. What
// S/MIME wraps is a part of a mail.
func inside(outer string) string {
	base := path.Base(outer)
	stem := strings.TrimSuffix(base, path.Ext(base))
	if low := strings.ToLower(stem); low == "smime" || low == "" {
		return "smime.eml"
	}
	return stem
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
