package corpus

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"recense/bench/synth"
)

// sourceBlock appends a function with its comment, in one of three languages.
func sourceBlock(g *synth.Gen, b []byte) []byte {
	switch g.IntN(3) {
	case 0:
		return goFunction(g, b)
	case 1:
		return scriptFunction(g, b)
	}
	return sqlStatement(g, b)
}

func goFunction(g *synth.Gen, b []byte) []byte {
	name := ident(g)
	b = append(b, "// "+title(name)+" "+g.Pick(remarks)+"\n// "+g.Pick(remarks)+"\n"...)
	b = append(b, "func (s *"+g.Pick(types)+") "+title(name)+"(ctx context.Context, "+ident(g)+" []byte) (*"+g.Pick(types)+", error) {\n"...)
	for range g.Between(3, 12) {
		b = goStatement(g, b)
	}
	return append(b, "\treturn nil, nil\n}\n\n"...)
}

func goStatement(g *synth.Gen, b []byte) []byte {
	switch g.IntN(7) {
	case 0:
		return append(b, "\tif err := s."+ident(g)+"("+ident(g)+"); err != nil {\n\t\treturn nil, fmt.Errorf(\""+g.Pick(nouns)+": %w\", err)\n\t}\n"...)
	case 1:
		return append(b, "\tfor i, "+ident(g)+" := range s."+ident(g)+" {\n\t\t"+ident(g)+"[i] = "+ident(g)+"\n\t}\n"...)
	case 2:
		return append(b, "\t"+ident(g)+" := make([]"+g.Pick(types)+", 0, len("+ident(g)+"))\n"...)
	case 3:
		return append(b, "\tconst "+ident(g)+" = 0x"+g.Hex(4)+" // "+g.Pick(remarks)+"\n"...)
	case 4:
		return append(b, "\t"+ident(g)+", ok := s."+ident(g)+".("+g.Pick(types)+")\n\tif !ok {\n\t\tcontinue\n\t}\n"...)
	case 5:
		return append(b, "\ts."+ident(g)+" = append(s."+ident(g)+", "+ident(g)+"...)\n"...)
	}
	return append(b, "\tdefer s.mu.Unlock()\n"...)
}

func scriptFunction(g *synth.Gen, b []byte) []byte {
	b = append(b, "export async function "+ident(g)+"({ "+ident(g)+", "+ident(g)+" }) {\n"...)
	for range g.Between(2, 7) {
		b = append(b, "  const "+ident(g)+" = await "+ident(g)+"."+ident(g)+"(\""+g.Pick(nouns)+"/"+g.Pick(nouns)+"\", { retry: "+strconv.Itoa(g.IntN(9))+" });\n"...)
	}
	return append(b, "  return { ..."+ident(g)+" };\n}\n\n"...)
}

func sqlStatement(g *synth.Gen, b []byte) []byte {
	b = append(b, "-- "+g.Pick(remarks)+"\nSELECT t."+g.Pick(nouns)+", u."+g.Pick(nouns)+"\n  FROM "+g.Pick(nouns)+" t\n"...)
	b = append(b, "  JOIN "+g.Pick(nouns)+" u ON u.id = t."+g.Pick(nouns)+"_id\n WHERE t."+g.Pick(nouns)+" IS NOT NULL;\n\n"...)
	return b
}

func ident(g *synth.Gen) string { return g.Pick(nouns) + title(g.Pick(nouns)) }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

var (
	nouns = []string{"buffer", "window", "reader", "offset", "header", "index", "token", "queue", "worker", "result", "config",
		"limit", "frame", "socket", "handler", "parser", "record", "column", "stream", "digest", "margin", "cursor", "batch", "policy"}
	types   = []string{"Reader", "Session", "Decoder", "Pool", "Registry", "Frame", "byteRange", "Client", "Snapshot"}
	remarks = []string{"returns the value that was set last, or the default.", "is called from one goroutine only.",
		"keeps no reference to its argument.", "the order of these two calls matters: see the test.",
		"does nothing once the stream has been closed.", "see RFC 7230, section 3.2.4, for the folding of lines.",
		"may block until the peer has answered.", "copies at most as many bytes as fit."}
)

// GoSource returns at most size bytes of the .go files below root, in the order
// of their paths, repeated when they are fewer: real source code instead of the
// source corpus. Root is usually the folder src of the Go installation.
func GoSource(root string, size int) ([]byte, error) {
	buf := make([]byte, 0, size)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		if len(buf) >= size {
			return fs.SkipAll
		}
		data, err := os.ReadFile(path)
		buf = append(buf, data...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	if len(buf) == 0 {
		return nil, fmt.Errorf("corpus: no .go file below the folder")
	}
	for once := buf; len(buf) < size; {
		buf = append(buf, once...)
	}
	return buf[:bytes.LastIndexByte(buf[:size], '\n')+1], nil
}
