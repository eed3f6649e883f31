package synth

import (
	"encoding/base64"
	"hash/crc32"
	"strings"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Secret returns a key or token in one of the published forms, random and valid
// nowhere, with the check that its form has.
func (g *Gen) Secret() string {
	switch g.r.IntN(7) {
	case 0:
		return "AKIA" + g.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
	case 1:
		return g.GitHubToken()
	case 2:
		return "glpat-" + g.from(base62, 20)
	case 3:
		return "sk_live_" + g.from(base62, 32)
	case 4:
		return "xoxb-" + g.Digits(12) + "-" + g.Digits(12) + "-" + g.from(base62, 24)
	case 5:
		return g.WebToken()
	}
	return "$2b$12$" + g.from(base62, 53)
}

// GitHubToken returns a personal token whose last six characters are the CRC-32 of
// the others in base 62.
func (g *Gen) GitHubToken() string {
	body := g.from(base62, 30)
	sum, check := crc32.ChecksumIEEE([]byte(body)), make([]byte, 6)
	for i := range check {
		check[5-i], sum = base62[sum%62], sum/62
	}
	return "ghp_" + body + string(check)
}

// WebToken returns a signed JSON web token (RFC 7519) about an invented subject.
func (g *Gen) WebToken() string {
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + b64([]byte(`{"sub":"`+g.Digits(9)+`","exp":17`+g.Digits(8)+`}`)) + "." + g.from(base62, 43)
}

// RandomKey returns a random value without a form of its own.
func (g *Gen) RandomKey() string {
	if g.OneIn(2) {
		return g.Hex(40)
	}
	return g.from(base62, 32)
}

// NoSecret returns what stands where a secret would: a variable, stars, an example.
func (g *Gen) NoSecret() string {
	return g.Pick([]string{"${API_TOKEN}", "********", "<votre-jeton>", "AKIAXXXXXXXXXXXXXXXX", "changeme", "%(token)s", "{{ vault.token }}",
		"null", "os.environ[TOKEN]", "xxxxxxxxxxxxxxxxxxxxxxxx", "your-api-key-here"})
}

// Cookie returns the name and the value of a session or a visitor.
func (g *Gen) Cookie() (name, value string) {
	switch g.r.IntN(6) {
	case 0:
		return "PHPSESSID", strings.ToLower(g.from(base62, 26))
	case 1:
		return "JSESSIONID", strings.ToUpper(g.Hex(32))
	case 2:
		return "_ga", "GA1.2." + g.nonZero() + g.Digits(8) + ".17" + g.Digits(8)
	case 3:
		return "_fbp", "fb.1.17" + g.Digits(11) + "." + g.nonZero() + g.Digits(8)
	case 4:
		return "connect.sid", "s%3A" + g.from(base62, 32)
	}
	return "ASP.NET_SessionId", strings.ToLower(g.from(base62, 24))
}

func (g *Gen) nonZero() string { return g.from("123456789", 1) }
