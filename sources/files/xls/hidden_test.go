package xls

import (
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// TestHiddenContent: every place of a workbook that LibreOffice knows to write has a word of its own; none is missed.
func TestHiddenContent(t *testing.T) {
	r, _, err := cellstest.Read(Format, "x.xls", sourcetest.Samples(t, "libreoffice_cache.xls")["libreoffice_cache.xls"], sources.Limits{})
	if err != nil || len(r.Wrong) > 0 {
		t.Fatal(err, r.Wrong)
	}
	found := cellstest.Marked(r.Lines())
	for _, word := range strings.Fields(`cellule annotation annotateur lien formetexte nomforme choix aide aidetitre erreur erreurtitre
		createur titredoc commentairedoc cle nompropriete propriete`) {
		if !found["mot."+word] {
			t.Errorf("no mot.%s", word)
		}
	}
}

// Records that LibreOffice does not write, by their form in MS-XLS.
func TestTold(t *testing.T) {
	text := func(s string) string { return string([]byte{byte(len(s)), 0, 0}) + s }
	token := func(s string) string { return "\x17" + string([]byte{byte(len(s)), 0}) + s }
	formula := func(tokens string) string {
		return "\x00\x00\x00\x00\x0f\x00" + "\x00\x00\x00\x00\x00\x00\xf0\x3f" + "\x00\x00\x00\x00\x00\x00" + string([]byte{byte(len(tokens)), 0}) + tokens
	}
	for _, test := range []struct {
		name   string
		kind   int
		data   string
		global bool
		want   string
	}{
		{"cells of another workbook", recCached, "\x02\x00\x05\x00" + "\x02" + text("Martin") + "\x01\x00\x00\x00\x00\x00\x00\xf0\x3f" + "\x02" + text("zoe@exemple.fr"), true, "links!=Martin\t1\tzoe@exemple.fr"},
		{"where the other workbook lies", recSupBook, "\x01\x00" + text("\x01srv\x03martin.xls"), true, "links!=srv martin.xls"},
		{"list of a checked cell", recValidation, "\x00\x00\x00\x00" + text("titre") + text("\x00") + text("invite") + text("\x00") + "\x0f\x00\x00\x00" + token("Lea M\x00Paul D") + "\x00\x00\x00\x00", false, "titre\ninvite\nLea M\nPaul D\n"},
		{"address in a formula", recFormula, formula(token("mailto:zoe@exemple.fr") + token("ici") + "\x42\x02\x67\x01"), false, "![1]=1\nSheet1!=mailto:zoe@exemple.fr\n"},
		{"number in a formula", recFormula, formula(token("180017500100104")), false, "180017500100104"},
		{"query", recQuery, text("SELECT * FROM martin"), true, "links!=SELECT * FROM martin"},
	} {
		record := func(kind int, data string) string {
			return string([]byte{byte(kind), byte(kind >> 8), byte(len(data)), byte(len(data) >> 8)}) + data
		}
		bof := func(kind byte) string {
			return record(recBOF, "\x00\x06"+string([]byte{kind, 0})+strings.Repeat("\x00", 12))
		}
		inner, sheet := record(test.kind, test.data), ""
		if !test.global {
			inner, sheet = "", inner
		}
		r, _, err := cellstest.Read(Format, "x.xls", []byte(bof(5)+inner+record(recEOF, "")+bof(0x10)+sheet+record(recEOF, "")), sources.Limits{})
		if err != nil || !strings.Contains(r.Lines(), test.want) {
			t.Errorf("%s: %q, want %q (%v)", test.name, r.Lines(), test.want, err)
		}
	}
	for _, near := range []string{token("ici"), token("2024-01"), "\x17\x05\x00a\x01bcd", "\x1e\x17\x00"} {
		r, _, _ := cellstest.Read(Format, "x.xls", []byte("\x09\x08\x10\x00\x00\x06\x10\x00"+strings.Repeat("\x00", 12)+"\x06\x00"+string([]byte{byte(22 + len(near)), 0})+formula(near)+"\x0a\x00\x00\x00"), sources.Limits{})
		if got := r.Lines(); strings.Contains(got, "!=") {
			t.Errorf("%q: %q", near, got)
		}
	}
}
