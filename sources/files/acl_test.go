//go:build unix

package files

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// list writes the attribute that setfacl writes: tag, permissions, id.
func list(entries ...[3]uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range entries {
		b = binary.LittleEndian.AppendUint16(b, uint16(e[0]))
		b = binary.LittleEndian.AppendUint16(b, uint16(e[1]))
		b = binary.LittleEndian.AppendUint32(b, e[2])
	}
	return b
}

const none = 0xFFFFFFFF

// TestAccessList: who reads is what getfacl calls effective, on a real file.
func TestAccessList(t *testing.T) {
	if !hasOwners {
		t.Skip("rights are not read here")
	}
	for _, c := range []struct {
		name   string
		list   []byte
		access string
		groups []string
	}{
		{"named group", list([3]uint32{1, 6, none}, [3]uint32{4, 0, none}, [3]uint32{8, 4, 54321}, [3]uint32{16, 4, none}, [3]uint32{32, 0, none}), "group", []string{"54321"}},
		{"mask takes it away", list([3]uint32{1, 6, none}, [3]uint32{4, 4, none}, [3]uint32{8, 4, 54321}, [3]uint32{16, 0, none}, [3]uint32{32, 0, none}), "private", nil},
		{"named account", list([3]uint32{1, 6, none}, [3]uint32{2, 4, 54322}, [3]uint32{4, 0, none}, [3]uint32{16, 4, none}, [3]uint32{32, 0, none}), "group", []string{"user:54322"}},
		{"nobody of the mask", list([3]uint32{1, 6, none}, [3]uint32{2, 2, 54322}, [3]uint32{4, 0, none}, [3]uint32{16, 6, none}, [3]uint32{32, 0, none}), "private", nil},
		{"others as well", list([3]uint32{1, 6, none}, [3]uint32{4, 4, none}, [3]uint32{8, 4, 54321}, [3]uint32{16, 4, none}, [3]uint32{32, 4, none}), "world", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := share(t, map[string]string{"a": "x"})
			if err := os.Chmod(root, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := unix.Setxattr(filepath.Join(root, "a"), "system.posix_acl_access", c.list, 0); err != nil {
				t.Skipf("no access control lists here: %v", err)
			}
			_, units := scan(t, open(t, Options{Root: root}))
			m := units[0].Meta
			if m.Access != c.access || c.access != "world" && !slices.Equal(m.Groups, c.groups) {
				t.Errorf("access %s, groups %q; want %s, %q", m.Access, m.Groups, c.access, c.groups)
			}
		})
	}
}

// sid writes a SID of the NT authority, or of the world with none.
func sid(authority byte, parts ...uint32) []byte {
	b := []byte{1, byte(len(parts)), 0, 0, 0, 0, 0, authority}
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint32(b, p)
	}
	return b
}

// ace writes an entry.
func ace(kind, flags byte, mask uint32, sid []byte) []byte {
	b := []byte{kind, flags, byte(8 + len(sid)), 0}
	return append(binary.LittleEndian.AppendUint32(b, mask), sid...)
}

// descriptor writes a self-relative security descriptor with a list.
func descriptor(aces ...[]byte) []byte {
	b := make([]byte, 20)
	b[0] = 1
	binary.LittleEndian.PutUint16(b[2:], 0x8004)
	binary.LittleEndian.PutUint32(b[16:], 20)
	body := slices.Concat(aces...)
	b = append(b, 2, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(8+len(body)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(aces)))
	return append(append(b, 0, 0), body...)
}

func TestSecurityDescriptor(t *testing.T) {
	everyone, authenticated, domain := sid(1, 0), sid(5, 11), sid(5, 21, 1, 2, 3, 513)
	group := sid(5, 21, 1, 2, 3, 1104)
	const read, write, all = 0x120089, 0x2, 0x1F01FF
	for _, c := range []struct {
		name         string
		sd           []byte
		world, every bool
		sids         string
	}{
		{"group", descriptor(ace(0, 0, read, group)), false, false, "[S-1-5-21-1-2-3-1104]"},
		{"everyone", descriptor(ace(0, 0, all, everyone)), true, false, "[S-1-1-0]"},
		{"authenticated", descriptor(ace(0, 0x10, read, authenticated)), false, true, "[S-1-5-11]"},
		{"domain users", descriptor(ace(0, 0, read, domain)), false, true, "[S-1-5-21-1-2-3-513]"},
		{"refused first", descriptor(ace(1, 0, read, domain), ace(0, 0, read, domain), ace(0, 0, read, group)), false, false, "[S-1-5-21-1-2-3-1104]"},
		{"refused to every account", descriptor(ace(1, 0, read, authenticated), ace(0, 0, read, authenticated), ace(0, 0, read, group)), false, false, "[]"},
		{"refused behind", descriptor(ace(0, 0, read, group), ace(1, 0, read, authenticated)), false, false, "[S-1-5-21-1-2-3-1104]"},
		{"refused to all", descriptor(ace(1, 0, read, everyone), ace(0, 0, read, group)), false, false, "[]"},
		{"write only", descriptor(ace(0, 0, write, everyone)), false, false, "[]"},
		{"inherit only", descriptor(ace(0, 0x08, read, everyone)), false, false, "[]"},
		{"generic read", descriptor(ace(0, 0, 0x80000000, group)), false, false, "[S-1-5-21-1-2-3-1104]"},
		{"another kind", descriptor(ace(5, 0, read, everyone)), false, false, "[]"},
		{"empty list", descriptor(), false, false, "[]"},
	} {
		a, err := parseNTACL(c.sd)
		if err != nil || a.world != c.world || a.authenticated != c.every || fmt.Sprint(a.sids) != c.sids {
			t.Errorf("%s: %+v, %v", c.name, a, err)
		}
	}
	if a, err := parseNTACL(make([]byte, 20)); err == nil {
		t.Errorf("revision 0: %+v", a)
	}
	noList := descriptor()
	binary.LittleEndian.PutUint16(noList[2:], 0x8000)
	if a, err := parseNTACL(noList); err != nil || !a.world {
		t.Errorf("no list: %+v, %v", a, err)
	}
}

func FuzzACL(f *testing.F) {
	f.Add(descriptor(ace(0, 0, 1, sid(5, 11)), ace(1, 0, 1, sid(1, 0))))
	f.Add(list([3]uint32{1, 6, none}, [3]uint32{8, 4, 5}))
	f.Fuzz(func(t *testing.T, v []byte) {
		_, _ = parseNTACL(v)
		_, _ = parsePosixACL(v)
	})
}

// nfs4 writes the attribute of an NFS mount: entries of type, flags, rights and name.
func nfs4(entries ...nfs4Entry) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(entries)))
	for _, e := range entries {
		for _, n := range []uint32{e.kind, e.flags, e.rights, uint32(len(e.who))} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		b = append(b, e.who...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	return b
}

type nfs4Entry struct {
	kind, flags, rights uint32
	who                 string
}

func TestNFS4(t *testing.T) {
	const read, execute, write, group = 0x1, 0x20, 0x2, 0x40
	for _, c := range []struct {
		name  string
		list  []byte
		right uint32
		want  string // everyone, accounts, owning group
		names string
	}{
		{"as a mode", nfs4(nfs4Entry{0, 0, read | write, "OWNER@"}, nfs4Entry{0, group, read, "GROUP@"}, nfs4Entry{0, 0, read, "EVERYONE@"}), read, "true false true", "[compta]"},
		{"named", nfs4(nfs4Entry{0, 0, read, "alice@exemple.fr"}, nfs4Entry{0, group, read, "rh@exemple.fr"}), read, "false false false", "[rh user:alice]"},
		{"every account", nfs4(nfs4Entry{0, 0, read, "AUTHENTICATED@"}), read, "false true false", "[]"},
		{"refused first", nfs4(nfs4Entry{1, group, read, "rh@exemple.fr"}, nfs4Entry{0, group, read, "rh@exemple.fr"}, nfs4Entry{0, 0, read, "rh@exemple.fr"}), read, "false false false", "[user:rh]"},
		{"refused to all", nfs4(nfs4Entry{0, group, read, "rh@x"}, nfs4Entry{1, 0, read, "EVERYONE@"}, nfs4Entry{0, group, read, "si@x"}), read, "false false false", "[rh]"},
		{"inherit only", nfs4(nfs4Entry{0, 0x8, read, "EVERYONE@"}), read, "false false false", "[]"},
		{"audit", nfs4(nfs4Entry{2, 0, read, "EVERYONE@"}), read, "false false false", "[]"},
		{"another right", nfs4(nfs4Entry{0, 0, read, "EVERYONE@"}), execute, "false false false", "[]"},
		{"passes", nfs4(nfs4Entry{0, 0, execute, "EVERYONE@"}), execute, "true false false", "[]"},
		{"no entry", nfs4(), read, "false false false", "[]"},
	} {
		a, err := parseNFS4(c.list, c.right)
		if got := fmt.Sprint(a.everyone, a.accounts, a.group); err != nil || got != c.want || fmt.Sprint(a.readers([]string{"compta"})) != c.names {
			t.Errorf("%s: %s %v, %v; want %s %s", c.name, got, a.readers([]string{"compta"}), err, c.want, c.names)
		}
	}
	whole := nfs4(nfs4Entry{0, 0, read, "alice@exemple.fr"})
	for n := range whole {
		if _, err := parseNFS4(whole[:n], read); err == nil {
			t.Errorf("%d of %d bytes are a list", n, len(whole))
		}
	}
	if _, err := parseNFS4(append(whole, 0, 0, 0, 0), read); err == nil {
		t.Error("bytes behind the list")
	}
}

// Whatever the bytes, nothing but an error comes of them.
func FuzzLists(f *testing.F) {
	f.Add(nfs4(nfs4Entry{0, 0, 1, "EVERYONE@"}))
	f.Add(descriptor(ace(0, 0, 1, sid(1, 0))))
	f.Add(list([3]uint32{1, 6, none}))
	f.Add(binary.BigEndian.AppendUint32(nil, 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := parseNFS4(b, 1); err == nil && len(a.users)+len(a.groups) > len(b)/16 {
			t.Error("more entries than bytes")
		}
		if a, err := parseNTACL(b); err == nil && len(a.sids) > len(b)/16 {
			t.Error("more SIDs than bytes")
		}
		parsePosixACL(b)
	})
}
