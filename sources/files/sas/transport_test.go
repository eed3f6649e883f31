package sas

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What ReadStat 1.1 of Debian made of an invented table in Stata's form: version 8.
func TestTransport(t *testing.T) {
	const want = "NOM[1]=Martin Zoé\nNIR[1]=280017500100151\nNAISS[1]=7306\nSOLDE[1]=25.5\nNOM[2]=O'Neil\nNIR[2]=175057500200286\nNAISS[2]=5604\nSOLDE[2]=-3\n" +
		"NOM[3]=Durand Ève\nNIR[3]=290027500300321\nNAISS[3]=10991\n"
	data := sourcetest.Samples(t, "*.xpt")["readstat.xpt"]
	if !Transport.Sniff(data, "x", int64(len(data))) {
		t.Error("not known")
	}
	r, res, err := cellstest.Read(Transport, "x.xpt", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 3 || res.Bytes != int64(len(data)) || strings.ReplaceAll(r.Lines(), "DATASET!", "") != want {
		t.Error(err, r.Wrong, res, r.Lines())
	}
	l, err := sourcetest.Read(t, Transport, "x.xpt", data)
	if err != nil || l.Cells[1].Label != "Numéro de sécurité sociale" || l.Cells[0].Label != "Nom de l'adhérent" {
		t.Errorf("%v: label %q", err, l.Cells[1].Label)
	}
}

// transportOf writes data sets in version 5, from the published layout: a name of eight bytes and a
// date for each row.
func transportOf(sets map[string][]string, names ...string) []byte {
	var b bytes.Buffer
	put := func(s string) {
		b.WriteString(s)
		for b.Len()%card != 0 {
			b.WriteByte(' ')
		}
	}
	header := func(name, tail string) {
		put(fmt.Sprintf("HEADER RECORD*******%-8sHEADER RECORD!!!!!!!%s", name, tail))
	}
	zeros := strings.Repeat("0", 30)
	header("LIBRARY", zeros)
	put("SAS     SAS     SASLIB  9.4     X64_10PR")
	put("01DEC26:00:00:00")
	for _, set := range names {
		header("MEMBER", "000000000000000001600000000140")
		header("DSCRPTR", zeros)
		put("SAS     " + fmt.Sprintf("%-8s", set) + "SASDATA 9.4     X64_10PR")
		put("01DEC26:00:00:00")
		header("NAMESTR", "000000000200000000000000000000")
		var v [280]byte
		for i, at := range []int{0, 140} {
			binary.BigEndian.PutUint16(v[at:], uint16(2-i))
			binary.BigEndian.PutUint16(v[at+4:], uint16(8-2*i))
			copy(v[at+8:], fmt.Sprintf("%-8s%-40s%-8s", [2]string{"NOM", "NAISS"}[i], "", [2]string{"", "DDMMYY"}[i]))
			binary.BigEndian.PutUint32(v[at+84:], uint32(8*i))
		}
		put(string(v[:]))
		header("OBS", zeros)
		rows := ""
		for _, r := range sets[set] {
			rows += r
		}
		put(rows)
	}
	return b.Bytes()
}

func TestTransportSets(t *testing.T) {
	data := transportOf(map[string][]string{
		"ADH": {"Martin  \x44\x1c\x8a\x00\x00\x00", "Durand  .\x00\x00\x00\x00\x00", "Petit   \xc2\x16\xd0\x00\x00\x00", "Ève    \x42\x64\x00\x00\x00\x00"},
		"AYD": {"Luc     \x00\x00\x00\x00\x00\x00"},
	}, "ADH", "AYD")
	const want = "ADH!NOM[1]=Martin\nADH!NAISS[1]=1980-01-02\nADH!NOM[2]=Durand\nADH!NOM[3]=Petit\nADH!NAISS[3]=1959-12-09\nADH!NOM[4]=Ève\nADH!NAISS[4]=1960-04-10\n" +
		"AYD!NOM[1]=Luc\nAYD!NAISS[1]=1960-01-01\n"
	r, res, err := cellstest.Read(Transport, "x.xpt", data, sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 5 || r.Lines() != want {
		t.Errorf("%v %v %+v\n%s", err, r.Wrong, res, r.Lines())
	}
	for n, want := range map[int]string{len(data) - 70: "partial truncated", len(data) - 200: "partial truncated", 240: "", 260: "partial truncated"} {
		_, _, err := cellstest.Read(Transport, "x.xpt", data[:n], sources.Limits{})
		var fe *sources.FormatError
		got := ""
		if errors.As(err, &fe) {
			got = fmt.Sprint(fe.Status, " ", fe.Reason)
		}
		if got != want {
			t.Errorf("%d of %d bytes: %v, want %s", n, len(data), err, want)
		}
	}
}

func TestHostileTransport(t *testing.T) {
	sourcetest.Hostile(t, Transport, sourcetest.Samples(t, "*.xpt"))
}

func FuzzTransport(f *testing.F) {
	sourcetest.Fuzz(f, Transport, sourcetest.Samples(f, "*.xpt")["readstat.xpt"], transportOf(map[string][]string{"A": {"Martin  \x44\x1c\x8a\x00\x00\x00"}}, "A"))
}
