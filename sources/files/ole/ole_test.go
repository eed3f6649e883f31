package ole

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
)

// sample reads a file of another format's folder.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The streams decide, not the name.
func TestKinds(t *testing.T) {
	for _, test := range []struct {
		file, name, format string
		detail             sources.Reason
	}{
		{"xls/testdata/libreoffice.xls", "a.xls", "xls", ""},
		{"xls/testdata/gnumeric_biff7.xls", "a.XLT", "xls", ""},
		{"xls/testdata/gnumeric_biff7.xls", "a.bin", "xls", ""},
		{"doc/testdata/libreoffice.doc", "a.doc", "doc", ""},
		{"msg/testdata/oxmsg.msg", "a.msg", "msg", ""},
		{"ppt/testdata/libreoffice.ppt", "a.pps", "ppt", ""},
		{"doc/testdata/libreoffice.doc", "a.xls", "doc", sources.WrongExtension},
	} {
		r, res, err := cellstest.Read(Format, test.name, sample(t, test.file), sources.Limits{})
		if err != nil || res.Format != test.format || res.Detail != test.detail || len(r.Cells) == 0 {
			t.Errorf("%s as %s: %+v %v", test.file, test.name, res, err)
		}
	}
}

func TestStates(t *testing.T) {
	whole := sample(t, "xls/testdata/libreoffice.xls")
	for _, test := range []struct {
		name   string
		data   []byte
		media  string
		status sources.Status
		reason sources.Reason
	}{
		{"x.xls", whole[:600], "application/vnd.ms-excel", sources.Unreadable, sources.Truncated},
		{"x.db", whole[:600], mediaType, sources.Unreadable, sources.Truncated},
		{"x.xlsx", sample(t, "../../testdata/partage/rh/protege.xlsx"), mediaType, sources.Encrypted, sources.PasswordProtected},
	} {
		_, res, err := cellstest.Read(Format, test.name, test.data, sources.Limits{})
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason || res.MediaType != test.media {
			t.Errorf("%s: %v %s", test.name, err, res.MediaType)
		}
	}
}
