package attestation

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

// TestOpen: a statement holds as it was signed, by the key trusted, and in no other way.
func TestOpen(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	data, err := Sign(&Statement{Schema: Schema, Version: 1, Run: "20261129T070949-4bb018", Coverage: "<1 & 2>", Previous: "ab"}, key)
	if err != nil {
		t.Fatal(err)
	}
	trusted := key.Public().(ed25519.PublicKey)
	for _, c := range []struct {
		name    string
		data    []byte
		trusted ed25519.PublicKey
		want    error
	}{
		{"as signed", data, trusted, nil},
		{"changed", bytes.Replace(data, []byte("4bb018"), []byte("4bb019"), 1), trusted, ErrSignature},
		{"other key", data, other.Public().(ed25519.PublicKey), ErrKey},
		{"no statement", []byte("{}"), trusted, ErrForm},
		{"no JSON", []byte("rien"), trusted, ErrForm},
	} {
		s, err := Open(c.data, c.trusted)
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || s.Coverage != "<1 & 2>" || s.Previous != "ab") {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
	}
}
