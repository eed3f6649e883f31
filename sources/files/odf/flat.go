package odf

import (
	"bytes"
	"context"
	"io"

	"recense/sources"
	"recense/sources/files/parts"
)

// Flat is the OpenDocument file that is one XML document. It is read as it streams:
// properties come first, then what the archive keeps in its two other parts.
var Flat = sources.Format{
	Name: "odf_flat",
	Doc: `Flat OpenDocument (.fodt, .fods, .fodp)
ISO/IEC 26300, one XML document in UTF-8. As the archive of the same kind; embedded objects are told and not read.`,
	MediaType:  prefix + "text-flat-xml",
	Extensions: []string{".fodt", ".fods", ".fodp", ".fodg"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return flatKind(head) != "" },
	Read:       readFlat,
}

// flatKind returns the kind of the flat document that head begins, by its root.
func flatKind(head []byte) string {
	head = bytes.TrimPrefix(head[:min(len(head), 16<<10)], []byte("\xef\xbb\xbf"))
	if !bytes.HasPrefix(head, []byte("<")) {
		return ""
	}
	at := bytes.Index(head, []byte("<office:document"))
	if at < 0 {
		return ""
	}
	root := head[at+len("<office:document"):]
	end := bytes.IndexByte(root, '>')
	if end < 0 || len(root) == 0 || root[0] != ' ' && root[0] != '\n' && root[0] != '\r' && root[0] != '\t' {
		return ""
	}
	_, kind, ok := bytes.Cut(root[:end], []byte(`office:mimetype="`+prefix))
	if !ok || declaresOther(head[:at]) {
		return ""
	}
	return kindOf(string(kind))
}

// declaresOther reports whether the XML declaration names another encoding than UTF-8.
func declaresOther(before []byte) bool {
	_, encoding, ok := bytes.Cut(before, []byte("encoding="))
	if !ok || len(encoding) < 6 {
		return false
	}
	return !bytes.EqualFold(encoding[1:min(len(encoding), 6)], []byte("utf-8")) && !bytes.EqualFold(encoding[1:min(len(encoding), 9)], []byte("us-ascii"))
}

func readFlat(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	k := flatKind(in.Head)
	count := &counter{r: in.Reader}
	res := sources.Result{Records: -1, MediaType: prefix + k + "-flat-xml", Format: "f" + names[k]}
	flow := parts.NewFlow(ctx, out)
	defer flow.Close()
	d := &document{flow: flow, out: out, repeats: maxRepeats, flat: true}
	err := d.scan(count, "")
	if res.Bytes = count.n; k == "spreadsheet" {
		res.Records = flow.Rows
	}
	if err == nil && d.damaged {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, err
}

// property takes the tag at hand, and the text in front of it, where it belongs to the properties of
// a flat document. Objects that stand there in base64 are told.
func (d *document) property(x *parts.Scanner, part string) (taken bool, err error) {
	local, end, empty := x.Name()
	if d.binary {
		d.binary = !end
		return true, nil
	}
	d.binary = string(local) == "binary-data" && !end && !empty // the text in front of it is none of it
	switch {
	case !d.meta && bytes.HasPrefix(x.Tag, []byte("office:meta")) && len(local) == 4:
		d.meta = !empty
		return true, d.flow.Begin("meta.xml", 0)
	case !d.meta:
		if string(local) == "object-ole" && !end {
			return false, d.out.Skip(sources.Location{Part: part, Byte: -1}, sources.UnknownFormat)
		}
		return false, nil
	}
	if text := bytes.TrimSpace(x.Text); len(text) > 0 && len(d.name) > 0 && string(d.name) != "generator" {
		if err := d.flow.Line(append(append(bytes.Clone(d.name), ": "...), text...)); err != nil {
			return true, err
		}
	}
	if string(local) == "template" && !end {
		if err := d.tell(x, "template"); err != nil {
			return true, err
		}
	}
	switch {
	case end && string(local) == "meta":
		d.meta = false
		return true, d.flow.Begin(part, 0)
	case end || empty:
		d.name = d.name[:0]
	case string(local) == "user-defined":
		d.name = append(d.name[:0], x.Attr(":name")...)
	default:
		d.name = append(d.name[:0], local...)
	}
	return true, nil
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
