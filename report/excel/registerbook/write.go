package registerbook

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"recense/report/register"
	"recense/report/taxonomy"
	"recense/report/yamldoc"
)

// book is a workbook being written or read.
type book struct {
	vocabulary
	file     *excelize.File
	policy   *register.Policy
	lang     string
	from1904 bool // days are counted from 1904
	styles   struct{ head, computed, text, date, muted, title, section, label, table int }
	lists    map[string]string // range of a closed list, by the heading of its column
	problems yamldoc.Problems  // of reading
	places   map[string]string // cell of each field
}

func (b *book) say(fr, en string) string { return w(fr, en).In(b.lang) }

// Write writes a register as a workbook: flat sheets, then a sheet for each
// processing. lang is "fr" (also when empty) or "en".
func Write(out io.Writer, r *register.Register, tax *taxonomy.Taxonomy, lang string) error {
	b := &book{vocabulary: vocabulary{tax}, file: excelize.NewFile(), policy: r.PolicyInForce(), lang: lang, lists: map[string]string{}}
	if lang != "en" {
		b.lang = "fr"
	}
	defer b.file.Close()
	for _, step := range []func() error{
		b.newStyles,
		b.readMe,
		func() error { return b.values() },
		func() error { return b.organisation(r.Written()) },
		func() error { return b.flat(r.Written()) },
		func() error { return b.fiches(r) },
		b.finish,
	} {
		if err := step(); err != nil {
			return fmt.Errorf("write the workbook of the register: %w", err)
		}
	}
	if _, err := b.file.WriteTo(out); err != nil {
		return fmt.Errorf("write the workbook of the register: %w", err)
	}
	return nil
}

const (
	ink  = "1F3A5F"
	pale = "E8EEF5"
	grey = "7A8592"
	rule = "D9DEE4"
)

func (b *book) newStyles() error {
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	line := []excelize.Border{{Type: "bottom", Color: rule, Style: 1}}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	day := "dd/mm/yyyy"
	var err error
	add := func(id *int, s excelize.Style) {
		if s.Font == nil {
			s.Font = &excelize.Font{}
		}
		s.Font.Family = "Calibri"
		if s.Font.Size == 0 {
			s.Font.Size = 11
		}
		if err == nil {
			*id, err = b.file.NewStyle(&s)
		}
	}
	middle := &excelize.Alignment{Vertical: "center", WrapText: true}
	add(&b.styles.head, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill(ink), Alignment: middle})
	add(&b.styles.computed, excelize.Style{Font: &excelize.Font{Italic: true, Color: ink}, Fill: fill(pale), Alignment: middle})
	add(&b.styles.text, excelize.Style{Alignment: top, Border: line})
	add(&b.styles.date, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}, Border: line, CustomNumFmt: &day})
	add(&b.styles.muted, excelize.Style{Font: &excelize.Font{Color: grey}, Alignment: top, Border: line})
	add(&b.styles.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 15, Color: ink}, Alignment: middle})
	add(&b.styles.section, excelize.Style{Font: &excelize.Font{Bold: true, Size: 12, Color: ink}, Fill: fill(pale), Alignment: middle})
	add(&b.styles.label, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top, Border: line})
	add(&b.styles.table, excelize.Style{Font: &excelize.Font{Bold: true, Color: grey}, Alignment: top, Border: line})
	return err
}

// newSheet adds a sheet, or takes the one that a new workbook has.
func (b *book) newSheet(name string) error {
	if list := b.file.GetSheetList(); len(list) == 1 && list[0] == "Sheet1" {
		return b.file.SetSheetName("Sheet1", name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

// put writes a text or a date. Text is never a formula.
func (b *book) put(name string, column, row int, value any, style int) error {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	switch x := value.(type) {
	case time.Time:
		err = b.file.SetCellValue(name, cell, x)
	case string:
		if x != "" {
			err = b.file.SetCellStr(name, cell, literal(x))
		}
	}
	if err != nil {
		return err
	}
	return b.file.SetCellStyle(name, cell, cell, style)
}

// code is how workbooks write characters that XML cannot hold ([MS-OI29500], ST_Xstring).
var code = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// literal writes a text that looks like such a code so that it stays what it is.
func literal(text string) string { return code.ReplaceAllString(text, "_x005F_$1") }

func (b *book) readMe() error {
	name := readMe.In(b.lang)
	if err := b.newSheet(name); err != nil {
		return err
	}
	text := []string{
		b.say("Registre des activités de traitement", "Register of processing activities"),
		b.say("Ce classeur est une autre forme du fichier du registre (YAML). Modifiez les feuilles ci-dessous, puis : recense register import --xlsx CE_FICHIER -o registre.yaml",
			"This workbook is another form of the file of the register (YAML). Change the sheets below, then: recense register import --xlsx THIS_FILE -o register.yaml"),
		b.say("Une ligne par élément. Dans une cellule à plusieurs valeurs, une valeur par ligne (Alt+Entrée). Les listes déroulantes proposent les valeurs admises.",
			"One row an entry. In a cell of several values, one value a line (Alt+Enter). Drop-down lists offer the values allowed."),
		b.say("Les colonnes en italique sur fond clair sont calculées : elles ne sont pas relues. « non précisé » est une réponse : rien n'en est déduit.",
			"Columns in italics on a pale ground are worked out: they are not read back. \"not stated\" is an answer: nothing is concluded from it."),
		b.say("Les colonnes peuvent changer de place, non de titre. Les feuilles « Fiche … », dans l'ordre du modèle de la CNIL, sont faites pour être lues et remises : elles ne sont pas relues.",
			"Columns may move but keep their heading. The sheets \"Fiche …\", in the order of the CNIL template, are made to be read and handed over: they are not read back."),
		b.say("L'inscription au registre ne vaut pas attestation de conformité.", "An entry in the register is not a statement of compliance."),
	}
	for i, t := range text {
		style := b.styles.text
		if i == 0 {
			style = b.styles.title
		}
		if err := b.put(name, 1, i+1, t, style); err != nil {
			return err
		}
		if err := b.file.SetRowHeight(name, i+1, 36); err != nil {
			return err
		}
	}
	return b.file.SetColWidth(name, "A", "A", 110)
}

// values writes the closed lists that drop-down lists refer to, in a hidden sheet.
func (b *book) values() error {
	name := valuesSheet.In(b.lang)
	if err := b.newSheet(name); err != nil {
		return err
	}
	at := 0
	for i := range sheets {
		for _, c := range sheets[i].columns {
			key := c.head.FR
			if c.words == nil || b.lists[key+sheets[i].name.FR] != "" {
				continue
			}
			at++
			words := c.words(&b.vocabulary)
			for n, x := range words {
				if err := b.put(name, at, n+1, x.label.In(b.lang), b.styles.text); err != nil {
					return err
				}
			}
			letter, err := excelize.ColumnNumberToName(at)
			if err != nil {
				return err
			}
			b.lists[key+sheets[i].name.FR] = fmt.Sprintf("'%s'!$%s$1:$%s$%d", name, letter, letter, len(words))
		}
	}
	return b.file.SetSheetVisible(name, false)
}

func (b *book) organisation(r *register.Register) error {
	name := organisationSheet.In(b.lang)
	if err := b.newSheet(name); err != nil {
		return err
	}
	v, row := reflect.ValueOf(r).Elem(), 1
	line := func(head string, c *column, in reflect.Value) error {
		row++
		if err := b.put(name, 1, row, head, b.styles.label); err != nil {
			return err
		}
		value := b.content(c, field(in, c.field))
		style := b.styles.text
		if _, ok := value.(time.Time); ok {
			style = b.styles.date
		}
		return b.put(name, 2, row, value, style)
	}
	for i := range organisation {
		if err := line(organisation[i].head.In(b.lang), &organisation[i], v); err != nil {
			return err
		}
	}
	joints := r.Joint
	if len(joints) == 0 {
		joints = []register.Joint{{}} // empty rows to fill in
	}
	for n := range joints {
		for i := range joint {
			head := fmt.Sprintf(joint[i].head.In(b.lang), n+1)
			if err := line(head, &joint[i], reflect.ValueOf(&joints[n]).Elem()); err != nil {
				return err
			}
		}
	}
	return b.head(name, []column{{head: fieldHead, width: 48}, {head: valueHead, width: 60}}, row)
}

// head writes the headings of a sheet: widths, panes, filter.
func (b *book) head(name string, cols []column, last int) error {
	for i := range cols {
		style := b.styles.head
		if cols[i].shown() && cols[i].get != nil {
			style = b.styles.computed
		}
		if err := b.put(name, i+1, 1, cols[i].head.In(b.lang), style); err != nil {
			return err
		}
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.file.SetColWidth(name, letter, letter, cols[i].width); err != nil {
			return err
		}
	}
	if err := b.file.SetRowHeight(name, 1, 34); err != nil {
		return err
	}
	corner, err := excelize.CoordinatesToCellName(len(cols), max(last, 2))
	if err != nil {
		return err
	}
	if err := b.file.AutoFilter(name, "A1:"+corner, nil); err != nil {
		return err
	}
	return b.file.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
}

// flat writes the sheets of lists.
func (b *book) flat(r *register.Register) error {
	v := reflect.ValueOf(r).Elem()
	for i := range sheets {
		if err := b.flatSheet(&sheets[i], v); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) flatSheet(s *sheet, r reflect.Value) error {
	name := s.name.In(b.lang)
	if err := b.newSheet(name); err != nil {
		return err
	}
	row := 1
	list := field(r, s.list)
	for i := range list.Len() {
		outer := list.Index(i)
		if s.child == "" {
			row++
			if err := b.row(name, s.columns, 0, row, outer, outer); err != nil {
				return err
			}
			continue
		}
		inner := field(outer, s.child)
		rows := make([]reflect.Value, inner.Len())
		for j := range rows {
			rows[j] = inner.Index(j)
		}
		if s.more != nil {
			rows = append(rows, s.more(outer)...)
		}
		for _, entry := range rows {
			row++
			if err := b.put(name, 1, row, field(outer, s.key).String(), b.styles.text); err != nil {
				return err
			}
			if err := b.row(name, s.columns, 1, row, outer, entry); err != nil {
				return err
			}
		}
	}
	if err := b.dropDowns(s, name); err != nil {
		return err
	}
	return b.head(name, s.all(), row)
}

func (b *book) row(name string, cols []column, shift, row int, outer, entry reflect.Value) error {
	tall := 1
	for i := range cols {
		c := &cols[i]
		var value any
		style := b.styles.text
		if c.field == "" {
			value = c.get(b, outer, entry)
			if c.shown() {
				style = b.styles.muted
			}
		} else {
			value = b.content(c, field(entry, c.field))
		}
		switch x := value.(type) {
		case time.Time:
			style = b.styles.date
		case string:
			tall = max(tall, linesOf(x, c.width))
		}
		if err := b.put(name, shift+i+1, row, value, style); err != nil {
			return err
		}
	}
	return b.tall(name, row, tall)
}

// linesOf is how many lines a text takes in a column, about: spreadsheet programs
// do not all fit the height of rows by themselves.
func linesOf(text string, width float64) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n += 1 + utf8.RuneCountInString(line)*10/int(width*10)
	}
	return n
}

func (b *book) tall(name string, row, lines int) error {
	return b.file.SetRowHeight(name, row, float64(min(16*lines+1, 400)))
}

// offered is how many rows have drop-down lists.
const offered = 2000

// dropDowns offers the values of closed lists. A cell that may hold several, or
// one of its own, is not held to them.
func (b *book) dropDowns(s *sheet, name string) error {
	shift := 0
	if s.child != "" {
		shift = 1
	}
	for i := range s.columns {
		source := b.lists[s.columns[i].head.FR+s.name.FR]
		if source == "" {
			continue
		}
		letter, err := excelize.ColumnNumberToName(shift + i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, offered))
		v.SetSqrefDropList(source)
		v.ShowErrorMessage = false
		if err := b.file.AddDataValidation(name, v); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) finish() error {
	landscape, a4, one, many := "landscape", 9, 1, 0
	fit := true
	for _, name := range b.file.GetSheetList() {
		if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
			return err
		}
		orientation := landscape
		if strings.HasPrefix(name, "Fiche ") || name == readMe.In(b.lang) {
			orientation = "portrait"
		}
		if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &a4, FitToWidth: &one, FitToHeight: &many}); err != nil {
			return err
		}
		if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: `&C&"-,Bold"` + b.say("Diffusion restreinte DPO/RSSI", "Restricted to DPO and CISO"), OddFooter: "&C&A&R&P / &N"}); err != nil {
			return err
		}
	}
	b.file.SetActiveSheet(0)
	return b.file.SetDocProps(&excelize.DocProperties{Creator: "recense", LastModifiedBy: "recense"})
}
