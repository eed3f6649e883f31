package journal

import (
	"context"
	"io"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"recense/scanner"
)

// stored reads the committed batches of one run over a connection of its own.
type stored struct {
	conn    *sqlite.Conn
	run     int64
	started time.Time
}

func (s *stored) Started() time.Time { return s.started }

func (s *stored) Heads(ctx context.Context, fn func(stage int64, head []byte) error) error {
	var head []byte
	var failed error
	err := sqlitex.Execute(s.conn, "SELECT stage, head FROM batch WHERE run = ? ORDER BY first, stage", &sqlitex.ExecOptions{
		Args: []any{s.run},
		ResultFunc: func(row *sqlite.Stmt) error {
			if failed = ctx.Err(); failed != nil {
				return failed
			}
			n := row.ColumnLen(1)
			if cap(head) < n {
				head = make([]byte, n)
			}
			row.ColumnBytes(1, head[:n])
			failed = fn(row.ColumnInt64(0), head[:n])
			return failed
		}})
	if failed != nil {
		return failed
	}
	return fail("read", err)
}

func (s *stored) Superseded() (seqs []int64, err error) {
	err = sqlitex.Execute(s.conn, "SELECT seq FROM superseded WHERE run = ?", &sqlitex.ExecOptions{
		Args:       []any{s.run},
		ResultFunc: func(row *sqlite.Stmt) error { seqs = append(seqs, row.ColumnInt64(0)); return nil }})
	return seqs, fail("read", err)
}

func (s *stored) Parts(stage int64, stream scanner.Stream) (int32, error) {
	n, err := number(s.conn, "SELECT count(*) FROM part WHERE stage = ? AND stream = ?", stage, int64(stream))
	return int32(n), err
}

func (s *stored) Part(stage int64, stream scanner.Stream, n int32) (data []byte, err error) {
	found := false
	err = sqlitex.Execute(s.conn, "SELECT data FROM part WHERE stage = ? AND stream = ? AND n = ?", &sqlitex.ExecOptions{
		Args: []any{stage, int64(stream), int64(n)},
		ResultFunc: func(row *sqlite.Stmt) error {
			data = make([]byte, row.ColumnLen(0))
			row.ColumnBytes(0, data)
			found = true
			return nil
		}})
	if err == nil && !found {
		return nil, errMissing
	}
	return data, fail("read", err)
}

func (s *stored) PartReader(stage int64, stream scanner.Stream, n int32) (io.ReadCloser, error) {
	id, err := number(s.conn, "SELECT id FROM part WHERE stage = ? AND stream = ? AND n = ?", stage, int64(stream), int64(n))
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, errMissing
	}
	b, err := s.conn.OpenBlob("", "part", "data", id, false)
	if err != nil {
		return nil, fail("read", err)
	}
	return b, nil
}

func (s *stored) Close() error { return fail("close", s.conn.Close()) }
