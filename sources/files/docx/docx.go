// Package docx reads word processing documents of Office Open XML (ECMA-376,
// WordprocessingML: .docx, .docm, templates).
//
// Paragraphs are joined across runs; tables are cells. Headers, footers, notes,
// comments, text boxes, deleted and moved text, field codes, alternative texts,
// links, properties, variables, what fields and controls are called and offer, the source of
// a mail merge and data bound to the document are read too; charts and
// diagrams give their texts; embedded files and inserted documents are members.
// Line in a location counts paragraphs. Pictures are not read.
// Encrypted documents are told.
package docx

import (
	"bytes"
	"context"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

const (
	name      = "docx"
	mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// Format is the Word document.
var Format = sources.Format{
	Name: name,
	Doc: `Word document (.docx, .docm)
ECMA-376. Text with headers, footers, notes, comments, tracked changes, text boxes; tables as cells;
properties. Embedded files and macros are members. Pictures are not read. Encrypted ones are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".docx", ".docm", ".dotx", ".dotm"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff knows a document by the names of the first entries of its archive, and
// an encrypted one by its OLE file and its name, for its content is hidden.
func sniff(head []byte, file string, _ int64) bool {
	if bytes.HasPrefix(head, []byte(parts.OLE)) {
		return named(file) && parts.Encrypted(head, nil)
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	content, found, other := false, false, false
	parts.Entries(head, func(entry []byte) bool {
		switch {
		case bytes.HasPrefix(entry, []byte("word/")):
			found = true
		case bytes.HasPrefix(entry, []byte("xl/")), bytes.HasPrefix(entry, []byte("ppt/")), bytes.Equal(entry, []byte("mimetype")):
			other = true
		case bytes.Equal(entry, []byte("[Content_Types].xml")):
			content = true
		}
		return !found && !other
	})
	return found || !other && content && named(file)
}

func named(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".docx" || ext == ".docm" || ext == ".dotx" || ext == ".dotm"
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if bytes.HasPrefix(in.Head, []byte(parts.OLE)) {
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	a, err := parts.Open(in, out)
	if err != nil {
		return res, err
	}
	flow := parts.NewFlow(ctx, out)
	defer flow.Close()
	d := &document{archive: a, story: parts.NewStory(a, flow), flow: flow, out: out, inserted: inserted(a)}
	if err := d.read(ctx); err != nil {
		return res, err
	}
	if !d.found {
		reason := sources.Corrupt
		if a.Broken != nil {
			reason = a.Broken.Reason
		}
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: reason}
	}
	return res, a.Verdict(d.story.Damaged)
}

// document is a document being read.
type document struct {
	archive  *parts.Archive
	story    *parts.Story
	flow     *parts.Flow
	out      sources.Output
	inserted map[string]bool // parts that are whole documents within the text
	found    bool            // a part with text
}

// read reads the main text first, then the other parts in the archive's order.
func (d *document) read(ctx context.Context) error {
	for _, key := range d.archive.Order {
		if isMain(key) {
			d.found = true
			if err := d.story.Read(key, "", 0); err != nil {
				return err
			}
		}
	}
	if err := d.archive.Pictures(ctx, "word/media/", d.flow.Written == 0, d.out); err != nil {
		return err
	}
	for _, key := range d.archive.Order {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.part(key); err != nil {
			return err
		}
	}
	return nil
}

// inserted finds the documents that programs put into the text as they are (altChunk), under any name.
func inserted(a *parts.Archive) map[string]bool {
	found := make(map[string]bool)
	for _, key := range a.Under("word/_rels/", ".rels") {
		a.Each(key, func(x *parts.Scanner, _ string) {
			if bytes.HasSuffix(x.Attr("Type"), []byte("/aFChunk")) {
				target := string(x.Attr("Target"))
				if !strings.HasPrefix(target, "/") {
					target = path.Join("/word", target)
				}
				found[path.Clean(target)[1:]] = true
			}
		})
	}
	return found
}

// isMain reports whether key is the main text: document.xml, or another number
// of it that some servers write.
func isMain(key string) bool {
	return path.Dir(key) == "word" && strings.HasPrefix(path.Base(key), "document") && strings.HasSuffix(key, ".xml")
}

func (d *document) part(key string) error {
	base, dir := path.Base(key), path.Dir(key)
	switch {
	case isMain(key):
		return nil
	case strings.HasPrefix(key, "word/embeddings/"), key == "word/vbaProject.bin", d.inserted[key]:
		return d.archive.Embedded(key, d.out)
	case !strings.HasSuffix(base, ".xml") && !strings.HasSuffix(base, ".rels"):
		return nil
	case strings.HasSuffix(dir, "_rels"):
		return d.story.Links(key, key, 0)
	case dir == "word", dir == "word/glossary":
		for _, kind := range [...]string{"header", "footer", "footnotes", "endnotes", "comments", "document", "people"} {
			if strings.HasPrefix(base, kind) {
				d.found = true
				return d.story.Read(key, key, 0)
			}
		}
		if base == "settings.xml" || base == "numbering.xml" {
			return d.story.Read(key, key, 0)
		}
	case dir == "word/drawings", dir == "word/activeX":
		return d.story.Read(key, key, 0)
	case dir == "docProps", dir == "customXml" && strings.HasPrefix(base, "item") && !strings.HasPrefix(base, "itemProps"):
		return d.story.Named(key)
	case dir == "word/charts" && strings.HasPrefix(base, "chart"), dir == "word/diagrams" && strings.HasPrefix(base, "data"):
		return d.story.Texts(key, key, 0)
	}
	return nil
}
