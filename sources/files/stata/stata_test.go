package stata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

func sample(t testing.TB) []byte {
	return bytes.Clone(sourcetest.Samples(t, "*.dta")["readstat.dta"])
}

// What ReadStat 1.1 of Debian made of an invented table, in format 118.
func TestProducers(t *testing.T) {
	const want = "NOM[1]=Martin Zoé\nNIR[1]=280017500100151\nNAISS[1]=7306\nSOLDE[1]=25.5\nNOM[2]=O'Neil\nNIR[2]=175057500200286\nNAISS[2]=5604\nSOLDE[2]=-3\n" +
		"NOM[3]=Durand Ève\nNIR[3]=290027500300321\nNAISS[3]=10991\n"
	r, res, err := cellstest.Read(Format, "x.dta", sample(t), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 3 || r.Lines() != want {
		t.Error(err, r.Wrong, res, r.Lines())
	}
	l, err := sourcetest.Read(t, Format, "x.dta", sample(t))
	if err != nil || l.Cells[1].Label != "Numéro de sécurité sociale" {
		t.Errorf("%v: label %q", err, l.Cells[1].Label)
	}
}

// old makes a data set of format 115 with one observation: name, format, type,
// bytes, in turn.
func old(order binary.ByteOrder, variables ...any) []byte {
	n := len(variables) / 4
	h := make([]byte, 109)
	h[0], h[1], h[2] = 115, 2, 1
	if order == binary.BigEndian {
		h[1] = 1
	}
	order.PutUint16(h[4:], uint16(n))
	order.PutUint32(h[6:], 1)
	var types, names, formats, row []byte
	pad := func(b []byte, s string, size int) []byte {
		return append(append(b, s...), make([]byte, size-len(s))...)
	}
	for i := 0; i < len(variables); i += 4 {
		names, formats = pad(names, variables[i].(string), 33), pad(formats, variables[i+1].(string), 49)
		types, row = append(types, byte(variables[i+2].(int))), append(row, variables[i+3].(string)...)
	}
	for _, b := range [][]byte{types, names, make([]byte, 2*(n+1)), formats, make([]byte, (33+81)*n), {1, 0, 0, 0, 0}, make([]byte, 5), row} {
		h = append(h, b...)
	}
	return h
}

func TestOldFormats(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"little", old(binary.LittleEndian, "nom", "%9s", 5, "Zo\xe9\x00x", "d", "%td", 253, "\x8a\x1c\x00\x00", "t", "%tc", 255, "\x00\x00\x00\x00\x00\x40\x8f\x40", "m", "%8.0g", 251, "\x65", "i", "", 252, "\xff\xff"),
			"nom[1]=Zoé\nd[1]=1980-01-02\nt[1]=1960-01-01 00:00:01\ni[1]=-1\n"},
		{"big", old(binary.BigEndian, "f", "%9.0g", 254, "\x3d\xcc\xcc\xcd", "d", "%d", 252, "\x1c\x8a"), "f[1]=0.1\nd[1]=1980-01-02\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.dta", test.data, sources.Limits{})
		if err != nil || !Format.Sniff(test.data, "x", -1) || r.Lines() != test.want {
			t.Errorf("%s: %v %q, want %q", test.name, err, r.Lines(), test.want)
		}
	}
}

// Long strings stand behind the observations.
func TestLongStrings(t *testing.T) {
	data := sample(t)
	gso := append([]byte("GSO"), make([]byte, 12)...)
	gso = append(binary.LittleEndian.AppendUint32(append(gso, 130), 23), "note longue de l'année\x00"[:23]...)
	data = bytes.Replace(data, []byte("<strls>"), append([]byte("<strls>"), gso...), 1)
	r, _, err := cellstest.Read(Format, "x.dta", data, sources.Limits{})
	if err != nil || !bytes.Contains([]byte(r.Lines()), []byte("=note longue de l'année")) {
		t.Error(err, r.Lines())
	}
}

func TestStates(t *testing.T) {
	data := sample(t)
	many := bytes.Clone(data)
	at := bytes.Index(many, []byte("<N>"))
	binary.LittleEndian.PutUint64(many[at+3:], math.MaxUint64)
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"cut in the header", data[:400], "partial truncated"},
		{"cut in a row", data[:bytes.Index(data, []byte("<data>"))+20], "partial truncated"},
		{"more rows than there are", many, "partial truncated"},
		{"a list that is none", bytes.Replace(data, []byte("<varnames>"), []byte("<varnamez>"), 1), "partial corrupt"},
	} {
		_, _, err := cellstest.Read(Format, "x.dta", test.data, sources.Limits{})
		var fe *sources.FormatError
		got := ""
		if errors.As(err, &fe) {
			got = fmt.Sprint(fe.Status, " ", fe.Reason)
		}
		if got != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

func TestHostile(t *testing.T) {
	all := sourcetest.Samples(t, "*.dta")
	all["old.dta"] = old(binary.BigEndian, "f", "%9.0g", 254, "\x3d\xcc\xcc\xcd", "nom", "%9s", 5, "Zo\xe9\x00x")
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, sample(f), old(binary.LittleEndian, "f", "%td", 254, "\x3d\xcc\xcc\xcd"))
}
