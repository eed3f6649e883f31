package config

import _ "embed" // the templates

//go:embed template_fr.yaml
var templateFR []byte

//go:embed template_en.yaml
var templateEN []byte

// Template returns a configuration to begin with, every key explained and none
// set, in French ("fr") or English.
func Template(lang string) []byte {
	if lang == "fr" {
		return templateFR
	}
	return templateEN
}
