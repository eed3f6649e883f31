// Package pst reads mailboxes of Outlook (MS-PST): .pst of Outlook 97 and later, and
// the .ost that Outlook keeps of a server's mailbox, also with the pages of 4096 bytes
// of Outlook 2013.
//
// Each message, contact or appointment is a member, named by its folder and a number,
// and read as package msg reads a message of its own; attachments and messages within
// are members of it. All messages that the file holds are read, those of the folder of
// deleted ones too. A file is read where its tables lead; nothing is held but a few
// pages of them and the properties of the message at hand.
//
// What it leaves out: what was deleted for good and only not yet overwritten, settings
// of folders, files with the old "high encryption", which few programs wrote.
package pst

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"recense/sources"
)

// Format is the mailbox of Outlook.
var Format = sources.Format{
	Name: "pst",
	Doc: `Outlook mailbox (.pst, .ost)
MS-PST, of all versions: messages, contacts, appointments as members, with their properties, recipients, bodies and
attachments.`,
	MediaType:  "application/vnd.ms-outlook-pst",
	Extensions: []string{".pst", ".ost"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return len(head) >= 12 && bytes.HasPrefix(head, []byte("!BDN"))
	},
	Read:   read,
	Random: true,
}

// layout are the sizes that differ between the versions.
type layout struct {
	wide   bool // 64-bit numbers
	large  bool // pages of 4096 bytes, blocks that may be packed
	page   int64
	tail   int // of a page, where its counts stand
	block  int // most bytes of a block
	cipher byte
}

// file is an open mailbox.
type file struct {
	layout
	ctx    context.Context
	at     io.ReaderAt
	size   int64
	nodes  int64 // offset of the root of the nodes
	blocks int64 // and of the blocks
	pages  map[int64][]byte
	left   int64 // bytes that may still be taken, against circles and bombs
	names  [2][]byte
	broken bool
	over   bool
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: 0, Bytes: max(in.Size, 0)}
	if in.At == nil || in.Size < 0 {
		return res, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	f := &file{ctx: ctx, at: in.At, size: in.Size, pages: map[int64][]byte{}}
	limits := out.Limits().Defaults()
	f.left = limits.RatioMin + limits.Ratio*min(in.Size, 1<<40/max(limits.Ratio, 1))
	if err := f.open(in.Head); err != nil {
		return res, err
	}
	f.readNames()
	n, err := f.messages(out)
	res.Records = n
	switch {
	case err != nil:
		return res, err
	case f.over:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
	case f.broken && n == 0:
		return res, &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	case f.broken:
		return res, &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	return res, nil
}

// open reads the header (MS-PST 2.2.2.6).
func (f *file) open(head []byte) error {
	bad := &sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}
	if len(head) < 564 {
		bad.Reason = sources.Truncated
		return bad
	}
	switch version := binary.LittleEndian.Uint16(head[10:]); {
	case version == 14 || version == 15:
		f.layout = layout{page: 512, tail: 496, block: 8192 - 12, cipher: head[461]}
		f.nodes, f.blocks = int64(binary.LittleEndian.Uint32(head[188:])), int64(binary.LittleEndian.Uint32(head[196:]))
	case version >= 36:
		f.layout = layout{wide: true, large: true, page: 4096, tail: 4056, block: 65536 - 24, cipher: head[513]}
	case version >= 23:
		f.layout = layout{wide: true, page: 512, tail: 488, block: 8192 - 16, cipher: head[513]}
	default:
		return bad
	}
	if f.wide {
		f.nodes, f.blocks = int64(binary.LittleEndian.Uint64(head[224:])), int64(binary.LittleEndian.Uint64(head[240:]))
	}
	if f.cipher > 1 {
		return &sources.FormatError{Status: sources.Unsupported, Reason: sources.PasswordProtected}
	}
	return nil
}

// The types of nodes (MS-PST 2.2.2.1), the low five bits of their numbers, and nodes
// of fixed numbers.
const (
	typeFolder    = 0x02
	typeMessage   = 0x04
	nodeNames     = 0x61
	nodeRecipient = 0x692
)

// messages hands over every message.
func (f *file) messages(out sources.Output) (n int64, err error) {
	folders := map[uint32]string{}
	err = f.walk(f.nodes, func(e node) error {
		if e.id&0x1F != typeMessage {
			return nil
		}
		n++
		name := fmt.Sprintf("%06d", n)
		if folder := f.folder(e.parent, folders); folder != "" {
			name = folder + "/" + name
		}
		return out.Member(sources.Member{Name: name, Size: -1, Read: func(out sources.Output) (sources.Result, error) {
			return f.message(e.data, e.sub, out, 0)
		}})
	})
	return n, err
}

// maxFolders bounds the names of folders that are kept, and their depth.
const (
	maxFolders = 1 << 14
	maxDeep    = 32
)

// folder returns the names of a folder and those above it.
func (f *file) folder(id uint32, known map[uint32]string) string {
	if name, ok := known[id]; ok {
		return name
	}
	var path []string
	for at, deep := id, 0; at&0x1F == typeFolder && deep < maxDeep; deep++ {
		e, ok := f.node(at)
		if !ok || e.parent == at { // the root is above itself
			break
		}
		if name := f.displayName(e); name != "" {
			path = append([]string{strings.NewReplacer("/", "_", "!", "_").Replace(name)}, path...)
		}
		at = e.parent
	}
	name := strings.Join(path, "/")
	if len(known) < maxFolders {
		known[id] = name
	}
	return name
}

// displayName returns the name of a folder.
func (f *file) displayName(e node) string {
	h, err := f.heap(e.data, e.sub)
	if err != nil {
		return ""
	}
	const name = 0x3001
	text := ""
	_ = h.properties(func(p prop) error { // what is broken has no name
		if p.id == name {
			text = p.text(256)
		}
		return nil
	})
	return text
}
