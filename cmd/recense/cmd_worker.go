package main

import (
	"bytes"
	"encoding/gob"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/config"
	"recense/detectors"
	"recense/scanner"
	"recense/scanner/worker"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/files"
)

// workerConfig is what a worker needs to do the same as its coordinator. It
// travels over the pipe: it holds keys and real paths, and is never written.
type workerConfig struct {
	Sources []files.Options
	// Databases hold passwords.
	Databases []databases.Options
	Only      []string // detectors, in the order of the engine
	House     config.Detection
	Min       uint8
	Key       [16]byte       // of digests
	Persons   []scanner.List // of the register: digests, in memory only
	Lists     string         // folder of imported code lists; empty for none
	OCR       *worker.Recognition

	names *detectors.Engine // of the same process, which shares its tables; it does not travel
}

func (a *app) newWorker() *cobra.Command {
	return &cobra.Command{
		Use:    "worker",
		Short:  a.t("read and detect for a scan, over standard input and output", "lire et détecter pour une analyse, par l'entrée et la sortie standard"),
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return quiet(worker.Main(os.Stdin, os.Stdout, buildWorker))
		},
	}
}

// encode returns the form that buildWorker reads: gob, because paths are bytes
// and not always text.
func (c *workerConfig) encode() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(c)
	return b.Bytes(), err
}

// buildWorker makes the sources and the engine of a worker.
func buildWorker(config []byte) (scanner.Work, error) {
	var c workerConfig
	if err := gob.NewDecoder(bytes.NewReader(config)).Decode(&c); err != nil {
		return scanner.Work{}, errors.New("worker: bad configuration")
	}
	w := scanner.Work{Sources: map[string]sources.Source{}, Lists: c.Persons}
	var err error
	if w.Names, err = namesEngine(&c.House); err != nil {
		return w, err
	}
	c.names = w.Names
	if w.Engine, err = c.engine(); err != nil {
		return w, err
	}
	recogniser, err := c.recogniser()
	if err != nil {
		return w, err
	}
	for _, o := range c.Sources {
		if recogniser != nil {
			o.Recogniser = recogniser
		}
		s, err := files.New(o)
		if err != nil {
			return w, err
		}
		w.Sources[s.Name()] = s
	}
	for _, o := range c.Databases {
		if recogniser != nil {
			o.Recogniser = recogniser
		}
		s, err := databases.New(o)
		if err != nil {
			return w, err
		}
		w.Sources[s.Name()] = s
	}
	return w, nil
}

// engine builds the detection engine of the run.
func (c *workerConfig) engine() (*detectors.Engine, error) {
	ds, err := (&app{}).detectorsOf(selection{only: c.Only, house: c.House})
	if err != nil {
		return nil, err
	}
	opt := detectors.Options{Key: c.Key, Min: c.Min, Own: c.House.Own}
	if c.Lists != "" {
		if opt.Lists, err = readLists(c.Lists, ds); err != nil {
			return nil, err
		}
	}
	if c.names != nil {
		return c.names.Like(ds, opt)
	}
	return detectors.NewEngine(ds, opt)
}

// namesEngine is the engine that looks at names: all detectors, whatever the run
// looks for, those of the organisation too.
func namesEngine(house *config.Detection) (*detectors.Engine, error) {
	all, err := house.All()
	if err != nil {
		return nil, err
	}
	return detectors.NewEngine(all, detectors.Options{})
}
