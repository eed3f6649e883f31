//go:build unix

package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"recense/sources"
)

// zipped writes an archive of names and contents; names that end in .stored are
// not deflated, those that end in .locked are marked as encrypted.
func zipped(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		name, text := entries[i], entries[i+1]
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		var f io.Writer
		var err error
		switch {
		case strings.HasSuffix(name, ".locked"):
			h.Flags, h.CompressedSize64, h.UncompressedSize64 = 1, uint64(len(text)), uint64(len(text))
			f, err = w.CreateRaw(h)
		case strings.HasSuffix(name, ".stored"):
			h.Method = zip.Store
			fallthrough
		default:
			f, err = w.CreateHeader(h)
		}
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: entries[i], Size: int64(len(entries[i+1])), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, entries[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const rows = "nom;ville\nMartin;Nantes\nDurand;Brest\n"

// TestArchives reads archives in archives as they lie on shares: each file is
// counted once, an archive of which everything is counted is not.
func TestArchives(t *testing.T) {
	whole := zipped(t, "a.csv", rows, "b.csv", strings.Repeat(rows, 500))
	deep := "au fond"
	for range 7 {
		deep = gzipped(t, deep)
	}
	root := share(t, map[string]string{
		"a.zip":    zipped(t, "un.csv", rows, "in.zip", zipped(t, "deux.csv", rows, "paie.locked", "secret"), "t.tar.gz", gzipped(t, tarred(t, "d/x.csv", rows, "../y.txt", "texte"))),
		"cut.zip":  whole[:strings.Index(whole, "PK\x01\x02")-30],
		"deep.gz":  deep,
		"vide.zip": zipped(t),
		"same.zip": zipped(t, "a.csv", rows, "a.csv", rows),
		"only.zip": zipped(t, "x.locked", "secret"),
	})
	r, _ := scan(t, open(t, Options{Root: root, Formats: Formats()}))
	want := `a.zip scanned
a.zip#un.csv scanned
a.zip#in.zip scanned
a.zip#in.zip!/deux.csv scanned
a.zip#in.zip!/paie.locked encrypted:password_protected
a.zip#t.tar.gz scanned
a.zip#t.tar.gz!/t.tar scanned
a.zip#t.tar.gz!/t.tar!/d/x.csv scanned
a.zip#t.tar.gz!/t.tar!/../y.txt scanned:unsafe_name
cut.zip partial:truncated
cut.zip#a.csv scanned
cut.zip#b.csv partial:truncated
deep.gz scanned
deep.gz#deep scanned
deep.gz#deep!/deep scanned
deep.gz#deep!/deep!/deep scanned
deep.gz#deep!/deep!/deep!/deep scanned
deep.gz#deep!/deep!/deep!/deep!/deep scanned
deep.gz#deep!/deep!/deep!/deep!/deep!/deep too_large:depth_limit
only.zip scanned
only.zip#x.locked encrypted:password_protected
same.zip scanned
same.zip#a.csv scanned
same.zip#a.csv scanned
vide.zip scanned
`
	if got := outcome(root, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	counted := 0
	for _, l := range r.Locations {
		if !l.Result.Container {
			counted++
		}
	}
	// Files of a.zip 5, cut.zip and its two, the refused one of deep.gz, only 1, same 2, vide.zip.
	if counted != 5+3+1+1+2+1 {
		t.Errorf("%d locations are counted", counted)
	}
}

// TestBombs holds archives that unpack to far more than they are.
func TestBombs(t *testing.T) {
	zeros := strings.Repeat("a", 24<<20)
	pieces := make([]string, 0, 64)
	small := zipped(t, "0.txt", zeros[:4<<20])
	for i := range 32 {
		pieces = append(pieces, string(rune('a'+i%26))+".zip", small)
	}
	for name, data := range map[string]string{
		"flat.zip":    zipped(t, "0.txt", zeros),
		"flat.gz":     gzipped(t, zeros),
		"nested.gz":   gzipped(t, gzipped(t, zeros)),
		"layered.zip": zipped(t, pieces...),
	} {
		t.Run(name, func(t *testing.T) {
			root := share(t, map[string]string{name: data})
			r, _ := scan(t, open(t, Options{Root: root, Formats: Formats()}))
			limited, out := false, int64(0)
			for _, l := range r.Locations {
				limited = limited || l.Result.Detail == sources.RatioLimit
				out += int64(len(l.Text))
			}
			if !limited {
				t.Errorf("no limit was reached:\n%.2000s", outcome(root, r))
			}
			if most := int64(10<<20) + 200*int64(len(data)) + 1<<20; out > most {
				t.Errorf("%d bytes came out of %d", out, len(data))
			}
		})
	}
}

// TestLongInnerArchive reads an archive in another that is too long to be held:
// from the front, and what stands behind the long entry as well.
func TestLongInnerArchive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	long := make([]byte, 1<<20)
	for i := range long {
		long[i] = "abcdefghijklmnopqrstuvwxyz     \n"[random.IntN(32)]
	}
	inner := zipped(t, "a.csv", rows, "long.txt", string(long), "z.csv", rows)
	root := share(t, map[string]string{"a.zip": zipped(t, "in.stored", inner+strings.Repeat("\x00", 17<<20), "last.csv", rows)})
	r, _ := scan(t, open(t, Options{Root: root, Formats: Formats()}))
	for _, name := range []string{"in.stored!/a.csv", "in.stored!/long.txt", "in.stored!/z.csv", "last.csv"} {
		if l := r.Find(name); l == nil || l.Result.Status != sources.Scanned {
			t.Errorf("%s: %+v", name, l)
		}
	}
	if l := r.Find("in.stored!/long.txt"); l != nil && len(l.Text) != len(long) {
		t.Errorf("%d bytes of %d", len(l.Text), len(long))
	}
}

// TestNameless tells an entry without a name from its archive.
func TestNameless(t *testing.T) {
	root := share(t, map[string]string{"a.zip": zipped(t, "", rows, "b.csv", rows)})
	r, _ := scan(t, open(t, Options{Root: root, Formats: Formats()}))
	if l := r.Find("#1"); l == nil || len(l.Cells) == 0 {
		t.Errorf("%s", outcome(root, r))
	}
}

// TestPackages reads what lies in packages of Debian and RPM, packed in each way, and tells what
// a thin archive of ar names.
func TestPackages(t *testing.T) {
	files := map[string]string{"mince.a": "!<thin>\nlettre.txt/     0           0     0     644     8         `\n"}
	for name, sample := range map[string]string{
		"p.deb": "ar/testdata/dpkg.deb", "gz.rpm": "rpm/testdata/rpmbuild_w9.gzdio.rpm", "bz2.rpm": "rpm/testdata/rpmbuild_w9.bzdio.rpm",
		"xz.rpm": "rpm/testdata/rpmbuild_w6.xzdio.rpm", "zstd.rpm": "rpm/testdata/rpmbuild_w3.zstdio.rpm", "a.cpio": "cpio/testdata/gnu_odc.cpio",
	} {
		data, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	root := share(t, files)
	r, _ := scan(t, open(t, Options{Root: root, Formats: Formats()}))
	want := `a.cpio scanned
a.cpio#dossier/a.csv scanned
a.cpio#lettre.txt scanned
a.cpio#vide scanned:empty
a.cpio#autre.txt scanned
bz2.rpm scanned
bz2.rpm#payload.cpio.bz2 scanned
bz2.rpm#payload.cpio.bz2!/payload.cpio scanned
bz2.rpm#payload.cpio.bz2!/payload.cpio!/./srv/a.csv scanned
gz.rpm scanned
gz.rpm#payload.cpio.gz scanned
gz.rpm#payload.cpio.gz!/payload.cpio scanned
gz.rpm#payload.cpio.gz!/payload.cpio!/./srv/a.csv scanned
mince.a scanned
mince.a#lettre.txt unsupported:missing_part
p.deb scanned
p.deb#debian-binary scanned
p.deb#control.tar.xz scanned
p.deb#control.tar.xz!/control.tar scanned
p.deb#control.tar.xz!/control.tar!/./control scanned
p.deb#data.tar.xz scanned
p.deb#data.tar.xz!/data.tar scanned
p.deb#data.tar.xz!/data.tar!/./usr/share/a.csv scanned
xz.rpm scanned
xz.rpm#payload.cpio.xz scanned
xz.rpm#payload.cpio.xz!/payload.cpio scanned
xz.rpm#payload.cpio.xz!/payload.cpio!/./srv/a.csv scanned
zstd.rpm scanned
zstd.rpm#payload.cpio.zst scanned
zstd.rpm#payload.cpio.zst!/payload.cpio scanned
zstd.rpm#payload.cpio.zst!/payload.cpio!/./srv/a.csv scanned
`
	if got := outcome(root, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPackageLimits stops a package at the limits of all archives.
func TestPackageLimits(t *testing.T) {
	data, err := os.ReadFile("cpio/testdata/gnu_odc.cpio")
	if err != nil {
		t.Fatal(err)
	}
	root := share(t, map[string]string{"a.cpio": string(data)})
	r, _ := scan(t, open(t, Options{Root: root, Formats: Formats(), Limits: sources.Limits{Members: 1}}))
	if got, want := outcome(root, r), "a.cpio scanned\na.cpio#dossier/a.csv scanned\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if l := r.Locations[0]; len(l.Skips) != 1 || l.Skips[0] != sources.MembersLimit {
		t.Errorf("skipped: %v", l.Skips)
	}
	many := fmt.Sprintf("!<arch>\n%-16s%-12d%-6d%-6d%-8s%-10d`\n", "a.txt/", 0, 0, 0, "644", 12<<20) + strings.Repeat("a", 12<<20)
	root = share(t, map[string]string{"a.gz": gzipped(t, many)})
	r, _ = scan(t, open(t, Options{Root: root, Formats: Formats()}))
	if got, want := outcome(root, r), "a.gz scanned\na.gz#a partial:ratio_limit\na.gz#a!/a.txt partial:ratio_limit\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if data, err = os.ReadFile("rpm/testdata/rpmbuild_w6.xzdio.rpm"); err != nil {
		t.Fatal(err)
	}
	root = share(t, map[string]string{"a.rpm": string(data)})
	r, _ = scan(t, open(t, Options{Root: root, Formats: Formats(), Limits: sources.Limits{Depth: 2}}))
	if l := r.Find("payload.cpio.xz!/payload.cpio!/./srv/a.csv"); l == nil || l.Result.Detail != sources.DepthLimit {
		t.Errorf("got\n%s", outcome(root, r))
	}
}
