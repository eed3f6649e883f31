package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"recense/sources/sourcetest"
)

const ocrSamples = "../../sources/files/picture/testdata/ocr"

// TestRecognition scans pictures of text with --ocr and without. The letter was
// written by LibreOffice and drawn by Poppler; ImageMagick made the fax.
func TestRecognition(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tesseract is missing: make deps installs it")
		}
		t.Skip("tesseract is not installed: make deps installs it")
	}
	recense, dir := program(t), t.TempDir()
	share := filepath.Join(dir, "scans")
	png := read(t, filepath.Join(ocrSamples, "lettre.png"))
	put(t, filepath.Join(share, "lettre.png"), png)
	put(t, filepath.Join(share, "fax.tif"), read(t, filepath.Join(ocrSamples, "fax.tif")))
	put(t, filepath.Join(share, "envoi.zip"), sourcetest.Zip(t, "lettre.png", string(png)))
	// Pictures that Tesseract cannot read, or that promise more than there is.
	put(t, filepath.Join(share, "coupe.png"), png[:len(png)/2])
	huge := bytes.Clone(png)
	copy(huge[16:], []byte{0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff})
	put(t, filepath.Join(share, "immense.png"), huge)

	scan := func(out string, flags ...string) (code, findings, report string) {
		args := append([]string{"scan", share, "-o", filepath.Join(dir, out), "--format", "jsonl", "--findings", "all", "--quiet"}, flags...)
		code, printed := runRecense(t, recense, dir, args...)
		if code != "0" && code != "3" {
			t.Fatalf("exit code %s: %s", code, printed)
		}
		return code, string(read(t, filepath.Join(dir, out, "findings.jsonl"))), string(read(t, filepath.Join(dir, out, "run.json")))
	}
	_, blind, _ := scan("sans")
	if strings.Contains(blind, `"kind":"nir"`) {
		t.Error("a NIR was found without --ocr")
	}
	_, found, report := scan("avec", "--ocr")
	for _, want := range []string{
		`/lettre.png","container":"","part":"ocr"`, `"container":"lettre.png","part":"ocr"`,
		`/fax.tif","container":"","part":"ocr","field":"","page":1`, `/fax.tif","container":"","part":"ocr","field":"","page":2`,
	} {
		for _, kind := range []string{"nir", "iban", "email"} {
			seen := false
			for line := range strings.Lines(found) {
				seen = seen || strings.Contains(line, want) && strings.Contains(line, `"kind":"`+kind+`"`)
			}
			if !seen {
				t.Errorf("no %s with %s", kind, want)
			}
		}
	}
	if !strings.Contains(report, `"ocr": "tesseract `) {
		t.Error("run.json does not tell what recognised the text")
	}
	if strings.Contains(found+report, "2650894980155") || strings.Contains(found+report, "ORBEDREL") {
		t.Error("a value was written")
	}
	for _, note := range []string{"no_landlock", "no_seccomp"} {
		if strings.Contains(report, note) {
			t.Logf("this kernel: %s", note)
		}
	}
}

// TestRecognitionMissing refuses a scan that asked for what is not there.
func TestRecognitionMissing(t *testing.T) {
	recense, dir := program(t), t.TempDir()
	put(t, filepath.Join(dir, "scans", "a.txt"), []byte("rien"))
	t.Setenv("PATH", dir)
	code, printed := runRecense(t, recense, dir, "scan", filepath.Join(dir, "scans"), "--ocr", "-o", filepath.Join(dir, "out"), "--lang", "en")
	if code != "2" || !strings.Contains(printed, "tesseract is not installed") || !strings.Contains(printed, "tesseract-ocr-fra") {
		t.Errorf("exit code %s: %s", code, printed)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
