//go:build linux

// Package detection measures the detection core alone: one goroutine, corpora
// held in memory, all detectors of the list.
package detection

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"recense/bench/corpus"
	"recense/detectors"
)

const size = 8 << 20

// chunkSize is what readers of text hand over at a time.
const chunkSize = 256 << 10

func BenchmarkScan(b *testing.B) {
	for _, kernel := range detectors.Kernels() {
		e, err := detectors.NewEngine(detectors.All(), detectors.Options{Kernel: kernel})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range corpus.Names() {
			text := corpus.Make(name, size)
			b.Run(kernel+"/"+name, func(b *testing.B) { scan(b, e, text) })
		}
	}
}

func scan(b *testing.B, e *detectors.Engine, text []byte) {
	p, matches, found, refused := e.Pass(), []detectors.Match(nil), 0, 0
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	defer cpuRate(b, len(text))()
	for b.Loop() {
		found, refused = 0, 0
		for from := 0; from < len(text); from += chunkSize {
			to := min(len(text), from+chunkSize)
			low, high := max(0, from-e.Margin()), min(len(text), to+e.Margin())
			matches = p.Scan(&detectors.Chunk{Data: text[low:high], From: from - low, To: to - low}, matches[:0])
			found += len(matches)
			refused += len(p.Refused())
		}
	}
	b.ReportMetric(float64(found), "matches")
	b.ReportMetric(float64(refused), "refused")
}

// cpuRate reports megabytes per second of the processor time of this thread:
// neighbours on the machine do not count.
func cpuRate(b *testing.B, size int) func() {
	runtime.LockOSThread()
	const thisThread = 1 // RUSAGE_THREAD of Linux
	cpu := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(thisThread, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := cpu()
	return func() {
		spent := cpu() - start
		runtime.UnlockOSThread()
		b.ReportMetric(float64(size)*float64(b.N)/1e6/spent.Seconds(), "MB/cpu-s")
	}
}

// BenchmarkCells scans the table as cells and digests every kept match.
func BenchmarkCells(b *testing.B) {
	text := corpus.Make("csv", size)
	for _, kernel := range detectors.Kernels() {
		e, err := detectors.NewEngine(detectors.All(), detectors.Options{Kernel: kernel})
		if err != nil {
			b.Fatal(err)
		}
		chunks := cells(e, text)
		b.Run(kernel, func(b *testing.B) {
			p, matches, sum := e.Pass(), []detectors.Match(nil), uint64(0)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			defer cpuRate(b, len(text))()
			for b.Loop() {
				for _, c := range chunks {
					matches = p.Scan(c, matches[:0])
					for _, m := range matches {
						d, _ := p.Digest(m.Detector, c.Data[m.Start:m.End])
						sum ^= d
					}
				}
			}
		})
	}
}

// cells splits delimited text into chunks of whole rows.
func cells(e *detectors.Engine, text []byte) []*detectors.Chunk {
	var names []detectors.Column
	start := 0
	for i, b := range text {
		if b == ';' || b == '\n' {
			names = append(names, e.Column(string(text[start:i]), ""))
			start = i + 1
		}
		if b == '\n' {
			break
		}
	}
	var chunks []*detectors.Chunk
	c := &detectors.Chunk{Names: names}
	begin, cell, column := start, start, int32(0)
	for i := start; i < len(text); i++ {
		if text[i] != ';' && text[i] != '\n' {
			continue
		}
		c.Starts, c.Ends, c.Columns = append(c.Starts, int32(cell-begin)), append(c.Ends, int32(i-begin)), append(c.Columns, column)
		cell = i + 1
		column++
		if text[i] == '\n' {
			column = 0
			if i-begin > chunkSize || i == len(text)-1 {
				c.Data = text[begin : i+1]
				c.To = len(c.Data)
				chunks = append(chunks, c)
				c = &detectors.Chunk{Names: names}
				begin = i + 1
			}
		}
	}
	return chunks
}

// BenchmarkCores scans with one and with two passes at a time: nothing that is
// written is shared, so two cores should do nearly twice as much.
func BenchmarkCores(b *testing.B) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range corpus.Names() {
		text := corpus.Make(name, size)
		for _, cores := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/cores=%d", name, cores), func(b *testing.B) {
				b.SetBytes(int64(cores * len(text)))
				for b.Loop() {
					var all sync.WaitGroup
					for range cores {
						all.Go(func() { scanOnce(e, text) })
					}
					all.Wait()
				}
			})
		}
	}
}

func scanOnce(e *detectors.Engine, text []byte) {
	p, matches := e.Pass(), []detectors.Match(nil)
	for from := 0; from < len(text); from += chunkSize {
		matches = p.Scan(&detectors.Chunk{Data: text, From: from, To: min(len(text), from+chunkSize)}, matches[:0])
	}
}

// BenchmarkTerms compares looking for vocabularies near persons with looking
// everywhere (Options.All, which also keeps every weak candidate).
func BenchmarkTerms(b *testing.B) {
	for name, opt := range map[string]detectors.Options{"near": {}, "everywhere": {All: true}} {
		e, err := detectors.NewEngine(detectors.All(), opt)
		if err != nil {
			b.Fatal(err)
		}
		for _, corpusName := range []string{"prose", "logs", "source"} {
			text := corpus.Make(corpusName, size)
			b.Run(name+"/"+corpusName, func(b *testing.B) { scan(b, e, text) })
		}
	}
}
