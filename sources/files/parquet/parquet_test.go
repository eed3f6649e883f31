package parquet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What DuckDB 1.5 wrote of an invented table, with each codec and once with the
// encodings of version 2; duckdb.csv is the same table.
func TestProducers(t *testing.T) {
	data, err := os.ReadFile("testdata/duckdb.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range sourcetest.Samples(t, "*.parquet") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 150 {
			t.Fatal(name, err, r.Wrong, res)
		}
		got := make(map[string][]string)
		for _, c := range r.Cells {
			for len(got[c.Column]) < int(c.Row) {
				got[c.Column] = append(got[c.Column], "")
			}
			got[c.Column][c.Row-1] = c.Text
		}
		for k, column := range rows[0] {
			for i, row := range rows[1:] {
				have := ""
				if i < len(got[column]) {
					have = got[column][i]
				}
				if want := strings.TrimSuffix(row[k], ".0"); have != want {
					t.Fatalf("%s: %s[%d] is %q, not %q", name, column, i+1, have, want)
				}
			}
		}
		for _, want := range []string{
			"grand[3]=3.750\n", "mails[*][3]=a3\nmails[*][3]=b@exemple.fr\nadresse.rue[3]=3 rue du Puits\nadresse.ville[3]=Angers\nimbriqué[*].x[3]=3\nimbriqué[*].y[*][3]=3\nimbriqué[*].y[*][3]=4\n" +
				"carte[*].key[3]=cle0\ncarte[*].value[3]=v3\n", "heure[150]=01:02:03\n", "petit[150]=150\n",
		} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in %.2000s", name, want, r.Lines())
			}
		}
		if len(r.Members) != 150/7 || string(r.Members[1].Data) != "%PDF-1.4 x" || r.Members[1].Name != "doc[14]" {
			t.Errorf("%s: %d members", name, len(r.Members))
		}
	}
}

func sample(t testing.TB, name string) []byte {
	return bytes.Clone(sourcetest.Samples(t, "*.parquet")["duckdb_"+name+".parquet"])
}

func TestStates(t *testing.T) {
	plain := sample(t, "uncompressed")
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"cut", plain[:len(plain)/2], sources.Unreadable, sources.Truncated},
		{"encrypted", append([]byte("PARE"), plain[4:]...), sources.Encrypted, sources.PasswordProtected},
		{"pages of zeros", append(append([]byte("PAR1"), make([]byte, 2000)...), plain[2004:]...), sources.Partial, sources.Corrupt},
	} {
		_, _, err := cellstest.Read(Format, "x.parquet", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A run of one value may claim any length.
func TestRatio(t *testing.T) {
	_, _, err := cellstest.Read(Format, "x.parquet", sample(t, "zstd"), sources.Limits{RatioMin: 1, Ratio: 1})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.RatioLimit {
		t.Error(err)
	}
}

// Values as the encodings of the format's description show them.
func TestEncodings(t *testing.T) {
	for _, test := range []struct {
		name     string
		leaf     leaf
		encoding int
		data     string
		want     string
	}{
		{"one run", leaf{kind: boolean}, 3, "\x00\x00\x00\x00\x06\x01", "true true true"},
		{"packed booleans", leaf{kind: boolean}, 0, "\x05", "true false true false false false false false"},
		{"differences", leaf{kind: int32Type}, 5, "\x80\x01\x04\x05\x02\x02\x00\x00\x00\x00", "1 2 3 4 5"},
		{"differences of 1 bit", leaf{kind: int64Type}, 5, "\x80\x01\x04\x04\x0e\x01\x01\x00\x00\x00\x05\x00\x00\x00", "7 7 6 6"},
		{"lengths in front", leaf{kind: byteArray}, 6, "\x80\x01\x04\x02\x04\x02\x00\x00\x00\x00abcde", "ab cde"},
		{"repeated beginnings", leaf{kind: byteArray}, 7, "\x80\x01\x04\x02\x00\x04\x00\x00\x00\x00\x80\x01\x04\x02\x04\x00\x00\x00\x00\x00abcd", "ab abcd"},
		{"bytes apart", leaf{kind: int32Type}, 9, "\x01\x02\x01\x00\x00\x00\x00\x00", "257 2"},
	} {
		v, err := valuesOf(&test.leaf, test.encoding, []byte(test.data), nil)
		if err != nil {
			t.Fatal(test.name, err)
		}
		var got []string
		for d, ok := v.next(); ok; d, ok = v.next() {
			got = append(got, string(test.leaf.append(nil, d)))
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: %q, want %q", test.name, s, test.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		leaf leaf
		d    datum
		want string
	}{
		{leaf{kind: int32Type, logical: logical{kind: decimal, scale: 3}}, datum{n: -5}, "-0.005"},
		{leaf{kind: fixedArray, logical: logical{kind: decimal, scale: 2}}, datum{b: []byte{0xFF, 0x38}}, "-2.00"},
		{leaf{kind: byteArray, logical: logical{kind: decimal}}, datum{b: []byte{1, 0}}, "256"},
		{leaf{kind: int64Type, logical: logical{kind: timestamp, unit: 1000}}, datum{n: -1}, "1969-12-31 23:59:59"},
		{leaf{kind: int32Type, logical: logical{kind: date}}, datum{n: -1}, "1969-12-31"},
		{leaf{kind: int32Type, logical: logical{kind: unsigned}}, datum{n: -1}, "4294967295"},
		{leaf{kind: int96Type}, datum{b: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0x8D, 0x3D, 0x25, 0}}, "1970-01-02"},
		{leaf{kind: floatType}, datum{n: 0x3F800000}, "1"},
		{leaf{kind: byteArray}, datum{b: []byte("Zo\xe9")}, "Zoé"},
	} {
		if got := string(test.leaf.append(nil, test.d)); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestHostile(t *testing.T) {
	all := sourcetest.Samples(t, "*.parquet")
	for _, name := range []string{"uncompressed", "gzip", "lz4_raw"} { // their pages are covered by the others
		delete(all, "duckdb_"+name+".parquet")
	}
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.parquet") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format)
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("PARQUET_FILE"))
	if err != nil {
		b.Skip("PARQUET_FILE names no file")
	}
	sourcetest.Benchmark(b, Format, "x.parquet", data)
}
