package detectortest

import (
	"path/filepath"
	"slices"
	"testing"

	"recense/detectors"
)

// Accept runs the examples of detector d, in dir/<kind>.txt, alone and among
// all.
func Accept(t *testing.T, d *detectors.Detector, all []*detectors.Detector, dir string) {
	examples, err := Read(filepath.Join(dir, string(d.Kind)+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := suite{
		kind:     d.Kind,
		alone:    engine(t, []*detectors.Detector{d}, detectors.Options{All: true}),
		together: engine(t, all, detectors.Options{}),
	}
	found, missed := 0, 0
	for _, e := range examples {
		switch e.Type {
		case '+':
			found++
		case '-', 'n':
			missed++
		}
		s.example(t, e)
	}
	if found == 0 || missed == 0 {
		t.Errorf("%s.txt: %d examples to find and %d near misses; want some of both", d.Kind, found, missed)
	}
}

func engine(t *testing.T, ds []*detectors.Detector, opt detectors.Options) *detectors.Engine {
	e, err := detectors.NewEngine(ds, opt)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

type suite struct {
	kind            detectors.Kind
	alone, together *detectors.Engine
}

func (s *suite) example(t *testing.T, e Example) {
	switch e.Type {
	case '+', '-':
		s.everywhere(t, s.alone, e)
	case 'w', 'n':
		s.check(t, s.together, e, "", e.Text, e.Marks)
		s.edges(t, s.together, e)
	case 'c':
		s.cell(t, e)
	}
}

// everywhere checks an example at the start, in the middle and at the end of a
// text, beside letters of more than one byte, twice, and across chunk edges.
func (s *suite) everywhere(t *testing.T, eng *detectors.Engine, e Example) {
	twice := slices.Concat(e.Text, []byte("\n"), e.Text)
	s.check(t, eng, e, "alone", e.Text, e.Marks)
	s.check(t, eng, e, "back to back", twice, append(slices.Clone(e.Marks), shift(e.Marks, len(e.Text)+1)...))
	// Every alignment within a window of 64 bytes, and beyond it.
	for n := range 70 {
		before := slices.Repeat([]byte("\n"), n)
		s.check(t, eng, e, "after other lines", slices.Concat(before, e.Text, []byte("\n\n")), shift(e.Marks, n))
	}
	french := []byte("« Élève » à l’été, œuvré\n")
	s.check(t, eng, e, "among French", slices.Concat(french, e.Text, []byte("\nçà et là…")), shift(e.Marks, len(french)))
	s.edges(t, eng, e)
	pass, matches := eng.Pass(), make([]detectors.Match, 0, 64)
	chunk := whole(twice)
	pass.Scan(chunk, matches) // scratch space grows once
	if n := testing.AllocsPerRun(5, func() { pass.Scan(chunk, matches) }); n != 0 {
		t.Errorf("line %d: %v allocations a scan", e.Line, n)
	}
}

// edges cuts the text of an example in two chunks at every byte.
func (s *suite) edges(t *testing.T, eng *detectors.Engine, e Example) {
	pad := slices.Repeat([]byte("\n"), 8)
	text := slices.Concat(pad, e.Text, pad)
	want := shift(e.Marks, len(pad))
	pass := eng.Pass()
	for cut := range len(text) {
		first, second := Cut(text, cut, eng.Margin())
		got := s.spans(pass.Scan(first, nil), 0)
		got = append(got, s.spans(pass.Scan(second, nil), cut-second.From)...)
		if !slices.Equal(got, want) {
			t.Errorf("line %d: chunks cut at byte %d: found %v, want %v", e.Line, cut-len(pad), got, want)
			return
		}
	}
}

// Cut makes two chunks of a text, with cores that meet at byte at.
func Cut(text []byte, at, margin int) (first, second *detectors.Chunk) {
	end, begin := min(len(text), at+margin), max(0, at-margin)
	first = &detectors.Chunk{Data: text[:end], To: at}
	second = &detectors.Chunk{Data: text[begin:], From: at - begin, To: len(text) - begin}
	return first, second
}

// cell checks a value in a column of its own, between two others.
func (s *suite) cell(t *testing.T, e Example) {
	data := slices.Concat([]byte("x;"), e.Text, []byte(";y"))
	end := int32(2 + len(e.Text))
	chunk := whole(data)
	chunk.Starts, chunk.Ends, chunk.Columns = []int32{0, 2, end + 1}, []int32{1, end, end + 2}, []int32{0, 1, 2}
	chunk.Names = []detectors.Column{{}, s.together.Column(e.Column, ""), {}}
	want := []Mark{{2, int(end)}}
	matches := s.together.Pass().Scan(chunk, nil)
	if got := s.spans(matches, 0); !slices.Equal(got, want) {
		t.Errorf("line %d: column %q: found %v, want %v", e.Line, e.Column, got, want)
	}
	for _, m := range matches {
		if m.Detector.Kind == s.kind && m.Field != 1 {
			t.Errorf("line %d: in cell %d, want 1", e.Line, m.Field)
		}
	}
}

func (s *suite) check(t *testing.T, eng *detectors.Engine, e Example, where string, text []byte, want []Mark) {
	t.Helper()
	if got := s.spans(eng.Pass().Scan(whole(text), nil), 0); !slices.Equal(got, want) {
		t.Errorf("line %d %s: found %v, want %v", e.Line, where, got, want)
	}
}

// spans are the matches of the kind under test, moved by offset.
func (s *suite) spans(matches []detectors.Match, offset int) []Mark {
	var marks []Mark
	for _, m := range matches {
		if m.Detector.Kind == s.kind {
			marks = append(marks, Mark{m.Start + offset, m.End + offset})
		}
	}
	return marks
}

func whole(text []byte) *detectors.Chunk { return &detectors.Chunk{Data: text, To: len(text)} }

func shift(marks []Mark, by int) []Mark {
	var moved []Mark
	for _, m := range marks {
		moved = append(moved, Mark{m.Start + by, m.End + by})
	}
	return moved
}
