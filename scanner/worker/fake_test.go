package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"recense/detectors"
	"recense/scanner"
	"recense/sources"
)

// fake is a source made up from numbers, the same in every process.
type fake struct {
	Title  string
	Units_ int            `json:"units"`
	Ranges int            `json:"ranges"` // unit 0 comes in that many ranges
	Inside int            `json:"inside"` // each of them holds that many members,
	Whole  bool           `json:"whole"`  // the last one damaged unless this
	Faults map[int]string `json:"faults"`
	Delay  time.Duration  `json:"delay"`
	Marks  string         `json:"marks"` // folder where faults leave a trace
	Extra  int            `json:"extra"` // a unit of version 2, and one more beside it
	Text   int            `json:"text"`  // bytes of text a unit
	Cage   *sources.Needs `json:"cage"`  // nil: it does not say what it needs
	Server string         `json:"server"`
	Guard  bool           `json:"guard"` // only a worker may list it
}

// ListInWorker implements sources.Guarded.
func (f *fake) ListInWorker() bool { return f.Guard }

// working says that this process is a worker.
var working bool

func (f *fake) config() []byte {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return b
}

// build is what a worker is made of.
func build(config []byte) (scanner.Work, error) {
	f := &fake{}
	working = true
	if err := json.Unmarshal(config, f); err != nil {
		return scanner.Work{}, err
	}
	e, err := engine()
	w := scanner.Work{Sources: map[string]sources.Source{f.Name(): f}, Engine: e}
	if f.Cage != nil {
		w.Sources[f.Name()] = &confined{f}
	}
	return w, err
}

// confined is a fake that says what it needs.
type confined struct{ *fake }

func (c *confined) Needs() sources.Needs { return *c.Cage }

func engine() (*detectors.Engine, error) {
	return detectors.NewEngine(detectors.All(), detectors.Options{Key: [16]byte{1, 2, 3}})
}

func (f *fake) Name() string { return "fake" + f.Title }

func (f *fake) unit(i int) sources.Unit {
	name := fmt.Sprintf("dossier %03d/%07d.txt", i/100, i)
	u := sources.Unit{Source: f.Name(), ID: fmt.Sprintf("%032x", i+1), Count: 1, Version: "1", Path: name, Size: 4096, Fresh: time.Unix(1, 0)}
	u.Meta = sources.Place{ID: u.ID, URI: "file:///partage/" + strings.ReplaceAll(name, " ", "%20"), Size: 4096, Access: "group"}
	return u
}

func (f *fake) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		if f.Guard && !working {
			yield(sources.Unit{Source: f.Name()}, errors.New("listed by the coordinator"))
			return
		}
		for i := range f.Units_ {
			if f.Faults[i] == "unlisting" {
				os.Exit(3)
			}
			u := f.unit(i)
			if f.Extra > 0 && i == f.Extra {
				u.Version = "2"
			}
			if f.Faults[i] == "unlisted" {
				if !yield(u, errors.New("no")) {
					return
				}
				continue
			}
			u.Count = 1
			if i == 0 && f.Ranges > 1 {
				u.Count = int32(f.Ranges)
			}
			for r := range u.Count {
				u.Index, u.Range = r, fmt.Sprint(r)
				if !yield(u, nil) {
					return
				}
			}
			if f.Extra > 0 && i == f.Extra {
				n := f.unit(i)
				n.ID, n.Path = fmt.Sprintf("%032x", 1<<40+i), n.Path+"b"
				n.Meta.ID, n.Meta.URI = n.ID, n.Meta.URI+"b"
				if !yield(n, nil) {
					return
				}
			}
		}
	}
}

// number of a unit, from its path.
func number(u sources.Unit) (n int) {
	fmt.Sscanf(u.Path[strings.LastIndexByte(u.Path, '/')+1:], "%d", &n)
	return n
}

func (f *fake) Read(ctx context.Context, u sources.Unit, out sources.Sink) error {
	i := number(u)
	p := u.Meta
	p.Format = "text"
	if err := out.Open(p); err != nil {
		return err
	}
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	if err := f.fault(i, u, out); err != nil {
		return err
	}
	if u.Count > 1 {
		return f.rangeOf(u, out)
	}
	text := fmt.Sprintf("Dossier %d, NIR %s, remboursement du 12/03/2024\n", i, nir(i))
	if f.Text > len(text) {
		text += strings.Repeat("Le service des prestations instruit la demande. ", (f.Text-len(text))/48+1)
	}
	c := sources.Chunk{Data: []byte(text), To: len(text), Locator: lines{}}
	if err := out.Chunk(&c); err != nil {
		return err
	}
	return out.Close(sources.Result{Bytes: int64(len(text)), Records: -1, Lines: 1})
}

// rangeOf gives three rows of a table.
func (f *fake) rangeOf(u sources.Unit, out sources.Sink) error {
	t := &sources.Table{Columns: []sources.Column{{Name: "num_secu", Header: true}, {Name: "ville", Header: true}}}
	c := sources.Chunk{Table: t}
	for r := range 3 {
		a := len(c.Data)
		c.Data = append(c.Data, nir(int(u.Index)*3+r)...)
		c.Fields.Add(a, len(c.Data), 0, int64(r+1))
		c.Data = append(c.Data, ';')
		a = len(c.Data)
		c.Data = append(c.Data, "Saumur"...)
		c.Fields.Add(a, len(c.Data), 1, int64(r+1))
		c.Data = append(c.Data, '\n')
	}
	c.To = len(c.Data)
	if err := out.Chunk(&c); err != nil {
		return err
	}
	for m := range f.Inside {
		if err := f.memberOf(u, m, out); err != nil {
			return err
		}
	}
	return out.Close(sources.Result{Bytes: int64(c.To), Records: 3, Lines: 3})
}

// memberOf gives a document in a row of a table.
func (f *fake) memberOf(u sources.Unit, m int, out sources.Sink) error {
	p := u.Meta
	p.Container = fmt.Sprintf("piece[%d.%d]", 9-u.Index, m)
	if err := out.Open(p); err != nil {
		return err
	}
	if m == f.Inside-1 && !f.Whole {
		return out.Close(sources.Result{Status: sources.Unreadable, Detail: sources.Corrupt, Records: -1})
	}
	text := "NIR " + nir(100+int(u.Index)*10+m) + "\n"
	if err := out.Chunk(&sources.Chunk{Data: []byte(text), To: len(text), Locator: lines{}}); err != nil {
		return err
	}
	return out.Close(sources.Result{Bytes: int64(len(text)), Records: -1, Lines: 1})
}

// nir is a made-up number with a right key.
func nir(i int) string {
	n := 1850578006000 + int64(i%999) + 1
	return fmt.Sprintf("%d%02d", n, 97-n%97)
}

type lines struct{}

func (lines) Locate(at int) sources.Location { return sources.Location{Line: 1, Byte: int64(at)} }

// fault does what a hostile file might make a parser do.
func (f *fake) fault(i int, u sources.Unit, out sources.Sink) error {
	if try, ok := strings.CutPrefix(f.Faults[i], "try "); ok {
		if f.try(try) == nil {
			return out.Skip(sources.Location{Part: "it went through"}, sources.Corrupt)
		}
		return nil
	}
	switch f.Faults[i] {
	case "panic":
		panic("canary 185057800608491")
	case "exit":
		fmt.Println("canary on the pipe")
		os.Exit(3)
	case "exit once":
		if f.first(i) {
			os.Exit(3)
		}
	case "hang":
		select {}
	case "loop":
		for n := 0; ; n++ {
			if n < 0 {
				break
			}
		}
	case "grow":
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			for j := range b {
				b[j] = byte(j)
			}
			all = append(all, b)
			if len(all) > 4<<10 {
				return errors.New("not stopped")
			}
		}
	case "kill":
		p, _ := os.FindProcess(os.Getpid())
		if f.first(i) {
			p.Kill()
			select {}
		}
	case "kill always":
		p, _ := os.FindProcess(os.Getpid())
		p.Kill()
		select {}
	case "partial":
		return out.Skip(sources.Location{Part: "x"}, sources.Corrupt)
	case "error":
		return errors.New("185057800608491")
	case "stack":
		return errors.New(fmt.Sprint(deep(1)))
	}
	return nil
}

func deep(n int) int { return deep(n+1) + n }

// first reports whether a fault strikes for the first time.
func (f *fake) first(i int) bool {
	file, err := os.OpenFile(fmt.Sprintf("%s/%d", f.Marks, i), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	file.Close()
	return true
}
