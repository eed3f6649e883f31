// Package metrics writes the text exposition format of Prometheus (version 0.0.4):
// gauges and counters with few labels, all of them ids of sources, categories and
// reasons, never names or values.
//
// The client library of Prometheus brings eight modules, protocol buffers among them,
// for what is a file of some fifty lines here; so the format is written directly.
package metrics

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Set is a list of families. It is for one goroutine.
type Set struct {
	families map[string]*family
}

type family struct {
	kind, help string
	samples    []sample
}

type sample struct {
	labels string
	value  float64
}

// Gauge adds a sample to a gauge; labels are names and values in turn.
func (s *Set) Gauge(name, help string, value float64, labels ...string) {
	s.add(name, "gauge", help, value, labels)
}

// Counter adds a sample to a counter.
func (s *Set) Counter(name, help string, value float64, labels ...string) {
	s.add(name, "counter", help, value, labels)
}

func (s *Set) add(name, kind, help string, value float64, labels []string) {
	var b strings.Builder
	for i := 0; i+1 < len(labels); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(labels[i] + `="` + escape.Replace(labels[i+1]) + `"`)
	}
	f := s.family(name)
	f.kind, f.help = kind, help
	f.samples = append(f.samples, sample{b.String(), value})
}

func (s *Set) family(name string) *family {
	if s.families == nil {
		s.families = map[string]*family{}
	}
	if s.families[name] == nil {
		s.families[name] = &family{kind: "untyped"}
	}
	return s.families[name]
}

var escape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// Names lists the families, sorted.
func (s *Set) Names() (names []string) {
	for name := range s.families {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Write writes all families, sorted by name and labels.
func (s *Set) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, name := range s.Names() {
		f := s.families[name]
		fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(f.help), name, f.kind)
		slices.SortFunc(f.samples, func(x, y sample) int { return cmp.Compare(x.labels, y.labels) })
		for _, x := range f.samples {
			b.WriteString(name)
			if x.labels != "" {
				b.WriteString("{" + x.labels + "}")
			}
			b.WriteString(" " + number(x.value) + "\n")
		}
	}
	return b.Flush()
}

func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// maxLines bounds what Read takes.
const maxLines = 10_000

// Read adds what Write wrote to r.
func (s *Set) Read(r io.Reader) error {
	in := bufio.NewScanner(r)
	n := 0
	for in.Scan() {
		if n++; n > maxLines {
			return fmt.Errorf("metrics: more than %d lines", maxLines)
		}
		if err := s.line(in.Text()); err != nil {
			return err
		}
	}
	return in.Err()
}

func (s *Set) line(line string) error {
	if rest, ok := strings.CutPrefix(line, "# "); ok {
		what, rest, _ := strings.Cut(rest, " ")
		name, text, _ := strings.Cut(rest, " ")
		switch what {
		case "HELP":
			s.family(name).help = strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(text)
		case "TYPE":
			s.family(name).kind = text
		}
		return nil
	}
	at := strings.LastIndexByte(line, ' ')
	if at < 0 {
		return fmt.Errorf("metrics: not a sample")
	}
	value, err := strconv.ParseFloat(line[at+1:], 64)
	if err != nil {
		return fmt.Errorf("metrics: not a number")
	}
	name, labels, _ := strings.Cut(strings.TrimSuffix(line[:at], "}"), "{")
	f := s.family(name)
	f.samples = append(f.samples, sample{labels, value})
	return nil
}
