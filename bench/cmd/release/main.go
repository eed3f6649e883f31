// Command release makes what is handed out: the programs, built twice in two folders
// and with two empty caches from sources that hold their dependencies, so that anybody
// can build the same bytes without a network; the list of what is in them (CycloneDX
// 1.6), the licences, check sums and, with a key, their signature.
//
//	go run ./bench/cmd/release -out dist
//	go run ./bench/cmd/release -out dist -targets linux/amd64 -key release.pem
//
// It takes the sources of the commit, whatever else lies in the folder.
package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// defaultTargets are the systems that the program is handed out for.
const defaultTargets = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64"

type options struct {
	out, targets, key, commit string
	also                      string // licences that are taken although they ask for more
	once                      bool
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", "dist", "folder for the files, made anew")
	flag.StringVar(&o.targets, "targets", defaultTargets, "systems, separated by commas")
	flag.StringVar(&o.key, "key", "", "Ed25519 key (PKCS #8, PEM) that signs the check sums")
	flag.StringVar(&o.commit, "commit", "HEAD", "commit to take")
	flag.StringVar(&o.also, "also", "", "licences that are taken although they are not permissive, by their SPDX names, separated by commas")
	flag.BoolVar(&o.once, "once", false, "build once only, with the caches there are: to try")
	flag.Parse()
	if err := release(o); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func release(o options) error {
	version, err := output("git", "describe", "--tags", "--always", o.commit)
	if err != nil {
		return err
	}
	seconds, err := output("git", "show", "-s", "--format=%ct", o.commit)
	if err != nil {
		return err
	}
	var unix int64
	if _, err := fmt.Sscan(seconds, &unix); err != nil {
		return err
	}
	at := time.Unix(unix, 0).UTC()
	work, err := os.MkdirTemp("", "recense-release")
	if err != nil {
		return err
	}
	defer removeAll(work)
	if err := os.RemoveAll(o.out); err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	archive := filepath.Join(o.out, "recense-"+version+"-source.tar.gz")
	first, second := filepath.Join(work, "a"), filepath.Join(work, "somewhere", "else", "b")
	if err := sources(o.commit, first, archive, at); err != nil {
		return err
	}
	if err := unpack(archive, second); err != nil {
		return err
	}
	for target := range strings.SplitSeq(o.targets, ",") {
		name, err := buildTwice(o, target, version, work, first, second)
		if err != nil {
			return err
		}
		if err := describe(filepath.Join(o.out, name), first, version, o.also, at); err != nil {
			return err
		}
		fmt.Println("ok  ", name)
	}
	return sums(o)
}

// output runs a program and returns the line it prints.
func output(program string, args ...string) (string, error) {
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", program, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// sources unpacks the commit into dir, adds the dependencies, and packs both.
func sources(commit, dir, archive string, at time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	list, err := exec.Command("git", "archive", "--format=tar", commit).Output()
	if err != nil {
		return fmt.Errorf("git archive: %w", err)
	}
	if err := untar(bytes.NewReader(list), dir); err != nil {
		return err
	}
	vendor := exec.Command("go", "mod", "vendor")
	vendor.Dir, vendor.Stderr = dir, os.Stderr
	if err := vendor.Run(); err != nil {
		return fmt.Errorf("go mod vendor: %w", err)
	}
	return pack(dir, archive, at)
}

// buildTwice builds a target in both folders and compares.
func buildTwice(o options, target, version, work, first, second string) (string, error) {
	system, arch, ok := strings.Cut(target, "/")
	if !ok {
		return "", fmt.Errorf("%q: a target is system/architecture", target)
	}
	name := "recense-" + version + "-" + system + "-" + arch
	if system == "windows" {
		name += ".exe"
	}
	path := filepath.Join(o.out, name)
	if err := build(first, cache(o, work, "1"), path, version, system, arch); err != nil {
		return "", err
	}
	if o.once {
		return name, nil
	}
	again := filepath.Join(work, "again")
	if err := build(second, cache(o, work, "2"), again, version, system, arch); err != nil {
		return "", err
	}
	a, err := hashOf(path)
	if err != nil {
		return "", err
	}
	b, err := hashOf(again)
	if err != nil {
		return "", err
	}
	if a != b {
		return "", fmt.Errorf("%s: two builds of the same sources differ", target)
	}
	return name, nil
}

func cache(o options, work, n string) string {
	if o.once {
		return ""
	}
	return filepath.Join(work, "cache"+n)
}

// build builds offline, from the dependencies in the folder.
func build(dir, cache, path, version, system, arch string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-mod=vendor", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= -X main.version="+strings.TrimPrefix(version, "v"), "-o", path, "./cmd/recense")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOPROXY=off", "GOOS="+system, "GOARCH="+arch, "GOAMD64=v1")
	if cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+cache)
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s/%s: %w", system, arch, err)
	}
	return nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sums writes SHA256SUMS over all files, and its signature.
func sums(o options) error {
	entries, err := os.ReadDir(o.out)
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, e := range entries {
		sum, err := hashOf(filepath.Join(o.out, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s  %s\n", sum, e.Name())
	}
	if err := os.WriteFile(filepath.Join(o.out, "SHA256SUMS"), []byte(list.String()), 0o644); err != nil || o.key == "" {
		return err
	}
	signature, err := sign(o.key, []byte(list.String()))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, "SHA256SUMS.sig"), signature, 0o644)
}

// sign signs with Ed25519, as openssl pkeyutl -verify -rawin checks it.
func sign(path string, text []byte) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, errors.New("the key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the key is not PKCS #8")
	}
	k, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not Ed25519")
	}
	return ed25519.Sign(k, text), nil
}

// pack writes a folder as an archive that depends on its content and a time only.
func pack(dir, path string, at time.Time) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(z)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // in the order of names
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(rel), Mode: int64(0o644 | info.Mode()&0o111), Size: int64(len(b)), ModTime: at, Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	})
	return cmp.Or(err, w.Close(), z.Close(), f.Close())
}

func unpack(archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	return untar(z, dir)
}

func untar(r io.Reader, dir string) error {
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			continue
		}
		path := filepath.Join(dir, h.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		b, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, b, fs.FileMode(h.Mode)&0o777); err != nil {
			return err
		}
	}
}

// removeAll removes a folder in which caches may be read-only.
func removeAll(dir string) {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(path, 0o755)
		}
		return nil
	})
	os.RemoveAll(dir)
}

// licenceFiles are the names of the texts that go with a module, in the order of names.
func licenceFiles(dir string) (paths []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.Type().IsRegular() && slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths
}
