package detectors

import "golang.org/x/sys/cpu"

// vectorKernels are the kernels in assembly that this machine can run.
func vectorKernels() []kernel {
	var have []kernel
	tokensAVX512, runsAVX512 := tokensVectorAVX512, runsGo
	if cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2 {
		tokensAVX512, runsAVX512 = tokensVector512, runsVector512
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasPOPCNT {
		have = append(have, kernel{"avx2", true, filterVectorAVX2, sharpenVectorAVX2, batchVectorAVX2, runsGo, wordsVectorAVX2, tokensVectorAVX2})
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasPOPCNT {
		have = append(have, kernel{"avx512", true, filterVectorAVX512, sharpenVectorAVX2, batchVectorAVX512, runsAVX512, wordsVectorAVX512, tokensAVX512})
	}
	if len(have) == 2 && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512GFNI {
		have = append(have, kernel{"gfni", true, filterVectorAVX512, sharpenVectorAVX2, batchVectorGFNI, runsAVX512, wordsVectorAVX512, tokensAVX512})
	}
	return have
}

//go:noescape
func filterAVX512(text *byte, n int, at int, list *int32) int

//go:noescape
func batchAVX512(text *byte, b *batch, groups int)

//go:noescape
func batchGFNI(text *byte, b *batch, groups int)

//go:noescape
func filterAVX2(text *byte, n int, at int, list *int32) int

//go:noescape
func sharpenAVX2(text *byte, list *int32, n int) int

//go:noescape
func batchAVX2(text *byte, b *batch, groups int)

//go:noescape
func wordsAVX512(text *byte, t *prefixTable, out *wordMasks)

//go:noescape
func wordsAVX2(text *byte, t *prefixTable, out *wordMasks)

func wordsVectorAVX512(text []byte, at int, t *prefixTable, out *wordMasks) {
	_ = text[at+blockRead-1]
	wordsAVX512(&text[at], t, out)
}

func wordsVectorAVX2(text []byte, at int, t *prefixTable, out *wordMasks) {
	_ = text[at+blockRead-1]
	wordsAVX2(&text[at], t, out)
}

func tokensVectorAVX2(text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int {
	return tokensWith(wordsVectorAVX2, text, blocks, s, out, n)
}

func tokensVectorAVX512(text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int {
	return tokensWith(wordsVectorAVX512, text, blocks, s, out, n)
}

//go:noescape
func runsVBMI2(b *batch, n int, shortest uint64, at *int32, length *uint8) int

func runsVector512(b *batch, n, shortest int, out *runList) int {
	if shortest < leastQuick {
		return runsGo(b, n, shortest, out)
	}
	return runsVBMI2(b, n, uint64(min(shortest, 15)), &out.at[0], &out.length[0])
}

//go:noescape
func tokensVBMI2(text *byte, blocks *int32, n int, filter *uint64, shift uint64, out *int32, heads *tokenHeads) int

// tokensVector512 leaves the blocks at the end of the text to another function.
func tokensVector512(text []byte, blocks []int32, s *tokenSet, out *tokenList, n int) int {
	inside := len(blocks)
	for inside > 0 && int(blocks[inside-1])+tokenRead > len(text) {
		inside--
	}
	if inside > 0 {
		n += tokensVBMI2(&text[0], &blocks[0], inside, &s.filter.bits[0], s.filter.shift, &out.at[n], s.heads)
	}
	return tokensGo(text, blocks[inside:], s, out, n)
}

func filterVectorAVX512(text []byte, at, n int, list []int32) []int32 {
	list = list[:n+1] // the kernel writes one place further than it counts
	return list[:filterAVX512(&text[at], n, at, &list[0])]
}

func filterVectorAVX2(text []byte, at, n int, list []int32) []int32 {
	list = list[:n+1]
	return list[:filterAVX2(&text[at], n, at, &list[0])]
}

func sharpenVectorAVX2(text []byte, list []int32) []int32 {
	n := len(list)
	if n == 0 {
		return list
	}
	for len(list)%groupWindows != 0 {
		list = append(list, list[n-1]) // the lanes of a vector all read somewhere
	}
	return list[:sharpenAVX2(&text[0], &list[0], n)]
}

func batchVectorAVX512(text []byte, b *batch, n int) {
	batchAVX512(&text[0], b, b.fill(n))
}

func batchVectorGFNI(text []byte, b *batch, n int) {
	batchGFNI(&text[0], b, b.fill(n))
}

func batchVectorAVX2(text []byte, b *batch, n int) {
	b.any = [fusedCount]uint64{} // what no window asks for is not written
	batchAVX2(&text[0], b, b.fill(n))
}

// fill repeats the last of n windows to the end of its group, and returns the
// number of groups: the lanes of a vector all read somewhere.
func (b *batch) fill(n int) int {
	for i := n; i%groupWindows != 0; i++ {
		b.at[i] = b.at[n-1]
	}
	return (n + groupWindows - 1) / groupWindows
}
