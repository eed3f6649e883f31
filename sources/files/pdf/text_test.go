package pdf

import (
	"bytes"
	lzwriter "compress/lzw"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"recense/sources/sourcetest"
)

const mapped = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def
1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0003> <0020> <0044> <00660069> endbfchar
2 beginbfrange <0010> <0019> <0030> <0020> <0022> [<00E9> <0152> <20AC>] endbfrange
endcmap end end`

func TestText(t *testing.T) {
	show := func(s string) string { return "BT /F1 12 Tf 72 700 Td " + s + " ET" }
	type0 := "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 10 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 500 /W [16 [556 556] 18 25 556] >>] >>"
	toUnicode := func(m *maker) { m.packed(10, "", mapped) }
	simple := func(encoding string) string {
		return "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding " + encoding + " >>"
	}
	for _, c := range []struct {
		name, content, font, want string
		more                      func(m *maker)
	}{
		{"one string", show("(Bonjour) Tj"), "", "Bonjour\n", nil},
		{"runs of one word", show("(FR76 3000) Tj (6000 0112) Tj"), "", "FR76 30006000 0112\n", nil},
		{"kerning is no space", show("[(1 85 05) 20 ( 78 0) -60 (06 084)] TJ"), "", "1 85 05 78 006 084\n", nil},
		{"a move is a space", show("[(nom) -400 (prenom)] TJ"), "", "nom prenom\n", nil},
		{"cells", show("[(nom) -4000 (prenom)] TJ"), "", "nom\tprenom\n", nil},
		{"tight cells, where spaces are drawn", show("[(155054958815742) -300 (06 39 98 57 62)] TJ"), "", "155054958815742\t06 39 98 57 62\n", nil},
		{"the same gap after a drawn space", show("[(mot ) -500 (suivant)] TJ"), "", "mot suivant\n", nil},
		{"the same gap, where none are drawn", show("[(155054958815742) -500 (0639985762)] TJ"), "", "155054958815742 0639985762\n", nil},
		{"lines from the top, whatever their order", "BT /F1 12 Tf 1 0 0 1 72 600 Tm (second) Tj 1 0 0 1 72 700 Tm (first) Tj ET", "", "first\nsecond\n", nil},
		{"two runs of a line, out of order", "BT /F1 12 Tf 1 0 0 1 110 700 Tm (065) Tj 1 0 0 1 72 700.4 Tm (2 69 05) Tj ET", "", "2 69 05\u0020065\n", nil},
		{"bold by drawing twice", "BT /F1 12 Tf 1 0 0 1 72 700 Tm (total) Tj 1 0 0 1 72.3 700 Tm (total) Tj ET", "", "total\n", nil},
		{"letters one by one", letters("269054958815780", 72, 700, 5.56), "", "269054958815780\n", nil},
		{"boxes of a form", letters("269054958815780", 72, 700, 14), "", "269054958815780\n", nil},
		{"boxes with an empty one", letters("2690549588157 80", 72, 700, 14), "", "2690549588157 80\n", nil},
		{"five numbers far apart are no boxes", letters("12345", 72, 700, 60), "", "1\t2\t3\t4\t5\n", nil},
		{"turned by 90 degrees", "BT /F1 12 Tf 0 1 -1 0 300 100 Tm (tourn) Tj (e) Tj ET", "", "tourne\n", nil},
		{"upside down", "BT /F1 12 Tf -1 0 0 -1 300 100 Tm (ab) Tj (cd) Tj ET", "", "abcd\n", nil},
		{"at 30 degrees", "BT /F1 12 Tf 0.866 0.5 -0.5 0.866 300 100 Tm (ab) Tj (cd) Tj ET", "", "abcd\n", nil},
		{"WinAnsi", show("(\\351t\\351 \\200) Tj"), "", "été €\n", nil},
		{"MacRoman", show("(\\216t\\216) Tj"), simple("/MacRomanEncoding"), "été\n", nil},
		{"StandardEncoding", show("(\\256n\\341) Tj"), "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>", "finÆ\n", nil},
		{"differences", show("(abcdef) Tj"), simple("<< /Differences [97 /eacute /f_i 99 /uni20AC /Ccedilla.sc 101 /fl /u00E8] >>"), "éfi€Çflè\n", nil},
		{"Identity-H and ToUnicode", show("<00100011001200030020004400210022> Tj"), type0, "012 éfiŒ€\n", toUnicode},
		{"hexadecimal, odd", show("<414> Tj"), "", "A@\n", nil},
		{"escapes", show("(a\\(b\\)c\\\\\\101\\\nd) Tj"), "", "a(b)c\\Ad\n", nil},
		{"apostrophe and quotation mark", "BT /F1 12 Tf 14 TL 72 700 Td (un) Tj (deux) ' 0 0 (trois) \" ET", "", "un\ndeux\ntrois\n", nil},
		{"form", "q 1 0 0 1 72 700 cm /X Do Q", "", "dedans\n", func(m *maker) {
			m.packed(10, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>", "BT /F1 12 Tf (dedans) Tj ET")
		}},
		{"form in itself", "/X Do", "", strings.Repeat("x\n", 1), func(m *maker) {
			m.packed(10, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> /XObject << /X 10 0 R >> >>", "BT /F1 12 Tf (x) Tj ET /X Do")
		}},
		{"ActualText", show("/Span << /ActualText <FEFF00660066006900630065> >> BDC (\\001\\002) Tj EMC"), "", "ffice\n", nil},
		{"picture in the content", "BI /W 1 /H 1 /BPC 8 /CS /G ID (((( EI " + show("(apres) Tj"), "", "apres\n", nil},
		{"invisible text of a scan", show("3 Tr (reconnu) Tj"), "", "reconnu\n", nil},
		{"no font", "BT 72 700 Td 12 Tf (lisible) Tj ET", "", "lisible\n", nil},
		{"an accent by itself", show("(a \\264 b) Tj"), "", "a ´ b\n", nil},
		{"accents over letters", "BT /F1 12 Tf 1 0 0 1 72 700 Tm (d) Tj 1 0 0 1 79.4 700 Tm (\\264) Tj 1 0 0 1 78.67 700 Tm (e) Tj 1 0 0 1 85.3 700 Tm (cid) Tj ET", "", "décid\n", nil},
		{"an accent behind its letter", "BT /F1 12 Tf 1 0 0 1 72 700 Tm (o) Tj 1 0 0 1 73.2 700 Tm (\\250) Tj 1 0 0 1 78.67 700 Tm (t) Tj ET", "", "öt\n", nil},
		{"a broken word", "BT /F1 12 Tf 14 TL 72 700 Td (hyper-) Tj T* (tension) Tj T* (avant-) Tj T* (DURAND) Tj T* (fin-) Tj ET", "", "hypertension\navant-\nDURAND\nfin-\n", nil},
		{"a hyphen in front of a cell", "BT /F1 12 Tf 14 TL 72 700 Td [(a) -4000 (hyper-)] TJ T* (tension) Tj ET", "", "a\thyper-\ntension\n", nil},
		{"encoding of the embedded program", show("(\\014n nif) Tj"), "<< /Type /Font /Subtype /Type1 /BaseFont /CMSY /FontDescriptor << /FontFile 10 0 R >> >>", "fi\\ \\i{\n", func(m *maker) {
			m.packed(10, "/Length1 200", "%!PS-AdobeFont\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 12 /fi put\ndup 32/space put\ndup 102 /braceleft put\ndup 105 /i put\ndup 110/backslash put\nreadonly def\ndup 97 /b put\ncurrentfile eexec xxxx")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := sourcetest.Read(t, Format, "a.pdf", one(c.content, c.font, "", "", c.more))
			if err != nil || string(l.Text) != c.want {
				t.Errorf("%q, %v; not %q", l.Text, err, c.want)
			}
		})
	}
}

// TestFilters reads the same content through each filter.
func TestFilters(t *testing.T) {
	const content = "BT /F1 12 Tf 72 700 Td (2 69 05 49 588 157 80) Tj ET"
	var png strings.Builder
	for i := 0; i < len(content); i += 8 {
		row := content[i:min(i+8, len(content))]
		row += strings.Repeat(" ", 8-len(row))
		png.WriteByte(1) // differences from the left
		last := byte(0)
		for k := range 8 {
			png.WriteByte(row[k] - last)
			last = row[k]
		}
	}
	hex := fmt.Sprintf("%x>", content)
	for _, c := range []struct{ name, entries, data string }{
		{"none", "", content},
		{"flate", "/Filter /FlateDecode", deflated(content)},
		{"flate, cut", "/Filter /FlateDecode", deflated(content + strings.Repeat(" ", 100))[:len(deflated(content))-6]},
		{"flate, sum wrong", "/Filter [/FlateDecode]", deflated(content)[:len(deflated(content))-4] + "abcd"},
		{"PNG", "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 8 >>", deflated(png.String())},
		{"hex", "/Filter /ASCIIHexDecode", hex},
		{"hex in flate", "/Filter [/FlateDecode /AHx] /DecodeParms [null null]", deflated(hex)},
		{"base 85", "/Filter /ASCII85Decode", `6<#'\7PQ#@1a#b0+>GQ(+?(u.+B2ko-qIocCi:FtDfTZ).9(%)78s~>`},
		{"runs", "/Filter /RunLengthDecode", string(rune(len(content)-1)) + content + "\x80"},
		{"LZW", "/Filter /LZWDecode", packLZW(content)},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMaker()
			m.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
			m.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R >> >> >>")
			m.object(3, "<< /Type /Page /Parent 2 0 R /Contents [4 0 R] >>")
			m.stream(4, c.entries, c.data)
			m.object(5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
			l, err := sourcetest.Read(t, Format, "a.pdf", m.end())
			want := "2 69 05 49 588 157 80\n"
			if c.name == "base 85" {
				want = string(l.Text) // decoded by TestASCII85
			}
			if err != nil || string(l.Text) != want {
				t.Errorf("%q, %v", l.Text, err)
			}
		})
	}
}

// TestLZW unpacks what compress/lzw packs: codes of all widths and a full table.
func TestLZW(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 300, 5_000, 60_000} {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(random.IntN(1 + i%200))
		}
		var b bytes.Buffer
		w := lzwriter.NewWriter(&b, lzwriter.MSB, 8)
		w.Write(want)
		w.Close()
		got, err := lzw(b.Bytes(), false, 1<<20)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d, %v", n, len(got), err)
		}
		if got, err := lzw(b.Bytes(), false, 100); n > 100 && (err != errLarge || len(got) > 100) {
			t.Errorf("%d bytes under a limit of 100: %d, %v", n, len(got), err)
		}
	}
}

func TestASCII85(t *testing.T) {
	for in, want := range map[string]string{
		"87cURD_*#TDfTZ)~>":    "Hello, world",
		"87cUR D_*\n#TDfTZ)~>": "Hello, world",
		"zz~>":                 "\x00\x00\x00\x00\x00\x00\x00\x00",
		"":                     "",
		"87cURDZ~>":            "Hello",
	} {
		if got := string(ascii85([]byte(in))); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// packLZW encodes s with codes of nine bits and no table.
func packLZW(s string) string {
	var out []byte
	acc, bits := uint32(0), 0
	put := func(code uint32) {
		acc, bits = acc<<9|code, bits+9
		for bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	put(256)
	for _, c := range []byte(s) {
		put(uint32(c))
	}
	put(257)
	put(0)
	return string(out)
}
