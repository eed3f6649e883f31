package detectors

import "encoding/hex"

// ipv6Longest is the longest text form of RFC 4291, a dotted tail included.
const ipv6Longest = 45

var ipv6 = Detector{
	Kind: "ipv6",
	Doc: `Adresse IPv6 / IPv6 address
Text forms of RFC 4291, section 2.2: eight groups of up to four hexadecimal
digits, one run of zero groups written "::", an optional dotted tail. Hardware
addresses, times, scopes of C++ (std::) and "::" by itself are refused. An online
identifier (GDPR, recital 30). Loopback, unique local, link-local, multicast and
documentation addresses (RFC 6890, RFC 9637) name no person: they stay weak, as
do addresses outside the blocks that IANA has assigned.`,
	Max:    Verified,
	Shape:  ipv6Shape,
	Verify: verifyIPv6,
	Before: 2,
	After:  ipv6Longest + 4,
	Context: []string{"ip", "adresse", "client", "remote", "host", "hote", "serveur", "server", "connexion", "connection",
		"addr", "address", "forwarded", "login", "poste",
		"proxy", "gateway", "passerelle", "vpn", "dns", "navigateur"},
	Window: 48,
	Columns: []string{"ip", "ip addr", "adresse ip", "remote addr", "x forwarded for", "client ip", "ip address", "ipv 6",
		"remote host", "client address", "source address", "src addr", "dst addr", "adresse source", "ipaddress",
		"ipaddr", "clientip", "remoteip", "srcip", "dstip", "remote address"},
	Normal: normalIPv6, Placeholder: "[IP]", HideLength: true,
}

// ipv6Shape selects the start of groups of up to four hexadecimal digits with
// colons between, as far as "::" or a third colon: a time has but two. Behind a
// date it has three; so the group behind the third colon must go on.
func ipv6Shape(w *Window) uint64 {
	c := w.Colon
	if c&(c>>1|c>>2|c>>3|c>>4|c>>5) == 0 {
		return 0
	}
	double := c & (c >> 1)
	stops := ^(w.Hex | c | w.Dot)
	third := c&^(upToFour(w.Hex, stops)>>1) | double
	second := c & (upToFour(w.Hex, third)>>1 | c>>1)
	first := c & (upToFour(w.Hex, second)>>1 | c>>1)
	return (upToFour(w.Hex, first) | double) &^ (w.Word<<1 | c<<1&((w.Hex|c)<<2))
}

// upToFour are the positions where one to four hexadecimal digits begin with a
// byte of end behind them.
func upToFour(h, end uint64) uint64 {
	return h & (end>>1 | h>>1&(end>>2|h>>2&(end>>3|h>>3&(end>>4))))
}

func verifyIPv6(text []byte, at int) Span {
	if at > 0 && (isToken(text[at-1]) || text[at-1] == ':' && at > 1 && (isHex(text[at-2]) || text[at-2] == ':')) {
		return Span{}
	}
	p := parseIPv6(text, at)
	if p.end == 0 || tokenAfter(text, p.end) || goesOn(text, p.end) {
		return Span{}
	}
	s := accepted(at, p.end, 90, 96, Structure)
	switch first := uint(p.addr[0])<<8 | uint(p.addr[1]); {
	case p.groups == 0, p.pairs && p.groups == 8: // "::", an EUI-64 or a fingerprint
		return Span{}
	case !p.digit && p.groups < 4: // dead::beef
		return Span{}
	case p.text[0] == ':' && p.groups == 1 && !p.loopback(): // ::a1, a scope
		return Span{}
	case notPersonalIPv6(p.addr):
		s.Score, s.Raised = 30, 36
	case first&0xE000 != 0x2000: // outside global unicast
		s.Score, s.Raised = 25, 60
	case p.groups == 1: // 2000::, behind a month as well
		s.Score, s.Raised = 30, 60
	case prefixAfter(text, p.end), text[p.end-1] == ':': // a network
		s.Score, s.Raised = 60, 80
	}
	return s
}

// goesOn reports whether an address that ends at i goes on, as no address does:
// with another group or number.
func goesOn(text []byte, i int) bool {
	if i+1 >= len(text) {
		return false
	}
	return text[i] == ':' && (isHex(text[i+1]) || text[i+1] == ':') || text[i] == '.' && isNum(text[i+1])
}

// parsedIPv6 is what parseIPv6 has read.
type parsedIPv6 struct {
	addr   [16]byte
	text   []byte // from the start of the address
	end    int    // of the address in the text parsed, 0 for none
	groups int    // written groups, a dotted tail being two
	digit  bool   // a decimal digit was among them
	pairs  bool   // all groups are two characters long
}

// loopback reports ::1.
func (p *parsedIPv6) loopback() bool { return p.addr == [16]byte{15: 1} }

// parseIPv6 reads the longest address at i.
func parseIPv6(text []byte, i int) parsedIPv6 {
	p := parsedIPv6{text: text[i:], pairs: true}
	gap := -1 // group before which "::" stands
	if i+1 < len(text) && text[i] == ':' && text[i+1] == ':' {
		gap, i = 0, i+2
	}
	for p.groups < 8 {
		n, end := p.group(text, i)
		if end == i {
			break
		}
		if end < len(text) && text[end] == '.' && p.groups <= 6 && (p.groups > 0 || gap == 0) {
			if quad, stop := parseIPv4(text, i); stop != 0 {
				copy(p.addr[2*p.groups:], quad[:])
				p.groups += 2
				p.pairs, i = false, stop
				break
			}
		}
		p.addr[2*p.groups], p.addr[2*p.groups+1] = byte(n>>8), byte(n)
		p.groups++
		p.pairs = p.pairs && end == i+2
		i = end
		if i+1 >= len(text) || text[i] != ':' {
			break
		}
		if text[i+1] == ':' {
			if gap >= 0 {
				break
			}
			gap, i = p.groups, i+2
			continue
		}
		if !isHex(text[i+1]) || p.groups == 8 {
			break
		}
		i++
	}
	p.close(gap, i)
	return p
}

// group reads up to four hexadecimal digits.
func (p *parsedIPv6) group(text []byte, i int) (n uint, end int) {
	end = i
	for end < len(text) && end < i+4 && isHex(text[end]) {
		b := text[end]
		if isNum(b) {
			p.digit = true
			n = n<<4 | uint(b-'0')
		} else {
			n = n<<4 | uint(b|0x20-'a'+10)
		}
		end++
	}
	return n, end
}

// close puts the zeros of "::" in their place and sets end, unless the number
// of groups is wrong.
func (p *parsedIPv6) close(gap, end int) {
	if gap < 0 && p.groups != 8 || gap >= 0 && p.groups > 7 {
		return
	}
	if gap >= 0 {
		tail := p.addr[2*gap : 2*p.groups]
		shift := 16 - 2*p.groups
		for i := len(tail) - 1; i >= 0 && shift > 0; i-- {
			tail[:cap(tail)][i+shift], tail[i] = tail[i], 0
		}
	}
	p.end = end
}

func isHex(b byte) bool { return isNum(b) || b|0x20-'a' < 6 }

// prefixAfter reports whether a prefix length other than 128 follows.
func prefixAfter(text []byte, end int) bool {
	if end+1 >= len(text) || text[end] != '/' || !isNum(text[end+1]) {
		return false
	}
	return !(digits(text, end+1, 3) && text[end+1] == '1' && text[end+2] == '2' && text[end+3] == '8')
}

// notPersonalIPv6 reports whether an address names no host of the public
// internet.
func notPersonalIPv6(a [16]byte) bool {
	switch {
	case a[0]&0xFE == 0xFC, a[0] == 0xFE && a[1]&0xC0 == 0x80, a[0] == 0xFF:
		return true
	case a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8:
		return true
	case a[0] == 0x3F && a[1] == 0xFF && a[2]&0xF0 == 0:
		return true
	}
	return a == [16]byte{} || a == [16]byte{15: 1}
}

// normalIPv6 appends the sixteen bytes in hexadecimal.
func normalIPv6(dst, raw []byte) []byte {
	p := parseIPv6(raw, 0)
	if p.end != len(raw) || len(raw) == 0 {
		return dst
	}
	return hex.AppendEncode(dst, p.addr[:])
}
