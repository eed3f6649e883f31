package spss

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

// What PSPP 1.6 of Debian wrote of an invented table: SAVE with /UNCOMPRESSED,
// /COMPRESSED and /ZCOMPRESSED. NOTE has 300 bytes.
func TestProducers(t *testing.T) {
	const want = "NOM[1]=Martin Zoé\nNIR[1]=280017500100151\nNAISS[1]=1980-01-02\nVU[1]=2020-03-04 05:06:07\nSOLDE[1]=25.5\nSEXE[1]=2\nNOTE[1]=Rappeler zoe.martin@exemple.fr\nLONGUE[1]=0.3333333333333333\n" +
		"NOM[2]=O'Neil\nNIR[2]=175057500200286\nNAISS[2]=1975-05-06\nSOLDE[2]=-3\nSEXE[2]=1\nLONGUE[2]=0.3333333333333333\n" +
		"NOM[3]=Durand Ève\nNIR[3]=290027500300321\nNAISS[3]=1990-02-03\nVU[3]=2020-03-05\nSEXE[3]=2\nNOTE[3]=suite\nLONGUE[3]=0.3333333333333333\n" +
		"NOM[4]=Élodie Noël\nSOLDE[4]=0\nSEXE[4]=9\nNOTE[4]=fin\nLONGUE[4]=0.3333333333333333\n"
	for name, data := range sourcetest.Samples(t, "*.*sav") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 4 || r.Lines() != want {
			t.Errorf("%s: %v %v %v\n%s", name, err, r.Wrong, res, r.Lines())
		}
		l, err := sourcetest.Read(t, Format, name, data)
		if err != nil || l.Cells[1].Label != "Numéro de sécurité sociale" {
			t.Errorf("%s: label %q", name, l.Cells[1].Label)
		}
	}
}

func sample(t testing.TB, name string) []byte {
	return bytes.Clone(sourcetest.Samples(t, "*.*sav")[name])
}

func TestStates(t *testing.T) {
	plain, packed := sample(t, "pspp.sav"), sample(t, "pspp_compressed.sav")
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"cut in the dictionary", plain[:500], "partial truncated"},
		{"cut in a case", plain[:len(plain)-100], "partial truncated"},
		{"cut in the codes", packed[:len(packed)-100], "partial truncated"},
		{"zlib", bytes.Replace(sample(t, "pspp.zsav"), []byte("\x78\x01"), []byte("\x00\x00"), 1), "partial corrupt"},
	} {
		_, _, err := cellstest.Read(Format, "x.sav", test.data, sources.Limits{})
		var fe *sources.FormatError
		got := ""
		if errors.As(err, &fe) {
			got = fmt.Sprint(fe.Status, " ", fe.Reason)
		}
		if got != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
	_, _, err := cellstest.Read(Format, "x.sav", packed, sources.Limits{RatioMin: 1, Ratio: -1})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.RatioLimit {
		t.Errorf("ratio: %v", err)
	}
}

func TestCodes(t *testing.T) {
	value := binary.LittleEndian.AppendUint64(nil, math.Float64bits(7))
	src := append([]byte{101, 0, 253, 254, 255, 252, 0, 0}, value...)
	c := &codes{in: bytes.NewReader(src), order: binary.LittleEndian, bias: 100}
	var got bytes.Buffer
	if _, err := got.ReadFrom(c); err != nil || got.Len() != 32 {
		t.Fatal(err, got.Len())
	}
	for i, want := range []float64{1, 7} {
		if x := math.Float64frombits(binary.LittleEndian.Uint64(got.Bytes()[8*i:])); x != want {
			t.Errorf("value %d is %v", i, x)
		}
	}
	if string(got.Bytes()[16:24]) != "        " {
		t.Errorf("%q", got.Bytes()[16:24])
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.*sav")) }

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.*sav") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format)
}
