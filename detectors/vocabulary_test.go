package detectors

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// referenceTerms is the slow and obvious way to the terms of a chunk: all words
// of every text, every sequence of them looked up in one map of all spellings,
// and each held against everything. standing are the candidates that were not
// dropped.
func referenceTerms(e *Engine, c *Chunk, standing []refCandidate) (matches []Match) {
	phrases := refPhrases(e.detectors[e.vocabularies:])
	if len(phrases) == 0 {
		return nil
	}
	if len(c.Starts) == 0 {
		return refTermsOf(e, c, phrases, standing, 0, len(c.Data), -1)
	}
	for cell := range c.Starts {
		matches = append(matches, refTermsOf(e, c, phrases, standing, int(c.Starts[cell]), int(c.Ends[cell]), cell)...)
	}
	return matches
}

// termForms returns the forms of a word.
func termForms(w string, feminine bool) (forms []string) {
	for _, e := range termEndings(nil, w, feminine) {
		forms = append(forms, w[:len(w)-e.cut]+e.put)
	}
	return forms
}

// refPhrases are the spellings of all phrases, their words joined by spaces; the
// beginnings of longer ones end with a space.
func refPhrases(ds []*Detector) map[string][]termEnd {
	if p, ok := refKnown[len(ds)]; ok {
		return p
	}
	phrases := map[string][]termEnd{}
	var add func(done, rest string, one bool, end termEnd)
	add = func(done, rest string, one bool, end termEnd) {
		if rest == "" {
			if !slices.Contains(phrases[done], end) {
				phrases[done] = append(phrases[done], end)
			}
			return
		}
		word, rest, _ := strings.Cut(rest, " ")
		for _, form := range termForms(word, one) {
			next := strings.TrimSpace(done + " " + form)
			if rest != "" {
				phrases[next+" "] = nil
			}
			add(next, rest, one, end)
		}
	}
	for i, d := range ds {
		for _, t := range d.Terms {
			add("", t, !strings.Contains(t, " "), termEnd{uint8(i), isTerm})
		}
		for _, t := range d.Not {
			add("", t, !strings.Contains(t, " "), termEnd{uint8(i), isNot})
		}
	}
	if len(ds) > 0 {
		for _, t := range describes {
			add("", t, !strings.Contains(t, " "), termEnd{0, describing})
		}
	}
	refKnown[len(ds)] = phrases
	return phrases
}

// refKnown are the phrases of All, by the number of vocabularies.
var refKnown = map[int]map[string][]termEnd{}

func refTermsOf(e *Engine, c *Chunk, phrases map[string][]termEnd, standing []refCandidate, low, high, field int) (matches []Match) {
	text := c.Data[low:high]
	var words [][2]int
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && (isNum(text[end]) || isLetter(text, end)) {
			end++
		}
		if end > i {
			words = append(words, [2]int{i, end})
		}
		i = max(end, i+1)
	}
	var hits []termHit
	for i, w := range words {
		if !isLetter(text, w[0]) {
			continue
		}
		phrase := ""
		for j := i; j < len(words) && (j == i || words[j][1]-w[0] <= 128); j++ {
			v := words[j]
			if v[1]-v[0] > 32 {
				break
			}
			if j > i {
				gap := text[words[j-1][1]:v[0]]
				if len(gap) == 0 || len(gap) > 13 || !refGapAllowed(gap) {
					break
				}
			}
			phrase = strings.TrimSpace(phrase + " " + string(foldToken(nil, text[v[0]:v[1]])))
			if i == j && v[1]-v[0] <= 3 && len(phrase) <= 3 && bytes.ContainsAny(text[v[0]:v[1]], "abcdefghijklmnopqrstuvwxyz") && !refIsStart(phrases, phrase) {
				break
			}
			for _, end := range phrases[phrase] {
				if len(phrase) <= 3 && j == i && bytes.ContainsAny(text[v[0]:v[1]], "abcdefghijklmnopqrstuvwxyz") {
					continue
				}
				hits = append(hits, termHit{int32(low + w[0]), int32(low + v[1]), int32(field), end})
			}
			if !refIsStart(phrases, phrase) {
				break
			}
		}
	}
	person := func(s *refCandidate) bool {
		if s.span.Outcome != Accepted || s.Score < ScoreProbable || !slices.Contains(persons, s.Detector.Kind) {
			return false
		}
		value := c.Data[s.Start:s.End]
		switch s.Detector.Kind {
		case "email":
			return isSomebody(value, field >= 0 && c.Ends[s.Field]-c.Starts[s.Field] < 400)
		case "phone_fr":
			return isMobile(value)
		}
		return true
	}
	row, outside := false, false
	for i := range standing {
		in := field >= 0 && person(&standing[i]) && refSameRow(c, int(standing[i].Field), field)
		row, outside = row || in, outside || in && int(standing[i].Field) != field
	}
	long := field >= 0 && high-low >= 400
	named := uint64(0)
	if field >= 0 && (row || e.opt.All) && !refCovered(standing, low, high) {
		named = columnOf(c, int32(field)).terms
		value := bytes.TrimFunc(text, func(r rune) bool { return r <= ' ' && r >= 0 })
		at := low + bytes.Index(text, value)
		for v, d := range e.detectors[e.vocabularies:] {
			if named>>v&1 != 0 && !saysNothing(value) && at >= c.From && at < c.To {
				why := ColumnName
				if row {
					why |= Linked
				}
				matches = append(matches, Match{d, at, at + len(value), 62, why, int32(field)})
			}
		}
	}
	if field >= 0 && refCovered(standing, low, high) {
		return nil
	}
	for _, h := range hits {
		start, end := int(h.at), int(h.end)
		if h.sort != isTerm || start < c.From || start >= c.To || named>>h.vocabulary&1 != 0 {
			continue
		}
		beside, part := row, false
		if long {
			beside = outside
		}
		for i := range standing {
			s := &standing[i]
			if s.span.Outcome != Accepted || s.Score < ScorePossible {
				continue
			}
			part = part || s.Start < end && start < s.End
			beside = beside || (field < 0 || long && int(s.Field) == field) && person(s) && s.Start-end <= 200 && start-s.End <= 200
		}
		for _, g := range hits {
			overlap := g.at < h.end && h.at < g.end && g.vocabulary == h.vocabulary
			switch g.sort {
			case isNot:
				part = part || overlap && g.at <= h.at
			case isTerm:
				part = part || overlap && (g.end-g.at > h.end-h.at || g.end-g.at == h.end-h.at && g.at < h.at)
			case describing:
				part = part || g.at < h.at && h.at-g.at <= 80 && !bytes.ContainsAny(c.Data[g.at:h.at], "\r\n")
			}
		}
		part = part || refIsEnglish(text, start-low, end-low)
		m := Match{e.detectors[e.vocabularies+int(h.vocabulary)], start, end, 20, 0, int32(field)}
		if beside {
			m.Score, m.Why = 55, Linked
		}
		if !part && (beside || e.opt.All) && m.Score >= e.min {
			matches = append(matches, m)
		}
	}
	return matches
}

// refIsEnglish is isEnglish over a list of the words around.
func refIsEnglish(text []byte, start, end int) bool {
	if end-start > 3 && !sharedWords[string(foldToken(nil, text[start:end]))] {
		return false
	}
	sum := 0
	for i := 0; i < len(text); {
		next := i
		for next < len(text) && (isNum(text[next]) || isLetter(text, next)) {
			next++
		}
		word := strings.ToLower(string(text[i:next]))
		inside := (i > start-96 || i == 0 && start <= 96) && (next < end+96 || next == len(text) && next <= end+96)
		switch {
		case next == i || !inside:
		case slices.Contains(refEnglish, word):
			sum++
		case slices.Contains(refFrench, word):
			sum--
		}
		i = max(next, i+1)
	}
	return sum > 0
}

// refEnglish and refFrench are the words of both lists, written out again.
var (
	refEnglish = strings.Fields("the of and to is with for from be this that are was were not by if it its has have been when which all no add added use used using fix fixed now new can will does do")
	refFrench  = strings.Fields("le la les de du des et est une un pour au aux en par sur avec dans ou pas ne ce cette sa ses qui que il elle ont sans depuis vers chez l d qu")
)

// TestEnglish reads acronyms and words that English has too beside a person, in texts of
// both languages.
func TestEnglish(t *testing.T) {
	e := newEngine(t, All(), Options{})
	for _, c := range []struct{ text, want string }{
		{"Mme Claire TERVIQUET touche le RSA depuis mars", "RSA"},
		{"Claire TERVIQUET, née le 12/03/1980 : RSA + APL, 2 enfants", "RSA APL"},
		{"M. Paul TERVIQUET. Situation : RSA. The form, le formulaire.", "RSA"}, // as many of both
		{"M. Paul TERVIQUET fixed RSA import of the card", ""},
		{"added APL support to the parser, thanks to paul.terviquet@gmail.com", ""},
		{"paul.terviquet@gmail.com, clé RSA perdue", ""},
		{"paul.terviquet@gmail.com ssh-rsa, RSA 2048", ""},
		{"Dr Paul Terviquet: the CSP option can be used", ""},
		{"M. Paul TERVIQUET, cadre, CSP+, dossier suivi par le service", "CSP"},
		{"verbatim de M. Paul TERVIQUET : « accueil très long »", "verbatim"},
		{"M. Paul TERVIQUET : opt-in SMS refusé par mail", "opt-in"},
		{"Paul TERVIQUET: allow a backend to opt-in for the cancel signal", ""},
		{"copied verbatim from the mail of paul.terviquet@gmail.com", ""},
	} {
		text := c.text
		var got []string
		for _, m := range e.Pass().Scan(&Chunk{Data: []byte(text), To: len(text)}, nil) {
			if m.Detector.Vocabulary() {
				got = append(got, text[m.Start:m.End])
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", text, got, c.want)
		}
	}
}

func refCovered(standing []refCandidate, low, high int) bool {
	return slices.ContainsFunc(standing, func(s refCandidate) bool {
		return s.span.Outcome == Accepted && s.Score >= ScorePossible && s.Start <= low && s.End >= high
	})
}

// refGapAllowed reports whether words of a phrase may be so far apart.
func refGapAllowed(gap []byte) bool {
	end := 0 // the last part of a gap begins in front of its twelfth byte
	for i := 0; i < len(gap) && i < 12; {
		switch {
		case gap[i] == 0xC2:
			i += 2
		case gap[i] == 0xE2:
			i += 3
		default:
			i++
		}
		end = i
	}
	plain := strings.NewReplacer("\u00a0", " ", "\u2019", " ", "\u202f", " ", "\u2011", " ", "\xA0", " ", "\x92", " ").Replace(string(gap))
	return end >= len(gap) && strings.Count(plain, "\n") <= 1 && strings.Trim(plain, "\t\r\n '_-") == ""
}

// refIsStart reports whether a longer phrase begins with the words of phrase.
func refIsStart(phrases map[string][]termEnd, phrase string) bool {
	_, ok := phrases[phrase+" "]
	return ok
}

func TestTermForms(t *testing.T) {
	for word, want := range map[string]string{
		"diabete": "diabete diabetes diabetee diabetees", "medical": "medical medicaux medicals medicale medicales", "vih": "vih",
		"seropositif": "seropositif seropositifs seropositive seropositives", "depressif": "depressif depressifs depressive depressives",
		"nerveux": "nerveux nerveuse nerveuses", "infirmier": "infirmier infirmiers infirmiere infirmieres", "sein": "sein seins",
		"fumeur": "fumeur fumeurs fumeuse fumeuses fumeure fumeures", "curateur": "curateur curateurs curatrice curatrices curateuse curateuses",
		"chretien": "chretien chretiens chretienne chretiennes", "hospitalise": "hospitalise hospitalises hospitalisee hospitalisees", "bureau": "bureau bureaux", "soins": "soins",
	} {
		if got := fmt.Sprint(strings.Join(termForms(word, true), " ")); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

// TestNobody reads texts that name every category and hold nobody's data: a
// table of guarantees, a privacy policy, a form left empty, a leaflet, a local
// paper. The addresses and numbers in them are those of organisations.
func TestNobody(t *testing.T) {
	files, err := filepath.Glob("testdata/nobody/*.txt")
	if err != nil || len(files) < 5 {
		t.Fatal("no texts", err)
	}
	e := newEngine(t, All(), Options{})
	everywhere := newEngine(t, All(), Options{All: true})
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		terms := 0
		for _, m := range everywhere.Pass().Scan(&Chunk{Data: text, To: len(text)}, nil) {
			if m.Detector.Vocabulary() {
				terms++
			}
		}
		if terms < 3 && !strings.Contains(f, "horoscope") {
			t.Errorf("%s names %d terms: it tests nothing", f, terms)
		}
		for _, m := range e.Pass().Scan(&Chunk{Data: text, To: len(text)}, nil) {
			switch {
			case m.Detector.Kind == "email" && !isSomebody(text[m.Start:m.End], false):
			case m.Detector.Kind == "phone_fr" && !isMobile(text[m.Start:m.End]):
			case m.Detector.Kind == "postal_address_fr": // of an organisation
			default:
				t.Errorf("%s: %s at %d, score %d: %q", f, m.Detector.Kind, m.Start, m.Score, text[m.Start:m.End])
			}
		}
	}
}

// TestTermsNearPersonsEqualAll compares the matches near persons with those found
// by looking everywhere: no match beside a person is lost by not looking.
func TestTermsNearPersonsEqualAll(t *testing.T) {
	near, everywhere := newEngine(t, everything(), Options{}), newEngine(t, everything(), Options{All: true})
	p, q := near.Pass(), everywhere.Pass()
	texts := samples(t)
	r := rand.New(rand.NewPCG(7, 8))
	beside := func(ms []Match) (kept []Match) {
		for _, m := range ms {
			if m.Detector.Vocabulary() && m.Why&Linked != 0 {
				kept = append(kept, m)
			}
		}
		return kept
	}
	found := 0
	for range 100 {
		text := mixed(r, texts, 1+r.IntN(20000))
		for _, c := range [][2]*Chunk{
			{{Data: text, To: len(text)}, {Data: text, To: len(text)}},
			{table(near, text, ';', "nir", "Pathologie", "Commentaire"), table(everywhere, text, ';', "nir", "Pathologie", "Commentaire")},
		} {
			got, want := beside(p.Scan(c[0], nil)), beside(q.Scan(c[1], nil))
			if !slices.Equal(got, want) {
				t.Fatalf("of %q\n got %s\nwant %s", text, show(got), show(want))
			}
			found += len(got)
		}
	}
	if found == 0 {
		t.Error("no term beside a person")
	}
}

// FuzzWords holds the terms of any text against the map of all spellings.
func FuzzWords(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text, byte(';'))
	}
	files, _ := filepath.Glob("testdata/nobody/*.txt")
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text, byte('\t'))
		}
	}
	e := newEngine(f, everything(), Options{All: true})
	f.Fuzz(func(t *testing.T, text []byte, separator byte) {
		if len(text) > 4000 || joinsWords(separator) {
			return
		}
		p := e.Pass()
		compare(t, p, &Chunk{Data: text, To: len(text)})
		compare(t, p, table(e, text, separator, "Pathologie", "", "situation familiale"))
	})
}

// noLetters says what byte by byte is seen of the first bytes alone.
func TestNoLetters(t *testing.T) {
	for size := 1; size <= 16; size++ {
		for at := range 16 {
			for b := range 256 {
				text := []byte("2026-11/30 12.5;")
				text[at] = byte(b)
				want := at >= size || b < 0x80 && !isLetter(text, at)
				if got := noLetters(text, size); got != want {
					t.Fatalf("byte %#x at %d of %d: %v", b, at, size, got)
				}
			}
		}
	}
}
