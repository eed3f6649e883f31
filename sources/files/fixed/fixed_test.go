package fixed

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/sourcetest"
)

// cfonb returns n records of 120 characters in the manner of an account
// statement, invented, each followed by end.
func cfonb(n int, end string) []byte {
	var b strings.Builder
	for i := range n {
		r := fmt.Sprintf("04%05d%4s%05d%3s%1s%1s%011d%2s%06d%5s%06d%2s%-31s%2s%07d%8s%014d", 30002, "", 550, "EUR", "2", "", 157841+i, "B1", 120326, "",
			120326, "", "VIR SOINS MARTIN PAUL", "", i, "", 1000+i)
		fmt.Fprintf(&b, "%-120s%s", r[:min(len(r), 120)], end)
	}
	return []byte(b.String())
}

// toEBCDIC writes capitals, digits and blanks in EBCDIC, line feeds as 25.
func toEBCDIC(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range b {
		switch {
		case c == ' ':
			out[i] = 0x40
		case c == '\n':
			out[i] = 0x25
		case '0' <= c && c <= '9':
			out[i] = 0xF0 + c - '0'
		case 'A' <= c && c <= 'I':
			out[i] = 0xC1 + c - 'A'
		case 'J' <= c && c <= 'R':
			out[i] = 0xD1 + c - 'J'
		case 'S' <= c && c <= 'Z':
			out[i] = 0xE2 + c - 'S'
		}
	}
	return out
}

func TestWidth(t *testing.T) {
	lines := func(line string, n int) []byte { return []byte(strings.Repeat(line, n)) }
	for _, test := range []struct {
		name  string
		data  []byte
		width int
	}{
		{"120 and LF", cfonb(20, "\n"), 121},
		{"120 and CR LF", cfonb(20, "\r\n"), 122},
		{"120 without line ends", cfonb(20, ""), 120},
		{"EBCDIC without line ends", toEBCDIC(cfonb(20, "")), 120},
		{"EBCDIC with line ends", toEBCDIC(cfonb(20, "\n")), 121},
		{"five records", cfonb(5, "\n"), 121},
		{"four records", cfonb(4, "\n"), 0},
		{"last line end missing", bytes.TrimRight(cfonb(20, "\n"), "\n"), 121},
		{"Latin-1 in a name", bytes.ReplaceAll(cfonb(20, "\n"), []byte("PAUL"), []byte("PA\xdbL")), 121},
		{"one line in twenty is shorter", append(cfonb(30, "\n"), "TOTAL 30\n"...), 121},
		{"two in twelve are", append(cfonb(10, "\n"), "TOTAL\n10\n"...), 0},
		{"prose", lines("Bonjour, voici quelques lignes\nqui ne sont pas de la même longueur\n", 20), 0},
		{"short lines", lines("0123456789\n", 100), 0},
		{"a divisor of nothing", append(cfonb(20, ""), "X"...), 0},
		{"one line of prose", lines("Bonjour, voici une suite de mots sans fin ni mesure ", 120), 0},
		{"empty", nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := sniff(test.data, "a", int64(len(test.data))); got != (test.width > 0) {
				t.Errorf("known: %v", got)
			}
			if test.width == 0 {
				return
			}
			l, err := sourcetest.Read(t, Format, "a", test.data)
			if err != nil || len(l.Widths) == 0 || l.Widths[0] != test.width {
				t.Errorf("%v, widths %v, not %d", err, slices.Compact(l.Widths), test.width)
			}
			if len(l.Text) != len(test.data) || l.Result.Bytes != int64(len(test.data)) {
				t.Errorf("%d bytes of text, %d counted, of %d", len(l.Text), l.Result.Bytes, len(test.data))
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	for name, data := range map[string][]byte{"LF": cfonb(9, "\n"), "none": cfonb(9, ""), "EBCDIC": toEBCDIC(cfonb(9, ""))} {
		r := sourcetest.ForFormat(sources.Limits{})
		r.Each = true
		res, err := Format.Read(context.Background(), sourcetest.Input(Format, "a", data), r)
		r.Close(res)
		if err != nil || r.Done() != nil {
			t.Fatal(err, r.Done())
		}
		l, width := r.Last(), len(data)/9
		for i, p := range l.Places {
			if p.Byte != int64(i) || p.Line != int64(i/width+1) {
				t.Fatalf("%s: byte %d is at %+v", name, i, p)
			}
		}
		if res.Lines != 9 || len(l.Places) != len(data) {
			t.Errorf("%s: %d lines, %d bytes", name, res.Lines, len(l.Places))
		}
	}
}

// padded returns n records of 60 characters, invented, with accents, in UTF-8.
func padded(n int, end string) []byte {
	names := [...]string{"LEFÈVRE Zoé", "MARTIN Paul", "NUÑEZ Anaïs", "BŒUF Léa", "O’NEIL Rémi €", "DUPONT 漢字"}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%06d%-30s%010d%14s%s", i, names[i%len(names)], 612345678+i, "", end)
	}
	return []byte(b.String())
}

// toUTF16 writes UTF-8 in UTF-16, with its mark.
func toUTF16(b []byte, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + string(b))) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func TestCharacters(t *testing.T) {
	ascii := bytes.Repeat([]byte("000001MARTIN Paul                   0612345678              \n"), 12)
	for _, test := range []struct {
		name  string
		data  []byte
		width int
	}{
		{"UTF-8 padded by characters", padded(40, "\n"), 61},
		{"CR LF", padded(40, "\r\n"), 62},
		{"with a mark", append([]byte("\xef\xbb\xbf"), padded(40, "\n")...), 61},
		{"UTF-16", toUTF16(padded(40, "\n"), binary.LittleEndian), 61},
		{"UTF-16, big end first", toUTF16(padded(40, "\r\n"), binary.BigEndian), 62},
		{"accents behind the first records", append(bytes.Clone(ascii), padded(90, "\n")...), 61},
		{"a mark, but no lines of one length", append([]byte("\xef\xbb\xbf"), "Bonjour à tous\nvoilà quelques lignes d’un texte\n"...), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := sniff(test.data, "a", int64(len(test.data))); got != (test.width > 0) {
				t.Fatalf("known: %v", got)
			}
			if test.width == 0 {
				return
			}
			l, err := sourcetest.Read(t, Format, "a", test.data)
			if widths := slices.Compact(l.Widths); err != nil || len(widths) != 1 || widths[0] != test.width || len(l.Text)%test.width != 0 {
				t.Errorf("%v, widths %v of %d bytes, not %d", err, widths, len(l.Text), test.width)
			}
			if l.Result.Bytes != int64(len(test.data)) || l.Result.Lines != int64(len(l.Text)/test.width) {
				t.Errorf("%d bytes and %d lines counted, of %d and %d", l.Result.Bytes, l.Result.Lines, len(test.data), len(l.Text)/test.width)
			}
			if !bytes.Contains(l.Text, []byte("LEF\xc8VRE Zo\xe9 ")) {
				t.Error("no text in Windows-1252")
			}
		})
	}
}

func TestPlacesOfCharacters(t *testing.T) {
	data := padded(9, "\n")
	r := sourcetest.ForFormat(sources.Limits{})
	r.Each = true
	res, err := Format.Read(context.Background(), sourcetest.Input(Format, "a", data), r)
	r.Close(res)
	if err != nil || r.Done() != nil {
		t.Fatal(err, r.Done())
	}
	places, i := r.Last().Places, 0
	for at := range string(data) {
		if p := places[i]; p.Byte != int64(at) || p.Line != int64(i/61+1) {
			t.Fatalf("character %d is at %+v, not %d", i, p, at)
		}
		i++
	}
	if i != len(places) {
		t.Errorf("%d places of %d", len(places), i)
	}
}

func TestIrregularLines(t *testing.T) {
	data := append(cfonb(200, "\n"), "FIN DE LOT\n"...)
	data = append(data, cfonb(200, "\n")...)
	data = append(data, "FIN DE FICHIER"...)
	l, err := sourcetest.Read(t, Format, "a", data)
	if err != nil || !bytes.Equal(l.Text, data) || l.Result.Lines != 401 {
		t.Errorf("%v: %d bytes of %d, %d lines", err, len(l.Text), len(data), l.Result.Lines)
	}
	records := 0
	for _, w := range l.Widths {
		if w != 121 {
			t.Errorf("width %d", w)
		}
		records++
	}
	if records < 2 {
		t.Errorf("%d chunks of records", records)
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"releve.txt":  cfonb(8, "\r\n"),
		"accents.txt": padded(8, "\n"),
		"ebcdic.dat":  toEBCDIC(cfonb(8, "")),
		"gros.dat":    cfonb(3000, "\n"),
	})
}

func TestRanges(t *testing.T) {
	sourcetest.Ranges(t, Format, "a", cfonb(30, "\n"), 50, 121, 122, 363, 1000, 3629)
	sourcetest.Ranges(t, Format, "a", cfonb(30, ""), 50, 120, 121, 1000)
	sourcetest.Ranges(t, Format, "a", toEBCDIC(cfonb(30, "\n")), 121, 500)
	sourcetest.Ranges(t, Format, "a", append(cfonb(40, "\r\n"), "FIN"...), 122, 1001)
	irregular := append(append(cfonb(40, "\n"), "FIN DE LOT\n"...), cfonb(20, "\n")...)
	sourcetest.Ranges(t, Format, "a", irregular, 121, 1000, 5000)
	sourcetest.Ranges(t, Format, "a", cfonb(5000, "\n"), 1<<18)
	for _, data := range [][]byte{padded(40, "\n"), toUTF16(padded(40, "\n"), binary.LittleEndian), toUTF16(padded(40, "\n"), binary.BigEndian)} {
		sourcetest.Ranges(t, Format, "a", data, 50, 61, 62, 333, 1000, 2048)
	}
	// A line so long that a bound in it finds no end near.
	long := append(padded(40, "\n"), bytes.Repeat([]byte("été "), 20<<10)...)
	sourcetest.Ranges(t, Format, "a", append(append(long, '\n'), padded(400, "\n")...), 5000, 1<<14)
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, cfonb(8, "\r\n"), cfonb(3, ""), toEBCDIC(cfonb(8, "")), padded(8, "\n"), toUTF16(padded(8, "\n"), binary.LittleEndian))
}
