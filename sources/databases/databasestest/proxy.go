package databasestest

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// Proxy passes connections on and cuts each after a random number of bytes: in order, or
// by a reset.
type Proxy struct {
	Port string // on the loopback
	// Calm is after how many cuts nothing is cut any more; 0: never.
	Calm int

	to    string
	mu    sync.Mutex
	rand  *rand.Rand
	least int
	most  int
	cuts  int
	still bool
}

// leastBytes is how much a connection passes on before it may be cut: it is made by then.
const leastBytes = 2000

// NewProxy returns a proxy before a server, which ends with the test. Each connection is cut
// within most bytes.
func NewProxy(t testing.TB, to string, seed uint64, most int) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{to: to, rand: rand.New(rand.NewPCG(seed, 1)), least: leastBytes, most: most}
	_, p.Port, _ = net.SplitHostPort(l.Addr().String())
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(c)
		}
	}()
	return p
}

// Cuts returns how many connections were cut.
func (p *Proxy) Cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// Cut says whether connections that are made from now on are cut, and after how many bytes
// at the earliest.
func (p *Proxy) Cut(on bool, least int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.still, p.least = !on, least
}

// pass copies both ways until the connection ends or has to.
func (p *Proxy) pass(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer s.Close()
	p.mu.Lock()
	n := p.least + p.rand.IntN(p.most)
	if p.still || p.Calm > 0 && p.cuts >= p.Calm {
		n = 1 << 40
	}
	p.mu.Unlock()
	go func() {
		_, _ = io.Copy(s, c)
		s.Close()
	}()
	copied, _ := io.CopyN(c, s, int64(n))
	if copied == int64(n) {
		p.mu.Lock()
		p.cuts++
		p.mu.Unlock()
		if tcp, ok := c.(*net.TCPConn); ok && n%2 == 0 {
			_ = tcp.SetLinger(0) // reset, rather than an orderly end
		}
	}
}
