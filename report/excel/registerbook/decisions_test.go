package registerbook

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
)

const (
	first  = "00112233445566778899aabbccddeeff"
	second = "ffeeddccbbaa99887766554433221100"
)

func decisionBook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", "Décisions"); err != nil {
		t.Fatal(err)
	}
	head := []any{"Constat n°", "Constat", "Emplacement", "Décision", "Motif", "Décidé par", "Échéance de traitement", "Fin de validité", "Commentaire"}
	for i, row := range append([][]any{head}, rows...) {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Décisions", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportDecisions(t *testing.T) {
	tax := load(t)
	until := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		row  []any
		want string // problem; empty: read
	}{
		{"accepted", []any{first, "Emplacement non rattaché", "smb://srv/a", "Accepté jusqu’à l’échéance", "Migration", "DPO", until, until, "voir CR"}, ""},
		{"words of the file format", []any{first, "undeclared_location", "", "fix", "", "", "", "", ""}, ""},
		{"without an end", []any{first, "Emplacement non rattaché", "", "accept", "Migration", "DPO", "", "", ""}, "Décisions!H2: is needed with this decision"},
		{"without a reason", []any{first, "Emplacement non rattaché", "", "Faux positif", "", "DPO", "", "", ""}, "Décisions!E2: is needed with this decision"},
		{"without an author", []any{first, "Emplacement non rattaché", "", "Faux positif", "inventaire", "", "", "", ""}, "Décisions!F2: is needed with this decision"},
		{"unknown decision", []any{first, "Emplacement non rattaché", "", "Peut-être", "", "", "", "", ""}, `Décisions!D2: "Peut-être" is none of À corriger`},
		{"damaged number", []any{"1,2E+31", "Emplacement non rattaché", "", "fix", "", "", "", "", ""}, "Décisions!A2: expected the 32 hexadecimal digits of a finding"},
		{"wrong date", []any{first, "Emplacement non rattaché", "", "fix", "", "", "bientôt", "", ""}, "Décisions!G2: expected a date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ImportDecisions("inventaire.xlsx", decisionBook(t, c.row, []any{second, "Secrets en clair", "", "", "", "", "", "", ""}), tax)
			switch {
			case c.want == "" && (err != nil || len(got) != 1 || got[0].VerdictID != first || got[0].Kind != "undeclared_location"):
				t.Errorf("got %+v, %v", got, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestMerge: what is known is replaced, what an exception by place says already is
// left out, nothing is lost.
func TestMerge(t *testing.T) {
	have := []register.Exception{
		{ID: "E-1", VerdictID: strings.ToUpper(first), Decision: "fix"},
		{ID: "E-2", Kind: "cleartext_credentials", Decision: "examine", Comment: "voir DSI"},
	}
	all, added, changed := Merge(have, []register.Exception{
		{VerdictID: first, Kind: "undeclared_location", Decision: "false_positive", Reason: "essai", DecidedBy: "DPO"},
		{VerdictID: second, Kind: "cleartext_credentials", Decision: "examine", Comment: "voir DSI"},
		{VerdictID: second, Kind: "undeclared_category", Decision: "fix"},
	})
	if added != 1 || changed != 1 || len(all) != 3 {
		t.Fatalf("added %d, changed %d, %+v", added, changed, all)
	}
	if all[0].ID != "E-1" || all[0].Decision != "false_positive" || all[2].ID != "E-3" || all[2].Kind != "" {
		t.Errorf("%+v", all)
	}
	again, added, changed := Merge(all, []register.Exception{{VerdictID: second, Kind: "undeclared_category", Decision: "fix"}})
	if added+changed != 0 || len(again) != 3 {
		t.Errorf("again: added %d, changed %d", added, changed)
	}
}
