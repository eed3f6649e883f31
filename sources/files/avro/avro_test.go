package avro

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

// What avsc 5.7 of npm wrote of invented objects, with each codec.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.avro") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 150 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, r.Wrong, res)
		}
		for _, want := range []string{
			"id[1]=1\nnom[1]=Zoé Martin 1\nnir[1]=280017500100001\nne_le[1]=1980-01-03\nvu[1]=2020-03-04 06:06:07\nsolde[1]=1.25\ntaux[1]=0.3333333333333333\nactif[1]=false\n" +
				"mails[*][1]=a1\nmails[*][1]=b@exemple.fr\nadresse.rue[1]=1 rue du Puits\nadresse.ville[1]=Angers\ncarte.{key}[1]=cle1\ncarte.*[1]=v1\nsexe[1]=F\nid[2]=2\n",
			"sexe[2]=M\nid[2]=500\nnom[2]=Zoé Martin 500\n", "solde[4]=-5.00\n", "ancienne.rue[4]=vieille\nancienne.ville[4]=Paris\n", "id[150]=150\n",
		} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in %.3000s", name, want, r.Lines())
			}
		}
		if len(r.Members) != 150/7 || r.Members[1].Name != "doc[14]" || string(r.Members[1].Data) != "%PDF-1.4 x" {
			t.Errorf("%s: %d members", name, len(r.Members))
		}
	}
}

// file makes a container of one block.
func file(schema string, count int64, data string) []byte {
	var b []byte
	entry := func(s string) { b = append(binary.AppendVarint(b, int64(len(s))), s...) }
	b = binary.AppendVarint(append(b, magic...), 1)
	entry("avro.schema")
	entry(schema)
	b = append(append(b, 0), make([]byte, 16)...)
	b = binary.AppendVarint(b, count)
	entry(data)
	return append(b, make([]byte, 16)...)
}

func TestSchemas(t *testing.T) {
	for _, test := range []struct{ name, schema, data, want string }{
		{"no record", `"string"`, "\x06abc", "[1]=abc\n"},
		{"fixed", `{"type":"fixed","name":"f","size":3}`, "abc", "[1]=abc\n"},
		{"uuid and time", `{"type":"record","name":"r","fields":[{"name":"u","type":{"type":"fixed","size":16,"name":"u","logicalType":"uuid"}},{"name":"t","type":{"type":"int","logicalType":"time-millis"}}]}`,
			"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\xd0\x0f", "u[1]=00010203-0405-0607-0809-0a0b0c0d0e0f\nt[1]=00:00:01\n"},
		{"sized blocks of an array", `{"type":"array","items":"int"}`, "\x03\x04\x02\x04\x02\x06\x00", "[*][1]=1\n[*][1]=2\n[*][1]=3\n"},
		{"a list within itself", `{"type":"record","name":"a.L","fields":[{"name":"v","type":"int"},{"name":"n","type":["null","L"]}]}`, "\x02\x02\x04\x02\x06\x00", "v[1]=1\nv[1]=2\nv[1]=3\n"},
	} {
		r, _, err := cellstest.Read(Format, "x.avro", file(test.schema, 1, test.data), sources.Limits{})
		if err != nil || r.Lines() != test.want {
			t.Errorf("%s: %v %q, want %q", test.name, err, r.Lines(), test.want)
		}
	}
}

func TestStates(t *testing.T) {
	whole := bytes.Clone(sourcetest.Samples(t, "avsc_null.avro")["avsc_null.avro"])
	deep := strings.Repeat(`{"type":"array","items":`, 100) + `"int"` + strings.Repeat("}", 100)
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"cut", whole[:len(whole)-20], "partial truncated"},
		{"damaged", bytes.Replace(whole, []byte("Angers"), []byte("\xff\xff\xff\xff\xff\xff"), 1), ""},
		{"objects of nothing", file(`"null"`, 1<<40, ""), "partial ratio_limit"},
		{"elements of nothing", file(`{"type":"array","items":"null"}`, 1, "\xfe\xff\xff\xff\xff\xff\xff\xff\x7f\x00"), "partial ratio_limit"},
		{"deep", file(deep, 1, ""), "partial corrupt"},
		{"unknown type", file(`"x"`, 1, ""), "partial corrupt"},
		{"too few objects", file(`"int"`, 1, "\x02\x02"), "partial corrupt"},
		{"codec", bytes.Replace(sourcetest.Samples(t, "avsc_xz.avro")["avsc_xz.avro"], []byte("\x04xz"), []byte("\x04lz"), 1), "unsupported unknown_method"},
	} {
		_, _, err := cellstest.Read(Format, "x.avro", test.data, sources.Limits{})
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
	all := sourcetest.Samples(t, "*.avro")
	for _, name := range []string{"bzip2", "xz", "deflate"} { // their readers have suites of their own
		delete(all, "avsc_"+name+".avro")
	}
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	for _, data := range sourcetest.Samples(f, "*.avro") {
		f.Add(data)
	}
	sourcetest.Fuzz(f, Format, file(`{"type":"map","values":["null",{"type":"fixed","name":"f","size":2}]}`, 1, "\x02\x02a\x02bc\x00"))
}

func BenchmarkRead(b *testing.B) {
	row := "\x0cMartin" + "\x80\xc0\xe8\xd7\x8a\xfa\x7e" + "\x40une note assez longue sur le dos"
	sourcetest.Benchmark(b, Format, "x.avro", file(`{"type":"record","name":"r","fields":[{"name":"nom","type":"string"},{"name":"nir","type":"long"},{"name":"note","type":"string"}]}`,
		200_000, strings.Repeat(row, 200_000)))
}
