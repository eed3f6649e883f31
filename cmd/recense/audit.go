package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/user"
	"strconv"
	"time"

	"recense/scanner/crash"
)

// fact is a name with a value of an audit event: a name, a reference, a count; never
// anything found.
type fact struct {
	name  string
	value any
}

// event is one line of the audit file.
type event struct {
	Time     string         `json:"time"`
	Account  string         `json:"account"`
	Event    string         `json:"event"`
	Facts    map[string]any `json:"facts,omitempty"`
	Previous string         `json:"previous_sha256"` // of the line before; a line that is taken out shows
}

// audit appends one event to audit.jsonl in the state folder: when, who, what
// (domain/register.md F.10). The file is only ever appended to.
func (a *app) audit(state, name string, facts ...fact) error {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fileError("make", state, err)
	}
	e := event{Time: a.now().UTC().Format(time.RFC3339), Account: account(), Event: name, Facts: map[string]any{}}
	for _, f := range facts {
		e.Facts[f.name] = f.value
	}
	path := auditFile(state)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fileError("open", path, err)
	}
	err = e.append(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

// append writes the event behind the last line, whose hash it holds; one writer at a
// time.
func (e *event) append(f *os.File) error {
	if err := lockFile(f); err != nil {
		return err
	}
	last, err := lastLine(f)
	if err != nil {
		return err
	}
	torn := len(last) > 0 && last[len(last)-1] != '\n'
	if last = bytes.TrimSuffix(last, []byte("\n")); len(last) > 0 {
		sum := sha256.Sum256(last)
		e.Previous = hex.EncodeToString(sum[:])
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if torn { // what a power cut left stays to be seen, on a line of its own
		line = append([]byte("\n"), line...)
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	crash.At(crash.Audited)
	return f.Sync()
}

// lastLine returns the last line of a file, with its end if it has one.
func lastLine(f *os.File) ([]byte, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, min(st.Size(), 64<<10)) // far longer than any line
	if _, err := f.ReadAt(b, st.Size()-int64(len(b))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[bytes.LastIndexByte(bytes.TrimSuffix(b, []byte("\n")), '\n')+1:], nil
}

// account names who runs the program.
func account() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
