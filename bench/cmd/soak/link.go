package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"recense/bench/corpus"
	"recense/bench/run"
	"recense/sources/databases/databasestest"
)

// What the proof of a link reads, and how much each connection over it carries.
const (
	linkRows = 400_000
	linkRate = 8 << 20 // bytes a second
	linkGain = 1.7     // of two connections over one, at least
)

// linked reads a table over one connection and over two that each carry so much a second, as
// with a server elsewhere: then the connections are the limit and not the processors, which
// server and scan share here.
func linked(engine string) func(o options, dir string) error {
	return func(o options, dir string) error {
		e, err := startExport(engine, dir)
		if err != nil {
			fmt.Printf("     %s cannot be started: %v; passed over\n", engine, err)
			return nil
		}
		defer databasestest.Stop()
		table := corpus.Tables()[0]
		if err := e.fill(&table, max(linkRows/o.scale, 1000)); err != nil {
			return err
		}
		if err := e.settle(); err != nil {
			return err
		}
		to, err := url.Parse(e.url)
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		go relay(l, to.Host)
		to.Host = l.Addr().String()
		var times [3][]float64
		for range exportReps {
			for workers := 1; workers <= 2; workers++ {
				s := run.Scan{Program: o.recense, Target: to.String(), Dir: filepath.Join(dir, "scan"), Workers: workers, Args: []string{"--full", "--include", table.Name}}
				if _, err := s.Run(context.Background()); err != nil {
					return err
				}
				r, err := run.ReadReport(s.Out())
				if err != nil {
					return err
				}
				if !r.Coverage.Holds || r.State != "complete" || r.Coverage.Failed > 0 {
					return fmt.Errorf("run is %s: %s", r.State, r.Coverage.Line)
				}
				times[workers] = append(times[workers], r.Timings["scan"])
			}
		}
		one, two := median(times[1]), median(times[2])
		fmt.Printf("     %s, %d MiB a second for each connection: one %.2f s, two %.2f s, %.2f times as fast\n", engine, linkRate>>20, one, two, one/two)
		if one/two < linkGain && o.scale == 1 {
			return fmt.Errorf("two connections are %.2f times as fast as one, not %.1f", one/two, linkGain)
		}
		fmt.Printf("ok   link to %s\n", engine)
		return nil
	}
}

// relay passes the connections of a listener on, each at its rate, until the listener is closed.
func relay(l net.Listener, to string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", to)
		if err != nil {
			c.Close()
			continue
		}
		for _, way := range [][2]net.Conn{{c, s}, {s, c}} {
			go func() {
				defer way[0].Close()
				defer way[1].Close()
				carry(way[1], way[0])
			}()
		}
	}
}

// carry copies at the rate of a link. What a pause was too long is made up for by the next.
func carry(to io.Writer, from io.Reader) {
	buffer := make([]byte, 64<<10)
	free := time.Now()
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(n) * time.Second / linkRate)
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
			time.Sleep(time.Until(free))
		}
		if err != nil {
			return
		}
	}
}
