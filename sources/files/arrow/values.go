package arrow

import (
	"context"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"recense/sources"
	"recense/sources/files/cells"
)

// reader gives the rows of batches.
type reader struct {
	ctx    context.Context
	m      *messages
	memory *memory
	rows   *cells.Rows
	blobs  *cells.Blobs
	top    []*node
	row    int64
	spare  int64 // values and bytes that may still come
	steps  int
	text   []byte
	outer  error // of the output
}

// node is a place in the schema.
type node struct {
	path   string
	column int32 // -1 until a value comes
	parts  []*node
}

// maxDepth bounds types within types.
const maxDepth = 32

// nodeOf makes the node of a type.
func nodeOf(path string, t arrow.DataType, depth int) *node {
	n := &node{path: path, column: -1}
	if depth > maxDepth {
		return n
	}
	part := func(path string, t arrow.DataType) { n.parts = append(n.parts, nodeOf(path, t, depth+1)) }
	switch t := t.(type) {
	case *arrow.MapType:
		part(under(path, "{key}"), t.KeyType())
		part(under(path, "*"), t.ItemType())
	case arrow.ListLikeType:
		part(path+"[*]", t.Elem())
	case *arrow.StructType:
		for _, f := range t.Fields() {
			part(under(path, f.Name), f.Type)
		}
	case arrow.UnionType:
		for _, f := range t.Fields() {
			part(path, f.Type)
		}
	case *arrow.DictionaryType:
		return nodeOf(path, t.ValueType, depth+1)
	case *arrow.RunEndEncodedType:
		return nodeOf(path, t.Encoded(), depth+1)
	case arrow.ExtensionType:
		return nodeOf(path, t.StorageType(), depth+1)
	}
	return n
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// batch gives the rows of a batch.
func (r *reader) batch(rec arrow.Record) error {
	if r.top == nil {
		for _, f := range rec.Schema().Fields() {
			r.top = append(r.top, nodeOf(f.Name, f.Type, 0))
		}
	}
	columns := rec.Columns()
	for i := range int(rec.NumRows()) {
		r.row++
		if r.spare--; r.spare < 0 {
			return errDamaged
		}
		for k, c := range columns {
			if i >= c.Len() {
				return errDamaged
			}
			if err := r.value(r.top[k], c, i); err != nil {
				return err
			}
		}
		if err := r.rows.EndRow(); err != nil {
			return r.lost(err)
		}
	}
	return nil
}

// lost keeps an error of the output, which comes before all others.
func (r *reader) lost(err error) error {
	if r.outer == nil {
		r.outer = err
	}
	return err
}

// value gives what stands at i of an array.
func (r *reader) value(n *node, a arrow.Array, i int) error {
	if r.spare--; r.spare < 0 {
		return errDamaged
	}
	if r.steps++; r.steps%4096 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return r.value(n, a.Dictionary(), a.GetValueIndex(i))
	case *array.RunEndEncoded:
		return r.value(n, a.Values(), a.GetPhysicalIndex(i))
	case array.ExtensionArray:
		return r.value(n, a.Storage(), i)
	case *array.Map:
		from, to := a.ValueOffsets(i)
		return r.items(n, []arrow.Array{a.Keys(), a.Items()}, from, to)
	case array.ListLike:
		from, to := a.ValueOffsets(i)
		return r.items(n, []arrow.Array{a.ListValues()}, from, to)
	case *array.Struct:
		for k, part := range n.parts {
			if err := r.value(part, a.Field(k), i); err != nil {
				return err
			}
		}
		return nil
	case *array.SparseUnion:
		k := a.ChildID(i)
		return r.value(n.parts[k], a.Field(k), i)
	case *array.DenseUnion:
		k := a.ChildID(i)
		return r.value(n.parts[k], a.Field(k), int(a.ValueOffset(i)))
	}
	return r.scalar(n, a, i)
}

// items gives the elements from one offset to another of lists that go together.
func (r *reader) items(n *node, lists []arrow.Array, from, to int64) error {
	for i := from; i < to; i++ {
		for k, l := range lists {
			if err := r.value(n.parts[k], l, int(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// parts are how many of a unit a second has.
func parts(u arrow.TimeUnit) int64 {
	return map[arrow.TimeUnit]int64{arrow.Second: 1, arrow.Millisecond: 1e3, arrow.Microsecond: 1e6, arrow.Nanosecond: 1e9}[u]
}

// scalar gives a single value.
func (r *reader) scalar(n *node, a arrow.Array, i int) error {
	b := r.text[:0]
	switch a := a.(type) {
	case *array.String:
		b = append(b, a.Value(i)...)
	case *array.LargeString:
		b = append(b, a.Value(i)...)
	case *array.StringView:
		b = append(b, a.Value(i)...)
	case *array.Binary:
		return r.binary(n, a.Value(i))
	case *array.LargeBinary:
		return r.binary(n, a.Value(i))
	case *array.BinaryView:
		return r.binary(n, a.Value(i))
	case *array.FixedSizeBinary:
		return r.binary(n, a.Value(i))
	case *array.Boolean:
		b = strconv.AppendBool(b, a.Value(i))
	case *array.Float32:
		b = cells.AppendReal(b, float64(a.Value(i)), 32)
	case *array.Float64:
		b = cells.AppendReal(b, a.Value(i), 64)
	case *array.Uint64:
		b = strconv.AppendUint(b, a.Value(i), 10)
	case *array.Date32:
		b = cells.AppendDays(b, int64(a.Value(i)))
	case *array.Date64:
		b = cells.AppendTime(b, int64(a.Value(i)), 1000)
	case *array.Timestamp:
		b = cells.AppendTime(b, int64(a.Value(i)), parts(a.DataType().(*arrow.TimestampType).Unit))
	case *array.Time32:
		b = cells.AppendClock(b, int64(a.Value(i)), parts(a.DataType().(*arrow.Time32Type).Unit))
	case *array.Time64:
		b = cells.AppendClock(b, int64(a.Value(i)), parts(a.DataType().(*arrow.Time64Type).Unit))
	case *array.Decimal128:
		b = cells.AppendDecimal(b, a.Value(i).BigInt(), int(a.DataType().(*arrow.Decimal128Type).Scale))
	case *array.Decimal256:
		b = cells.AppendDecimal(b, a.Value(i).BigInt(), int(a.DataType().(*arrow.Decimal256Type).Scale))
	default:
		b = integer(b, a, i)
	}
	r.text = b
	return r.cell(n, cells.UTF8Text(b))
}

// integer writes the other whole numbers.
func integer(b []byte, a arrow.Array, i int) []byte {
	var v int64
	switch a := a.(type) {
	case *array.Int8:
		v = int64(a.Value(i))
	case *array.Int16:
		v = int64(a.Value(i))
	case *array.Int32:
		v = int64(a.Value(i))
	case *array.Int64:
		v = a.Value(i)
	case *array.Uint8:
		v = int64(a.Value(i))
	case *array.Uint16:
		v = int64(a.Value(i))
	case *array.Uint32:
		v = int64(a.Value(i))
	default: // intervals, durations, halves: nothing that anybody looks for
		return b
	}
	return strconv.AppendInt(b, v, 10)
}

// binary gives bytes, or hands over the document that they are.
func (r *reader) binary(n *node, v []byte) error {
	text, err := r.blobs.Give(v, "", n.path, r.row)
	if err != nil {
		return r.lost(err)
	}
	return r.cell(n, text)
}

// cell gives a value in the column of n.
func (r *reader) cell(n *node, v []byte) (err error) {
	if len(v) == 0 {
		return nil
	}
	if n.column < 0 {
		if n.column, err = r.rows.Columns.Add(n.path, ""); err != nil {
			return r.lost(err)
		}
	}
	r.rows.Bytes(v, n.column, r.row, sources.Location{Byte: -1, Column: n.column + 1})
	if r.spare -= int64(len(v)); r.rows.Len() > 1<<20 {
		if err := r.rows.Flush(); err != nil {
			return r.lost(err)
		}
	}
	return nil
}
