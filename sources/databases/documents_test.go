package databases

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/databases/databasestest"
)

// archive returns an archive, of about size bytes, with a text in it.
func archive(t *testing.T, text string, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.CreateHeader(&zip.FileHeader{Name: "note.txt", Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(f, strings.Repeat("mot ", size/4)+text+"\n")
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDocuments reads documents in binary values, short ones and ones that do not
// come along with their row, as locations of their own; text in them is text.
func TestDocuments(t *testing.T) {
	small, long := archive(t, "petit 180017500100012", 100), archive(t, "grand 180017500100012", 400<<10)
	for _, c := range []struct {
		server *databasestest.Server
		table  string
	}{
		{databasestest.Postgres(t), "CREATE TABLE t (id int PRIMARY KEY, piece bytea); INSERT INTO t VALUES (1, '\\x%1'), (2, '\\x%2'), (3, '\\x%3'), (4, NULL);"},
		{databasestest.MariaDB(t), "CREATE TABLE t (id int PRIMARY KEY, piece longblob); INSERT INTO t VALUES (1, x'%1'), (2, x'%2'), (3, x'%3'), (4, NULL);"},
	} {
		t.Run(c.server.Engine, func(t *testing.T) {
			db := c.server.Database(t)
			text := []byte(strings.Repeat("é", 200<<10) + " en clair")
			c.server.Run(t, db, strings.NewReplacer("%1", hex.EncodeToString(small), "%2", hex.EncodeToString(long), "%3", hex.EncodeToString(text)).Replace(c.table))
			s := source(t, c.server, db, nil)
			got := member(t, s, "piece[", "]!/note.txt")
			if !strings.Contains(got, "petit 180017500100012") || !strings.Contains(got, "grand 180017500100012") {
				t.Errorf("%d bytes of documents", len(got))
			}
			for path, l := range readAll(t, s) {
				if !strings.Contains(string(l.Text)+strings.Join(l.Values("piece"), ""), "en clair") || len(l.Skips) > 0 || l.Result.Records != 4 || l.Result.Status != sources.Scanned || !slices.Equal(l.Values("id"), []string{"1", "2", "3", "4"}) {
					t.Errorf("%s: %d bytes of text, %v, %+v", path, len(l.Text), l.Skips, l.Result)
				}
			}
		})
	}
}

// TestPostgresLargeObjects reads what is stored outside tables.
func TestPostgresLargeObjects(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, "SELECT lo_from_bytea(0, '\\x"+hex.EncodeToString(archive(t, "dossier 180017500100012", 300<<10))+"'), lo_from_bytea(0, 'note en clair'), lo_from_bytea(0, '');")
	s := source(t, pg, db, nil)
	if got := member(t, s, "data[", "]!/note.txt"); !strings.Contains(got, "dossier 180017500100012") {
		t.Errorf("%d bytes of documents", len(got))
	}
	l := readAll(t, s)[db+"/pg_catalog/pg_largeobject"]
	if l == nil || l.Result.Records != 3 || !strings.Contains(string(l.Text), "note en clair") || len(l.Skips) > 0 || !strings.HasPrefix(l.Cells[0].At.Key, "loid#") {
		t.Errorf("%+v", l)
	}
}
