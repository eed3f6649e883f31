// Package arrow writes the tables of a scan as Arrow IPC files: inventory,
// elements, locations and findings, with the schemas of domain/register.md
// section B.
//
// It follows the Arrow columnar format 1.4 (file format): dictionaries with
// int32 indices that are complete before the first record batch, record batches
// of at most 8,192 rows, buffers not compressed unless LZ4 frames are asked for.
// arrow/go v15 refuses a dictionary that grows and then loses the batches that
// follow while Close reports success, so nothing is written before all results
// were seen: batches wait in memory up to 64 MiB, beyond that results are walked
// a second time. The error of every Write ends the document.
//
// With a register there is verdicts.arrow too (B.3): its rows stand in the order
// of the locations, those about sources and processings last.
//
// subjects.arrow (B.4) is written only by the command that asks for it.
package arrow

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"recense/report"
	"recense/report/inventory"
)

// Writer writes inventory.arrow, elements.arrow, locations.arrow and
// findings.arrow.
var Writer = report.Writer{
	Name:  "arrow",
	Doc:   "Tables Arrow / Arrow tables\ninventory, elements, locations, findings and, with a register, verdicts as Arrow IPC files, for programs.",
	Write: write,
}

// batchRows bounds the rows of a record batch, and with it the memory of a table.
const batchRows = 8192

// keepBytes bounds the batches kept in memory until the dictionaries are
// complete. Results that fit are walked once.
const keepBytes = 64 << 20

// document is the files being written.
type document struct {
	inventory, elements, locations, findings *table
	verdicts                                 *table // nil without a register

	scan    string
	digests bool
	keep    int64 // bytes of batches that may be kept
}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	names, err := writeKeeping(ctx, dir, in, keepBytes)
	if err != nil {
		return nil, fmt.Errorf("arrow: %w", err)
	}
	return names, nil
}

func writeKeeping(ctx context.Context, dir string, in report.Input, keep int64) ([]string, error) {
	d := &document{
		inventory: newTable("inventory", inventoryFields(), in),
		elements:  newTable("elements", elementFields(), in),
		locations: newTable("locations", locationFields(), in),
		findings:  newTable("findings", findingFields(), in),
		scan:      in.Inventory.Run().ID, digests: in.Digests, keep: keep,
	}
	if in.Inventory.Register() != nil {
		d.verdicts = newTable("verdicts", verdictFields(), in)
	}
	defer func() {
		for _, t := range d.tables() {
			t.abort()
		}
	}()
	if keep < 0 {
		d.drop()
	}
	if err := in.Inventory.Walk(ctx, d.collect); err != nil {
		return nil, err
	}
	if err := d.rest(in.Inventory); err != nil {
		return nil, err
	}
	for _, t := range d.tables() {
		if err := t.create(dir); err != nil {
			return nil, err
		}
	}
	if d.keep < 0 { // too much to keep: once more, with complete dictionaries
		if err := in.Inventory.Walk(ctx, d.write); err != nil {
			return nil, err
		}
		if err := d.rest(in.Inventory); err != nil {
			return nil, err
		}
	}
	// All are finished before the first one gets its name.
	for _, t := range d.tables() {
		if err := t.finish(); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, t := range d.tables() {
		if err := t.file.Commit(); err != nil {
			return nil, err
		}
		names = append(names, t.file.Name())
	}
	return names, nil
}

func (d *document) tables() []*table {
	tables := []*table{d.inventory, d.elements, d.locations, d.findings, d.verdicts}
	if d.verdicts == nil {
		return tables[:4]
	}
	return tables
}

// rest makes the rows of the verdicts that concern no single location.
func (d *document) rest(inv *inventory.Inventory) error {
	if d.verdicts == nil {
		return nil
	}
	for _, v := range inv.Register().Rest() {
		d.verdict(&v)
	}
	return d.verdicts.err
}

// collect is the first walk: it fills the dictionaries, and keeps the rows while
// they are few. Beyond that findings are not read for it: their detectors are
// those of the elements.
func (d *document) collect(l *inventory.Location) error {
	for i := range l.Elements {
		if e := &l.Elements[i]; e.Matches > 0 {
			d.findings.dicts[findingDetector].add(e.Detector)
		}
	}
	d.findings.dicts[findingScan].add(d.scan)
	for _, s := range strengths {
		d.findings.dicts[findingStrength].add(s)
	}
	if d.keep < 0 {
		d.rows(l)
		return d.err()
	}
	if err := d.write(l); err != nil {
		return err
	}
	kept := int64(0)
	for _, t := range d.tables() {
		kept += t.keptBytes
	}
	if kept > d.keep {
		d.drop()
	}
	return nil
}

// drop gives up what was kept: there will be a second walk.
func (d *document) drop() {
	d.keep = -1
	for _, t := range d.tables() {
		t.drop()
	}
}

// write makes all rows of a location.
func (d *document) write(l *inventory.Location) error {
	d.rows(l)
	if len(l.Elements) > 0 { // all findings are in one
		if err := d.findingRows(l); err != nil {
			return err
		}
	}
	return d.err()
}

func (d *document) findingRows(l *inventory.Location) error {
	for f, err := range l.Findings() {
		if err != nil {
			return err
		}
		d.finding(l, &f)
	}
	return nil
}

// rows makes the rows of a location in all tables but findings.
func (d *document) rows(l *inventory.Location) {
	d.location(l)
	for i := range l.Inventory {
		d.inventoryRow(l, &l.Inventory[i])
	}
	for i := range l.Elements {
		d.element(l, &l.Elements[i])
	}
	if d.verdicts != nil {
		for i := range l.Verdicts {
			d.verdict(&l.Verdicts[i])
		}
	}
}

func (d *document) err() error {
	for _, t := range d.tables() {
		if t.err != nil {
			return t.err
		}
	}
	return nil
}

// metadata are the schema metadata of section B, in its order.
func metadata(name string, in report.Input) arrow.Metadata {
	run := in.Inventory.Run()
	policy, register := "", ""
	if r := in.Inventory.Register(); r != nil {
		policy, register = r.Policy, r.Digest
	}
	return arrow.NewMetadata(
		[]string{
			"recense.schema", "recense.schema_version", "recense.scan_id", "recense.started_at", "recense.tool_version",
			"recense.taxonomy_sha256", "recense.policy_sha256", "recense.register_sha256", "recense.audience",
		},
		[]string{
			name, "1", run.ID, run.Started.UTC().Format("2006-01-02T15:04:05.000Z"), run.Version,
			in.Inventory.Taxonomy().SHA256, policy, register, in.Inventory.Audience().ID,
		})
}

// output buffers a document for the IPC writer, which writes in small pieces and
// asks for its position between them, but never moves it.
type output struct {
	*bufio.Writer
	at int64
}

func newOutput(w io.Writer) *output { return &output{Writer: bufio.NewWriterSize(w, 1<<18)} }

// Write appends p.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.at += int64(n)
	return n, err
}

// Seek only tells the position.
func (o *output) Seek(offset int64, whence int) (int64, error) {
	if offset == 0 && whence == io.SeekCurrent {
		return o.at, nil
	}
	return 0, errors.New("seek in an Arrow file being written")
}

func newFileWriter(o *output, schema *arrow.Schema, lz4 bool) (*ipc.FileWriter, error) {
	opts := []ipc.Option{ipc.WithSchema(schema)}
	if lz4 {
		opts = append(opts, ipc.WithLZ4())
	}
	return ipc.NewFileWriter(o, opts...)
}
