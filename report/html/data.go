package html

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"
)

// The data of the script: one JSON text, in an element of its own. A page may hold a
// hundred thousand rows, so they are appended here, one after the other, and not by
// html/template, which makes the whole text three times over. Every string goes through
// appendString, which leaves nothing that could end the element.

// dataWidth is about the length of a row.
const dataWidth = 256

// writeData writes the data of the script.
func (p *page) writeData(to io.Writer) error {
	type labels struct {
		ID    string `json:"id"`
		Label string `json:"label"`
		Rank  int    `json:"rank"`
	}
	d := struct {
		Lang       string            `json:"lang"`
		Levels     []labels          `json:"levels"`
		Categories []string          `json:"categories"`
		Words      map[string]string `json:"words"`
	}{Lang: p.lang, Words: map[string]string{
		"rows":    p.say("lignes", "rows"),
		"of":      p.say("sur", "of"),
		"confirm": p.say("à confirmer", "to confirm"),
		"nothing": p.say("Aucune ligne ne correspond.", "No row matches."),
	}}
	for _, l := range p.Levels {
		d.Levels = append(d.Levels, labels{l.ID, l.Label, l.Rank})
	}
	for _, c := range p.tax.Categories {
		d.Categories = append(d.Categories, c.Label.In(p.lang))
	}
	head, err := json.Marshal(d) // it escapes as appendString does
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(to, 1<<16)
	w.Write(head[:len(head)-1]) // errors of w stay until Flush
	w.WriteString(`,"gaps":[`)
	row := make([]byte, 0, dataWidth)
	for i := range p.Gaps {
		row = p.Gaps[i].append(row[:0], i > 0)
		w.Write(row)
	}
	w.WriteString(`],"locations":[`)
	for i := range p.Locations {
		row = p.Locations[i].append(row[:0], i > 0)
		w.Write(row)
	}
	w.WriteString(`]}`)
	return w.Flush()
}

// append writes the row as JSON, behind a comma when it is not the first.
func (l *location) append(b []byte, more bool) []byte {
	b = begin(b, more)
	b = appendString(append(b, `"u":`...), l.URI)
	b = strconv.AppendInt(append(b, `,"r":`...), int64(l.Rank), 10)
	b = strconv.AppendInt(append(b, `,"p":`...), l.Persons, 10)
	if len(l.Categories) > 0 {
		b = append(b, `,"c":[`...)
		for i, c := range l.Categories {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(c), 10)
		}
		b = append(b, ']')
	}
	b = appendString(append(b, `,"a":`...), l.Access)
	b = appendNonEmpty(b, `,"t":`, l.Processings)
	b = appendString(append(b, `,"s":`...), l.Status)
	return append(b, '}')
}

func (g *gap) append(b []byte, more bool) []byte {
	b = begin(b, more)
	b = strconv.AppendInt(append(b, `"o":`...), int64(g.Priority), 10)
	b = strconv.AppendInt(append(b, `,"r":`...), int64(g.Rank), 10)
	b = appendString(append(b, `,"k":`...), g.Finding)
	b = appendNonEmpty(b, `,"c":`, g.Category)
	b = appendString(append(b, `,"u":`...), g.URI)
	b = appendNonEmpty(b, `,"t":`, g.Processing)
	b = strconv.AppendInt(append(b, `,"p":`...), g.Persons, 10)
	b = appendString(append(b, `,"m":`...), g.Message)
	return append(b, '}')
}

func begin(b []byte, more bool) []byte {
	if more {
		b = append(b, ',')
	}
	return append(b, '{')
}

func appendNonEmpty(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(append(b, name...), s)
}

const hexadecimal = "0123456789abcdef"

// appendString appends s as a string of JSON (RFC 8259, section 7) that may stand in an
// element of HTML and in a script: no <, > or &, no line separator of Unicode. What is no
// UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
			b = append(append(b, s[from:i]...), `\u`...)
			for shift := 12; shift >= 0; shift -= 4 {
				b = append(b, hexadecimal[r>>shift&15])
			}
		} else {
			b = append(b, s[from:i]...)
			b = append(b, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&15])
		}
		i += size
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
