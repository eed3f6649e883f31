// Package ocsf writes ocsf.ndjson: events of the Open Cybersecurity Schema Framework
// (version 1.3.0) for a SIEM, one JSON object a line. The first and the last are
// Scan Activity (class 6007); those between are Data Security Findings (class 2006).
//
// A finding is a gap with the register when there is one, and its uid the verdict's
// id; without a register it is a kind of data at a location (inventory.AlertID).
// When the run before over the same sources is known, only what changed is told:
// created, back, closed. No event holds a value.
package ocsf

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"recense/detectors"
	"recense/report"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
)

// FileName is the name of the document.
const FileName = "ocsf.ndjson"

// Version is the version of the schema.
const Version = "1.3.0"

// Writer writes ocsf.ndjson.
var Writer = report.Writer{
	Name:     "ocsf",
	Doc:      "Événements OCSF / OCSF events\nocsf.ndjson: Scan Activity and Data Security Finding events (classes 6007 and 2006), for a SIEM; changes only once there was a run before.",
	Write:    write,
	Compares: true,
}

// The classes, and the activities of findings and of scans.
const (
	classFinding = 2006
	classScan    = 6007

	created = 1
	updated = 2
	closed  = 3

	started   = 1
	completed = 2
	cancelled = 3
	failed    = 6
)

// Event is what both classes have in common, and then what each has.
type Event struct {
	Activity int      `json:"activity_id"`
	Category int      `json:"category_uid"`
	Class    int      `json:"class_uid"`
	Type     int      `json:"type_uid"`
	Severity int      `json:"severity_id"`
	Time     int64    `json:"time"` // ms since 1970
	Metadata metadata `json:"metadata"`
	Message  string   `json:"message,omitempty"`
	Status   int      `json:"status_id,omitempty"`

	Info       *info      `json:"finding_info,omitempty"`
	Confidence int        `json:"confidence_id,omitempty"`
	Alert      *bool      `json:"is_alert,omitempty"`
	File       *file      `json:"file,omitempty"`
	Resources  []resource `json:"resources,omitempty"`

	Scan       *scan  `json:"scan,omitempty"`
	Start      int64  `json:"start_time,omitempty"`
	End        int64  `json:"end_time,omitempty"`
	Duration   int64  `json:"duration,omitempty"`
	Total      *int64 `json:"total,omitempty"`
	Detections *int64 `json:"num_detections,omitempty"`
	Resolved   *int64 `json:"num_resolutions,omitempty"`
	Skipped    *int64 `json:"num_skipped_items,omitempty"`
}

type metadata struct {
	Version     string  `json:"version"`
	Product     product `json:"product"`
	Correlation string  `json:"correlation_uid"` // run
}

type product struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
}

type info struct {
	UID       string   `json:"uid"`
	Title     string   `json:"title"`
	Desc      string   `json:"desc,omitempty"`
	Types     []string `json:"types,omitempty"`
	Analytic  analytic `json:"analytic"`
	FirstSeen int64    `json:"first_seen_time,omitempty"`
	LastSeen  int64    `json:"last_seen_time,omitempty"`
}

type analytic struct {
	UID  string `json:"uid"`
	Type int    `json:"type_id"` // 1: rule
}

type file struct {
	Name string `json:"name"`
	Type int    `json:"type_id"` // 1: regular file
	Path string `json:"path"`
	Size int64  `json:"size,omitempty"`
}

type resource struct {
	UID    string   `json:"uid"` // location id, keyed
	Name   string   `json:"name"`
	Type   string   `json:"type"`
	Labels []string `json:"labels,omitempty"`
}

type scan struct {
	UID  string `json:"uid"`
	Type int    `json:"type_id"`
}

// document is the state of one writing.
type document struct {
	out *bufio.Writer
	in  report.Input
	run scanner.Run
	tax *taxonomy.Taxonomy

	n, closed int64 // findings told of
}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	err := report.Single(dir, FileName, func(w io.Writer) error {
		d := &document{out: bufio.NewWriterSize(w, 1<<18), in: in, run: in.Inventory.Run(), tax: in.Inventory.Taxonomy()}
		if err := d.emit(d.scan(started)); err != nil {
			return err
		}
		if err := d.findings(ctx); err != nil {
			return err
		}
		if err := d.emit(d.scan(outcome(d.run.State))); err != nil {
			return err
		}
		return d.out.Flush()
	})
	if err != nil {
		return nil, fmt.Errorf("ocsf: %w", err)
	}
	return []string{FileName}, nil
}

func (d *document) emit(e *Event) error {
	enc := json.NewEncoder(d.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(e)
}

// event makes what every event has. Class 2006 is class 6 of category 2.
func (d *document) event(class, activity, severity int, at time.Time) *Event {
	return &Event{Activity: activity, Category: class / 1000, Class: class, Type: class*100 + activity, Severity: severity, Time: ms(at),
		Metadata: metadata{Version, product{"recense", "recense", d.run.Version}, d.run.ID}}
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func outcome(state string) int {
	switch state {
	case scanner.Complete:
		return completed
	case scanner.Aborted:
		return failed
	}
	return cancelled
}

func (d *document) scan(activity int) *Event {
	at := d.run.Started
	if activity != started && !d.run.Ended.IsZero() {
		at = d.run.Ended
	}
	e := d.event(classScan, activity, 1, at)
	e.Scan, e.Start = &scan{d.run.ID, 0}, ms(d.run.Started)
	if activity == started {
		return e
	}
	n, _, _, _, excluded, failures := d.run.Coverage.Terms()
	skipped := excluded + failures
	e.End, e.Total, e.Detections, e.Resolved, e.Skipped = ms(d.run.Ended), &n, &d.n, &d.closed, &skipped
	if e.End > 0 {
		e.Duration = e.End - e.Start
	}
	if skipped+d.run.Coverage.NotListable > 0 || len(d.run.Failures) > 0 {
		e.Severity = 2
	}
	return e
}

// severityOf turns a level of the scale into a severity_id: 1 informational to 5
// critical.
func (d *document) severityOf(level string) int {
	if l := d.tax.Level(level); l != nil {
		return min(l.Rank+1, 5)
	}
	return 1
}

func (d *document) findings(ctx context.Context) error {
	if r := d.in.Inventory.Register(); r != nil {
		return d.verdicts(ctx, r)
	}
	compared := d.in.Earlier.Compare()
	err := d.in.Inventory.Walk(ctx, func(l *inventory.Location) error {
		isNew := compared.Location(l)
		for i := range l.Inventory {
			if isNew != nil && !isNew[i] {
				continue
			}
			if err := d.row(created, l, &l.Inventory[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return compared.Closed(ctx, func(l *inventory.Location, r *inventory.InventoryRow) error { return d.row(closed, l, r) })
}

// finding makes a Data Security Finding.
func (d *document) finding(activity, severity int, i info) *Event {
	e := d.event(classFinding, activity, severity, d.run.Started)
	alert := activity != closed
	if alert {
		d.n++
	} else {
		d.closed++
	}
	e.Info, e.Alert, e.Status = &i, &alert, 1 // new
	if activity == closed {
		e.Status = 4 // resolved
	}
	e.Info.LastSeen = ms(d.run.Started)
	return e
}

func (d *document) row(activity int, l *inventory.Location, r *inventory.InventoryRow) error {
	severity := 1
	if r.Asserted {
		severity = d.severityOf(r.Severity)
	}
	id := inventory.AlertID(l.ID, r)
	title := r.Category
	if c := d.tax.Category(r.Category); c != nil {
		title = c.Label.In(d.in.Lang)
	}
	e := d.finding(activity, severity, info{UID: hex.EncodeToString(id[:]), Title: title, Types: []string{r.Category}, Analytic: analytic{r.Detector, 1}})
	e.Message = fmt.Sprintf("%s (%s): %d", title, r.Detector, r.Matches)
	e.Confidence = 1 + int(max(r.Strength, detectors.Possible)-detectors.Possible) // low, medium, high
	e.Resources = []resource{{l.ID.String(), l.URI, l.SourceKind, []string{"source:" + l.Source, "access:" + l.Access}}}
	if l.SourceKind == "file_share" {
		e.File = &file{baseOf(l.Outer), 1, l.Outer, max(l.Size, 0)}
	}
	return d.emit(e)
}

func baseOf(uri string) string { return path.Base(strings.TrimRight(uri, "/")) }

func (d *document) verdicts(ctx context.Context, r *inventory.Register) error {
	err := d.in.Inventory.Walk(ctx, func(l *inventory.Location) error {
		for i := range l.Verdicts {
			if err := d.verdict(r, &l.Verdicts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range r.Rest() {
		if err := d.verdict(r, &v); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) verdict(r *inventory.Register, v *inventory.Verdict) error {
	activity := 0
	act := v.Status == register.Gap || v.Status == register.ToConfirm
	switch {
	case v.State == "resolved":
		activity = closed
	case act && v.State == "reopened":
		activity = updated
	case act && (v.State == "new" || !r.Earlier):
		activity = created
	}
	if activity == 0 {
		return nil
	}
	title := v.Kind
	for _, k := range register.Kinds() {
		if k.ID == v.Kind {
			title = k.Constat.In(d.in.Lang)
		}
	}
	message := v.FR
	if d.in.Lang == "en" {
		message = v.EN
	}
	i := info{UID: hex.EncodeToString(v.ID[:]), Title: title, Desc: message, Analytic: analytic{v.Kind, 1}, FirstSeen: ms(v.FirstSeen)}
	if v.Category != "" {
		i.Types = []string{v.Category}
	}
	e := d.finding(activity, d.severityOf(v.Severity), i)
	e.Message = message
	e.Resources = []resource{{UID: v.Location.String(), Name: v.URI, Type: "location"}}
	return d.emit(e)
}
