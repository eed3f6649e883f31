package pdf

import (
	"bytes"
	"strconv"
)

// maxProgram bounds what is looked at of the program of a font: its clear text comes
// first.
const maxProgram = 64 << 10

// builtIn reads the encoding of a Type 1 font that is embedded, which counts where
// the document gives none: "dup 12 /fi put" for each code (Adobe Type 1 Font Format,
// 2.3). It reports false where the font has none of its own.
func (f *file) builtIn(t *font, descriptor dict) bool {
	s, ok := f.resolve(descriptor["FontFile"]).(*stream)
	if !ok {
		return false
	}
	program, err := f.content(s)
	if err != nil && len(program) == 0 {
		return false
	}
	program = program[:min(len(program), maxProgram)]
	i := bytes.Index(program, []byte("/Encoding"))
	if i < 0 {
		return false
	}
	program = program[i+len("/Encoding"):]
	if end := bytes.Index(program, []byte("eexec")); end >= 0 {
		program = program[:end]
	}
	words := bytes.Fields(program)
	found := false
	for k := 0; k+3 < len(words); k++ {
		switch string(words[k]) {
		case "StandardEncoding":
			return false
		case "def", "readonly":
			if found {
				return true
			}
		case "dup":
			// "dup 12 /fi put", also written "dup 12/fi put".
			number, glyph := words[k+1], words[k+2]
			if slash := bytes.IndexByte(number, '/'); slash > 0 {
				number, glyph = number[:slash], number[slash:]
			}
			code, err := strconv.Atoi(string(number))
			if err != nil || code < 0 || code > 255 || len(glyph) < 2 || glyph[0] != '/' {
				continue
			}
			if !found {
				t.enc, found = [256]string{}, true
			}
			t.enc[code] = glyphText(string(glyph[1:]), code)
		}
	}
	return found
}
