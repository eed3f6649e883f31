// Package ar reads archives of ar (System V and GNU, BSD), Debian packages among them, and hands
// their files to the walker.
//
// The tables of symbols and of long names are no files. A thin archive names files that lie
// elsewhere: it has nothing to read and its entries are told.
package ar

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"recense/sources"
	"recense/sources/files/entries"
)

const (
	whole  = "!<arch>\n"
	thin   = "!<thin>\n"
	debian = whole + "debian-binary "
)

// Format is the archive of ar.
var Format = sources.Format{
	Name: "ar",
	Doc: `ar archive, Debian package (.deb)
System V, GNU and BSD names. Entries of thin archives are told.`,
	MediaType:  "application/x-archive",
	Extensions: []string{".ar", ".a", ".deb", ".udeb"},
	Sniff: func(head []byte, _ string, _ int64) bool {
		return bytes.HasPrefix(head, []byte(whole)) || bytes.HasPrefix(head, []byte(thin))
	},
	Read: read,
}

const (
	headSize = 60
	maxName  = 64 << 10 // bytes
	maxTable = 4 << 20  // bytes of the table of long names
)

var errForm = errors.New("no header of ar")

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1}
	if bytes.HasPrefix(in.Head, []byte(debian)) {
		res.MediaType, res.Format = "application/vnd.debian.binary-package", "deb"
	}
	a := &archive{r: entries.New(in.Reader), out: out}
	mark, err := a.r.Head(len(whole))
	if err != nil {
		return res, broken(cut(err))
	}
	a.thin = string(mark) == thin
	for err == nil {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		var last bool
		if last, err = a.entry(); last {
			break
		}
	}
	res.Bytes = a.r.N
	return res, err
}

// archive is an archive being read.
type archive struct {
	r    *entries.Reader
	out  sources.Output
	thin bool
	long []byte // names of GNU
}

// entry hands over the next file; last says that there is none.
func (a *archive) entry() (last bool, err error) {
	b, err := a.r.Head(headSize)
	if err == io.EOF {
		return true, nil
	}
	if err != nil {
		return false, broken(err)
	}
	size, ok := number(b[48:58])
	if !ok || string(b[58:60]) != "`\n" {
		return false, broken(errForm)
	}
	modified, _ := number(b[16:28])
	name := strings.TrimRight(string(b[:16]), " ")
	pad := size & 1
	switch {
	case name == "/" || name == "/SYM64/" || strings.HasPrefix(name, "__.SYMDEF"):
		a.r.Content(size, pad)
		return false, nil
	case name == "//" || name == "ARFILENAMES/":
		content := a.r.Content(size, pad)
		a.long, err = io.ReadAll(io.LimitReader(content, maxTable))
		if err != nil {
			return false, broken(err)
		}
		return false, nil
	case strings.HasPrefix(name, "#1/"):
		if n, ok := number(b[3:16]); ok && n <= min(size, maxName) {
			if b, err = a.r.Head(int(n)); err != nil {
				return false, broken(cut(err))
			}
			name, size = string(bytes.TrimRight(b, "\x00")), size-n
		}
	case strings.HasPrefix(name, "/"):
		name = a.longName(name)
	default:
		name = strings.TrimSuffix(name, "/")
	}
	m := sources.Member{Name: name, Size: size, ModTime: time.Unix(modified, 0)}
	if a.thin {
		m.Status, m.Detail = sources.Unsupported, sources.MissingPart
	} else {
		m.Reader = a.r.Content(size, pad)
	}
	if err := a.out.Member(m); err != nil {
		return false, err
	}
	if err := a.r.Err(); err != nil {
		return false, broken(err)
	}
	return false, nil
}

// longName looks up a name in the table of GNU: a slash and the offset of it.
func (a *archive) longName(name string) string {
	at, ok := number([]byte(name[1:]))
	if !ok || at >= int64(len(a.long)) {
		return name
	}
	rest := a.long[at:]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	return strings.TrimSuffix(string(rest[:min(end, maxName)]), "/")
}

// number reads a decimal number with blanks behind it.
func number(b []byte) (int64, bool) {
	n, err := strconv.ParseUint(string(bytes.TrimRight(b, " ")), 10, 62)
	return int64(n), err == nil
}

// cut makes an end that comes too early an error.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// broken says what an error means.
func broken(err error) error {
	reason := sources.Corrupt
	if errors.Is(err, io.ErrUnexpectedEOF) {
		reason = sources.Truncated
	}
	return &sources.FormatError{Status: sources.Partial, Reason: reason}
}
