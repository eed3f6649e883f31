package accuracy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Finding is one line of findings.jsonl.
type Finding struct {
	URI       string `json:"uri"`
	Container string `json:"container"`
	Part      string `json:"part"`
	Page      int32  `json:"page"`
	Row       int64  `json:"row"`
	Column    int32  `json:"column"`
	Byte      int    `json:"byte"`
	Len       int    `json:"len"`
	Kind      string `json:"kind"`
	Score     int    `json:"score"`
	Strength  string `json:"strength"`
}

// Program is a recense program to measure.
type Program struct {
	Path string
	Work string // folder for state and documents
	Args []string
}

// Kinds returns the kinds that the program knows, with the highest strength of each.
func (p Program) Kinds(ctx context.Context) (map[string]string, error) {
	out, err := exec.CommandContext(ctx, p.Path, "detectors").Output()
	if err != nil {
		return nil, fmt.Errorf("detectors: %w", err)
	}
	kinds := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 1 {
			kinds[f[0]] = f[1]
		}
	}
	return kinds, nil
}

// Scan scans a folder and returns every finding, with URI below the folder.
func (p Program) Scan(ctx context.Context, dir string) ([]Finding, error) {
	out, state := filepath.Join(p.Work, "out"), filepath.Join(p.Work, "state")
	for _, d := range []string{out, state} {
		if err := os.RemoveAll(d); err != nil {
			return nil, err
		}
	}
	full := filepath.Join(p.Work, "medical") // the documents of scan leave medical findings out
	if err := os.RemoveAll(full); err != nil {
		return nil, err
	}
	scan := append([]string{"scan", dir, "--out", out, "--state", state, "--format", "jsonl", "--findings", "all", "--quiet"}, p.Args...)
	if err := p.run(ctx, scan); err != nil {
		return nil, err
	}
	if err := p.run(ctx, []string{"report", "--out", full, "--state", state, "--format", "jsonl", "--audience", "medical"}); err != nil {
		return nil, err
	}
	return readFindings(filepath.Join(full, "findings.jsonl"), dir)
}

// run runs the program; findings and an incomplete scan are no errors.
func (p Program) run(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, p.Path, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		if code := cmd.ProcessState.ExitCode(); code != 1 && code != 3 {
			return fmt.Errorf("%s: %w: %s", args[0], err, stderr.String())
		}
	}
	return nil
}

func readFindings(path, dir string) ([]Finding, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var fs []Finding
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one Finding
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("findings.jsonl: %w", err)
		}
		path, err := url.PathUnescape(strings.TrimPrefix(one.URI, "file://"))
		if err != nil {
			return nil, fmt.Errorf("findings.jsonl: %w", err)
		}
		one.URI = strings.TrimPrefix(strings.TrimPrefix(path, filepath.ToSlash(root)), "/")
		fs = append(fs, one)
	}
	return fs, lines.Err()
}
