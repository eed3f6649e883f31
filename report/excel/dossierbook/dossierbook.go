// Package dossierbook writes a dossier as a workbook: a first sheet with its parts,
// as they are read, and a sheet for each table. Texts are strings, never formulas.
package dossierbook

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"recense/report/dossier"
)

type book struct {
	file                              *excelize.File
	title, section, label, text, head int
	err                               error
}

// Write writes the workbook. first names its first sheet.
func Write(out io.Writer, d *dossier.Dossier, first string) error {
	b := &book{file: excelize.NewFile()}
	defer b.file.Close()
	b.newStyles()
	b.keep(b.file.SetSheetName("Sheet1", first))
	b.front(d, first)
	taken := map[string]bool{strings.ToLower(first): true}
	for _, p := range d.Parts {
		if p.Table != nil && b.err == nil {
			b.table(p, sheetName(p.Name, taken))
		}
	}
	for _, name := range b.file.GetSheetList() {
		b.page(d, name)
	}
	b.file.SetActiveSheet(0)
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Creator: "recense", LastModifiedBy: "recense"}))
	if b.err != nil {
		return fmt.Errorf("write the workbook: %w", b.err)
	}
	if _, err := b.file.WriteTo(out); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

func sheetName(name string, taken map[string]bool) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return '_'
		}
		return r
	}, name)
	runes := []rune(clean)
	clean = string(runes[:min(len(runes), 28)])
	for n, s := 2, clean; ; n++ {
		if !taken[strings.ToLower(s)] {
			taken[strings.ToLower(s)] = true
			return s
		}
		s = fmt.Sprint(clean, " ", n)
	}
}

func (b *book) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) newStyles() {
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	line := []excelize.Border{{Type: "bottom", Color: "D9DEE4", Style: 1}}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	add := func(id *int, s excelize.Style) {
		s.Font.Family = "Calibri"
		var err error
		*id, err = b.file.NewStyle(&s)
		b.keep(err)
	}
	add(&b.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 15, Color: "1F3A5F"}, Alignment: top})
	add(&b.section, excelize.Style{Font: &excelize.Font{Bold: true, Size: 12, Color: "1F3A5F"}, Fill: fill("E8EEF5"), Alignment: top})
	add(&b.label, excelize.Style{Font: &excelize.Font{Bold: true, Size: 11}, Alignment: top, Border: line})
	add(&b.text, excelize.Style{Font: &excelize.Font{Size: 11}, Alignment: top, Border: line})
	add(&b.head, excelize.Style{Font: &excelize.Font{Bold: true, Size: 11, Color: "FFFFFF"}, Fill: fill("1F3A5F"), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
}

// Widths of the first sheet, in characters.
const (
	labelWidth = 42
	valueWidth = 88
)

func (b *book) front(d *dossier.Dossier, sheet string) {
	b.keep(b.file.SetColWidth(sheet, "A", "A", labelWidth))
	b.keep(b.file.SetColWidth(sheet, "B", "B", valueWidth))
	row := 0
	across := func(text string, style int) {
		row++
		b.put(sheet, 1, row, text, style)
		b.keep(b.file.MergeCell(sheet, fmt.Sprint("A", row), fmt.Sprint("B", row)))
		b.keep(b.file.SetCellStyle(sheet, fmt.Sprint("A", row), fmt.Sprint("B", row), style))
		n := lines(text, labelWidth+valueWidth)
		if style == b.title {
			n++
		}
		b.keep(b.file.SetRowHeight(sheet, row, float64(min(16*n+2, 400))))
	}
	across(d.Title, b.title)
	across(d.Marked, b.label)
	for _, p := range d.Parts {
		across(p.Title, b.section)
		for _, x := range p.Pairs {
			row++
			b.put(sheet, 1, row, x[0], b.label)
			b.put(sheet, 2, row, x[1], b.text)
			b.keep(b.file.SetRowHeight(sheet, row, float64(min(16*max(lines(x[0], labelWidth-4), lines(x[1], valueWidth))+2, 400))))
		}
		for _, t := range p.Text {
			across(t, b.text)
		}
		if p.Table != nil {
			across(fmt.Sprintf("→ %s (%d)", p.Name, len(p.Table.Rows)+p.Table.Left), b.text)
		}
	}
}

func lines(text string, width int) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n += 1 + utf8.RuneCountInString(line)/width
	}
	return n
}

func (b *book) put(sheet string, column, row int, text string, style int) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	b.keep(err)
	if text != "" {
		b.keep(b.file.SetCellStr(sheet, cell, text))
	}
	b.keep(b.file.SetCellStyle(sheet, cell, cell, style))
}

func (b *book) table(p *dossier.Part, name string) {
	_, err := b.file.NewSheet(name)
	b.keep(err)
	t := p.Table
	for i, h := range t.Head {
		b.put(name, i+1, 1, h, b.head)
		letter, err := excelize.ColumnNumberToName(i + 1)
		b.keep(err)
		width := 24.0
		if i < len(t.Widths) {
			width = t.Widths[i]
		}
		b.keep(b.file.SetColWidth(name, letter, letter, width))
	}
	for r, cells := range t.Rows {
		for i, c := range cells {
			b.put(name, i+1, r+2, c, b.text)
		}
	}
	last, err := excelize.CoordinatesToCellName(len(t.Head), max(len(t.Rows)+1, 2))
	b.keep(err)
	b.keep(b.file.AutoFilter(name, "A1:"+last, nil))
	b.keep(b.file.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func (b *book) page(d *dossier.Dossier, name string) {
	orientation, a4, one, many, fit := "landscape", 9, 1, 0, true
	b.keep(b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.keep(b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &a4, FitToWidth: &one, FitToHeight: &many}))
	b.keep(b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: `&C&"-,Bold"` + strings.ReplaceAll(d.Marked, "&", "&&"), OddFooter: "&C&A&R&P / &N"}))
}
