// Package dossier is a small document for people: parts with pairs, paragraphs and
// tables. It writes Markdown and HTML; report/excel/dossierbook writes the same as a workbook.
// Breach impacts, subject requests and the coverage statement are made of it.
//
// Texts may hold names of files, which an attacker may have chosen: nothing in them
// is markup in what is written.
package dossier

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"
)

// Dossier is a document.
type Dossier struct {
	Title  string
	Marked string // who may read it
	Parts  []*Part
}

// Part is a section, in the order: pairs, paragraphs, tables.
type Part struct {
	Name  string // short, of the worksheet of its tables
	Title string
	Pairs [][2]string
	Text  []string
	Table *Table
}

// Table has the same number of cells in each row.
type Table struct {
	Head   []string
	Widths []float64 // in characters, for the worksheet
	Rows   [][]string
	Left   int // rows that are not listed
}

// Add appends a part.
func (d *Dossier) Add(name, title string) *Part {
	p := &Part{Name: name, Title: title}
	d.Parts = append(d.Parts, p)
	return p
}

// Pair appends a label with its value.
func (p *Part) Pair(label, value string) { p.Pairs = append(p.Pairs, [2]string{label, value}) }

// Say appends a paragraph.
func (p *Part) Say(text string) { p.Text = append(p.Text, text) }

// Markdown writes the document as CommonMark with tables.
func (d *Dossier) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# %s\n\n*%s*\n", Escape(d.Title), Escape(d.Marked))
	for _, p := range d.Parts {
		fmt.Fprintf(w, "\n## %s\n", Escape(p.Title))
		if len(p.Pairs) > 0 {
			fmt.Fprintln(w)
		}
		for _, x := range p.Pairs {
			fmt.Fprintf(w, "- **%s** : %s\n", Escape(x[0]), Escape(x[1]))
		}
		for _, t := range p.Text {
			fmt.Fprintf(w, "\n%s\n", Escape(t))
		}
		if p.Table != nil {
			p.Table.markdown(w)
		}
	}
	return w.Flush()
}

func (t *Table) markdown(w *bufio.Writer) {
	row := func(cells []string) {
		for _, c := range cells {
			fmt.Fprintf(w, "| %s ", Escape(c))
		}
		fmt.Fprintln(w, "|")
	}
	fmt.Fprintln(w)
	row(t.Head)
	fmt.Fprintln(w, strings.Repeat("| --- ", len(t.Head))+"|")
	for _, r := range t.Rows {
		row(r)
	}
	if t.Left > 0 {
		fmt.Fprintf(w, "\n… + %d\n", t.Left)
	}
}

// HTML writes the document as one self-contained page, that asks nothing of a network
// and prints.
func (d *Dossier) HTML(out io.Writer, lang string) error {
	return page.Execute(out, struct {
		*Dossier
		Lang string
	}{d, lang})
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{"v": Visible}).Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{v .Title}}</title>
<style>
:root{color-scheme:light dark;--ink:#1f3a5f;--line:#d9dee4;--soft:#f3f6fa;--text:#1c2733;--back:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#9cc0ee;--line:#3a4654;--soft:#1d2733;--text:#e4eaf1;--back:#131a22}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;color:var(--ink)}h2{font-size:1.1rem;color:var(--ink);background:var(--soft);padding:.3rem .6rem;margin-top:1.8rem}
.mark{font-weight:600}dl{display:grid;grid-template-columns:minmax(10rem,18rem) 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--ink)}@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
</style></head><body><h1>{{v .Title}}</h1><p class="mark">{{.Marked}}</p>
{{range .Parts}}<h2>{{v .Title}}</h2>
{{if .Pairs}}<dl>{{range .Pairs}}<dt>{{v (index . 0)}}</dt><dd>{{v (index . 1)}}</dd>{{end}}</dl>{{end}}
{{range .Text}}<p>{{v .}}</p>{{end}}
{{with .Table}}<div class="wide"><table><thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead><tbody>
{{range .Rows}}<tr>{{range .}}<td>{{v .}}</td>{{end}}</tr>
{{end}}</tbody></table></div>{{if .Left}}<p>… + {{.Left}}</p>{{end}}{{end}}
{{end}}</body></html>
`))

// Visible returns a text without what does not show: line ends become spaces, controls
// and marks that turn the direction of text "?".
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < 0x20 || r == 0x7F || unicode.Is(unicode.Cf, r) || r >= 0x80 && r < 0xA0:
			return '?'
		}
		return r
	}, s)
}

// Escape makes a text that Markdown and HTML show as it is: marks are escaped, and what
// does not show is taken out.
func Escape(s string) string {
	var b strings.Builder
	for _, r := range Visible(s) {
		switch {
		case r == '<':
			b.WriteString("&lt;") // inert also where the file is taken for HTML
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]#|~!", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	// Schemes are not turned into links.
	return strings.ReplaceAll(b.String(), "://", ":\\//")
}
