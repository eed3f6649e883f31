// Package key keeps the secrets of an installation: the key under which places
// get their identifiers, and the keys of runs. Keys live in files that only
// their owner can read, or come from the environment; never from an argument,
// and they are never logged (domain/register.md B.5, F.2).
package key

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Size is the length of an installation key in bytes.
const Size = 32

// Key is an installation key.
type Key [Size]byte

// ID returns eight hexadecimal digits that tell two keys apart and nothing else
// about them.
func (k Key) ID() string { return hex.EncodeToString(k.derive("recense key id")[:4]) }

// Digest returns the key of the digests of values, derived so that it opens
// nothing else.
func (k Key) Digest() [16]byte { return [16]byte(k.derive("recense digest")[:16]) }

func (k Key) derive(purpose string) []byte {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(purpose))
	return h.Sum(nil)
}

// Read reads a key file: 64 hexadecimal digits, or 32 bytes. It refuses a file
// that others than its owner can read.
func Read(path string) (Key, error) {
	var k Key
	f, err := os.Open(path)
	if err != nil {
		return k, fileError(path, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return k, fileError(path, err)
	}
	if st.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // where the bits say nothing
		return k, fmt.Errorf("key file %q: others than its owner can read it (mode %04o)", path, st.Mode().Perm())
	}
	b := make([]byte, 256)
	n, _ := f.Read(b)
	return parse(b[:n], path)
}

func parse(b []byte, place string) (Key, error) {
	var k Key
	if len(b) == Size {
		copy(k[:], b)
		return k, nil
	}
	b = bytes.TrimSpace(b)
	if len(b) != 2*Size {
		return k, fmt.Errorf("key in %q: %d hexadecimal digits or %d bytes are needed", place, 2*Size, Size)
	}
	if _, err := hex.Decode(k[:], b); err != nil {
		return k, fmt.Errorf("key in %q: not hexadecimal", place)
	}
	return k, nil
}

// Environment returns the key of the variable RECENSE_KEY, if it is set.
func Environment(getenv func(string) string) (Key, bool, error) {
	v := getenv("RECENSE_KEY")
	if v == "" {
		return Key{}, false, nil
	}
	k, err := parse([]byte(v), "RECENSE_KEY")
	return k, true, err
}

// Installation returns the key kept in folder, which it makes at the first use.
// made says so: identifiers of earlier runs mean nothing under a new key.
func Installation(folder string) (k Key, made bool, err error) {
	path := filepath.Join(folder, "installation.key")
	k, err = Read(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return k, false, err
	}
	if _, err := rand.Read(k[:]); err != nil {
		return k, false, errors.New("no randomness for a new key")
	}
	return k, true, write(path, []byte(hex.EncodeToString(k[:])+"\n"))
}

// write makes a new owner-only file, whole or not at all; it never replaces one.
func write(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fileError(filepath.Dir(path), err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".installation.key-*") // mode 0600
	if err != nil {
		return fileError(path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fileError(path, err)
	}
	return nil
}

// syncFolder makes a new name in a folder last. Systems that cannot sync folders keep
// names by themselves.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

func fileError(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		err = le.Err
	}
	return &keyFileError{path, err}
}

// keyFileError is what the system says of a key file.
type keyFileError struct {
	path string
	err  error
}

func (e *keyFileError) Unwrap() error { return e.err }

func (e *keyFileError) Error() string { return fmt.Sprintf("key file %q: %s", e.path, e.err) }

// French is Error in French.
func (e *keyFileError) French() string { return fmt.Sprintf("fichier de clé %q : %s", e.path, e.err) }
