// Command givennames writes detectors/tables_given.bin, the hashes of given names,
// from two npm packages under MIT: gender-detection-from-name (its French list) and
// @faker-js/faker (short lists of common names of several languages):
//
//	npm pack gender-detection-from-name@1.11.5 && tar xzf gender-detection-from-name-1.11.5.tgz && mv package all
//	npm pack @faker-js/faker@10.6.0 && tar xzf faker-js-faker-10.6.0.tgz && mv package faker
//	node -e 'import("./faker/dist/index.js").then(f=>{for(const l of ["fr","fr_BE","fr_CA","fr_CH","fr_LU","fr_SN","en","es","pt_PT"]){const n=f.allFakers[l].rawDefinitions.person.first_name;for(const k in n)for(const v of n[k])console.log(v)}})' >common.txt
//	go run ./bench/gen/givennames all/names/fr.js common.txt >detectors/tables_given.bin
//
// The file holds two sorted lists of 32-bit hashes, each behind its length: the
// common names and all names.
package main

import (
	"bufio"
	"encoding/binary"
	"log"
	"os"
	"slices"
	"strings"

	"recense/bench/gen/internal/fold"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: givennames ALL.js COMMON.txt")
	}
	all := read(os.Args[1], func(line string) string {
		_, rest, _ := strings.Cut(line, "['")
		name, _, _ := strings.Cut(rest, "'")
		return name
	})
	common := read(os.Args[2], func(line string) string { return line })
	all = append(all, common...)
	var b []byte
	for _, names := range [][]string{common, all} {
		hashes := fold.Hashes(names)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(hashes)))
		for _, h := range hashes {
			b = binary.LittleEndian.AppendUint32(b, h)
		}
	}
	os.Stdout.Write(b)
}

// read returns the names of a file in small letters without accents. Compound
// names are left out: their first part is in the list.
func read(file string, name func(line string) string) (names []string) {
	f, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n := fold.Letters(name(lines.Text()))
		if n = strings.TrimSpace(n); len(n) > 2 && !strings.ContainsAny(n, " -'.") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
