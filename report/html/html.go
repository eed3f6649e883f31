// Package html writes rapport.html: one self-contained page for a DPO who looks
// rather than reads. How severe, where, what to treat first, what is kept too
// long, what was not seen.
//
// The page asks nothing of a network: style, script and figures are inside it, and
// its content security policy allows nothing else, by their digests. The charts
// are plain SVG made here: a treemap and a timeline need a hundred lines, a chart
// library several hundred kilobytes in every page. Texts come from html/template,
// data for the script as JSON in which every string is escaped likewise (see data.go), so
// names of files and folders stay text. It works without script too: then the first rows of each
// table are what can be seen. French, or English on request.
//
// What it leaves out: beyond maxLocations
// the least severe locations, which it says.
package html

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"recense/report"
	"recense/report/inventory"
)

// Writer writes the page.
var Writer = report.Writer{
	Name:  "html",
	Doc:   "Page pour le DPO / Page for the DPO\nrapport.html: severity, map, gaps to treat first, retention, what was not seen; self-contained.",
	Write: write, Changes: true,
}

//go:embed page.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// name is the file.
const name = "rapport.html"

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	p := newPage(in)
	if err := in.Inventory.Walk(ctx, func(l *inventory.Location) error { p.add(l); return nil }); err != nil {
		return nil, fmt.Errorf("html: %w", err)
	}
	p.finish()
	err := report.Single(dir, name, func(w io.Writer) error { return p.render(w) })
	if err != nil {
		return nil, fmt.Errorf("html: %w", err)
	}
	return []string{name}, nil
}

// render writes the page. Everything that varies goes through the template or
// through writeData.
func (p *page) render(w io.Writer) error {
	t, err := template.New("").Funcs(template.FuncMap{
		"say":   p.say,
		"count": func(n int64) string { return count(p.lang, n) },
	}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	shown := struct {
		*page
		Style  template.CSS
		Script template.JS
		Policy string
	}{p, template.CSS(pageStyle), template.JS(pageScript), policy()}
	if err := t.ExecuteTemplate(w, "page", shown); err != nil {
		return err
	}
	if _, err := io.WriteString(w, `<script type="application/json" id="data">`); err != nil {
		return err
	}
	if err := p.writeData(w); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "</script>\n"); err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "end", shown)
}

// policy allows the style and the script of the page, by their digests, and
// nothing else: no request can leave it, whatever a name in it holds.
func policy() string {
	digest := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + digest(pageStyle) + "; script-src " + digest(pageScript)
}
