package detectors

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// rulesVersion changes whenever the rules of the engine or of a detector do, so
// that results of different rules are told apart (see Engine.Version).
const rulesVersion = 15

// Sizes that the engine relies on, in bytes unless said otherwise.
const (
	maxDetectors  = 64  // a set of detectors is a uint64; vocabularies are in none
	defaultWindow = 96  // in front of a candidate, for context words
	contextAfter  = 24  // behind it, on the same line
	nearDistance  = 160 // between a candidate and one of a kind in Near
	maxToken      = 32  // longer tokens are no context words
	maxReach      = 1024
	maxRun        = 31 // digits
)

// Options are the parameters of an engine; the zero value works.
type Options struct {
	Key   [16]byte       // SipHash key of digests and samples
	Lists map[Kind]*List // imported official code lists
	Min   uint8          // lowest score that Scan reports; 0 means ScorePossible
	All   bool           // report all that Verify accepts, whatever its score
	Own   Own            // what is the organisation's and not its members'; not reported
	// Kernel names the implementation of the first step: "" for the best this
	// machine has, "go", "avx2", "avx512", "gfni". NewEngine refuses one it has not.
	Kernel string
}

// Engine finds what its detectors describe. It is immutable and safe for
// concurrent use; the scratch space is in Pass.
type Engine struct {
	detectors    []*Detector
	slots        [256]uint8 // 1 + the place of each kind in detectors, by Kind.slot
	opt          Options
	kernel       kernel
	min          uint8
	margin       int
	reach        int // longest Before+After
	window       int // longest Detector.Window
	version      string
	sip          sipKey
	kindSip      []sipKey
	lists        []*List
	listed       uint64  // detectors that have one
	windows      []int32 // per detector
	context      uint64  // detectors with context words
	against      uint64
	wide         uint64   // Cells detectors
	near         []uint64 // per detector: the kinds of Near
	caps         []uint8  // per detector: the highest score
	runs         *runClasses
	minRun       int
	fused        []fusedDetector
	shapes       []uint8      // detectors that have a shape
	sharp        bool         // mayHold speaks for all of them
	anchors      *anchorTable // nil without anchors
	anchorFilter anchorFilter
	cellwise     uint64 // detectors with Cell
	capitalSet   uint64 // detectors with Capitals
	words        *dictionary
	vocabularies int // the place of the first vocabulary in detectors
	vocabulary   *vocabulary
	persons      uint64  // kinds that identify a person
	own          *ownSet // nil when there is none
	emailPlace   uint8
	phonePlace   uint8
	columns      map[string][]columnRule
}

// NewEngine composes an engine of the given detectors. It refuses detectors
// without documentation, twice the same kind, and whatever breaks the rules of
// Detector.
func NewEngine(ds []*Detector, opt Options) (*Engine, error) {
	ds, vocabularies := splitVocabularies(ds)
	if len(ds) > maxDetectors || len(vocabularies) > maxDetectors {
		return nil, fmt.Errorf("detectors: %d detectors and %d vocabularies, at most %d each", len(ds), len(vocabularies), maxDetectors)
	}
	e := &Engine{detectors: slices.Concat(ds, vocabularies), vocabularies: len(ds)}
	var err error
	seen := map[Kind]bool{}
	for i, d := range e.detectors {
		if err := d.check(); err != nil {
			return nil, fmt.Errorf("detectors: %s: %w", d.Kind, err)
		}
		if seen[d.Kind] {
			return nil, fmt.Errorf("detectors: %s: twice in the list", d.Kind)
		}
		seen[d.Kind] = true
		e.add(uint8(i), d)
	}
	for _, d := range ds {
		var set uint64
		for _, k := range d.Near {
			if i := e.Index(k); i >= 0 {
				set |= 1 << i
			}
		}
		e.near = append(e.near, set)
	}
	e.runs = newRunClasses(ds)
	e.sharp = len(e.shapes) == 0 && e.minRun != 1
	if e.anchors, err = newAnchorTable(ds); err != nil {
		return nil, err
	}
	e.words = newDictionary(ds)
	e.vocabulary = newVocabulary(vocabularies)
	e.setPersons()
	e.columns = columnRules(e.detectors)
	e.margin = marginOf(ds)
	if e.vocabulary != nil {
		e.margin += personDistance + e.reach + 2*maxTerm + describedAfter
	}
	return e.with(opt)
}

// Like is NewEngine for an engine beside e: of the same detectors, it shares their
// tables, which take a while to make.
func (e *Engine) Like(ds []*Detector, opt Options) (*Engine, error) {
	others, vocabularies := splitVocabularies(ds)
	if !slices.Equal(e.detectors, slices.Concat(others, vocabularies)) {
		return NewEngine(ds, opt)
	}
	like := *e
	return like.with(opt)
}

// with sets all that depends on the options.
func (e *Engine) with(opt Options) (*Engine, error) {
	e.opt, e.min, e.sip = opt, opt.Min, newSipKey(opt.Key)
	switch {
	case opt.All:
		e.min = 0
	case opt.Min == 0:
		e.min = ScorePossible
	}
	var err error
	if e.kernel, err = chooseKernel(opt.Kernel); err != nil {
		return nil, err
	}
	e.anchorFilter = anchorFilterFor(e.kernel.name)
	e.listed = 0
	e.kindSip, e.lists = make([]sipKey, len(e.detectors)), make([]*List, len(e.detectors))
	for i, d := range e.detectors {
		e.kindSip[i], e.lists[i] = e.sip.derive(string(d.Kind)), opt.Lists[d.Kind]
		if e.lists[i] != nil {
			e.listed |= 1 << i
		}
	}
	e.own = newOwnSet(e, opt.Own)
	e.version = versionOf(e)
	return e, nil
}

// splitVocabularies parts vocabularies from the others, both in their order.
func splitVocabularies(ds []*Detector) (others, vocabularies []*Detector) {
	for _, d := range ds {
		if d.Vocabulary() {
			vocabularies = append(vocabularies, d)
		} else {
			others = append(others, d)
		}
	}
	return others, vocabularies
}

// setPersons finds the kinds that identify a person.
func (e *Engine) setPersons() {
	place := func(k Kind) uint8 { return uint8(e.Index(k)) }
	for _, k := range persons {
		if i := e.Index(k); i >= 0 && i < e.vocabularies {
			e.persons |= 1 << i
		}
	}
	e.emailPlace, e.phonePlace = place("email"), place("phone_fr")
}

// fusedDetector is a detector whose shape the kernel computes, as its shape-th.
type fusedDetector struct{ shape, detector uint8 }

// add files detector i in the tables of the engine.
func (e *Engine) add(i uint8, d *Detector) {
	slot := d.Kind.slot()
	for e.slots[slot] != 0 {
		slot++
	}
	e.slots[slot] = i + 1
	if d.Vocabulary() {
		return
	}
	for _, n := range d.Runs {
		if e.minRun == 0 || n < e.minRun {
			e.minRun = n
		}
	}
	if shape := slices.Index(fusedDetectors(), d); shape >= 0 {
		e.fused = append(e.fused, fusedDetector{uint8(shape), i})
	} else if d.Shape != nil {
		e.shapes = append(e.shapes, i)
	}
	e.reach = max(e.reach, d.Before+d.After)
	w := windowOf(d)
	e.windows = append(e.windows, int32(w))
	e.window = max(e.window, w)
	e.caps = append(e.caps, highest[d.Max])
	if len(d.Context) > 0 {
		e.context |= 1 << i
	}
	if d.Cells {
		e.wide |= 1 << i
	}
	if d.Cell != nil {
		e.cellwise |= 1 << i
	}
	if d.Capitals {
		e.capitalSet |= 1 << i
	}
	if len(d.Against) > 0 {
		e.against |= 1 << i
	}
}

// Detectors returns the detectors in their fixed order.
func (e *Engine) Detectors() []*Detector { return slices.Clone(e.detectors) }

// Index returns the place of kind k in that order, -1 when the engine has none.
func (e *Engine) Index(k Kind) int {
	for slot := k.slot(); ; slot++ {
		i := int(e.slots[slot]) - 1
		if i < 0 || e.detectors[i].Kind == k {
			return i
		}
	}
}

// Place is Index for a detector, most often one of the engine's own.
func (e *Engine) Place(d *Detector) int {
	for slot := d.Kind.slot(); e.slots[slot] != 0; slot++ {
		if i := int(e.slots[slot]) - 1; e.detectors[i] == d {
			return i
		}
	}
	return e.Index(d.Kind)
}

// slot is where a kind is looked for first in Engine.slots.
func (k Kind) slot() uint8 {
	if k == "" {
		return 0
	}
	n := len(k)
	return uint8(n) + 37*k[0] + 91*k[n/2] + 11*k[n-1]
}

// Margin returns how many bytes a chunk of continuing text needs on each side
// of its core, so that the matches do not depend on where chunks end.
func (e *Engine) Margin() int { return e.margin }

// Version returns a digest of all that decides what is found: the rules, the
// detectors with their words, and the lists. Equal versions give equal results.
func (e *Engine) Version() string { return e.version }

// Kernel returns the name of the implementation of the first step.
func (e *Engine) Kernel() string { return e.kernel.name }

// check reports what a detector breaks of the rules in its comment.
func (d *Detector) check() error {
	title, rest, _ := strings.Cut(d.Doc, "\n")
	switch {
	case d.Kind == "" || !isSnake(string(d.Kind)):
		return errors.New("the kind is not lower case letters, digits and _")
	case strings.TrimSpace(title) == "" || strings.TrimSpace(rest) == "":
		return errors.New("no documentation (a title line, then the rule and its source)")
	case d.Max == Weak || d.Max > Verified:
		return errors.New("no highest strength")
	case d.Placeholder == "":
		return errors.New("no placeholder")
	case d.Vocabulary():
		return d.checkVocabulary()
	case (d.Run == nil) != (len(d.Runs) == 0):
		return errors.New("Run and Runs go together")
	case (d.Shape == nil && len(d.Anchors) == 0 && !d.Capitals) != (d.Verify == nil):
		return errors.New("Shape or Anchors go with Verify")
	case d.Run == nil && d.Verify == nil && d.Cell == nil:
		return errors.New("neither Run nor Shape nor Anchors nor Cell")
	case d.Cell != nil && len(d.Columns) == 0:
		return errors.New("Cell without Columns")
	case d.Before < 0 || d.After < 0 || d.Before+d.After == 0 || d.Before+d.After > maxReach:
		return fmt.Errorf("Before and After out of range (at most %d in all)", maxReach)
	case d.Window < 0 || d.Window > maxReach:
		return errors.New("Window out of range")
	}
	for _, n := range d.Runs {
		if n < 1 || n > maxRun || n > d.After {
			return fmt.Errorf("run of %d digits out of range (1 to %d, and not beyond After)", n, maxRun)
		}
	}
	for _, w := range slices.Concat(d.Context, d.Against) {
		if len(w) < 2 || len(w) > maxToken || !isLower(w) {
			return fmt.Errorf("context word %q: not 2 to %d lower case letters without accents", w, maxToken)
		}
	}
	for _, a := range d.Anchors {
		if len(a) < minAnchor || len(a) > maxAnchor || strings.ContainsFunc(a, func(r rune) bool { return r < ' ' || r >= 'A' && r <= 'Z' }) {
			return fmt.Errorf("anchor %q: not %d to %d bytes without capitals", a, minAnchor, maxAnchor)
		}
	}
	return d.checkColumns()
}

// checkVocabulary is check for a vocabulary.
func (d *Detector) checkVocabulary() error {
	if d.Run != nil || d.Shape != nil || len(d.Context) > 0 || len(d.Against) > 0 || len(d.Near) > 0 || d.Cells || d.Max != Possible {
		return errors.New("a vocabulary has terms and nothing else to find, and is possible at most")
	}
	seen := make(map[string]bool, len(d.Terms)+len(d.Not))
	for _, t := range slices.Concat(d.Terms, d.Not) {
		first, _, _ := strings.Cut(t, " ")
		switch {
		case !areWords(t) || len(t) > maxTerm/2:
			return fmt.Errorf("term %q: not words in lower case without accents, separated by one space", t)
		case t == "" || t[0] <= '9' || len(t) < 2:
			return fmt.Errorf("term %q: does not begin with a word", t)
		case slices.Contains(articles, first):
			return fmt.Errorf("term %q: begins with an article, as half of all phrases do", t)
		case seen[t]:
			return fmt.Errorf("term %q: twice", t)
		}
		seen[t] = true
	}
	return d.checkColumns()
}

// articles are the words that no term begins with: each of their many places
// would have to be followed.
var articles = []string{"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"}

func (d *Detector) checkColumns() error {
	for _, c := range slices.Concat(d.Columns, d.NotColumns, d.Parts) {
		if len(columnWords(c)) == 0 || !isSnake(strings.ReplaceAll(c, " ", "")) {
			return fmt.Errorf("column %q: not words in lower case without accents", c)
		}
	}
	return nil
}

// Vocabulary reports whether the detector is a vocabulary: it has Terms.
func (d *Detector) Vocabulary() bool { return len(d.Terms) > 0 }

func isSnake(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	}) < 0
}

// areWords reports whether s is lower case letters and digits, with one space between words.
func areWords(s string) bool {
	for i := range len(s) {
		b := s[i]
		if (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

func isLower(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

func windowOf(d *Detector) int {
	if d.Window == 0 {
		return defaultWindow
	}
	return d.Window
}

// marginOf adds up how far a decision may look. To decide on a match, the
// engine needs every candidate that overlaps it (one reach away), the
// candidates near that one (nearDistance and a reach away), and the text and
// words that decide on those (a reach, or the context window and a token).
func marginOf(ds []*Detector) int {
	reach, look := 0, 0
	for _, d := range ds {
		reach = max(reach, d.Before+d.After)
		look = max(look, windowOf(d))
	}
	look = max(look, contextAfter) + 2*maxToken
	return 2*reach + nearDistance + reach + max(reach, look) + 64
}

// versionOf digests the rules. Functions cannot be digested: rulesVersion
// stands for them.
func versionOf(e *Engine) string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, s := range parts {
			h.Write(binary.AppendUvarint(nil, uint64(len(s))))
			h.Write([]byte(s))
		}
	}
	put(fmt.Sprint(rulesVersion, e.min))
	for i, d := range e.detectors {
		put(string(d.Kind), d.Doc, fmt.Sprint(d.Max, d.Runs, d.Before, d.After, windowOf(d), d.Cells))
		put(d.Context...)
		put(d.Against...)
		put(d.Columns...)
		put(d.NotColumns...)
		put(d.Parts...)
		put(d.Anchors...)
		put(d.Terms...)
		put(d.Not...)
		for _, k := range d.Near {
			put(string(k))
		}
		if l := e.lists[i]; l != nil {
			put(l.Digest())
		}
	}
	if e.own != nil {
		put(e.opt.Own.Values...)
		put("domains")
		put(e.opt.Own.Domains...)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
