package excel

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Limits of a worksheet.
const (
	maxRows  = 1048575 // below the header
	maxChars = 32767   // of a cell, in UTF-16 units
)

// format says how the cells of a column are shown.
type format int

const (
	plain format = iota
	integer
	percent
	size // bytes, shown in ko, Mo, Go
	date
	instant
	wrapped // text over several lines
)

// column is one column of a sheet: its heading, width and format.
type column struct {
	fr, en string
	width  float64
	format format
}

// sheet is a worksheet that goes on in "<name> (2)" when it is full. Cells are
// appended from left to right, then end finishes the row.
type sheet struct {
	book  *book
	name  string
	cols  []column
	parts []*excelize.StreamWriter
	last  []int // last row written of each part, header included
	row   []any
	wraps bool  // some column wraps its text
	err   error // the first one; ends the workbook
}

func (b *book) sheet(name string, cols []column) *sheet {
	s := &sheet{book: b, name: name, cols: cols, row: make([]any, 0, len(cols))}
	for _, c := range cols {
		s.wraps = s.wraps || c.format == wrapped
	}
	s.begin()
	b.sheets = append(b.sheets, s)
	return s
}

// partName returns the name of the part n, from 0.
func (s *sheet) partName(n int) string {
	if n == 0 {
		return s.name
	}
	suffix := " (" + strconv.Itoa(n+1) + ")"
	return s.name + suffix
}

// begin starts a part: columns, header and panes.
func (s *sheet) begin() {
	name := s.partName(len(s.parts))
	if s.err = s.book.newSheet(name); s.err != nil {
		return
	}
	// The stream writer writes the properties of a sheet first of all.
	fit := true
	s.fail(s.book.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	sw, err := s.book.file.NewStreamWriter(name)
	if err != nil {
		s.err = err
		return
	}
	s.parts, s.last = append(s.parts, sw), append(s.last, 1)
	header := make([]any, len(s.cols))
	for i, c := range s.cols {
		s.fail(sw.SetColWidth(i+1, i+1, c.width))
		s.fail(sw.SetColStyle(i+1, i+1, s.book.styles.formats[c.format]))
		style := s.book.styles.header
		if c.format == integer || c.format == percent || c.format == size {
			style = s.book.styles.headerRight // above its numbers
		}
		header[i] = excelize.Cell{StyleID: style, Value: s.book.say(c.fr, c.en)}
	}
	s.fail(sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	s.fail(sw.SetRow("A1", header, excelize.RowOpts{Height: 48}))
}

func (s *sheet) fail(err error) {
	if s.err == nil && err != nil {
		s.err = err
	}
}

// end writes the row.
func (s *sheet) end() {
	defer func() { s.row = s.row[:0] }()
	if s.err != nil {
		return
	}
	n := len(s.parts) - 1
	if s.last[n] == s.book.rows+1 {
		s.begin()
		if n++; s.err != nil {
			return
		}
	}
	s.last[n]++
	at := "A" + strconv.Itoa(s.last[n])
	if lines := s.lines(); lines > 1 {
		s.fail(s.parts[n].SetRow(at, s.row, excelize.RowOpts{Height: min(15*float64(lines), 400)}))
		return
	}
	s.fail(s.parts[n].SetRow(at, s.row))
}

// lines estimates how many lines the wrapped texts of the row take: spreadsheet
// programs do not all fit the height of rows by themselves.
func (s *sheet) lines() int {
	if !s.wraps {
		return 1
	}
	most := 1
	for i, c := range s.cols {
		if i >= len(s.row) || c.format != wrapped {
			continue
		}
		if text, ok := s.row[i].(string); ok {
			perLine := max(int(c.width), 1)
			most = max(most, (utf8.RuneCountInString(text)+perLine-1)/perLine)
		}
	}
	return most
}

// finish adds the filter and closes the parts. No sheet is moved after it.
func (s *sheet) finish() {
	for n, sw := range s.parts {
		if s.err != nil {
			return
		}
		last, err := excelize.CoordinatesToCellName(len(s.cols), s.last[n])
		s.fail(err)
		s.fail(s.book.file.AutoFilter(s.partName(n), "A1:"+last, nil))
		s.fail(s.book.file.SetHeaderFooter(s.partName(n), s.book.pageHeader()))
		s.fail(s.book.file.SetPageLayout(s.partName(n), s.book.pageLayout()))
		s.fail(sw.Flush())
	}
}

func (s *sheet) empty() { s.row = append(s.row, nil) }

// text appends a string, which is never a formula and never cut without saying
// so.
func (s *sheet) text(v string) {
	if v == "" {
		s.empty()
		return
	}
	s.row = append(s.row, fit(visible(v), s.book.lang))
}

// word appends a text of the documents themselves, already boxed and clean.
func (s *sheet) word(v any) { s.row = append(s.row, v) }

// styled appends a text in a style of its own.
func (s *sheet) styled(style int, v string) {
	s.row = append(s.row, excelize.Cell{StyleID: style, Value: fit(visible(v), s.book.lang)})
}

// styledInt appends a number in a style of its own.
func (s *sheet) styledInt(style int, n int64) {
	s.row = append(s.row, excelize.Cell{StyleID: style, Value: n})
}

// int appends a number, nothing when it is negative (unknown).
func (s *sheet) int(n int64) {
	if n < 0 {
		s.empty()
		return
	}
	s.row = append(s.row, n)
}

// fraction appends a number from 0 to 1, nothing when it is negative.
func (s *sheet) fraction(f float64) {
	if f < 0 {
		s.empty()
		return
	}
	s.row = append(s.row, f)
}

// time appends an instant, nothing when it is zero. Spreadsheets count days from
// 30 December 1899 and have no time zone: Paris time is written.
func (s *sheet) time(t time.Time) {
	if t.IsZero() {
		s.empty()
		return
	}
	days := serial(t.In(s.book.zone))
	if days < 61 { // before 1 March 1900 the calendar of spreadsheets is wrong
		s.text(t.In(s.book.zone).Format("02/01/2006"))
		return
	}
	s.row = append(s.row, days)
}

// serial returns the wall-clock time of t as days since 30 December 1899.
func serial(t time.Time) float64 {
	_, offset := t.Zone()
	return float64(t.Unix()+int64(offset))/86400 + 25569
}

// fit returns v, or its beginning and how much was left out. Nothing is cut
// silently: the Arrow tables hold the whole text.
func fit(v, lang string) string {
	if len(v) <= maxChars {
		return v
	}
	units, total := 0, 0
	for _, r := range v {
		total += utf16Len(r)
	}
	if total <= maxChars {
		return v
	}
	const room = 64 // for the mark
	for i, r := range v {
		if units+utf16Len(r) > maxChars-room {
			rest := strconv.Itoa(total - units)
			if lang == "en" {
				return v[:i] + "… (continued: " + rest + " characters)"
			}
			return v[:i] + "… (suite : " + rest + " caractères)"
		}
		units += utf16Len(r)
	}
	return v
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// visible writes control characters, and bytes that are not UTF-8, as \x1B:
// XML cannot hold them and a name may.
func visible(v string) string {
	if clean(v) {
		return v
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRuneInString(v[i:])
		switch {
		case r == utf8.RuneError && n == 1, r < 0x20, r == 0x7F:
			b.WriteString(`\x`)
			b.WriteByte(hex[v[i]>>4])
			b.WriteByte(hex[v[i]&15])
		case hidden(r):
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&15])
			}
		default:
			b.WriteString(v[i : i+n])
		}
		i += n
	}
	return b.String()
}

// hidden reports whether r is a control that XML refuses or that changes the
// direction of the text after it: a name must not disguise itself.
func hidden(r rune) bool {
	return r >= 0x80 && r < 0xA0 || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFFFE || r == 0xFFFF
}

func clean(v string) bool {
	for i := 0; i < len(v); i++ {
		if v[i] < 0x20 || v[i] >= 0x7F {
			return v[i] >= 0x80 && cleanRunes(v[i:])
		}
	}
	return true
}

func cleanRunes(v string) bool {
	if !utf8.ValidString(v) {
		return false
	}
	for _, r := range v {
		if r < 0x20 || r == 0x7F || hidden(r) {
			return false
		}
	}
	return true
}
