package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"time"
)

// audit appends one event to the audit file of the state folder: when, who,
// what. details holds names and counts only (domain/register.md F.10).
func (a *app) audit(state, event, details string) error {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fileError("make", state, err)
	}
	who := fmt.Sprint(os.Getuid())
	if u, err := user.Current(); err == nil {
		who = u.Username
	}
	path := filepath.Join(state, "audit.log")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fileError("open", path, err)
	}
	_, err = fmt.Fprintf(f, "%s user=%q event=%s %s\n", a.now().UTC().Format(time.RFC3339), who, event, details)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}
