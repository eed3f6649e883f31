package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"recense/report/attestation"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/sealed"
	"recense/report/words"
	"recense/scanner"
	"recense/scanner/crash"
	"recense/sources"
	"recense/sources/files"
)

const (
	attestationFile = "attestation.json"
	attestationPage = "attestation.html"
	chainFile       = "attestations.jsonl" // in the state folder
	signingKeyFile  = "attestation.key"
)

// link is a line of the chain of attestations of a state folder.
type link struct {
	Run      string `json:"scan_id"`
	SHA256   string `json:"sha256"`
	Previous string `json:"previous_sha256"`
}

// signingKey returns the key that attestations are signed with, made at the first run:
// 32 bytes as hexadecimal digits, in a file of the owner only.
func signingKey(state string) (ed25519.PrivateKey, error) {
	path := filepath.Join(state, signingKeyFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed)
		if err := replaceFile(path, []byte(hex.EncodeToString(seed)+"\n")); err != nil {
			return nil, err
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	if err != nil {
		return nil, fileError("read", path, err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, words.Errorf("%q holds no signing key", "%q ne contient pas de clé de signature", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// chain reads the attestations of a state folder, oldest first.
func chain(state string) ([]link, error) {
	data, err := os.ReadFile(filepath.Join(state, chainFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError("read", filepath.Join(state, chainFile), err)
	}
	var out []link
	for line := range bytes.Lines(wholeLines(data)) {
		var l link
		if json.Unmarshal(line, &l) != nil {
			return nil, words.Errorf("the chain of attestations is damaged", "la chaîne des attestations est abîmée")
		}
		out = append(out, l)
	}
	return out, nil
}

// attest writes the statement of coverage of a run and its page into the folder of its
// documents, and enters it in the chain.
func (a *app) attest(j *job, run scanner.Run, s *attestation.Statement, inv *inventory.Inventory, dir string, made []string, witnesses []attestation.Witness) error {
	if err := a.hashes(j, &s.Hashes, run, inv, dir, made); err != nil {
		return err
	}
	s.Witnesses = append([]attestation.Witness{}, witnesses...)
	key, err := signingKey(j.state)
	if err != nil {
		return err
	}
	links, err := chain(j.state)
	if err != nil {
		return err
	}
	if len(links) > 0 {
		s.Previous = links[len(links)-1].SHA256
	}
	r, err := sealed.Parse(j.opt.Documents.Encrypt)
	if err != nil {
		return err
	}
	data, err := attestation.Sign(s, key)
	if err != nil {
		return err
	}
	sum := attestation.Hash(data)
	page := attestation.Page(s, sum, inv.Taxonomy())
	for name, write := range map[string]func(io.Writer) error{
		attestationFile: func(w io.Writer) error { _, err := w.Write(data); return err },
		attestationPage: func(w io.Writer) error { return page.HTML(w, "fr") },
	} {
		if _, err := r.Single(dir, name, write); err != nil {
			return err
		}
	}
	crash.At(crash.Attested)
	return appendLine(filepath.Join(j.state, chainFile), link{run.ID, sum, s.Previous})
}

// wholeLines returns the lines of data without a last one that has no end: a program or a
// machine stopped while it was written, and nobody was told that it is there.
func wholeLines(data []byte) []byte { return data[:bytes.LastIndexByte(data, '\n')+1] }

// appendLine appends a JSON object to a file of the owner only, in place of a line
// that was not written to its end.
func appendLine(path string, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fileError("read", path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fileError("open", path, err)
	}
	end := int64(len(wholeLines(data)))
	if err = f.Truncate(end); err == nil {
		_, err = f.WriteAt(append(line, '\n'), end)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

// statementOf begins the statement of a run.
func statementOf(run scanner.Run) *attestation.Statement {
	instant := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	host, _ := os.Hostname()
	s := &attestation.Statement{
		Schema: attestation.Schema, Version: 1, Run: run.ID, Started: instant(run.Started), Ended: instant(run.Ended), State: run.State,
		Account:  attestation.Account{Name: account(), UID: os.Getuid(), Capabilities: capabilities(), Host: host},
		Coverage: words.CoverageLine("fr", &run), Text: attestation.Reservation,
		Limits: nonNil(run.Limits), Isolation: nonNil(run.Notes), Exclusions: []attestation.Exclusion{}, Unlisted: []string{}, Failures: []attestation.Pair{},
	}
	for _, name := range slices.Sorted(maps.Keys(run.Params)) {
		if name != "key_id" {
			s.Parameters = append(s.Parameters, attestation.Pair{Name: name, Value: run.Params[name]})
		}
	}
	for _, f := range run.Failures {
		s.Failures = append(s.Failures, attestation.Pair{Name: f.Source, Value: string(f.Reason)})
	}
	s.Status, s.Reasons = counts(run.Coverage.ByStatus), counts(run.Coverage.ByReason)
	return s
}

// programHash returns the digest of this program, empty when it cannot be read.
var programHash = sync.OnceValue(func() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	sum, _ := hashFile(self)
	return sum
})

// countedOf returns how far the independent count of each source is from its listing, as
// a fraction.
func countedOf(s *attestation.Statement) map[string]float64 {
	out := map[string]float64{}
	for _, x := range s.Sources {
		if x.Counted > 0 {
			out[x.ID] = x.Gap / 100
		}
	}
	return out
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func counts(m map[string]int64) []attestation.Count {
	out := []attestation.Count{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, attestation.Count{Name: name, N: m[name]})
	}
	return out
}

// capabilities returns the effective capabilities of the process, empty where the
// system does not tell.
func capabilities() string {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if v, ok := strings.CutPrefix(line, "CapEff:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func (a *app) hashes(j *job, h *attestation.Hashes, run scanner.Run, inv *inventory.Inventory, dir string, made []string) error {
	h.Binary, h.Detectors, h.Taxonomy = programHash(), run.Engine, inv.Taxonomy().SHA256
	if r := inv.Register(); r != nil {
		h.Policy, h.Register = r.Policy, r.Digest
	}
	if path := a.configFile(j.opt.Config); path != "" {
		h.Configuration, _ = hashFile(path)
	}
	slices.Sort(made)
	h.Outputs = make([]attestation.Pair, len(made))
	errs := make([]error, len(made))
	work := make([]func(), len(made))
	for i, name := range made {
		work[i] = func() {
			h.Outputs[i].Name = name
			h.Outputs[i].Value, errs[i] = hashFile(filepath.Join(dir, name))
		}
	}
	scanner.Together(work...)
	return errors.Join(errs...)
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fileError("open", path, err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fileError("read", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// maxExclusions bounds the exclusions that a statement lists.
const maxExclusions = 10_000

// walked takes what the locations of the run say: exclusions, folders that could not be
// listed, and how many files of each source were met, compared with another count.
func (a *app) walked(ctx context.Context, j *job, run scanner.Run, results scanner.Results, s *attestation.Statement) error {
	reg, err := a.registerOf(&j.opt.Documents)
	if err != nil {
		return err
	}
	w := listing{s: s, reg: reg, uris: map[string]string{}, listed: map[string]int64{}}
	for _, t := range run.Targets {
		w.uris[t.Source] = t.URI
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	var counted []attestation.Source
	scanner.Together(func() {
		err = results.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
			w.add(&l.Place)
			return nil
		})
		if err != nil {
			leave()
		}
	}, func() { counted = recount(ctx, j, run) })
	if err != nil {
		return err
	}
	for _, x := range counted {
		x.Listed = w.listed[x.ID]
		if x.Counted > 0 {
			x.Gap = 100 * float64(x.Counted-x.Listed) / float64(x.Counted)
		}
		s.Sources = append(s.Sources, x)
	}
	return nil
}

// recount counts the files of each source.
func recount(ctx context.Context, j *job, run scanner.Run) (list []attestation.Source) {
	for _, t := range run.Targets {
		x := attestation.Source{ID: t.Source, URI: t.URI, Counted: -1}
		// One that was not reached is not waited for again.
		lost := slices.ContainsFunc(run.Failures, func(f scanner.SourceFailure) bool { return f.Source == t.Source })
		if root := rootOf(j, t.Source); root != "" && !lost {
			x.Counted = countFiles(ctx, root, countStall)
		}
		list = append(list, x)
	}
	return list
}

// listing goes over the locations of a run for its statement.
type listing struct {
	s      *attestation.Statement
	reg    *register.Register // nil: none
	uris   map[string]string
	listed map[string]int64 // files by source
	last   string
}

func (w *listing) add(p *scanner.Place) {
	switch p.Status {
	case sources.NotListable:
		w.s.Unlisted = append(w.s.Unlisted, w.shown(p))
		return
	case sources.Excluded, sources.PrivateMarked:
		w.exclusion(p)
		if p.MediaType == "inode/directory" {
			w.listed[p.Source] += p.Files
			return
		}
	}
	if p.URI != w.last { // members follow their file
		w.listed[p.Source] += 1 + int64(len(p.Aliases))
		w.last = p.URI
	}
}

func (w *listing) exclusion(p *scanner.Place) {
	if len(w.s.Exclusions) >= maxExclusions {
		w.s.Left++
		return
	}
	x := attestation.Exclusion{URI: w.shown(p), Reason: string(p.Detail), Files: max(p.Files, 1), Bytes: max(p.Bytes, p.Size, 0)}
	if p.Status == sources.PrivateMarked {
		x.Reason = p.Status.String()
	}
	if p.Detail == sources.ByPattern {
		x.Author = w.s.Account.Name
	}
	w.s.Exclusions = append(w.s.Exclusions, x)
}

// shown is the place as everybody may read it: one of a processing under medical
// secrecy, or of the fight against money laundering, is cut at its source.
func (w *listing) shown(p *scanner.Place) string {
	uri := w.uris[p.Source]
	if w.reg == nil {
		return p.URI
	}
	path, err := url.PathUnescape(strings.TrimPrefix(p.URI, strings.TrimRight(uri, "/")))
	if err != nil {
		return uri + "/…"
	}
	for _, m := range w.reg.Match(p.Source, path) {
		if m.Processing.Medical || slices.Contains(m.Processing.Declared, "aml") {
			return uri + "/…"
		}
	}
	return p.URI
}

// rootOf returns the folder of a source of files, empty for another.
func rootOf(j *job, source string) string {
	for _, s := range j.sources {
		if f, ok := s.(*files.Source); ok && f.Name() == source {
			return f.Root()
		}
	}
	return ""
}

// configFile returns the configuration file in force, empty when there is none.
func (a *app) configFile(flag string) string {
	if flag != "" {
		return flag
	}
	if dir, err := a.configFolder(); err == nil {
		if path := filepath.Join(dir, "recense.yaml"); exists(path) {
			return path
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// countStall is how long the independent count waits for a mount that does not answer.
const countStall = time.Minute

// countFiles counts what is no folder under root, by the standard library and not by
// the walker of the scan; -1 when it cannot be told, as when a mount has not answered for
// so long as stall: whoever waits for it is then left behind. Folders that cannot be
// listed count nothing.
func countFiles(ctx context.Context, root string, stall time.Duration) int64 {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	var steps atomic.Int64
	counted := make(chan int64, 1)
	go func() {
		n := int64(1)
		if info, err := os.Lstat(root); err != nil || info.IsDir() {
			n = countIn(ctx, root, &steps)
		}
		if ctx.Err() != nil {
			n = -1
		}
		counted <- n
	}()
	tick := time.NewTicker(stall)
	defer tick.Stop()
	for before := int64(-1); ; {
		select {
		case n := <-counted:
			return n
		case <-tick.C:
			if steps.Load() == before {
				return -1
			}
			before = steps.Load()
		}
	}
}

// countIn counts what is no folder in dir and in the folders within, in no order.
func countIn(ctx context.Context, dir string, steps *atomic.Int64) (n int64) {
	f, err := os.Open(dir)
	if err != nil {
		return 0
	}
	var folders []string
	for err == nil && ctx.Err() == nil {
		var list []fs.DirEntry
		list, err = f.ReadDir(256)
		for _, e := range list {
			if e.IsDir() {
				folders = append(folders, e.Name())
			} else {
				n++
			}
		}
		steps.Add(1)
	}
	f.Close()
	for _, name := range folders {
		n += countIn(ctx, dir+string(filepath.Separator)+name, steps)
	}
	return n
}
