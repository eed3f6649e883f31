#include "textflag.h"

DATA places<>+0(SB)/8, $0x0706050403020100
DATA places<>+8(SB)/8, $0x0F0E0D0C0B0A0908
DATA places<>+16(SB)/8, $0x1716151413121110
DATA places<>+24(SB)/8, $0x1F1E1D1C1B1A1918
DATA places<>+32(SB)/8, $0x2726252423222120
DATA places<>+40(SB)/8, $0x2F2E2D2C2B2A2928
DATA places<>+48(SB)/8, $0x3736353433323130
DATA places<>+56(SB)/8, $0x3F3E3D3C3B3A3938
GLOBL places<>(SB), RODATA|NOPTR, $64

#define BYTES(value, z) \
	MOVL $value, AX \
	VPBROADCASTB AX, z

#define WORDS(value, z) \
	MOVQ $value, AX \
	VPBROADCASTQ AX, z

// latin1 of words.go
DATA folded<>+0(SB)/8, $"aaaaaaac"
DATA folded<>+8(SB)/8, $"eeeeiiii"
DATA folded<>+16(SB)/8, $"dnooooo_"
DATA folded<>+24(SB)/8, $"ouuuuyts"
DATA folded<>+32(SB)/8, $"aaaaaaac"
DATA folded<>+40(SB)/8, $"eeeeiiii"
DATA folded<>+48(SB)/8, $"dnooooo_"
DATA folded<>+56(SB)/8, $"ouuuuyty"
GLOBL folded<>(SB), RODATA|NOPTR, $64

// FIRST finds in each eight bytes of z the first that is no ASCII letter: Z2 are the
// small letters, Z5 has all bits of what stands in front of it, Z6 its highest bit, K4
// says that it is beyond ASCII.
#define FIRST(z) \
	VPORQ Z20, z, Z2 \
	VPSUBB Z21, Z2, Z3 \
	VPCMPUB $5, Z22, Z3, K3 \
	VPMOVM2B K3, Z4 \
	VPADDQ Z23, Z4, Z5 \
	VPANDNQ Z5, Z4, Z5 \
	VPADDQ Z24, Z5, Z6 \
	VPSLLQ $7, Z6, Z6 \
	VPTESTMQ Z6, z, K4

// The filter of tokens.go: first the places where tokens begin, block by block,
// then eight of them at a time, by their first eight letters.

// func tokensVBMI2(text *byte, blocks *int32, n int, filter *uint64, shift uint64, out *int32, heads *tokenHeads) int
TEXT ·tokensVBMI2(SB), NOSPLIT, $0-64
	MOVQ text+0(FP), SI
	MOVQ blocks+8(FP), BX
	MOVQ n+16(FP), CX
	MOVQ out+40(FP), DI
	VMOVDQU64 places<>(SB), Z19
	BYTES(0x20, Z20)
	BYTES(0x61, Z21)
	BYTES(26, Z22)
	BYTES(0xC0, Z23)
	BYTES(0xC3, Z24)
	BYTES(3, Z25)
	BYTES(0xC2, Z26)
	BYTES(0xE2, Z27)
	MOVQ heads+48(FP), R8
	TESTQ R8, R8
	JEQ block
	VMOVDQU64 0(R8), Z8
	VMOVDQU64 64(R8), Z9
	VMOVDQU64 128(R8), Z10
	VMOVDQU64 192(R8), Z11
	VMOVDQU64 256(R8), Z12
	VMOVDQU64 320(R8), Z13
	VMOVDQU64 384(R8), Z14
	VMOVDQU64 448(R8), Z15

block:
	MOVLQSX (BX), AX
	VMOVDQU64 (SI)(AX*1), Z0
	VPORQ Z20, Z0, Z1
	VPSUBB Z21, Z1, Z1
	VPCMPUB $1, Z22, Z1, K1
	VPMOVB2M Z0, K2
	KMOVQ K1, R9
	KMOVQ K2, R10
	XORL R11, R11
	TESTQ AX, AX
	JEQ first
	MOVBLZX -1(SI)(AX*1), R11
	ORL $0x20, R11
	SUBL $0x61, R11
	CMPL R11, $26
	SBBL R11, R11
	NEGL R11 // 1 behind an ASCII letter
first:
	TESTQ R10, R10
	JNE high

starts:
	LEAQ (R11)(R9*2), R12
	NOTQ R12
	ANDQ R9, R12
	TESTQ R8, R8
	JEQ list
	VMOVDQU64 1(SI)(AX*1), Z1
	VMOVDQU64 2(SI)(AX*1), Z2
	VMOVDQU64 3(SI)(AX*1), Z3
	VPERMB Z8, Z0, Z4
	VPERMB Z9, Z1, Z5
	VPERMB Z10, Z2, Z6
	VPERMB Z11, Z3, Z7
	VPANDQ Z4, Z5, Z4
	VPTERNLOGQ $0x80, Z6, Z7, Z4
	VPERMB Z12, Z0, Z5
	VPERMB Z13, Z1, Z6
	VPERMB Z14, Z2, Z7
	VPERMB Z15, Z3, Z16
	VPANDQ Z5, Z6, Z5
	VPTERNLOGQ $0x80, Z7, Z16, Z5
	VPORQ Z4, Z5, Z4
	VPTESTMB Z4, Z4, K3
	VPTERNLOGQ $0xFE, Z1, Z2, Z3
	VPORQ Z0, Z3, Z3
	VPMOVB2M Z3, K4 // of a byte beyond ASCII the heads say nothing
	KORQ K3, K4, K3
	KMOVQ K3, DX
	ANDQ DX, R12
list:
	KMOVQ R12, K3
	POPCNTQ R12, R12
	VPCOMPRESSB.Z Z19, K3, Z2
	VPBROADCASTD AX, Z3
	VPMOVZXBD X2, Z4
	VEXTRACTI32X4 $1, Z2, X5
	VPADDD Z3, Z4, Z4
	VPMOVZXBD X5, Z5
	VPADDD Z3, Z5, Z5
	VMOVDQU32 Z4, (DI)
	VMOVDQU32 Z5, 64(DI)
	LEAQ (DI)(R12*4), DI
	ADDQ $4, BX
	DECQ CX
	JNE block

	MOVQ filter+24(FP), R8
	MOVQ shift+32(FP), AX
	VMOVQ AX, X18
	MOVQ out+40(FP), DX
	MOVQ DX, R9
	SUBQ DX, DI
	SHRQ $2, DI
	JEQ done
	WORDS(-1, Z23)
	WORDS(1, Z24)
	WORDS(63, Z25)
	WORDS(0x9E3779B97F4A7C15, Z26)
	BYTES(0xC3, Z27)
	BYTES(0xC0, Z28)
	BYTES(0x80, Z29)
	BYTES(0xA6, Z30)
	VMOVDQU64 folded<>(SB), Z17

eight:
	MOVL $0xFF, AX
	CMPQ DI, $8
	JGE full
	MOVQ DI, CX
	MOVL $1, AX
	SHLL CX, AX
	DECL AX
full:
	KMOVW AX, K1
	KMOVW AX, K2
	KMOVW AX, K5
	VPMOVSXDQ (DX), Z0
	VPXORQ Z1, Z1, Z1
	VPGATHERQQ (SI)(Z0*1), K2, Z1
	FIRST(Z1)
	KORTESTB K4, K4
	JNE accents
key:
	VPANDQ Z5, Z2, Z2
	VPSLLQ $1, Z6, Z7
	VPSRLQ $7, Z6, Z6
	VPSUBQ Z6, Z7, Z7     // all bits of its byte
	VPORQ Z7, Z2, K4, Z2
	VPMULLQ Z26, Z2, Z2
	VPSRLQ X18, Z2, Z7
	VPXORQ Z8, Z8, Z8
	VPGATHERQQ (R8)(Z7*8), K5, Z8
	VPSRLQ $32, Z2, Z9
	VPSRLQ $38, Z2, Z10
	VPANDQ Z25, Z9, Z9
	VPANDQ Z25, Z10, Z10
	VPSLLVQ Z9, Z24, Z9
	VPSLLVQ Z10, Z24, Z10
	VPORQ Z10, Z9, Z9
	VPANDNQ Z9, Z8, Z9
	VPTESTNMQ Z9, Z9, K6  // both bits are set
	KANDW K1, K6, K6
	KMOVW K6, AX
	VPCOMPRESSQ.Z Z0, K6, Z10
	VPMOVQD Z10, Y10
	VMOVDQU Y10, (R9)
	POPCNTL AX, AX
	LEAQ (R9)(AX*4), R9
	ADDQ $32, DX
	SUBQ $8, DI
	JGT eight

done:
	SUBQ out+40(FP), R9
	SHRQ $2, R9
	MOVQ R9, ret+56(FP)
	VZEROUPPER
	RET

	// Letters of two bytes behind C3 become one, see tokenKey.
accents:
	VPSLLQ $1, Z6, Z7
	VPSRLQ $7, Z6, Z8
	VPSUBQ Z8, Z7, Z7           // all bits of that byte
	VPSRLQ $8, Z1, Z8           // what stands behind
	VPANDQ Z7, Z1, Z9
	VPANDQ Z27, Z7, Z10
	VPCMPEQQ Z10, Z9, K4, K7
	VPANDQ Z7, Z8, Z9
	VPANDQ Z28, Z9, Z10
	VPANDQ Z29, Z7, Z11
	VPCMPEQQ Z11, Z10, K7, K7
	VPORQ Z20, Z9, Z10
	VPANDQ Z7, Z10, Z10
	VPANDQ Z30, Z7, Z11
	VPCMPUQ $4, Z11, Z10, K7, K7 // neither Æ nor æ
	KORTESTB K7, K7
	JEQ key
	VPERMB Z17, Z9, Z9
	VPTERNLOGQ $0xCA, Z8, Z9, Z7 // the folded letter, elsewhere what stands behind
	VPTERNLOGQ $0xCA, Z7, Z1, Z5 // but the letters in front of it
	VMOVDQA64 Z5, K7, Z1
	FIRST(Z1)
	JMP key

	// Letters beyond ASCII: bytes from C0 up, but C2 and E2 in front of 80 to BF, and
	// those behind C3 to C5.
high:
	VPCMPUB $5, Z23, Z0, K4
	KMOVQ K4, R12
	VPSUBB Z24, Z0, Z1
	VPCMPUB $1, Z25, Z1, K4
	KMOVQ K4, R13
	VPCMPEQB Z26, Z0, K4
	VPCMPEQB Z27, Z0, K5
	KORQ K4, K5, K4
	KMOVQ K4, DX
	NOTQ R12
	ANDQ R12, R10 // 80 to BF
	NOTQ R12
	SHLQ $1, R13
	ANDQ R10, R13
	SHRQ $1, R10
	ANDQ R10, DX
	NOTQ DX
	ANDQ DX, R12
	ORQ R12, R9
	ORQ R13, R9
	JMP starts
