// Package ppt reads binary presentations of PowerPoint (MS-PPT, PowerPoint 97 to
// 2003: .ppt, .pps, .pot).
//
// Slides, hidden ones too, masters, speaker notes, comments, headers and footers, links, what shapes are called and
// say when they are not seen, decorated texts, properties and the name of the last user are read; Page in a location is the
// number of the slide. Embedded objects are members. The reader follows the
// directory of the last saving: what earlier ones left behind is not read, nor are
// macros and pictures. Presentations with a password are told, those of
// PowerPoint 95 and before are not known.
package ppt

import (
	"context"

	"recense/sources"
	"recense/sources/files/cfb"
	"recense/sources/files/codepage"
	"recense/sources/files/parts"
)

const (
	name      = "ppt"
	mediaType = "application/vnd.ms-powerpoint"
	stream    = "PowerPoint Document"
)

// Format is the binary presentation.
var Format = sources.Format{
	Name: name,
	Doc: `PowerPoint 97-2003 presentation (.ppt)
MS-PPT. Slides with hidden ones, masters, notes, comments, headers, links, properties; embedded objects are members.
Macros and pictures are not read. Encrypted ones are reported.`,
	MediaType:  mediaType,
	Extensions: []string{".ppt", ".pps", ".pot"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return cfb.Is(head) },
	Read:       read,
	Random:     true,
}

// presentation is a presentation being read.
type presentation struct {
	ctx      context.Context
	out      sources.Output
	flow     *parts.Flow
	told     int // lines of slides
	data     *cfb.Reader
	size     int64
	live     map[uint32]int64 // where each object of the last saving stands, by its number
	slides   map[int64]int32  // the number of the slide that stands at an offset
	ids      map[uint32]int32 // and that has an identifier, which notes refer to
	count    int32            // slides met in the list
	loose    int32            // slides met without a list
	part     string
	page     int32
	objects  int
	reason   sources.Reason // of the first damage
	steps    int
	lastUser string
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1, MediaType: mediaType, Format: name, Bytes: max(in.Size, 0)}
	if in.At == nil {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return res, err
	}
	s := f.Stream(stream)
	if s == nil {
		s = f.Stream("PP97_DUALSTORAGE/" + stream)
	}
	if s == nil {
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	}
	p := &presentation{ctx: ctx, out: out, flow: parts.NewFlow(ctx, out), data: s.Reader(), size: s.Size, slides: make(map[int64]int32), ids: make(map[uint32]int32)}
	defer p.flow.Close()
	user, _ := f.Stream("Current User").Bytes(1 << 10)
	if word(user, 12) == 0xF3D1C4DF {
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	}
	if n := int(word(user, 20) & 0xFFFF); n > 0 && 28+n <= len(user) && string(user[28:28+n]) != "Current User" {
		p.lastUser = codepage.String(1252, user[28:28+n])
	}
	if err := p.read(user); err != nil {
		return res, err
	}
	if err := p.properties(f); err != nil {
		return res, err
	}
	if p.reason != "" {
		return res, &sources.FormatError{Status: sources.Partial, Reason: p.reason}
	}
	if s := f.Stream("Pictures"); s != nil && s.Size > parts.LeastPicture && p.told == 0 { // pages that were scanned, say
		return res, &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return res, nil
}

// read reads what the last saving refers to: the document first, which numbers the
// slides. Without its directory everything is read as it stands.
func (p *presentation) read(user []byte) error {
	document := p.directory(int64(word(user, 16)))
	if len(p.live) == 0 {
		return p.objectAt(0, p.size)
	}
	if err := p.objectAt(document, 0); err != nil {
		return err
	}
	for _, at := range p.order() {
		if at == document {
			continue
		}
		if err := p.ctx.Err(); err != nil {
			return err
		}
		if err := p.objectAt(at, 0); err != nil {
			return err
		}
	}
	return p.flow.End()
}

// properties gives the properties of the document.
func (p *presentation) properties(f *cfb.File) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if err := p.flow.Begin("properties", 0); err != nil {
		return err
	}
	all := f.Properties()
	if p.lastUser != "" {
		all = append(all, cfb.Property{Name: "last user", Value: p.lastUser})
	}
	for _, q := range all {
		if err := p.flow.Line([]byte(q.Name + ": " + q.Value)); err != nil {
			return err
		}
	}
	return p.flow.End()
}

func (p *presentation) damage(reason sources.Reason) {
	if p.reason == "" {
		p.reason = reason
	}
}
