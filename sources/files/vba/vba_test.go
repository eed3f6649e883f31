package vba

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/files/cfb"
	"recense/sources/sourcetest"
)

// TestProducers reads what LibreOffice 7.4 wrote: a workbook with a module of Basic in the
// mode for VBA, as .xlsm, of which this is xl/vbaProject.bin, and as .xls. The module has
// more than one chunk.
func TestProducers(t *testing.T) {
	for name, data := range sourcetest.Samples(t, "libreoffice.*") {
		f, err := cfb.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(name, err)
		}
		r := &cellstest.Recorder{}
		if err := Modules(t.Context(), f, r); err != nil || len(r.Wrong) > 0 || len(r.Skips) > 0 {
			t.Fatal(name, err, r.Wrong, r.Skips)
		}
		for _, want := range []string{
			"macro Module1!=Attribute VB_Name = \"Module1\"\r\n",
			"NIR 2 80 01 75 001 001 51", "Password=Tr0ub4dor-Secret;", "Mme \xc9lise Fontaine",
			"Sub Suite0()\r\n  MsgBox \"ligne 0 de la suite, sans donn\xe9e\"\r\nEnd Sub\r\n",
			"Sub Suite149()\r\n  MsgBox \"ligne 149 de la suite, sans donn\xe9e\"\r\nEnd Sub\r\n",
		} {
			if !strings.Contains(r.Lines(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.Lines())
			}
		}
	}
}

// pack is the slow and obvious reverse of inflate for all of a source: of each place it
// takes the longest copy, looked for from the beginning.
func pack(text []byte) []byte {
	out := []byte{1}
	for len(text) > 0 {
		chunk := text[:min(len(text), chunkSize)]
		text = text[len(chunk):]
		var body []byte
		for at := 0; at < len(chunk); {
			flags := len(body)
			body = append(body, 0)
			for i := 0; i < 8 && at < len(chunk); i++ {
				far := 4
				for at > 1<<far {
					far++
				}
				best, back := 0, 0
				for b := 1; b <= at; b++ {
					n := 0
					for at+n < len(chunk) && n < 0xFFFF>>far+3 && chunk[at+n] == chunk[at+n-b] {
						n++
					}
					if n > best {
						best, back = n, b
					}
				}
				if best < 3 || len(out) == 1 && at < 8 { // it begins with eight letters as they are
					body = append(body, chunk[at])
					at++
					continue
				}
				body[flags] |= 1 << i
				body = binary.LittleEndian.AppendUint16(body, uint16((back-1)<<(16-far)|(best-3)))
				at += best
			}
		}
		head := uint16(0xB000 | (len(body) - 1))
		if len(body) > chunkSize { // it did not become smaller
			if len(chunk) < chunkSize {
				chunk = append(bytes.Clone(chunk), make([]byte, chunkSize-len(chunk))...)
			}
			body, head = chunk, 0x3FFF
		}
		out = append(binary.LittleEndian.AppendUint16(out, head), body...)
	}
	return out
}

// moduleOf reads a module that holds b.
func moduleOf(t testing.TB, b []byte) *cellstest.Recorder {
	r := &cellstest.Recorder{}
	f := cfb.Of([]*cfb.Stream{
		cfb.NewStream("VBA/dir", bytes.NewReader(nil), 0), cfb.NewStream("VBA/_VBA_PROJECT", bytes.NewReader(nil), 0),
		cfb.NewStream("VBA/__SRP_0", bytes.NewReader(nil), 0), cfb.NewStream("VBA/M", bytes.NewReader(b), int64(len(b))),
	})
	if err := Modules(t.Context(), f, r); err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	return r
}

const attribute = "Attribute VB_Name = \"M\"\r\n"

func TestDamage(t *testing.T) {
	good := pack([]byte(attribute + strings.Repeat("MsgBox \"suite\"\r\n", 600)))
	for _, test := range []struct {
		name   string
		data   []byte
		found  bool
		reason sources.Reason
	}{
		{"behind compiled code", append([]byte("\x01\x16\x03\x00\x00Attribut"), good...), true, ""},
		{"no source", []byte("\x01\x16\x03\x00 Attribut"), false, sources.UnknownFormat},
		{"empty", nil, false, sources.UnknownFormat},
		{"cut in a chunk", good[:len(good)-1], true, sources.Corrupt},
		{"cut between chunks", good[:4+int(binary.LittleEndian.Uint16(good[1:])&0x0FFF)], true, ""},
		{"no chunk", append(bytes.Clone(good), 0, 0), true, sources.Corrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := moduleOf(t, test.data)
			if got := strings.Contains(r.Lines(), "macro M!="+attribute); got != test.found {
				t.Errorf("found: %v", got)
			}
			if test.reason == "" && len(r.Skips) > 0 || test.reason != "" && (len(r.Skips) != 1 || r.Skips[0] != test.reason) {
				t.Errorf("skips: %+v", r.Skips)
			}
		})
	}
}

// FuzzPacked: what is packed comes back, whatever it is.
func FuzzPacked(f *testing.F) {
	f.Add([]byte("Sub Main\r\nEnd Sub\r\nSub Main2\r\nEnd Sub"))
	f.Add(bytes.Repeat([]byte("ab"), 5000))
	f.Fuzz(func(t *testing.T, text []byte) {
		text = append([]byte(attribute), text[:min(len(text), 3*chunkSize)]...)
		b := pack(text)[1:]
		var got []byte
		for len(b) > 0 {
			var chunk [chunkSize]byte
			n, used, ok := inflate(&chunk, b)
			if !ok {
				t.Fatal("damaged")
			}
			got, b = append(got, chunk[:n]...), b[used:]
		}
		if !bytes.HasPrefix(got, text) || len(bytes.Trim(got[len(text):], "\x00")) > 0 {
			t.Errorf("%q is not %q", got, text)
		}
	})
}

// FuzzInflate: no packed chunk, however damaged, does more than fill its place.
func FuzzInflate(f *testing.F) {
	f.Add(pack([]byte(attribute))[1:])
	f.Fuzz(func(t *testing.T, b []byte) {
		var chunk [chunkSize]byte
		if n, used, _ := inflate(&chunk, b); n < 0 || n > chunkSize || used < 0 || used > len(b) {
			t.Errorf("%d bytes of %d", n, used)
		}
	})
}

func TestHostile(t *testing.T) {
	format := Format
	format.Sniff = func(head []byte, _ string, _ int64) bool { return cfb.Is(head) } // package ole does that
	sourcetest.Hostile(t, format, sourcetest.Samples(t, "*.bin"))
}
