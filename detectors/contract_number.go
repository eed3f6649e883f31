package detectors

var contractNumber = Detector{
	Kind: "contract_number",
	Doc: `Numéro de contrat / Contract number
The organisation's own number of a contract or a policy. Its form is the
organisation's: without one in the configuration (contract_number), a number of five
to fifteen characters, four digits among them, counts behind the label "contrat n°"
or "numéro de contrat" and in a column that is named after it.`,
	Max:     Probable,
	Verify:  verifyContractNumber,
	Anchors: []string{"contrat", "police"},
	Before:  signReach + 2, After: 16 + labelledReach(15),
	Columns: []string{"num contrat", "no contrat", "n contrat", "numero contrat", "id contrat", "code contrat", "numcontrat",
		"nocontrat", "num police", "numero police", "no police", "contract number", "policy number", "contract id", "ref contrat",
		"reference contrat"},
	Cell:   cellMemberNumber,
	Normal: normalUpper, Placeholder: "[N° CONTRAT]",
}

func verifyContractNumber(text []byte, at int) Span {
	if midWord(text, at) {
		return Span{}
	}
	n := oneOf(text, at, []string{"contrat", "police"})
	if n == 0 || at > 0 && isAlnum(text[at-1]) {
		return Span{}
	}
	return numberBehind(text, at, at+n)
}
