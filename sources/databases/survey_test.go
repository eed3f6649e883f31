package databases

import (
	"context"
	"slices"
	"strings"
	"testing"

	"recense/sources/databases/databasestest"
)

// TestSurvey lists what accounts cannot see, on servers and over a driver that answers.
func TestSurvey(t *testing.T) {
	pg := databasestest.Postgres(t)
	db := pg.Database(t)
	pg.Run(t, db, `CREATE ROLE curieux LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA public TO curieux; CREATE TABLE a (v text); GRANT SELECT ON a TO curieux; CREATE TABLE b (v text);
CREATE TABLE c (id int, secret text); GRANT SELECT (id) ON c TO curieux; CREATE TABLE d (v text); GRANT SELECT ON d TO curieux; ALTER TABLE d ENABLE ROW LEVEL SECURITY; CREATE VIEW e AS SELECT 1;`)
	t.Cleanup(func() { pg.Run(t, db, "DROP OWNED BY curieux; DROP ROLE curieux;") })
	for _, c := range []struct {
		name   string
		source *Source
		tables int
		want   []string
	}{
		{"PostgreSQL", source(t, pg, db, func(o *Options) { o.Settings["user"], o.Settings["password"] = "curieux", "x" }), 4,
			[]string{db + "/public/b  permission_denied", db + "/public/c secret permission_denied", db + "/public/d  row_security"}},
		{"the administrator", source(t, pg, db, nil), 4, nil},
		{"SQL Server", fakeServer(t, "sqlserver", &databasestest.Fake{Answer: sqlServerAnswers(true)}, func(o *Options) { o.Exclude = []string{"lignes"} }), 4,
			[]string{"base/dbo/grande refusee permission_denied", "base/dbo/masquee secret masked_values", "base/dbo/masquee calculee masked_values", "base/dbo/masquee chiffre encrypted_values", "base/dbo/refusee  permission_denied"}},
		{"Oracle", fakeServer(t, "oracle", &databasestest.Fake{Answer: oracleAnswers(true)}, nil), 4,
			[]string{"base/PAIE/LIGNES  row_security", "base/PAIE/MASQUEE SECRET masked_values"}},
	} {
		var got []string
		n, err := c.source.Survey(context.Background(), func(u Unseen) { got = append(got, u.Table+" "+u.Column+" "+string(u.Reason)) })
		if err != nil || n != c.tables || !slices.Equal(got, c.want) {
			t.Errorf("%s: %d tables, %v:\n%s", c.name, n, err, strings.Join(got, "\n"))
		}
	}
}
