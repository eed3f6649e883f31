package ldif

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// Written by hand after the RFC and what slapcat and ldifde give.
const directory = "# export\nversion: 1\n\ndn: uid=zmartin,ou=gens,dc=exemple,dc=fr\nobjectClass: person\nobjectClass: inetOrgPerson\ncn:: Wm/DqSBNYXJ0aW4=\nsn;lang-fr: Martin\n" +
	"mail: zoe.martin@exemple.\n fr\njpegPhoto:: /9j/4AAQ\ndescription:: AAEC\n\r\n# autre\nDN: cn=x\nCN: Paul\nlabeledURI:< file:///tmp/x\n\ndn: cn=y\nchangetype: modify\nreplace: mail\nmail: p@exemple.fr\n-\n"

func TestEntries(t *testing.T) {
	const want = "dn[1]=uid=zmartin,ou=gens,dc=exemple,dc=fr\nobjectClass[1]=person\nobjectClass[1]=inetOrgPerson\ncn[1]=Zoé Martin\nsn[1]=Martin\nmail[1]=zoe.martin@exemple.fr\n" +
		"dn[2]=cn=x\ncn[2]=Paul\nlabeledURI[2]=file:///tmp/x\ndn[3]=cn=y\nchangetype[3]=modify\nreplace[3]=mail\nmail[3]=p@exemple.fr\n"
	r, res, err := cellstest.Read(Format, "x.ldif", []byte(directory), sources.Limits{})
	if err != nil || len(r.Wrong) > 0 || res.Records != 3 || res.Bytes != int64(len(directory)) || res.Lines != int64(strings.Count(directory, "\n")) {
		t.Fatal(err, r.Wrong, res)
	}
	if r.Lines() != want {
		t.Errorf("%s", r.Lines())
	}
	if len(r.Members) != 1 || r.Members[0].Name != "jpegPhoto[1]" || len(r.Members[0].Data) != 6 {
		t.Errorf("members %v", r.Members)
	}
	for _, c := range r.Cells {
		if c.Text == "zoe.martin@exemple.fr" && c.At.Line != 9 {
			t.Errorf("%v", c.At)
		}
	}
}

func TestLimits(t *testing.T) {
	long := "dn: cn=x\nx:: " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", maxLine))) + "\nsn: Martin\n"
	r, _, err := cellstest.Read(Format, "x.ldif", []byte(long), sources.Limits{})
	var fe *sources.FormatError
	if !errors.As(err, &fe) || fe.Reason != sources.SizeLimit || !strings.HasSuffix(r.Lines(), "sn[1]=Martin\n") {
		t.Error(err)
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]bool{
		directory: true, "dn: cn=a\n": true, "dn:: Y249YQ==\nsn: x\n": true, "\xEF\xBB\xBFdn: cn=a\r\n": true, "dn: rien\n": false, "dn: cn=a": false, "version: 1\n": false,
		"# x\nnom: y\n": false, "": false,
	} {
		if Format.Sniff([]byte(in), "x", -1) != want {
			t.Errorf("%q: not %v", in, want)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"x.ldif": []byte(directory)})
}

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, []byte(directory)) }
