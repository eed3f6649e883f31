package logs

import (
	"bytes"

	"recense/sources/files/lines"
	"recense/sources/files/text"
)

// combinedFields are those of a line of the combined format, in its order; the
// common one ends with the size.
var combinedFields = []string{"client", "ident", "user", "time", "request", "status", "size", "referer", "user_agent"}

// The fields that hold addresses.
const (
	requestField = 4
	refererField = 7
)

// common splits `host ident user [time] "request" status size "referer" "agent"`.
// What follows is numbered.
func common(c *lines.Cells, t []byte, a, b int) bool {
	if !text.IsCommonLog(t[a:b]) {
		return false
	}
	for n := 0; a < b; n++ {
		for a < b && (t[a] == ' ' || t[a] == '\t') {
			a++
		}
		from, to, next := item(t, a, b)
		if from < to && !(to == from+1 && t[from] == '-') {
			column := int32(0)
			if n < len(combinedFields) {
				column = c.Column([]byte(combinedFields[n]), "")
			} else {
				column = c.Numbered("field", n+1)
			}
			if n == requestField || n == refererField {
				c.AddURL(t, from, to, column, false)
			} else {
				c.Add(t, from, to, column)
			}
		}
		a = next
	}
	return true
}

// item returns the next field of t[a:b], without its quotes or brackets, and where
// the one behind it begins. A backslash keeps a quote from ending it.
func item(t []byte, a, b int) (from, to, next int) {
	if a >= b {
		return b, b, b
	}
	end := byte(' ')
	switch t[a] {
	case '"':
		end = '"'
	case '[':
		end = ']'
	}
	if end == ' ' {
		if n := bytes.IndexByte(t[a:b], ' '); n >= 0 {
			return a, a + n, a + n + 1
		}
		return a, b, b
	}
	for i := a + 1; i < b; i++ {
		switch t[i] {
		case '\\':
			i++
		case end:
			return a + 1, i, i + 1
		}
	}
	return a + 1, b, b
}

// syslogFields are those of both forms.
var syslogFields = []string{"time", "host", "program", "process", "message_id", "data", "message"}

// syslog splits "<34>Mar  1 00:00:00 host process[1]: text" and the form of RFC 5424.
func syslog(c *lines.Cells, t []byte, a, b int) bool {
	if !text.IsSyslog(t[a:b]) {
		return false
	}
	if t[a] == '<' {
		n := bytes.IndexByte(t[a:b], '>')
		a += n + 1
		if t[a] == '1' && t[a+1] == ' ' {
			return structured(c, t, a+2, b)
		}
	}
	c.Add(t, a, a+15, c.Column([]byte("time"), ""))
	a = word(c, t, a+16, b, "host")
	n := bytes.IndexByte(t[a:b], ':')
	c.Add(t, a, a+n, c.Column([]byte("program"), ""))
	c.Add(t, a+n+1, b, c.Column([]byte("message"), ""))
	return true
}

// structured splits "time host app procid msgid data message" (RFC 5424, 6).
func structured(c *lines.Cells, t []byte, a, b int) bool {
	for _, name := range syslogFields[:5] {
		a = word(c, t, a, b, name)
	}
	from := a
	for a < b && t[a] == '[' { // elements of structured data; quotes may hold brackets
		quoted := false
		for a++; a < b && (quoted || t[a] != ']'); a++ {
			switch t[a] {
			case '\\':
				a++
			case '"':
				quoted = !quoted
			}
		}
		a = min(a+1, b)
	}
	if a > from {
		c.Add(t, from+1, a-1, c.Column([]byte("data"), "")) // its last bracket stands in front of the message
	} else if a+1 < b && t[a] == '-' && t[a+1] == ' ' {
		a += 2
	}
	c.Add(t, a, b, c.Column([]byte("message"), ""))
	return true
}

// word adds the word of t[a:b] and returns where the next one begins.
func word(c *lines.Cells, t []byte, a, b int, name string) int {
	n := bytes.IndexByte(t[a:b], ' ')
	if n < 0 {
		n = b - a
	}
	if !(n == 1 && t[a] == '-') {
		c.Add(t, a, a+n, c.Column([]byte(name), ""))
	}
	return min(a+n+1, b)
}

// extended is the W3C extended log: its directives name the fields, anew each time
// the server starts.
type extended struct{ fields [][]byte }

var (
	directive = []byte("#Fields:")
	newline   = []byte{'\n'}
	mark      = []byte("\xEF\xBB\xBF")
)

// fieldsOf returns where the directive of the fields stands in the lines at the
// beginning that are comments, -1 without one.
func fieldsOf(sample []byte) int {
	at := 0
	for l := range bytes.Lines(sample) {
		if bytes.HasPrefix(l, directive) {
			return at
		}
		if l[0] != '#' {
			return -1
		}
		at += len(l)
	}
	return -1
}

// name takes the names of the fields from the directive.
func (w *extended) name(line []byte) {
	w.fields = w.fields[:0]
	for _, f := range bytes.Fields(line[len(directive):]) {
		w.fields = append(w.fields, bytes.Clone(f))
	}
}

// split splits a line of values between blanks. Some servers put values with blanks
// in quotes.
func (w *extended) split(c *lines.Cells, t []byte, a, b int) bool {
	if a < b && t[a] == '#' {
		if bytes.HasPrefix(t[a:b], directive) {
			w.name(t[a:b])
		}
		return true
	}
	for n := 0; a < b; n++ {
		from, to, next := item(t, a, b)
		if t[a] == '[' {
			next = a + max(bytes.IndexByte(t[a:b], ' '), 0)
			if from, to = a, next; next == a {
				to, next = b, b
			}
		}
		for next < b && t[next] == ' ' {
			next++
		}
		switch {
		case to == from+1 && t[from] == '-':
		case n < len(w.fields):
			switch column := c.Column(w.fields[n], ""); string(w.fields[n]) {
			case "cs-uri", "cs-uri-stem", "cs(Referer)":
				c.AddURL(t, from, to, column, false)
			case "cs-uri-query":
				c.AddURL(t, from, to, column, true)
			default:
				c.Add(t, from, to, column)
			}
		default:
			c.Add(t, from, to, c.Numbered("field", n+1))
		}
		a = next
	}
	return true
}
