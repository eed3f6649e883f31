package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"recense/bench/corpus"
	"recense/bench/run"
	"recense/sources/databases/databasestest"
)

// exportRows is the size of the tables of corpus.Tables, and exportReps how often each
// side reads one.
const (
	exportRows = 1_000_000
	exportReps = 3
)

// judgedRows is how many rows a table must have for a verdict: with fewer, what a scan
// costs to begin weighs more than reading.
const judgedRows = 200_000

// leastOfExport is the part of the engine's own speed of export that a scan of a table,
// with all detectors and over one connection, must reach: beside the fastest of its
// peers.
const leastOfExport = 0.5

// exported is an engine, with the tables in it.
type exported struct {
	name, url string
	load      func(t *corpus.Table) *exec.Cmd // reads SQL from its standard input
	settle    func() error                    // once all is loaded; may be nil
	peers     []exportPeer
}

// exportPeer is a way in which the engine gives a table away over one connection.
type exportPeer struct {
	name    string
	command func(table string) *exec.Cmd
}

// exports compares the reading of whole tables with the engine's own export: alternated,
// medians, over one connection and over two. The server is one of its own, on a free port
// of the loopback, and ends with it.
func exports(engine string) func(o options, dir string) error {
	return func(o options, dir string) error {
		e, err := startExport(engine, dir)
		if err != nil {
			fmt.Printf("     %s cannot be started: %v; passed over\n", engine, err)
			return nil
		}
		defer databasestest.Stop()
		rows := max(exportRows/o.scale, 1000)
		tables := corpus.Tables()
		for i := range tables {
			if err := e.fill(&tables[i], rows); err != nil {
				return fmt.Errorf("%s: %w", tables[i].Name, err)
			}
		}
		if e.settle != nil {
			if err := e.settle(); err != nil {
				return err
			}
		}
		var slow []string
		for i := range tables {
			least, err := e.compare(o, dir, &tables[i], rows)
			if err != nil {
				return fmt.Errorf("%s: %w", tables[i].Name, err)
			}
			if least < leastOfExport && rows >= judgedRows {
				slow = append(slow, fmt.Sprintf("%s %.2f", tables[i].Name, least))
			}
		}
		if len(slow) > 0 {
			return fmt.Errorf("less than %.2f of the engine's own export: %s", leastOfExport, strings.Join(slow, ", "))
		}
		fmt.Printf("ok   %s\n", engine)
		return nil
	}
}

// startExport starts an engine, or says where its file is to be.
func startExport(engine, dir string) (*exported, error) {
	const database = "exports"
	if engine == "sqlite" {
		program, err := exec.LookPath("sqlite3")
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, "exports.db")
		return &exported{name: engine, url: "sqlite://" + file,
			load:  func(*corpus.Table) *exec.Cmd { return exec.Command(program, "-bail", file) },
			peers: []exportPeer{{".dump", func(t string) *exec.Cmd { return exec.Command(program, file, ".dump "+t) }}}}, nil
	}
	kind := map[string]string{"mariadb": "mysql", "postgres": "postgres"}[engine]
	s, err := databasestest.Start(kind)
	if err != nil {
		return nil, err
	}
	client := func(program string, args ...string) *exec.Cmd {
		if kind == "postgres" {
			return exec.Command(program, append([]string{"-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", s.Host, "-p", s.Port, "-U", s.Admin}, args...)...)
		}
		return exec.Command(program, append([]string{"--no-defaults", "-h", s.Host, "-P", s.Port, "-u", s.Admin, "--protocol=tcp", "--skip-ssl"}, args...)...)
	}
	if kind == "postgres" {
		e := &exported{name: engine, url: "postgres://" + s.Admin + "@" + s.Host + ":" + s.Port + "/" + database + "?sslmode=disable",
			load:   func(*corpus.Table) *exec.Cmd { return client("psql", "-d", database, "-f", "-") },
			settle: func() error { return client("psql", "-d", database, "-c", "VACUUM ANALYZE").Run() },
			peers: []exportPeer{{"COPY … TO STDOUT", func(t string) *exec.Cmd {
				return client("psql", "-d", database, "-c", "COPY "+t+" TO STDOUT")
			}}}}
		return e, client("psql", "-d", "postgres", "-c", "CREATE DATABASE "+database).Run()
	}
	e := &exported{name: engine, url: "mysql://" + s.Admin + "@" + s.Host + ":" + s.Port + "/" + database + "?tls=false",
		load: func(*corpus.Table) *exec.Cmd {
			return client("mariadb", "--default-character-set=utf8mb4", database)
		},
		settle: func() error {
			return client("mariadb", "-e", "ANALYZE TABLE adherents, prestations, ecritures", database).Run()
		},
		peers: []exportPeer{
			{"mysqldump", func(t string) *exec.Cmd { return client("mariadb-dump", database, t) }},
			{"SELECT piped away", func(t string) *exec.Cmd {
				return client("mariadb", "--quick", "--batch", "-e", "SELECT * FROM "+t, database)
			}},
		}}
	return e, client("mariadb", "-e", "CREATE DATABASE "+database).Run()
}

// fill makes a table.
func (e *exported) fill(t *corpus.Table, rows int) error {
	cmd := e.load(t)
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	err = t.WriteSQL(in, rows)
	return errors.Join(err, in.Close(), cmd.Wait())
}

// compare reads a table by turns with each peer and with one and two workers, and returns
// the ratio to the fastest peer over one connection.
func (e *exported) compare(o options, dir string, t *corpus.Table, rows int) (least float64, err error) {
	peers := make([][]float64, len(e.peers))
	ratios := make([][]float64, len(e.peers))
	var scans, whole, cpu [3][]float64
	var bytes, matches int64
	for range exportReps {
		for i, p := range e.peers {
			s, err := timed(p.command(t.Name))
			if err != nil {
				return 0, fmt.Errorf("%s: %w", p.name, err)
			}
			peers[i] = append(peers[i], s)
		}
		for workers := 1; workers <= 2; workers++ {
			s := run.Scan{Program: o.recense, Target: e.url, Dir: filepath.Join(dir, "scan"), Workers: workers, Args: []string{"--full", "--include", t.Name}}
			c, err := s.Run(context.Background())
			if err != nil {
				return 0, err
			}
			r, err := run.ReadReport(s.Out())
			if err != nil {
				return 0, err
			}
			if !r.Coverage.Holds || r.State != "complete" || r.Coverage.Failed > 0 {
				return 0, fmt.Errorf("run is %s: %s", r.State, r.Coverage.Line)
			}
			if matches != 0 && r.Matches != matches {
				return 0, fmt.Errorf("%d matches with %d workers, %d before", r.Matches, workers, matches)
			}
			bytes, matches = r.Coverage.Bytes, r.Matches
			scans[workers], whole[workers] = append(scans[workers], r.Timings["scan"]), append(whole[workers], c.Wall.Seconds())
			cpu[workers] = append(cpu[workers], c.CPU.Seconds())
		}
		for i := range e.peers {
			ratios[i] = append(ratios[i], last(peers[i])/last(scans[1]))
		}
	}
	fmt.Printf("     %s %s (%s), %d rows, %.0f MB, %d matches: one connection %.2f s (%.0f rows/s; whole command %.2f s, CPU %.2f s), two %.2f s", e.name, t.Name, t.Doc, rows,
		float64(bytes)/1e6, matches, median(scans[1]), float64(rows)/median(scans[1]), median(whole[1]), median(cpu[1]), median(scans[2]))
	for i, p := range e.peers {
		ratio := median(ratios[i])
		if least == 0 || ratio < least {
			least = ratio
		}
		fmt.Printf("; %s %.2f s, ratio %s", p.name, median(peers[i]), strconv.FormatFloat(ratio, 'f', 2, 64))
	}
	fmt.Println()
	return least, nil
}

// timed runs an export whose output goes nowhere and returns its seconds.
func timed(cmd *exec.Cmd) (float64, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, out)
	return time.Since(began).Seconds(), errors.Join(err, cmd.Wait())
}

func last(v []float64) float64 { return v[len(v)-1] }
