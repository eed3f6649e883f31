// Package parts holds what the readers of documents kept in a ZIP archive share
// (Office Open XML, OpenDocument, EPUB): the parts under one bound on what they
// expand to, what is left of a damaged archive, a scanner of their XML, and a
// Flow, which takes paragraphs and tables in the order of a document and hands
// out running text and cells.
//
// It knows no vocabulary of any of them and decides about no format.
package parts

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"recense/sources"
	zipformat "recense/sources/files/zip"
)

// Archive are the parts of a document.
type Archive struct {
	Order []string // their names, in the order of the archive
	Total int64    // bytes unpacked, as declared
	Large int64    // of the largest XML part, as declared
	Left  int64    // bytes that may still be unpacked
	Spent bool     // they were not enough
	Data  map[string][]byte
	// Broken says why the archive had to be read from the front; nil for a sound one.
	Broken *sources.FormatError

	files map[string]*zip.File
	blind bool // there are pictures, nobody could read them, and nothing else
}

// Open opens the document in, of which all parts together may expand to what the
// limits of out allow. An archive without a directory is read from the front as
// far as it goes, into memory. The error is a *sources.FormatError.
func Open(in sources.Input, out sources.Output) (*Archive, error) {
	if in.At == nil {
		return nil, &sources.FormatError{Status: sources.TooLarge, Reason: sources.SizeLimit}
	}
	z, err := zip.NewReader(in.At, in.Size)
	if err != nil && (z == nil || len(z.File) == 0) {
		return salvage(io.NewSectionReader(in.At, 0, in.Size))
	}
	z.RegisterDecompressor(zip.Deflate, zipformat.Inflate)
	p := OfArchive(z)
	limits := out.Limits().Defaults()
	p.Left = max(limits.RatioMin, limits.Ratio*in.Size)
	return p, nil
}

// OfArchive returns the parts of z, without a bound.
func OfArchive(z *zip.Reader) *Archive {
	p := &Archive{files: make(map[string]*zip.File), Left: 1 << 62}
	for _, f := range z.File {
		key := strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/")
		if p.files[key] != nil {
			continue
		}
		p.files[key] = f
		p.Order = append(p.Order, key)
		size := int64(min(f.UncompressedSize64, 1<<60))
		p.Total += size
		if strings.HasSuffix(key, ".xml") {
			p.Large = max(p.Large, size)
		}
	}
	return p
}

// maxSalvaged bounds what is kept of a damaged archive, in bytes unpacked.
const maxSalvaged = 64 << 20

// salvage reads the parts that stand whole, or begin, in a damaged archive.
func salvage(r io.Reader) (*Archive, error) {
	p := &Archive{Data: make(map[string][]byte), Left: maxSalvaged}
	left := int64(maxSalvaged)
	err := zipformat.Salvage(r, func(entry string, body io.Reader) error {
		if !isText(entry) || p.Data[entry] != nil {
			return nil
		}
		data, err := io.ReadAll(io.LimitReader(body, left))
		left -= int64(len(data))
		if len(data) > 0 {
			p.Data[entry] = data
			p.Order = append(p.Order, entry)
		}
		return err
	})
	if !errors.As(err, &p.Broken) {
		p.Broken = &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	}
	if len(p.Order) == 0 {
		return nil, &sources.FormatError{Status: sources.Unreadable, Reason: p.Broken.Reason}
	}
	return p, nil
}

func isText(entry string) bool {
	for _, ext := range []string{".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx"} {
		if strings.HasSuffix(entry, ext) {
			return true
		}
	}
	return entry == "mimetype"
}

// Has reports whether there is a part of this name.
func (p *Archive) Has(key string) bool { return p.files[key] != nil || p.Data[key] != nil }

// Under lists the parts of a folder with an extension, in the archive's order.
func (p *Archive) Under(folder, ext string) (keys []string) {
	for _, key := range p.Order {
		if strings.HasPrefix(key, folder) && strings.HasSuffix(key, ext) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Open opens a part; the error is about the data and quotes nothing of it.
func (p *Archive) Open(key string) (io.ReadCloser, error) {
	if data, ok := p.Data[key]; ok {
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	f := p.files[key]
	if f == nil {
		return nil, errMissing
	}
	if f.Flags&1 != 0 {
		return nil, errMissing
	}
	r, err := f.Open()
	if err != nil {
		return nil, errMissing // its text may name the entry
	}
	return &expanding{r, p}, nil
}

var (
	errMissing = errors.New("part missing")
	errRatio   = errors.New("too much unpacked")
)

// Each calls f for every start tag of a part that can be read. The local name is
// valid during the call.
func (p *Archive) Each(key string, f func(x *Scanner, local string)) {
	r, err := p.Open(key)
	if err != nil {
		return
	}
	defer r.Close()
	x := NewScanner(r)
	for n := 0; n < 1<<20 && x.Next() == nil; n++ {
		if local, end, _ := x.Name(); !end {
			f(x, string(local))
		}
	}
}

// Embedded hands over an embedded file.
func (p *Archive) Embedded(key string, out sources.Output) error {
	m := sources.Member{Name: key, Size: -1, Embedded: true}
	r, err := p.Open(key)
	if err != nil {
		m.Status, m.Detail = sources.Unreadable, sources.Corrupt
	} else {
		defer r.Close()
		m.Reader = r
	}
	return out.Member(m)
}

// Verdict returns what the state of the archive means for its document.
func (p *Archive) Verdict(damaged bool) error {
	switch {
	case p.Broken != nil:
		return p.Broken
	case p.Spent:
		return &sources.FormatError{Status: sources.Partial, Reason: sources.RatioLimit}
	case damaged:
		return &sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}
	case p.blind:
		return &sources.FormatError{Status: sources.Unsupported, Reason: sources.NoTextLayer}
	}
	return nil
}

// expanding counts what comes out of a part against what the whole document may
// expand to.
type expanding struct {
	io.ReadCloser
	p *Archive
}

// Read implements io.Reader.
func (e *expanding) Read(b []byte) (int, error) {
	if e.p.Left <= 0 {
		e.p.Spent = true
		return 0, errRatio
	}
	n, err := e.ReadCloser.Read(b[:min(int64(len(b)), e.p.Left)])
	e.p.Left -= int64(n)
	return n, err
}

// OLE is what an OLE compound file begins with.
const OLE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// encryptedPackage is the name of the stream that holds an encrypted document.
var encryptedPackage = utf16("EncryptedPackage")

func utf16(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// Encrypted reports whether head is that of an OLE file with an encrypted
// document of Office Open XML; at may be nil.
func Encrypted(head []byte, at io.ReaderAt) bool {
	if !bytes.HasPrefix(head, []byte(OLE)) {
		return false
	}
	if bytes.Contains(head, encryptedPackage) {
		return true
	}
	if at == nil || len(head) < 52 {
		return false
	}
	shift := min(binary.LittleEndian.Uint16(head[30:]), 12)
	first := int64(binary.LittleEndian.Uint32(head[48:]))
	directory := make([]byte, 8<<10)
	n, _ := at.ReadAt(directory, (first+1)<<shift)
	return bytes.Contains(directory[:n], encryptedPackage)
}

// Entries calls f with the name of each entry of a ZIP archive that begins in
// head, until f returns false.
func Entries(head []byte, f func(name []byte) bool) {
	for at := 0; at+30 <= len(head); {
		i := bytes.Index(head[at:], []byte("PK\x03\x04"))
		if i < 0 || at+i+30 > len(head) {
			return
		}
		at += i
		end := min(at+30+int(binary.LittleEndian.Uint16(head[at+26:])), len(head))
		if !f(head[at+30 : end]) {
			return
		}
		at += 30
	}
}
