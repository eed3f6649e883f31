package access

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"recense/report/inventory"
)

const icaclsList = `D:\Mes documents BUILTIN\Administrateurs:(I)(OI)(CI)(F)
                 EX\GG (lecture):(OI)(CI)(RX)
                 CREATEUR PROPRIETAIRE:(OI)(CI)(IO)(F)

D:\Mes documents\RH EX\GG_RH:(OI)(CI)(M)
                    EX\GG_STAGE:(DENY)(R)
                    EX\GG_STAGE:(R)

D:\Mes documents\RH\paie.xlsx EX\GG_RH:(I)(M)
                              EX\GG_STAGE:(I)(DENY)(R)
                              EX\GG_STAGE:(I)(R)

D:\Mes documents\à tous Tout le monde:(OI)(CI)(R)

D:\Mes documents\comptes AUTORITE NT\Utilisateurs authentifiés:(R,W)

D:\Mes documents\domaine EX\Utilisateurs du domaine:(RX)

D:\Mes documents\local BUILTIN\Utilisateurs:(RX)

D:\Mes documents\disparu S-1-5-21-1-2-3-1107:(F)

D:\Mes documents\secret: Accès refusé.
D:\Mes documents\dépôt EX\GG_RH:(W)

D:\autre Everyone:(F)

8 fichiers correctement traités ; échec du traitement de 1 fichiers
`

const getfaclList = `# file: srv/partage
# owner: root
# group: compta
user::rwx
group::r-x
other::r-x

# file: srv/partage/r\303\251serv\303\251
# owner: root
# group: rh
user::rwx
user:alice:r--
group::r-x
group:stage:r-x	#effective:---
mask::r--
other::---
default:other::r-x

# file: srv/partage/r\303\251serv\303\251/ouvert.csv
# owner: root
# group: rh
user::rw-
group::---
other::r--

# file: srv/partage/clos\040l\303\240
# owner: root
# group: rh
user::rwx
group::rwx
mask::--x
other::---

# file: srv/partage/a.csv
# owner: root
# group: compta
user::rw-
group::r--
other::r--
`

const savedList_ = "partage\r\nD:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;S-1-5-21-1-2-3-1105)(A;OICIIO;FA;;;CO)\r\n" +
	"partage\\ouvert\r\nD:AI(A;OICIID;FR;;;WD)S:AI(AU;SA;FA;;;WD)\r\npartage\\clos\r\nD:(D;;FA;;;AU)(A;;FA;;;S-1-5-21-1-2-3-1105)\r\n" +
	"partage\\domaine\r\nD:(A;;GR;;;DU)\r\n"

// TestLists: who may read, by the lists that administrators have.
func TestLists(t *testing.T) {
	dos, err := charmap.CodePage850.NewEncoder().String(icaclsList)
	if err != nil {
		t.Fatal(err)
	}
	windows, err := charmap.Windows1252.NewEncoder().String(icaclsList)
	if err != nil {
		t.Fatal(err)
	}
	icacls := map[string]string{
		"/a.txt":        `group [BUILTIN\Administrateurs EX\GG (lecture)]`,
		"/rh/a.txt":     `group [EX\GG_RH]`,
		"/RH/paie.xlsx": `group [EX\GG_RH]`,
		"/à tous/a.txt": "world [Tout le monde]",
		"/comptes/a":    `everyone_authenticated [AUTORITE NT\Utilisateurs authentifiés]`,
		"/domaine/a":    `everyone_authenticated [EX\Utilisateurs du domaine]`,
		"/local/a":      `everyone_authenticated [BUILTIN\Utilisateurs]`,
		"/disparu/a":    "group [S-1-5-21-1-2-3-1107]",
		"/dépôt/a":      "private []",
	}
	for _, c := range []struct {
		name, root, text string
		counts           string
		want             map[string]string
	}{
		{"icacls", `D:\Mes documents`, icaclsList, "9 folders, 1 elsewhere, unread 1 [23]", icacls},
		{"icacls in code page 850", `D:\Mes documents\`, dos, "9 folders, 1 elsewhere, unread 1 [23]", icacls},
		{"icacls in Windows-1252", `d:\mes documents`, windows, "9 folders, 1 elsewhere, unread 1 [23]", icacls},
		{"icacls in UTF-16", `D:\Mes documents`, string(bytesOf(utf16le(icaclsList))), "9 folders, 1 elsewhere, unread 1 [23]", icacls},
		{"icacls of the current folder", ".", strings.ReplaceAll(strings.ReplaceAll(icaclsList, `D:\Mes documents\`, `.\`), "D:\\Mes documents BUILTIN", ".                BUILTIN"), "9 folders, 1 elsewhere, unread 1 [23]", icacls},
		{"getfacl", "/srv/partage", getfaclList, "5 folders, 0 elsewhere, unread 0 []", map[string]string{
			"/a.csv": "world [compta other]", "/autre/b.csv": "world [compta other]", "/réservé/a": "group [rh stage user:alice]", "/réservé/ouvert.csv": "private []", "/clos là/a": "private []",
		}},
		{"icacls /save", "partage", string(bytesOf(utf16le(savedList_))[2:]), "4 folders, 0 elsewhere, unread 0 []", map[string]string{
			"/a": `group [BUILTIN\Administrators S-1-5-21-1-2-3-1105]`, "/ouvert/a": "world [Everyone]", "/clos/a": "private []", "/domaine/a": "everyone_authenticated [Domain Users]",
		}},
	} {
		r, n := &Rights{}, Counts{}
		if err := r.ReadFolders("liste", strings.NewReader(c.text), c.root, func(s string) string { return s }, &n); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := fmt.Sprintf("%d folders, %d elsewhere, unread %d %v", n.Folders, n.Elsewhere, n.Unread, n.Lines); got != c.counts {
			t.Errorf("%s: %s, want %s", c.name, got, c.counts)
		}
		for p, want := range c.want {
			l := &inventory.Location{}
			l.Path, l.Access, l.Basis = p, "unknown", "unknown"
			r.Apply(l)
			if got := fmt.Sprint(l.Access, " ", l.Groups); got != want {
				t.Errorf("%s: %s: %s, want %s", c.name, p, got, want)
			}
		}
		if _, kept := r.Folders["/rh/paie.xlsx"]; kept {
			t.Errorf("%s: what is inherited is kept again", c.name)
		}
	}
}

func bytesOf(r *bytes.Reader) []byte {
	b := make([]byte, r.Len())
	_, _ = r.Read(b)
	return b
}

// TestListMembers: a group of a list without SIDs is that of the members of its name.
func TestListMembers(t *testing.T) {
	r, n := &Rights{}, Counts{}
	if err := r.ReadMembers("members.csv", strings.NewReader(strings.ReplaceAll(members, "\t", ";")), &n); err != nil {
		t.Fatal(err)
	}
	if err := r.ReadFolders("liste", strings.NewReader("D:\\x EX\\GG_RH:(RX)\n"), `D:\x`, func(s string) string { return s }, &n); err != nil {
		t.Fatal(err)
	}
	l := &inventory.Location{}
	l.Path = "/a"
	r.Apply(l)
	if l.Readers != 2 || !slices.Equal(l.Groups, []string{"GG_RH"}) {
		t.Errorf("%d readers, %v", l.Readers, l.Groups)
	}
}

func FuzzLists(f *testing.F) {
	for _, s := range []string{icaclsList, getfaclList, savedList_} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &Rights{}
		_ = r.ReadFolders("a", bytes.NewReader(data), `D:\x`, func(s string) string { return s }, &Counts{})
	})
}
