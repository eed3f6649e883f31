package avro

import (
	"encoding/binary"
	"math"
	"strconv"

	"recense/sources"
	"recense/sources/files/cells"
)

// object gives the next object of the block as a row.
func (r *reader) object() error {
	r.row++
	if err := r.value(r.top, 0); err != nil {
		return err
	}
	return r.rows.EndRow()
}

// long reads a number.
func (r *reader) long() (int64, error) {
	v, n := binary.Varint(r.data)
	if n <= 0 {
		return 0, errDamaged
	}
	r.data = r.data[n:]
	return v, nil
}

// take takes n bytes.
func (r *reader) take(n int64) ([]byte, error) {
	if n < 0 || n > int64(len(r.data)) {
		return nil, errDamaged
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b, nil
}

// value reads a value of n and gives what it holds.
func (r *reader) value(n *node, depth int) error {
	if r.spare--; r.spare < 0 {
		return errRatio
	}
	if r.steps++; r.steps%4096 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if depth > maxDepth {
		return errSize
	}
	switch n.kind {
	case null:
		return nil
	case record:
		for _, p := range n.parts {
			if err := r.value(p, depth+1); err != nil {
				return err
			}
		}
		return nil
	case union:
		i, err := r.long()
		if err != nil || i < 0 || i >= int64(len(n.parts)) {
			return errDamaged
		}
		return r.value(n.parts[i], depth+1)
	case array, mapKind:
		return r.items(n, depth)
	}
	return r.scalar(n)
}

// items reads the elements of an array or the entries of a map, in blocks.
func (r *reader) items(n *node, depth int) error {
	for {
		count, err := r.long()
		if err != nil || count == 0 {
			return err
		}
		if count < 0 {
			if count = -count; count < 0 {
				return errDamaged
			}
			if _, err := r.long(); err != nil {
				return err
			}
		}
		for range count {
			if n.kind == mapKind {
				if err := r.key(n); err != nil {
					return err
				}
			}
			if err := r.value(n.parts[0], depth+1); err != nil {
				return err
			}
		}
	}
}

// key gives the key of an entry.
func (r *reader) key(n *node) error {
	size, err := r.long()
	if err != nil {
		return err
	}
	b, err := r.take(size)
	if err != nil {
		return err
	}
	if n.keys < 0 {
		name := "{key}"
		if n.path != "" {
			name = n.path + "." + name
		}
		if n.keys, err = r.rows.Columns.Add(name, ""); err != nil {
			return err
		}
	}
	return r.give(cells.UTF8Text(b), n.keys)
}

// scalar gives a single value.
func (r *reader) scalar(n *node) (err error) {
	b := r.text[:0]
	switch n.kind {
	case boolean:
		var v []byte
		if v, err = r.take(1); err == nil {
			b = strconv.AppendBool(b, v[0] != 0)
		}
	case integer:
		var v int64
		if v, err = r.long(); err == nil {
			b = n.integer(b, v)
		}
	case float:
		var v []byte
		if v, err = r.take(4); err == nil {
			b = cells.AppendReal(b, float64(math.Float32frombits(binary.LittleEndian.Uint32(v))), 32)
		}
	case double:
		var v []byte
		if v, err = r.take(8); err == nil {
			b = cells.AppendReal(b, math.Float64frombits(binary.LittleEndian.Uint64(v)), 64)
		}
	case enum:
		var i int64
		if i, err = r.long(); err == nil && (i < 0 || i >= int64(len(n.symbols))) {
			err = errDamaged
		}
		if err == nil {
			b = append(b, n.symbols[i]...)
		}
	default:
		return r.bytesValue(n)
	}
	if err != nil {
		return err
	}
	r.text = b
	return r.cell(n, b)
}

// integer writes an integer, or what it means.
func (n *node) integer(b []byte, v int64) []byte {
	switch n.meaning {
	case date:
		return cells.AppendDays(b, v)
	case clock:
		return cells.AppendClock(b, v, n.unit)
	case timestamp:
		return cells.AppendTime(b, v, n.unit)
	}
	return strconv.AppendInt(b, v, 10)
}

// bytesValue gives a string, or bytes.
func (r *reader) bytesValue(n *node) error {
	size := int64(n.size)
	if n.kind != fixed {
		var err error
		if size, err = r.long(); err != nil {
			return err
		}
	}
	v, err := r.take(size)
	switch {
	case err != nil:
		return err
	case n.kind == text:
		return r.cell(n, cells.UTF8Text(v))
	case n.meaning == decimal:
		return r.cell(n, cells.AppendDecimal(r.text[:0], cells.Signed(v), n.scale))
	case n.meaning == uuid:
		return r.cell(n, cells.AppendUUID(r.text[:0], v))
	}
	if v, err = r.blobs.Give(v, "", n.path, r.row); err != nil {
		return err
	}
	return r.cell(n, v)
}

// cell gives a value in the column of n.
func (r *reader) cell(n *node, v []byte) (err error) {
	if len(v) == 0 {
		return nil
	}
	if n.column < 0 {
		if n.column, err = r.rows.Columns.Add(n.path, ""); err != nil {
			return err
		}
	}
	return r.give(v, n.column)
}

func (r *reader) give(v []byte, column int32) error {
	r.rows.Bytes(v, column, r.row, sources.Location{Byte: -1, Column: column + 1})
	if r.spare -= int64(len(v)); r.rows.Len() > 1<<20 {
		return r.rows.Flush()
	}
	return nil
}
