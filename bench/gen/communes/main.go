// Command communes writes detectors/tables_communes.bin, the hashes of the French
// communes with their postcodes, from the npm package
// @etalab/decoupage-administratif (data: Licence Ouverte of Etalab, INSEE's COG
// and La Poste's postcodes; code: MIT):
//
//	npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
//	go run ./bench/gen/communes package/data/communes.json >detectors/tables_communes.bin
//
// The file holds two sorted lists of 32-bit hashes, each behind its length: of
// postcode and name, and of names alone. Names are folded and glued: "Saint-Ouen
// l'Aumône" is saintouenlaumone; without its article, too.
package main

import (
	"encoding/binary"
	"encoding/json"
	"log"
	"os"
	"strings"

	"recense/bench/gen/internal/fold"
)

type commune struct {
	Name      string   `json:"nom"`
	Type      string   `json:"type"`
	Postcodes []string `json:"codesPostaux"`
	Chief     string   `json:"chefLieu"`
	Code      string   `json:"code"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: communes FILE")
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var communes []commune
	if err := json.Unmarshal(data, &communes); err != nil {
		log.Fatal("communes: not a list of communes")
	}
	postcodes := map[string][]string{}
	for _, c := range communes {
		if c.Type == "commune-actuelle" {
			postcodes[c.Code] = c.Postcodes
		}
	}
	var pairs, names []string
	for _, c := range communes {
		if len(c.Postcodes) == 0 { // delegated and associated communes
			c.Postcodes = postcodes[c.Chief]
		}
		for _, n := range forms(c.Name) {
			names = append(names, n)
			for _, p := range c.Postcodes {
				pairs = append(pairs, p+n)
			}
		}
	}
	var b []byte
	for _, list := range [][]string{pairs, names} {
		hashes := fold.Hashes(list)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(hashes)))
		for _, h := range hashes {
			b = binary.LittleEndian.AppendUint32(b, h)
		}
	}
	os.Stdout.Write(b)
}

// forms are the ways of writing a name that the detectors look for.
func forms(name string) []string {
	n := fold.Letters(name)
	glue := strings.NewReplacer(" ", "", "-", "", "'", "", "(", "", ")", "").Replace
	all := []string{glue(n)}
	for _, article := range []string{"le ", "la ", "les ", "l'"} {
		if rest, ok := strings.CutPrefix(n, article); ok {
			all = append(all, glue(rest))
		}
	}
	return all
}
