// Command versus measures the detection core beside other search engines: one
// thread, CPU time, engines interleaved within every repetition, medians.
//
//	bench/peers/build.sh /tmp/peers
//	go build -o /tmp/recense ./cmd/recense
//	go run ./bench/cmd/versus -peers /tmp/peers -recense /tmp/recense -mib 64 -reps 9
//
// It makes the corpora (or takes the files given as arguments), prints a table
// and writes bench/results/<date>-<machine>-core.md and .json. Engines that are
// not installed are left out and named. Package peers says what is unfair.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/bench/corpus"
	"recense/bench/machine"
	"recense/bench/peers"
)

type options struct {
	peersDir, recense, results, gosrc string
	kernels                           string
	mib, reps                         int
	som, slow                         bool
}

func main() {
	var o options
	flag.StringVar(&o.peersDir, "peers", "", "folder with the programs of bench/peers/build.sh")
	flag.StringVar(&o.recense, "recense", "", "the recense program; empty measures the peers alone")
	flag.StringVar(&o.kernels, "kernels", "best,go", "kernels of recense to measure")
	flag.StringVar(&o.results, "results", "bench/results", "folder for the result files; empty writes none")
	flag.StringVar(&o.gosrc, "gosrc", "", "folder of Go source for the source corpus; empty takes the generated one")
	flag.IntVar(&o.mib, "mib", 64, "size of each generated corpus in MiB")
	flag.IntVar(&o.reps, "reps", 9, "repetitions")
	flag.BoolVar(&o.som, "som", false, "also measure Hyperscan with the starts of matches")
	flag.BoolVar(&o.slow, "slow", true, "also measure grep -P and Go regexp")
	flag.Parse()
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

func run(o options, files []string) error {
	dir, err := os.MkdirTemp("", "versus")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if len(files) == 0 {
		if files, err = makeCorpora(dir, o); err != nil {
			return err
		}
	}
	patterns := filepath.Join(dir, "patterns.txt")
	if err := peers.WritePatterns(patterns); err != nil {
		return err
	}
	words := filepath.Join(dir, "words.txt")
	if err := peers.WriteWordPatterns(words); err != nil {
		return err
	}
	r := result{Machine: machine.Read(time.Now()), Reps: o.reps, Engines: engines(o, patterns, words)}
	for _, f := range files {
		row, err := measure(f, r.Engines, o.reps)
		if err != nil {
			return err
		}
		r.Rows = append(r.Rows, row)
	}
	text := r.table()
	fmt.Print(text)
	return r.write(o.results, text)
}

func makeCorpora(dir string, o options) ([]string, error) {
	var files []string
	for _, name := range corpus.Names() {
		data := corpus.Make(name, o.mib<<20)
		if name == "source" && o.gosrc != "" {
			var err error
			if data, err = corpus.GoSource(o.gosrc, o.mib<<20); err != nil {
				return nil, err
			}
		}
		f := filepath.Join(dir, name+".txt")
		if err := os.WriteFile(f, data, 0o644); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// engine is a peer or recense; ours are compared with the best of the fast peers.
type engine struct {
	peers.Engine
	Ours  bool // recense
	Bar   bool // counts for the best peer
	Words bool // looks for our words too
}

func engines(o options, patterns, words string) []engine {
	var list []engine
	if o.recense != "" {
		for k := range strings.SplitSeq(o.kernels, ",") {
			list = append(list, engine{Engine: recense(o.recense, k, measuredKinds), Ours: true})
		}
		for k := range strings.SplitSeq(o.kernels, ",") {
			list = append(list, engine{Engine: recense(o.recense, k, ""), Ours: true})
		}
	}
	for _, name := range []string{"hyperscan", "vectorscan"} {
		program := filepath.Join(o.peersDir, name)
		if _, err := os.Stat(program); o.peersDir == "" || err != nil {
			fmt.Fprintf(os.Stderr, "versus: %s is left out: not built\n", name)
			continue
		}
		list = append(list, engine{Engine: peers.Hyperscan(name, program, patterns, false), Bar: true})
		if name == "hyperscan" {
			list = append(list, engine{Engine: peers.Hyperscan(name+" + words", program, words, false), Words: true})
		}
		if o.som {
			list = append(list, engine{Engine: peers.Hyperscan(name+" som", program, patterns, true)})
		}
	}
	if _, err := exec.LookPath("rg"); err == nil {
		list = append(list, engine{Engine: peers.Ripgrep(), Bar: true})
	} else {
		fmt.Fprintln(os.Stderr, "versus: ripgrep is left out: not installed")
	}
	if o.slow {
		list = append(list, engine{Engine: peers.GrepPerl()}, engine{Engine: peers.GoRegexp(8 << 20)})
	}
	return list
}

// measuredKinds are the kinds whose speed is compared with that of the peers. The
// list stays, so that figures of different days are about the same work; what all
// detectors cost is a row of its own.
const measuredKinds = "adeli,atc,bic,birth_date,ccam,cim10,cip,email,finess,iban,ipv4,ipv6,lpp,mac_address,nabm,ngap,nia,nir," +
	"payment_card,phone_fr,phone_intl,rib,rpps,siren,siret,tax_number_fr,ucd,vat_fr"

// recense runs `recense bench --json --reps 1`, so that the engines interleave,
// with the detectors of a list of kinds; with all of them for "".
func recense(program, kernel, kinds string) peers.Engine {
	args := []string{"bench", "--json", "--reps", "1"}
	if kernel != "best" {
		args = append(args, "--kernel", kernel)
	}
	name, doc := "recense "+kernel+", everything", "all detectors"
	if kinds != "" {
		args = append(args, "--only", kinds)
		name, doc = "recense "+kernel, strconv.Itoa(1+strings.Count(kinds, ","))+" detectors (identifiers, contacts, codes of care)"
	}
	return peers.Engine{Name: name, Doc: doc + ", validated, exact spans, the scan alone; matches are findings",
		Run: func(file string) (peers.Sample, error) {
			out, err := exec.Command(program, append(args, file)...).Output()
			if err != nil {
				return peers.Sample{}, fmt.Errorf("recense bench: %w", err)
			}
			var line struct {
				Bytes    int64   `json:"bytes"`
				Rate     float64 `json:"mb_per_cpu_s"`
				Findings int64   `json:"findings"`
			}
			if err := json.Unmarshal(out, &line); err != nil {
				return peers.Sample{}, fmt.Errorf("recense bench: %w", err)
			}
			return peers.Sample{Bytes: line.Bytes, Matches: line.Findings, CPU: float64(line.Bytes) / 1e6 / line.Rate}, nil
		}}
}

// row is one corpus: for every engine, by its index, all rates and the matches.
type row struct {
	Corpus  string      `json:"corpus"`
	Bytes   int64       `json:"bytes"`
	Rates   [][]float64 `json:"rates"`
	Matches []int64     `json:"matches"`
}

func measure(file string, list []engine, reps int) (row, error) {
	r := row{Corpus: strings.TrimSuffix(filepath.Base(file), ".txt"), Rates: make([][]float64, len(list)), Matches: make([]int64, len(list))}
	info, err := os.Stat(file)
	if err != nil {
		return r, err
	}
	r.Bytes = info.Size()
	for range reps {
		for i, e := range list {
			s, err := e.Run(file)
			if err != nil {
				return r, fmt.Errorf("%s on %s: %w", e.Name, r.Corpus, err)
			}
			r.Rates[i] = append(r.Rates[i], s.Rate())
			r.Matches[i] = s.Matches
		}
	}
	return r, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// ratio returns the rate of ours beside the best of the fast peers, or beside the
// one that looks for our words too: the median
// over the repetitions of the ratio within a repetition, so that the load of
// neighbours weighs on both sides alike. 0 when there is no peer.
func (r row) ratio(list []engine, ours int, words bool) float64 {
	best := -1
	for i, e := range list {
		if (e.Bar && !words || e.Words && words) && (best < 0 || median(r.Rates[i]) > median(r.Rates[best])) {
			best = i
		}
	}
	if best < 0 {
		return 0
	}
	var qs []float64
	for k, v := range r.Rates[ours] {
		qs = append(qs, v/r.Rates[best][k])
	}
	return median(qs)
}

func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
