package jsontext

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// lifelike are texts as programs write them.
var lifelike = map[string]string{
	"export.json": `{
  "export" : "adhérents", "date" : "2024-05-01T10:00:00Z",
  "adherents" : [
    { "nom" : "LEF\u00c8VRE", "nir" : "1 80 01 75 001 001 23", "enfants" : [ { "prenom" : "Zo\u00e9" } ], "solde" : -12.50, "actif" : true },
    { "nom" : "O'Brien \"dit\" Paul", "nir" : null, "contacts" : { "mail" : "paul@exemple.fr", "tel" : [ "06 12 34 56 78", "" ] } }
  ]
}
`,
	"patient.json": `{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"180017500100123"}],"name":[{"family":"Petit","given":["Anne","Marie"]}],"birthDate":"1980-01-02"}`,
	"log.ndjson": "{\"niveau\":\"info\",\"ip\":\"192.0.2.7\",\"msg\":\"connexion de a@exemple.fr\"}\n" +
		"{\"niveau\":\"erreur\",\"msg\":\"ligne\\nsuivante\"}\n",
	"array.json": "[[1,2.5e3,\"x\"],[],{},[true,null]]",
}

func wide(s string, order binary.ByteOrder) []byte {
	b := make([]byte, 2, 2*len(s)+2)
	order.PutUint16(b, 0xFEFF)
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return b
}

func TestHostile(t *testing.T) {
	samples := map[string][]byte{}
	for name, s := range lifelike {
		samples[name] = []byte(s)
	}
	samples["utf16le.json"] = wide(lifelike["export.json"], binary.LittleEndian)
	samples["utf16be.json"] = wide(lifelike["export.json"], binary.BigEndian)
	sourcetest.Hostile(t, Format, samples)
}

// A text cut off anywhere tells so, and keeps every value that ends before.
func TestCutAnywhere(t *testing.T) {
	for name, text := range lifelike {
		if name == "log.ndjson" {
			continue // a prefix of it may be whole
		}
		t.Run(name, func(t *testing.T) {
			whole, _, err := cellstest.Read(Format, name, []byte(text), sources.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			body := len(strings.TrimRight(text, "\n"))
			for n := 1; n < body; n++ {
				r, res, err := cellstest.Read(Format, name, []byte(text[:n]), sources.Limits{})
				var fe *sources.FormatError
				if !errors.As(err, &fe) || fe.Reason != sources.Truncated || fe.Status != sources.Partial {
					t.Fatalf("cut at %d: %v %v", n, res, err)
				}
				if got := r.Values(); !strings.HasPrefix(got, ended(whole, n)) || len(r.Wrong) > 0 {
					t.Fatalf("cut at %d: %q does not keep %q", n, got, ended(whole, n))
				}
			}
		})
	}
}

// ended lists the values of r that end, with something behind them, before n.
func ended(r *cellstest.Recorder, n int) string {
	var b strings.Builder
	for _, c := range r.Cells {
		if int(c.At.Byte)+6*len(c.Text) >= n { // escapes are six times as long at most
			break
		}
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// A flipped bit never loses what stands before it.
func TestFlippedBits(t *testing.T) {
	text := lifelike["export.json"]
	whole, _, err := cellstest.Read(Format, "x.json", []byte(text), sources.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		data := []byte(text)
		at := 2 + random.IntN(len(data)-2)
		data[at] ^= 1 << random.IntN(7) // the eighth changes the encoding
		r, _, err := cellstest.Read(Format, "x.json", data, sources.Limits{})
		var fe *sources.FormatError
		if err != nil && (!errors.As(err, &fe) || fe.Status != sources.Partial) {
			t.Fatalf("byte %d: %v", at, err)
		}
		if !strings.HasPrefix(r.Values(), ended(whole, at)) || len(r.Wrong) > 0 {
			t.Fatalf("byte %d is now %q: lost what stood before", at, data[at])
		}
	}
}

// The place of every value, opened in the original, holds the value.
func TestPlacesHoldValues(t *testing.T) {
	var b strings.Builder
	b.WriteString("[\n")
	for i := range 30_000 { // several windows
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString(`{"a\u00e9":"\"pr\u00e9\" `)
		b.WriteString(strings.Repeat("x", i%7))
		b.WriteString(`","marque":"§valeur` + strings.Repeat("9", i%5) + `"}`)
	}
	b.WriteString("\n]")
	for _, test := range []struct {
		name  string
		data  []byte
		width int64
		value func([]byte) string
	}{
		{"utf-8", []byte(b.String()), 1, func(b []byte) string { return string(b) }},
		{"utf-16le", wide(b.String(), binary.LittleEndian), 2, narrow},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _, err := cellstest.Read(Format, "x.json", test.data, sources.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			n := int64(0)
			for _, c := range r.Cells {
				if c.Column != "[*].marque" {
					continue
				}
				n++
				end := min(c.At.Byte+2*int64(len(c.Text)), int64(len(test.data)))
				if got := test.value(test.data[c.At.Byte:end]); !strings.HasPrefix(got, c.Text) {
					t.Fatalf("record %d: %q at byte %d, want %q", n, got, c.At.Byte, c.Text)
				}
				if c.At.Row != n || c.At.Line != n+1 {
					t.Fatalf("record %d: row %d, line %d", n, c.At.Row, c.At.Line)
				}
			}
			if n != 30_000 {
				t.Errorf("%d records", n)
			}
		})
	}
}

func narrow(b []byte) string {
	var u []uint16
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, uint16(b[i])|uint16(b[i+1])<<8)
	}
	return string(utf16.Decode(u))
}

// Rows count in the array they stand in, however many arrays a window holds.
func TestRowsOfManyArrays(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"x":0`)
	for range 500 {
		b.WriteString(`,"a":[1,2],"b":[3]`)
	}
	b.WriteString(`} {"c":9} {"c":9}`)
	r, _, err := cellstest.Read(Format, "x.json", []byte(b.String()), sources.Limits{})
	if err != nil || len(r.Cells) != 1503 {
		t.Fatal(err, len(r.Cells))
	}
	for i, c := range r.Cells[1:] {
		want := map[string]int64{"1": 1, "2": 2, "3": 1, "9": int64(i - 1498)}[c.Text]
		if c.At.Row != want {
			t.Fatalf("cell %d (%s): row %d, want %d", i, c.Text, c.At.Row, want)
		}
	}
}
