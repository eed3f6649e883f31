package zip

import (
	"compress/bzip2"
	"io"

	"recense/sources/files/compressed"
)

// The methods beside stored and deflate that are read (APPNOTE 4.4.5).
const (
	deflate64 = 9
	bzip2Code = 12
	lzmaCode  = 14
	oldZstd   = 20
	zstdCode  = 93
	xzCode    = 95
)

// lzmaEnd is the bit of the general purpose flag that says that LZMA ends with a mark.
const lzmaEnd = 1 << 1

// unpack returns what r holds by another method than deflate, and what gives its memory
// back; nil when the method is not known (PPMd, WavPack, JPEG). size is that of the
// content. An error is about the data.
func unpack(method, flags uint16, size int64, r io.Reader) (io.Reader, func(), error) {
	done := func() {}
	switch method {
	case deflate64:
		return newInflate64(r), done, nil
	case bzip2Code:
		return bzip2.NewReader(r), done, nil
	case zstdCode, oldZstd:
		return compressed.NewZstd(r)
	case xzCode:
		return compressed.NewXZ(r), done, nil
	case lzmaCode:
		// Two bytes of a version, two of the length of the properties, which are five.
		var head [9]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, done, io.ErrUnexpectedEOF
		}
		if head[2] != 5 || head[3] != 0 {
			return nil, done, errDeflate
		}
		if flags&lzmaEnd != 0 {
			size = -1
		}
		l, err := compressed.NewLZMA([5]byte(head[4:]), size, r)
		return l, done, err
	}
	return nil, done, nil
}

// knows reports whether unpack knows the method.
func knows(method uint16) bool {
	switch method {
	case deflate64, bzip2Code, lzmaCode, oldZstd, zstdCode, xzCode:
		return true
	}
	return false
}
