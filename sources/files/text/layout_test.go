package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"recense/sources/sourcetest"
)

func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i%60)
	}
	return b.String()
}

// TestLayout has a near miss for every fact.
func TestLayout(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"combined", lines(8, `192.0.2.7 - lea [01/Mar/2026:10:31:%02d +0100] "GET /devis HTTP/1.1" 200 512 "-" "Mozilla/5.0"`), accessLog},
		{"common", lines(8, `192.0.2.7 - - [01/Mar/2026:10:31:%02d +0100] "GET / HTTP/1.0" 404 -`), accessLog},
		{"four lines are too few", lines(4, `192.0.2.7 - - [01/Mar/2026:10:31:%02d +0100] "GET / HTTP/1.0" 404 -`), ""},
		{"no status", lines(8, `192.0.2.7 - - [01/Mar/2026:10:31:%02d +0100] "GET / HTTP/1.0" accepted`), ""},
		{"IIS", "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem c-ip sc-status\n2026-03-01 10:31:00 192.0.2.1 GET / 192.0.2.7 200\n", accessLog},
		{"W3C without clients", "#Version: 1.0\n#Fields: date time cpu memory\n2026-03-01 10:31:00 12 40\n", ""},
		{"syslog", lines(8, `Mar  1 10:31:%02d passerelle sshd[812]: session opened for user lea`), accessLog},
		{"RFC 5424", lines(8, `<34>1 2026-03-01T10:31:%02dZ passerelle sshd 812 - - session opened`), accessLog},
		{"journal of a program", lines(8, `2026-03-01T10:31:%02d.000Z INFO traitement par lots`), ""},
		{"months in prose", lines(8, `Mar del Plata, %02d minutes par mer`), ""},
		{"chat with times", strings.Repeat("[10:31] Léa : bonjour, je voudrais savoir\n[10:32] Conseiller Paul : bonjour\n", 4), chatTranscript},
		{"export of a telephone", strings.Repeat("12/03/2026, 10:31 - Léa Martin: bonjour\n12/03/2026, 10:33 - Paul: oui ?\n", 4), chatTranscript},
		{"roles without times", strings.Repeat("Conseiller : bonjour\nAdhérent : bonjour, mon devis ?\n", 5), chatTranscript},
		{"a form", "Nom : Martin\nPrénom : Léa\nVille : Lyon\nPays : France\nService : paie\nPoste : 12\nBureau : B4\n", ""},
		{"records of two labels", strings.Repeat("Nom : Martin\nVille : Lyon\n", 6), ""},
		{"configuration", strings.Repeat("host: a\nport: 80\n", 6), ""},
		{"timetable", strings.Repeat("10:31 Lyon\n10:45 Paris\n", 6), ""},
		{"one speaker", strings.Repeat("[10:31] Léa : bonjour\n", 8), ""},
		{"prose", strings.Repeat("Madame, votre dossier est complet : merci.\n", 8), ""},
		{"nothing", "", ""},
	} {
		if got := Layout([]byte(test.text), true); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestLayoutOnce: every range reads the text, the first one tells the fact.
func TestLayoutOnce(t *testing.T) {
	log := lines(400, `192.0.2.7 - - [01/Mar/2026:10:31:%02d +0100] "GET / HTTP/1.0" 404 -`)
	l, err := sourcetest.Read(t, Format, "a.log", []byte(log))
	if err != nil || !slices.Equal(l.Evidence, []string{accessLog}) {
		t.Errorf("%v %v", l.Evidence, err)
	}
	sourcetest.Ranges(t, Format, "a.log", []byte(log), 1000, 7000)
}

func FuzzLayout(f *testing.F) {
	f.Add([]byte("<1\n[1:\n#Fields:\nMar  1 10:31:00 a b:\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, whole := range []bool{true, false} {
			Layout(data, whole)
		}
	})
}
