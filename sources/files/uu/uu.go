// Package uu reads files that were made text to be sent (POSIX uuencode, also in base64, and
// xxencode): each block is handed to the walker as a file, what stands around it is text.
//
// A block that breaks off is cut there, and what follows is text again. Files of yEnc are not read.
package uu

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"recense/sources"
	"recense/sources/files/cells"
)

// Format is the file that begins with a block.
var Format = sources.Format{
	Name: "uuencode",
	Doc: `uuencode, xxencode
Files as text, in their own letters or in base64; several in one file.`,
	MediaType:  "text/x-uuencode",
	Extensions: []string{".uu", ".uue", ".xxe"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		if !bytes.HasPrefix(head, []byte("begin")) {
			return false
		}
		line, rest, ok := bytes.Cut(head, []byte("\n"))
		return ok && Open(line, bufio.NewReaderSize(bytes.NewReader(rest), 256)) != nil
	},
	Read: read,
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	count := &counter{r: in.Reader}
	broken, err := Text(ctx, bufio.NewReaderSize(count, 32<<10), out, "")
	res := sources.Result{Records: -1, Bytes: count.n}
	if err == nil && broken {
		err = &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
	}
	return res, err
}

// Text gives the text that r holds as a part, and the files in it as members. broken says that one of them
// has no end. Any error is that of out or ctx.
func Text(ctx context.Context, r *bufio.Reader, out sources.Output, part string) (broken bool, err error) {
	t := cells.NewText(out)
	defer t.Close()
	t.Part = part
	for line, fresh := int64(1), true; ; {
		piece, err := r.ReadSlice('\n')
		if len(piece) > 0 {
			if fresh {
				if bytes.HasPrefix(piece, []byte("begin")) {
					piece = bytes.Clone(piece) // a look at the next line moves the buffer
				}
				if b := Open(piece, r); b != nil {
					if err := t.End(); err != nil {
						return broken, err
					}
					cut, err := member(out, b)
					if broken = broken || cut; err != nil {
						return broken, err
					}
					piece = b.Rest()
				}
				t.Mark(-1, line)
			}
			t.Append(bytes.ToValidUTF8(piece, nil)...)
			if fresh = len(piece) == 0 || piece[len(piece)-1] == '\n'; fresh {
				line++
			}
			if err := t.Drain(); err != nil {
				return broken, err
			}
		}
		if err != nil && err != bufio.ErrBufferFull {
			return broken, t.End()
		}
		if line%1024 == 0 && ctx.Err() != nil {
			return broken, ctx.Err()
		}
	}
}

// member hands over a block and passes over what the walker leaves of it.
func member(out sources.Output, b *Block) (cut bool, err error) {
	if err := out.Member(sources.Member{Name: b.Name, Size: -1, Reader: b, Embedded: true}); err != nil {
		return false, err
	}
	_, err = io.Copy(io.Discard, b)
	return err != nil, nil
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
