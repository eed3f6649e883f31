#include "textflag.h"

DATA runPlaces<>+0(SB)/8, $0x0706050403020100
DATA runPlaces<>+8(SB)/8, $0x0F0E0D0C0B0A0908
DATA runPlaces<>+16(SB)/8, $0x1716151413121110
DATA runPlaces<>+24(SB)/8, $0x1F1E1D1C1B1A1918
DATA runPlaces<>+32(SB)/8, $0x2726252423222120
DATA runPlaces<>+40(SB)/8, $0x2F2E2D2C2B2A2928
DATA runPlaces<>+48(SB)/8, $0x3736353433323130
DATA runPlaces<>+56(SB)/8, $0x3F3E3D3C3B3A3938
GLOBL runPlaces<>(SB), RODATA|NOPTR, $64

// The runs of digits of a batch (runsGo), shortest at least 4. Where they begin in a
// window and, by an addition that carries through them, where they end are lists of
// the same order; a run that leaves its window has 0 for its end.

// func runsVBMI2(b *batch, n int, shortest uint64, at *int32, length *uint8) int
TEXT ·runsVBMI2(SB), NOSPLIT, $192-48
	MOVQ b+0(FP), BX
	MOVQ n+8(FP), CX
	MOVQ shortest+16(FP), AX
	MOVQ at+24(FP), DI
	MOVQ length+32(FP), R9
	LEAQ 256(BX), DX // masks of the group
	LEAQ 63(SP), R15
	ANDQ $~63, R15
	SUBQ $4, AX
	VMOVQ AX, X17
	MOVQ $0x0003FFFFFFFFFFFC, AX
	VPBROADCASTQ AX, Z18
	VMOVDQU64 runPlaces<>(SB), Z19

group:
	VMOVDQU64 (DX), Z0 // digits
	VPSLLQ $1, 192(DX), Z1
	VPSRLQ $1, Z0, Z2
	VPANDQ Z0, Z2, Z2
	VPSRLQ $2, Z2, Z3
	VPANDQ Z2, Z3, Z2
	VPSRLQ X17, Z2, Z3
	VPANDQ Z2, Z3, Z2
	VPANDNQ Z2, Z1, Z2
	VPANDQ Z18, Z2, Z2 // starts
	VPTESTMQ Z2, Z2, K1
	KMOVB K1, AX
	TESTL AX, AX
	JEQ next
	VPADDQ Z0, Z2, Z3
	VPANDNQ Z3, Z0, Z3 // ends
	VMOVDQA64 Z2, (R15)
	VMOVDQA64 Z3, 64(R15)
	XORQ R10, R10

lane:
	KMOVQ (R15)(R10*8), K1
	KMOVQ 64(R15)(R10*8), K2
	KMOVQ 192(DX)(R10*8), K3
	VPMOVM2B K3, Z4
	VPCOMPRESSB.Z Z19, K1, Z2
	VPCOMPRESSB.Z Z19, K2, Z3
	VPCOMPRESSB.Z Z4, K2, Z5 // 255 where a word byte follows
	VPSUBB X2, X3, X3
	VPOR X5, X3, X3
	VMOVDQU X3, (R9)
	VPBROADCASTD (BX)(R10*4), Z4
	VPMOVZXBD X2, Z2
	VPADDD Z4, Z2, Z2
	VMOVDQU32 Z2, (DI)
	POPCNTQ (R15)(R10*8), AX
	LEAQ (DI)(AX*4), DI
	ADDQ AX, R9
	DECQ CX
	JEQ done
	INCQ R10
	CMPQ R10, $8
	JLT lane
	JMP more

next:
	SUBQ $8, CX
	JLE done
more:
	ADDQ $32, BX
	ADDQ $960, DX
	JMP group

done:
	SUBQ length+32(FP), R9
	MOVQ R9, ret+40(FP)
	VZEROUPPER
	RET
