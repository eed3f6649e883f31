package detectors

// Check digits of the health nomenclatures. All functions take digits that were
// tested before.

// weighted7 returns 2a+3b+4c+5d+6e+7f of the first six of seven digits.
func weighted7(d []byte) int {
	_ = d[6]
	return 2*int(d[0]) + 3*int(d[1]) + 4*int(d[2]) + 5*int(d[3]) + 6*int(d[4]) + 7*int(d[5]) - 27*'0'
}

// key7 reports whether the seventh digit is the weighted sum modulo 11, as in
// CIP7 and UCD7: codes whose remainder is 10 were never given.
func key7(d []byte) bool { return weighted7(d)%11 == int(d[6]-'0') }

// keyLPP is key7 with a remainder of 10 written 0, as in the LPP.
func keyLPP(d []byte) bool {
	r := weighted7(d) % 11
	if r == 10 {
		r = 0
	}
	return r == int(d[6]-'0')
}

// keyEAN reports whether the last of thirteen digits is the check digit of
// GS1 (weights 1 and 3, complement to 10).
func keyEAN(d []byte) bool { return (sumEAN(d)+int(d[12]-'0'))%10 == 0 }

// sumEAN is the weighted sum of the first twelve of thirteen digits.
func sumEAN(d []byte) int {
	_ = d[11]
	odd := int(d[0]) + int(d[2]) + int(d[4]) + int(d[6]) + int(d[8]) + int(d[10]) - 6*'0'
	even := int(d[1]) + int(d[3]) + int(d[5]) + int(d[7]) + int(d[9]) + int(d[11]) - 6*'0'
	return odd + 3*even
}
