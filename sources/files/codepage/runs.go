package codepage

// shortest bounds from below what Runs takes for text, in characters.
const shortest = 5

// Runs calls f with each piece of readable little-endian UTF-16 in binary data, which may begin at any byte: five characters and
// more of Latin scripts. Structures that hold a few texts among numbers (names of shapes, form fields) are read
// without their grammar. A length in front of a text that looks like a character is none of it.
func Runs(b []byte, f func(text string)) {
	var run []rune
	for i := 0; i+2*shortest <= len(b); i++ {
		run = run[:0]
		for at := i; at+1 < len(b); at += 2 {
			r := rune(b[at]) | rune(b[at+1])<<8
			if !readable(r) {
				break
			}
			run = append(run, r)
		}
		if len(run) < shortest {
			continue
		}
		i += 2*len(run) - 1
		if n := rune(len(run)); run[0] == n || run[0] == n-1 {
			run = run[1:]
		}
		f(string(run))
	}
}

// readable reports whether r is a letter of the Latin scripts, a digit, or a sign that stands beside them.
func readable(r rune) bool {
	return ' ' <= r && r <= '~' || 0xA0 <= r && r <= 0x17F || 0x2010 <= r && r <= 0x203A || r == '€'
}
