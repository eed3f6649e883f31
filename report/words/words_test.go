package words

import (
	"strings"
	"testing"

	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

func TestCoverageLine(t *testing.T) {
	run := &scanner.Run{
		Coverage: scanner.Coverage{NotListable: 4, ByStatus: map[string]int64{"scanned": 5, "unchanged": 6, "sampled": 7, "excluded": 8, "offline": 1, "encrypted": 9, "partial": 1}},
		Failures: make([]scanner.SourceFailure, 2),
	}
	for lang, want := range map[string]string{
		"fr": "37 emplacements découverts = 5 analysés + 6 inchangés + 7 échantillonnés + 9 exclus + 10 en échec. Contenu inconnu : 4 dossiers non listables, 2 sources non analysées.",
		"en": "37 locations discovered = 5 analysed + 6 unchanged + 7 sampled + 9 excluded + 10 failed. Unknown content: 4 folders that cannot be listed, 2 sources not analysed.",
	} {
		if got := CoverageLine(lang, run); got != want {
			t.Errorf("%s", got)
		}
	}
}

// Every status and every reason has words in both languages, and no French text
// says « scan ».
func TestEveryCodeHasWords(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		for _, r := range []sources.Reason{
			sources.PermissionDenied, sources.Corrupt, sources.Truncated, sources.TimedOut, sources.OutOfMemory, sources.WorkerCrashed,
			sources.PasswordProtected, sources.NoTextLayer, sources.BackupFile, sources.UnknownFormat, sources.UnknownMethod, sources.MissingPart, sources.WrongExtension,
			sources.DepthLimit, sources.MembersLimit, sources.RatioLimit, sources.SizeLimit, sources.FieldsLimit, sources.FindingsLimit,
			sources.Vanished, sources.Changed, sources.IOError, sources.UnsafeName, sources.Special, sources.ByPattern,
			sources.SnapshotFolder, sources.SymlinkSkipped, sources.OtherFileSystem, sources.ConnectionLost, sources.Unreachable, sources.ServerBusy,
		} {
			got := Reason(lang, tax, r)
			if got == string(r) || got == "" || lang == "fr" && strings.Contains(strings.ToLower(got), "scan") {
				t.Errorf("%s in %s: %q", r, lang, got)
			}
		}
		for _, s := range []sources.Status{
			sources.Scanned, sources.Unchanged, sources.Sampled, sources.Partial, sources.Filtered, sources.Encrypted, sources.Unreadable,
			sources.Unsupported, sources.TooLarge, sources.Failed, sources.Offline, sources.Excluded, sources.PrivateMarked, sources.NotListable,
		} {
			if got := Status(lang, tax, s, "01/02/2026"); got == s.String() || strings.Contains(got, "{") {
				t.Errorf("%s in %s: %q", s, lang, got)
			}
		}
	}
	if got := Reason("fr", tax, ""); got != "" {
		t.Errorf("no reason reads %q", got)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 o", 999: "999 o", 1000: "1,0 ko", 48_211: "48,2 ko", 999_600: "1,0 Mo", 123_456_789: "123 Mo", 5_000_000_000: "5,0 Go"} {
		if got := strings.ReplaceAll(Bytes("fr", n), "\u00a0", " "); got != want {
			t.Errorf("%d reads %q, want %q", n, got, want)
		}
	}
	if got := Bytes("en", 1_500_000); got != "1.5\u00a0MB" {
		t.Errorf("%q", got)
	}
}

// Every note that a run may hold has words in both languages.
func TestNotes(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		for _, code := range []string{"atime", "earlier_form", "later_run", "may_write", "new_installation_key", "no_memory_watch", "no_cage", "no_landlock", "no_seccomp", "no_port_rule", "replica_lag", "server_busy"} {
			if got := Note(lang, code); got == code || lang == "fr" && strings.Contains(strings.ToLower(got), "scan") {
				t.Errorf("%s in %s: %q", code, lang, got)
			}
		}
	}
	if got := Isolation("en", []string{"atime", "no_seccomp"}); len(got) != 1 || !strings.Contains(got[0], "no seccomp") {
		t.Errorf("%q", got)
	}
}
