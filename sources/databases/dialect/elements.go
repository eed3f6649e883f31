package dialect

import "encoding/binary"

// AppendElement writes a key and a value, for ReadElements: the Map form of engines
// whose rows are made of named values rather than of columns.
func AppendElement(dst []byte, key string, value []byte) []byte {
	dst = append(binary.AppendUvarint(dst, uint64(len(key))), key...)
	return append(binary.AppendUvarint(dst, uint64(len(value))), value...)
}

// ReadElements calls each for what AppendElement wrote; it is an Elements.
func ReadElements(_ Form, v []byte, each func(key, value []byte)) {
	for len(v) > 0 {
		key, rest, ok := piece(v)
		if !ok {
			return
		}
		value, rest, ok := piece(rest)
		if !ok {
			return
		}
		v = rest
		each(key, value)
	}
}

// piece reads bytes with their length in front.
func piece(v []byte) (p, rest []byte, ok bool) {
	n, size := binary.Uvarint(v)
	if size <= 0 || n > uint64(len(v)-size) {
		return nil, nil, false
	}
	end := size + int(n)
	return v[size:end:end], v[end:], true
}
