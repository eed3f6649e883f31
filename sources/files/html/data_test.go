package htmltext

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

func dataURL(kind, content string) string {
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString([]byte(content))
}

// Documents in data: URLs are members, wherever they are named; style and fonts are not.
func TestDataURLs(t *testing.T) {
	page := `<html><body><p>Relevé</p>
<a download="x.csv" href="` + dataURL("text/csv;charset=latin1", "nom;mail\nDupr\xe9;a@b.fr\n") + `">liste</a>
<embed src="` + dataURL("application/pdf", "%PDF-1.4 …") + `"><object data='data:application/PDF;base64,JVBERi0x
 LjQ&#103;Mg%3d%3D'></object>
<a href="data:,Bonjour%20Jean%20100%">vide</a><a href="DATA:text/html,&lt;p>a%40b.fr">page</a>
<link rel=stylesheet href="` + dataURL("text/css", "p{}") + `"><link href="` + dataURL("font/woff2", "wOF2\x00\x01") + `">
<img src="` + dataURL("image/png", "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 5000)) + `" alt="logo">
<a href="` + dataURL("application/octet-stream", strings.Repeat("\x00\x01", 90)) + `"></a><a href="data:text/plain;base64,!!">x</a><a href="data:">y</a></body></html>`
	r, res, err := cellstest.Read(Format, "x.html", []byte(page), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Status != sources.Scanned {
		t.Fatal(err, res, r.Wrong)
	}
	var got []string
	for _, m := range r.Members {
		if !m.Embedded || int64(len(m.Data)) != m.Size {
			t.Errorf("%+v", m)
		}
		got = append(got, m.Name+"="+string(m.Data))
	}
	want := "1.csv=nom;mail\nDupr\xe9;a@b.fr\n|2.pdf=%PDF-1.4 …|3.pdf=%PDF-1.4 2|4.plain=Bonjour%20Jean%20100%|5.html=<p>a@b.fr"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("\n got %q\nwant %q", s, want)
	}
	if s := r.Values(); strings.Contains(s, "base64") || !strings.Contains(s, "alt: logo") {
		t.Errorf("%q", s)
	}
	if fmt.Sprint(r.Skips) != "[unknown_format]" {
		t.Error(r.Skips)
	}
}

// seeing is an Output whose Recogniser reads every picture.
type seeing struct{ cellstest.Recorder }

func (s *seeing) Recogniser() sources.Recogniser { return s }

func (s *seeing) Recognise(_ context.Context, picture []byte, _ int) ([]byte, sources.Reason) {
	return bytes.TrimRight(picture[8:], "\x00"), ""
}

// A page that is nothing but pictures is told, unless somebody could read them.
func TestPicturesOnly(t *testing.T) {
	picture := func(text string, size int) string {
		return `<img src="` + dataURL("image/png", "\x89PNG\r\n\x1a\n"+text+strings.Repeat("\x00", size)) + `">`
	}
	for _, test := range []struct{ page, blind, seen string }{
		{"<title>Scan 12</title><style>p{}</style>" + picture("Jean Dupont", 4000), "no_text_layer", "Jean Dupont"},
		{"<title>Scan 12</title>" + picture("", 4000), "no_text_layer", ""},
		{"<p>Bonjour</p>" + picture("Jean", 4000), "", "Jean"},
		{"<p> </p>" + picture("signe", 100), "", ""},
	} {
		page := []byte("<html>" + test.page + "</html>")
		reason := func(err error) string {
			var fe *sources.FormatError
			if errors.As(err, &fe) {
				return string(fe.Reason)
			}
			return ""
		}
		if _, _, err := cellstest.Read(Format, "x.html", page, sources.Limits{}); reason(err) != test.blind {
			t.Errorf("%.60s: %v", test.page, err)
		}
		s := &seeing{}
		_, err := Format.Read(context.Background(), cellstest.Input("x.html", page), s)
		if test.seen != "" && (err != nil || !strings.Contains(s.Lines(), sources.RecognisedPart+"!="+test.seen)) || test.seen == "" && reason(err) != test.blind {
			t.Errorf("%.60s: %v %s", test.page, err, s.Lines())
		}
	}
}
