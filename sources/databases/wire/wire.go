// Package wire opens the connections that drivers of database servers read from.
package wire

import (
	"bufio"
	"context"
	"net"
	"time"
)

// readSize is how much is asked for at once. Drivers ask for 4 or 8 KiB: at the speed of
// an export the system is then called more often than rows are looked at.
const readSize = 64 << 10

// Dial connects as net.Dialer does, within a time, and reads in larger pieces.
func Dial(within time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		d := net.Dialer{Timeout: within}
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{c, bufio.NewReaderSize(c, readSize)}, nil
	}
}

// conn is a connection whose reads go through a buffer. Like any other it may be read by
// one goroutine at a time; deadlines and Close act on the connection below.
type conn struct {
	net.Conn
	buffer *bufio.Reader
}

func (c *conn) Read(p []byte) (int, error) { return c.buffer.Read(p) }
