package xlsx

import (
	"bufio"
	"bytes"
	"io"

	"recense/sources/files/cells"
)

// behind gives what stands behind the cells of a sheet, which excelize does not: headers,
// footers, and the lists and messages of cells whose input is checked.
func (b *book) behind(p part) error {
	r, err := b.parts.Open(p.key)
	if err != nil {
		return nil // told with the cells
	}
	defer r.Close()
	rest := bufio.NewReaderSize(r, 64<<10)
	if !skipCells(rest) {
		return nil
	}
	t := cells.NewText(b.out)
	defer t.Close()
	t.Part = p.name
	var fatal error
	_ = scanCells(rest, func(c *cell) error { // damage shows when the rows are read
		if c.kind != "header" {
			return nil
		}
		t.Append(c.value...)
		t.Append('\n')
		fatal = t.Drain()
		return fatal
	})
	if fatal != nil {
		return fatal
	}
	return t.End()
}

// skipCells reads up to the end of the cells; false when there is none.
func skipCells(r *bufio.Reader) bool {
	mark := []byte("</sheetData>")
	for {
		window, err := r.Peek(32 << 10)
		if at := bytes.Index(window, mark); at >= 0 {
			r.Discard(at + len(mark))
			return true
		}
		if err != nil && err != io.ErrShortBuffer || len(window) < len(mark) {
			return false
		}
		r.Discard(len(window) - len(mark) + 1)
	}
}
