package scanner

import (
	"io"
	"sync/atomic"
)

// Ending is an input that tells when its other end is closed, whatever is still in it.
// Where a worker has none, its input is read ahead of the work to see that.
type Ending interface {
	io.Reader
	// AwaitEnd returns when the other end is closed, or false when that cannot be seen.
	AwaitEnd() bool
}

// input gives the tasks of a worker, one after another.
type input struct {
	r      byteReader
	gone   func()       // called when the input ends while a task is worked on
	busy   atomic.Bool  // a task is worked on
	over   atomic.Bool  // the other end is closed
	ahead  <-chan frame // nil when the one who works reads by itself
	memory [2][]byte    // a task is worked on while the next one is read; then its memory is free
	turn   int
}

// watch sees to it that the end of in is noticed at once. What it starts ends with in.
func (i *input) watch(in io.Reader) {
	if e, ok := in.(Ending); ok {
		go func() {
			if e.AwaitEnd() {
				i.ended()
			}
		}()
		return
	}
	frames := make(chan frame)
	i.ahead = frames
	go func() {
		defer close(frames)
		for f, ok := i.read(); ok; f, ok = i.read() {
			frames <- f
		}
		i.ended()
	}()
}

// ended takes note of the end. Either it sees that a task is worked on, or next that the
// other end is closed.
func (i *input) ended() {
	i.over.Store(true)
	if i.busy.Load() && i.gone != nil {
		i.gone()
	}
}

// next waits for a task; whoever calls it is done with the one before.
func (i *input) next() (f frame, more bool) {
	i.busy.Store(false)
	if i.ahead != nil {
		f, more = <-i.ahead
	} else {
		f, more = i.read()
	}
	i.busy.Store(more)
	if i.over.Load() { // nobody waits for what it would give
		i.busy.Store(false)
		return frame{}, false
	}
	return f, more
}

// read reads a frame; anything but a task ends the input.
func (i *input) read() (frame, bool) {
	kind, payload, err := readFrameInto(i.r, i.memory[i.turn][:0])
	i.memory[i.turn] = payload
	i.turn ^= 1
	return frame{kind, payload}, err == nil && (kind == frameTask || kind == frameList)
}
