package detectors

// The countries of the IBAN registry (SWIFT, release 101) and the structure of
// their account numbers (BBAN): a number of characters and n for digits, a for
// capitals, c for both.

// ibanFormat is the structure of one country's IBAN. Bit i of a mask is about
// character i of the whole IBAN.
type ibanFormat struct {
	length  int
	digits  uint64 // these must be digits
	letters uint64 // these must be letters
}

var ibanCountries = [...]struct{ code, bban string }{
	{"AD", "4n4n12c"}, {"AE", "3n16n"}, {"AL", "8n16c"}, {"AT", "5n11n"}, {"AZ", "4a20c"}, {"BA", "3n3n8n2n"},
	{"BE", "3n7n2n"}, {"BG", "4a4n2n8c"}, {"BH", "4a14c"}, {"BI", "5n5n11n2n"}, {"BR", "8n5n10n1a1c"},
	{"BY", "4c4n16c"}, {"CH", "5n12c"}, {"CR", "4n14n"}, {"CY", "3n5n16c"}, {"CZ", "4n16n"}, {"DE", "8n10n"},
	{"DJ", "5n5n11n2n"}, {"DK", "4n9n1n"}, {"DO", "4c20n"}, {"EE", "2n14n"}, {"EG", "4n4n17n"},
	{"ES", "4n4n1n1n10n"}, {"FI", "3n11n"}, {"FK", "2a12n"}, {"FO", "4n9n1n"}, {"FR", "5n5n11c2n"},
	{"GB", "4a6n8n"}, {"GE", "2a16n"}, {"GI", "4a15c"}, {"GL", "4n9n1n"}, {"GR", "3n4n16c"}, {"GT", "4c20c"},
	{"HN", "4a20n"}, {"HR", "7n10n"}, {"HU", "3n4n1n15n1n"}, {"IE", "4a6n8n"}, {"IL", "3n3n13n"},
	{"IQ", "4a3n12n"}, {"IS", "4n2n6n10n"}, {"IT", "1a5n5n12c"}, {"JO", "4a4n18c"}, {"KW", "4a22c"},
	{"KZ", "3n13c"}, {"LB", "4n20c"}, {"LC", "4a24c"}, {"LI", "5n12c"}, {"LT", "5n11n"}, {"LU", "3n13c"},
	{"LV", "4a13c"}, {"LY", "3n3n15n"}, {"MC", "5n5n11c2n"}, {"MD", "2c18c"}, {"ME", "3n13n2n"},
	{"MK", "3n10c2n"}, {"MN", "4n12n"}, {"MR", "5n5n11n2n"}, {"MT", "4a5n18c"}, {"MU", "4a2n2n12n3n3a"},
	{"NI", "4a20n"}, {"NL", "4a10n"}, {"NO", "4n6n1n"}, {"OM", "3n16c"}, {"PK", "4a16c"}, {"PL", "8n16n"},
	{"PS", "4a21c"}, {"PT", "4n4n11n2n"}, {"QA", "4a21c"}, {"RO", "4a16c"}, {"RS", "3n13n2n"},
	{"RU", "9n5n15c"}, {"SA", "2n18c"}, {"SC", "4a2n2n16n3a"}, {"SD", "2n12n"}, {"SE", "3n16n1n"},
	{"SI", "5n8n2n"}, {"SK", "4n6n10n"}, {"SM", "1a5n5n12c"}, {"SO", "4n3n12n"}, {"ST", "4n4n11n2n"},
	{"SV", "4a20n"}, {"TL", "3n14n2n"}, {"TN", "2n3n13n2n"}, {"TR", "5n1n16c"}, {"UA", "6n19c"},
	{"VA", "3n15n"}, {"VG", "4a16n"}, {"XK", "4n10n2n"}, {"YE", "4a4n18c"},
}

// ibanFormats has a row for each of ibanCountries; ibanIndex finds it, from the
// two letters of the country.
var (
	ibanIndex   = ibanIndexTable()
	ibanFormats = ibanFormatTable()
)

func ibanIndexTable() (t [26 * 26]uint8) {
	for i, c := range ibanCountries {
		t[int(c.code[0]-'A')*26+int(c.code[1]-'A')] = uint8(i + 1)
	}
	return t
}

func ibanFormatTable() (t [len(ibanCountries)]ibanFormat) {
	for i, c := range ibanCountries {
		f, n := ibanFormat{length: 4, digits: 1<<2 | 1<<3, letters: 1<<0 | 1<<1}, 0
		for _, b := range []byte(c.bban) {
			if isNum(b) {
				n = n*10 + int(b-'0')
				continue
			}
			mask := (uint64(1)<<n - 1) << f.length
			switch b {
			case 'n':
				f.digits |= mask
			case 'a':
				f.letters |= mask
			}
			f.length += n
			n = 0
		}
		t[i] = f
	}
	return t
}

// ibanFormatOf returns the format of a country from its two capitals, nil when
// it is not in the registry.
func ibanFormatOf(a, b byte) *ibanFormat {
	if !isCapital(a) || !isCapital(b) {
		return nil
	}
	i := ibanIndex[int(a-'A')*26+int(b-'A')]
	if i == 0 {
		return nil
	}
	return &ibanFormats[i-1]
}
