package sevenzip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"time"

	"recense/sources/files/cells"
)

const (
	maxHeader = 64 << 20 // bytes of the list of files, unpacked
	maxFiles  = 2_000_000
	maxCoders = 32
)

var (
	errDamaged   = errors.New("damaged")
	errSum       = errors.New("wrong sum")
	errMethod    = errors.New("a method that is not known")
	errEncrypted = errors.New("encrypted")
	errSize      = errors.New("too large")
)

// archive is the list of an archive.
type archive struct {
	folders []folder
	files   []file
}

// file is an entry, in the order of the streams.
type file struct {
	name     string
	modified time.Time
	empty    bool // no stream belongs to it
	folder   bool
}

// stream is the content of a file within a folder.
type stream struct {
	size   int64
	crc    uint32
	summed bool
}

// Identifiers of properties.
const (
	idEnd              = 0x00
	idHeader           = 0x01
	idArchive          = 0x02
	idAdditional       = 0x03
	idMain             = 0x04
	idFiles            = 0x05
	idPack             = 0x06
	idUnpack           = 0x07
	idSubstreams       = 0x08
	idSize             = 0x09
	idCRC              = 0x0A
	idFolder           = 0x0B
	idUnpackSize       = 0x0C
	idNumUnpackStreams = 0x0D
	idEmptyStream      = 0x0E
	idEmptyFile        = 0x0F
	idNames            = 0x11
	idModified         = 0x14
	idEncoded          = 0x17
)

// start is the length of the signature header, in bytes.
const start = 32

// open reads the list of an archive.
func open(at io.ReaderAt) (*archive, error) {
	var h [start]byte
	if _, err := at.ReadAt(h[:], 0); err != nil {
		return nil, cutShort(err)
	}
	if !bytes.HasPrefix(h[:], signature) || crc32.ChecksumIEEE(h[12:]) != binary.LittleEndian.Uint32(h[8:]) {
		return nil, errDamaged
	}
	offset, size := binary.LittleEndian.Uint64(h[12:]), binary.LittleEndian.Uint64(h[20:])
	switch {
	case size == 0:
		return &archive{}, nil
	case size > maxHeader:
		return nil, errSize
	case offset > math.MaxInt64-start:
		return nil, errDamaged
	}
	data, err := piece(io.NewSectionReader(at, int64(offset)+start, int64(size)), int64(size))
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(data) != binary.LittleEndian.Uint32(h[28:]) {
		return nil, errDamaged
	}
	for range 4 { // lists may be packed, and packed again
		p := &parser{b: data}
		switch p.byte() {
		case idHeader:
			a := &archive{}
			a.read(p)
			return a, p.err
		case idEncoded:
			if data, err = unpacked(at, p); err != nil {
				return nil, err
			}
		default:
			return nil, errDamaged
		}
	}
	return nil, errDamaged
}

// piece reads n bytes; memory grows with what is there, not with what is said.
func piece(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	k, err := io.Copy(&b, io.LimitReader(r, n))
	if err != nil {
		return nil, err
	}
	if k < n {
		return nil, io.ErrUnexpectedEOF
	}
	return b.Bytes(), nil
}

// unpacked unpacks a list.
func unpacked(at io.ReaderAt, p *parser) ([]byte, error) {
	folders := p.streams()
	if p.err != nil {
		return nil, p.err
	}
	if len(folders) != 1 {
		return nil, errDamaged
	}
	f := &folders[0]
	if f.size() > maxHeader {
		return nil, errSize
	}
	r, err := f.open(at)
	if err != nil {
		return nil, err
	}
	data, err := piece(r, f.size())
	if err == nil && f.summed && crc32.ChecksumIEEE(data) != f.crc {
		err = errDamaged
	}
	return data, err
}

// read reads the list of files.
func (a *archive) read(p *parser) {
	for p.err == nil {
		switch p.byte() {
		case idEnd:
			return
		case idArchive:
			for p.err == nil && p.byte() != idEnd {
				p.bytes(p.count(1))
			}
		case idAdditional:
			p.streams()
		case idMain:
			a.folders = p.streams()
		case idFiles:
			a.files = p.files()
		default:
			p.fail()
		}
	}
}

// parser reads numbers and lists. After a failure it gives zeros.
type parser struct {
	b   []byte
	err error
}

func (p *parser) fail() {
	p.err, p.b = errDamaged, nil
}

func (p *parser) byte() byte {
	if len(p.b) == 0 {
		p.fail()
		return 0
	}
	c := p.b[0]
	p.b = p.b[1:]
	return c
}

func (p *parser) bytes(n int) []byte {
	if n > len(p.b) {
		p.fail()
		return nil
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

// number reads a number: the ones at the front of its first byte count the bytes
// that follow.
func (p *parser) number() uint64 {
	first := p.byte()
	var v uint64
	for i := range 8 {
		mask := byte(0x80 >> i)
		if first&mask == 0 {
			return v | uint64(first&(mask-1))<<(8*i)
		}
		v |= uint64(p.byte()) << (8 * i)
	}
	return v
}

// count reads how many things of at least per bytes follow.
func (p *parser) count(per float64) int {
	n := p.number()
	if float64(n)*per > float64(len(p.b)) {
		p.fail()
		return 0
	}
	return int(n)
}

// size reads a number of bytes.
func (p *parser) size() int64 {
	n := p.number()
	if n > math.MaxInt64 {
		p.fail()
		return 0
	}
	return int64(n)
}

// bits reads n flags; all, when they may be given as all at once.
func (p *parser) bits(n int, all bool) []bool {
	if n > maxFiles {
		p.fail()
		return nil
	}
	flags := make([]bool, n)
	if all && p.byte() != 0 {
		for i := range flags {
			flags[i] = true
		}
		return flags
	}
	b := p.bytes((n + 7) / 8)
	for i := range flags {
		flags[i] = b != nil && b[i/8]&(0x80>>(i%8)) != 0
	}
	return flags
}

// sums reads n checksums, of which some may be missing.
func (p *parser) sums(n int) ([]uint32, []bool) {
	known := p.bits(n, true)
	sums := make([]uint32, len(known))
	for i := range known {
		if b := []byte(nil); known[i] {
			if b = p.bytes(4); b == nil {
				return sums, known
			}
			sums[i] = binary.LittleEndian.Uint32(b)
		}
	}
	return sums, known
}

// streams reads where compressed data lies and how it is packed.
func (p *parser) streams() (folders []folder) {
	var from int64
	var sizes []int64
	divided := false
	for p.err == nil {
		switch p.byte() {
		case idEnd:
			if !divided {
				p.whole(folders)
			}
			return p.placed(folders, from, sizes)
		case idPack:
			from = p.size()
			sizes = p.packed()
		case idUnpack:
			folders = p.folders()
		case idSubstreams:
			p.substreams(folders)
			divided = true
		default:
			p.fail()
		}
	}
	return nil
}

// packed reads the sizes of the packed streams.
func (p *parser) packed() (sizes []int64) {
	n := p.count(0.1)
	for p.err == nil {
		switch p.byte() {
		case idEnd:
			return sizes
		case idSize:
			for i := 0; i < n && p.err == nil; i++ {
				sizes = append(sizes, p.size())
			}
		case idCRC:
			p.sums(n)
		default:
			p.fail()
		}
	}
	return nil
}

// folders reads the chains of methods.
func (p *parser) folders() (folders []folder) {
	if p.byte() != idFolder {
		p.fail()
	}
	n := p.count(2)
	if p.byte() != 0 { // elsewhere: nobody writes that
		p.fail()
	}
	for i := 0; i < n && p.err == nil; i++ {
		folders = append(folders, p.folder())
	}
	for p.err == nil {
		switch p.byte() {
		case idEnd:
			return folders
		case idUnpackSize:
			for i := range folders {
				for k := range folders[i].sizes {
					folders[i].sizes[k] = p.size()
				}
			}
		case idCRC:
			sums, known := p.sums(len(folders))
			for i := range known {
				folders[i].crc, folders[i].summed = sums[i], known[i]
			}
		default:
			p.fail()
		}
	}
	return nil
}

// folder reads one chain of methods.
func (p *parser) folder() (f folder) {
	n := p.count(1)
	if n == 0 || n > maxCoders {
		p.fail()
	}
	ins, outs := 0, 0
	for i := 0; i < n && p.err == nil; i++ {
		flags := p.byte()
		c := coder{method: string(p.bytes(int(flags & 15))), in: ins, out: outs, ins: 1, outs: 1}
		if flags&0x10 != 0 {
			c.ins, c.outs = p.count(0), p.count(0)
		}
		if c.ins > maxCoders || c.outs > maxCoders || c.outs < 1 || flags&0xC0 != 0 {
			p.fail()
		}
		if flags&0x20 != 0 {
			c.properties = p.bytes(p.count(1))
		}
		ins, outs = ins+c.ins, outs+c.outs
		f.coders = append(f.coders, c)
	}
	if p.err != nil {
		return f
	}
	f.sizes = make([]int64, outs)
	f.bound = make(map[int]int)
	for range outs - 1 {
		in, out := p.number(), p.number()
		f.bound[int(min(in, math.MaxInt32))] = int(min(out, math.MaxInt32))
	}
	f.packs = ins - (outs - 1)
	if f.packs < 1 {
		p.fail()
	}
	if f.packs > 1 {
		for range f.packs {
			p.number()
		}
	}
	return f
}

// substreams reads how the folders are divided into files.
func (p *parser) substreams(folders []folder) {
	id := p.byte()
	for i := range folders {
		folders[i].streams = make([]stream, 1)
	}
	if id == idNumUnpackStreams {
		total := 0
		for i := range folders {
			n := p.number()
			if total += int(min(n, maxFiles+1)); p.err != nil || total > maxFiles {
				p.fail()
				return
			}
			folders[i].streams = make([]stream, n)
		}
		id = p.byte()
	}
	for i := range folders {
		f := &folders[i]
		left := f.size()
		for k := range f.streams {
			if f.streams[k].size = left; k < len(f.streams)-1 && id == idSize {
				f.streams[k].size = p.size()
			}
			if left -= f.streams[k].size; left < 0 {
				p.fail()
				return
			}
		}
	}
	if id == idSize {
		id = p.byte()
	}
	for p.err == nil && id != idEnd {
		if id != idCRC {
			p.fail()
			return
		}
		p.streamSums(folders)
		id = p.byte()
	}
	for i := range folders {
		folders[i].own()
	}
}

// streamSums reads the sums of the files that folders do not give.
func (p *parser) streamSums(folders []folder) {
	var unknown []*stream
	for i := range folders {
		f := &folders[i]
		if len(f.streams) == 1 && f.summed {
			continue
		}
		for k := range f.streams {
			unknown = append(unknown, &f.streams[k])
		}
	}
	sums, known := p.sums(len(unknown))
	for i := range known {
		unknown[i].crc, unknown[i].summed = sums[i], known[i]
	}
}

// whole makes each folder one file.
func (p *parser) whole(folders []folder) {
	for i := range folders {
		folders[i].streams = []stream{{size: folders[i].size()}}
		folders[i].own()
	}
}

// placed gives each folder its packed streams.
func (p *parser) placed(folders []folder, from int64, sizes []int64) []folder {
	from += start
	for i := range folders {
		f := &folders[i]
		if f.packs > len(sizes) {
			p.fail()
			return nil
		}
		f.at, f.packed = from, sizes[0]
		for _, n := range sizes[:f.packs] {
			if from += n; from < 0 {
				p.fail()
				return nil
			}
		}
		sizes = sizes[f.packs:]
	}
	return folders
}

// files reads names, dates and which entries have no content.
func (p *parser) files() []file {
	n := p.count(0.1)
	if n > maxFiles || p.err != nil {
		p.fail()
		return nil
	}
	files := make([]file, n)
	var empties []int
	for p.err == nil {
		id := p.byte()
		if id == idEnd {
			return files
		}
		size := p.count(1)
		q := &parser{b: p.bytes(size)}
		switch id {
		case idEmptyStream:
			for i, e := range q.bits(n, false) {
				if files[i].empty, files[i].folder = e, e; e {
					empties = append(empties, i)
				}
			}
		case idEmptyFile:
			for i, e := range q.bits(len(empties), false) {
				files[empties[i]].folder = !e
			}
		case idNames:
			q.names(files)
		case idModified:
			q.times(files)
		}
		if q.err != nil {
			p.fail()
		}
	}
	return nil
}

// names reads the names, each ended by a zero.
func (p *parser) names(files []file) {
	if p.byte() != 0 {
		p.fail()
		return
	}
	for i := range files {
		end := 0
		for end+1 < len(p.b) && (p.b[end] != 0 || p.b[end+1] != 0) {
			end += 2
		}
		if end+1 >= len(p.b) {
			p.fail()
			return
		}
		files[i].name = string(cells.AppendUTF16(nil, p.b[:end], binary.LittleEndian))
		p.b = p.b[end+2:]
	}
}

// times reads the modification times, in units of 100 ns since 1601.
func (p *parser) times(files []file) {
	known := p.bits(len(files), true)
	if p.byte() != 0 {
		p.fail()
		return
	}
	for i := range known {
		if !known[i] {
			continue
		}
		b := p.bytes(8)
		if b == nil {
			return
		}
		const from1601 = 11_644_473_600
		ticks := binary.LittleEndian.Uint64(b)
		files[i].modified = time.Unix(int64(ticks/10_000_000)-from1601, int64(ticks%10_000_000)*100).UTC()
	}
}
