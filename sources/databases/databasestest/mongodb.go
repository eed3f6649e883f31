package databasestest

import (
	"net"
	"os/exec"
	"path/filepath"
	"testing"
)

// MongoDB starts mongod or FerretDB, whichever is on the path, without access control;
// it ends with the test. Neither comes from Debian: without one the test is skipped.
func MongoDB(t testing.TB) *Server {
	t.Helper()
	s := &Server{Engine: "mongodb", Host: "127.0.0.1"}
	program, err := exec.LookPath("mongod")
	if err != nil {
		program, err = exec.LookPath("ferretdb")
	}
	if err != nil {
		t.Skip("neither mongod nor ferretdb is on the path")
	}
	t.Cleanup(s.stop)
	if err := s.prepare(); err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort(s.Host, s.Port)
	if filepath.Base(program) == "mongod" {
		s.cmd = s.command(program, "--dbpath", s.folder, "--port", s.Port, "--bind_ip", s.Host, "--quiet")
	} else {
		s.cmd = s.command(program, "--listen-addr="+address, "--handler=sqlite", "--sqlite-url=file:"+s.folder+"/", "--state-dir="+s.folder,
			"--telemetry=disable", "--debug-addr=-", "--log-level=error")
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = s.await(func() error {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
