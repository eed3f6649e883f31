package orc

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"recense/sources"
	"recense/sources/sourcetest"
)

// over makes a reader of bytes that are not compressed.
func over(b []byte) *chunks {
	f := &file{at: bytes.NewReader(b), size: int64(len(b)), spare: 1 << 20}
	return f.stream(0, f.size)
}

// TestRuns reads the examples of the specification, and what it says in words.
func TestRuns(t *testing.T) {
	same := func(v int64, n int) (all []int64) {
		for range n {
			all = append(all, v)
		}
		return all
	}
	for _, test := range []struct {
		name        string
		in          []byte
		two, signed bool
		want        []int64
	}{
		{"a run of version 1", []byte{0x61, 0x00, 0x07}, false, false, same(7, 100)},
		{"a falling run", []byte{0x61, 0xff, 0x64}, false, false, func() (all []int64) {
			for v := int64(100); v > 0; v-- {
				all = append(all, v)
			}
			return all
		}()},
		{"literals", []byte{0xfb, 0x02, 0x03, 0x06, 0x07, 0x0b}, false, false, []int64{2, 3, 6, 7, 11}},
		{"a short repeat", []byte{0x0a, 0x27, 0x10}, true, false, same(10000, 5)},
		{"direct", []byte{0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef}, true, false, []int64{23713, 43806, 57005, 48879}},
		{"patched", []byte{0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a, 0x64, 0x6e, 0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8}, true, true,
			[]int64{2030, 2000, 2020, 1000000, 2040, 2050, 2060, 2070, 2080, 2090, 2100, 2110, 2120, 2130, 2140, 2150, 2160, 2170, 2180, 2190}},
		{"delta", []byte{0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46}, true, false, []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29}},
		{"delta of one step", []byte{0xc0, 0x03, 0x02, 0x03}, true, false, []int64{2, 0, -2, -4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &ints{c: over(test.in), two: test.two, signed: test.signed}
			var got []int64
			for {
				v, err := r.next()
				if err != nil {
					break
				}
				got = append(got, v)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
	b := &bits{runs: bytesRuns{c: over([]byte{0xff, 0x80})}}
	if v, err := b.next(); !v || err != nil {
		t.Error(v, err)
	}
	runs := &bytesRuns{c: over([]byte{0x61, 0x00, 0xfe, 0x44, 0x45})}
	var all []byte
	for {
		v, err := runs.next()
		if err != nil {
			break
		}
		all = append(all, v)
	}
	if len(all) != 102 || all[99] != 0 || string(all[100:]) != "DE" {
		t.Errorf("%q", all)
	}
}

// field writes a field of Protocol Buffers: a number, or bytes.
func field(b []byte, id int, v any) []byte {
	switch v := v.(type) {
	case int:
		return binary.AppendUvarint(binary.AppendUvarint(b, uint64(id)<<3), uint64(v))
	case []byte:
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(id)<<3|2), uint64(len(v)))
		return append(b, v...)
	}
	panic("field")
}

// literals writes numbers as runs of version 1.
func literals(signed bool, values ...int64) (b []byte) {
	for len(values) > 0 {
		n := min(len(values), 128)
		b = append(b, byte(256-n))
		for _, v := range values[:n] {
			if signed {
				b = binary.AppendVarint(b, v)
			} else {
				b = binary.AppendUvarint(b, uint64(v))
			}
		}
		values = values[n:]
	}
	return b
}

// texts writes texts and their lengths.
func texts(all ...string) (data, lengths []byte) {
	var n []int64
	for _, s := range all {
		n = append(n, int64(len(s)))
	}
	return []byte(strings.Join(all, "")), literals(false, n...)
}

// made writes a file of one stripe and two rows: (nom text or nothing, rang, telephones,
// né, ville of a dictionary, solde, notes by name, actif, vu, pièce).
func made(t testing.TB, method int) []byte {
	t.Helper()
	pack := func(b []byte) []byte {
		if method == plain || len(b) == 0 {
			return b
		}
		var z []byte
		switch method {
		case deflate:
			var out bytes.Buffer
			w, err := flate.NewWriter(&out, 6)
			if err == nil {
				_, err = w.Write(b)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			z = out.Bytes()
		case snappyC:
			z = snappy.Encode(nil, b)
		case lz4C:
			z = make([]byte, lz4.CompressBlockBound(len(b)))
			n, err := new(lz4.Compressor).CompressBlock(b, z)
			if err != nil {
				t.Fatal(err)
			}
			z = z[:n]
		case zstdC:
			w, err := zstd.NewWriter(nil)
			if err != nil {
				t.Fatal(err)
			}
			z = w.EncodeAll(b, nil)
		}
		head := len(z) << 1
		if len(z) == 0 || len(z) >= len(b) {
			z, head = b, len(b)<<1|1
		}
		return append([]byte{byte(head), byte(head >> 8), byte(head >> 16)}, z...)
	}
	type typed struct {
		is     int
		parts  []byte
		fields []string
	}
	types := []typed{
		{kindStruct, []byte{1, 2, 3, 5, 6, 7, 8, 11, 12, 13}, []string{"nom", "rang", "telephones", "né", "ville", "solde", "notes", "actif", "vu", "pièce"}},
		{is: kindString}, {is: kindInt}, {is: kindList, parts: []byte{4}}, {is: kindString}, {is: kindDate}, {is: kindString}, {is: kindDecimal},
		{is: kindMap, parts: []byte{9, 10}}, {is: kindString}, {is: kindDouble}, {is: kindBool}, {is: kindTime}, {is: kindBinary},
	}
	var streams, body, stripeFooter []byte
	add := func(column, kind int, b []byte) {
		b = pack(b)
		var s []byte
		s = field(field(field(s, 1, kind), 2, column), 3, len(b))
		stripeFooter = field(stripeFooter, 1, s)
		streams = append(streams, b...)
	}
	add(1, 0, []byte{0xff, 0x80}) // the first row has a name
	data, lengths := texts("Zoé")
	add(1, 1, data)
	add(1, 2, lengths)
	add(2, 1, literals(true, 1, -2))
	add(3, 2, literals(false, 2, 0))
	data, lengths = texts("0612345678", "0298000000")
	add(4, 1, data)
	add(4, 2, lengths)
	add(5, 1, literals(true, 3723, 3724))
	data, lengths = texts("VANNES", "BREST")
	add(6, 3, data)
	add(6, 2, lengths)
	add(6, 1, literals(false, 1, 0))
	add(7, 1, binary.AppendVarint(binary.AppendVarint(nil, 12345), -5))
	add(7, 5, literals(true, 2, 0))
	add(8, 2, literals(false, 1, 1))
	data, lengths = texts("calme", "loin")
	add(9, 1, data)
	add(9, 2, lengths)
	add(10, 1, binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 0x3FF8000000000000), 0x4000000000000000))
	add(11, 1, []byte{0xff, 0x80})
	add(12, 1, literals(true, 352274400, 0)) // from 2015 on
	add(12, 5, literals(false, 0, 0))
	data, lengths = texts("%PDF-1.4 x", "abc")
	add(13, 1, data)
	add(13, 2, lengths)
	for i := range types {
		var e []byte
		if i == 6 {
			e = field(field(e, 1, 1), 2, 2)
		} else {
			e = field(e, 1, 0)
		}
		stripeFooter = field(stripeFooter, 2, e)
	}
	stripeFooter = field(stripeFooter, 3, []byte("Europe/Paris"))
	body = append([]byte("ORC"), streams...)
	packed := pack(stripeFooter)
	body = append(body, packed...)
	var footer, s []byte
	s = field(field(field(field(field(s, 1, 3), 2, 0), 3, len(streams)), 4, len(packed)), 5, 2)
	footer = field(field(field(footer, 1, 3), 2, len(body)), 3, s)
	for _, k := range types {
		b := field(nil, 1, k.is)
		if len(k.parts) > 0 {
			b = field(b, 2, k.parts)
		}
		for _, name := range k.fields {
			b = field(b, 3, []byte(name))
		}
		footer = field(footer, 4, b)
	}
	footer = pack(field(footer, 6, 2))
	ps := field(field(field(nil, 1, len(footer)), 2, method), 3, 64<<10)
	ps = field(ps, 8000, []byte("ORC"))
	return append(append(append(body, footer...), ps...), byte(len(ps)))
}

func TestValues(t *testing.T) {
	const want = "1:nom=Zoé\n1:rang=1\n1:telephones[*]=0612345678\n1:telephones[*]=0298000000\n1:né=1980-03-12\n1:ville=BREST\n1:solde=123.45\n1:notes.{key}=calme\n1:notes.*=1.5\n1:actif=true\n1:vu=2026-03-01 06:00:00\n" +
		"2:rang=-2\n2:né=1980-03-13\n2:ville=VANNES\n2:solde=-5\n2:notes.{key}=loin\n2:notes.*=2\n2:actif=false\n2:vu=2015-01-01\n2:pièce=abc\n"
	for name, method := range map[string]int{"plain": plain, "zlib": deflate, "snappy": snappyC, "LZ4": lz4C, "zstandard": zstdC} {
		t.Run(name, func(t *testing.T) {
			data := made(t, method)
			r := sourcetest.ForFormat(sources.Limits{})
			res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.orc", data), r)
			r.Close(res)
			if err != nil || r.Done() != nil || res.Records != 2 {
				t.Fatal(err, r.Done(), res)
			}
			got := ""
			for _, c := range r.Locations[0].Cells {
				got += fmt.Sprintf("%d:%s=%s\n", c.Row, c.Column, c.Value)
			}
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if len(r.Locations) != 2 || r.Locations[1].Container != "pièce[1]" {
				t.Errorf("%d members", len(r.Locations)-1)
			}
		})
	}
}

func TestStates(t *testing.T) {
	whole := made(t, deflate)
	lzo := made(t, plain)
	lzo[bytes.LastIndex(lzo, []byte{0x10, 0x00, 0x18})+1] = 3 // of the postscript
	for name, test := range map[string]struct {
		data []byte
		want sources.FormatError
	}{
		"LZO":    {lzo, sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownMethod}},
		"cut":    {whole[:len(whole)-20], sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}},
		"broken": {append(append(bytes.Clone(whole[:20]), make([]byte, 60)...), whole[80:]...), sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sourcetest.Read(t, Format, "a.orc", test.data)
			if fe, ok := err.(*sources.FormatError); !ok || *fe != test.want {
				t.Errorf("%v, want %v", err, &test.want)
			}
		})
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.orc": made(t, plain), "b.orc": made(t, deflate), "c.orc": made(t, zstdC)})
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, made(f, plain), made(f, deflate), made(f, snappyC), made(f, lz4C), made(f, zstdC))
}
