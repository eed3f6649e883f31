package detectors

var mrz = Detector{
	Kind: "mrz",
	Doc: `Zone de lecture automatique (MRZ) / Machine-readable zone of an identity document
ICAO Doc 9303: TD3 (passports, two lines of 44), TD2 (two of 36), TD1 (cards, three of
30), and the old French identity card (two of 36: décret n° 55-1397). Check digits
over the number, the dates and the whole, weights 7, 3, 1, modulo 10: all of them
must be right. Lines may be parted by line ends or spaces, and spaces of character
recognition may stand within them.`,
	Max:   Verified,
	Shape: mrzShape, Verify: verifyMRZ,
	Before: mrzBefore, After: mrzAfter,
	Context: []string{"mrz", "passeport", "identite", "passport", "document", "cni", "titre"},
	Columns: []string{"mrz", "ligne mrz", "bande mrz", "zone mrz", "ocr b"},
	Normal:  normalMRZ, Placeholder: "[MRZ]", HideLength: true,
}

// How far a zone reaches from the start of its second line: lines of 44, with
// up to mrzSpaces spaces in each and a line end between.
const (
	mrzSpaces = 20
	mrzBefore = 44 + mrzSpaces + 8
	mrzAfter  = 2*(44+mrzSpaces) + 8
)

// mrzShape asks for the start of a second line: a number, its check digit, the
// country and a date; a date, its check digit, the sex and a date; or the
// thirteen characters of an old card and a letter.
func mrzShape(w *Window) uint64 {
	d, u := w.Digit, w.Upper
	start := (d | u) &^ ((w.Word &^ w.Lower) << 1) // behind \n in JSON as well
	number := start & (d >> 9) & (u >> 10) & (d >> 13) & (d >> 14)
	dates := start & runOf5(d) & (d >> 5) & (d >> 6) &^ (d >> 7) & (runOf5(d) >> 8)
	card := start & runOf4(d) & (runOf5(d) >> 8) & (u >> 13)
	return number&^(d>>10) | dates | card
}

// mrzLine reads the characters of a zone from i on into dst, spaces apart, until
// it is full; it returns where it ends, 0 when something else is in the way.
func mrzLine(dst, text []byte, i int) int {
	spaces := 0
	for n := 0; n < len(dst); i++ {
		switch {
		case i >= len(text):
			return 0
		case isMRZ(text[i]):
			dst[n] = text[i]
			n++
		case text[i] == ' ' && spaces < mrzSpaces && n > 0:
			spaces++
		default:
			return 0
		}
	}
	if i < len(text) && (isMRZ(text[i]) || isToken(text[i])) {
		return 0
	}
	return i
}

// mrzLineBefore is mrzLine for the line that ends in front of end, behind a line
// end or a space; it returns where it begins, -1 for none.
func mrzLineBefore(dst, text []byte, end int) int {
	i := mrzBreakBefore(text, end)
	if i == end {
		return -1
	}
	spaces := 0
	for n := len(dst); n > 0; {
		i--
		switch {
		case i < 0:
			return -1
		case isMRZ(text[i]):
			n--
			dst[n] = text[i]
		case text[i] == ' ' && spaces < mrzSpaces && n < len(dst):
			spaces++
		default:
			return -1
		}
	}
	if i > 0 && (isMRZ(text[i-1]) || isToken(text[i-1])) {
		return -1
	}
	return i
}

// isMRZ reports whether b is of the alphabet of the zone.
func isMRZ(b byte) bool { return isNum(b) || isCapital(b) || b == '<' }

// mrzBreakBefore returns where a break between two lines begins that ends at end:
// up to four spaces, line ends, or their escapes in JSON.
func mrzBreakBefore(text []byte, end int) int {
	i := end
	for i > 0 && end-i < 4 {
		switch b := text[i-1]; {
		case b == ' ' || b == '\n' || b == '\r' || b == '|':
			i--
		case i > 1 && (b == 'n' || b == 'r') && text[i-2] == '\\':
			i -= 2
		default:
			return i
		}
	}
	return i
}

// mrzBreak is mrzBreakBefore forward.
func mrzBreak(text []byte, i int) int {
	from := i
	for i < len(text) && i-from < 4 {
		switch b := text[i]; {
		case b == ' ' || b == '\n' || b == '\r' || b == '|':
			i++
		case b == '\\' && i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r'):
			i += 2
		default:
			return i
		}
	}
	return i
}

// verifyMRZ decides on the zone whose second line begins at at.
func verifyMRZ(text []byte, at int) Span {
	if !isMRZ(text[at]) || tokenBefore(text, at) && !(at > 1 && text[at-2] == '\\' && (text[at-1] == 'n' || text[at-1] == 'r')) {
		return Span{}
	}
	var above, line [44]byte
	for _, n := range []int{44, 36} {
		end := mrzLine(line[:n], text, at)
		if end == 0 {
			continue
		}
		start := mrzLineBefore(above[:n], text, at)
		if start < 0 || !isCapital(above[0]) {
			continue
		}
		old := n == 36 && hasFold(above[:], 0, "idfra") && mrzOld(above[:n], line[:n])
		if old || mrzTwoLines(line[:n]) && mrzCountry(above[2:5]) {
			return accepted(start, end, 97, 98, Structure|Key)
		}
		if mrzDigit(line[9]) >= 0 && above[0] == 'P' && mrzCountry(line[10:13]) {
			return rejected(start, end)
		}
	}
	return mrzCard(text, at)
}

// mrzCard decides on the three lines of TD1.
func mrzCard(text []byte, at int) Span {
	var above, line, names [30]byte
	end := mrzLine(line[:], text, at)
	if end == 0 || !inSet(line[7], "MFX<") || !digits(line[:], 0, 7) || !digits(line[:], 8, 7) || !mrzCountry(line[15:18]) {
		return Span{}
	}
	start := mrzLineBefore(above[:], text, at)
	if start < 0 || !inSet(above[0], "IAC") || !mrzCountry(above[2:5]) {
		return Span{}
	}
	sum := mrzSum{}
	sum.add(above[5:])
	sum.add(line[0:7])
	sum.add(line[8:15])
	sum.add(line[18:29])
	right := mrzKey(line[0:6], line[6]) && mrzKey(line[8:14], line[14]) && sum.is(line[29]) &&
		(mrzKey(above[5:14], above[14]) || above[14] == '<')
	if i := mrzBreak(text, end); i > end && i < len(text) && isCapital(text[i]) {
		if e := mrzLine(names[:], text, i); e > 0 {
			end = e
		}
	}
	if !right {
		return rejected(start, end)
	}
	return accepted(start, end, 97, 98, Structure|Key)
}

// mrzTwoLines checks the second line of TD3 (44) and TD2 (36).
func mrzTwoLines(l []byte) bool {
	if !mrzKey(l[0:9], l[9]) || !mrzKey(l[13:19], l[19]) || !mrzKey(l[21:27], l[27]) || !inSet(l[20], "MFX<") ||
		!mrzCountry(l[10:13]) {
		return false
	}
	sum := mrzSum{}
	sum.add(l[0:10])
	sum.add(l[13:20])
	sum.add(l[21 : len(l)-1])
	if len(l) == 44 && !mrzKey(l[28:42], l[42]) {
		return false
	}
	return sum.is(l[len(l)-1])
}

// mrzOld checks the old French card: its second line, and the whole.
func mrzOld(above, l []byte) bool {
	if !mrzKey(l[0:12], l[12]) || !mrzKey(l[27:33], l[33]) {
		return false
	}
	sum := mrzSum{}
	sum.add(above)
	sum.add(l[:35])
	return sum.is(l[35])
}

// mrzCountry reports whether three characters may be a country: one to three
// letters, filled up.
func mrzCountry(c []byte) bool {
	return isCapital(c[0]) && (isCapital(c[1]) && (isCapital(c[2]) || c[2] == '<') || c[1] == '<' && c[2] == '<')
}

// mrzSum adds up characters with the weights 7, 3, 1.
type mrzSum struct{ sum, n int }

func (s *mrzSum) add(c []byte) {
	for _, b := range c {
		v := 0
		switch {
		case isNum(b):
			v = int(b - '0')
		case isCapital(b):
			v = int(b-'A') + 10
		}
		s.sum += v * [3]int{7, 3, 1}[s.n%3]
		s.n++
	}
}

func (s *mrzSum) is(digit byte) bool { return mrzDigit(digit) == s.sum%10 }

// mrzDigit is the value of a check digit; '<' is 0 where a field is empty.
func mrzDigit(b byte) int {
	switch {
	case isNum(b):
		return int(b - '0')
	case b == '<':
		return 0
	}
	return -1
}

func mrzKey(field []byte, digit byte) bool {
	s := mrzSum{}
	s.add(field)
	return s.is(digit)
}

// normalMRZ appends the characters of the zone.
func normalMRZ(dst, raw []byte) []byte {
	for i, b := range raw {
		if isMRZ(b) && !(i > 0 && raw[i-1] == '\\') {
			dst = append(dst, b)
		}
	}
	return dst
}
