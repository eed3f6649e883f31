package databases

import (
	"fmt"
	"strings"

	"recense/sources"
	"recense/sources/databases/dialect"
)

// sampleMark begins the Range of a unit that is a sample; what the reader has to
// tell about it stands in front of the dialect's own text.
const sampleMark = "sample|"

// rangeText is the Range of a unit.
func (s *Source) rangeText(t *dialect.Table, r *dialect.Range) string {
	if r.Method == "" {
		return r.Spec
	}
	return fmt.Sprintf("%s%s|%g|%d|%d|%d|%s", sampleMark, r.Method, r.Fraction, s.opt.SampleSeed, r.Clusters, t.Rows, r.Spec)
}

// sampling reads what rangeText wrote: the dialect's text, what is known of the
// sample, and how many clusters the whole has.
func sampling(text string) (spec string, s sources.Sampling, clusters int64) {
	rest, ok := strings.CutPrefix(text, sampleMark)
	if !ok {
		return text, s, 0
	}
	f := strings.SplitN(rest, "|", 6)
	if len(f) < 6 {
		return text, s, 0
	}
	s.Method = f[0]
	fmt.Sscan(f[1], &s.Fraction)
	fmt.Sscan(f[2], &s.Seed)
	fmt.Sscan(f[3], &clusters)
	fmt.Sscan(f[4], &s.Total)
	return f[5], s, clusters
}

// sampled completes the result of a sample: how many rows a cluster holds shows
// only when they were read.
func (r *reader) sampled(result *sources.Result) {
	if r.sampling.Method == "" {
		return
	}
	if result.Status == sources.Scanned {
		result.Status = sources.Sampled
	}
	if r.sampling.Method == "documents" {
		r.sampling.Seed = 0 // the engine takes none
	}
	drawn := max(r.sampling.Fraction*float64(r.clusters), 1)
	r.sampling.Cluster = int64(float64(result.Records)/drawn) + 1
	if r.sampling.Total < 0 && r.sampling.Fraction > 0 {
		r.sampling.Total = int64(float64(result.Records) / r.sampling.Fraction)
	}
	result.Sampling = r.sampling
}
