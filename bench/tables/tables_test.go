//go:build linux

// Package tables measures what a worker does with the rows of a table beside reading
// them: detection, counts, samples and links, of chunks as databases hand them over.
package tables

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"recense/bench/corpus"
	"recense/detectors"
	"recense/scanner"
	"recense/sources"
)

const (
	rows       = 250_000
	chunkSize  = 64 << 10 // what the reader of a database lends at a time, or
	chunkCells = 4096
)

func BenchmarkTable(b *testing.B) {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range corpus.Tables() {
		make := sync.OnceValue(func() *source { return newSource(&t) })
		b.Run(t.Name, func(b *testing.B) {
			s := make()
			var found []scanner.Found
			b.ReportAllocs()
			began := cpu(b)
			for b.Loop() {
				if found, err = scanner.ScanUnit(context.Background(), s, sources.Unit{ID: "t", Count: 1}, e, scanner.UnitOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			ns := float64(cpu(b)-began) / float64(b.N)
			b.ReportMetric(ns/rows, "cpu-ns/row")
			b.ReportMetric(ns/float64(s.values), "cpu-ns/value")
			matches := int64(0)
			for _, c := range found[0].Cells {
				matches += c.Matches
			}
			b.ReportMetric(float64(matches), "matches")
			found[0].ReadAt = found[0].Created
			text, err := json.Marshal(found)
			if err != nil {
				b.Fatal(err)
			}
			sum := sha256.Sum256(text)
			b.Log(hex.EncodeToString(sum[:8]))
		})
	}
}

// cpu is the processor time of this process, in nanoseconds.
func cpu(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	runtime.KeepAlive(b)
	return u.Utime.Nano() + u.Stime.Nano()
}

// source is a table in memory.
type source struct {
	table  sources.Table
	chunks []sources.Chunk
	values int
}

func newSource(t *corpus.Table) *source {
	s := &source{}
	names, list := t.Rows(rows)
	for _, n := range names {
		s.table.Columns = append(s.table.Columns, sources.Column{Name: n})
	}
	c, row := sources.Chunk{}, int64(0)
	flush := func() {
		c.Table, c.To, c.Locator = &s.table, len(c.Data), nowhere{}
		s.chunks = append(s.chunks, c)
		c = sources.Chunk{}
	}
	for values := range list {
		row++
		for i, v := range values {
			start := len(c.Data)
			c.Data = append(append(c.Data, v...), '\n')
			c.Fields.Add(start, start+len(v), i, row)
			s.values++
		}
		if len(c.Data) >= chunkSize || c.Fields.Len() >= chunkCells {
			flush()
		}
	}
	flush()
	return s
}

type nowhere struct{}

func (nowhere) Locate(int) sources.Location { return sources.Location{Byte: -1} }

func (s *source) Name() string { return "tables" }

func (s *source) Units(context.Context) iter.Seq2[sources.Unit, error] { return nil }

func (s *source) Read(_ context.Context, u sources.Unit, out sources.Sink) error {
	if err := out.Open(u.Meta); err != nil {
		return err
	}
	lend := out.(sources.Borrower).Lend
	for i := range s.chunks {
		if err := lend(&s.chunks[i], func() {}); err != nil {
			return err
		}
	}
	return out.Close(sources.Result{Status: sources.Scanned, Records: rows})
}
