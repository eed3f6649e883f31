package detectors

import "slices"

// Acronyms that mean something else in English, RSA (a cipher) and CSP (a policy of web
// pages), and words that both languages have, verbatim and opt-in: where the text around
// them is English, as in what programs and their makers write, they are no French terms.

// languageReach is how far around a term, in bytes, words tell the language.
const languageReach = 96

// Small words of one language that the other one does not have.
var (
	englishWords = smallWords("the", "of", "and", "to", "is", "with", "for", "from", "be", "this", "that", "are", "was", "were", "not", "by", "if", "it", "its", "has", "have",
		"been", "when", "which", "all", "no", "add", "added", "use", "used", "using", "fix", "fixed", "now", "new", "can", "will", "does", "do")
	frenchWords = smallWords("le", "la", "les", "de", "du", "des", "et", "est", "une", "un", "pour", "au", "aux", "en", "par", "sur", "avec", "dans", "ou", "pas", "ne",
		"ce", "cette", "sa", "ses", "qui", "que", "il", "elle", "ont", "sans", "depuis", "vers", "chez", "l", "d", "qu")
)

// sharedWords are other terms that English has as well, mostly for something else.
var sharedWords = wordSet("verbatim", "mediation", "intermittent", "interim", "metis", "scoring", "blackliste", "blacklisted", "coming out",
	"opt in", "opt-in", "optin", "opt out", "opt-out", "optout")

// smallWord is a word of up to eight small letters, the first in the lowest byte.
type smallWord uint64

func smallWordOf(word []byte) (w smallWord) {
	for i, b := range word {
		w |= smallWord(b|0x20) << (8 * i)
	}
	return w
}

func smallWords(words ...string) []smallWord {
	list := make([]smallWord, len(words))
	for i, w := range words {
		list[i] = smallWordOf([]byte(w))
	}
	slices.Sort(list)
	return list
}

// isEnglish reports whether the term text[at:end] is one that English has too, in a text
// that has more English words around it than French ones.
func isEnglish(text []byte, at, end int) bool {
	if word := text[at:end]; len(word) > maxMark {
		var folded [2 * maxToken]byte
		if len(word) > maxToken || !sharedWords[string(foldToken(folded[:0], word))] {
			return false
		}
	}
	english := 0
	low, high := max(0, at-languageReach), min(len(text), end+languageReach)
	for i := low; i < high; i++ {
		from := i
		for i < high && isTermWord(text, i) {
			i++
		}
		// What the reach cuts is no word.
		if from == i || i-from > 8 || from == low && low > 0 || i == high && high < len(text) {
			continue
		}
		w := smallWordOf(text[from:i])
		if _, found := slices.BinarySearch(englishWords, w); found {
			english++
		} else if _, found := slices.BinarySearch(frenchWords, w); found {
			english--
		}
	}
	return english > 0
}
