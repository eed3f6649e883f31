//go:build unix

package worker_test

import (
	"context"
	"iter"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"recense/scanner"
)

// BenchmarkScan measures a whole scan of 100,000 units of 4 KiB of prose, with
// two workers and the journal, without reading any file.
func BenchmarkScan(b *testing.B) {
	f := &fake{Units_: 100_000, Text: 4096}
	for b.Loop() {
		j, path := open(b)
		if _, err := scan(context.Background(), f, options(j, f, filepath.Dir(path))); err != nil {
			b.Fatal(err)
		}
		j.Close()
	}
	b.ReportMetric(float64(f.Units_)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
	b.ReportMetric(float64(childTime().Milliseconds())/float64(b.N), "worker-cpu-ms/op")
}

// BenchmarkWalk measures reading such a run back.
func BenchmarkWalk(b *testing.B) {
	f := &fake{Units_: 100_000}
	j, _ := open(b)
	o := options(j, f, "")
	o.InProcess = true
	if _, err := scan(context.Background(), f, o); err != nil {
		b.Fatal(err)
	}
	res, err := j.Results("r")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		n := 0
		err := res.Walk(context.Background(), func(_ *scanner.Location, findings iter.Seq2[scanner.Finding, error]) error {
			for range findings {
				n++
			}
			return nil
		})
		if err != nil || n == 0 {
			b.Fatal(n, err)
		}
	}
}

// TestMemory scans 200,000 units and watches the memory of this process.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 units")
	}
	// What is kept counts, not how long the collector may wait.
	defer debug.SetGCPercent(debug.SetGCPercent(40))
	f := &fake{Units_: 200_000}
	j, path := open(t)
	o := options(j, f, filepath.Dir(path))
	var peak atomic.Uint64
	o.Progress = func(scanner.Progress) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak.Store(max(peak.Load(), m.HeapInuse))
	}
	began := time.Now()
	run, err := scan(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d units in %v, heap %d MiB", run.Coverage.ByStatus["scanned"], time.Since(began).Round(time.Millisecond), peak.Load()>>20)
	if peak.Load() > 128<<20 {
		t.Errorf("heap %d MiB", peak.Load()>>20)
	}
	res, err := j.Results("r")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var m runtime.MemStats
	err = res.Walk(context.Background(), func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error {
		if n++; n%50_000 == 0 {
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
		}
		return nil
	})
	if err != nil || n != f.Units_ || peak.Load() > 128<<20 {
		t.Errorf("%d locations, heap %d MiB, %v", n, peak.Load()>>20, err)
	}
}
