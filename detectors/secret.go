package detectors

import "hash/crc32"

var secret = Detector{
	Kind: "secret",
	Doc: `Clé, jeton ou empreinte de mot de passe / Key, token or password hash
Private keys (RFC 7468, OpenSSH), JSON web tokens (RFC 7519), tokens by their
published beginnings (AWS, GitHub with its CRC-32, GitLab, Slack, Stripe, Google,
npm and others), password hashes (bcrypt, Argon2, crypt(3), NTLM behind an empty LM
half), URLs with a password (RFC 3986, 3.2.1), and random values behind a key that
says secret, token or key. Variables, templates and stars are none.`,
	Max:     Probable,
	Verify:  verifySecret,
	Anchors: secretAnchors(),
	Before:  34, After: 320,
	Context: []string{"token", "secret", "key", "cle", "authorization", "bearer"},
	Columns: []string{"token", "secret", "api key", "apikey", "access token", "refresh token", "client secret", "private key",
		"secret key", "password hash", "pwd hash", "hash mdp", "jeton", "cle api"},
	Cell:   cellSecret,
	Normal: normalAsIs, Placeholder: "[SECRET]", HideLength: true,
}

// tokenForm is a token known by its beginning.
type tokenForm struct {
	prefix      string // as published
	least, most int    // characters behind it
	marks       string // of them beside letters and digits
	base        byte   // 'h' hexadecimal digits, 'u' capitals and digits, 'a' all
	checked     bool
}

var tokenForms = []tokenForm{
	{prefix: "AKIA", least: 16, most: 16, base: 'u'}, {prefix: "ASIA", least: 16, most: 16, base: 'u'},
	{prefix: "ghp_", least: 36, most: 36, base: 'a', checked: true}, {prefix: "gho_", least: 36, most: 36, base: 'a', checked: true},
	{prefix: "ghu_", least: 36, most: 36, base: 'a', checked: true}, {prefix: "ghs_", least: 36, most: 36, base: 'a', checked: true},
	{prefix: "ghr_", least: 36, most: 76, base: 'a'}, {prefix: "github_pat_", least: 60, most: 90, marks: "_", base: 'a'},
	{prefix: "glpat-", least: 20, most: 60, marks: "_-.", base: 'a'}, {prefix: "glsa_", least: 32, most: 60, marks: "_", base: 'a'},
	{prefix: "xoxb-", least: 20, most: 120, marks: "-", base: 'a'}, {prefix: "xoxp-", least: 20, most: 120, marks: "-", base: 'a'},
	{prefix: "xoxa-", least: 20, most: 120, marks: "-", base: 'a'}, {prefix: "xoxr-", least: 20, most: 120, marks: "-", base: 'a'},
	{prefix: "xapp-", least: 20, most: 120, marks: "-", base: 'a'},
	{prefix: "sk_live_", least: 24, most: 110, base: 'a'}, {prefix: "rk_live_", least: 24, most: 110, base: 'a'},
	{prefix: "sk_test_", least: 24, most: 110, base: 'a'}, {prefix: "whsec_", least: 30, most: 64, base: 'a'},
	{prefix: "AIza", least: 35, most: 35, marks: "_-", base: 'a'}, {prefix: "ya29.", least: 30, most: 240, marks: "_-.", base: 'a'},
	{prefix: "npm_", least: 36, most: 36, base: 'a'}, {prefix: "pypi-AgE", least: 50, most: 240, marks: "_-", base: 'a'},
	{prefix: "dop_v1_", least: 64, most: 64, base: 'h'}, {prefix: "shpat_", least: 32, most: 32, base: 'h'},
	{prefix: "SG.", least: 60, most: 70, marks: "_-.", base: 'a'}, {prefix: "sk-ant-", least: 40, most: 140, marks: "_-", base: 'a'},
	{prefix: "sk-proj-", least: 40, most: 200, marks: "_-", base: 'a'}, {prefix: "hf_", least: 30, most: 40, base: 'a'},
}

// tokensBy are the forms by their first byte.
var tokensBy = func() (by [256][]*tokenForm) {
	for i := range tokenForms {
		f := &tokenForms[i]
		by[f.prefix[0]] = append(by[f.prefix[0]], f)
	}
	return by
}()

// secretKeys are labels of random values.
var secretKeys = []string{"secret", "token", "api_key", "apikey", "api-key", "accountk", "access_k", "accesske", "private_", "bearer ", "sig="}

var hashHeads = []string{"$2a$", "$2b$", "$2y$", "$5$", "$6$", "$1$", "$argon2", "$y$", "aad3b435"}

func secretAnchors() []string {
	anchors := []string{"private ", "eyj", "://"}
	anchors = append(append(anchors, secretKeys...), hashHeads...)
	for i := range tokenForms {
		anchors = append(anchors, string(normalLower(nil, []byte(tokenForms[i].prefix[:min(8, len(tokenForms[i].prefix))]))))
	}
	return anchors
}

func verifySecret(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	switch b := text[at]; {
	case b == ':':
		return urlPassword(text, at)
	case b == '$' || hasFold(text, at, "aad3b435"):
		return passwordHash(text, at)
	case b == 'P' && hasLiteral(text, at, "PRIVATE KEY"):
		return privateKey(text, at)
	case b == 'e' && hasLiteral(text, at, "eyJ"):
		return webToken(text, at)
	}
	for _, f := range tokensBy[text[at]] {
		if hasLiteral(text, at, f.prefix) {
			if s := f.verify(text, at); s.Outcome != None {
				return s
			}
		}
	}
	if n := oneOf(text, at, secretKeys); n > 0 {
		return labelledSecret(text, at, n)
	}
	return Span{}
}

func hasLiteral(text []byte, at int, literal string) bool {
	return at+len(literal) <= len(text) && string(text[at:at+len(literal)]) == literal
}

// verify decides on a token that begins at at.
func (f *tokenForm) verify(text []byte, at int) Span {
	if tokenBefore(text, at) || at > 0 && (text[at-1] == '-' || text[at-1] == '/' || text[at-1] == '.') {
		return Span{}
	}
	start := at + len(f.prefix)
	end := start
	for end < len(text) && end-start <= f.most && f.takes(text[end]) {
		end++
	}
	body := text[start:end]
	if len(body) < f.least || len(body) > f.most || tokenAfter(text, end) {
		return Span{}
	}
	t := traitsOf(body)
	if t.same || f.base == 'a' && (t.digits == 0 && !isUnspeakable(body, 30) || t.lower+t.upper == 0) || !varied(body) {
		return Span{}
	}
	if f.checked && !githubChecksum(body) {
		return accepted(at, end, 68, 76, Structure)
	}
	return accepted(at, end, 82, 84, Structure)
}

func (f *tokenForm) takes(b byte) bool {
	switch f.base {
	case 'u':
		return isCapital(b) || b >= '2' && b <= '7'
	case 'h':
		return isNum(b) || b >= 'a' && b <= 'f'
	}
	return isAlnum(b) || inSet(b, f.marks)
}

// varied reports whether a value has at least eight different characters, as
// examples of documentation often have not.
func varied(c []byte) bool {
	var seen [4]uint64
	n := 0
	for _, b := range c {
		if seen[b>>6]>>(b&63)&1 == 0 {
			seen[b>>6] |= 1 << (b & 63)
			n++
		}
	}
	return n >= 8
}

// githubChecksum reports whether the last six of 36 characters are the CRC-32 of
// the others in base 62.
func githubChecksum(body []byte) bool {
	if len(body) != 36 {
		return false
	}
	sum := crc32.ChecksumIEEE(body[:30])
	for i := 35; i >= 30; i-- {
		if body[i] != "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}

// privateKey takes the line that begins a private key, when base64 or headers
// follow: at is that of "PRIVATE KEY".
func privateKey(text []byte, at int) Span {
	start := at
	for start > 0 && at-start < 20 && (isCapital(text[start-1]) || text[start-1] == ' ' || isNum(text[start-1])) {
		start--
	}
	if start < 5 || !hasLiteral(text, start-5, "-----") || !hasLiteral(text, start, "BEGIN ") {
		return Span{}
	}
	end := at + 11
	if hasLiteral(text, end, " BLOCK") {
		end += 6
	}
	if !hasLiteral(text, end, "-----") {
		return Span{}
	}
	end += 5
	i := end
	for i < len(text) && i-end < 8 && inSet(text[i], "\r\n \\nr\"") && !(isLetterByte(text[i]) && text[i-1] != '\\') {
		i++
	}
	n := 0
	for i+n < len(text) && n < 24 && (isAlnum(text[i+n]) || inSet(text[i+n], "+/-:, ")) {
		n++
	}
	if i == end || n < 24 || text[i] == '-' {
		return Span{}
	}
	return accepted(start-5, end, 82, 84, Structure)
}

// maxJWT is how much of a token is looked at: the rest does not matter.
const maxJWT = 240

// webToken takes header and payload of a JSON web token: {" in base64url, twice.
func webToken(text []byte, at int) Span {
	if tokenBefore(text, at) || at > 0 && (text[at-1] == '.' || text[at-1] == '-' || text[at-1] == '/') {
		return Span{}
	}
	end, dots := at, 0
	for end < len(text) && end-at < maxJWT && (isToken(text[end]) || text[end] == '-' || text[end] == '.') {
		if text[end] == '.' {
			if dots++; dots == 1 && (end-at < 12 || !hasLiteral(text, end+1, "eyJ")) || dots > 2 {
				break
			}
		}
		end++
	}
	if dots == 0 || end-at < 36 || text[end-1] == '.' {
		return Span{}
	}
	return accepted(at, end, 82, 84, Structure)
}

// passwordHash takes the hashes of crypt(3), and pairs of LM and NT hashes.
func passwordHash(text []byte, at int) Span {
	if text[at] != '$' {
		return windowsHash(text, at)
	}
	n := oneOf(text, at, hashHeads)
	if n == 0 || at > 0 && isAlnum(text[at-1]) {
		return Span{}
	}
	end, dollars := at+n, 0
	for end < len(text) && end-at < 200 && (isAlnum(text[end]) || inSet(text[end], "./$=,+-")) {
		if text[end] == '$' {
			dollars++
		}
		end++
	}
	last := end
	for last > at && text[last-1] != '$' {
		last--
	}
	tail := text[last:end]
	least := 22
	switch {
	case text[at+1] == '2':
		least = 53
	case n == 3 && text[at+1] == '6':
		least = 86
	case n == 3 && text[at+1] == '5':
		least = 43
	case n == 3 && text[at+1] == 'y':
		least = 43
	}
	if dollars == 0 || len(tail) < least || !varied(tail) || traitsOf(tail).digits == 0 {
		return Span{}
	}
	return accepted(at, end, 82, 84, Structure)
}

// windowsHash takes an empty LM half, a colon and an NT hash.
func windowsHash(text []byte, at int) Span {
	const empty = "aad3b435b51404eeaad3b435b51404ee:"
	if !hasFold(text, at, empty) || tokenBefore(text, at) || at+len(empty)+32 > len(text) {
		return Span{}
	}
	end := at + len(empty) + 32
	if !allHex(text[end-32:end]) || tokenAfter(text, end) {
		return Span{}
	}
	return accepted(at, end, 82, 84, Structure)
}

// urlPassword takes the password of scheme://user:password@host.
func urlPassword(text []byte, at int) Span {
	if !hasLiteral(text, at, "://") || at == 0 || !isAlnum(text[at-1]) {
		return Span{}
	}
	i, colon := at+3, 0
	for i < len(text) && i-at < 160 && !endsUser[text[i]] {
		if text[i] == ':' && colon == 0 {
			colon = i
		}
		i++
	}
	if i >= len(text) || i-at >= 160 || text[i] != '@' || colon == 0 || i-colon < 4 || colon == at+3 && i-colon < 8 ||
		i+1 >= len(text) || !isAlnum(text[i+1]) && text[i+1] != '[' {
		return Span{}
	}
	value := text[colon+1 : i]
	if isPlaceholder(value) || hasFold(value, 0, "pass") || hasFold(value, 0, "secret") || hasFold(value, 0, "pwd") {
		return Span{}
	}
	if t := traitsOf(value); t.digits == 0 && t.other == 0 {
		return accepted(colon+1, i, 50, 60, Structure)
	}
	return accepted(colon+1, i, 76, 82, Structure)
}

// endsUser are the bytes that end user and password of a URL, or make them none.
var endsUser = func() (t [256]bool) {
	for b := range ' ' + 1 {
		t[b] = true
	}
	for _, b := range []byte("@/\"'<>`|") {
		t[b] = true
	}
	return t
}()

// labelledSecret takes a random value behind a key of n bytes.
func labelledSecret(text []byte, at, n int) Span {
	i := at + n
	var v assigned
	switch b := text[i-1]; {
	case b == ' ': // Bearer
		v.start = i
		for v.end = i; v.end < len(text) && v.end-i <= maxValue && (isAlnum(text[v.end]) || inSet(text[v.end], "._-+/=~")); v.end++ {
		}
	case b == '=':
		v = assignment(text, i-1)
	default:
		v = assignment(text, keyEnd(text, i))
	}
	if v.end == 0 || v.end-v.start > maxValue || at > 0 && isLetterByte(text[at-1]) && !isCapital(text[at]) && text[at-1] != '_' {
		return Span{}
	}
	value := text[v.start:v.end]
	if !isRandom(value, 16) || !varied(value) || isPath(value) {
		return Span{}
	}
	return accepted(v.start, v.end, 70, 78, Structure)
}

// isPath reports whether a value is a path, a host name, a version: words
// between dots or slashes, or a UUID, which identifies and opens nothing.
func isPath(c []byte) bool {
	t := traitsOf(c)
	if len(c) == 36 && c[8] == '-' && c[13] == '-' && c[18] == '-' && c[23] == '-' {
		return true
	}
	return t.other > 0 && t.digits*4 < len(c) && t.upper == 0
}

func cellSecret(cell []byte) Span {
	start, end := trimmed(cell)
	c := cell[start:end]
	if len(c) > 1024 || !isRandom(c, 16) || !varied(c) {
		if len(c) < 40 || c[0] != '$' || !varied(c) {
			return Span{}
		}
	}
	return accepted(start, end, 68, 76, Structure)
}
