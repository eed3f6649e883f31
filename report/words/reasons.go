package words

import (
	"cmp"
	"slices"
	"strings"

	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// Counted is a text and how many locations it concerns.
type Counted struct {
	Text  string
	Count int64
}

// Reasons lists what was not read in full and why, the most frequent first.
func Reasons(lang string, tax *taxonomy.Taxonomy, c *scanner.Coverage) []Counted {
	var list []Counted
	for key, n := range c.ByReason {
		status, detail, _ := strings.Cut(key, ":")
		if sources.Status(status) == sources.Unchanged {
			continue // nothing is missing
		}
		text := Status(lang, tax, sources.Status(status), "")
		if r := Reason(lang, tax, sources.Reason(detail)); r != "" {
			text += " · " + r
		}
		list = append(list, Counted{text, n})
	}
	slices.SortFunc(list, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text))
	})
	return list
}
