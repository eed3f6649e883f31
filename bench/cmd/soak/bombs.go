package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"recense/bench/run"
	"recense/scanner"
	"recense/scanner/journal"
	"recense/sources"
)

// bomb is a file that promises more than anybody can read.
type bomb struct {
	name string
	make func(w io.Writer) error
	// reason must be told of it, or of a member.
	reasons []sources.Reason
}

// letters are what most bombs are made of: zeros would not be taken for text.
var letters = bytes.Repeat([]byte("a"), 1<<20)

// bombs are the known ways to kill a reader of files with a small one.
func bombs() []bomb {
	ratio := []sources.Reason{sources.RatioLimit}
	return []bomb{
		{"letters.gz", func(w io.Writer) error { return repeatedly(w, gzipped(64<<20), 160) }, ratio}, // 10 GiB in members
		{"letters.zip", func(w io.Writer) error {
			return zipOf(w, func(w io.Writer) error { return fill(w, 4<<30) }, "a.txt")
		}, ratio},
		{"nested.zip", nested, []sources.Reason{sources.RatioLimit, sources.DepthLimit}},
		{"overlapping.zip", overlapping, ratio},
		{"members.tar.gz", members, []sources.Reason{sources.MembersLimit}},
		{"entities.xml", entities, nil}, // entities are not expanded: the file is read as it stands
		{"deep.json", func(w io.Writer) error { return repeatedly(w, []byte("["), 64<<20) }, []sources.Reason{sources.DepthLimit, sources.Truncated, sources.Corrupt}},
		{"deep.xml", func(w io.Writer) error { return repeatedly(w, []byte("<a>"), 16<<20) }, nil}, // read as text
		{"sheet.xlsx", func(w io.Writer) error { return workbook(w, 4<<30, false) }, nil},          // 190 times its size: read whole, or for as long as there is time
		{"strings.xlsx", func(w io.Writer) error { return workbook(w, 4<<30, true) }, nil},         // 190 times its size: read whole, as text
		{"flate.pdf", flatePDF, append(ratio, sources.SizeLimit)},
		{"loops.pdf", loopPDF, nil}, // read: what turns in a circle is read once
		{"table.parquet", func(w io.Writer) error { return lie(w, "PAR1", "PAR1") }, []sources.Reason{sources.Corrupt, sources.Truncated}},
	}
}

// defused makes all bombs, scans them with a sound file in their midst, and looks at
// every reason, the peak of memory and the time.
func defused(o options, dir string) error {
	root := filepath.Join(dir, "bombes")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if !o.keep {
		defer os.RemoveAll(root)
	}
	list := bombs()
	for _, b := range list {
		if err := toFile(filepath.Join(root, b.name), 0, func(w io.Writer, _ int64) error { return b.make(w) }); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "sain.txt"), []byte("courriel : zoe.martin@exemple.fr\n"), 0o644); err != nil {
		return err
	}
	s := run.Scan{Program: o.recense, Target: root, Dir: filepath.Join(dir, "scan"), Workers: o.workers, Sample: true}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	largest := make(chan int64, 1)
	over := make(chan struct{})
	go func() { largest <- watchWorkers(over) }()
	c, err := s.Run(ctx)
	close(over)
	peak := <-largest
	if err != nil {
		return err
	}
	report, err := run.ReadReport(s.Out())
	if err != nil {
		return err
	}
	told, err := reasons(ctx, filepath.Join(s.Dir, "state", "journal.db"))
	if err != nil {
		return err
	}
	fmt.Printf("     %-9s %d bombs: %.1f s, peak %d MiB in %d processes, %d MiB of the largest worker, exit %d; %s\n", "bombs", len(list), c.Wall.Seconds(), c.Peak>>20, c.Processes, peak>>20, c.Exit, report.Coverage.Line)
	for _, b := range list {
		if got := told[b.name]; !b.defused(got) {
			return fmt.Errorf("%s: %v, want one of %v", b.name, got, b.reasons)
		} else {
			fmt.Printf("     %-9s %-16s %v\n", "bombs", b.name, got)
		}
	}
	switch {
	case !report.Coverage.Holds || report.State != "complete":
		return fmt.Errorf("run is %s, coverage adds up: %v", report.State, report.Coverage.Holds)
	case peak > o.mib<<20:
		return fmt.Errorf("a worker took %d MiB", peak>>20)
	case len(told["sain.txt"]) != 0 || report.Matches == 0:
		return fmt.Errorf("the sound file: %v", told["sain.txt"])
	}
	fmt.Printf("ok   %-9s\n", "bombs")
	return nil
}

func (b *bomb) defused(got []string) bool {
	if len(b.reasons) == 0 {
		return true
	}
	// Whatever the limit, time is one: on a busy machine it may be the first.
	for _, r := range append([]sources.Reason{sources.TimedOut, sources.OutOfMemory}, b.reasons...) {
		for _, g := range got {
			if strings.HasSuffix(g, string(r)) {
				return true
			}
		}
	}
	return false
}

// reasons returns what was told of each file and its members.
func reasons(ctx context.Context, path string) (map[string][]string, error) {
	j, err := journal.Open(path)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	runs, err := j.Runs()
	if err != nil || len(runs) == 0 {
		return nil, fmt.Errorf("no run: %w", err)
	}
	res, err := j.Results(runs[0].ID)
	if err != nil {
		return nil, err
	}
	told := map[string][]string{}
	return told, res.Walk(ctx, func(l *scanner.Location, _ iter.Seq2[scanner.Finding, error]) error {
		name := filepath.Base(l.URI)
		add := func(s string) {
			for _, have := range told[name] {
				if have == s {
					return
				}
			}
			told[name] = append(told[name], s)
		}
		if l.Status != sources.Scanned || l.Detail != "" {
			add(cmp.Or(string(l.Status), "scanned") + " " + string(l.Detail))
		}
		for _, k := range l.Skips {
			add("part " + string(k.Reason))
		}
		return nil
	})
}

// watchWorkers returns the most anonymous memory that a process called recense with the
// argument worker had, looked at twenty times a second.
func watchWorkers(over <-chan struct{}) (most int64) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return most
		case <-tick.C:
			all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, p := range all {
				line, _ := os.ReadFile(p)
				if !bytes.HasSuffix(line, []byte("\x00worker\x00")) {
					continue
				}
				status, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "status"))
				if _, rest, ok := bytes.Cut(status, []byte("RssAnon:")); ok {
					kib, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
					most = max(most, kib<<10)
				}
			}
		}
	}
}

// fill writes n letters.
func fill(w io.Writer, n int64) error {
	for ; n > 0; n -= int64(len(letters)) {
		if _, err := w.Write(letters[:min(n, int64(len(letters)))]); err != nil {
			return err
		}
	}
	return nil
}

func repeatedly(w io.Writer, b []byte, n int) error {
	for len(b) < 64<<10 && n%2 == 0 {
		b, n = append(b[:len(b):len(b)], b...), n/2
	}
	for range n {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// gzipped packs n letters.
func gzipped(n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(bytes.Repeat([]byte("a"), n)) // a buffer takes it
	_ = w.Close()
	return b.Bytes()
}

// zipOf writes an archive of entries with one content.
func zipOf(w io.Writer, content func(io.Writer) error, names ...string) error {
	z := zip.NewWriter(w)
	for _, name := range names {
		e, err := z.Create(name)
		if err == nil {
			err = content(e)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

// nested is an archive of ten archives of ten archives, seven deep, as 42.zip.
func nested(w io.Writer) error {
	var inner bytes.Buffer
	if err := zipOf(&inner, func(w io.Writer) error { return fill(w, 16<<20) }, "0.txt"); err != nil {
		return err
	}
	var names []string
	for i := range 10 {
		names = append(names, strconv.Itoa(i)+".zip")
	}
	for range 6 {
		var outer bytes.Buffer
		content := func(w io.Writer) error { _, err := w.Write(inner.Bytes()); return err }
		if err := zipOf(&outer, content, names...); err != nil {
			return err
		}
		inner = outer
	}
	_, err := w.Write(inner.Bytes())
	return err
}

// overlapping is an archive whose directory names one packed entry two thousand times.
func overlapping(w io.Writer) error {
	var b bytes.Buffer
	if err := zipOf(&b, func(w io.Writer) error { return fill(w, 256<<20) }, "a.txt"); err != nil {
		return err
	}
	data := b.Bytes()
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	entry := data[at:end]
	const times = 2000
	if _, err := w.Write(data[:at]); err != nil {
		return err
	}
	for range times {
		if _, err := w.Write(entry); err != nil {
			return err
		}
	}
	tail := bytes.Clone(data[end:])
	binary.LittleEndian.PutUint16(tail[8:], times)
	binary.LittleEndian.PutUint16(tail[10:], times)
	binary.LittleEndian.PutUint32(tail[12:], uint32(times*len(entry)))
	_, err := w.Write(tail)
	return err
}

// members is an archive of more empty files than are opened.
func members(w io.Writer) error {
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
	t := tar.NewWriter(z)
	for i := range 1_000_500 {
		if err := t.WriteHeader(&tar.Header{Name: strconv.Itoa(i), Mode: 0o600}); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

// entities is the file of a billion laughs.
func entities(w io.Writer) error {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE z [<!ENTITY a0 \"ha\">")
	for i := range 30 {
		fmt.Fprintf(&b, "<!ENTITY a%d \"%s\">", i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	b.WriteString("]><z>&a30;</z>")
	_, err := io.WriteString(w, b.String())
	return err
}

// workbook has a sheet, or shared strings, of n bytes.
func workbook(w io.Writer, n int64, shared bool) error {
	z := zip.NewWriter(w)
	write := func(name, head string, row string, tail string) error {
		e, err := z.Create(name)
		if err != nil {
			return err
		}
		rows := strings.Repeat(row, 4096)
		left := n
		if row == "" {
			left = 0
		}
		if _, err := io.WriteString(e, head); err != nil {
			return err
		}
		for ; left > 0; left -= int64(len(rows)) {
			if _, err := io.WriteString(e, rows); err != nil {
				return err
			}
		}
		_, err = io.WriteString(e, tail)
		return err
	}
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	row, item := `<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>`, ""
	if shared {
		row, item = "", `<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>`
	}
	for _, p := range [][4]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`, "", ""},
		{"xl/workbook.xml", `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="f" sheetId="1" r:id="r1"/></sheets></workbook>`, "", ""},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`, "", ""},
		{"xl/sharedStrings.xml", `<sst ` + ns + `>`, item, `</sst>`},
		{"xl/worksheets/sheet1.xml", `<worksheet ` + ns + `><sheetData><row><c t="s"><v>0</v></c></row>`, row, `</sheetData></worksheet>`},
	} {
		if err := write(p[0], p[1], p[2], p[3]); err != nil {
			return err
		}
	}
	return z.Close()
}

// flatePDF has a page whose content is packed three times over.
func flatePDF(w io.Writer) error {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if err := fill(z, 1<<30); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	once := b.Bytes()
	for range 2 {
		var more bytes.Buffer
		z := zlib.NewWriter(&more)
		if _, err := z.Write(once); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		once = more.Bytes()
	}
	_, err := fmt.Fprintf(w, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n"+
		"4 0 obj\n<< /Length %d /Filter [/FlateDecode /FlateDecode /FlateDecode] >>\nstream\n%s\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", len(once), once)
	return err
}

// loopPDF has a tree of pages and forms that turn in circles.
func loopPDF(w io.Writer) error {
	_, err := io.WriteString(w, "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 3 0 R 3 0 R 2 0 R] /Count 4 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>\nendobj\n"+
		"4 0 obj\n<< /Length 12 >>\nstream\n/X Do /X Do \nendstream\nendobj\n5 0 obj\n<< /Type /XObject /Subtype /Form /Resources << /XObject << /X 5 0 R >> >> /Length 12 >>\nstream\n/X Do /X Do \nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
	return err
}

// lie is a file of columns whose description promises the most there is.
func lie(w io.Writer, head, tail string) error {
	b := append([]byte(head), bytes.Repeat([]byte{0xFF}, 4096)...)
	b = binary.LittleEndian.AppendUint32(b, 4000)
	_, err := w.Write(append(b, tail...))
	return err
}
