package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/sourcetest"
)

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"letter.pdf": sample(t, share+"/adhesions/bulletin_adhesion.pdf"),
		"groff.pdf":  sample(t, share+"/prestations/courriers/decompte_groff.pdf"),
		"sheet.pdf":  sample(t, share+"/prestations/courriers/releve_gnumeric.pdf"),
		"small.pdf":  one(hello, "", "", "", nil),
	})
}

// TestTruncated cuts a file at many offsets: it is never said to be whole, and
// what stands before the cut is read when the pages do.
func TestTruncated(t *testing.T) {
	data := one(hello, "", "", "", nil)
	for n := len(data) - 40; n > 20; n -= 3 {
		l, err := sourcetest.Read(t, Format, "a.pdf", data[:n])
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Reason != sources.Truncated {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
		if xref := bytes.Index(data, []byte("xref")); n > xref && !strings.Contains(string(l.Text), "588 157 80") {
			t.Errorf("%d of %d bytes: the page is whole and %q was read", n, len(data), l.Text)
		}
	}
}

// TestDamaged breaks one thing at a time; the text is read all the same.
func TestDamaged(t *testing.T) {
	whole := string(one(hello, "", "", "", nil))
	for _, c := range []struct{ name, old, new string }{
		{"startxref of nowhere", "startxref\n", "startxref\n9"},
		{"no startxref", "startxref", "startxxxx"},
		{"no table", "xref\n0 ", "xrxx\n0 "},
		{"no trailer", "trailer", "trxxxxx"},
		{"offsets of another file", "%PDF-1.7\n", "%PDF-1.7\n% moved\n"},
		{"bytes before the header", "%PDF-1.7\n", "\r\n\r\n%PDF-1.7\n"},
		{"length much too long", "/Length ", "/Length 99999999"},
		{"length too short", "/Length ", "/Length 1 /L "},
		{"length not a number", "/Length ", "/Length /"},
		{"length of an object that is not there", "/Length ", "/Length 99 0 R /L "},
		{"bytes behind the end", "%%EOF", "%%EOF\n" + strings.Repeat("x", 500)},
		{"newer version", "%PDF-1.7", "%PDF-2.0"},
		{"count of pages too high", "/Count 1", "/Count 7"},
		{"no type of the page", "/Type /Page ", "/Tipe /Page "},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := strings.Replace(whole, c.old, c.new, 1)
			if data == whole {
				t.Fatal("nothing was broken")
			}
			l, err := sourcetest.Read(t, Format, "a.pdf", []byte(data))
			if string(l.Text) != "2 69 05 49 588 157 80\n" {
				t.Errorf("%q, %v", l.Text, err)
			}
		})
	}
}

// TestBombs holds files that grow or turn in circles to memory and time.
func TestBombs(t *testing.T) {
	spaces := strings.Repeat(" ", 30<<20)
	for _, c := range []struct {
		name string
		data func() []byte
		want sources.Reason // empty where the file is read to its end
	}{
		{"content that unpacks to 30 MiB", func() []byte { return one(spaces, "", "", "", nil) }, sources.RatioLimit},
		{"packed twice", func() []byte {
			return one("", "", "/Contents 11 0 R", "", func(m *maker) {
				m.stream(11, "/Filter [/FlateDecode /FlateDecode]", deflated(deflated(spaces)))
			})
		}, sources.RatioLimit},
		{"forms that call two others, thirty deep", func() []byte {
			return one("/X Do", "", "", "", func(m *maker) {
				for i := range 30 {
					m.stream(10+i, fmt.Sprintf("/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>", 11+i), strings.Repeat("/X Do ", 50))
				}
			})
		}, sources.RatioLimit},
		{"tree of pages in a circle", func() []byte {
			return []byte(strings.Replace(string(one(hello, "", "", "", nil)), "/Kids [3 0 R]", "/Kids [2 0 R]", 1))
		}, ""},
		{"references in a circle", func() []byte {
			return one(hello, "9 0 R", "/Annots 9 0 R", "", func(m *maker) { m.object(9, "9 0 R") })
		}, ""},
		{"length that is the stream itself", func() []byte {
			return one("", "", "/Contents 11 0 R", "", func(m *maker) { m.object(11, "<< /Length 11 0 R >>\nstream\n"+hello+"\nendstream") })
		}, ""},
		{"sections in a circle", func() []byte {
			d := one(hello, "", "", "", nil)
			at := bytes.LastIndex(d, []byte("xref\n0 "))
			return []byte(strings.Replace(string(d), "/Size", fmt.Sprintf("/Prev %d /XRefStm %d /Size", at, at), 1))
		}, ""},
		{"table of a billion entries", func() []byte {
			return []byte(strings.Replace(string(one(hello, "", "", "", nil)), "xref\n0 6", "xref\n0 1000000000", 1))
		}, ""},
		{"array in array", func() []byte {
			return one(hello, "", "/A "+strings.Repeat("[", 1<<20), "", nil)
		}, "any"},
		{"string that never ends", func() []byte { return one("("+strings.Repeat("(", 1<<20), "", "", "", nil) }, ""},
		{"codes that stand for long texts", func() []byte {
			cmap := "1 beginbfrange <0000> <FFFF> <" + strings.Repeat("0041", 60) + "> endbfrange"
			return one("BT /F1 9 Tf <"+strings.Repeat("0001", 1<<18)+"> Tj ET",
				"<< /Subtype /Type0 /Encoding /Identity-H /ToUnicode 11 0 R /DescendantFonts [<< >>] >>", "", "", func(m *maker) { m.stream(11, "", cmap) })
		}, sources.RatioLimit},
		{"a list of a billion codes", func() []byte {
			font := "<< /Type /Font /Subtype /TrueType /FirstChar 32 /LastChar 126 /Widths [" + strings.Repeat("500 ", 95) + "] /ToUnicode 11 0 R >>"
			return one("BT /F1 9 Tf 9 9 Td (a page of simple letters) Tj ET", font, "", "", func(m *maker) {
				m.stream(11, "", "1 begincodespacerange <00> <FF> endcodespacerange 1000000000 beginbfchar <41> <0041> endbfchar")
			})
		}, ""},
		{"a kid that is its parent", func() []byte {
			font := "<< /Type /Font /Subtype /TrueType /FirstChar 32 /LastChar 126 /Widths [" + strings.Repeat("500 ", 95) + "] >>"
			d := one("BT /F1 9 Tf 9 9 Td (a page of simple letters) Tj ET", font, "", "", nil)
			return []byte(strings.Replace(string(d), "/Kids [3 0 R]", "/Kids [2 0 R 3 0 R]", 1))
		}, ""},
		{"a million trailers", func() []byte { return []byte("%PDF-1.4\n" + strings.Repeat("trailer <<\n", 1<<20)) }, "any"},
		{"a million objects", func() []byte { return []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj <<\n", 1<<20)) }, "any"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := c.data()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := sourcetest.Read(t, Format, "a.pdf", data)
			runtime.ReadMemStats(&after)
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
			if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 384+64*uint64(len(data))>>20 {
				t.Errorf("%d MiB were allocated for %d bytes", grown, len(data))
			}
			var fe *sources.FormatError
			errors.As(err, &fe)
			if c.want != "any" && c.want != "" && (fe == nil || fe.Reason != c.want) {
				t.Errorf("%v, not %v", err, c.want)
			}
		})
	}
}

// TestDeadline ends in the middle of a large page when the context does.
func TestDeadline(t *testing.T) {
	data := one(strings.Repeat("BT /F1 9 Tf 1 0 0 1 5 5 Tm (abc) Tj ET\n", 1<<17), "", "", "", nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	r := sourcetest.ForFormat(sources.Limits{Ratio: 1 << 20})
	start := time.Now()
	_, err := Format.Read(ctx, sourcetest.Input(Format, "a.pdf", data), r)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// words counts the words of a text.
func words(text string) map[string]int {
	all := map[string]int{}
	for _, w := range strings.Fields(clean(text)) {
		all[w]++
	}
	return all
}

// missing returns words of want that got lacks.
func missing(want, got map[string]int) (lost []string) {
	for w, n := range want {
		if got[w] < n {
			lost = append(lost, w)
		}
	}
	return lost
}

var producers = []string{"adhesions/bulletin_adhesion.pdf", "prestations/courriers/decompte_groff.pdf", "prestations/courriers/releve_gnumeric.pdf"}

// TestPoppler compares the words with those that pdftotext finds.
func TestPoppler(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is missing")
	}
	for _, p := range producers {
		want, err := exec.Command(tool, "-layout", filepath.Join(share, p), "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		l, _ := sourcetest.Read(t, Format, p, sample(t, filepath.Join(share, p)))
		if lost := missing(words(string(want)), words(string(l.Text))); len(lost) > 0 {
			t.Errorf("%s: without %q", p, lost)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(one(hello, "", "", "", nil))
	f.Add([]byte("%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R >> endobj 2 0 obj << /Length 5 >> stream\n(a)Tj\nendstream"))
	for _, p := range producers {
		f.Add(sample(f, filepath.Join(share, p)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		r := sourcetest.ForFormat(sources.Limits{})
		res, err := Format.Read(ctx, sourcetest.Input(Format, "a.pdf", data), r)
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) {
			t.Errorf("%T", err)
		}
		r.Close(res)
		if err := r.Done(); err != nil {
			t.Error(err)
		}
	})
}
