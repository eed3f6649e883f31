package html

import (
	"cmp"
	"slices"
)

// tile is a rectangle of the treemap, in units of its viewBox.
type tile struct {
	X, Y, W, H float64
	Folder     *folder
}

// squarify lays folders out in a rectangle, the largest first, in rows whose tiles
// are as close to squares as the next one allows (Bruls, Huizing and van Wijk,
// "Squarified Treemaps", 2000).
func squarify(folders []*folder, x, y, w, h float64) []tile {
	folders = slices.Clone(folders)
	slices.SortStableFunc(folders, func(a, b *folder) int { return cmp.Compare(b.weight(), a.weight()) })
	total := 0.0
	for _, f := range folders {
		total += f.weight()
	}
	if total == 0 || w <= 0 || h <= 0 {
		return nil
	}
	scale := w * h / total
	var tiles []tile
	for len(folders) > 0 {
		side := min(w, h)
		n, area := 1, folders[0].weight()*scale
		for n < len(folders) && worst(folders[:n+1], scale, side) <= worst(folders[:n], scale, side) {
			area += folders[n].weight() * scale
			n++
		}
		thick := area / side
		at := 0.0
		for _, f := range folders[:n] {
			long := f.weight() * scale / thick
			if w >= h {
				tiles = append(tiles, tile{x, y + at, thick, long, f})
			} else {
				tiles = append(tiles, tile{x + at, y, long, thick, f})
			}
			at += long
		}
		if w >= h {
			x, w = x+thick, w-thick
		} else {
			y, h = y+thick, h-thick
		}
		folders = folders[n:]
	}
	return tiles
}

// worst is the largest ratio of the sides of the tiles of a row.
func worst(row []*folder, scale, side float64) float64 {
	low, high, sum := row[0].weight()*scale, row[0].weight()*scale, 0.0
	for _, f := range row {
		a := f.weight() * scale
		low, high, sum = min(low, a), max(high, a), sum+a
	}
	return max(side*side*high/(sum*sum), sum*sum/(side*side*low))
}
