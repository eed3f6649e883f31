// Package peers runs other search engines over the files that recense is
// measured on, one thread each, and reports CPU time and matches.
//
// The peers look for six shapes (patterns.txt: NIR, IBAN, e-mail, telephone,
// CCAM, CIM-10). They check no key, no month, no département and no context, and
// keep no exact place beyond what they print, so their match counts are larger
// than ours on look-alikes and the comparison is unfair to recense, which runs
// all of its detectors with their checks. What it leaves unfair the other way:
// ripgrep, grep and Go are measured as whole processes, start and reading
// included (about 5 ms), Hyperscan and recense by the scan alone.
package peers

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"recense/detectors"
)

//go:embed patterns.txt
var patternsFile string

// Sample is one measured pass over one file.
type Sample struct {
	Bytes   int64   `json:"bytes"`
	Matches int64   `json:"matches"`
	CPU     float64 `json:"cpu_s"` // seconds of CPU, user and system
}

// Rate returns millions of bytes per CPU second.
func (s Sample) Rate() float64 { return float64(s.Bytes) / 1e6 / s.CPU }

// Engine is one peer. Run makes one pass over a file.
type Engine struct {
	Name string
	Doc  string // what its matches are, and what is measured
	Run  func(file string) (Sample, error)
}

// Patterns returns the six expressions.
func Patterns() []string {
	var ps []string
	for line := range strings.Lines(patternsFile) {
		if _, p, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			ps = append(ps, p)
		}
	}
	return ps
}

// Combined returns the six expressions as one alternation.
func Combined() string { return strings.Join(Patterns(), "|") }

// Ripgrep counts matches with one thread, ASCII classes, text mode.
func Ripgrep() Engine {
	return Engine{"ripgrep", "rg --no-unicode --count-matches -a -j1, whole process; matches do not overlap",
		func(file string) (Sample, error) {
			return process(file, nil, countPrinted, "rg", "--no-unicode", "--no-config", "--count-matches", "-a", "-j1", "-e", Combined(), file)
		}}
}

// GrepPerl prints every match of grep -P; the lines are counted here, outside
// the time.
func GrepPerl() Engine {
	return Engine{"grep -P", "LC_ALL=C grep -aoP, whole process; matches do not overlap",
		func(file string) (Sample, error) {
			return process(file, []string{"LC_ALL=C"}, countLines, "grep", "-aoP", "-e", Combined(), file)
		}}
}

// GoRegexp runs the standard library's regexp in this process over the first
// limit bytes of the file: it is some fifty times slower than the rest.
func GoRegexp(limit int64) Engine {
	re := regexp.MustCompile(Combined())
	return Engine{"Go regexp", fmt.Sprintf("regexp.FindIndex, first %d MiB, the scan alone; matches do not overlap", limit>>20),
		func(file string) (Sample, error) {
			f, err := os.Open(file)
			if err != nil {
				return Sample{}, err
			}
			defer f.Close()
			data, err := io.ReadAll(io.LimitReader(f, limit))
			if err != nil {
				return Sample{}, err
			}
			start, s := rusage(), Sample{Bytes: int64(len(data))}
			for rest := data; ; s.Matches++ {
				at := re.FindIndex(rest)
				if at == nil {
					break
				}
				rest = rest[at[1]:]
			}
			s.CPU = (rusage() - start).Seconds()
			return s, nil
		}}
}

// Hyperscan runs the program built from hs/hs.c, linked to Hyperscan or to
// Vectorscan as name says. patterns is the path of patterns.txt.
func Hyperscan(name, program, patterns string, som bool) Engine {
	doc := "block mode over the file in memory, the scan alone; matches are ends of matches"
	args := []string{patterns, "", "1"}
	if som {
		args, doc = append(args, "som"), doc+", with their starts"
	}
	return Engine{name, doc, func(file string) (Sample, error) {
		args := append([]string(nil), args...)
		args[1] = file
		return fromJSON(exec.Command(program, args...))
	}}
}

// WritePatterns writes patterns.txt to a file, for Hyperscan.
func WritePatterns(path string) error { return os.WriteFile(path, []byte(patternsFile), 0o644) }

// WriteWordPatterns writes the six expressions and every word and phrase that our
// engine knows, one a line: context words, what speaks against, vocabularies with
// their negative contexts. The peers look for them in any case, with a plural s,
// at word boundaries; they know no accents, which ours does, and no context.
func WriteWordPatterns(path string) error {
	seen := map[string]bool{}
	for _, d := range detectors.All() {
		for _, list := range [][]string{d.Context, d.Against, d.Terms, d.Not} {
			for _, w := range list {
				seen[w] = true
			}
		}
	}
	var b strings.Builder
	b.WriteString(patternsFile)
	for _, w := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(&b, "word\t(?i)\\b%ss?\\b\n", strings.ReplaceAll(w, " ", "[ '-]"))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func fromJSON(cmd *exec.Cmd) (Sample, error) {
	var s Sample
	out, err := cmd.Output()
	if err != nil {
		return s, fmt.Errorf("peers: %s: %w", cmd.Path, err)
	}
	return s, json.Unmarshal(out, &s)
}

// process runs a command, counts what it prints and takes its CPU time from the
// kernel. Exit code 1 means no match for every grep.
func process(file string, env []string, count func(io.Reader) (int64, error), name string, args ...string) (Sample, error) {
	info, err := os.Stat(file)
	if err != nil {
		return Sample{}, err
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Sample{}, err
	}
	if err := cmd.Start(); err != nil {
		return Sample{}, err
	}
	n, err := count(out)
	werr := cmd.Wait()
	if err != nil {
		return Sample{}, err
	}
	if werr != nil && cmd.ProcessState.ExitCode() != 1 {
		return Sample{}, fmt.Errorf("peers: %s: %w", name, werr)
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return Sample{Bytes: info.Size(), Matches: n, CPU: used.Seconds()}, nil
}

// countPrinted reads the one number that rg --count-matches prints for a file.
func countPrinted(r io.Reader) (int64, error) {
	var n int64
	_, err := fmt.Fscan(bufio.NewReader(r), &n)
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func countLines(r io.Reader) (int64, error) {
	var n int64
	buf := make([]byte, 256<<10)
	for {
		k, err := r.Read(buf)
		n += int64(bytes.Count(buf[:k], []byte{'\n'}))
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
