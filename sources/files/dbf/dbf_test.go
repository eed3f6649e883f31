package dbf

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What LibreOffice 7.4 wrote of an invented table in three code pages, none of
// which it names.
func TestProducers(t *testing.T) {
	const want = "NOM[1]=Martin Zoé\nNE[1]=1980-01-02\nNIR[1]=280017500100151\nSOLDE[1]=25.5\nACTIF[1]=T\nNOM[2]=O'Neil\nNE[2]=1975-05-06\nNIR[2]=175057500200286\nSOLDE[2]=-3.0\nACTIF[2]=F\n" +
		"NOM[3]=Durand Ève\nNE[3]=1990-02-03\nNIR[3]=290027500300321\nSOLDE[3]=0.0\nACTIF[3]=T\nNOM[4]=Élodie Noël\nSOLDE[4]=0.0\nACTIF[4]=F\n"
	for name, data := range sourcetest.Samples(t, "*.dbf") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 4 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, r.Wrong, res)
		}
		if r.Lines() != want {
			t.Errorf("%s:\n%s", name, r.Lines())
		}
		for _, c := range r.Cells {
			if strings.IndexFunc(c.Text, func(r rune) bool { return r >= 0x80 || r == '-' }) < 0 && !bytes.HasPrefix(data[c.At.Byte:], []byte(c.Text)) {
				t.Errorf("%s: %q is not at %d", name, c, c.At.Byte)
			}
		}
	}
}

// table makes a table of one record of fields: name, type, bytes.
func table(version, language byte, fields ...string) []byte {
	header := make([]byte, 32)
	header[0], header[29], header[4] = version, language, 1
	record := " "
	for i := 0; i < len(fields); i += 3 {
		d := make([]byte, 32)
		copy(d, fields[i])
		d[11], d[16] = fields[i+1][0], byte(len(fields[i+2]))
		header = append(header, d...)
		record += fields[i+2]
	}
	header = append(header, 0x0D)
	header[8], header[10] = byte(len(header)), byte(len(record))
	header[9] = byte(len(header) >> 8)
	return append(append(header, record...), 0x1A)
}

func TestValues(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"code page 850 of the header", table(3, 2, "A", "C", "\x90\x82  "), "A[1]=Éé\n"},
		{"Windows of the header", table(0x30, 3, "A", "C", "\xc9\xe9"), "A[1]=Éé\n"},
		{"FoxPro's numbers", table(0x30, 3, "I", "I", "\xff\xff\xff\xff", "B", "B", "\x00\x00\x00\x00\x00\x00\xf8\x3f", "Y", "Y", "\x10\x27\x00\x00\x00\x00\x00\x00", "T", "T", "\x8d\x3d\x25\x00\xe8\x03\x00\x00"), "I[1]=-1\nB[1]=1.5\nY[1]=1\nT[1]=1970-01-02 00:00:01\n"},
		{"empty ones", table(3, 0, "D", "D", "        ", "L", "L", "?", "N", "N", "   ", "M", "M", "         1"), ""},
		{"deleted", bytes.Replace(table(3, 0, "A", "C", "reste"), []byte(" reste"), []byte("*reste"), 1), "A[1]=reste\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.dbf", test.data, sources.Limits{})
		if err != nil || r.Lines() != test.want {
			t.Errorf("%s: %v %q, want %q", test.name, err, r.Lines(), test.want)
		}
	}
}

func TestTruncated(t *testing.T) {
	data := sourcetest.Samples(t, "cp850.dbf")["cp850.dbf"]
	r, _, err := cellstest.Read(Format, "x.dbf", data[:len(data)-60], sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.Truncated || !strings.Contains(r.Lines(), "NOM[2]") {
		t.Error(err, r.Lines())
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.dbf")) }

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.dbf") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format, table(0x30, 3, "I", "I", "1234", "T", "T", "12345678"), table(0x8C, 0, "A", "C", "x"))
}
