package main

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// fanotifyEvents counts the events in a buffer (fanotify(7)) and closes the files that
// they bring.
func fanotifyEvents(buf []byte) (n int64, err error) {
	const size = 24 // of struct fanotify_event_metadata
	for len(buf) >= size {
		length := binary.NativeEndian.Uint32(buf)
		mask := binary.NativeEndian.Uint64(buf[8:])
		fd := int32(binary.NativeEndian.Uint32(buf[16:]))
		if length < size || int(length) > len(buf) || mask&unix.FAN_Q_OVERFLOW != 0 {
			return n, errors.New("events of opening were lost")
		}
		if fd >= 0 {
			unix.Close(int(fd))
		}
		n++
		buf = buf[length:]
	}
	return n, nil
}
