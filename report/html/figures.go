package html

import (
	"cmp"
	"slices"
	"strings"
)

// mapTile is a tile as the template draws it.
type mapTile struct {
	X, Y, W, H float64
	ID, Name   string
	Label      string // as much of the name as fits; empty in small tiles
	Count      int64
	Level      string
}

// The viewBox of the map.
const (
	mapWidth  = 1000.0
	mapHeight = 420.0
)

// Map is the treemap of the folders with personal data.
func (p *page) Map() []mapTile {
	folders := make([]*folder, 0, len(p.folders))
	for _, f := range p.folders {
		folders = append(folders, f)
	}
	slices.SortFunc(folders, func(a, b *folder) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	if len(folders) > maxFolders {
		rest := &folder{Name: p.say("autres dossiers", "other folders"), Rank: -1}
		for _, f := range folders[maxFolders:] {
			rest.Count += f.Count
			rest.Rank = max(rest.Rank, f.Rank)
		}
		folders = append(folders[:maxFolders], rest)
	}
	var out []mapTile
	for _, t := range squarify(folders, 0, 0, mapWidth, mapHeight) {
		l := p.LevelOf(t.Folder.Rank)
		m := mapTile{X: t.X + 1.5, Y: t.Y + 1.5, W: max(0, t.W-3), H: max(0, t.H-3), ID: l.ID, Name: t.Folder.Name, Count: t.Folder.Count, Level: l.Label}
		if m.H > 34 {
			m.Label = fit(lastPart(t.Folder.Name), m.W)
		}
		out = append(out, m)
	}
	return out
}

// lastPart is the folder without its source.
func lastPart(name string) string {
	if i := strings.Index(name, " / "); i >= 0 {
		return name[i+len(" / "):]
	}
	return name
}

// fit cuts a text to the width of a tile; a letter is about nine units wide.
func fit(s string, width float64) string {
	n := int((width - 16) / 9)
	r := []rune(s)
	switch {
	case n < 3:
		return ""
	case len(r) > n:
		return string(r[:n-1]) + "…"
	}
	return s
}

// Matrix are the categories found by the places with most data.
type matrix struct {
	Places []string
	Rows   []matrixRow
}

type matrixRow struct {
	Category string
	Cells    []matrixCell
	Total    int64
}

type matrixCell struct {
	Count int64
	Shade int // 0 to 4
}

// Matrix returns categories by places, both with the most data first.
func (p *page) Matrix() matrix {
	places := sortedKeys(p.places)
	places = places[:min(len(places), maxPlaces)]
	m := matrix{Places: places}
	for _, c := range sortedKeys(p.categories) {
		row := matrixRow{Category: p.tax.Category(c).Label.In(p.lang), Total: p.categories[c]}
		for _, place := range places {
			n := p.cells[cellKey{c, place}]
			row.Cells = append(row.Cells, matrixCell{n, shade(n, p.places[place])})
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func shade(n, of int64) int {
	if n == 0 || of == 0 {
		return 0
	}
	return min(4, 1+int(3*n/of))
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	return keys
}

// bar is a month of the timeline.
type bar struct {
	X, W                  float64
	Y, H, ConfirmY, LessH float64
	Name                  string
	Over, Confirm         int64
	Mark                  bool // the year is written below
}

// Timeline draws what came due, month by month; years between the first and the
// last are all there.
func (p *page) Timeline() []bar {
	if len(p.Months) == 0 {
		return nil
	}
	months := p.Months
	if len(months) > 120 {
		months = months[len(months)-120:]
	}
	most := int64(1)
	for _, m := range months {
		most = max(most, m.Over+m.Confirm)
	}
	width := mapWidth / float64(len(months))
	var out []bar
	year := ""
	for i, m := range months {
		over, confirm := 130*float64(m.Over)/float64(most), 130*float64(m.Confirm)/float64(most)
		b := bar{X: float64(i)*width + 1, W: max(1, min(width-2, 40)), Name: m.Name, Over: m.Over, Confirm: m.Confirm,
			H: over, Y: 140 - over, LessH: confirm, ConfirmY: 140 - over - confirm}
		if m.Name[:4] != year {
			year, b.Mark = m.Name[:4], true
		}
		out = append(out, b)
	}
	return out
}
