// Package pptx reads presentations of Office Open XML (ECMA-376,
// PresentationML: .pptx, .pptm, .ppsx, templates).
//
// Slides, hidden ones too, with their tables as cells, speaker notes, comments,
// alternative texts, charts and diagrams, links, tags, masters and layouts, and properties are read; Page in
// a location is the number in the name of the slide's part, which is that on the
// screen unless slides were moved. Embedded files and macros are members. Pictures are
// not read. Encrypted presentations are told.
package pptx

import (
	"bytes"
	"context"
	"path"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

const (
	name      = "pptx"
	mediaType = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
)

// Format is the PowerPoint presentation.
var Format = sources.Format{
	Name: name,
	Doc: `PowerPoint presentation (.pptx, .ppsx)
ECMA-376. Slides with hidden ones, notes, comments, alternative texts, masters; tables as cells; properties.
Embedded files are members. Pictures are not read. Encrypted ones are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff knows a presentation by the names of the first entries of its archive,
// and an encrypted one by its OLE file and its name, for its content is hidden.
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
		case bytes.HasPrefix(entry, []byte("ppt/")):
			found = true
		case bytes.HasPrefix(entry, []byte("xl/")), bytes.HasPrefix(entry, []byte("word/")), bytes.Equal(entry, []byte("mimetype")):
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
	for _, e := range [...]string{".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"} {
		if e == ext {
			return true
		}
	}
	return false
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
	p := &presentation{archive: a, story: parts.NewStory(a, flow), flow: flow, out: out, slides: make(map[string]int32)}
	p.number()
	for _, key := range a.Order {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		if err := p.part(key); err != nil {
			return res, err
		}
	}
	if err := a.Pictures(ctx, "ppt/media/", p.written == 0, out); err != nil {
		return res, err
	}
	if !p.found {
		reason := sources.Corrupt
		if a.Broken != nil {
			reason = a.Broken.Reason
		}
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: reason}
	}
	return res, a.Verdict(p.story.Damaged)
}

// presentation is a presentation being read.
type presentation struct {
	archive *parts.Archive
	story   *parts.Story
	flow    *parts.Flow
	out     sources.Output
	slides  map[string]int32 // the slide that a part belongs to
	found   bool
	written int64 // bytes of text on slides
}

// number finds the slide of each part that a slide refers to.
func (p *presentation) number() {
	for _, key := range p.archive.Under("ppt/slides/_rels/", ".rels") {
		slide := trailing(strings.TrimSuffix(key, ".xml.rels"))
		p.archive.Each(key, func(x *parts.Scanner, _ string) {
			if target := string(x.Attr("Target")); target != "" && string(x.Attr("TargetMode")) != "External" {
				p.slides[strings.TrimPrefix(path.Join("/ppt/slides", target), "/")] = slide
			}
		})
	}
}

// trailing returns the number at the end of s.
func trailing(s string) int32 {
	i := len(s)
	for i > 0 && '0' <= s[i-1] && s[i-1] <= '9' {
		i--
	}
	n, err := strconv.ParseInt(s[i:], 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

func (p *presentation) part(key string) error {
	base, dir := path.Base(key), path.Dir(key)
	slide := p.slides[key]
	switch {
	case strings.HasPrefix(key, "ppt/embeddings/"), key == "ppt/vbaProject.bin":
		return p.archive.Embedded(key, p.out)
	case dir == "ppt/slides" && strings.HasSuffix(base, ".xml"):
		p.found = true
		before := p.flow.Written
		err := p.story.Read(key, "", trailing(strings.TrimSuffix(base, ".xml")))
		p.written += p.flow.Written - before
		return err
	case !strings.HasSuffix(base, ".xml") && !strings.HasSuffix(base, ".rels"):
		return nil
	case dir == "ppt/slides/_rels":
		return p.story.Links(key, "links", trailing(strings.TrimSuffix(base, ".xml.rels")))
	case strings.HasSuffix(dir, "_rels"):
		return p.story.Links(key, key, 0)
	case dir == "ppt/notesSlides":
		p.found = true
		return p.story.Read(key, "notes", slide)
	case dir == "ppt/comments", dir == "ppt/threadedComments":
		p.found = true
		return p.story.Read(key, "comments", slide)
	case key == "ppt/commentAuthors.xml", key == "ppt/authors.xml", key == "ppt/presentation.xml", key == "ppt/revisionInfo.xml":
		return p.story.Read(key, key, 0)
	case dir == "ppt/slideMasters", dir == "ppt/slideLayouts", dir == "ppt/notesMasters", dir == "ppt/handoutMasters", dir == "ppt/changesInfos":
		return p.story.Read(key, key, 0) // of more slides than one
	case dir == "ppt/tags", dir == "ppt/drawings", dir == "ppt/activeX":
		return p.story.Read(key, key, slide)
	case dir == "docProps", dir == "customXml" && strings.HasPrefix(base, "item") && !strings.HasPrefix(base, "itemProps"):
		return p.story.Named(key)
	case dir == "ppt/charts" && strings.HasPrefix(base, "chart"), dir == "ppt/diagrams" && strings.HasPrefix(base, "data"):
		return p.story.Texts(key, key, slide)
	}
	return nil
}
