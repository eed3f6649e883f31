package words

// legalBases are the grounds of GDPR Art. 6(1), by their identifiers in registers.
var legalBases = map[string]pair{
	"consent":             {"consentement", "consent"},
	"contract":            {"contrat", "contract"},
	"legal_obligation":    {"obligation légale", "legal obligation"},
	"vital_interests":     {"intérêts vitaux", "vital interests"},
	"public_interest":     {"mission d'intérêt public", "public interest"},
	"legitimate_interest": {"intérêt légitime", "legitimate interest"},
}

// LegalBases words the legal bases of a processing. One that is not known is given as it
// stands.
func LegalBases(lang string, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id
		if p, ok := legalBases[id]; ok {
			out[i] = p.in(lang)
		}
	}
	return out
}
