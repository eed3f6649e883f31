package xlsx

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// locked encrypts a workbook with a password, by the standard encryption.
func locked(t testing.TB, password string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]string{"A1": "nom", "B1": "nir", "A2": "Camille Roux", "B2": "185057800608491"} {
		if err := f.SetCellStr("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	data, err := excelize.Encrypt(b.Bytes(), &excelize.Options{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestDefaultPassword: a workbook that Excel opens without asking is read, one with
// another password or that is damaged is told.
func TestDefaultPassword(t *testing.T) {
	whole := locked(t, defaultPassword)
	for _, test := range []struct {
		name string
		data []byte
		read bool
	}{
		{"default", whole, true},
		{"another password", locked(t, "secret"), false},
		{"cut", whole[:len(whole)*2/3], false},
	} {
		r, _, err := cellstest.Read(Format, "a.xlsx", test.data, sources.Limits{})
		var fe *sources.FormatError
		if !test.read {
			if !errors.As(err, &fe) || fe.Status != sources.Encrypted {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		if err != nil || !strings.Contains(r.Lines(), "nir[2]=185057800608491") {
			t.Errorf("%s: %v %v", test.name, err, r.Lines())
		}
	}
}

// TestRounds: what asks for more rounds of hashing than programs write, or for none that
// is a number, is not tried.
func TestRounds(t *testing.T) {
	for info, want := range map[string]bool{
		`<keyData/><p:encryptedKey spinCount="100000" saltSize="16"/>`: true,
		`<a spinCount="100000"/><b spinCount='9999999'/>`:              false,
		`<a spinCount=""/>`:                        false,
		`<a spinCount="99999999999999999999999"/>`: false,
		`<a spinCount="-1"/>`:                      false,
		"\x03\x00\x02\x00":                         true,
	} {
		if got := fewRounds([]byte(info)); got != want {
			t.Errorf("%q: %v", info, got)
		}
	}
	whole := locked(t, defaultPassword)
	if cheap(cellstest.Input("a.xlsx", whole[:700])) || !cheap(cellstest.Input("a.xlsx", whole)) {
		t.Error("a file that is cut, or a whole one")
	}
}

func TestHostileLocked(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.xlsx": locked(t, defaultPassword)})
}
