package inventory

import (
	"cmp"
	"slices"
	"strings"

	"recense/detectors"
	"recense/report/taxonomy"
)

// reserve takes out of a location what its audience may not read: detectors
// become the placeholder of their audience and are summed into one row per
// category, elements lose their names, and where the most secret categories are
// asserted the path is cut at the source (domain/register.md F.3, F.4).
func (inv *Inventory) reserve(l *Location) {
	cut := false
	reserved := false
	for i := range l.Inventory {
		r := &l.Inventory[i]
		a := inv.tax.Reserved(r.Category, inv.audience.ID)
		if a == nil {
			continue
		}
		reserved = true
		r.Detector = a.Placeholder
		if Secret(r.Category) {
			r.Elements, r.DateBasis = nil, ""
			cut = cut || r.Asserted
		}
	}
	if reserved {
		l.Inventory = joinRows(l.Inventory)
	}
	inv.reserveElements(l)
	switch {
	case l.Cut && inv.audience.ID == taxonomy.General:
		inv.cut(l, l.Visible)
	case cut:
		inv.cut(l, 0)
	}
	for i := range l.Verdicts {
		l.Verdicts[i].URI = l.URI
	}
}

// Secret reports whether even the place of a category says too much: a medical
// file and a suspicion report are known by their folder.
func Secret(category string) bool { return category == "medical" || category == "aml" }

// joinRows sums neighbouring rows that now read alike. rows are sorted by
// category, so rows of one placeholder and category are neighbours.
func joinRows(rows []InventoryRow) []InventoryRow {
	out := rows[:0]
	for _, r := range rows {
		n := len(out)
		if n == 0 || out[n-1].Category != r.Category || out[n-1].Detector != r.Detector {
			out = append(out, r)
			continue
		}
		o := &out[n-1]
		o.Strength = max(o.Strength, r.Strength)
		o.Matches += r.Matches
		o.Rejected += r.Rejected
		if o.Distinct >= 0 && r.Distinct >= 0 {
			o.Distinct += r.Distinct // values of different kinds are different values
		}
		o.DistinctEstimate = o.DistinctEstimate || r.DistinctEstimate
		o.Elements = slices.Concat(o.Elements, r.Elements)
		slices.Sort(o.Elements)
		o.Elements = slices.Compact(o.Elements)
		o.Elements = o.Elements[:min(len(o.Elements), maxElements)]
		o.ElementCount = max(o.ElementCount, r.ElementCount, int32(len(o.Elements)))
	}
	return out
}

// reserveElements does the same for the rows of elements: one row per element
// and placeholder.
func (inv *Inventory) reserveElements(l *Location) {
	reserved := false
	for i := range l.Elements {
		r := &l.Elements[i]
		category := inv.tax.Detector(detectors.Kind(r.Detector)).Category
		a := inv.tax.Reserved(category, inv.audience.ID)
		if a == nil {
			continue
		}
		reserved = true
		r.Detector = a.Placeholder
		if Secret(category) {
			r.Name = ""
		}
	}
	if !reserved {
		return
	}
	sortElements(l.Elements)
	out := l.Elements[:0]
	for _, r := range l.Elements {
		if n := len(out); n > 0 && out[n-1].Index == r.Index && out[n-1].Detector == r.Detector {
			joinElement(&out[n-1], &r)
			continue
		}
		out = append(out, r)
	}
	l.Elements = out
}

func joinElement(o, r *ElementRow) {
	if r.Name == "" {
		o.Name = "" // one of the two is secret
	}
	if r.Matches > 0 {
		if o.Matches > 0 {
			o.Strength = max(o.Strength, r.Strength)
		} else {
			o.Strength = r.Strength
		}
	}
	o.Matches += r.Matches
	o.Rejected += r.Rejected
	switch {
	case o.Distinct < 0:
		o.Distinct = r.Distinct
	case r.Distinct >= 0:
		o.Distinct += r.Distinct
	}
	o.DistinctEstimate = o.DistinctEstimate || r.DistinctEstimate
	o.Share = max(o.Share, r.Share)
	o.Verdict = strongest(o.Verdict, r.Verdict)
	o.Evidence |= r.Evidence
	o.Linked = max(o.Linked, r.Linked)
}

func strongest(a, b string) string {
	order := []string{None, Contains, Is}
	if cmp.Compare(slices.Index(order, a), slices.Index(order, b)) < 0 {
		return b
	}
	return a
}

// cut hides the path of a location after its source and the first segments.
func (inv *Inventory) cut(l *Location, segments int) {
	root := l.Source
	if uri := inv.targets[l.Source].called; uri != "" {
		root = uri
	}
	for len(root) > 1 && root[len(root)-1] == '/' {
		root = root[:len(root)-1]
	}
	for i, name := range strings.Split(strings.Trim(l.Path, "/"), "/") {
		if i >= segments {
			break
		}
		root += "/" + strings.TrimSuffix(name, "!")
	}
	l.URI = root + "/… [" + l.ID.String()[:8] + "]"
	l.Outer, l.Member = l.URI, ""
	if l.Container != "" {
		l.Container = root + "/…"
	}
	for i := range l.Aliases {
		l.Aliases[i] = root + "/…"
	}
	l.Aliases = slices.Compact(l.Aliases)
	l.Masked = true
}

// ReservedTo returns the audience whose placeholder a detector column reads, nil
// when it is a detector.
func (inv *Inventory) ReservedTo(detector string) *taxonomy.Audience {
	for i := range inv.tax.Audiences {
		if a := &inv.tax.Audiences[i]; a.Placeholder != "" && a.Placeholder == detector {
			return a
		}
	}
	return nil
}
