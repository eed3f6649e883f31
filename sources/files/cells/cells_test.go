package cells

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/sourcetest"
)

// encode writes text in e; characters from 80 to FF stand for themselves in the
// Latin pages.
func encode(text string, e Encoding) []byte {
	var out []byte
	for _, r := range text {
		switch e {
		case UTF8:
			out = utf8.AppendRune(out, r)
		case UTF16LE, UTF16BE:
			for _, u := range utf16.AppendRune(nil, r) {
				if e == UTF16LE {
					out = append(out, byte(u), byte(u>>8))
				} else {
					out = append(out, byte(u>>8), byte(u))
				}
			}
		default:
			out = append(out, byte(r))
		}
	}
	return out
}

func TestDetect(t *testing.T) {
	for _, test := range []struct {
		name, head string
		e          Encoding
		skip       int
	}{
		{"ASCII", "<a>x</a>", UTF8, 0},
		{"UTF-8", "<a>né</a>", UTF8, 0},
		{"UTF-8 cut in a character", "<a>n\xc3", UTF8, 0},
		{"mark of UTF-8", "\xEF\xBB\xBF{}", UTF8, 3},
		{"mark of UTF-16 LE", "\xFF\xFE{\x00", UTF16LE, 2},
		{"mark of UTF-16 BE", "\xFE\xFF\x00{", UTF16BE, 2},
		{"UTF-16 LE by parity", "<\x00a\x00", UTF16LE, 0},
		{"UTF-16 BE by parity", "\x00<\x00a", UTF16BE, 0},
		{"Latin-1", "<a>n\xe9</a>", Windows1252, 0},
		{"nothing", "", UTF8, 0},
	} {
		if e, skip := Detect([]byte(test.head)); e != test.e || skip != test.skip {
			t.Errorf("%s: %d, %d", test.name, e, skip)
		}
	}
	for e, mark := range map[Encoding]string{UTF8: "\xEF\xBB\xBF", UTF16LE: "\xFF\xFE", UTF16BE: "\xFE\xFF"} {
		if got := Head(append([]byte(mark), encode("{\"né\": 1}", e)...)); string(got) != "{\"né\": 1}" {
			t.Errorf("head of %d: %q", e, got)
		}
	}
}

func TestReader(t *testing.T) {
	text := strings.Repeat("né à Nîmes ; ", 9000) + "fin"
	for _, e := range []Encoding{UTF8, UTF16LE, UTF16BE, Windows1252, ISO8859_15} {
		data := encode(text, e)
		for name, wrap := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "end with data": iotest.DataErrReader} {
			r := NewReader(wrap(bytes.NewReader(data)), e, 0)
			var got bytes.Buffer
			buf := make([]byte, 1000)
			for idle := 0; idle < 10; idle++ {
				n, err := r.Read(buf)
				got.Write(buf[:n])
				if n > 0 {
					idle = 0
				}
				if err != nil {
					break
				}
			}
			if got.String() != text || r.Count() != int64(len(data)) {
				t.Errorf("%d, %s: %d bytes of %d", e, name, got.Len(), len(text))
			}
			for i, ch := range text { // every character leads back to its bytes
				if at := r.Original(int64(i)); !bytes.HasPrefix(data[at:], encode(string(ch), e)) {
					t.Fatalf("%d, %s: character at %d comes from %d", e, name, i, at)
				}
			}
		}
	}
}

func TestLatin(t *testing.T) {
	for _, test := range []struct {
		b    byte
		e    Encoding
		want rune
	}{
		{0x80, Windows1252, '€'}, {0x9C, Windows1252, 'œ'}, {0xE9, Windows1252, 'é'}, {0xA4, Windows1252, '¤'},
		{0xA4, ISO8859_15, '€'}, {0xBD, ISO8859_15, 'œ'}, {0xE9, ISO8859_15, 'é'}, {'A', ISO8859_15, 'A'},
	} {
		if got := latin(test.b, test.e); got != test.want {
			t.Errorf("%02X: %q, not %q", test.b, got, test.want)
		}
	}
}

func TestColumns(t *testing.T) {
	r := sourcetest.ForFormat(sources.Limits{Fields: 3})
	c := NewColumns(r)
	var got []int32
	for _, name := range []string{"a", "b", "c", "d"} {
		i, err := c.Add(name, "")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, i)
	}
	if want := []int32{0, 1, 2, 2}; !equal(got, want) || c.Table.Columns[2].Name != Overflow || len(r.Last().Skips) != 1 || !c.Full() {
		t.Errorf("columns %v of %+v, skips %v", got, c.Table.Columns, r.Last().Skips)
	}
}

func equal(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// words is the smallest reader of a Window: cells between blanks, one row a
// line, a backslash that is taken away from in front of any character.
func words(w *Window) error {
	column, err := w.Columns.Add("mot", "")
	if err != nil {
		return err
	}
	row, start, i, shift := int64(1), 0, 0, 0
	more := func(keep int) error {
		err := w.More(keep)
		i, start = i-keep, start-keep
		return err
	}
	end := func() {
		if start < i-shift {
			w.Cell(start, i-shift, column, row)
		}
		w.Erase(i-shift, i)
		shift = 0
	}
	for {
		b := w.Bytes()
		for i < len(b) && !(b[i] == '\\' && i+1 == len(b)) {
			switch c := b[i]; {
			case c == ' ' || c == '\n':
				end()
				i++
				start = i
				if c == '\n' {
					row++
				}
			case c == '\\':
				shift++
				b[i+1-shift] = b[i+1]
				w.Moved(i+1-shift, shift)
				i += 2
			default:
				b[i-shift] = c
				i++
			}
		}
		keep := start
		if shift > 0 { // edits of an unfinished word would be lost: begin it again
			return errors.New("test: edit at the edge")
		}
		if err := more(keep); err == io.EOF {
			end()
			return w.End(len(w.Bytes()))
		} else if err != nil {
			return err
		}
	}
}

func TestWindow(t *testing.T) {
	var text strings.Builder
	var want []sourcetest.Cell
	for i := range 60_000 { // several windows
		word := "mot" + strconv.Itoa(i)
		if i%100 == 99 {
			word = "é" + word
		}
		want = append(want, sourcetest.Cell{Row: int64(i/10 + 1), Value: word, At: sources.Location{Line: int64(i/10 + 1), Byte: int64(text.Len())}})
		text.WriteString(word)
		text.WriteByte(" \n"[b2i(i%10 == 9)])
	}
	in := text.String()
	for _, e := range []Encoding{UTF8, UTF16LE, Windows1252} {
		data := encode(in, e)
		r := sourcetest.ForFormat(sources.Limits{})
		w := NewWindow(context.Background(), iotest.HalfReader(bytes.NewReader(data)), e, 0, r)
		if err := words(w); err != nil {
			t.Fatal(err)
		}
		r.Close(sources.Result{})
		if err := r.Done(); err != nil {
			t.Fatal(err)
		}
		cells := r.Last().Cells
		if len(cells) != len(want) || w.Read() != int64(len(data)) {
			t.Fatalf("%d: %d cells of %d, %d bytes of %d", e, len(cells), len(want), w.Read(), len(data))
		}
		for i, c := range cells {
			if c.Value != want[i].Value || c.Row != want[i].Row || c.At.Line != want[i].At.Line || !bytes.HasPrefix(data[c.At.Byte:], encode(c.Value, e)) {
				t.Fatalf("%d: cell %d is %+v", e, i, c)
			}
		}
	}
}

func TestWindowEdits(t *testing.T) {
	in := `un de\ux tr\o\is` + "\n" + `qua\tre cinq`
	r := sourcetest.ForFormat(sources.Limits{})
	places := &placer{Recorder: r}
	w := NewWindow(context.Background(), strings.NewReader(in), UTF8, 0, places)
	if err := words(w); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	want := map[string]string{"un": "un", "deux": "deux", "trois": "trois", "quatre": "quatre", "cinq": "cinq"}
	for cell, at := range places.at {
		got := ""
		for _, p := range at {
			got += in[p : p+1]
		}
		if got != want[cell] {
			t.Errorf("%s is located at %v: %q", cell, at, got)
		}
	}
	if len(places.at) != len(want) {
		t.Errorf("%d cells", len(places.at))
	}
}

// placer locates every byte of every cell.
type placer struct {
	*sourcetest.Recorder
	at map[string][]int64
}

func (p *placer) Chunk(c *sources.Chunk) error {
	if p.at == nil {
		p.at = map[string][]int64{}
	}
	for i := range c.Fields.Start {
		a, b := int(c.Fields.Start[i]), int(c.Fields.End[i])
		for k := a; k < b; k++ {
			p.at[string(c.Data[a:b])] = append(p.at[string(c.Data[a:b])], c.Locator.Locate(k).Byte)
		}
	}
	return p.Recorder.Chunk(c)
}

func TestLong(t *testing.T) {
	long := strings.Repeat("0123456789", 100_000)
	r := sourcetest.ForFormat(sources.Limits{})
	w := NewWindow(context.Background(), strings.NewReader(long), UTF8, 0, r)
	err := w.More(0)
	for err == nil {
		err = w.More(0)
	}
	if err != ErrFull {
		t.Fatalf("a token of %d bytes: %v", len(long), err)
	}
	if err := w.Rest(0); err != nil {
		t.Fatal(err)
	}
	r.Close(sources.Result{})
	if l := r.Last(); string(l.Text) != long || r.Done() != nil || len(l.Bytes) < 3 {
		t.Errorf("%d bytes of %d, %v", len(l.Text), len(long), r.Done())
	}
}

func TestWindowFails(t *testing.T) {
	r := sourcetest.ForFormat(sources.Limits{})
	w := NewWindow(context.Background(), io.MultiReader(strings.NewReader("un deux"), iotest.ErrReader(io.ErrUnexpectedEOF)), UTF8, 0, r)
	if err := words(w); err != nil {
		t.Fatal(err)
	}
	if w.Failed() != io.ErrUnexpectedEOF || len(r.Last().Cells) != 2 {
		t.Errorf("%v, %d cells", w.Failed(), len(r.Last().Cells))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := NewWindow(ctx, strings.NewReader("x"), UTF8, 0, r).More(0); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

func TestText(t *testing.T) {
	r := sourcetest.ForFormat(sources.Limits{})
	text := NewText(r)
	var want strings.Builder
	for i := range 30_000 {
		line := "ligne " + strconv.Itoa(i) + "\n"
		text.Mark(int64(want.Len()), int64(i+1))
		text.AppendString(line)
		want.WriteString(line)
		if err := text.Drain(); err != nil {
			t.Fatal(err)
		}
	}
	if err := text.End(); err != nil {
		t.Fatal(err)
	}
	r.Close(sources.Result{})
	l := r.Last()
	if err := r.Done(); err != nil || string(l.Text) != want.String() || len(l.Bytes) < 3 {
		t.Fatalf("%v: %d bytes of %d in %d chunks", err, len(l.Text), want.Len(), len(l.Bytes))
	}
	at := int64(0)
	for i, b := range l.Bytes {
		if b < at || i == 0 && b != 0 {
			t.Errorf("chunk %d begins at %d", i, b)
		}
		at = b
	}
}

func TestRows(t *testing.T) {
	r := sourcetest.ForFormat(sources.Limits{})
	rows := NewRows(r)
	rows.Part, rows.Page = "Feuil1", 3
	a, _ := rows.Columns.Add("nom", "")
	b, _ := rows.Columns.Add("ville", "")
	for i := range 20_000 {
		rows.Cell("Martin"+strconv.Itoa(i), a, int64(i+2), sources.Location{Byte: -1, Line: int64(i), Column: 1})
		rows.Cell("", b, int64(i+2), sources.Location{})
		if err := rows.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Flush(); err != nil {
		t.Fatal(err)
	}
	r.Close(sources.Result{})
	cells := r.Last().Cells
	if err := r.Done(); err != nil || len(cells) != 20_000 {
		t.Fatalf("%v: %d cells", err, len(cells))
	}
	for i, c := range cells {
		want := sources.Location{Page: 3, Row: int64(i + 2), Line: int64(i), Column: 1, Byte: -1}
		if c.Value != "Martin"+strconv.Itoa(i) || c.At != want || c.Column != "nom" || c.Part != "Feuil1" {
			t.Fatalf("cell %d is %+v", i, c)
		}
	}
}

// Texts are told byte by byte what they are eight bytes at a time.
func TestIsText(t *testing.T) {
	slow := func(b []byte) bool {
		for _, c := range b {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
		}
		return utf8.Valid(b)
	}
	r := rand.New(rand.NewPCG(1, 3))
	pieces := []string{"a", "Zoé", "\x1f", "\x7f", "\x00", "\t", "\n", "\xff", "\x80", "12345678", "é", "\u2028", " ~"}
	both := [2]int{}
	for range 200_000 {
		var b []byte
		for range r.IntN(12) {
			if i := r.IntN(60); i < len(pieces) {
				b = append(b, pieces[i]...)
			} else {
				b = append(b, "texte"...)
			}
		}
		want := slow(b)
		if isText(b) != want {
			t.Fatalf("%q: %v", b, !want)
		}
		if want {
			both[0]++
		} else {
			both[1]++
		}
	}
	if both[0] < 1000 || both[1] < 1000 {
		t.Error(both)
	}
}

// Documents are known by how they begin.
func TestKnown(t *testing.T) {
	for _, m := range magics {
		if !Known(append(bytes.Clone(m), "..........."...)) || !Known(m) || Known(m[:2]) || Known(append([]byte("x"), m...)) {
			t.Errorf("%q", m)
		}
	}
	for text, want := range map[string]bool{"": false, "P": false, "RIFFxxxxWAVE": true, "RIFF": false, "....ftypmp42": true, "....ftyp": false, "Paul": false, "7z": false} {
		if Known([]byte(text)) != want {
			t.Errorf("%q", text)
		}
	}
}
