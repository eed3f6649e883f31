package excel

import (
	"slices"
	"strconv"
	"strings"
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
	parts []*part
	err   error // the first one; ends the workbook

	letters []string // of the columns
	number  []byte   // of the row, in digits
	styles  []int    // of the columns
	data    *rows    // of the last part
	at      int      // next column of the row
	open    bool     // a row is begun
	head    int      // where more attributes of the row belong, in data.buf
	tall    int      // lines of the row
}

// part is one worksheet.
type part struct {
	stream *excelize.StreamWriter // header, columns, panes, filter
	data   rows
	last   int // last row, the header included
}

func (b *book) sheet(name string, cols []column) *sheet {
	s := &sheet{book: b, name: name, cols: cols}
	for i, c := range cols {
		letter, err := excelize.ColumnNumberToName(i + 1)
		s.fail(err)
		s.letters = append(s.letters, letter)
		s.styles = append(s.styles, b.styles.formats[c.format])
	}
	b.sheets = append(b.sheets, s)
	s.addPart()
	return s
}

// width is that of all columns, in characters.
func (s *sheet) width() (w float64) {
	for _, c := range s.cols {
		w += c.width
	}
	return w
}

// partName returns the name of the part n, from 0.
func (s *sheet) partName(n int) string {
	if n == 0 {
		return s.name
	}
	return s.name + " (" + strconv.Itoa(n+1) + ")"
}

// addPart starts a worksheet: columns, header and panes.
func (s *sheet) addPart() {
	name := s.partName(len(s.parts))
	p := &part{data: rows{dir: s.book.in.TmpDir}, last: 1}
	s.parts, s.data = append(s.parts, p), &p.data
	if s.fail(s.book.newSheet(name, &p.data)); s.err != nil {
		return
	}
	// The stream writer writes the properties of a sheet first of all.
	fit := true
	s.fail(s.book.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	sw, err := s.book.file.NewStreamWriter(name)
	if err != nil {
		s.fail(err)
		return
	}
	p.stream = sw
	header := make([]any, len(s.cols))
	for i, c := range s.cols {
		s.fail(sw.SetColWidth(i+1, i+1, c.width))
		s.fail(sw.SetColStyle(i+1, i+1, s.styles[i]))
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

// begin starts a row, in a new part when the last one is full.
func (s *sheet) begin() {
	if s.open {
		return
	}
	s.open, s.tall = true, 1
	if p := s.parts[len(s.parts)-1]; p.last == s.book.rows+1 && s.err == nil {
		s.addPart()
	}
	s.parts[len(s.parts)-1].last++
	s.number = strconv.AppendInt(s.number[:0], int64(s.rowNumber()), 10)
	s.data.buf = append(append(s.data.buf, `<row r="`...), s.number...)
	s.head = len(s.data.buf)
	s.data.buf = append(s.data.buf, `">`...)
}

func (s *sheet) rowNumber() int { return s.parts[len(s.parts)-1].last }

// end writes the row. A row without cells is blank.
func (s *sheet) end() {
	s.begin()
	if s.tall > 1 { // spreadsheet programs do not all fit the height of rows by themselves
		height := append(make([]byte, 0, 64), `" ht="`...)
		height = strconv.AppendInt(height, int64(min(15*s.tall, 400)), 10)
		height = append(height, `" customHeight="1`...)
		s.data.buf = slices.Insert(s.data.buf, s.head, height...)
	}
	s.data.buf = append(s.data.buf, `</row>`...)
	s.fail(s.data.keep())
	s.open, s.at = false, 0
}

// finish adds the filter and closes the parts. No sheet is moved after it.
func (s *sheet) finish() {
	for n, p := range s.parts {
		if s.err != nil {
			return
		}
		last, err := excelize.CoordinatesToCellName(len(s.cols), p.last)
		s.fail(err)
		s.fail(s.book.file.AutoFilter(s.partName(n), "A1:"+last, nil))
		s.fail(s.book.file.SetHeaderFooter(s.partName(n), s.book.pageHeader()))
		s.fail(s.book.file.SetPageLayout(s.partName(n), s.book.pageLayout(s.width())))
		s.fail(s.book.file.SetPageMargins(s.partName(n), s.book.pageMargins()))
		// The header stands on every printed page.
		s.fail(s.book.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + s.partName(n) + "'!$1:$1", Scope: s.partName(n)}))
		s.fail(p.stream.Flush())
	}
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
