package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// row is one row of an Arrow document, by column name. Null columns are absent.
type row map[string]any

func (r row) text(column string) string { s, _ := r[column].(string); return s }

func (r row) number(column string) int64 { n, _ := r[column].(int64); return n }

func (r row) list(column string) []string { l, _ := r[column].([]string); return l }

// readTable reads an Arrow document of a run.
func readTable(t *testing.T, dir, name string) []row {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var rows []row
	for n := range r.NumRecords() {
		rec, err := r.Record(n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			one := row{}
			for c := range int(rec.NumCols()) {
				if v := value(t, rec.Column(c), i); v != nil {
					one[rec.ColumnName(c)] = v
				}
			}
			rows = append(rows, one)
		}
	}
	return rows
}

// value returns a cell: string, int64, float64, bool or []string; nil for null.
func value(t *testing.T, a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return value(t, a.Dictionary(), a.GetValueIndex(i))
	case *array.String:
		return a.Value(i)
	case *array.FixedSizeBinary:
		return hex.EncodeToString(a.Value(i))
	case *array.List:
		list := []string{}
		from, to := a.ValueOffsets(i)
		for j := from; j < to; j++ {
			list = append(list, value(t, a.ListValues(), int(j)).(string))
		}
		return list
	case *array.Boolean:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Timestamp:
		return int64(a.Value(i))
	case *array.Date32:
		return int64(a.Value(i))
	case *array.Int8:
		return int64(a.Value(i))
	case *array.Uint8:
		return int64(a.Value(i))
	case *array.Uint16:
		return int64(a.Value(i))
	case *array.Int32:
		return int64(a.Value(i))
	case *array.Int64:
		return a.Value(i)
	case *array.Uint64:
		return int64(a.Value(i))
	}
	t.Fatalf("no column is a %T", a)
	return nil
}
