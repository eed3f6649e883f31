package files

import (
	"context"
	"time"

	"recense/sources"
)

// meter is the Recogniser that formats see: it ends recognition before the deadline
// of the unit does, so that what was read of a file of many pages is kept.
type meter struct {
	of   sources.Recogniser
	left time.Duration
}

// recognitionTime is three quarters of the time that a unit has.
func recognitionTime(l *sources.Limits, size int64) time.Duration {
	return (l.PerUnit + time.Duration(float64(l.PerMiB)*float64(size)/(1<<20))) / 4 * 3
}

// Recognise implements sources.Recogniser.
func (m *meter) Recognise(ctx context.Context, picture []byte, page int) ([]byte, sources.Reason) {
	switch {
	case m.left <= 0:
		return nil, sources.TimedOut
	case len(picture) > sources.MaxPicture:
		return nil, sources.SizeLimit
	}
	began := time.Now()
	text, reason := m.of.Recognise(ctx, picture, page)
	m.left -= time.Since(began)
	return text, reason
}

// Recogniser tells formats whether pictures are to be recognised.
func (l *level) Recogniser() sources.Recogniser {
	if l.v.meter.of == nil {
		return nil
	}
	return &l.v.meter
}
