package excel

import (
	"bufio"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// rows is the XML of the data rows of a worksheet (ECMA-376, part 1, 18.3.1).
// The stream writer of excelize makes about eight allocations a cell, which for
// a large share is most of the time that documents take; a row is therefore
// appended here as text, and put into the worksheet that excelize made when the
// container is written (see archive). Rows spool to the temporary folder beyond
// spoolAt bytes, compressed as they will be in the container.
type rows struct {
	buf     []byte
	dir     string
	spool   *os.File
	out     *bufio.Writer // of spool
	deflate *flate.Writer // to out
	length  int64         // of what was spooled, before it was compressed
	crc     uint32        // of it
}

const spoolAt = 1 << 20

// keep moves what has gathered to the spool file when there is enough of it.
func (r *rows) keep() error {
	if len(r.buf) < spoolAt {
		return nil
	}
	if r.spool == nil {
		f, err := os.CreateTemp(r.dir, "rows-") // mode 0600
		if err != nil {
			return errors.New("cannot create a spool file in the temporary folder")
		}
		r.spool, r.out = f, bufio.NewWriterSize(f, 1<<16)
		if r.deflate, err = flate.NewWriter(r.out, flate.BestSpeed); err != nil {
			return err
		}
	}
	r.length += int64(len(r.buf))
	r.crc = crc32.Update(r.crc, crc32.IEEETable, r.buf)
	_, err := r.deflate.Write(r.buf)
	r.buf = r.buf[:0]
	if err != nil {
		return errSpool
	}
	return nil
}

var errSpool = errors.New("cannot write to the temporary folder")

// spooled returns what was spooled, compressed. It begins and ends with whole bytes, and
// refers to nothing before it.
func (r *rows) spooled() (io.Reader, error) {
	if r.deflate.Flush() != nil || r.out.Flush() != nil {
		return nil, errSpool
	}
	size, err := r.spool.Seek(0, io.SeekCurrent)
	return io.NewSectionReader(r.spool, 0, size), err
}

// remove deletes the spool file.
func (r *rows) remove() {
	if r.spool != nil {
		r.spool.Close()
		os.Remove(r.spool.Name())
		r.spool = nil
	}
}

// word is a text of the documents themselves, clean and escaped once for the
// many rows that repeat it. style 0 is that of the column.
type word struct {
	xml   string
	style int
}

// newWord makes a word of any text.
func newWord(text string, style int, lang string) word {
	return word{string(appendText(nil, fit(visible(text), lang))), style}
}

// appendText appends a string element with s in it. s is free of what XML
// refuses.
func appendText(b []byte, s string) []byte {
	if s != "" && (s[0] == ' ' || s[len(s)-1] == ' ') {
		b = append(b, `<is><t xml:space="preserve">`...)
	} else {
		b = append(b, `<is><t>`...)
	}
	from := 0
	for i := 0; i < len(s); i++ {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '_':
			// _x001B_ stands for a character (ECMA-376, part 1, 22.9.2.19): a name that
			// reads so is written with its first underscore spelt that way.
			if !codePoint(s[i:]) {
				continue
			}
			with = "_x005F_"
		default:
			continue
		}
		b = append(b, s[from:i]...)
		b = append(b, with...)
		from = i + 1
	}
	b = append(b, s[from:]...)
	return append(b, `</t></is>`...)
}

// codePoint reports whether s begins like _xHHHH_.
func codePoint(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for i := 2; i < 6; i++ {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}

// cell begins the next cell of the row: its place and style.
func (s *sheet) cell(style int) {
	if style == 0 {
		style = s.styles[s.at]
	}
	b := append(s.data.buf, `<c r="`...)
	b = append(b, s.letters[s.at]...)
	b = append(b, s.number...)
	b = append(b, `" s="`...)
	s.data.buf = strconv.AppendInt(b, int64(style), 10)
	s.at++
}

func (s *sheet) empty() {
	s.begin()
	s.at++
}

// text appends a string, which is never a formula and never cut without saying
// so.
func (s *sheet) text(v string) { s.styled(0, v) }

// styled appends a text in a style of its own.
func (s *sheet) styled(style int, v string) {
	if v == "" {
		s.empty()
		return
	}
	s.begin()
	v = fit(visible(v), s.book.lang)
	if s.cols[s.at].format == wrapped {
		perLine := max(int(s.cols[s.at].width), 1)
		s.tall = max(s.tall, (utf8.RuneCountInString(v)+perLine-1)/perLine)
	}
	s.cell(style)
	s.data.buf = append(s.data.buf, `" t="inlineStr">`...)
	s.data.buf = appendText(s.data.buf, v)
	s.data.buf = append(s.data.buf, `</c>`...)
}

// word appends a text made before.
func (s *sheet) word(w word) {
	if w.xml == "" {
		s.empty()
		return
	}
	s.begin()
	s.cell(w.style)
	s.data.buf = append(s.data.buf, `" t="inlineStr">`...)
	s.data.buf = append(s.data.buf, w.xml...)
	s.data.buf = append(s.data.buf, `</c>`...)
}

// int appends a number, nothing when it is negative (unknown).
func (s *sheet) int(n int64) { s.styledInt(0, n) }

// styledInt appends a number in a style of its own.
func (s *sheet) styledInt(style int, n int64) {
	if n < 0 {
		s.empty()
		return
	}
	s.begin()
	s.cell(style)
	s.data.buf = append(s.data.buf, `"><v>`...)
	s.data.buf = strconv.AppendInt(s.data.buf, n, 10)
	s.data.buf = append(s.data.buf, `</v></c>`...)
}

// fraction appends a number, nothing when it is negative.
func (s *sheet) fraction(f float64) {
	if f < 0 {
		s.empty()
		return
	}
	s.begin()
	s.cell(0)
	s.data.buf = append(s.data.buf, `"><v>`...)
	s.data.buf = strconv.AppendFloat(s.data.buf, f, 'f', -1, 64)
	s.data.buf = append(s.data.buf, `</v></c>`...)
}

// time appends an instant, nothing when it is zero. Spreadsheets count days from
// 30 December 1899 and have no time zone: Paris time is written.
func (s *sheet) time(t time.Time) {
	if t.IsZero() {
		s.empty()
		return
	}
	local := t.In(s.book.zone)
	if days := serial(local); days >= 61 { // before 1 March 1900 the calendar of spreadsheets is wrong
		s.days(days)
		return
	}
	s.text(local.Format("02/01/2006"))
}

// days appends a number of days with five decimals, to the second or so: more digits say
// nothing, and long runs of digits are what the tests for leaks look for.
func (s *sheet) days(days float64) {
	n := int64(math.Round(days * 1e5))
	s.begin()
	s.cell(0)
	b := append(s.data.buf, `"><v>`...)
	b = strconv.AppendInt(b, n/1e5, 10)
	if rest := n % 1e5; rest > 0 {
		dot := len(b)
		b = strconv.AppendInt(b, 1e5+rest, 10) // the point comes in place of the first digit
		b[dot] = '.'
		b = bytes.TrimRight(b, "0")
	}
	s.data.buf = append(b, `</v></c>`...)
}

// serial returns the wall-clock time of t as days since 30 December 1899.
func serial(t time.Time) float64 {
	_, offset := t.Zone()
	return float64(t.Unix()+int64(offset))/86400 + 25569
}
