package accuracy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"recense/bench/synth"
)

// themes are the columns that stand together in one table.
var themes = [][]string{
	{"person_name", "nir", "birth_date", "email", "phone_fr", "iban", "postal_address_fr", "bic"},
	{"nir", "ccam", "cim10", "birth_date", "rpps", "finess", "phone_fr"},
	{"nir", "cip", "ucd", "atc", "lpp", "nabm", "ngap", "birth_date"},
	{"siren", "siret", "vat_fr", "iban", "phone_fr", "email", "rib"},
	{"rpps", "adeli", "finess", "person_name", "email", "phone_fr"},
	{"person_name", "payment_card", "iban", "rib", "tax_number_fr", "email"},
	{"ipv4", "ipv6", "mac_address", "email", "password_field", "geo_coordinates"},
	{"nia", "person_name", "birth_date", "phone_intl", "postal_address_fr"},
	{"person_name", "passport_fr", "id_card_fr", "licence_plate_fr", "birth_date", "nir"},
}

// grid is a table before it is written.
type grid struct {
	header []string // empty: none
	rows   [][]segment
	mode   string // headers: good, meaningless, none
	spoil  bool   // it went through a spreadsheet
}

// table writes one table of a theme in a random container.
func (b *builder) table() {
	container := b.IntN(12)
	modes := []string{"good", "good", "good", "meaningless", "none"}
	if container == 10 {
		modes = []string{"none"} // records have no header
	}
	g := &grid{mode: pick(b, modes)}
	g.spoil = container < 6 && g.mode == "good" && b.OneIn(4)
	b.draw(g, b.Between(30, 160))
	switch container {
	case 0, 1:
		b.delimited(g, ";", "csv", "utf-8")
	case 2:
		b.delimited(g, ",", "csv", "utf-8")
	case 3:
		b.delimited(g, "\t", "tsv", "utf-8")
	case 4:
		b.delimited(g, ";", "csv", "latin-1")
	case 5:
		b.delimited(g, ";", "csv", "utf-16")
	case 6:
		b.xlsx(g)
	case 7:
		b.jsonTable(g, b.OneIn(2))
	case 8:
		b.xmlTable(g)
	case 9:
		b.htmlTable(g)
	case 10:
		b.fixedTable(g)
	default:
		b.zipped(g)
	}
}

// draw fills a table. One column in eight holds wrong values at places, the
// rest is consistent as real exports are: a column has one way of writing.
func (b *builder) draw(g *grid, rows int) {
	var cols []func(p synth.Person) segment
	theme := pick(b, themes)
	for _, kind := range theme {
		if b.OneIn(4) && kind != "nir" {
			continue
		}
		s := b.sortFor(kind)
		if g.mode != "good" && !s.alone && !(kind == "birth_date" && theme[0] == "nir") {
			continue // nothing tells what it is
		}
		cols = append(cols, b.column(s, g))
		g.header = append(g.header, pick(b, s.headers))
	}
	for range b.Between(1, 3) {
		d := pick(b, dummies)
		cols = append(cols, func(synth.Person) segment { return segment{text: d.make(b)} })
		g.header = append(g.header, pick(b, d.headers))
	}
	order := make([]int, len(cols))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(int, int) int { return b.IntN(3) - 1 })
	header := g.header
	g.header = nil
	for i, from := range order {
		name := header[from]
		if g.mode == "meaningless" {
			name = pick(b, []string{"col_", "C", "champ", "F"}) + string(rune('1'+i))
		}
		if g.mode != "none" {
			g.header = append(g.header, name)
		}
	}
	for range rows {
		p := b.Person()
		row := make([]segment, len(cols))
		for i, from := range order {
			row[i] = cols[from](p)
		}
		g.rows = append(g.rows, row)
	}
}

// sortFor returns one of the sorts of a kind.
func (b *builder) sortFor(kind string) *sort {
	var list []*sort
	for i := range sorts {
		if sorts[i].kind == kind {
			list = append(list, &sorts[i])
		}
	}
	return pick(b, list)
}

func (b *builder) column(s *sort, g *grid) func(p synth.Person) segment {
	f, dirty := pick(b, s.forms), s.bad != nil && b.OneIn(4)
	if g.spoil && len(s.spoiled) > 0 {
		f = pick(b, s.spoiled)
	}
	return func(p synth.Person) segment {
		tags := tagsOf("table", "header "+g.mode, f.tag)
		if dirty && b.OneIn(12) {
			return segment{s.bad(b, p), s.kind, true, tags}
		}
		if b.OneIn(40) {
			return segment{}
		}
		return segment{f.make(b, p), s.kind, false, tags}
	}
}

func tagged(s segment, tags ...string) segment {
	s.tags = append(slices.Clone(s.tags), tags...)
	return s
}

// csvTable lays the grid out with one delimiter; values that hold it are quoted.
func (b *builder) csvTable(w *writer, g *grid, sep string, tags ...string) {
	if g.header != nil {
		w.put(segment{text: strings.Join(g.header, sep) + "\r\n"})
	}
	line := int64(min(1, len(g.header)))
	for _, row := range g.rows {
		line++
		for i, s := range row {
			if i > 0 {
				w.put(segment{text: sep})
			}
			quote := ""
			if strings.Contains(s.text, sep) {
				quote = `"`
			}
			w.put(segment{text: quote})
			w.put(tagged(s, tags...))
			w.at(line, int32(i)+1, s)
			w.put(segment{text: quote})
		}
		w.put(segment{text: "\r\n"})
	}
}

// at notes the cell of the value that was put last.
func (w *writer) at(row int64, column int32, s segment) {
	if s.kind != "" {
		v := &w.values[len(w.values)-1]
		v.Row, v.Column = row, column
	}
}

func (b *builder) delimited(g *grid, sep, ext, charset string) {
	w, form := writerOf(charset), ext
	if charset != "utf-8" {
		form = charset
	}
	b.csvTable(w, g, sep, "in "+form)
	b.add(Doc{File: b.name(ext), Form: form}, w.out, w.values)
}

func writerOf(charset string) *writer {
	switch charset {
	case "latin-1":
		return &writer{encode: latin1}
	case "utf-16":
		return &writer{encode: utf16le, out: []byte{0xFF, 0xFE}}
	}
	return &writer{encode: plain}
}

// fixedTable pads every column to its longest value.
func (b *builder) fixedTable(g *grid) {
	w, widths := writerOf("utf-8"), make([]int, len(g.rows[0]))
	for _, row := range g.rows {
		for i := range row {
			row[i].text = string(latin1(nil, row[i].text)) // one byte a character
			widths[i] = max(widths[i], len(row[i].text))
		}
	}
	gap := pick(b, []int{1, 2})
	if g.packed() {
		gap = 0
	}
	for _, row := range g.rows {
		for i, s := range row {
			w.put(tagged(s, "fixed width", "in fixed"))
			w.put(segment{text: strings.Repeat(" ", widths[i]-len(s.text)+gap)})
		}
		w.put(segment{text: "\n"})
	}
	b.add(Doc{File: b.name(pick(b, []string{"dat", "prn", "txt"})), Form: "fixed"}, w.out, w.values)
}

// packed reports whether all columns are such as mainframes write without a gap:
// digits, capitals, or text that ends in spaces.
func (g *grid) packed() bool {
	for _, row := range g.rows {
		for _, s := range row {
			if strings.ContainsFunc(s.text, func(r rune) bool { return r != ' ' && !(r >= '0' && r <= '9') && !(r >= 'A' && r <= 'Z') }) || strings.Contains(strings.TrimRight(s.text, " "), " ") {
				return false
			}
		}
	}
	return true
}

// jsonTable writes an array of objects or one object a line.
func (b *builder) jsonTable(g *grid, lines bool) {
	w, form := &writer{encode: plain}, "json"
	escaped := b.OneIn(3)
	open, sep, end := "[\n", ",\n", "\n]\n"
	if lines {
		open, sep, end, form = "", "\n", "\n", "ndjson"
	}
	w.put(segment{text: open})
	for n, row := range g.rows {
		if n > 0 {
			w.put(segment{text: sep})
		}
		w.put(segment{text: "{"})
		for i, s := range row {
			if i > 0 {
				w.put(segment{text: ", "})
			}
			w.put(segment{text: `"` + jsonText(g.nameOf(i), false) + `": "`})
			tag := ""
			if t := jsonText(s.text, escaped); t != s.text {
				s.text, tag = t, "JSON escapes"
			}
			w.put(tagged(s, tagsOf("in "+form, tag)...))
			w.put(segment{text: `"`})
		}
		w.put(segment{text: "}"})
	}
	w.put(segment{text: end})
	b.add(Doc{File: b.name(form), Form: form}, w.out, w.values)
}

// nameOf is the name of a field in formats that cannot do without.
func (g *grid) nameOf(i int) string {
	if g.header == nil {
		return "v" + string(rune('a'+i))
	}
	return g.header[i]
}

// jsonText escapes a text; hard escapes all that is not a letter or an ASCII digit
// at times.
func jsonText(s string, hard bool) string {
	var out strings.Builder
	const hex = "0123456789abcdef"
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case hard && r == '/':
			out.WriteString(`\/`)
		case hard && (r >= utf8.RuneSelf || r == '@' || r == '+' || r == ' ' && i%2 == 0):
			out.WriteString(`\u` + string([]byte{hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]}))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

var xmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&#160;", "\n", "<br/>")

func (b *builder) xmlTable(g *grid) {
	w, name := &writer{encode: plain}, strings.NewReplacer(" ", "_", "°", "o", "é", "e", "è", "e", "'", "_")
	w.put(segment{text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lignes>\n"})
	for _, row := range g.rows {
		w.put(segment{text: "<ligne>"})
		for i, s := range row {
			tag := name.Replace(g.nameOf(i))
			w.put(segment{text: "<" + tag + ">"})
			s.text = strings.ReplaceAll(s.text, "&", "&amp;")
			w.put(tagged(s, "in xml"))
			w.put(segment{text: "</" + tag + ">"})
		}
		w.put(segment{text: "</ligne>\n"})
	}
	w.put(segment{text: "</lignes>\n"})
	b.add(Doc{File: b.name("xml"), Form: "xml"}, w.out, w.values)
}

func (b *builder) htmlTable(g *grid) {
	w := &writer{encode: plain}
	w.put(segment{text: "<!doctype html><html><head><meta charset=\"utf-8\"><title>Export</title></head><body><table>\n"})
	if g.header != nil {
		w.put(segment{text: "<tr><th>" + strings.Join(g.header, "</th><th>") + "</th></tr>\n"})
	}
	for _, row := range g.rows {
		w.put(segment{text: "<tr>"})
		for _, s := range row {
			w.put(segment{text: "<td>"})
			s.text = strings.ReplaceAll(s.text, "\u00a0", "&nbsp;")
			w.put(tagged(s, "in html"))
			w.put(segment{text: "</td>"})
		}
		w.put(segment{text: "</tr>\n"})
	}
	w.put(segment{text: "</table></body></html>\n"})
	b.add(Doc{File: b.name("html"), Form: "html"}, w.out, w.values)
}
