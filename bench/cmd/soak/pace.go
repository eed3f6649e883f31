package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"recense/bench/corpus"
	"recense/bench/run"
)

// paceTolerance is how far a limited scan may be from its limit.
const paceTolerance = 0.10

// pace scans with limits on bytes and on files a second, and compares what it did.
func pace(o options, dir string) error {
	input := filepath.Join(dir, "pace")
	if !o.keep {
		defer os.RemoveAll(input)
	}
	const large, size, small = 640, 256 << 10, 12_000
	text := corpus.Make("prose", size)
	if err := os.MkdirAll(filepath.Join(input, "large"), 0o755); err != nil {
		return err
	}
	for i := range large {
		if err := os.WriteFile(filepath.Join(input, "large", fmt.Sprintf("%04d.txt", i)), text, 0o644); err != nil {
			return err
		}
	}
	if err := corpus.WriteTree(filepath.Join(input, "small"), small); err != nil {
		return err
	}
	for _, c := range []struct {
		what, folder, flag, limit string
		most                      float64
		did                       func(r run.Report) float64
	}{
		{"MB a second", "large", "--max-rate", "16MiB", 16 << 20, func(r run.Report) float64 { return float64(r.Coverage.Bytes) }},
		{"files a second", "small", "--max-files", "1000", 1000, func(r run.Report) float64 { return float64(r.Coverage.Discovered) }},
	} {
		s := run.Scan{Program: o.recense, Target: filepath.Join(input, c.folder), Dir: filepath.Join(dir, "scan"), Workers: o.workers, Args: []string{c.flag, c.limit, "--format", "csv"}}
		if _, err := s.Run(context.Background()); err != nil {
			return err
		}
		r, err := run.ReadReport(s.Out())
		if err != nil {
			return err
		}
		share := c.did(r) / r.Timings["scan"] / c.most
		fmt.Printf("     %-7s %s %s: %.1f s, %.0f%% of the limit in %s\n", "pace", c.flag, c.limit, r.Timings["scan"], 100*share, c.what)
		if share < 1-paceTolerance || share > 1+paceTolerance {
			return fmt.Errorf("%.0f%% of the limit in %s", 100*share, c.what)
		}
	}
	fmt.Printf("ok   %-7s\n", "pace")
	return nil
}
