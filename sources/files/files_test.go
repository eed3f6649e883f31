//go:build unix

package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"recense/sources"
	"recense/sources/files/csv"
	"recense/sources/files/fixed"
	"recense/sources/files/text"
	"recense/sources/sourcetest"
)

// share builds a folder; a name that ends in / is a folder, a value "->x" is a
// symbolic link to x.
func share(t *testing.T, entries map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range entries {
		p := filepath.Join(root, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(p, 0o755)
		} else if err = os.MkdirAll(filepath.Dir(p), 0o755); err == nil {
			if target, ok := strings.CutPrefix(content, "->"); ok {
				err = os.Symlink(target, p)
			} else {
				err = os.WriteFile(p, []byte(content), 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// plainFormats are the formats that this test needs, so that others cannot disturb it.
func plainFormats() []sources.Format {
	return []sources.Format{boxFormat, csv.Format, fixed.Format, text.Format}
}

// boxFormat is an archive for tests: "BOX\n", then for each member its name, its
// length and its bytes, each ended by a newline.
var boxFormat = sources.Format{
	Name: "box", Doc: "box", MediaType: "application/x-box", Extensions: []string{".box"},
	Sniff: func(head []byte, _ string, _ int64) bool { return bytes.HasPrefix(head, []byte("BOX\n")) },
	Read: func(_ context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
		data, err := io.ReadAll(in.Reader)
		if err != nil {
			return sources.Result{}, err
		}
		rest := string(data[4:])
		for rest != "" {
			name, more, _ := strings.Cut(rest, "\n")
			size, more, ok := strings.Cut(more, "\n")
			var n int
			if _, err := fmt.Sscan(size, &n); err != nil || !ok || n > len(more) {
				return sources.Result{}, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
			}
			if err := out.Member(sources.Member{Name: name, Size: int64(n), Reader: strings.NewReader(more[:n])}); err != nil {
				return sources.Result{}, err
			}
			rest = more[n:]
		}
		return sources.Result{Bytes: int64(len(data))}, nil
	},
}

func box(members ...string) string {
	s := "BOX\n"
	for i := 0; i < len(members); i += 2 {
		s += fmt.Sprintf("%s\n%d\n%s", members[i], len(members[i+1]), members[i+1])
	}
	return s
}

func open(t *testing.T, o Options) *Source {
	t.Helper()
	if o.Formats == nil {
		o.Formats = plainFormats()
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// scan lists and reads everything.
func scan(t *testing.T, s *Source) (*sourcetest.Recorder, []sources.Unit) {
	t.Helper()
	r := sourcetest.New()
	var units []sources.Unit
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			t.Error(err)
			continue
		}
		units = append(units, u)
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Error(err)
		}
	}
	if err := r.Done(); err != nil {
		t.Error(err)
	}
	return r, units
}

// outcome writes one line a location: path, status, detail.
func outcome(root string, r *sourcetest.Recorder) string {
	var b strings.Builder
	for _, l := range r.Locations {
		name := strings.TrimPrefix(l.URI, "file://"+root+"/")
		if l.Container != "" {
			name += "#" + l.Container
		}
		fmt.Fprintf(&b, "%s %s", name, l.Result.Status)
		if l.Result.Detail != "" {
			fmt.Fprintf(&b, ":%s", l.Result.Detail)
		}
		if l.Files > 0 {
			fmt.Fprintf(&b, " %d files %d bytes", l.Files, l.Place.Bytes)
		}
		if len(l.Flags) > 0 {
			fmt.Fprintf(&b, " %s", l.Flags)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestContract(t *testing.T) {
	if !hasOwners {
		t.Skip("access times change here")
	}
	root := share(t, map[string]string{
		"a.txt": "bonjour", "b/c.csv": "nom;ville\nMartin;Nantes\n", "b/d/": "", "b.txt": "", "e.box": box("x.txt", "dedans"),
		"perso/x.txt": "non", ".snapshot/old.txt": "vieux", "lien": "->a.txt", "gros.log": strings.Repeat("ligne\n", 1000),
	})
	sourcetest.Untouched(t, root, func() {
		sourcetest.Source(t, func(t *testing.T) sources.Source {
			return open(t, Options{Root: root, Limits: sources.Limits{Range: 1000}})
		})
	})
}

func TestStatuses(t *testing.T) {
	root := share(t, map[string]string{
		"a.txt":                     "bonjour",
		"a/z.txt":                   "x",
		"a.b/y.txt":                 "x",
		"vide.txt":                  "",
		"perso/un.txt":              "12345",
		"perso/sous/deux.txt":       "123",
		"Dossier PERSONNEL.txt":     "x",
		"Privé.txt":                 "x",
		"prive\u0301e-liste.txt":    "x", // "privée" is another word
		"note_CSE_2024.txt":         "x",
		"personnelle.txt":           "x",
		"latin1-priv\xe9.txt":       "x",
		"dump.bak":                  "x",
		"VM.VMDK":                   "x",
		".snapshot/hourly/a.txt":    "123456",
		"@GMT-2026.01.01/a.txt":     "12",
		"$RECYCLE.BIN/S-1/jeté.txt": "x",
		".Trash-1000/files/b.txt":   "x",
		"lien":                      "->a.txt",
		"dehors":                    "->/etc/passwd",
		"boucle/ici":                "->../boucle",
		"binaire.dat":               "\x00\x01\x02\x03\xff\xfe\x00\x10\x00\x07\x00\x03",
		"image.txt":                 "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
		"abîmé.box":                 "\x00\x01\x02\x03\xff\xfe\x00\x10\x00\x07",
		"texte.box":                 "du texte",
	})
	if err := unix.Mkfifo(filepath.Join(root, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(root, "s"))
	if err == nil {
		defer socket.Close()
	}
	r, _ := scan(t, open(t, Options{Root: root}))
	want := `$RECYCLE.BIN/S-1/jeté.txt scanned [recycle_bin]
.Trash-1000/files/b.txt scanned [recycle_bin]
.snapshot/ excluded:snapshot 1 files 6 bytes
@GMT-2026.01.01/ excluded:snapshot 1 files 2 bytes
Dossier%20PERSONNEL.txt private_marked
Privé.txt private_marked
VM.VMDK unsupported:backup_file
a/z.txt scanned
a.b/y.txt scanned
a.txt scanned
abîmé.box unreadable:corrupt
binaire.dat unsupported:unknown_format
boucle/ici excluded:symlink
dehors excluded:symlink
dump.bak unsupported:backup_file
fifo excluded:special_file
image.txt unsupported:wrong_extension
latin1-priv%E9.txt private_marked
lien excluded:symlink
note_CSE_2024.txt private_marked
perso/ private_marked 2 files 8 bytes
personnelle.txt scanned
privée-liste.txt scanned
s excluded:special_file
texte.box scanned:wrong_extension
vide.txt scanned:empty
`
	if got := outcome(root, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPatternsAndOptions(t *testing.T) {
	root := share(t, map[string]string{
		"a.txt": "1", "b.log": "12", "c/d.log": "123", "c/e/f.txt": "1", "node/x.txt": "1234", "perso/x.txt": "1", ".snapshot/a.txt": "1",
	})
	for _, test := range []struct {
		name string
		o    Options
		want string
	}{
		{"exclude", Options{Exclude: []string{"*.log", "c/**/f.txt", "node"}},
			".snapshot/ excluded:snapshot 1 files 1 bytes\na.txt scanned\nb.log excluded:pattern\nc/d.log excluded:pattern\nc/e/f.txt excluded:pattern\nnode/ excluded:pattern 1 files 4 bytes\nperso/ private_marked 1 files 1 bytes\n"},
		{"include", Options{Include: []string{"*.log"}},
			".snapshot/ excluded:snapshot 1 files 1 bytes\nb.log scanned\nc/d.log scanned\nc/e/ excluded:pattern 1 files 1 bytes\nnode/ excluded:pattern 1 files 4 bytes\nperso/ private_marked 1 files 1 bytes\n excluded:pattern 1 files 1 bytes\n"},
		{"private and snapshots", Options{IncludePrivate: true, Snapshots: true, Exclude: []string{"c", "node"}},
			".snapshot/a.txt scanned [snapshot]\na.txt scanned\nb.log scanned\nc/ excluded:pattern 2 files 4 bytes\nnode/ excluded:pattern 1 files 4 bytes\nperso/x.txt scanned\n"},
		{"too large", Options{Limits: sources.Limits{MaxSize: 2}, Exclude: []string{"perso", ".snapshot", "c"}},
			".snapshot/ excluded:pattern 1 files 1 bytes\na.txt scanned\nb.log scanned\nc/ excluded:pattern 2 files 4 bytes\nnode/x.txt too_large:size_limit\nperso/ excluded:pattern 1 files 1 bytes\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.o.Root = root
			r, _ := scan(t, open(t, test.o))
			if got := strings.ReplaceAll(outcome(root, r), "file://"+root, ""); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	odd := []string{"un nom", "a%b", "q?x#y", "ligne\nneuve", "\xff\xfe", "été", "tab\t", "back\\slash", "rtl\u202efdp.txt", "~'()", "-rf", strings.Repeat("n", 255)}
	entries := map[string]string{}
	for i, name := range odd {
		entries["d/"+name] = fmt.Sprint("contenu ", i)
	}
	root := share(t, entries)
	r, units := scan(t, open(t, Options{Root: root}))
	seen := map[string]bool{}
	for i, u := range units {
		name := strings.TrimPrefix(u.Path, "d/")
		if want := entries["d/"+name]; string(r.Locations[i].Text) != want {
			t.Errorf("%q: read %q, want %q", name, r.Locations[i].Text, want)
		}
		uri := strings.TrimPrefix(u.Meta.URI, "file://"+root+"/d/")
		for _, c := range []byte(uri) {
			if c <= ' ' || c == 0x7F {
				t.Errorf("%q: URI %q", name, uri)
			}
		}
		if seen[u.ID] {
			t.Errorf("%q: identifier used twice", name)
		}
		seen[u.ID] = true
	}
	if len(units) != len(odd) {
		t.Errorf("%d units of %d names", len(units), len(odd))
	}
	if got := string(appendURI(nil, "/é/\xe9 \n%")); got != "/é/%E9%20%0A%25" {
		t.Errorf("URI %q", got)
	}
}

func TestHardLinks(t *testing.T) {
	if !hasOwners {
		t.Skip("files with several names are not told apart here")
	}
	root := share(t, map[string]string{"a/un.txt": "x", "b.txt": "y", "z/": ""})
	for _, p := range []string{"a/deux.txt", "z/trois.txt"} {
		if err := os.Link(filepath.Join(root, "a/un.txt"), filepath.Join(root, p)); err != nil {
			t.Skip(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "dehors")
	if err := os.Link(filepath.Join(root, "b.txt"), outside); err != nil {
		t.Skip(err)
	}
	_, units := scan(t, open(t, Options{Root: root}))
	if len(units) != 2 || units[0].Path != "a/deux.txt" || len(units[0].Meta.Aliases) != 2 || units[1].Path != "b.txt" {
		t.Errorf("units %+v", units)
	}
}

func TestAccess(t *testing.T) {
	if !hasOwners {
		t.Skip("rights are not read here")
	}
	root := share(t, map[string]string{"monde": "x", "groupe": "x", "moi": "x", "clos/monde": "x"})
	for p, mode := range map[string]os.FileMode{"": 0o755, "monde": 0o644, "groupe": 0o640, "moi": 0o600, "clos/monde": 0o644, "clos": 0o750} {
		if err := os.Chmod(filepath.Join(root, p), mode); err != nil {
			t.Fatal(err)
		}
	}
	_, units := scan(t, open(t, Options{Root: root}))
	got := map[string]string{}
	for _, u := range units {
		got[u.Path] = u.Meta.Access
		if u.Meta.Owner == "" || u.Meta.Basis != "posix" || (u.Meta.Access == "private") != (len(u.Meta.Groups) == 0) {
			t.Errorf("%s: owner %q, basis %q, groups %q", u.Path, u.Meta.Owner, u.Meta.Basis, u.Meta.Groups)
		}
	}
	if want := map[string]string{"monde": "world", "groupe": "group", "moi": "private", "clos/monde": "group"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("access %v, want %v", got, want)
	}
}

func TestRefusedOutput(t *testing.T) {
	root := share(t, map[string]string{"in/": "", "lien": "->in"})
	for dir, ok := range map[string]bool{root: false, root + "/in": false, root + "/lien/nouveau/x": false, root + "x": true, filepath.Dir(root): true} {
		_, err := New(Options{Root: root, Refuse: []string{dir}})
		if (err == nil) != ok {
			t.Errorf("output in %q: %v", dir, err)
		}
	}
	if _, err := New(Options{Root: root, Exclude: []string{"[a"}}); err == nil {
		t.Error("a pattern that is not well formed is accepted")
	}
	if _, err := New(Options{Root: root + "/absent"}); err == nil {
		t.Error("a root that is not there is accepted")
	}
}

func TestSingleFile(t *testing.T) {
	root := share(t, map[string]string{"x.txt": "seul", "y.txt": "autre"})
	r, units := scan(t, open(t, Options{Root: filepath.Join(root, "x.txt")}))
	if len(units) != 1 || string(r.Last().Text) != "seul" || units[0].Meta.URI != "file://"+root+"/x.txt" {
		t.Errorf("%d units, %+v", len(units), units)
	}
}

func TestMembers(t *testing.T) {
	deep := "au fond"
	name := "f.txt"
	for i := range 7 {
		deep = box(name, deep)
		name = fmt.Sprintf("%d.box", i)
	}
	root := share(t, map[string]string{
		"a.box":    box("un.csv", "nom;ville\nMartin;Nantes\n", "in.box", box("../deux.txt", "texte"), "vide", "", "bin", "\x00\x01\x02\x03\x04"),
		"deep.box": deep,
		"mal.box":  box("ok.txt", "lu") + "suite\nxx\n",
		"rien.box": box(),
	})
	r, _ := scan(t, open(t, Options{Root: root}))
	want := `a.box scanned
a.box#un.csv scanned
a.box#in.box scanned
a.box#in.box!/../deux.txt scanned:unsafe_name
a.box#vide scanned:empty
a.box#bin unsupported:unknown_format
deep.box scanned
deep.box#5.box scanned
deep.box#5.box!/4.box scanned
deep.box#5.box!/4.box!/3.box scanned
deep.box#5.box!/4.box!/3.box!/2.box scanned
deep.box#5.box!/4.box!/3.box!/2.box!/1.box scanned
deep.box#5.box!/4.box!/3.box!/2.box!/1.box!/0.box too_large:depth_limit
mal.box partial:corrupt
mal.box#ok.txt scanned
rien.box scanned
`
	if got := outcome(root, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, l := range r.Locations {
		archive := strings.HasSuffix(l.URI+l.Container, ".box") && l.Result.Status == sources.Scanned && !strings.HasSuffix(l.URI, "rien.box")
		if l.Result.Container != archive {
			t.Errorf("%s#%s: container %v", l.URI, l.Container, l.Result.Container)
		}
	}
}

func TestMemberLimits(t *testing.T) {
	zeros := strings.Repeat("0", 300_000)
	root := share(t, map[string]string{"a.box": box("un", "1", "deux", "2", "trois", "3", "quatre", "4"), "z.box": box("gros", zeros, "autre", "x")})
	r, _ := scan(t, open(t, Options{Root: root, Limits: sources.Limits{Members: 2, RatioMin: 1000, Ratio: 1}}))
	if got := r.Locations[0].Skips; len(r.Locations) != 6 || len(got) != 1 || got[0] != sources.MembersLimit {
		t.Errorf("%d locations, skips %v", len(r.Locations), got)
	}
	// One byte in gives one byte out here: under Ratio 1 nothing is a bomb, so
	// count the outer file as smaller than it is.
	v := &visit{src: open(t, Options{Root: root, Limits: sources.Limits{RatioMin: 1000, Ratio: 10}}), ctx: context.Background(), sink: sourcetest.New(), unit: &sources.Unit{}}
	v.budget = budget{limits: &v.src.limits, outer: 10}
	v.budget.reset()
	v.sink.Open(sources.Place{})
	l := v.level(0, "")
	if err := l.Member(sources.Member{Name: "bombe", Size: -1, Reader: &endless{}}); err != nil {
		t.Fatal(err)
	}
	if err := l.Member(sources.Member{Name: "suite", Size: -1, Reader: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	got := v.sink.(*sourcetest.Recorder).Locations
	if got[1].Result.Status != sources.Partial || got[1].Result.Detail != sources.RatioLimit || len(got[1].Text) == 0 {
		t.Errorf("bomb: %+v", got[1].Result)
	}
	if got[2].Result.Status != sources.TooLarge || got[2].Result.Detail != sources.RatioLimit {
		t.Errorf("after it: %+v", got[2].Result)
	}
}

// endless is what a bomb unpacks to.
type endless struct{}

func (*endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}

func TestRangesOfFiles(t *testing.T) {
	lines := strings.Repeat("Martin;Paul;44000\n", 500)
	root := share(t, map[string]string{"a.csv": "nom;prenom;cp\n" + lines, "b.log": strings.Repeat("une ligne de journal\n", 400),
		"c.dat": "BOX\n" + strings.Repeat("x\n1\ny", 1500), "d.box": box("x", strings.Repeat("y", 5000))})
	limits := sources.Limits{Range: 1000, Margin: 64}
	whole, _ := scan(t, open(t, Options{Root: root}))
	parts, units := scan(t, open(t, Options{Root: root, Limits: limits}))
	count := map[string]int{}
	bytes, text, cells := map[string]int64{}, map[string]string{}, map[string]int{}
	for i, u := range units {
		count[u.Path]++
		_ = i
	}
	for _, l := range parts.Locations {
		if l.Container == "" {
			name := filepath.Base(l.URI)
			bytes[name] += l.Result.Bytes
			text[name] += string(l.Text)
			cells[name] += len(l.Cells)
		}
	}
	if count["a.csv"] != 10 || count["d.box"] != 1 || count["c.dat"] < 2 {
		t.Errorf("units %v", count)
	}
	for _, name := range []string{"a.csv", "b.log"} {
		w := whole.Find(name)
		if bytes[name] != w.Size || text[name] != string(w.Text) || cells[name] != len(w.Cells) {
			t.Errorf("%s: %d bytes of %d, %d cells of %d", name, bytes[name], w.Size, cells[name], len(w.Cells))
		}
	}
	members := 0
	for _, l := range parts.Locations {
		if strings.HasSuffix(l.URI, "c.dat") && l.Container != "" {
			members++
		}
	}
	if members != 1500 {
		t.Errorf("an archive listed as ranges gave %d members", members)
	}
}

func TestChangesUnderway(t *testing.T) {
	root := share(t, map[string]string{"a.txt": strings.Repeat("x", 100_000), "b.txt": "x", "c.txt": "x", "d.txt": "x", "e/f.txt": "x"})
	s := open(t, Options{Root: root, Limits: sources.Limits{Range: 60_000}})
	var units []sources.Unit
	for u := range s.Units(context.Background()) {
		units = append(units, u)
	}
	os.WriteFile(filepath.Join(root, "a.txt"), []byte(strings.Repeat("y", 99_000)), 0o644)
	os.Remove(filepath.Join(root, "b.txt"))
	os.Remove(filepath.Join(root, "c.txt"))
	os.Symlink("/etc/passwd", filepath.Join(root, "c.txt"))
	os.Remove(filepath.Join(root, "d.txt"))
	unix.Mkfifo(filepath.Join(root, "d.txt"), 0o600)
	os.RemoveAll(filepath.Join(root, "e"))
	os.Symlink("/etc", filepath.Join(root, "e"))
	r := sourcetest.New()
	for _, u := range units {
		if err := s.Read(context.Background(), u, r); err != nil {
			t.Error(err)
		}
	}
	want := "a.txt partial:changed_while_read\na.txt partial:changed_while_read\nb.txt error:vanished\nc.txt excluded:symlink\nd.txt excluded:special_file\ne/f.txt excluded:symlink\n"
	if got := outcome(root, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestErrorsOfTheSystem(t *testing.T) {
	for err, want := range map[error]string{
		unix.EACCES: "unreadable:permission_denied", unix.ENOENT: "error:vanished", unix.ELOOP: "excluded:symlink",
		unix.ENXIO: "excluded:special_file", unix.EIO: "error:io_error", unix.ESTALE: "error:vanished",
	} {
		if s, r := statusOf(err); s.String()+":"+string(r) != want {
			t.Errorf("%v: %s:%s, want %s", err, s, r, want)
		}
	}
	if listReason(unix.EACCES) != sources.PermissionDenied || listReason(unix.ELOOP) != sources.Vanished {
		t.Error("reasons of folders")
	}
}

// TestPermissionDenied needs a user without rights; root reads everything.
func TestPermissionDenied(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	root := share(t, map[string]string{"clos/a.txt": "x", "b.txt": "x"})
	os.Chmod(filepath.Join(root, "clos"), 0)
	os.Chmod(filepath.Join(root, "b.txt"), 0)
	defer os.Chmod(filepath.Join(root, "clos"), 0o755)
	r, _ := scan(t, open(t, Options{Root: root}))
	if got := outcome(root, r); got != "b.txt unreadable:permission_denied\nclos/ not_listable:permission_denied\n" {
		t.Error(got)
	}
}

func TestOffline(t *testing.T) {
	if !hasOwners {
		t.Skip("extended attributes are not read here")
	}
	root := share(t, map[string]string{"ici.txt": "x"})
	p := filepath.Join(root, "ailleurs.txt")
	os.WriteFile(p, nil, 0o644)
	if err := os.Truncate(p, 1000); err != nil { // no block
		t.Fatal(err)
	}
	blob := make([]byte, 24)
	blob[2], blob[4], blob[13] = 4, 4, 0x10 // version 4, level 4, FILE_ATTRIBUTE_OFFLINE
	if err := unix.Setxattr(p, "user.DOSATTRIB", blob, 0); err != nil {
		t.Skip("no extended attributes here: ", err)
	}
	r, _ := scan(t, open(t, Options{Root: root}))
	if got := outcome(root, r); got != "ailleurs.txt offline\nici.txt scanned\n" {
		t.Error(got)
	}
}

func TestDOSAttributes(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        uint32
	}{
		{"user.cifs.dosattrib", "\x20\x10\x00\x00", 0x1020},
		{"system.ntfs_attrib", "\x00\x00\x40\x00", 0x400000},
		{"user.DOSATTRIB", "0x1020\x00", 0x1020},
		{"user.DOSATTRIB", "\x00\x00\x03\x00\x03\x00\x00\x00\x11\x00\x00\x00\x20\x10\x00\x00\x00\x00", 0x1020},
		{"user.DOSATTRIB", "\x00\x00", 0},
		{"user.cifs.dosattrib", "", 0},
	} {
		if got := dosAttributes(test.name, []byte(test.value)); got != test.want {
			t.Errorf("%s %q: %#x, want %#x", test.name, test.value, got, test.want)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	root := share(t, map[string]string{"a.txt": "x"})
	id := func(o Options) string {
		o.Root = root
		_, units := scan(t, open(t, o))
		return units[0].ID
	}
	a, b, c := id(Options{}), id(Options{Key: [32]byte{1}}), id(Options{Name: "autre"})
	if a == b || a == c || a != id(Options{}) {
		t.Errorf("identifiers %s %s %s", a, b, c)
	}
	// HMAC-SHA-256 under the key of zeros of "L", 0, "files", 0, "a.txt".
	if want := "4fdd0d5ed4b5c7cb1b5a0ad2d2a5b0c1"; len(a) != len(want) {
		t.Errorf("identifier %s", a)
	}
}
