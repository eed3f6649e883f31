package xlsx

import (
	"errors"
	"io"
	"path"

	"recense/sources"
	"recense/sources/files/parts"
)

// commentsOf returns the sheet that each part of comments belongs to.
func (b *book) commentsOf() map[string]string {
	owner := make(map[string]string)
	for _, p := range b.sheets {
		dir := path.Dir(p.key)
		b.parts.Each(dir+"/_rels/"+path.Base(p.key)+".rels", func(x *parts.Scanner, _ string) {
			if target := string(x.Attr("Target")); target != "" {
				owner[path.Join(dir, target)] = p.name
				owner[path.Join("/", target)[1:]] = p.name // an absolute one
			}
		})
	}
	return owner
}

// comments reads the comments of a sheet, each at its cell, and their authors.
func (b *book) comments(key, sheet string) error {
	r, err := b.parts.Open(key)
	if err != nil {
		return nil
	}
	defer r.Close()
	x := parts.NewScanner(r)
	var note []byte
	var at cellAt
	inText := false // positions of the drawing stand beside it
	for {
		if err := x.Next(); err != nil {
			b.damaged = b.damaged || !errors.Is(err, io.EOF)
			return b.note(sheet, note, at)
		}
		local, end, empty := x.Name()
		if (inText || string(local) == "author") && len(x.Text) > 0 {
			note = append(note, x.Text...)
		}
		switch string(local) {
		case "comment", "threadedComment":
			if end || empty {
				if err := b.note(sheet, note, at); err != nil {
					return err
				}
				note, at = note[:0], cellAt{}
				break
			}
			at.column, at.row = coordinates(x.Attr("ref"))
		case "text":
			inText = !end && !empty
		case "rPh":
			inText = end || empty
		case "author":
			if end {
				note = append(note, '\n')
			}
		case "commentList":
			if err := b.note(sheet, note, at); err != nil {
				return err
			}
			note = note[:0]
		}
	}
}

// note hands out one comment.
func (b *book) note(sheet string, note []byte, at cellAt) error {
	if len(note) == 0 {
		return nil
	}
	return b.out.Chunk(&sources.Chunk{Data: note, To: len(note), Part: sheet, Locator: at})
}

// cellAt leads every offset to one cell.
type cellAt struct {
	column int
	row    int64
}

// Locate implements sources.Locator.
func (c cellAt) Locate(int) sources.Location {
	return sources.Location{Row: c.row, Column: int32(c.column), Byte: -1}
}
