package oracle

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/databases/dialect"
)

func TestSettle(t *testing.T) {
	none := func(string) string { return "" }
	for _, c := range []struct {
		name      string
		target    dialect.Target
		tls, port string
		bad       bool
	}{
		{"another machine proves who it is", dialect.Target{Host: "srv", Database: "paie"}, "verify", "2484", false},
		{"this machine need not", dialect.Target{Host: "localhost", Database: "paie"}, "false", "1521", false},
		{"native encryption", dialect.Target{Host: "srv", Database: "paie", Query: map[string]string{"tls": "false"}}, "false", "1521", false},
		{"no service", dialect.Target{Host: "srv"}, "", "", true},
		{"unknown parameter", dialect.Target{Host: "srv", Database: "paie", Query: map[string]string{"wallet": "x"}}, "", "", true},
	} {
		s, err := settle(c.target, none)
		if (err != nil) != c.bad || err == nil && (s["tls"] != c.tls || s["port"] != c.port) {
			t.Errorf("%s: %v %v", c.name, s, err)
		}
	}
}

// Errors keep their number and lose their text.
func TestErrors(t *testing.T) {
	for number, want := range map[int]dialect.Error{
		1017: {Class: dialect.Denied, Reason: sources.PermissionDenied}, 942: {Class: dialect.Gone, Reason: sources.Vanished}, 1555: {Class: dialect.Busy, Reason: sources.TimedOut},
		3113: {Class: dialect.Lost, Reason: sources.ConnectionLost}, 1578: {Class: dialect.Other, Reason: sources.Corrupt}, 28113: {Class: dialect.Other, Reason: sources.RowSecurity},
		1722: {Class: dialect.Data, Reason: sources.InvalidValue}, 600: {Class: dialect.Other, Reason: sources.IOError},
	} {
		err := wrap(Number(number))
		var e *dialect.Error
		if !errors.As(err, &e) || e.Class != want.Class || e.Reason != want.Reason || !strings.HasPrefix(e.Code, "ORA-") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%d: %v", number, err)
		}
	}
	if c, r := dialect.ClassOf(connectError(context.DeadlineExceeded)); c != dialect.Lost || r != sources.Unreachable {
		t.Errorf("%v %v", c, r)
	}
}

func TestLiterals(t *testing.T) {
	k := &table{kinds: []string{"INTEGER", "VARCHAR2", "DATE", "NVARCHAR2", "NUMBER"}, keys: []string{`"A"`, `"B"`, `"C"`, `"D"`, `"E"`}}
	got := k.literals([]string{"5", "l'été'; --", "2024-01-02 00:00:00", "x", "1 OR 1=1"})
	want := []string{"5", "'l''été''; --'", "TO_DATE('2024-01-02 00:00:00', 'YYYY-MM-DD HH24:MI:SS')", "N'x'", "'1 OR 1=1'"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestExtents(t *testing.T) {
	list := extentsOf("extents 90.4.128.8 90.5.1024.128")
	if !reflect.DeepEqual(list, []extent{{90, 4, 128, 8}, {90, 5, 1024, 128}}) || extentsOf("1:5") != nil {
		t.Fatalf("%v", list)
	}
	want := "t.ROWID >= CHARTOROWID(DBMS_ROWID.ROWID_CREATE(1, 90, 4, 128, 0)) AND t.ROWID <= CHARTOROWID(DBMS_ROWID.ROWID_CREATE(1, 90, 4, 135, 32767))"
	if got := within(list[0], ""); got != want {
		t.Errorf("%s", got)
	}
	if got := within(list[0], "AAA'"); !strings.HasPrefix(got, "t.ROWID > CHARTOROWID('AAA''') AND") {
		t.Errorf("%s", got)
	}
}
