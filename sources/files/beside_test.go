//go:build unix

package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/sqlite"
)

// TestDatabaseInUse reads a database with what its writer left beside it, in a folder and alone;
// when that changes, so does the version of the database.
func TestDatabaseInUse(t *testing.T) {
	sample := func(name string) string {
		data, err := os.ReadFile(filepath.Join("sqlite", "testdata", "beside", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	formats := []sources.Format{sqlite.Format, sqlite.Log}
	root := share(t, map[string]string{
		"in/w.db": sample("wal.db"), "in/w.db-wal": sample("wal.db-wal"), "in/w.db-shm": "\x18\xe2\x2d\x00" + strings.Repeat("\x00", 200),
		"in/w.db2": "", "lost/w.db-wal": sample("wal.db-wal"), "odd/w.db": sample("wal.db"), "odd/w.db-wal/": "",
	})
	version := func(units []sources.Unit) string {
		i := slices.IndexFunc(units, func(u sources.Unit) bool { return strings.HasSuffix(u.Path, "w.db") })
		return units[i].Version
	}
	r, units := scan(t, open(t, Options{Root: root, Formats: formats}))
	want := `in/w.db scanned
in/w.db#a scanned
in/w.db#b scanned
in/w.db-shm scanned
in/w.db-wal scanned
in/w.db2 scanned:empty
lost/w.db-wal unsupported:missing_part
odd/w.db scanned
odd/w.db#a scanned
`
	if got := outcome(root, r); got != want {
		t.Errorf("%s", got)
	}
	before := version(units)
	one := filepath.Join(root, "in", "w.db")
	r, units = scan(t, open(t, Options{Root: one, Formats: formats}))
	if got := outcome(filepath.Join(root, "in"), r); got != "w.db scanned\nw.db#a scanned\nw.db#b scanned\n" || version(units) != before {
		t.Errorf("%s", got)
	}
	if err := os.WriteFile(one+"-wal", []byte(sample("wal.db-wal"))[:2000], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, units = scan(t, open(t, Options{Root: root, Formats: formats})); version(units) == before {
		t.Error("the log changed, the version did not")
	}
}
