package postgres

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"recense/sources/databases/dialect"
)

func split(f dialect.Form, text string) (out []string) {
	elements(f, []byte(text), func(key, value []byte) {
		if key != nil {
			out = append(out, string(key)+"="+string(value))
			return
		}
		out = append(out, string(value))
	})
	return out
}

func TestElements(t *testing.T) {
	for _, c := range []struct {
		name string
		form dialect.Form
		text string
		want []string
	}{
		{"array", dialect.Array, `{a,b}`, []string{"a", "b"}},
		{"empty", dialect.Array, `{}`, nil},
		{"null and the word", dialect.Array, `{NULL,"NULL"}`, []string{"NULL"}},
		{"quotes", dialect.Array, `{"a,b","c\"d","e\\f",""}`, []string{"a,b", `c"d`, `e\f`, ""}},
		{"nested", dialect.Array, `{{1,2},{3,4}}`, []string{"1", "2", "3", "4"}},
		{"bounds", dialect.Array, `[0:1]={x,y}`, []string{"x", "y"}},
		{"parentheses", dialect.Array, `{a(b),(0)6}`, []string{"a(b)", "(0)6"}},
		{"row", dialect.Array, `(1,"a ""b""",,c)`, []string{"1", `a "b"`, "c"}},
		{"hstore", dialect.Map, `"k"=>"v", "l"=>NULL, "m n"=>"a, \"b\""`, []string{"k=v", `m n=a, "b"`}},
		{"cut", dialect.Array, `{"a`, []string{"a"}},
		{"a pair without an end", dialect.Map, `"k"=>`, nil},
	} {
		if got := split(c.form, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever the text, splitting ends, gives no more than there is, and gives back
// elements that were written as PostgreSQL does.
func FuzzElements(f *testing.F) {
	f.Add("a", "b,c", `{a,"b`)
	f.Add(`"`, `\`, `"k"=>"v", x`)
	f.Fuzz(func(t *testing.T, a, b, any string) {
		for _, form := range []dialect.Form{dialect.Array, dialect.Map} {
			size := 0
			for _, s := range split(form, any) {
				size += len(s)
			}
			if size > 2*len(any)+1 {
				t.Errorf("%d bytes from %d", size, len(any))
			}
		}
		quote := func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }
		if got := split(dialect.Array, "{"+quote(a)+","+quote(b)+"}"); !slices.Equal(got, []string{a, b}) {
			t.Errorf("%q %q: %q", a, b, got)
		}
		if got := split(dialect.Map, quote(a)+"=>"+quote(b)); !slices.Equal(got, []string{a + "=" + b}) {
			t.Errorf("%q => %q: %q", a, b, got)
		}
	})
}

func TestSettle(t *testing.T) {
	home := t.TempDir()
	service := "[paie]\nhost=srv-paie\nport=5433\nsslmode=require\ndbname=paie\npassword=du service\n"
	if err := os.WriteFile(filepath.Join(home, ".pg_service.conf"), []byte(service), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		target dialect.Target
		env    map[string]string
		want   dialect.Settings
	}{
		{"far servers prove who they are", dialect.Target{Host: "srv", User: "lecteur", Database: "b"}, nil,
			dialect.Settings{"host": "srv", "user": "lecteur", "database": "b", "sslmode": "verify-full"}},
		{"the loopback need not", dialect.Target{Host: "127.0.0.1"}, nil, dialect.Settings{"host": "127.0.0.1"}},
		{"the environment", dialect.Target{}, map[string]string{"PGHOST": "srv", "PGPASSWORD": "x", "PGSSLMODE": "require"},
			dialect.Settings{"host": "srv", "password": "x", "sslmode": "require"}},
		{"the URL before the environment", dialect.Target{Host: "srv2", Query: map[string]string{"sslmode": "verify-ca"}}, map[string]string{"PGHOST": "srv", "PGSSLMODE": "require"},
			dialect.Settings{"host": "srv2", "sslmode": "verify-ca"}},
		{"a service between them", dialect.Target{Port: "5555"}, map[string]string{"PGSERVICE": "paie", "PGHOST": "srv"},
			dialect.Settings{"host": "srv-paie", "port": "5555", "sslmode": "require", "database": "paie", "password": "du service"}},
	} {
		getenv := func(name string) string {
			if name == "HOME" {
				return home
			}
			return c.env[name]
		}
		got, err := settle(c.target, getenv)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
		}
	}
	for name, query := range map[string]map[string]string{"unknown parameter": {"sslmod": "x"}, "unknown service": {"service": "autre"},
		"sslmode": {"sslmode": "oui"}, "authority": {"sslrootcert": filepath.Join(home, "absent.pem")}, "time": {"connect_timeout": "dix"}} {
		if _, err := settle(dialect.Target{Query: query}, func(string) string { return home[:0] }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The driver reads back what settings are written as.
func TestConnectString(t *testing.T) {
	c, err := pgconn.ParseConfig(connectString(dialect.Settings{"host": "127.0.0.1", "user": `a'b\c d`, "password": ` '\ `}, `base "x"`))
	if err != nil || c.User != `a'b\c d` || c.Password != ` '\ ` || c.Database != `base "x"` {
		t.Fatalf("%v %+v", err, c)
	}
}
