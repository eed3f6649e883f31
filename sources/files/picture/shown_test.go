package picture

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// seeing is an Output with a Recogniser that knows the text of each page.
type seeing struct {
	*sourcetest.Recorder
	pages []string
	why   sources.Reason // of the last page
	asked []int
}

func (s *seeing) Recogniser() sources.Recogniser { return s }

func (s *seeing) Recognise(_ context.Context, picture []byte, page int) ([]byte, sources.Reason) {
	s.asked = append(s.asked, page)
	if page == len(s.pages)-1 {
		return []byte(s.pages[page]), s.why
	}
	return []byte(s.pages[page]), ""
}

func TestShown(t *testing.T) {
	plain, ocr := sourcetest.Samples(t, "*.*"), sourcetest.Samples(t, "ocr/*.*")
	for _, c := range []struct {
		title, name string
		data        []byte
		pages       []string
		why         sources.Reason
		status      sources.Status
		asked       []int
		skipped     []sources.Reason
	}{
		{"text", "a.png", plain["plain.png"], []string{"NIR 1"}, "", sources.Scanned, []int{0}, nil},
		{"no text", "a.png", plain["plain.png"], []string{""}, "", sources.Unsupported, []int{0}, nil},
		{"no text beside tags", "a.jpg", plain["a.jpg"], []string{""}, "", sources.Partial, []int{0}, nil},
		{"late", "a.png", plain["plain.png"], []string{""}, sources.TimedOut, sources.Unsupported, []int{0}, []sources.Reason{sources.TimedOut}},
		{"cut", "a.png", plain["plain.png"], []string{"long"}, sources.SizeLimit, sources.Scanned, []int{0}, []sources.Reason{sources.SizeLimit}},
		{"not a form of Tesseract", "a.heic", plain["f.heic"], nil, "", sources.Partial, nil, nil},
		{"pages", "fax.tif", ocr["fax.tif"], []string{"un", "deux"}, "", sources.Scanned, []int{0, 1}, nil},
	} {
		t.Run(c.title, func(t *testing.T) {
			if len(c.data) == 0 {
				t.Fatal("no sample")
			}
			s := &seeing{Recorder: sourcetest.ForFormat(sources.Limits{}), pages: c.pages, why: c.why}
			res, err := read(context.Background(), sourcetest.Input(Format, c.name, c.data), s)
			if err != nil {
				t.Fatal(err)
			}
			if e := s.Recorder.Close(res); e != nil {
				t.Error(e)
			}
			if e := s.Done(); e != nil {
				t.Error(e)
			}
			l := s.Locations[0]
			if res.Status != c.status || !slices.Equal(s.asked, c.asked) || !slices.Equal(l.Skips, c.skipped) {
				t.Errorf("%q, pages %v, skipped %v", res.Status, s.asked, l.Skips)
			}
			if want := strings.Join(c.pages, "\n"); !strings.Contains(string(l.Text), want) {
				t.Errorf("%q, want %q", l.Text, want)
			}
		})
	}
}

func TestCountPages(t *testing.T) {
	endless := append([]byte("II*\x00\x08\x00\x00\x00"), 0, 0, 8, 0, 0, 0) // a directory that follows itself
	far := append([]byte("MM\x00*"), 0xff, 0xff, 0xff, 0xff)
	many := []byte("II*\x00\x08\x00\x00\x00")
	for range 3 {
		many = binary.LittleEndian.AppendUint32(append(many, 0, 0), uint32(len(many)+6))
	}
	for name, c := range map[string]struct {
		data []byte
		want int
	}{"endless": {endless, maxPages}, "far": {far, 1}, "none": {[]byte("II*\x00"), 1}, "three": {many, 3}} {
		if n := countPages(c.data); n != c.want {
			t.Errorf("%s: %d pages, want %d", name, n, c.want)
		}
	}
}
