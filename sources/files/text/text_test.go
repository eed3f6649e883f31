package text

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"recense/sources"
	"recense/sources/sourcetest"
)

// utf16le writes text, of the basic plane, with a byte order mark.
func utf16le(text string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, r := range text {
		out = append(out, byte(r), byte(r>>8))
	}
	return out
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"letter.txt": []byte("Madame,\nvotre dossier est complet.\n\fPage 2\r\nHélène Martin\n"),
		"latin.txt":  []byte("Madame,\nvotre dossier est termin\xe9.\n"),
		"utf16.txt":  utf16le("Madame,\nvotre dossier est complété.\n"),
		"long.log":   bytes.Repeat([]byte("2026-11-25 08:00:01 INFO ligne de journal sans rien de particulier\n"), 20_000),
		"line.txt":   bytes.Repeat([]byte("une seule ligne "), 40_000),
	})
}

func TestBounds(t *testing.T) {
	for in, want := range map[string][2]int64{
		"": {0, -1}, "0-10": {0, 10}, "5-5": {5, 5}, "10-5": {0, -1}, "-1-5": {0, -1}, "a-b": {0, -1}, "3": {0, -1}, "33554432-67108864": {33554432, 67108864},
	} {
		if a, b := Bounds(in); [2]int64{a, b} != want {
			t.Errorf("%q: %d, %d, not %v", in, a, b, want)
		}
	}
}

// TestPlaces marks bytes of the text and tells where they are in the original.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name, mark string
		data       []byte
		want       sources.Location
	}{
		{"first byte", "M", []byte("Martin\n"), sources.Location{Line: 1, Byte: 0}},
		{"second line", "D", []byte("Martin\nDurand\n"), sources.Location{Line: 2, Byte: 7}},
		{"CR LF", "D", []byte("Martin\r\nDurand\r\n"), sources.Location{Line: 2, Byte: 8}},
		{"behind a mark", "M", []byte("\xEF\xBB\xBFMartin\n"), sources.Location{Line: 1, Byte: 3}},
		{"behind letters of two bytes", "M", []byte("Hélène Martin\n"), sources.Location{Line: 1, Byte: 9}},
		{"Latin-1", "M", []byte("H\xe9l\xe8ne Martin\n"), sources.Location{Line: 1, Byte: 7}},
		{"CP850", "M", []byte("H\x82l\x8ane Martin\n"), sources.Location{Line: 1, Byte: 7}},
		{"UTF-16", "M", utf16le("Hélène\nMartin\n"), sources.Location{Line: 2, Byte: 2 + 14}},
		{"EBCDIC", "M", []byte("\xc4\xe4\xd9\xc1\xd5\xc4\x40\xd7\xc1\xe4\xd3\x40\xf1\xf2\xf3\x25\xd4\xc1\xd9\xe3\xc9\xd5\x40\xd1"), sources.Location{Line: 2, Byte: 16}},
		{"page", "M", []byte("page 1\n\fpage 2\nMartin\n"), sources.Location{Line: 3, Page: 2, Byte: 15}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := sourcetest.ForFormat(sources.Limits{})
			r.Each = true
			res, err := Format.Read(context.Background(), sourcetest.Input(Format, "a.txt", test.data), r)
			r.Close(res)
			if err != nil || r.Done() != nil {
				t.Fatal(err, r.Done())
			}
			l := r.Last()
			at := bytes.Index(l.Text, []byte(test.mark))
			if at < 0 || l.Places[at] != test.want {
				t.Errorf("%+v, not %+v, in %q", l.Places[max(at, 0)], test.want, l.Text)
			}
			if res.Bytes != int64(len(test.data)) {
				t.Errorf("%d bytes of %d", res.Bytes, len(test.data))
			}
		})
	}
}

// TestMargins reads with small margins through readers that give little at a
// time; the Recorder compares what surrounds each core with its neighbours.
func TestMargins(t *testing.T) {
	data := []byte(strings.Repeat("0123456789\r\nabcdéfghij\n", 40_000))
	for _, margin := range []int{1, 16, 1024, 50_000} {
		for _, at := range []bool{false, true} {
			r := sourcetest.ForFormat(sources.Limits{Margin: margin})
			m := &margins{Recorder: r, t: t, margin: margin}
			in := sourcetest.Input(Format, "a.txt", data)
			if !at {
				in.At, in.Reader = nil, iotest.HalfReader(bytes.NewReader(data))
			}
			res, err := Format.Read(context.Background(), in, m)
			r.Close(res)
			if err != nil || r.Done() != nil {
				t.Fatal(err, r.Done())
			}
			if l := r.Last(); !bytes.Equal(l.Text, data) || res.Lines != 80_000 || m.chunks < 3 {
				t.Errorf("margin %d: %d bytes of %d, %d lines, %d chunks", margin, len(l.Text), len(data), res.Lines, m.chunks)
			}
		}
	}
}

// margins checks that a core has what it is owed on both sides.
type margins struct {
	*sourcetest.Recorder
	t              *testing.T
	margin, chunks int
	last           bool
}

func (m *margins) Chunk(c *sources.Chunk) error {
	if m.last {
		m.t.Errorf("margin %d: chunk %d follows one without margin behind it", m.margin, m.chunks)
	}
	if m.chunks > 0 && c.From < m.margin {
		m.t.Errorf("margin %d: %d bytes in front of chunk %d", m.margin, c.From, m.chunks)
	}
	m.last = len(c.Data)-c.To < m.margin
	m.chunks++
	return m.Recorder.Chunk(c)
}

func TestRanges(t *testing.T) {
	plain := []byte("Madame,\r\nvotre dossier 12345 est complet.\n\nHélène Martin, née le 12/03/1985\n")
	sourcetest.Ranges(t, Format, "a.txt", plain, 9, 10, 17, 40, 41, 42, 1000)
	latin := bytes.ReplaceAll(plain, []byte("é"), []byte{0xe9})
	latin = bytes.ReplaceAll(latin, []byte("è"), []byte{0xe8})
	sourcetest.Ranges(t, Format, "a.txt", latin, 1, 2, 3, 7, 30)
	sourcetest.Ranges(t, Format, "a.txt", append([]byte("\xEF\xBB\xBF"), plain...), 5, 30, 64)
	sourcetest.Ranges(t, Format, "a.txt", utf16le(string(plain)), 2, 4, 10, 64)
	large := bytes.Repeat([]byte("ligne de journal 0123456789\n"), 20_000)
	sourcetest.Ranges(t, Format, "a.log", large, 100_001, 1<<18)
}

// endless gives n bytes of one line.
type endless struct{ n int }

func (e *endless) Read(b []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	b = b[:min(len(b), e.n)]
	for i := range b {
		b[i] = 'a' + byte((e.n-i)%26)
	}
	e.n -= len(b)
	return len(b), nil
}

// counter keeps the sizes of chunks only.
type counter struct{ bytes, largest int }

func (c *counter) Chunk(k *sources.Chunk) error {
	c.bytes += k.To - k.From
	c.largest = max(c.largest, len(k.Data))
	return nil
}
func (c *counter) Evidence(string, sources.Location) error     { return nil }
func (c *counter) Skip(sources.Location, sources.Reason) error { return nil }
func (c *counter) Member(sources.Member) error                 { return nil }
func (c *counter) Limits() sources.Limits                      { return sources.Limits{}.Defaults() }

func TestLineOf200MB(t *testing.T) {
	const size = 200 << 20
	head := bytes.Repeat([]byte("a"), 64<<10)
	in := sources.Input{Name: "a.txt", Size: size, Head: head, Reader: &endless{size}}
	var out counter
	res, err := Format.Read(context.Background(), in, &out)
	if err != nil || out.bytes != size || res.Bytes != size || res.Lines != 0 {
		t.Errorf("%v: %d bytes, %+v", err, out.bytes, res)
	}
	if out.largest > 1<<20 {
		t.Errorf("a chunk of %d bytes", out.largest)
	}
}
