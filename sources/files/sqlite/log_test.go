package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// beside reads the database name with the files of its folder.
func beside(f sources.Format, name string, folder map[string][]byte) (*cellstest.Recorder, sources.Result, error) {
	in := cellstest.Input(name, folder[name])
	in.Beside = func(name string) (io.ReaderAt, int64) {
		if data, ok := folder[name]; ok {
			return bytes.NewReader(data), int64(len(data))
		}
		return nil, 0
	}
	r := &cellstest.Recorder{}
	res, err := f.Read(context.Background(), in, r)
	return r, res, err
}

// What Python's sqlite3 had written when its process was copied in the middle of a transaction:
// rows are those of the last commit, be the later ones in the log or the earlier ones in the journal.
func TestBeside(t *testing.T) {
	folder := sourcetest.Samples(t, "beside/*")
	r, _, err := beside(Format, "wal.db", folder)
	if want := "a!v[1]=premier\na!v[2]=corrige\na!v[3]=dans le journal\nb!w[1]=autre table\n"; err != nil || r.Lines() != want {
		t.Errorf("%v %s", err, r.Lines())
	}
	r, _, err = beside(Format, "hot.db", folder)
	if err != nil || strings.Contains(r.Lines(), "annule") || strings.Count(r.Lines(), "=valide ") != 40 {
		t.Errorf("%v %s", err, r.Lines())
	}
	// A transaction over several databases is finished when its own journal is gone.
	name := []byte("/elsewhere/hot.db-mj0123")
	tail := append(bytes.Clone(name), 0, 0, 0, byte(len(name)), 0, 0, 0, 0)
	joint := maps.Clone(folder)
	joint["hot.db-journal"] = append(append(bytes.Clone(folder["hot.db-journal"]), tail...), journalMagic...)
	if r, _, err = beside(Format, "hot.db", joint); err != nil || !strings.Contains(r.Lines(), "=annule ") {
		t.Errorf("%v %s", err, r.Lines())
	}
	joint["hot.db-mj0123"] = name
	if r, _, err = beside(Format, "hot.db", joint); err != nil || strings.Contains(r.Lines(), "annule") {
		t.Errorf("%v %s", err, r.Lines())
	}
	for _, name := range []string{"wal.db-wal", "hot.db-journal"} {
		if _, res, err := beside(Log, name, folder); err != nil || res.Bytes != int64(len(folder[name])) {
			t.Errorf("%s: %v %v", name, res, err)
		}
		alone := map[string][]byte{name: folder[name]}
		if _, _, err := beside(Log, name, alone); fmt.Sprint(err) != fmt.Sprint(&sources.FormatError{Status: sources.Unsupported, Reason: sources.MissingPart}) {
			t.Errorf("%s alone: %v", name, err)
		}
	}
}

// A log that is cut gives the commits before, one that is damaged none that is not whole.
func TestTorn(t *testing.T) {
	folder := sourcetest.Samples(t, "beside/*")
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for _, name := range []string{"wal.db", "hot.db"} {
		log := name + map[string]string{"wal.db": walSuffix, "hot.db": journalSuffix}[name]
		whole := folder[log]
		for n := range len(whole) {
			folder[log] = whole[:n]
			r, _, _ := beside(Format, name, folder)
			if n%8 == 0 && name == "wal.db" {
				seen[r.Lines()] = true
			}
			folder[log] = bytes.Clone(whole)
			folder[log][n] ^= 1 << random.IntN(8)
			beside(Format, name, folder)
			beside(Log, log, folder)
		}
		folder[log] = whole
	}
	first := "a!v[1]=premier\na!v[2]=deuxieme\n"
	second := "a!v[1]=premier\na!v[2]=corrige\n"
	if !seen[first] || !seen[second] || !seen[second+"a!v[3]=dans le journal\n"] || len(seen) > 5 {
		t.Errorf("%d: %q", len(seen), slices.Collect(maps.Keys(seen)))
	}
}

func FuzzLog(f *testing.F) {
	folder := sourcetest.Samples(f, "beside/*")
	f.Add(folder["wal.db-wal"], folder["hot.db-journal"])
	f.Fuzz(func(_ *testing.T, log, journal []byte) {
		beside(Format, "wal.db", map[string][]byte{"wal.db": folder["wal.db"], "wal.db-wal": log})
		beside(Format, "hot.db", map[string][]byte{"hot.db": folder["hot.db"], "hot.db-journal": journal})
	})
}
