package detectors

import (
	"encoding/binary"
	"math/bits"
)

var ipv4 = Detector{
	Kind: "ipv4",
	Doc: `Adresse IPv4 / IPv4 address
Four numbers from 0 to 255 without leading zeros, with dots between (RFC 6943,
section 3.1.1). Versions and object identifiers, which go on with another number,
are refused, and so is what stands behind a name
and a slash, as the version of a program does; small numbers (2.3.1.4) are a version or a
section, unless a word, a port or a column says more. An online identifier (GDPR, recital 30). Loopback, private, link-local,
multicast, reserved and documentation addresses (RFC 6890) name no person: they
stay weak.`,
	Max:    Verified,
	Shape:  ipv4Shape,
	Verify: verifyIPv4,
	Before: 3,
	After:  15 + 4,
	Context: []string{"ip", "adresse", "client", "remote", "host", "hote", "serveur", "server", "connexion", "connection",
		"addr", "address", "forwarded", "login", "poste",
		"proxy", "gateway", "passerelle", "vpn", "dns", "navigateur"},
	Against: []string{"version", "versions", "oid", "release", "build", "firmware", "section", "chapitre", "chapter",
		"update", "upgrade", "bump", "patch", "changelog",
		"libreoffice", "openoffice", "generator", "generateur", "neooffice", "chromium", "firefox", "acrobat"},
	Window: 48,
	Columns: []string{"ip", "ip addr", "adresse ip", "remote addr", "x forwarded for", "client ip", "ip address", "ipv 4",
		"remote host", "client address", "source address", "src addr", "dst addr", "adresse source", "ipaddress",
		"ipaddr", "clientip", "remoteip", "srcip", "dstip", "remote address"},
	Normal: normalIPv4, Placeholder: "[IP]", HideLength: true,
}

// ipv4Shape selects a number at the start of a token with three dots to come, each
// behind one to three digits, and no fourth one.
func ipv4Shape(w *Window) uint64 {
	d := w.Digit
	dot := w.Dot & (d >> 1) & (d << 1)
	if dot == 0 {
		return 0
	}
	third := dot &^ (upToThree(d, dot) >> 1)
	second := dot & (upToThree(d, third) >> 1)
	first := dot & (upToThree(d, second) >> 1)
	return upToThree(d, first) &^ (w.Word << 1) &^ ((w.Dot << 1) & (d << 2))
}

// upToThree are the positions where one to three digits begin with a byte of
// end behind them.
func upToThree(d, end uint64) uint64 {
	return d & (end>>1 | d>>1&(end>>2|d>>2&(end>>3)))
}

func verifyIPv4(text []byte, at int) Span {
	if at > 0 && (isToken(text[at-1]) || text[at-1] == '.' && !(at > 1 && text[at-2] == '.')) {
		return Span{}
	}
	a, end := parseIPv4(text, at)
	if end == 0 || tokenAfter(text, end) || end+1 < len(text) && text[end] == '.' && isNum(text[end+1]) {
		return Span{}
	}
	s := accepted(at, end, 88, 95, Structure)
	switch {
	case at > 1 && text[at-1] == '/' && isLetter(text, at-2): // Chrome/126.0.0.0
		s.Score, s.Raised = 25, 45
	case versionTail(text, end):
		s.Score, s.Raised = 25, 45
	case notPersonalIPv4(a), identifierOfObject(a):
		s.Score, s.Raised = 30, 36
	case likeVersion(a) && !beginsLog(text, at, end):
		s.Score, s.Raised = 35, 86 // most are no address, if nothing says so
		if ofURL(text, at, end) {
			s.Score = 60
		}
	}
	return s
}

// likeVersion reports whether an address is a version or the number of a section
// as well: 1.2.3.4, 4.3.99.16, 37.2.6.1.
func likeVersion(a [4]byte) bool {
	switch {
	case a[0] < 10: // 9.4.146.19
		return a[1] < 10 || a[1] < 100 && a[2] < 100 && a[3] < 100
	case a[0] < 100: // 13.2.5.43
		return a[1] < 32 && a[2] < 32 && a[3] < 32 || a[1] < 10 && a[2] < 10
	}
	return false
}

// ofURL reports whether an address stands as those of hosts do, behind // or @ or in front of a port.
func ofURL(text []byte, at, end int) bool {
	return at > 1 && text[at-1] == '/' && text[at-2] == '/' || at > 0 && text[at-1] == '@' ||
		end+1 < len(text) && text[end] == ':' && isNum(text[end+1])
}

// identifierOfObject reports whether an address is one of the identifiers of
// objects that are so short: attributes and extensions of X.500, 1.3.6.n.
func identifierOfObject(a [4]byte) bool {
	return a[0] == 2 && a[1] == 5 && (a[2] == 4 || a[2] == 29) || a[0] == 1 && a[1] == 3 && a[2] == 6
}

// beginsLog reports whether an address begins a line of the log of a web server.
func beginsLog(text []byte, at, end int) bool {
	return (at == 0 || text[at-1] == '\n') && end+2 < len(text) && string(text[end:end+3]) == " - "
}

// parseIPv4 reads a dotted quad; end is 0 when there is none.
func parseIPv4(text []byte, i int) (a [4]byte, end int) {
	for part := range a {
		if part > 0 {
			if i >= len(text) || text[i] != '.' {
				return a, 0
			}
			i++
		}
		number, n := upTo999(text, i)
		if n == 0 || number > 255 || n > 1 && text[i] == '0' {
			return a, 0
		}
		a[part] = byte(number)
		i += n
	}
	return a, i
}

// upTo999 reads up to three digits at text[i], and returns how many there are.
func upTo999(text []byte, i int) (number uint32, n int) {
	var w uint32
	if i+4 <= len(text) {
		w = binary.LittleEndian.Uint32(text[i:])
	} else {
		for k, b := range text[i:] {
			w |= uint32(b) << (8 * k)
		}
	}
	w ^= 0x30303030
	others := (w&0x7F7F7F7F + 0x76767676 | w) & 0x80808080
	n = bits.TrailingZeros32(others|1<<31) >> 3
	w <<= 8 * (3 - n) // zeros in front of the digits
	return w&0xFF*100 + w>>8&0xFF*10 + w>>16&0xFF, n
}

// versionTail reports whether what follows makes the number a version: a
// revision "-1", "-rc2", "+dfsg", "~beta", or a prefix length that names a
// network.
func versionTail(text []byte, end int) bool {
	if end+1 >= len(text) {
		return false
	}
	switch text[end] {
	case '-':
		if !isAlnum(text[end+1]) {
			return false
		}
		// a range: 10.0.0.1-10.0.0.9, 10.0.0.1-254
		stop := digitsEnd(text, end+1, end+4)
		return stop == end+1 || tokenAfter(text, stop) || stop == end+2
	case '+', '~':
		return isAlnum(text[end+1])
	case '/':
		stop := digitsEnd(text, end+1, end+3)
		return stop > end+1 && !tokenAfter(text, stop) && !(text[end+1] == '3' && stop == end+3 && text[end+2] == '2')
	}
	return false
}

// notPersonalIPv4 reports whether an address names no host of the public
// internet (RFC 6890 and the registry it set up).
func notPersonalIPv4(a [4]byte) bool {
	switch {
	case a[0] == 0, a[0] == 10, a[0] == 127, a[0] >= 224:
		return true
	case a[0] == 100:
		return a[1]&0xC0 == 64 // shared address space
	case a[0] == 169:
		return a[1] == 254
	case a[0] == 172:
		return a[1]&0xF0 == 16
	case a[0] == 192:
		return a[1] == 168 || a[1] == 0 && (a[2] == 0 || a[2] == 2)
	case a[0] == 198:
		return a[1]&0xFE == 18 || a[1] == 51 && a[2] == 100
	case a[0] == 203:
		return a[1] == 0 && a[2] == 113
	}
	return false
}

// normalIPv4 appends the address as it stands: it has just one form.
func normalIPv4(dst, raw []byte) []byte { return append(dst, raw...) }
