package text

import (
	"bytes"
	"slices"
	"strings"
)

// Facts that the layout of a text proves, whatever its lines say: the journal of
// a server, a conversation. They are told once for a location.

// The kinds of the taxonomy.
const (
	accessLog      = "access_log"
	chatTranscript = "chat_transcript"
)

// Lines looked at, the fewest that make a layout, and the share of them, in a
// hundred, that must have it.
const (
	layoutLines    = 200
	layoutFewest   = 5
	layoutShare    = 80
	chatShare      = 60
	chatTurns      = 6
	longestSpeaker = 40
)

// GiveUp is how many lines without any sign of a layout are looked at.
const GiveUp = 12

// Layout returns the fact that the first lines of a text prove: "access_log" for
// the journals of web servers (NCSA common and combined, W3C extended of IIS)
// and syslog (RFC 3164, and RFC 5424 with its version), "chat_transcript" for
// conversations ("[10:31] Léa : bonjour", "12/03/2026, 10:31 - Léa: bonjour",
// "Conseiller : bonjour" alternating with another speaker); "" for any other
// text. whole says that head is all of the text; otherwise its last line is cut
// and not looked at.
func Layout(head []byte, whole bool) string {
	n, logged, header, chat := 0, 0, true, conversation{}
	signs := bytes.Count(head, []byte{':'}) + bytes.Count(head, []byte{'<'}) // one at least in what is not bare
	lines := LinesOf(head, whole)
	for n < layoutLines {
		l, bare, ok := lines.Next()
		if !ok {
			break
		}
		if len(l) == 0 {
			continue
		}
		if header {
			fields, ok := bytes.CutPrefix(l, []byte("#Fields:"))
			if ok && namesClients(fields) {
				return accessLog
			}
			header = !ok && l[0] == '#'
		}
		if !bare && IsLogLine(l) {
			logged++
		}
		if chat.lines++; !bare {
			chat.add(l)
		}
		if n++; !header && (n > GiveUp && logged+chat.turns == 0 || chatShare*n > 100*signs) {
			return ""
		}
	}
	switch {
	case n < layoutFewest:
		return ""
	case logged*100 >= layoutShare*n:
		return accessLog
	case chat.proved():
		return chatTranscript
	}
	return ""
}

// Journal reports whether the first lines of a text are those of a journal: what
// Layout calls an access log.
func Journal(head []byte, whole bool) bool { return Layout(head, whole) == accessLog }

// Lines goes through the lines of a text for what their layout proves.
type Lines struct {
	text  []byte
	at    int  // where the next line begins
	colon int  // where the first colon from there on may be
	whole bool // the last line may lack its end; otherwise it is cut, and none
}

// LinesOf returns the lines of text; whole says that there is no more of it.
func LinesOf(text []byte, whole bool) Lines { return Lines{text: text, colon: -1, whole: whole} }

// Next returns the next line without the blanks around it. Most lines of most texts
// are bare: with no colon, and neither empty nor behind a '<', they are no lines of a
// journal and no turns of a speaker. One that is bare may keep the blanks at its end.
func (r *Lines) Next() (line []byte, bare, ok bool) {
	from, end := r.at, len(r.text)
	if n := bytes.IndexByte(r.text[from:], '\n'); n >= 0 {
		end = from + n
		r.at = end + 1
	} else if r.at = end; !r.whole || from == end {
		return nil, false, false
	}
	if r.colon < from {
		if r.colon = len(r.text); from < end {
			if n := bytes.IndexByte(r.text[from:], ':'); n >= 0 {
				r.colon = from + n
			}
		}
	}
	line = r.text[from:end]
	for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		line = line[1:]
	}
	if r.colon >= end && len(line) > 0 && ' ' < line[0] && line[0] < 0x80 && line[0] != '<' {
		return line, true, true
	}
	return bytes.TrimSpace(line), false, true
}

// namesClients reports whether the fields of a W3C extended log hold the address of
// clients.
func namesClients(fields []byte) bool {
	return bytes.Contains(fields, []byte("c-ip")) || bytes.Contains(fields, []byte("cs-username"))
}

// IsLogLine reports whether a line is one of a web server or of syslog.
func IsLogLine(l []byte) bool { return IsCommonLog(l) || IsSyslog(l) }

// IsCommonLog reports whether l is `host ident user [time] "request" status size`.
func IsCommonLog(l []byte) bool {
	if len(l) < 32 {
		return false
	}
	open := bytes.IndexByte(l[:len(l)-30], '[')
	rest := l[open+1:]
	// 01/Mar/2026:00:00:00 +0100] "GET …
	if open < 0 || rest[2] != '/' || rest[6] != '/' || rest[11] != ':' || rest[26] != ']' {
		return false
	}
	if len(bytes.Fields(l[:open])) != 3 {
		return false
	}
	quoted := bytes.TrimLeft(rest[27:], " ")
	if len(quoted) == 0 || quoted[0] != '"' {
		return false
	}
	end := bytes.Index(quoted[1:], []byte("\" "))
	if end < 0 {
		return false
	}
	status := quoted[1+end+2:]
	return len(status) >= 3 && isDigits(status[:3])
}

var months = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// IsSyslog reports whether l is "Mar  1 00:00:00 host process[1]: text", or the
// same behind a priority, or "<34>1 2026-03-01T00:00:00Z host app …".
func IsSyslog(l []byte) bool {
	if len(l) == 0 {
		return false
	}
	if l[0] == '<' {
		n := bytes.IndexByte(l[:min(len(l), 6)], '>')
		if n < 2 || !isDigits(l[1:n]) {
			return false
		}
		l = l[n+1:]
		if len(l) > 12 && l[0] == '1' && l[1] == ' ' && isDigits(l[2:6]) && l[6] == '-' {
			return true
		}
	}
	if len(l) < 20 || l[3] != ' ' || l[15] != ' ' || !isClock(l[7:15]) || !slices.Contains(months, string(l[:3])) {
		return false
	}
	_, process, ok := bytes.Cut(l[16:], []byte{' '})
	colon := bytes.IndexByte(process, ':')
	return ok && colon > 0 && bytes.IndexByte(process[:colon], ' ') < 0
}

// isClock reports whether b is "hh:mm:ss".
func isClock(b []byte) bool {
	return len(b) == 8 && isDigits(b[:2]) && b[2] == ':' && isDigits(b[3:5]) && b[5] == ':' && isDigits(b[6:])
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// conversation counts turns of speakers.
type conversation struct {
	lines, turns, timed int
	speakers            [layoutLines/3 + 1]speaker // more prove nothing
	met                 int                        // of them
	last                []byte
	changes             int
}

// speaker is one with a number of turns; there are few lines, and so few speakers.
type speaker struct {
	name  []byte
	turns int
}

// add looks at a line without the blanks around it, one that counts in lines.
func (c *conversation) add(line []byte) {
	timed, rest := cutTime(line)
	colon := bytes.IndexByte(rest[:min(len(rest), longestSpeaker+1)], ':')
	if colon <= 0 || colon+1 == len(rest) {
		return
	}
	name := bytes.TrimSpace(rest[:colon])
	if !isSpeaker(name) {
		return
	}
	c.turns++
	if timed {
		c.timed++
	}
	at := 0
	for at < c.met && !bytes.Equal(c.speakers[at].name, name) {
		at++
	}
	switch {
	case at < c.met:
		c.speakers[at].turns++
	case c.met < len(c.speakers):
		c.speakers[at] = speaker{name, 1}
		c.met++
	}
	if c.last != nil && !bytes.Equal(c.last, name) {
		c.changes++
	}
	c.last = name
}

// proved reports whether the turns are a conversation: few speakers who come
// back and take turns. A form ("Nom : …", "Ville : …") has as many labels as
// lines. Records of two labels take turns as two speakers do: without times a
// third of the turns must be those of somebody who answers (see roles).
func (c *conversation) proved() bool {
	if c.turns < chatTurns || c.turns*100 < chatShare*c.lines || c.met < 2 || c.met > max(2, c.turns/3) {
		return false
	}
	if c.timed*100 >= layoutShare*c.turns {
		return c.changes >= 2
	}
	known := 0
	for _, s := range c.speakers[:c.met] {
		if isRole(s.name) {
			known += s.turns
		}
	}
	return c.changes*3 >= c.turns && known*3 >= c.turns
}

// cutTime takes a time of day, with or without its date and brackets, off the
// front of a line.
func cutTime(l []byte) (bool, []byte) {
	i, digits, colons := 0, 0, 0
	for i < len(l) && i < 24 {
		switch b := l[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b == ':' || b == 'h':
			if digits == 0 || i+1 >= len(l) || l[i+1] < '0' || l[i+1] > '9' {
				return false, l
			}
			colons++
		case b == '[' || b == ']' || b == '(' || b == ')' || b == '/' || b == '-' || b == '.' || b == ',' || b == ' ' || b == 'T':
		default:
			if digits >= 3 && colons >= 1 {
				return true, l[i:]
			}
			return false, l
		}
		i++
	}
	return false, l
}

// isSpeaker reports whether b may be who speaks: letters, spaces, dots, hyphens,
// and digits at most behind letters ("Agent 2").
func isSpeaker(b []byte) bool {
	if len(b) == 0 || b[0] >= '0' && b[0] <= '9' {
		return false
	}
	words := 1
	for _, c := range b {
		if !ofSpeakers[c] {
			return false
		}
		if c == ' ' {
			words++
		}
	}
	return words <= 4
}

// ofSpeakers are the bytes of the names of speakers.
var ofSpeakers = func() (of [256]bool) {
	for c := range of {
		l := c | 0x20
		of[c] = 'a' <= l && l <= 'z' || c >= 0x80 || '0' <= c && c <= '9' || strings.IndexByte(".-'_ ()", byte(c)) >= 0
	}
	return of
}()

// roles are those who answer in the conversations of a mutuelle.
var roles = []string{"conseiller", "conseillere", "conseillère", "conseiller.ère", "agent", "adherent", "adhérent", "adherente", "adhérente",
	"client", "cliente", "bot", "chatbot", "assistant", "operateur", "opérateur", "operatrice", "opératrice", "visiteur", "user", "operator",
	"customer", "moi", "support"}

func isRole(name []byte) bool {
	first, _, _ := bytes.Cut(bytes.ToLower(name), []byte{' '})
	return slices.Contains(roles, string(first))
}
