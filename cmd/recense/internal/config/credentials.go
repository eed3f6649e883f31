package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"recense/report/yamldoc"
)

// Credentials say where the secret of a source is; exactly one field is set.
type Credentials struct {
	File    string `yaml:"file,omitempty" doc:"file that its owner alone can read"`
	Env     string `yaml:"env,omitempty" doc:"environment variable"`
	Systemd string `yaml:"systemd,omitempty" doc:"credential that systemd gives the service (LoadCredential=)"`
	Command Texts  `yaml:"command,omitempty" doc:"program and arguments whose standard output it is; no shell"`
}

// Bounds of a secret and of the program that tells it.
const (
	maxSecret      = 64 << 10
	commandTimeout = 30 * time.Second
)

func (c *Credentials) check(d *yamldoc.Document, path ...any) {
	n := 0
	for _, set := range []bool{c.File != "", c.Env != "", c.Systemd != "", len(c.Command) > 0} {
		if set {
			n++
		}
	}
	if n != 1 {
		d.Wrong("expected one of file, env, systemd, command", path...)
	}
	if strings.ContainsAny(c.Systemd, `/\`) {
		d.Wrong("expected the name of a credential", append(path, "systemd")...)
	}
}

// Secret reads the secret, without the line end behind it. Errors name its place,
// and never quote it or what a program said.
func (c *Credentials) Secret(ctx context.Context, getenv func(string) string) (string, error) {
	var b []byte
	var err error
	switch {
	case c.File != "":
		b, err = ownerOnly(c.File)
	case c.Env != "":
		if b = []byte(getenv(c.Env)); len(b) == 0 {
			err = fmt.Errorf("credentials: the variable %s is not set", c.Env)
		}
	case c.Systemd != "":
		folder := getenv("CREDENTIALS_DIRECTORY")
		if folder == "" {
			return "", fmt.Errorf("credentials: %s is asked of systemd, which gave none (CREDENTIALS_DIRECTORY is not set)", c.Systemd)
		}
		b, err = readSecret(filepath.Join(folder, c.Systemd))
	default:
		b, err = commandOutput(ctx, c.Command)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(b), "\r\n")
	if secret == "" {
		return "", errors.New("credentials: the secret is empty")
	}
	return secret, nil
}

// ownerOnly reads a file that others than its owner cannot read.
func ownerOnly(path string) ([]byte, error) {
	if mode, shared := othersRead(path); shared {
		return nil, fmt.Errorf("credentials %q: others than its owner can read it (mode %04o)", path, mode)
	}
	return readSecret(path)
}

// othersRead reports whether others than its owner may read a file that is there.
func othersRead(path string) (fs.FileMode, bool) {
	st, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" { // where the bits say nothing
		return 0, false
	}
	return st.Mode().Perm(), st.Mode().Perm()&0o077 != 0
}

func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, secretError(path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return nil, secretError(path, err)
	}
	if len(b) > maxSecret {
		return nil, fmt.Errorf("credentials %q: larger than 64 KiB", path)
	}
	return b, nil
}

func secretError(path string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("credentials %q: %w", path, err)
}

// commandOutput runs a program and returns the start of its standard output.
func commandOutput(ctx context.Context, argv []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	out := &limited{left: maxSecret}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout = out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("credentials: %q did not answer in time", argv[0])
		}
		return nil, fmt.Errorf("credentials: %q failed", argv[0])
	}
	if out.left < 0 {
		return nil, fmt.Errorf("credentials: %q said more than 64 KiB", argv[0])
	}
	return out.kept.Bytes(), nil
}

// limited keeps the first bytes that are written to it.
type limited struct {
	kept bytes.Buffer
	left int // below zero: there was more
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left >= 0 {
		l.kept.Write(p[:min(len(p), l.left)])
		l.left -= len(p)
	}
	return len(p), nil
}
