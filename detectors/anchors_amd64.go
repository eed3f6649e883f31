package detectors

//go:noescape
func anchorsAVX2(text *byte, n int, t *anchorTable, out *uint32)

func anchorsVector(text []byte, at, n int, t *anchorTable, out []uint32) {
	if n > 0 {
		_, _ = text[at+32*n+2], out[n-1]
		anchorsAVX2(&text[at], n, t, &out[0])
	}
}

// anchorFilterFor returns the filter that goes with a kernel: all vector kernels
// have AVX2.
func anchorFilterFor(kernel string) anchorFilter {
	if kernel == "go" {
		return anchorsGo
	}
	return anchorsVector
}
