// Package logs makes the structured logs of the program: one event a line, as text
// (key=value) or JSON, with the ids of runs and units, counts and classes of errors.
// Whoever logs gives fixed words and masked names only; this package sees to it that
// no name can forge a line or hide what it says: control characters, bidirectional
// marks and other invisible ones are escaped.
package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Levels lists what Level takes, least first.
var Levels = []string{"debug", "info", "warn", "error"}

// Level reads the name of a level.
func Level(name string) (slog.Level, error) {
	var l slog.Level
	for _, known := range Levels {
		if name == known {
			return l, l.UnmarshalText([]byte(name))
		}
	}
	return l, errors.New("unknown level: " + strings.Join(Levels, ", "))
}

// New returns a logger of events at a level and above. Format is "text" or "json".
// It may be used from any goroutine.
func New(w io.Writer, format string, level slog.Level) *slog.Logger {
	opt := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(jsonEscaper{w}, opt))
	}
	return slog.New(slog.NewTextHandler(w, opt)) // quotes what is not printable
}

// jsonEscaper escapes what JSON allows and a terminal or a reader does not: C1
// controls, DEL, and marks of format (bidirectional, zero width). They only occur
// within strings. A handler writes a line in one call.
type jsonEscaper struct{ w io.Writer }

// Write implements io.Writer.
func (e jsonEscaper) Write(p []byte) (int, error) {
	if !bytes.ContainsFunc(p, hidden) {
		return e.w.Write(p)
	}
	out := make([]byte, 0, len(p)+64)
	for _, r := range string(p) {
		switch {
		case !hidden(r):
			out = utf8.AppendRune(out, r)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		}
	}
	if _, err := e.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

func hidden(r rune) bool {
	return r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029')
}
