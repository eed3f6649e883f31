// Package odf reads OpenDocument files (ISO/IEC 26300): texts, spreadsheets,
// presentations, drawings and their templates.
//
// Paragraphs are joined across spans; tables and sheets are cells. Cells of a
// sheet give the stored value: dates as 1980-03-12, numbers without their format,
// but for leading zeros, which only the text of the cell has. Repeated cells and
// rows with content are given as often as they stand there, up to 100,000 in a
// document; empty ones are passed over. Notes, comments, tracked changes, text
// boxes, headers, footers, speaker notes, links, form controls, fields, filters, checked cells,
// members of pivot tables, earlier versions and properties are read; embedded
// objects are read as parts, or are members when they are no OpenDocument.
// Pictures are not read. Encrypted documents are told. A flat document
// (one file of XML) is read the same way, but for its objects, which are told.
package odf

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

const prefix = "application/vnd.oasis.opendocument."

// Format is the OpenDocument file.
var Format = sources.Format{
	Name: "odf",
	Doc: `OpenDocument (.odt, .ods, .odp, .odg)
ISO/IEC 26300. Text, sheets and tables as cells, slides and their notes, comments, tracked changes,
headers, properties, macros; stored values. Pictures are not read. Encrypted ones are reported.`,
	MediaType:  prefix + "text",
	Extensions: []string{".odt", ".ott", ".odm", ".ods", ".ots", ".odp", ".otp", ".odg", ".otg"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff looks for the media type, which is stored as it is in the first entry.
func sniff(head []byte, _ string, _ int64) bool {
	return kind(head) != ""
}

// kind returns the name and type of the document that head begins.
func kind(head []byte) string {
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) || len(head) < 38 || string(head[30:38]) != "mimetype" {
		return ""
	}
	at := bytes.Index(head[38:min(len(head), 256)], []byte(prefix))
	if at < 0 {
		return ""
	}
	return kindOf(string(head[38+at+len(prefix) : min(len(head), 38+at+len(prefix)+24)]))
}

// kindOf knows the kinds that hold text.
func kindOf(rest string) string {
	for _, k := range [...]string{"text", "spreadsheet", "presentation", "graphics"} {
		if strings.HasPrefix(rest, k) {
			return k
		}
	}
	return ""
}

var names = map[string]string{"text": "odt", "spreadsheet": "ods", "presentation": "odp", "graphics": "odg"}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	k := kind(in.Head)
	res := sources.Result{Records: -1, MediaType: prefix + k, Format: names[k], Bytes: max(in.Size, 0)}
	if k == "" {
		return sources.Result{Records: -1}, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	a, err := parts.Open(in, out)
	if err != nil {
		return res, err
	}
	if encrypted(a) {
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	if !a.Has("content.xml") && !a.Has("styles.xml") {
		reason := sources.Corrupt
		if a.Broken != nil {
			reason = a.Broken.Reason
		}
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: reason}
	}
	flow := parts.NewFlow(ctx, out)
	defer flow.Close()
	d := &document{archive: a, flow: flow, out: out, named: parts.NewStory(a, flow), repeats: maxRepeats}
	err = d.read(ctx)
	if k == "spreadsheet" {
		res.Records = flow.Rows
	}
	if err != nil {
		return res, err
	}
	// Templates of styles have no content; a manifest that names one is believed.
	return res, a.Verdict(d.damaged || d.named.Damaged || !a.Has("content.xml") && named(a, "content.xml"))
}

// named reports whether the manifest names a part, or is not there to say.
func named(a *parts.Archive, part string) bool {
	found := !a.Has("META-INF/manifest.xml")
	a.Each("META-INF/manifest.xml", func(s *parts.Scanner, local string) {
		found = found || local == "file-entry" && string(s.Attr(":full-path")) == part
	})
	return found
}

// encrypted looks for the key of an encrypted part in the manifest.
func encrypted(a *parts.Archive) (found bool) {
	a.Each("META-INF/manifest.xml", func(_ *parts.Scanner, local string) {
		found = found || local == "encryption-data"
	})
	return found
}

// read reads the content first, then the other parts in the archive's order.
func (d *document) read(ctx context.Context) error {
	if d.archive.Has("content.xml") {
		if err := d.content("content.xml", ""); err != nil {
			return err
		}
	}
	if err := d.archive.Pictures(ctx, "Pictures/", d.flow.Written == 0 && d.flow.Rows == 0, d.out); err != nil {
		return err
	}
	for _, key := range d.archive.Order {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		switch {
		case key == "content.xml":
		case key == "styles.xml":
			err = d.content(key, key)
		case key == "meta.xml":
			if err = d.named.Named(key); err == nil {
				err = d.entries(key, "template")
			}
		case key == "settings.xml":
			err = d.content(key, key)
		case key == "VersionList.xml":
			err = d.entries(key, "version-entry")
		case strings.HasSuffix(key, "/content.xml"):
			err = d.content(key, key)
		case isMacro(key):
			err = d.archive.Embedded(key, d.out)
		case isObject(key):
			err = d.object(key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isMacro reports whether key is the source of a macro: a module of Basic, or a script of
// another language.
func isMacro(key string) bool {
	if strings.HasPrefix(key, "Basic/") {
		base := path.Base(key)
		return strings.HasSuffix(base, ".xml") && base != "script-lb.xml" && base != "script-lc.xml"
	}
	return strings.HasPrefix(key, "Scripts/") && !strings.HasSuffix(key, "/")
}

// isObject reports whether key is an embedded file that is no OpenDocument: OLE
// objects are single files named Object and a number. Earlier versions of the document lie in a folder.
func isObject(key string) bool {
	return path.Dir(key) == "Versions" && !strings.HasSuffix(key, "/") || path.Dir(key) == "." && strings.HasPrefix(key, "Object ") && !strings.HasSuffix(key, "/")
}

// object hands over an embedded file, if it is one.
func (d *document) object(key string) error {
	r, err := d.archive.Open(key)
	if err != nil {
		return d.archive.Embedded(key, d.out)
	}
	var first [1]byte
	_, err = io.ReadFull(r, first[:])
	r.Close()
	if err != nil {
		return nil // an entry for a folder
	}
	return d.archive.Embedded(key, d.out)
}
