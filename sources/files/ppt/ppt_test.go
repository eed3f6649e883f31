package ppt

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cfb"
	"recense/sources/files/parts"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 wrote of an invented presentation, with its slides.
var produced = []struct {
	text, part string
	page       int32
}{
	{"Réunion\n", "", 1},
	{"Adhérents\nZoé Martin, 1 80 01 75 001 001 04\n", "", 2},
	{"Banque\nIBAN FR14 2004 1010 0505 0001 3M02 606\n", "", 3},
	{"Rappeler zoe.martin@exemple.fr\n", "notes", 2},
	{"title: Réunion\n", "properties", 0},
}

func sample(t testing.TB) []byte { return sourcetest.Samples(t, "*.ppt")["libreoffice.ppt"] }

func TestProducers(t *testing.T) {
	r, _, err := cellstest.Read(Format, "x.ppt", sample(t), sources.Limits{})
	texts := slices.DeleteFunc(r.Cells, func(c cellstest.Cell) bool { return c.Part == "masters" }) // what the program asks to type
	if err != nil || len(r.Wrong) > 0 || len(texts) != len(produced) {
		t.Fatal(err, r.Wrong, r.Lines())
	}
	for i, want := range produced {
		if c := texts[i]; c.Text != want.text || c.Part != want.part || c.Page != want.page {
			t.Errorf("%q of %s, page %d, not %+v", c.Text, c.Part, c.Page, want)
		}
	}
}

// record writes a record; containers hold others.
func record(version byte, instance, kind uint16, data ...string) string {
	all := strings.Join(data, "")
	var b []byte
	b = binary.LittleEndian.AppendUint16(b, instance<<4|uint16(version))
	b = binary.LittleEndian.AppendUint16(b, kind)
	return string(binary.LittleEndian.AppendUint32(b, uint32(len(all)))) + all
}

// read1 reads records that stand in no list.
func read1(t *testing.T, data string) *cellstest.Recorder {
	t.Helper()
	out := &cellstest.Recorder{}
	p := &presentation{ctx: t.Context(), out: out, flow: parts.NewFlow(t.Context(), out), slides: map[int64]int32{}, ids: map[uint32]int32{}}
	defer p.flow.Close()
	r := &records{p, newReader(data)}
	if err := r.walk(place{}, int64(len(data)), 0); err != nil {
		t.Fatal(err)
	}
	if err := p.flow.End(); err != nil || p.reason != "" {
		t.Fatal(err, p.reason)
	}
	return out
}

func TestRecords(t *testing.T) {
	wide := func(s string) string {
		var b []byte
		for _, c := range s {
			b = binary.LittleEndian.AppendUint16(b, uint16(c))
		}
		return string(b)
	}
	for _, test := range []struct{ name, in, want string }{
		{"both widths, paragraphs", record(15, 0, recSlide, record(0, 0, recTextBytes, "caf\xe9\rNIR"), record(0, 0, recTextChars, wide("\u20ac\vb"))), "=café\nNIR\n€\nb\n\n"},
		{"master", record(15, 0, recMainMaster, record(0, 0, recTextBytes, "T\xe9l. 06")), "masters!=Tél. 06\n\n"},
		{"what a shape is called, not what the program called it", record(15, 0, recSlide, record(15, 0, 0xF004, record(3, 2, recShapeOptions, "\x80\xc3\x08\x00\x00\x00", wide("Rectangle 4"), "\x00\x00", wide("photo de Zoé"), "\x00\x00"))), "=photo de Zoé\n\n"},
		{"shape outside a slide", record(15, 0, 0x0408, record(3, 2, recShapeOptions, wide("photo de Zoé"))), ""},
		{"list of masters", record(15, 1, recSlideList, record(0, 0, recTextBytes, "Click")), ""},
		{"comment in the data of a program", record(15, 0, recSlide, record(0, 0, recTagData, record(15, 0, recComment, record(0, 0, recCString, wide("Léa")), record(0, 1, recCString, wide("à revoir"))), "xyz")), "comments!=Léa\nà revoir\n\n"},
		{"data of a program that are no records", record(15, 0, recSlide, record(0, 0, recTagData, "\xff\xff\xff\xff\xff\xff\xff\x7fabc"), record(0, 0, recTextBytes, "a")), "=a\n\n"},
		{"link", record(15, 0, recExObjList, record(15, 0, 0x0FD7, record(0, 1, recCString, wide("mailto:z@exemple.fr")))), "links!=mailto:z@exemple.fr\n\n"},
	} {
		if got := read1(t, test.in).Lines(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestObjects(t *testing.T) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte("contenu"))
	w.Close()
	r := read1(t, record(0, 1, recOleStorage, "\x07\x00\x00\x00", z.String())+record(0, 0, recOleStorage, "brut")+record(0, 1, recOleStorage, "????"))
	if len(r.Members) != 3 || string(r.Members[0].Data) != "contenu" || string(r.Members[1].Data) != "brut" || r.Members[2].Status != sources.Unreadable {
		t.Errorf("%+v", r.Members)
	}
}

func TestStates(t *testing.T) {
	data := sample(t)
	f, err := cfb.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	user, _ := f.Stream("Current User").Bytes(100)
	at := bytes.Index(data, user)
	locked := bytes.Clone(data)
	binary.LittleEndian.PutUint32(locked[at+12:], 0xF3D1C4DF)
	lost := bytes.Clone(data)
	binary.LittleEndian.PutUint32(lost[at+16:], 1<<30)
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
		text   bool
	}{
		{"password", locked, sources.Encrypted, sources.PasswordProtected, false},
		{"cut in the directory", data[:700], sources.Unreadable, sources.Truncated, false},
		{"directory of objects lost", lost, sources.Scanned, "", true},
	} {
		r, _, err := cellstest.Read(Format, "x.ppt", test.data, sources.Limits{})
		fe := &sources.FormatError{}
		if err != nil && !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason || test.text != strings.Contains(r.Lines(), "1 80 01 75 001 001 04") {
			t.Errorf("%s: %v\n%s", test.name, err, r.Lines())
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.ppt")) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, sample(f)) }

func BenchmarkSlides(b *testing.B) { sourcetest.Benchmark(b, Format, "x.ppt", sample(b)) }

func newReader(data string) *bufio.Reader { return bufio.NewReader(strings.NewReader(data)) }

// TestPictures: a presentation of pictures alone is no clean one. LibreOffice 7.4 wrote it
// from a flat one.
func TestPictures(t *testing.T) {
	z, err := gzip.NewReader(bytes.NewReader(sourcetest.Samples(t, "image_libreoffice.ppt.gz")["image_libreoffice.ppt.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var fe *sources.FormatError
	if _, _, err := cellstest.Read(Format, "x.ppt", data, sources.Limits{}); !errors.As(err, &fe) || fe.Status != sources.Unsupported || fe.Reason != sources.NoTextLayer {
		t.Error(err)
	}
}
