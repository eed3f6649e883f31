package pdf

import (
	"sort"

	"recense/sources"
)

// maxPages bounds the pages of one file.
const maxPages = 1 << 17

// node is a place in the tree of pages with what it inherits.
type node struct {
	v     any
	res   any
	depth int
}

// readPages reads the pages in order. Where the tree is broken, all pages that
// exist are read in the order of their numbers.
func (d *document) readPages(root dict) error {
	seen := map[int]bool{}
	todo := []node{{v: root["Pages"]}}
	for len(todo) > 0 && d.pages < maxPages {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if r, ok := n.v.(ref); ok {
			if seen[r.num] {
				if again := d.dict(n.v); again != nil && again["Kids"] == nil {
					d.pages++ // the same page once more: it counts and is not read
				}
				continue
			}
			seen[r.num] = true
		}
		p := d.dict(n.v)
		if p == nil {
			continue
		}
		if r, ok := p["Resources"]; ok {
			n.res = r
		}
		kids, inner := d.resolve(p["Kids"]).(array)
		switch {
		case inner && n.depth < maxDepth:
			for i := len(kids) - 1; i >= 0; i-- {
				todo = append(todo, node{kids[i], n.res, n.depth + 1})
			}
		case !inner && p["Type"] != name("Pages"):
			if err := d.page(p, n.res); err != nil {
				return err
			}
		}
		if err := d.ctx.Err(); err != nil {
			return err
		}
	}
	if len(todo) > 0 {
		d.long = true
	}
	return d.strays(root, seen)
}

// strays reads pages that a damaged tree lost.
func (d *document) strays(root dict, seen map[int]bool) error {
	count := d.integer(d.dict(root["Pages"])["Count"], 0)
	if !d.rebuilt && int64(d.pages) >= count || d.pages > 0 && int64(d.pages) >= count {
		return nil
	}
	if !d.rebuilt && d.rebuild() != nil {
		return d.ctx.Err()
	}
	var nums []int
	for num := range d.xref {
		nums = append(nums, num)
	}
	sort.Ints(nums)
	for _, num := range nums {
		if seen[num] || d.pages >= maxPages {
			continue
		}
		p, ok := d.load(num).(dict)
		if !ok || p["Type"] != name("Page") {
			continue
		}
		if err := d.page(p, p["Resources"]); err != nil {
			return err
		}
	}
	if int64(d.pages) < count {
		d.broken = true
	}
	return d.ctx.Err()
}

// page reads one page and its annotations.
func (d *document) page(p dict, res any) error {
	d.pages++
	number := int32(d.pages)
	d.text.Part, d.text.Page = "", number
	pg := &page{out: d.text, keeps: d.recogniser != nil, glyphs: d.glyphs[:0], runs: d.runs[:0]}
	defer func() { d.glyphs, d.runs = pg.glyphs, pg.runs }()
	data, resources := d.contents(p), d.dict(res)
	if !d.libraryReads(p, resources, data) || !d.library.page(d.pages, data, pg) {
		if err := newPainter(d.file, pg).run(data, resources); err != nil && err != errLarge {
			return err
		}
	}
	if err := pg.flush(); err != nil {
		return err
	}
	d.written += pg.written
	if err := d.text.End(); err != nil {
		return err
	}
	blind := pg.written == 0 && pg.pictures > 0 || pg.unknown > pg.known
	if d.recognises(pg, blind) {
		seen, err := d.recognise(pg, number)
		if err != nil {
			return err
		}
		blind = blind && !seen
	}
	if blind {
		d.blind++
		if err := d.blindPage(number); err != nil {
			return err
		}
	}
	return d.annotations(p, number)
}

// blindPage tells that a page shows text that cannot be read.
func (d *document) blindPage(number int32) error {
	return d.out.Skip(sources.Location{Page: number, Byte: -1}, sources.NoTextLayer)
}

// contents returns the content of a page: its streams, apart by a space.
func (d *document) contents(p dict) []byte {
	var all []byte
	add := func(v any) {
		s, ok := d.resolve(v).(*stream)
		if !ok {
			return
		}
		b, err := d.content(s)
		if err != nil && len(b) == 0 {
			d.broken = true
		}
		if len(all)+len(b) > maxStream {
			d.over = true
			return
		}
		if all == nil {
			all = b[:len(b):len(b)]
			return
		}
		all = append(append(all, ' '), b...)
	}
	switch v := d.resolve(p["Contents"]).(type) {
	case array:
		for _, x := range v {
			add(x)
		}
	case *stream:
		add(v)
	}
	return all
}
