// Package tar reads tape archives (POSIX ustar and pax, GNU, the old V7 form,
// sparse files) and hands their files to the walker.
//
// Links, devices and folders hold no content and are passed over: what a link
// points to is in the archive as a file, or it is not there. An archive that is
// cut off or damaged keeps what came before.
package tar

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"

	"recense/sources"
)

// Format is the tape archive.
var Format = sources.Format{
	Name: "tar",
	Doc: `Tape archive
POSIX.1-2001 pax and ustar, GNU, V7; sparse files. Links and devices are passed over.`,
	MediaType:  "application/x-tar",
	Extensions: []string{".tar"},
	Sniff:      sniff,
	Read:       read,
}

const block = 512

// sniff checks the sum of the first header, which V7 archives have as well.
func sniff(head []byte, _ string, _ int64) bool {
	if len(head) < block || head[0] == 0 {
		return false
	}
	want, ok := octal(head[148:156])
	if !ok {
		return false
	}
	var unsigned, signed int64
	for i, c := range head[:block] {
		if 148 <= i && i < 156 {
			c = ' '
		}
		unsigned += int64(c)
		signed += int64(int8(c))
	}
	return want == unsigned || want == signed
}

// octal reads a number as tar writes it; ok needs at least one digit.
func octal(b []byte) (n int64, ok bool) {
	for _, c := range bytes.Trim(b, " \x00") {
		if c < '0' || c > '7' {
			return 0, false
		}
		n, ok = n<<3|int64(c-'0'), true
	}
	return n, ok
}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	res := sources.Result{Records: -1}
	count := &counter{r: in.Reader}
	r := tar.NewReader(count)
	defer func() { res.Bytes = count.n }()
	for {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		h, err := r.Next()
		if err == io.EOF {
			res.Bytes = count.n
			return res, ended(count)
		}
		if err != nil {
			res.Bytes = count.n
			return res, broken(err)
		}
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse && h.Typeflag != tar.TypeCont {
			continue
		}
		m := sources.Member{Name: h.Name, Size: h.Size, ModTime: h.ModTime, Reader: r}
		if err := out.Member(m); err != nil {
			return res, err
		}
	}
}

// ended makes an archive without its end mark a truncated one: the library takes
// the end of the input for the end of the archive when it falls between files.
func ended(c *counter) error {
	if c.zeros() {
		return nil
	}
	return &sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}
}

func broken(err error) error {
	reason := sources.Corrupt
	if errors.Is(err, io.ErrUnexpectedEOF) {
		reason = sources.Truncated
	}
	return &sources.FormatError{Status: sources.Partial, Reason: reason}
}

// counter counts what is read and keeps the last bytes.
type counter struct {
	r   io.Reader
	n   int64
	run int // zero bytes at the end
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	i := n
	for i > 0 && b[i-1] == 0 && n-i < block {
		i--
	}
	if i == 0 {
		c.run += n
	} else {
		c.run = n - i
	}
	return n, err
}

// zeros reports whether the input ended with a block of zero bytes.
func (c *counter) zeros() bool { return c.run >= block }
