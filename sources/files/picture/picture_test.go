package picture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bep/imagemeta"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// The pictures are made by ImageMagick, their tags written by ExifTool.
func TestSamples(t *testing.T) {
	samples := sourcetest.Samples(t, "*.*")
	exif := []string{
		"Artist[1]=Maëlle HARCOUMONT", "ImageDescription[1]=Carte de tiers payant, adhérent A-647406, NIR 2 65 08 94 980 155 58", "GPS[1]=47.218371, -1.553621",
	}
	all := slices.Concat(exif, []string{"Creator[1]=Sabrina ORBEDREL", "Description[1]=Virement FR76 9995 0090 4900 4870 4945 671", "Subject[1]=devis, dentaire"})
	iptc := []string{"By-line[1]=Sylvain TERVIQUET", "Caption-Abstract[1]=Rendez-vous avec sylvain.terviquet@example.org"}
	few := []string{"Artist[1]=Maëlle HARCOUMONT", "Creator[1]=Sabrina ORBEDREL"}
	for name, want := range map[string][]string{
		"a.jpg": slices.Concat(iptc, all), "b.tif": slices.Concat(iptc, all), "c.webp": all, "d.png": slices.Concat(iptc, exif), "e.avif": few, "f.heic": few, "plain.png": nil,
	} {
		t.Run(name, func(t *testing.T) {
			r, res, err := cellstest.Read(Format, name, samples[name], sources.Limits{})
			if err != nil || len(r.Wrong) > 0 {
				t.Fatal(err, r.Wrong)
			}
			lines := r.Lines()
			for _, w := range want {
				if !strings.Contains("\n"+lines, "\n"+w+"\n") {
					t.Errorf("no %q in\n%s", w, lines)
				}
			}
			for _, no := range []string{"Exemple", "Appareil", "2026", "ExifTool"} {
				if strings.Contains(lines, no) {
					t.Errorf("%q in\n%s", no, lines)
				}
			}
			status := sources.Partial
			if want == nil {
				status = sources.Unsupported
			}
			if res.Status != status || res.Detail != sources.MediaContent || !strings.HasPrefix(res.MediaType, "image/") {
				t.Errorf("%v", res)
			}
		})
	}
}

// TestOrder: the columns of a picture do not depend on the order in which the library
// happens to give its tags of IPTC.
func TestOrder(t *testing.T) {
	given := []imagemeta.TagInfo{
		{Source: imagemeta.IPTC, Tag: "By-line", Value: "Sylvain TERVIQUET"},
		{Source: imagemeta.EXIF, Tag: "Artist", Value: "Maëlle HARCOUMONT"},
		{Source: imagemeta.IPTC, Tag: "Writer-Editor", Value: []string{"Sabrina ORBEDREL", "Zoé BRAMBOURG"}},
	}
	const want = "[Artist[1]=Maëlle HARCOUMONT By-line[1]=Sylvain TERVIQUET Writer-Editor[1]=Sabrina ORBEDREL Writer-Editor[1]=Zoé BRAMBOURG]"
	for range 2 {
		r := &cellstest.Recorder{}
		tags := &tags{ctx: t.Context(), rows: cells.NewRows(r), columns: map[string]int32{}}
		for _, tag := range given {
			if err := tags.take(tag); err != nil {
				t.Fatal(err)
			}
		}
		if err := tags.end(); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(r.Cells); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
		slices.Reverse(given)
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.*")) }

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, slices.Collect(maps.Values(sourcetest.Samples(f, "*.*")))...)
}
