package detectors

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Where terms count. A term of a vocabulary is a match when a value that
// identifies a person, at least probable, stands within personDistance of it, or
// in its row of a table: in another cell if its own is a text (longCell). No word
// of description stands in front of it on its line, no phrase of Not that begins
// there or in front of it and no longer term of the same vocabulary overlaps it,
// and it is not a part of something else that was found (a name, an address) nor an
// acronym of an English text (isEnglish).
// Under Options.All every term is one, beside a person or not.
//
// A cell that says something, in a column named after a vocabulary, is a match
// as a whole when its row has a person.

// Scores of terms.
const (
	scoreTerm      = 20 // alone
	scoreNearTerm  = 55 // beside a person
	scoreNamedTerm = 62 // beside a person, in a column of that name
)

// terms is what a scan knows for its vocabularies.
type terms struct {
	spans   []termSpan // of what was found, by start
	hits    []termHit  // of the region being read
	first   int        // of spans: those in front are too far away from here on
	matches []Match    // in the order of text
	list    [tokenBlocks]int32
	tokens  tokenList
	known   memory[[]termHit] // of values: the phrases, from their start on
}

// termSpan is a candidate that stands, as vocabularies see it.
type termSpan struct {
	start, end, field int32
	detector          uint8
	person            bool // of a kind of persons
	known             bool // person was looked at closely: somebody's value
}

// stands keeps what a decided candidate tells the vocabularies.
func (p *Pass) stands(c *Chunk, f *candidate) {
	if f.outcome != Accepted || f.score < ScorePossible {
		return
	}
	t := &p.terms
	if len(t.spans) == cap(t.spans) {
		t.spans = slices.Grow(t.spans, 1)
	}
	t.spans = t.spans[:len(t.spans)+1]
	s := &t.spans[len(t.spans)-1] // written where it stays
	s.start, s.end, s.field, s.detector = f.start, f.end, f.field, f.detector
	s.person, s.known = f.score >= ScoreProbable && p.e.persons>>f.detector&1 != 0, false
	if len(c.Starts) > 0 { // rows are read by their persons; in a text few have a term beside them
		p.identifies(c, s)
	}
}

// identifies reports whether a span is the value of a person, of somebody: the
// addresses of functions and the numbers of switchboards stand in every leaflet.
func (p *Pass) identifies(c *Chunk, s *termSpan) bool {
	if s.known || !s.person {
		return s.person
	}
	s.known = true
	switch s.detector {
	case p.e.emailPlace:
		s.person = isSomebody(c.Data[s.start:s.end], s.field >= 0 && !isLongCell(c, s.field))
	case p.e.phonePlace:
		s.person = isMobile(c.Data[s.start:s.end])
	}
	return s.person
}

// longCell is the length in bytes from which a cell is a text: a field of JSON that
// holds a letter.
const longCell = 2 * personDistance

func isLongCell(c *Chunk, field int32) bool { return c.Ends[field]-c.Starts[field] >= longCell }

// isSomebody reports whether an e-mail address is that of a person: in a table,
// any but those of functions; in a text, one of a mail service for everybody, or
// one of a first name and a surname.
func isSomebody(address []byte, table bool) bool {
	at := bytes.IndexByte(address, '@')
	if at <= 0 || isRole(address[:at]) {
		return false
	}
	if table {
		return true
	}
	local, domain := address[:at], address[at+1:]
	names := 0
	for len(local) > 0 {
		i := 0
		for i < len(local) && !isJoint(local[i]) {
			i++
		}
		part := local[:i]
		local = local[min(len(local), i+1):]
		if isRole(part) || isOffice(part) {
			return false
		}
		if len(part) > 1 {
			names++
		}
	}
	return names > 1 || isMailService(domain)
}

// isOffice reports whether a part of an address names an office; isRole knows
// those that stand alone.
func isOffice(part []byte) bool {
	var low [16]byte
	if len(part) > len(low) || !mayStart(&officeStarts, part) {
		return false
	}
	return officeWords[string(foldToken(low[:0], part))]
}

// isJoint reports whether b stands between the parts of the local part of an
// address.
func isJoint(b byte) bool { return b == '.' || b == '_' || b == '-' || b == '+' }

var (
	officeWords = wordSet("service", "services", "agence", "annonces", "prevention", "secours", "direction", "reclamations", "reclamation", "relations",
		"relation", "adherents", "clients", "client", "gestion", "sante", "mutuelle", "accueil", "secretariat", "mairie", "centre", "bureau", "presse",
		"communication", "partenaires", "syndicat", "association", "club", "equipe", "team", "hotline", "standard", "prestations", "cotisations", "social")
	officeStarts = wordStarts(officeWords)
)

// isMailService reports whether a domain is one of a service at which private
// persons have their mail: its first label tells.
func isMailService(domain []byte) bool {
	if i := bytes.IndexByte(domain, '.'); i > 0 {
		domain = domain[:i]
	}
	var low [16]byte
	return len(domain) <= len(low) && mailServices[string(foldToken(low[:0], domain))]
}

var mailServices = wordSet("gmail", "orange", "wanadoo", "free", "sfr", "laposte", "hotmail", "outlook", "yahoo", "icloud", "live", "bbox", "neuf",
	"numericable", "protonmail", "proton", "gmx", "aol", "club-internet", "msn", "me", "cegetel", "aliceadsl", "voila", "mailo", "ymail", "googlemail")

// isMobile reports whether a French number begins with 06 or 07.
func isMobile(number []byte) bool {
	first := true
	for i, b := range number {
		switch {
		case !isNum(b) || b == '0':
		case first && b == '3' && i+1 < len(number) && number[i+1] == '3': // the country
			first = false
		case b == '3' && !first && number[i-1] == '3':
		default:
			return b == '6' || b == '7'
		}
	}
	return false
}

// addTerms adds the matches of vocabularies to those of a scan, dst[n:].
func (p *Pass) addTerms(c *Chunk, dst []Match, n int) []Match {
	t := &p.terms
	t.matches, t.first = t.matches[:0], 0
	switch {
	case p.e.vocabulary == nil:
		return dst
	case len(c.Starts) > 0:
		p.termsOfRows(c)
	case p.e.opt.All:
		p.termsOfText(c, 0, len(c.Data))
	default:
		p.termsNearPersons(c)
	}
	return mergeMatches(dst, n, t.matches)
}

// mergeMatches merges sorted matches into the sorted dst[n:], in place.
func mergeMatches(dst []Match, n int, more []Match) []Match {
	i, j := len(dst)-1, len(more)-1
	dst = append(dst, more...)
	for k := len(dst) - 1; j >= 0; k-- {
		if i >= n && dst[i].Start > more[j].Start {
			dst[k] = dst[i]
			i--
		} else {
			dst[k] = more[j]
			j--
		}
	}
	return dst
}

// termsNearPersons reads the text around what may be persons.
func (p *Pass) termsNearPersons(c *Chunk) {
	const look = personDistance + maxTerm
	low, high := 0, -1
	for i := range p.terms.spans {
		s := &p.terms.spans[i]
		if !s.person || int(s.end) < c.From-look || int(s.start) > c.To+look {
			continue
		}
		if high < 0 || int(s.start)-look > high {
			if high > low {
				p.termsOfText(c, low, high)
			}
			low, high = max(0, int(s.start)-look), 0
		}
		high = min(len(c.Data), max(high, int(s.end)+look))
	}
	if high > low {
		p.termsOfText(c, low, high)
	}
}

// termsOfText reads text[low:high], which is whole words but for its ends.
func (p *Pass) termsOfText(c *Chunk, low, high int) {
	t := &p.terms
	t.hits = p.readTerms(t.hits[:0], c.Data, low, high)
	to := 0 // of spans
	for i := range t.hits {
		h := &t.hits[i]
		if h.sort != isTerm || int(h.at) < c.From || int(h.at) >= c.To {
			continue
		}
		for t.first < len(t.spans) && int(t.spans[t.first].start) < int(h.at)-personDistance-maxReach {
			t.first++
		}
		for to = max(to, t.first); to < len(t.spans) && t.spans[to].start <= h.end+personDistance; to++ {
		}
		beside, part := p.spansAround(c, h, t.spans[t.first:to])
		if !part && (beside || p.e.opt.All) && !t.cancelled(c.Data, i) && !isEnglish(c.Data, int(h.at), int(h.end)) {
			p.addTerm(h, beside, false)
		}
	}
}

// spansAround reports whether a person stands beside h, and whether it is a part
// of something found.
func (p *Pass) spansAround(c *Chunk, h *termHit, spans []termSpan) (beside, part bool) {
	for i := range spans {
		s := &spans[i]
		if s.start < h.end && h.at < s.end {
			return false, true
		}
		beside = beside || s.person && s.field == h.field && s.start-h.end <= personDistance && h.at-s.end <= personDistance && p.identifies(c, s)
	}
	return beside, false
}

func (p *Pass) addTerm(h *termHit, beside, named bool) {
	m := Match{Detector: p.e.detectors[p.e.vocabularies+int(h.vocabulary)], Start: int(h.at), End: int(h.end), Score: scoreTerm, Field: h.field}
	switch {
	case named:
		m.Score, m.Why = scoreNamedTerm, ColumnName
	case beside:
		m.Score, m.Why = scoreNearTerm, Linked
	}
	if beside && named {
		m.Why |= Linked
	}
	if m.Score < p.e.min {
		return
	}
	// Phrases begin where they are read; only whole cells may come before.
	t := &p.terms
	i := len(t.matches)
	for i > 0 && t.matches[i-1].Start > m.Start {
		i--
	}
	t.matches = slices.Insert(t.matches, i, m)
}

// cancelled reports whether hit i means nothing where it stands: it depends on
// the hits that overlap it, and on the words of description in front of it.
func (t *terms) cancelled(text []byte, i int) bool {
	h := &t.hits[i]
	for j := i - 1; j >= 0 && t.hits[j].at > h.at-max(maxTerm, describedAfter+1); j-- {
		g := &t.hits[j]
		if g.cancels(h) || g.sort == describing && g.at < h.at && h.at-g.at <= describedAfter && sameLine(text[g.at:h.at]) {
			return true
		}
	}
	for j := i + 1; j < len(t.hits) && t.hits[j].at < h.end; j++ {
		if t.hits[j].cancels(h) {
			return true
		}
	}
	return false
}

// cancels reports whether g overlaps h and says that it means nothing, or more.
func (g *termHit) cancels(h *termHit) bool {
	if g.vocabulary != h.vocabulary || g.at >= h.end || h.at >= g.end {
		return false
	}
	switch g.sort {
	case isNot:
		return g.at <= h.at // of a longer term, the words in front of it decide
	case isTerm:
		long, short := g.end-g.at, h.end-h.at
		return long > short || long == short && g.at < h.at
	}
	return false
}

// readTerms appends the phrases of a text that begin in text[low:high].
func (p *Pass) readTerms(hits []termHit, text []byte, low, high int) []termHit {
	v, t := p.e.vocabulary, &p.terms
	for low < high {
		n := 0
		for ; low < high && n < len(t.list); low += 64 {
			t.list[n] = int32(low)
			n++
		}
		n = p.e.kernel.tokens(text, t.list[:n], &v.tokens, &t.tokens, 0)
		for _, place := range t.tokens.at[:n] {
			at := int(place)
			if at < high && isLetter(text, at) && (at == 0 || !isTermWord(text, at-1)) {
				hits = v.follow(hits, p.token, text, at, -1, 0)
			}
		}
	}
	return hits
}

// cellTerms is readTerms for a cell, c.Data[base:base+size].
func (p *Pass) cellTerms(hits []termHit, c *Chunk, base, size int, field int32) []termHit {
	if size <= 16 && base+16 <= len(c.Data) && noLetters(c.Data[base:], size) {
		return hits
	}
	known, again := p.terms.known.slot(columnIndex(c, field), slices.Clip(c.Data)[base:base+size], 0)
	if !again {
		hits = p.readCell(hits, c.Data, base, size)
		if known != nil {
			*known = append((*known)[:0], hits...)
		}
	} else {
		hits = append(hits, *known...)
	}
	for i := range hits {
		h := &hits[i]
		h.at, h.end, h.field = h.at+int32(base), h.end+int32(base), field
	}
	return hits
}

// readCell appends the phrases of data[base:base+size], as offsets from base.
func (p *Pass) readCell(hits []termHit, data []byte, base, size int) []termHit {
	v, m, text := p.e.vocabulary, &p.terms.tokens.masks, data[base:base+size]
	inside := false
	for low := 0; low < size; low += 64 {
		if at := base + low; at+blockRead <= len(data) {
			p.e.kernel.words(data, at, p.e.words.tokens.prefix, m)
		} else {
			wordsGo(data, at, p.e.words.tokens.prefix, m)
		}
		known := min(64, size-low)
		valid := ^uint64(0) >> (64 - known)
		letters := m.letters
		for marks := m.high & valid; marks != 0; marks &= marks - 1 {
			if i := bits.TrailingZeros64(marks); isLetter(text, low+i) {
				letters |= 1 << i
			}
		}
		starts := letters &^ (letters << 1) & valid
		if inside {
			starts &^= 1
		}
		for ; starts != 0; starts &= starts - 1 {
			at := low + bits.TrailingZeros64(starts)
			if v.mayBegin(data, base+at, size-at) && (at == 0 || !isNum(text[at-1])) {
				hits = v.follow(hits, p.token, text, at, 0, 0)
			}
		}
		inside = low+64 < size && isTermWord(text, low+63)
	}
	return hits
}

// noLetters reports whether the first size bytes of data, of sixteen at least, hold no
// ASCII letter and nothing beyond ASCII: numbers, amounts and dates.
func noLetters(data []byte, size int) bool {
	first, next := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
	if size < 8 {
		first, next = first&(1<<(8*size)-1), 0
	} else {
		next &= 1<<(8*(size-8)) - 1
	}
	return asciiLetters(first)|asciiLetters(next)|(first|next)&highBits == 0
}

// mayBegin reports whether a phrase may begin with the word at data[at], by its
// first eight bytes, size of which are in its text.
func (v *vocabulary) mayBegin(data []byte, at, size int) bool {
	if at+8 > len(data) {
		return true
	}
	first := binary.LittleEndian.Uint64(data[at:])
	if size < 8 {
		first &= 1<<(8*size) - 1
	}
	return v.tokens.filter.passes(first)
}

// termsOfRows reads the rows of a table that have a person.
func (p *Pass) termsOfRows(c *Chunk) {
	t := &p.terms
	i, cells := 0, int32(len(c.Starts))
	for cell := int32(0); cell < cells; {
		for i < len(t.spans) && (t.spans[i].field < cell || !t.spans[i].person) {
			i++
		}
		first := cell
		if !p.e.opt.All {
			if i == len(t.spans) {
				return
			}
			for first = t.spans[i].field; first > cell && sameRecord(c, first-1, first); first-- {
			}
		}
		last := first
		for last+1 < cells && sameRecord(c, last, last+1) {
			last++
		}
		p.termsOfRow(c, first, last, t.spans[i:])
		cell = last + 1
	}
}

// personElsewhere reports whether a row that ends with the cell last has a person in
// another cell than the given one. spans begin with the first person of the row.
func personElsewhere(spans []termSpan, last, cell int32) bool {
	for i := 0; i < len(spans) && spans[i].field <= last; i++ {
		if spans[i].person && spans[i].field != cell {
			return true
		}
	}
	return false
}

// termsOfRow reads the cells first to last, which are a row; persons are the spans
// from its first person on. In a cell that is a text, a person of the same cell
// has to stand near a term.
func (p *Pass) termsOfRow(c *Chunk, first, last int32, persons []termSpan) {
	t := &p.terms
	person := len(persons) > 0 && persons[0].field <= last
	for cell := first; cell <= last; cell++ {
		low, high := int(c.Starts[cell]), int(c.Ends[cell])
		if high <= c.From || low >= c.To {
			continue
		}
		for t.first < len(t.spans) && t.spans[t.first].field < cell-1 {
			t.first++ // what goes on in the next cell is in one of these two
		}
		j := t.first
		for j < len(t.spans) && int(t.spans[j].start) < high {
			j++
		}
		if covered(t.spans[t.first:j], low, high) {
			continue // all of it is something else
		}
		named := uint64(0)
		if person || p.e.opt.All {
			named = p.namedCell(c, cell, low, high, person)
		}
		row := person && (!isLongCell(c, cell) || personElsewhere(persons, last, cell))
		from, to := t.first, t.first
		t.hits = p.cellTerms(t.hits[:0], c, low, high-low, cell)
		for k := range t.hits {
			h := &t.hits[k]
			if h.sort != isTerm || named>>h.vocabulary&1 != 0 || int(h.at) < c.From || int(h.at) >= c.To {
				continue
			}
			for from < j && int(t.spans[from].start) < int(h.at)-personDistance-maxReach {
				from++
			}
			for to = max(to, from); to < j && t.spans[to].start <= h.end+personDistance; to++ {
			}
			near, part := p.spansAround(c, h, t.spans[from:to])
			if beside := row || near && isLongCell(c, cell); !part && (beside || p.e.opt.All) && !t.cancelled(c.Data, k) && !isEnglish(c.Data[low:high], int(h.at)-low, int(h.end)-low) {
				p.addTerm(h, beside, false)
			}
		}
	}
}

// covered reports whether one of the spans is all of text[low:high].
func covered(spans []termSpan, low, high int) bool {
	for i := range spans {
		if int(spans[i].start) <= low && int(spans[i].end) >= high {
			return true
		}
	}
	return false
}

// namedCell adds a match of the whole of a cell for every vocabulary that its
// column is named after, and returns their set.
func (p *Pass) namedCell(c *Chunk, cell int32, low, high int, person bool) uint64 {
	named := columnOf(c, cell).terms
	if named == 0 {
		return 0
	}
	value := c.Data[low:high]
	for len(value) > 0 && value[0] <= ' ' {
		value = value[1:]
		low++
	}
	for len(value) > 0 && value[len(value)-1] <= ' ' {
		value = value[:len(value)-1]
	}
	if saysNothing(value) || low < c.From || low >= c.To {
		return named
	}
	for i := range p.e.detectors[p.e.vocabularies:] {
		if named>>i&1 != 0 {
			h := termHit{at: int32(low), end: int32(low + len(value)), field: cell, termEnd: termEnd{vocabulary: uint8(i)}}
			p.addTerm(&h, person, true)
		}
	}
	return named
}

// saysNothing reports whether the value of a cell stands for no value.
func saysNothing(value []byte) bool {
	if len(value) > 12 {
		return false
	}
	var folded [2 * maxToken]byte
	switch string(foldToken(folded[:0], value)) {
	case "", "0", "n", "non", "no", "na", "n/a", "nc", "null", "nul", "nan", "none", "neant", "aucun", "aucune", "faux", "false",
		"sans", "sans objet", "so", "inconnu", "-", "--", ".", "/", "?", "x", "0,00", "0.00", "\x2d\x2d\x2d":
		return true
	}
	return false
}

// ReadsTerms reports whether a Pass of e may find terms of vocabularies.
func (e *Engine) ReadsTerms() bool { return e.vocabulary != nil }

// Terms appends to dst the terms of vocabularies in a name, a header or a title,
// whether a person stands beside them or not, sorted by Start. A term there is
// about everything below: what counts is whether that holds a person.
func (p *Pass) Terms(text []byte, dst []Match) []Match {
	if p.e.vocabulary == nil {
		return dst
	}
	t := &p.terms
	t.hits = p.readTerms(t.hits[:0], text, 0, len(text))
	for i := range t.hits {
		if h := &t.hits[i]; h.sort == isTerm && !t.cancelled(text, i) && !isEnglish(text, int(h.at), int(h.end)) {
			dst = append(dst, Match{Detector: p.e.detectors[p.e.vocabularies+int(h.vocabulary)], Start: int(h.at), End: int(h.end),
				Score: scoreNearTerm, Why: ColumnName, Field: -1})
		}
	}
	return dst
}
