package tar_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"recense/sources"
	format "recense/sources/files/tar"
	"recense/sources/sourcetest"
)

const block = 512

// item is an entry of a test archive; a regular file unless kind says otherwise.
type item struct {
	name, text, link string
	kind             byte
	format           tar.Format
	pax              map[string]string
}

func archive(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, i := range items {
		h := &tar.Header{Name: i.name, Typeflag: i.kind, Linkname: i.link, Mode: 0o600, Size: int64(len(i.text)), Format: i.format, PAXRecords: i.pax}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, i.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// members returns the members of data as "name|text" and why reading was partial.
func members(t *testing.T, data []byte) (got []string, reason sources.Reason) {
	t.Helper()
	r := sourcetest.ForFormat(sources.Limits{})
	_, err := format.Format.Read(context.Background(), sourcetest.Input(format.Format, "a.tar", data), r)
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		reason = fe.Reason
	} else if err != nil {
		t.Errorf("%v is no FormatError", err)
	}
	for _, l := range r.Locations[1:] {
		got = append(got, l.Container+"|"+string(l.Text))
	}
	return got, reason
}

func TestKindsOfEntries(t *testing.T) {
	deep := strings.Repeat("dossier/", 40) + "f.csv"
	for _, c := range []struct {
		name  string
		items []item
		want  string
	}{
		{"files and folders", []item{{name: "d/", kind: tar.TypeDir}, {name: "d/a.csv", text: "nom\n"}, {name: "b", text: "x"}}, "d/a.csv|nom\n b|x"},
		{"links and devices hold nothing", []item{{name: "l", kind: tar.TypeSymlink, link: "/etc/shadow"}, {name: "h", kind: tar.TypeLink, link: "b"},
			{name: "p", kind: tar.TypeFifo}, {name: "c", kind: tar.TypeChar}, {name: "b", text: "x"}}, "b|x"},
		{"the same name twice", []item{{name: "a", text: "1"}, {name: "a", text: "2"}}, "a|1 a|2"},
		{"out of the folder", []item{{name: "../a", text: "1"}, {name: "/etc/b", text: "2"}}, "../a|1 /etc/b|2"},
		{"an empty file", []item{{name: "vide"}}, "vide|"},
		{"long name, pax", []item{{name: deep, text: "1", format: tar.FormatPAX}}, deep + "|1"},
		{"long name, GNU", []item{{name: deep, text: "1", format: tar.FormatGNU}}, deep + "|1"},
		{"accents", []item{{name: "été.csv", text: "1", format: tar.FormatPAX}}, "été.csv|1"},
		{"old and new in one", []item{{name: "a", text: "1", format: tar.FormatUSTAR}, {name: deep, text: "2", format: tar.FormatGNU}, {name: "c", text: "3", format: tar.FormatPAX, pax: map[string]string{"X.note": "n"}}},
			"a|1 " + deep + "|2 c|3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, reason := members(t, archive(t, c.items...))
			if s := strings.Join(got, " "); s != c.want || reason != "" {
				t.Errorf("%q %v, not %q", s, reason, c.want)
			}
		})
	}
}

// TestV7 reads the oldest form, which has no magic number.
func TestV7(t *testing.T) {
	h := make([]byte, block)
	copy(h, "vieux.txt")
	copy(h[100:], "0000644\x000000000\x000000000\x0000000000005\x0000000000000\x00        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	body := make([]byte, block)
	copy(body, "texte")
	data := bytes.Join([][]byte{h, body, make([]byte, 2*block)}, nil)
	if !format.Format.Sniff(data, "a", -1) {
		t.Error("not known")
	}
	if got, reason := members(t, data); len(got) != 1 || got[0] != "vieux.txt|texte" || reason != "" {
		t.Errorf("%q %v", got, reason)
	}
}

// TestSparse reads a sparse file of GNU (format 1.0): holes are zero bytes.
func TestSparse(t *testing.T) {
	m := "1\n4\n3\n" // one piece of three bytes at 4
	stored := m + strings.Repeat("\x00", block-len(m)) + "abc"
	var b bytes.Buffer
	records := ""
	for _, r := range []string{"GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=troue", "GNU.sparse.realsize=10"} {
		n := len(r) + 4
		records += fmt.Sprintf("%d %s\n", n, r)
	}
	b.Write(header("PaxHeaders/troue", 'x', len(records)))
	b.WriteString(records + strings.Repeat("\x00", block-len(records)))
	b.Write(header("GNUSparseFile.0/troue", '0', len(stored)))
	b.WriteString(stored + strings.Repeat("\x00", 2*block-len(stored)) + strings.Repeat("\x00", 2*block))
	got, reason := members(t, b.Bytes())
	if len(got) != 1 || got[0] != "troue|\x00\x00\x00\x00abc\x00\x00\x00" || reason != "" {
		t.Errorf("%q %v", got, reason)
	}
}

// header is a header of ustar.
func header(name string, kind byte, size int) []byte {
	h := make([]byte, block)
	copy(h, name)
	copy(h[100:], fmt.Sprintf("0000644\x000000000\x000000000\x00%011o\x0000000000000\x00        ", size))
	h[156] = kind
	copy(h[257:], "ustar\x0000")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// TestTruncated cuts an archive at every tenth byte: what came whole is kept, and
// the archive is not said to be whole.
func TestTruncated(t *testing.T) {
	data := archive(t, item{name: "a", text: "premier"}, item{name: "b", text: strings.Repeat("x", 700)})
	for n := block; n < len(data)-2*block; n += 10 {
		got, reason := members(t, data[:n])
		if reason != sources.Truncated {
			t.Errorf("%d of %d bytes: %v", n, len(data), reason)
		}
		if n >= 2*block && (len(got) == 0 || got[0] != "a|premier") {
			t.Errorf("%d of %d bytes: %q", n, len(data), got)
		}
	}
	if got, reason := members(t, append(bytes.Clone(data), "garbage"...)); len(got) != 2 || reason != "" {
		t.Errorf("behind the end: %d, %v", len(got), reason)
	}
	damaged := bytes.Clone(data)
	damaged[2*block+10] ^= 1 // in the second header
	if got, reason := members(t, damaged); len(got) != 1 || reason != sources.Corrupt {
		t.Errorf("damaged: %d, %v", len(got), reason)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(archive(f, item{name: "a.csv", text: "nom;nir\n"}))
	f.Add(archive(f, item{name: strings.Repeat("d/", 150) + "x", text: "1", format: tar.FormatGNU}, item{name: "é", text: "2", format: tar.FormatPAX}))
	f.Fuzz(func(t *testing.T, data []byte) { members(t, data) })
}
