package detectors

// All returns the detectors of this version, one row each, sorted by kind.
// Adding a detector is one file, one row here and one file in testdata.
func All() []*Detector {
	return []*Detector{
		&atc,
		&bic,
		&birthDate,
		&ccam,
		&cim10,
		&cip,
		&email,
		&iban,
		&ipv4,
		&ipv6,
		&lpp,
		&macAddress,
		&nabm,
		&ngap,
		&nia,
		&nir,
		&rib,
		&ucd,
	}
}
