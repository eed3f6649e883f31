// Package excel writes the inventory as a workbook for the DPO and the security
// team: inventaire-<run>.xlsx, with the sheets of domain/register.md section E.
// Headings are French, or English on request.
//
// Workbook, styles, headings, filters and panes are those of the stream writer of
// excelize; data rows are appended as text to spool files in the temporary folder
// of the run (see rows), in one walk over the inventory, so memory stays bounded
// and time small whatever the number of locations. Every text is an inline
// string, never a formula; a sheet over 1,048,575 data rows goes on in
// "<name> (2)"; a text beyond the 32,767 characters of a cell ends with a mark
// that says how much is left out. Names are shown with control characters
// escaped. Document properties hold the product name only.
//
// With a register there are the sheets Écarts, Registre, NIR, Santé, Conservation,
// Accès trop larges and Décisions (see gaps); Évolutions with a run before. The
// workbooks of reserved audiences hold their detail and what explains it, nothing else.
package excel

import (
	"context"
	"fmt"
	"io"
	"time"
	_ "time/tzdata" // dates are those of Paris, also where the system has no zones

	"github.com/xuri/excelize/v2"

	"recense/report"
	"recense/report/inventory"
	"recense/report/taxonomy"
	"recense/scanner"
)

// Writer writes the workbook.
var Writer = report.Writer{
	Name:  "xlsx",
	Doc:   "Classeur Excel / Excel workbook\ninventaire-<run>.xlsx: summary, inventory, locations, what was not analysed, coverage, legend.",
	Write: write, Changes: true,
}

const product = "recense"

// book is a workbook being written.
type book struct {
	file   *excelize.File
	in     report.Input
	inv    *inventory.Inventory
	tax    *taxonomy.Taxonomy
	run    scanner.Run
	lang   string
	zone   *time.Location
	rows   int     // data rows of a sheet
	data   []*rows // of the worksheets, in the order in which they were made
	sheets []*sheet
	styles styles
	words  vocabulary
	folds  bool // too many locations to list: a row per folder
}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	name := fileName(in.Inventory)
	if in.TmpDir == "" {
		in.TmpDir = dir
	}
	err := report.Single(dir, name, func(w io.Writer) error {
		b, err := newBook(in)
		if err != nil {
			return err
		}
		defer b.close()
		if err := b.fill(ctx); err != nil {
			return err
		}
		return b.save(w)
	})
	if err != nil {
		return nil, fmt.Errorf("xlsx: %w", err)
	}
	return []string{name}, nil
}

// fileName returns the name of the workbook: those of the reserved audiences
// have names of their own.
func fileName(inv *inventory.Inventory) string {
	prefix := map[string]string{taxonomy.General: "inventaire-", "medical": "inventaire-medical-", "aml": "inventaire-lcbft-"}
	p, ok := prefix[inv.Audience().ID]
	if !ok {
		p = "inventaire-" + inv.Audience().ID + "-"
	}
	return p + inv.Run().ID + ".xlsx"
}

func newBook(in report.Input) (*book, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		zone = time.UTC
	}
	b := &book{
		file: excelize.NewFile(excelize.Options{TmpDir: in.TmpDir}),
		in:   in, inv: in.Inventory, tax: in.Inventory.Taxonomy(), run: in.Inventory.Run(),
		lang: in.Lang, zone: zone, rows: in.SheetRows,
	}
	if b.lang != "en" {
		b.lang = "fr"
	}
	most := b.in.MaxListed
	if most <= 0 {
		most = maxListed
	}
	discovered, _, _, _, _, _ := b.run.Coverage.Terms()
	b.folds = discovered > most
	if b.rows <= 0 || b.rows > maxRows {
		b.rows = maxRows
	}
	if b.styles, err = newStyles(b.file); err != nil {
		return nil, err
	}
	b.words = newVocabulary(b)
	if err := b.file.SetDocProps(&excelize.DocProperties{Creator: product, LastModifiedBy: product}); err != nil {
		return nil, err
	}
	return b, b.file.SetAppProps(&excelize.AppProperties{Application: product})
}

// say chooses between the two languages.
func (b *book) say(fr, en string) string {
	if b.lang == "en" {
		return en
	}
	return fr
}

// newSheet adds a worksheet and says where its rows will be. excelize numbers
// the parts of a workbook in the order in which they are made; arrange puts the
// parts of a sheet that goes on behind one another.
func (b *book) newSheet(name string, data *rows) error {
	b.data = append(b.data, data)
	if len(b.data) == 1 {
		return b.file.SetSheetName("Sheet1", name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

// close removes what was spooled.
func (b *book) close() {
	b.file.Close()
	for _, r := range b.data {
		r.remove()
	}
}

// fill writes all sheets: those of the locations in one walk, then the others,
// which hold totals of it.
func (b *book) fill(ctx context.Context) error {
	readMe := b.sheet(b.say("Lisez-moi", "Read me"), readMeColumns)
	if b.inv.Audience().ID != taxonomy.General {
		return b.fillReserved(ctx, readMe)
	}
	summary := b.sheet(b.say("Synthèse", "Summary"), summaryColumns)
	gaps := b.newGaps()
	lists := b.newLists()
	gaps.views()
	changes := b.newChanges()
	lists.failed = b.sheet(b.say("Non analysé", "Not analysed"), failedColumns)
	coverage := b.sheet(b.say("Couverture", "Coverage"), coverageColumns)
	checks := &checks{book: b, sheet: b.sheet(b.say("Contrôles", "Checks"), checkColumns)}
	gaps.decide()
	legend := b.sheet(b.say("Légende", "Legend"), legendColumns)
	if gaps != nil {
		gaps.changes = changes
	}
	t := newTotals(b)
	show := func(l *inventory.Location) {
		lists.add(l)
		gaps.view(l)
	}
	folders := fold{give: show}
	err := b.inv.Walk(ctx, func(l *inventory.Location) error {
		t.add(l)
		gaps.add(l)
		checks.add(l)
		if b.folds {
			folders.add(l)
		} else {
			show(l)
		}
		return b.err()
	})
	if err != nil {
		return err
	}
	folders.end()
	gaps.finish()
	changes.places()
	b.summary(summary, t, gaps)
	b.coverage(coverage, t)
	b.legend(legend, checks)
	b.readMe(readMe)
	return b.finish()
}

// fillReserved writes the workbook of a reserved audience: its detail alone.
func (b *book) fillReserved(ctx context.Context, readMe *sheet) error {
	detail := b.newDetail()
	legend := b.sheet(b.say("Légende", "Legend"), legendColumns)
	err := b.inv.Walk(ctx, func(l *inventory.Location) error {
		detail.add(l)
		return b.err()
	})
	if err != nil {
		return err
	}
	b.legend(legend, nil)
	b.readMe(readMe)
	return b.finish()
}

// finish puts the sheets into their order and closes them.
func (b *book) finish() error {
	for _, s := range b.sheets {
		// An empty sheet looks like a mistake. That of decisions is read back.
		if s.rowNumber() == 1 && s.name != b.say("Décisions", "Decisions") {
			s.styled(b.styles.muted, b.say("Néant", "None"))
			s.end()
		}
	}
	if err := b.arrange(); err != nil {
		return err
	}
	for _, s := range b.sheets {
		s.finish()
	}
	return b.err()
}

func (b *book) err() error {
	for _, s := range b.sheets {
		if s.err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, s.err)
		}
	}
	return nil
}

// arrange moves the further parts of a sheet behind its first one.
func (b *book) arrange() error {
	for i, s := range b.sheets {
		if i+1 == len(b.sheets) {
			break // its parts are last already
		}
		for n := 1; n < len(s.parts); n++ {
			if err := b.file.MoveSheet(s.partName(n), b.sheets[i+1].name); err != nil {
				return err
			}
		}
	}
	b.file.SetActiveSheet(0)
	return nil
}

// save writes the container to w.
func (b *book) save(w io.Writer) error {
	a, remove, err := newArchive(w, b.in.TmpDir)
	if err != nil {
		return err
	}
	defer remove()
	for i, r := range b.data {
		a.rows[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = r
	}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return a })
	_, err = b.file.WriteToBuffer() // the buffer stays empty: a has the content
	return err
}

// pageHeader marks every printed page with its readers (F.9).
func (b *book) pageHeader() *excelize.HeaderFooterOptions {
	return &excelize.HeaderFooterOptions{
		OddHeader: `&C&"-,Bold"` + b.inv.Audience().Label.In(b.lang),
		OddFooter: "&L" + product + " · " + b.run.ID + "&C&A&R&P / &N",
	}
}

// wide is the width, in characters, from which a sheet is printed on A3: smaller than
// that, nobody reads it.
const wide = 150

func (b *book) pageLayout(width float64) *excelize.PageLayoutOptions {
	landscape, size, one, many := "landscape", 9, 1, 0 // A4
	if width > wide {
		size = 8 // A3
	}
	return &excelize.PageLayoutOptions{Orientation: &landscape, Size: &size, FitToWidth: &one, FitToHeight: &many}
}

// pageMargins are narrow: the sheets are wide.
func (b *book) pageMargins() *excelize.PageLayoutMarginsOptions {
	side, top, edge := 0.3, 0.65, 0.3 // inches
	return &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge}
}
