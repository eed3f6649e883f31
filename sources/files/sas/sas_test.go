package sas

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

func sample(t testing.TB) []byte {
	return bytes.Clone(sourcetest.Samples(t, "*.sas7bdat")["readstat.sas7bdat"])
}

// What ReadStat 1.1 of Debian made of an invented table in Stata's form.
func TestProducers(t *testing.T) {
	const want = "NOM[1]=Martin Zoé\nNIR[1]=280017500100151\nNAISS[1]=7306\nSOLDE[1]=25.5\nNOM[2]=O'Neil\nNIR[2]=175057500200286\nNAISS[2]=5604\nSOLDE[2]=-3\n" +
		"NOM[3]=Durand Ève\nNIR[3]=290027500300321\nNAISS[3]=10991\n"
	data := sample(t)
	r, res, err := cellstest.Read(Format, "x.sas7bdat", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 3 || res.Bytes != int64(len(data)) || r.Lines() != want {
		t.Error(err, r.Wrong, res, r.Lines())
	}
	l, err := sourcetest.Read(t, Format, "x.sas7bdat", data)
	if err != nil || l.Cells[1].Label != "Numéro de sécurité sociale" || l.Cells[0].Label != "Nom de l'adhérent" {
		t.Errorf("%v: label %q", err, l.Cells[1].Label)
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		x      float64
		format string
		want   string
	}{
		{7306, "DATE9", "1980-01-02"}, {7306, "ddmmyy10.", "1980-01-02"}, {0, "FRSDFDD", "1960-01-01"}, {-1, "E8601DA", "1959-12-31"},
		{631238400 + 3661, "DATETIME20.", "1980-01-02 01:01:01"}, {86399, "TIME8", "23:59:59"}, {280017500100151, "BEST12", "280017500100151"},
		{1e300, "DATE9", "1e+300"}, {0.5, "", "0.5"}, {5, "DOLLAR8", "5"},
	} {
		if got := string(appendNumber(nil, test.x, test.format)); got != test.want {
			t.Errorf("%v %s: %s, want %s", test.x, test.format, got, test.want)
		}
	}
}

func TestUnpack(t *testing.T) {
	for _, test := range []struct {
		name   string
		unpack func(dst, src []byte, size int) []byte
		src    string
		size   int
		want   string
	}{
		{"as they are", runs, "\x82abc", 3, "abc"},
		{"runs", runs, "\xC1x\xD0\xE1\xF0\x81ok", 13, "xxxx@@   \x00\x00ok"},
		{"long runs", runs, "\x40\x02z\x60\x01\x70\x00", 55, strings.Repeat("z", 20) + strings.Repeat(" ", 18) + strings.Repeat("\x00", 17)},
		{"a long copy", runs, "\x00\x01" + strings.Repeat("y", 65), 65, strings.Repeat("y", 65)},
		{"more than the row", runs, "\x4F\xFFz", 10, "zzzzzzzzzz"},
		{"cut", runs, "\x8Fabc", 10, ""},
		{"literals and a short run", ross, "\x20\x00ab\x01c", 6, "abcccc"},
		{"a long run", ross, "\x80\x00\x10\x01q", 35, strings.Repeat("q", 35)},
		{"a short pattern", ross, "\x10\x00abc\x30\x00", 6, "abcabc"},
		{"a long pattern", ross, "\x10\x00abc\x20\x00\x00", 19, "abcabcabcabcabcabca"},
		{"a pattern from nowhere", ross, "\x80\x00\x3F\x00", 6, ""},
	} {
		if got := string(test.unpack(nil, []byte(test.src), test.size)); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestStates(t *testing.T) {
	data := sample(t)
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"cut in the header", data[:300], "unreadable truncated"},
		{"without its last page", data[:len(data)-4096], "partial truncated"},
		{"pages of 2 GiB", append(append(bytes.Clone(data[:200]), 0, 0, 0, 0x7F), data[204:]...), "unreadable corrupt"},
	} {
		_, _, err := cellstest.Read(Format, "x.sas7bdat", test.data, sources.Limits{})
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

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.sas7bdat")) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, sample(f)) }

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("\xC1x\xD0\xE1\xF0\x81ok\x40\x02z\x60\x01"))
	f.Add([]byte("\x10\x00abc\x20\x00\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, unpack := range []func(dst, src []byte, size int) []byte{runs, ross} {
			if got := unpack(nil, src, 1000); len(got) > 1000 {
				t.Fatalf("%d bytes", len(got))
			}
		}
	})
}
