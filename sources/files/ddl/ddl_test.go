package ddl

import (
	"fmt"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct{ sql, want string }{
		{"CREATE TABLE t(a, b)", "{t [{a false false false} {b false false false}] [] false}"},
		{"CREATE TABLE \"t(\"\"x\"(\"a,\"\"b\" int primary key, b Integer)", "{t(\"x [{a,\"b false false false} {b true false false}] [a,\"b] false}"},
		{"create table if not exists gestion.\"les adhérents\" (a int, primary key (a))", "{gestion.les adhérents [{a false false false}] [a] false}"},
		{"CREATE TABLE t(a, b, c, PRIMARY KEY(c COLLATE nocase, a DESC)) STRICT, WITHOUT ROWID", "{t [{a false false false} {b false false false} {c false false false}] [c a] true}"},
		{"CREATE TABLE t(a, b AS (a+1), c AS (f(a, 1)) STORED, d GENERATED ALWAYS AS (1) VIRTUAL, e)", "{t [{a false false false} {b false true true} {c false true false} {d false true true} {e false false false}] [] false}"},
		{"CREATE TABLE `t` (`a` int COMMENT 'un, (deux', `key` int, key VARCHAR(10), PRIMARY KEY (`a`), KEY `k` (`a`), UNIQUE KEY `u` (`key`), KEY i (a), FULLTEXT KEY `f` (`a`)) ENGINE=InnoDB",
			"{t [{a false false false} {key false false false} {key false false false}] [a] false}"},
		{"CREATE TABLE [dbo].[T]([a b] [nvarchar](50) NULL, CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([a b] ASC)) ON [PRIMARY]", "{dbo.T [{a b false false false}] [a b] false}"},
		{"CREATE TABLE t(-- a comment, (\n a /* , */ int)", "{t [{a false false false}] [] false}"},
		{"CREATE TABLE t(", "{t [] [] false}"},
		{"", "{ [] [] false}"},
	} {
		if got := fmt.Sprint(Parse(test.sql)); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.sql, got, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("CREATE TABLE a.\"b\"(c INTEGER PRIMARY KEY, d AS (1), KEY `e` (c)) WITHOUT ROWID")
	f.Fuzz(func(_ *testing.T, sql string) { Parse(sql) })
}
