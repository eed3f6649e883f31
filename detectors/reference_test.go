package detectors

import (
	"bytes"
	"cmp"
	"slices"
)

// referenceScan is the slow and obvious engine: every Run and Verify at every
// offset of every text, words looked up byte by byte for each candidate, each
// candidate compared with all others. It shares no code with Scan but the
// detectors, the folding of letters and the split of column names.
func referenceScan(e *Engine, c *Chunk) (matches, refused []Match) {
	var found []refCandidate
	if len(c.Starts) == 0 {
		for i, d := range e.detectors[:e.vocabularies] {
			found = append(found, refText(e, i, d, c.Data, 0, len(c.Data), -1)...)
		}
	}
	for cell := range c.Starts {
		for i, d := range e.detectors[:e.vocabularies] {
			low, high := int(c.Starts[cell]), int(c.Ends[cell])
			end := high
			if d.Cells && cell+1 < len(c.Starts) && refSameRow(c, cell, cell+1) {
				end = int(c.Ends[cell+1])
			}
			if d.Cell != nil && low < high && columnOf(c, int32(cell)).named>>i&1 != 0 {
				if s := d.Cell(c.Data[low:high]); s.Outcome != None {
					found = append(found, refCandidate{
						Match: Match{Detector: d, Start: low + int(s.Start), End: low + int(s.End), Field: int32(cell)},
						at:    low, low: low, high: high, detector: i, span: s,
					})
				}
			}
			for _, f := range refText(e, i, d, c.Data, low, end, cell) {
				if f.at < high {
					found = append(found, f)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b refCandidate) int {
		return cmp.Or(a.Start-b.Start, a.End-b.End, a.detector-b.detector,
			int(b.span.Outcome)-int(a.span.Outcome), int(b.span.Raised)-int(a.span.Raised), int(b.span.Score)-int(a.span.Score))
	})
	found = slices.CompactFunc(found, func(a, b refCandidate) bool {
		return a.Start == b.Start && a.End == b.End && a.detector == b.detector
	})
	own := slices.Clone(found)
	for i := range own {
		own[i].weigh(e, c, false)
	}
	for i := range found {
		f := &found[i]
		linked := false
		for j, g := range own {
			linked = linked || i != j && g.span.Outcome == Accepted && g.Score >= ScorePossible &&
				slices.Contains(e.detectors[f.detector].Near, g.Detector.Kind) &&
				g.Start-f.End <= 160 && f.Start-g.End <= 160 && refSameRow(c, int(f.Field), int(g.Field))
		}
		f.weigh(e, c, linked && !columnOf(c, f.Field).titled)
	}
	var standing []refCandidate
	for i, f := range found {
		beaten := false
		for j, g := range found {
			if i != j && g.Start < f.End && f.Start < g.End && g.beats(f) {
				beaten = true
			}
		}
		if !beaten {
			standing = append(standing, f)
		}
		switch {
		case beaten || f.Start < c.From || f.Start >= c.To:
		case f.span.Outcome == Accepted && f.Score >= e.min:
			matches = append(matches, f.Match)
		default:
			refused = append(refused, f.Match)
		}
	}
	matches = append(matches, referenceTerms(e, c, standing)...)
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	return matches, refused
}

type refCandidate struct {
	Match
	at, low, high, detector int
	span                    Span
	raised                  uint8
}

func refText(e *Engine, i int, d *Detector, data []byte, low, high, field int) (found []refCandidate) {
	text := data[low:high]
	add := func(at int, s Span) {
		if s.Outcome != None {
			found = append(found, refCandidate{
				Match: Match{Detector: d, Start: low + int(s.Start), End: low + int(s.End), Field: int32(field)},
				at:    low + at, low: low, high: high, detector: i, span: s,
			})
		}
	}
	for at := range text {
		if d.Verify != nil {
			add(at, d.Verify(text, at))
		}
		if n := refRun(text, at); d.Run != nil && slices.Contains(d.Runs, n) {
			add(at, d.Run(text, at, n))
		}
	}
	return found
}

const refWord = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

func refRun(text []byte, at int) int {
	if at > 0 && bytes.IndexByte([]byte(refWord), text[at-1]) >= 0 {
		return 0
	}
	n := 0
	for at+n < len(text) && text[at+n] >= '0' && text[at+n] <= '9' {
		n++
	}
	if at+n < len(text) && bytes.IndexByte([]byte(refWord), text[at+n]) >= 0 {
		return 0
	}
	return n
}

func refSameRow(c *Chunk, a, b int) bool {
	a, b = min(a, b), max(a, b)
	if a < 0 {
		return b < 0
	}
	if b >= len(c.Columns) {
		return a == b
	}
	for ; a < b; a++ {
		if c.Columns[a] >= c.Columns[a+1] {
			return false
		}
	}
	return true
}

// weigh works out score and evidence.
func (f *refCandidate) weigh(e *Engine, c *Chunk, linked bool) {
	if f.span.Outcome != Accepted {
		return
	}
	d, bit := f.Detector, uint64(1)<<f.detector
	score, raised := int(f.span.Score), int(f.span.Raised)
	f.Why = f.span.Why
	if l := e.opt.Lists[d.Kind]; l != nil && d.Normal != nil && l.Has(d.Normal(nil, c.Data[f.Start:f.End])) {
		f.Why |= Listed
		score, raised = score+10, raised+10
	}
	score = min(score, 99)
	raised = min(max(score, raised), 99)
	var column Column
	if f.Field >= 0 && int(f.Field) < len(c.Columns) && c.Columns[f.Field] >= 0 && int(c.Columns[f.Field]) < len(c.Names) {
		column = c.Names[c.Columns[f.Field]]
	}
	if column.named&bit != 0 {
		f.Why |= ColumnName
		score = min(raised+3, 99)
	} else {
		speaksFor, against := refContext(d, c.Data[f.low:f.high], f.Start-f.low, f.End-f.low)
		speaksFor = speaksFor || column.context&bit != 0
		against = (against || column.against&bit != 0) && f.span.Why&ContextWord == 0
		switch {
		case speaksFor && against:
			f.Why |= ContextWord
			raised = max(score, raised-30)
			score = raised
		case speaksFor:
			f.Why |= ContextWord
			score = raised
		case against:
			score, raised = max(1, score-30), max(1, raised-30)
		}
		if linked && !speaksFor && score > scoreByName {
			f.Why |= Linked
			score = raised
		}
	}
	f.Score, f.raised = uint8(min(score, [...]int{39, 64, 84, 99}[d.Max])), uint8(raised)
}

func refContext(d *Detector, text []byte, start, end int) (speaksFor, against bool) {
	window := d.Window
	if window == 0 {
		window = 96
	}
	last := 0
	for at := range text {
		if !isLetter(text, at) || at > 0 && isLetter(text, at-1) {
			continue
		}
		front := at < start && at >= start-window
		behind := at >= end && at < end+24 && !bytes.ContainsAny(text[end:at], "\r\n")
		if !front && !behind {
			continue
		}
		stop := at
		for stop < len(text) && isLetter(text, stop) {
			stop++
		}
		if stop-at > maxToken {
			continue
		}
		beside := bytes.ContainsAny(text[max(0, at-1):min(len(text), stop+1)], "0123456789")
		if stop-at <= 3 && beside {
			continue // SS348236 is a reference, not the word SS
		}
		word := string(foldToken(nil, text[at:stop]))
		for _, form := range []string{word, word[:len(word)-1]} {
			if form == word || len(word) > 3 && word[len(word)-1] == 's' {
				if slices.Contains(d.Context, form) {
					speaksFor = true
					if front && against && bytes.ContainsAny(text[last:at], "0123456789\n\r:;.") {
						against = false
					}
				}
				if slices.Contains(d.Against, form) {
					against = true
					if front {
						last = at
					}
				}
			}
		}
	}
	return speaksFor, against
}

// beats says whether f drops g, which overlaps it.
func (f refCandidate) beats(g refCandidate) bool {
	if f.span.Outcome != Accepted {
		return false
	}
	if g.span.Outcome != Accepted {
		return f.Score >= ScorePossible
	}
	context := func(c refCandidate) int {
		switch {
		case c.Why&ColumnName != 0:
			return 2
		case c.Why&(ContextWord|Linked) != 0:
			return 1
		}
		return 0
	}
	order := cmp.Or(
		cmp.Compare(StrengthOf(f.Score), StrengthOf(g.Score)),
		cmp.Compare(context(f), context(g)),
		cmp.Compare(f.End-f.Start, g.End-g.Start),
		cmp.Compare(f.Score, g.Score),
		cmp.Compare(f.raised, g.raised),
		cmp.Compare(g.detector, f.detector),
		cmp.Compare(g.Start, f.Start),
	)
	return order > 0
}
