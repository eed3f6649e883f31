package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
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
	letter := read(t, filepath.Join(ocrSamples, "lettre.png"))
	put(t, filepath.Join(share, "lettre.png"), letter)
	put(t, filepath.Join(share, "fax.tif"), read(t, filepath.Join(ocrSamples, "fax.tif")))
	put(t, filepath.Join(share, "envoi.zip"), sourcetest.Zip(t, "lettre.png", string(letter)))
	scans(t, share, letter, read(t, filepath.Join(ocrSamples, "fax.tif")))
	// Pictures that Tesseract cannot read, or that promise more than there is.
	put(t, filepath.Join(share, "coupe.png"), letter[:len(letter)/2])
	huge := bytes.Clone(letter)
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
		`/pixels.pdf","container":"","part":"ocr","field":"","page":1`, `/photo.pdf","container":"","part":"ocr","field":"","page":1`, `/fax.pdf","container":"","part":"ocr","field":"","page":1`,
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

// scans writes PDF files of one page without text, as scanners do: grey pixels, a
// JPEG picture, fax data.
func scans(t *testing.T, share string, letter, fax []byte) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(img.Bounds())
	draw.Draw(grey, grey.Rect, img, img.Bounds().Min, draw.Src)
	var packed, photo bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(grey.Pix)
	w.Close()
	if err := jpeg.Encode(&photo, img, nil); err != nil {
		t.Fatal(err)
	}
	size := fmt.Sprintf("/Width %d /Height %d /ColorSpace /DeviceGray ", grey.Rect.Dx(), grey.Rect.Dy())
	put(t, filepath.Join(share, "pixels.pdf"), pageOf(size+"/BitsPerComponent 8 /Filter /FlateDecode", packed.Bytes()))
	put(t, filepath.Join(share, "photo.pdf"), pageOf(size+"/BitsPerComponent 8 /Filter /DCTDecode", photo.Bytes()))
	field := map[uint16]uint32{} // of the first page of the TIFF file
	at := binary.LittleEndian.Uint32(fax[4:])
	for i := range uint32(binary.LittleEndian.Uint16(fax[at:])) {
		e := fax[at+2+12*i:]
		field[binary.LittleEndian.Uint16(e)] = binary.LittleEndian.Uint32(e[8:])
	}
	const width, height, offset, length = 256, 257, 273, 279
	put(t, filepath.Join(share, "fax.pdf"), pageOf(fmt.Sprintf("/Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d >>",
		field[width], field[height], field[width]), fax[field[offset]:field[offset]+field[length]]))
}

// pageOf is a PDF file that shows one picture.
func pageOf(entries string, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n")
	b.WriteString("3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>\nendobj\n")
	b.WriteString("4 0 obj\n<< /Length 29 >>\nstream\nq 595 0 0 360 0 482 cm /X Do Q\nendstream\nendobj\n")
	fmt.Fprintf(&b, "5 0 obj\n<< /Type /XObject /Subtype /Image %s /Length %d >>\nstream\n%s\nendstream\nendobj\n", entries, len(data), data)
	b.WriteString("trailer\n<< /Root 1 0 R >>\n%%EOF\n") // without cross-references, as from a poor scanner
	return b.Bytes()
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
