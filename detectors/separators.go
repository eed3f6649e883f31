package detectors

// Separators of written numbers. Office programs replace spaces by no-break
// ones, PDF text has thin ones, word processors turn hyphens into dashes; all
// spaces are one class here, and so are all hyphens.

// separator is the class of what stands between two groups of a number.
type separator uint8

const (
	noSeparator separator = iota
	spaceSeparator
	dotSeparator
	hyphenSeparator
	slashSeparator
	tabSeparator
	lineSeparator
	mixedSeparator // more than one class, spaces apart
)

// maxSeparators is how many separators may follow one another between two
// groups, and maxGap how many bytes they take at most.
const (
	maxSeparators = 3
	maxGap        = 3 * maxSeparators
)

// separatorAt returns the class and the width in bytes of the separator at
// text[i]: a space, U+00A0 in UTF-8 or Latin-1, U+2000 to U+200A, U+202F; a dot; a
// hyphen, U+2010, U+2011, U+2013, the en dash of Windows-1252; a slash; a tab.
func separatorAt(text []byte, i int) (separator, int) {
	if i >= len(text) {
		return noSeparator, 0
	}
	switch text[i] {
	case ' ', 0xA0:
		return spaceSeparator, 1
	case '.':
		return dotSeparator, 1
	case '-', 0x96:
		return hyphenSeparator, 1
	case '/':
		return slashSeparator, 1
	case '\t':
		return tabSeparator, 1
	case 0xC2:
		if i+1 < len(text) && text[i+1] == 0xA0 {
			return spaceSeparator, 2
		}
	case 0xE2:
		if i+2 < len(text) && text[i+1] == 0x80 {
			return general(text[i+2]), 3
		}
	}
	return noSeparator, 0
}

// oneByte has the separators of one byte.
var oneByte = [256]separator{' ': spaceSeparator, 0xA0: spaceSeparator, '.': dotSeparator, '-': hyphenSeparator, 0x96: hyphenSeparator,
	'/': slashSeparator, '\t': tabSeparator}

// general is the class of U+20xx, written E2 80 last in UTF-8.
func general(last byte) separator {
	switch last {
	case 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0xAF:
		return spaceSeparator
	case 0x90, 0x91, 0x93:
		return hyphenSeparator
	}
	return noSeparator
}

// separatorBefore is separatorAt for the separator that ends at text[end].
func separatorBefore(text []byte, end int) (separator, int) {
	if end <= 0 {
		return noSeparator, 0
	}
	b := text[end-1]
	if b < 0x80 {
		s, _ := separatorAt(text, end-1)
		return s, 1
	}
	if end >= 3 && text[end-3] == 0xE2 && text[end-2] == 0x80 {
		if s := general(b); s != noSeparator {
			return s, 3
		}
		return noSeparator, 0
	}
	if b != 0xA0 && b != 0x96 {
		return noSeparator, 0
	}
	if end >= 2 && text[end-2] >= 0xC2 {
		if b == 0xA0 && text[end-2] == 0xC2 {
			return spaceSeparator, 2
		}
		return noSeparator, 0 // the end of a letter such as à
	}
	s, _ := separatorAt(text[:end], end-1)
	return s, 1
}

// gapAt returns the class and the width of the separators at text[i], at most
// maxSeparators. Spaces beside another separator count with it: " - " is a
// hyphen.
func gapAt(text []byte, i int) (class separator, width int) {
	for range maxSeparators {
		s, w := separatorAt(text, i+width)
		if s == noSeparator {
			break
		}
		width += w
		switch {
		case class == noSeparator || class == spaceSeparator:
			class = s
		case s != spaceSeparator && s != class:
			class = mixedSeparator
		}
	}
	return class, width
}

// lineGapAt is gapAt, or a line break with up to maxSeparators spaces around it, or
// a hyphen in front of it.
func lineGapAt(text []byte, i int) (class separator, width int) {
	class, width = gapAt(text, i)
	j := i + width
	if class > spaceSeparator && class != hyphenSeparator || j >= len(text) || text[j] != '\n' && text[j] != '\r' {
		return class, width
	}
	if text[j] == '\r' && j+1 < len(text) && text[j+1] == '\n' {
		j++
	}
	j++
	if c, w := gapAt(text, j); c == spaceSeparator {
		j += w
	}
	return lineSeparator, j - i
}

// maxLineGap is how many bytes lineGapAt takes at most.
const maxLineGap = 2*maxGap + 2

// cellGapAt returns the width of what separates two cells of a row at text[i]:
// a semicolon, comma, tab or bar, with a quote and a space on either side.
func cellGapAt(text []byte, i int) int {
	j := i
	if j < len(text) && (text[j] == '"' || text[j] == '\'') {
		j++
	}
	if j < len(text) && text[j] == ' ' {
		j++
	}
	if j >= len(text) || text[j] != ';' && text[j] != ',' && text[j] != '\t' && text[j] != '|' {
		return 0
	}
	j++
	if j < len(text) && text[j] == ' ' {
		j++
	}
	if j < len(text) && (text[j] == '"' || text[j] == '\'') {
		j++
	}
	return j - i
}

// maxCellGap is how many bytes cellGapAt takes at most.
const maxCellGap = 5

// grouped is a number as written in groups, without its separators.
type grouped struct {
	char  [34]byte  // ASCII digits and capitals
	n     int       // how many of them
	end   int       // offset behind the last one
	class separator // of the gaps
	cuts  uint64    // bit i: a gap in front of char[i]
	lower bool      // one of the letters was a small one
	upper bool      // one of them was a capital
	lines bool      // asked for: a line break may stand for a gap, but not for the first one
}

// gather reads up to limit characters at text[at], digits everywhere and letters
// where the bits of letters say so, with gaps of one class between them. It
// stops in front of what does not fit. limit is at most 34.
func (g *grouped) gather(text []byte, at, limit int, letters uint64) {
	i := at
	for i < len(text) && g.n < limit {
		b := text[i]
		switch {
		case isNum(b):
		case letters>>g.n&1 != 0 && isAlnum(b):
			if b >= 'a' {
				g.lower = true
				b -= 'a' - 'A'
			} else {
				g.upper = true
			}
		default:
			class, w := separator(0), 1
			if i+1 < len(text) && isNum(text[i+1]) { // most gaps are one byte
				class = oneByte[b]
			}
			if class == noSeparator {
				class, w = g.gapAt(text, i)
			}
			if w == 0 || g.n == 0 || g.cuts>>g.n&1 != 0 || g.class != noSeparator && class != g.class || class == mixedSeparator {
				return
			}
			if !g.fits(text, i+w, letters) {
				return
			}
			g.class = class
			g.cuts |= 1 << g.n
			i += w
			continue
		}
		g.char[g.n] = b
		g.n++
		i++
		g.end = i
	}
}

// gapAt is the gap at text[i]; a line break passes for the class of the others.
func (g *grouped) gapAt(text []byte, i int) (separator, int) {
	if !g.lines || g.cuts == 0 {
		return gapAt(text, i)
	}
	class, w := lineGapAt(text, i)
	if class == lineSeparator {
		g.lines = false // one is enough
		class = g.class
	}
	return class, w
}

// isDecimal reports whether a dot is the only gap: 295.896728515625.
func (g *grouped) isDecimal() bool {
	return g.class == dotSeparator && g.cuts&(g.cuts-1) == 0
}

// fits reports whether text[i] may be the next character.
func (g *grouped) fits(text []byte, i int, letters uint64) bool {
	return i < len(text) && (isNum(text[i]) || letters>>g.n&1 != 0 && isAlnum(text[i]))
}

// Bounds of what the functions below look at.
const (
	neighbourBefore = 16
	neighbourAfter  = 16
)

// groupsGoOn reports whether a number written with separators of this class goes on
// behind text[end]: another short group follows in the same manner. A group that
// belongs to something else does not count: a date, a time, an amount, the
// number of a house.
func groupsGoOn(text []byte, end int, class separator) bool {
	s, w := separatorAt(text, end)
	if s == noSeparator || s != class {
		return false
	}
	i := end + w
	if s != spaceSeparator && s != tabSeparator {
		return i < len(text) && isNum(text[i]) || s == hyphenSeparator && hexPair(text, i)
	}
	n := 0
	for i+n < len(text) && n <= 3 && isNum(text[i+n]) {
		n++
	}
	if n == 0 || i+n < len(text) && isToken(text[i+n]) {
		return n <= 1 && hexPair(text, i) && !(isLetterByte(text[i]) && isLetterByte(text[i+1]))
	}
	i += n
	if i == len(text) {
		return true
	}
	next := byte(0)
	if i+1 < len(text) {
		next = text[i+1]
	}
	switch text[i] {
	case '/', '-', '.', ',', ':':
		return !isNum(next)
	case '%':
		return false
	case ' ':
		return !isLetterByte(next) && next < 0x80
	}
	return true
}

// groupsWentOn reports whether a number written with separators of this class began
// in front of text[start].
func groupsWentOn(text []byte, start int, class separator) bool {
	s, w := separatorBefore(text, start)
	if s == noSeparator || s != class {
		return false
	}
	i := start - w
	if s != spaceSeparator && s != tabSeparator {
		return i > 0 && isNum(text[i-1]) || s == hyphenSeparator && i >= 2 && hexPair(text, i-2)
	}
	n := 0
	for i-n > 0 && n <= 3 && isNum(text[i-n-1]) {
		n++
	}
	if n == 0 || n > 3 {
		return n == 0 && i >= 2 && hexPair(text, i-2) && isNum(text[i-2])
	}
	i -= n
	if i == 0 {
		return true
	}
	before := byte(0)
	if i > 1 {
		before = text[i-2]
	}
	switch b := text[i-1]; b {
	case '/', '-', '.', ',', ':':
		return !isNum(before)
	default:
		return !isToken(b)
	}
}

// hexPair reports whether text[i:i+2] are two hexadecimal digits that stand
// alone.
func hexPair(text []byte, i int) bool {
	return i+2 <= len(text) && isHex(text[i]) && isHex(text[i+1]) && !tokenBefore(text, i) && !tokenAfter(text, i+2)
}

func isLetterByte(b byte) bool { return b|0x20-'a' < 26 }

// partOfMore reports whether a bare run of digits text[start:end] belongs to
// something longer: the fraction or the whole of a decimal number, an OID, a
// version, a GUID, an international phone number, a masked number, a number in
// groups with hyphens.
func partOfMore(text []byte, start, end int) bool {
	return partBefore(text, start) || partAfter(text, end)
}

func partBefore(text []byte, start int) bool {
	if start == 0 {
		return false
	}
	before := byte(' ')
	if start > 1 {
		before = text[start-2]
	}
	switch text[start-1] {
	case '+', '*':
		return true
	case '.':
		return !isLetterByte(before) && before != '_' && before < 0x80
	case '-':
		return isNum(before) || before|0x20 == 'e' && start > 2 && isNum(text[start-3]) || start >= 6 && text[start-6] == '-' && allHex(text[start-5:start-1])
	case 0x90, 0x91, 0x93:
		return start > 3 && text[start-3] == 0xE2 && text[start-2] == 0x80 && isNum(text[start-4])
	}
	return false
}

func partAfter(text []byte, end int) bool {
	if end >= len(text) {
		return false
	}
	next := byte(' ')
	if end+1 < len(text) {
		next = text[end+1]
	}
	switch text[end] {
	case '*':
		return true
	case '.':
		return isNum(next)
	case '-':
		return isNum(next) || end+6 <= len(text) && text[end+5] == '-' && allHex(text[end+1:end+5])
	case 0xE2:
		s, w := separatorAt(text, end)
		return s == hyphenSeparator && end+w < len(text) && isNum(text[end+w])
	}
	return false
}

func allHex(text []byte) bool {
	for _, b := range text {
		if !isHex(b) {
			return false
		}
	}
	return true
}
