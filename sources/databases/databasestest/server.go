// Package databasestest starts real database servers for tests: in a temporary
// folder, on a free port of the loopback, under an account that is not root. A
// test process starts each engine once, when it is first asked for, and stops it
// in Main.
package databasestest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a running server.
type Server struct {
	Engine, Host, Port string
	// Admin is an account with every right, which needs no password.
	Admin string

	folder string
	cmd    *exec.Cmd
	sql    func(database, script string) *exec.Cmd
	settle string // ends what Run executes
}

var (
	mu      sync.Mutex
	servers []*Server
	missing = map[string]string{} // engine → why it cannot be started
)

// Main runs the tests of a package and stops the servers they started. It returns
// the exit code of the process.
func Main(m *testing.M) int {
	defer Stop()
	return m.Run()
}

// Stop stops every server of this process.
func Stop() {
	mu.Lock()
	defer mu.Unlock()
	for _, s := range servers {
		s.stop()
	}
	servers = nil
}

// Postgres returns the PostgreSQL server of this process. Without one on the
// machine the test is skipped, or fails under CI.
func Postgres(t testing.TB) *Server { return start(t, "postgres", startPostgres) }

// MariaDB returns the MariaDB server of this process, as Postgres does.
func MariaDB(t testing.TB) *Server { return start(t, "mysql", startMariaDB) }

func start(t testing.TB, engine string, begin func(*Server) error) *Server {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	for _, s := range servers {
		if s.Engine == engine {
			return s
		}
	}
	if missing[engine] == "" {
		s := &Server{Engine: engine, Host: "127.0.0.1"}
		err := begin(s)
		if err == nil {
			servers = append(servers, s)
			return s
		}
		s.stop()
		missing[engine] = err.Error()
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("no %s server: %s", engine, missing[engine])
	}
	t.Skipf("no %s server: %s", engine, missing[engine])
	return nil
}

// Start is Postgres ("postgres") or MariaDB ("mysql") for a program that is no test; Stop
// stops the server.
func Start(engine string) (*Server, error) {
	s, begin := &Server{Engine: engine, Host: "127.0.0.1"}, startPostgres
	if engine == "mysql" {
		begin = startMariaDB
	}
	if err := begin(s); err != nil {
		s.stop()
		return nil, err
	}
	mu.Lock()
	defer mu.Unlock()
	servers = append(servers, s)
	return s, nil
}

// Run executes SQL as the administrator and fails the test when it fails.
func (s *Server) Run(t testing.TB, database, script string) {
	t.Helper()
	s.Output(t, database, script+s.settle)
}

// Output is Run with what the server answers, one row a line, columns between |.
func (s *Server) Output(t testing.TB, database, script string) string {
	t.Helper()
	cmd := s.sql(database, script)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", s.Engine, err, errs.String())
	}
	return string(bytes.TrimSpace(out))
}

// Hold executes SQL in a session that goes on beside the test, until release is
// called.
func (s *Server) Hold(t testing.TB, database, script string) (release func()) {
	t.Helper()
	cmd := s.sql(database, script)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // the client cancels what it asked for
		_ = cmd.Wait()
	}
}

// Database makes an empty database with a name of its own and removes it at the
// end of the test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	mu.Lock()
	serial++
	name := "t" + strconv.Itoa(serial)
	mu.Unlock()
	s.Run(t, "", "CREATE DATABASE "+name+";")
	t.Cleanup(func() {
		if s.Engine == "postgres" {
			s.Run(t, "", "DROP DATABASE "+name+" WITH (FORCE);")
		} else {
			s.Run(t, "", "DROP DATABASE "+name+";")
		}
	})
	return name
}

var serial int

// freePort returns a port that nobody listens on at the moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// nobody is the account that servers run under where the tests run as root.
const nobody = 65534

// prepare makes the folder of a server and its port.
func (s *Server) prepare() (err error) {
	if s.folder, err = os.MkdirTemp("", "recense-"+s.Engine+"-"); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(s.folder, nobody, nobody); err != nil {
			return err
		}
	}
	s.Port, err = freePort()
	return err
}

// command prepares a program of the server. It ends with the tests, however these
// end.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder, "LC_ALL=C.UTF-8", "TZ=UTC", "TMPDIR=" + s.folder}
	endWithTests(cmd)
	return cmd
}

// await waits until ready says so.
func (s *Server) await(ready func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	var err error
	for range 300 {
		if err = ready(); err == nil {
			return nil
		}
		select {
		case end := <-ended:
			return fmt.Errorf("the server ended: %v", end)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return err
}

func (s *Server) stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		end(s.cmd)
	}
	if s.folder != "" {
		os.RemoveAll(s.folder)
	}
}

// newest returns the last of the files that match.
func newest(pattern string) (string, error) {
	list, _ := filepath.Glob(pattern)
	if len(list) == 0 {
		return "", fmt.Errorf("nothing like %s is installed", pattern)
	}
	slices.Sort(list)
	return list[len(list)-1], nil
}

// startPostgres makes a cluster in which the administrator needs no password and
// everyone else does.
func startPostgres(s *Server) error {
	postgres, err := newest("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return err
	}
	psql, err := exec.LookPath("psql")
	if err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	s.Admin = "postgres"
	data := filepath.Join(s.folder, "data")
	initdb := s.command(filepath.Join(filepath.Dir(postgres), "initdb"), "-D", data, "-U", s.Admin, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %v: %s", err, out)
	}
	access := "local all all trust\nhost replication " + s.Admin + " 127.0.0.1/32 trust\nhost all " + s.Admin + " 127.0.0.1/32 trust\nhost all ticket 127.0.0.1/32 gss include_realm=0\nhost all all 127.0.0.1/32 scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(access), 0o644); err != nil {
		return err
	}
	if err := certificates(s.folder); err != nil { // of use once ssl is on
		return err
	}
	s.cmd = s.command(postgres, "-c", "ssl_cert_file="+s.File("server.pem"), "-c", "ssl_key_file="+s.File("server.key"), "-D", data, "-p", s.Port, "-h", s.Host, "-k", s.folder, "-c", "fsync=off", "-c", "full_page_writes=off",
		"-c", "shared_buffers=64MB", "-c", "max_connections=40", "-c", "autovacuum=off", "-c", "log_min_messages=fatal")
	// What a session counted is told before it ends: tables have their versions when Run
	// returns (from PostgreSQL 15 on).
	s.settle = "\n;\n\\set ON_ERROR_STOP off\n\\o /dev/null\nSELECT pg_stat_force_next_flush();\n"
	s.sql = postgresClient(psql, s)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await(func() error { return s.sql("", "SELECT 1").Run() })
}

// postgresClient runs scripts against a PostgreSQL server.
func postgresClient(psql string, s *Server) func(database, script string) *exec.Cmd {
	return func(database, script string) *exec.Cmd {
		if database == "" {
			database = "postgres"
		}
		cmd := exec.Command(psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", s.Host, "-p", s.Port, "-U", s.Admin, "-d", database, "-f", "-")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "PGCLIENTENCODING=UTF8", "LC_ALL=C.UTF-8"}
		cmd.Stdin = bytes.NewReader([]byte(script))
		return cmd
	}
}

// startMariaDB makes a server whose administrator needs no password.
func startMariaDB(s *Server) error {
	mariadbd, err := newest("/usr/sbin/mariadbd")
	if err != nil {
		return err
	}
	install, err := exec.LookPath("mariadb-install-db")
	if err != nil {
		return err
	}
	client, err := exec.LookPath("mariadb")
	if err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	s.Admin = "root"
	data := filepath.Join(s.folder, "data")
	made := s.command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %v: %s", err, out)
	}
	if err := certificates(s.folder); err != nil {
		return err
	}
	s.cmd = s.command(mariadbd, "--no-defaults", "--ssl-cert="+s.File("server.pem"), "--ssl-key="+s.File("server.key"), "--datadir="+data, "--port="+s.Port, "--bind-address="+s.Host, "--socket="+filepath.Join(s.folder, "socket"),
		"--pid-file="+filepath.Join(s.folder, "pid"), "--skip-name-resolve", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0",
		"--innodb-buffer-pool-size=32M", "--max-allowed-packet=64M")
	s.sql = func(database, script string) *exec.Cmd {
		cmd := exec.Command(client, "--no-defaults", "-h", s.Host, "-P", s.Port, "-u", s.Admin, "--protocol=tcp", "--batch", "--skip-column-names", "--default-character-set=utf8mb4", database)
		cmd.Stdin = bytes.NewReader([]byte(script))
		return cmd
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await(func() error { return s.sql("", "SELECT 1").Run() })
}
