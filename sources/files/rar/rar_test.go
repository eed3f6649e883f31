package rar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// What WinRAR wrote: the test archive of github.com/mholt/archives (MIT licence),
// whose first volume is volume1.rar; rar5.rar holds the data of both volumes under
// one header.
func TestProducers(t *testing.T) {
	all := sourcetest.Samples(t, "*.rar")
	r, res, err := cellstest.Read(Format, "rar5.rar", all["rar5.rar"], sources.Limits{})
	if err != nil || len(r.Members) != 1 || r.Members[0].Err != nil || res.Bytes != int64(len(all["rar5.rar"])) {
		t.Fatal(err, r.Members, res)
	}
	if m := r.Members[0]; m.Name != "test.txt" || len(m.Data) != 8895 || m.ModTime.Year() != 2025 || crc32.ChecksumIEEE(m.Data) != 0xe00c6191 {
		t.Errorf("%s, %d bytes of %v, sum %x: %.80q", m.Name, len(m.Data), m.ModTime, crc32.ChecksumIEEE(m.Data), m.Data)
	}
	r, _, err = cellstest.Read(Format, "volume1.rar", all["volume1.rar"], sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.MissingPart || len(r.Members) != 1 || len(r.Members[0].Data) == 0 {
		t.Errorf("first volume: %v, %d members", err, len(r.Members))
	}
}

func truncated(err error) bool {
	var fe *sources.FormatError
	return errors.As(err, &fe) && fe.Status == sources.Partial && fe.Reason == sources.Truncated
}

// stored makes an archive of version 1.5 of names and contents, in turn, that are
// kept as they are; flags are those of each file.
func stored(flags uint16, entries ...string) []byte {
	out := append([]byte("Rar!\x1a\x07\x00"), block(0x73, 0, make([]byte, 6))...)
	for i := 0; i < len(entries); i += 2 {
		name, data := entries[i], entries[i+1]
		h := binary.LittleEndian.AppendUint32(nil, uint32(len(data)))
		h = append(binary.LittleEndian.AppendUint32(h, uint32(len(data))), 3) // Unix
		h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE([]byte(data)))
		h = append(binary.LittleEndian.AppendUint32(h, 0x5A210000), 20, 0x30) // 2025-01-01, version 2, stored
		h = binary.LittleEndian.AppendUint16(h, uint16(len(name)))
		h = append(binary.LittleEndian.AppendUint32(h, 0x81A4), name...)
		out = append(append(out, block(0x74, 0x8000|flags, h)...), data...)
	}
	return append(out, block(0x7B, 0, nil)...)
}

// block makes the head of a block.
func block(kind byte, flags uint16, fields []byte) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{0, 0, kind}, flags)
	b = append(binary.LittleEndian.AppendUint16(b, uint16(7+len(fields))), fields...)
	binary.LittleEndian.PutUint16(b, uint16(crc32.ChecksumIEEE(b[2:])))
	return b
}

func TestEntries(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"stored", stored(0, "a.csv", "nom;nir\n", "b/c.txt", "suite"), "a.csv=nom;nir\n <nil>|b/c.txt=suite <nil>|"},
		{"encrypted", stored(4, "a.csv", "nom;nir\n"), "a.csv= encrypted|"},
		{"wrong sum", []byte(strings.Replace(string(stored(0, "a", "xyz", "b", "t")), "xyz", "xya", 1)), "a=xya rardecode: bad file checksum|b=t <nil>|"},
	} {
		r, _, err := cellstest.Read(Format, "x.rar", test.data, sources.Limits{})
		got := ""
		for _, m := range r.Members {
			if m.Status != sources.Scanned {
				got += fmt.Sprintf("%s= %s|", m.Name, m.Status)
			} else {
				got += fmt.Sprintf("%s=%s %v|", m.Name, m.Data, m.Err)
			}
		}
		if err != nil || got != test.want {
			t.Errorf("%s: %v %s", test.name, err, got)
		}
	}
	if _, _, err := cellstest.Read(Format, "x.rar", stored(0, "a", strings.Repeat("x", 1000))[:500], sources.Limits{}); !truncated(err) {
		t.Error("cut:", err)
	}
}

func TestHostile(t *testing.T) {
	all := sourcetest.Samples(t, "rar5.rar")
	all["stored.rar"] = stored(0, "a.csv", "nom;nir\n", "b/c.txt", "suite")
	sourcetest.Hostile(t, Format, all)
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, stored(0, "a", "b"), sourcetest.Samples(f, "*.rar")["rar5.rar"])
}
