package databases

import (
	"errors"
	"strings"
	"testing"
)

// A password in a URL is refused however it is written, and never repeated.
func TestParseRefusesPasswords(t *testing.T) {
	for _, target := range []string{
		"postgres://u:s3cr@h/b", "postgres://u:s3c/r@h/b", "postgres://u:s3c#r@h/b", "postgres://u:33/3cr@h/b", "postgres://:s3cr@h/b", "postgres://u:%zz3cr@h/b",
		"postgres://h/b?password=s3cr", "postgres://h/b?sslpassword=s3cr", "mysql://u:s3c?r@h/b",
	} {
		_, err := Parse(target, func(string) string { return "" })
		if !errors.Is(err, ErrPassword) {
			t.Errorf("%s: %v", target, err)
		}
		if err != nil && (strings.Contains(err.Error(), "s3c") || strings.Contains(err.Error(), "3cr")) {
			t.Errorf("%s: the error repeats it: %v", target, err)
		}
	}
	for _, target := range []string{"postgres://u@h:5432/b", "postgres:///b", "postgres://h/b?application_name=a:b@c", "mysql://h"} {
		if _, err := Parse(target, func(string) string { return "" }); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// Names of mongodb+srv are looked up in the DNS: that is refused, with what to write.
func TestParseSRV(t *testing.T) {
	if _, err := Parse("mongodb+srv://lecteur@grappe.example.com/base", func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "mongodb://") {
		t.Errorf("%v", err)
	}
}

func TestPatterns(t *testing.T) {
	names := []string{"base", "rh", "Salaries_2024"}
	for pattern, want := range map[string]bool{"salaries*": true, "rh.*": true, "base.rh.*": true, "base/*/salaries_20??": true, "public.*": false, "autre.rh.*": false, "a.b.c.d": false, "rh": false} {
		if got := matches([]string{pattern}, names); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
}
