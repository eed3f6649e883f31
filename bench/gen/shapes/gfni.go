package main

import (
	"bytes"
	"fmt"
)

// emitBatchGFNI writes the batch for machines with GFNI and VBMI. Three
// instructions turn a window into eight masks, one for each bit of a byte; those
// of eight windows are transposed, and every class is a few operations on eight
// windows at once.
func emitBatchGFNI(b *bytes.Buffer, outputs []output) {
	var body bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&body, "\t"+format+"\n", args...) }
	line("VMOVDQU64 c_reversed<>(SB), Z16")
	line("VMOVDQU64 c_identity<>(SB), Z17")
	line("VMOVDQU64 c_columns<>(SB), Z18")
	for w := range 8 {
		line("MOVLQSX %d(BX), AX", 4*w)
		line("PREFETCHT0 %d(SI)(AX*1)", ahead)
		line("VMOVDQU64 (SI)(AX*1), Z%d", w)
		line("VPSHUFB Z16, Z%d, Z%d", w, w)
		// Byte j of the result has bit j of the eight bytes, first byte last.
		line("VGF2P8AFFINEQB $0, Z%d, Z17, Z%d", w, w)
		line("VPERMB Z%d, Z18, Z%d", w, w)
	}
	// Rows are windows; pairs of them, then fours, then all.
	for i := 0; i < 8; i += 2 {
		line("VPUNPCKLQDQ Z%d, Z%d, Z%d", i+1, i, 8+i)
		line("VPUNPCKHQDQ Z%d, Z%d, Z%d", i+1, i, 9+i)
	}
	for odd := range 2 {
		for half := range 2 {
			first := 8 + 4*half + odd
			line("VSHUFI64X2 $0x88, Z%d, Z%d, Z%d", first+2, first, 16+4*half+odd)
			line("VSHUFI64X2 $0xDD, Z%d, Z%d, Z%d", first+2, first, 18+4*half+odd)
		}
	}
	for i := range 4 { // bits i and i+4
		line("VSHUFI64X2 $0x88, Z%d, Z%d, Z%d", 20+i, 16+i, i)
		line("VSHUFI64X2 $0xDD, Z%d, Z%d, Z%d", 20+i, 16+i, 4+i)
	}
	emitClasses(&body)
	slots := emitShapesAVX512(&body, outputs)
	emitBatch(b, "GFNI", "", &body, 64*slots, len(outputs))
}

// emitClasses computes the classes from the masks of the bits in Z0 to Z7.
func emitClasses(b *bytes.Buffer) {
	g := newGraph()
	var bit [8]*node
	for i := range bit {
		bit[i] = g.mask(i)
	}
	classes := ternary(classOutputs(g, bit))
	comp := newCompiler(b, avx512, classes, 0)
	for i, n := range bit {
		comp.in[n], comp.holds[i] = i, n
	}
	comp.emit(func(i int, r int) {
		comp.line("VMOVDQU64 %s, %d(DX)", comp.name(r), 64*i)
	})
	if len(comp.slots) > 0 {
		panic("the classes need more registers than there are")
	}
}

// classOutputs are the masks of a window in their order, as functions of the
// bits of its bytes (Window.fromBits of package detectors).
func classOutputs(g *graph, b [8]*node) []output {
	and := func(list ...*node) *node { return g.fold(opAnd, list) }
	or := func(list ...*node) *node { return g.fold(opOr, list) }
	not := func(a, b *node) *node { return g.binary(opAndNot, a, b) }
	or01, and01 := or(b[0], b[1]), and(b[0], b[1])
	low := or(or01, b[2], b[3])
	above := or(b[6], b[7])
	third := not(and(b[4], b[5]), above)
	digit := not(third, and(b[3], or(b[2], b[1])))
	letters := not(b[6], b[7])
	alpha := not(and(letters, or(low, b[4])), and(b[4], b[3], or(b[2], and01)))
	upper, lower := not(alpha, b[5]), and(alpha, b[5])
	hex := or(digit, not(and(letters, or(b[2], or01)), or(b[4], b[3], and(b[2], and01))))
	word := or(digit, alpha, and(not(letters, b[5]), and(b[4], b[3]), and(b[2], and01)))
	second := not(b[5], or(b[4], above))
	space := not(second, low)
	marks := and(second, b[3])
	plus := not(and(marks, and01), b[2])
	marks = and(marks, b[2])
	dot, hyphen, slash := not(and(marks, b[1]), b[0]), not(and(marks, b[0]), b[1]), and(marks, and01)
	tab := not(and(b[3], b[0]), or(b[1], b[2], b[4], b[5], above))
	colon := not(and(third, b[3], b[1]), or(b[2], b[0]))
	var outputs []output
	for i, n := range []*node{digit, upper, lower, word, hex, b[7], not(letters, or(b[5], b[4], low)), space, dot, hyphen,
		colon, slash, plus, not(third, low), or(space, dot, hyphen, slash, tab, b[7])} {
		outputs = append(outputs, output{masks[i], n})
	}
	return outputs
}

// ofBits is n with the masks of a window as functions of the bits of its bytes.
func (g *graph) ofBits(n *node, classes []output) *node {
	switch {
	case n == nil || n.op == opConst:
		return n
	case n.op == opMask:
		return classes[n.k].value
	case n.op == opNot:
		return g.not(g.ofBits(n.a, classes))
	case n.op == opShr || n.op == opShl:
		return g.shift(n.op, g.ofBits(n.a, classes), n.k)
	}
	return g.binary(n.op, g.ofBits(n.a, classes), g.ofBits(n.b, classes))
}
