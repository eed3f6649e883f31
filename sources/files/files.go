// Package files reads file shares: a Source that walks a folder, opens what it
// finds there, chooses the Format by content and hands the text on.
//
// The walker alone opens, limits and closes; a Format reads what it is given and
// hands inner files back as members. Nothing is ever written: files are opened
// read-only, without touching their access times where the system allows it,
// and never through a symbolic link. A link to a place under the root needs no
// following, because that place is listed by itself; one that leads elsewhere
// is out of the source.
//
// What the package does not do: it knows nothing of detectors, keeps no state
// between runs and does not mask names. On network mounts mode bits mean
// nothing: without a security descriptor (CIFS) or a list of NFS, access is unknown.
package files

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"recense/sources"
)

// Options say what to walk. Only Root is needed.
type Options struct {
	Name string   // source id; "files" when empty
	Root string   // folder, or a single file
	Key  [32]byte // installation key, for identifiers

	// Include and Exclude are patterns as of path.Match. One without a slash is
	// compared with every name, one with a slash with the path under the root; in
	// the latter "**" stands for any number of folders. Exclude wins.
	Include, Exclude []string
	// IncludePrivate opens what is marked private; Markers replaces the default
	// words (lower case, without accents) that mark it.
	IncludePrivate bool
	Markers        []string
	// Snapshots reads snapshot folders, with the flag snapshot, rather than
	// counting them.
	Snapshots bool
	// CrossFileSystems goes on where another file system is mounted.
	CrossFileSystems bool
	// ContentID has each file up to 4 GiB read a second time for a keyed identifier of its
	// content, which finds copies.
	ContentID bool
	// Refuse are folders that must not lie in Root: those of outputs and state.
	Refuse []string

	Limits  sources.Limits
	Formats []sources.Format // nil means Formats()

	// Recogniser reads what pictures show; nil leaves them unread. Whoever reads sets it.
	Recogniser sources.Recogniser
}

// Source is a file share. Its methods are safe for concurrent use.
type Source struct {
	opt     Options
	root    string // absolute, no symbolic links
	base    string // folder that paths are relative to: root, or that of a single file
	single  string // name of the single file; empty for a folder
	formats []sources.Format
	named   extensions
	limits  sources.Limits

	once    sync.Once
	dir     int // of base, opened once for Read
	dirErr  error
	keeps   bool        // the file system of the base never changes access times
	careful atomic.Bool // openat2 is not there
	alone   bool        // see sources.Solitary
	steps   atomic.Int64
	touches atomic.Bool // access times could not be left alone
}

// New checks opt and returns its Source. It opens nothing but looks whether the
// root exists; an error never comes from the content of the share.
func New(opt Options) (*Source, error) {
	root, err := filepath.Abs(opt.Root)
	if err == nil {
		root, err = filepath.EvalSymlinks(root)
	}
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	s := &Source{opt: opt, root: root, base: root, formats: opt.Formats, limits: opt.Limits.Defaults(), dir: -1}
	if !info.IsDir() {
		s.base, s.single = filepath.Dir(root), filepath.Base(root)
	}
	if s.opt.Name == "" {
		s.opt.Name = "files"
	}
	if s.formats == nil {
		s.formats = Formats()
	}
	s.named = extensionsOf(s.formats)
	if s.opt.Markers == nil {
		s.opt.Markers = privateMarkers
	}
	for _, dir := range opt.Refuse {
		if Inside(root, dir) {
			return nil, fmt.Errorf("files: %q %w %q: choose another place for it", dir, ErrInside, opt.Root)
		}
	}
	if err := checkPatterns(opt.Include, opt.Exclude); err != nil {
		return nil, err
	}
	return s, nil
}

// ErrInside is that of a folder to write to that lies in what is scanned.
var ErrInside = errors.New("lies in the scanned folder")

// Needs implements sources.Confined: the files, those read with a single one, and nothing else.
func (s *Source) Needs() sources.Needs {
	needs := sources.Needs{Paths: []string{s.root}}
	if s.single != "" {
		for _, suffix := range besides {
			needs.Paths = append(needs.Paths, s.root+suffix)
		}
	}
	return needs
}

// Inside reports whether dir is root, a real path, or lies in it. What does not exist yet is
// judged by its nearest parent that does.
func Inside(root, dir string) bool {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return true
	}
	rest := ""
	for {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			dir = filepath.Join(real, rest)
			break
		}
		if !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = filepath.Dir(dir)
	}
	const separator = string(filepath.Separator)
	return dir == root || strings.HasPrefix(dir, strings.TrimSuffix(root, separator)+separator)
}

// Name implements sources.Source.
func (s *Source) Name() string { return s.opt.Name }

// Steps implements sources.Stepper.
func (s *Source) Steps() int64 { return s.steps.Load() }

// Root returns the folder or file that is read, absolute.
func (s *Source) Root() string { return s.root }

// URI returns the URI of the root.
func (s *Source) URI() string { return string(appendURI([]byte("file://"), slashes(s.root))) }

// slashes writes a path of this system as one of a URI.
func slashes(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a drive
		path = "/" + path
	}
	return path
}

// Close releases the root. No other method may run or be called again.
func (s *Source) Close() error {
	s.once.Do(func() { s.dirErr = os.ErrClosed })
	if s.dir < 0 {
		return nil
	}
	return closeFile(s.dir)
}

// Notes returns what a reader of the results must know, as fixed codes: "atime"
// when access times could not be left as they were.
func (s *Source) Notes() []string {
	if _, err := s.baseDir(); err == nil && s.touches.Load() {
		return []string{"atime"}
	}
	return nil
}

// baseDir returns the descriptor that paths are resolved under.
func (s *Source) baseDir() (int, error) {
	s.once.Do(func() {
		s.dir, s.dirErr = s.openBase()
	})
	return s.dir, s.dirErr
}
