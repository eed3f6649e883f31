package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"recense/bench/synth"
)

// filesPerFolder and foldersPerFolder give a tree the breadth of a source tree.
const (
	filesPerFolder   = 25
	foldersPerFolder = 20
)

// WriteTree writes n small files of text like source code below dir, in nested
// folders: 300 bytes to 8 KiB each, about 2.5 KiB on average. One file in 500
// holds an e-mail address, one in 1,000 a NIR, in a comment.
func WriteTree(dir string, n int) error {
	g := synth.New(uint64(n))
	text := Make("source", 4<<20)
	folder := ""
	for i := range n {
		if i%filesPerFolder == 0 {
			f := i / filesPerFolder
			folder = filepath.Join(dir, "lot"+strconv.Itoa(f/foldersPerFolder/foldersPerFolder),
				"module"+strconv.Itoa(f/foldersPerFolder%foldersPerFolder), "partie"+strconv.Itoa(f%foldersPerFolder))
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("corpus: tree: %w", err)
			}
		}
		name := filepath.Join(folder, "fichier"+strconv.Itoa(i)+g.Pick([]string{".go", ".js", ".sql", ".txt"}))
		if err := os.WriteFile(name, smallFile(g, text, i), 0o644); err != nil {
			return fmt.Errorf("corpus: tree: %w", err)
		}
	}
	return nil
}

func smallFile(g *synth.Gen, text []byte, i int) []byte {
	size := g.Between(300, 1500)
	if g.OneIn(3) {
		size = g.Between(1500, 8192)
	}
	start := g.IntN(len(text) - size)
	data := append([]byte(nil), text[start:start+size]...)
	switch {
	case i%1000 == 7:
		data = append(data, "\n// assuré : "+g.NIR(g.Birth())+"\n"...)
	case i%500 == 3:
		data = append(data, "\n// contact : "+g.Email()+"\n"...)
	}
	return data
}
