package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// The parts of CycloneDX 1.6 that are used.
type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Version    int         `json:"version"`
	Metadata   bomMetadata `json:"metadata"`
	Components []component `json:"components"`
}

type bomMetadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type     string         `json:"type"`
	Ref      string         `json:"bom-ref"`
	Name     string         `json:"name"`
	Version  string         `json:"version"`
	URL      string         `json:"purl,omitempty"`
	Licenses []licenceEntry `json:"licenses,omitempty"`
	Hashes   []hash         `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licenceEntry struct {
	License licence `json:"license"`
}

type licence struct {
	ID string `json:"id"`
}

// describe writes the list of what is in a program and the texts of the licences. The
// list comes from the program itself.
func describe(path, dir, version, also string, at time.Time) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	sum, err := hashOf(path)
	if err != nil {
		return err
	}
	b := bom{Format: "CycloneDX", Spec: "1.6", Version: 1, Serial: serial(sum), Metadata: bomMetadata{at.Format(time.RFC3339),
		component{Type: "application", Ref: "recense", Name: "recense", Version: version, Hashes: []hash{{"SHA-256", sum}}}}}
	b.Components = append(b.Components, component{Type: "library", Ref: "std", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"),
		URL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Licenses: []licenceEntry{{licence{"BSD-3-Clause"}}}})
	var texts strings.Builder
	fmt.Fprintf(&texts, "What is in %s, and its licences. The standard library of Go %s: BSD-3-Clause, https://go.dev/LICENSE.\n", filepath.Base(path), info.GoVersion)
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c, err := module(&texts, dir, also, m)
		if err != nil {
			return err
		}
		b.Components = append(b.Components, c)
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".cdx.json", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path+".licences.txt", []byte(texts.String()), 0o644)
}

// module describes one module; without a licence that is known, and permissive or among
// those that are taken all the same, there is no release.
func module(texts *strings.Builder, dir, also string, m *debug.Module) (component, error) {
	c := component{Type: "library", Ref: m.Path + "@" + m.Version, Name: m.Path, Version: m.Version, URL: "pkg:golang/" + m.Path + "@" + m.Version}
	files := licenceFiles(filepath.Join(dir, "vendor", filepath.FromSlash(m.Path)))
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return c, err
		}
		if id := spdx(string(b)); id != "" && len(c.Licenses) == 0 {
			c.Licenses = []licenceEntry{{licence{id}}}
		}
		fmt.Fprintf(texts, "\n%s\n%s %s, %s\n\n%s\n", strings.Repeat("=", 80), m.Path, m.Version, filepath.Base(path), strings.TrimSpace(string(b)))
	}
	if len(c.Licenses) == 0 {
		return c, fmt.Errorf("%s: no licence that is known, in %d files", m.Path, len(files))
	}
	if id := c.Licenses[0].License.ID; !permissive[id] && !slices.Contains(strings.Split(also, ","), id) {
		return c, fmt.Errorf("%s: %s is not permissive: -also %s takes it all the same", m.Path, id, id)
	}
	return c, nil
}

var permissive = map[string]bool{"Apache-2.0": true, "MIT": true, "ISC": true, "BSD-3-Clause": true, "BSD-2-Clause": true, "Unlicense": true}

// spdx recognises licences by words that stand in them alone.
func spdx(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	has := func(s string) bool { return strings.Contains(text, s) }
	switch {
	case has("apache license") && has("version 2.0"):
		return "Apache-2.0"
	case has("permission is hereby granted, free of charge"):
		return "MIT"
	case has("permission to use, copy, modify, and/or distribute this software") || has("permission to use, copy, modify, and distribute this software"):
		return "ISC"
	case has("redistribution and use in source and binary forms") && (has("neither the name") || has("names of its contributors") || has("name of the copyright holder")):
		return "BSD-3-Clause"
	case has("redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("mozilla public license version 2.0") || has("mozilla public license, version 2.0"):
		return "MPL-2.0"
	case has("this is free and unencumbered software released into the public domain"):
		return "Unlicense"
	}
	return ""
}

// serial is a UUID that depends on the program only.
func serial(sum string) string {
	return fmt.Sprintf("urn:uuid:%s-%s-5%s-8%s-%s", sum[:8], sum[8:12], sum[13:16], sum[17:20], sum[20:32])
}
