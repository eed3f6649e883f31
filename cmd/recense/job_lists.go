package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"recense/detectors"
	"recense/report/register"
	"recense/scanner"
)

// readLists reads the lists of the register, people who objected or agreed, into
// digests under the key of the run. Nothing of them is kept but that, in memory.
func (j *job) readLists(a *app, engine *detectors.Engine) error {
	reg, err := a.registerOf(&j.opt.Documents)
	if err != nil || reg == nil {
		return err
	}
	dir := filepath.Dir(j.opt.Documents.Register)
	sum := hmac.New(sha256.New, j.key[:])
	for _, group := range []struct {
		lists   []register.List
		consent bool
	}{{reg.Lists, false}, {reg.Consents, true}} {
		for _, l := range group.lists {
			list, refused, err := readList(dir, &l, group.consent, engine)
			if err != nil {
				return usageError("", a.t("list %s: %w", "liste %s : %w"), l.ID, err)
			}
			if refused > 0 && !j.opt.Quiet {
				fmt.Fprintf(a.err, a.t("list %s: %d values that are no %s are left out\n", "liste %s : %d valeurs qui ne sont pas de type %s sont laissées de côté\n"), l.ID, refused, l.Kind)
			}
			j.worker.Persons = append(j.worker.Persons, list)
			if err := addFile(sum, dir, &l); err != nil {
				return usageError("", "%w", err)
			}
		}
	}
	if len(j.worker.Persons) > 0 {
		j.persons = hex.EncodeToString(sum.Sum(nil)[:8])
	}
	return nil
}

// addFile adds a list to a digest that tells one state of the lists from another.
func addFile(to hash.Hash, dir string, l *register.List) error {
	path := l.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fileError("open", path, err)
	}
	defer f.Close()
	fmt.Fprintf(to, "%q %q %q\n", l.ID, l.Kind, l.Column)
	if _, err := io.Copy(to, f); err != nil {
		return fileError("read", path, err)
	}
	return nil
}

// listsState tells whether the lists of the register are those of an earlier run: what
// was compared with others has to be read again.
func (a *app) listsState(o *documentOptions) string {
	reg, err := a.registerOf(o)
	if err != nil || reg == nil {
		return ""
	}
	var b strings.Builder
	for _, l := range slices.Concat(reg.Lists, reg.Consents) {
		path := l.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(o.Register), path)
		}
		if st, err := os.Stat(path); err == nil {
			fmt.Fprintln(&b, l.ID, l.Kind, l.Column, st.Size(), st.ModTime().UnixNano())
		}
	}
	return b.String()
}

// maxListed bounds the values of a list.
const maxListed = 20_000_000

// readList reads the values of one list: the column that it names, else the first.
// refused counts those that are none of its kind.
func readList(dir string, l *register.List, consent bool, engine *detectors.Engine) (list scanner.List, refused int, err error) {
	i := engine.Index(detectors.Kind(l.Kind))
	if i < 0 {
		return scanner.NewList(l.ID, detectors.Kind(l.Kind), consent, nil), 0, nil // the run does not look for them
	}
	d := engine.Detectors()[i]
	path := l.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return list, 0, fileError("open", path, err)
	}
	defer f.Close()
	// One that finds a value by itself, without anything beside it.
	alone, err := engine.Like([]*detectors.Detector{d}, detectors.Options{All: true})
	if err != nil {
		return list, 0, err
	}
	find, digest := alone.Pass(), engine.Pass()
	var digests []uint64
	var found []detectors.Match
	err = column(f, l.Column, func(value string) error {
		raw := []byte(value)
		found = find.Scan(&detectors.Chunk{Data: raw, To: len(raw)}, found[:0])
		h, ok := digest.Digest(d, raw)
		if whole := len(found) == 1 && found[0].Start == 0 && found[0].End == len(raw); !ok || !whole && !labelled[l.Kind] {
			refused++
			return nil
		}
		if len(digests) >= maxListed {
			return fmt.Errorf("more than %d values", maxListed)
		}
		digests = append(digests, h)
		return nil
	})
	if err != nil {
		return list, refused, fmt.Errorf("%q: %w", path, err)
	}
	return scanner.NewList(l.ID, d.Kind, consent, digests), refused, nil
}

// labelled are the kinds whose values mean nothing without a label or column.
var labelled = map[string]bool{"member_number": true, "contract_number": true, "person_name": true}

// column calls fn for the non-empty values of a column of a CSV file, the first one
// when name is empty.
func column(in io.Reader, name string, fn func(string) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	if bom, err := r.Peek(3); err == nil && bytes.Equal(bom, []byte("\xEF\xBB\xBF")) {
		_, _ = r.Discard(3)
	}
	head, err := r.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.New("cannot be read")
	}
	head, _, _ = bytes.Cut(head, []byte("\n"))
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.ReuseRecord, c.LazyQuotes = -1, true, true
	for _, comma := range ";\t|" {
		if bytes.Count(head, []byte(string(comma))) > bytes.Count(head, []byte(string(c.Comma))) {
			c.Comma = comma
		}
	}
	at := 0
	for first := true; ; first = false {
		record, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			line, _ := c.FieldPos(0)
			return fmt.Errorf("line %d: not delimited text", line)
		}
		if first && name != "" {
			if at = indexFold(record, name); at < 0 {
				return fmt.Errorf("no column %q", name)
			}
			continue
		}
		if at < len(record) {
			if v := strings.TrimSpace(record[at]); v != "" {
				if err := fn(v); err != nil {
					return err
				}
			}
		}
	}
}

func indexFold(record []string, name string) int {
	for i, f := range record {
		if strings.EqualFold(strings.TrimSpace(f), name) {
			return i
		}
	}
	return -1
}
