package main

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The table is that of the result it names.
func TestTable(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	have, err := os.ReadFile(filepath.Join(root, "report", "words", "measured_table.go"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`from bench/results/(\S+)\. DO NOT EDIT`).FindSubmatch(have)
	if m == nil {
		t.Fatal("the table names no result")
	}
	data, err := os.ReadFile(filepath.Join(root, "bench", "results", string(m[1])))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := generate(&b, string(m[1]), data); err != nil {
		t.Fatal(err)
	}
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Error("the table is not that of its result: go run ./bench/gen/measured writes it anew")
	}
}
