// Package scanner drives a scan: it takes units from sources, has them read and
// detected in worker processes, keeps what they found in a journal, and gives
// it back in order. It owns concurrency, memory, limits and resuming, and knows
// sources and detectors by their top packages only.
//
// The path of data: Source.Units → pool (ants) → worker process → ScanUnit
// (Source.Read → Chunk → Pass.Scan → Match → Finding and Tally) → journal →
// Results. Raw bytes exist only inside ScanUnit.
package scanner
