package cfb

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"

	"recense/sources"
	"recense/sources/files/codepage"
)

// contents name the streams that hold a document, with the extension it would
// have as a file.
var contents = []struct{ stream, ext string }{
	{"WordDocument", ".doc"}, {"Workbook", ".xls"}, {"Book", ".xls"}, {"PowerPoint Document", ".ppt"},
	{"__properties_version1.0", ".msg"}, {"VisioDocument", ".vsd"},
}

// Object hands over what is embedded in a storage: the file that a package holds,
// or the storage as a document of its own. Formulas, which are pictures of
// themselves, are passed over.
func (f *File) Object(storage string, out sources.Output) error {
	m := sources.Member{Name: storage, Size: -1, Embedded: true}
	in := func(name string) *Stream { return f.Stream(storage + "/" + name) }
	switch {
	case in("Equation Native") != nil:
		return nil
	case in("Ole10Native") != nil:
		name, data := native(in("Ole10Native"))
		m.Name, m.Reader = path.Join(storage, name), data
	case in("Package") != nil:
		m.Name, m.Size, m.Reader = storage+"/Package", in("Package").Size, in("Package").Reader()
	case in("CONTENTS") != nil:
		m.Name, m.Size, m.Reader = storage+"/CONTENTS", in("CONTENTS").Size, in("CONTENTS").Reader()
	default:
		for _, c := range contents {
			if in(c.stream) != nil {
				m.Name += c.ext
				break
			}
		}
		r, size := f.Storage(storage)
		if r == nil {
			return nil
		}
		m.Reader, m.Size = r, size
	}
	return out.Member(m)
}

// native opens the file in an Ole10Native stream: the length of all, then, for
// files that a person dropped into the document, a label, a path and the bytes.
func native(s *Stream) (string, io.Reader) {
	r := s.Reader()
	head := make([]byte, 4<<10)
	n, _ := io.ReadFull(r, head)
	head = head[:n]
	plain := io.MultiReader(bytes.NewReader(head[min(n, 4):]), r)
	if n < 6 || binary.LittleEndian.Uint16(head[4:]) != 2 {
		return "Ole10Native", plain
	}
	label, rest, ok := bytes.Cut(head[6:], []byte{0})
	_, rest, ok2 := bytes.Cut(rest, []byte{0}) // the path it came from
	if !ok || !ok2 || len(rest) < 8 {
		return "Ole10Native", plain
	}
	skip := int64(binary.LittleEndian.Uint32(rest[4:])) + 8 // a temporary path
	if skip+4 > int64(len(rest)) {
		return "Ole10Native", plain
	}
	size := int64(binary.LittleEndian.Uint32(rest[skip:]))
	name := codepage.String(1252, label)
	if i := strings.LastIndexAny(name, `\/`); i >= 0 {
		name = name[i+1:]
	}
	return name, io.LimitReader(io.MultiReader(bytes.NewReader(rest[skip+4:]), r), size)
}
