package registerbook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/words"
	"recense/report/yamldoc"
)

// Bounds of a workbook: a register is written by hand.
const (
	maxUnpacked = 256 << 20 // bytes of the container, unpacked
	maxRows     = 250_000   // of a sheet
)

// Import reads the flat sheets of a workbook into a register, which it checks
// whole. name is that of the file, for problems; policy and policies are those of
// register.Read. The error is yamldoc.Problems when cells are wrong: each names
// its sheet and cell.
func Import(name string, data []byte, tax *taxonomy.Taxonomy, policy string, policies func(string) ([]byte, error)) ([]byte, error) {
	b := &book{vocabulary: vocabulary{tax}, places: map[string]string{}}
	r := &register.Register{Schema: "recense/register", Version: 1}
	if err := b.open(name, data, func() error { return b.read(name, r) }); err != nil {
		return nil, err
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	text, err := r.YAML("")
	if err != nil {
		return nil, words.Errorf("the workbook holds what a register cannot", "le classeur contient ce qu'un registre ne peut pas contenir")
	}
	_, err = register.Read(name, text, tax, policy, policies)
	var found yamldoc.Problems
	if errors.As(err, &found) {
		for _, p := range found {
			b.wrong(name, b.placeOf(p.Field), p.Text)
		}
		return nil, b.problems
	}
	return text, err
}

// open opens a workbook for fn. The library is not made for hostile files: what it
// stumbles on is an error.
func (b *book) open(name string, data []byte, fn func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%s: %w", name, words.Errorf("damaged workbook", "classeur endommagé"))
		}
	}()
	b.file, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true})
	if err != nil {
		return fmt.Errorf("%s: %w", name, words.Errorf("not a workbook (.xlsx), or damaged, encrypted or too large", "ce n'est pas un classeur (.xlsx), ou il est endommagé, chiffré ou trop grand"))
	}
	defer b.file.Close()
	if p, err := b.file.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		b.from1904 = *p.Date1904
	}
	return fn()
}

// read fills r.
func (b *book) read(name string, r *register.Register) error {
	if err := b.readOrganisation(name, r); err != nil {
		return err
	}
	v := reflect.ValueOf(r).Elem()
	for i := range sheets {
		if err := b.readSheet(name, &sheets[i], v); err != nil {
			return err
		}
	}
	settleHeadings(b, r, func(field, text string) { b.wrong(name, b.placeOf(field), text) })
	return nil
}

func (b *book) wrong(file, place, text string) {
	b.problems = append(b.problems, yamldoc.Problem{File: file, Field: place, Text: text})
}

// placeOf returns the cell of a field, or of what it is part of.
func (b *book) placeOf(field string) string {
	for at := field; ; {
		if place, ok := b.places[at]; ok {
			return place
		}
		i := max(strings.LastIndexByte(at, '.'), strings.LastIndexByte(at, '['))
		if i < 0 {
			return field
		}
		at = at[:i]
	}
}

// grid is the rows of a sheet.
type grid struct {
	name string // as the workbook has it
	rows [][]string
}

// sheetOf returns a sheet by its name in either language; ok is false when there
// is none.
func (b *book) sheetOf(name taxonomy.Words) (g grid, ok bool, err error) {
	for _, n := range b.file.GetSheetList() {
		if same(n, name.FR) || same(n, name.EN) {
			g.name, ok = n, true
			break
		}
	}
	if !ok {
		return g, false, nil
	}
	rows, err := b.file.Rows(g.name)
	if err != nil {
		return g, true, words.Errorf("sheet %s cannot be read", "la feuille %s est illisible", g.name)
	}
	defer rows.Close()
	for rows.Next() {
		if len(g.rows) >= maxRows {
			return g, true, words.Errorf("sheet %s has more than %d rows", "la feuille %s a plus de %d lignes", g.name, maxRows)
		}
		cells, err := rows.Columns()
		if err != nil {
			return g, true, words.Errorf("sheet %s cannot be read", "la feuille %s est illisible", g.name)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "\r\n", "\n"))
		}
		g.rows = append(g.rows, cells)
	}
	return g, true, nil
}

func (g *grid) cell(column, row int) string {
	c, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return g.name
	}
	return g.name + "!" + c
}

func (g *grid) text(column, row int) string {
	if column < 0 || column >= len(g.rows[row]) {
		return ""
	}
	return g.rows[row][column]
}

func (g *grid) blank(row int) bool {
	for _, c := range g.rows[row] {
		if c != "" {
			return false
		}
	}
	return true
}

func (b *book) readOrganisation(file string, r *register.Register) error {
	g, ok, err := b.sheetOf(organisationSheet)
	if err != nil || !ok {
		if err == nil {
			b.wrong(file, organisationSheet.FR, "the sheet is missing")
			return nil
		}
		return fmt.Errorf("%s: %w", file, err)
	}
	v := reflect.ValueOf(r).Elem()
	for row := 1; row < len(g.rows); row++ {
		head := g.text(0, row)
		if c := fieldColumn(head); c != nil {
			b.places[c.field] = g.cell(1, row)
			if problem := b.assign(c, v, g.text(1, row)); problem != "" {
				b.wrong(file, g.cell(1, row), problem)
			}
			continue
		}
		if n, c := jointColumn(head); c != nil {
			for g.text(1, row) != "" && len(r.Joint) <= n {
				r.Joint = append(r.Joint, register.Joint{})
			}
			if n < len(r.Joint) {
				b.assign(c, reflect.ValueOf(&r.Joint[n]).Elem(), g.text(1, row))
			}
			continue
		}
		if !g.blank(row) {
			b.wrong(file, g.cell(0, row), fmt.Sprintf("%q is no field of this sheet", head))
		}
	}
	return nil
}

func fieldColumn(head string) *column {
	for i := range organisation {
		if c := &organisation[i]; same(head, c.head.FR) || same(head, c.head.EN) {
			return c
		}
	}
	return nil
}

// maxJoint bounds the joint controllers of a workbook.
const maxJoint = 50

func jointColumn(head string) (int, *column) {
	for n := range maxJoint {
		for i := range joint {
			if c := &joint[i]; same(head, fmt.Sprintf(c.head.FR, n+1)) || same(head, fmt.Sprintf(c.head.EN, n+1)) {
				return n, c
			}
		}
	}
	return 0, nil
}

func (b *book) readSheet(file string, s *sheet, r reflect.Value) error {
	g, ok, err := b.sheetOf(s.name)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if !ok || len(g.rows) == 0 {
		return nil // an organisation may have no transfers, no lists
	}
	at := b.heads(file, s, &g)
	list := field(r, s.list)
	for row := 1; row < len(g.rows); row++ {
		if g.blank(row) {
			continue
		}
		if s.child == "" {
			list.Set(reflect.Append(list, reflect.Zero(list.Type().Elem())))
			i := list.Len() - 1
			b.readRow(file, s, &g, row, at, entry(s.list, i), list.Index(i), list.Index(i))
			continue
		}
		b.readInner(file, s, &g, row, at, list)
	}
	return nil
}

// heads finds the columns by their headings: the place of each of s.all, -1 for
// one that is not there.
func (b *book) heads(file string, s *sheet, g *grid) []int {
	all := s.all()
	at := make([]int, len(all))
	for i := range all {
		at[i] = -1
	}
	for column, text := range g.rows[0] {
		found := false
		for i := range all {
			if at[i] < 0 && !found && (same(text, all[i].head.FR) || same(text, all[i].head.EN)) {
				at[i], found = column, true
			}
		}
		if !found && text != "" {
			b.wrong(file, g.cell(column, 0), fmt.Sprintf("%q is no column of this sheet", text))
		}
	}
	if len(all) > 0 && at[0] < 0 {
		b.wrong(file, g.cell(0, 0), fmt.Sprintf("the column %q is missing", all[0].head.FR))
	}
	return at
}

// readInner reads a row that belongs to an entry of another sheet.
func (b *book) readInner(file string, s *sheet, g *grid, row int, at []int, list reflect.Value) {
	ref := g.text(at[0], row)
	for i := range list.Len() {
		outer := list.Index(i)
		if field(outer, s.key).String() != ref || ref == "" {
			continue
		}
		inner := field(outer, s.child)
		read := reflect.New(inner.Type().Elem()).Elem()
		b.readRow(file, s, g, row, at[1:], entry(s.list, i, s.child, inner.Len()), outer, read)
		if s.empty == nil || !s.empty(read) {
			inner.Set(reflect.Append(inner, read))
		}
		return
	}
	b.wrong(file, g.cell(max(at[0], 0), row), fmt.Sprintf("%q stands on no row of the sheet of %s", ref, cmp.Or(outerSheet(s.list), s.list)))
}

func outerSheet(list string) string {
	for i := range sheets {
		if sheets[i].list == list && sheets[i].child == "" {
			return sheets[i].name.FR
		}
	}
	return ""
}

// readRow reads one row. Columns that need others come last: those with a set of
// their own.
func (b *book) readRow(file string, s *sheet, g *grid, row int, at []int, place string, outer, into reflect.Value) {
	b.places[place] = g.cell(0, row)
	for i := range s.columns {
		c := &s.columns[i]
		if c.field == "" || at[i] < 0 {
			continue
		}
		b.places[place+"."+c.field] = g.cell(at[i], row)
		if problem := b.assign(c, into, g.text(at[i], row)); problem != "" {
			b.wrong(file, g.cell(at[i], row), problem)
		}
	}
	for i := range s.columns {
		if c := &s.columns[i]; c.set != nil && at[i] >= 0 {
			if problem := c.set(outer, into, g.text(at[i], row)); problem != "" {
				b.wrong(file, g.cell(at[i], row), problem)
			}
		}
	}
}
