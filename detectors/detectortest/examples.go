// Package detectortest is the acceptance suite that every detector passes. It
// reads marked examples from detectors/testdata/<kind>.txt and checks that a
// detector finds exactly what is marked, wherever it stands in a text, and that
// it finds it without allocating.
//
// The examples are synthetic. One a line, a letter and a space in front:
//
//   - text with «value»    found, exactly the marked spans, by an engine of this
//     detector alone that reports every score
//   - text                 nothing is found by that engine
//     w text with «value»    found at the usual minimum score by all detectors
//     together: it needs no context, or has it
//     n text                 no match of this kind by all detectors together
//     c column name | value  a cell of a table in a column of this name: the whole
//     value is found by all detectors together
//     # comment
//
// The escapes \t \n \r \\ \xHH and \uHHHH stand for bytes that read badly.
package detectortest

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mark is a span that has to be found, in bytes of Example.Text.
type Mark struct{ Start, End int }

// Example is one line of a file of marked examples.
type Example struct {
	Line   int
	Type   byte // '+', '-', 'w', 'n', 'c'
	Column string
	Text   []byte
	Marks  []Mark
}

// Read reads a file of marked examples.
func Read(name string) ([]Example, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var examples []Example
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r")
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		e, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		e.Line = n
		examples = append(examples, e)
	}
	return examples, lines.Err()
}

func parse(line string) (e Example, err error) {
	if len(line) < 3 || line[1] != ' ' || !strings.Contains("+-wnc", line[:1]) {
		return e, fmt.Errorf("want one of + - w n c, a space and a text")
	}
	e.Type = line[0]
	text := line[2:]
	if e.Type == 'c' {
		column, value, ok := strings.Cut(text, "|")
		if !ok {
			return e, fmt.Errorf("want a column name, | and a value")
		}
		e.Column, text = strings.TrimSpace(column), strings.TrimSpace(value)
	}
	for {
		before, rest, ok := strings.Cut(text, "«")
		if e.Text, err = unescape(e.Text, before); err != nil || !ok {
			break
		}
		value, after, ok := strings.Cut(rest, "»")
		if !ok {
			return e, fmt.Errorf("« without »")
		}
		start := len(e.Text)
		if e.Text, err = unescape(e.Text, value); err != nil {
			break
		}
		e.Marks = append(e.Marks, Mark{start, len(e.Text)})
		text = after
	}
	if marked := e.Type == '+' || e.Type == 'w'; err == nil && marked != (len(e.Marks) > 0) {
		return e, fmt.Errorf("a line with %c and %d marks", e.Type, len(e.Marks))
	}
	return e, err
}

// unescape appends s to dst with its escapes replaced.
func unescape(dst []byte, s string) ([]byte, error) {
	for len(s) > 0 {
		if s[0] != '\\' {
			dst = append(dst, s[0])
			s = s[1:]
			continue
		}
		r, _, tail, err := strconv.UnquoteChar(s, 0)
		if err != nil {
			return nil, fmt.Errorf("unknown escape")
		}
		if s[1] == 'x' {
			dst = append(dst, byte(r))
		} else {
			dst = utf8.AppendRune(dst, r)
		}
		s = tail
	}
	return dst, nil
}
