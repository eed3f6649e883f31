package files

import (
	"context"

	"recense/sources"
)

// Inner reads documents that lie in something that is no file of a share, such as
// the values of a database, with the formats and under the limits of files. It is
// used by one goroutine at a time and keeps its memory.
type Inner struct{ v visit }

// NewInner returns an Inner under limits; a nil recogniser leaves pictures unread.
func NewInner(limits sources.Limits, recogniser sources.Recogniser) *Inner {
	s := &Source{opt: Options{Recogniser: recogniser}, formats: Formats(), limits: limits.Defaults()}
	return &Inner{visit{src: s}}
}

// Member reads m, a document inside the location that u opened in sink, as a
// location of its own with the owner and the access of u. It returns only errors of
// sink and ctx; what is wrong with the document is told to sink.
func (in *Inner) Member(ctx context.Context, sink sources.Sink, u *sources.Unit, m sources.Member) error {
	v := &in.v
	v.ctx, v.sink, v.own, v.unit = ctx, sink, *u, &v.own
	v.own.Index, v.own.Range = 0, "" // the document is whole
	v.budget = budget{limits: &v.src.limits, outer: max(m.Size, 0), members: v.budget.members, out: v.budget.out}
	v.budget.reset()
	v.meter = meter{of: v.src.opt.Recogniser, left: recognitionTime(v.budget.limits, m.Size)}
	err := v.level(0, "").Member(m)
	v.ctx, v.sink, v.own, v.unit = nil, nil, sources.Unit{}, nil
	return err
}
