package dbf

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestMemos reads what XBase.pm 1.08 (Debian: libdbd-xbase-perl) wrote of three
// invented records, in the forms of dBase III and IV and of FoxPro.
func TestMemos(t *testing.T) {
	const want = "memo[1]=Dossier de M. Martin : rappeler le 06 12 34 56 78\r\ndécès du conjoint\n"
	for name, data := range memoSamples(t) {
		r, res, err := cellstest.Read(Memo, name, data, sources.Limits{})
		if err != nil || len(r.Wrong) > 0 || res.Records != 3 || res.Bytes != int64(len(data)) {
			t.Errorf("%s: %v %v %+v", name, err, r.Wrong, res)
		}
		got := r.Lines()
		if !strings.HasPrefix(got, want) || !strings.Contains(got, "memo[2]=xxx") || !strings.Contains(got, "courriel a@exemple.fr\n") || !strings.HasSuffix(got, "memo[3]=courte\n") {
			t.Errorf("%s: %s", name, got)
		}
		for _, c := range r.Cells {
			if c.Text[0] == 'D' && !strings.HasPrefix(string(data[c.At.Byte:]), "Dossier") {
				t.Errorf("%s: not at %d", name, c.At.Byte)
			}
		}
	}
}

func memoSamples(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "*.dbt")
	for name, data := range sourcetest.Samples(t, "*.fpt") {
		all[name] = data
	}
	return all
}

func TestMemoSniff(t *testing.T) {
	blank := make([]byte, 1024)
	for name, data := range map[string][]byte{"a.dbt": blank, "b.fpt": blank, "c.dbt": {1, 2}, "d.txt": memoSamples(t)["xbase3.dbt"], "e.dbt": append([]byte("texte"), blank...)} {
		if Memo.Sniff(data, name, -1) {
			t.Errorf("%s passes for memo texts", name)
		}
	}
}

func TestMemoHostile(t *testing.T) { sourcetest.Hostile(t, Memo, memoSamples(t)) }

func FuzzMemo(f *testing.F) {
	for name, data := range memoSamples(f) {
		f.Add(data, name[len(name)-3:])
	}
	f.Fuzz(func(t *testing.T, data []byte, ext string) {
		if name := "a." + ext; Memo.Sniff(data, name, -1) {
			sourcetest.Read(t, Memo, name, data)
		}
	})
}
