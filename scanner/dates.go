package scanner

import (
	"cmp"
	"slices"
	"strings"
)

// Days counts the records of a column of dates by civil day: retention runs from
// them (domain/register.md C.4). Days are numbered from 1 January 1970.
type Days struct {
	Oldest, Newest int32 // mean something when Total is not 0
	Total          int64
	// Counts are sorted by day and add up to Total, less what lies beyond the
	// capacity of maxDays different days.
	Counts []DayCount
}

// DayCount is how many records have a date on a day.
type DayCount struct {
	Day int32
	N   int64
}

// Merge adds the days of another range of the same column.
func (d *Days) Merge(o *Days) {
	if o.Total == 0 {
		return
	}
	if d.Total == 0 {
		*d = Days{o.Oldest, o.Newest, o.Total, slices.Clone(o.Counts)}
		return
	}
	d.Oldest, d.Newest, d.Total = min(d.Oldest, o.Oldest), max(d.Newest, o.Newest), d.Total+o.Total
	d.Counts = append(d.Counts, o.Counts...)
	slices.SortFunc(d.Counts, func(a, b DayCount) int { return cmp.Compare(a.Day, b.Day) })
	out := d.Counts[:0]
	for _, c := range d.Counts {
		if n := len(out); n > 0 && out[n-1].Day == c.Day {
			out[n-1].N += c.N
		} else if n < maxDays {
			out = append(out, c)
		}
	}
	d.Counts = out
}

// After counts the records dated after day.
func (d *Days) After(day int32) (n int64) {
	for _, c := range d.Counts {
		if c.Day > day {
			n += c.N
		}
	}
	return n
}

const (
	maxDays     = 16384 // different days of a column: 45 years
	dateMisses  = 8     // values that are no dates, beyond which a column is none
	dateColumns = 64    // of the locations that are open
	oldestYear  = 1900
	newestYear  = 2100
)

// dayCounter makes the Days of a column. It gives up as soon as the values are
// mostly no dates.
type dayCounter struct {
	off    bool
	digits bool // the name says date: eight digits alone are one
	misses int32
	hits   int64
	days   *dayWindow
	low    int32
	high   int32
}

// add looks at a value without blanks around it.
func (c *dayCounter) add(value []byte) {
	day, ok := parseDay(value, c.digits)
	if !ok {
		if c.misses++; int64(c.misses) > dateMisses+c.hits/4 {
			*c = dayCounter{off: true}
		}
		return
	}
	if c.hits == 0 {
		c.days, c.low, c.high = new(dayWindow), day, day
	}
	c.hits++
	c.low, c.high = min(c.low, day), max(c.high, day)
	c.days.add(day)
}

// dayWindow counts records by day, of at most maxDays different days: a count for
// every day between the first and the last. Counts are mostly far from the processor, so
// that days wait and are counted together: the next ones need not wait for the memory of
// the one before.
type dayWindow struct {
	base      int32 // the day of the first count
	counts    []int64
	different int
	waiting   [waitingDays]int32
	n         int // that wait
}

const waitingDays = 64

func (w *dayWindow) add(day int32) {
	w.waiting[w.n] = day
	if w.n++; w.n == waitingDays {
		w.settle()
	}
}

// settle counts the days that wait.
func (w *dayWindow) settle() {
	for _, day := range w.waiting[:w.n] {
		if i := int64(day) - int64(w.base); i < 0 || i >= int64(len(w.counts)) {
			w.reach(day)
		}
		n := &w.counts[day-w.base]
		if *n == 0 {
			if w.different == maxDays {
				continue
			}
			w.different++
		}
		*n++
	}
	w.n = 0
}

// reach widens the window to a day, with room for its neighbours.
func (w *dayWindow) reach(day int32) {
	const room = 400
	low, high := day-room, day+room
	if len(w.counts) > 0 {
		low, high = min(low, w.base), max(high, w.base+int32(len(w.counts)))
	}
	counts := make([]int64, high-low)
	if len(w.counts) > 0 {
		copy(counts[w.base-low:], w.counts)
	}
	w.base, w.counts = low, counts
}

// date adds a value to a column. Beyond dateColumns open ones, further columns are
// not looked at: a table may have thousands.
func (s *unitSink) date(c *dayCounter, value []byte) {
	if c.days == nil && s.dated >= dateColumns {
		c.off = true
		return
	}
	had := c.days != nil
	c.add(value)
	switch has := c.days != nil; {
	case has && !had:
		s.dated++
	case had && !has:
		s.dated--
	}
}

// finish returns the days, none when the column holds hardly any date.
func (c *dayCounter) finish() Days {
	if c.off || c.hits == 0 {
		return Days{}
	}
	c.days.settle()
	d := Days{Oldest: c.low, Newest: c.high, Total: c.hits, Counts: make([]DayCount, 0, c.days.different)}
	for i, n := range c.days.counts {
		if n > 0 {
			d.Counts = append(d.Counts, DayCount{c.days.base + int32(i), n})
		}
	}
	return d
}

// namesDates reports whether the name of a column says that it holds dates.
func namesDates(name string) bool {
	name = strings.ToLower(name)
	for _, w := range []string{"date", "dt_", "_dt", "jour", "contact", "echeance", "échéance"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// parseDay reads a date at the start of a value: year first or day first with
// "-", "/" or ".", whatever time follows, and eight digits, year first, where
// digits allows it. Years are 1900 to 2100.
func parseDay(v []byte, digits bool) (day int32, ok bool) {
	if len(v) < 8 || len(v) > 40 || !isDigit(v[0]) {
		return 0, false
	}
	var y, m, d int
	rest := 10
	switch {
	case len(v) >= 10 && isMark(v[4]) && v[7] == v[4]:
		y, m, d = number(v[:4]), number(v[5:7]), number(v[8:10])
	case len(v) >= 10 && isMark(v[2]) && v[5] == v[2]:
		d, m, y = number(v[:2]), number(v[3:5]), number(v[6:10])
	case digits:
		y, m, d = number(v[:4]), number(v[4:6]), number(v[6:8])
		rest = 8
		if y < oldestYear || y > newestYear { // day first
			d, m, y = number(v[:2]), number(v[2:4]), number(v[4:8])
		}
	default:
		return 0, false
	}
	if len(v) > rest && v[rest] != ' ' && v[rest] != 'T' && v[rest] != 't' {
		return 0, false
	}
	if y < oldestYear || y > newestYear || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return civilDay(y, m, d), true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isMark(b byte) bool { return b == '-' || b == '/' || b == '.' }

// number reads digits; -1 for anything else.
func number(b []byte) int {
	n := 0
	for _, c := range b {
		if !isDigit(c) {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// civilDay numbers a day of the Gregorian calendar from 1 January 1970. Years
// begin in March here, so that the day added by a leap year is their last one.
func civilDay(y, m, d int) int32 {
	if m <= 2 {
		y--
		m += 12
	}
	days := 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1
	return int32(days - 719468)
}
