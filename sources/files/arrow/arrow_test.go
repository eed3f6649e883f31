package arrow

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	arrowmemory "github.com/apache/arrow/go/v15/arrow/memory"

	"recense/sources"
	"recense/sources/sourcetest"
)

var schema = arrow.NewSchema([]arrow.Field{
	{Name: "nom", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "rang", Type: arrow.PrimitiveTypes.Int32},
	{Name: "naissance", Type: arrow.FixedWidthTypes.Date32},
	{Name: "vu", Type: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}},
	{Name: "montant", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}},
	{Name: "ville", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
	{Name: "telephones", Type: arrow.ListOf(arrow.BinaryTypes.String)},
	{Name: "compte", Type: arrow.StructOf(arrow.Field{Name: "iban", Type: arrow.BinaryTypes.LargeString}, arrow.Field{Name: "ouvert", Type: arrow.FixedWidthTypes.Boolean})},
	{Name: "notes", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64)},
	{Name: "piece", Type: arrow.BinaryTypes.Binary},
}, nil)

// record makes n rows.
func record(n int) arrow.Record {
	b := array.NewRecordBuilder(arrowmemory.DefaultAllocator, schema)
	defer b.Release()
	for i := range n {
		if i%3 == 2 {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.StringBuilder).Append(fmt.Sprintf("Zoé %d", i))
		}
		b.Field(1).(*array.Int32Builder).Append(int32(i))
		b.Field(2).(*array.Date32Builder).Append(arrow.Date32(3723))
		b.Field(3).(*array.TimestampBuilder).Append(1_772_359_200_500)
		b.Field(4).(*array.Decimal128Builder).Append(decimal128.FromI64(12345))
		b.Field(5).(*array.BinaryDictionaryBuilder).AppendString("VANNES")
		l := b.Field(6).(*array.ListBuilder)
		l.Append(true)
		l.ValueBuilder().(*array.StringBuilder).Append("0612345678")
		l.ValueBuilder().(*array.StringBuilder).Append("0298000000")
		s := b.Field(7).(*array.StructBuilder)
		s.Append(true)
		s.FieldBuilder(0).(*array.LargeStringBuilder).Append("FR76")
		s.FieldBuilder(1).(*array.BooleanBuilder).Append(true)
		m := b.Field(8).(*array.MapBuilder)
		m.Append(true)
		m.KeyBuilder().(*array.StringBuilder).Append("calme")
		m.ItemBuilder().(*array.Float64Builder).Append(1.5)
		b.Field(9).(*array.BinaryBuilder).Append([]byte("%PDF-1.4 x"))
	}
	return b.NewRecord()
}

// seeker lets the file writer write to memory.
type seeker struct{ bytes.Buffer }

func (s *seeker) Seek(int64, int) (int64, error) { return int64(s.Len()), nil }

// written returns two batches of n rows as a file or a stream.
func written(t testing.TB, stream bool, n int, opts ...ipc.Option) []byte {
	t.Helper()
	rec := record(n)
	defer rec.Release()
	opts = append(opts, ipc.WithSchema(schema))
	var b seeker
	var w interface {
		Write(arrow.Record) error
		io.Closer
	}
	var err error
	if stream {
		w = ipc.NewWriter(&b.Buffer, opts...)
	} else if w, err = ipc.NewFileWriter(&b, opts...); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const row = "nom=Zoé 0\nrang=0\nnaissance=1980-03-12\nvu=2026-03-01 10:00:00\nmontant=123.45\nville=VANNES\ntelephones[*]=0612345678\ntelephones[*]=0298000000\ncompte.iban=FR76\ncompte.ouvert=true\nnotes.{key}=calme\nnotes.*=1.5\n"

func TestValues(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"file", written(t, false, 3)},
		{"stream", written(t, true, 3)},
		{"LZ4", written(t, false, 3, ipc.WithLZ4())},
		{"zstandard", written(t, true, 3, ipc.WithZstd())},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !Format.Sniff(test.data, "x", int64(len(test.data))) {
				t.Fatal("not known")
			}
			l, err := sourcetest.Read(t, Format, "a.arrow", test.data)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range l.Cells {
				if c.Row == 1 {
					got += c.Column + "=" + c.Value + "\n"
				}
			}
			if got != row || l.Result.Records != 6 || l.Result.Bytes != int64(len(test.data)) {
				t.Errorf("%+v, got\n%swant\n%s", l.Result, got, row)
			}
			if v := l.Values("nom"); strings.Join(v, " ") != "Zoé 0 Zoé 1 Zoé 0 Zoé 1" {
				t.Errorf("%q", v)
			}
		})
	}
}

// TestProducers reads what others wrote; see the README of testdata.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.arrow*") {
		t.Run(name, func(t *testing.T) {
			l, err := sourcetest.Read(t, Format, name, data)
			if err != nil || l.Result.Records != 3 {
				t.Fatal(err, l.Result)
			}
			if v := l.Values("nom"); strings.Join(v, " ") != "MARTIN DURAND ÉLOI" {
				t.Errorf("%q", v)
			}
			if v := l.Values("ville"); strings.Join(v, " ") != "VANNES BREST VANNES" {
				t.Errorf("%q", v)
			}
		})
	}
}

// TestCut keeps what stands in front of the cut.
func TestCut(t *testing.T) {
	data := written(t, false, 3)
	l, err := sourcetest.Read(t, Format, "a.arrow", data[:len(data)*2/3])
	if fe, ok := err.(*sources.FormatError); !ok || fe.Reason != sources.Truncated || len(l.Values("rang")) < 3 {
		t.Errorf("%v, %d values", err, len(l.Values("rang")))
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"a.arrow": written(t, false, 3), "b.arrows": written(t, true, 3), "c.arrow": written(t, false, 3, ipc.WithLZ4()), "d.feather": written(t, false, 3, ipc.WithZstd()),
	})
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, written(f, false, 2), written(f, true, 2), written(f, false, 2, ipc.WithLZ4()), written(f, true, 2, ipc.WithZstd()))
}
