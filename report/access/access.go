// Package access joins the locations of a run with the rights that an
// administrator exported: permissions of shares (Get-SmbShareAccess), of folders
// (Get-Acl, icacls, getfacl) and members of groups (domain/register.md B.2). What the scan could not
// read itself becomes known, and readers are estimated.
//
// Who an entry is about is decided by SID, never by name, where an export has SIDs:
// entries without one are left out of it and counted. Lists of getfacl and icacls have names
// alone: those that Windows gives are known in English and French, others stand for
// themselves. It holds SIDs, names of groups and paths; no value.
package access

import (
	"path"
	"slices"
	"strings"

	"recense/report/inventory"
)

// Entry lets or refuses an account or group to read.
type Entry struct {
	SID   string
	Name  string // as exported, for the reader
	Allow bool
}

// Rights are those of one source.
type Rights struct {
	Share    []Entry             // empty: not imported
	Folders  map[string][]Entry  // by path below the source, "/" for the root; masked, lower case
	Members  map[string][]string // SID of a group → SIDs of its members, groups among them
	Accounts map[string]bool     // SIDs that are members of some group
	Names    map[string]string   // of SIDs
}

// Well-known SIDs.
func world(sid string) bool { return sid == "S-1-1-0" || sid == "S-1-5-7" }

func everyAccount(sid string) bool {
	return slices.Contains([]string{"S-1-5-11", "S-1-5-2", "S-1-5-4", "S-1-5-32-545"}, sid) ||
		strings.HasPrefix(sid, byName) && slices.ContainsFunc(allOfDomain, func(g string) bool { return strings.HasSuffix(sid, g) }) ||
		strings.HasPrefix(sid, "S-1-5-21-") && (strings.HasSuffix(sid, "-513") || strings.HasSuffix(sid, "-515"))
}

// allowed returns the SIDs that a list lets read: what is refused to one is not
// given to it, what is refused to everyone is given to nobody, and what is refused to
// Authenticated Users to no account.
func allowed(list []Entry) []string {
	refused := map[string]bool{}
	for _, e := range list {
		if !e.Allow {
			refused[e.SID] = true
		}
	}
	var out []string
	for _, e := range list {
		if e.Allow && !refused[e.SID] && !refused["S-1-1-0"] && !(refused["S-1-5-11"] && !world(e.SID)) && !slices.Contains(out, e.SID) {
			out = append(out, e.SID)
		}
	}
	slices.Sort(out)
	return out
}

// scope is the widest that some SIDs give.
func scope(sids []string) string {
	switch {
	case len(sids) == 0:
		return "private"
	case slices.ContainsFunc(sids, world):
		return "world"
	case slices.ContainsFunc(sids, everyAccount):
		return "everyone_authenticated"
	}
	return "group"
}

// rank orders scopes from the narrowest.
func rank(scope string) int {
	return slices.Index([]string{"private", "group", "everyone_authenticated", "world"}, scope)
}

// Apply fills in who can read a location, where the rights say so.
func (r *Rights) Apply(l *inventory.Location) {
	var readers []string
	switch entries, ok := r.of(l.Path); {
	case ok:
		readers, l.Basis = allowed(entries), "import"
	case l.Basis == "nt_acl": // SIDs that the scan read
		readers = slices.Clone(l.Groups)
		if len(l.Groups) == 0 && l.Access == "world" {
			readers = []string{"S-1-1-0"}
		}
	default:
		return
	}
	if len(r.Share) > 0 {
		readers = r.both(readers, allowed(r.Share))
	}
	l.Access = scope(readers)
	l.Readers = r.count(readers)
	l.Groups = r.names(readers)
}

// of returns the entries of the nearest folder that has some: exported lists hold
// what is inherited.
func (r *Rights) of(p string) ([]Entry, bool) {
	p, _, _ = strings.Cut(strings.ToLower(p), "!/")
	for p = path.Clean("/" + p); ; p = path.Dir(p) {
		if e, ok := r.Folders[p]; ok {
			return e, true
		}
		if p == "/" {
			return nil, false
		}
	}
}

// both returns who may read by the folder and by the share. Where one is open to all
// accounts the other decides; else the groups that stand in both, and those that
// share a member.
func (r *Rights) both(folder, share []string) []string {
	fs, ss := scope(folder), scope(share)
	switch {
	case rank(ss) >= rank("everyone_authenticated") && rank(fs) <= rank(ss):
		return folder
	case rank(fs) >= rank("everyone_authenticated"):
		return share
	}
	accounts, whole := r.accounts(share)
	return slices.DeleteFunc(slices.Clone(folder), func(sid string) bool {
		if slices.Contains(share, sid) {
			return false
		}
		own, known := r.accounts([]string{sid})
		if !whole || !known {
			return false // nothing says that they have nobody in common
		}
		for a := range own {
			if accounts[a] {
				return false
			}
		}
		return true
	})
}

// maxAccounts bounds the accounts that are counted.
const maxAccounts = 1_000_000

// accounts flattens groups into accounts; false when the members of one are not
// known. A SID without members that is a member itself is an account.
func (r *Rights) accounts(sids []string) (map[string]bool, bool) {
	out, seen, whole := map[string]bool{}, map[string]bool{}, true
	todo := slices.Clone(sids)
	for len(todo) > 0 && len(out) < maxAccounts {
		sid := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[sid] {
			continue
		}
		seen[sid] = true
		switch members, group := r.Members[sid]; {
		case world(sid) || everyAccount(sid) && !group:
			whole = false
		case group:
			todo = append(todo, members...)
		case r.Accounts[sid]:
			out[sid] = true
		default:
			whole = false
		}
	}
	return out, whole && len(todo) == 0
}

// count estimates readers; inventory.Unknown when membership is not known.
func (r *Rights) count(sids []string) int64 {
	accounts, whole := r.accounts(sids)
	if !whole || len(r.Members) == 0 {
		return inventory.Unknown
	}
	return int64(len(accounts))
}

// names returns what readers are called.
func (r *Rights) names(sids []string) []string {
	var out []string
	for _, sid := range sids {
		name := r.Names[sid]
		if name == "" {
			name = sid
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Knows reports whether a SID or a name, whatever its case, stands in the rights.
func (r *Rights) Knows(account string) bool {
	for sid, name := range r.Names {
		if sid == account || strings.EqualFold(name, account) {
			return true
		}
	}
	return r.Accounts[account]
}

// GroupsOf returns the names of the groups that an account, by SID or name as
// imported, is a member of, directly or through others.
func (r *Rights) GroupsOf(account string) []string {
	var out []string
	for group := range r.Members {
		accounts, _ := r.accounts([]string{group})
		for sid := range accounts {
			if sid == account || strings.EqualFold(r.Names[sid], account) {
				out = append(out, r.names([]string{group})...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
