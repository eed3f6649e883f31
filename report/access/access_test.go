package access

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/report/inventory"
)

const (
	shares = `"Name","AccountName","AccessControlType","AccessRight","SID"
"commun","Tout le monde","Allow","Full","S-1-1-0"
"autre","EX\GG_RH","Allow","Read","S-1-5-21-1-2-3-1105"
`
	folders = "#TYPE Selected.System.Security\r\n" +
		`Path;IdentityReference;AccessControlType;FileSystemRights;PropagationFlags;SID
D:\commun;EX\GG_TOUS;Allow;ReadAndExecute, Synchronize;None;S-1-5-21-1-2-3-1100
Microsoft.PowerShell.Core\FileSystem::D:\commun\RH;EX\GG_RH;Allow;Modify, Synchronize;None;S-1-5-21-1-2-3-1105
D:\commun\RH;EX\GG_STAGE;Deny;Read;None;S-1-5-21-1-2-3-1107
D:\commun\RH;EX\GG_STAGE;Allow;Read;None;S-1-5-21-1-2-3-1107
D:\commun\RH;BUILTIN\Users;Allow;Write;None;S-1-5-32-545
D:\commun\ouvert;NT AUTHORITY\Authenticated Users;Allow;-1610612736;None;S-1-5-11
D:\commun\ouvert\clos;EX\GG_RH;Allow;FullControl;InheritOnly;S-1-5-21-1-2-3-1105
D:\commun\ancien;Compte supprimé;Allow;FullControl;None;
D:\communiste;EX\GG_RH;Allow;FullControl;None;S-1-5-21-1-2-3-1105
`
	members = `GroupSID	GroupName	MemberSID
S-1-5-21-1-2-3-1100	GG_TOUS	S-1-5-21-1-2-3-1105
S-1-5-21-1-2-3-1100	GG_TOUS	S-1-5-21-1-2-3-2001
S-1-5-21-1-2-3-1105	GG_RH	S-1-5-21-1-2-3-2002
S-1-5-21-1-2-3-1105	GG_RH	S-1-5-21-1-2-3-2001
S-1-5-21-1-2-3-1105	GG_RH	S-1-5-21-1-2-3-1100
`
)

func rights(t *testing.T, share string) (*Rights, Counts) {
	t.Helper()
	r, c := &Rights{}, Counts{}
	for _, err := range []error{
		r.ReadShares("shares.csv", strings.NewReader("\ufeff"+share), "Commun", &c),
		r.ReadFolders("folders.csv", strings.NewReader(folders), `D:\commun\`, func(s string) string { return s }, &c),
		r.ReadMembers("members.csv", utf16le(members), &c),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return r, c
}

func utf16le(s string) *bytes.Reader {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return bytes.NewReader(b)
}

// TestApply: the nearest folder that was exported says who reads; groups in a ring
// are flattened once.
func TestApply(t *testing.T) {
	r, c := rights(t, shares)
	if c.WithoutSID != 1 || c.Elsewhere != 2 || c.Groups != 2 || c.Folders != 4 {
		t.Errorf("counts %+v", c)
	}
	for _, x := range []struct{ path, access, groups, readers string }{
		{"/a.csv", "group", "[GG_TOUS]", "2"},
		{"/sous/dossier/a.csv", "group", "[GG_TOUS]", "2"},
		{"/rh/paie/a.zip!/ouvert/b.csv", "group", "[GG_RH]", "2"},
		{"/Ouvert/a.csv", "everyone_authenticated", `[NT AUTHORITY\Authenticated Users]`, "-1"},
		{"/ancien/a.csv", "private", "[]", "0"},
	} {
		l := &inventory.Location{}
		l.Path, l.Access, l.Basis, l.Readers = x.path, "unknown", "unknown", inventory.Unknown
		r.Apply(l)
		if got := fmt.Sprint(l.Access, l.Groups, l.Readers); got != x.access+x.groups+" "+x.readers || l.Basis != "import" {
			t.Errorf("%s: %s (%s), want %s%s %s", x.path, got, l.Basis, x.access, x.groups, x.readers)
		}
	}
}

// TestShare: the share narrows what the folder gives, read by the scan or imported.
func TestShare(t *testing.T) {
	narrow := strings.Replace(shares, `"Tout le monde","Allow","Full","S-1-1-0"`, `"EX\GG_RH","Allow","Read","S-1-5-21-1-2-3-1105"`, 1)
	r, _ := rights(t, narrow)
	for _, x := range []struct {
		name, path, basis string
		sids              []string
		want              string
	}{
		{"open folder", "/ouvert/a", "unknown", nil, "group[GG_RH] import"},
		{"a member in common", "/a", "unknown", nil, "group[GG_TOUS] import"},
	} {
		l := &inventory.Location{}
		l.Path, l.Access, l.Basis, l.Groups = x.path, "unknown", x.basis, x.sids
		r.Apply(l)
		if got := fmt.Sprint(l.Access, l.Groups, " ", l.Basis); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
	r.Folders = nil
	for sids, want := range map[string]string{
		"S-1-5-21-1-2-3-1105": "group[GG_RH] nt_acl", "S-1-5-11": "group[GG_RH] nt_acl", "S-1-5-21-9-9-9-1": "group[S-1-5-21-9-9-9-1] nt_acl",
	} {
		l := &inventory.Location{}
		l.Path, l.Access, l.Basis, l.Groups = "/a", "group", "nt_acl", []string{sids}
		r.Apply(l)
		if got := fmt.Sprint(l.Access, l.Groups, " ", l.Basis); got != want {
			t.Errorf("%s: %s, want %s", sids, got, want)
		}
	}
	posix := &inventory.Location{}
	posix.Path, posix.Access, posix.Basis, posix.Groups = "/a", "group", "posix", []string{"staff"}
	r.Apply(posix)
	if posix.Basis != "posix" || posix.Groups[0] != "staff" {
		t.Errorf("what the scan read itself is gone: %+v", posix.LocationRow)
	}
}

func TestReadErrors(t *testing.T) {
	for name, c := range map[string][2]string{
		"no column":  {"Name,AccountName\ncommun,x\n", "shares.csv:1: no column sid"},
		"no type":    {"Name,SID,AccessControlType,AccessRight\ncommun,S-1-1-0,Perhaps,Read\n", "shares.csv:2: AccessControlType is neither Allow nor Deny"},
		"no SID":     {"Name,SID,AccessControlType,AccessRight\ncommun,Everyone,Allow,Read\n", "shares.csv:2: not a SID"},
		"no right":   {"Name,SID,AccessControlType,AccessRight\ncommun,S-1-1-0,Allow,Rien\n", "shares.csv:2: \"rien\" is none of Full"},
		"empty file": {"", "shares.csv:1: no header"},
	} {
		err := (&Rights{}).ReadShares("shares.csv", strings.NewReader(c[0]), "commun", &Counts{})
		if err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v, want %s", name, err, c[1])
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(shares))
	f.Add([]byte(folders))
	f.Add([]byte(members))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, c := &Rights{}, &Counts{}
		_ = r.ReadShares("a", bytes.NewReader(data), "commun", c)
		_ = r.ReadFolders("b", bytes.NewReader(data), `D:\commun`, func(s string) string { return s }, c)
		_ = r.ReadMembers("c", bytes.NewReader(data), c)
		l := &inventory.Location{}
		l.Path = "/rh/a"
		r.Apply(l)
	})
}
