package eml

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"recense/sources"
	"recense/sources/files/cells"
	htmltext "recense/sources/files/html"
)

// decoder undoes a transfer encoding. What is wrong in it is passed over: mail
// programs show the rest too.
func decoder(r io.Reader, encoding string) io.Reader {
	switch encoding {
	case "base64":
		return &base64{r: r}
	case "quoted-printable":
		return &quoted{r: bufio.NewReaderSize(r, 16<<10)}
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return &uuencoded{r: bufio.NewReaderSize(r, 16<<10)}
	}
	return r
}

// base64 decodes what it can: line ends and strange bytes vanish, padding ends a
// group wherever it stands, as where pieces were encoded apart.
type base64 struct {
	r     io.Reader
	group uint32
	n     int // sextets in the group
	rest  []byte
	in    [4096]byte
	out   [3*4096/4 + 8]byte
	end   bool
}

// Read implements io.Reader.
func (d *base64) Read(b []byte) (int, error) {
	for len(d.rest) == 0 {
		if d.end {
			return 0, io.EOF
		}
		n, err := d.r.Read(d.in[:])
		d.rest = d.decode(d.out[:0], d.in[:n])
		if err != nil {
			d.end = true
			d.rest = d.flush(d.rest)
		}
	}
	n := copy(b, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

func (d *base64) decode(out, in []byte) []byte {
	for _, c := range in {
		v := sextets[c]
		if v > 63 {
			if c == '=' {
				out = d.flush(out)
			}
			continue
		}
		d.group = d.group<<6 | uint32(v)
		if d.n++; d.n == 4 {
			out = append(out, byte(d.group>>16), byte(d.group>>8), byte(d.group))
			d.n, d.group = 0, 0
		}
	}
	return out
}

// flush ends a group that is not whole.
func (d *base64) flush(out []byte) []byte {
	switch d.n {
	case 2:
		out = append(out, byte(d.group>>4))
	case 3:
		out = append(out, byte(d.group>>10), byte(d.group>>2))
	}
	d.n, d.group = 0, 0
	return out
}

// sextets are the values of the letters of base64, that for URLs too; 255 of all others.
var sextets = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// quoted decodes quoted-printable, as tolerant as mail programs are.
type quoted struct {
	r    *bufio.Reader
	rest []byte
	buf  []byte
	end  bool
}

// Read implements io.Reader.
func (q *quoted) Read(b []byte) (int, error) {
	for len(q.rest) == 0 {
		if q.end {
			return 0, io.EOF
		}
		line, err := q.r.ReadSlice('\n')
		q.end = err != nil && err != bufio.ErrBufferFull
		if err == bufio.ErrBufferFull && len(line) > 2 { // not in the middle of =XX
			for i := len(line) - 2; i < len(line); i++ {
				if line[i] == '=' {
					q.buf = append(q.buf[:0], line...)
					line = q.more()
					break
				}
			}
		}
		q.rest = unquote(line)
	}
	n := copy(b, q.rest)
	q.rest = q.rest[n:]
	return n, nil
}

// more adds the two bytes that a cut escape needs.
func (q *quoted) more() []byte {
	for range 2 {
		c, err := q.r.ReadByte()
		if err != nil {
			break
		}
		q.buf = append(q.buf, c)
	}
	return q.buf
}

// unquote decodes a line in place.
func unquote(line []byte) []byte {
	body := bytes.TrimRight(line, "\r\n")
	eol := line[len(body):]
	if len(eol) > 0 {
		body = bytes.TrimRight(body, " \t")
	}
	n := 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == '=' {
			if i+2 < len(body) {
				if hi, lo := hex(body[i+1]), hex(body[i+2]); hi < 16 && lo < 16 {
					line[n] = hi<<4 | lo
					n++
					i += 2
					continue
				}
			}
			if i == len(body)-1 && len(eol) > 0 {
				return line[:n] // the line goes on
			}
		}
		line[n] = c
		n++
	}
	return append(line[:n], eol...)
}

func hex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// uuencoded decodes what stands between begin and end.
type uuencoded struct {
	r     *bufio.Reader
	rest  []byte
	begun bool
	end   bool
}

// Read implements io.Reader.
func (u *uuencoded) Read(b []byte) (int, error) {
	for len(u.rest) == 0 {
		if u.end {
			return 0, io.EOF
		}
		line, err := u.r.ReadSlice('\n')
		u.end = err != nil && err != bufio.ErrBufferFull
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case bytes.HasPrefix(line, []byte("begin ")):
			u.begun = true
		case bytes.Equal(line, []byte("end")):
			u.end = true
		case u.begun && len(line) > 1:
			u.rest = uuline(line)
		}
	}
	n := copy(b, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

func uuline(line []byte) []byte {
	n := int(line[0]-' ') & 63
	out := make([]byte, 0, 48)
	for i := 1; i < len(line) && len(out) < n; i += 4 {
		var g [4]byte
		for k := range g {
			if i+k < len(line) {
				g[k] = (line[i+k] - ' ') & 63
			}
		}
		out = append(out, g[0]<<2|g[1]>>4, g[1]<<4|g[2]>>2, g[2]<<6|g[3])
	}
	return out[:min(n, len(out))]
}

// encodingOf returns the charset of a name, nil when it is none that is known or
// needs no decoding.
func encodingOf(label string) encoding.Encoding {
	label = strings.ToLower(strings.TrimSpace(label))
	switch label {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "8bit":
		return nil
	case "cp850", "ibm850", "850":
		return charmap.CodePage850
	case "cp437", "ibm437":
		return charmap.CodePage437
	case "cp858", "ibm858", "ibm00858":
		return charmap.CodePage858
	case "ibm297", "cp297", "ibm037", "cp037":
		return charmap.CodePage037
	case "ibm1147", "ibm1140", "cp1140":
		return charmap.CodePage1140
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	return e
}

// unicode returns r as UTF-8, by its label, or by its bytes when that says
// nothing or is wrong.
func unicode(r io.Reader, label string) io.Reader {
	if e := encodingOf(label); e != nil {
		return transform.NewReader(r, e.NewDecoder())
	}
	b := bufio.NewReaderSize(r, 8<<10)
	head, _ := b.Peek(8 << 10)
	enc, skip := cells.Detect(head)
	if enc == cells.UTF8 {
		b.Discard(skip)
		return b
	}
	return cells.NewReader(b, enc, skip)
}

// charsetReader serves the encoded words of header fields.
func charsetReader(label string, r io.Reader) (io.Reader, error) { return unicode(r, label), nil }

// utf8Text returns a field that mail programs sent without encoding it.
func utf8Text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return decoded
}

// html reads a body of HTML, with the format for it.
func (m *message) html(body io.Reader, h *header) error {
	label := h.params["charset"]
	var r io.Reader = body
	if encodingOf(label) != nil {
		r = unicode(body, label)
	}
	b := bufio.NewReaderSize(r, 16<<10)
	head, err := b.Peek(16 << 10)
	in := sources.Input{Name: "body.html", Size: -1, Head: bytes.Clone(head), Whole: err != nil, Reader: b}
	part := m.part("html body")
	_, err = htmltext.Format.Read(m.ctx, in, cells.Within(m.out, part))
	fe, ok := err.(*sources.FormatError)
	switch {
	case !ok:
		return err
	case fe.Reason == sources.NoTextLayer:
		return m.out.Skip(sources.Location{Part: part, Byte: -1}, fe.Reason)
	}
	m.damaged = true
	return nil
}
