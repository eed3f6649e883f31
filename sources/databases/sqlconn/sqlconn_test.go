package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"reflect"
	"testing"
	"time"

	"recense/sources/databases/databasestest"
)

type own string

// Values come as a person would write them, errors of the caller end the connection,
// and a statement that takes too long is told as such.
func TestRows(t *testing.T) {
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	fake := &databasestest.Fake{Answer: func(string) ([][]driver.Value, error) {
		return [][]driver.Value{{nil, int64(-5), 1.5, true, []byte("é"), "texte", at, at.Truncate(24 * time.Hour), uint64(7), float32(0.5), own("x")}, {nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil}}, nil
	}}
	errWrapped, errStop := errors.New("wrapped"), errors.New("stop")
	c := &Conn{Driver: fake.Connect(), Wrap: func(error) error { return errWrapped }}
	var got []string
	err := c.Rows(context.Background(), "SELECT", func(v [][]byte) error {
		for _, x := range v {
			if x != nil {
				got = append(got, string(x))
			}
		}
		return nil
	})
	want := []string{"-5", "1.5", "true", "é", "texte", "2024-05-06 07:08:09", "2024-05-06", "7", "0.5", "x"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %q", err, got)
	}
	if err := c.Rows(context.Background(), "SELECT", func([][]byte) error { return errStop }); !errors.Is(err, errStop) || !c.Closed() {
		t.Errorf("%v, closed %v", err, c.Closed())
	}
	if err := c.Rows(context.Background(), "SELECT", nil); !errors.Is(err, errWrapped) {
		t.Errorf("on a closed connection: %v", err)
	}
	late := &Conn{Driver: fake.Connect(), Time: time.Nanosecond, Wrap: func(err error) error { return err }}
	if err := late.Rows(context.Background(), "SELECT", nil); !errors.Is(err, context.DeadlineExceeded) || !late.Closed() {
		t.Errorf("%v, closed %v", err, late.Closed())
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	over := &Conn{Driver: fake.Connect(), Wrap: func(error) error { return errWrapped }}
	if err := over.Exec(gone, "SELECT"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
