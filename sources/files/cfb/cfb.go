// Package cfb reads compound files (MS-CFB, "OLE2"): the container of Office
// documents before 2007, of Outlook messages and of encrypted documents. It also
// reads what they share: property sets (MS-OLEPS) and embedded objects, and makes
// an inner storage a file of its own.
//
// Sectors and directory are those of github.com/richardlehane/mscfb; this package
// bounds what it may read and how much a stream may give. Nothing is written, no
// stream is held in memory.
package cfb

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"recense/sources"
)

// Magic is what a compound file begins with.
const Magic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// Is reports whether head is that of a compound file.
func Is(head []byte) bool { return bytes.HasPrefix(head, []byte(Magic)) }

// maxDirectory bounds the bytes read to open a file: tables of sectors and the
// directory, of which each entry takes four times its size in memory.
const maxDirectory = 16 << 20

// File is an open compound file. It is for one goroutine.
type File struct {
	// Streams are all streams, in the order of the directory.
	Streams []*Stream

	at    *bounded
	byKey map[string]*Stream
	dirs  map[string]*mscfb.File
}

// Stream is a stream of a compound file.
type Stream struct {
	Path  string // storages and name, parted by "/"; control characters in front of a name are dropped
	Size  int64  // bytes, as the directory says
	entry *mscfb.File
	at    *bounded
	made  io.ReaderAt // of a stream that is of no file
}

// NewStream returns a stream that another container holds.
func NewStream(path string, at io.ReaderAt, size int64) *Stream {
	return &Stream{Path: path, Size: size, made: at}
}

// Of returns streams as a file, for formats that another container holds the parts
// of. It has no storages of its own: Storage and Object find nothing.
func Of(streams []*Stream) *File {
	f := &File{Streams: streams, byKey: make(map[string]*Stream), dirs: make(map[string]*mscfb.File)}
	for _, s := range streams {
		if key := strings.ToLower(s.Path); f.byKey[key] == nil {
			f.byKey[key] = s
		}
	}
	return f
}

// Open opens the compound file in at, of size bytes. The error is a
// *sources.FormatError.
func Open(at io.ReaderAt, size int64) (f *File, err error) {
	b := &bounded{at: at, size: size, left: maxDirectory}
	defer func() {
		if recover() != nil {
			f, err = nil, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
		}
	}()
	r, err := mscfb.New(b)
	if err != nil {
		return nil, b.verdict()
	}
	b.left = -1
	f = &File{at: b, byKey: make(map[string]*Stream), dirs: make(map[string]*mscfb.File)}
	for _, entry := range r.File {
		path := strings.Join(append(append([]string(nil), entry.Path...), entry.Name), "/")
		key := strings.ToLower(path)
		if entry.FileInfo().IsDir() {
			f.dirs[key] = entry
			continue
		}
		s := &Stream{Path: path, Size: entry.Size, entry: entry, at: b}
		f.Streams = append(f.Streams, s)
		if f.byKey[key] == nil {
			f.byKey[key] = s
		}
	}
	return f, nil
}

// Stream returns the stream of a path, whatever its case; nil when there is none.
func (f *File) Stream(path string) *Stream { return f.byKey[strings.ToLower(path)] }

// Under returns the streams of a storage and of those in it.
func (f *File) Under(storage string) (all []*Stream) {
	for _, s := range f.Streams {
		if len(s.Path) > len(storage) && s.Path[len(storage)] == '/' && strings.EqualFold(s.Path[:len(storage)], storage) {
			all = append(all, s)
		}
	}
	return all
}

// Storages returns the names of the storages right under one ("" is the root), in
// the order of their streams.
func (f *File) Storages(under string) (names []string) {
	seen := make(map[string]bool)
	for _, s := range f.Streams {
		rest := s.Path
		if under != "" {
			if len(rest) <= len(under) || rest[len(under)] != '/' || !strings.EqualFold(rest[:len(under)], under) {
				continue
			}
			rest = rest[len(under)+1:]
		}
		if name, _, inner := strings.Cut(rest, "/"); inner && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Reader returns a reader of the stream from its beginning, nil for no stream.
func (s *Stream) Reader() *Reader {
	if s == nil {
		return nil
	}
	if s.made != nil {
		return &Reader{made: s.made, size: s.Size}
	}
	entry := *s.entry // the library keeps the position in it
	return &Reader{entry: &entry, size: min(s.Size, max(s.at.size, 0)), at: s.at}
}

// Bytes returns the stream, at most max bytes of it. What could be read comes
// beside an error.
func (s *Stream) Bytes(max int64) ([]byte, error) {
	if s == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(s.Reader(), max))
}

// Reader reads a stream. Read, ReadAt and Seek share one position; the errors
// are io.EOF, io.ErrUnexpectedEOF when the file is cut off, and ErrDamaged.
type Reader struct {
	entry *mscfb.File
	made  io.ReaderAt
	at    *bounded
	size  int64
	pos   int64
	err   error
}

// ErrDamaged says that the sectors of a stream do not hang together.
var ErrDamaged = errors.New("damaged compound file")

// block is how much is read at a time, in bytes: the library's work grows with
// the square of the sectors asked for.
const block = 32 << 10

// Read implements io.Reader.
func (r *Reader) Read(b []byte) (n int, err error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.pos >= r.size {
		return 0, r.end()
	}
	defer func() {
		if recover() != nil {
			n, err = 0, r.fail(ErrDamaged)
		}
	}()
	b = b[:min(int64(len(b)), block, r.size-r.pos)]
	if len(b) == 0 {
		return 0, nil
	}
	if r.made != nil {
		n, err = r.made.ReadAt(b, r.pos)
		if r.pos += int64(n); n > 0 {
			return n, nil
		}
		return 0, r.fail(io.ErrUnexpectedEOF)
	}
	n, err = r.entry.Read(b)
	r.pos += int64(n)
	if n > 0 {
		return n, nil
	}
	return 0, r.fail(r.at.why())
}

func (r *Reader) fail(err error) error { r.err = err; return err }

// end tells a proper end from one where the directory promised more than the
// file can hold.
func (r *Reader) end() error {
	if r.entry != nil && r.size < r.entry.Size {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

// ReadAt implements io.ReaderAt; it moves the position. Going forward is cheap.
func (r *Reader) ReadAt(b []byte, off int64) (n int, err error) {
	if err := r.seek(off); err != nil {
		return 0, err
	}
	return io.ReadFull(r, b)
}

func (r *Reader) seek(off int64) (err error) {
	if off == r.pos && r.err == nil {
		return nil
	}
	if off < 0 || off >= r.size {
		return io.EOF
	}
	if r.made != nil {
		r.pos, r.err = off, nil
		return nil
	}
	defer func() {
		if recover() != nil {
			err = ErrDamaged
		}
	}()
	if _, err := r.entry.Seek(off, io.SeekStart); err != nil {
		return r.at.why()
	}
	r.pos, r.err = off, nil
	return nil
}

// bounded reads the file: a last sector that is short is filled with zeros, as
// programs read it, and a limit holds while the directory is read.
type bounded struct {
	at    io.ReaderAt
	size  int64
	left  int64 // bytes that may still be read; -1 without limit
	cut   bool  // something beyond the end was asked for
	spent bool
	err   error // of the file
}

var errLimit = errors.New("limit")

// ReadAt implements io.ReaderAt.
func (b *bounded) ReadAt(p []byte, off int64) (int, error) {
	if b.left >= 0 {
		if b.left -= int64(len(p)); b.left < 0 {
			b.left, b.spent = 0, true
			return 0, errLimit
		}
	}
	n, err := b.at.ReadAt(p, off)
	switch {
	case n == len(p):
		return n, nil
	case err != nil && err != io.EOF:
		b.err = err
		return n, err
	case n == 0 || off == 0: // a header that is not whole
		b.cut = true
		return 0, io.ErrUnexpectedEOF
	}
	clear(p[n:])
	return len(p), nil
}

// verdict says why the file could not be opened.
func (b *bounded) verdict() error {
	switch {
	case b.err != nil:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.IOError}
	case b.spent:
		return &sources.FormatError{Status: sources.TooLarge, Reason: sources.MembersLimit}
	case b.cut:
		return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}
	}
	return &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
}

func (b *bounded) why() error {
	if b.cut || b.err != nil {
		return io.ErrUnexpectedEOF
	}
	return ErrDamaged
}

// Reason turns an error of a Reader into the reason of a location.
func Reason(err error) sources.Reason {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return sources.Truncated
	}
	return sources.Corrupt
}
