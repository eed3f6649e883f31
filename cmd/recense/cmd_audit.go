package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"recense/report/ocsf"
)

// maxAuditLine bounds a line of the audit file, bytes.
const maxAuditLine = 1 << 20

func (a *app) newAudit() *cobra.Command {
	var state, format string
	c := &cobra.Command{
		Use:   "audit",
		Short: a.t("who looked at what: the audit file, checked", "qui a regardé quoi : le fichier d'audit, vérifié"),
		Long: a.t(`audit prints the events of the audit file of the state folder, oldest first: every call
that shows more than a scan does or changes what later ones tell, with who made it.
Each line names the hash of the one before: one that was changed or taken out shows.
With --format ocsf they are Entity Management events (class 3004) for a SIEM; a scan
sends the new ones to notify.syslog by itself.

Exit codes: 0 the chain holds, 1 it does not, 2 usage, or there is no audit file.`,
			`audit affiche les événements du fichier d'audit du dossier d'état, du plus ancien au
plus récent : chaque appel qui montre plus qu'une analyse ou change ce que diront les
suivantes, avec son auteur. Chaque ligne porte l'empreinte de la précédente : une ligne
changée ou retirée se voit. Avec --format ocsf, ce sont des événements Entity Management
(classe 3004) pour un SIEM ; une analyse envoie d'elle-même les nouveaux à notify.syslog.

Codes de sortie : 0 la chaîne tient, 1 elle ne tient pas, 2 usage, ou pas de fichier d'audit.`),
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.showAudit(state, format) },
	}
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	c.Flags().StringVar(&format, "format", "text", a.t("text or ocsf", "text ou ocsf"))
	return c
}

func (a *app) showAudit(state, format string) error {
	if format != "text" && format != "ocsf" {
		return usageError("", "%s", a.t("--format takes text or ocsf", "--format prend text ou ocsf"))
	}
	dir, err := a.stateFolder(state)
	if err != nil {
		return err
	}
	f, err := os.Open(auditFile(dir))
	if err != nil {
		return usageError("", "%w", fileError("open", auditFile(dir), err))
	}
	defer f.Close()
	out := bufio.NewWriter(a.out)
	broken := 0
	err = readAudit(f, func(line int, e *ocsf.Audit, holds bool) error {
		if !holds {
			broken++
			fmt.Fprintf(a.err, a.t("recense: audit.jsonl:%d: the chain is broken here\n", "recense: audit.jsonl:%d : la chaîne est rompue ici\n"), line)
		}
		if e == nil {
			return nil
		}
		if format == "ocsf" {
			return ocsf.WriteAudit(out, version, e)
		}
		facts, err := json.Marshal(e.Facts)
		if err == nil {
			_, err = fmt.Fprintf(out, "%s  %s  %s  %s\n", e.Time.Format(time.RFC3339), e.Account, e.Event, facts)
		}
		return err
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	if broken > 0 {
		return quiet(exitFound)
	}
	return nil
}

func auditFile(state string) string { return filepath.Join(state, "audit.jsonl") }

// readAudit calls fn for every line of an audit file, with its number; e is nil for one
// that is no event. holds says that the line names the one before.
func readAudit(r io.Reader, fn func(line int, e *ocsf.Audit, holds bool) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxAuditLine)
	previous := ""
	for n := 1; lines.Scan(); n++ {
		var e event
		err := json.Unmarshal(lines.Bytes(), &e)
		at, timeErr := time.Parse(time.RFC3339, e.Time)
		sum := sha256.Sum256(lines.Bytes())
		uid := hex.EncodeToString(sum[:])
		var known *ocsf.Audit
		if err == nil && timeErr == nil {
			known = &ocsf.Audit{Time: at, Account: e.Account, Event: e.Event, Facts: e.Facts, UID: uid}
		}
		if err := fn(n, known, known != nil && e.Previous == previous); err != nil {
			return err
		}
		previous = uid
	}
	return lines.Err()
}

// mostAudit bounds how many audit events go to a log server after one scan.
const mostAudit = 10_000

// newAudits returns the audit events that no log server was sent, as OCSF, and what
// remembers that they were.
func newAudits(state string) (events []byte, sent func() error, err error) {
	f, err := os.Open(auditFile(state))
	if errors.Is(err, os.ErrNotExist) {
		return nil, func() error { return nil }, nil
	}
	if err != nil {
		return nil, nil, errors.New("the audit file cannot be read")
	}
	defer f.Close()
	mark := filepath.Join(state, "audit.sent")
	b, _ := os.ReadFile(mark)
	until, _ := strconv.Atoi(strings.TrimSpace(string(b))) // lines
	var out bytes.Buffer
	last := until
	err = readAudit(f, func(line int, e *ocsf.Audit, _ bool) error {
		if line <= until || line > until+mostAudit {
			return nil
		}
		last = line
		if e == nil {
			return nil
		}
		return ocsf.WriteAudit(&out, version, e)
	})
	return out.Bytes(), func() error { return replaceFile(mark, []byte(strconv.Itoa(last)+"\n")) }, err
}
