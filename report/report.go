// Package report turns the results of a scan into documents. It holds the
// Writer that every document implements, what a Writer is given, and the one
// way in which documents are created; the tables themselves are built by
// report/inventory, and each document is a package of its own below.
//
// What it does not do: no document reads the journal or the sources, decides
// what a match is worth, or starts a goroutine.
package report

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"recense/report/inventory"
	"recense/scanner/crash"
)

// Writer is one document: a value in the list of cmd/recense. Adding a document
// is one package and one row.
type Writer struct {
	Name string // what --format takes: "arrow", "xlsx", "jsonl"
	Doc  string // first line: a title; then what it holds and for whom
	// Write writes the document into the folder dir and returns the names of the
	// files it made, relative to dir. Files are written through Create: mode 0600,
	// to a temporary name, synced, renamed. A failed write fails the document and
	// leaves none of it behind.
	Write func(ctx context.Context, dir string, in Input) ([]string, error)
	// Compares says that Write uses Input.Earlier.
	Compares bool
	// Changes says that Write uses Input.Changes, Before, Counted and Checks.
	Changes bool
}

// Input is what a document is made from. Only Inventory is required.
type Input struct {
	Inventory *inventory.Inventory
	// Lang is the language of headings and words: "fr" (also when empty) or "en".
	Lang string
	// TmpDir is the owner-only folder for what a document has to spool. Empty means
	// the folder the document is written to.
	TmpDir string
	// LZ4 compresses Arrow buffers. Not every reader can read them.
	LZ4 bool
	// Digests writes the keyed digests of findings. The files are then
	// pseudonymised personal data (domain/register.md B.4).
	Digests bool
	// Documents are the names of the other documents of the run, for run.json.
	Documents []string
	// ExitCodes are all the exit codes that apply to the run, for run.json; nil:
	// worked out from the run.
	ExitCodes []int
	// Earlier is the run before over the same sources, for documents that tell what
	// is new; nil: there is none, or nobody asks.
	Earlier *inventory.Earlier
	// Accepted tells why somebody accepted an alert (see inventory.AlertID) with so many
	// matches; nil: nobody did. It may be called from any goroutine.
	Accepted func(id [16]byte, matches int64) (reason string, ok bool)
	// Checks are what people said of detections, by location (32 hexadecimal digits).
	Checks map[string][]inventory.Check
	// Changes compares the places with those of Earlier; nil: there is no run before.
	Changes *inventory.Diff
	// Before counts what the run before gave: "priority:1", "severity:critique"…; nil:
	// not known.
	Before map[string]int64
	// Counted is how far an independent count of the files of each source is from the
	// listing, as a fraction of it; nil, or without a source: not counted. Files may be
	// counted while the document is written: it is called once all else is there.
	Counted func() map[string]float64
	// Author is who set the exclusions of the run; "": not known.
	Author string
	// MaxListed is how many locations a workbook lists one by one; 0 means 200,000.
	MaxListed int64
	// SheetRows bounds the data rows of a worksheet; 0 means 1,048,575, all that a
	// worksheet holds below its header.
	SheetRows int
}

// File is a document being written. It becomes visible under its name with
// Commit; until then it has a temporary name in the same folder.
type File struct {
	f         *os.File
	dir, name string
}

// Create starts the document name in dir, mode 0600 whatever the umask. Exactly
// one of Commit and Abort ends it; Abort after Commit does nothing, so that it
// can be deferred.
func Create(dir, name string) (*File, error) {
	if name == "" || name != filepath.Base(name) {
		return nil, errors.New("create document: not a plain file name")
	}
	f, err := os.CreateTemp(dir, "."+name+".*.tmp") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, class(err))
	}
	if err := f.Chmod(0o600); err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, fmt.Errorf("create %s: %w", name, class(err))
	}
	return &File{f: f, dir: dir, name: name}, nil
}

// Sweep removes the documents under way that a program which was killed left in dir.
// Nobody else may be writing documents into it.
func Sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(escape.Replace(dir), ".*.tmp"))
	for _, path := range left {
		if st, err := os.Lstat(path); err == nil && st.Mode().IsRegular() && st.Mode().Perm() == 0o600 {
			os.Remove(path)
		}
	}
}

// escape makes a pattern of a path that means nothing else.
var escape = strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`)

// Name returns the name the document will have.
func (f *File) Name() string { return f.name }

// Write appends to the document.
func (f *File) Write(p []byte) (int, error) { return f.f.Write(p) }

// Seek moves within the document, as io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.f.Seek(offset, whence) }

// Commit syncs the document, gives it its name and syncs the folder, so that
// after a crash there is the whole document or none.
func (f *File) Commit() error {
	if f.f == nil {
		return fmt.Errorf("commit %s: already ended", f.name)
	}
	defer f.Abort()
	crash.At(crash.FileWritten)
	if err := f.f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", f.name, class(err))
	}
	if err := f.f.Close(); err != nil {
		return fmt.Errorf("close %s: %w", f.name, class(err))
	}
	crash.At(crash.FileSynced)
	if err := os.Rename(f.f.Name(), filepath.Join(f.dir, f.name)); err != nil {
		return fmt.Errorf("rename %s: %w", f.name, class(err))
	}
	f.f = nil
	crash.At(crash.FileRenamed)
	return syncDir(f.dir)
}

// Abort removes what was written.
func (f *File) Abort() {
	if f.f == nil {
		return
	}
	f.f.Close()
	os.Remove(f.f.Name())
	f.f = nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", class(err))
	}
	defer d.Close()
	// Some file systems cannot sync a folder; the documents are complete all the same.
	if err := d.Sync(); err != nil && runtime.GOOS != "windows" && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return fmt.Errorf("sync folder: %w", class(err))
	}
	return nil
}

// class drops the path that errors of package os quote: a run folder may be
// named after what it holds.
func class(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// Single writes a document of one file: it creates name in dir, calls write, which may
// write in small pieces, and commits. An error of write leaves nothing behind.
func Single(dir, name string, write func(w io.Writer) error) error {
	f, err := Create(dir, name)
	if err != nil {
		return err
	}
	defer f.Abort()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", name, class(err))
	}
	return f.Commit()
}
