package files

import (
	"encoding/binary"
	"slices"
	"strings"
)

// nfs4ACL says who can read, and who can pass, by an access control list of NFS
// version 4 (RFC 7530 section 6).
type nfs4ACL struct {
	everyone bool // EVERYONE@, ANONYMOUS@
	accounts bool // AUTHENTICATED@, NETWORK@, INTERACTIVE@: every account
	group    bool // GROUP@: the owning group
	users    []string
	groups   []string
}

// Rights of an entry: ACE4_READ_DATA, which lists a folder, and ACE4_EXECUTE, which
// passes one.
const (
	nfs4Read    = 0x1
	nfs4Execute = 0x20
)

// nfs4Name is the largest name of an entry.
const nfs4Name = 1024

// parseNFS4 reads the attribute system.nfs4_acl as Linux gives it: the number of
// entries, then type, flags, rights and name of each (XDR, RFC 4506), for the right
// given. Entries count in their order: what an earlier one refuses to a name, a later
// one does not give it; what is refused to EVERYONE@ is given to nobody behind it. That
// a group is refused is not taken from other groups: nobody knows who is in both.
func parseNFS4(v []byte, right uint32) (a nfs4ACL, err error) {
	d := xdr{v}
	count, ok := d.uint()
	if !ok || count > uint32(len(v)/16) {
		return a, errACL
	}
	refused := map[string]bool{}
	for range count {
		kind, ok1 := d.uint()
		flags, ok2 := d.uint()
		rights, ok3 := d.uint()
		who, ok4 := d.text()
		if !ok1 || !ok2 || !ok3 || !ok4 {
			return nfs4ACL{}, errACL
		}
		const allowed, denied, inheritOnly, isGroup = 0, 1, 0x8, 0x40
		if kind > denied || flags&inheritOnly != 0 || rights&right == 0 {
			continue // of another kind (audit, alarm), for what is made below, or of other rights
		}
		key := who
		if flags&isGroup != 0 {
			key = "group:" + who
		}
		switch {
		case kind == denied:
			refused[key] = true
		case refused[key] || refused["EVERYONE@"]:
		case kind == allowed:
			a.allow(who, flags&isGroup != 0)
		}
	}
	if len(d.rest) != 0 {
		return nfs4ACL{}, errACL
	}
	return a, nil
}

func (a *nfs4ACL) allow(who string, group bool) {
	switch {
	case who == "EVERYONE@" || who == "ANONYMOUS@":
		a.everyone = true
	case who == "AUTHENTICATED@" || who == "NETWORK@" || who == "INTERACTIVE@" || who == "DIALUP@":
		a.accounts = true
	case who == "GROUP@":
		a.group = true
	case who == "OWNER@" || strings.HasSuffix(who, "@") && !group: // BATCH@, SERVICE@: no persons
	case group:
		a.groups = append(a.groups, who)
	default:
		a.users = append(a.users, who)
	}
}

// readers are the named ones as documents show them, sorted: without the domain of the
// server, as accounts are called on this machine, and for which they would read like
// e-mail addresses.
func (a *nfs4ACL) readers(owning []string) []string {
	var out []string
	for _, g := range a.groups {
		out = append(out, withoutDomain(g))
	}
	if a.group {
		out = append(out, owning...)
	}
	for _, u := range a.users {
		out = append(out, "user:"+withoutDomain(u))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// xdr reads numbers and texts of RFC 4506.
type xdr struct{ rest []byte }

func (d *xdr) uint() (uint32, bool) {
	if len(d.rest) < 4 {
		return 0, false
	}
	n := binary.BigEndian.Uint32(d.rest)
	d.rest = d.rest[4:]
	return n, true
}

// text reads a length, the bytes, and what fills them up to four.
func (d *xdr) text() (string, bool) {
	n, ok := d.uint()
	padded := (uint64(n) + 3) &^ 3
	if !ok || n > nfs4Name || padded > uint64(len(d.rest)) {
		return "", false
	}
	s := string(d.rest[:n])
	d.rest = d.rest[padded:]
	return s, true
}

func withoutDomain(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name
}
