// Package sqlite reads SQLite databases through the library: as a database with
// its tables, not as a file of a share (that is sources/files/sqlite).
//
// The file is opened read-only. A database in use is read as it is: its
// write-ahead log is followed and every statement takes the shared lock for a page
// of rows only, so that nobody who writes waits for long. A database in WAL mode that
// nobody has open is read as a file that does not change, because opening it
// otherwise would make files beside it; when a log appears meanwhile, it is opened
// anew. A log that cannot be followed, or a journal of a writer that crashed, is
// told as a location of its own: what was written last may stand there only.
//
// Tables with a rowid are read by rowid, others by their primary key. Views and
// virtual tables are named and not executed (the tables behind them are read), no
// trigger and no function of the schema runs with trust. Errors keep their code;
// the message is dropped.
package sqlite

import (
	"fmt"
	"path/filepath"

	"recense/sources/databases/dialect"
)

// Dialect is SQLite.
var Dialect = dialect.Dialect{
	Name: "sqlite",
	Doc: `SQLite
A file: sqlite:///srv/base.db. Large tables with a rowid in parallel ranges or, beyond the size of a sample, in windows
drawn at random. Views and virtual tables are not executed.`,
	Schemes: []string{"sqlite", "sqlite3"},
	Settle:  settle,
	Open:    open,
	Place:   place,
	Server:  func(s dialect.Settings) dialect.Server { return dialect.Server{Folder: filepath.Dir(s["file"])} },
	Files: func(s dialect.Settings) []string {
		return []string{s["file"], s["file"] + "-wal", s["file"] + "-shm", s["file"] + "-journal"}
	},
}

func settle(t dialect.Target, _ func(string) string) (dialect.Settings, error) {
	for name := range t.Query {
		return nil, fmt.Errorf("unknown parameter %q in the URL", name)
	}
	file, err := filepath.Abs(t.Host + t.Path)
	if err != nil || t.Host+t.Path == "" || t.User != "" || t.Port != "" {
		return nil, fmt.Errorf("the URL of a file reads sqlite:///folder/file.db")
	}
	return dialect.Settings{"file": file}, nil
}
