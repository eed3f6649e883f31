package cms

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

const note = "Dossier de Camille Roux, NIR 1 85 05 78 006 084 91\r\n"

// compressedNote is the note in CompressedData, which the openssl of Debian cannot write.
func compressedNote() []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(note))
	w.Close()
	wrap := func(tag string, b string) string { return tag + "\x81" + string(rune0(len(b))) + b }
	content := wrap("\xa0", wrap("\x04", z.String()))
	inner := wrap("\x30", "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"+content)
	algorithm := "\x30\x0d\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08"
	return []byte(wrap("\x30", oidSMIME+"\x09"+wrap("\xa0", wrap("\x30", "\x02\x01\x00"+algorithm+inner))))
}

// rune0 is one byte.
func rune0(n int) []byte { return []byte{byte(n)} }

func samples(t testing.TB) map[string][]byte {
	all := sourcetest.Samples(t, "openssl*.p7[mb]")
	delete(all, "openssl_enveloped.p7m")
	all["compressed.p7m"] = compressedNote()
	return all
}

// parsed reads data; members are the locations behind the first.
func parsed(t testing.TB, name string, data []byte) ([]*sourcetest.Location, error) {
	r := sourcetest.ForFormat(sources.Limits{})
	_, err := Format.Read(t.Context(), sourcetest.Input(Format, name, bytes.Clone(data)), r)
	return r.Locations, err
}

// TestContent reads what openssl 3.0 of Debian signed (cms and smime -sign -nodetach -binary, -stream, -outform PEM; crl2pkcs7): the content is a member, the names in
// certificates are text.
func TestContent(t *testing.T) {
	list := samples(t)
	list["base64.p7m"] = []byte(base64.StdEncoding.EncodeToString(sourcetest.Samples(t, "openssl.p7m")["openssl.p7m"]))
	for name, data := range list {
		list, err := parsed(t, name, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		members, want := list[1:], 1
		if strings.HasSuffix(name, ".p7b") {
			want = 0
		}
		if len(members) != want || want == 1 && string(members[0].Text) != note {
			t.Errorf("%s: %d members", name, len(members))
		}
		if want == 1 && members[0].Place.Container != strings.TrimSuffix(name, filepath.Ext(name)) {
			t.Errorf("%s: member is called %q", name, members[0].Place.Container)
		}
		if text := string(list[0].Text); name != "compressed.p7m" && !strings.Contains(text, "Camille Roux\n") || strings.Contains(text, "185") {
			t.Errorf("%s: text %q", name, text)
		}
	}
}

func TestStates(t *testing.T) {
	signed := sourcetest.Samples(t, "openssl.p7m")["openssl.p7m"]
	for _, test := range []struct {
		name   string
		data   []byte
		known  bool
		status sources.Status
		reason sources.Reason
	}{
		{"openssl_enveloped.p7m", sourcetest.Samples(t, "*enveloped.p7m")["openssl_enveloped.p7m"], true, sources.Encrypted, sources.PasswordProtected},
		{"openssl.p12", sourcetest.Samples(t, "*.p12")["openssl.p12"], true, sources.Encrypted, sources.PasswordProtected},
		{"cut.p7m", signed[:len(signed)-10], true, sources.Partial, sources.Truncated},
		{"cut in the content.p7m", signed[:80], true, sources.Partial, sources.Truncated},
		{"certificate.cer", []byte("\x30\x82\x03\x01\x30\x82\x01\xe9\xa0\x03\x02\x01\x02"), false, "", ""},
		{"key.der", []byte("\x30\x82\x03\x01\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), false, "", ""},
		{"digest.p7", []byte("\x30\x20\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05\xa0"), false, "", ""},
		{"text.p7m", []byte("Bonjour"), false, "", ""},
		{"base64.txt", []byte(base64.StdEncoding.EncodeToString(signed)), false, "", ""},
		{"key.pem", []byte("-----BEGIN PRIVATE KEY-----\nMIIG\n"), false, "", ""},
	} {
		if got := Format.Sniff(bytes.Clone(test.data), test.name, int64(len(test.data))); got != test.known {
			t.Errorf("%s: known %v", test.name, got)
		}
		if !test.known {
			continue
		}
		_, err := parsed(t, test.name, test.data)
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != test.status || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestPieces: an octet string in pieces, of known and unknown length, nested too far.
func TestPieces(t *testing.T) {
	wrap := func(content string) []byte {
		return []byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80" + content + strings.Repeat("\x00", 12))
	}
	for _, test := range []struct {
		name, content, want string
		reason              sources.Reason
	}{
		{"one", "\x04\x03abc", "abc", ""},
		{"empty", "\x04\x00", "", ""},
		{"until an end", "\x24\x80\x04\x02ab\x04\x01c\x00\x00", "abc", ""},
		{"of known length", "\x24\x07\x04\x02ab\x04\x01c", "abc", ""},
		{"nested", "\x24\x80\x24\x04\x04\x02ab\x04\x01c\x00\x00", "abc", ""},
		{"too deep", strings.Repeat("\x24\x80", 40) + "\x04\x01a", "", sources.Corrupt},
		{"something else in it", "\x24\x80\x02\x01a\x00\x00", "", sources.Corrupt},
		{"a length of 2^55", "\x04\x87\x7f\xff\xff\xff\xff\xff\xffabc", "abc" + strings.Repeat("\x00", 12), sources.Truncated},
		{"no length", "\x04\x80abc", "", sources.Corrupt},
	} {
		list, err := parsed(t, "a.p7m", wrap(test.content))
		var fe *sources.FormatError
		if errors.As(err, &fe) != (test.reason != "") || fe != nil && fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.reason == sources.Corrupt {
			continue
		}
		if len(list) != 2 || string(list[1].Text) != test.want {
			t.Errorf("%s: %d locations, %q", test.name, len(list), list[len(list)-1].Text)
		}
	}
}

func TestHostile(t *testing.T) { sourcetest.Hostile(t, Format, samples(t)) }

func FuzzRead(f *testing.F) {
	var seeds [][]byte
	for _, s := range samples(f) {
		seeds = append(seeds, s)
	}
	sourcetest.Fuzz(f, Format, seeds...)
}
