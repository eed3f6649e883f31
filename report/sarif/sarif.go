// Package sarif writes recense.sarif: each kind of data at each location as a result
// of static analysis, for the tools that security teams and forges already have; and,
// with a register, each gap with it.
//
// It follows SARIF 2.1.0 (OASIS, 27 March 2020): results have a partial fingerprint
// that does not depend on lines, and a baselineState when the run before over the same
// sources is known. Names that are no URI are percent-encoded. It holds no value.
package sarif

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"recense/report"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
)

// FileName is the name of the document.
const FileName = "recense.sarif"

// Writer writes recense.sarif.
var Writer = report.Writer{
	Name:     "sarif",
	Doc:      "Résultats SARIF / SARIF results\nrecense.sarif: each kind of data at each location, and each gap, as SARIF 2.1.0, with baselineState.",
	Write:    write,
	Compares: true,
}

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type text struct {
	Text string `json:"text"`
}

type rule struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	Short         text              `json:"shortDescription"`
	Configuration map[string]string `json:"defaultConfiguration"`
	Properties    map[string]any    `json:"properties"`
}

type result struct {
	Rule         string            `json:"ruleId"`
	Index        int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      text              `json:"message"`
	Locations    []location        `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	State        string            `json:"baselineState,omitempty"`
	Suppressions []suppression     `json:"suppressions,omitempty"`
	Properties   map[string]any    `json:"properties"`
}

// suppression is an acceptance by somebody, outside what was scanned.
type suppression struct {
	Kind   string `json:"kind"`
	Status string `json:"status"`
	Reason string `json:"justification"`
}

type location struct {
	Physical physical  `json:"physicalLocation"`
	Logical  []logical `json:"logicalLocations,omitempty"`
}

type physical struct {
	Artifact artifact `json:"artifactLocation"`
	Region   *region  `json:"region,omitempty"`
}

type artifact struct {
	URI string `json:"uri"`
}

type region struct {
	Line int64 `json:"startLine"`
}

type logical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type invocation struct {
	Successful bool   `json:"executionSuccessful"`
	Code       int    `json:"exitCode"`
	Start      string `json:"startTimeUtc,omitempty"`
	End        string `json:"endTimeUtc,omitempty"`
}

// document is the state of one writing.
type document struct {
	out   *bufio.Writer
	in    report.Input
	tax   *taxonomy.Taxonomy
	index map[string]int // of rules
	first bool
}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	err := report.Single(dir, FileName, func(w io.Writer) error {
		d := &document{out: bufio.NewWriterSize(w, 1<<18), in: in, tax: in.Inventory.Taxonomy(), index: map[string]int{}, first: true}
		if err := d.head(); err != nil {
			return err
		}
		if err := d.results(ctx); err != nil {
			return err
		}
		if _, err := d.out.WriteString("\n]}]}\n"); err != nil {
			return err
		}
		return d.out.Flush()
	})
	if err != nil {
		return nil, fmt.Errorf("sarif: %w", err)
	}
	return []string{FileName}, nil
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// head writes all that stands before the results.
func (d *document) head() error {
	run := d.in.Inventory.Run()
	parts := []struct {
		before string
		value  any
	}{
		{`{"$schema":"` + schema + `","version":"2.1.0","runs":[{"tool":{"driver":`, map[string]any{
			"name": "recense", "version": run.Version, "rules": d.rules(),
		}},
		{`},"automationDetails":`, map[string]any{"id": "recense/" + run.ID}},
		{`,"columnKind":"unicodeCodePoints","invocations":`, []invocation{{run.State == scanner.Complete, run.ExitCode, moment(run.Started), moment(run.Ended)}}},
		{`,"properties":`, d.properties(run)},
	}
	for _, p := range parts {
		b, err := marshal(p.value)
		if err != nil {
			return err
		}
		d.out.WriteString(p.before) // an error stays with the writer
		d.out.Write(b)
	}
	_, err := d.out.WriteString(`,"results":[`)
	return err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (d *document) properties(run scanner.Run) map[string]any {
	n, a, u, s, x, f := run.Coverage.Terms()
	p := map[string]any{"coverage": map[string]int64{"discovered": n, "analysed": a, "unchanged": u, "sampled": s, "excluded": x, "failed": f}}
	if d.in.Earlier != nil {
		p["baselineRun"] = d.in.Earlier.Run().ID
	}
	return p
}

// rules are the detectors, and with a register the kinds of verdicts.
func (d *document) rules() (rules []rule) {
	add := func(id, title, level string, p map[string]any) {
		d.index[id] = len(rules)
		rules = append(rules, rule{id, id, text{title}, map[string]string{"level": level}, p})
	}
	for i := range d.tax.Detectors {
		row := &d.tax.Detectors[i]
		category := d.tax.Category(row.Category)
		title := category.Label.In(d.in.Lang)
		if x := d.in.Inventory.Detector(string(row.ID)); x != nil {
			title, _, _ = strings.Cut(x.Doc, "\n")
		}
		add(string(row.ID), title, d.level(category.Severity), map[string]any{"category": row.Category, "severity": category.Severity})
	}
	for i := range d.tax.Audiences {
		if a := &d.tax.Audiences[i]; a.Placeholder != "" {
			add(a.Placeholder, a.Label.In(d.in.Lang), "warning", map[string]any{"reservedTo": a.ID})
		}
	}
	if d.in.Inventory.Register() != nil {
		for _, k := range register.Kinds() {
			add("gap/"+k.ID, k.Constat.In(d.in.Lang), "warning", map[string]any{})
		}
	}
	return rules
}

// level is the level of a severity.
func (d *document) level(severity string) string {
	l := d.tax.Level(severity)
	switch {
	case l == nil || l.Rank <= 1:
		return "note"
	case l.Rank == 2:
		return "warning"
	}
	return "error"
}

func (d *document) results(ctx context.Context) error {
	compared := d.in.Earlier.Compare()
	err := d.in.Inventory.Walk(ctx, func(l *inventory.Location) error {
		isNew := compared.Location(l)
		lines, err := firstLines(l)
		if err != nil {
			return err
		}
		for i := range l.Inventory {
			state := ""
			if isNew != nil {
				state = map[bool]string{true: "new", false: "unchanged"}[isNew[i]]
			}
			if err := d.row(l, &l.Inventory[i], lines[l.Inventory[i].Detector], state); err != nil {
				return err
			}
		}
		for i := range l.Verdicts {
			if err := d.verdict(&l.Verdicts[i], l.Outer, l.Member); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r := d.in.Inventory.Register(); r != nil {
		for _, v := range r.Rest() {
			if err := d.verdict(&v, v.URI, ""); err != nil {
				return err
			}
		}
	}
	return compared.Closed(ctx, func(l *inventory.Location, row *inventory.InventoryRow) error { return d.row(l, row, 0, "absent") })
}

// firstLines finds the first line of each kind at a location.
func firstLines(l *inventory.Location) (map[string]int64, error) {
	if len(l.Inventory) == 0 {
		return nil, nil
	}
	lines := map[string]int64{}
	for f, err := range l.Findings() {
		if err != nil {
			return nil, err
		}
		if f.At.Line > 0 && lines[f.Detector] == 0 {
			lines[f.Detector] = f.At.Line
		}
	}
	return lines, nil
}

func (d *document) row(l *inventory.Location, r *inventory.InventoryRow, line int64, state string) error {
	label := r.Category
	if c := d.tax.Category(r.Category); c != nil {
		label = c.Label.In(d.in.Lang)
	}
	level := "note"
	if r.Asserted {
		level = d.level(r.Severity)
	}
	id := inventory.AlertID(l.ID, r)
	var accepted []suppression
	if d.in.Accepted != nil && state != "absent" {
		if reason, ok := d.in.Accepted(id, r.Matches); ok {
			accepted = []suppression{{"external", "accepted", reason}}
		}
	}
	return d.emit(&result{
		Suppressions: accepted, Rule: r.Detector, Index: d.index[r.Detector], Level: level,
		Message:      text{fmt.Sprintf("%s (%s): %d", label, r.Detector, r.Matches)},
		Locations:    []location{placeOf(l.Outer, l.Member, line)},
		Fingerprints: map[string]string{"recenseAlert/v1": hex.EncodeToString(id[:])},
		State:        state,
		Properties: map[string]any{"category": r.Category, "strength": r.Strength.String(), "matches": r.Matches,
			"severity": r.Severity, "access": l.Access, "source": l.Source, "asserted": r.Asserted},
	})
}

// states are the baselineStates of verdicts; the register remembers them by itself.
var states = map[string]string{"new": "new", "persisting": "unchanged", "reopened": "new", "resolved": "absent", "not_rescanned": "unchanged"}

func (d *document) verdict(v *inventory.Verdict, uri, member string) error {
	act := v.Status == register.Gap || v.Status == register.ToConfirm
	if !act && v.State != "resolved" {
		return nil
	}
	message := v.FR
	if d.in.Lang == "en" {
		message = v.EN
	}
	r := &result{
		Rule: "gap/" + v.Kind, Index: d.index["gap/"+v.Kind], Level: d.level(v.Severity),
		Message: text{message}, Locations: []location{placeOf(uri, member, 0)},
		Fingerprints: map[string]string{"recenseVerdict/v1": hex.EncodeToString(v.ID[:])},
		Properties:   map[string]any{"status": v.Status, "certainty": v.Certainty, "category": v.Category, "processing": v.Processing},
	}
	if d.in.Inventory.Register().Earlier || d.in.Earlier != nil {
		r.State = states[v.State]
	}
	return d.emit(r)
}

func placeOf(uri, member string, line int64) location {
	at := location{Physical: physical{Artifact: artifact{encode(uri)}}}
	if line > 0 && member == "" {
		at.Physical.Region = &region{line}
	}
	if member != "" {
		at.Logical = []logical{{member, "member"}}
	}
	return at
}

func (d *document) emit(r *result) error {
	b, err := marshal(r)
	if err != nil {
		return err
	}
	if !d.first {
		d.out.WriteByte(',')
	}
	d.first = false
	d.out.WriteByte('\n')
	_, err = d.out.Write(b)
	return err
}

// encode makes a URI of a masked name: whatever RFC 3986 does not allow is
// percent-encoded; so is a percent sign that begins no escape.
func encode(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		escape := c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		if escape || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~:/?#@!$&'()*+,;=", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
