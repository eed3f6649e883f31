package dbf

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/charset"
	"recense/sources/files/codepage"
)

// Memo is the file of the long texts of a dBase table. It is read by itself, from
// its front: each text is a row of one column, those of deleted and of changed records
// too, because nobody overwrites them.
var Memo = sources.Format{
	Name: "dbf memo",
	Doc: `dBase and FoxPro memo texts (.dbt, .fpt)
dBase III and IV, FoxPro: every text that the file still holds is a row, whether its table leads to it or not.`,
	MediaType:  "application/vnd.dbf.memo",
	Extensions: []string{".dbt", ".fpt"},
	Sniff: func(head []byte, name string, _ int64) bool {
		return memoOf(head, strings.ToLower(path.Ext(name))) != nil
	},
	Read: readMemo,
}

const (
	memoBlock = 512      // of dBase III, and least size of a header
	maxMemo   = 16 << 20 // bytes of one text
)

// memo is how texts are kept.
type memo struct {
	block int  // bytes
	fox   bool // type and length in front, the high byte first
	sized bool // dBase IV: a mark and the length in front
}

// mark is in front of the texts of dBase IV.
var mark = []byte{0xFF, 0xFF, 0x08, 0x00}

// memoOf reads a header; nil when head is none.
func memoOf(head []byte, ext string) *memo {
	if len(head) < memoBlock {
		return nil
	}
	switch ext {
	case ".fpt":
		m := &memo{block: int(binary.BigEndian.Uint16(head[6:])), fox: true}
		first := max(memoBlock, m.block)
		if m.block == 0 || binary.BigEndian.Uint32(head) == 0 {
			return nil
		}
		if len(head) >= first+8 && binary.BigEndian.Uint32(head[first:]) > 2 {
			return nil
		}
		return m
	case ".dbt":
		if next := binary.LittleEndian.Uint32(head); next == 0 || next > 1<<24 {
			return nil
		}
		m := &memo{block: memoBlock}
		if n := int(binary.LittleEndian.Uint16(head[20:])); n >= 64 && n%64 == 0 && len(head) >= n+4 && bytes.HasPrefix(head[n:], mark) {
			m.block, m.sized = n, true
		} else if e, _ := charset.Detect(head[memoBlock:min(len(head), memoBlock+256)]); len(head) > memoBlock && e == charset.Binary {
			// A text is followed by zeros, or by what stood there before.
			text, _, _ := bytes.Cut(head[memoBlock:], []byte{0x1A})
			if e, _ := charset.Detect(text); e == charset.Binary {
				return nil
			}
		}
		return m
	}
	return nil
}

// memos reads the texts.
type memos struct {
	memo
	ctx    context.Context
	r      *bufio.Reader
	at     int64 // offset reached
	rows   *cells.Rows
	row    int64
	buf    []byte
	cut    bool
	long   bool
	column int32
}

func readMemo(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	form := memoOf(in.Head, strings.ToLower(path.Ext(in.Name)))
	if form == nil {
		return sources.Result{Records: -1}, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	m := &memos{memo: *form, ctx: ctx, r: bufio.NewReaderSize(in.Reader, 64<<10), rows: cells.NewRows(out)}
	var err error
	if m.column, err = m.rows.Columns.Add("memo", ""); err == nil {
		err = m.read()
	}
	if err == nil {
		err = m.rows.Flush()
	}
	res := sources.Result{Records: m.row, Bytes: m.at}
	switch {
	case err != nil:
		return res, err
	case m.long:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.SizeLimit}
	case m.cut:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, nil
}

// read reads block after block; what is no text is passed over.
func (m *memos) read() error {
	m.skip(int64(max(memoBlock, m.block)))
	for n := 0; ; n++ {
		if n%256 == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		from, size := m.at, -1
		head, err := m.r.Peek(8)
		if len(head) < 8 && (m.fox || m.sized) || len(head) == 0 {
			m.at += int64(len(head))
			return nil
		}
		switch {
		case m.fox && binary.BigEndian.Uint32(head) == 1:
			size = int(binary.BigEndian.Uint32(head[4:]))
		case m.sized && bytes.HasPrefix(head, mark):
			size = int(binary.LittleEndian.Uint32(head[4:])) - 8
		case !m.fox && !m.sized:
			err = m.ended(from)
		}
		if size > 0 {
			m.skip(8)
			err = m.counted(size, from+8)
		}
		if err != nil {
			return err
		}
		used := m.at - from
		if !m.skip((used/int64(m.block)+b2i(used%int64(m.block) > 0 || used == 0))*int64(m.block) - used) {
			return nil
		}
	}
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// skip passes over n bytes and reports whether they were there.
func (m *memos) skip(n int64) bool {
	k, err := io.CopyN(io.Discard, m.r, n)
	m.at += k
	return err == nil
}

// counted reads a text of size bytes that stands at an offset.
func (m *memos) counted(size int, at int64) error {
	keep := min(size, maxMemo)
	var b bytes.Buffer
	k, err := io.CopyN(&b, m.r, int64(keep))
	m.at += k
	m.cut = m.cut || err != nil
	if size > keep {
		m.long = true
		m.skip(int64(size - keep))
	}
	return m.give(b.Bytes(), at)
}

// ended reads a text of dBase III, up to its mark.
func (m *memos) ended(at int64) error {
	m.buf = m.buf[:0]
	for {
		piece, err := m.r.ReadSlice(0x1A)
		m.at += int64(len(piece))
		if room := maxMemo - len(m.buf); len(piece) > room {
			m.long, piece = true, piece[:max(room, 0)]
		}
		m.buf = append(m.buf, piece...)
		if err == bufio.ErrBufferFull {
			continue
		}
		return m.give(bytes.TrimRight(m.buf, "\x1A\x00"), at)
	}
}

// give hands out a text. dBase IV and FoxPro break lines with a byte of their own.
func (m *memos) give(text []byte, at int64) error {
	text = bytes.Trim(text, "\x00 ")
	if len(text) == 0 {
		return nil
	}
	e, _ := charset.Detect(text)
	switch {
	case isASCII(text):
	case e == charset.UTF8:
		text = cells.UTF8Text(text)
	case e == charset.CP850:
		text = []byte(codepage.String(850, text))
	default:
		text = []byte(codepage.String(1252, text))
	}
	m.row++
	m.rows.Bytes(text, m.column, m.row, sources.Location{Byte: at, Column: 1})
	if err := m.rows.EndRow(); err != nil {
		return err
	}
	if m.rows.Len() > 1<<20 {
		return m.rows.Flush()
	}
	return nil
}
