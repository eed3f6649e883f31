package databases

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"recense/sources/databases/dialect"
)

// serverURI names a server: postgres://host:5432.
func serverURI(scheme string, s dialect.Server) string {
	if s.Folder != "" {
		return scheme + "://" + strings.TrimSuffix((&url.URL{Path: s.Folder}).EscapedPath(), "/")
	}
	host := s.Host
	if host == "" || strings.HasPrefix(host, "/") { // a socket of this machine
		host = "localhost"
	}
	if s.Port == "" {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, s.Port)
}

// pathOf names a table under its server: base/schema/table. A slash inside a name
// is escaped, so that segments stay what they are.
func pathOf(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		if n == "" {
			continue // engines without schemas
		}
		if b.Len() > 0 {
			b.WriteByte('/')
		}
		b.WriteString(url.PathEscape(n))
	}
	return b.String()
}

// readable is a path for readers: letters outside ASCII stand for themselves, as in the
// URIs of files.
func readable(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	plain, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	for _, r := range plain {
		if r > unicode.MaxASCII && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)) {
			path = strings.ReplaceAll(path, url.PathEscape(string(r)), string(r))
		}
	}
	return path
}

// namesOf undoes pathOf.
func namesOf(p string) []string {
	names := strings.Split(p, "/")
	for i, n := range names {
		if plain, err := url.PathUnescape(n); err == nil {
			names[i] = plain
		}
	}
	return names
}

// id returns the keyed identifier of a path: the first 16 bytes of HMAC-SHA-256
// over 'L', 0, source id, 0, path, in hexadecimal digits.
func (s *Source) id(p string) string {
	mac := hmac.New(sha256.New, s.opt.Key[:])
	mac.Write([]byte("L\x00" + s.opt.Name + "\x00" + p))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// selected reports whether the patterns take a table.
func (s *Source) selected(names []string) bool {
	if matches(s.opt.Exclude, names) {
		return false
	}
	return len(s.opt.Include) == 0 || matches(s.opt.Include, names)
}

// matches reports whether one of patterns fits the last names.
func matches(patterns, names []string) bool {
	for _, p := range patterns {
		parts := patternParts(p)
		if len(parts) > len(names) {
			continue
		}
		fits := true
		for i, part := range parts {
			name := names[len(names)-len(parts)+i]
			if ok, _ := path.Match(strings.ToLower(part), strings.ToLower(name)); !ok {
				fits = false
				break
			}
		}
		if fits {
			return true
		}
	}
	return false
}

func patternParts(p string) []string {
	return strings.FieldsFunc(p, func(r rune) bool { return r == '.' || r == '/' })
}

func checkPatterns(lists ...[]string) error {
	for _, list := range lists {
		for _, p := range list {
			for _, part := range patternParts(p) {
				if _, err := path.Match(part, ""); err != nil {
					return errors.New("databases: a pattern cannot be read")
				}
			}
		}
	}
	return nil
}
