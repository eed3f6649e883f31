package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// constants are bytes that the kernels compare with, in vectors of 64.
var constants = []struct {
	name string
	b    byte
}{
	{"zero", '0'}, {"A", 'A'}, {"a", 'a'}, {"at", '@'}, {"underscore", '_'}, {"space", ' '}, {"tab", '\t'}, {"dot", '.'},
	{"hyphen", '-'}, {"colon", ':'}, {"slash", '/'}, {"plus", '+'},
	{"small", 0x20}, {"row", 0x40}, {"rows", 0xE0}, {"nibble", 0x0F}, {"n5", 5}, {"n6", 6}, {"n9", 9}, {"n10", 10}, {"n25", 25}, {"n26", 26},
}

func emitConstants(b *bytes.Buffer) {
	for _, c := range constants {
		for i := range 8 {
			fmt.Fprintf(b, "DATA c_%s<>+%d(SB)/8, $0x%s\n", c.name, 8*i, strings.Repeat(fmt.Sprintf("%02x", c.b), 8))
		}
		fmt.Fprintf(b, "GLOBL c_%s<>(SB), RODATA|NOPTR, $64\n", c.name)
	}
	for i := range 8 {
		fmt.Fprintf(b, "DATA c_decided<>+%d(SB)/8, $0x0003FFFFFFFFFFFC\n", 8*i)
	}
	fmt.Fprintf(b, "GLOBL c_decided<>(SB), RODATA|NOPTR, $64\n")
	for _, v := range []struct {
		name string
		word func(i int) uint64
	}{
		{"steps", func(i int) uint64 { return uint64(96*i+48)<<32 | uint64(96*i) }},
		{"reversed", func(i int) uint64 { return 0x0001020304050607 + uint64(i&1)*0x0808080808080808 }},
		{"identity", func(int) uint64 { return 0x8040201008040201 }},
		{"columns", func(i int) uint64 { return 0x3830282018100800 + uint64(i)*0x0101010101010101 }},
	} {
		for i := range 8 {
			fmt.Fprintf(b, "DATA c_%s<>+%d(SB)/8, $0x%016x\n", v.name, 8*i, v.word(i))
		}
		fmt.Fprintf(b, "GLOBL c_%s<>(SB), RODATA|NOPTR, $64\n", v.name)
	}
}

func c(name string) string {
	if !slices.ContainsFunc(constants, func(k struct {
		name string
		b    byte
	}) bool {
		return k.name == name
	}) {
		panic(name)
	}
	return "c_" + name + "<>(SB)"
}

// interesting is the end of a filter: R8 holds the colons, R9 the capitals, AX
// is not zero when there is a digit or at sign. It appends the window to the
// list at DI when it is interesting (see Window.interesting).
const interesting = `
	MOVQ    R8, R10
	SHRQ    $1, R10
	MOVQ    R8, R11
	SHRQ    $2, R11
	ORQ     R11, R10 // 1 2
	MOVQ    R10, R11
	SHRQ    $2, R11
	ORQ     R11, R10 // 1 2 3 4
	MOVQ    R8, R11
	SHRQ    $5, R11
	ORQ     R11, R10
	ANDQ    R8, R10
	ORQ     R10, AX
	MOVQ    R9, R10
	SHRQ    $1, R10
	ANDQ    R10, R9
	MOVQ    R9, R10
	SHRQ    $2, R10
	ANDQ    R10, R9
	MOVQ    R9, R10
	SHRQ    $4, R10
	ANDQ    R10, R9
	ORQ     R9, AX
	MOVL    BX, (DI)
	LEAQ    4(DI), R10
	TESTQ   AX, AX
	CMOVQNE R10, DI
	ADDQ    $48, SI
	ADDL    $48, BX
	DECQ    CX
	JNZ     window
end:
	SUBQ    list+24(FP), DI
	SHRQ    $2, DI
	MOVQ    DI, ret+32(FP)
	VZEROUPPER
	RET
`

const filterHead = `
// func filter%s(text *byte, n int, at int, list *int32) int
TEXT ·filter%s(SB), NOSPLIT, $0-40
	MOVQ text+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ at+16(FP), BX
	MOVQ list+24(FP), DI
window:
`

// emitFilterAVX512 looks at eight windows at a time, one a lane, and at those that
// are left one by one. It writes eight places of the list at once.
func emitFilterAVX512(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	fmt.Fprintf(b, "\n// func filterAVX512(text *byte, n int, at int, list *int32) int\nTEXT ·filterAVX512(SB), NOSPLIT, $%d-40\n", 3*64)
	for _, l := range []string{
		"MOVQ text+0(FP), SI", "MOVQ n+8(FP), CX", "MOVQ at+16(FP), BX", "MOVQ list+24(FP), DI",
		"VMOVDQU64 " + c("zero") + ", Z16", "VMOVDQU64 " + c("A") + ", Z17", "VMOVDQU64 " + c("n10") + ", Z18",
		"VMOVDQU64 " + c("n26") + ", Z19", "VMOVDQU64 " + c("at") + ", Z20", "VMOVDQU64 " + c("colon") + ", Z21",
		"VPBROADCASTD BX, Z22", "VPADDD c_steps<>(SB), Z22, Z22",
		"MOVL $384, AX", "VPBROADCASTD AX, Z23",
		"SUBQ $8, CX", "JLT rest",
	} {
		line("%s", l)
	}
	b.WriteString("eight:\n")
	for i := range 6 { // what the machine does not fetch by itself across pages
		line("PREFETCHT0 %d(SI)", 1024+64*i)
	}
	for i := range 8 {
		line("VMOVDQU64 %d(SI), Z0", 48*i)
		line("VPSUBB Z16, Z0, Z1")
		line("VPSUBB Z17, Z0, Z2")
		line("VPCMPUB $1, Z18, Z1, K1")
		line("VPCMPEQB Z20, Z0, K2")
		line("VPCMPEQB Z21, Z0, K3")
		line("VPCMPUB $1, Z19, Z2, K4")
		line("KORQ K1, K2, K1")
		line("KMOVQ K1, %d(SP)", 8*i)
		line("KMOVQ K3, %d(SP)", 64+8*i)
		line("KMOVQ K4, %d(SP)", 128+8*i)
	}
	for _, l := range []string{
		"VMOVDQU64 64(SP), Z0", "VPSRLQ $1, Z0, Z1", "VPSRLQ $2, Z0, Z2", "VPORQ Z1, Z2, Z1", // colons 1 2
		"VPSRLQ $2, Z1, Z2", "VPSRLQ $5, Z0, Z3", "VPTERNLOGQ $0xFE, Z2, Z3, Z1", "VPANDQ Z0, Z1, Z1", // 1 to 5
		"VMOVDQU64 128(SP), Z0", "VPSRLQ $1, Z0, Z2", "VPANDQ Z0, Z2, Z0", // capitals
		"VPSRLQ $2, Z0, Z2", "VPANDQ Z0, Z2, Z0", "VPSRLQ $4, Z0, Z2", "VPANDQ Z0, Z2, Z0",
		"VPTERNLOGQ $0xFE, 0(SP), Z0, Z1", "VPTESTMQ Z1, Z1, K1",
		"VPCOMPRESSD Z22, K1, Z0", "VMOVDQU Y0, (DI)",
		"KMOVB K1, AX", "POPCNTL AX, AX", "LEAQ (DI)(AX*4), DI",
		"VPADDD Z23, Z22, Z22", "ADDQ $384, SI", "ADDL $384, BX", "SUBQ $8, CX", "JGE eight",
	} {
		line("%s", l)
	}
	b.WriteString("rest:\n\tADDQ $8, CX\n\tJEQ end\nwindow:\n")
	for _, l := range []string{
		"VMOVDQU64 (SI), Z0",
		"VPSUBB Z16, Z0, Z1",
		"VPSUBB Z17, Z0, Z2",
		"VPCMPUB $1, Z18, Z1, K1",
		"VPCMPEQB Z20, Z0, K2",
		"VPCMPEQB Z21, Z0, K3",
		"VPCMPUB $1, Z19, Z2, K4",
		"KORQ K1, K2, K1",
		"KMOVQ K3, R8",
		"KMOVQ K4, R9",
		"KMOVQ K1, AX",
	} {
		line("%s", l)
	}
	b.WriteString(interesting[1:])
}

// aligned is the stack of a batch from a multiple of 64 on: what crosses the edge of
// a cache line is not passed on from a store to a load.
const aligned = "R15"

// ahead is how far in front of a window the text is fetched, in bytes: what was found
// in a batch is looked at before the next one reads on.
const ahead = 4096

const batchHead = `
// func batch%s(text *byte, b *batch, groups int)
TEXT ·batch%s(SB), 0, $%d-24
	MOVQ text+0(FP), SI
	MOVQ b+8(FP), BX
	MOVQ groups+16(FP), CX
	LEAQ %d(BX), DX // masks of the group
	LEAQ %d(BX), R8 // positions
	LEAQ %d(BX), R9 // and where they are not zero
	LEAQ 63(SP), R15
	ANDQ $~63, R15
group:
`

// lanes begins the loop over the windows of a group.
const lanes = `	XORQ R10, R10
lane:
	MOVLQSX (BX)(R10*4), AX
`

const batchTail = `	ADDQ $32, BX
	ADDQ $%d, DX
	ADDQ $64, R8
	INCQ R9
	DECQ CX
	JNZ  group
	VZEROUPPER
	RET
`

// rest computes the masks that others make up, from digits in R11, capitals in
// R12, small letters in R13, letters a to f in AX, high bytes in DI, and
// underscores, spaces, tabs, dots, hyphens and slashes in their places. Lanes
// follow each other in a row of eight.
func storeMask(b *bytes.Buffer, class int, reg string) {
	fmt.Fprintf(b, "\tMOVQ %s, %d(DX)(R10*8)\n", reg, class*64)
}

func emitBatchAVX512(b *bytes.Buffer, outputs []output) {
	var body bytes.Buffer
	for _, l := range []string{
		fmt.Sprintf("PREFETCHT0 %d(SI)(AX*1)", ahead),
		"VMOVDQU64 (SI)(AX*1), Z0",
		"VPSUBB " + c("zero") + ", Z0, Z1",
		"VPSUBB " + c("A") + ", Z0, Z2",
		"VPSUBB " + c("a") + ", Z0, Z3",
		"VPCMPUB $1, " + c("n10") + ", Z1, K1",
		"VPCMPUB $1, " + c("n26") + ", Z2, K2",
		"VPCMPUB $1, " + c("n26") + ", Z3, K3",
		"VPCMPUB $1, " + c("n6") + ", Z2, K4",
		"VPCMPUB $1, " + c("n6") + ", Z3, K5",
		"KMOVQ K1, R11", "KMOVQ K2, R12", "KMOVQ K3, R13",
		"KORQ K4, K5, K4", "KMOVQ K4, AX",
		"VPMOVB2M Z0, K5", "KMOVQ K5, DI",
	} {
		fmt.Fprintf(&body, "\t%s\n", l)
	}
	emitRest(&body, func(name, reg string) {
		fmt.Fprintf(&body, "\tVPCMPEQB %s, Z0, K6\n\tKMOVQ K6, %s\n", c(name), reg)
	})
	slots := emitShapesAVX512(&body, outputs)
	emitBatch(b, "AVX512", lanes, &body, 64*slots, len(outputs))
}

// emitBatch puts a body between the head and the tail of a batch.
func emitBatch(b *bytes.Buffer, name, loop string, body *bytes.Buffer, stack, outputs int) {
	fmt.Fprintf(b, batchHead+loop, name, name, 64+stack, masksOffset, outOffset, outOffset+outBytes*outputs)
	b.Write(body.Bytes())
	fmt.Fprintf(b, batchTail, groupBytes)
}

// emitShapesAVX512 computes the shapes from the masks, and returns how many
// places on the stack it takes.
func emitShapesAVX512(b *bytes.Buffer, outputs []output) int {
	comp := newCompiler(b, avx512, outputs, 0)
	comp.frame = aligned
	comp.shapes(func(i int, r string) {
		comp.line("VPTESTMQ %s, %s, K1", r, r)
		comp.line("VMOVDQU64 %s, %d(R8)", r, i*outBytes)
		comp.line("KMOVB K1, AX")
		comp.line("MOVB AX, %d(R9)", i*8)
	})
	return len(comp.slots)
}

// emitRest writes the classes that are one byte each, and those made of others;
// equal puts the mask of the bytes equal to a constant into a register.
func emitRest(b *bytes.Buffer, equal func(name, reg string)) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	storeMask(b, 0, "R11")
	storeMask(b, 1, "R12")
	storeMask(b, 2, "R13")
	line("ORQ R11, AX")
	storeMask(b, 4, "AX")
	storeMask(b, 5, "DI")
	equal("underscore", "AX")
	line("ORQ R13, R12")
	line("ORQ R11, AX")
	line("ORQ R12, AX")
	storeMask(b, 3, "AX")
	// DI gathers Gap.
	for _, k := range []struct {
		name  string
		class int
	}{{"space", 7}, {"dot", 8}, {"hyphen", 9}, {"slash", 11}} {
		equal(k.name, "AX")
		storeMask(b, k.class, "AX")
		line("ORQ AX, DI")
	}
	equal("tab", "AX")
	line("ORQ AX, DI")
	storeMask(b, 14, "DI")
	for _, k := range []struct {
		name  string
		class int
	}{{"at", 6}, {"colon", 10}, {"plus", 12}, {"zero", 13}} {
		equal(k.name, "AX")
		storeMask(b, k.class, "AX")
	}
	line("INCQ R10")
	line("CMPQ R10, $8")
	line("JLT lane")
}

// ymmMask joins the signs of two vectors of 32 bytes in a register.
func ymmMask(b *bytes.Buffer, low, high, reg string) {
	fmt.Fprintf(b, "\tVPMOVMSKB %s, %s\n\tVPMOVMSKB %s, R14\n\tSHLQ $32, R14\n\tORQ R14, %s\n", low, reg, high, reg)
}

// ymmRange sets the signs of Y4 and Y5 where the bytes of Y0 and Y1, less the
// constant first, are at most limit.
func ymmRange(b *bytes.Buffer, first, limit string) {
	for i, y := range []string{"Y4", "Y5"} {
		fmt.Fprintf(b, "\tVPSUBB %s, Y%d, %s\n", c(first), i, y)
		fmt.Fprintf(b, "\tVPMINUB %s, %s, Y6\n\tVPCMPEQB Y6, %s, %s\n", c(limit), y, y, y)
	}
}

func ymmEqual(b *bytes.Buffer, name, reg string) {
	fmt.Fprintf(b, "\tVPCMPEQB %s, Y0, Y4\n\tVPCMPEQB %s, Y1, Y5\n", c(name), c(name))
	ymmMask(b, "Y4", "Y5", reg)
}

// emitFilterAVX2 looks at four windows at a time, roughly: most of prose has no
// digit, no colon, no at sign and no four bytes from 0x40 to 0x5F in places that
// are multiples of four. Where only such bytes are missing that may be capitals,
// the colons of the four are looked at together; else it takes them one by one.
func emitFilterAVX2(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	b.WriteString(strings.TrimSuffix(fmt.Sprintf(filterHead, "AVX2", "AVX2"), "window:\n"))
	for i, name := range []string{"zero", "at", "n10", "rows", "row"} {
		line("VMOVDQU %s, Y%d", c(name), 8+i)
	}
	line("VPCMPEQB Y13, Y13, Y13")
	line("VMOVDQU %s, Y14", c("n9"))
	line("VMOVDQU %s, Y15", c("colon"))
	line("SUBQ $4, CX")
	line("JLT rest")
	b.WriteString("four:\n")
	for i := range 3 {
		line("PREFETCHT0 %d(SI)", 1024+64*i)
	}
	for i, at := range []int{0, 32, 64, 96, 128, 160, 176} {
		line("VMOVDQU %d(SI), Y0", at)
		line("VPSUBB Y8, Y0, Y1")
		line("VPMINUB Y10, Y1, Y2")
		line("VPCMPEQB Y1, Y2, Y1")
		line("VPCMPEQB Y9, Y0, Y2")
		line("VPAND Y11, Y0, Y0")
		line("VPCMPEQB Y12, Y0, Y0")
		if i == 0 {
			line("VPCMPEQD Y13, Y0, Y4")
			line("VPOR Y1, Y2, Y3")
			continue
		}
		line("VPCMPEQD Y13, Y0, Y0")
		line("VPOR Y1, Y2, Y1")
		line("VPOR Y0, Y4, Y4")
		line("VPOR Y1, Y3, Y3")
	}
	for _, l := range []string{"VPTEST Y4, Y4", "JNZ some", "VPTEST Y3, Y3", "JNZ marks", "ADDQ $192, SI", "ADDL $192, BX"} {
		line("%s", l)
	}
	b.WriteString("next:\n")
	line("SUBQ $4, CX")
	line("JGE four")
	b.WriteString("rest:\n")
	for _, l := range []string{"ADDQ $4, CX", "JEQ end", "MOVQ CX, R12", "MOVQ $-1, CX", "JMP window"} {
		line("%s", l)
	}
	emitMarksAVX2(b)
	b.WriteString("some:\n\tMOVQ $4, R12\nwindow:\n")
	b.WriteString("\tVMOVDQU (SI), Y0\n\tVMOVDQU 32(SI), Y1\n")
	ymmRange(b, "zero", "n9")
	fmt.Fprintf(b, "\tVPCMPEQB %s, Y0, Y6\n\tVPOR Y6, Y4, Y4\n\tVPCMPEQB %s, Y1, Y6\n\tVPOR Y6, Y5, Y5\n", c("at"), c("at"))
	ymmMask(b, "Y4", "Y5", "AX")
	ymmEqual(b, "colon", "R8")
	ymmRange(b, "A", "n25")
	ymmMask(b, "Y4", "Y5", "R9")
	b.WriteString(strings.Replace(interesting[1:], "\tDECQ    CX\n\tJNZ     window\n",
		"\tDECQ    R12\n\tJNZ     window\n\tTESTQ   CX, CX\n\tJGE     next\n", 1))
}

// emitMarksAVX2 decides on four windows without capitals in a row.
func emitMarksAVX2(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	b.WriteString("marks:\n")
	for w := range 4 {
		line("VMOVDQU %d(SI), Y0", 48*w)
		line("VMOVDQU %d(SI), Y1", 48*w+32)
		for half := range 2 {
			line("VPSUBB Y8, Y%d, Y%d", half, 4+half)
			line("VPMINUB Y14, Y%d, Y6", 4+half)
			line("VPCMPEQB Y6, Y%d, Y%d", 4+half, 4+half)
			line("VPCMPEQB Y9, Y%d, Y6", half)
			line("VPOR Y6, Y%d, Y%d", 4+half, 4+half)
		}
		line("VPOR Y4, Y5, Y4")
		line("VPMOVMSKB Y4, R%d", 8+w) // not zero: a digit or an at sign
		line("VPCMPEQB Y15, Y0, Y4")
		line("VPCMPEQB Y15, Y1, Y5")
		ymmMask(b, "Y4", "Y5", "AX")
		if w%2 == 0 {
			line("VMOVQ AX, X%d", 2+w/2)
		} else {
			line("VPINSRQ $1, AX, X%d, X%d", 2+w/2, 2+w/2)
		}
	}
	for _, l := range []string{
		"VINSERTI128 $1, X3, Y2, Y2", "VPSRLQ $1, Y2, Y4", "VPSRLQ $2, Y2, Y5", "VPOR Y5, Y4, Y4",
		"VPSRLQ $2, Y4, Y5", "VPOR Y5, Y4, Y4", "VPSRLQ $5, Y2, Y5", "VPOR Y5, Y4, Y4", "VPAND Y2, Y4, Y4",
		"VPXOR Y5, Y5, Y5", "VPCMPEQQ Y5, Y4, Y4", "VMOVMSKPD Y4, AX", "XORL $15, AX",
	} {
		line("%s", l)
	}
	for w := range 4 {
		line("LEAL %d(BX), DX", 48*w)
		line("MOVL DX, (DI)")
		line("MOVL AX, DX")
		line("ANDL $%d, DX", 1<<w)
		line("LEAQ 4(DI), R13")
		line("ORL R%d, DX", 8+w)
		line("CMOVQNE R13, DI")
	}
	for _, l := range []string{"ADDQ $192, SI", "ADDL $192, BX", "JMP next"} {
		line("%s", l)
	}
}

// emitSharpenAVX2 drops those windows of a list for which mayHold is zero. Eight at
// a time; where all of them have two digits side by side, nothing else is asked.
func emitSharpenAVX2(b *bytes.Buffer, mayHold output) {
	const planes = 8 * 64 // bytes on the stack
	var body bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&body, "\t"+format+"\n", args...) }
	code := func(lines ...string) {
		for _, l := range lines {
			line("%s", l)
		}
	}
	code("MOVQ text+0(FP), SI", "MOVQ list+8(FP), BX", "MOVQ n+16(FP), CX", "MOVQ BX, DI",
		"LEAQ 63(SP), "+aligned, "ANDQ $~63, "+aligned)
	body.WriteString("group:\n")
	code("XORL R13, R13")
	for w := 7; w >= 0; w-- {
		line("MOVLQSX %d(BX), AX", 4*w)
		code("VMOVDQU (SI)(AX*1), Y0", "VMOVDQU 32(SI)(AX*1), Y1")
		ymmRange(&body, "zero", "n9")
		ymmMask(&body, "Y4", "Y5", "AX")
		code("MOVQ AX, R9", "SHRQ $1, R9", "ANDQ AX, R9", "NEGQ R9", "ADCL R13, R13")
	}
	code("CMPL R13, $255", "JEQ keep")
	body.WriteString(lanes)
	emitPlanesAVX2(&body)
	slots := 0
	for half := range 2 {
		comp := newCompiler(&body, avx2, []output{mayHold}, half*32)
		comp.base, comp.stack, comp.frame = aligned, planes, aligned
		comp.line("VPCMPEQB Y%d, Y%d, Y%d", comp.ones, comp.ones, comp.ones)
		comp.emit(func(_, r int) {
			zero := comp.name(comp.register())
			comp.line("VPXOR %s, %s, %s", zero, zero, zero)
			comp.line("VPCMPEQQ %s, %s, %s", zero, comp.name(r), zero)
			comp.line("VMOVMSKPD %s, AX", zero)
			comp.line("XORL $15, AX")
			comp.line("SHLL $%d, AX", 4*half)
			comp.line("ORL AX, R13")
		})
		slots = max(slots, len(comp.slots))
	}
	body.WriteString("keep:\n")
	code("CMPQ CX, $8", "JGE whole", "MOVL $1, AX", "SHLL CX, AX", "DECL AX", "ANDL AX, R13")
	body.WriteString("whole:\n")
	for w := range 8 {
		line("MOVL %d(BX), AX", 4*w)
		code("MOVL AX, (DI)", "LEAQ 4(DI), R9", "SHRL $1, R13", "CMOVQCS R9, DI")
	}
	code("ADDQ $32, BX", "SUBQ $8, CX", "JGT group", "SUBQ list+8(FP), DI", "SHRQ $2, DI", "MOVQ DI, ret+24(FP)", "VZEROUPPER", "RET")
	fmt.Fprintf(b, "\n// func sharpenAVX2(text *byte, list *int32, n int) int\nTEXT ·sharpenAVX2(SB), 0, $%d-32\n", 64+planes+32*slots)
	b.Write(body.Bytes())
}

// emitPlanesAVX2 is the body of the loop over the lanes: it takes the window at AX
// to pieces, a mask for each bit of a byte.
func emitPlanesAVX2(b *bytes.Buffer) {
	b.WriteString("\tVMOVDQU (SI)(AX*1), Y0\n\tVMOVDQU 32(SI)(AX*1), Y1\n")
	for bit := 7; bit >= 0; bit-- {
		ymmMask(b, "Y0", "Y1", "R11")
		fmt.Fprintf(b, "\tMOVQ R11, %d(%s)(R10*8)\n", 64*bit, aligned)
		if bit > 0 {
			b.WriteString("\tVPADDB Y0, Y0, Y0\n\tVPADDB Y1, Y1, Y1\n")
		}
	}
	b.WriteString("\tINCQ R10\n\tCMPQ R10, $8\n\tJLT lane\n")
}

// emitBatchAVX2 turns each window into eight masks, one for each bit of a byte,
// on the stack; every class is a few operations on four windows at once. Blocks of
// shapes that no one of the four asks for are left out.
func emitBatchAVX2(b *bytes.Buffer, outputs []output, blocks []step) {
	const planes = 8 * 64 // bytes on the stack
	var body bytes.Buffer
	emitPlanesAVX2(&body)
	slots := 0
	for half := range 2 {
		slots = max(slots, emitClassesAVX2(&body, planes, half*32))
	}
	for half := range 2 {
		comp := newCompiler(&body, avx2, outputs, half*32)
		comp.stack, comp.frame = planes, aligned
		comp.follow(blocks)
		comp.shapes(func(i int, r string) {
			comp.line("VMOVDQU %s, %d(R8)", r, i*outBytes+half*32)
			zero := comp.name(comp.register())
			comp.line("VPXOR %s, %s, %s", zero, zero, zero)
			comp.line("VPCMPEQQ %s, %s, %s", zero, r, zero)
			comp.line("VMOVMSKPD %s, AX", zero)
			comp.line("XORL $15, AX")
			if half == 1 {
				comp.line("SHLL $4, AX")
			}
			comp.line("ORB AX, %d(R9)", i*8)
		})
		slots = max(slots, len(comp.slots))
	}
	emitBatch(b, "AVX2", lanes, &body, planes+32*slots, len(outputs))
}

// emitClassesAVX2 computes the classes of four windows from the masks of the bits
// on the stack, and returns how many places behind them it takes.
func emitClassesAVX2(b *bytes.Buffer, stack, offset int) int {
	g := newGraph()
	var bit [8]*node
	for i := range bit {
		bit[i] = g.mask(i)
	}
	comp := newCompiler(b, avx2, classOutputs(g, bit), offset)
	comp.base, comp.stack, comp.frame, comp.regs = aligned, stack, aligned, comp.regs+1
	comp.emit(func(i int, r int) {
		comp.line("VMOVDQU %s, %d(DX)", comp.name(r), 64*i+offset)
	})
	return len(comp.slots)
}

const wordsHead = `
// func words%s(text *byte, t *prefixTable, out *wordMasks)
TEXT ·words%s(SB), NOSPLIT, $0-24
	MOVQ text+0(FP), SI
	MOVQ t+8(FP), BX
	MOVQ out+16(FP), DI
`

// emitWordsAVX512 writes the step in front of context words: which of 64 bytes
// are letters, which are beyond ASCII, and where the first four bytes may begin
// a word (two tables of half a byte for each of them, twice: of sixteen groups
// of words).
func emitWordsAVX512(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	fmt.Fprintf(b, wordsHead, "AVX512", "AVX512")
	line("VMOVDQU64 %s, Z10", c("nibble"))
	line("VMOVDQU64 %s, Z11", c("small"))
	for i := range 4 {
		line("VPORQ %d(SI), Z11, Z0", i)
		if i == 0 {
			line("VMOVDQU64 (SI), Z1")
			line("VPMOVB2M Z1, K2")
			line("VPSUBB %s, Z0, Z1", c("a"))
			line("VPCMPUB $1, %s, Z1, K1", c("n26"))
		}
		line("VPANDQ Z10, Z0, Z1")
		line("VPSRLW $4, Z0, Z2")
		line("VPANDQ Z10, Z2, Z2")
		for set := range 2 {
			line("VBROADCASTI32X4 %d(BX), Z3", 64*i+32*set)
			line("VBROADCASTI32X4 %d(BX), Z4", 64*i+32*set+16)
			line("VPSHUFB Z1, Z3, Z3")
			line("VPSHUFB Z2, Z4, Z4")
			if i == 0 {
				line("VPANDQ Z3, Z4, Z%d", 5+set)
			} else {
				line("VPTERNLOGQ $0x80, Z3, Z4, Z%d", 5+set)
			}
		}
	}
	line("VPORQ Z5, Z6, Z5")
	line("VPTESTMB Z5, Z5, K3")
	for i := range 3 {
		line("KMOVQ K%d, %d(DI)", i+1, 8*i)
	}
	line("VZEROUPPER")
	line("RET")
}

func emitWordsAVX2(b *bytes.Buffer) {
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	fmt.Fprintf(b, wordsHead, "AVX2", "AVX2")
	line("VMOVDQU %s, Y10", c("nibble"))
	line("VMOVDQU %s, Y11", c("small"))
	line("VPXOR Y12, Y12, Y12")
	for half := range 2 {
		for i := range 4 {
			line("VMOVDQU %d(SI), Y0", 32*half+i)
			if i == 0 {
				line("VPMOVMSKB Y0, AX")
				line("MOVL AX, %d(DI)", 8+4*half)
			}
			line("VPOR Y11, Y0, Y0")
			if i == 0 {
				line("VPSUBB %s, Y0, Y1", c("a"))
				line("VPMINUB %s, Y1, Y2", c("n25"))
				line("VPCMPEQB Y1, Y2, Y1")
				line("VPMOVMSKB Y1, AX")
				line("MOVL AX, %d(DI)", 4*half)
			}
			line("VPAND Y10, Y0, Y1")
			line("VPSRLW $4, Y0, Y2")
			line("VPAND Y10, Y2, Y2")
			for set := range 2 {
				line("VBROADCASTI128 %d(BX), Y3", 64*i+32*set)
				line("VBROADCASTI128 %d(BX), Y4", 64*i+32*set+16)
				line("VPSHUFB Y1, Y3, Y3")
				line("VPSHUFB Y2, Y4, Y4")
				if i == 0 {
					line("VPAND Y3, Y4, Y%d", 5+set)
				} else {
					line("VPAND Y3, Y4, Y4")
					line("VPAND Y4, Y%d, Y%d", 5+set, 5+set)
				}
			}
		}
		line("VPOR Y5, Y6, Y5")
		line("VPCMPEQB Y12, Y5, Y5")
		line("VPMOVMSKB Y5, AX")
		line("NOTL AX")
		line("MOVL AX, %d(DI)", 16+4*half)
	}
	line("VZEROUPPER")
	line("RET")
}
