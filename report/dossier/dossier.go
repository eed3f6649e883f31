// Package dossier is a small document for people: parts with pairs, paragraphs and
// tables. It writes Markdown; report/excel/dossierbook writes the same as a workbook.
// Breach impacts, subject requests and the coverage statement are made of it.
//
// Texts may hold names of files, which an attacker may have chosen: nothing in them
// is markup in what is written.
package dossier

import (
	"bufio"
	"fmt"
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

// Escape makes a text that Markdown and HTML show as it is: marks are escaped, line
// ends become spaces, controls and marks that turn the direction of text become "?".
func Escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r < 0x20 || r == 0x7F || unicode.Is(unicode.Cf, r) || r >= 0x80 && r < 0xA0:
			b.WriteByte('?')
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
