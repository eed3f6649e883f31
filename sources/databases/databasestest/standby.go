package databasestest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
)

// Standby returns a copy of the PostgreSQL server of this process, which follows it and is
// delay behind ("1h"). It ends with the test.
func Standby(t testing.TB, delay string) *Server {
	t.Helper()
	primary := Postgres(t)
	s := &Server{Engine: "postgres", Host: primary.Host, Admin: primary.Admin}
	t.Cleanup(s.stop)
	if err := s.follow(primary, delay); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Server) follow(primary *Server, delay string) error {
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
	data := filepath.Join(s.folder, "data")
	backup := s.command(filepath.Join(filepath.Dir(postgres), "pg_basebackup"), "-D", data, "-h", primary.Host, "-p", primary.Port, "-U", primary.Admin, "-c", "fast", "-X", "stream", "-R", "-N")
	if out, err := backup.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup: %v: %s", err, out)
	}
	s.cmd = s.command(postgres, "-D", data, "-p", s.Port, "-h", s.Host, "-k", s.folder, "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=40",
		"-c", "recovery_min_apply_delay="+delay, "-c", "log_min_messages=fatal")
	s.sql = postgresClient(psql, s)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.await(func() error { return s.sql("", "SELECT 1").Run() })
}
