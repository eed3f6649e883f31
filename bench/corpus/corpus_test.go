package corpus

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMake(t *testing.T) {
	for _, name := range Names() {
		long, err := Make(name, 300_000)
		if err != nil {
			t.Fatal(err)
		}
		short, _ := Make(name, 100_000)
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
	if _, err := Make("other", 1); err == nil {
		t.Error("an unknown corpus was made")
	}
}

func TestCSVIsRectangular(t *testing.T) {
	data, _ := Make("csv", 100_000)
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if n := strings.Count(line, ";"); n != 12 {
			t.Fatalf("line %d has %d separators", i+1, n)
		}
	}
}

func TestProseIsMostlyWords(t *testing.T) {
	data, _ := Make("prose", 1<<20)
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
