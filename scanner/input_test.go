package scanner

import (
	"bufio"
	"bytes"
	"io"
	"testing"

	"recense/sources"
)

// writtenTo keeps what is written.
type writtenTo struct{ bytes.Buffer }

func (*writtenTo) Close() error { return nil }

// TestGivenAhead: what the pipe may not hold is not written while nobody watches the worker.
func TestGivenAhead(t *testing.T) {
	made := func(bytes int) *task { return &task{units: make([]byte, bytes), n: 1} }
	tests := []struct {
		name      string
		room      int
		now, next *task
		sent      *task
		asked     bool
		want      bool
	}{
		{"both fit", 1 << 20, made(400 << 10), made(500 << 10), nil, true, true},
		{"the two are too much", 1 << 20, made(600 << 10), made(500 << 10), nil, true, false},
		{"the pages would not do", 1 << 20, made(512 << 10), made(512<<10 - 4096), nil, true, false},
		{"nobody knows what the pipe holds", 0, made(10), made(10), nil, false, false},
		{"it has one already", 1 << 20, made(10), made(10), made(10), false, false},
		{"there is none", 1 << 20, made(10), nil, nil, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := &writtenTo{}
			p := &process{in: in, room: test.room, sent: test.sent}
			asked := false
			p.giveAhead(test.now, func() *task { asked = true; return test.next })
			if asked != test.asked {
				t.Errorf("asked for the next task: %v", asked)
			}
			if got := in.Len() > 0 && p.sent == test.next; got != test.want {
				t.Errorf("given ahead: %v, %d bytes", got, in.Len())
			}
			if !test.want && p.sent != test.sent {
				t.Error("what was not written counts as given")
			}
		})
	}
}

// closing is an input that tells its end when told to.
type closing struct {
	io.Reader
	end chan bool
}

func (c closing) AwaitEnd() bool { return <-c.end }

// TestInputEnds: the end of the input is noticed while a task is worked on, and then only.
func TestInputEnds(t *testing.T) {
	frames := func(n int) *bytes.Buffer {
		var b bytes.Buffer
		for range n {
			if _, err := writeFrame(&b, frameTask, []byte("units"), nil); err != nil {
				t.Fatal(err)
			}
		}
		return &b
	}
	tests := []struct {
		name  string
		take  int  // tasks that are taken before the end
		told  bool // by the input itself
		left  int  // tasks still in it
		gone  bool
		again bool // another one is given
	}{
		{"told while one is worked on", 1, true, 1, true, false},
		{"told while none is", 0, true, 1, false, false},
		{"it cannot be told", 1, false, 1, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			gone := make(chan bool, 1)
			in := closing{frames(test.take + test.left), make(chan bool)}
			i := input{r: in.Reader.(byteReader), gone: func() { gone <- true }}
			i.watch(in)
			for range test.take {
				if f, more := i.next(); !more || string(f.payload) != "units" {
					t.Fatalf("%q, %v", f.payload, more)
				}
			}
			in.end <- test.told
			if test.gone {
				<-gone
			} else if test.told {
				for !i.over.Load() {
				}
			}
			if _, more := i.next(); more != test.again {
				t.Errorf("another task: %v", more)
			}
			select {
			case <-gone:
				t.Error("gone, though nothing was worked on")
			default:
			}
		})
	}
	t.Run("read ahead", func(t *testing.T) {
		gone := make(chan bool, 1)
		r, w := io.Pipe()
		i := input{r: bufio.NewReader(r), gone: func() { gone <- true }}
		i.watch(r)
		go w.Write(frames(1).Bytes())
		if _, more := i.next(); !more {
			t.Fatal("no task")
		}
		w.Close()
		<-gone
		if _, more := i.next(); more {
			t.Error("another task")
		}
	})
}

// TestTakeAhead: no slot takes what another one waits for.
func TestTakeAhead(t *testing.T) {
	tests := []struct {
		name    string
		queued  int
		workers int
		most    map[string]int
		want    bool
	}{
		{"more than slots", 3, 2, nil, true},
		{"as many as slots", 2, 2, nil, true},
		{"others wait for them", 1, 2, nil, false},
		{"batches are counted", 3, 2, map[string]int{"s": 1}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tasks := make(chan *task, queued)
			for range test.queued {
				one := &task{}
				one.add(1, &sources.Unit{Source: "s"})
				tasks <- one
			}
			c := &coordinator{opt: Options{Workers: test.workers, Most: test.most}, tasks: tasks}
			s := &slot{c: c}
			if got := s.ahead() != nil; got != test.want {
				t.Errorf("taken: %v", got)
			}
			if s.single = true; s.ahead() != nil {
				t.Error("given while units are tried alone")
			}
			if got := s.take() != nil; got != test.want || s.take() != nil {
				t.Errorf("left for the slot: %v", got)
			}
		})
	}
}
