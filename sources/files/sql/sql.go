// Package sqltext reads dumps of databases in SQL: what pg_dump, mysqldump,
// phpMyAdmin, sqlite3 and SQL Server's scripts write.
//
// The rows of INSERT and COPY … FROM stdin are cells of tables, whose columns are
// named by the statement or by the CREATE TABLE before it; Part is the name of the
// table with its schema, Row counts its rows from 1. All else, comments,
// definitions, functions, is running text. Binary values that are text are cells,
// documents in them are members. Of a value computed by a function, the first
// string counts. Values of more than 1 MiB are running text behind that length.
//
// What is left out: COPY in CSV or binary form (text), LOAD DATA and files beside
// the dump, dumps in the custom and directory formats of pg_dump.
package sqltext

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the SQL dump.
var Format = sources.Format{
	Name: "sql",
	Doc: `SQL dump (.sql)
pg_dump in plain form, mysqldump, phpMyAdmin, sqlite3, scripts of INSERT statements. Rows are cells
under the names of their columns; all else is text. A dump without its last line is truncated.`,
	MediaType:  "application/sql",
	Extensions: []string{".sql", ".dump", ".psql", ".mysql"},
	Sniff:      sniff,
	Read:       read,
}

// sniffed is how much of a file is looked at, in bytes.
const sniffed = 16 << 10

// sniff looks for the heading of a program that dumps, or for a first statement
// that a dump may begin with and one that fills a table.
func sniff(head []byte, name string, _ int64) bool {
	if len(head) > 1 && (head[0] >= 0xEF || head[0] == 0 || head[1] == 0) { // marks and UTF-16
		head = cells.Head(head)
	}
	head = head[:min(len(head), sniffed)]
	first := uncommented(head)
	if len(first) < len(head) && isHeaded(head[:len(head)-len(first)]) {
		return true
	}
	if !begins(first) {
		return false
	}
	if bytes.HasPrefix(first, []byte("PRAGMA foreign_keys=OFF;")) { // .dump of SQLite
		return true
	}
	upper := bytes.ToUpper(head)
	return (bytes.Contains(upper, []byte("INSERT INTO ")) || bytes.Contains(upper, []byte("INSERT ["))) && bytes.Contains(upper, []byte("VALUES")) ||
		bytes.Contains(upper, []byte(" FROM STDIN")) || bytes.Contains(upper, []byte("CREATE TABLE")) && (strings.HasSuffix(strings.ToLower(name), ".sql") || bytes.Contains(upper, []byte(");")))
}

var headings = [][]byte{
	[]byte("-- PostgreSQL database"), []byte("-- MySQL dump"), []byte("-- MariaDB dump"), []byte("-- phpMyAdmin SQL Dump"),
}

// isHeaded reports whether comments are those that programs put on top of a dump.
func isHeaded(comments []byte) bool {
	for _, m := range headings {
		if bytes.Contains(comments, m) {
			return true
		}
	}
	return false
}

// uncommented returns what stands behind the blanks and comments at the start of
// b. Source code begins with comments too, and is told apart by what follows.
func uncommented(b []byte) []byte {
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		end, n := -1, 0
		switch {
		case bytes.HasPrefix(b, []byte("--")):
			end, n = bytes.IndexByte(b, '\n'), 1
		case bytes.HasPrefix(b, []byte("/*")) && !bytes.HasPrefix(b, []byte("/*!")): // that one is run
			end, n = bytes.Index(b, []byte("*/")), 2
		default:
			return b
		}
		if end < 0 {
			return nil
		}
		b = b[end+n:]
	}
}

// begins reports whether b begins with a statement, or a command of psql.
func begins(b []byte) bool {
	if bytes.HasPrefix(b, []byte("/*!")) || len(b) > 1 && b[0] == '\\' && 'a' <= b[1] && b[1] <= 'z' {
		return true
	}
	var word [12]byte
	n := 0
	for n < len(b) && n < len(word) && 'A' <= b[n]&^0x20 && b[n]&^0x20 <= 'Z' {
		word[n] = b[n] | 0x20
		n++
	}
	if n == len(b) || n < 2 || b[n] != ' ' && b[n] != '\t' && b[n] != '\n' && b[n] != '\r' && b[n] != ';' {
		return false
	}
	return slices.Contains(firsts, string(word[:n]))
}

var firsts = strings.Fields("insert replace copy create drop set begin start pragma use alter lock truncate delete update select prompt rem go delimiter grant comment if exec declare")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	enc, skip := cells.Detect(in.Head)
	head := cells.Head(in.Head)
	if enc == cells.Windows1252 && saysUTF8(head) { // binary values among the text
		enc = cells.UTF8
	}
	src := cells.NewReader(in.Reader, enc, skip)
	d := &dump{
		ctx: ctx, out: out, l: newLexer(src),
		text: cells.NewText(out), blobs: cells.NewBlobs(out),
		tables: make(map[string]*table), width: out.Limits().Defaults().Fields,
		escapes: backslashes(head),
	}
	defer d.text.Close()
	err := d.read()
	res := sources.Result{Records: d.records, Bytes: src.Count(), Lines: d.l.line - 1}
	switch {
	case err != nil:
		return res, err
	case d.l.err != io.EOF && d.l.err != io.ErrUnexpectedEOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case d.cut || d.begun && !d.complete || d.l.err == io.ErrUnexpectedEOF:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, nil
}

// saysUTF8 reports whether the dump sets its encoding to UTF-8.
func saysUTF8(head []byte) bool {
	return bytes.Contains(head, []byte("SET NAMES utf8")) || bytes.Contains(head, []byte("client_encoding = 'UTF8'"))
}

// backslashes reports whether strings have escapes: those of MySQL do, those of
// the standard do not.
func backslashes(head []byte) bool {
	for _, m := range [...]string{"-- MySQL dump", "-- MariaDB dump", "phpMyAdmin", "/*!40", "/*M!", "ENGINE=", "INSERT INTO `", "REPLACE INTO `"} {
		if bytes.Contains(head, []byte(m)) {
			return true
		}
	}
	return false
}
