package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"recense/bench/run"
	"recense/bench/synth"
)

// databaseMiB is the memory allowed for a worker that reads a database.
const databaseMiB = 256

// soakDatabase is made on the server that psql finds (PGHOST, PGPORT, PGUSER…) and
// removed at the end.
const soakDatabase = "recense_soak"

// postgres reads tables that are made on the server: 20,000,000 rows, among 2,000,000
// calls one with a NIR, and values of 100 MB. The NIR must be found, memory must stay
// small, and the server must count no row written. Without a server there is nothing
// to prove.
func postgres(o options, dir string) error {
	if err := exec.Command("psql", "-X", "-c", "SELECT 1", "postgres").Run(); err != nil {
		fmt.Println("     postgres no server: psql finds one by PGHOST, PGPORT, PGUSER; passed over")
		return nil
	}
	g := synth.New(uint64(time.Now().UnixNano()))
	rows, calls, long := 20_000_000/o.scale, 2_000_000/o.scale, 3_000_000/o.scale
	at := 1 + rand.IntN(calls)
	script := fmt.Sprintf(`DROP DATABASE IF EXISTS %[1]s;
CREATE DATABASE %[1]s;
\c %[1]s
CREATE UNLOGGED TABLE notes AS SELECT i AS id, i %% 500000 AS dossier, date '2020-01-01' + i %% 2000 AS saisie, 'Appel du ' || i %% 28 + 1 || ' : dossier complet, relance prévue, ' || md5(i::text) AS commentaire FROM generate_series(1, %[2]d) i;
CREATE UNLOGGED TABLE appels AS SELECT i AS id, CASE WHEN i = %[4]d THEN 'rappel, NIR %[6]s donné par téléphone' ELSE 'Appel du ' || i %% 28 + 1 || ' : pièce manquante, ' || md5(i::text) END AS commentaire FROM generate_series(1, %[3]d) i;
CREATE UNLOGGED TABLE longs AS SELECT i AS id, (SELECT string_agg(md5(k::text), ' ') FROM generate_series(1, %[5]d) k) AS texte FROM generate_series(1, 3) i;
ANALYZE;
`, soakDatabase, rows, calls, at, long, g.NIR(g.Birth()))
	if _, err := psql("postgres", script); err != nil {
		return err
	}
	if !o.keep {
		defer func() { _, _ = psql("postgres", "DROP DATABASE "+soakDatabase+";") }()
	}
	before, err := psql(soakDatabase, writtenRows)
	if err != nil {
		return err
	}
	for _, t := range []struct {
		table   string
		matches int64
	}{{"notes", 0}, {"appels", 1}, {"longs", 0}} {
		if err := readTable(o, dir, t.table, t.matches); err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	after, err := psql(soakDatabase, writtenRows)
	if err != nil {
		return err
	}
	if before != after {
		return fmt.Errorf("the server counts rows written: %s, before %s", after, before)
	}
	fmt.Println("ok   postgres")
	return nil
}

// writtenRows are the server's own counters.
const writtenRows = "SELECT pg_sleep(1), sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables;"

// readTable scans one table whole, beside the server's own export of it.
func readTable(o options, dir, table string, matches int64) error {
	began := time.Now()
	export := exec.Command("psql", "-X", "-q", "-c", "COPY "+table+" TO STDOUT", soakDatabase)
	export.Stdout = io.Discard
	if err := export.Run(); err != nil {
		return err
	}
	copied := time.Since(began)
	s := run.Scan{Program: o.recense, Target: "postgres:///" + soakDatabase, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: []string{"--full", "--include", table}, Sample: true}
	c, err := s.Run(context.Background())
	if err != nil {
		return err
	}
	r, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	fmt.Printf("     postgres %s ÷ %d: %.1f s (COPY TO STDOUT, one connection: %.1f s), %.1f s of CPU, %.0f MB, peak %d MiB in %d processes, %d matches, exit %d\n", table, o.scale,
		c.Wall.Seconds(), copied.Seconds(), c.CPU.Seconds(), float64(r.Coverage.Bytes)/1e6, c.Peak>>20, c.Processes, r.Matches, c.Exit)
	switch limit := int64(databaseMiB) << 20 * int64(o.workers); {
	case !r.Coverage.Holds || r.State != "complete" || r.Coverage.Failed > 0:
		return fmt.Errorf("run is %s: %s", r.State, r.Coverage.Line)
	case r.Matches != matches:
		return fmt.Errorf("%d matches, not %d", r.Matches, matches)
	case c.Peak > limit:
		return fmt.Errorf("peak %d MiB is over %d", c.Peak>>20, limit>>20)
	}
	return nil
}

// psql runs a script and returns what the server answers.
func psql(database, script string) (string, error) {
	cmd := exec.Command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", database)
	cmd.Stdin = strings.NewReader(script)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("psql: %v: %s", err, errs.String())
	}
	return string(bytes.TrimSpace(out)), nil
}
