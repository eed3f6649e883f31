// Command shapes compiles the shape functions of the detectors.
//
// A shape is a small Go function over the masks of a window: shifts, ANDs, ORs
// and calls of functions of the same form. Called through function values they
// cost more than all the rest of the engine; so this program evaluates them
// symbolically, joins equal parts of all of them, and writes the result as
//
//   - detectors/shapes_gen.go: one Go function for all shapes of one window
//   - detectors/kernel_amd64.s: the vector kernels, which classify a group of
//     windows and compute all shapes of all of them at once, one window a lane
//
// Run it from the root of the module after any change of a shape:
//
//	go run ./bench/gen/shapes
//
// With -check it writes nothing and fails when the files are not up to date. A
// shape of another form (a loop, a table) is left to its function value.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", "detectors", "folder of the package")
	check := flag.Bool("check", false, "only compare")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	pkg, err := load(dir)
	if err != nil {
		return err
	}
	g := newGraph()
	var outputs []output
	for _, d := range pkg.detectors {
		n, err := pkg.evaluate(g, d.shape)
		if err != nil {
			fmt.Fprintf(os.Stderr, "shapes: %s stays a function value: %v\n", d.shape, err)
			continue
		}
		outputs = append(outputs, output{d.variable, n})
	}
	mayHold, err := pkg.evaluate(newGraph(), "mayHold")
	if err != nil {
		return fmt.Errorf("mayHold: %w", err)
	}
	bits := newGraph()
	var planes [8]*node
	for i := range planes {
		planes[i] = bits.mask(i)
	}
	mayHold = bits.ofBits(mayHold, classOutputs(bits, planes))
	goCode, err := format.Source(emitGo(outputs))
	if err != nil {
		return err
	}
	files := []struct {
		name string
		text []byte
	}{
		{"shapes_gen.go", goCode},
		{"kernel_amd64.s", emitAMD64(unconditional(g, outputs), withBlocks(g, outputs), output{"mayHold", mayHold})},
	}
	for _, f := range files {
		name := filepath.Join(dir, f.name)
		if check {
			old, err := os.ReadFile(name)
			if err != nil || !bytes.Equal(old, f.text) {
				return fmt.Errorf("%s is not up to date: run go run ./bench/gen/shapes", name)
			}
			continue
		}
		if err := os.WriteFile(name, f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// unconditional are the outputs without short cuts: lanes of a vector take none.
func unconditional(g *graph, outputs []output) []output {
	done := map[*node]*node{}
	var plain []output
	for _, o := range outputs {
		plain = append(plain, output{o.variable, g.plain(o.value, done)})
	}
	return plain
}

// output is the shape of the detector that a variable holds.
type output struct {
	variable string
	value    *node
}
