package databases

import (
	"context"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/sourcetest"
)

// entries is a directory of n people in a branch, with services beside them.
func entries(t *testing.T, n int) string {
	var b strings.Builder
	s := databasestest.Suffix
	fmt.Fprintf(&b, "dn: %s\nobjectClass: dcObject\nobjectClass: organization\ndc: mutuelle\no: Mutuelle d'essai\n\n", s)
	for _, ou := range []string{"people", "services", "vide"} {
		fmt.Fprintf(&b, "dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n", ou, s, ou)
	}
	fmt.Fprintf(&b, "dn: cn=lecteur,%s\nobjectClass: person\ncn: lecteur\nsn: lecteur\nuserPassword: lecture seule\n\n", s)
	for i := range n {
		fmt.Fprintf(&b, "dn: uid=u%d,ou=people,%s\nobjectClass: inetOrgPerson\nuid: u%d\ncn: Élise Martitte %d\nsn: Martitte\nmail: elise%d@example.com\nmail: em%d@example.org\nemployeeNumber: 180017500100012\n", i, s, i, i, i, i)
		if i == 3 {
			doc := base64.StdEncoding.EncodeToString(archive(t, "dossier 180017500100012", 200))
			fmt.Fprintf(&b, "description: Élève\\, rentrée\njpegPhoto:: %s\nphoto:: %s\n", doc, base64.StdEncoding.EncodeToString(slices.Repeat([]byte{0, 1, 2, 255}, 40)))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "dn: cn=ailleurs,ou=services,%s\nobjectClass: referral\nobjectClass: extensibleObject\ncn: ailleurs\nref: ldap://ailleurs.example.com/dc=autre\n\n", s)
	return b.String()
}

const openRules = "access to attrs=userPassword by anonymous auth by * none\naccess to * by users read by * none\n"

func directory(t *testing.T, d *databasestest.Directory, scheme, port, query string, change func(*Options)) *Source {
	t.Helper()
	opt, err := Parse(scheme+"://"+d.Host+":"+port+"/"+databasestest.Suffix+"?bind="+databasestest.Manager+query, func(name string) string {
		if name == "LDAP_PASSWORD" {
			return databasestest.ManagerIs
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	opt.Name = "annuaire"
	if change != nil {
		change(&opt)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestLDAP(t *testing.T) {
	d := databasestest.OpenLDAP(t, entries(t, 950), openRules)
	full := "&rights=full&sslca=" + d.File("ca.pem")
	s := directory(t, d, "ldaps", d.Secure, full, nil)
	sourcetest.Source(t, func(t *testing.T) sources.Source { return directory(t, d, "ldap", d.Port, full+"&tls=starttls", nil) })
	all := readAll(t, s)
	base := "dc=mutuelle%2Cdc=example/"
	people := all[base+"ou=people"]
	if people == nil || people.Result.Records != 951 || people.Result.Status != sources.Scanned || !slices.Equal(people.Skips, []sources.Reason{sources.UnknownFormat}) {
		t.Fatalf("%+v %v", people.Result, people.Skips)
	}
	mails := map[string]bool{}
	for _, v := range people.Values("mail") {
		mails[v] = true
	}
	if len(mails) != 1900 || len(people.Values("dn")) != 951 || len(people.Values("employeeNumber")) != 950 {
		t.Errorf("%d addresses, %d names", len(mails), len(people.Values("dn")))
	}
	if got := people.Values("description"); !slices.Equal(got, []string{`Élève\, rentrée`}) {
		t.Errorf("%q", got)
	}
	if k := people.Cells[0].At.Key; !strings.HasPrefix(k, "dn"+sources.KeyMark) || len(k) != 19 {
		t.Errorf("key %q", k)
	}
	if text := member(t, s, "jpegPhoto[dn#", "]!/note.txt"); !strings.Contains(text, "180017500100012") {
		t.Error("the document in an attribute was not read")
	}
	top := all[base+"%28base%29"]
	if top == nil || top.Result.Records != 2 || !slices.Equal(top.Values("o"), []string{"Mutuelle d'essai"}) || !slices.Equal(top.Values("userPassword"), []string{"lecture seule"}) {
		t.Errorf("%+v", top)
	}
	if l := all[base+"ou=vide"]; l == nil || l.Result.Records != 1 || l.Result.Status != sources.Scanned {
		t.Errorf("%+v", l)
	}
	if l := all[base+"ou=services"]; l == nil || l.Result.Status != sources.Partial || l.Result.Detail != sources.ForeignTable {
		t.Errorf("a referral: %+v", l)
	}
	// Through connections that break, the same.
	cuts := 0
	for seed := range uint64(8) {
		p := databasestest.NewProxy(t, d.Host+":"+d.Port, seed, 250_000)
		p.Calm = 4 // a branch is searched again from its beginning
		port := p.Port
		broken := directory(t, d, "ldap", port, "&rights=full", nil)
		broken.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		if got := summary(readAll(t, broken)); !reflect.DeepEqual(got, summary(all)) {
			t.Errorf("not the same after %d cuts:\n%v\n%v", p.Cuts(), got, summary(all))
		}
		cuts += p.Cuts()
	}
	if cuts < 5 {
		t.Errorf("only %d cuts", cuts)
	}
}

// TestLDAPRights connects as one should and as one should not.
func TestLDAPRights(t *testing.T) {
	d := databasestest.OpenLDAP(t, entries(t, 1200), openRules+"sizelimit size.soft=500 size.hard=600\n")
	check := func(scheme, port, query string, change func(*Options)) error {
		return directory(t, d, scheme, port, query, change).Check(context.Background())
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"right authority":       {check("ldaps", d.Secure, "&sslca="+d.File("ca.pem"), nil), ""},
		"wrong authority":       {check("ldaps", d.Secure, "&sslca="+d.File("other.pem"), nil), "not_verified"},
		"no authority":          {check("ldaps", d.Secure, "", nil), "not_verified"},
		"StartTLS":              {check("ldap", d.Port, "&tls=starttls&sslca="+d.File("ca.pem"), nil), ""},
		"StartTLS not verified": {check("ldap", d.Port, "&tls=starttls&sslca="+d.File("other.pem"), nil), "not_verified"},
		"wrong password":        {check("ldap", d.Port, "", func(o *Options) { o.Settings["password"] = "faux" }), "permission_denied (49)"},
		"no password":           {check("ldap", d.Port, "", func(o *Options) { o.Settings["password"] = "" }), "permission_denied"},
		"nobody there":          {check("ldap", "1", "", nil), "unreachable"},
	} {
		if text := fmt.Sprint(c.err); c.want == "" && c.err != nil || !strings.Contains(text, c.want) || strings.Contains(text, "faux") {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	// An account with limits: what came before is kept, the rest is told; nothing is
	// clean, because the directory may hide more.
	all := readAll(t, directory(t, d, "ldap", d.Port, "", func(o *Options) {
		o.Settings["user"], o.Settings["password"] = "cn=lecteur,"+databasestest.Suffix, "lecture seule"
	}))
	people := all["dc=mutuelle%2Cdc=example/ou=people"]
	if people.Result.Status != sources.Partial || people.Result.Detail != sources.SizeLimit || people.Result.Records < 400 || !slices.Contains(people.Skips, sources.RightsUnknown) {
		t.Errorf("%+v %v", people.Result, people.Skips)
	}
	if top := all["dc=mutuelle%2Cdc=example/%28base%29"]; top.Values("userPassword") != nil || !slices.Contains(top.Skips, sources.RightsUnknown) {
		t.Errorf("%+v", top)
	}
	for _, target := range []string{"ldap://h/b?tls=rien", "ldaps://h/b?tls=false", "ldap://h/b?password=x", "ldap://h/b?rights=all"} {
		if _, err := Parse(target, func(string) string { return "" }); err == nil {
			t.Errorf("%s: accepted", target)
		}
	}
	if opt, err := Parse("ldap://ailleurs/b", func(string) string { return "" }); err != nil || opt.Settings["tls"] != "starttls" {
		t.Errorf("%v %v", opt.Settings, err)
	}
}
