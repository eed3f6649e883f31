package files

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// posixACL are the entries of a POSIX access control list that can read (as
// getfacl prints them: named entries and the owning group count as far as the mask
// lets them).
type posixACL struct {
	group  bool     // the owning group
	users  []uint32 // named
	groups []uint32
}

// Tags of the entries of system.posix_acl_access (Linux, posix_acl_xattr.h).
const (
	aclUser     = 0x02
	aclGroupObj = 0x04
	aclGroup    = 0x08
	aclMask     = 0x10
	aclRead     = 4
)

var errACL = errors.New("not an access control list")

// parsePosixACL reads the attribute system.posix_acl_access: a version, then
// entries of tag, permissions and id, all little endian.
func parsePosixACL(v []byte) (a posixACL, err error) {
	if len(v) < 4 || binary.LittleEndian.Uint32(v) != 2 || (len(v)-4)%8 != 0 {
		return a, errACL
	}
	mask := uint16(7)
	for e := v[4:]; len(e) > 0; e = e[8:] {
		if binary.LittleEndian.Uint16(e) == aclMask {
			mask = binary.LittleEndian.Uint16(e[2:])
		}
	}
	for e := v[4:]; len(e) > 0; e = e[8:] {
		if binary.LittleEndian.Uint16(e[2:])&mask&aclRead == 0 {
			continue
		}
		id := binary.LittleEndian.Uint32(e[4:])
		switch binary.LittleEndian.Uint16(e) {
		case aclUser:
			a.users = append(a.users, id)
		case aclGroupObj:
			a.group = true
		case aclGroup:
			a.groups = append(a.groups, id)
		}
	}
	return a, nil
}

// ntACL says who can read by a Windows security descriptor: by SID, never by name.
type ntACL struct {
	world         bool // S-1-1-0 Everyone, S-1-5-7 Anonymous, or no list at all
	authenticated bool // every account
	sids          []string
}

// Rights that let content be read: FILE_READ_DATA, GENERIC_READ, GENERIC_ALL.
const ntRead = 0x1 | 0x8000_0000 | 0x1000_0000

// parseNTACL reads a self-relative security descriptor ([MS-DTYP] 2.4.6): the
// attribute system.cifs_acl. Entries count in their order: what an earlier one
// refuses to a SID, a later one does not give it; what is refused to Authenticated
// Users is given to no account behind it. Right of traversal is not looked
// at: Windows accounts pass folders they cannot list unless configured otherwise.
func parseNTACL(v []byte) (a ntACL, err error) {
	if len(v) < 20 || v[0] != 1 {
		return a, errACL
	}
	const present = 0x4
	offset := binary.LittleEndian.Uint32(v[16:])
	if binary.LittleEndian.Uint16(v[2:])&present == 0 || offset == 0 {
		a.world = true // no list: everybody
		return a, nil
	}
	if uint64(offset)+8 > uint64(len(v)) {
		return a, errACL
	}
	list := v[offset:]
	size, count := int(binary.LittleEndian.Uint16(list[2:])), int(binary.LittleEndian.Uint16(list[4:]))
	if size > len(list) || size < 8 {
		return a, errACL
	}
	refused := map[string]bool{}
	for list = list[8:size]; count > 0; count-- {
		if len(list) < 8 {
			return a, errACL
		}
		n := int(binary.LittleEndian.Uint16(list[2:]))
		if n < 8 || n > len(list) {
			return a, errACL
		}
		if err := a.entry(list[:n], refused); err != nil {
			return a, err
		}
		list = list[n:]
	}
	return a, nil
}

// entry takes one entry: allowed, denied, or of another kind that says nothing of
// reading.
func (a *ntACL) entry(e []byte, refused map[string]bool) error {
	const allowed, denied, inheritOnly = 0, 1, 0x08
	if e[0] > denied || e[1]&inheritOnly != 0 || binary.LittleEndian.Uint32(e[4:])&ntRead == 0 {
		return nil
	}
	sid, err := sidOf(e[8:])
	if err != nil {
		return err
	}
	switch {
	case e[0] == denied:
		refused[sid] = true
	case refused[sid] || refused["S-1-1-0"] || refused["S-1-5-11"] && sid != "S-1-1-0" && sid != "S-1-5-7":
	case e[0] == allowed:
		a.allow(sid)
	}
	return nil
}

func (a *ntACL) allow(sid string) {
	switch {
	case sid == "S-1-1-0" || sid == "S-1-5-7":
		a.world = true
	case everyAccount(sid):
		a.authenticated = true
	}
	if !slices.Contains(a.sids, sid) {
		a.sids = append(a.sids, sid)
	}
}

// everyAccount reports whether a SID stands for all accounts of a domain or
// machine: Authenticated Users, Network, Interactive, Users, Domain Users, Domain
// Computers.
func everyAccount(sid string) bool {
	return slices.Contains([]string{"S-1-5-11", "S-1-5-2", "S-1-5-4", "S-1-5-32-545"}, sid) ||
		strings.HasPrefix(sid, "S-1-5-21-") && (strings.HasSuffix(sid, "-513") || strings.HasSuffix(sid, "-515"))
}

// sidOf returns the text form of a SID ([MS-DTYP] 2.4.2.2).
func sidOf(b []byte) (string, error) {
	if len(b) < 8 || b[0] != 1 || int(b[1]) > 15 || len(b) < 8+4*int(b[1]) {
		return "", errACL
	}
	authority := uint64(binary.BigEndian.Uint16(b[2:]))<<32 | uint64(binary.BigEndian.Uint32(b[4:]))
	s := fmt.Sprint("S-1-", authority)
	for i := range int(b[1]) {
		s += fmt.Sprint("-", binary.LittleEndian.Uint32(b[8+4*i:]))
	}
	return s, nil
}

// maxACL bounds the size of an attribute that is read: 64 KiB is the kernel's.
const maxACL = 64 << 10

// attribute reads an extended attribute of the entry name, ended by a zero byte, of
// a folder. Nothing is opened.
func (w *walker) attribute(d folder, name []byte, attribute string) ([]byte, bool) {
	if w.value == nil {
		w.value = make([]byte, maxACL)
	}
	n, err := readAttribute(d.fd, name, attribute, w.value)
	return w.value[:max(n, 0)], err == nil && n > 0
}
