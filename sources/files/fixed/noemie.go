package fixed

import "bytes"

// NOEMIE returns (Norme Ouverte d'Échange entre la Maladie et les Intervenants
// Extérieurs, cahier des charges of the Assurance maladie) are made of entities
// typed by three digits: 000 the header, 990 totals, 999 the end, and between
// them a hierarchy. The offsets inside an entity differ from version to version,
// so that only the types and the words of the header are relied on.

// noemieFewest is how many records must be seen, and noemieTypes how many types
// of entity one file has at most.
const (
	noemieFewest = 3
	noemieTypes  = 40
)

// isNOEMIE reports whether the records that t begins with are a NOEMIE return:
// the first entity is 000, all have a type of three digits, types come back, and
// the header says NOEMIE or NOP, or acts (255) stand among the types. B2 files
// begin with 000 as well; their next records are typed by one digit and a digit
// of the batch, and their header says neither.
func isNOEMIE(t []byte, l layout) bool {
	if l.width < minWidth || len(t) < l.width || !bytes.HasPrefix(t, []byte("000")) {
		return false
	}
	header := t[:l.width]
	said := bytes.Contains(header, []byte("NOEMIE")) || bytes.HasPrefix(header[3:], []byte("NOP"))
	records, acts := 0, 0
	types := map[string]int{}
	for len(t) >= l.width-l.end {
		kind := string(t[:3])
		if len(bytes.TrimSpace([]byte(kind))) != 3 || !isType(kind) {
			return false
		}
		records++
		types[kind]++
		if kind == "255" {
			acts++
		}
		if kind == "999" { // the next file of the same flow, if any
			break
		}
		t = t[min(l.width, len(t)):]
	}
	if records < noemieFewest || types["000"] != 1 || len(types) > noemieTypes {
		return false
	}
	return said && len(types) >= 2 || acts*4 >= records && len(types)*2 <= records
}

func isType(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
