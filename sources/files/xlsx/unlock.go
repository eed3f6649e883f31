package xlsx

import (
	"bytes"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"recense/sources"
	"recense/sources/files/cfb"
)

// defaultPassword is what Excel encrypts with when only the structure of a workbook is
// protected: it opens such files without asking (MS-OFFCRYPTO 2.4.2.3).
const defaultPassword = "VelvetSweatshop"

const (
	maxLocked = 32 << 20  // bytes of an encrypted workbook, which is decrypted in memory
	maxSpins  = 1_000_000 // rounds of hashing that a file may ask for; Excel writes 100,000
)

// unlocked returns an encrypted workbook that opens with the default password as the
// archive that it is; false for all others.
func unlocked(in sources.Input) (sources.Input, bool) {
	if in.At == nil || in.Size > maxLocked || !cheap(in) {
		return in, false
	}
	raw := make([]byte, in.Size)
	if _, err := in.At.ReadAt(raw, 0); err != nil && err != io.EOF {
		return in, false
	}
	data, ok := decrypt(raw)
	if !ok {
		return in, false
	}
	r := bytes.NewReader(data)
	in.At, in.Reader, in.Size, in.Head = r, r, r.Size(), data[:min(len(data), 64<<10)]
	return in, true
}

// cheap reports whether the key of the file takes no more rounds than is usual.
func cheap(in sources.Input) bool {
	f, err := cfb.Open(in.At, in.Size)
	if err != nil {
		return false
	}
	s := f.Stream("EncryptionInfo")
	if s == nil {
		return false
	}
	info, err := s.Bytes(64 << 10)
	return err == nil && fewRounds(info)
}

// fewRounds reports whether the description of an encryption asks for no more rounds
// than programs write; the standard encryption has 50,000 always.
func fewRounds(info []byte) bool {
	for mark := []byte("spinCount="); ; {
		i := bytes.Index(info, mark)
		if i < 0 {
			return true
		}
		info = bytes.TrimLeft(info[i+len(mark):], `"'`)
		n := 0
		for n < len(info) && '0' <= info[n] && info[n] <= '9' {
			n++
		}
		if v, err := strconv.Atoi(string(info[:n])); err != nil || v > maxSpins {
			return false
		}
	}
}

// decrypt tries the default password. The library panics on damaged files.
func decrypt(raw []byte) (data []byte, ok bool) {
	defer func() {
		if recover() != nil {
			data, ok = nil, false
		}
	}()
	data, err := excelize.Decrypt(raw, &excelize.Options{Password: defaultPassword})
	return data, err == nil && bytes.HasPrefix(data, []byte("PK\x03\x04"))
}
