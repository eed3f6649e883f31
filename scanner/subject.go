package scanner

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"

	"recense/detectors"
)

// SubjectID is the keyed identifier of a value (domain/register.md B.5): the first 16
// bytes of HMAC-SHA-256 over 'V', 0, the detector, 0, the normal form of the value. It
// is pseudonymised personal data.
func SubjectID(key []byte, kind detectors.Kind, normal []byte) [16]byte {
	return subjectID(hmac.New(sha256.New, key), kind, normal)
}

func subjectID(mac hash.Hash, kind detectors.Kind, normal []byte) (id [16]byte) {
	mac.Reset()
	mac.Write([]byte{'V', 0})
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write(normal)
	var sum [sha256.Size]byte
	copy(id[:], mac.Sum(sum[:0]))
	return id
}
