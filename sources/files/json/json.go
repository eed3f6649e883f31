// Package jsontext reads JSON (RFC 8259) and newline-delimited JSON.
//
// Every scalar is a cell: strings with their escapes decoded, numbers, true and
// false; null and empty strings are no values. The column of a cell is its path
// (clients[*].adresse.ville), where array indices and keys that look like data
// are *; such keys are cells themselves, in the column path.{key}. The row is
// the record: the element of the outermost array, or the value of a sequence.
//
// The tokenizer is our own (encoding/json hands out 32 MB/s of tokens), works in
// one window whatever the length of lines and values, and accepts a little more
// than the standard: comments, trailing commas, any sequence of values, any
// bytes in strings. A string longer than the window is handed on as running
// text. From an error of syntax on, the input is read as plain text and the
// result is partial. Base64 in strings is not decoded.
package jsontext

import (
	"bytes"
	"context"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

const (
	name      = "json"
	mediaType = "application/json"
)

// Format is JSON, one value or many.
var Format = sources.Format{
	Name: name,
	Doc: `JSON and newline-delimited JSON
RFC 8259; paths are columns, records are rows, FHIR resources are named as such. Comments and
trailing commas are accepted. Values in base64 are not decoded.`,
	MediaType:  mediaType,
	Extensions: []string{".json", ".ndjson", ".jsonl", ".geojson", ".ldjson", ".har", ".ipynb"},
	Sniff:      sniff,
	Read:       read,
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	enc, skip := cells.Detect(in.Head)
	p := newParser(cells.NewWindow(ctx, in.Reader, enc, skip, out))
	defer p.w.Close()
	err := p.run()
	res := sources.Result{
		MediaType: mediaType, Format: name,
		Bytes: p.w.Read(), Records: p.records(), Lines: p.w.Lines(),
	}
	switch {
	case p.values > 1:
		res.MediaType, res.Format = "application/x-ndjson", "ndjson"
	case p.fhir:
		res.MediaType = "application/fhir+json"
	}
	if res.Status, res.Detail, err = ending(err, p.w.Failed()); err != nil {
		return res, err
	}
	if res.Status != sources.Scanned {
		return res, &sources.FormatError{Status: res.Status, Reason: res.Detail}
	}
	return res, nil
}

// ending tells errors of the text from those of the sink.
func ending(err, failed error) (sources.Status, sources.Reason, error) {
	var syntax *syntaxError
	switch {
	case errors.As(err, &syntax):
		return sources.Partial, syntax.reason, nil
	case err != nil:
		return "", "", err
	case failed == nil:
		return sources.Scanned, "", nil
	case failed == io.ErrUnexpectedEOF:
		return sources.Partial, sources.Truncated, nil
	}
	return sources.Partial, sources.IOError, nil
}

// syntaxError says that the text is not JSON any more. It quotes nothing.
type syntaxError struct{ reason sources.Reason }

func (e *syntaxError) Error() string { return "json: " + string(e.reason) }

// sniff reports whether the beginning of head is JSON: an object or an array,
// without an error of syntax in the first kilobytes.
func sniff(head []byte, name string, _ int64) bool {
	text := cells.Head(head)
	if len(text) > 4096 {
		text = text[:4096]
	}
	i := space(text, 0)
	if i == len(text) || text[i] != '{' && text[i] != '[' {
		return false
	}
	return plausible(text[i:])
}

// What a JSON text expects next.
const (
	aValue = iota
	aKey
	aColon
	aComma // or the end of the container
)

// plausible reports whether text, cut anywhere, may begin a JSON text.
func plausible(text []byte) bool {
	var stack []byte
	want, tokens := aValue, 0
	for i := space(text, 0); i < len(text); i = space(text, i) {
		c := text[i]
		tokens++
		inside := byte(0)
		if len(stack) > 0 {
			inside = stack[len(stack)-1]
		}
		next := i + 1
		switch {
		case want == aValue && c == '{':
			stack, want = append(stack, c), aKey
		case want == aValue && c == '[':
			stack = append(stack, c)
		case c == '}' && inside == '{' && (want == aComma || want == aKey),
			c == ']' && inside == '[' && (want == aComma || want == aValue):
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				return bytes.IndexByte(text[:next], '"') >= 0 || endsOrGoesOn(text, next)
			}
			want = aComma
		case c == ',' && want == aComma && inside == '{':
			want = aKey
		case c == ',' && want == aComma:
			want = aValue
		case c == ':' && want == aColon:
			want = aValue
		case c == '"' && (want == aKey || want == aValue):
			if next = endOfString(text, i+1) + 1; next == 0 {
				return true
			}
			want = after(want)
		case want == aValue && literal[c]:
			for next < len(text) && literal[text[next]] {
				next++
			}
			if next < len(text) && !isLiteral(text[i:next]) {
				return false
			}
			want = aComma
		default:
			return c == '/' && tokens > 1 // a comment
		}
		i = next
	}
	return tokens > 0
}

// endsOrGoesOn reports whether nothing, or another value, follows the first one.
// Without a string in that one, anything else is text: a log that begins with
// [12.5], a footnote [1], a pair of brackets of some programming language.
func endsOrGoesOn(text []byte, i int) bool {
	i = space(text, i)
	return i == len(text) || text[i] == '{' || text[i] == '['
}

// after returns what follows a string.
func after(want int) int {
	if want == aKey {
		return aColon
	}
	return aComma
}
