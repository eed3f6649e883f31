package locked

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

func TestKinds(t *testing.T) {
	gnupg := sourcetest.Samples(t, "gnupg*")
	list := map[string][]byte{
		"KeePass":     []byte("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00\x04\x00"),
		"old KeePass": []byte("\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5\x03\x00\x00\x00"),
		"age":         []byte("age-encryption.org/v1\n-> X25519 x\n"),
		"vault":       []byte("$ANSIBLE_VAULT;1.1;AES256\n6162\n"),
		"openssl":     []byte("Salted__12345678"),
		"LUKS":        []byte("LUKS\xba\xbe\x00\x02"),
	}
	for name, data := range gnupg {
		list[name] = data
	}
	for name, data := range list {
		if !Format.Sniff(data, name, int64(len(data))) {
			t.Errorf("%s is not known", name)
			continue
		}
		_, err := sourcetest.Read(t, Format, name, data)
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Encrypted {
			t.Errorf("%s: %v", name, err)
		}
	}
	session := gnupg["gnupg_password.gpg"]
	for name, data := range map[string][]byte{
		"text of OpenPGP":       []byte("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nBonjour\n"),
		"a public key":          []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
		"a session key alone":   session[:2+int(session[1])],
		"another cipher":        append([]byte{session[0], session[1], 4, 99}, session[4:]...),
		"another packet behind": append(bytes.Clone(session[:2+int(session[1])]), 0xB4, 1, 'a'),
		"Latin text":            []byte(strings.Repeat("\xe9\xe8\x84\x8c", 40)),
		"words":                 []byte("Salted peanuts, age 12, LUKS"),
		"nothing":               nil,
	} {
		if Format.Sniff(data, name, int64(len(data))) {
			t.Errorf("%s passes for encrypted", name)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range sourcetest.Samples(f, "gnupg*") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { kindOf(data) })
}

func TestHostile(t *testing.T) {
	for _, data := range sourcetest.Samples(t, "gnupg*") {
		for n := range len(data) {
			kindOf(data[:n]) // no panic
			mutated := bytes.Clone(data)
			mutated[n] ^= 0xFF
			kindOf(mutated)
		}
	}
}
