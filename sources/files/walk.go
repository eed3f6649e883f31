package files

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"path"
	"slices"
	"strconv"
	"time"

	"recense/sources"
)

// maxDepth is how many folders lie in one another at most; each open level
// holds a descriptor.
const maxDepth = 512

// maxLinks is how many files with several names are remembered while the others
// are looked for.
const maxLinks = 1 << 16

// maxAliases is how many other names of a file are given.
const maxAliases = 16

// Units implements sources.Source. Folders are walked depth first, their entries
// sorted bytewise; a file with several names is given when the last of them was
// met, or at the end, so that its aliases are complete. It opens folders only.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		base, err := s.baseDir()
		if err != nil {
			_, reason := statusOf(err)
			yield(sources.Unit{Source: s.opt.Name}, fmt.Errorf("files: the root cannot be opened: %w", &sources.FormatError{Reason: reason}))
			return
		}
		w := &walker{s: s, ctx: ctx, yield: yield, mac: hmac.New(sha256.New, s.opt.Key[:]),
			prefix: append([]byte("file://"), appendURI(nil, slashes(s.base))...)}
		if w.prefix[len(w.prefix)-1] != '/' {
			w.prefix = append(w.prefix, '/')
		}
		if s.single != "" {
			w.only(base, s.single)
		} else {
			w.root(base)
		}
		w.release()
	}
}

// walker is one listing.
type walker struct {
	s     *Source
	ctx   context.Context
	yield func(sources.Unit, error) bool
	done  bool // the caller wants no more

	mac     hash.Hash
	prefix  []byte // URI of the base, with a slash
	rel     []byte // path of the folder being walked, with a slash; empty at the root
	scratch []byte
	sum     [sha256.Size]byte
	idStart []byte
	frames  []*frame // by depth
	stat    fileStat

	value   []byte // of an extended attribute
	owners  map[uint32]string
	groups  map[uint32][]string
	devices map[uint64]kind
	links   map[inode]*link
	order   []*link
	kinds   map[string]bool // extension → a format without ranges
}

// folder is what the entries of a folder inherit.
type folder struct {
	fd    int
	dev   uint64
	world bool // everyone may pass here
	flags []string
}

// inode identifies a file with several names.
type inode struct{ dev, ino uint64 }

// link is a file with several names that waits for the others.
type link struct {
	unit  sources.Unit
	names uint32 // still to come
	given bool
}

var (
	recycled  = []string{"recycle_bin"}
	snapshots = []string{"snapshot"}
)

// root walks everything.
func (w *walker) root(base int) {
	fd, err := w.s.openDir(base, []byte(".\x00"))
	if err != nil {
		w.give(sources.Unit{Source: w.s.opt.Name}, fmt.Errorf("files: the root cannot be listed: %w", err))
		return
	}
	defer closeFile(fd)
	if err := statx(fd, nil, &w.stat); err != nil {
		w.give(sources.Unit{Source: w.s.opt.Name}, fmt.Errorf("files: the root cannot be listed: %w", err))
		return
	}
	w.folder(folder{fd: fd, dev: device(&w.stat), world: w.passes(fd)}, 0)
}

// only gives the single file that is the root.
func (w *walker) only(base int, name string) {
	f := frame{steps: &w.s.steps}
	f.add([]byte(name), typeUnknown)
	for _, suffix := range besides { // if they are there
		f.add([]byte(name+suffix), typeUnknown)
	}
	f.next = 1
	w.entry(folder{fd: base, world: true}, &f, f.entries[0], 0)
}

// folder lists d, sorts what it holds and goes through it.
func (w *walker) folder(d folder, depth int) {
	for len(w.frames) <= depth {
		w.frames = append(w.frames, &frame{steps: &w.s.steps})
	}
	f := w.frames[depth]
	if err := f.list(d.fd); err != nil {
		w.refuse(d, sources.NotListable, listReason(err))
		return
	}
	left := tally{} // files that Include leaves out
	for i, e := range f.entries {
		if w.done || w.ctx.Err() != nil {
			w.done = true
			return
		}
		f.next = i + 1
		if w.leftOut(d, f, e, &left) {
			continue
		}
		w.entry(d, f, e, depth)
	}
	if left.files > 0 {
		w.row(d, string(w.rel), sources.Excluded, sources.ByPattern, left)
	}
}

// leftOut counts a file that no pattern of Include selects.
func (w *walker) leftOut(d folder, f *frame, e entry, left *tally) bool {
	if len(w.s.opt.Include) == 0 || e.kind == typeFolder {
		return false
	}
	name := f.name(e)
	if matches(w.s.opt.Include, string(w.rel)+string(name), string(name)) {
		return false
	}
	if statx(d.fd, f.terminated(e), &w.stat) != nil || w.stat.Mode&modeKind == modeFolder {
		return false
	}
	left.add(int64(w.stat.Size))
	return true
}

// entry goes on with one entry of d.
func (w *walker) entry(d folder, f *frame, e entry, depth int) {
	name := f.name(e)
	w.s.steps.Add(1)
	switch {
	case e.kind == typeLink:
		w.leaf(d, name, sources.Excluded, sources.SymlinkSkipped)
		return
	case isSpecial(e.kind):
		w.leaf(d, name, sources.Excluded, sources.Special)
		return
	case e.kind == typeFolder:
		w.enter(d, f, e, depth)
		return
	}
	if err := statx(d.fd, f.terminated(e), &w.stat); err != nil {
		w.leaf(d, name, sources.Failed, goneReason(err))
		return
	}
	switch w.stat.Mode & modeKind {
	case modeRegular:
		w.file(d, f, e)
	case modeFolder:
		w.enter(d, f, e, depth)
	case modeLink:
		w.leaf(d, name, sources.Excluded, sources.SymlinkSkipped)
	default:
		w.leaf(d, name, sources.Excluded, sources.Special)
	}
}

// enter walks the folder e of d, or gives the one row that stands for it.
func (w *walker) enter(d folder, f *frame, e entry, depth int) {
	name := f.name(e)
	length := len(w.rel)
	w.rel = append(append(w.rel, name...), '/')
	defer func() { w.rel = w.rel[:length] }()
	if depth+1 >= maxDepth {
		w.refuse(d, sources.NotListable, sources.DepthLimit)
		return
	}
	fd, err := w.s.openDir(d.fd, f.terminated(e))
	if err != nil {
		w.refuse(d, sources.NotListable, listReason(err))
		return
	}
	defer closeFile(fd)
	if err := statx(fd, nil, &w.stat); err != nil {
		w.refuse(d, sources.NotListable, listReason(err))
		return
	}
	inner := folder{fd: fd, dev: device(&w.stat), world: d.world && w.passes(fd), flags: d.flags}
	rel := string(w.rel[:len(w.rel)-1])
	switch {
	case inner.dev != d.dev && !w.s.opt.CrossFileSystems:
		w.refuse(d, sources.Excluded, sources.OtherFileSystem)
		return
	case len(w.s.opt.Exclude) > 0 && matches(w.s.opt.Exclude, rel, string(name)):
		w.count(inner, sources.Excluded, sources.ByPattern, depth)
		return
	case isSnapshot(name):
		if !w.s.opt.Snapshots {
			w.count(inner, sources.Excluded, sources.SnapshotFolder, depth)
			return
		}
		inner.flags = snapshots
	case !w.s.opt.IncludePrivate && isPrivate(name, w.s.opt.Markers):
		w.count(inner, sources.PrivateMarked, "", depth)
		return
	case isRecycleBin(name):
		inner.flags = recycled
	}
	w.folder(inner, depth+1)
}

// file gives the regular file e of d, which w.stat describes.
func (w *walker) file(d folder, f *frame, e entry) {
	name, o := f.name(e), &w.s.opt
	u := w.unit(d, name)
	w.access(d, f.terminated(e), &u.Meta)
	w.versionBeside(d, f, e, &u)
	st := &w.stat
	status := func(s sources.Status, r sources.Reason) { u.Meta.Status, u.Meta.Detail = s, r }
	switch {
	case len(o.Exclude) > 0 && matches(o.Exclude, u.Path, string(name)):
		status(sources.Excluded, sources.ByPattern)
	case !o.IncludePrivate && isPrivate(name, o.Markers):
		status(sources.PrivateMarked, "")
	case w.offline(d, f.terminated(e)):
		status(sources.Offline, "")
	case isBackup(name):
		status(sources.Unsupported, sources.BackupFile)
	case w.s.limits.MaxSize > 0 && u.Size > w.s.limits.MaxSize:
		status(sources.TooLarge, sources.SizeLimit)
	case st.Nlink > 1:
		w.link(inode{device(st), st.Ino}, u, st.Nlink)
		return
	}
	w.ranges(u)
}

// besideMark parts the version of a file from those of the files that are read with it.
const besideMark = "+"

// besides are the endings of files that are read with the file of the name before them:
// where the last changes of a SQLite database stand.
var besides = []string{"-journal", "-wal"}

// versionBeside makes the version of u, the file e of d, change with what is read beside it.
func (w *walker) versionBeside(d folder, f *frame, e entry, u *sources.Unit) {
	name := f.name(e)
	for _, o := range f.entries[f.next:] {
		ending, ok := bytes.CutPrefix(f.name(o), name)
		if !ok {
			return
		}
		var st fileStat
		if !slices.Contains(besides, string(ending)) || statx(d.fd, f.terminated(o), &st) != nil {
			continue
		}
		u.Version = string(appendVersion(append([]byte(u.Version), besideMark...), &st))
		for _, t := range []time.Time{modTime(st.Mtime), modTime(st.Ctime)} {
			if !u.Fresh.IsZero() && t.After(u.Fresh) {
				u.Fresh = t
			}
		}
	}
}

// link keeps a file with several names until all of them were met.
func (w *walker) link(id inode, u sources.Unit, names uint32) {
	if w.links == nil {
		w.links = map[inode]*link{}
	}
	l := w.links[id]
	if l == nil {
		if len(w.links) >= maxLinks {
			w.ranges(u)
			return
		}
		l = &link{unit: u, names: names}
		w.links[id] = l
		w.order = append(w.order, l)
	} else if len(l.unit.Meta.Aliases) < maxAliases {
		l.unit.Meta.Aliases = append(l.unit.Meta.Aliases, u.Meta.URI)
	}
	if l.names--; l.names == 0 {
		l.given = true
		w.ranges(l.unit)
		l.unit = sources.Unit{}
	}
}

// release gives the files some of whose names lie outside the root.
func (w *walker) release() {
	for _, l := range w.order {
		if !l.given && !w.done && w.ctx.Err() == nil {
			w.ranges(l.unit)
		}
	}
}

// ranges gives a file whole, or split when it is large and may be text: what it
// really is, the workers find out. Bounds are multiples of Limits.Range.
func (w *walker) ranges(u sources.Unit) {
	step := w.s.limits.Range
	if u.Size <= step || u.Meta.Status != sources.Scanned || w.unsplit(u.Path) {
		w.give(u, nil)
		return
	}
	u.Count = int32((u.Size + step - 1) / step)
	total := u.Size
	for from := int64(0); from < total && !w.done; from += step {
		to := min(from+step, total)
		u.Range = strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(to, 10)
		u.Size = to - from
		w.give(u, nil)
		u.Index++
	}
}

// unsplit reports whether the name promises a format that is read in one piece.
func (w *walker) unsplit(name string) bool {
	if w.kinds == nil {
		w.kinds = map[string]bool{}
	}
	ext := path.Ext(name)
	one, known := w.kinds[ext]
	if !known {
		f := w.s.named.of(name)
		one = f != nil && !f.Ranges
		if len(w.kinds) < 1024 {
			w.kinds[ext] = one
		}
	}
	return one
}

// give hands over a unit.
func (w *walker) give(u sources.Unit, err error) {
	if !w.done && !w.yield(u, err) {
		w.done = true
	}
}

// leaf gives a row for an entry that is not read.
func (w *walker) leaf(d folder, name []byte, s sources.Status, r sources.Reason) {
	if len(w.s.opt.Include) > 0 && s == sources.Excluded && !matches(w.s.opt.Include, string(w.rel)+string(name), string(name)) {
		return
	}
	w.stat = fileStat{}
	u := w.unit(d, name)
	u.Meta.Access, u.Meta.Basis, u.Meta.Owner, u.Meta.Groups = "unknown", "unknown", "", nil
	u.Meta.Modified, u.ModTime = time.Time{}, time.Time{}
	u.Meta.Status, u.Meta.Detail = s, r
	w.give(u, nil)
}

// refuse gives the row of the folder w.rel, which is not entered.
func (w *walker) refuse(d folder, s sources.Status, r sources.Reason) {
	w.row(d, string(w.rel), s, r, tally{})
}

// count gives the row of a folder that is left out, with what it holds.
func (w *walker) count(d folder, s sources.Status, r sources.Reason, depth int) {
	var t tally
	w.tally(d, &t, depth+1)
	w.row(d, string(w.rel), s, r, t)
}

// tally adds up the files under d without opening one.
func (w *walker) tally(d folder, t *tally, depth int) {
	for len(w.frames) <= depth {
		w.frames = append(w.frames, &frame{steps: &w.s.steps})
	}
	f := w.frames[depth]
	if f.list(d.fd) != nil {
		return
	}
	for _, e := range f.entries {
		if w.done || w.ctx.Err() != nil {
			return
		}
		w.s.steps.Add(1)
		if statx(d.fd, f.terminated(e), &w.stat) != nil {
			continue
		}
		if w.stat.Mode&modeKind != modeFolder {
			t.add(int64(w.stat.Size))
			continue
		}
		if device(&w.stat) != d.dev || depth+1 >= maxDepth {
			continue
		}
		if fd, err := w.s.openDir(d.fd, f.terminated(e)); err == nil {
			w.tally(folder{fd: fd, dev: d.dev}, t, depth+1)
			closeFile(fd)
		}
	}
}

// tally counts files that are not read.
type tally struct{ files, bytes int64 }

func (t *tally) add(size int64) { t.files++; t.bytes += size }

// row gives the row of the folder rel, "" for the root.
func (w *walker) row(d folder, rel string, s sources.Status, r sources.Reason, t tally) {
	id := rel
	if id != "" {
		id = id[:len(id)-1]
	}
	u := sources.Unit{Source: w.s.opt.Name, ID: w.id([]byte(id)), Count: 1, Path: id}
	u.Meta = sources.Place{ID: u.ID, URI: string(appendURI(slices.Clip(w.prefix), rel)), MediaType: "inode/directory",
		Size: -1, Access: "unknown", Basis: "unknown", Flags: d.flags,
		Files: t.files, Bytes: t.bytes, Status: s, Detail: r}
	w.give(u, nil)
}

// unit makes the unit of the file name in the current folder from w.stat, with
// one allocation for all its text in the common case.
func (w *walker) unit(d folder, name []byte) sources.Unit {
	st := &w.stat
	w.rel = append(w.rel, name...)
	b := append(w.scratch[:0], w.prefix...)
	if isPlain(w.rel) {
		b = append(b, w.rel...)
	} else {
		b = appendURI(b, string(w.rel))
	}
	uri := len(b)
	escaped := uri-len(w.prefix) != len(w.rel)
	if escaped {
		b = append(b, w.rel...)
	}
	pathEnd := len(b)
	b = w.appendID(b, w.rel)
	idEnd := len(b)
	b = appendVersion(b, st)
	w.scratch = b
	w.rel = w.rel[:len(w.rel)-len(name)]

	all := string(b)
	u := sources.Unit{Source: w.s.opt.Name, ID: all[pathEnd:idEnd], Count: 1, Version: all[idEnd:],
		Path: all[len(w.prefix):uri], Size: int64(st.Size), Device: device(st), ModTime: modTime(st.Mtime), Fresh: modTime(st.Ctime)}
	switch {
	case !hasChangeTime:
		u.Fresh = time.Time{} // the other times can be put back: it is read again each time
	case u.ModTime.After(u.Fresh):
		u.Fresh = u.ModTime
	}
	if escaped {
		u.Path = all[uri:pathEnd]
	}
	u.Meta = sources.Place{ID: u.ID, URI: all[:uri], Size: u.Size, Modified: u.ModTime, Flags: d.flags}
	if t, ok := created(st); ok {
		u.Meta.Created = modTime(t)
	}
	return u
}

// id returns the keyed identifier of a path: the first 16 bytes of HMAC-SHA-256
// over 'L', 0, source id, 0, path, in hexadecimal digits.
func (w *walker) id(rel []byte) string { return string(w.appendID(nil, rel)) }

func (w *walker) appendID(dst, rel []byte) []byte {
	w.mac.Reset()
	w.mac.Write(w.idPrefix())
	w.mac.Write(rel)
	return hex.AppendEncode(dst, w.mac.Sum(w.sum[:0])[:16])
}
