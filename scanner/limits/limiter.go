package limits

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"
)

// Options of a limiter. The zero value holds nothing back.
type Options struct {
	Timetable Timetable
	Zone      *time.Location // of the timetable; nil: local
	Files     int            // a second; 0: no limit
	// Pressure is the percentage of time in which something waits for a disk (Linux:
	// "some avg10" of /proc/pressure/io), from which on units are begun slowly; 0: never
	// looked at.
	Pressure int

	// Now, Sleep and Stalled are the clock and the machine; nil: the real ones.
	Now     func() time.Time
	Sleep   func(ctx context.Context, d time.Duration) error
	Stalled func() float64
	// Held is told that a scan waits, and why: "paused", "rate", "pressure". It is called
	// once for each wait of a second or more.
	Held func(why string, d time.Duration)
}

// Limiter makes a scan keep to its limits. It is for one goroutine.
type Limiter struct {
	opt          Options
	bytes, files float64 // owed
	last         time.Time
}

// New returns a limiter.
func New(o Options) *Limiter {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Stalled == nil {
		o.Stalled = stalled
	}
	return &Limiter{opt: o, last: o.Now()}
}

// backOff is how long a batch waits while disks are short, at most.
const (
	backOff  = 5 * time.Second
	longWait = 15 * time.Minute // then the clock is looked at again: it may have been set
)

// Wait returns when a batch of so many files and bytes may be begun, or with the error
// of ctx. What a batch costs is paid by the one after it, so that a file larger than
// the rate can be read at all.
func (l *Limiter) Wait(ctx context.Context, files int, bytes int64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d, why := l.due()
		if d <= 0 {
			break
		}
		if err := l.hold(ctx, d, why); err != nil {
			return err
		}
	}
	if l.opt.Pressure > 0 && l.opt.Stalled() >= float64(l.opt.Pressure) {
		if err := l.hold(ctx, backOff, "pressure"); err != nil {
			return err
		}
	}
	l.bytes += float64(bytes)
	l.files += float64(files)
	return nil
}

func (l *Limiter) hold(ctx context.Context, d time.Duration, why string) error {
	if l.opt.Held != nil && d >= time.Second {
		l.opt.Held(why, d)
	}
	return l.opt.Sleep(ctx, d)
}

// due works out how long to wait, no longer than the rate holds.
func (l *Limiter) due() (d time.Duration, why string) {
	now := l.opt.Now().In(l.opt.Zone)
	rate := l.opt.Timetable.At(now)
	passed := max(0, now.Sub(l.last).Seconds())
	l.last = now
	l.files = max(0, l.files-passed*float64(l.opt.Files))
	if l.opt.Files == 0 {
		l.files = 0
	}
	next, changes := l.opt.Timetable.Next(now)
	switch {
	case rate == Paused:
		d, why = longWait, "paused"
	case rate == 0:
		l.bytes = 0
	default:
		l.bytes = max(0, l.bytes-passed*float64(rate))
		d, why = seconds(l.bytes/float64(rate)), "rate"
	}
	if l.opt.Files > 0 {
		if wait := seconds(l.files / float64(l.opt.Files)); wait > d {
			d, why = wait, "rate"
		}
	}
	if changes {
		d = min(d, next.Sub(now))
	}
	return min(d, longWait), why
}

// seconds rounds up to a millisecond, so that waiting ends.
func seconds(s float64) time.Duration {
	if s <= 0 {
		return 0
	}
	return time.Duration(min(s, 1e6)*1e3+1) * time.Millisecond
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stalled reads how much of the last ten seconds something waited for a disk, in
// percent; 0 where the kernel does not tell.
func stalled() float64 {
	b, err := os.ReadFile("/proc/pressure/io")
	if err != nil {
		return 0
	}
	return pressureOf(string(b))
}

func pressureOf(text string) float64 {
	_, rest, _ := strings.Cut(text, "some avg10=")
	number, _, _ := strings.Cut(rest, " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0
	}
	return v
}
