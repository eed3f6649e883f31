package pgdump

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestProducers reads what pg_dump 15.18 wrote of an invented database (-Fc; -Fc -Z0; -Fc
// --inserts; toc.dat of -Fd): two tables with rows, one without, a comment, a function, a large object.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "*.*") {
		r, res, err := cellstest.Read(Format, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Bytes != int64(len(data)) {
			t.Fatal(name, err, r.Wrong, res)
		}
		all := map[string]string{}
		for _, m := range r.Members {
			all[m.Name] = string(m.Data)
		}
		rows := []string{"COPY gestion.adherents (id, nom, nir, courriel, note) FROM stdin;\n", "1\tLefèvre1\t280017500100151\tzoe1@exemple-mutuelle.fr\tligne\\tavec\\n\\\\barre\n", "\n40\tLefèvre40\t"}
		if strings.HasPrefix(name, "toc") { // of -Fd: the rows lie beside it
			if len(all) != 1 || !strings.Contains(all["definitions.sql"], "CREATE TABLE gestion.adherents (") {
				t.Errorf("%s: %v", name, all)
			}
			continue
		}
		if strings.Contains(name, "inserts") {
			rows = []string{"CREATE TABLE gestion.adherents (\n", "INSERT INTO gestion.adherents VALUES (1, 'Lefèvre1', '280017500100151', 'zoe1@exemple-mutuelle.fr', ", "(40, 'Lefèvre40'"}
		}
		for member, wants := range map[string][]string{
			"definitions.sql":       {"CREATE TABLE gestion.adherents (", "mot.commentaire@exemple.fr", "select 'mot.fonction'"},
			"gestion.adherents.sql": rows,
			"public.codes.sql":      {"un"},
			"public.vide.sql":       nil,
			"large object 16403":    {"Mme Zoé Lefèvre, NIR 2 80 01 75 001 001 51"},
		} {
			text, there := all[member]
			if !there {
				t.Errorf("%s: no %s among %d members", name, member, len(all))
			}
			for _, want := range wants {
				if !strings.Contains(text, want) {
					t.Errorf("%s: no %q in %s: %q", name, want, member, text)
				}
			}
		}
	}
}

// made is an archive of one table of a version, with numbers of eight bytes.
func made(minor byte, method packing, data []byte) []byte {
	var b bytes.Buffer
	number := func(n int64) {
		sign := byte(0)
		if n < 0 {
			sign, n = 1, -n
		}
		b.WriteByte(sign)
		b.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	text := func(s string) { number(int64(len(s))); b.WriteString(s) }
	b.WriteString(magic)
	b.Write([]byte{1, minor, 0, 8, 8, customFormat})
	if minor >= 15 {
		b.WriteByte(byte(method))
	} else {
		number(int64(method) * -1)
	}
	for range 7 {
		number(1)
	}
	text("base")
	text("16.0")
	number(-1)
	number(1)
	number(7)
	number(1)
	for _, s := range []string{"0", "0", "adherents", "TABLE DATA"} {
		text(s)
	}
	if minor >= 11 {
		number(3)
	}
	number(-1)
	number(-1)
	text("COPY gestion.adherents (nom) FROM stdin;\n")
	text("gestion")
	number(-1)
	if minor >= 14 {
		number(-1)
	}
	if minor >= 16 {
		number('r')
	}
	text("postgres")
	text("false")
	text("5")
	number(-1)
	b.WriteByte(1)
	b.Write(make([]byte, 8))
	b.WriteByte(blockData)
	number(7)
	for len(data) > 0 {
		n := min(len(data), 10)
		number(int64(n))
		b.Write(data[:n])
		data = data[n:]
	}
	number(0)
	return b.Bytes()
}

const copied = "Lefèvre\nDurand\n\\.\n\n\n"

func deflated() []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(copied))
	z.Close()
	return b.Bytes()
}

func TestVersions(t *testing.T) {
	const zstandard = "(\xb5/\xfd\x04X\xa9\x00\x00" + copied + "\x9a\xaa\xad\xfd" // by zstd 1.5 -c
	for minor := byte(10); minor <= 16; minor++ {
		ways := map[packing][]byte{plain: []byte(copied), packedZlib: deflated()}
		if minor >= 15 {
			ways[packedZstd], ways[packedLZ4] = []byte(zstandard), []byte("\x04\x22\x4d\x18")
		}
		for method, data := range ways {
			t.Run(fmt.Sprintf("1.%d, method %d", minor, method), func(t *testing.T) {
				archive := made(minor, method, data)
				r, res, err := cellstest.Read(Format, "x.dump", archive, sources.Limits{})
				if err != nil || len(r.Wrong) > 0 || res.Bytes != int64(len(archive)) || len(r.Members) != 2 {
					t.Fatal(err, r.Wrong, res, r.Members)
				}
				m := r.Members[1]
				if method == packedLZ4 {
					if m.Status != sources.Unsupported || m.Detail != sources.UnknownMethod {
						t.Errorf("%+v", m)
					}
					return
				}
				if m.Name != "gestion.adherents.sql" || string(m.Data) != "COPY gestion.adherents (nom) FROM stdin;\n"+copied {
					t.Errorf("%q", m.Data)
				}
			})
		}
	}
}

func TestStates(t *testing.T) {
	good := made(14, packedZlib, deflated())
	for _, test := range []struct {
		name   string
		data   []byte
		status sources.Status
		reason sources.Reason
	}{
		{"cut in the contents", good[:100], sources.Unreadable, sources.Truncated},
		{"cut in the data", good[:len(good)-20], sources.Partial, sources.Truncated},
		{"cut in front of the end of the data", good[:len(good)-9], sources.Partial, sources.Truncated},
		{"a newer version", append([]byte("PGDMP\x01\x11"), good[7:]...), sources.Unsupported, sources.UnknownFormat},
		{"a form that is not known", append(append(bytes.Clone(good[:10]), 4), good[11:]...), sources.Unsupported, sources.UnknownFormat},
		{"no block", append(bytes.Clone(good), 9, 0, 0, 0, 0, 0, 0, 0, 0, 0), sources.Partial, sources.Corrupt},
		{"data that is not packed", made(14, packedZlib, []byte("rien de tel")), sources.Partial, sources.Corrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := cellstest.Read(Format, "x.dump", test.data, sources.Limits{})
			var fe *sources.FormatError
			if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, sourcetest.Samples(t, "*.dump"))
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, made(14, packedZlib, deflated()), made(16, plain, []byte(copied)))
}
