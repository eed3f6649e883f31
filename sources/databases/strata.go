package databases

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"recense/sources/databases/dialect"
)

// Of a table that is sampled, the columns of running text are read in more rows than
// the others, in all of them when they fit a budget: notes and comments hold what stands
// in one row of a million and what no name of a column tells.

// What the columns of running text of one table may cost.
const (
	// TextFrom is how many times larger than the sample they may be.
	TextFrom = 4
	// textTable is how many times larger than the sample the part of the table may be that
	// the engine goes through for them: rows lie together.
	textTable = 64
	// proseWidth is how many bytes values have on average, at least, in a column that may
	// hold notes and is not named after them.
	proseWidth = 24
)

// notes are parts of the names and comments of columns in which people write.
var notes = []string{"comment", "note", "observation", "remarque", "remark", "memo", "mémo", "message", "motif", "description", "texte", "text", "libre", "detail", "détail", "historique", "compte_rendu", "contenu", "content", "body", "corps"}

// sample chooses the rows of t that are read: of all columns, and of those of running
// text.
func (l *lister) sample(c dialect.Session, t *dialect.Table) ([]dialect.Range, error) {
	o := &l.s.opt
	list, err := c.Sample(l.ctx, t, o.SampleSize, o.SampleSeed)
	if err != nil || len(list) == 0 || !slices.ContainsFunc(list, sampledRange) {
		return list, err // all of it is read
	}
	d := *t
	if err := c.Describe(l.ctx, &d); err != nil {
		if class, _ := dialect.ClassOf(err); class == dialect.Lost || l.ctx.Err() != nil {
			return nil, err
		}
		return list, nil // the reader tells
	}
	columns := proseOf(&d)
	if len(columns) == 0 {
		return list, nil
	}
	widths, err := c.Widths(l.ctx, &d, columns)
	if err != nil {
		if class, _ := dialect.ClassOf(err); class == dialect.Lost || l.ctx.Err() != nil {
			return nil, err
		}
		widths = dialect.UnknownWidths(columns)
	}
	columns, fraction := fit(&d, columns, widths, o.SampleSize)
	if len(columns) == 0 {
		return list, nil
	}
	var more []dialect.Range
	if fraction < 1 {
		more, err = c.Sample(l.ctx, t, int64(fraction*float64(t.Bytes)), o.SampleSeed)
	} else {
		more, err = c.Split(l.ctx, t, max(l.s.limits.Range, t.Bytes/maxRanges))
	}
	if err != nil {
		return nil, err
	}
	text := textColumns(&d, columns)
	for i := range list {
		list[i].Text = text
	}
	for _, r := range more {
		r.Text, r.Prose = text, true
		list = append(list, r)
	}
	return list, nil
}

func sampledRange(r dialect.Range) bool { return r.Method != "" }

// proseOf returns the columns of t that may hold running text and can be read.
func proseOf(t *dialect.Table) (columns []int) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Prose && !c.Denied && c.Hidden == "" && (c.Form == dialect.Text || c.Form == dialect.Binary) && !slices.Contains(t.Key, i) {
			columns = append(columns, i)
		}
	}
	return columns
}

// fit chooses among columns of running text those that are read wholly, as many as the
// budget takes, those that are named after notes and narrow ones first; where not even the
// first fits, that one in a part of its rows. It returns no column where nothing is won.
func fit(t *dialect.Table, columns []int, widths []int64, sample int64) (chosen []int, fraction float64) {
	type candidate struct {
		column int
		named  bool
		bytes  int64
	}
	var list []candidate
	for i, column := range columns {
		c := candidate{column, named(&t.Columns[column]), t.Bytes}
		if widths[i] >= 0 && t.Rows >= 0 {
			c.bytes = min(widths[i]*t.Rows, t.Bytes)
		}
		if c.named || widths[i] < 0 || widths[i] >= proseWidth {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil, 0
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		if a.named != b.named {
			return map[bool]int{true: -1, false: 1}[a.named]
		}
		return cmp.Compare(a.bytes, b.bytes)
	})
	left := float64(TextFrom * sample)
	reach := min(float64(textTable*sample)/float64(max(t.Bytes, 1)), 1)
	for _, c := range list {
		if float64(c.bytes)*reach <= left {
			chosen = append(chosen, c.column)
			left -= float64(c.bytes) * reach
		}
	}
	if len(chosen) == 0 {
		chosen = []int{list[0].column}
		reach = min(reach, left/float64(max(list[0].bytes, 1)))
	}
	if reach <= float64(sample)/float64(max(t.Bytes, 1)) {
		return nil, 0
	}
	slices.Sort(chosen)
	return chosen, reach
}

// named reports whether people write notes in a column, by its name or comment.
func named(c *dialect.Column) bool {
	text := strings.ToLower(c.Name + " " + c.Comment)
	return slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(text, n) })
}

// textColumns writes columns of t for a Range, by their numbers, with what tells
// whether the table still has the columns that it had.
func textColumns(t *dialect.Table, columns []int) string {
	var list []string
	for _, c := range columns {
		list = append(list, strconv.Itoa(c))
	}
	return strings.Join(list, ",") + "@" + shape(t)
}

func shape(t *dialect.Table) string {
	sum := fnv.New64a()
	for i := range t.Columns {
		_, _ = sum.Write([]byte(t.Columns[i].Name + "\x00"))
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

// columnsOf reads what textColumns wrote; ok is false when t has other columns by now.
func columnsOf(t *dialect.Table, text string) (columns []int, ok bool) {
	if text == "" {
		return nil, true
	}
	list, old, _ := strings.Cut(text, "@")
	if old != shape(t) {
		return nil, false
	}
	for _, f := range strings.Split(list, ",") {
		c, err := strconv.Atoi(f)
		if err != nil || c < 0 || c >= len(t.Columns) {
			return nil, false
		}
		columns = append(columns, c)
	}
	return columns, true
}
