// Package config reads recense's configuration file: named sources and limits.
// Everything in it is optional; unknown fields are errors, with file and line.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gopkg.in/yaml.v3"
)

// Config is the content of a configuration file.
type Config struct {
	Sources []Source `yaml:"sources"`
	Limits  Limits   `yaml:"limits"`
}

// Source is a named target, as `recense scan NAME` takes it.
type Source struct {
	ID      string   `yaml:"id"`
	Path    string   `yaml:"path"` // relative to the configuration file
	Include []string `yaml:"include"`
	Exclude []string `yaml:"exclude"`
}

// Limits override the defaults of sources.Limits; zero keeps them.
type Limits struct {
	Depth        int   `yaml:"depth"`         // of members in members
	Members      int64 `yaml:"members"`       // of one file
	Ratio        int64 `yaml:"ratio"`         // of expansion
	MemoryMiB    int64 `yaml:"memory_mib"`    // of a worker
	StallSeconds int   `yaml:"stall_seconds"` // without progress
	UnitSeconds  int   `yaml:"unit_seconds"`  // per unit, before its size counts
	MaxFileMiB   int64 `yaml:"max_file_mib"`  // larger files are not read
	MemberMiB    int64 `yaml:"member_mib"`    // a member that has to be held in memory
}

// Stall returns the limit without progress, 0 for the default.
func (l Limits) Stall() time.Duration { return time.Duration(l.StallSeconds) * time.Second }

// Read reads the file at path. A missing file is an error only when required.
func Read(path string, required bool) (Config, error) {
	var c Config
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return c, nil
	}
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return c, fmt.Errorf("configuration %q: %w", path, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil && err != io.EOF {
		return c, fmt.Errorf("configuration %q: %w", path, err)
	}
	return c, c.check(path)
}

func (c *Config) check(path string) error {
	seen := map[string]bool{}
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.ID == "" || s.Path == "" {
			return fmt.Errorf("configuration %q: sources[%d]: id and path are needed", path, i)
		}
		if seen[s.ID] {
			return fmt.Errorf("configuration %q: sources[%d]: id %q is used twice", path, i, s.ID)
		}
		seen[s.ID] = true
		if !filepath.IsAbs(s.Path) {
			s.Path = filepath.Join(filepath.Dir(path), s.Path)
		}
	}
	return nil
}

// Source returns the source named id.
func (c Config) Source(id string) (Source, bool) {
	for _, s := range c.Sources {
		if s.ID == id {
			return s, true
		}
	}
	return Source{}, false
}
