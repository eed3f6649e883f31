package synth

import "strconv"

// IPv4 returns an address that looks public, in ranges that are allocated and
// not routed to households.
func (g *Gen) IPv4() string {
	return g.Pick([]string{"22", "26", "28", "29", "30"}) + "." + strconv.Itoa(g.Between(40, 250)) + g.octets(2)
}

// DocIPv4 returns an address of the documentation ranges of RFC 5737.
func (g *Gen) DocIPv4() string {
	return g.Pick([]string{"192.0.2", "198.51.100", "203.0.113"}) + g.octets(1)
}

// PrivateIPv4 returns an address of RFC 1918.
func (g *Gen) PrivateIPv4() string { return "10" + g.octets(3) }

// IPv6 returns an address of a global unicast range that nobody announces.
func (g *Gen) IPv6() string {
	return "2d00:" + g.Hex(4) + ":" + g.Hex(4) + "::" + strconv.FormatInt(int64(g.Between(1, 0xfffe)), 16)
}

// MAC returns a locally administered address.
func (g *Gen) MAC() string { return "02:" + Group(g.Hex(10), ":", 2, 2, 2, 2, 2) }

// BadIPv4 returns four numbers, one of them above 255.
func (g *Gen) BadIPv4() string { return "22" + g.octets(2) + "." + strconv.Itoa(g.Between(256, 999)) }

// UUID returns a random identifier of RFC 9562, version 4.
func (g *Gen) UUID() string {
	h := g.Hex(30)
	return h[:8] + "-" + h[8:12] + "-4" + h[12:15] + "-a" + h[15:18] + "-" + h[18:]
}

// IMEI returns fifteen digits that pass Luhn, with the test prefix 00.
func (g *Gen) IMEI() string {
	n := "00" + g.Digits(12)
	return n + luhn(n)
}

// Version returns a version number of four parts.
func (g *Gen) Version() string {
	return strconv.Itoa(g.Between(1, 12)) + ".0." + strconv.Itoa(g.Between(1000, 29999)) + "." + strconv.Itoa(g.IntN(900))
}

// OID returns an object identifier.
func (g *Gen) OID() string { return "1.2.250.1.213.1." + strconv.Itoa(g.IntN(20)) + g.octets(2) }

func (g *Gen) octets(n int) string {
	s := ""
	for range n {
		s += "." + strconv.Itoa(g.Between(1, 254))
	}
	return s
}
