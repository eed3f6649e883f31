package journal

import (
	"testing"

	"zombiezen.com/go/sqlite"
)

// TestFail: what a person can do about it stands in front of the code.
func TestFail(t *testing.T) {
	for code, want := range map[sqlite.ResultCode]string{
		sqlite.ResultFull:            "journal: read: the disk is full: SQLITE_FULL",
		sqlite.ResultIOErrSHMSize:    "journal: read: the disk is full or fails: SQLITE_IOERR_SHMSIZE",
		sqlite.ResultReadOnlyDBMoved: "journal: read: the folder cannot be written to: SQLITE_READONLY_DBMOVED",
		sqlite.ResultCorrupt:         "journal: read: SQLITE_CORRUPT",
	} {
		if got := fail("read", code.ToError()); got == nil || got.Error() != want {
			t.Errorf("%v, not %s", got, want)
		}
	}
	if fail("read", nil) != nil {
		t.Error("no error")
	}
}
