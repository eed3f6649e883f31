// Package epub reads electronic books (EPUB 2 and 3): their chapters are members,
// read as the HTML they are; the title, the authors and the other descriptions of
// the package are read as lines "name: value". Pictures, styles and scripts are
// not read, nor are books that a shop encrypted.
package epub

import (
	"bytes"
	"context"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/parts"
)

const mediaType = "application/epub+zip"

// Format is the electronic book.
var Format = sources.Format{
	Name: "epub",
	Doc: `Electronic book (.epub)
EPUB 2 and 3. Chapters are members read as HTML; descriptions are read. Pictures are not; encrypted
chapters are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".epub"},
	Sniff:      sniff,
	Read:       read,
	Random:     true,
}

// sniff looks for the media type, which is stored as it is in the first entry.
func sniff(head []byte, _ string, _ int64) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) && len(head) > 38 && string(head[30:38]) == "mimetype" &&
		bytes.Contains(head[38:min(len(head), 256)], []byte(mediaType))
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: "epub", Bytes: max(in.Size, 0)}
	a, err := parts.Open(in, out)
	if err != nil {
		return res, err
	}
	locked := make(map[string]bool)
	a.Each("META-INF/encryption.xml", func(x *parts.Scanner, local string) {
		if uri := x.Attr("URI"); local == "CipherReference" && uri != nil {
			locked[string(uri)] = true
		}
	})
	flow := parts.NewFlow(ctx, out)
	defer flow.Close()
	story := parts.NewStory(a, flow)
	chapters := 0
	for _, key := range a.Order {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		switch ext := strings.ToLower(path.Ext(key)); {
		case ext == ".opf":
			err = story.Named(key)
		case ext != ".xhtml" && ext != ".html" && ext != ".htm":
		case locked[key]:
			chapters++
			err = out.Member(sources.Member{Name: key, Size: -1, Embedded: true, Status: sources.Encrypted, Detail: sources.PasswordProtected})
		default:
			chapters++
			err = a.Embedded(key, out)
		}
		if err != nil {
			return res, err
		}
	}
	if chapters == 0 {
		reason := sources.Corrupt
		if a.Broken != nil {
			reason = a.Broken.Reason
		}
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: reason}
	}
	return res, a.Verdict(story.Damaged)
}
