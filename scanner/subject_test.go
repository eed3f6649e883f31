package scanner

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"
)

// TestSubjectID holds the value of domain/register.md B.5; another kind, key or value
// gives another one.
func TestSubjectID(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("V\x00nir\x00180017598512344"))
	got := SubjectID(key, "nir", []byte("180017598512344"))
	if want := [16]byte(mac.Sum(nil)[:16]); got != want {
		t.Errorf("%x, want %x", got, want)
	}
	for _, other := range [][16]byte{
		SubjectID(key, "nia", []byte("180017598512344")), SubjectID(key[1:], "nir", []byte("180017598512344")), SubjectID(key, "nir", []byte("280017598512344")),
	} {
		if other == got {
			t.Error("two values of one identifier")
		}
	}
}
