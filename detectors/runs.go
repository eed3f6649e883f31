package detectors

import (
	"math/bits"
	"slices"
)

// Bare runs of digits: the kernel measures those of a batch, each goes to a queue by
// its length and its first two digits, and every detector that wants such runs goes
// through the queue in a loop of its own.

// runClass are the runs of one length that the same detectors want.
type runClass struct {
	length    uint8
	detectors []uint8
}

// runClasses are all of them; class 0 is what nobody wants.
type runClasses struct {
	list []runClass
	of   [maxRun + 1][256]uint16 // by length and first digits, sixteen times the first and the second
}

// newRunClasses sorts what detectors want.
func newRunClasses(ds []*Detector) *runClasses {
	c := &runClasses{list: make([]runClass, 1)}
	for n := 1; n <= maxRun; n++ {
		for head := range 256 {
			var want []uint8
			for i, d := range ds {
				if slices.Contains(d.Runs, n) && (d.Heads == nil || n == 1 || head>>4 < 10 && head&15 < 10 && d.Heads(n, byte(head>>4), byte(head&15))) {
					want = append(want, uint8(i))
				}
			}
			if len(want) > 0 {
				c.of[n][head] = c.class(uint8(n), want)
			}
		}
	}
	return c
}

// class returns the place of a class in the list, where it is put if it is new.
func (c *runClasses) class(n uint8, want []uint8) uint16 {
	i := slices.IndexFunc(c.list, func(k runClass) bool { return k.length == n && slices.Equal(k.detectors, want) })
	if i < 0 {
		i = len(c.list)
		c.list = append(c.list, runClass{n, want})
	}
	return uint16(i)
}

// runList is what a kernel fills: where runs of digits begin that no word byte stands
// in front of, and their lengths.
type runList struct {
	at     [maxBatchRuns + 16]int32 // the kernels write further than they count
	length [maxBatchRuns + 16]uint8
}

// maxBatchRuns is how many runs may begin at the decided positions of a batch.
const maxBatchRuns = batchWindows * windowStep / 2

// Lengths that are none: of a run that a word byte follows, and the least one of
// those that leave their window.
const (
	runGoesOn  = 255
	runLeaves  = 128
	leastQuick = 4 // digits of the shortest runs that the kernels in assembly list
)

// runsGo lists the runs of the first n windows of a batch, at least all that are
// shortest long and none that is shorter than the least of 4 and that.
func runsGo(b *batch, n, shortest int, out *runList) (k int) {
	shortest = min(shortest, 15) - 1 // a decided position has fourteen bytes behind it
	for w := range n {
		m := &b.masks[w/groupWindows]
		digit, word := m[0][w%groupWindows], m[3][w%groupWindows]
		long := digit & (digit >> shortest)
		if shortest >= 3 {
			four := runOf4(digit)
			long = four & (four >> (shortest - 3))
		}
		for s := long &^ (word << 1) & Decided; s != 0; s &= s - 1 {
			i := bits.TrailingZeros64(s)
			length := bits.TrailingZeros64(^(digit >> i))
			out.at[k], out.length[k] = b.at[w]+int32(i), uint8(length)
			switch {
			case i+length >= 64:
				out.length[k] = runLeaves
			case word>>(i+length)&1 != 0:
				out.length[k] = runGoesOn
			}
			k++
		}
	}
	return k
}

// runQueue holds runs of one class, as places in the text.
type runQueue struct {
	n  int
	at [64]int32
}

// queueRuns puts the runs of a batch of n windows into their queues.
func (p *Pass) queueRuns(c *Chunk, n int) {
	text, list := c.Data, &p.measured
	k := p.e.kernel.runs(p.batch, n, p.e.minRun, list)
	for i, at := range list.at[:k] {
		length := int(list.length[i])
		if length > maxRun {
			if length < runLeaves || length == runGoesOn {
				continue
			}
			length = runLength(text, int(at))
		}
		head := text[at] << 4
		if int(at)+1 < len(text) {
			head |= text[at+1] & 15
		}
		class := p.e.runs.of[length&maxRun][head]
		q := &p.runs[class]
		q.at[q.n&(len(q.at)-1)] = at
		if q.n++; q.n == len(q.at) {
			p.verifyRuns(c, int(class))
		}
	}
}

// runLength measures the run of digits at text[at]; it is 0 when a word byte follows
// or the run is too long.
func runLength(text []byte, at int) int {
	n := 0
	for at+n < len(text) && n <= maxRun && classes[text[at+n]]&classDigit != 0 {
		n++
	}
	if n > maxRun || at+n < len(text) && classes[text[at+n]]&classWord != 0 {
		return 0
	}
	return n
}

// verifyAllRuns empties all queues.
func (p *Pass) verifyAllRuns(c *Chunk) {
	for i := range p.runs {
		if p.runs[i].n > 0 {
			p.verifyRuns(c, i)
		}
	}
}

// verifyRuns calls Run of the detectors of a class for the runs in its queue, and
// empties it.
func (p *Pass) verifyRuns(c *Chunk, class int) {
	q, k := &p.runs[class], &p.e.runs.list[class]
	queue := q.at[:q.n]
	q.n = 0
	for _, d := range k.detectors {
		run := p.e.detectors[d].Run
		if len(c.Starts) == 0 {
			for _, at := range queue {
				if s := run(c.Data, int(at), int(k.length)); s.Outcome != None {
					p.add(s, d, 0, -1)
				}
			}
			continue
		}
		for _, at := range queue {
			text, base, field := p.cellText(c, int(at), d)
			if field < 0 {
				continue
			}
			if s := run(text, int(at)-base, int(k.length)); s.Outcome != None {
				p.add(s, d, base, field)
			}
		}
	}
}
