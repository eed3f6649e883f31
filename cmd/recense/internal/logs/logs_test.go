package logs

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"unicode"
)

// A name that holds line ends, terminal sequences and bidirectional marks stays
// within its line, and reads back as it was.
func TestOneLine(t *testing.T) {
	const name = "a\nlevel=ERROR\r\x1b[31m\u202egpj.exe\u2066\u200b\u009b\x7f\u2028\U000e0041é"
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var b bytes.Buffer
			New(&b, format, slog.LevelInfo).Info("unit_failed", "unit", name)
			line, rest, ended := strings.Cut(b.String(), "\n")
			if !ended || rest != "" {
				t.Fatalf("not one line: %q", b.String())
			}
			for _, r := range line {
				if !unicode.IsPrint(r) {
					t.Errorf("%U in %q", r, line)
				}
			}
			if format != "json" {
				return
			}
			var event map[string]any
			if err := json.Unmarshal([]byte(line), &event); err != nil || event["unit"] != name {
				t.Errorf("%v: %q", err, event["unit"])
			}
		})
	}
}

func TestLevel(t *testing.T) {
	for _, name := range Levels {
		level, err := Level(name)
		if err != nil || !strings.EqualFold(level.String(), name) {
			t.Errorf("%s: %v, %v", name, level, err)
		}
		var b bytes.Buffer
		log := New(&b, "json", level)
		log.Debug("d")
		log.Info("i")
		log.Warn("w")
		log.Error("e")
		if got, want := strings.Count(b.String(), "\n"), map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1}[name]; got != want {
			t.Errorf("%s: %d lines, want %d", name, got, want)
		}
	}
	if _, err := Level("loud"); err == nil || strings.Contains(err.Error(), "loud") {
		t.Errorf("an unknown level: %v", err)
	}
}
