package zip

import (
	"errors"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// Of what Info-ZIP split (zip -s 64k) the first part is read, and says that another one is missing.
func TestSplit(t *testing.T) {
	data := sourcetest.Samples(t, "*.z01")["infozip_split.z01"]
	r, _, err := cellstest.Read(Format, "a.z01", data, sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != sources.MissingPart {
		t.Error(err)
	}
	if len(r.Members) != 2 || r.Members[0].Name != "table.csv" || r.Members[0].Err != nil || len(r.Members[0].Data) != 49936 || len(r.Members[1].Data) == 0 {
		t.Errorf("%d members", len(r.Members))
	}
}
