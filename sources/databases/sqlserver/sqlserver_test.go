package sqlserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"recense/sources"
	"recense/sources/databases/dialect"
)

func TestSettle(t *testing.T) {
	none := func(string) string { return "" }
	for _, c := range []struct {
		name   string
		target dialect.Target
		tls    string
		bad    bool
	}{
		{"another machine proves who it is", dialect.Target{Host: "srv"}, "verify", false},
		{"this machine need not", dialect.Target{Host: "127.0.0.1"}, "skip-verify", false},
		{"given up", dialect.Target{Host: "srv", Query: map[string]string{"tls": "false"}}, "false", false},
		{"unknown", dialect.Target{Host: "srv", Query: map[string]string{"tls": "peut-être"}}, "", true},
		{"unknown parameter", dialect.Target{Host: "srv", Query: map[string]string{"encrypt": "false"}}, "", true},
		{"no port", dialect.Target{Host: "srv", Port: "99999"}, "", true},
	} {
		s, err := settle(c.target, none)
		if (err != nil) != c.bad || err == nil && s["tls"] != c.tls {
			t.Errorf("%s: %v %v", c.name, s, err)
		}
	}
}

func TestConfig(t *testing.T) {
	c, err := configOf(dialect.Settings{"host": "srv", "port": "1433", "user": "u", "password": "p", "tls": "verify"}, "base")
	if err != nil || !c.ReadOnlyIntent || c.TrustServerCertificate || c.TLSConfig.InsecureSkipVerify || c.Encryption != msdsn.EncryptionRequired || c.TLSConfig.ServerName != "srv" || c.Database != "base" {
		t.Errorf("%+v %v", c, err)
	}
	if c, err = configOf(dialect.Settings{"host": "srv", "port": "1433", "tls": "false"}, ""); err != nil || c.Encryption != msdsn.EncryptionOff || c.Database != "master" {
		t.Errorf("%+v %v", c, err)
	}
	if _, err = configOf(dialect.Settings{"host": "srv", "port": "1433", "tls": "verify", "sslca": "/absent"}, ""); err == nil {
		t.Error("an authority that cannot be read is passed over")
	}
}

// Errors keep their number and lose their text.
func TestErrors(t *testing.T) {
	for number, want := range map[int32]dialect.Error{
		18456: {Class: dialect.Denied, Reason: sources.PermissionDenied}, 229: {Class: dialect.Denied, Reason: sources.PermissionDenied}, 208: {Class: dialect.Gone, Reason: sources.Vanished},
		1222: {Class: dialect.Busy, Reason: sources.LockTimeout}, 1205: {Class: dialect.Busy, Reason: sources.LockTimeout}, 40501: {Class: dialect.Lost, Reason: sources.ConnectionLost},
		824: {Class: dialect.Other, Reason: sources.Corrupt}, 245: {Class: dialect.Data, Reason: sources.InvalidValue}, 50000: {Class: dialect.Other, Reason: sources.IOError},
	} {
		err := wrap(fmt.Errorf("x: %w", mssql.Error{Number: number, Message: "Conversion failed for 180017500100012"}))
		var e *dialect.Error
		if !errors.As(err, &e) || e.Class != want.Class || e.Reason != want.Reason || e.Code != fmt.Sprint(number) || strings.Contains(err.Error(), "18001") {
			t.Errorf("%d: %v", number, err)
		}
	}
	if c, r := dialect.ClassOf(wrap(context.DeadlineExceeded)); c != dialect.Busy || r != sources.TimedOut {
		t.Errorf("%v %v", c, r)
	}
	if c, r := dialect.ClassOf(connectError(context.Background(), &tls.CertificateVerificationError{Err: errors.New("x")})); c != dialect.Denied || r != sources.NotVerified {
		t.Errorf("%v %v", c, r)
	}
	if c, r := dialect.ClassOf(connectError(context.Background(), errors.New("dial"))); c != dialect.Lost || r != sources.Unreachable {
		t.Errorf("%v %v", c, r)
	}
}

// Values of keys are written in the type of their column, and nothing in them ends a
// literal.
func TestLiterals(t *testing.T) {
	k := &table{kinds: []string{"int", "varchar", "uniqueidentifier", "date", "decimal", "nvarchar", "bigint"}, pages: []string{"", "French_CI_AS", "", "", "", "x; DROP", ""}}
	got := k.literals([]string{"5", "l'été", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "2024-01-02", "12.50", "a'; DROP TABLE t --", "1; x"})
	want := []string{"5", "CONVERT(varchar(max), N'l''été' COLLATE French_CI_AS)", "CONVERT(uniqueidentifier, N'6F9619FF-8B86-D011-B42D-00C04FC964FF')", "CONVERT(date, N'2024-01-02', 126)",
		"CONVERT(decimal(38, 2), N'12.50')", "N'a''; DROP TABLE t --'", "N'1; x'"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if got := identifier("a]b"); got != "[a]]b]" || collate("x; DROP") != "" {
		t.Errorf("%s", got)
	}
}
