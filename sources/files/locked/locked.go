// Package locked recognises files that are encrypted as a whole: OpenPGP messages (RFC
// 9580, binary and armoured), KeePass databases, age, LUKS, Ansible vaults and what
// openssl encrypts. Nothing of them is read: that they cannot be is a result.
package locked

import (
	"bytes"
	"context"
	"encoding/binary"

	"recense/sources"
)

// Format is the encrypted file.
var Format = sources.Format{
	Name: "locked",
	Doc: `Encrypted file (OpenPGP, KeePass, age, LUKS)
Recognised by their first bytes and reported as encrypted. Signed text of OpenPGP is read as text.`,
	MediaType:  "application/pgp-encrypted",
	Extensions: []string{".kdbx", ".age"},
	Sniff:      func(head []byte, _ string, _ int64) bool { return kindOf(head) != "" },
	Read: func(_ context.Context, in sources.Input, _ sources.Output) (sources.Result, error) {
		res := sources.Result{Records: -1, MediaType: kindOf(in.Head), Format: "locked"}
		return res, &sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}
	},
}

const openPGP = "application/pgp-encrypted"

// kinds are what such files begin with.
var kinds = []struct{ text, media string }{
	{"-----BEGIN PGP MESSAGE-----", openPGP},
	{"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "application/x-keepass2"},
	{"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", "application/x-keepass"},
	{"age-encryption.org/v1\n", "application/x-age-encryption"},
	{"-----BEGIN AGE ENCRYPTED FILE-----", "application/x-age-encryption"},
	{"LUKS\xba\xbe", "application/x-luks"},
	{"$ANSIBLE_VAULT;", "application/x-ansible-vault"},
	{"Salted__", "application/x-openssl-encrypted"},
}

// kindOf returns the media type of an encrypted file, empty for others.
func kindOf(head []byte) string {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.text)) {
			return k.media
		}
	}
	if message(head) {
		return openPGP
	}
	return ""
}

// The packets of an encrypted message (RFC 9580, 5).
const (
	publicSession    = 1 // a session key for a public key
	symmetricSession = 3 // for a password
	encryptedData    = 9
	protectedData    = 18
	authenticData    = 20
)

// message reports whether head begins with the packet of a session key whose fields are
// known, and another packet of an encrypted message behind it.
func message(head []byte) bool {
	tag, body, rest, ok := packet(head)
	if !ok || !session(tag, body) {
		return false
	}
	next, _, _, ok := packet(rest)
	switch next {
	case publicSession, symmetricSession, encryptedData, protectedData, authenticData:
		return ok
	}
	return false
}

// session reports whether the packet holds a session key.
func session(tag byte, body []byte) bool {
	switch {
	case tag == publicSession && len(body) > 10 && body[0] == 3:
		algorithm := body[9]
		return algorithm >= 1 && algorithm <= 3 || algorithm >= 16 && algorithm <= 27
	case tag == symmetricSession && len(body) >= 4 && body[0] == 4:
		return body[1] >= 1 && body[1] <= 13 && (body[2] == 0 || body[2] == 1 || body[2] == 3 || body[2] == 4)
	}
	return false
}

// packet cuts off the first packet of b. One without an end, as that of the data may be,
// takes all of b.
func packet(b []byte) (tag byte, body, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x80 == 0 {
		return 0, nil, nil, false
	}
	n, from := 0, 2
	if b[0]&0x40 != 0 { // the new form
		tag = b[0] & 0x3F
		switch l := int(b[1]); {
		case l < 192:
			n = l
		case l < 224 && len(b) > 2:
			n, from = (l-192)<<8+int(b[2])+192, 3
		case l == 255 && len(b) > 5:
			n, from = int(min(binary.BigEndian.Uint32(b[2:]), 1<<30)), 6
		default: // in parts
			n = len(b)
		}
	} else {
		tag = b[0] >> 2 & 0x0F
		switch b[0] & 3 {
		case 0:
			n = int(b[1])
		case 1:
			if len(b) < 3 {
				return 0, nil, nil, false
			}
			n, from = int(binary.BigEndian.Uint16(b[1:])), 3
		case 2:
			if len(b) < 5 {
				return 0, nil, nil, false
			}
			n, from = int(min(binary.BigEndian.Uint32(b[1:]), 1<<30)), 5
		case 3:
			n, from = len(b), 1
		}
	}
	end := min(from+n, len(b))
	return tag, b[from:end], b[end:], true
}
