package parts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// LeastPicture is the size of a picture, in bytes, below which it shows a sign or a line,
// not a text.
const LeastPicture = 2 << 10

// Pictures looks at the pictures of a folder of the archive. Where the Output has a
// Recogniser, what they show is text. A document that is empty otherwise, and whose
// pictures nobody could read, is told by Verdict: it may be a letter that was scanned.
func (p *Archive) Pictures(ctx context.Context, folder string, empty bool, out sources.Output) error {
	r := sources.RecogniserOf(out)
	if r == nil && !empty {
		return nil
	}
	some, seen := false, false
	for _, key := range p.Order {
		f := p.files[key]
		if f == nil || !strings.HasPrefix(key, folder) || !isPicture(key) || f.UncompressedSize64 < LeastPicture {
			continue
		}
		some = true
		if r == nil || !recognisable(key) {
			continue
		}
		found, err := p.recognise(ctx, r, key, out)
		if err != nil {
			return err
		}
		seen = seen || found
	}
	p.blind = empty && some && !seen
	return nil
}

func isPicture(key string) bool {
	switch strings.ToLower(path.Ext(key)) {
	case ".bmp", ".gif", ".emf", ".wmf", ".svg", ".heic", ".avif":
		return true
	}
	return recognisable(key)
}

// recognisable reports whether the name promises a form that a Recogniser reads.
func recognisable(key string) bool {
	switch strings.ToLower(path.Ext(key)) {
	case ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp":
		return true
	}
	return false
}

// recognise gives the text that the picture key shows and reports whether there was any.
func (p *Archive) recognise(ctx context.Context, r sources.Recogniser, key string, out sources.Output) (found bool, err error) {
	at := sources.Location{Part: key, Byte: -1}
	part, err := p.Open(key)
	if err != nil {
		return false, out.Skip(at, sources.Corrupt)
	}
	defer part.Close()
	data, err := io.ReadAll(io.LimitReader(part, sources.MaxPicture+1))
	switch {
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, out.Skip(at, sources.Corrupt)
	case len(data) > sources.MaxPicture:
		return false, out.Skip(at, sources.SizeLimit)
	}
	return Recognise(ctx, r, data, at, out)
}

// Recognise gives the text that a picture shows and reports whether there was any. What
// keeps it from being read in full is told at the place of the picture.
func Recognise(ctx context.Context, r sources.Recogniser, picture []byte, at sources.Location, out sources.Output) (found bool, err error) {
	text, why := r.Recognise(ctx, picture, 0)
	if found = len(text) > 0; found {
		t := cells.NewText(out)
		defer t.Close()
		t.Part = sources.RecognisedPart
		t.Append(text...)
		t.Append('\n')
		if err := t.End(); err != nil {
			return true, err
		}
	}
	if why != "" {
		if err := out.Skip(at, why); err != nil {
			return found, err
		}
	}
	return found, ctx.Err()
}

// Recognisable reports whether a picture begins like one that a Recogniser reads.
func Recognisable(picture []byte) bool {
	for _, start := range []string{"\x89PNG", "\xff\xd8\xff", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(picture, []byte(start)) {
			return true
		}
	}
	return len(picture) >= 12 && string(picture[:4]) == "RIFF" && string(picture[8:12]) == "WEBP"
}
