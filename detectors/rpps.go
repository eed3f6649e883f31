package detectors

var rpps = Detector{
	Kind: "rpps",
	Doc: `Numéro RPPS / French register of health professionals
Eleven digits, the last one the check digit of ISO/IEC 7812-1 (Luhn), never all zero.
Source: arrêté du 6 février 2009, ANS. The numbers seen begin with 10, others score
lower. The national identifier of exchanges (IDNPS: CDA, HL7, MSSanté) puts an 8 in
front: twelve digits.`,
	Max:  Verified,
	Runs: []int{11, 12}, Run: runRPPS,
	Before: neighbourBefore, After: 12 + neighbourAfter,
	Context: []string{"rpps", "prescripteur", "executant", "praticien", "medecin", "docteur", "professionnel", "traitant",
		"pharmacien", "infirmier", "infirmiere", "idnps", "physician", "practitioner",
		"dentiste", "kinesitherapeute", "chirurgien", "specialiste", "generaliste", "presc"},
	Against: []string{"telephone", "tel", "phone", "facture", "commande", "colis", "tracking", "carte"},
	Columns: []string{"rpps", "num rpps", "no rpps", "numero rpps", "num ps", "code ps", "id ps", "idnps", "prescripteur",
		"executant", "pfs pre num", "pfs exe num",
		"no ps", "n ps", "numps", "ps num", "idps", "ident ps", "num medecin", "no medecin", "code medecin",
		"medecin", "medecin traitant", "num praticien", "code praticien", "praticien", "presc", "exec",
		"professionnel sante"},
	Normal: normalRPPS, Placeholder: "[RPPS]",
}

func runRPPS(text []byte, at, n int) Span {
	d := text[at : at+n]
	if n == 12 {
		if d[0] != '8' {
			return Span{}
		}
		d = d[1:]
	}
	if !luhn(d) {
		return rejectedInCell(text, at, n)
	}
	if sameDigit(d) || partOfMore(text, at, at+n) {
		return Span{}
	}
	score, raised := uint8(20), uint8(86)
	switch {
	case d[0] == '1' && d[1] == '0':
		score, raised = 48, 92
		if n == 12 {
			score = 58
		}
	case d[0] == '1':
		score, raised = 35, 90
	}
	return accepted(at, at+n, score, raised, Structure|Key)
}

// normalRPPS drops the 8 of an IDNPS.
func normalRPPS(dst, raw []byte) []byte {
	if len(raw) == 12 {
		raw = raw[1:]
	}
	return normalDigits(dst, raw)
}
