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
	if r.Method == "" && r.Text == "" {
		return r.Spec
	}
	method, fraction, prose := r.Method, r.Fraction, 0
	if method == "" {
		method, fraction = sources.WholeText, 1
	}
	if r.Prose {
		prose = 1
	}
	return fmt.Sprintf("%s%s|%g|%d|%d|%d|%d|%s|%s", sampleMark, method, fraction, s.opt.SampleSeed, r.Clusters, t.Rows, prose, r.Text, r.Spec)
}

// drawn is what a unit of a sample has to tell.
type drawn struct {
	sources.Sampling
	spec     string // the dialect's text
	clusters int64  // of the whole
	text     string // columns of running text, as textColumns writes them
}

// sampling reads what rangeText wrote.
func sampling(text string) (d drawn) {
	rest, ok := strings.CutPrefix(text, sampleMark)
	f := strings.SplitN(rest, "|", 8)
	if d.spec = text; !ok || len(f) < 8 {
		return d
	}
	prose := 0
	d.Method = f[0]
	for i, to := range []any{&d.Fraction, &d.Seed, &d.clusters, &d.Total, &prose} {
		fmt.Sscan(f[1+i], to)
	}
	d.Text, d.text, d.spec = prose != 0, f[6], f[7]
	return d
}

// sampled completes the result of a sample: how many rows a cluster holds shows
// only when they were read.
func (r *reader) sampled(result *sources.Result) {
	s := &r.drawn
	if s.Method == "" {
		return
	}
	if result.Status == sources.Scanned {
		result.Status = sources.Sampled
	}
	if s.Method == "documents" || s.Method == sources.WholeText {
		s.Seed = 0 // the engine takes none, or none is needed
	}
	if drawn := max(s.Fraction*float64(s.clusters), 1); s.Method != sources.WholeText {
		s.Cluster = int64(float64(result.Records)/drawn) + 1
	}
	if s.Total < 0 && s.Fraction > 0 && s.Fraction < 1 {
		s.Total = int64(float64(result.Records) / s.Fraction)
	}
	result.Sampling = s.Sampling
}
