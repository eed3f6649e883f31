package detectors

var cookieID = Detector{
	Kind: "cookie_id",
	Doc: `Identifiant de cookie ou de session / Cookie or session identifier
A known name of a session or of a measurement cookie and a random value of sixteen
characters or more: PHPSESSID, JSESSIONID, ASP.NET_SessionId, connect.sid, _ga, _gid,
_fbp, _pk_id, csrftoken, sid; the first pair of a Cookie or Set-Cookie header (RFC
6265). A hash without such a name is none. An online identifier (GDPR, recital 30).`,
	Max:     Probable,
	Verify:  verifyCookie,
	Anchors: cookieKeys,
	Before:  2, After: 24 + 2*maxKeyTail + maxAssign + maxValue + 8,
	Context: []string{"cookie", "session", "visiteur", "navigateur", "traceur"},
	Columns: []string{"cookie", "cookie id", "session id", "sessionid", "visitor id", "client id ga", "ga client id", "phpsessid",
		"jsessionid", "id session", "id visiteur"},
	Cell:   cellCookie,
	Normal: normalAsIs, Placeholder: "[COOKIE]", HideLength: true,
}

var cookieKeys = []string{"phpsessi", "jsession", "sessioni", "session_", "connect.", "_ga=", "_ga\"", "_ga_", "_gid", "_fbp", "_pk_id", "csrftoke",
	"sid=", "cookie:", "cookie\""}

func verifyCookie(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, cookieKeys)
	if n == 0 || at > 0 && isAlnum(text[at-1]) && text[at]|0x20 != 's' {
		return Span{}
	}
	i := at + n
	if text[at]|0x20 == 'c' && text[at+1]|0x20 == 'o' && text[at+2]|0x20 == 'o' {
		return cookieHeader(text, i)
	}
	if b := text[i-1]; b == '=' || b == '"' {
		i--
	} else {
		for end := i + maxKeyTail; i < len(text) && i < end && (isToken(text[i]) || text[i] == '.'); i++ {
		}
	}
	v := assignment(text, i)
	if v.end == 0 || !cookieValue(text[v.start:v.end]) && !(text[at]|0x20 != 's' && isKnownToken(text[v.start:v.end])) {
		return Span{}
	}
	return accepted(v.start, v.end, 72, 80, Structure)
}

// isKnownToken reports whether the value of a cookie of a known name is a token
// that nothing else tells: twenty letters and digits or more, of one case or with
// digits among them, signed ones (connect.sid) without their mark.
func isKnownToken(c []byte) bool {
	if hasFold(c, 0, "s%3a") {
		c = c[4:]
	}
	t := traitsOf(c)
	return len(c) >= 20 && len(c) <= 64 && t.other == 0 && t.high == 0 && !t.same && (t.lower == 0 || t.upper == 0 || t.digits > 0) && varied(c) && !isPlaceholder(c)
}

// cookieHeader takes the value of the first pair behind "Cookie:".
func cookieHeader(text []byte, i int) Span {
	for end := i + 4; i < len(text) && i < end && inSet(text[i], "\" \t:"); i++ {
	}
	from := i
	for i < len(text) && i-from < 2*maxKeyTail && (isToken(text[i]) || text[i] == '.' || text[i] == '-') {
		i++
	}
	if i == from || i >= len(text) || text[i] != '=' {
		return Span{}
	}
	v := assignment(text, i)
	if v.end == 0 {
		return Span{}
	}
	if c := text[v.start:v.end]; !cookieValue(c) && !isKnownToken(c) {
		return Span{}
	}
	return accepted(v.start, v.end, 72, 80, Structure)
}

// cookieValue reports whether a value is that of a session or a visitor: random,
// or the numbers of a measurement (GA1.2.1234567890.1234567890).
func cookieValue(c []byte) bool {
	if t := traitsOf(c); len(c) >= 18 && t.digits >= 12 && (hasFold(c, 0, "ga1.") || hasFold(c, 0, "fb.") || hasFold(c, 0, "gs1.")) {
		return true
	}
	return isRandom(c, 16)
}

func cellCookie(cell []byte) Span {
	start, end := trimmed(cell)
	if c := cell[start:end]; len(c) > 256 || !cookieValue(c) {
		return Span{}
	}
	return accepted(start, end, 70, 78, Structure)
}
