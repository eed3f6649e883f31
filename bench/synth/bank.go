package synth

import "strconv"

// RIB is a French account: bank, branch, account and key.
type RIB struct{ Bank, Branch, Account, Key string }

// RIB draws an account at a bank whose code was never attributed.
func (g *Gen) RIB() RIB {
	r := RIB{
		Bank:   g.Pick([]string{"99950", "99951", "99952", "99960", "99970"}),
		Branch: pad(g.Between(1, 9999), 5),
	}
	if g.OneIn(10) {
		r.Account = pad(g.Between(0, 999), 3) + g.Letters(1) + g.Digits(7)
	} else {
		r.Account = "0" + g.Digits(10)
	}
	r.Key = ribKey(r.Bank, r.Branch, r.Account)
	return r
}

// String returns the 23 characters.
func (r RIB) String() string { return r.Bank + r.Branch + r.Account + r.Key }

// Spaced returns the four groups, separated by sep.
func (r RIB) Spaced(sep string) string {
	return r.Bank + sep + r.Branch + sep + r.Account + sep + r.Key
}

// IBAN returns the French IBAN of the account.
func (r RIB) IBAN() string { return iban("FR", r.String()) }

// BadRIB returns an account whose key is wrong.
func (g *Gen) BadRIB() RIB {
	r := g.RIB()
	k, _ := strconv.Atoi(r.Key)
	r.Key = pad(k%97+1, 2)
	return r
}

// IBAN returns a French IBAN in 27 characters.
func (g *Gen) IBAN() string { return g.RIB().IBAN() }

// ForeignIBAN returns an IBAN of another country, of the right length and form.
func (g *Gen) ForeignIBAN() string {
	switch g.r.IntN(8) {
	case 0:
		n := "999" + g.Digits(7)
		k := mod97(n)
		if k == 0 {
			k = 97
		}
		return iban("BE", n+pad(k, 2))
	case 1:
		return iban("DE", "99999999"+g.Digits(10))
	case 2:
		return iban("LU", "999"+g.Digits(13))
	case 3:
		return iban("NL", "ZZZZ"+g.Digits(10))
	case 4:
		return iban("IE", "ZZZZ"+g.Digits(14))
	case 5:
		return iban("LT", "99999"+g.Digits(11))
	case 6:
		return iban("ES", "9999"+g.Digits(16))
	}
	return iban("CH", "99999"+g.Digits(12))
}

// SpacedIBAN writes an IBAN in groups of four.
func SpacedIBAN(iban, sep string) string {
	return Group(iban, sep, 4, 4, 4, 4, 4, 4, 4, 4)
}

// BadIBAN returns a French IBAN whose check digits are wrong.
func (g *Gen) BadIBAN() string {
	s := g.IBAN()
	k, _ := strconv.Atoi(s[2:4])
	return "FR" + pad(2+(k-1)%96, 2) + s[4:]
}

// BIC returns a bank identifier of 8 or 11 characters whose bank is invented.
func (g *Gen) BIC() string {
	b := g.Pick([]string{"ZZZZ", "QQQQ", "ZQXA", "QZXB"}) + g.Pick([]string{"FR", "FR", "FR", "BE", "DE", "LU"}) + "PP"
	if g.OneIn(2) {
		b += "XXX"
	}
	return b
}

// Card returns one of the public test numbers of payment schemes.
func (g *Gen) Card() string {
	return g.Pick([]string{"4111111111111111", "5555555555554444", "5105105105105100",
		"4012888888881881", "378282246310005", "6011111111111117", "3530111333300000"})
}

// BadCard returns a card number whose Luhn digit is wrong.
func (g *Gen) BadCard() string { return bump(g.Card()) }

// iban computes the check digits of ISO 13616: the remainder modulo 97 of the
// account followed by country and 00, letters counting from 10, taken from 98.
func iban(country, account string) string {
	m := 0
	for _, c := range account + country + "00" {
		if c >= 'A' {
			m = (m*100 + int(c-'A') + 10) % 97
		} else {
			m = (m*10 + int(c-'0')) % 97
		}
	}
	return country + pad(98-m, 2) + account
}

// ribKey is the key of a French account: letters become digits, then
// 97 - (89 bank + 15 branch + 3 account) mod 97.
func ribKey(bank, branch, account string) string {
	digits := make([]byte, 0, 11)
	for _, c := range []byte(account) {
		switch {
		case c <= '9':
		case c <= 'I':
			c = '1' + c - 'A'
		case c <= 'R':
			c = '1' + c - 'J'
		default:
			c = '2' + c - 'S'
		}
		digits = append(digits, c)
	}
	sum := 89*mod97(bank) + 15*mod97(branch) + 3*mod97(string(digits))
	return pad(97-sum%97, 2)
}
