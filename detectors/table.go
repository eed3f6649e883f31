package detectors

//go:generate go run ../bench/gen/shapes -dir .

// All returns the detectors of this version, one row each, sorted by kind.
// Adding a detector is one file, one row here and one file in testdata.
func All() []*Detector {
	return []*Detector{
		&adeli,
		&aldTerms,
		&atc,
		&bic,
		&birthDate,
		&ccam,
		&cim10,
		&cip,
		&email,
		&finess,
		&iban,
		&ipv4,
		&ipv6,
		&lpp,
		&macAddress,
		&nabm,
		&ngap,
		&nia,
		&nir,
		&paymentCard,
		&phoneFR,
		&phoneIntl,
		&rib,
		&rpps,
		&siren,
		&siret,
		&taxNumberFR,
		&ucd,
		&vatFR,
	}
}
