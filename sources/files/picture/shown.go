package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// recognisable are the forms that Tesseract opens.
func recognisable(mediaType string) bool {
	return mediaType != "image/heic" && mediaType != "image/avif"
}

// shown gives the text that a picture shows, page by page, and reports whether there
// was any. What keeps a page from being recognised is told.
func shown(ctx context.Context, in sources.Input, mediaType string, r sources.Recogniser, out sources.Output) (any bool, err error) {
	skip := func(page int, reason sources.Reason) error {
		return out.Skip(sources.Location{Page: int32(page), Byte: -1}, reason)
	}
	if in.Size > sources.MaxPicture {
		return false, skip(0, sources.SizeLimit)
	}
	data := make([]byte, max(in.Size, 0))
	if n, err := in.At.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		return false, skip(0, sources.IOError)
	} else {
		data = data[:n]
	}
	pages := 1
	if mediaType == "image/tiff" {
		pages = countPages(data)
	}
	text := cells.NewText(out)
	defer text.Close()
	for i := range pages {
		found, why := r.Recognise(ctx, data, i)
		text.Part = sources.RecognisedPart
		if pages > 1 {
			text.Page = int32(i + 1)
		}
		if len(found) > 0 {
			any = true
			text.Append(found...)
			text.Append('\n')
			if err := text.End(); err != nil {
				return any, err
			}
		}
		if why != "" {
			if err := skip(int(text.Page), why); err != nil || why == sources.TimedOut {
				return any, err // the pages behind have no time either
			}
		}
		if err := ctx.Err(); err != nil {
			return any, err
		}
	}
	return any, nil
}

// maxPages bounds the pages of a TIFF file.
const maxPages = 4096

// countPages follows the directories of a TIFF file (TIFF 6.0, section 2), each of
// which is a page; 1 where they cannot be followed.
func countPages(data []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(data, []byte("MM")) {
		order = binary.BigEndian
	}
	n, at := 0, 4
	for n < maxPages && at+4 <= len(data) {
		next := int64(order.Uint32(data[at:]))
		if next < 8 || next+2 > int64(len(data)) {
			break
		}
		n++
		at = int(next) + 2 + 12*int(order.Uint16(data[next:]))
	}
	return max(n, 1)
}
