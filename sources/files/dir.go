package files

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"recense/sources"
)

// frame holds the entries of one folder; it is used again for the next one at
// the same depth.
type frame struct {
	names   []byte // each ended by a zero byte
	entries []entry
	next    int // the entry behind the one at hand
	buf     []byte
	steps   *atomic.Int64 // counted while it is read
}

// entry is one name, with its first eight bytes for sorting.
type entry struct {
	key      uint64
	from, to int32 // in frame.names, without the zero byte
	kind     byte  // typeUnknown, typeFolder…
}

func (f *frame) name(e entry) []byte       { return f.names[e.from:e.to:e.to] }
func (f *frame) terminated(e entry) []byte { return f.names[e.from : e.to+1] }

func (f *frame) add(name []byte, kind byte) {
	e := entry{from: int32(len(f.names)), kind: kind}
	f.names = append(f.names, name...)
	e.to = int32(len(f.names))
	f.names = append(f.names, 0)
	var key [8]byte
	copy(key[:], name)
	e.key = binary.BigEndian.Uint64(key[:])
	f.entries = append(f.entries, e)
}

// list reads the folder fd and sorts its entries by their bytes.
func (f *frame) list(fd int) error {
	f.names, f.entries = f.names[:0], f.entries[:0]
	if err := f.fill(fd); err != nil {
		return err
	}
	slices.SortFunc(f.entries, func(a, b entry) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return bytes.Compare(f.name(a), f.name(b))
	})
	return nil
}

func modTime(t instant) time.Time { return time.Unix(t.Sec, int64(t.Nsec)).UTC() }

// appendVersion writes what changes whenever the content may have: size, times
// and inode.
func appendVersion(dst []byte, st *fileStat) []byte {
	dst = strconv.AppendUint(dst, st.Size, 32)
	dst = strconv.AppendInt(append(dst, '.'), st.Mtime.Sec*1e9+int64(st.Mtime.Nsec), 32)
	dst = strconv.AppendInt(append(dst, '.'), st.Ctime.Sec*1e9+int64(st.Ctime.Nsec), 32)
	return strconv.AppendUint(append(dst, '.'), st.Ino, 32)
}

// listReason says why a folder could not be listed.
func listReason(err error) sources.Reason {
	_, r := statusOf(err)
	if r == sources.SymlinkSkipped || r == sources.Special {
		return sources.Vanished // it was a folder a moment ago
	}
	return r
}

// goneReason says why an entry could not be described.
func goneReason(err error) sources.Reason {
	_, r := statusOf(err)
	return r
}

func withoutPath(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func (w *walker) idPrefix() []byte {
	if w.idStart == nil {
		w.idStart = append(append([]byte{'L', 0}, w.s.opt.Name...), 0)
	}
	return w.idStart
}

// kind is what matters of a file system.
type kind uint8

const (
	local  kind = iota
	remote      // mode bits come from the mount, not from the file
	fuse
)

// fileSystem looks up the file system of the device that fd lies on, once.
func (w *walker) fileSystem(dev uint64, fd int) kind {
	if k, ok := w.devices[dev]; ok {
		return k
	}
	k := fileSystemOf(fd)
	if w.devices == nil {
		w.devices = map[uint64]kind{}
	}
	w.devices[dev] = k
	return k
}

// access fills in who owns the file of w.stat, name in d, and who can read it. On a
// network mount the mode bits say nothing: only a security descriptor does.
func (w *walker) access(d folder, name []byte, p *sources.Place) {
	st := &w.stat
	if hasOwners {
		p.Owner = w.owner(st.Uid)
	}
	if w.fileSystem(device(st), d.fd) != local {
		p.Access, p.Basis = "unknown", "unknown"
		if !w.ntAccess(d, name, p) {
			w.nfs4Access(d, name, p)
		}
		return
	}
	p.Basis, p.Access = "posix", "private"
	// With a list the bits of the group are its mask: without them it gives nothing.
	if st.Mode&0o040 != 0 {
		p.Groups = w.group(st.Gid)
		if st.Mode&0o004 == 0 || !d.world {
			w.listed(d, name, p)
		}
		if len(p.Groups) > 0 {
			p.Access = "group"
		}
	}
	if st.Mode&0o004 != 0 && d.world {
		p.Access = "world"
	}
}

// listed takes the readers of an access control list, if there is one, in place of
// the owning group. Named accounts are written as getfacl writes them.
func (w *walker) listed(d folder, name []byte, p *sources.Place) {
	v, ok := w.attribute(d, name, "system.posix_acl_access")
	if !ok {
		return
	}
	a, err := parsePosixACL(v)
	if err != nil {
		return
	}
	var readers []string
	if a.group {
		readers = append(readers, p.Groups...)
	}
	for _, g := range a.groups {
		readers = append(readers, w.group(g)...)
	}
	for _, u := range a.users {
		readers = append(readers, "user:"+w.owner(u))
	}
	slices.Sort(readers)
	p.Groups = slices.Compact(readers)
}

// nfs4Access takes the readers from the list that an NFS mount gives. Everyone reads
// only where everyone passes the folders above.
func (w *walker) nfs4Access(d folder, name []byte, p *sources.Place) {
	v, ok := w.attribute(d, name, "system.nfs4_acl")
	if !ok {
		return
	}
	a, err := parseNFS4(v, nfs4Read)
	if err != nil {
		return
	}
	p.Basis, p.Groups = "nfs4", a.readers(w.group(w.stat.Gid))
	switch {
	case a.everyone && d.world:
		p.Access = "world"
	case a.accounts && d.world:
		p.Access = "everyone_authenticated"
	case len(p.Groups) > 0:
		p.Access = "group"
	default:
		p.Access = "private"
	}
}

// passes reports whether everyone passes the folder fd, of w.stat. On a network mount
// only a list of NFS says so: Windows accounts pass folders they cannot list unless
// configured otherwise.
func (w *walker) passes(fd int) bool {
	if w.fileSystem(device(&w.stat), fd) == local {
		return w.stat.Mode&0o001 != 0
	}
	v, ok := w.attribute(folder{fd: fd}, []byte(".\x00"), "system.nfs4_acl")
	if !ok {
		return true
	}
	a, err := parseNFS4(v, nfs4Execute)
	return err != nil || a.everyone || a.accounts
}

// ntAccess takes the readers from the security descriptor that a CIFS mount gives; false
// where there is none.
func (w *walker) ntAccess(d folder, name []byte, p *sources.Place) bool {
	v, ok := w.attribute(d, name, "system.cifs_acl")
	if !ok {
		return false
	}
	a, err := parseNTACL(v)
	if err != nil {
		return false
	}
	p.Basis, p.Groups = "nt_acl", a.sids
	switch {
	case a.world:
		p.Access = "world"
	case a.authenticated:
		p.Access = "everyone_authenticated"
	case len(a.sids) > 0:
		p.Access = "group"
	default:
		p.Access = "private"
	}
	return true
}

func (w *walker) owner(uid uint32) string {
	name, ok := w.owners[uid]
	if !ok {
		name = strconv.FormatUint(uint64(uid), 10)
		if u, err := user.LookupId(name); err == nil {
			name = u.Username
		}
		if w.owners == nil {
			w.owners = map[uint32]string{}
		}
		w.owners[uid] = name
	}
	return name
}

func (w *walker) group(gid uint32) []string {
	names, ok := w.groups[gid]
	if !ok {
		name := strconv.FormatUint(uint64(gid), 10)
		if g, err := user.LookupGroupId(name); err == nil {
			name = g.Name
		}
		names = []string{name}
		if w.groups == nil {
			w.groups = map[uint32][]string{}
		}
		w.groups[gid] = names
	}
	return names
}

// Attributes of Windows that say that the content is elsewhere, and that to
// read it is to fetch it: OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS.
const recalled = 0x1000 | 0x40000 | 0x400000

// offline reports whether the file of w.stat, name in d, is kept elsewhere. The
// attributes are asked for where they can be: on network mounts, and on local
// disks (of a Samba server) for files that hold no block. Nothing is opened.
func (w *walker) offline(d folder, name []byte) bool {
	st := &w.stat
	if attributesOf(st)&recalled != 0 {
		return true
	}
	k := w.fileSystem(device(st), d.fd)
	if k == local && (st.Blocks > 0 || st.Size == 0) {
		return false
	}
	var value [256]byte
	for _, attribute := range [...]string{"user.cifs.dosattrib", "user.DOSATTRIB", "system.ntfs_attrib"} {
		if n, err := readAttribute(d.fd, name, attribute, value[:]); err == nil {
			return dosAttributes(attribute, value[:n])&recalled != 0
		}
	}
	return false
}

// dosAttributes reads the three ways in which the attributes are kept: a little
// endian number (Linux CIFS, ntfs-3g), "0x20" and a structure with the number at
// its offset 12 (Samba before and since version 3.5).
func dosAttributes(name string, v []byte) uint32 {
	if name != "user.DOSATTRIB" {
		if len(v) < 4 {
			return 0
		}
		return binary.LittleEndian.Uint32(v)
	}
	text, _, _ := strings.Cut(string(v), "\x00")
	if digits, ok := strings.CutPrefix(text, "0x"); ok {
		n, _ := strconv.ParseUint(digits, 16, 32)
		return uint32(n)
	}
	if len(v) < 16 {
		return 0
	}
	return binary.LittleEndian.Uint32(v[12:])
}
