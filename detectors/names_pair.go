package detectors

// Names without a title or a label: a given name beside a surname.

// pairName decides on words that nothing announces: a given name beside a
// surname.
func pairName(text []byte, at int) Span {
	if !isUpperAt(text, at) || at > 0 && (isLetter(text, at-1) || isToken(text[at-1]) || joins(text, at-1) && at > 1 && isLetter(text, at-2)) {
		return Span{}
	}
	if at > 0 && !startsAfter(text[at-1]) {
		return Span{}
	}
	// What pairScore wants of the first word, before the others are read: it is a
	// given name, or a surname in capitals.
	f := fullName{next: at}
	f.readOn(text, at, 1)
	if w := &f.words[0]; f.n == 0 || w.initial || !w.caps && w.given == 0 || w.caps && w.given < 2 && isSentenceWord(text[w.start:w.end]) {
		return Span{}
	}
	// cut would leave one word, whatever follows the second.
	f.readOn(text, at, 2)
	if w := &f.words[1]; f.n < 2 || !w.initial && !w.particle && w.given < 2 && !(w.caps && w.end-w.start <= 2) && isSentenceWord(text[w.start:w.end]) {
		return Span{}
	}
	f.readOn(text, at, maxNameWords)
	f.trim()
	if f.n < 2 || !pairBegins(text, &f) {
		return Span{}
	}
	read := f.n
	f.cut(text)
	if f.n < read && isCompanyWord(text[f.words[f.n].start:f.words[f.n].end]) {
		return Span{}
	}
	for f.n > 0 && (f.words[f.n-1].initial || f.words[f.n-1].particle) {
		f.n--
	}
	if f.n < 2 || f.n > 5 || namedAfter(text, at) {
		return Span{}
	}
	if end := f.end(); end < len(text) && (text[end] == '(' || text[end] == '=' || text[end] == '_' || text[end] == '/') {
		return Span{}
	}
	score := pairScore(text, &f)
	if score == 0 || isNamesake(text, &f) {
		return Span{}
	}
	return accepted(f.words[0].start, f.end(), score, max(score, 70), Structure|Listed)
}

// isSentenceWord reports whether a word is no part of a name, not even as the
// article of a surname.
func isSentenceWord(word []byte) bool {
	return isNoName(word) && !surnameArticles.has(word) && !surnameWords.has(word)
}

// isCompanyWord reports whether a word behind a name makes it that of a company:
// Vita Nuova Holdings.
func isCompanyWord(word []byte) bool {
	return len(word) <= 16 && companyWords.has(word)
}

var companyWords = newLexicon("holding holdings limited ltd inc llc corp corporation company gmbh sas sarl eurl university foundation institute assurances")

// startsAfter reports whether a name may begin behind b.
func startsAfter(b byte) bool {
	switch b {
	case ' ', '\n', '\r', '\t', '"', '\'', '(', ',', ';', ':', '|', '>', '[', '<', '*', 0xA0, 0x99, 0xAB, 0x93, '=':
		return true
	}
	return false
}

// pairBegins holds the second word to what the filter looks for: one space, a
// capital behind it or particles of which the last has one.
func pairBegins(text []byte, f *fullName) bool {
	w := f.words[0]
	if w.initial || w.end >= len(text) || text[w.end] != ' ' {
		return false
	}
	for i := 1; i < f.n; i++ {
		if f.words[i-1].end < len(text) && text[f.words[i-1].end] != ' ' && !apostropheBefore(text, f.words[i-1].end) {
			return i > 1 && !f.words[i-1].particle
		}
		if !f.words[i].particle {
			return i <= 3
		}
		if apostropheBefore(text, f.words[i].end) {
			return true
		}
	}
	return false
}

// pairScore tells what a run of capitalised words is worth as a name.
func pairScore(text []byte, f *fullName) uint8 {
	first, last := f.words[0], f.words[f.n-1]
	caps, given, common := 0, 0, 0
	for _, w := range f.words[:f.n] {
		if w.caps {
			caps++
		}
		if w.given > 0 && !w.caps {
			given++
		}
		if w.given == 2 {
			common++
		}
	}
	switch {
	case caps == f.n: // JEAN DUPONT, or a heading
		if common > 0 && f.n <= 3 && !f.heading(text) {
			return 45
		}
		return 0
	case caps > 0 && given > 0:
		// Jean DUPONT, DUPONT Jean: capitals tell the surname.
		// A name outside the short lists has to stand beside a longer surname.
		n := f.surnameLength()
		switch {
		case !f.split() || n < 2 || f.noGiven(text) || n < 4 && first.caps:
			return 0
		case f.mixedGiven() == 2 && (n > 4 || !f.ambiguous(text)):
			return 74
		case n > 4 && !f.ambiguous(text):
			return 68
		}
		return 0
	case caps > 0:
		return 0
	case first.given == 2 && !isAmbiguous(text[first.start:first.end]):
		if last.given < 2 && last.end-last.start < 3 || f.n > 4 {
			return 0
		}
		return 70
	}
	return 0
}

// heading reports whether one of the words is a small word of a sentence.
func (f *fullName) heading(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if isNoName(text[w.start:w.end]) {
			return true
		}
	}
	return false
}

// mixedGiven is what the best word in small letters is as a given name.
func (f *fullName) mixedGiven() (best uint8) {
	for _, w := range f.words[:f.n] {
		if !w.caps {
			best = max(best, w.given)
		}
	}
	return best
}

// noGiven reports whether the given name is a word that is no name: GNU Name.
func (f *fullName) noGiven(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if !w.caps && w.given > 0 {
			return w.given < 2 && isNoName(text[w.start:w.end])
		}
	}
	return true
}

// ambiguous reports whether the given name is a word as well.
func (f *fullName) ambiguous(text []byte) bool {
	for _, w := range f.words[:f.n] {
		if !w.caps && w.given > 0 {
			return isAmbiguous(text[w.start:w.end])
		}
	}
	return false
}

// split reports whether the words in capitals are one run at the start or the
// end, and those beside it begin with a given name.
func (f *fullName) split() bool {
	changes, i := 0, -1
	previous := f.words[0].caps
	for k := range f.n {
		w := f.words[k]
		if w.particle || w.initial {
			continue
		}
		if w.caps != previous {
			changes++
			previous = w.caps
		}
		if !w.caps && i < 0 {
			i = k
		}
	}
	return changes == 1 && i >= 0 && f.words[i].given > 0
}

// surnameLength is the length of the longest word in capitals.
func (f *fullName) surnameLength() (n int) {
	for _, w := range f.words[:f.n] {
		if w.caps {
			n = max(n, w.end-w.start)
		}
	}
	return n
}
