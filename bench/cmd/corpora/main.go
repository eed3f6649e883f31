// Command corpora writes the benchmark corpora to files, for engines that read
// files: prose.txt, csv.txt, logs.txt, source.txt, traps.txt.
//
//	go run ./bench/cmd/corpora -out DIR -size 64MiB
//	go run ./bench/cmd/corpora -out DIR -size 64MiB -gosrc "$(go env GOROOT)/src"
//	go run ./bench/cmd/corpora -out DIR -tree 100000
//
// With -gosrc the source corpus is real code; with -tree it writes a tree of
// small files in DIR/tree instead.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"recense/bench/corpus"
)

func main() {
	out := flag.String("out", "", "folder to write to (required)")
	size := flag.String("size", "64MiB", "size of each corpus: bytes, or with KiB, MiB, GiB")
	gosrc := flag.String("gosrc", "", "read the source corpus from the .go files below this folder")
	tree := flag.Int("tree", 0, "write a tree of this many small files instead")
	only := flag.String("only", "", "write only these corpora, separated by commas")
	flag.Parse()
	if err := run(*out, *size, *gosrc, *only, *tree); err != nil {
		fmt.Fprintln(os.Stderr, "corpora:", err)
		os.Exit(1)
	}
}

func run(out, size, gosrc, only string, tree int) error {
	if out == "" {
		return fmt.Errorf("-out is required")
	}
	n, err := bytesOf(size)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if tree > 0 {
		return corpus.WriteTree(filepath.Join(out, "tree"), tree)
	}
	for _, name := range corpus.Names() {
		if only != "" && !strings.Contains(","+only+",", ","+name+",") {
			continue
		}
		data := corpus.Make(name, n)
		if name == "source" && gosrc != "" {
			if data, err = corpus.GoSource(gosrc, n); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(out, name+".txt"), data, 0o644); err != nil {
			return err
		}
		fmt.Printf("%-8s %11d bytes  %s\n", name, len(data), corpus.Doc(name))
	}
	return nil
}

// bytesOf reads 64MiB, 1GiB, 4096.
func bytesOf(s string) (int, error) {
	for suffix, shift := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if head, ok := strings.CutSuffix(s, suffix); ok {
			n, err := strconv.Atoi(head)
			if err != nil || n < 1 {
				return 0, fmt.Errorf("not a size: %q", s)
			}
			return n << shift, nil
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("not a size: %q", s)
	}
	return n, nil
}
