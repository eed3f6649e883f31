package files

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// privateMarkers are the words by which employees mark what is theirs.
var privateMarkers = []string{"perso", "personnel", "prive", "cse", "syndicat", "avocat"}

// isPrivate reports whether a whole word of name is one of markers, whatever
// its case and accents, in UTF-8 (composed or not) or Latin-1.
func isPrivate(name []byte, markers []string) bool {
	var word [32]byte
	n := 0
	for i := 0; i <= len(name); {
		c, size := byte(0), 1
		if i < len(name) {
			c, size = fold(name[i:])
		}
		i += size
		switch {
		case c == combining:
		case c != 0:
			if n < len(word) {
				word[n] = c
			}
			n++
		default:
			if n > 0 && n <= len(word) && contains(markers, word[:n]) {
				return true
			}
			n = 0
		}
	}
	return false
}

func contains(markers []string, word []byte) bool {
	for _, m := range markers {
		if m == string(word) {
			return true
		}
	}
	return false
}

// combining stands for an accent that follows its letter.
const combining = 1

// fold returns the ASCII lower-case letter or digit that b begins with, 0 when
// it is neither, and its length in bytes. Other letters stay distinct from all.
func fold(b []byte) (byte, int) {
	switch c := b[0]; {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return c, 1
	case 'A' <= c && c <= 'Z':
		return c | 0x20, 1
	case c < 0x80:
		return 0, 1
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 { // Latin-1
		r = rune(b[0])
	}
	if 0x300 <= r && r < 0x370 {
		return combining, n
	}
	const latin = "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
	if 0xC0 <= r && r <= 0xFF && r != 0xD7 && r != 0xF7 {
		return latin[(r-0xC0)&31], n
	}
	if r > 0xFF && r != 0x2019 && r != 0x2013 && r != 0x2014 && r != 0x202F {
		return 0xFF, n
	}
	return 0, n
}

// Folders of snapshots and recycle bins, and files of backups, by name.
func isSnapshot(name []byte) bool {
	switch string(name) {
	case ".snapshot", "~snapshot", ".snapshots", ".zfs":
		return true
	}
	return len(name) > 5 && string(name[:5]) == "@GMT-"
}

func isRecycleBin(name []byte) bool {
	for _, bin := range [...]string{"$RECYCLE.BIN", "#recycle", "@Recycle", ".Trash"} {
		if len(name) == len(bin) && strings.EqualFold(string(name), bin) {
			return true
		}
	}
	return len(name) > 7 && string(name[:7]) == ".Trash-"
}

func isBackup(name []byte) bool {
	if len(name) < 4 {
		return false
	}
	for _, ext := range [...]string{".vbk", ".bak", ".dmp"} {
		if strings.EqualFold(string(name[len(name)-4:]), ext) {
			return true
		}
	}
	return len(name) > 5 && strings.EqualFold(string(name[len(name)-5:]), ".vmdk")
}

// appendURI appends p as the path of a file URI (RFC 8089, RFC 3986). Letters
// outside ASCII stay readable; control bytes, bytes that are no UTF-8 and signs
// with a meaning in URIs are written as %XX.
func appendURI(dst []byte, p string) []byte {
	for i := 0; i < len(p); {
		c := p[i]
		if c < 0x80 {
			if plain[c] {
				dst = append(dst, c)
			} else {
				dst = appendEscaped(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(p[i:])
		if r == utf8.RuneError && n == 1 || r < 0xA0 || 0x2028 <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0xFEFF {
			for range n { // not UTF-8, or a sign that changes how the line reads
				dst = appendEscaped(dst, p[i])
				i++
			}
			continue
		}
		dst = append(dst, p[i:i+n]...)
		i += n
	}
	return dst
}

// isPlain reports whether appendURI would leave p as it is.
func isPlain(p []byte) bool {
	for _, c := range p {
		if c >= 0x80 || !plain[c] {
			return false
		}
	}
	return true
}

func appendEscaped(dst []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	return append(dst, '%', hex[c>>4], hex[c&15])
}

// plain are the characters that stand for themselves in a path.
var plain = func() (t [128]bool) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-0x20] = true, true
	}
	for _, c := range []byte("0123456789-._~!$&'()*+,;=:@/") {
		t[c] = true
	}
	return t
}()

// checkPatterns refuses patterns that path.Match would.
func checkPatterns(lists ...[]string) error {
	for _, list := range lists {
		for _, p := range list {
			for part := range strings.SplitSeq(p, "/") {
				if _, err := path.Match(part, ""); err != nil {
					return fmt.Errorf("files: pattern %q is not well formed", p)
				}
			}
		}
	}
	return nil
}

// matches reports whether one of patterns selects the file rel, whose last
// element is name, or a folder.
func matches(patterns []string, rel, name string) bool {
	for _, p := range patterns {
		if strings.IndexByte(p, '/') < 0 {
			if ok, _ := path.Match(p, name); ok {
				return true
			}
		} else if matchPath(strings.Split(strings.Trim(p, "/"), "/"), strings.Split(rel, "/")) {
			return true
		}
	}
	return false
}

// matchPath compares element by element; "**" takes any number of them.
func matchPath(pattern, rel []string) bool {
	for len(pattern) > 0 && pattern[0] != "**" {
		if len(rel) == 0 {
			return false
		}
		if ok, _ := path.Match(pattern[0], rel[0]); !ok {
			return false
		}
		pattern, rel = pattern[1:], rel[1:]
	}
	if len(pattern) == 0 {
		return len(rel) == 0
	}
	for i := range len(rel) + 1 {
		if matchPath(pattern[1:], rel[i:]) {
			return true
		}
	}
	return false
}
