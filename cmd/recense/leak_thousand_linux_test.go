package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"recense/bench/accuracy"
	"recense/bench/synth"
	"recense/scanner/crash"
)

// needle is one form of a canary.
type needle struct{ text, what string }

// haystacks looks for many needles at once: by their first eight bytes.
type haystacks struct {
	t      *testing.T
	first  map[uint64][]needle
	filter [1 << 16]uint64 // bits of the hashes of the first eight bytes
	bytes  int64
	places int
}

func newHaystacks(t *testing.T, canaries []string) *haystacks {
	h := &haystacks{t: t, first: map[uint64][]needle{}}
	for i, c := range canaries {
		for _, n := range formsOf(c) {
			n.what = fmt.Sprintf("%s of canary %d", n.what, i)
			if len(n.text) < 8 {
				t.Fatalf("the %s is too short to look for", n.what)
			}
			n.text = strings.ToLower(n.text)
			key := binary.LittleEndian.Uint64([]byte(n.text))
			h.first[key] = append(h.first[key], n)
			bit := hash20(key)
			h.filter[bit>>6] |= 1 << (bit & 63)
		}
	}
	return h
}

func hash20(v uint64) uint64 { return v * 0x9E3779B97F4A7C15 >> 42 }

// formsOf are the ways in which a value may get out: as it stands, its letters and digits
// alone, its digits alone, in base64 wherever it begins, in hexadecimal digits, and by a
// hash without a key. UTF-16 is looked for in what the zero bytes were taken out of.
func formsOf(v string) (list []needle) {
	compact := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, v)
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v)
	forms := map[string]string{v: "value", compact: "letters and digits"}
	if len(digits) >= 9 {
		forms[digits] = "digits"
	}
	for form, what := range forms {
		if len(form) < 8 {
			continue
		}
		list = append(list, needle{form, what}, needle{hex.EncodeToString([]byte(form)), what + " in hexadecimal"})
		for shift := range 3 { // bytes before it in its group of three; the edges depend on the neighbours
			coded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), form...))
			coded = coded[(shift*8+5)/6:]
			if coded = coded[:len(coded)-1]; len(coded) >= 11 {
				list = append(list, needle{coded, what + " in base64"}, needle{strings.NewReplacer("+", "-", "/", "_").Replace(coded), what + " in base64 for URLs"})
			}
		}
		md, s1, s2 := md5.Sum([]byte(form)), sha1.Sum([]byte(form)), sha256.Sum256([]byte(form))
		for name, sum := range map[string][]byte{"MD5": md[:], "SHA-1": s1[:], "SHA-256": s2[:]} {
			list = append(list, needle{hex.EncodeToString(sum), name}, needle{base64.RawStdEncoding.EncodeToString(sum), name}, needle{string(sum[:16]), name})
		}
	}
	return list
}

// look fails the test when b holds a canary.
func (h *haystacks) look(place string, b []byte) (found int) {
	h.bytes += int64(len(b))
	h.places++
	for _, hay := range [][]byte{asciiLower(b), asciiLower(bytes.ReplaceAll(b, []byte{0}, nil))} {
		for i := 0; i+8 <= len(hay); i++ {
			key := binary.LittleEndian.Uint64(hay[i:])
			bit := hash20(key)
			if h.filter[bit>>6]>>(bit&63)&1 == 0 {
				continue
			}
			for _, n := range h.first[key] {
				if bytes.HasPrefix(hay[i:], []byte(n.text)) {
					found++
					if found < 5 {
						h.t.Errorf("%s holds the %s at byte %d", place, n.what, i)
					}
				}
			}
		}
	}
	return found
}

func asciiLower(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

// folder looks into every file below dir but those below share.
func (h *haystacks) folder(dir, share string) {
	h.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == share:
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		rel, _ := filepath.Rel(dir, path)
		if strings.HasPrefix(rel, "recense") {
			return nil // the program, which is a test here
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h.look(rel, append([]byte(rel+"\n"), b...))
		if strings.HasSuffix(path, ".xlsx") {
			inner := map[string][]byte{}
			unzipInto(h.t, inner, rel, b)
			for name, content := range inner {
				h.look(name, content)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// identifying are the kinds whose values are canaries.
var identifying = map[string]bool{"nir": true, "nia": true, "iban": true, "rib": true, "payment_card": true, "email": true, "phone_fr": true, "phone_intl": true,
	"siret": true, "rpps": true, "tax_number_fr": true, "member_number": true, "contract_number": true, "ipv6": true, "mac_address": true, "secret": true, "password_field": true,
	"cookie_id": true, "passport_fr": true, "id_card_fr": true, "mrz": true, "driving_licence_fr": true, "person_name": true}

// thousand plants more than a thousand canaries below dir: in all containers of the
// labelled shares, and in names, headers, keys, members and damaged files.
func thousand(t *testing.T, dir string) (canaries []string) {
	t.Helper()
	seen := map[string]bool{}
	add := func(v string) {
		if len(v) >= 10 && !seen[v] {
			seen[v] = true
			canaries = append(canaries, v)
		}
	}
	share, err := accuracy.Make(filepath.Join(dir, "etiquettes"), 20261129, 160)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range share.Values {
		if identifying[v.Kind] && !v.Decoy {
			add(v.Text)
		}
	}
	for seed := range uint64(4) {
		values := canariesOf(synth.New(20261129 + seed))
		plant(t, filepath.Join(dir, fmt.Sprint("noms-", seed)), values)
		for _, v := range values {
			add(v)
		}
	}
	if len(canaries) < 1000 {
		t.Fatalf("%d canaries", len(canaries))
	}
	return canaries
}

// TestThousandCanaries looks for a thousand canaries in every byte that commands write
// and print, that scans leave which are killed at a bad moment or whose workers fail, and
// in what processes leave that are made to dump core.
func TestThousandCanaries(t *testing.T) {
	t.Parallel()
	share := filepath.Join(t.TempDir(), "share")
	canaries := thousand(t, share)
	h := newHaystacks(t, canaries)
	if n := newHaystacks(new(testing.T), canaries).look("check", []byte("Dossier de "+canaries[7]+" ; "+base64.StdEncoding.EncodeToString([]byte("x "+canaries[500]))+utf16Of(canaries[900]))); n < 3 {
		t.Fatalf("%d canaries found of three that were put there", n)
	}
	v := newVictim(t, share, "")
	run := func(want int, args ...string) {
		t.Helper()
		code, out := v.end(v.command(args...))
		if code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s", args[:1], code, want, out)
		}
		h.look("output of "+args[0], out)
	}
	all := []string{"scan", share, "--key-file", filepath.Join(v.dir, "key"), "--findings", "all", "--format", "arrow,xlsx,html,jsonl,csv,sarif,ocsf",
		"--register", registerFile(t), "--log-format", "json", "--log-level", "debug", "--metrics-file", filepath.Join(v.dir, "metrics.prom"), "--workers", "2"}
	// Killed with an open transaction, so that the log of the journal and all temporary
	// files are there to look at.
	for _, p := range []crash.Point{crash.Committing, crash.FileWritten} {
		v.plan("main", p, 1, "kill")
		run(-1, append(all, "-o", filepath.Join(v.dir, "killed"))...)
		h.folder(v.dir, share)
	}
	// A worker that panics, and one that is made to dump core, with the coordinator.
	v.plan("worker", crash.UnitRead, 3, "panic")
	run(3, append(all, "-o", filepath.Join(v.dir, "panic"))...)
	h.look("output of a scan that aborts", v.aborted(append(all, "--full", "-o", filepath.Join(v.dir, "aborted"))))
	run(3, append(all, "--full", "--digests", "-o", filepath.Join(v.dir, "out"))...)
	run(0, "report", "-o", filepath.Join(v.dir, "medical"), "--audience", "medical", "--format", "arrow,xlsx,html,jsonl,csv,sarif,ocsf")
	run(0, "status")
	run(0, "check")
	run(0, "baseline", "--by", "DPO", "--reason", "essai", "--until", "2027-06-30")
	run(0, "diff")
	h.folder(v.dir, share)
	if h.places < 60 {
		t.Fatalf("only %d places were looked at", h.places)
	}
	t.Logf("%d canaries, %d forms, looked for in %d places, %d MB", len(canaries), len(h.first), h.places, h.bytes/1e6)
}

func registerFile(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "testdata", "registre.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func utf16Of(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(0)
	}
	return b.String()
}

// aborted starts a scan, and has its workers and then itself end with SIGABRT, which
// dumps core where the limits allow it; they are raised to the most.
func (v *victim) aborted(args []string) []byte {
	v.t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err == nil {
		raised := limit
		raised.Cur = raised.Max
		if syscall.Setrlimit(syscall.RLIMIT_CORE, &raised) == nil {
			defer syscall.Setrlimit(syscall.RLIMIT_CORE, &limit)
		}
	}
	cmd := v.command(args...)
	var out shared
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	for range 2000 {
		if bytes.Contains([]byte(out.String()), []byte("batch_done")) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	for _, pid := range childWorkers(cmd.Process.Pid) {
		syscall.Kill(pid, syscall.SIGABRT)
	}
	time.Sleep(20 * time.Millisecond)
	cmd.Process.Signal(syscall.SIGABRT)
	cmd.Wait()
	return []byte(out.String())
}
