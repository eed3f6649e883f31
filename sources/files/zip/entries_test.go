package zip_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"time"

	"recense/sources"
	format "recense/sources/files/zip"
	"recense/sources/sourcetest"
)

// item is an entry of a test archive.
type item struct {
	name, text string
	flags      uint16 // more of them
	method     uint16 // when not deflate
}

// archive writes items as archive/zip does: deflated, with data descriptors.
func archive(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, i := range items {
		h := &zip.FileHeader{Name: i.name, Method: zip.Deflate, Modified: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)}
		if i.method != 0 || i.flags != 0 {
			h.Method, h.Flags = i.method, i.flags
			h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE([]byte(i.text)), uint64(len(i.text)), uint64(len(i.text))
			f, err := w.CreateRaw(h)
			write(t, f, i.text, err)
			continue
		}
		f, err := w.CreateHeader(h)
		write(t, f, i.text, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t testing.TB, w io.Writer, text string, err error) {
	t.Helper()
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// members reads data and returns its members as "name|status detail|text", and
// whether reading was partial and why. at says whether the input has random access.
func members(t *testing.T, data []byte, at bool) (got []string, reason sources.Reason) {
	t.Helper()
	r := sourcetest.ForFormat(sources.Limits{})
	in := sourcetest.Input(format.Format, "a.zip", data)
	if at {
		in.At = bytes.NewReader(data)
	}
	res, err := format.Format.Read(context.Background(), in, r)
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		reason = fe.Reason
	} else if err != nil {
		t.Errorf("%v is no FormatError", err)
	}
	r.Close(res)
	if err := r.Done(); err != nil {
		t.Error(err)
	}
	for _, l := range r.Locations[1:] {
		status := string(l.Result.Status)
		if l.Result.Detail != "" {
			status += " " + string(l.Result.Detail)
		}
		got = append(got, l.Container+"|"+status+"|"+string(l.Text))
	}
	return got, reason
}

func TestKindsOfEntries(t *testing.T) {
	for _, c := range []struct {
		name  string
		items []item
		want  string
	}{
		{"two files and a folder", []item{{name: "a/"}, {name: "a/b.csv", text: "nom\n"}, {name: "c.txt", text: "x"}}, "a/b.csv||nom\n c.txt||x"},
		{"an empty file", []item{{name: "vide.txt"}}, "vide.txt||"},
		{"the same name twice", []item{{name: "a", text: "1"}, {name: "a", text: "2"}}, "a||1 a||2"},
		{"out of the folder", []item{{name: "../../etc/x", text: "1"}, {name: "/abs", text: "2"}, {name: `..\w`, text: "3"}}, `../../etc/x||1 /abs||2 ..\w||3`},
		{"backslashes", []item{{name: `a\`}, {name: `a\b.txt`, text: "1"}}, `a\b.txt||1`},
		{"stored", []item{{name: "s", text: "clair", method: 0, flags: 1 << 11}}, "s||clair"},
		{"ZipCrypto", []item{{name: "paie.csv", text: "secret", flags: 1, method: 8}, {name: "b", text: "1"}}, "paie.csv|encrypted password_protected| b||1"},
		{"AES of WinZip", []item{{name: "paie.csv", text: "secret", flags: 1, method: 99}}, "paie.csv|encrypted password_protected|"},
		{"a method of others", []item{{name: "x.lzma", text: "?", method: 98}, {name: "y", text: "1"}}, "x.lzma|unsupported unknown_method| y||1"},
		{"content that is no deflate", []item{{name: "x", text: "\xff\xff\xff", method: 8}, {name: "y", text: "1"}}, "x|partial corrupt| y||1"},
		{"UTF-8 without saying so", []item{{name: "\u00e9t\u00e9", text: "1", method: 0, flags: 2}}, "été||1"},
		{"code page 850", []item{{name: "\x82t\x82.csv", text: "1", method: 0, flags: 2}}, "été.csv||1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, at := range []bool{true, false} {
				got, reason := members(t, archive(t, c.items...), at)
				if s := strings.Join(got, " "); s != c.want || reason != "" {
					t.Errorf("random access %v: %q %v, not %q", at, s, reason, c.want)
				}
			}
		})
	}
}

func TestEmptyArchive(t *testing.T) {
	if got, reason := members(t, archive(t), true); len(got) > 0 || reason != "" {
		t.Errorf("%q %v", got, reason)
	}
}

// TestFromTheFront reads archives without their directory: what is whole is read.
func TestFromTheFront(t *testing.T) {
	long := strings.Repeat("ligne;de;texte\n", 4096)
	data := archive(t, item{name: "a.csv", text: "nom\n"}, item{name: "b.csv", text: long}, item{name: "c", text: "fin", flags: 1 << 11})
	directory := bytes.Index(data, []byte("PK\x01\x02"))
	second := bytes.Index(data[1:], []byte("PK\x03\x04")) + 1
	for _, c := range []struct {
		name   string
		data   []byte
		want   int // members whose text is whole
		reason sources.Reason
	}{
		{"cut in the directory", data[:directory+10], 3, sources.Truncated},
		{"cut before the directory", data[:directory], 3, sources.Truncated},
		{"cut in the second", data[:second+100], 1, sources.Truncated},
		{"cut in a header", data[:second+12], 1, sources.Truncated},
		{"garbage behind", append(bytes.Clone(data), bytes.Repeat([]byte("x"), 100)...), 3, ""},
		{"garbage before the second", slip(data, second, "garbage"), 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, reason := members(t, c.data, true)
			whole := 0
			for i, w := range []string{"a.csv||nom\n", "b.csv||" + long, "c||fin"} {
				if i < len(got) && got[i] == w {
					whole++
				}
			}
			if whole != c.want || reason != c.reason && c.reason != "" {
				t.Errorf("%d whole of %d, %v; not %d, %v", whole, len(got), reason, c.want, c.reason)
			}
		})
	}
}

func slip(data []byte, at int, s string) []byte {
	return append(append(bytes.Clone(data[:at]), s...), data[at:]...)
}

// TestZIP64 reads sizes of 64 bits in a local header.
func TestZIP64(t *testing.T) {
	le := binary.LittleEndian
	const text = "contenu"
	b := append([]byte("PK\x03\x04\x2d\x00"), make([]byte, 8)...) // flags, method, time, date
	b = le.AppendUint32(b, crc32.ChecksumIEEE([]byte(text)))
	b = append(b, "\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x14\x00a\x01\x00\x10\x00"...)
	b = le.AppendUint64(b, uint64(len(text)))
	b = le.AppendUint64(b, uint64(len(text)))
	b = append(b, text...)
	for _, behind := range []string{"", "PK\x01\x02"} {
		got, _ := members(t, append(bytes.Clone(b), behind...), true)
		if len(got) != 1 || got[0] != "a||contenu" {
			t.Errorf("%q", got)
		}
	}
}

func TestDocuments(t *testing.T) {
	for _, c := range []struct{ first, text, want string }{
		{"word/document.xml", "<w/>", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"xl/workbook.bin", "", "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
		{"mimetype", "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
	} {
		l, err := sourcetest.Read(t, format.Format, "a.zip", archive(t, item{name: c.first, text: c.text, flags: 1 << 11}))
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Unsupported || l.Result.MediaType != c.want {
			t.Errorf("%s: %v, %s", c.first, err, l.Result.MediaType)
		}
	}
}

func many(n int) (items []item) {
	for i := range n {
		items = append(items, item{name: fmt.Sprintf("%d.txt", i), text: strings.Repeat("x", i)})
	}
	return items
}

// TestOutputEnds stops where the output says so.
func TestOutputEnds(t *testing.T) {
	stop := errors.New("stop")
	n := 0
	err := entriesOf(t, archive(t, many(10)...), func() error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if err != stop || n != 3 {
		t.Errorf("%v after %d members", err, n)
	}
}

type counted struct {
	*sourcetest.Recorder
	each func() error
}

func (c counted) Member(sources.Member) error { return c.each() }

func entriesOf(t *testing.T, data []byte, each func() error) error {
	in := sourcetest.Input(format.Format, "a.zip", data)
	in.At = bytes.NewReader(data)
	_, err := format.Format.Read(t.Context(), in, counted{sourcetest.ForFormat(sources.Limits{}), each})
	return err
}
