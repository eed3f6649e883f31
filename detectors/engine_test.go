package detectors

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// toys are detectors of every form, so that the engine is tested whatever the
// list holds: runs, shapes that look behind, keys, cells, Near, Against.
func toys() []*Detector {
	return []*Detector{
		{
			Kind: "toy_number", Doc: "Nine digits\nSum divisible by three.", Max: Probable, Placeholder: "[N]",
			Runs: []int{9, 13}, Run: toyNumber, Before: 1, After: 14,
			Context: []string{"siren", "societe", "ss"}, Against: []string{"facture"}, Columns: []string{"num siren", "siren"},
			Normal: func(dst, raw []byte) []byte { return append(dst, raw...) },
		},
		{
			Kind: "toy_mail", Doc: "Letters on both sides of an at sign\nA toy.", Max: Verified, Placeholder: "[M]",
			Shape: func(w *Window) uint64 { return w.At & (w.Word >> 1) & (w.Word << 1) }, Verify: toyMail, Before: 30, After: 30,
			Normal: func(dst, raw []byte) []byte { return append(dst, raw...) },
		},
		{
			Kind: "toy_code", Doc: "A capital and two digits\nA toy.", Max: Verified, Placeholder: "[C]", Window: 60,
			Shape: func(w *Window) uint64 {
				return w.Upper & (w.Digit >> 1) & (w.Digit >> 2) &^ (w.Word >> 3) &^ (w.Word << 1)
			},
			Verify: toyCode, Before: 1, After: 4, Near: []Kind{"toy_mail", "toy_number"},
			Context: []string{"diagnostic", "acte"}, Against: []string{"salle", "facture"}, Columns: []string{"code acte"},
		},
		{
			Kind: "toy_pair", Doc: "Thirteen digits and two more\nPerhaps in the next cell.", Max: Verified, Placeholder: "[P]", Cells: true,
			Shape: func(w *Window) uint64 {
				return w.Digit & (w.Digit >> 1) & (w.Digit >> 2) & (w.Digit >> 3) & (w.Digit >> 12) &^ (w.Word << 1)
			},
			Verify: toyPair, Before: 1, After: 20, Context: []string{"nir"}, Against: []string{"imei"}, Columns: []string{"nir"},
		},
		{
			Kind: "toy_groups", Doc: "Three pairs of digits with gaps\nA toy.", Max: Possible, Placeholder: "[G]",
			Shape: func(w *Window) uint64 {
				return w.Digit & (w.Digit >> 1) & (w.Gap >> 2) & (w.Digit >> 3) &^ (w.Word << 1)
			},
			Verify: toyGroups, Before: 1, After: 9, Context: []string{"tel", "telephone"}, Near: []Kind{"toy_groups"},
		},
		{
			Kind: "toy_key", Doc: "A word and what follows it\nA toy.", Max: Probable, Placeholder: "[K]",
			Anchors: []string{"siren", "acte"}, Verify: toyKey, Before: 1, After: 30,
			Context: []string{"facture"}, Columns: []string{"code acte"}, Cell: toyCell,
		},
	}
}

func toyDigit(text []byte, i int) bool {
	return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9'
}

func toyWord(text []byte, i int) bool {
	return i >= 0 && i < len(text) && strings.IndexByte(refWord, text[i]) >= 0
}

func toyNumber(text []byte, at, n int) Span {
	sum := 0
	for _, b := range text[at : at+n] {
		sum += int(b - '0')
	}
	if sum%3 != 0 {
		return rejected(at, at+n)
	}
	return accepted(at, at+n, uint8(20+sum%40), 80, Structure|Key)
}

func toyMail(text []byte, at int) Span {
	if text[at] != '@' {
		return Span{}
	}
	start, end := at, at+1
	for toyWord(text, start-1) && at-start < 29 {
		start--
	}
	for toyWord(text, end) && end-at < 29 {
		end++
	}
	if start == at || end == at+1 {
		return Span{}
	}
	return accepted(start, end, 88, 88, Structure)
}

func toyCode(text []byte, at int) Span {
	if text[at] < 'A' || text[at] > 'Z' || !toyDigit(text, at+1) || !toyDigit(text, at+2) || toyWord(text, at+3) || toyWord(text, at-1) {
		return Span{}
	}
	return accepted(at, at+3, 30, 70, Structure)
}

func toyPair(text []byte, at int) Span {
	n := 0
	for n < 13 && toyDigit(text, at+n) {
		n++
	}
	if n < 13 || toyWord(text, at-1) || toyWord(text, at+n) {
		return Span{}
	}
	end, score := at+n, 20
	i := end
	for i < len(text) && i-end < 4 && (text[i] == ' ' || text[i] == ';' || text[i] == '"' || text[i] == '\t') {
		i++
	}
	if i > end && toyDigit(text, i) && toyDigit(text, i+1) && !toyWord(text, i+2) {
		end, score = i+2, 90
	}
	return accepted(at, end, uint8(score), 95, Structure)
}

func toyGroups(text []byte, at int) Span {
	if toyWord(text, at-1) || toyWord(text, at+8) {
		return Span{}
	}
	for i := range 8 {
		if i%3 == 2 {
			if i+at >= len(text) || classes[text[at+i]]&classGap == 0 {
				return Span{}
			}
		} else if !toyDigit(text, at+i) {
			return Span{}
		}
	}
	return accepted(at, at+8, uint8(30+text[at]-'0'), 60, Structure)
}

func toyKey(text []byte, at int) Span {
	n := 0
	for _, w := range []string{"acte", "siren"} {
		if hasFold(text, at, w) {
			n = len(w)
		}
	}
	if n == 0 || midWord(text, at) {
		return Span{}
	}
	end := at + n
	for toyWord(text, end) && end < at+20 {
		end++
	}
	return accepted(at, end, 45, 70, Structure)
}

func toyCell(cell []byte) Span {
	if len(cell) > 12 {
		return Span{}
	}
	return accepted(0, len(cell), 45, 70, Structure)
}

// everything is the list with the toys.
func everything() []*Detector { return append(All(), toys()...) }

func newEngine(t testing.TB, ds []*Detector, opt Options) *Engine {
	t.Helper()
	e, err := NewEngine(ds, opt)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// samples are texts to begin with: what the detectors' own examples hold, and
// some that bring several kinds together.
func samples(t testing.TB) [][]byte {
	texts := [][]byte{
		[]byte("SIREN 123456789; tel. 01 02 03, a@b B12 diagnostic E11\nfacture 999999999 c@d"),
		[]byte("nir;cle;mail\n1800175985123;44;x@y\n\"1800175985126\";\"12\";z@z\n"),
		[]byte("Société n° 111111111 salle A10, actes B20 \xe9t\xe9 01\xc2\xa002\xc2\xa003 sociétés 222222222"),
		[]byte("\xc9\xc8 soci\xe9t\xe9s 333333333 “NIR” 1234567890123 12"),
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, data)
	}
	return texts
}

// compare holds Scan of one chunk against the reference.
func compare(t *testing.T, p *Pass, c *Chunk) {
	t.Helper()
	want, wantRefused := referenceScan(p.e, c)
	got := p.Scan(c, nil)
	if !slices.Equal(got, want) {
		t.Fatalf("kernel %s: core %d to %d of %q\n got %s\nwant %s", p.e.Kernel(), c.From, c.To, c.Data, show(got), show(want))
	}
	if refused := p.Refused(); !slices.Equal(refused, wantRefused) {
		t.Fatalf("kernel %s: core %d to %d of %q: refused\n got %s\nwant %s", p.e.Kernel(), c.From, c.To, c.Data, show(refused), show(wantRefused))
	}
}

func show(ms []Match) string {
	var b strings.Builder
	for _, m := range ms {
		fmt.Fprintf(&b, "\n\t%s[%d:%d] %d %v field %d", m.Detector.Kind, m.Start, m.End, m.Score, m.Why.Names(), m.Field)
	}
	return b.String()
}

// table makes a chunk of delimited text: cells at every separator.
func table(e *Engine, text []byte, separator byte, names ...string) *Chunk {
	c := &Chunk{Data: text, To: len(text)}
	for _, n := range names {
		c.Names = append(c.Names, e.Column(n, ""))
	}
	start, column := 0, int32(0)
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != separator && text[i] != '\n' {
			continue
		}
		low, high := start, i
		if high-low >= 2 && text[low] == '"' && text[high-1] == '"' {
			low, high = low+1, high-1
		}
		c.Starts, c.Ends, c.Columns = append(c.Starts, int32(low)), append(c.Ends, int32(high)), append(c.Columns, column)
		column++
		if i < len(text) && text[i] == '\n' {
			column = 0
		}
		start = i + 1
	}
	return c
}

func engines(t testing.TB) (es []*Engine) {
	lists := map[Kind]*List{"toy_number": NewList([]string{"123456789", "111111111"})}
	for _, k := range Kernels() {
		es = append(es, newEngine(t, everything(), Options{Kernel: k, Lists: lists}))
		es = append(es, newEngine(t, everything(), Options{Kernel: k, Lists: lists, All: true}))
	}
	return es
}

func TestScanEqualsReference(t *testing.T) {
	for _, e := range engines(t) {
		p := e.Pass()
		for _, text := range samples(t) {
			for len(text) > 0 {
				piece := text[:min(len(text), 1500)]
				text = text[len(piece):]
				compare(t, p, &Chunk{Data: piece, To: len(piece)})
				for _, separator := range []byte(";\t, :0") {
					compare(t, p, table(e, piece, separator, "NUM_SIREN", "", "nir", "Numéro facture"))
				}
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range samples(f) {
		f.Add(text, byte(';'))
	}
	es := engines(f)
	f.Fuzz(func(t *testing.T, text []byte, separator byte) {
		if len(text) > 4000 || joinsWords(separator) {
			return
		}
		for _, e := range es {
			p := e.Pass()
			compare(t, p, &Chunk{Data: text, To: len(text)})
			compare(t, p, table(e, text, separator, "NUM_SIREN", "", "nir", "Numéro facture"))
		}
	})
}

// joinsWords reports whether a separator is part of the words on both sides: of a name
// that goes on over it the reference reads more than the engine, which looks for the
// space between its words in the cell where it begins.
func joinsWords(separator byte) bool { return separator >= 0x80 || isLetterByte(separator) }

// mixed puts pieces of the samples together at random: denser than any text.
func mixed(r *rand.Rand, texts [][]byte, size int) []byte {
	var b []byte
	for len(b) < size {
		s := texts[r.IntN(len(texts))]
		i := r.IntN(len(s))
		b = append(b, s[i:min(len(s), i+r.IntN(60))]...)
		if r.IntN(3) == 0 {
			b = append(b, " \n;"[r.IntN(3)])
		}
	}
	return b
}

func TestMixedEqualsReference(t *testing.T) {
	texts := samples(t)
	for _, e := range engines(t) {
		p := e.Pass()
		r := rand.New(rand.NewPCG(1, 2))
		for range 60 {
			text := mixed(r, texts, 1+r.IntN(1500))
			compare(t, p, &Chunk{Data: text, To: len(text)})
			compare(t, p, table(e, text, ';', "nir", "siren", "Code acte"))
		}
	}
}

func TestChunkEdges(t *testing.T) {
	texts := samples(t)
	for _, e := range engines(t) {
		p, r := e.Pass(), rand.New(rand.NewPCG(3, 4))
		for range 6 {
			text := mixed(r, texts, 40000)
			want := p.Scan(&Chunk{Data: text, To: len(text)}, nil)
			wantRefused := slices.Clone(p.Refused())
			var got, gotRefused []Match
			for from := 0; from < len(text); {
				to := min(len(text), from+1+r.IntN(9000))
				low, high := max(0, from-e.Margin()), min(len(text), to+e.Margin())
				for _, m := range p.Scan(&Chunk{Data: text[low:high], From: from - low, To: to - low}, nil) {
					m.Start, m.End = m.Start+low, m.End+low
					got = append(got, m)
				}
				for _, m := range p.Refused() {
					m.Start, m.End = m.Start+low, m.End+low
					gotRefused = append(gotRefused, m)
				}
				from = to
			}
			if !slices.Equal(got, want) || !slices.Equal(gotRefused, wantRefused) {
				t.Fatal("the matches depend on where chunks end")
			}
		}
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	text := mixed(rand.New(rand.NewPCG(5, 6)), samples(t), 100000)
	for _, e := range engines(t) {
		p := e.Pass()
		matches := p.Scan(&Chunk{Data: text, To: len(text)}, nil)
		cells := table(e, text, ';', "nir")
		p.Scan(cells, nil)
		n := testing.AllocsPerRun(3, func() {
			matches = p.Scan(&Chunk{Data: text, To: len(text)}, matches[:0])
			for _, m := range matches {
				p.Digest(m.Detector, text[m.Start:m.End])
			}
			matches = p.Scan(cells, matches[:0])
		})
		if n != 0 {
			t.Errorf("kernel %s: %v allocations", e.Kernel(), n)
		}
	}
}

// An engine like another one is what NewEngine makes of the same, tables shared or
// not.
func TestLike(t *testing.T) {
	e := newEngine(t, All(), Options{})
	for _, tt := range []struct {
		name string
		ds   []*Detector
		opt  Options
	}{
		{"the same", All(), Options{}},
		{"another key and score", All(), Options{Key: [16]byte{1}, Min: ScoreProbable}},
		{"plain Go", All(), Options{Kernel: "go", All: true}},
		{"other detectors", []*Detector{&email, &nir}, Options{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := e.Like(tt.ds, tt.opt)
			if err != nil {
				t.Fatal(err)
			}
			want := newEngine(t, tt.ds, tt.opt)
			if got.Version() != want.Version() || got.Kernel() != want.Kernel() || got.Margin() != want.Margin() {
				t.Fatal("they differ")
			}
			text := []byte("NIR 1 85 05 78 006 084 91, jean.martin@example.org, M. Jean Dupont, arrêt pour dépression")
			c := Chunk{Data: text, To: len(text)}
			a, b := got.Pass(), want.Pass()
			x, y := a.Scan(&c, nil), b.Scan(&c, nil)
			if len(x) == 0 || !slices.Equal(x, y) {
				t.Fatalf("%v and %v", x, y)
			}
			for i := range x {
				raw := text[x[i].Start:x[i].End]
				if dx, dy := digestOf(a, x[i].Detector, raw), digestOf(b, x[i].Detector, raw); dx != dy {
					t.Fatal("the digests differ")
				}
			}
		})
	}
	if _, err := e.Like(All(), Options{Kernel: "abacus"}); err == nil {
		t.Fatal("a kernel that does not exist is taken")
	}
}

func digestOf(p *Pass, d *Detector, raw []byte) uint64 {
	digest, _ := p.Digest(d, raw)
	return digest
}

// The start of every worker.
func BenchmarkNewEngine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewEngine(All(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
