package inventory

import (
	"recense/detectors"
	"recense/scanner"
)

// A column is judged by the share of its distinct values that one kind matches
// as whole cells. Two questions are kept apart: what the column is, and what it
// contains. The shares that chance alone reaches (reference measurements on
// random strings: SIREN and FINESS 10 %, a NIR without its key 75 %, a CIM-10
// category 79 %) decide how much is asked of each kind.

// rule is what a column must show before its share says what it is.
type rule struct {
	share  float64 // of distinct values
	values int     // distinct values
}

var (
	usual  = rule{0.60, 8}
	strict = rule{0.80, 20} // one digit of key (10 % by chance), or a form shared by several kinds
	form   = rule{0.95, 50} // a form that most codes of its length have (75 to 79 % by chance)
	never  = rule{2, 0}     // only a name or a word says so: any date is not a birth date
)

// trait is what the column method knows of a kind.
type trait struct {
	rule
	keyed bool // has a check digit or key: a column makes it verified, not probable
}

// traits are ordered from the most specific kind to the least: when several
// qualify on one column and its name decides nothing, the first one wins. Kinds
// that are not listed come last and follow the usual rule.
var traits = []struct {
	kind detectors.Kind
	trait
}{
	{"iban", trait{usual, true}},
	{"mrz", trait{usual, true}},
	{"email", trait{usual, true}},
	{"ipv6", trait{usual, true}},
	{"mac_address", trait{usual, true}},
	{"ipv4", trait{usual, true}},
	{"tax_number_fr", trait{usual, true}},
	{"nir", trait{usual, true}},
	{"nia", trait{usual, true}},
	{"vat_fr", trait{usual, true}},
	{"rib", trait{usual, true}},
	{"siret", trait{usual, true}},
	{"payment_card", trait{usual, true}},
	{"rpps", trait{usual, true}},
	{"ccam", trait{usual, false}},
	{"atc", trait{usual, false}},
	{"phone_fr", trait{usual, false}},
	{"phone_intl", trait{usual, false}},
	{"cip", trait{strict, true}},
	{"ucd", trait{strict, true}},
	{"lpp", trait{strict, true}},
	{"finess", trait{strict, true}},
	{"siren", trait{strict, true}},
	{"bic", trait{strict, false}},
	{"ngap", trait{strict, false}},
	{"cim10", trait{form, false}},
	{"licence_plate_fr", trait{form, false}},
	{"passport_fr", trait{form, false}},
	{"id_card_fr", trait{form, false}},
	{"driving_licence_fr", trait{never, false}},
	{"residence_permit_fr", trait{never, false}}, // ten digits, as identifiers of all sorts
	{"adeli", trait{never, false}},               // nearly any nine digits have its form
	{"nabm", trait{never, false}},
	{"birth_date", trait{never, false}},
}

// traitOf returns the trait of a kind and its place in the order.
func traitOf(k detectors.Kind) (trait, int) {
	for i := range traits {
		if traits[i].kind == k {
			return traits[i].trait, i
		}
	}
	return trait{rule: usual}, len(traits)
}

// judged is a cell with its verdict.
type judged struct {
	cell     *scanner.Cell
	kind     kind
	verdict  string
	share    float64 // -1 for text
	promoted bool    // the share made its weak candidates matches
	matches  int64
	rejected int64
	strength detectors.Strength
	why      detectors.Evidence
	floor    uint8 // lowest score of a finding here, once promoted
	sampled  int   // distinct values behind share
}

// judge gives the verdicts of the cells of one element.
func judge(e *scanner.Element, cells []judged) {
	best, rank, named := -1, 0, false
	for i := range cells {
		j := &cells[i]
		j.plain()
		if !e.Table {
			continue
		}
		j.share, j.sampled = share(&e.Sample, j.kind.bit), len(e.Sample.Hashes)
		ok := j.qualifies(len(e.Sample.Hashes))
		_, order := traitOf(j.cell.Kind)
		byName := j.named()
		if ok && (best < 0 || byName && !named || byName == named && order < rank) {
			best, rank, named = i, order, byName
		}
	}
	if best >= 0 {
		cells[best].promote(len(e.Sample.Hashes))
	}
}

// plain sets what the cell is worth without its column.
func (j *judged) plain() {
	c := j.cell
	j.share = -1
	j.matches, j.rejected, j.why = c.Matches, c.Rejected+c.Weak, c.Why
	j.strength = detectors.Possible
	j.verdict = None
	if c.Matches > 0 {
		j.verdict = Contains
		j.strength = j.words(min(max(detectors.StrengthOf(c.Best), detectors.Possible), j.kind.max()))
	}
}

// words applies the taxonomy's promotion: words, possible by themselves, become
// probable in a column's name or beside an identifying match of the same record.
func (j *judged) words(s detectors.Strength) detectors.Strength {
	if s == detectors.Possible && j.kind.row.Strength == detectors.Possible &&
		(j.cell.Why&(detectors.ColumnName|detectors.Linked) != 0 || j.cell.Linked > 0) {
		return detectors.Probable
	}
	return s
}

// named reports whether the name of the column says that it is of this kind, of
// values as they stand or of repaired ones.
func (j *judged) named() bool {
	return j.cell.Why&detectors.ColumnName != 0 || j.cell.Named && j.cell.Repaired > 0
}

// qualifies reports whether the column is of this kind: by its name and a share
// of however few values, or by a share that neither chance nor another kind of
// the same form explains, or by NIRs and dates that agree row by row.
func (j *judged) qualifies(values int) bool {
	t, _ := traitOf(j.cell.Kind)
	if j.named() {
		return values > 0 && j.share >= usual.share
	}
	need := t.rule
	switch c := j.cell; {
	case j.agrees():
		need = usual
	case t.rule == usual && t.keyed && c.Weak > c.Matches:
		need = form // mostly values without their key: a NIR of 13 characters
	}
	n := int(j.share*float64(values) + 0.5)
	return values >= need.values && j.share >= need.share && (need == form || j.agrees() || beyondChance(j.cell.Kind, n, values))
}

// agrees reports whether most candidates stand in a record with a NIR or a date
// of the same year and month of birth. Chance makes one record in 1,200 agree.
func (j *judged) agrees() bool {
	c := j.cell
	return c.Agreed >= int64(usual.values) && float64(c.Agreed) >= usual.share*float64(c.Matches+c.Weak)
}

// promote makes the column one of this kind. Its weak candidates and repaired
// cells become matches, unless the name alone says so over too few values to
// speak of a share.
func (j *judged) promote(values int) {
	j.verdict = Is
	if values < usual.values {
		if j.cell.Matches == 0 {
			j.verdict = None
		}
		return
	}
	t, _ := traitOf(j.cell.Kind)
	j.promoted = true
	j.matches += j.cell.Weak + j.cell.Repaired
	j.rejected -= j.cell.Weak
	j.why |= detectors.ColumnShare
	if j.named() {
		j.why |= detectors.ColumnName
	}
	if j.agrees() {
		j.why |= detectors.Linked
	}
	to, score := detectors.Probable, uint8(detectors.ScoreProbable)
	if t.keyed {
		to, score = detectors.Verified, detectors.ScoreVerified
	}
	if limit := j.kind.max(); to > limit {
		to, score = limit, [...]uint8{0, detectors.ScorePossible, detectors.ScoreProbable, detectors.ScoreVerified}[limit]
	}
	j.strength, j.floor = max(j.strength, to), score
}

// share returns the part of the sampled distinct values that a kind matches as
// whole cells; 0 for a kind that no detector of the engine finds.
func share(s *scanner.Sample, bit int) float64 {
	if bit < 0 || len(s.Hashes) == 0 {
		return 0
	}
	n, total := s.Count(bit)
	return float64(n) / float64(total)
}
