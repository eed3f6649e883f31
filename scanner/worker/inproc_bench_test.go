package worker_test

import (
	"context"
	"testing"
)

// BenchmarkInProcess is the work of one worker: 20,000 units of 4 KiB.
func BenchmarkInProcess(b *testing.B) {
	f := &fake{Units_: 20_000, Text: 4096}
	b.ReportAllocs()
	for b.Loop() {
		j, _ := open(b)
		o := options(j, f, "")
		o.InProcess, o.Workers = true, 1
		if _, err := scan(context.Background(), f, o); err != nil {
			b.Fatal(err)
		}
		j.Close()
	}
	b.ReportMetric(float64(f.Units_)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
