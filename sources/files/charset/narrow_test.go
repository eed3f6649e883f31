package charset

import (
	"bytes"
	"io"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"recense/sources"
)

func TestNarrow(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"ASCII", "NIR 1 85 05", "NIR 1 85 05"},
		{"Latin letters", "Zoé Nuñez", "Zo\xe9 Nu\xf1ez"},
		{"signs of Windows-1252", "B\u0153uf \u20ac\u2019\u2013", "B\x9cuf \x80\x92\x96"},
		{"what it lacks", "\u0107|\u6f22|\U0001F600", "\x81|\x8d|\x8f"},
		{"control codes from 80 up", "\u0081\u0090\u009f", "\x81\x81\x81"},
		{"no UTF-8", "a\xe9b\xc3", "a\x90b\x90"},
		{"half a pair", "\xed\xa0\x80", "\x90\x90\x90"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, used := narrow(nil, []byte(test.text), true); string(got) != test.want || used != len(test.text) {
				t.Errorf("%q of %d bytes, not %q", got, used, test.want)
			}
		})
	}
}

// FuzzNarrow holds the window to the original: as many bytes as characters, whose
// lengths add up, wherever reading stops in between.
func FuzzNarrow(f *testing.F) {
	f.Add([]byte("Zoé \u20ac \u6f22 \U0001F600 \xff fin"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		s := &Stream{}
		s.OpenNarrow(sources.Input{Reader: slow(data, step), Size: int64(len(data))}, UTF8, 0, -1)
		for s.Fill() {
		}
		if n := utf8.RuneCount(data); len(s.Text()) != n || s.Span(0, n) != int64(len(data)) {
			t.Fatalf("%d bytes for %d characters, %d of %d", len(s.Text()), n, s.Span(0, len(s.Text())), len(data))
		}
		i := 0
		for at := range string(data) {
			if s.Offset(i) != int64(at) || s.Index(int64(at)) != i {
				t.Fatalf("character %d is at %d, not %d", i, s.Offset(i), at)
			}
			i++
		}
		units := utf16.Encode([]rune(string(data)))
		var wide []byte
		for _, u := range units {
			wide = append(wide, byte(u), byte(u>>8))
		}
		s.OpenNarrow(sources.Input{Reader: slow(wide, step), Size: int64(len(wide))}, UTF16LE, 0, -1)
		for s.Fill() {
		}
		if n := len([]rune(string(data))); len(s.Text()) != n || s.Span(0, n) != int64(len(wide)) {
			t.Fatalf("UTF-16: %d bytes for %d characters, %d of %d", len(s.Text()), n, s.Span(0, len(s.Text())), len(wide))
		}
		whole := &Stream{}
		whole.OpenNarrow(sources.Input{Head: wide, Whole: true, Size: int64(len(wide))}, UTF16LE, 0, -1)
		if !bytes.Equal(whole.Text(), s.Text()) {
			t.Fatal("the text in one piece differs")
		}
	})
}

// slow gives a few bytes of b at a time.
func slow(b []byte, step uint8) io.Reader { return &slowly{b, int(step%7) + 1} }

type slowly struct {
	rest []byte
	step int
}

func (r *slowly) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), r.step)], r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
