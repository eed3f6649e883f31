package dialect

import (
	"bytes"
	"testing"
)

// Elements come back as they were written, and whatever else is read ends.
func FuzzElements(f *testing.F) {
	f.Add([]byte("\x03nom\x05Zo\xc3\xa9!"), "a.b", []byte("x"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "", []byte{})
	f.Fuzz(func(t *testing.T, data []byte, key string, value []byte) {
		ReadElements(Map, data, func(k, v []byte) {
			if len(k)+len(v) > len(data) {
				t.Fatal("more than there is")
			}
		})
		n := 0
		ReadElements(Map, AppendElement(AppendElement(nil, key, value), "z", nil), func(k, v []byte) {
			if n++; n == 1 && (string(k) != key || !bytes.Equal(v, value)) {
				t.Fatalf("%q %q", k, v)
			}
		})
		if n != 2 {
			t.Fatalf("%d elements", n)
		}
	})
}
