package detectors

var loginField = Detector{
	Kind: "login_field",
	Doc: `Identifiant de connexion / Login name
A value behind a key or a label that means an account: login=, username: …,
identifiant : …, and the values of a column named after accounts. Words of forms,
variables and types of source code are none. Weak by itself: a name of letters
alone counts in a column only.`,
	Max:     Possible,
	Verify:  verifyLogin,
	Anchors: loginKeys,
	Before:  1 + len("customer"), After: 8 + maxKeyTail + maxAssign + maxValue + 4,
	Context: []string{"password", "mdp", "passe", "connexion", "compte", "session", "authentification"},
	Columns: []string{"login", "username", "user name", "identifiant connexion", "identifiant", "utilisateur", "userid", "user id",
		"login name", "nom utilisateur", "account name", "samaccountname"},
	Cell:   cellLogin,
	Normal: normalLower, Placeholder: "[IDENTIFIANT]", HideLength: true,
}

var loginKeys = []string{"login=", "login:", "login :", "login\"", "username", "user_nam", "identifi", "samaccou"}

func verifyLogin(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, loginKeys)
	if n == 0 || at > 0 && isLetterByte(text[at-1]) && !isCapital(text[at]) {
		return Span{}
	}
	if hasFold(text, at, "identifier") && !identifiesAccount(text, at) {
		return Span{}
	}
	i := at + n
	if text[at]|0x20 == 'l' {
		i = at + 5
	} else {
		i = keyEnd(text, i)
	}
	v := assignment(text, i)
	if v.end == 0 {
		return Span{}
	}
	value := text[v.start:v.end]
	t := traitsOf(value)
	if !loginName(value) || !v.quoted && t.digits == 0 && !hasByte(value, '.') {
		return Span{}
	}
	return accepted(v.start, v.end, 42, 55, Structure)
}

// identifiesAccount reports whether the English "identifier" at text[at] is that of an
// account: it stands alone, or a word for accounts is joined to it. SPDX-License-Identifier,
// bundle_identifier and their like are of something else.
func identifiesAccount(text []byte, at int) bool {
	if at == 0 || !isLetterByte(text[at-1]) && !inSet(text[at-1], "-_.") {
		return true
	}
	end := at
	if !isLetterByte(text[at-1]) {
		end--
	}
	for _, w := range accountWords {
		if hasFold(text, end-len(w), w) {
			return true
		}
	}
	return false
}

var accountWords = []string{"user", "login", "account", "session", "client", "member", "customer"}

// loginName reports whether a value may be the name of an account.
func loginName(c []byte) bool {
	t := traitsOf(c)
	if len(c) < 3 || len(c) > 64 || t.lower+t.upper == 0 || isPlaceholder(c) {
		return false
	}
	for _, b := range c {
		if !isAlnum(b) && !inSet(b, "._-@\\+") {
			return false
		}
	}
	return true
}

func cellLogin(cell []byte) Span {
	start, end := trimmed(cell)
	if !loginName(cell[start:end]) {
		return Span{}
	}
	return accepted(start, end, 45, 55, Structure)
}

// normalLower appends the value in small letters.
func normalLower(dst, raw []byte) []byte {
	for _, b := range raw {
		if b-'A' < 26 {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
