package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tableContainers saves a table as what programs that keep tables write, and
// packed, and returns the names: sqlite3, xz, lz4 and 7z write their own;
// Parquet, Avro and dBase are written here, programs' files of them are read in
// their packages.
func tableContainers(t *testing.T, dir, table string) []string {
	t.Helper()
	rows := rowsOf(table)
	csv, db := filepath.Join(dir, "table.csv"), filepath.Join(dir, "table.db")
	run(t, nil, "sqlite3", db, ".mode csv", ".separator ;", ".import "+csv+" adherents")
	put(t, filepath.Join(dir, "dump.sql"), run(t, nil, "sqlite3", db, ".dump"))
	put(t, filepath.Join(dir, "table.parquet"), parquetOf(rows))
	put(t, filepath.Join(dir, "table.avro"), avroOf(rows))
	put(t, filepath.Join(dir, "table.dbf"), dbfOf(rows))
	put(t, filepath.Join(dir, "table.csv.xz"), run(t, []byte(table), "xz", "-c"))
	put(t, filepath.Join(dir, "table.csv.lz4"), run(t, []byte(table), "lz4", "-c"))
	run(t, nil, "7z", "a", "-bd", filepath.Join(dir, "table.7z"), csv)
	run(t, nil, "genisoimage", "-quiet", "-J", "-o", filepath.Join(dir, "table.iso"), csv)
	return []string{"table.iso", "table.db", "dump.sql", "table.parquet", "table.avro", "table.dbf", "table.csv.xz", "table.csv.lz4", "table.7z"}
}

// run runs a program and returns what it writes.
func run(t *testing.T, input []byte, program string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: make deps installs it", program)
		}
		t.Skipf("%s is not installed: make deps installs it", program)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}

// parquetOf makes a Parquet file of one row group of plain, uncompressed pages; the
// metadata are structs of Thrift's compact protocol, field by field.
func parquetOf(rows [][]string) []byte {
	out := []byte("PAR1")
	text := func(b []byte, s string) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	names, count := rows[0], int64(len(rows)-1)
	var chunks []byte
	for i, name := range names {
		var page []byte
		for _, row := range rows[1:] {
			page = append(binary.LittleEndian.AppendUint32(page, uint32(len(row[i]))), row[i]...)
		}
		at, size := int64(len(out)), int64(len(page))
		out = append(out, 0x15, 0) // a data page
		out = binary.AppendVarint(append(out, 0x15), size)
		out = binary.AppendVarint(append(out, 0x15), size)
		out = binary.AppendVarint(append(out, 0x2C, 0x15), count)
		out = append(out, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0) // plain; levels in runs
		out = append(out, page...)
		chunk := binary.AppendVarint([]byte{0x26}, at)
		chunk = append(chunk, 0x1C, 0x15, 12, 0x19, 0x15, 0, 0x19, 0x18) // byte arrays; plain; the path
		chunk = binary.AppendVarint(append(text(chunk, name), 0x15, 0, 0x16), count)
		chunk = binary.AppendVarint(append(chunk, 0x16), int64(len(out))-at)
		chunk = binary.AppendVarint(append(chunk, 0x16), int64(len(out))-at)
		chunk = binary.AppendVarint(append(chunk, 0x26), at)
		chunks = append(append(chunks, chunk...), 0, 0)
	}
	meta := []byte{0x15, 4, 0x19, byte(len(names)+1)<<4 | 0x0C, 0x48} // version; the schema, its root
	meta = append(binary.AppendVarint(append(text(meta, "schema"), 0x15), int64(len(names))), 0)
	for _, name := range names {
		meta = append(text(append(meta, 0x15, 12, 0x25, 0, 0x18), name), 0x25, 0, 0) // required UTF-8
	}
	meta = binary.AppendVarint(append(meta, 0x16), count)
	meta = append(append(meta, 0x19, 0x1C, 0x19, byte(len(names))<<4|0x0C), chunks...)
	meta = binary.AppendVarint(append(meta, 0x16), int64(len(out)))
	meta = append(binary.AppendVarint(append(meta, 0x16), count), 0, 0)
	out = append(out, meta...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(meta))), "PAR1"...)
}

// avroOf makes an Avro container of one block.
func avroOf(rows [][]string) []byte {
	text := func(b []byte, s string) []byte { return append(binary.AppendVarint(b, int64(len(s))), s...) }
	type field struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	var fields []field
	for _, name := range rows[0] {
		fields = append(fields, field{name, "string"})
	}
	schema, err := json.Marshal(map[string]any{"type": "record", "name": "adherent", "fields": fields})
	if err != nil {
		panic(err) // strings always marshal
	}
	out := text(binary.AppendVarint([]byte("Obj\x01"), 1), "avro.schema")
	out = append(append(text(out, string(schema)), 0), make([]byte, 16)...)
	var block []byte
	for _, row := range rows[1:] {
		for _, v := range row {
			block = text(block, v)
		}
	}
	out = text(binary.AppendVarint(out, int64(len(rows)-1)), string(block))
	return append(out, make([]byte, 16)...)
}

// dbfOf makes a dBase III table in UTF-8, with columns of 80 bytes.
func dbfOf(rows [][]string) []byte {
	const width = 80
	out := make([]byte, 32)
	out[0] = 3
	binary.LittleEndian.PutUint32(out[4:], uint32(len(rows)-1))
	binary.LittleEndian.PutUint16(out[8:], uint16(32*len(rows[0])+33))
	binary.LittleEndian.PutUint16(out[10:], uint16(width*len(rows[0])+1))
	for _, name := range rows[0] {
		d := make([]byte, 32)
		copy(d[:11], strings.ToUpper(name))
		d[11], d[16] = 'C', width
		out = append(out, d...)
	}
	out = append(out, 0x0D)
	for _, row := range rows[1:] {
		out = append(out, ' ')
		for _, v := range row {
			out = append(out, (v + strings.Repeat(" ", width))[:width]...)
		}
	}
	return append(out, 0x1A)
}
