// Package corpus makes the texts that throughput is measured on, and the trees
// and large files of the soak runs. Everything is synthetic and deterministic:
// a name and a size give the same bytes for ever, and a shorter corpus is the
// beginning of a longer one, cut at the end of a line.
//
// The names are those of the published tables: prose, csv, logs, source, traps.
// What the package does not do: it says nothing about what must be found in a
// corpus; accuracy has its own marked data.
package corpus

import (
	"bytes"

	"recense/bench/synth"
)

// Names lists the corpora in the order of the tables.
func Names() []string { return []string{"prose", "csv", "logs", "source", "traps"} }

// Doc says what a corpus is, in one sentence.
func Doc(name string) string {
	switch name {
	case "prose":
		return "French business prose: letters, minutes and notices; a number now and then, an identifier once in about four thousand words."
	case "csv":
		return "Dense personal data: 13 columns separated by semicolons, one person a line, every value right by its key."
	case "logs":
		return "Web access logs in the combined format and application logs, in equal parts."
	case "source":
		return "Text like source code: declarations, calls, comments, literals, in three languages."
	case "traps":
		return "Digit-heavy look-alikes and no personal data: timestamps, serial numbers, versions, object identifiers, near misses."
	}
	return ""
}

// Make returns the first size bytes of a corpus, less the line that would be
// cut; nil when Names does not have it. It holds the whole corpus in memory.
func Make(name string, size int) []byte {
	line := liner(name)
	if line == nil {
		return nil
	}
	g := synth.New(seed(name))
	buf := make([]byte, 0, size+4096)
	if name == "csv" {
		buf = append(buf, CSVHeader...)
	}
	for len(buf) < size {
		buf = line(g, buf)
	}
	if len(buf) > size {
		buf = buf[:bytes.LastIndexByte(buf[:size], '\n')+1]
	}
	return buf
}

// liner returns the function that appends the next line or lines of a corpus.
func liner(name string) func(*synth.Gen, []byte) []byte {
	switch name {
	case "prose":
		return proseParagraph
	case "csv":
		return csvLine
	case "logs":
		return logLine
	case "source":
		return sourceBlock
	case "traps":
		return trapLine
	}
	return nil
}

func seed(name string) uint64 {
	s := uint64(2026)
	for i := range len(name) {
		s = s*31 + uint64(name[i])
	}
	return s
}
