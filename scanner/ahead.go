package scanner

import (
	"context"
	"iter"
	"sync"
)

// A walk reads ahead: one goroutine takes locations from the journal and joins
// their ranges while the caller makes documents of the ones before. They are
// handed over in groups, whose size in elements and cells bounds what waits.
const (
	aheadLocations = 64
	aheadPieces    = 4096 // elements, cells and ranges of one group, about
	aheadGroups    = 2
)

// walk calls fn for each location of a run in the order of the listing, ranges
// joined. Memory is bounded by a few groups of locations and one part of
// findings. places and findings are two readers of the same run.
func walk(ctx context.Context, places, findings Stored, fn func(*Location, iter.Seq2[Finding, error]) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	groups := make(chan []*joined, aheadGroups)
	var group sync.WaitGroup
	var readErr error
	group.Go(func() {
		defer close(groups)
		readErr = readAhead(ctx, places, groups)
	})
	f := findingReader{stored: findings}
	var err error
	for list := range groups {
		for _, j := range list {
			if err == nil {
				err = fn(&j.Location, f.of(j))
			}
		}
		if err != nil {
			stop() // what is under way is still taken
		}
	}
	group.Wait()
	if err != nil {
		return err
	}
	return readErr
}

// readAhead sends the locations of a run until ctx ends.
func readAhead(ctx context.Context, places Stored, groups chan<- []*joined) error {
	var list []*joined
	pieces := 0
	send := func() error {
		select {
		case groups <- list:
			list, pieces = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := walkPlaces(ctx, places, func(j *joined) error {
		j.finish()
		list = append(list, j)
		pieces += len(j.Elements) + len(j.Cells) + len(j.pieces)
		if len(list) < aheadLocations && pieces < aheadPieces {
			return nil
		}
		return send()
	})
	if err == nil && len(list) > 0 {
		err = send()
	}
	return err
}

// findingReader reads the findings of locations. It holds one part.
type findingReader struct {
	stored Stored
	part   partKey
	data   []byte
}

// of iterates over the findings of a location, their places made absolute.
func (r *findingReader) of(j *joined) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		var list []Finding
		for i := range j.pieces {
			p := &j.pieces[i]
			for _, sec := range p.sections {
				data, err := r.read(partKey{p.stage, sec.Part})
				if err == nil {
					list, err = readFindings(list[:0], data, sec, p.own)
				}
				if err != nil {
					yield(Finding{}, err)
					return
				}
				for _, f := range list {
					p.place(&f.At)
					if p.remap != nil && f.Element >= 0 && int(f.Element) < len(p.remap) {
						f.Element = p.remap[f.Element]
					}
					if !yield(f, nil) {
						return
					}
				}
			}
		}
	}
}

func (r *findingReader) read(key partKey) ([]byte, error) {
	if r.part == key && r.data != nil {
		return r.data, nil
	}
	data, err := r.stored.Part(key.stage, Findings, key.n)
	if err != nil {
		return nil, err
	}
	r.part, r.data = key, data
	return data, nil
}
