package scanner

// budget bounds the memory of the exact distinct counts of one unit, in bytes.
// When it is used up, counts become sketches: less exact, never wrong.
type budget struct {
	left int64
	free [][]uint64 // largest tables, for the next location
}

// distinctBudget is the memory for exact counts of one unit.
const distinctBudget = 64 << 20

func (b *budget) take(n int64) bool {
	if b.left < n {
		return false
	}
	b.left -= n
	return true
}

func (b *budget) give(n int64) { b.left += n }

// table returns an empty table. New memory is dear: the system hands it out page by
// page.
func (b *budget) table(size int) []uint64 {
	if n := len(b.free); n > 0 && size == largestTable {
		t := b.free[n-1]
		b.free = b.free[:n-1]
		clear(t)
		return t
	}
	return make([]uint64, size)
}

// recycle takes back a table that nothing uses any more.
func (b *budget) recycle(t []uint64) {
	const most = 16
	if len(t) == largestTable && len(b.free) < most {
		b.free = append(b.free, t)
	}
}
