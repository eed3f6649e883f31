package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"recense/bench/corpus"
	"recense/detectors"
)

type benchOptions struct {
	selection
	json     bool
	reps     int
	kernel   string
	against  string
	minRatio float64
	size     int
	config   string
}

func (a *app) newBench() *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use:   "bench [FILE…]",
		Short: a.t("measure the throughput of the detectors on this machine", "mesurer le débit des détecteurs sur cette machine"),
		Long: a.t(`bench runs the detection core alone, one thread, over files held in memory (or
over its own generated corpora) and prints, per file and kernel, the median and
the best MB per CPU second, the findings and the allocations per MB.

yardstick is the speed of a plain byte loop measured in between, on the same
data: --against compares with the lines of an earlier --json run after dividing
both by their yardstick, so that a slower machine is not taken for slower code.

Exit codes: 0 done, 1 slower than --min-ratio, 2 usage, 5 a file cannot be read.`,
			`bench exécute le seul cœur de détection, un fil, sur des fichiers tenus en mémoire
(ou sur ses propres corpus) et affiche, par fichier et par noyau, les Mo par
seconde de processeur (médiane et meilleur), les occurrences et les allocations
par Mo.

yardstick est la vitesse d'une simple boucle d'octets mesurée entre-temps sur les
mêmes données : --against compare aux lignes d'un --json antérieur après division
par cet étalon, pour qu'une machine plus lente ne passe pas pour du code plus lent.

Codes de sortie : 0 fait, 1 plus lent que --min-ratio, 2 usage, 5 fichier illisible.`),
		RunE: func(_ *cobra.Command, args []string) error { return a.bench(o, args) },
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, a.t("one JSON object a line", "un objet JSON par ligne"))
	f.IntVar(&o.reps, "reps", 5, a.t("repetitions per file", "répétitions par fichier"))
	f.StringVar(&o.kernel, "kernel", "", a.t("kernel: go, avx2, avx512 (default: the best here)", "noyau : go, avx2, avx512 (par défaut : le meilleur ici)"))
	f.StringSliceVar(&o.only, "only", nil, a.t("these detectors alone (KIND,…)", "ces détecteurs seulement (TYPE,…)"))
	a.configFlag(f, &o.config)
	f.StringVar(&o.against, "against", "", a.t("file of an earlier --json run", "fichier d'un --json antérieur"))
	f.Float64Var(&o.minRatio, "min-ratio", 0.8, a.t("lowest ratio accepted with --against", "rapport minimal accepté avec --against"))
	f.IntVar(&o.size, "size", 16, a.t("size of the generated corpora, MiB", "taille des corpus engendrés, Mio"))
	return c
}

// benchLine is one line of `bench --json`.
type benchLine struct {
	File        string  `json:"file"`
	Kernel      string  `json:"kernel"`
	Detectors   int     `json:"detectors"`
	Bytes       int     `json:"bytes"`
	MBPerCPUs   float64 `json:"mb_per_cpu_s"`
	Best        float64 `json:"best"`
	Reps        int     `json:"reps"`
	Findings    int     `json:"findings"`
	AllocsPerMB float64 `json:"allocs_per_mb"`
	Yardstick   float64 `json:"yardstick_mb_per_cpu_s"`
}

func (a *app) bench(o benchOptions, files []string) error {
	if o.reps < 1 || o.size < 1 {
		return usageError("", "%s", a.t("--reps and --size take 1 and more", "--reps et --size prennent 1 et plus"))
	}
	var err error
	if o.house, err = a.house(o.config); err != nil {
		return err
	}
	ds, err := a.detectorsOf(o.selection)
	if err != nil {
		return err
	}
	e, err := detectors.NewEngine(ds, detectors.Options{Kernel: o.kernel, Own: o.house.Own})
	if err != nil {
		return usageError("", "%w", err)
	}
	var old map[string]benchLine
	if o.against != "" {
		if old, err = readBench(o.against); err != nil {
			return err
		}
	}
	var lines []benchLine
	each := func(name string, data []byte) error {
		if len(data) == 0 {
			return usageError("", a.t("%q is empty", "%q est vide"), name)
		}
		lines = append(lines, measure(e, name, data, o.reps))
		if o.json {
			return json.NewEncoder(a.out).Encode(lines[len(lines)-1])
		}
		return nil
	}
	if err := a.benchInputs(files, o.size, each); err != nil {
		return err
	}
	if !o.json {
		a.printBench(lines)
	}
	return a.compareBench(lines, old, o.minRatio)
}

// benchInputs calls each with the files, or with the generated corpora.
func (a *app) benchInputs(files []string, mib int, each func(string, []byte) error) error {
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return &exitError{code: exitUnreachable, err: fileError("read", f, err)}
		}
		if err := each(filepath.Base(f), data); err != nil {
			return err
		}
	}
	if len(files) > 0 {
		return nil
	}
	for _, name := range corpus.Names() {
		if err := each(name, corpus.Make(name, mib<<20)); err != nil {
			return err
		}
	}
	return nil
}

// measure scans data o.reps times, one thread, after one run that is not
// counted. The garbage collector stays off: the core has nothing for it.
func measure(e *detectors.Engine, name string, data []byte, reps int) benchLine {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	p := e.Pass()
	found := p.Scan(&detectors.Chunk{Data: data, To: len(data)}, nil)
	l := benchLine{File: name, Kernel: e.Kernel(), Detectors: len(e.Detectors()), Bytes: len(data), Reps: reps, Findings: len(found)}
	speeds, yards := make([]float64, reps), make([]float64, reps)
	var before, after runtime.MemStats
	var allocs uint64
	for i := range reps {
		runtime.ReadMemStats(&before)
		start := threadCPU()
		found = p.Scan(&detectors.Chunk{Data: data, To: len(data)}, found[:0])
		took := threadCPU() - start
		runtime.ReadMemStats(&after)
		allocs += after.Mallocs - before.Mallocs
		mb := float64(len(data)) / 1e6
		speeds[i] = mb / max(took.Seconds(), 1e-9)
		part := data[:min(len(data), 8<<20)]
		start = threadCPU()
		yardSink += yardstick(part)
		yards[i] = float64(len(part)) / 1e6 / max((threadCPU()-start).Seconds(), 1e-9)
	}
	slices.Sort(speeds)
	slices.Sort(yards)
	l.MBPerCPUs, l.Best, l.Yardstick = round1(speeds[reps/2]), round1(speeds[reps-1]), round1(yards[reps/2])
	l.AllocsPerMB = round1(float64(allocs) / float64(reps) / (float64(len(data)) / 1e6))
	return l
}

var yardSink int

// yardstick is a loop over a byte table: what a core of this machine does per
// byte when it does next to nothing.
func yardstick(data []byte) int {
	var class [256]uint8
	for c := '0'; c <= '9'; c++ {
		class[c] = 1
	}
	n := 0
	for _, c := range data {
		n += int(class[c])
	}
	return n
}

func round1(f float64) float64 { return float64(int64(f*10+0.5)) / 10 }

func (a *app) printBench(lines []benchLine) {
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, a.t("file\tkernel\tdetectors\tbytes\tMB/CPU s\tbest\tfindings\tallocs/MB\tyardstick\t", "fichier\tnoyau\tdétecteurs\toctets\tMo/s CPU\tmeilleur\toccurrences\tallocs/Mo\tétalon\t"))
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.1f\t%.1f\t%d\t%.1f\t%.1f\t\n", l.File, l.Kernel, l.Detectors, l.Bytes, l.MBPerCPUs, l.Best, l.Findings, l.AllocsPerMB, l.Yardstick)
	}
	w.Flush()
}

// readBench reads the lines of an earlier run, by file and kernel.
func readBench(path string) (map[string]benchLine, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &exitError{code: exitUnreachable, err: fileError("open", path, err)}
	}
	defer f.Close()
	m := map[string]benchLine{}
	dec := json.NewDecoder(bufio.NewReader(f))
	for {
		var l benchLine
		if err := dec.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			return nil, usageError("", "%q: line %d is not a line of bench --json", path, len(m)+1)
		}
		m[l.File+"\x00"+l.Kernel] = l
	}
	if len(m) == 0 {
		return nil, usageError("", "%q holds no measurement", path)
	}
	return m, nil
}

// compareBench prints the ratios to an earlier run and fails below min, or when
// the same bytes give other findings.
func (a *app) compareBench(lines []benchLine, old map[string]benchLine, min float64) error {
	if old == nil {
		return nil
	}
	var bad []string
	matched := 0
	for _, l := range lines {
		o, ok := old[l.File+"\x00"+l.Kernel]
		if !ok || o.MBPerCPUs == 0 {
			continue
		}
		matched++
		ratio := l.MBPerCPUs / o.MBPerCPUs
		if l.Yardstick > 0 && o.Yardstick > 0 {
			ratio *= o.Yardstick / l.Yardstick
		}
		fmt.Fprintf(a.err, "%s %s: %.2f\n", l.File, l.Kernel, ratio)
		if ratio < min {
			bad = append(bad, l.File)
		}
		if l.Bytes == o.Bytes && l.Detectors == o.Detectors && l.Findings < o.Findings {
			fmt.Fprintf(a.err, a.t("%s: %d findings, %d before\n", "%s : %d occurrences, %d auparavant\n"), l.File, l.Findings, o.Findings)
			bad = append(bad, l.File)
		}
	}
	if matched == 0 {
		return usageError("", "%s", a.t("no line of --against is about these files and this kernel", "aucune ligne de --against ne porte sur ces fichiers et ce noyau"))
	}
	if len(bad) > 0 {
		return &exitError{code: exitFound, err: errors.New(a.t("slower, or fewer findings: ", "plus lent, ou moins d'occurrences : ") + strings.Join(bad, ", "))}
	}
	return nil
}
