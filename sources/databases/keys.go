package databases

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files/cells"
)

// key keeps what the row is found by.
func (w *rows) key(row *dialect.Row) {
	if !w.byKey {
		w.keys = append(w.keys, row.Position...)
	} else {
		w.keys = w.appendKey(w.keys, row)
	}
	w.keyEnds = append(w.keyEnds, len(w.keys))
}

// appendKey appends the values of the primary key.
func (w *rows) appendKey(dst []byte, row *dialect.Row) []byte {
	for _, k := range w.r.table.Key {
		dst = append(dst, 0)
		if i := slices.Index(w.r.query.Columns, k); i >= 0 {
			dst = append(dst, row.Values[i]...)
		}
	}
	return dst
}

// Locate implements sources.Locator: the column of a cell and the key of its row.
func (w *rows) Locate(at int) sources.Location { return located(&w.chunk.Fields, at, w.keyOf) }

// Locate implements sources.Locator for the chunk that a block is.
func (b *block) Locate(at int) sources.Location { return located(&b.chunk.Fields, at, b.keyOf) }

// located is the place of a byte in the cells f of rows that have keys.
func located(f *sources.Fields, at int, keyOf func(row int64) string) sources.Location {
	i, found := slices.BinarySearch(f.Start, int32(at))
	if !found {
		i--
	}
	if i < 0 {
		return sources.Location{Byte: -1}
	}
	return sources.Location{Byte: -1, Column: f.Column[i] + 1, Key: keyOf(f.Row[i])}
}

// keyOf writes how a row is found again: the names of the primary key's columns
// and a keyed digest of their values, or the place of the row.
func (w *rows) keyOf(row int64) string {
	i := int(row - w.first)
	if i < 0 || i >= len(w.keyEnds) {
		return ""
	}
	from := 0
	if i > 0 {
		from = w.keyEnds[i-1]
	}
	return w.keyText(w.keys[from:w.keyEnds[i]])
}

// keyOf is that of rows, for a row of the block.
func (b *block) keyOf(row int64) string {
	w, i := b.of, int(row-b.first)
	if i < 0 || i >= b.rows {
		return ""
	}
	if !w.byKey {
		return w.keyText(b.position(i))
	}
	key := w.scratch[:0]
	for _, k := range w.r.table.Key {
		key = append(key, 0)
		if j := slices.Index(w.r.query.Columns, k); j >= 0 {
			key = append(key, b.value(i, j)...)
		}
	}
	w.scratch = key
	return w.keyText(key)
}

func (w *rows) keyText(key []byte) string {
	if !w.byKey {
		return w.r.s.dialect.Place(key)
	}
	mac := hmac.New(sha256.New, w.r.s.opt.Key[:])
	mac.Write([]byte("K\x00" + w.r.s.opt.Name + "\x00" + w.r.unit.Path))
	mac.Write(key)
	var names strings.Builder
	for i, k := range w.r.table.Key {
		if i > 0 {
			names.WriteByte(',')
		}
		if w.shown == nil {
			names.WriteString(w.r.table.Columns[k].Name)
			continue
		}
		names.WriteString(url.QueryEscape(w.r.table.Columns[k].Name))
		if value := keyPart(key, i); w.shown[i] && len(value) <= maxShown {
			names.WriteString(sources.KeyValue + url.QueryEscape(string(cells.UTF8Text(value))))
		}
	}
	return names.String() + sources.KeyMark + hex.EncodeToString(mac.Sum(nil)[:8])
}

// maxShown is how long a value of a key may be that is shown, in bytes: longer ones are no
// numbers.
const maxShown = 64

// keyPart returns a value of what appendKey wrote. A value that holds its separator, which
// no text does, shows less.
func keyPart(key []byte, i int) []byte {
	parts := bytes.SplitN(key, []byte{0}, i+3)
	if i+1 >= len(parts) {
		return nil
	}
	return parts[i+1]
}

// harmless says which columns of the key may be shown; nil when none may.
func (r *reader) harmless() (shown []bool) {
	names := namesOf(r.unit.Path)
	for i, k := range r.table.Key {
		if matches(r.s.opt.Harmless, append(names[:len(names):len(names)], r.table.Columns[k].Name)) {
			if shown == nil {
				shown = make([]bool, len(r.table.Key))
			}
			shown[i] = true
		}
	}
	return shown
}
