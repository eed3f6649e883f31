package arrow

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"recense/report"
	"recense/report/reporttest"
	"recense/scanner"
)

var update = flag.Bool("update", false, "write the golden files anew")

var files = []string{"inventory.arrow", "elements.arrow", "locations.arrow", "findings.arrow"}

func input(t testing.TB, r scanner.Results, audience string) report.Input {
	t.Helper()
	inv, err := reporttest.New(r, audience)
	if err != nil {
		t.Fatal(err)
	}
	return report.Input{Inventory: inv}
}

// written writes the tables into a new folder.
func written(t testing.TB, in report.Input) string {
	t.Helper()
	dir := t.TempDir()
	names, err := Writer.Write(context.Background(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(names, " ") != strings.Join(files, " ") {
		t.Fatalf("files %v", names)
	}
	return dir
}

// dump prints a file as testdata/readers/dump.mjs does.
func dump(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b strings.Builder
	md := r.Schema().Metadata()
	var pairs [][]string
	for i, k := range md.Keys() {
		pairs = append(pairs, []string{k, md.Values()[i]})
	}
	var names []string
	for _, f := range r.Schema().Fields() {
		names = append(names, f.Name)
	}
	fmt.Fprintf(&b, "metadata %s\nfields %s\n", compact(t, pairs), compact(t, names))
	for n := range r.NumRecords() {
		rec, err := r.Record(n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			row := make([]any, rec.NumCols())
			for c := range row {
				row[c] = cell(t, rec.Column(c), i)
			}
			b.WriteString(compact(t, row) + "\n")
		}
	}
	return b.String()
}

func compact(t testing.TB, v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func cell(t testing.TB, a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Dictionary:
		return cell(t, a.Dictionary(), a.GetValueIndex(i))
	case *array.String:
		return "s:" + a.Value(i)
	case *array.FixedSizeBinary:
		return hex.EncodeToString(a.Value(i))
	case *array.List:
		from, to := a.ValueOffsets(i)
		list := []any{}
		for j := from; j < to; j++ {
			list = append(list, cell(t, a.ListValues(), int(j)))
		}
		return list
	case *array.Boolean:
		return strconv.FormatBool(a.Value(i))
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'f', -1, 64)
	case *array.Timestamp:
		return strconv.FormatInt(int64(a.Value(i)), 10)
	case *array.Date32:
		return strconv.FormatInt(a.Value(i).ToTime().UnixMilli(), 10)
	case *array.Int8, *array.Int32, *array.Int64, *array.Uint8, *array.Uint16, *array.Uint64:
		return a.ValueStr(i)
	}
	t.Fatalf("no column is a %T", a)
	return nil
}

func TestGolden(t *testing.T) {
	for _, audience := range []string{"general", "medical"} {
		in := input(t, reporttest.Example(), audience)
		in.Digests = audience == "medical"
		dir := written(t, in)
		var got strings.Builder
		for _, name := range files {
			fmt.Fprintf(&got, "## %s\n%s", name, dump(t, filepath.Join(dir, name)))
		}
		golden := filepath.Join("testdata", audience+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s differs from its golden file (go test -update writes it anew):\n%s", audience, got.String())
		}
	}
}

// The schemas are a contract: names, types and nullability in order.
func TestSchemas(t *testing.T) {
	var got strings.Builder
	for _, s := range []struct {
		name   string
		fields []arrow.Field
	}{{"inventory", inventoryFields()}, {"locations", locationFields()}, {"elements", elementFields()}, {"findings", findingFields()}} {
		fmt.Fprintf(&got, "%s\n", s.name)
		for i, f := range s.fields {
			mark := ""
			if f.Nullable {
				mark = "?"
			}
			fmt.Fprintf(&got, "%d %s %s%s\n", i+1, f.Name, typeName(f.Type), mark)
		}
	}
	want, err := os.ReadFile("testdata/schemas.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("schemas:\n%s", got.String())
	}
}

func typeName(d arrow.DataType) string {
	switch d := d.(type) {
	case *arrow.DictionaryType:
		if d.IndexType.ID() == arrow.INT32 && d.ValueType.ID() == arrow.STRING && !d.Ordered {
			return "dict"
		}
	case *arrow.FixedSizeBinaryType:
		return fmt.Sprintf("fixed_size_binary[%d]", d.ByteWidth)
	case *arrow.TimestampType:
		if d.Unit == arrow.Millisecond && d.TimeZone == "UTC" {
			return "ts"
		}
	case *arrow.ListType:
		return "list<" + d.Elem().Name() + ">"
	}
	return d.Name()
}

// Two other implementations read the same rows as arrow/go.
func TestOtherReaders(t *testing.T) {
	dir := readers(t)
	many := reporttest.Many(20_000) // several batches
	for name, in := range map[string]report.Input{
		"example": input(t, reporttest.Example(), "medical"),
		"empty":   input(t, &reporttest.Results{R: many.R}, ""),
		"many":    input(t, many, ""),
	} {
		in.Digests = true
		folder := written(t, in)
		want, paths := "", []string{}
		for _, f := range files {
			paths = append(paths, filepath.Join(folder, f))
			want += dump(t, filepath.Join(folder, f))
		}
		for _, library := range []string{"apache-arrow", "flechette"} {
			if got := node(t, dir, append([]string{library}, paths...)...); got != want {
				t.Errorf("%s, %s: %s", name, library, difference(got, want))
			}
		}
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d reads\n%s\nand not\n%s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(g), len(w))
}

func TestBatches(t *testing.T) {
	dir := written(t, input(t, reporttest.Many(2*batchRows+5), ""))
	f, err := os.Open(filepath.Join(dir, "locations.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for i := range r.NumRecords() {
		rec, err := r.Record(i)
		if err != nil {
			t.Fatal(err)
		}
		if rec.NumRows() > batchRows {
			t.Errorf("a batch of %d rows", rec.NumRows())
		}
		rows += rec.NumRows()
	}
	if r.NumRecords() != 3 || rows != 2*batchRows+5 {
		t.Errorf("%d batches, %d rows", r.NumRecords(), rows)
	}
}

func TestSameBytes(t *testing.T) {
	a, b := written(t, input(t, reporttest.Example(), "")), written(t, input(t, reporttest.Example(), ""))
	for _, name := range files {
		x, _ := os.ReadFile(filepath.Join(a, name))
		y, _ := os.ReadFile(filepath.Join(b, name))
		if len(x) == 0 || !bytes.Equal(x, y) {
			t.Errorf("%s: two runs give different bytes", name)
		}
		if st, err := os.Stat(filepath.Join(a, name)); err != nil || st.Mode() != 0o600 {
			t.Errorf("%s: mode %v", name, st.Mode())
		}
	}
}

// One walk or two, the files are the same; when too much is kept it is given up
// in the middle.
func TestOneWalkOrTwo(t *testing.T) {
	for name, make := range map[string]func() *reporttest.Results{
		"example": reporttest.Example,
		"many":    func() *reporttest.Results { return reporttest.Many(3*batchRows + 7) },
	} {
		want := map[string][]byte{}
		for _, c := range []struct {
			keep  int64
			walks int
		}{{keepBytes, 1}, {-1, 2}, {3 << 20, 2}} {
			r, dir := make(), t.TempDir()
			if name == "example" && c.keep > 0 {
				c.walks = 1
			}
			if _, err := writeKeeping(context.Background(), dir, input(t, r, ""), c.keep); err != nil {
				t.Fatal(err)
			}
			if r.Walks != c.walks {
				t.Errorf("%s, %d bytes kept: %d walks, want %d", name, c.keep, r.Walks, c.walks)
			}
			for _, f := range files {
				b, err := os.ReadFile(filepath.Join(dir, f))
				if err != nil {
					t.Fatal(err)
				}
				if want[f] == nil {
					want[f] = b
				}
				if !bytes.Equal(b, want[f]) {
					t.Errorf("%s, %d bytes kept: %s differs", name, c.keep, f)
				}
			}
		}
	}
}

func TestLZ4(t *testing.T) {
	in := input(t, reporttest.Many(500), "")
	clear := written(t, in)
	in.LZ4 = true
	packed := written(t, in)
	for _, name := range files {
		x, y := filepath.Join(clear, name), filepath.Join(packed, name)
		if dump(t, x) != dump(t, y) {
			t.Errorf("%s: compressed rows differ", name)
		}
	}
	a, _ := os.Stat(filepath.Join(clear, "locations.arrow"))
	b, _ := os.Stat(filepath.Join(packed, "locations.arrow"))
	if b.Size() >= a.Size() {
		t.Errorf("LZ4: %d bytes, %d without", b.Size(), a.Size())
	}
}

// growing gives one more location, with a new owner, on each walk: the
// dictionaries of the first one are then not complete.
type growing struct{ *reporttest.Results }

func (g growing) Walk(ctx context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	l := g.Locations[0]
	l.Owner = fmt.Sprint("owner", g.Walks)
	g.Locations = append(g.Locations, l)
	return g.Results.Walk(ctx, fn)
}

// failing gives an error among the findings.
type failing struct{ *reporttest.Results }

func (f failing) Walk(ctx context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	return f.Results.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		return fn(l, func(yield func(scanner.Finding, error) bool) { yield(scanner.Finding{}, fs.ErrClosed) })
	})
}

// A document that fails leaves nothing behind.
func TestFailureLeavesNothing(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    scanner.Results
		keep int64
		is   error
	}{
		"cancelled":           {cancelled, reporttest.Example(), keepBytes, context.Canceled},
		"growing dictionary":  {context.Background(), growing{reporttest.Example()}, -1, nil},
		"unreadable findings": {context.Background(), failing{reporttest.Example()}, keepBytes, fs.ErrClosed},
		"in the second walk":  {context.Background(), failing{reporttest.Example()}, -1, fs.ErrClosed},
	} {
		dir := t.TempDir()
		_, err := writeKeeping(c.ctx, dir, input(t, c.r, ""), c.keep)
		if err == nil || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %d files left", name, len(left))
		}
	}
}

// A full disk fails the document: the error of a Write is never lost.
func TestWriteError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	in := input(t, reporttest.Example(), "")
	tab := newTable("findings", findingFields(), in)
	if err := tab.create(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	defer tab.abort()
	tab.out = newOutput(full)
	if tab.ipc, err = newFileWriter(tab.out, tab.schema, false); err != nil {
		t.Fatal(err)
	}
	if err := tab.finish(); err == nil {
		t.Error("a full disk goes unnoticed")
	}
}

func BenchmarkWrite100k(b *testing.B) {
	in := input(b, reporttest.Many(100_000), "")
	for b.Loop() {
		start := time.Now()
		dir := b.TempDir()
		if _, err := Writer.Write(context.Background(), dir, in); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(100_000)/time.Since(start).Seconds(), "locations/s")
	}
}
