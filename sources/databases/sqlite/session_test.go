package sqlite

import (
	"context"
	"testing"

	"zombiezen.com/go/sqlite"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// A file that cannot be opened is no server that is away: this account may not read it, or
// the write-ahead log beside it.
func TestWrap(t *testing.T) {
	for code, want := range map[sqlite.ResultCode]sources.Reason{
		sqlite.ResultCantOpen: sources.PermissionDenied, sqlite.ResultPerm: sources.PermissionDenied, sqlite.ResultNotADB: sources.Corrupt,
	} {
		if _, reason := dialect.ClassOf(wrap(context.Background(), code.ToError())); reason != want {
			t.Errorf("%v: %s, want %s", code, reason, want)
		}
	}
}
