package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/key"
	"recense/detectors"
	"recense/report"
	"recense/scanner"
	"recense/scanner/crash"
	"recense/scanner/journal"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/files"
)

// job is a scan made ready: everything that can be wrong on the command line
// has been looked at, nothing has been read yet.
type job struct {
	opt      scanOptions
	targets  []string
	resumed  string // id of the run to go on with
	config   config.Config
	state    string
	out      string
	key      key.Key
	limits   sources.Limits
	list     []files.Options
	sources  []sources.Source
	failures []scanner.SourceFailure
	worker   workerConfig
	// connections is how many the account of a database may have; 0: not bounded.
	connections int
	people      string // state of the lists of the register
	names       *detectors.Engine
	ocr         string // version and languages of what recognises text; empty without --ocr
	persons     string // digest of the lists of the register, under the installation key
	notes       []string
}

func (j *job) close() {
	for _, s := range j.sources {
		if c, ok := s.(interface{ Close() error }); ok {
			c.Close()
		}
	}
}

// newJob settles configuration, keys, folders, detectors and sources.
func (a *app) newJob(o scanOptions, targets []string) (*job, error) {
	j := &job{opt: o, targets: targets}
	var err error
	if j.state, err = a.stateFolder(o.State); err != nil {
		return nil, err
	}
	if j.config, err = a.readConfig(o.Config); err != nil {
		return nil, err
	}
	j.worker.House = j.config.Detection()
	j.out = cmp.Or(o.Out, j.config.Outputs.Out, defaultOut)
	if j.out, err = filepath.Abs(j.out); err != nil {
		return nil, err
	}
	if err := j.detectors(a); err != nil {
		return nil, err
	}
	if o.OCR {
		if err := j.recognition(a); err != nil {
			return nil, err
		}
	}
	j.setLimits()
	if j.list, err = a.sourceOptions(&j.opt, j.config, targets, j.limits, j.names); err != nil {
		return nil, err
	}
	for i := range j.list {
		j.list[i].Refuse = []string{j.out, j.state}
	}
	// The folders are looked at before anything is made in them.
	probe, _, _, err := a.openSources(j.list, &j.config)
	for _, s := range probe {
		s.(*files.Source).Close()
	}
	if err != nil {
		return nil, err
	}
	if j.key, err = a.installationKey(j, o.KeyFile); err != nil {
		return nil, err
	}
	for i := range j.list {
		j.list[i].Key = j.key
		j.list[i].ContentID = o.ContentID || o.Documents.Register != ""
	}
	quietApp := *a
	quietApp.err = discard{}
	if j.sources, j.worker.Sources, j.failures, err = quietApp.openSources(j.list, &j.config); err != nil {
		return nil, err
	}
	if err := a.openDatabases(j); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// detectors chooses the detectors of the run and the lists of codes. Names are
// always looked at by all detectors.
func (j *job) detectors(a *app) error {
	ds, err := a.detectorsOf(selection{only: j.opt.Only, except: j.opt.Except, house: j.worker.House})
	if err != nil {
		return err
	}
	for _, d := range ds {
		j.worker.Only = append(j.worker.Only, string(d.Kind))
	}
	j.worker.Min = uint8(j.opt.MinScore)
	if dir, err := a.configFolder(); err == nil {
		j.worker.Lists = filepath.Join(dir, "reference")
	}
	if _, err := a.loadLists(ds); err != nil {
		return err
	}
	j.names, err = namesEngine(&j.worker.House)
	return err
}

func (j *job) setLimits() {
	j.limits = limitsOf(j.config.Limits)
	j.limits.Margin = j.names.Margin()
	if n, _ := parseSize(j.opt.MaxSize); n > 0 {
		j.limits.MaxSize = n
	}
	if j.opt.OCR {
		j.recognitionLimits()
	}
}

// installationKey returns the key of places: --key-file, RECENSE_KEY, or the one
// in the state folder, made at the first run.
func (a *app) installationKey(j *job, file string) (key.Key, error) {
	if file != "" {
		k, err := key.Read(file)
		if err != nil {
			return k, usageError("", "%w", err)
		}
		return k, nil
	}
	if k, ok, err := key.Environment(a.getenv); ok {
		if err != nil {
			return k, usageError("", "%w", err)
		}
		return k, nil
	}
	k, made, err := key.Installation(j.state)
	if err != nil {
		return k, usageError("", "%w", err)
	}
	if made {
		j.notes = append(j.notes, "new_installation_key")
	}
	return k, nil
}

// The coordinator holds little and drops much: its memory is collected late, and
// more often from this size on.
const (
	collectPercent = 400
	collectFrom    = 256 << 20
)

// collectLate sets the collector up, unless the environment does.
func (a *app) collectLate() {
	if a.getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if a.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(collectFrom)
	}
}

// runJob scans and writes the documents.
func (a *app) runJob(ctx context.Context, j *job) error {
	a.collectLate()
	if len(j.sources) == 0 {
		return quiet(exitUnreachable)
	}
	if err := os.MkdirAll(j.state, 0o700); err != nil {
		return usageError("", "%w", fileError("make", j.state, err))
	}
	jr, err := journal.Open(filepath.Join(j.state, "journal.db"))
	if err != nil {
		return usageError("", "%w", err)
	}
	defer jr.Close()
	if err := jr.Lock(); errors.Is(err, journal.ErrBusy) {
		return a.busy(j.state)
	} else if err != nil {
		return usageError("", "%w", err)
	}
	if err := a.sweep(j.state, jr); err != nil {
		return usageError("", "%w", err)
	}
	if done, err := a.goOnWithDocuments(ctx, j, jr); done || err != nil {
		return err
	}
	run := j.describe(a)
	engine, err := j.engine(jr, run.ID)
	if err != nil {
		return err
	}
	if err := j.readLists(a, engine); err != nil {
		return err
	}
	run.Engine = engine.Version()
	if j.persons != "" {
		run.Params["lists"] = j.persons
	}
	before, err := j.base(a, jr, &run)
	if err != nil {
		return usageError("", "%w", err)
	}
	if err := a.checkFolder(j.folder(run.ID)); err != nil {
		return err
	}
	if err := j.remember(run.ID); err != nil {
		return err
	}
	opt, err := j.scannerOptions(a, jr, run)
	if err != nil {
		return err
	}
	ui := a.newUI(&j.opt, run.ID)
	opt.Progress, opt.Event, opt.Before = ui.progress, ui.event, before
	if opt.Wait, err = j.opt.Pace.wait(j.config.Serve.Zone, ui); err != nil {
		return usageError("", "%w", err)
	}
	j.opt.Pace.stepBack(ui)
	ui.start(run)
	run, scanErr := scanner.Scan(ctx, j.sources, engine, opt)
	ui.end()
	if scanErr != nil {
		if run.Ended.IsZero() { // it never began
			j.forget(run.ID)
			return &exitError{code: exitUsage, err: scanErr}
		}
		a.complain(scanErr)
	}
	return a.finishJob(context.WithoutCancel(ctx), j, jr, run, engine, ui)
}

// finishJob writes the documents of a run that ended one way or another, and
// settles its exit code.
func (a *app) finishJob(ctx context.Context, j *job, jr *journal.Journal, run scanner.Run, engine *detectors.Engine, ui *ui) error {
	run.Failures = append(run.Failures, j.failures...)
	for _, s := range j.sources {
		if n, ok := s.(interface{ Notes() []string }); ok {
			for _, note := range n.Notes() {
				run.Notes = addOnce(run.Notes, note)
			}
		}
	}
	found := false
	if s, err := parseStrength(j.opt.FailOn); err == nil {
		found = run.Best >= s
	}
	if runs, err := jr.Runs(); err == nil && run.State == scanner.Complete {
		if j.resumed == "" && runs[len(runs)-1].Started.After(run.Started) {
			run.Notes = addOnce(run.Notes, laterRun)
		}
		if earlier, ok := before(runs, run); ok && earlier.Form != run.Form {
			run.Notes = addOnce(run.Notes, earlierForm)
		}
		if earlier, ok := before(runs, run); ok && earlier.Params["configuration"] == run.Params["configuration"] {
			run.Reduced = reducedBy(run, earlier)
			if j.opt.AcceptShrunk {
				run.Reduced = 0
			}
		}
	}
	reg, err := a.registerOf(&j.opt.Documents)
	if err != nil {
		return err
	}
	for _, name := range strangers(reg, &run) {
		run.Shrunk = addOnce(run.Shrunk, name)
		a.complain(fmt.Errorf(a.t("source %s: not on the file system whose identity the register has: check the mount", "source %s : pas sur le système de fichiers dont le registre a l'identité : vérifier le montage"), name))
	}
	witnesses, err := a.witnessesOf(ctx, jr, run, &j.opt.Documents)
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	run.Missed = missed(witnesses)
	tax, err := j.worker.House.Taxonomy()
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	fresh, err := j.fresh(ctx, a, jr, run, engine, tax)
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	found = found || j.opt.FailOn == failOnNew && fresh.New > 0
	run.ExitCodes = scanner.ExitCodes(&run, found, j.opt.Strict)
	run.ExitCode = run.ExitCodes[0]
	if err := jr.Update(run); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	results, err := jr.Results(run.ID)
	if err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	began := time.Now()
	j.opt.Documents.key, j.opt.Documents.state = j.key, j.state
	j.opt.Documents.accepted = fresh.accepts
	// The listing is gone through, and the files are counted again, while documents are written.
	statement, walked := statementOf(run), make(chan error, 1)
	ready := sync.OnceValue(func() error { return <-walked })
	j.opt.Documents.beside = func(r scanner.Results) { walked <- a.walked(ctx, j, run, r, statement) }
	j.opt.Documents.counted = func() map[string]float64 {
		if ready() != nil {
			return nil
		}
		return countedOf(statement)
	}
	j.opt.Documents.author = statement.Account.Name
	if j.resumed != "" {
		report.Sweep(j.folder(run.ID))
	}
	inv, made, docErr := a.writeDocuments(ctx, j.folder(run.ID), filepath.Join(j.state, spoolFolder), jr, results, engine, tax, j.opt.Documents)
	if docErr == nil {
		docErr = ready()
	}
	if docErr == nil {
		docErr = a.attest(j, run, statement, inv, j.folder(run.ID), made, witnesses)
	}
	if docErr == nil {
		docErr = a.auditChanges(j, &run, inv)
	}
	switch {
	case docErr != nil: // resume writes them again, with the options of the scan
		run.ExitCode, run.ExitCodes = exitAborted, append([]int{exitAborted}, run.ExitCodes...)
		_ = jr.Update(run)
	case run.State == scanner.Complete:
		crash.At(crash.AllWritten)
		j.forget(run.ID)
	}
	documents := time.Since(began)
	ui.summary(run, inv, j.folder(run.ID), docErr == nil, documents)
	ui.fresh(fresh)
	a.afterRun(ctx, j, run, inv, documents, fresh, ui)
	if docErr != nil {
		return &exitError{code: exitAborted, err: docErr, hint: a.t("recense resume "+run.ID+" writes the documents again.", "recense resume "+run.ID+" réécrit les documents.")}
	}
	if run.ExitCode == exitUsage {
		return a.nothingRead(&j.opt)
	}
	return quiet(run.ExitCode)
}

// nothingRead says that a scan had nothing to read, and what may have kept it from it.
func (a *app) nothingRead(o *scanOptions) error {
	hint := ""
	if len(o.Include) > 0 {
		hint = fmt.Sprintf(a.t("Nothing matches --include %s: paths are those below the target, as recense scan --plan counts them.", "Rien ne correspond à --include %s : les chemins sont ceux sous la cible, comme recense scan --plan les compte."), strings.Join(o.Include, ","))
	}
	return usageError(hint, "%s", a.t("nothing to read was found in the targets", "rien à lire dans les cibles"))
}

func addOnce(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

// folder is where the documents of the run go.
func (j *job) folder(run string) string {
	if j.opt.Out != "" {
		return j.out
	}
	return filepath.Join(j.out, run)
}

// checkFolder makes the folder of the documents and tries it: hours of reading should
// not end at one that cannot be written. A full disk may have room by then.
func (a *app) checkFolder(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".recense-*.tmp"); err == nil {
			f.Close()
			os.Remove(f.Name())
		}
	}
	if err == nil || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return nil
	}
	return usageError(a.t("Choose another folder with --out.", "Choisissez un autre dossier avec --out."), "%w", fileError("write into", dir, err))
}

// describe makes the Run that the journal keeps: names masked, no secret.
func (j *job) describe(a *app) scanner.Run {
	j.people = a.listsState(&j.opt.Documents)
	r := scanner.Run{ID: j.resumed, Version: version, Notes: j.notes, Params: j.params()}
	if r.ID == "" {
		r.ID = scanner.NewRunID(a.now())
	}
	for _, s := range j.sources {
		uri, _ := scanner.Mask(j.names, s.(interface{ URI() string }).URI())
		kind := "file_share"
		if _, ok := s.(*databases.Source); ok {
			kind = "database"
		}
		r.Targets = append(r.Targets, scanner.Target{Source: s.Name(), Kind: kind, URI: uri})
	}
	if runtime.GOOS != "linux" {
		r.Notes = append(r.Notes, "no_memory_watch")
	}
	return r
}

// base chooses the run from which unchanged locations are carried on, unless r is
// resumed and has one, and returns how much each source listed before.
func (j *job) base(a *app, jr *journal.Journal, r *scanner.Run) (before map[string]int64, err error) {
	runs, err := jr.Runs()
	if err != nil {
		return nil, err
	}
	if !j.opt.AcceptShrunk {
		before = scanner.Before(runs, r)
	}
	every := scanner.FullEvery
	if days := j.config.FullEvery; days > 0 {
		every = time.Duration(days) * 24 * time.Hour
	}
	if b := scanner.BaseOf(runs, r, a.now(), every); b != nil && !j.opt.Full {
		r.Base, r.Full = b.ID, b.Full
	}
	return before, nil
}

// params are the flags that decide what is found.
func (j *job) params() map[string]string {
	o := &j.opt
	p := map[string]string{
		"detectors": strings.Join(j.worker.Only, ","), "min_score": strconv.Itoa(o.MinScore), "findings": o.Findings,
		"findings_max": strconv.FormatInt(o.FindingsMax, 10), "key_id": j.key.ID(), "strict": strconv.FormatBool(o.Strict),
		"configuration": j.digest(),
	}
	set := func(name, value string) {
		if value != "" {
			p[name], _ = scanner.Mask(j.names, value)
		}
	}
	if tax, err := j.worker.House.Taxonomy(); err == nil {
		p[taxonomyParam] = tax.SHA256[:16]
	}
	if h := &j.worker.House; len(h.Custom)+len(h.Member)+len(h.Contract) > 0 {
		if b, err := json.Marshal(h); err == nil {
			p[houseParam] = string(b)
		}
	}
	set("include", strings.Join(o.Include, ","))
	set("exclude", strings.Join(o.Exclude, ","))
	set("include_private", o.IncludePrivate)
	set("max_size", o.MaxSize)
	set("ocr", j.ocr)
	set("fail_on", o.FailOn)
	if o.ContentID || o.Documents.Register != "" {
		p["content_id"] = "true"
	}
	if o.AcceptShrunk {
		p["accept_shrunk"] = "true"
	}
	if o.Snapshots {
		p["snapshots"] = "true"
	}
	if o.Documents.Digests {
		p["digests"] = "true"
	}
	if len(j.worker.Databases) > 0 {
		j.databaseParams(p)
	}
	j.identities(p)
	return p
}

// digest tells two ways of reading the sources apart, under the installation key,
// and nothing else about them: patterns and paths may be personal.
func (j *job) digest() string {
	h := hmac.New(sha256.New, j.key[:])
	for _, o := range j.list {
		o.Key, o.Refuse = key.Key{}, nil
		fmt.Fprintf(h, "%+v\n", o)
	}
	for _, o := range j.worker.Databases {
		fmt.Fprintf(h, "%s %s %q %q %q %+v\n", o.Name, o.Dialect, o.Include, o.Exclude, o.Harmless, o.Limits)
	}
	fmt.Fprint(h, j.people)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// engine builds the engine of the run: digests are under the key of --key-file
// when they are written, else under a key of the run that is destroyed with it.
func (j *job) engine(jr *journal.Journal, run string) (*detectors.Engine, error) {
	k, err := jr.Key(run)
	if err != nil {
		return nil, usageError("", "%w", err)
	}
	if j.opt.Documents.Digests {
		k = j.key.Digest()
	}
	j.worker.Key, j.worker.names = k, j.names
	return j.worker.engine()
}

func (j *job) scannerOptions(a *app, jr *journal.Journal, run scanner.Run) (scanner.Options, error) {
	config, err := j.worker.encode()
	if err != nil {
		return scanner.Options{}, err
	}
	n, err := j.opt.findings()
	return scanner.Options{
		Run: run, Journal: jr, Workers: j.workers(), Config: config, State: j.state, Key: j.key[:],
		Findings: n, FindingsMax: j.opt.FindingsMax, Digests: j.opt.Documents.Digests, Lists: j.worker.Persons, Limits: j.limits, Names: j.names, Now: a.now,
		Most: j.config.WorkersOf(),
	}, err
}

// remembered is what resume needs to start a run again: the command line, as it
// was given. It holds real paths, so it is owner-only and removed when the run is
// complete.
type remembered struct {
	Options scanOptions
	Targets []string
	Folder  string
}

func (j *job) jobFile(run string) string { return filepath.Join(j.state, "run."+run+".job") }

func (j *job) remember(run string) error {
	folder, err := os.Getwd()
	if err != nil {
		return errors.New("no working folder")
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(remembered{j.opt, j.targets, folder}); err != nil {
		return err
	}
	if err := replaceFile(j.jobFile(run), b.Bytes()); err != nil {
		return err
	}
	crash.At(crash.JobNoted)
	return nil
}

func (j *job) forget(run string) { os.Remove(j.jobFile(run)) }
