package corpus

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMake(t *testing.T) {
	for _, name := range Names() {
		long := Make(name, 300_000)
		short := Make(name, 100_000)
		if Doc(name) == "" {
			t.Errorf("%s: no description", name)
		}
		if !bytes.HasPrefix(long, short) {
			t.Errorf("%s: a shorter corpus is not the beginning of a longer one", name)
		}
		if len(long) > 300_000 || len(long) < 295_000 || long[len(long)-1] != '\n' {
			t.Errorf("%s: %d bytes, ending %q", name, len(long), long[len(long)-1])
		}
		if !utf8.Valid(long) {
			t.Errorf("%s: not valid UTF-8", name)
		}
	}
	if Make("other", 1) != nil {
		t.Error("an unknown corpus was made")
	}
}

func TestCSVIsRectangular(t *testing.T) {
	data := Make("csv", 100_000)
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if n := strings.Count(line, ";"); n != 12 {
			t.Fatalf("line %d has %d separators", i+1, n)
		}
	}
}

func TestProseIsMostlyWords(t *testing.T) {
	data := Make("prose", 1<<20)
	digits, windows, marked := 0, 0, 0
	for i := 0; i+64 <= len(data); i += 48 {
		windows++
		if bytes.ContainsAny(data[i:i+64], "0123456789@") {
			marked++
		}
	}
	for _, c := range data {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if share := digits * 1000 / len(data); share > 10 {
		t.Errorf("%d digits in 1,000 bytes", share)
	}
	if share := marked * 100 / windows; share < 1 || share > 20 {
		t.Errorf("%d %% of the windows hold a digit or @", share)
	}
}

func TestStreams(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(io.Writer, int64) error
		check func([]byte) bool
	}{
		{"csv", WriteCSV, func(b []byte) bool {
			return bytes.HasPrefix(b, []byte(CSVHeader)) && bytes.Count(b, []byte(CSVHeader)) == 1
		}},
		{"json", WriteJSONLine, func(b []byte) bool { return json.Valid(b) && !bytes.ContainsRune(b, '\n') }},
	} {
		var b bytes.Buffer
		if err := c.write(&b, 20<<20); err != nil {
			t.Fatal(err)
		}
		if b.Len() < 20<<20 || b.Len() > 21<<20 || !c.check(b.Bytes()) {
			t.Errorf("%s: %d bytes, or not what it says", c.name, b.Len())
		}
	}
}

func TestWorkbook(t *testing.T) {
	var b bytes.Buffer
	if err := WriteWorkbook(&b, 500); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for d := xml.NewDecoder(f); ; {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "row" {
			rows++
		}
	}
	if rows != 501 {
		t.Errorf("%d rows", rows)
	}
}

func TestTree(t *testing.T) {
	dir, files := t.TempDir(), 0
	if err := WriteTree(dir, 300); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files++
		}
		return err
	})
	if err != nil || files != 300 {
		t.Errorf("%d files: %v", files, err)
	}
}
