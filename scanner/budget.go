package scanner

// budget bounds the memory of the exact distinct counts of one unit, in bytes.
// When it is used up, counts become sketches: less exact, never wrong.
type budget struct{ left int64 }

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
