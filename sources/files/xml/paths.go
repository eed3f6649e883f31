package xmltext

import (
	"bytes"

	"recense/sources/files/cells"
)

// node is the path of an element or attribute.
type node struct {
	name     string // local; "@x" of attributes
	parent   *node
	column   int32 // -1 before the first cell
	children map[string]*node
	next     *node // the sibling that followed last time
	first    *node // the child that came first last time
	attrs    *node // the attribute met last; their order repeats
	block    bool  // its tags part text by a line end
	record   bool  // each occurrence is a row
	parents  bool  // it holds elements
}

// paths are the nodes of a text, bounded by the limit on columns.
type paths struct {
	columns *cells.Columns
	top     *node
	over    *node
	nodes   int
}

func (p *paths) root() *node {
	if p.top == nil {
		p.top = &node{column: -1}
	}
	return p.top
}

// child returns the node of an element or, with the sign "@", an attribute of
// parent. full is its name as written.
func (p *paths) child(parent *node, full []byte, attr bool) *node {
	if parent == p.over && p.over != nil {
		return p.over
	}
	local := full
	if i := bytes.IndexByte(full, ':'); i >= 0 {
		local = full[i+1:]
	}
	if attr {
		return p.attr(parent, local)
	}
	if c := parent.children[string(local)]; c != nil {
		return c
	}
	return p.make(parent, string(local))
}

func (p *paths) attr(parent *node, local []byte) *node {
	var buf [128]byte
	key := append(append(buf[:0], '@'), local...)
	if c := parent.children[string(key)]; c != nil {
		return c
	}
	return p.make(parent, string(key))
}

func (p *paths) make(parent *node, key string) *node {
	if p.columns.Full() || p.nodes >= 1<<16 {
		if p.over == nil {
			p.over = &node{name: cells.Overflow, column: -1}
		}
		return p.over
	}
	p.nodes++
	const longest = 256
	n := &node{name: key[:min(len(key), longest)], parent: parent, column: -1, block: blocks[key], record: records[key]}
	if parent.children == nil {
		parent.children = make(map[string]*node)
	}
	parent.children[key] = n
	return n
}

// same reports whether the name as written is that of n.
func (n *node) same(full []byte) bool {
	if len(full) == len(n.name) {
		return string(full) == n.name
	}
	k := len(full) - len(n.name)
	return k > 1 && full[k-1] == ':' && string(full[k:]) == n.name
}

// name gives a path its column.
func (p *paths) name(n *node) (err error) {
	n.column, err = p.columns.Add(n.path(), n.label())
	return err
}

// path writes a path: Document/GrpHdr/MsgId, order/@id.
func (n *node) path() string {
	if n.parent == nil || n.parent.parent == nil {
		return n.name
	}
	const longest = 1024
	path := n.name
	for n = n.parent; n.parent != nil && len(path) < longest; n = n.parent {
		path = n.name + "/" + path
	}
	return path
}

// label says what the standards (ISO 20022, FHIR, CDA) know of an element. In
// FHIR and CDA the value stands in an attribute of the element it belongs to.
func (n *node) label() string {
	switch n.name {
	case "@value", "@extension", "@V":
		if n.parent != nil {
			return labels[n.parent.name]
		}
	}
	return labels[n.name]
}

var labels = map[string]string{
	"IBAN": "iban", "BIC": "bic", "BICFI": "bic", "BICOrBEI": "bic", "AnyBIC": "bic",
	"Nm": "nom", "MndtId": "rum", "BirthDt": "date de naissance", "CityOfBirth": "lieu de naissance",
	"PhneNb": "telephone", "MobNb": "telephone", "EmailAdr": "email",
	"StrtNm": "adresse", "AdrLine": "adresse", "PstCd": "code postal", "TwnNm": "ville",
	"Ustrd": "libelle", "EndToEndId": "reference",
	"birthDate": "date de naissance", "birthTime": "date de naissance", "birthplace": "lieu de naissance",
	"family": "nom", "given": "prenom", "postalCode": "code postal", "streetAddressLine": "adresse", "city": "ville",
}

// records are the elements of which each is a row from the first one on.
var records = map[string]bool{
	"CdtTrfTxInf": true, "DrctDbtTxInf": true, "Ntry": true, "TxInfAndSts": true, "entry": true,
}

// blocks are elements of running text that do not stand within a line.
var blocks = map[string]bool{
	"p": true, "div": true, "br": true, "li": true, "ul": true, "ol": true, "table": true, "tr": true, "td": true, "th": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "para": true, "paragraph": true, "list": true,
	"item": true, "caption": true, "title": true, "section": true, "text": true, "entry": true, "row": true, "tab": true,
}
