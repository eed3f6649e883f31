package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
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

// Hostile holds f to what it owes to any input: truncated, empty, random and
// mutated forms of the samples end in a Result or an error, in time, in bounded
// memory, without a panic and without breaking the contract of chunks.
func Hostile(t *testing.T, f sources.Format, samples map[string][]byte) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, data := range samples {
		t.Run(name, func(t *testing.T) {
			if !f.Sniff(data[:min(len(data), 64<<10)], name, int64(len(data))) {
				t.Errorf("%s does not know its sample", f.Name)
			}
			if _, err := Read(t, f, name, data); err != nil {
				t.Errorf("sample: %v", err)
			}
			survive(t, f, name, nil)
			for n := 1; n < len(data); n *= 2 {
				survive(t, f, name, data[:n])
				survive(t, f, name, data[:len(data)-n])
			}
			for range 50 {
				survive(t, f, name, mutate(random, data))
			}
			stops(t, f, name, data)
		})
	}
	t.Run("random bytes", func(t *testing.T) {
		for n := 1; n <= 1<<18; n *= 4 {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			survive(t, f, "random", b)
		}
	})
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

// survive reads data and looks at the clock and the memory only.
func survive(t *testing.T, f sources.Format, name string, data []byte) {
	t.Helper()
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
		f.Sniff(data[:min(len(data), 64<<10)], name, int64(len(data)))
		res, err := f.Read(context.Background(), Input(f, name, data), r)
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
			t.Errorf("%d bytes: %s", len(data), fault)
		}
	case <-time.After(Timeout):
		t.Fatalf("%d bytes: no end after %v", len(data), Timeout)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 128<<20+64*uint64(len(data)) {
		t.Errorf("%d bytes: %d MiB were allocated", len(data), grown>>20)
	}
}

// stops checks that an error of the output ends the reading and comes back.
func stops(t *testing.T, f sources.Format, name string, data []byte) {
	t.Helper()
	fail := errors.New("output")
	r := ForFormat(sources.Limits{})
	r.Fail = fail
	_, err := f.Read(context.Background(), Input(f, name, data), r)
	if r.chunks > 0 && !errors.Is(err, fail) {
		t.Errorf("an error of the output came back as %v", err)
	}
}
