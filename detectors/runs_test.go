package detectors

import (
	"math/rand/v2"
	"testing"
)

// checkRuns holds the runs that every kernel lists of a text equal to those of a loop
// over its bytes.
func checkRuns(t *testing.T, text []byte, shortest int) {
	t.Helper()
	if len(text) < 64 {
		return
	}
	n := min(batchWindows, (len(text)-64)/windowStep+1)
	for _, name := range Kernels() {
		k, err := chooseKernel(name)
		if err != nil {
			t.Fatal(err)
		}
		var b batch
		var list runList
		for i := range n {
			b.at[i] = int32(i * windowStep)
		}
		k.batch(text, &b, n)
		got := map[int]int{}
		for i, count := 0, k.runs(&b, n, shortest, &list); i < count; i++ {
			at, length := int(list.at[i]), int(list.length[i])
			switch {
			case length == runGoesOn:
				length = 0
			case length >= runLeaves:
				length = runLength(text, at)
			}
			if _, twice := got[at]; twice {
				t.Fatalf("kernel %s lists the run at %d twice in %q", name, at, text)
			}
			got[at] = length
		}
		for at := lookBehind; at < n*windowStep+lookBehind; at++ {
			if !isNum(text[at]) || tokenBefore(text, at) {
				if _, ok := got[at]; ok {
					t.Fatalf("kernel %s lists %d, where no run begins, in %q", name, at, text)
				}
				continue
			}
			want := runLength(text, at)
			length, ok := got[at]
			if want >= shortest && !ok || ok && length != want && (want != 0 || length <= maxRun) {
				t.Fatalf("kernel %s: run at %d has %d digits (listed: %v), want %d, in %q", name, at, length, ok, want, text)
			}
		}
	}
}

func TestRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for i := range 3000 {
		text := make([]byte, 64+r.IntN(4000))
		digits := 1 + r.IntN(40)
		for j := range text {
			text[j] = '0' + byte(r.IntN(10))
			if r.IntN(digits) == 0 {
				text[j] = " .,a_\xe9-"[r.IntN(7)]
			}
		}
		checkRuns(t, text, 1+i%maxRun)
	}
}

func FuzzRuns(f *testing.F) {
	for i, text := range samples(f) {
		f.Add(text, i)
	}
	f.Fuzz(func(t *testing.T, text []byte, shortest int) {
		checkRuns(t, text, 1+min(max(shortest, 0), 1<<20)%maxRun)
	})
}
