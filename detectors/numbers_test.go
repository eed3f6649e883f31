package detectors

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// numberDetectors are the detectors of keyed numbers, accounts, phones, e-mail.
func numberDetectors() []*Detector {
	var ds []*Detector
	codes := codeDetectors()
	for _, d := range All() {
		mine := true
		for _, c := range codes {
			mine = mine && c.Kind != d.Kind
		}
		if mine {
			ds = append(ds, d)
		}
	}
	return ds
}

var numberFragments = []string{
	"180017598512344", "1800175985123", "1 80 01 75 985 123", "185052A985123", "2a", "44", "17", "1", "80", "01", "75", "985", "123", "7",
	"FR76", "9995", "0012", "3400", "0123", "4567", "837", "IBAN", "BE44999012345645", "FR7699950012340001234567837", "fr90", "10a", "GB52", "ZZZZ",
	"99950", "01234", "00012345678", "37", "0A1B2C3D4E5", "32", "ZZZZFRPP", "XXX", "QQQQDEFF", "123456",
	"nom", "@", "example", "fr", "com", "%40", "//", "=", "?", "&", "%3D", "sh", "2x", "рф", "みんな", "'", "*", "{", "|",
	"06", "39", "98", "12", "34", "0639981234", "+33", "(0)", "0033", "+262", "692", "+44", "20", "7946", "0958", "00", "33", "(", ")", "(+33)",
	"4111", "1111", "4111111111111111", "3782", "822463", "10005", "732", "829", "320", "00074", "73282932000074", "732829320", "FR44", "FR",
	"3099912345341", "30", "99", "912", "345", "341", "10991234567", "810990000019", "750990012", "2A0000014", "9A1234567", "751234567",
	"\u00a0", "\u202f", "\u2009", "\xa0", "\x96", "\u2011", "\u2013", " ", " ", " ", " ", "  ", ".", ".", "-", "-", "/", ",", ";", "\t", "\n", "\r\n", " | ",
	"\"", "_", "+", "x", "A", "é", "\xe9", "à", "*", ":", "0", "rue", "20240115103059",
}

func randomNumbers(r *rand.Rand, n int) []byte {
	var text []byte
	for range n {
		text = append(text, numberFragments[r.IntN(len(numberFragments))]...)
	}
	return text
}

// damaged changes a few bytes of an example.
func damaged(r *rand.Rand, example []byte) []byte {
	text := bytes.Clone(example)
	for range r.IntN(3) {
		f := numberFragments[r.IntN(len(numberFragments))]
		at := r.IntN(len(text) + 1)
		text = append(text[:at:at], append([]byte(f), text[at:]...)...)
		if cut := r.IntN(len(text)); r.IntN(2) == 0 {
			text = append(text[:cut:cut], text[min(len(text), cut+1+r.IntN(3)):]...)
		}
	}
	return text
}

func TestNumbersKeepTheirPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	var lines [][]byte
	for _, s := range samples(t) {
		lines = append(lines, bytes.Split(s, []byte("\n"))...)
	}
	for range 6000 {
		text := randomNumbers(r, 1+r.IntN(24))
		if r.IntN(2) == 0 {
			text = damaged(r, lines[r.IntN(len(lines))])
		}
		for _, d := range numberDetectors() {
			checkPromises(t, d, text)
		}
		if t.Failed() {
			return
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range samples(f) {
		for _, line := range bytes.Split(s, []byte("\n")) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 300 {
			return
		}
		for _, d := range numberDetectors() {
			checkPromises(t, d, text)
		}
	})
}

// slowNIR is the rule of the key in words: replace 2A by 19 and 2B by 18, take
// the number modulo 97 from 97.
func slowNIR(body string) string {
	digits := strings.NewReplacer("2A", "19", "2B", "18").Replace(body)
	n, _ := new(big.Int).SetString(digits, 10)
	key := 97 - new(big.Int).Mod(n, big.NewInt(97)).Int64()
	return string([]byte{byte('0' + key/10), byte('0' + key%10)})
}

// slow97 is the check of an IBAN with one big number.
func slow97(iban string) bool {
	var b bytes.Buffer
	for _, c := range []byte(iban[4:] + iban[:4]) {
		if c >= 'A' {
			b.WriteString(big.NewInt(int64(c - 'A' + 10)).String())
		} else {
			b.WriteByte(c)
		}
	}
	n, _ := new(big.Int).SetString(b.String(), 10)
	return new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

// slowLuhn doubles and subtracts nine.
func slowLuhn(s string) bool {
	sum := 0
	for i := range len(s) {
		v := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// slowRIB writes the letters out as a table.
func slowRIB(c string) bool {
	value := map[byte]byte{}
	for v, letters := range []string{"AJ", "BKS", "CLT", "DMU", "ENV", "FOW", "GPX", "HQY", "IRZ"} {
		for _, l := range []byte(letters) {
			value[l] = byte('1' + v)
		}
	}
	account := []byte(c[10:21])
	for i, b := range account {
		if b >= 'A' {
			account[i] = value[b]
		}
	}
	n, _ := new(big.Int).SetString(c[:10]+string(account)+"00", 10)
	key := 97 - new(big.Int).Mod(n, big.NewInt(97)).Int64()
	return c[21:] == string([]byte{byte('0' + key/10), byte('0' + key%10)})
}

func randomChars(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	decimalDigits = "0123456789"
	capitals      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// TestKeysEqualSlowOnes holds the keys against obvious versions of them.
func TestKeysEqualSlowOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for range 20000 {
		body := randomChars(r, decimalDigits, 13)
		if r.IntN(4) == 0 {
			body = body[:5] + "2" + randomChars(r, "AB", 1) + body[7:]
		}
		if number, ok := nirNumber([]byte(body)); ok {
			want := slowNIR(body)
			if got := string(normalNIR(nil, []byte(body))); got != body+want {
				t.Fatalf("key of %s is %s, want %s", body, got, want)
			}
			key := randomChars(r, decimalDigits, 2)
			if nirKey(number, decimal([]byte(key))) != (key == want) {
				t.Fatalf("key %s of %s, want %s", key, body, want)
			}
		}
		s := randomChars(r, decimalDigits, 9+r.IntN(11))
		if luhn([]byte(s)) != slowLuhn(s) {
			t.Fatalf("Luhn of %s", s)
		}
		number := randomChars(r, capitals, 2) + randomChars(r, decimalDigits, 2) + randomChars(r, decimalDigits+capitals, 11+r.IntN(19))
		letters := uint64(0)
		for i := range number {
			if !isNum(number[i]) {
				letters |= 1 << i
			}
		}
		if got := mod97(mod97(0, []byte(number[4:]), letters>>4), []byte(number[:4]), letters) == 1; got != slow97(number) {
			t.Fatalf("mod 97 of %s: %t", number, got)
		}
		account := randomChars(r, decimalDigits, 10) + randomChars(r, decimalDigits+capitals, 11) + randomChars(r, decimalDigits, 2)
		if ribKey([]byte(account)) != slowRIB(account) {
			t.Fatalf("key of RIB %s", account)
		}
	}
}

// TestChanceAcceptance measures how often random characters of the right form
// pass, in hundredths of a percent, against the figures that the scores rest on.
func TestChanceAcceptance(t *testing.T) {
	const n = 200_000
	r := rand.New(rand.NewPCG(25, 26))
	random := func(length int) func() string {
		return func() string { return randomChars(r, decimalDigits, length) }
	}
	for _, c := range []struct {
		name      string
		detectors []*Detector
		make      func() string
		low, high float64 // percent
	}{
		{"NIR and NIA, 15 digits", []*Detector{&nir, &nia}, random(15), 0.38, 0.50},
		{"NIR that begins with 1 or 2", []*Detector{&nir}, func() string { return randomChars(r, "12", 1) + randomChars(r, decimalDigits, 14) }, 0.67, 0.83},
		{"NIR without key, 1 or 2", []*Detector{&nir}, func() string { return randomChars(r, "12", 1) + randomChars(r, decimalDigits, 12) }, 70, 80},
		{"French IBAN", []*Detector{&iban}, func() string { return "FR" + randomChars(r, decimalDigits, 25) }, 0.9, 1.15},
		{"RIB", []*Detector{&rib}, random(23), 0.9, 1.15},
		{"SIREN", []*Detector{&siren}, random(9), 9.7, 10.3},
		{"SIRET", []*Detector{&siret}, random(14), 0.9, 1.1},
		{"FINESS", []*Detector{&finess}, random(9), 9, 10.3},
		{"RPPS", []*Detector{&rpps}, random(11), 9.7, 10.3},
		{"tax number", []*Detector{&taxNumberFR}, random(13), 0.015, 0.06},
		{"VAT number", []*Detector{&vatFR}, func() string { return "FR" + randomChars(r, decimalDigits, 11) }, 0.05, 0.15},
		{"card of 16 digits", []*Detector{&paymentCard}, random(16), 1.5, 4},
	} {
		passed := 0
		for range n {
			text := []byte(c.make())
			for _, d := range c.detectors {
				var s Span
				if d.Shape != nil {
					s = d.Verify(text, 0)
				}
				if s.Outcome == None && d.Run != nil {
					s = d.Run(text, 0, len(text))
				}
				if s.Outcome == Accepted {
					passed++
				}
			}
		}
		percent := 100 * float64(passed) / n
		t.Logf("%s: %.3f %%", c.name, percent)
		if percent < c.low || percent > c.high {
			t.Errorf("%s: %.3f %% pass, want %v to %v", c.name, percent, c.low, c.high)
		}
	}
}
