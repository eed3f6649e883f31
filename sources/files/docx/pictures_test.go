package docx

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// seeing is an Output whose Recogniser tells what the pictures it knows show.
type seeing struct {
	cellstest.Recorder
	shows map[string]string
	why   sources.Reason
}

func (s *seeing) Recogniser() sources.Recogniser { return s }

func (s *seeing) Recognise(_ context.Context, picture []byte, _ int) ([]byte, sources.Reason) {
	return []byte(s.shows[string(picture[:4])]), s.why
}

// TestPictures: a document that is nothing but a scan is no clean one, and is read where
// that is asked for.
func TestPictures(t *testing.T) {
	document := func(text string, pictures ...string) []byte {
		entries := []string{"[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:body></w:document>`,
			"docProps/core.xml", "<cp:coreProperties><dc:creator>Zoé</dc:creator></cp:coreProperties>"}
		for _, name := range pictures {
			entries = append(entries, "word/media/"+name, name[:4]+strings.Repeat("x", leastTested))
		}
		return sourcetest.Zip(t, entries...)
	}
	for _, test := range []struct {
		name   string
		data   []byte
		shows  map[string]string // nil: nobody asks what pictures show
		why    sources.Reason
		text   string
		status sources.Status
		reason sources.Reason
		skips  int
	}{
		{"a scan", document(" ", "scan.png"), nil, "", "", sources.Unsupported, sources.NoTextLayer, 0},
		{"a logo beside text", document("Bonjour", "scan.png"), nil, "", "Bonjour", "", "", 0},
		{"empty", document(""), nil, "", "", "", "", 0},
		{"a scan, read", document("", "scan.png"), map[string]string{"scan": "NIR 2 80"}, "", "ocr!=NIR 2 80", "", "", 0},
		{"a scan beside text, read", document("Bonjour", "a.gif", "scan.JPG"), map[string]string{"scan": "NIR 2 80"}, "", "ocr!=NIR 2 80", "", "", 0},
		{"nothing seen", document("", "scan.png"), map[string]string{}, "", "", sources.Unsupported, sources.NoTextLayer, 0},
		{"no form to be read", document("", "scan.emf"), map[string]string{"scan": "non"}, "", "", sources.Unsupported, sources.NoTextLayer, 0},
		{"no time", document("", "scan.png"), map[string]string{}, sources.TimedOut, "", sources.Unsupported, sources.NoTextLayer, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out sources.Output
			r := &cellstest.Recorder{}
			out = r
			if test.shows != nil {
				s := &seeing{shows: test.shows, why: test.why}
				r, out = &s.Recorder, s
			}
			_, err := Format.Read(t.Context(), sourcetest.Input(Format, "x.docx", test.data), out)
			var fe *sources.FormatError
			if errors.As(err, &fe) != (test.status != "") || fe != nil && (fe.Status != test.status || fe.Reason != test.reason) || len(r.Wrong) > 0 || len(r.Skips) != test.skips {
				t.Fatalf("%v %v %v", err, r.Wrong, r.Skips)
			}
			if !strings.Contains(r.Lines(), test.text) || bytes.Contains([]byte(r.Lines()), []byte("non")) {
				t.Errorf("no %q in %q", test.text, r.Lines())
			}
		})
	}
}

// leastTested is more than a sign takes.
const leastTested = 4 << 10
