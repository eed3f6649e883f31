package scanner

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"recense/sources"
)

// seqStep is the distance between the numbers of units that are listed one after
// the other. A unit that appears between two others before a scan is resumed
// gets a number in between, so that the order stays that of the listing.
const seqStep = 1 << 20

// resumed knows the units that earlier parts of a run have committed: 48 bytes
// each, whatever their names.
type resumed struct {
	units []doneUnit // sorted by id and index
	seqs  []int64    // sorted
	last  int64      // number given last
}

type doneUnit struct {
	id      ID
	index   int32
	version uint64
	seq     int64
}

func compareUnits(a, b doneUnit) int {
	return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.index, b.index), cmp.Compare(a.seq, b.seq))
}

func loadResumed(ctx context.Context, st Stored) (*resumed, error) {
	r := &resumed{}
	gone, err := superseded(st)
	if err != nil {
		return nil, err
	}
	var d decoder
	err = st.Heads(ctx, func(_ int64, head []byte) error {
		units, err := readHead(&d, head)
		for _, u := range units {
			r.seqs = append(r.seqs, u.Seq)
			if !gone[u.Seq] {
				r.units = append(r.units, doneUnit{u.ID, u.Index, u.Version, u.Seq})
			}
		}
		return err
	})
	slices.SortFunc(r.units, compareUnits)
	slices.Sort(r.seqs)
	return r, err
}

// number gives the next listed unit its number. done says that it is committed
// already; old is the number of its earlier version, which it replaces, or -1.
func (r *resumed) number(u *sources.Unit) (seq, old int64, done bool) {
	old = -1
	if d := r.find(u); d != nil {
		if d.version == versionOf(u) {
			r.last = max(r.last, d.seq)
			return d.seq, -1, true
		}
		old = d.seq
		r.last = max(r.last, d.seq)
	}
	seq = (r.last/seqStep + 1) * seqStep
	if old >= 0 || r.used(seq) {
		for seq = r.last + 1; r.used(seq); seq++ {
		}
	}
	r.last = seq
	return seq, old, false
}

func (r *resumed) find(u *sources.Unit) *doneUnit {
	if len(r.units) == 0 {
		return nil
	}
	id, ok := parseID(u.ID)
	if !ok {
		return nil
	}
	i, found := slices.BinarySearchFunc(r.units, doneUnit{id: id, index: u.Index}, func(a, b doneUnit) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.index, b.index))
	})
	if !found {
		return nil
	}
	return &r.units[i]
}

func (r *resumed) used(seq int64) bool {
	_, ok := slices.BinarySearch(r.seqs, seq)
	return ok
}
