package pdf

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// seeing is an Output with a Recogniser that keeps what it is shown.
type seeing struct {
	*sourcetest.Recorder
	text  string
	why   sources.Reason
	shown [][]byte
}

func (s *seeing) Recogniser() sources.Recogniser { return s }

func (s *seeing) Recognise(_ context.Context, picture []byte, _ int) ([]byte, sources.Reason) {
	s.shown = append(s.shown, bytes.Clone(picture))
	return []byte(s.text), s.why
}

// see reads data with a Recogniser that sees text in every picture.
func see(t *testing.T, data []byte, text string, why sources.Reason) (*seeing, error) {
	t.Helper()
	s := &seeing{Recorder: sourcetest.ForFormat(sources.Limits{}), text: text, why: why}
	res, err := read(context.Background(), sourcetest.Input(Format, "a.pdf", data), s)
	if e := s.Recorder.Close(res); e != nil {
		t.Error(e)
	}
	if e := s.Done(); e != nil {
		t.Error(e)
	}
	return s, err
}

const shownWide, shownHigh = 30, 20

// ramp is the brightness of a pixel of the test picture: dark on the left.
func ramp(x, _ int) int { return x * 255 / (shownWide - 1) }

// samples packs n samples a pixel of so many bits, as value gives them (0 to 255).
func samples(bits, n int, value func(x, y, k int) int) string {
	var b []byte
	for y := range shownHigh {
		acc, have := 0, 0
		for x := range shownWide {
			for k := range n {
				v := value(x, y, k)
				if bits == 16 {
					b = append(b, byte(v), 0x5a)
					continue
				}
				acc, have = acc<<bits|v>>(8-bits), have+bits
				if have == 8 {
					b, acc, have = append(b, byte(acc)), 0, 0
				}
			}
		}
		if have > 0 {
			b = append(b, byte(acc<<(8-have)))
		}
	}
	return string(b)
}

// brightness reads a PNM file back.
func brightness(t *testing.T, file []byte) (rows [][]int) {
	t.Helper()
	var kind string
	var w, h int
	if _, err := fmt.Sscanf(string(file[:min(len(file), 20)]), "%s %d %d", &kind, &w, &h); err != nil {
		t.Fatalf("no PNM file: %v", err)
	}
	head := len(fmt.Sprintf("%s %d %d", kind, w, h)) + 1
	if kind == "P5" {
		head += len("255 ")
	}
	data := file[head:]
	for y := range h {
		row := make([]int, w)
		for x := range row {
			if kind == "P5" {
				row[x] = int(data[y*w+x])
			} else if data[y*((w+7)/8)+x/8]>>(7-x%8)&1 == 0 {
				row[x] = 255
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// TestPictures shows one picture in the forms that programs write: dark on the
// left, bright on the right, whatever the colours.
func TestPictures(t *testing.T) {
	grey := func(x, y, _ int) int { return ramp(x, y) }
	dark := func(x, y, _ int) int { return 255 - ramp(x, y) }
	palette := "[/Indexed /DeviceRGB 3 <FFFFFF AAAAAA 555555 000000>]"
	for _, c := range []struct {
		name, entries, data string
		steps               int // of brightness
	}{
		{"grey", "/ColorSpace /DeviceGray /BitsPerComponent 8", samples(8, 1, grey), 30},
		{"RGB", "/ColorSpace /DeviceRGB /BitsPerComponent 8", samples(8, 3, grey), 30},
		{"ICC of three", "/ColorSpace [/ICCBased 11 0 R] /BitsPerComponent 8", samples(8, 3, grey), 30},
		{"CMYK", "/ColorSpace /DeviceCMYK /BitsPerComponent 8", samples(8, 4, func(x, y, k int) int {
			if k < 3 {
				return 0
			}
			return 255 - ramp(x, y)
		}), 30},
		{"ink", "/ColorSpace [/Separation /Black /DeviceCMYK 12 0 R] /BitsPerComponent 8", samples(8, 1, dark), 30},
		{"sixteen bits", "/ColorSpace /DeviceGray /BitsPerComponent 16", samples(16, 1, grey), 30},
		{"four bits", "/ColorSpace /DeviceGray /BitsPerComponent 4", samples(4, 1, grey), 16},
		{"turned round", "/ColorSpace /DeviceGray /BitsPerComponent 8 /Decode [1 0]", samples(8, 1, dark), 30},
		{"palette", "/ColorSpace " + palette + " /BitsPerComponent 2", samples(2, 1, dark), 4},
		{"black and white", "/ColorSpace /DeviceGray /BitsPerComponent 1", samples(1, 1, grey), 2},
		{"black and white turned round", "/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0]", samples(1, 1, dark), 2},
		{"palette of two", "/ColorSpace [/Indexed /DeviceGray 1 <FF00>] /BitsPerComponent 1", samples(1, 1, dark), 2},
		{"stencil", "/ImageMask true", samples(1, 1, grey), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries := fmt.Sprintf("/Subtype /Image /Width %d /Height %d %s", shownWide, shownHigh, c.entries)
			data := one("q 500 0 0 300 0 0 cm /X Do Q", "", "", "", func(m *maker) {
				m.packed(10, entries, c.data)
				m.object(11, "<< /N 3 >>")
				m.object(12, "<< >>")
			})
			s, err := see(t, data, "lu", "")
			if err != nil || len(s.shown) != 1 {
				t.Fatalf("%d pictures, %v", len(s.shown), err)
			}
			rows := brightness(t, s.shown[0])
			if len(rows) != shownHigh || len(rows[0]) != shownWide {
				t.Fatalf("%d rows of %d", len(rows), len(rows[0]))
			}
			for _, row := range rows {
				steps := map[int]bool{}
				for x, v := range row {
					steps[v] = true
					if x > 0 && v < row[x-1] {
						t.Fatalf("brightness %v", row)
					}
				}
				if row[0] != 0 || row[shownWide-1] < 240 || len(steps) != c.steps {
					t.Fatalf("brightness %v", row)
				}
			}
			if got := string(s.Locations[0].Text); strings.TrimSpace(got) != "lu" {
				t.Errorf("text %q", got)
			}
		})
	}
}

// TestRecognised looks at which pages are recognised and what is told of them.
func TestRecognised(t *testing.T) {
	image := "/Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width 30 /Height 20"
	picture := func(m *maker) { m.packed(10, image, samples(8, 1, func(x, y, _ int) int { return ramp(x, y) })) }
	blind := sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	jpeg := func(m *maker) { m.stream(10, image+" /Filter /DCTDecode", "\xff\xd8\xffdata") }
	for _, c := range []struct {
		name, content string
		more          func(m *maker)
		text          string
		why           sources.Reason
		shown         int
		skips         []sources.Reason
		want          sources.FormatError
	}{
		{"a scan", "q 500 0 0 300 0 0 cm /X Do Q", picture, "lu", "", 1, nil, sources.FormatError{}},
		{"nothing is seen", "q 500 0 0 300 0 0 cm /X Do Q", picture, "", "", 1, []sources.Reason{sources.NoTextLayer}, blind},
		{"late", "q 500 0 0 300 0 0 cm /X Do Q", picture, "", sources.TimedOut, 1, []sources.Reason{sources.TimedOut, sources.NoTextLayer}, blind},
		{"text beside a small picture", "q 500 0 0 300 0 0 cm /X Do Q " + hello, picture, "lu", "", 0, nil, sources.FormatError{}},
		{"drawn twice", "q 500 0 0 300 0 0 cm /X Do /X Do Q", picture, "lu", "", 1, nil, sources.FormatError{}},
		{"JPEG", "q 500 0 0 300 0 0 cm /X Do Q", jpeg, "lu", "", 1, nil, sources.FormatError{}},
		{"JBIG2", "q 500 0 0 300 0 0 cm /X Do Q", func(m *maker) { m.stream(10, image+" /Filter /JBIG2Decode", "data") }, "lu", "", 0,
			[]sources.Reason{sources.UnknownFormat, sources.NoTextLayer}, blind},
		{"a picture without data", "q 500 0 0 300 0 0 cm /X Do Q", func(m *maker) { m.packed(10, image, "x") }, "lu", "", 0,
			[]sources.Reason{sources.Corrupt, sources.NoTextLayer}, blind},
		{"a line", "q 500 0 0 300 0 0 cm /X Do Q", func(m *maker) {
			m.packed(10, "/Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width 300 /Height 2", strings.Repeat("x", 600))
		}, "lu", "", 0, []sources.Reason{sources.NoTextLayer}, blind},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := see(t, one(c.content, "", "", "", c.more), c.text, c.why)
			expect(t, err, c.want)
			if len(s.shown) != c.shown || !slices.Equal(s.Locations[0].Skips, c.skips) {
				t.Errorf("%d pictures shown, skipped %v", len(s.shown), s.Locations[0].Skips)
			}
		})
	}
}

// TestStrips joins what a scanner cut: rows of pixels, and strips of fax data as
// those of one TIFF file.
func TestStrips(t *testing.T) {
	strip := func(extra string) func(m *maker) {
		return func(m *maker) {
			m.object(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 10 0 R /Y 11 0 R >> >> >>")
			for n := 10; n <= 11; n++ {
				m.stream(n, "/Subtype /Image /ColorSpace /DeviceGray /Width 32 /Height 16 "+extra, strings.Repeat(string(rune('a'+n-10)), 64))
			}
		}
	}
	const drawn = "q 320 0 0 160 0 0 cm /Y Do Q q 320 0 0 160 0 160 cm /X Do Q"
	s, err := see(t, one(drawn, "", "", "", strip("/BitsPerComponent 1")), "lu", "")
	if err != nil || len(s.shown) != 1 || !bytes.HasPrefix(s.shown[0], []byte("P4 32 32\n\x9e\x9e")) || !bytes.HasSuffix(s.shown[0], []byte("\x9d\x9d")) {
		t.Errorf("rows: %d pictures, %v", len(s.shown), err)
	}
	s, err = see(t, one(drawn, "", "", "", strip("/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 32 >>")), "lu", "")
	if err != nil || len(s.shown) != 1 {
		t.Fatalf("fax: %d pictures, %v", len(s.shown), err)
	}
	tiff := s.shown[0]
	fields := map[uint16]uint32{}
	for i := range int(binary.LittleEndian.Uint16(tiff[8:])) {
		e := tiff[10+12*i:]
		fields[binary.LittleEndian.Uint16(e)] = binary.LittleEndian.Uint32(e[8:])
	}
	if fields[257] != 32 || fields[259] != 4 || fields[262] != 0 || fields[278] != 16 {
		t.Errorf("fields %v", fields)
	}
	for i, want := range []byte("ab") {
		at := binary.LittleEndian.Uint32(tiff[fields[273]+4*uint32(i):])
		n := binary.LittleEndian.Uint32(tiff[fields[279]+4*uint32(i):])
		if n != 64 || tiff[at] != want || tiff[at+n-1] != want {
			t.Errorf("strip %d is not what it was", i)
		}
	}
}
