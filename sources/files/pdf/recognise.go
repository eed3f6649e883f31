package pdf

import (
	"sort"

	"recense/sources"
)

// Bounds of what is recognised.
const (
	maxShown  = 64  // pictures of one page
	leastSide = 24  // pixels: smaller ones hold no line of text
	fewGlyphs = 100 // a page with less text than this may be a scan with a stamp or a footer
	largeScan = 1 << 19
)

// picture is an image that a page shows.
type picture struct {
	s *stream
	m matrix // from the unit square to the page
}

// show keeps a picture for recognition, where one is asked for.
func (p *page) show(s *stream, m matrix) {
	p.pictures++
	if p.keeps && len(p.shown) < maxShown && finite(m[0], m[1], m[2], m[3], m[4], m[5]) {
		p.shown = append(p.shown, picture{s, m})
	}
}

// recognises reports whether the pictures of a page are to be read: it has no text,
// or so little beside a large picture that this may be the letter.
func (d *document) recognises(p *page, blind bool) bool {
	if d.recogniser == nil || len(p.shown) == 0 {
		return false
	}
	for _, x := range p.shown {
		if blind || p.known < fewGlyphs && d.pixels(x.s.dict) >= largeScan {
			return true
		}
	}
	return false
}

// recognise gives the text of the pictures of a page, from the top, and reports
// whether there was any. A picture that stands on several pages is read once.
func (d *document) recognise(p *page, number int32) (seen bool, err error) {
	sort.SliceStable(p.shown, func(i, j int) bool { return p.shown[i].top() > p.shown[j].top() })
	var last *scan // that the next one may go on
	flush := func() error {
		if last == nil {
			return nil
		}
		found, err := d.recogniseScan(last, number)
		for _, id := range last.ids {
			d.looked[id] = found
		}
		seen, last = seen || found, nil
		return err
	}
	for _, x := range p.shown {
		if id := x.s.id.num; id > 0 {
			if was, known := d.looked[id]; known {
				seen = seen || was
				continue
			}
			d.looked[id] = false
		}
		s, why := d.scan(x)
		if why != "" {
			if err := d.untold(number, why); err != nil {
				return seen, err
			}
		}
		if s == nil || last != nil && last.join(s) {
			continue
		}
		if err := flush(); err != nil {
			return seen, err
		}
		last = s
	}
	return seen, flush()
}

// untold says that a picture of a page was not read, or not in full.
func (d *document) untold(number int32, why sources.Reason) error {
	return d.out.Skip(sources.Location{Page: number, Byte: -1}, why)
}

// recogniseScan has one picture read and reports whether it holds text.
func (d *document) recogniseScan(s *scan, number int32) (found bool, err error) {
	data := s.file()
	if len(data) > sources.MaxPicture {
		return false, d.untold(number, sources.SizeLimit)
	}
	text, why := d.recogniser.Recognise(d.ctx, data, 0)
	if found = len(text) > 0; found {
		d.text.Part, d.text.Page = sources.RecognisedPart, number
		d.text.Append(text...)
		d.text.Append('\n')
		d.written += len(text)
		if err := d.text.End(); err != nil {
			return true, err
		}
	}
	if why != "" {
		if err := d.untold(number, why); err != nil {
			return found, err
		}
	}
	return found, d.ctx.Err()
}

// top is the highest point of a picture on its page.
func (x *picture) top() float64 { return x.m[5] + max(x.m[1], 0) + max(x.m[3], 0) }

// bottom is its lowest.
func (x *picture) bottom() float64 { return x.m[5] + min(x.m[1], 0) + min(x.m[3], 0) }

// pixels is how many a picture says that it has, 0 where that makes no sense.
func (f *file) pixels(d dict) int64 {
	w, h := f.integer(f.either(d, "Width", "W"), 0), f.integer(f.either(d, "Height", "H"), 0)
	if w < 1 || h < 1 || w > 1<<16 || h > 1<<16 {
		return 0
	}
	return w * h
}

// either returns an entry under its long name, or the short one of pictures in the content.
func (f *file) either(d dict, long, short name) any {
	if v, ok := d[long]; ok {
		return f.resolve(v)
	}
	return f.resolve(d[short])
}
