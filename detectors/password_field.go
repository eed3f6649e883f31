package detectors

var passwordField = Detector{
	Kind: "password_field",
	Doc: `Mot de passe / Password
A value behind a key or a label that means a password: password=, "pwd": "…",
<password>…</password>, mot de passe : …, mdp=. Empty values, stars, variables
(${VAR}, %s, {{…}}), words of forms and calls in source code are none; a value
of letters alone is weak, and without quotes nothing. In a column named after
passwords every value is one. CNIL, délibération n° 2022-100 (recommendation on passwords).`,
	Max:     Probable,
	Verify:  verifyPassword,
	Anchors: passwordKeys,
	Before:  4, After: maxKeyTail + 12 + 28 + maxAssign + maxValue + 4,
	Context: []string{"identifiant", "login", "connexion", "compte", "username", "utilisateur", "host", "server"},
	Columns: []string{"password", "passwd", "pwd", "mdp", "mot de passe", "motdepasse", "mot passe", "passphrase", "code secret", "user password"},
	Cell:    cellPassword,
	Normal:  normalAsIs, Placeholder: "[MOT DE PASSE]", HideLength: true,
}

var passwordKeys = []string{"password", "passwd", "passphra", "pwd", "mdp", "passe", "pass=", "pass:", "pass\"", "pass'"}

func verifyPassword(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, passwordKeys)
	if n == 0 {
		return Span{}
	}
	last := at + n
	switch b := text[at+n-1]; {
	case b == '=' || b == ':' || b == '"' || b == '\'':
		last--
	case b == 'a' || b == 'A':
		last += 2 // passphrase
	}
	if n == 5 && text[at]|0x20 == 'p' && !passwordPhrase(text, at) {
		return Span{}
	}
	last = passwordKeyEnd(text, last)
	if last < 0 {
		return Span{}
	}
	v := assignment(text, passwordQualified(text, last))
	if v.end == 0 {
		return Span{}
	}
	score := passwordScore(text[v.start:v.end], v)
	if score == 0 {
		return Span{}
	}
	return accepted(v.start, v.end, score, score+6, Structure)
}

// passwordPhrase reports whether "passe" is that of a mot de passe.
func passwordPhrase(text []byte, at int) bool {
	if at < 2 {
		return false
	}
	return hasFold(text, at-2, "de") || at >= 3 && hasFold(text, at-3, "de") && !isAlnum(text[at-1])
}

// passwordQualified goes on over up to two words that say which password it is:
// mot de passe provisoire, password for admin.
func passwordQualified(text []byte, i int) int {
	end := i
	for range 2 {
		if end >= len(text) || text[end] != ' ' {
			return end
		}
		e := wordEnd(text, end+1)
		if e == end+1 || e-end > 14 || !passwordQualifiers.has(text[end+1:e]) {
			return end
		}
		end = e
	}
	return end
}

var passwordQualifiers = newLexicon("provisoire temporaire initial actuel nouveau ancien par defaut admin administrateur root wifi reseau messagerie session client portail internet temporary initial current new old default")

// passwordKeyEnd skips what goes on with the key: "password_prod", "pwd1"; it is
// negative when the word goes on.
func passwordKeyEnd(text []byte, i int) int {
	for n := 0; n < maxKeyTail && i < len(text) && (isNum(text[i]) || text[i] == '_' || isLetterByte(text[i])); n++ {
		if isLetterByte(text[i]) && i > 0 && isLetterByte(text[i-1]) && !(isCapital(text[i]) && !isCapital(text[i-1])) {
			return -1
		}
		i++
	}
	return i
}

// passwordScore is what a value behind a key is worth, 0 for none.
func passwordScore(value []byte, v assigned) uint8 {
	t := traitsOf(value)
	if len(value) < 4 || isPlaceholder(value) || !v.quoted && !v.element && hasByte(value, '[') || value[0] == '/' || value[0] == '.' {
		return 0
	}
	letters := t.lower + t.upper + t.high
	mixed := letters > 0 && (t.digits > 0 || t.other > 0 && !isIdentifier(value))
	switch {
	case mixed && (t.digits > 0 || v.quoted && t.lower > 0 && t.upper > 0):
		return 72
	case mixed && v.quoted, t.digits == len(value) && (v.quoted || v.element):
		return 50
	case v.quoted || v.element:
		return 42
	}
	return 0
}

// isIdentifier reports whether a value is a name as in source code or prose:
// words with dots, hyphens, underscores, slashes, apostrophes between them.
func isIdentifier(value []byte) bool {
	for _, b := range value {
		if !isAlnum(b) && b < 0x80 && !inSet(b, "_.-/':?!,[]") {
			return false
		}
	}
	return true
}

func cellPassword(cell []byte) Span {
	start, end := trimmed(cell)
	if c := cell[start:end]; len(c) < 4 || len(c) > maxValue || isPlaceholder(c) {
		return Span{}
	}
	return accepted(start, end, 66, 72, Structure)
}

// normalAsIs appends the value as it stands.
func normalAsIs(dst, raw []byte) []byte { return append(dst, raw...) }
