package main

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"recense/sources"
	"recense/sources/files"
)

// request asks a child to read a file; Text, to give its text as well.
type request struct {
	Path string
	Text bool
}

// answer is what a file gave. Bytes are of the file, Text of what came out of it.
type answer struct {
	Format, Status string
	Bytes, Size    int64
	CPU            time.Duration
	Text           []byte
}

// readTime is how long a child may take for one file.
const readTime = time.Minute

// serve reads files until in ends.
func serve(in io.Reader, out io.Writer) int {
	debug.SetMemoryLimit(400 << 20)
	dec, enc := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var q request
		if err := dec.Decode(&q); err != nil {
			return 0
		}
		if err := enc.Encode(readOne(q)); err != nil {
			return 1
		}
	}
}

func readOne(q request) (a answer) {
	s, err := files.New(files.Options{Root: q.Path, IncludePrivate: true})
	if err != nil {
		return a
	}
	defer s.Close()
	for u, err := range s.Units(context.Background()) {
		if err != nil {
			continue
		}
		c := &counter{answer: &a, text: q.Text}
		began := processTime()
		err = s.Read(context.Background(), u, c)
		a.CPU += processTime() - began
		if err != nil {
			a.Status = string(sources.Failed)
		}
	}
	return a
}

// processTime is the CPU time of this process.
func processTime() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// counter is a sink that counts text and keeps none unless asked.
type counter struct {
	*answer
	text  bool
	depth int
}

// Open implements sources.Sink.
func (c *counter) Open(p sources.Place) error {
	if c.depth == 0 {
		c.Bytes = p.Size
	}
	c.depth++
	return nil
}

// Chunk implements sources.Sink.
func (c *counter) Chunk(k *sources.Chunk) error {
	if k.Table == nil {
		c.take(k.Data[k.From:k.To])
		return nil
	}
	for i, start := range k.Fields.Start {
		c.take(k.Data[start:k.Fields.End[i]])
		c.Size++ // what stands between cells
		if c.text {
			c.answer.Text = append(c.answer.Text, '\n')
		}
	}
	return nil
}

func (c *counter) take(text []byte) {
	c.Size += int64(len(text))
	if c.text && len(c.answer.Text) < 64<<20 {
		c.answer.Text = append(c.answer.Text, text...)
	}
}

// Evidence implements sources.Sink.
func (c *counter) Evidence(string, sources.Location) error { return nil }

// Skip implements sources.Sink.
func (c *counter) Skip(sources.Location, sources.Reason) error { return nil }

// Close implements sources.Sink.
func (c *counter) Close(r sources.Result) error {
	if c.depth--; c.depth == 0 {
		c.Format, c.Status = r.Format, string(r.Status)
	}
	return nil
}

// child is a process that reads files.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	enc *gob.Encoder
	dec *gob.Decoder
}

var errChild = errors.New("the child died or took too long")

// ask has a file read. The child is replaced after an error.
func (c *child) ask(q request) (a answer, err error) {
	if c.cmd == nil {
		if err := c.start(); err != nil {
			return a, err
		}
	}
	kill := time.AfterFunc(readTime, func() { _ = c.cmd.Process.Kill() })
	defer kill.Stop()
	if c.enc.Encode(q) != nil || c.dec.Decode(&a) != nil {
		c.stop()
		return a, errChild
	}
	return a, nil
}

func (c *child) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "-read")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	*c = child{cmd: cmd, in: in, enc: gob.NewEncoder(in), dec: gob.NewDecoder(out)}
	return nil
}

func (c *child) stop() {
	if c.cmd == nil {
		return
	}
	c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.cmd = nil
}

// speed adds up the reading of files of one format.
type speed struct {
	files, dead, bytes, text int64
	cpu                      time.Duration
}

// readAll reads every file once more.
func readAll(o options, folders []string, t *tally) error {
	var c child
	defer c.stop()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return nil
			}
			pdf := o.words && isPDF(path)
			if !o.speed && !pdf {
				return nil
			}
			a, err := c.ask(request{path, pdf})
			switch {
			case err == errChild:
				t.dead(path)
				return nil
			case err != nil:
				return err
			}
			t.measured(&a)
			if pdf {
				t.words.compare(path, &a)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// measured counts files that were read in full.
func (t *tally) measured(a *answer) {
	if a.Format == "" || a.Status != string(sources.Scanned) {
		return
	}
	s := t.at(a.Format)
	s.files++
	s.bytes += a.Bytes
	s.text += a.Size
	s.cpu += a.CPU
}

func (t *tally) dead(path string) {
	t.at("child ended, "+filepath.Ext(path)).dead++
}

func (t *tally) at(format string) *speed {
	s := t.speed[format]
	if s == nil {
		s = &speed{}
		t.speed[format] = s
	}
	return s
}

// speeds writes the table of speeds.
func (t *tally) speeds(b *strings.Builder) {
	b.WriteString("\nReading alone, per CPU second of the reading process (garbage collection included), files read in full:\n\n")
	b.WriteString("| outer format | files | MB | MB of text | MB/s of files | MB/s of text |\n|---|---|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(t.speed)) {
		s := t.speed[name]
		if s.dead > 0 {
			fmt.Fprintf(b, "| %s | %d | | | | |\n", name, s.dead)
			continue
		}
		sec := max(s.cpu.Seconds(), 1e-6)
		fmt.Fprintf(b, "| %s | %d | %.2f | %.2f | %.1f | %.1f |\n", name, s.files, float64(s.bytes)/1e6, float64(s.text)/1e6, float64(s.bytes)/1e6/sec, float64(s.text)/1e6/sec)
	}
}
