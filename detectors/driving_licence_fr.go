package detectors

var drivingLicenceFR = Detector{
	Kind: "driving_licence_fr",
	Doc: `Numéro de permis de conduire / French driving licence number
Since 2013 two digits, two letters and five digits, as a passport; before, twelve
digits: year, month, département and serial number (arrêté du 20 avril 2012; code de
la route, art. R. 221-1). No key: only with a word near it or the name of a column.`,
	Max:  Probable,
	Runs: []int{12}, Run: runDrivingLicence,
	Shape: twoTwoFiveShape, Verify: verifyDrivingLicence,
	Before: 16, After: 9 + 3*maxGap + 2,
	Context: []string{"permis", "conduire", "conducteur", "licence", "driving", "driver"},
	Against: []string{"passeport", "passport", "facture", "commande", "identite", "cni", "siret", "construire"},
	Columns: []string{"permis", "num permis", "no permis", "numero permis", "permis conduire", "permis de conduire",
		"driving licence", "driver license", "numpermis", "licence number"},
	Normal: normalUpper, Placeholder: "[PERMIS]", HideLength: true,
}

func runDrivingLicence(text []byte, at, n int) Span {
	d := text[at : at+n]
	month := decimal(d[2:4])
	if month < 1 || month > 12 || !departmentDigits(d[4:6]) || partOfMore(text, at, at+n) {
		return Span{}
	}
	return accepted(at, at+n, 10, 69, Structure)
}

// departmentDigits reports whether two digits are a département, 01 to 95, or
// those of overseas, 97 and 98, or of abroad, 99.
func departmentDigits(d []byte) bool { return decimal(d) != 0 && decimal(d) != 96 && decimal(d) != 20 }

func verifyDrivingLicence(text []byte, at int) Span { return twoTwoFive(text, at, 14, 69) }
