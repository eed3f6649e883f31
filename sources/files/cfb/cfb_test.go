package cfb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"testing"

	"recense/sources"
)

func open(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../xls/testdata/libreoffice.xls")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A storage read back as a file of its own holds the same streams: what other
// programs wrote goes through the writer, with small and large streams.
func TestStorage(t *testing.T) {
	f := open(t, sample(t))
	root := &node{name: "Root Entry"}
	for _, s := range f.Streams {
		root.add(append([]string{"Objet"}, s.names(0)...), s)
	}
	outer := all(t, layOutReader(root))
	g := open(t, outer)
	r, size := g.Storage("objet")
	if r == nil {
		t.Fatal("no storage")
	}
	inner := all(t, r)
	if int64(len(inner)) != size {
		t.Errorf("%d bytes, %d announced", len(inner), size)
	}
	h := open(t, inner)
	if len(h.Streams) != len(f.Streams) {
		t.Errorf("%d streams, not %d", len(h.Streams), len(f.Streams))
	}
	for _, s := range f.Streams {
		want, _ := s.Bytes(1 << 20)
		got, err := h.Stream(s.Path).Bytes(1 << 20)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, not %d, %v", s.Path, len(got), len(want), err)
		}
	}
	if len(h.Properties()) != len(f.Properties()) || len(f.Properties()) < 4 {
		t.Errorf("properties %v", h.Properties())
	}
}

func layOutReader(root *node) io.Reader { r, _ := layOut(root); return r }

func all(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Tables of more than the header can name: 109 sectors of the FAT are 7 MB.
func TestLarge(t *testing.T) {
	f := open(t, sample(t))
	b := &bounded{at: bytes.NewReader(make([]byte, 20<<20)), size: 20 << 20, left: -1}
	book := *f.Stream("Workbook")
	entry := *book.entry
	big := &Stream{Path: "x", Size: 18 << 20, entry: &entry, at: b}
	big.entry.Size = 18 << 20
	root := &node{name: "Root Entry", children: []*node{{name: "gros", stream: big, size: 18 << 20}}}
	r, size := layOut(root)
	data := all(t, r)
	g := open(t, data)
	got, err := g.Stream("gros").Bytes(1 << 30)
	if err != nil || len(got) != 18<<20 || int64(len(data)) != size {
		t.Errorf("%d bytes of %d, %v", len(got), len(data), err)
	}
}

func TestReadAt(t *testing.T) {
	s := open(t, sample(t)).Stream("workbook")
	want, err := s.Bytes(1 << 20)
	if err != nil || int64(len(want)) != s.Size {
		t.Fatal(err, len(want), s.Size)
	}
	r := s.Reader()
	for _, at := range []int64{0, 100, 2900, 511, 512, 513, 3, 2048, s.Size - 10} {
		b := make([]byte, 10)
		if n, err := r.ReadAt(b, at); n != 10 || err != nil || !bytes.Equal(b, want[at:at+10]) {
			t.Errorf("at %d: %d %v", at, n, err)
		}
	}
	if _, err := r.ReadAt(make([]byte, 10), s.Size-5); err != io.ErrUnexpectedEOF {
		t.Error("beyond the end: ", err)
	}
}

// change makes a hostile file of a sound one.
func change(data []byte, at int, value uint32) []byte {
	b := bytes.Clone(data)
	binary.LittleEndian.PutUint32(b[at:], value)
	return b
}

func TestHostile(t *testing.T) {
	data := sample(t)
	directory := int(binary.LittleEndian.Uint32(data[48:])+1) * 512
	fat := int(binary.LittleEndian.Uint32(data[76:])+1) * 512
	first := int(binary.LittleEndian.Uint32(data[48:]))
	for _, test := range []struct {
		name   string
		data   []byte
		reason sources.Reason // empty: opens
	}{
		{"directory that follows itself", change(data, fat+4*first, uint32(first)), sources.Corrupt},
		{"root that is its own child", change(data, directory+76, 0), sources.Corrupt},
		{"brother far away", change(data, directory+128+68, 1<<30), sources.Corrupt},
		{"a billion sectors of the FAT", change(change(data, 44, 1<<30), 72, 1<<23), sources.Corrupt},
		{"directory beyond the end", change(data, 48, 1<<20), sources.Truncated},
		{"cut in the header", data[:300], sources.Truncated},
		{"stream of four gigabytes", change(data, directory+128+120, 0xFFFFFFFF), ""},
	} {
		f, err := Open(bytes.NewReader(test.data), int64(len(test.data)))
		var fe *sources.FormatError
		switch {
		case test.reason != "" && (!errors.As(err, &fe) || fe.Reason != test.reason):
			t.Errorf("%s: %v", test.name, err)
		case test.reason == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case err == nil:
			for _, s := range f.Streams {
				if b, err := s.Bytes(1 << 30); len(b) > len(test.data) || s.Size > int64(len(test.data)) && err == nil {
					t.Errorf("%s: %d bytes of %d, %v", test.name, len(b), s.Size, err)
				}
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		c.Properties()
		for _, name := range c.Storages("") {
			if r, size := c.Storage(name); r != nil {
				if n, err := io.Copy(io.Discard, r); n != size || err != nil {
					t.Errorf("%d bytes, not %d, %v", n, size, err)
				}
			}
		}
		for _, s := range c.Streams {
			if n, _ := io.Copy(io.Discard, s.Reader()); n > int64(len(data)) {
				t.Errorf("%d bytes of %d", n, len(data))
			}
		}
	})
}
