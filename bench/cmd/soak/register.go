package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"recense/bench/run"
	"recense/bench/synth"
	"recense/detectors"
	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources"
)

// Limits of the comparison with a register: of 1,000,000 locations and 5,000,000 rows.
const (
	registerTime = 2 * time.Minute
	registerMiB  = 1024
	folders      = 100 // processings, each with a folder of its own but the last ten
)

// madeUp is a share of n small tables that stand nowhere: names, NIRs, addresses, IBANs
// and codes of care, of 1 to 40 months ago.
type madeUp struct {
	n     int
	key   []byte
	now   time.Time
	texts [][]byte // of which each file is one
}

var madeUpColumns = []string{"nom", "nir", "email", "iban", "code_acte"}

func newMadeUp(n int, key []byte) *madeUp {
	g := synth.New(7)
	m := &madeUp{n: n, key: key, now: time.Now()}
	for range 1000 {
		p := g.Person()
		m.texts = append(m.texts, fmt.Appendf(nil, "%s %s;%s;%s;%s;%s\n", p.Given, p.Surname, p.NIR, p.Email, p.IBAN, g.CCAM()))
	}
	return m
}

// Name implements sources.Source.
func (m *madeUp) Name() string { return "partage" }

// Units implements sources.Source.
func (m *madeUp) Units(context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		for i := range m.n {
			path := fmt.Sprintf("service-%03d/dossier-%04d/%06d.csv", i*folders/m.n, i/100, i)
			mac := hmac.New(sha256.New, m.key)
			mac.Write([]byte("L\x00partage\x00" + path))
			at := m.now.AddDate(0, -1-i%40, 0)
			u := sources.Unit{Source: "partage", ID: hex.EncodeToString(mac.Sum(nil)[:16]), Count: 1, Path: path, Size: 120, ModTime: at, Version: "1"}
			u.Meta = sources.Place{ID: u.ID, URI: "file:///srv/partage/" + path, MediaType: "text/csv", Format: "csv", Size: u.Size, Modified: at,
				Owner: "gestion", Access: "group", Basis: "posix", Groups: []string{fmt.Sprintf("GG_%03d", i*folders/m.n)}}
			if i%500 == 0 {
				u.Meta.Access, u.Meta.Groups = "world", nil
			}
			if !yield(u, nil) {
				return
			}
		}
	}
}

// Read implements sources.Source.
func (m *madeUp) Read(_ context.Context, u sources.Unit, out sources.Sink) error {
	if err := out.Open(u.Meta); err != nil {
		return err
	}
	table := &sources.Table{}
	for _, name := range madeUpColumns {
		table.Columns = append(table.Columns, sources.Column{Name: name, Header: true})
	}
	sum := sha256.Sum256([]byte(u.Path))
	text := m.texts[(int(sum[0])<<8|int(sum[1]))%len(m.texts)]
	c := sources.Chunk{Data: text, To: len(text), Table: table}
	at := 0
	for i, cell := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte(";")) {
		c.Fields.Add(at, at+len(cell), i, 2)
		at += len(cell) + 1
	}
	if err := out.Chunk(&c); err != nil {
		return err
	}
	return out.Close(sources.Result{Bytes: u.Size, Records: 2})
}

// compare makes a journal of a million locations and five million rows, and has the
// documents written against a register of a hundred processings.
func compare(o options, dir string) error {
	n := 1_000_000 / o.scale
	if err := room(dir, 8<<30/int64(o.scale)); err != nil {
		return err
	}
	dir = filepath.Join(dir, "register")
	if !o.keep {
		defer os.RemoveAll(dir)
	}
	state := filepath.Join(dir, "state")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return err
	}
	key := bytes.Repeat([]byte("soak"), 8)
	if err := os.WriteFile(filepath.Join(state, "installation.key"), []byte(hex.EncodeToString(key)+"\n"), 0o600); err != nil {
		return err
	}
	began := time.Now()
	id, matches, err := fillJournal(filepath.Join(state, "journal.db"), newMadeUp(n, key), o.workers)
	if err != nil {
		return err
	}
	fmt.Printf("     %-8s a journal of %d locations and %d matches, made in %.0f s\n", "register", n, matches, time.Since(began).Seconds())
	reg := filepath.Join(dir, "registre.yaml")
	if err := os.WriteFile(reg, []byte(largeRegister()), 0o600); err != nil {
		return err
	}
	for _, formats := range []string{"arrow", "xlsx,html"} {
		s := run.Scan{Program: o.recense, Dir: dir}
		cmd := s.Command(context.Background(), "report", id, "--register", reg, "--format", formats)
		c, err := run.Watch(cmd, true)
		if err != nil {
			return err
		}
		fmt.Printf("     %-8s %s: %.1f s, %.1f s of CPU, peak %d MiB; %s\n", "register", formats, c.Wall.Seconds(), c.CPU.Seconds(), c.Peak>>20, sizes(s.Out()))
		switch {
		case c.Peak>>20 > registerMiB:
			return fmt.Errorf("%s: peak %d MiB is over %d", formats, c.Peak>>20, registerMiB)
		case c.Wall > registerTime && formats == "arrow":
			return fmt.Errorf("%s: %.0f s are more than %.0f", formats, c.Wall.Seconds(), registerTime.Seconds())
		}
	}
	fmt.Printf("ok   %-8s\n", "register")
	return nil
}

func sizes(dir string) string {
	var out []string
	files, err := os.ReadDir(dir)
	if err != nil {
		return err.Error()
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.Size() > 1<<20 {
			out = append(out, fmt.Sprintf("%s %d MB", f.Name(), info.Size()/1e6))
		}
	}
	return strings.Join(out, ", ")
}

// fillJournal scans the made-up share in this process.
func fillJournal(path string, src *madeUp, workers int) (id string, matches int64, err error) {
	jr, err := journal.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer jr.Close()
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{Key: [16]byte{1}})
	if err != nil {
		return "", 0, err
	}
	var kinds []string
	for _, d := range detectors.All() {
		kinds = append(kinds, string(d.Kind))
	}
	r, err := scanner.Scan(context.Background(), []sources.Source{src}, e, scanner.Options{
		Run: scanner.Run{Version: "soak", Targets: []scanner.Target{{Source: "partage", Kind: "file_share", URI: "file:///srv/partage"}},
			Params: map[string]string{"detectors": strings.Join(kinds, ",")}},
		Journal: jr, Workers: workers, InProcess: true, Key: src.key, Findings: 1,
	})
	return r.ID, r.Matches, err
}

// largeRegister has a processing for each folder but the last ten, own and inherited
// lists, groups and retention.
func largeRegister() string {
	var b strings.Builder
	b.WriteString("schema: recense/register\nversion: 1\npolicy: mutuelle\nsources: [{id: partage, kind: file_share, uri: \"smb://srv/partage\", country: FR, environment: production}]\nprocessings:\n")
	for i := range folders - 10 {
		ref := []string{"MUT-CONTRAT", "MUT-PROSPECTION", "MUT-ETUDES"}[i%3]
		fmt.Fprintf(&b, "  - {ref: T-%03d, name: Traitement %d, policy_ref: %s, access_groups: [GG_%03d], locations: [{source: partage, path: \"/service-%03d/**\"}]}\n", i, i, ref, i, i)
	}
	return b.String()
}
