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
		return Open(ctx, within, network, address)
	}
}

// Open is Dial for those who look at what comes before a driver does.
func Open(ctx context.Context, within time.Duration, network, address string) (*Conn, error) {
	d := net.Dialer{Timeout: within}
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &Conn{c, bufio.NewReaderSize(c, readSize)}, nil
}

// Conn is a connection whose reads go through a buffer. Like any other it may be read by
// one goroutine at a time; deadlines and Close act on the connection below.
type Conn struct {
	net.Conn
	Buffer *bufio.Reader
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) { return c.Buffer.Read(p) }
