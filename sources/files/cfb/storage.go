package cfb

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// The special numbers of sectors, and the sizes of a file of version 3.
const (
	sector     = 512
	mini       = 64
	cutoff     = 4096 // smaller streams stand in the mini stream
	freeSect   = 0xFFFFFFFF
	endOfChain = 0xFFFFFFFE
	fatSect    = 0xFFFFFFFD
	difSect    = 0xFFFFFFFC
	noEntry    = 0xFFFFFFFF
)

// node is an entry of the directory that is written.
type node struct {
	name     string
	stream   *Stream
	children []*node
	id       uint32
	left     uint32
	right    uint32
	child    uint32
	start    uint32
	size     int64
}

// Storage returns a storage as a compound file of its own, which is made while it
// is read, and its size in bytes; nil when there is no such storage or it is damaged.
// Class identifiers and times are left out.
func (f *File) Storage(path string) (io.Reader, int64) {
	streams := f.Under(path)
	if len(streams) == 0 || len(streams) > 1<<16 {
		return nil, 0
	}
	root, total := &node{name: "Root Entry"}, int64(0)
	for _, s := range streams {
		if total += s.Size; total < 0 || total > f.at.size || s.Size < 0 {
			return nil, 0 // streams that share sectors: not what a program wrote
		}
		root.add(s.names(len(strings.Split(path, "/"))), s)
	}
	return layOut(root)
}

// names are the elements of a path behind the first skip, with the control
// character in front of the last one that the library dropped.
func (s *Stream) names(skip int) []string {
	all := append(slices.Clone(s.entry.Path), s.entry.Name)
	if c := s.entry.Initial; c > 0 && c < ' ' {
		all[len(all)-1] = string(rune(c)) + s.entry.Name
	}
	return all[min(skip, len(all)-1):]
}

func (n *node) add(path []string, s *Stream) {
	if len(path) == 1 {
		n.children = append(n.children, &node{name: path[0], stream: s, size: min(s.Size, max(s.at.size, 0))})
		return
	}
	for _, c := range n.children {
		if c.stream == nil && c.name == path[0] {
			c.add(path[1:], s)
			return
		}
	}
	c := &node{name: path[0]}
	n.children = append(n.children, c)
	c.add(path[1:], s)
}

// layout is a file being laid out: sectors in order, each chain one after another.
type layout struct {
	nodes   []*node
	fat     []uint32
	miniFAT []uint32
	small   []io.Reader
	large   []io.Reader
}

// layOut gives every stream its sectors: directory, mini FAT, mini stream, large
// streams, then the FAT and, of large files, its own index.
func layOut(root *node) (io.Reader, int64) {
	l := &layout{}
	l.number(root)
	for _, n := range l.nodes {
		if n.stream != nil && n.size > 0 && n.size < cutoff {
			n.start = uint32(len(l.miniFAT))
			l.small = append(l.small, exact(n.stream, n.size, mini))
			l.miniFAT = chain(l.miniFAT, (n.size+mini-1)/mini)
		}
	}
	miniSize := int64(len(l.miniFAT)) * mini
	directory := l.chain(int64(len(l.nodes)) * 128)
	miniFAT := l.chain(int64(len(l.miniFAT)) * 4)
	root.start, root.size = l.chain(miniSize), miniSize
	for _, n := range l.nodes {
		if n.stream != nil && n.size >= cutoff {
			n.start = l.chain(n.size)
			l.large = append(l.large, exact(n.stream, n.size, sector))
		}
	}
	fats, difats := l.index()
	head := l.header(directory, miniFAT, fats, difats)
	parts := []io.Reader{bytes.NewReader(head), bytes.NewReader(l.directory()), bytes.NewReader(words(l.miniFAT, freeSect))}
	parts = append(parts, l.small...)
	parts = append(parts, bytes.NewReader(make([]byte, pad(miniSize, sector))))
	parts = append(parts, l.large...)
	parts = append(parts, bytes.NewReader(words(l.fat, freeSect)), bytes.NewReader(l.difat(fats, difats)))
	return io.MultiReader(parts...), int64(len(l.fat)+1) * sector
}

// number gives entries their numbers and hangs brothers into trees.
func (l *layout) number(n *node) {
	n.id = uint32(len(l.nodes))
	n.left, n.right, n.child, n.start = noEntry, noEntry, noEntry, endOfChain
	l.nodes = append(l.nodes, n)
	for _, c := range n.children {
		l.number(c)
	}
	slices.SortFunc(n.children, func(a, b *node) int {
		if d := len(a.name) - len(b.name); d != 0 {
			return d
		}
		return strings.Compare(strings.ToUpper(a.name), strings.ToUpper(b.name))
	})
	n.child = tree(n.children)
}

func tree(nodes []*node) uint32 {
	if len(nodes) == 0 {
		return noEntry
	}
	m := len(nodes) / 2
	nodes[m].left, nodes[m].right = tree(nodes[:m]), tree(nodes[m+1:])
	return nodes[m].id
}

// chain appends n sectors that follow each other to a table.
func chain(fat []uint32, n int64) []uint32 {
	for i := range n {
		next := uint32(len(fat)) + 1
		if i == n-1 {
			next = endOfChain
		}
		fat = append(fat, next)
	}
	return fat
}

// chain takes the sectors for size bytes and returns the first.
func (l *layout) chain(size int64) uint32 {
	if size == 0 {
		return endOfChain
	}
	first := uint32(len(l.fat))
	l.fat = chain(l.fat, (size+sector-1)/sector)
	return first
}

// index makes room for the FAT, which covers itself, and for its index beyond the
// 109 sectors that the header names.
func (l *layout) index() (fats, difats int) {
	for {
		total := len(l.fat) + fats + difats
		f := (total + sector/4 - 1) / (sector / 4)
		d := max(f-109+126, 0) / 127
		if f == fats && d == difats {
			break
		}
		fats, difats = f, d
	}
	for range fats {
		l.fat = append(l.fat, fatSect)
	}
	for range difats {
		l.fat = append(l.fat, difSect)
	}
	return fats, difats
}

func (l *layout) header(directory, miniFAT uint32, fats, difats int) []byte {
	h := make([]byte, sector)
	copy(h, Magic)
	le := binary.LittleEndian
	first := len(l.fat) - fats - difats
	le.PutUint16(h[24:], 0x3E)
	le.PutUint16(h[26:], 3)
	le.PutUint16(h[28:], 0xFFFE)
	le.PutUint16(h[30:], 9)
	le.PutUint16(h[32:], 6)
	le.PutUint32(h[44:], uint32(fats))
	le.PutUint32(h[48:], directory)
	le.PutUint32(h[56:], cutoff)
	le.PutUint32(h[60:], miniFAT)
	le.PutUint32(h[64:], uint32((len(l.miniFAT)*4+sector-1)/sector))
	le.PutUint32(h[68:], endOfChain)
	if difats > 0 {
		le.PutUint32(h[68:], uint32(first+fats))
		le.PutUint32(h[72:], uint32(difats))
	}
	for i := range 109 {
		at := uint32(freeSect)
		if i < fats {
			at = uint32(first + i)
		}
		le.PutUint32(h[76+4*i:], at)
	}
	return h
}

// difat is the index of the FAT beyond the header.
func (l *layout) difat(fats, difats int) []byte {
	first := len(l.fat) - fats - difats
	all := make([]uint32, 0, difats*sector/4)
	for i := range difats {
		for j := range 127 {
			at := uint32(freeSect)
			if k := 109 + i*127 + j; k < fats {
				at = uint32(first + k)
			}
			all = append(all, at)
		}
		next := uint32(endOfChain)
		if i+1 < difats {
			next = uint32(first + fats + i + 1)
		}
		all = append(all, next)
	}
	return words(all, freeSect)
}

func (l *layout) directory() []byte {
	b := make([]byte, 0, len(l.nodes)*128+sector)
	le := binary.LittleEndian
	for i, n := range l.nodes {
		e := make([]byte, 128)
		name := utf16.Encode([]rune(n.name))
		name = name[:min(len(name), 31)]
		for i, c := range name {
			le.PutUint16(e[2*i:], c)
		}
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		switch {
		case i == 0:
			e[66] = 5
		case n.stream == nil:
			e[66] = 1
		default:
			e[66] = 2
		}
		e[67] = 1
		le.PutUint32(e[68:], n.left)
		le.PutUint32(e[72:], n.right)
		le.PutUint32(e[76:], n.child)
		le.PutUint32(e[116:], n.start)
		le.PutUint32(e[120:], uint32(n.size))
		b = append(b, e...)
	}
	for len(b)%sector != 0 {
		e := make([]byte, 128)
		for i := 68; i < 80; i++ {
			e[i] = 0xFF
		}
		b = append(b, e...)
	}
	return b
}

// words writes a table of numbers in whole sectors.
func words(table []uint32, filler uint32) []byte {
	b := make([]byte, 0, 4*len(table)+sector)
	for _, w := range table {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	for len(b)%sector != 0 {
		b = binary.LittleEndian.AppendUint32(b, filler)
	}
	return b
}

func pad(size, unit int64) int64 { return (unit - size%unit) % unit }

// exact reads a stream as size bytes, zeros where it gives fewer, and fills up the
// last sector.
func exact(s *Stream, size, unit int64) io.Reader {
	return io.LimitReader(io.MultiReader(&soft{s.Reader()}, zeros{}), size+pad(size, unit))
}

// soft ends where its reader fails: the chains of the file made of it must hold.
type soft struct{ r *Reader }

// Read implements io.Reader.
func (s *soft) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
