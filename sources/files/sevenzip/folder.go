package sevenzip

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"io"
	"math"

	"github.com/ulikunitz/xz/lzma"
)

// maxDictionary bounds the memory of a folder, in bytes.
const maxDictionary = 64 << 20

// folder is data that is packed as one, by a chain of methods.
type folder struct {
	coders []coder
	sizes  []int64     // of what comes out of each method
	bound  map[int]int // input of a method by the output of another
	packs  int         // packed streams
	at     int64       // of the first one in the file
	packed int64       // bytes of it
	crc    uint32
	summed bool

	streams []stream
}

// coder is one method.
type coder struct {
	method     string
	properties []byte
	in, out    int // number of its first input and output
	ins, outs  int
}

// main returns the output that no other method takes.
func (f *folder) main() int {
	taken := make(map[int]bool)
	for _, out := range f.bound {
		taken[out] = true
	}
	for i := range f.sizes {
		if !taken[i] {
			return i
		}
	}
	return 0
}

// size returns the bytes of the folder when unpacked.
func (f *folder) size() int64 {
	if len(f.sizes) == 0 {
		return 0
	}
	return f.sizes[f.main()]
}

// own gives the only file of a folder the sum of the folder.
func (f *folder) own() {
	if len(f.streams) == 1 && f.summed {
		f.streams[0].crc, f.streams[0].summed = f.crc, true
	}
}

// open returns a reader of the unpacked data.
func (f *folder) open(at io.ReaderAt) (io.Reader, error) {
	for _, c := range f.coders {
		if c.method == "\x06\xf1\x07\x01" {
			return nil, errEncrypted
		}
	}
	return f.output(at, f.main(), 0)
}

// output returns a reader of what comes out of a method.
func (f *folder) output(at io.ReaderAt, out, depth int) (io.Reader, error) {
	for _, c := range f.coders {
		if c.out != out {
			continue
		}
		if c.ins != 1 || c.outs != 1 || depth > maxCoders {
			return nil, errMethod
		}
		var in io.Reader
		if before, ok := f.bound[c.in]; ok {
			r, err := f.output(at, before, depth+1)
			if err != nil {
				return nil, err
			}
			in = r
		} else {
			in = bufio.NewReader(io.NewSectionReader(at, f.at, f.packed))
		}
		return c.open(in, f.sizes[out])
	}
	return nil, errDamaged
}

// open returns a reader of what c makes of in: size bytes.
func (c *coder) open(in io.Reader, size int64) (io.Reader, error) {
	switch c.method {
	case "\x00":
		return in, nil
	case "\x21":
		return c.lzma2(in, size)
	case "\x03\x01\x01":
		return c.lzma(in, size)
	case "\x04\x01\x08":
		return flate.NewReader(in), nil
	case "\x04\x02\x02":
		return bzip2.NewReader(in), nil
	case "\x03\x04\x01":
		return c.ppmd(in, size)
	case "\x03":
		return c.delta(in)
	case "\x03\x03\x01\x03":
		return newBranches(in), nil
	}
	return nil, errMethod
}

// ppmd reads PPMd variant H: the order of the model and its memory.
func (c *coder) ppmd(in io.Reader, size int64) (io.Reader, error) {
	if len(c.properties) != 5 || size > math.MaxInt {
		return nil, errDamaged
	}
	memory := binary.LittleEndian.Uint32(c.properties[1:])
	if memory > maxDictionary {
		return nil, errSize
	}
	r, err := newModel(in, int(c.properties[0]), int(memory), int(size))
	if err != nil {
		return nil, errDamaged
	}
	return r, nil
}

// delta reads differences between bytes that stand some bytes apart.
func (c *coder) delta(in io.Reader) (io.Reader, error) {
	if len(c.properties) != 1 {
		return nil, errDamaged
	}
	return &deltas{r: in, distance: int(c.properties[0]) + 1}, nil
}

func (c *coder) lzma2(in io.Reader, size int64) (io.Reader, error) {
	if len(c.properties) != 1 || c.properties[0] > 40 {
		return nil, errDamaged
	}
	p := c.properties[0]
	dictionary := int64(2|p&1) << (p/2 + 11)
	// No match reaches further back than the beginning.
	if dictionary = max(min(dictionary, size), lzma.MinDictCap); dictionary > maxDictionary {
		return nil, errSize
	}
	return lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(in)
}

func (c *coder) lzma(in io.Reader, size int64) (io.Reader, error) {
	if len(c.properties) != 5 {
		return nil, errDamaged
	}
	var h [lzma.HeaderLen]byte
	copy(h[:], c.properties)
	dictionary := max(min(int64(binary.LittleEndian.Uint32(h[1:])), size), lzma.MinDictCap)
	if dictionary > maxDictionary {
		return nil, errSize
	}
	binary.LittleEndian.PutUint32(h[1:], uint32(dictionary))
	binary.LittleEndian.PutUint64(h[5:], uint64(size))
	return lzma.ReaderConfig{DictCap: maxDictionary}.NewReader(io.MultiReader(bytes.NewReader(h[:]), in))
}
