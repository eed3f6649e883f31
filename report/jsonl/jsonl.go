// Package jsonl writes findings.jsonl: one JSON object a line for every finding
// kept, in the order of the inventory. The keys, their order and their meaning
// are the program's contract with other programs: uri, container, part, field,
// page, row, column, line, byte, key (database rows only), len, kind, score,
// strength, why, and digest where digests were asked for.
//
// It follows RFC 8259, in UTF-8; bytes that are not UTF-8 in a name are written
// as U+FFFD. A line holds no value, and no length where a length says something.
// Findings whose detail is reserved to another audience are left out.
package jsonl

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"recense/report"
	"recense/report/inventory"
)

// FileName is the name of the document.
const FileName = "findings.jsonl"

// Writer writes findings.jsonl.
var Writer = report.Writer{
	Name:  "jsonl",
	Doc:   "Occurrences, une par ligne / Findings, one a line\nfindings.jsonl: place, kind, score and evidence of each finding as JSON, for programs.",
	Write: write,
}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	err := report.Single(dir, FileName, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 1<<18)
		var line []byte
		err := in.Inventory.Walk(ctx, func(l *inventory.Location) error {
			for f, err := range l.Findings() {
				if err != nil {
					return err
				}
				line = appendFinding(line[:0], l, &f, in.Digests)
				if _, err := out.Write(line); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	return []string{FileName}, nil
}

func appendFinding(b []byte, l *inventory.Location, f *inventory.FindingRow, digests bool) []byte {
	b = appendText(append(b, `{"uri":`...), l.Outer)
	b = appendText(append(b, `,"container":`...), l.Member)
	b = appendText(append(b, `,"part":`...), f.At.Part)
	b = appendText(append(b, `,"field":`...), f.At.Field)
	b = strconv.AppendInt(append(b, `,"page":`...), int64(f.At.Page), 10)
	b = strconv.AppendInt(append(b, `,"row":`...), f.At.Row, 10)
	b = strconv.AppendInt(append(b, `,"column":`...), int64(f.At.Column), 10)
	b = strconv.AppendInt(append(b, `,"line":`...), f.At.Line, 10)
	b = strconv.AppendInt(append(b, `,"byte":`...), f.At.Byte, 10)
	if f.At.Key != "" {
		b = appendText(append(b, `,"key":`...), f.At.Key)
	}
	b = strconv.AppendInt(append(b, `,"len":`...), int64(f.Len), 10)
	b = appendText(append(b, `,"kind":`...), f.Detector)
	b = strconv.AppendInt(append(b, `,"score":`...), int64(f.Score), 10)
	b = appendText(append(b, `,"strength":`...), f.Strength.String())
	b = append(b, `,"why":[`...)
	for i, name := range f.Evidence.Names() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
	}
	b = append(b, ']')
	if digests && f.Digest != 0 {
		b = append(b, `,"digest":"`...)
		b = append(b, fmt.Sprintf("%016x", f.Digest)...)
		b = append(b, '"')
	}
	return append(b, '}', '\n')
}

// appendText appends s as a JSON string.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s { // a byte that is not UTF-8 reads as U+FFFD
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20 || r == 0x7f || r == '\u2028' || r == '\u2029':
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
