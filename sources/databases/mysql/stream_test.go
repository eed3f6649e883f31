package mysql

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
	"recense/sources/databases/wire"
)

func TestMain(m *testing.M) { os.Exit(databasestest.Main(m)) }

// Rows that are taken in front of the driver are those that it would have given: it reads
// them itself over TLS.
func TestRowsAsTheDriver(t *testing.T) {
	m := databasestest.MariaDB(t)
	db := m.Database(t)
	m.Run(t, db, `CREATE TABLE t (i int, z int(8) ZEROFILL, u bigint unsigned, s tinyint, y year, f float, d double, n decimal(12,3), x date, h time,
 w datetime, c char(5), v varchar(50), b blob, e enum('a', 'b'), k bit(9), j json);
INSERT INTO t VALUES (-5, 42, 18446744073709551615, 0, 2024, 1.5e20, -1e-7, '0012.500', '2024-02-29', '-12:34:56', '2024-02-29 01:02:03', 'é', '', x'00ff', 'b', b'101', '{"a": 1}'),
 (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (0, 0, 0, -128, 0, 0.1, 1e300, 0, '0000-00-00', '00:00:00', '0000-00-00 00:00:00', '', 'x', '', 'a', 0, '1')`)
	queries := []string{
		"SELECT * FROM t", "SELECT * FROM t WHERE 1 = 0", "SELECT seq, repeat('x', seq % 700) FROM seq_1_to_3000",
		"SELECT 1, repeat('y', 251), repeat('z', 70000), NULL", "SELECT seq, repeat('y', 16777215 - 8 + seq), 2 FROM seq_1_to_6", "SELECT repeat('w', 40000000), 1",
	}
	var all [2][]string
	for i, tls := range []string{"false", "preferred"} {
		s := connect(t, m, db, tls)
		if s.in.sealed != (i == 1) {
			t.Fatalf("tls=%s: sealed %v", tls, s.in.sealed)
		}
		for _, q := range queries {
			err := s.rows(context.Background(), q, func(values [][]byte) error {
				for _, v := range values {
					text := "NULL"
					if v != nil {
						text = string(v)
					}
					all[i] = append(all[i], text)
				}
				all[i] = append(all[i], "|")
				return nil
			})
			if err != nil {
				t.Errorf("tls=%s: %s: %v", tls, q, err)
			}
		}
		if taken := s.in.taken; taken != 0 || i == 0 && s.in.next == 0 {
			t.Errorf("tls=%s: %d packets taken, next %d", tls, taken, s.in.next)
		}
		var e *dialect.Error
		failing := "SELECT seq, if(seq = 2500, (SELECT 1 UNION SELECT 2), seq) FROM seq_1_to_3000"
		rows := 0
		if err := s.rows(context.Background(), failing, func([][]byte) error { rows++; return nil }); !errors.As(err, &e) || e.Class == dialect.Lost {
			t.Errorf("tls=%s: %v after %d rows", tls, err, rows)
		}
		if err := s.rows(context.Background(), "SELECT 1", func([][]byte) error { return nil }); err != nil {
			t.Errorf("tls=%s: after a failure: %v", tls, err)
		}
		gone, cancel := context.WithCancel(context.Background())
		err := s.rows(gone, "SELECT seq FROM seq_1_to_100000000", func([][]byte) error { cancel(); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("tls=%s: %v", tls, err)
		}
	}
	if !slices.Equal(all[0], all[1]) || len(all[0]) < 9000 {
		for i := range min(len(all[0]), len(all[1])) {
			if all[0][i] != all[1][i] {
				t.Errorf("%d: %.50q, %.50q", i, all[0][i], all[1][i])
			}
		}
		t.Errorf("%d texts, %d over TLS", len(all[0]), len(all[1]))
	}
}

func connect(t *testing.T, m *databasestest.Server, db, tls string) *session {
	t.Helper()
	s, err := open(context.Background(), dialect.Settings{"user": m.Admin, "host": m.Host, "port": m.Port, "tls": tls}, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s.(*session)
}

// A connection that ends between rows is no end of them; packets that are none are errors.
func TestStream(t *testing.T) {
	packet := func(number byte, body string) string {
		n := len(body)
		return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), number}) + body
	}
	long := strings.Repeat("x", 40_000)
	for name, c := range map[string]struct {
		sent string
		rows []string
		err  bool
	}{
		"rows":            {packet(3, "\x01a\xfb") + packet(4, "\xfc\x01\x00b\x00") + packet(5, "\xfe\x00\x00\x02\x00"), []string{"a,", "b,"}, false},
		"a long value":    {packet(3, "\xfd\x40\x9c\x00"+long+"\x01c") + packet(4, "\xfe\x00\x00\x02\x00"), []string{long + ",c"}, false},
		"cut":             {packet(3, "\x01a\xfb"), []string{"a,"}, true},
		"cut in a header": {packet(3, "\x01a\xfb") + "\x05\x00", []string{"a,"}, true},
		"cut in a packet": {packet(3, "\x01a\xfb") + packet(4, long)[:100], []string{"a,"}, true},
		"a value missing": {packet(3, "\x01a"), nil, true},
		"too short":       {packet(3, "\x05a\xfb"), nil, true},
		"length cut":      {packet(3, "\xfd\x01"), nil, true},
		"huge length":     {packet(3, "\x01a\xfe\xff\xff\xff\xff\xff\xff\xff\xffa"), nil, true},
		"no mark":         {packet(3, "\xff\x01"), nil, false}, // an error of the server is for the driver
	} {
		server, client := net.Pipe()
		go func() {
			_, _ = server.Write([]byte(c.sent))
			server.Close()
		}()
		_ = client.SetDeadline(time.Now().Add(10 * time.Second))
		r := &result{in: &stream{Conn: &wire.Conn{Conn: client, Buffer: bufio.NewReaderSize(client, 64<<10)}, next: 3}, forms: make([]form, 2), texts: make([][]byte, 2)}
		var got []string
		var err error
		for {
			row, ok, failed := r.in.row()
			if err = failed; err != nil || !ok {
				break
			}
			if err = r.split(row); err != nil {
				break
			}
			got = append(got, string(r.texts[0])+","+string(r.texts[1]))
		}
		if !slices.Equal(got, c.rows) || (err != nil) != c.err {
			t.Errorf("%s: %.60q, %v", name, got, err)
		}
	}
}
