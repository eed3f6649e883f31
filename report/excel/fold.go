package excel

import (
	"cmp"
	"slices"
	"strings"

	"recense/report/inventory"
)

// maxListed is how many locations a workbook lists one by one; beyond, it has a row per
// folder, and the Arrow tables have each location.
const maxListed = 200_000

// fold adds locations up by folder. They come in the order of their paths, so only the
// folders above the present one are open; a folder is given once all below it are.
type fold struct {
	open []*folded // from the outermost
	give func(*inventory.Location)
}

// folded is a folder: a location that stands for those in it, and one for each reason
// why some were not read.
type folded struct {
	name string
	all  inventory.Location
	n    int64
	left []*inventory.Location // by status and detail
}

// folderOf returns the folder of a location as its readers may know it: of one that is
// cut, what is left of its path.
func folderOf(l *inventory.Location) string {
	if i := strings.Index(l.Outer, "/… ["); i >= 0 {
		return l.Outer[:i]
	}
	return l.Outer[:max(0, strings.LastIndexByte(l.Outer, '/'))]
}

func (f *fold) add(l *inventory.Location) {
	name := folderOf(l)
	for len(f.open) > 0 {
		top := f.open[len(f.open)-1]
		if name == top.name || strings.HasPrefix(name, top.name+"/") {
			break
		}
		f.close()
	}
	if len(f.open) == 0 || f.open[len(f.open)-1].name != name {
		f.open = append(f.open, &folded{name: name})
	}
	f.open[len(f.open)-1].add(l)
}

// close gives the innermost folder.
func (f *fold) close() {
	top := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	if top.n > 0 {
		f.give(&top.all)
	}
	for _, l := range top.left {
		f.give(l)
	}
}

// end gives all that is open.
func (f *fold) end() {
	for len(f.open) > 0 {
		f.close()
	}
}

func (d *folded) add(l *inventory.Location) {
	if wholly(l) {
		if d.n++; d.n == 1 {
			d.all = first(l, d.name)
			return
		}
		merge(&d.all, l)
		return
	}
	at := slices.IndexFunc(d.left, func(x *inventory.Location) bool { return x.Status == l.Status && x.Detail == l.Detail })
	if at < 0 {
		x := first(l, d.name)
		d.left = append(d.left, &x)
		return
	}
	merge(d.left[at], l)
}

// first is a folder with one location in it.
func first(l *inventory.Location, name string) inventory.Location {
	x := *l
	x.URI, x.Outer, x.Member = name+"/…", name+"/…", ""
	x.Inventory, x.Elements, x.Verdicts, x.Skips, x.Flags = nil, nil, nil, nil, slices.Clone(l.Flags)
	x.Groups, x.Processings, x.ImpactRules = slices.Clone(l.Groups), slices.Clone(l.Processings), nil
	x.Files = max(1, l.Files)
	addRows(&x, l)
	return x
}

// merge adds a location to a folder: sums of what is counted, the highest of what is
// estimated, the worst level, the widest access, the latest times.
func merge(x, l *inventory.Location) {
	x.Files += max(1, l.Files)
	x.Size, x.Records = plus(x.Size, l.Size), plus(x.Records, l.Records)
	x.Persons, x.Minors, x.Readers = max(x.Persons, l.Persons), max(x.Minors, l.Minors), max(x.Readers, l.Readers)
	if l.ImpactRank > x.ImpactRank {
		x.ImpactRank, x.Impact = l.ImpactRank, l.Impact
	}
	if slices.Index(scopes, l.Access) > slices.Index(scopes, x.Access) {
		x.Access, x.Basis = l.Access, l.Basis
	}
	x.Groups, x.Processings, x.Flags = union(x.Groups, l.Groups, 32), union(x.Processings, l.Processings, 32), union(x.Flags, l.Flags, 8)
	if l.Modified.After(x.Modified) {
		x.Modified = l.Modified
	}
	if l.ReadAt.After(x.ReadAt) {
		x.ReadAt = l.ReadAt
	}
	x.Owner = same(x.Owner, l.Owner)
	x.MediaType, x.Format = same(x.MediaType, l.MediaType), same(x.Format, l.Format)
	addRows(x, l)
}

// scopes from the narrowest; one that is not known hides none.
var scopes = []string{"unknown", "private", "group", "everyone_authenticated", "world"}

// addRows adds the rows of a location to those of a folder.
func addRows(x, l *inventory.Location) {
	for i := range l.Inventory {
		r := &l.Inventory[i]
		at, ok := slices.BinarySearchFunc(x.Inventory, r, func(a inventory.InventoryRow, b *inventory.InventoryRow) int {
			return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Detector, b.Detector))
		})
		if !ok {
			row := *r
			row.Elements, row.Distinct, row.DistinctEstimate = nil, r.Distinct, true
			x.Inventory = slices.Insert(x.Inventory, at, row)
			continue
		}
		o := &x.Inventory[at]
		o.Matches, o.Rejected = o.Matches+r.Matches, o.Rejected+r.Rejected
		o.Distinct = max(o.Distinct, r.Distinct) // of the largest location: nobody knows what two share
		o.Strength, o.Asserted = max(o.Strength, r.Strength), o.Asserted || r.Asserted
		o.ElementCount += r.ElementCount
		if o.Oldest.IsZero() || !r.Oldest.IsZero() && r.Oldest.Before(o.Oldest) {
			o.Oldest = r.Oldest
		}
		if r.Newest.After(o.Newest) {
			o.Newest = r.Newest
		}
	}
	for i := range l.Verdicts { // for the sheet of access
		if v := &l.Verdicts[i]; v.Kind == "world_readable_sensitive" && len(x.Verdicts) == 0 {
			x.Verdicts = append(x.Verdicts, *v)
		}
	}
}

func plus(a, b int64) int64 {
	if a < 0 || b < 0 {
		return max(a, b)
	}
	return a + b
}

func union(a, b []string, most int) []string {
	for _, s := range b {
		if len(a) < most && !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// same is a text that both have; else nothing.
func same(a, b string) string {
	if a == b {
		return a
	}
	return ""
}
