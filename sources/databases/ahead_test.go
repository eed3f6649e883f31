package databases

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// rowsOf is a session that gives rows and then fails, or panics.
type rowsOf struct {
	dialect.Session
	rows  []dialect.Row
	err   error
	panic any
}

func (s *rowsOf) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	var room [][]byte
	for i := range s.rows { // as drivers do: what was given is overwritten
		room = room[:0]
		for _, v := range s.rows[i].Values {
			room = append(room, bytes.Clone(v))
		}
		row := dialect.Row{Values: room, Long: s.rows[i].Long, Position: bytes.Clone(s.rows[i].Position)}
		err := each(&row)
		for _, v := range room {
			clear(v)
		}
		clear(row.Position)
		if err != nil {
			return err
		}
	}
	if s.panic != nil {
		panic(s.panic)
	}
	return s.err
}

func told(row *dialect.Row) string {
	h := fnv.New64a()
	for _, v := range row.Values { // null and empty are alike
		fmt.Fprintf(h, "%d:", len(v))
		h.Write(v)
	}
	return fmt.Sprintf("%x %v %s", h.Sum(nil), append([]int{}, row.Long...), row.Position)
}

// Rows that were read ahead are those of the session, up to where either side fails.
func TestReadAhead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 0, 1, 7, 40, 3000, blockSize / 2, 2 * blockSize}
	failure, full := errors.New("lost"), errors.New("full")
	for n := range 100 {
		s := &rowsOf{}
		columns := r.IntN(6)
		for range r.IntN(400) {
			row := dialect.Row{Position: fmt.Append(nil, r.Uint32())}
			for j := range columns {
				size := sizes[r.IntN(len(sizes)-2*r.IntN(3))]
				if n%2 == 0 {
					size = min(size, 40)
				}
				if size == 0 && r.IntN(2) == 0 {
					row.Values = append(row.Values, nil)
					if r.IntN(3) == 0 {
						row.Long = append(row.Long, j)
					}
					continue
				}
				row.Values = append(row.Values, bytes.Repeat([]byte{byte('a' + r.IntN(26))}, size))
			}
			s.rows = append(s.rows, row)
		}
		if n%3 == 0 {
			s.err = failure
		}
		stop := -1
		if n%4 == 0 {
			stop = r.IntN(len(s.rows) + 1)
		}
		look := func(list *[]string) func(*dialect.Row) error {
			return func(row *dialect.Row) error {
				*list = append(*list, told(row))
				if len(*list) == stop {
					return full
				}
				return nil
			}
		}
		var want, got []string
		wantErr := s.Rows(t.Context(), nil, look(&want))
		q := &dialect.Query{Table: &dialect.Table{Columns: make([]dialect.Column, columns)}}
		for i := range columns {
			q.Columns = append(q.Columns, i)
		}
		var row dialect.Row
		next, seen := int64(7), look(&got)
		var kept []*block // as a sink keeps some of them
		look1 := func() error {
			b := kept[0]
			kept = kept[1:]
			err := b.each(&row, seen)
			b.release()
			return err
		}
		err := readAhead(t.Context(), s, q, next, func(b *block) error {
			if b.first != next {
				t.Fatalf("%d: block of row %d behind row %d", n, b.first, next-1)
			}
			next += int64(b.rows)
			if kept = append(kept, b); n%5 == 0 && len(kept) <= sources.LentChunks {
				return nil
			}
			return look1()
		})
		for len(kept) > 0 && err != full {
			if failed := look1(); failed != nil {
				err = failed
			}
		}
		if err != wantErr {
			t.Fatalf("%d: %v, want %v", n, err, wantErr)
		}
		if len(got) != len(want) {
			t.Fatalf("%d: %d rows, want %d", n, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%d: row %d is %.200s, want %.200s", n, i, got[i], want[i])
			}
		}
	}
}

// A session that panics panics in the caller, behind the rows it gave.
func TestReadAheadPanics(t *testing.T) {
	s := &rowsOf{rows: []dialect.Row{{Values: [][]byte{[]byte("a")}}}, panic: "broken"}
	seen := 0
	defer func() {
		if recover() != "broken" || seen != 1 {
			t.Errorf("%d rows seen", seen)
		}
	}()
	q := &dialect.Query{Table: &dialect.Table{Columns: make([]dialect.Column, 1)}, Columns: []int{0}}
	_ = readAhead(t.Context(), s, q, 1, func(b *block) error { seen += b.rows; b.release(); return nil })
}
