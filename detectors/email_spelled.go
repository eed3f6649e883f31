package detectors

// Addresses written so that programs do not collect them: "nom [at] domaine [point] fr".

// emailMarks stand for the at sign, dotMarks for a dot.
var (
	emailMarks = []string{"[at]", "(at)", "[arobase", "(arobase"}
	dotMarks   = []string{"[point]", "(point)", "[dot]", "(dot)", "[.]", "(.)"}
)

// maxSpelled bounds the domain of a spelled address, in bytes.
const maxSpelled = 120

// emailSpelled decides on an address whose at sign is written as the mark at text[at].
func emailSpelled(text []byte, at int) Span {
	right := spelledMark(text, at)
	if right == 0 {
		return Span{}
	}
	left := at
	if left > 0 && text[left-1] == ' ' {
		left--
	}
	if left == 0 || localByte(text, left) == 0 {
		return Span{}
	}
	start, ok := localStart(text, left)
	if !ok {
		return Span{}
	}
	right = skipBlank(text, right)
	end, tld := spelledDomain(text, right)
	if end == 0 || !isTLD(text[tld:end]) || fileSuffix(text[tld:end]) {
		return Span{}
	}
	if isRole(text[start:left]) {
		return accepted(start, end, 66, 76, Structure)
	}
	return accepted(start, end, 80, 90, Structure)
}

// spelledMark returns the end of the mark of an at sign; 0 for none.
func spelledMark(text []byte, at int) int {
	switch n := oneOf(text, at, emailMarks); {
	case n == 0:
		return 0
	case n == len("[at]"):
		return at + n
	case at+n < len(text) && (text[at+n] == ']' || text[at+n] == ')'):
		return at + n + 1
	}
	return 0
}

func skipBlank(text []byte, i int) int {
	if i < len(text) && text[i] == ' ' {
		i++
	}
	return i
}

// spelledDomain reads labels with dots between them, written or spelled, and returns where the last one stands.
func spelledDomain(text []byte, start int) (end, last int) {
	i := start
	for labels := 0; i-start <= maxSpelled; labels++ {
		label := i
		for i < len(text) && i-label <= maxLabel && (isAlnum(text[i]) || text[i] == '-') {
			i++
		}
		if i == label || i-label > maxLabel || text[label] == '-' || text[i-1] == '-' {
			return 0, 0
		}
		next := i
		if next+1 < len(text) && text[next] == '.' && isAlnum(text[next+1]) {
			i = next + 1
			continue
		}
		if n := oneOf(text, skipBlank(text, next), dotMarks); n > 0 {
			i = skipBlank(text, skipBlank(text, next)+n)
			continue
		}
		if labels == 0 || tokenAfter(text, i) || i < len(text) && (text[i] == '@' || text[i] >= 0xC0) {
			return 0, 0
		}
		return i, label
	}
	return 0, 0
}

// appendSpelled appends a spelled address as it would be written.
func appendSpelled(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		switch end := spelledMark(raw, i); {
		case end > 0:
			dst, i = append(dst, '@'), end
		case oneOf(raw, i, dotMarks) > 0:
			dst, i = append(dst, '.'), i+oneOf(raw, i, dotMarks)
		case raw[i] == ' ':
			i++
		default:
			dst, i = append(dst, raw[i]), i+1
		}
	}
	return dst
}
