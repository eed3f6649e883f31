package detectors

// countryCodes are the two-letter codes of ISO 3166-1, and XK, which the
// registries of banks use for Kosovo.
const countryCodes = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZ" +
	"BABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZ" +
	"CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ" +
	"DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFR" +
	"GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY" +
	"HKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJP" +
	"KEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLY" +
	"MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZ" +
	"NANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPY" +
	"QARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZ" +
	"TCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZ" +
	"VAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"

// countrySet has bit b of row a for each code ab.
var countrySet = countrySetTable()

func countrySetTable() (t [26]uint32) {
	for i := 0; i < len(countryCodes); i += 2 {
		t[countryCodes[i]-'A'] |= 1 << (countryCodes[i+1] - 'A')
	}
	return t
}

// isCountry reports whether two capitals are the code of a country.
func isCountry(a, b byte) bool { return countrySet[a-'A']>>(b-'A')&1 != 0 }
