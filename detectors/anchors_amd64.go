package detectors

import "golang.org/x/sys/cpu"

//go:noescape
func anchorsAVX2(text *byte, n int, t *anchorTable, out *uint32)

//go:noescape
func anchorsVBMI(text *byte, n int, seven *[anchorSets][anchorBytes][128]uint8, out *uint32)

func anchorsVector(text []byte, at, n int, t *anchorTable, out []uint32) {
	if n > 0 {
		_, _ = text[at+32*n+2], out[n-1]
		anchorsAVX2(&text[at], n, t, &out[0])
	}
}

// anchorsVector512 works on two blocks at a time.
func anchorsVector512(text []byte, at, n int, t *anchorTable, out []uint32) {
	if pairs := n / 2; pairs > 0 {
		_, _ = text[at+64*pairs+2], out[2*pairs-1]
		anchorsVBMI(&text[at], pairs, &t.seven, &out[0])
	}
	if n%2 != 0 {
		anchorsVector(text, at+32*(n-1), 1, t, out[n-1:])
	}
}

// anchorFilterFor returns the filter that goes with a kernel: all vector kernels
// have AVX2, and gfni has AVX-512 VBMI.
func anchorFilterFor(kernel string) anchorFilter {
	switch {
	case kernel == "go":
		return anchorsGo
	case kernel == "gfni" || kernel == "avx512" && cpu.X86.HasAVX512VBMI:
		return anchorsVector512
	}
	return anchorsVector
}
