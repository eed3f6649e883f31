package accuracy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"recense/bench/synth"
)

// Value is one labelled value: what stands where.
type Value struct {
	File      string // below the share
	Container string // member of the file, as findings.jsonl names it
	Part      string
	Row       int64 // 0: not a cell
	Column    int32
	Start     int // offset in the bytes of the innermost container; -1: none
	End       int
	Kind      string
	Text      string   // as the generator made it, for those who correct the rules
	Decoy     bool     // looks like Kind and is wrong: must not be found
	Tags      []string // difficulties
}

// Doc is one file of a share, for what is asked of a whole file.
type Doc struct {
	File, Container string
	Form            string // the container of the table of results: csv, docx, utf-16…
	Empty           bool   // holds nothing: every finding is false
	Bytes           int
}

// Share is what Make has written.
type Share struct {
	Dir    string
	Docs   []Doc
	Values []Value
}

// builder writes files and their labels.
type builder struct {
	*synth.Gen
	share *Share
	n     int
	err   error
}

// Make writes a labelled share of about the given number of documents below dir.
func Make(dir string, seed uint64, documents int) (*Share, error) {
	b := &builder{Gen: synth.New(seed), share: &Share{Dir: dir}}
	for range documents {
		switch b.IntN(14) {
		case 0, 1, 2, 3:
			b.table()
		case 4, 5:
			b.prose()
		case 6, 10, 11:
			b.note()
		case 12:
			b.sensitive()
		case 7:
			b.exchange()
		case 8:
			b.lookAlikes()
		case 9:
			b.leaflet()
		default:
			b.nothing()
		}
		if b.err != nil {
			return nil, b.err
		}
	}
	return b.share, nil
}

// name returns a fresh file name that tells nothing.
func (b *builder) name(ext string) string {
	b.n++
	return fmt.Sprintf("d%02d/f%05d.%s", b.n%20, b.n, ext)
}

// add writes one file and notes its labels. vs carry all but the file.
func (b *builder) add(d Doc, data []byte, vs []Value) {
	path := filepath.Join(b.share.Dir, filepath.FromSlash(d.File))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.err = err
		return
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.err = err
		return
	}
	d.Bytes = len(data)
	b.share.Docs = append(b.share.Docs, d)
	for _, v := range vs {
		v.File, v.Container = d.File, d.Container
		b.share.Values = append(b.share.Values, v)
	}
}

// segment is a piece of a document; with a kind it is a labelled value.
type segment struct {
	text  string
	kind  string
	decoy bool
	tags  []string
}

// writer lays segments out as the bytes of one text and notes where values are.
type writer struct {
	out    []byte
	encode func(dst []byte, s string) []byte
	values []Value
}

func (w *writer) put(s segment) {
	start := len(w.out)
	w.out = w.encode(w.out, s.text)
	if s.kind != "" {
		w.values = append(w.values, Value{Start: start, End: len(w.out), Kind: s.kind, Text: s.text, Decoy: s.decoy, Tags: s.tags})
	}
}

func plain(dst []byte, s string) []byte { return append(dst, s...) }

// latin1 writes Windows-1252, for characters that it shares with Latin-1 and
// the few that office programs use.
func latin1(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r < 0x100:
			dst = append(dst, byte(r))
		case r == '’':
			dst = append(dst, 0x92)
		case r == '–':
			dst = append(dst, 0x96)
		case r == '—':
			dst = append(dst, 0x97)
		case r == '€':
			dst = append(dst, 0x80)
		case r == 'œ':
			dst = append(dst, 0x9C)
		case r == '\u202f', r == '\u2009':
			dst = append(dst, 0xA0)
		default:
			dst = append(dst, '?')
		}
	}
	return dst
}

func utf16le(dst []byte, s string) []byte {
	for _, r := range s {
		dst = append(dst, byte(r), byte(r>>8)) // the generator stays in the first plane
	}
	return dst
}

// pick returns one of list.
func pick[T any](b *builder, list []T) T { return list[b.IntN(len(list))] }

func tagsOf(tags ...string) []string {
	var kept []string
	for _, t := range tags {
		if t != "" {
			kept = append(kept, strings.ReplaceAll(t, "|", "/"))
		}
	}
	return kept
}
