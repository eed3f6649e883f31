package detectors

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Custom describes a detector of an organisation: plain data, as it stands in a
// configuration.
type Custom struct {
	Kind    Kind
	Title   string   // French / English, one line
	Rule    string   // where the form comes from
	Forms   []Form   // at least one
	Words   []string // that stand near it
	Columns []string // that hold it
	Max     Strength // 0: Probable
}

// maxForms bounds the forms of one detector.
const maxForms = 8

// NewCustom makes a detector of a description. A form is looked for where the
// engine is fast: by its literal of three bytes or more, as a run of digits, behind
// one of the words, and in the columns. It refuses forms that would be found
// everywhere, and kinds that exist.
func NewCustom(c Custom) (*Detector, error) {
	if c.Max == 0 {
		c.Max = Probable
	}
	switch {
	case !isSnake(string(c.Kind)) || len(c.Kind) < 3 || len(c.Kind) > 32 || c.Kind[0] < 'a':
		return nil, errors.New("the kind is not 3 to 32 lower case letters, digits and _")
	case slices.ContainsFunc(All(), func(d *Detector) bool { return d.Kind == c.Kind }):
		return nil, fmt.Errorf("there is a detector %s already", c.Kind)
	case strings.TrimSpace(c.Title) == "" || strings.ContainsAny(c.Title, "\n\r"):
		return nil, errors.New("a title of one line is needed")
	}
	var columns []string
	for _, name := range c.Columns {
		columns = append(columns, strings.Join(columnWords(name), " "))
	}
	d := &Detector{
		Kind: c.Kind, Doc: c.Title + "\n" + strings.TrimSpace(c.Rule+" "+formsDoc(c.Forms)), Max: c.Max, Columns: columns,
		Normal: normalUpper, Placeholder: "[" + strings.ToUpper(strings.ReplaceAll(string(c.Kind), "_", " ")) + "]",
	}
	if err := d.addForms(c.Forms, c.Words); err != nil {
		return nil, err
	}
	if d.Max == Verified && slices.ContainsFunc(c.Forms, func(f Form) bool { return f.Check == "" || f.Check == "none" }) {
		return nil, errors.New("nothing without a check is verified: at most probable")
	}
	return d, d.check()
}

// WithForms returns member_number or contract_number with the forms of an
// organisation: they count anywhere, and what stands behind a label or in a column
// counts as before.
func WithForms(kind Kind, forms []Form) (*Detector, error) {
	var d Detector
	var words []string
	switch kind {
	case memberNumber.Kind:
		d, words = memberNumber, []string{"adherent", "adherente", "societaire", "membre", "affilie"}
	case contractNumber.Kind:
		d, words = contractNumber, []string{"contrat", "police", "adhesion"}
	default:
		return nil, fmt.Errorf("%s has no forms of its own", kind)
	}
	d.Doc += "\n" + formsDoc(forms)
	if err := d.addForms(forms, words); err != nil {
		return nil, err
	}
	return &d, d.check()
}

// formsOf begins what is said of the organisation's own forms.
const formsOf = "Form of the organisation: "

func formsDoc(forms []Form) string {
	var list []string
	for _, f := range forms {
		s := f.Pattern
		if f.Check != "" && f.Check != "none" {
			s += " (" + f.Check + ")"
		}
		list = append(list, s)
	}
	return formsOf + strings.Join(list, ", ") + "."
}

// finder is what a detector of forms looks for.
type finder struct {
	anchored []anchoredForm
	runs     []*form
	behind   []*form // that nothing but a word in front tells
	all      []*form
	labels   []string // words, in the ways they are written
}

// anchoredForm has its anchors offset bytes behind its start. short says that a
// letter or two is all that is fixed.
type anchoredForm struct {
	*form
	offset int
	short  bool
}

// addForms makes d find forms as well, near words that have three letters or more.
func (d *Detector) addForms(specs []Form, words []string) error {
	if len(specs) == 0 || len(specs) > maxForms {
		return fmt.Errorf("%d patterns: 1 to %d are needed", len(specs), maxForms)
	}
	x := &finder{}
	for _, w := range words {
		folded := string(foldToken(nil, []byte(w)))
		d.Context = append(slices.Clip(d.Context), folded)
		x.labels = append(x.labels, writings(w, folded)...)
	}
	reach, before := 0, 8
	for _, spec := range specs {
		f, err := newForm(spec)
		if err != nil {
			return err
		}
		x.all = append(x.all, f)
		offset, literals := f.anchor()
		switch {
		case f.digitsOnly():
			if f.check == unchecked && len(words)+len(d.Columns) == 0 {
				return fmt.Errorf("pattern %q: any number of that length would match: words, columns or a check are needed", spec.Pattern)
			}
			x.runs = append(x.runs, f)
			for _, n := range f.lengths() {
				if n <= maxRun && !slices.Contains(d.Runs, n) {
					d.Runs = append(slices.Clip(d.Runs), n)
				}
			}
		case literals != nil:
			x.anchored = append(x.anchored, anchoredForm{f, offset, len(literals) > 1})
			d.Anchors = append(slices.Clip(d.Anchors), literals...)
			before = max(before, offset+8)
		case len(words)+len(d.Columns) == 0:
			return fmt.Errorf("pattern %q: nothing in it is fixed: a literal of two letters or more, words or columns are needed", spec.Pattern)
		default:
			x.behind = append(x.behind, f)
		}
		reach = max(reach, f.items+8)
	}
	if len(x.behind) > 0 {
		for _, l := range x.labels {
			if a := l[:min(len(l), maxAnchor)]; len(a) >= minAnchor {
				d.Anchors = append(slices.Clip(d.Anchors), a)
			}
		}
		reach += 2*maxToken + maxLabelGap
	}
	slices.Sort(d.Anchors)
	d.Anchors = slices.Compact(d.Anchors)
	d.Before, d.After = max(d.Before, before), max(d.After, reach)
	x.attach(d)
	return nil
}

// writings are the ways in which a word is written, the case of its ASCII letters
// apart: without accents, and with them, small or capital, in UTF-8 and in Latin-1.
func writings(word, folded string) []string {
	list := []string{folded}
	for _, w := range []string{strings.ToLower(word), strings.ToUpper(word)} {
		var utf8, latin []byte
		for _, r := range w {
			if r < 0x80 {
				r = rune(byte(r) | 0x20)
			}
			utf8 = append(utf8, string(r)...)
			latin = append(latin, byte(min(r, 0xFF)))
		}
		list = append(list, string(utf8), string(latin))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// attach gives d the functions that look for forms, beside its own.
func (x *finder) attach(d *Detector) {
	if verify := d.Verify; len(d.Anchors) > 0 {
		d.Verify = func(text []byte, at int) Span {
			if s := x.verify(text, at); s.Outcome != None || verify == nil {
				return s
			}
			return verify(text, at)
		}
	}
	if len(x.runs) > 0 {
		d.Run = x.run
		d.Heads = func(_ int, a, b byte) bool {
			return slices.ContainsFunc(x.runs, func(f *form) bool { return f.mayBegin(a, b) })
		}
	}
	if cell := d.Cell; len(d.Columns) > 0 {
		d.Cell = func(text []byte) Span {
			if s := x.cell(text); s.Outcome != None || cell == nil {
				return s
			}
			return cell(text)
		}
	}
}

// verify looks for the forms whose anchor stands at text[at], and behind a word
// there.
func (x *finder) verify(text []byte, at int) (best Span) {
	for i := range x.anchored {
		f := &x.anchored[i]
		start := at - f.offset
		end := f.end(text, start)
		switch {
		case end == 0:
			continue
		case !f.passes(text[start:end]):
			if best.Outcome == None {
				best = rejected(start, end)
			}
			continue
		}
		s := accepted(start, end, 62, 76, Structure)
		switch {
		case f.check != unchecked && f.short:
			s = accepted(start, end, 62, 90, Structure|Key)
		case f.check != unchecked:
			s = accepted(start, end, 74, 92, Structure|Key)
		case f.short:
			s = accepted(start, end, 45, 76, Structure)
		}
		if best.Outcome != Accepted || s.End > best.End {
			best = s
		}
	}
	if best.Outcome == None && len(x.behind) > 0 {
		best = x.label(text, at)
	}
	return best
}

// label looks for a form behind a word at text[at], on its line.
func (x *finder) label(text []byte, at int) Span {
	if midWord(text, at) || at > 0 && isAlnum(text[at-1]) {
		return Span{}
	}
	n := oneOf(text, at, x.labels)
	if n == 0 {
		return Span{}
	}
	i := at + n
	for k := 0; k < 2 && i < len(text) && inSet(text[i]|0x20, "es"); k++ {
		i++
	}
	if tokenAfter(text, i) {
		return Span{}
	}
	for limit := min(len(text), i+maxLabelGap); i < limit; {
		switch b := text[i]; {
		case b == '\n' || b == '\r' || b == '(':
			return Span{}
		case !isAlnum(b):
			i++
			continue
		}
		for _, f := range x.behind {
			if end := f.end(text, i); end > 0 {
				return f.span(text, i, end, 70, 76)
			}
		}
		for start := i; i < limit && isToken(text[i]); i++ {
			if i-start >= 10 {
				return Span{}
			}
		}
	}
	return Span{}
}

// span is the verdict on a text of the form that a word or a column announces.
func (f *form) span(text []byte, start, end int, score, raised uint8) Span {
	switch {
	case !f.passes(text[start:end]):
		return rejected(start, end)
	case f.check != unchecked:
		return accepted(start, end, score+8, raised+14, Structure|Key)
	}
	return accepted(start, end, score, raised, Structure)
}

// run takes runs of digits.
func (x *finder) run(text []byte, at, n int) Span {
	for _, f := range x.runs {
		if f.end(text, at) != at+n || !f.passes(text[at:at+n]) || isAmount(text, at+n) {
			continue
		}
		if f.check != unchecked {
			return accepted(at, at+n, 32, 88, Structure|Key)
		}
		return accepted(at, at+n, 25, 74, Structure)
	}
	return Span{}
}

// cell takes whole cells of the columns.
func (x *finder) cell(cell []byte) Span {
	start, end := trimmed(cell)
	wrong := Span{}
	for _, f := range x.all {
		if f.end(cell[:end], start) != end || start == end {
			continue
		}
		if s := f.span(cell, start, end, 68, 76); s.Outcome == Accepted {
			return s
		}
		wrong = rejected(start, end)
	}
	return wrong
}
