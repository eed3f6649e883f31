package detectors

import (
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

var email = Detector{
	Kind: "email",
	Doc: `Adresse électronique / E-mail address
A local part of 1 to 64 characters, no dot first, last or twice; @; a domain of two
labels or more, each 1 to 63 letters, digits and hyphens, no hyphen first or last,
the last one a top-level domain of IANA or in punycode: the part of RFC 5322 and RFC
6531 that is used. %40 stands for @ in URLs. Left out: quoted local parts, IP
addresses, addresses written for people ("nom [at] domaine [point] fr"). Addresses
of a function (contact@, noreply@) score lower than those of a person.`,
	Max:   Verified,
	Shape: emailShape, Verify: verifyEmail,
	Before: emailBefore, After: emailAfter,
	Context: []string{"email", "mail", "courriel", "mel", "mailto", "courrier",
		"messagerie"},
	Columns: []string{"email", "mail", "e mail", "courriel", "adr mel", "adresse mel", "mel", "email perso", "mail pro",
		"login", "identifiant",
		"adrmail", "adrmel", "adr electronique", "adresse electronique", "adr elec", "messagerie", "username",
		"user name"},
	Normal: normalEmail, Placeholder: "[EMAIL]",
	HideLength: true,
}

// Limits of RFC 5321, in bytes, and how far Verify looks.
const (
	maxLocal   = 64
	maxLabel   = 63
	maxDomain  = 253
	maxAddress = 254

	emailBefore = 2*maxLocal + 8
	emailAfter  = maxDomain + 8
)

// emailShape asks for every @ with something in front that a local part may end
// with, and for what may be %40 between a word byte and a letter.
func emailShape(w *Window) uint64 {
	letter := w.Upper | w.Lower
	none := ^(w.Word | w.At | w.Gap | w.Colon | w.Plus)
	at := w.At &^ ((w.Space | w.At | w.Colon | w.Dot) << 1)
	return at | none&(w.Word<<1)&(w.Digit>>1)&(w.Zero>>2)&(letter>>3)
}

func verifyEmail(text []byte, at int) Span {
	switch text[at] {
	case '@':
		return emailAt(text, at, at+1)
	case '%':
		if at > 0 && isToken(text[at-1]) && at+3 < len(text) && text[at+1] == '4' && text[at+2] == '0' && isLetterByte(text[at+3]) {
			return emailAt(text, at, at+3)
		}
	}
	return Span{}
}

// emailAt decides on the address whose local part ends at text[left] and whose
// domain begins at text[right].
func emailAt(text []byte, left, right int) Span {
	start, ok := plainLocal(text, left)
	if !ok {
		if start, ok = localStart(text, left); !ok {
			return Span{}
		}
	}
	end, tld, ok := plainDomain(text, right)
	if !ok {
		end, tld = domainEnd(text, right)
	}
	if end == 0 || end-start > maxAddress {
		return Span{}
	}
	top := text[tld:end]
	if !isTLD(top) || fileSuffix(top) && !standsAlone(text, start, left, right, end) {
		return Span{}
	}
	switch local := text[start:left]; {
	case isRole(local):
		return accepted(start, end, 70, 80, Structure)
	case end < len(text) && text[end] == ':' && string(local) == "git":
		return accepted(start, end, 45, 50, Structure)
	}
	return accepted(start, end, 90, 97, Structure)
}

// Classes of bytes in addresses.
const (
	plainByte  = 1 << iota // letters, digits, '_' and '-': mean nothing else in front of an address
	dotByte                // '.'
	localOther             // all that may be in a local part and is none of them
	domainByte             // letters and digits
)

var emailClasses = emailTable()

func emailTable() (t [256]uint8) {
	for i := range t {
		b := byte(i)
		switch {
		case isAlnum(b):
			t[i] = plainByte | domainByte
		case b == '_' || b == '-':
			t[i] = plainByte
		case b == '.':
			t[i] = dotByte
		case b >= 0x80 || localSet[b>>6]>>(b&63)&1 != 0:
			t[i] = localOther
		}
	}
	return t
}

// plainLocal is localStart for the usual local part, of plain bytes and single
// dots between them; it reports false for all others.
func plainLocal(text []byte, end int) (start int, ok bool) {
	i, before := end, uint8(dotByte)
	if i >= 8 { // letters and digits, of which most addresses have many
		if others := notAlnum(binary.LittleEndian.Uint64(text[i-8:])); others>>63 == 0 {
			i -= bits.LeadingZeros64(others) >> 3
			before = plainByte
		}
	}
	for i > 0 && end-i <= maxLocal {
		class := emailClasses[text[i-1]]
		if class&(plainByte|dotByte) == 0 {
			if class != 0 || text[i-1] == '@' || text[i-1] == ':' {
				return 0, false
			}
			break
		}
		if class&before&dotByte != 0 {
			return 0, false
		}
		before = class
		i--
	}
	return i, before&dotByte == 0 && end-i <= maxLocal
}

// plainDomain is domainEnd for the usual domain, of letters, digits and single
// hyphens and dots between them; it reports false for all others.
func plainDomain(text []byte, start int) (end, last int, ok bool) {
	i, label := start, start
	if start+8 <= len(text) {
		i += bits.TrailingZeros64(notAlnum(binary.LittleEndian.Uint64(text[start:]))) >> 3
	}
	for ; i < len(text); i++ {
		b := text[i]
		if emailClasses[b]&domainByte != 0 {
			continue
		}
		if b != '.' && b != '-' || i+1 == len(text) || emailClasses[text[i+1]]&domainByte == 0 {
			break
		}
		if i == label || i-label > maxLabel {
			return 0, 0, false
		}
		if b == '.' {
			label = i + 1
		}
	}
	if i < len(text) {
		switch b := text[i]; {
		case b >= 0x80, b == '-', b == '_', b == '@', b == '.' && i+1 < len(text) && text[i+1] >= 0x80:
			return 0, 0, false
		case b == '.' && i+1 < len(text) && text[i+1] == '-':
			return 0, 0, false
		}
	}
	return i, label, label > start && i > label && i-label <= maxLabel && i-start <= maxDomain
}

// notAlnum has the highest bit of each of eight bytes that is no ASCII letter or digit.
func notAlnum(w uint64) uint64 { return notLetters(w) & outside(w, '0', 10) }

// localStart returns where the local part that ends at text[end] begins.
func localStart(text []byte, end int) (int, bool) {
	i, double := end, -1 // the last of two dots in a row
	for i > 0 && end-i <= maxLocal {
		w := localByte(text, i)
		if w == 0 {
			break
		}
		i -= w
		if double < 0 && text[i] == '.' && i+1 < end && text[i+1] == '.' {
			double = i
		}
	}
	if i == end || text[end-1] == '.' {
		return 0, false
	}
	cut := end-i > maxLocal
	if !cut && i > 0 && (text[i-1] == '@' || text[i-1] == ':' && !isPort(text[i:end]) && userInfo(text, i-1)) {
		return 0, false
	}
	begin, ok := trimLocal(text, i, end, cut)
	return begin, ok && begin > double
}

// localByte returns the width of the character of a local part that ends at
// text[end], 0 when it is none: ASCII of RFC 5322 atoms and dots, letters of
// other alphabets in UTF-8, accented letters in Latin-1.
func localByte(text []byte, end int) int {
	b := text[end-1]
	if b < 0x80 {
		if localSet[b>>6]>>(b&63)&1 != 0 {
			return 1
		}
		return 0
	}
	r, w := utf8.DecodeLastRune(text[max(0, end-utf8.UTFMax):end])
	if r == utf8.RuneError {
		if b >= 0xC0 && b != 0xD7 && b != 0xF7 {
			return 1
		}
		return 0
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return w
	}
	return 0
}

// localSet has a bit for each ASCII byte of a local part.
var localSet = asciiSet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_{|}~.-`")

func asciiSet(s string) (set [2]uint64) {
	for i := range len(s) {
		set[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return set
}

// userInfo reports whether the colon at text[at] stands between user and
// password of a URL: "//user:".
func userInfo(text []byte, at int) bool {
	i := at
	for i > 0 && at-i < maxLocal && text[i-1] > ' ' && text[i-1] != '@' && text[i-1] != '/' {
		i--
	}
	return i > 1 && text[i-1] == '/' && text[i-2] == '/'
}

// isPort reports whether a text begins like the port of a URL and what follows it.
func isPort(b []byte) bool {
	n := 0
	for n < len(b) && n <= 5 && isNum(b[n]) {
		n++
	}
	return n > 0 && n <= 5 && n < len(b) && (b[n] == '/' || b[n] == '?' || b[n] == '#')
}

// trimLocal cuts from a local part what is allowed in one but in practice stands
// in front of it: quotes, marks of emphasis, a path, the name of a parameter, the
// cell before. The user of a URL (//user@host) is none, nor what its path holds, where
// identifiers of messages stand; behind its question mark or hash (RFC 3986, sections 3.4 and
// 3.5) is one. cut says that there is more in front of start than a local part may have: then
// it is the value of a parameter, or none.
func trimLocal(text []byte, start, end int, cut bool) (int, bool) {
	begin, first, query := start, byte(0), false
	url, asked, named := false, false, false
	for i := start; i < end; i++ {
		switch b := text[i]; b {
		case '/':
			if i > start && text[i-1] == '/' {
				url, asked = true, false
			}
			if text[start] == '/' || text[start] == '.' || query {
				begin = i + 1
			}
			first = b
		case '|', '{', '}', '`', '^':
			begin = i + 1
		case '?', '#':
			query, asked = true, url
			if i == start || url {
				begin = i + 1
			}
		case '&':
			query = true
			if i == start || asked {
				begin = i + 1
			}
		case '%':
			if i+2 < end && isHex(text[i+1]) && isHex(text[i+2]) {
				begin = i + 3 // an encoded byte of a URL
			}
		case '+':
			if first == 0 {
				first = b
			}
		case '=':
			// "email=a@b.fr", "?to=a@b.fr"; not "list+a=b.fr@c.fr".
			if query || first == 0 {
				begin = i + 1
			}
			named = query
		}
	}
	if url && !asked || cut && !named {
		return 0, false
	}
	for begin < end && (text[begin] == '\'' || text[begin] == '*' || text[begin] == '!' || text[begin] == '$' ||
		text[begin] == '%' || text[begin] == '~' || text[begin] == '#') {
		begin++
	}
	return begin, begin < end && text[begin] != '.'
}

// domainEnd returns where the domain that begins at text[start] ends and where
// its last label begins; 0 when there is no domain of two labels.
func domainEnd(text []byte, start int) (end, last int) {
	i, label, labels := start, start, 0
	for {
		w := labelByte(text, i)
		if w > 0 {
			i += w
			if i-label > maxLabel || i-start > maxDomain {
				return 0, 0
			}
			continue
		}
		if i == label || text[label] == '-' {
			return 0, 0
		}
		if i >= len(text) || text[i] != '.' || labelByte(text, i+1) == 0 || text[i+1] == '-' && labelByte(text, i+2) == 0 {
			break
		}
		if text[i-1] == '-' {
			return 0, 0
		}
		labels++
		i++
		label = i
	}
	for text[i-1] == '-' {
		i-- // a dash behind the address
	}
	if labels == 0 || i <= label || i < len(text) && (text[i] == '_' || text[i] == '@') {
		return 0, 0
	}
	return i, label
}

// labelByte returns the width of the character of a domain at text[i], 0 when it
// is none.
func labelByte(text []byte, i int) int {
	if i >= len(text) {
		return 0
	}
	b := text[i]
	if b < 0x80 {
		if isAlnum(b) || b == '-' {
			return 1
		}
		return 0
	}
	r, w := utf8.DecodeRune(text[i:min(len(text), i+utf8.UTFMax)])
	if r == utf8.RuneError {
		if b >= 0xC0 && b != 0xD7 && b != 0xF7 {
			return 1
		}
		return 0
	}
	if unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
		return w
	}
	return 0
}

// fileSuffix reports whether a top-level domain is also the suffix of common
// files.
func fileSuffix(tld []byte) bool {
	if len(tld) > 3 {
		return false
	}
	switch foldWord(tld) {
	case py, sh, md, rs, pl, zip, mov:
		return true
	}
	return false
}

var (
	py, sh, md, rs = word8("py"), word8("sh"), word8("md"), word8("rs")
	pl, zip, mov   = word8("pl"), word8("zip"), word8("mov")
)

// standsAlone reports whether an address whose domain could be the name of a
// file stands by itself and looks like one: no path or colon around it, two
// letters in the local part, and no "2x" for a domain.
func standsAlone(text []byte, start, left, right, end int) bool {
	if start > 0 && (text[start-1] == '/' || text[start-1] == '\\' || text[start-1] == '=') {
		return false
	}
	if end < len(text) && (text[end] == '/' || text[end] == '\\' || text[end] == ':') {
		return false
	}
	letters := 0
	for _, b := range text[start:left] {
		if b == '/' {
			return false
		}
		if isLetterByte(b) || b >= 0x80 {
			letters++
		}
	}
	return letters > 1 && !isNum(text[right])
}

// isTLD reports whether a label is a top-level domain.
func isTLD(label []byte) bool {
	if len(label) == 2 || len(label) == 3 {
		if bit, ok := letterCode(label); ok {
			return shortTLDs[bit>>6]>>(bit&63)&1 != 0
		}
	}
	if len(label) > 4 && foldWord(label[:4]) == word8("xn--") {
		return true
	}
	var low [24]byte
	n := 0
	for _, b := range label {
		switch {
		case b >= 0x80:
			return isUnicodeTLD(label)
		case !isLetterByte(b) || n == len(low):
			return false
		}
		low[n] = b | 0x20
		n++
	}
	if n >= len(tldsOfLength) {
		return false
	}
	return searchTLD(tldsOfLength[n], low[:n])
}

// shortTLDs has a bit for each top-level domain of two or three letters.
var shortTLDs = shortTLDTable()

func shortTLDTable() (t [1 << 15 / 64]uint64) {
	for n := 2; n <= 3; n++ {
		for names := tldsOfLength[n]; names != ""; names = names[n:] {
			bit, _ := letterCode([]byte(names[:n]))
			t[bit>>6] |= 1 << (bit & 63)
		}
	}
	return t
}

// letterCode packs two or three ASCII letters, in any case, five bits each.
func letterCode(s []byte) (code uint, ok bool) {
	for _, b := range s {
		letter := b | 0x20 - ('a' - 1)
		if letter-1 >= 26 {
			return 0, false
		}
		code = code<<5 | uint(letter)
	}
	return code, true
}

// searchTLD looks a label up among the sorted names of its length, glued.
func searchTLD(names string, label []byte) bool {
	n := len(label)
	low, high := 0, len(names)/n
	for low < high {
		mid := (low + high) / 2
		switch name := names[mid*n : mid*n+n]; {
		case name == string(label):
			return true
		case name < string(label):
			low = mid + 1
		default:
			high = mid
		}
	}
	return false
}

// isUnicodeTLD looks up a label that is not ASCII, in any case.
func isUnicodeTLD(label []byte) bool {
	var low [2 * maxLabel]byte
	n := 0
	for i := 0; i < len(label); {
		r, w := utf8.DecodeRune(label[i:])
		i += w
		n += utf8.EncodeRune(low[n:n+utf8.UTFMax], unicode.ToLower(r))
		if n > maxLabel {
			return false
		}
	}
	for i, start := 0, 0; i < len(tldsUnicode); i++ {
		if tldsUnicode[i] == '\n' {
			if i > start && tldsUnicode[start:i] == string(low[:n]) {
				return true
			}
			start = i + 1
		}
	}
	return false
}

// isRole reports whether a local part names a function and not a person. Dots,
// hyphens and underscores do not count, nor what follows a plus.
func isRole(local []byte) bool {
	if !mayStart(&roleStarts, local) {
		return false
	}
	if len(local) >= 8 {
		if first := binary.LittleEndian.Uint64(local); notLetters(first) == 0 && !roleWords.mayHold(first|smallBits) {
			return false
		}
	}
	var low [24]byte
	n := 0
	for _, b := range local {
		switch {
		case b == '+':
			return roleWords.hasPlain(low[:n])
		case b == '.' || b == '-' || b == '_':
			continue
		case !isLetterByte(b) || n == len(low):
			return false
		}
		low[n] = b | 0x20
		if n++; n == 8 && !roleWords.mayHold(binary.LittleEndian.Uint64(low[:])) {
			return false
		}
	}
	return roleWords.hasPlain(low[:n])
}

// roleWords are the local parts of functions, and roleStarts their first two
// letters.
var (
	roleWords = newLexicon(`contact contacts dpo dpd rgpd gdpr cnil noreply donotreply nepasrepondre pasdereponse serviceclient serviceclients
		service services relationclient relationsclients rh drh hr ressourceshumaines recrutement info infos information
		informations support aide help helpdesk assistance admin administrateur administrator administration root webmaster
		postmaster hostmaster abuse security securite hello bonjour accueil secretariat direction commercial sales ventes
		marketing communication presse press compta comptabilite facturation facture factures billing invoice juridique legal
		reclamation reclamations sinistre sinistres prestations adhesion adhesions gestion mailerdaemon newsletter notification
		notifications privacy git office bureau`)
	roleStarts = wordStarts(roleWords.words)
)

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// startSet are the first two letters of words.
type startSet [1 << 10 / 64]uint64

// mayStart is false for a word whose first two letters, ASCII ones, begin none.
func mayStart(t *startSet, word []byte) bool {
	if len(word) < 2 {
		return true
	}
	bit, ok := letterCode(word[:2])
	return !ok || t[bit>>6]>>(bit&63)&1 != 0
}

func wordStarts[V any](words map[string]V) (t startSet) {
	for w := range words {
		bit, _ := letterCode([]byte(w[:2]))
		t[bit>>6] |= 1 << (bit & 63)
	}
	return t
}

// normalEmail is the address in small letters, with its @ decoded. Letters outside ASCII are folded in UTF-8 only.
func normalEmail(dst, raw []byte) []byte {
	n := len(dst)
	dst = append(dst, raw...)
	if lowerPlain(dst[n:]) {
		return dst
	}
	dst = dst[:n]
	for i := 0; i < len(raw); {
		b := raw[i]
		switch {
		case b == '%' && i+2 < len(raw) && raw[i+1] == '4' && raw[i+2] == '0':
			dst, i = append(dst, '@'), i+3
		case b < 0x80:
			if isCapital(b) {
				b |= 0x20
			}
			dst, i = append(dst, b), i+1
		default:
			r, w := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError {
				dst, i = append(dst, b), i+1
				continue
			}
			dst, i = utf8.AppendRune(dst, unicode.ToLower(r)), i+w
		}
	}
	return dst
}

// lowerPlain turns the capitals of s into small letters. It reports false, and
// leaves s in any state, when s holds a byte beyond ASCII or a '%'.
func lowerPlain(s []byte) bool {
	other := false
	for ; len(s) >= 8; s = s[8:] {
		w := binary.LittleEndian.Uint64(s)
		percent := w ^ '%'*oneBits
		if w&highBits != 0 || (percent-oneBits)&^percent&highBits != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(s, smallLetters(w))
	}
	for i, b := range s {
		if isCapital(b) {
			s[i] = b | 0x20
		}
		other = other || b >= 0x80 || b == '%'
	}
	return !other
}
