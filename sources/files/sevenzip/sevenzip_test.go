package sevenzip

import (
	"bytes"
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

// What 7-Zip 16.02 of Debian wrote of invented files: 7z a -m0=METHOD; plain with
// -ms=off, crypt with -p, cryptnames with -mhe=on as well; what 7-Zip 26.02 wrote of a piece of a
// program: 7z a -m0=FILTER -m1=LZMA.
func TestProducers(t *testing.T) {
	const whole = "export.csv 8289 scanned |lettre.txt 35 scanned |sous/é à.txt 35 scanned |"
	for name, data := range sourcetest.Samples(t, "*.7z") {
		r, _, err := cellstest.Read(Format, name, data, sources.Limits{})
		got := ""
		for _, m := range r.Members {
			if m.Err != nil || m.ModTime.Year() < 2020 || m.Status == "" && int64(len(m.Data)) != m.Size {
				t.Errorf("%s: %s: %v %v, %d bytes", name, m.Name, m.Err, m.ModTime, len(m.Data))
			}
			got += fmt.Sprintf("%s %d %s %s|", m.Name, m.Size, m.Status, m.Detail)
			if m.Name == "lettre.txt" && m.Status == "" && !strings.Contains(string(m.Data), "paul.durand@exemple.fr") {
				t.Errorf("%s: %q", name, m.Data)
			}
		}
		want := whole
		switch name {
		case "filter_BCJ.7z", "filter_Delta.7z": // their sums were right
			want = "code.bin 16384 scanned |"
		case "filter_ARM.7z":
			want = "code.bin 16384 unsupported unknown_method|"
		case "debian_crypt.7z":
			want = strings.ReplaceAll(whole, "scanned ", "encrypted password_protected")
		case "debian_cryptnames.7z":
			want = ""
		}
		var fe *sources.FormatError
		if errors.As(err, &fe); got != want || (fe != nil) != (want == "") || fe != nil && fe.Status != sources.Encrypted {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, want)
		}
	}
}

func sample(t testing.TB, name string) []byte {
	return bytes.Clone(sourcetest.Samples(t, "*.7z")[name])
}

// A file that is damaged says so itself; of a solid archive, the rest goes with it.
func TestDamage(t *testing.T) {
	for _, test := range []struct {
		name string
		at   int
		want string
	}{
		{"debian_Copy.7z", 40, "export.csv scanned 8289 wrong sum|lettre.txt scanned 35 <nil>|sous/é à.txt scanned 35 <nil>|"},
		{"debian_plain.7z", -1, "lettre.txt scanned 35 <nil>|sous/é à.txt scanned 35 <nil>|"},
	} {
		data := sample(t, test.name)
		if test.at < 0 {
			test.at = start + 100
		}
		data[test.at] ^= 1
		r, _, err := cellstest.Read(Format, "x.7z", data, sources.Limits{})
		got := ""
		for _, m := range r.Members {
			got += fmt.Sprintf("%s %s %d %v|", m.Name, m.Status, len(m.Data), m.Err)
		}
		if err != nil || !strings.HasSuffix(got, test.want) {
			t.Errorf("%s: %v %s", test.name, err, got)
		}
	}
}

// header makes an archive of a list that is not packed.
func header(list []byte) []byte {
	h := make([]byte, start)
	copy(h, signature)
	binary.LittleEndian.PutUint64(h[20:], uint64(len(list)))
	binary.LittleEndian.PutUint32(h[28:], crc32.ChecksumIEEE(list))
	binary.LittleEndian.PutUint32(h[8:], crc32.ChecksumIEEE(h[12:]))
	return append(h, list...)
}

// An archive may ask for any dictionary and any number of files.
func TestDeclaredSizes(t *testing.T) {
	folder := func(properties byte) []byte {
		return header(append([]byte{idHeader, idMain, idPack, 0, 1, idSize, 4, idEnd,
			idUnpack, idFolder, 1, 0, 1, 0x21, 0x21, 1, properties, idUnpackSize, 0xF8, 0, 0, 0, 0, 2, idEnd, idEnd,
			idFiles, 1, idNames, 5, 0}, 'a', 0, 0, 0, idEnd, idEnd))
	}
	r, _, err := cellstest.Read(Format, "x.7z", folder(40), sources.Limits{})
	if err != nil || len(r.Members) != 1 || r.Members[0].Status != sources.TooLarge {
		t.Errorf("4 GiB: %v %v", err, r.Members)
	}
	if r, _, err = cellstest.Read(Format, "x.7z", folder(10), sources.Limits{}); err != nil || len(r.Members) != 1 || r.Members[0].Err == nil {
		t.Errorf("64 KiB: %v %v", err, r.Members)
	}
	_, _, err = cellstest.Read(Format, "x.7z", header([]byte{idHeader, idFiles, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0x70, idEnd, idEnd}), sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.Corrupt {
		t.Errorf("files: %v", err)
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, hostile(t)) }

// hostile are the samples with right sums of their lists, which the changes of the
// suite do not reach otherwise, and those as they are that can be read.
func hostile(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "*.7z")
	delete(all, "debian_cryptnames.7z")
	return all
}

// FuzzList mends the sums of the list, so that what changes is read.
func FuzzList(f *testing.F) {
	for _, data := range hostile(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < start || !bytes.HasPrefix(data, signature) {
			return
		}
		offset, size := binary.LittleEndian.Uint64(data[12:]), binary.LittleEndian.Uint64(data[20:])
		if offset < uint64(len(data)-start) && size <= uint64(len(data)-start)-offset {
			binary.LittleEndian.PutUint32(data[28:], crc32.ChecksumIEEE(data[start+offset:][:size]))
		}
		binary.LittleEndian.PutUint32(data[8:], crc32.ChecksumIEEE(data[12:start]))
		if _, err := sourcetest.Read(t, Format, "x.7z", data); err != nil {
			var fe *sources.FormatError
			if !errors.As(err, &fe) {
				t.Fatal(err)
			}
		}
	})
}
