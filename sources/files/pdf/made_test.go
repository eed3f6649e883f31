package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// maker writes small files for tests, object by object.
type maker struct {
	b    bytes.Buffer
	at   map[int]int
	tail string // more for the trailer
}

func newMaker() *maker {
	m := &maker{at: map[int]int{}}
	m.b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return m
}

// object writes object n.
func (m *maker) object(n int, body string) {
	m.at[n] = m.b.Len()
	fmt.Fprintf(&m.b, "%d 0 obj\n%s\nendobj\n", n, body)
}

// stream writes a stream with more entries for its dictionary.
func (m *maker) stream(n int, entries, data string) {
	m.object(n, fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(data), data))
}

// packed writes a deflated stream.
func (m *maker) packed(n int, entries, data string) {
	m.stream(n, entries+" /Filter /FlateDecode", deflated(data))
}

func deflated(data string) string {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(data))
	w.Close()
	return z.String()
}

// end writes the cross-references and the trailer.
func (m *maker) end() []byte {
	start, top := m.b.Len(), 0
	for n := range m.at {
		top = max(top, n)
	}
	fmt.Fprintf(&m.b, "xref\n0 %d\n0000000000 65535 f \n", top+1)
	for n := 1; n <= top; n++ {
		if at, ok := m.at[n]; ok {
			fmt.Fprintf(&m.b, "%010d 00000 n \n", at)
		} else {
			m.b.WriteString("0000000000 00000 f \n")
		}
	}
	fmt.Fprintf(&m.b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", top+1, m.tail, start)
	return m.b.Bytes()
}

// one returns a file of one page with a content and a font of the standard ones;
// more are further entries of the page, root of the catalogue. Objects from 10 on
// are free.
func one(content, font, page, root string, more func(m *maker)) []byte {
	m := newMaker()
	m.object(1, "<< /Type /Catalog /Pages 2 0 R "+root+" >>")
	m.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	m.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 10 0 R >> >> "+page+" >>")
	m.packed(4, "", content)
	if font == "" {
		font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
	}
	m.object(5, font)
	if more != nil {
		more(m)
	}
	return m.end()
}

// letters is a content that draws each character of s by itself, dx apart.
func letters(s string, x, y, dx float64) string {
	var b strings.Builder
	b.WriteString("BT /F1 10 Tf ")
	for _, c := range s {
		fmt.Fprintf(&b, "1 0 0 1 %.2f %.2f Tm (%c) Tj ", x, y, c)
		x += dx
	}
	return b.String() + "ET\n"
}
