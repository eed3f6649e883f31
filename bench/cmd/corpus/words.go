package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words compares the words of PDF files with those that pdftotext finds, and adds up
// the CPU time of both and the size of the files.
type words struct {
	files       []shared
	odd         int // pdftotext gives no text: nothing to compare
	bytes       int64
	ours, their time.Duration
}

// shared is one file: the share of pdftotext's words that are found.
type shared struct {
	name, producer string
	words, found   int
}

func (s *shared) share() float64 { return float64(s.found) / float64(s.words) }

func isPDF(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 5)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == "%PDF-"
}

// leastWords is how many words a file needs for its share to say something.
const leastWords = 20

// compare counts each word as often as it stands in both.
func (w *words) compare(path string, a *answer) {
	text := a.Text
	cmd := exec.Command("pdftotext", "-q", "-enc", "UTF-8", path, "-")
	out, err := cmd.Output()
	want := split(string(out))
	if err != nil || len(want) < leastWords {
		w.odd++
		return
	}
	w.bytes += a.Bytes
	w.ours += a.CPU
	w.their += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	have := map[string]int{}
	for _, s := range split(string(text)) {
		have[s]++
	}
	s := shared{name: filepath.Base(path), producer: producer(path), words: len(want)}
	for _, x := range want {
		if have[x] > 0 {
			have[x]--
			s.found++
		}
	}
	w.files = append(w.files, s)
}

// split gives words: letters and digits between anything else, ligatures undone,
// letters and accents composed (pdftotext leaves some apart).
func split(s string) []string {
	s = norm.NFC.String(strings.NewReplacer("ﬁ", "fi", "ﬂ", "fl", "ﬀ", "ff", "ﬃ", "ffi", "ﬄ", "ffl", "\u00ad", "", "ı", "i").Replace(s))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// producer is the program that wrote a file, as pdfinfo tells, without its version.
func producer(path string) string {
	out, _ := exec.Command("pdfinfo", path).Output()
	for line := range strings.Lines(string(out)) {
		if v, ok := strings.CutPrefix(line, "Producer:"); ok {
			v = strings.TrimSpace(v)
			if i := strings.IndexFunc(v, func(r rune) bool { return unicode.IsDigit(r) || r == '(' || r == '|' }); i > 0 {
				v = v[:i]
			}
			return strings.Trim(v, " -;.v")
		}
	}
	return "(not told)"
}

// low is the share under which a file has to be explained.
const low = 0.9

// table writes the shares by producer and the files below low.
func (w *words) table(b *strings.Builder) {
	fmt.Fprintf(b, "\nWords of pdftotext found in PDF files; %d files give pdftotext fewer than %d words.\n\n", w.odd, leastWords)
	if w.bytes > 0 {
		fmt.Fprintf(b, "Over the %d files: %.1f MB per CPU second, pdftotext %.1f.\n\n", len(w.files), float64(w.bytes)/1e6/w.ours.Seconds(), float64(w.bytes)/1e6/w.their.Seconds())
	}
	b.WriteString("| producer | files | words | median share | lowest | under 90 % |\n|---|---|---|---|---|---|\n")
	by := map[string][]shared{}
	for _, f := range w.files {
		by[f.producer] = append(by[f.producer], f)
	}
	for _, p := range slices.SortedFunc(maps.Keys(by), func(x, y string) int {
		return cmp.Or(cmp.Compare(len(by[y]), len(by[x])), cmp.Compare(x, y))
	}) {
		shareRow(b, p, by[p])
	}
	shareRow(b, "**all**", w.files)
	for _, f := range w.files {
		if f.share() < low {
			fmt.Fprintf(b, "\n- `%s`: %.1f %% of %d words", f.name, 100*f.share(), f.words)
		}
	}
	b.WriteString("\n")
}

func shareRow(b *strings.Builder, name string, files []shared) {
	if len(files) == 0 {
		return
	}
	files = slices.SortedFunc(slices.Values(files), func(x, y shared) int { return cmp.Compare(x.share(), y.share()) })
	n, under := 0, 0
	for i := range files {
		n += files[i].words
		if files[i].share() < low {
			under++
		}
	}
	fmt.Fprintf(b, "| %s | %d | %d | %.2f %% | %.2f %% | %d |\n", name, len(files), n, 100*files[len(files)/2].share(), 100*files[0].share(), under)
}
