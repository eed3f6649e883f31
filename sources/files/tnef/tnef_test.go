package tnef

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/sourcetest"
)

// maker writes what Outlook does (MS-OXTNEF), for want of a program in Debian that
// does; its sample was read back with tnef 1.4.
type maker struct{ b []byte }

func (k *maker) word(n int) { k.b = binary.LittleEndian.AppendUint32(k.b, uint32(n)) }

func (k *maker) attribute(level byte, id int, data []byte) {
	k.b = append(k.b, level)
	k.word(id)
	k.word(len(data))
	k.b = append(k.b, data...)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	k.b = binary.LittleEndian.AppendUint16(k.b, sum)
}

// prop is a property: a text of either kind, binary data, an object or a number.
type prop struct {
	id, kind int
	text     string
	named    string
}

func list(props ...prop) []byte {
	k := &maker{}
	k.word(len(props))
	for _, p := range props {
		k.word(p.id<<16 | p.kind)
		if p.id >= 0x8000 {
			k.b = append(k.b, make([]byte, 16)...)
			k.word(1)
			name := wide(p.named)
			k.word(len(name))
			k.pad(name)
		}
		switch p.kind {
		case 0x03:
			k.word(7)
			continue
		case 0x40:
			k.b = append(k.b, "12345678"...)
			continue
		}
		k.word(1)
		data := p.text
		if p.kind == typeWide {
			data = wide(p.text)
		}
		k.word(len(data))
		k.pad(data)
	}
	return k.b
}

func (k *maker) pad(s string) { k.b = append(append(k.b, s...), make([]byte, (4-len(s)%4)%4)...) }

func wide(s string) string {
	var b []byte
	for _, c := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return string(b)
}

// rich is rich text that is not compressed.
func rich(s string) string {
	k := &maker{}
	k.word(len(s) + 12)
	k.word(len(s))
	k.word(0x414C454D)
	k.word(0)
	return string(k.b) + s
}

func winmail() []byte {
	k := &maker{b: []byte("\x78\x9f\x3e\x22\x01\x00")}
	k.attribute(1, 0x00089006, []byte("\x00\x00\x01\x00"))
	k.attribute(1, attCodePage, []byte("\xe4\x04\x00\x00\x00\x00\x00\x00"))
	k.attribute(1, attSubject, []byte("R\xe9siliation de contrat\x00"))
	k.attribute(1, attMessageProps, list(prop{id: 0x0C1A, kind: typeWide, text: "Camille Roux"}, prop{id: 0x0E07, kind: 3}, prop{id: 0x0039, kind: 0x40},
		prop{id: 0x8001, kind: typeNarrow, text: "adh\xe9rente 1 85 05 78 006 084 91", named: "Dossier"},
		prop{id: propRich, kind: typeBinary, text: rich(`{\rtf1 Bonjour}`)}, prop{id: propHTML, kind: typeBinary, text: "<p>Bonjour</p>"}))
	k.attribute(1, attRecipients, append([]byte{2, 0, 0, 0}, append(list(prop{id: 0x3001, kind: typeNarrow, text: "zoe.martin@exemple.fr\x00"}), list(prop{id: 0x3003, kind: typeWide, text: "luc.petit@exemple.fr"})...)...))
	k.attribute(2, attRender, make([]byte, 14))
	k.attribute(2, attTitle, []byte("liste.csv\x00"))
	k.attribute(2, attData, []byte("nom;nir\nRoux;185057800608491\n"))
	k.attribute(2, attAttachedProps, list(prop{id: propLongName, kind: typeWide, text: "liste des adhérents.csv"}))
	k.attribute(2, attRender, make([]byte, 14))
	inner := &maker{b: []byte("\x78\x9f\x3e\x22\x01\x00")}
	inner.attribute(1, attSubject, []byte("Dedans\x00"))
	k.attribute(2, attAttachedProps, list(prop{id: propLongName, kind: typeWide, text: "message"}, prop{id: propData, kind: typeObject, text: strings.Repeat("i", 16) + string(inner.b)}))
	return k.b
}

func parsed(t testing.TB, data []byte) ([]*sourcetest.Location, error) {
	r := sourcetest.ForFormat(sources.Limits{})
	_, err := Format.Read(t.Context(), sourcetest.Input(Format, "winmail.dat", data), r)
	return r.Locations, err
}

func TestMessage(t *testing.T) {
	all, err := parsed(t, winmail())
	if err != nil {
		t.Fatal(err)
	}
	const want = "Résiliation de contrat\nCamille Roux\nadhérente 1 85 05 78 006 084 91\nzoe.martin@exemple.fr\nluc.petit@exemple.fr\nliste des adhérents.csv\nmessage\n"
	if got := string(all[0].Text); got != want {
		t.Errorf("text %q", got)
	}
	var members []string
	for _, l := range all[1:] {
		members = append(members, l.Place.Container+"="+string(l.Text))
	}
	got := strings.Join(members, "|")
	if !strings.HasPrefix(got, `body.rtf={\rtf1 Bonjour}|body.html=<p>Bonjour</p>|liste.csv=nom;nir`+"\nRoux;185057800608491\n|message=\x78\x9f\x3e\x22") || !strings.Contains(got, "Dedans") {
		t.Errorf("members %q", got)
	}
}

func TestDamage(t *testing.T) {
	whole := winmail()
	change := func(f func(b []byte)) []byte {
		b := append([]byte{}, whole...)
		f(b)
		return b
	}
	at := strings.Index(string(whole), string(binary.LittleEndian.AppendUint32(nil, attMessageProps))) + 8
	for _, test := range []struct {
		name   string
		data   []byte
		reason sources.Reason
	}{
		{"cut", whole[:len(whole)-3], sources.Truncated},
		{"cut in a property", whole[:at+40], sources.Truncated},
		{"a level that is none", change(func(b []byte) { b[6] = 7 }), sources.Corrupt},
		{"too many properties", change(func(b []byte) { b[at+2] = 0xFF }), sources.Corrupt},
		{"a type that is none", change(func(b []byte) { b[at+4] = 0x66 }), sources.Corrupt},
		{"a value longer than its attribute", change(func(b []byte) { b[at+14] = 0xFF }), sources.Corrupt},
	} {
		_, err := parsed(t, test.data)
		var fe *sources.FormatError
		if !errors.As(err, &fe) || fe.Status != sources.Partial || fe.Reason != test.reason {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for name, data := range map[string]string{"another sign": "\x78\x9f\x3e\x23\x01\x00\x01", "short": "\x78\x9f\x3e\x22", "another level": "\x78\x9f\x3e\x22\x01\x00\x09"} {
		if Format.Sniff([]byte(data), "winmail.dat", 100) {
			t.Errorf("%s passes", name)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"winmail.dat": winmail()})
}

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, winmail()) }
