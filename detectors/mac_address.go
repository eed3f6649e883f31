package detectors

var macAddress = Detector{
	Kind: "mac_address",
	Doc: `Adresse MAC / MAC address
EUI-48 (IEEE 802): six pairs of hexadecimal digits with one separator, colon or
hyphen, or three groups of four with dots. All zeros and broadcast are refused,
longer rows of pairs (fingerprints, EUI-64) as well; group addresses name no
device and stay weak. An online identifier (GDPR, recital 30).`,
	Max:    Verified,
	Shape:  macAddressShape,
	Verify: verifyMAC,
	Before: 7,
	After:  17 + 2,
	Context: []string{"mac", "ethernet", "wifi", "wlan", "bluetooth", "carte", "physique", "physical", "hwaddr", "ether",
		"adresse", "address", "appareil", "device", "bssid",
		"hardware", "materiel", "dhcp", "arp"},
	Against: []string{"heure", "time", "empreinte", "fingerprint"},
	Window:  48,
	Columns: []string{"mac", "mac address", "adresse mac", "mac addr", "hwaddr", "bssid", "adresse physique",
		"macaddress", "macaddr", "hardware address", "physical address", "adressemac", "ethernet"},
	Normal: normalMAC, Placeholder: "[MAC]",
}

func macAddressShape(w *Window) uint64 {
	h := w.Hex
	sep := w.Colon | w.Hyphen
	if sep&(sep>>3)|w.Dot&(w.Dot>>5) == 0 {
		return 0
	}
	start := h & (h >> 1) & (h >> 3) &^ (w.Word << 1)
	pairs := start & (sep >> 2) & (h >> 4) & (sep >> 5) & (h >> 7) & (sep >> 8) & (sep >> 11) & (sep >> 14)
	dotted := start & (w.Dot >> 4) & (h >> 5) & (h >> 8) & (w.Dot >> 9) & (h >> 13)
	return pairs | dotted
}

func verifyMAC(text []byte, at int) Span {
	if at+14 > len(text) || tokenBefore(text, at) || !isHex(text[at]) || !isHex(text[at+1]) {
		return Span{}
	}
	group, sep := 2, text[at+2]
	if sep != ':' && sep != '-' {
		group, sep = 4, text[at+4]
		if sep != '.' || at > 0 && (text[at-1] == '.' || text[at-1] == '*') {
			return Span{} // [.22FD.0020.0002] are weights of a collation
		}
	}
	end := at + 12 + 12/group - 1
	if end > len(text) {
		return Span{}
	}
	zeros, ones, decimal, digit := true, true, true, false
	for i := 0; i < end-at; i++ {
		b := text[at+i]
		if i%(group+1) == group {
			if b != sep {
				return Span{}
			}
			continue
		}
		if !isHex(b) {
			return Span{}
		}
		zeros = zeros && b == '0'
		ones = ones && b|0x20 == 'f'
		decimal, digit = decimal && isNum(b), digit || isNum(b)
	}
	// Letters with hyphens or dots are words; windows without a digit are passed over.
	if zeros || ones || sep != ':' && !digit || longerRow(text, at, end, group, sep) {
		return Span{}
	}
	return scoreMAC(text, at, end, sep, decimal)
}

// longerRow reports whether another group stands in front or behind, so that
// the row is a longer one.
func longerRow(text []byte, at, end, group int, sep byte) bool {
	if tokenAfter(text, end) || end+1 < len(text) && text[end] == sep && isAlnum(text[end+1]) {
		return true
	}
	if at < 2 || text[at-1] != sep {
		return false
	}
	n := 0
	for i := at - 2; i >= 0 && n <= group && isAlnum(text[i]); i-- {
		n++
		if !isHex(text[i]) {
			return false
		}
	}
	return n == group
}

func scoreMAC(text []byte, at, end int, sep byte, decimal bool) Span {
	s := accepted(at, end, 90, 96, Structure)
	switch {
	case hexValue(text[at+1])&1 != 0: // a group address
		s.Score, s.Raised = 30, 36
	case decimal && sep == ':':
		s.Score, s.Raised = 66, 92
	case decimal: // a date and time, an article number
		s.Score, s.Raised = 42, 86
	}
	return s
}

// hexValue returns the value of a hexadecimal digit.
func hexValue(b byte) byte {
	if isNum(b) {
		return b - '0'
	}
	return b | 0x20 - 'a' + 10
}

// normalMAC appends twelve hexadecimal digits in lower case.
func normalMAC(dst, raw []byte) []byte {
	for _, b := range raw {
		switch {
		case isNum(b):
			dst = append(dst, b)
		case isHex(b):
			dst = append(dst, b|0x20)
		}
	}
	return dst
}
