package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"recense/sources"
)

// Timeout is how long one reading of a hostile input may take.
const Timeout = 20 * time.Second

// Input returns data as the walker would give it, with random access when the
// format asks for it.
func Input(f sources.Format, name string, data []byte) sources.Input {
	data = bytes.Clone(data)
	head := bytes.Clone(data[:min(len(data), 64<<10)])
	in := sources.Input{Name: name, Size: int64(len(data)), Head: head, Whole: len(head) == len(data), Reader: bytes.NewReader(data)}
	if f.Random || f.Ranges {
		in.At = bytes.NewReader(data)
	}
	return in
}

// Read reads data with f and returns what it gave. It fails the test on a panic,
// on a breach of the contract, and on an error that is no FormatError.
func Read(t *testing.T, f sources.Format, name string, data []byte) (*Location, error) {
	t.Helper()
	r := ForFormat(sources.Limits{})
	res, err := f.Read(context.Background(), Input(f, name, data), r)
	if e := r.Close(res); e != nil {
		t.Error(e)
	}
	if e := r.Done(); e != nil {
		t.Error(e)
	}
	return r.Locations[0], err
}

// exhaustive is the size in bytes up to which a sample is cut at every offset and
// has bits turned over in every byte.
const exhaustive = 1 << 10

// Hostile holds f to what it owes to any input: truncated, empty, random and
// mutated forms of the samples, and inputs of another size than declared, end in
// a Result or an error, in time, in bounded memory, without a panic and without
// breaking the contract of chunks. An error of the output or of the context ends
// the reading and comes back; no goroutine is left.
func Hostile(t *testing.T, f sources.Format, samples map[string][]byte) {
	random := rand.New(rand.NewPCG(1, 2))
	before := runtime.NumGoroutine()
	for name, data := range samples {
		t.Run(name, func(t *testing.T) {
			if !f.Sniff(bytes.Clone(data[:min(len(data), 64<<10)]), name, int64(len(data))) {
				t.Errorf("%s does not know its sample", f.Name)
			}
			if _, err := Read(t, f, name, data); err != nil {
				t.Errorf("sample: %v", err)
			}
			survive(t, f, Input(f, name, nil))
			for _, n := range cuts(len(data)) {
				survive(t, f, Input(f, name, data[:n]))
			}
			for range tries(len(data)) {
				survive(t, f, Input(f, name, mutate(random, data)))
			}
			flip(t, f, random, name, data)
			lie(t, f, name, data)
			stops(t, f, name, data)
		})
	}
	t.Run("random bytes", func(t *testing.T) {
		for n := 1; n <= 1<<18; n *= 4 {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			survive(t, f, Input(f, "random", b))
		}
	})
	t.Run("no goroutine is left", func(t *testing.T) { settled(t, before+1) }) // one runs this
}

// cuts returns the lengths to which a sample of n bytes is cut.
func cuts(n int) []int {
	var all []int
	for k := 1; k < n; k++ {
		if n <= exhaustive || k&(k-1) == 0 || (n-k)&(n-k-1) == 0 {
			all = append(all, k)
		}
	}
	return all
}

// tries returns how many random changes of a sample of n bytes are read.
func tries(n int) int {
	if n > 128<<10 {
		return 8
	}
	return 50
}

// flip turns one bit over in each byte of a small sample, in some of any other.
func flip(t *testing.T, f sources.Format, r *rand.Rand, name string, data []byte) {
	t.Helper()
	for k := range data {
		if len(data) > exhaustive && r.IntN(len(data)) >= tries(len(data)) {
			continue
		}
		b := bytes.Clone(data)
		b[k] ^= 1 << r.IntN(8)
		survive(t, f, Input(f, name, b))
	}
}

// lie declares sizes that are not true: a file may grow or be cut while it is
// read, an archive may say anything of its members.
func lie(t *testing.T, f sources.Format, name string, data []byte) {
	t.Helper()
	for _, size := range []int64{-1, 0, int64(len(data)) / 2, int64(len(data)) + 1, 1 << 40} {
		in := Input(f, name, data)
		in.Size = size
		survive(t, f, in)
	}
}

// mutate changes a few bytes of data, cuts some out, doubles others.
func mutate(r *rand.Rand, data []byte) []byte {
	b := bytes.Clone(data)
	for range 1 + r.IntN(8) {
		if len(b) == 0 {
			return b
		}
		i := r.IntN(len(b))
		n := min(1+r.IntN(16), len(b)-i)
		switch r.IntN(4) {
		case 0:
			b[i] = byte(r.Uint32())
		case 1:
			b[i] ^= 1 << r.IntN(8)
		case 2:
			b = append(b[:i], b[i+n:]...)
		case 3:
			b = append(b[:i+n:i+n], b[i:]...)
		}
	}
	return b
}

// survive reads in and looks at the clock and the memory only.
func survive(t *testing.T, f sources.Format, in sources.Input) {
	t.Helper()
	size := len(in.Head)
	if r, ok := in.Reader.(*bytes.Reader); ok {
		size = r.Len()
	}
	done := make(chan string, 1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Sprintf("panic: %v", p)
			}
		}()
		r := ForFormat(sources.Limits{})
		f.Sniff(bytes.Clone(in.Head), in.Name, in.Size)
		res, err := f.Read(context.Background(), in, r)
		r.Close(res)
		var fe *sources.FormatError
		switch e := r.Done(); {
		case e != nil:
			done <- e.Error()
		case err != nil && !errors.As(err, &fe) && !errors.Is(err, io.ErrUnexpectedEOF):
			done <- fmt.Sprintf("error is no FormatError: %T", err)
		default:
			done <- ""
		}
	}()
	select {
	case fault := <-done:
		if fault != "" {
			t.Errorf("%d bytes, %d declared: %s", size, in.Size, fault)
		}
	case <-time.After(Timeout):
		t.Fatalf("%d bytes: no end after %v", size, Timeout)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 128<<20+64*uint64(size) {
		t.Errorf("%d bytes: %d MiB were allocated", size, grown>>20)
	}
}

// stops checks that an error of the output ends the reading and comes back, at
// the first chunk and at the second, and that a cancelled context does where
// there is much to read.
func stops(t *testing.T, f sources.Format, name string, data []byte) {
	t.Helper()
	for after := range 2 {
		fail := errors.New("output")
		r := ForFormat(sources.Limits{})
		r.Fail, r.After = fail, after
		_, err := f.Read(context.Background(), Input(f, name, data), r)
		if r.chunks > after && !errors.Is(err, fail) {
			t.Errorf("an error of the output came back as %v", err)
		}
		if r.chunks > after+1 {
			t.Errorf("%d chunks after an error of the output", r.chunks-after-1)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := ForFormat(sources.Limits{})
	_, err := f.Read(ctx, Input(f, name, data), r)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context came back as %v", err)
	}
	if err == nil && r.chunks > 2 {
		t.Errorf("%d chunks under a cancelled context", r.chunks)
	}
}

// settled waits until no more than n goroutines run.
func settled(t *testing.T, n int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, not %d", runtime.NumGoroutine(), n)
}

// Ranges checks that the ranges of a file give what one reading of the whole
// gives, for each length of ranges: the same cells and text, in the same order
// and places, and the same number of bytes, records and lines.
func Ranges(t *testing.T, f sources.Format, name string, data []byte, steps ...int64) {
	t.Helper()
	whole := joined(t, f, name, data, int64(len(data)))
	for _, step := range steps {
		parts := joined(t, f, name, data, step)
		switch {
		case !bytes.Equal(whole.Text, parts.Text):
			t.Errorf("ranges of %d: %d bytes of text, not the %d of the whole", step, len(parts.Text), len(whole.Text))
		case !slices.Equal(whole.Places, parts.Places):
			t.Errorf("ranges of %d: text in other places", step)
		case whole.Result != parts.Result:
			t.Errorf("ranges of %d: %+v, not %+v", step, parts.Result, whole.Result)
		case len(whole.Cells) != len(parts.Cells):
			t.Errorf("ranges of %d: %d cells, not %d", step, len(parts.Cells), len(whole.Cells))
		}
		for i := range min(len(whole.Cells), len(parts.Cells)) {
			if whole.Cells[i] != parts.Cells[i] {
				t.Errorf("ranges of %d: cell %d is %+v, not %+v", step, i, parts.Cells[i], whole.Cells[i])
				break
			}
		}
	}
}

// joined reads data in ranges of step bytes and makes rows and lines absolute, as
// the scanner does. Only text of which the whole gives places of lines has them.
func joined(t *testing.T, f sources.Format, name string, data []byte, step int64) *Location {
	t.Helper()
	all := &Location{}
	for from := int64(0); from < int64(len(data)); from += step {
		in := Input(f, name, data)
		in.Whole, in.Range = false, fmt.Sprintf("%d-%d", from, min(from+step, int64(len(data))))
		r := ForFormat(sources.Limits{})
		r.Each = true
		res, err := f.Read(context.Background(), in, r)
		if err != nil {
			t.Fatalf("range %s: %v", in.Range, err)
		}
		r.Close(res)
		if err := r.Done(); err != nil {
			t.Fatalf("range %s: %v", in.Range, err)
		}
		all.join(r.Last())
	}
	return all
}

// join adds what the next range gave.
func (l *Location) join(next *Location) {
	for _, c := range next.Cells {
		c.Index = 0 // columns that appear as they are met have other numbers in each range
		c.Row += l.Result.Records
		if c.At.Row > 0 {
			c.At.Row += l.Result.Records
		}
		if c.At.Line > 0 {
			c.At.Line += l.Result.Lines
		}
		l.Cells = append(l.Cells, c)
	}
	for _, p := range next.Places {
		if p.Line > 0 {
			p.Line += l.Result.Lines
		}
		l.Places = append(l.Places, p)
	}
	l.Text = append(l.Text, next.Text...)
	l.Result.Bytes += next.Result.Bytes
	l.Result.Lines += next.Result.Lines
	l.Result.Records += next.Result.Records
	if next.Result.Records < 0 {
		l.Result.Records = -1
	}
}
