package synth

import (
	"math/big"
	"strings"
	"testing"
)

// The worked examples of the public rules: what a key function must give.
func TestKeys(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"nir", withKey("1800175985123"), "180017598512344"},
		{"nir 2A", withKey("185052A985123"), "185052A98512317"},
		{"nir 2B", withKey("290092B985077"), "290092B98507753"},
		{"nir overseas", withKey("1541097475032"), "154109747503260"},
		{"nir abroad", withKey("2880399650111"), "288039965011127"},
		{"rib", ribKey("99950", "01234", "00012345678"), "37"},
		{"rib letters", ribKey("99951", "00001", "0A1B2C3D4E5"), "32"},
		{"rib Z", ribKey("99999", "54321", "ZZZ00000001"), "49"},
		{"iban FR", iban("FR", "99950012340001234567837"), "FR7699950012340001234567837"},
		{"iban BE", iban("BE", "999012345645"), "BE44999012345645"},
		{"iban DE", iban("DE", "999999990123456789"), "DE37999999990123456789"},
		{"siren", "73282932" + luhn("73282932"), "732829320"},
		{"siret", "7328293200007" + luhn("7328293200007"), "73282932000074"},
		{"rpps", "1099123456" + luhn("1099123456"), "10991234567"},
		{"finess", "75099001" + luhn("75099001"), "750990012"},
		{"cip13", ean("340093001234"), "3400930012345"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
	if got := sum11("376543") % 11; got != 0 {
		t.Errorf("cip7 3765430: key %d", got)
	}
	if got := sum11("110007") % 11 % 10; got != 0 {
		t.Errorf("lpp 1100070: key %d", got)
	}
}

// Values hold under a second, slow way of computing the same key, and the near
// misses do not.
func TestValues(t *testing.T) {
	g := New(7)
	for range 2000 {
		b := g.Birth()
		for _, n := range []string{g.NIR(b), g.NIA(b), g.NIRCorsica(b), g.NIROverseas(b), g.NIRAbroad(b), g.BadNIRMonth(b), g.BadNIRSex(b)} {
			if len(n) != 15 || !nirKeyRight(n) {
				t.Fatalf("nir of seed 7: key wrong")
			}
		}
		if nirKeyRight(g.BadNIRKey(b)) {
			t.Fatal("near miss of a nir has a right key")
		}
		for _, s := range []string{g.IBAN(), g.ForeignIBAN()} {
			if ibanRest(s) != 1 {
				t.Fatalf("iban of %s: remainder is not 1", s[:2])
			}
		}
		if ibanRest(g.BadIBAN()) == 1 {
			t.Fatal("near miss of an iban has right digits")
		}
		for _, s := range []string{g.SIREN(), g.SIRET(), g.RPPS(), g.FINESS(), g.Card(), g.IMEI()} {
			if luhnSum(s)%10 != 0 {
				t.Fatal("luhn sum is not a multiple of ten")
			}
		}
		for _, s := range []string{g.BadSIRET(), g.BadRPPS(), g.BadFINESS(), g.BadCard()} {
			if luhnSum(s)%10 == 0 {
				t.Fatal("near miss passes luhn")
			}
		}
		if vat := g.VAT(); vat[4:6] != "99" || len(vat) != 13 {
			t.Fatal("vat form")
		}
	}
}

func TestSameSeedSameValues(t *testing.T) {
	a, b, c := New(1), New(1), New(2)
	same, other := 0, 0
	for range 50 {
		p, q, r := a.Person(), b.Person(), c.Person()
		if p != q {
			t.Fatal("two generators of one seed differ")
		}
		same++
		if p != r {
			other++
		}
	}
	if other < same {
		t.Errorf("%d of %d persons of another seed are equal", same-other, same)
	}
}

// nirKeyRight is the other form of the rule: number and key together, with
// Corsica as 20 less one or two million.
func nirKeyRight(n string) bool {
	v, _ := new(big.Int).SetString(strings.NewReplacer("A", "0", "B", "0").Replace(n[:13]), 10)
	switch {
	case n[6] == 'A':
		v.Sub(v, big.NewInt(1_000_000))
	case n[6] == 'B':
		v.Sub(v, big.NewInt(2_000_000))
	}
	k, _ := new(big.Int).SetString(n[13:], 10)
	return v.Add(v, k).Mod(v, big.NewInt(97)).Sign() == 0
}

func ibanRest(s string) int64 {
	s = s[4:] + s[:4]
	var d strings.Builder
	for _, c := range s {
		if c >= 'A' {
			d.WriteString(pad(int(c-'A')+10, 2))
		} else {
			d.WriteRune(c)
		}
	}
	v, _ := new(big.Int).SetString(d.String(), 10)
	return v.Mod(v, big.NewInt(97)).Int64()
}

func luhnSum(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum
}
