package zip

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What 7-Zip 16.02 of Debian packed: 7z a -tzip -mm=METHOD. The text of Deflate64 has
// matches of 50,000 bytes back and of 70,000 bytes.
func TestMethods(t *testing.T) {
	note := strings.Repeat("Dossier de Camille Roux, NIR 1 85 05 78 006 084 91\n", 200)
	for name, data := range sourcetest.Samples(t, "7zip_*.zip") {
		for _, random := range []bool{true, false} {
			in := cellstest.Input(name, data)
			if !random { // read from the front
				in.At, in.Size = nil, held+1
				in.Reader = bytes.NewReader(data)
			}
			r := &cellstest.Recorder{}
			if _, err := Format.Read(t.Context(), in, r); err != nil {
				t.Errorf("%s, random access %v: %v", name, random, err)
			}
			last := r.Members[len(r.Members)-1]
			if name == "7zip_PPMd.zip" {
				if last.Status != sources.Unsupported {
					t.Errorf("%s: %s", name, last.Status)
				}
				continue
			}
			if string(last.Data) != note || last.Err != nil || last.Status != sources.Scanned {
				t.Errorf("%s: %d bytes, %s %s", name, len(last.Data), last.Status, last.Detail)
			}
			if name == "7zip_Deflate64.zip" {
				sum := sha256.Sum256(r.Members[0].Data)
				if got := hex.EncodeToString(sum[:8]); got != "5c1c7577199e5a1b" || len(r.Members) != 2 {
					t.Errorf("%s: %d members, %d bytes, %s", name, len(r.Members), len(r.Members[0].Data), got)
				}
			}
		}
	}
}

// TestMethodsDamaged: a changed byte of the content is told, whatever the method.
func TestMethodsDamaged(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "7zip_*.zip") {
		if name == "7zip_PPMd.zip" {
			continue
		}
		data[30+8+60] ^= 0x55
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		var fe *sources.FormatError
		if err != nil && !errors.As(err, &fe) || len(r.Members) == 0 || r.Members[0].Status == sources.Scanned && r.Members[0].Err == nil {
			t.Errorf("%s: %v, %d members", name, err, len(r.Members))
		}
	}
}

// TestInflate64 feeds the decoder what is no code.
func TestInflate64(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":                  "",
		"a kind of block":          "\x07",
		"a stored block cut":       "\x01\x05\x00\xfa\xff\x61",
		"a stored block that lies": "\x01\x05\x00\x00\x00hello",
		"a match before the first": "\x4b\x04\x12",
		"codes that do not fit":    "\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		if _, err := io.Copy(io.Discard, newInflate64(strings.NewReader(data))); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	b, err := io.ReadAll(newInflate64(strings.NewReader("\x01\x05\x00\xfa\xffhello")))
	if string(b) != "hello" || err != nil {
		t.Errorf("%q %v", b, err)
	}
}

func FuzzInflate64(f *testing.F) {
	data := sourcetest.Samples(f, "7zip_Deflate64.zip")["7zip_Deflate64.zip"]
	f.Add(data[38:8000])
	f.Add([]byte("\x01\x05\x00\xfa\xffhello"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = io.Copy(io.Discard, io.LimitReader(newInflate64(bytes.NewReader(data)), 1<<20)) // damage is an error, no panic
	})
}
