package fixed

import (
	"slices"
	"strings"
	"testing"

	"recense/sources/sourcetest"
)

// entities writes records of 128 characters.
func entities(end string, records ...string) string {
	var b strings.Builder
	for _, r := range records {
		b.WriteString(r + strings.Repeat(" ", 127-len(r)) + "@" + end)
	}
	return b.String()
}

// TestNOEMIE has a near miss for every rule.
func TestNOEMIE(t *testing.T) {
	body := []string{"020000000011850775123456", "255000000012603101234567", "255000000012603101234568", "990000000001", "999"}
	with := func(header string, more ...string) []string { return append([]string{header}, more...) }
	for _, test := range []struct {
		name, text string
		end        int
		want       bool
	}{
		{"with line ends", entities("\r\n", with("000NOPENT NOEMIE OC", body...)...), 2, true},
		{"without line ends", entities("", with("000NOPENT NOEMIE OC", body...)...), 0, true},
		{"only the acts say so", entities("\n", append(with("000 20260315"), slices.Concat(slices.Repeat(body[:3], 4), body[3:])...)...), 1, true},
		{"no act and no word", entities("\n", "000 20260315", "02000000001", "03000000001", "04000000001", "999"), 1, false},
		{"B2: types of one digit", entities("\n", "000B2 20260315", "1 0000001", "2 1850775123456", "4 AMI", "5", "999"), 1, false},
		{"the header stands elsewhere", entities("\n", with("0100NOEMIE", body...)...), 1, false},
		{"a second header", entities("\n", "000NOP", "000NOP", "000NOP", "255"), 1, false},
		{"two records", entities("\n", "000NOP NOEMIE", "255"), 1, false},
		{"CFONB", entities("\n", "0130004", "0430004", "0730004"), 1, false},
	} {
		if got := isNOEMIE([]byte(test.text), layout{width: 128 + test.end, end: test.end}); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// TestEvidence: the fact is told once, and journals with lines of one length are
// told by the text format's rules.
func TestEvidence(t *testing.T) {
	noemie := entities("\r\n", "000NOPENT NOEMIE OC", "020000000011850775123456", "255000000012603101234567", "255000000012603101234568", "990000000001", "999")
	log := strings.Repeat("Mar  1 10:31:00 passerelle sshd[812]: session opened for user lea\n", 12)
	for name, want := range map[string]string{noemie: "noemie", log: "access_log"} {
		l, err := sourcetest.Read(t, Format, "a.txt", []byte(name))
		if err != nil || !slices.Equal(l.Evidence, []string{want}) {
			t.Errorf("%v %v, want %s", l.Evidence, err, want)
		}
	}
}
