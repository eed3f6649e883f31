package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"math/big"
)

// errPassword is returned for files that do not open without a password.
var errPassword = errors.New("password")

// crypt decrypts with the key that the empty user password gives (ISO 32000-2,
// 7.6, revisions 2 to 6 of the standard handler).
type crypt struct {
	key         []byte
	aes         bool // AES for streams
	strAES      bool // AES for strings
	none, strNo bool // identity
	whole       bool // revision 5 and 6: the key of the file is that of all objects
	clearMeta   bool
}

var pad = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// unlock prepares decryption where the file is encrypted, or returns errPassword.
func (f *file) unlock() error {
	f.crypt = nil
	v := f.trailer["Encrypt"]
	if v == nil {
		return nil
	}
	d := f.dict(v)
	if d == nil || d["Filter"] != name("Standard") {
		return errPassword
	}
	text := func(k name) string { s, _ := f.resolve(d[k]).(str); return string(s) }
	version, revision := f.integer(d["V"], 0), f.integer(d["R"], 0)
	c := &crypt{whole: revision >= 5}
	bits := f.integer(d["Length"], 40)
	if version >= 4 {
		c.aes, c.none, bits = f.method(d, "StmF", bits)
		c.strAES, c.strNo, _ = f.method(d, "StrF", bits)
	}
	if b, ok := f.resolve(d["EncryptMetadata"]).(bool); ok && !b {
		c.clearMeta = true
	}
	if version == 1 {
		bits = 40
	}
	n := int(min(max(bits/8, 5), 32))
	if c.whole {
		c.key = openKey(text("U"), text("UE"), revision)
	} else {
		ids := f.array(f.trailer["ID"])
		id := str("")
		if len(ids) > 0 {
			id, _ = f.resolve(ids[0]).(str)
		}
		c.key = oldKey(text("O"), text("U"), string(id), uint32(f.integer(d["P"], 0)), revision, min(n, 16), c.clearMeta)
	}
	if c.key == nil {
		return errPassword
	}
	f.crypt = c
	clear(f.cache)
	clear(f.packed)
	return nil
}

// method returns what a crypt filter does.
func (f *file) method(d dict, which name, bits int64) (aes, none bool, n int64) {
	n = bits
	filter, _ := f.resolve(d[which]).(name)
	if filter == "" || filter == "Identity" {
		return false, true, n
	}
	cf := f.dict(f.dict(d["CF"])[filter])
	switch m, _ := f.resolve(cf["CFM"]).(name); m {
	case "AESV2":
		return true, false, 128
	case "AESV3":
		return true, false, 256
	case "None":
		return false, true, n
	}
	if l := f.integer(cf["Length"], 0); l > 0 {
		if n = l; l <= 32 {
			n = l * 8
		}
	}
	return false, false, n
}

// oldKey is algorithms 2, 4 and 5: the key of revisions 2 to 4, nil when the
// empty password does not open the file.
func oldKey(owner, user, id string, perms uint32, revision int64, n int, clearMeta bool) []byte {
	if len(owner) < 32 || len(user) < 16 {
		return nil
	}
	h := md5.New()
	h.Write(pad)
	h.Write([]byte(owner[:32]))
	h.Write([]byte{byte(perms), byte(perms >> 8), byte(perms >> 16), byte(perms >> 24)})
	h.Write([]byte(id))
	if revision >= 4 && clearMeta {
		h.Write([]byte("\xff\xff\xff\xff"))
	}
	key := h.Sum(nil)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:n])
			key = sum[:]
		}
	}
	key = key[:n]
	if revision < 3 {
		out := bytes.Clone(pad)
		rc4Bytes(key, out)
		if string(out[:min(32, len(user))]) != user[:min(32, len(user))] {
			return nil
		}
		return key
	}
	sum := md5.Sum(append(bytes.Clone(pad), id...))
	out := sum[:]
	for i := range 20 {
		k := bytes.Clone(key)
		for j := range k {
			k[j] ^= byte(i)
		}
		rc4Bytes(k, out)
	}
	if string(out) != user[:16] {
		return nil
	}
	return key
}

func rc4Bytes(key, b []byte) {
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(b, b)
	}
}

// openKey is algorithm 2.A with the empty password: the key of revisions 5 and 6.
func openKey(user, sealed string, revision int64) []byte {
	if len(user) < 48 || len(sealed) < 32 {
		return nil
	}
	hash := func(salt string) []byte {
		if revision == 5 {
			sum := sha256.Sum256([]byte(salt))
			return sum[:]
		}
		return hardened([]byte(salt))
	}
	if string(hash(user[32:40])) != user[:32] {
		return nil
	}
	block, err := aes.NewCipher(hash(user[40:48]))
	if err != nil {
		return nil
	}
	key := []byte(sealed[:32])
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, key)
	return key
}

// hardened is algorithm 2.B with the empty password.
func hardened(salt []byte) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	for i := 0; ; i++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		switch new(big.Int).Mod(new(big.Int).SetBytes(e[:16]), big.NewInt(3)).Int64() {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		default:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-31 {
			return k[:32]
		}
	}
}

// text decrypts a string.
func (c *crypt) text(id ref, s string) string {
	if c.strNo {
		return s
	}
	return string(c.open(id, []byte(s), c.strAES))
}

// bytes decrypts the content of a stream.
func (c *crypt) bytes(id ref, b []byte, d dict) []byte {
	if c.none || c.clearMeta && d["Type"] == name("Metadata") {
		return b
	}
	if d["Filter"] == name("Crypt") {
		return b // named filters other than that of all streams are not used in practice
	}
	return c.open(id, b, c.aes)
}

// open decrypts b, which it changes.
func (c *crypt) open(id ref, b []byte, withAES bool) []byte {
	key := c.key
	if !c.whole {
		h := md5.New()
		h.Write(key)
		h.Write([]byte{byte(id.num), byte(id.num >> 8), byte(id.num >> 16), byte(id.gen), byte(id.gen >> 8)})
		if withAES {
			h.Write([]byte("sAlT"))
		}
		key = h.Sum(nil)[:min(len(key)+5, 16)]
	}
	if !withAES {
		rc4Bytes(key, b)
		return b
	}
	if len(b) < 32 {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	iv, b := b[:16], b[16:]
	b = b[:len(b)/16*16]
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b, b)
	if p := int(b[len(b)-1]); p >= 1 && p <= 16 {
		b = b[:len(b)-p]
	}
	return b
}
