// Package picture reads what pictures say about themselves: Exif (CIPA DC-008),
// IPTC (IIM 4.2) and XMP (ISO 16684-1) of JPEG, PNG, TIFF, WebP, HEIC and AVIF,
// where people leave the author, a caption, and the place. Accented letters of
// UserComment and of the XP tags of Windows are lost by the library, and XMP of PNG
// where it stands behind the picture.
//
// A picture is one row; its tags are the columns, under the names that ExifTool
// gives them, and the place is the column GPS, in decimal degrees. Tags that hold
// numbers, dates and settings of the camera are passed over. What the picture
// shows is read when the Output has a Recogniser: text that it sees makes it
// scanned. Otherwise it counts as media_content, read in part when it has tags and
// unsupported when it has none. HEIC and AVIF are never recognised.
package picture

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bep/imagemeta"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the picture with tags.
var Format = sources.Format{
	Name: "picture",
	Doc: `Pictures: their metadata (.jpg, .png, .tif, .webp, .heic, .avif)
Exif, IPTC and XMP: author, captions, keywords, place. What the picture shows is read with --ocr alone (not .heic and .avif).`,
	MediaType:  "image/jpeg",
	Extensions: []string{".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".avif"},
	Sniff:      func(head []byte, _ string, _ int64) bool { _, mediaType := kind(head); return mediaType != "" },
	Read:       read,
	Random:     true,
}

// kind tells the form of a picture by its first bytes.
func kind(head []byte) (imagemeta.ImageFormat, string) {
	has := func(at int, magic string) bool {
		return len(head) > at && head[at] == magic[0] && bytes.HasPrefix(head[at:], []byte(magic))
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return imagemeta.JPEG, "image/jpeg"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return imagemeta.PNG, "image/png"
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return imagemeta.TIFF, "image/tiff"
	case has(0, "RIFF") && has(8, "WEBP"):
		return imagemeta.WebP, "image/webp"
	case has(4, "ftypavif"), has(4, "ftypavis"):
		return imagemeta.AVIF, "image/avif"
	case has(4, "ftyphei"), has(4, "ftypmif1"), has(4, "ftypmsf1"):
		return imagemeta.HEIF, "image/heic"
	}
	return imagemeta.ImageFormatAuto, ""
}

// Bounds of the tags of a picture.
const (
	maxTags = 5000
	maxTag  = 32 << 10 // bytes; the library takes 64 KiB for none at all
)

// authors are tags that name persons: their columns say so.
var authors = []string{"Artist", "XPAuthor", "By-line", "Byline", "Creator", "creator", "CameraOwnerName", "OwnerName", "Writer-Editor",
	"CaptionWriter", "PersonInImage", "Contact", "AuthorsPosition"}

// settings are tags of text that say nothing of anybody: the camera, the program,
// the form of the data.
var settings = []string{"Make", "Model", "Software", "LensModel", "LensMake", "CreatorTool", "format", "Format", "ColorSpace", "ProfileDescription",
	"HostComputer", "ExifVersion", "FlashpixVersion", "ComponentsConfiguration", "FileSource", "SceneType", "CFAPattern", "InteropIndex", "Compression", "CodedCharacterSet"}

// tags collects what one picture says.
type tags struct {
	ctx     context.Context
	rows    *cells.Rows
	columns map[string]int32
	place   imagemeta.Tags
	iptc    []imagemeta.TagInfo // the library gives them in the order of a map
	bytes   int64
	err     error // of the sink or of ctx
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	form, mediaType := kind(in.Head)
	t := &tags{ctx: ctx, rows: cells.NewRows(out), columns: map[string]int32{}}
	_, err := imagemeta.Decode(imagemeta.Options{
		R: io.NewSectionReader(in.At, 0, in.Size), ImageFormat: form, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag:       t.take, LimitNumTags: maxTags, LimitTagSize: maxTag,
	})
	if t.err == nil && ctx.Err() != nil {
		t.err = ctx.Err()
	}
	if t.err == nil {
		t.err = t.end()
	}
	res := sources.Result{Status: sources.Unsupported, Detail: sources.MediaContent, Records: -1, MediaType: mediaType, Bytes: t.bytes}
	if t.bytes > 0 {
		res.Status = sources.Partial
	}
	if r := sources.RecogniserOf(out); r != nil && t.err == nil && recognisable(mediaType) {
		seen := false
		if seen, t.err = shown(ctx, in, mediaType, r, out); seen {
			res.Status, res.Detail, res.Bytes = sources.Scanned, "", in.Size
		}
	}
	if err != nil && t.err == nil { // the tags break off: that is told, whatever the picture shows
		t.err = out.Skip(sources.Location{Byte: -1}, sources.Corrupt)
	}
	return res, t.err
}

// take takes a tag.
func (t *tags) take(tag imagemeta.TagInfo) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if tag.Source == imagemeta.IPTC {
		t.iptc = append(t.iptc, tag)
		return nil
	}
	return t.add(tag)
}

// add gives a tag that says something.
func (t *tags) add(tag imagemeta.TagInfo) error {
	if strings.HasPrefix(tag.Tag, "GPS") {
		t.place.Add(tag)
		return nil
	}
	if tag.Source == imagemeta.XMP && strings.HasPrefix(tag.Namespace, "http://ns.adobe.com/camera-raw-settings/") ||
		slices.Contains(settings, tag.Tag) || strings.HasPrefix(tag.Tag, imagemeta.UnknownPrefix) {
		return nil
	}
	switch v := tag.Value.(type) {
	case string:
		t.text(tag.Tag, v)
	case []string:
		for _, s := range v {
			t.text(tag.Tag, s)
		}
	case []byte: // XP tags are UTF-16
		if strings.HasPrefix(tag.Tag, "XP") {
			t.text(tag.Tag, string(cells.AppendUTF16(nil, v, binary.LittleEndian)))
		}
	}
	return t.err
}

// text gives a value that says something.
func (t *tags) text(name, value string) {
	if !utf8.ValidString(value) { // Latin-1, and UTF-16 that the library took the zeros from
		value = string(cells.UTF8Text([]byte(value)))
	}
	value = strings.Trim(value, " \x00\t\r\n")
	if len(value) < 2 || len(value) > maxTag || !strings.ContainsFunc(value, isLetter) && (len(value) < 8 || strings.Contains(value, ".")) || isDate(value) {
		return
	}
	t.give(name, value)
}

func (t *tags) give(name, value string) {
	if t.err != nil {
		return
	}
	column, ok := t.columns[name]
	if !ok {
		label := ""
		if slices.Contains(authors, name) {
			label = "nom auteur"
		}
		if column, t.err = t.rows.Columns.Add(name, label); t.err != nil {
			return
		}
		t.columns[name] = column
	}
	t.rows.Cell(value, column, 1, sources.Location{Byte: -1})
	t.bytes += int64(len(value))
}

func isLetter(r rune) bool { return r >= utf8.RuneSelf || r|0x20 >= 'a' && r|0x20 <= 'z' }

// isDate reports whether a value is a date of Exif or XMP: when a picture was taken
// says nothing of anybody.
func isDate(v string) bool {
	return len(v) >= 10 && v[4] == v[7] && (v[4] == ':' || v[4] == '-') && !strings.ContainsFunc(v[:4]+v[5:7]+v[8:10], func(r rune) bool { return r < '0' || r > '9' })
}

// end gives what was kept and the place, and ends the row.
func (t *tags) end() error {
	slices.SortStableFunc(t.iptc, func(a, b imagemeta.TagInfo) int {
		return cmp.Or(strings.Compare(a.Tag, b.Tag), strings.Compare(a.Namespace, b.Namespace))
	})
	for _, tag := range t.iptc {
		if err := t.add(tag); err != nil {
			return err
		}
	}
	lat, long, err := t.place.GetLatLong()
	if err == nil && (lat != 0 || long != 0) {
		t.give("GPS", fmt.Sprintf("%.6f, %.6f", lat, long))
	}
	if t.err != nil {
		return t.err
	}
	return errors.Join(t.rows.EndRow(), t.rows.Flush())
}
