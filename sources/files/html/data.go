package htmltext

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
	"recense/sources/files/parts"
)

// isData reports whether a value is a data: URL (RFC 2397).
func isData(value []byte) bool { return foldPrefix(value, "data:") }

// maxType bounds the media type of a data: URL, in bytes.
const maxType = 512

// data reads what a data: URL holds: documents are members, pictures are recognised where that
// was asked for, as those of other documents are.
func (p *page) data(ctx context.Context, value []byte, at int64) error {
	value = value[len("data:"):]
	comma := bytes.IndexByte(value[:min(len(value), maxType)], ',')
	if comma < 0 {
		return nil
	}
	kind := strings.ToLower(string(value[:comma]))
	kind, packed := strings.CutSuffix(strings.TrimSpace(kind), ";base64")
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.TrimSpace(kind)
	if kind == "" {
		kind = "text/plain"
	}
	content := unpack(value[comma+1:], packed)
	where := sources.Location{Line: p.lex.lineAt(at), Byte: p.src.Original(at)}
	switch {
	case len(content) == 0 || strings.Contains(kind, "font") || kind == "text/css":
		return nil
	case strings.HasPrefix(kind, "image/"):
		return p.picture(ctx, content, where)
	case !strings.HasPrefix(kind, "text/") && !cells.Known(content) && cells.BinaryText(content) == nil:
		return p.out.Skip(where, sources.UnknownFormat)
	}
	p.members++
	return p.out.Member(sources.Member{
		Name: fmt.Sprintf("%d.%s", p.members, path.Base(kind)), Size: int64(len(content)), Reader: bytes.NewReader(content), Embedded: true,
	})
}

// unpack decodes the content of a data: URL, up to where it is damaged.
func unpack(b []byte, packed bool) []byte {
	if bytes.IndexByte(b, '&') >= 0 {
		b = []byte(html.UnescapeString(string(b)))
	}
	if bytes.IndexByte(b, '%') >= 0 {
		if s, err := url.PathUnescape(string(b)); err == nil {
			b = []byte(s)
		}
	}
	if !packed {
		return b
	}
	b = bytes.TrimRight(bytes.Join(bytes.Fields(b), nil), "=")
	content := make([]byte, base64.RawStdEncoding.DecodedLen(len(b)))
	n, _ := base64.RawStdEncoding.Decode(content, b)
	return content[:n]
}

// picture gives the text that a picture shows, where that was asked for.
func (p *page) picture(ctx context.Context, content []byte, at sources.Location) error {
	if len(content) < parts.LeastPicture {
		return nil
	}
	p.pictures++
	r := sources.RecogniserOf(p.out)
	if r == nil || !parts.Recognisable(content) {
		return nil
	}
	found, err := parts.Recognise(ctx, r, content, at, p.out)
	p.seen = p.seen || found
	return err
}

// blind reports whether the page shows pictures, which nobody read, and no text.
func (p *page) blind() bool { return p.pictures > 0 && !p.seen && !p.shown }
