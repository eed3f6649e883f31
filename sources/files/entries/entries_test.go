package entries

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// Heads and contents in turn, read whole, in part or not at all, and the rest behind zeros.
func TestReader(t *testing.T) {
	r := New(iotest.OneByteReader(strings.NewReader("h1abc_h2defgh____h3\x00\x00rest")))
	head := func(want string) {
		t.Helper()
		if b, err := r.Head(len(want)); string(b) != want || err != nil {
			t.Fatalf("%q %v", b, err)
		}
	}
	head("h1")
	if b, err := io.ReadAll(r.Content(3, 1)); string(b) != "abc" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	head("h2")
	io.ReadFull(r.Content(5, 4), make([]byte, 2))
	head("h3")
	rest, none, err := r.Rest()
	if none || err != nil {
		t.Fatal(none, err)
	}
	if b, err := io.ReadAll(rest); string(b) != "rest" || err != nil || r.N != 25 {
		t.Errorf("%q %v %d", b, err, r.N)
	}
}

func TestEnds(t *testing.T) {
	r := New(strings.NewReader("abc"))
	c := r.Content(5, 0)
	if b, err := io.ReadAll(c); string(b) != "abc" || err != io.ErrUnexpectedEOF || r.Err() != err {
		t.Errorf("%q %v %v", b, err, r.Err())
	}
	r = New(strings.NewReader("abc"))
	r.Content(5, 0)
	if _, err := r.Head(1); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
	r = New(strings.NewReader("abc"))
	r.Content(3, 1) // without the last byte of padding
	if _, err := r.Head(1); err != io.EOF {
		t.Error(err)
	}
	if _, err := New(strings.NewReader("abc")).Head(4); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
	if _, none, err := New(strings.NewReader("\x00\x00")).Rest(); !none || err != io.EOF {
		t.Error(none, err)
	}
	gone := errors.New("gone")
	r = New(iotest.ErrReader(gone))
	if _, err := io.ReadAll(r.Content(1, 0)); err != gone || r.Err() != gone {
		t.Error(err)
	}
	if _, none, err := New(iotest.ErrReader(gone)).Rest(); none || err != gone {
		t.Error(none, err)
	}
}
