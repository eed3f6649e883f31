package xmltext

import (
	"bytes"
	"strings"
)

// namespace is what the namespace of the root says about the text.
type namespace struct {
	format, media string
}

// namespace looks at a declaration: xmlns="…" or xmlns:prefix="…" of the root.
func (p *parser) namespace(_, uri []byte) {
	if len(p.stack) > 1 || p.ns.format != "" {
		return
	}
	switch {
	case bytes.HasPrefix(uri, []byte(iso20022)):
		p.ns = namespace{message(uri[len(iso20022):]), mediaType}
		p.row = 0 // the header belongs to no record
	case string(uri) == "http://hl7.org/fhir":
		p.ns = namespace{"fhir", "application/fhir+xml"}
	case string(uri) == "urn:hl7-org:v3" && p.top().name == "ClinicalDocument":
		p.ns = namespace{"cda", mediaType}
	case string(uri) == "http://www.w3.org/2000/svg" && p.top().name == "svg":
		p.ns = namespace{"svg", "image/svg+xml"}
	}
}

const iso20022 = "urn:iso:std:iso:20022:tech:xsd:"

// message returns the kind of an ISO 20022 message: pain.001, camt.053.
func message(id []byte) string {
	if len(id) >= 8 && id[4] == '.' && strings.Trim(string(id[:4]), "abcdefghijklmnopqrstuvwxyz") == "" && strings.Trim(string(id[5:8]), "0123456789") == "" {
		return string(id[:8])
	}
	return "iso20022"
}

// format names the format: xml, or xml/pain.001 where the root tells more.
func (p *parser) format() string {
	if p.ns.format == "" {
		return name
	}
	return name + "/" + p.ns.format
}

func (p *parser) mediaType() string {
	if p.ns.media == "" {
		return mediaType
	}
	return p.ns.media
}
