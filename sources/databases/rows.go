package databases

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/files"
	"recense/sources/files/cells"
	jsontext "recense/sources/files/json"
	"recense/sources/files/text"
	xmltext "recense/sources/files/xml"
)

// batchSize is how much text of cells is collected before it is handed over.
const batchSize = 128 << 10

// rows makes chunks of the rows of one range. Plain values stand row by row, so
// that what is beside each other in the table is beside each other in the chunk;
// values of JSON and XML follow in chunks of their own, whose columns are paths.
type rows struct {
	r     *reader
	table sources.Table
	chunk sources.Chunk
	data  []byte
	count int64 // rows of the range so far
	bytes int64

	// keys hold, for each row of the batch, its key or its position.
	first   int64 // number of the first row of the batch
	keys    []byte
	keyEnds []int
	byKey   bool
	shown   []bool // of the key's columns, whose values may be; nil when none may
	block   *block // whose rows are the batch, rather than those of keys
	scratch []byte

	inner   map[int]*inner // by column: of JSON and XML
	order   []int
	element func(key, value []byte)
	column  int          // that element is for
	row     *dialect.Row // and its row
	err     error        // of a document among the elements
}

func (w *rows) begin(r *reader) {
	*w = rows{r: r, first: 1, inner: map[int]*inner{}}
	w.chunk.Table, w.chunk.Locator = &w.table, w
	for i := range r.table.Columns {
		c := &r.table.Columns[i]
		label := c.Comment
		if len(label) > labelLongest {
			label = ""
		}
		text := slices.Contains(r.text, i)
		w.table.Columns = append(w.table.Columns, sources.Column{Name: c.Name, Label: label, Text: text, Aside: text && !r.drawn.Text})
		if c.Form == dialect.JSON || c.Form == dialect.XML {
			w.below(i).listed = true
			w.order = append(w.order, i)
		}
	}
	w.byKey = len(r.table.Key) > 0
	for _, k := range r.table.Key {
		w.byKey = w.byKey && slices.Contains(r.query.Columns, k)
	}
	w.element, w.shown = w.addElement, r.harmless()
}

// add takes a row.
func (w *rows) add(row *dialect.Row) error {
	w.count++
	before := len(w.data)
	for i, value := range row.Values {
		column := w.r.query.Columns[i]
		if len(value) == 0 || w.r.drawn.Text && !w.r.counts(column) {
			continue
		}
		w.bytes += int64(len(value))
		switch c := &w.r.table.Columns[column]; c.Form {
		case dialect.Text:
			w.text(column, value)
		case dialect.Array, dialect.Map:
			w.column, w.row = column, row
			if w.r.s.dialect.Elements(c.Form, value, w.element); w.err != nil {
				return w.err
			}
		case dialect.JSON, dialect.XML:
			w.inner[column].add(value, w.count)
		case dialect.Binary:
			if err := w.binary(row, column, value); err != nil {
				return err
			}
		}
	}
	w.key(row)
	if len(w.data)-before == 0 && w.pending() < batchSize || len(w.data)+w.pending() < batchSize {
		return nil
	}
	return w.flush()
}

// addPlain hands a block over whose values are all texts of cells, behind what waits.
func (w *rows) addPlain(b *block) error {
	if len(w.keyEnds) > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	n, own := len(b.data), w.data
	w.count += int64(b.rows)
	w.bytes += b.bytes
	w.block, w.first, w.data = b, b.first, b.data
	w.chunk.Fields, b.fields = b.fields, w.chunk.Fields
	err := w.flushCells()
	w.chunk.Fields, b.fields = b.fields, w.chunk.Fields
	w.block, w.first, w.data = nil, w.count+1, own
	if err != nil {
		return err
	}
	return w.r.s.pace(w.r.ctx, n)
}

// pending is how much waits in columns of JSON and XML.
func (w *rows) pending() (n int) {
	for _, i := range w.order {
		n += len(w.inner[i].data)
	}
	return n
}

func (w *rows) cell(column int, value []byte) {
	start := len(w.data)
	w.data = append(append(w.data, value...), '\n')
	w.chunk.Fields.Add(start, len(w.data)-1, column, w.count)
}

// addElement takes an element of an array, or a value with its key.
func (w *rows) addElement(key, value []byte) {
	column := w.column
	if key != nil {
		column = w.path(column, string(key))
	}
	switch {
	case len(value) == 0 || w.err != nil:
	case cells.Known(value):
		w.err = w.document(w.row, w.count, column, int64(len(value)), bytes.NewReader(value))
	case bytes.IndexByte(value, 0) >= 0 && !utf8.Valid(value):
		if len(value) > shortBinary {
			w.err = w.r.out.Skip(sources.Location{Field: w.table.Columns[column].Name, Byte: -1}, sources.UnknownFormat)
		}
	default:
		w.cell(column, value)
	}
}

// maxPath is how long a key may be that names a column; longer ones are data.
const maxPath = 128

// path returns the column of a path below a column.
func (w *rows) path(column int, path string) int {
	in := w.below(column)
	if len(path) > maxPath {
		path = cells.Overflow
	}
	return int(in.at(path))
}

// text takes a text, which may be JSON: many programs keep it so, and some engines
// know no other type for it.
func (w *rows) text(column int, value []byte) {
	if value[0] != '{' || !json.Valid(value) {
		w.cell(column, value)
		return
	}
	in := w.below(column)
	if !in.listed {
		in.listed = true
		w.order = append(w.order, column)
	}
	in.add(value, w.count)
}

// below returns what reads the values inside those of a column.
func (w *rows) below(column int) *inner {
	in := w.inner[column]
	if in == nil {
		in = &inner{rows: w, column: column, paths: map[string]int32{}}
		w.inner[column] = in
	}
	return in
}

// shortBinary is how long keys, digests and identifiers are: bytes that are no
// document, whatever they are.
const shortBinary = 64

// binary takes bytes that are text as a text, and hands a document over. Others are
// not looked into; that they were not read is a reason.
func (w *rows) binary(row *dialect.Row, column int, value []byte) error {
	if cells.Known(value) {
		return w.document(row, w.count, column, int64(len(value)), bytes.NewReader(value))
	}
	if text := cells.BinaryText(value); text != nil {
		w.text(column, text)
		return nil
	}
	if len(value) <= shortBinary {
		return nil
	}
	return w.r.out.Skip(sources.Location{Field: w.r.table.Columns[column].Name, Byte: -1}, sources.UnknownFormat)
}

// document hands a value over as a member, named after its column and its row.
func (w *rows) document(row *dialect.Row, number int64, column int, size int64, r io.Reader) error {
	place := w.r.s.dialect.Place(row.Position)
	if place == "" {
		place = strconv.FormatInt(number, 10)
	}
	if n := w.r.unit.Index; n > 0 { // places of partitions and numbers repeat
		place = strconv.Itoa(int(n)) + "." + place
	}
	if w.byKey && row.Values != nil {
		w.scratch = w.appendKey(w.scratch[:0], row)
		place = w.keyText(w.scratch)
	}
	if w.r.inner == nil {
		w.r.inner = files.NewInner(w.r.s.limits, w.r.s.opt.Recogniser)
	}
	name := w.table.Columns[column].Name + "[" + place + "]"
	return w.r.inner.Member(w.r.ctx, w.r.out, w.r.unit, sources.Member{Name: name, Size: size, Reader: r, Embedded: true})
}

// key keeps what the row is found by.
func (w *rows) key(row *dialect.Row) {
	if !w.byKey {
		w.keys = append(w.keys, row.Position...)
	} else {
		w.keys = w.appendKey(w.keys, row)
	}
	w.keyEnds = append(w.keyEnds, len(w.keys))
}

// appendKey appends the values of the primary key.
func (w *rows) appendKey(dst []byte, row *dialect.Row) []byte {
	for _, k := range w.r.table.Key {
		dst = append(dst, 0)
		if i := slices.Index(w.r.query.Columns, k); i >= 0 {
			dst = append(dst, row.Values[i]...)
		}
	}
	return dst
}

// flush hands the batch over.
func (w *rows) flush() error {
	if err := w.flushCells(); err != nil {
		return err
	}
	for _, i := range w.order {
		if err := w.inner[i].flush(); err != nil {
			return err
		}
	}
	n := len(w.data)
	w.data, w.keys, w.keyEnds = w.data[:0], w.keys[:0], w.keyEnds[:0]
	w.first = w.count + 1
	return w.r.s.pace(w.r.ctx, n)
}

func (w *rows) flushCells() error {
	if w.chunk.Fields.Len() == 0 {
		return nil
	}
	if !utf8.Valid(w.data) {
		w.decode()
	}
	w.chunk.Data, w.chunk.To = w.data, len(w.data)
	err := w.r.out.Chunk(&w.chunk)
	w.chunk.Fields.Reset()
	return err
}

// decode makes UTF-8 of the cells that are none: databases without an encoding
// hold what their programs wrote.
func (w *rows) decode() {
	old, f := w.data, &w.chunk.Fields
	w.data = make([]byte, 0, len(old)+len(old)/4)
	for i := range f.Len() {
		start := len(w.data)
		w.data = append(append(w.data, cells.UTF8Text(old[f.Start[i]:f.End[i]])...), '\n')
		f.Start[i], f.End[i] = int32(start), int32(len(w.data)-1)
	}
}

// Locate implements sources.Locator: the column of a cell and the key of its row.
func (w *rows) Locate(at int) sources.Location {
	f := &w.chunk.Fields
	i, found := slices.BinarySearch(f.Start, int32(at))
	if !found {
		i--
	}
	if i < 0 {
		return sources.Location{Byte: -1}
	}
	return sources.Location{Byte: -1, Column: f.Column[i] + 1, Key: w.keyOf(f.Row[i])}
}

// keyOf writes how a row is found again: the names of the primary key's columns
// and a keyed digest of their values, or the place of the row.
func (w *rows) keyOf(row int64) string {
	i := int(row - w.first)
	if w.block != nil {
		return w.keyOfBlock(i)
	}
	if i < 0 || i >= len(w.keyEnds) {
		return ""
	}
	from := 0
	if i > 0 {
		from = w.keyEnds[i-1]
	}
	return w.keyText(w.keys[from:w.keyEnds[i]])
}

func (w *rows) keyOfBlock(i int) string {
	if i < 0 || i >= w.block.rows {
		return ""
	}
	if !w.byKey {
		return w.keyText(w.block.position(i))
	}
	key := w.scratch[:0]
	for _, k := range w.r.table.Key {
		key = append(key, 0)
		if j := slices.Index(w.r.query.Columns, k); j >= 0 {
			key = append(key, w.block.value(i, j)...)
		}
	}
	w.scratch = key
	return w.keyText(key)
}

func (w *rows) keyText(key []byte) string {
	if !w.byKey {
		return w.r.s.dialect.Place(key)
	}
	mac := hmac.New(sha256.New, w.r.s.opt.Key[:])
	mac.Write([]byte("K\x00" + w.r.s.opt.Name + "\x00" + w.r.unit.Path))
	mac.Write(key)
	var names strings.Builder
	for i, k := range w.r.table.Key {
		if i > 0 {
			names.WriteByte(',')
		}
		if w.shown == nil {
			names.WriteString(w.r.table.Columns[k].Name)
			continue
		}
		names.WriteString(url.QueryEscape(w.r.table.Columns[k].Name))
		if value := keyPart(key, i); w.shown[i] && len(value) <= maxShown {
			names.WriteString(sources.KeyValue + url.QueryEscape(string(cells.UTF8Text(value))))
		}
	}
	return names.String() + sources.KeyMark + hex.EncodeToString(mac.Sum(nil)[:8])
}

// maxShown is how long a value of a key may be that is shown, in bytes: longer ones are no
// numbers.
const maxShown = 64

// keyPart returns a value of what appendKey wrote. A value that holds its separator, which
// no text does, shows less.
func keyPart(key []byte, i int) []byte {
	parts := bytes.SplitN(key, []byte{0}, i+3)
	if i+1 >= len(parts) {
		return nil
	}
	return parts[i+1]
}

// harmless says which columns of the key may be shown; nil when none may.
func (r *reader) harmless() (shown []bool) {
	names := namesOf(r.unit.Path)
	for i, k := range r.table.Key {
		if matches(r.s.opt.Harmless, append(names[:len(names):len(names)], r.table.Columns[k].Name)) {
			if shown == nil {
				shown = make([]bool, len(r.table.Key))
			}
			shown[i] = true
		}
	}
	return shown
}

// long hands over a value that is too long to be a cell.
func (w *rows) long(v longValue, p *pieces) error {
	column := w.r.table.Columns[v.column]
	in := w.below(v.column)
	in.place = w.r.s.dialect.Place([]byte(v.position))
	defer func() { in.place = "" }()
	format := text.Format
	switch column.Form {
	case dialect.JSON:
		format = jsontext.Format
	case dialect.XML:
		format = xmltext.Format
	case dialect.Binary:
		return w.longBinary(in, v, p)
	}
	return in.read(&format, p)
}

// longBinary hands over bytes that are too long to come along: a document, or text.
func (w *rows) longBinary(in *inner, v longValue, p *pieces) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(p, head)
	whole := io.MultiReader(bytes.NewReader(head[:n]), p)
	switch {
	case err != nil && p.err != nil:
		return nil // the caller tells
	case cells.Known(head[:n]):
		return w.document(&dialect.Row{Position: []byte(v.position)}, v.row, v.column, -1, whole)
	case cells.BinaryText(trimRune(head[:n])) != nil:
		return in.read(&text.Format, whole)
	}
	return w.r.out.Skip(sources.Location{Field: w.r.table.Columns[v.column].Name, Byte: -1}, sources.UnknownFormat)
}

// trimRune leaves out a character that the end of b cuts.
func trimRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// inner reads the values of one column with the format of their own.
type inner struct {
	rows   *rows
	column int
	data   []byte // values of the batch, each with a line end
	ends   []int
	number []int64          // the row of each
	base   int64            // records handed over so far
	paths  map[string]int32 // path → column
	place  string           // of a long value
	listed bool             // in rows.order

	table   *sources.Table // of the format, whose columns are mapped
	columns []int32
	chunk   sources.Chunk
	theirs  sources.Locator
	err     error // of the sink
}

func (in *inner) add(value []byte, row int64) {
	in.data = append(append(in.data, value...), '\n')
	in.ends = append(in.ends, len(in.data))
	in.number = append(in.number, row)
}

// at returns the column of a path, made when it is new.
func (in *inner) at(path string) int32 {
	if c, ok := in.paths[path]; ok {
		return c
	}
	if path == "" { // a value that is a scalar
		return int32(in.column)
	}
	t := &in.rows.table
	if len(t.Columns) >= in.rows.r.s.limits.Fields {
		return int32(in.column)
	}
	c := int32(len(t.Columns))
	name := in.rows.r.table.Columns[in.column].Name + "." + path
	if in.rows.r.table.Columns[in.column].Name == "" { // the row is one value, whose parts are the columns
		name = path
	}
	above := t.Columns[in.column]
	t.Columns = append(t.Columns, sources.Column{Name: name, Text: above.Text, Aside: above.Aside})
	in.paths[path] = c
	return c
}

// flush reads the values of the batch: JSON as one sequence, XML one by one.
func (in *inner) flush() (err error) {
	if len(in.data) == 0 {
		return nil
	}
	if in.rows.r.table.Columns[in.column].Form != dialect.XML {
		err = in.read(&jsontext.Format, bytes.NewReader(in.data))
	} else {
		from := 0
		for i, end := range in.ends {
			in.place = in.rows.keyOf(in.number[i])
			if err = in.read(&xmltext.Format, bytes.NewReader(in.data[from:end])); err != nil {
				break
			}
			from = end
		}
		in.place = ""
	}
	in.data, in.ends, in.number = in.data[:0], in.ends[:0], in.number[:0]
	return err
}

// headSize is how much of a value its format sees beforehand.
const headSize = 4 << 10

// read lets a format read a text. What it cannot read is a reason.
func (in *inner) read(f *sources.Format, r io.Reader) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	input := sources.Input{Size: -1, Head: head[:n], Whole: whole, Reader: io.MultiReader(bytes.NewReader(head[:n]), r)}
	in.table, in.err = nil, nil
	result, err := f.Read(in.rows.r.ctx, input, in)
	in.base += max(result.Records, 1)
	if in.err != nil {
		return in.err
	}
	if ctx := in.rows.r.ctx.Err(); ctx != nil {
		return ctx
	}
	var fe *sources.FormatError
	if errors.As(err, &fe) {
		return in.Skip(sources.Location{Byte: -1}, fe.Reason)
	}
	return nil
}

// Limits implements sources.Output.
func (in *inner) Limits() sources.Limits { return in.rows.r.s.limits }

// Chunk implements sources.Output: columns of the format become columns of the
// table, running text a part named after the column.
func (in *inner) Chunk(c *sources.Chunk) error {
	in.chunk = *c
	in.theirs = c.Locator
	in.chunk.Locator = in
	if c.Table == nil || c.Fields.Len() == 0 {
		in.chunk.Table, in.chunk.Part = nil, in.rows.r.table.Columns[in.column].Name
		return in.hand()
	}
	if in.table != c.Table {
		in.table, in.columns = c.Table, in.columns[:0]
	}
	for i := len(in.columns); i < len(c.Table.Columns); i++ {
		in.columns = append(in.columns, in.at(c.Table.Columns[i].Name))
	}
	in.chunk.Table, in.chunk.Part = &in.rows.table, ""
	f := &in.chunk.Fields
	f.Column, f.Row = slices.Clone(f.Column), slices.Clone(f.Row)
	for i := range f.Column {
		f.Column[i] = in.columns[f.Column[i]]
		f.Row[i] += in.base
	}
	return in.hand()
}

func (in *inner) hand() error {
	if err := in.rows.r.out.Chunk(&in.chunk); err != nil {
		in.err = err
		return err
	}
	return nil
}

// Locate implements sources.Locator: which value a byte is of, and so which row.
func (in *inner) Locate(at int) sources.Location {
	l := sources.Location{Byte: -1, Key: in.place}
	if f := &in.chunk.Fields; f.Len() > 0 {
		if i, found := slices.BinarySearch(f.Start, int32(at)); found || i > 0 {
			if !found {
				i--
			}
			l.Column = f.Column[i] + 1
		}
	}
	if l.Key == "" && in.theirs != nil && len(in.ends) > 0 {
		there := in.theirs.Locate(at).Byte
		i, found := slices.BinarySearch(in.ends, int(there))
		if found {
			i++
		}
		l.Key = in.rows.keyOf(in.number[min(i, len(in.number)-1)])
	}
	return l
}

// Evidence implements sources.Output.
func (in *inner) Evidence(kind string, _ sources.Location) error {
	in.err = in.rows.r.out.Evidence(kind, sources.Location{Field: in.rows.r.table.Columns[in.column].Name, Byte: -1})
	return in.err
}

// Skip implements sources.Output.
func (in *inner) Skip(_ sources.Location, reason sources.Reason) error {
	in.err = in.rows.r.out.Skip(sources.Location{Field: in.rows.r.table.Columns[in.column].Name, Byte: -1}, reason)
	return in.err
}

// Member implements sources.Output: a value of JSON or XML has none.
func (in *inner) Member(sources.Member) error { return nil }

// pace waits so long that no more than Options.Rate bytes a second are read.
func (s *Source) pace(ctx context.Context, n int) error {
	if s.opt.Rate <= 0 || n == 0 {
		return nil
	}
	return s.wait(ctx, time.Duration(float64(n)/float64(s.opt.Rate)*float64(time.Second)))
}

// endOf is the end of a value, or its failure.
func endOf(err error) error {
	if err != nil {
		return errPiece
	}
	return io.EOF
}
