package pdf

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// share is the demonstration share, which holds files of real producers.
const share = "../../../testdata/partage"

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestShare reads what LibreOffice, groff and Gnumeric wrote.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string // lines, or parts of them
		err  sources.FormatError
	}{
		{"adhesions/bulletin_adhesion.pdf", []string{"Bulletin d'adhésion\n", "Numéro de sécurité sociale : 2 66 08 42 985 795 41\n",
			"FR76 9996 0017 2908 9079 0208 637", "née le 26/08/1966, demande"}, sources.FormatError{}},
		{"prestations/courriers/decompte_groff.pdf", []string{"2 15 08 99 652 959 60\n", "03 53 01 01 01\n", "Veuillez agréer nos salutations.\n"}, sources.FormatError{}},
		{"prestations/courriers/releve_gnumeric.pdf", []string{"assuré 1 61 08 2A 986 492 66 courriel chambadoux-jerome@example.org\n", "(numéro de sécurité sociale puis courriel)\n"}, sources.FormatError{}},
		{"prestations/courriers/tronque.pdf", nil, sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}},
		{"rh/protege.pdf", nil, sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := sourcetest.Read(t, Format, c.name, sample(t, filepath.Join(share, c.name)))
			expect(t, err, c.err)
			for _, w := range c.want {
				if !strings.Contains(string(l.Text), w) {
					t.Errorf("no %q in %q", w, l.Text)
				}
			}
			if len(l.Skips) > 0 {
				t.Errorf("skipped: %v", l.Skips)
			}
		})
	}
}

// expect compares an error with the status and reason that are wanted.
func expect(t *testing.T, err error, want sources.FormatError) {
	t.Helper()
	var got *sources.FormatError
	if !errors.As(err, &got) {
		got = &sources.FormatError{}
		if err != nil {
			t.Errorf("%v is no FormatError", err)
		}
	}
	if *got != want {
		t.Errorf("%v %v, not %v %v", got.Status, got.Reason, want.Status, want.Reason)
	}
}
