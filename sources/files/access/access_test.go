package access

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"recense/sources"
	"recense/sources/sourcetest"
)

// maker writes small databases for tests, page by page. The reader was compared with
// MDB Tools on a real one beside this.
type maker struct{ pages [][]byte }

func (m *maker) page(kind byte) (int, []byte) {
	p := make([]byte, pageSize)
	p[0], p[1] = kind, 1
	m.pages = append(m.pages, p)
	return len(m.pages) - 1, p
}

func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// define writes the definition of a table on a page. Columns have their number, and
// their offset or their place among those of variable length.
func define(p []byte, columns []column) {
	binary.LittleEndian.PutUint16(p[45:], uint16(len(columns)))
	at := 63
	for i, c := range columns {
		e := p[at+25*i:]
		e[0], e[12] = c.kind, byte(c.scale)
		binary.LittleEndian.PutUint16(e[5:], uint16(c.number))
		binary.LittleEndian.PutUint16(e[7:], uint16(c.index))
		if c.fixed {
			e[15] = 1
		}
		binary.LittleEndian.PutUint16(e[21:], uint16(c.offset))
		binary.LittleEndian.PutUint16(e[23:], uint16(c.size))
	}
	at += 25 * len(columns)
	for _, c := range columns {
		name := wide(c.name)
		binary.LittleEndian.PutUint16(p[at:], uint16(len(name)))
		at += 2 + copy(p[at+2:], name)
	}
}

// recordOf makes a record of values; a nil value is none, an empty one a yes.
func recordOf(columns []column, values [][]byte) []byte {
	fixed, variable := 0, 0
	for _, c := range columns {
		if c.fixed {
			fixed = max(fixed, c.offset+c.size)
		} else {
			variable++
		}
	}
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(columns)))
	b = append(b, make([]byte, fixed)...)
	mask := make([]byte, (len(columns)+7)/8)
	ends := []int{}
	for i, c := range columns {
		if values[i] != nil {
			mask[c.number/8] |= 1 << (c.number % 8)
		}
		if c.fixed {
			copy(b[2+c.offset:], values[i])
			continue
		}
		ends = append(ends, len(b))
		b = append(b, values[i]...)
	}
	ends = append(ends, len(b))
	slices.Reverse(ends)
	for _, e := range ends {
		b = binary.LittleEndian.AppendUint16(b, uint16(e))
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(variable))
	return append(b, mask...)
}

// put writes records of a table onto a page, with the flags of each.
func put(p []byte, table int, records [][]byte, flags ...uint16) {
	binary.LittleEndian.PutUint32(p[4:], uint32(table))
	binary.LittleEndian.PutUint16(p[12:], uint16(len(records)))
	at := pageSize
	for i, r := range records {
		at -= len(r)
		copy(p[at:], r)
		v := uint16(at)
		if i < len(flags) {
			v |= flags[i]
		}
		binary.LittleEndian.PutUint16(p[14+2*i:], v)
	}
}

func le(v uint64, n int) []byte {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	return b[:n]
}

// database has a table of members with values of every kind, and a system table.
func database() []byte {
	m := &maker{}
	_, head := m.page(0)
	copy(head[4:], "Standard Jet DB\x00\x01")
	m.page(1)
	objects := []column{
		{name: "Id", kind: typeLong, number: 0, fixed: true, offset: 0, size: 4}, {name: "Name", kind: typeText, number: 1, index: 0},
		{name: "Type", kind: typeInt, number: 2, fixed: true, offset: 4, size: 2}, {name: "Flags", kind: typeLong, number: 3, fixed: true, offset: 6, size: 4},
	}
	_, p := m.page(tablePage)
	define(p, objects)
	members := []column{
		{name: "rang", kind: typeLong, number: 0, fixed: true, offset: 0, size: 4}, {name: "nom", kind: typeText, number: 1, index: 0}, {name: "note", kind: typeMemo, number: 2, index: 1},
		{name: "actif", kind: typeBool, number: 3, fixed: true}, {name: "solde", kind: typeMoney, number: 4, fixed: true, offset: 4, size: 8}, {name: "né", kind: typeDate, number: 5, fixed: true, offset: 12, size: 8},
		{name: "taux", kind: typeNumeric, number: 6, fixed: true, offset: 20, size: 17, scale: 2}, {name: "pièce", kind: typeOLE, number: 7, index: 2},
	}
	table, p := m.page(tablePage)
	define(p, members)
	_, p = m.page(dataPage)
	put(p, catalogue, [][]byte{
		recordOf(objects, [][]byte{le(uint64(table), 4), wide("Adhérents"), le(1, 2), le(0, 4)}),
		recordOf(objects, [][]byte{le(2, 4), wide("MSysObjects"), le(1, 2), le(0x80000000, 4)}),
		recordOf(objects, [][]byte{le(9, 4), wide("Requête"), le(5, 2), le(0, 4)}),
	})
	long, p := m.page(dataPage)
	memo := wide(strings.Repeat("dossier ", 20) + "fin")
	pointer := func(record, page int) []byte { return le(uint64(page)<<8|uint64(record), 4) }
	put(p, 0x4C41564C, [][]byte{memo[:100], append(pointer(2, long), memo[:150]...), append(le(0, 4), memo[150:]...), []byte("\x15\x1c\x00\x00 un programme, puis %PDF-1.4 contenu")})
	lval := func(size, flag uint64, record int) []byte {
		return append(append(le(size|flag, 4), pointer(record, long)...), 0, 0, 0, 0)
	}
	numeric := append([]byte{0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, le(12345, 4)...)
	inline := append(append(le(8|0x80000000, 4), 0, 0, 0, 0, 0, 0, 0, 0), wide("Zoé !")[:8]...)
	born := le(math.Float64bits(29292), 8) // 1980-03-12
	first := recordOf(members, [][]byte{le(1, 4), []byte("\xff\xfeMartin\x00\xc9\x00l\x00\x00o"), inline, {}, le(1234500, 8), born, numeric, lval(45, 0x40000000, 3)})
	second := recordOf(members, [][]byte{le(2, 4), wide("DURAND"), lval(uint64(len(memo)), 0, 1), nil, nil, nil, nil, nil})
	third := recordOf(members, [][]byte{le(3, 4), wide("PETIT"), lval(100, 0x40000000, 0), nil, nil, nil, nil, nil})
	moved, p := m.page(dataPage)
	put(p, table, [][]byte{third}, rowDeleted)
	_, p = m.page(dataPage)
	put(p, table, [][]byte{first, recordOf(members, [][]byte{le(9, 4), wide("EFFACÉ"), nil, nil, nil, nil, nil, nil}), second, pointer(0, moved)}, 0, rowDeleted, 0, rowMoved)
	return bytes.Join(m.pages, nil)
}

func TestTables(t *testing.T) {
	data := database()
	if !Format.Sniff(data, "x", -1) {
		t.Fatal("not known")
	}
	r := sourcetest.ForFormat(sources.Limits{})
	res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.mdb", data), r)
	r.Close(res)
	if err != nil || r.Done() != nil || len(r.Locations) != 3 {
		t.Fatal(err, r.Done(), len(r.Locations))
	}
	got := ""
	for _, c := range r.Locations[1].Cells {
		got += fmt.Sprintf("%d:%s=%s\n", c.Row, c.Column, c.Value)
	}
	memo := strings.Repeat("dossier ", 20) + "fin"
	want := "1:rang=1\n1:nom=MartinÉlo\n1:note=Zoé \n1:actif=true\n1:solde=123.4500\n1:né=1980-03-12\n1:taux=-123.45\n2:rang=2\n2:nom=DURAND\n2:note=" + memo + "\n2:actif=false\n3:rang=3\n3:nom=PETIT\n3:note=" + memo[:50] + "\n3:actif=false\n"
	if got != want || r.Locations[1].Container != "Adhérents" || r.Locations[1].Result.Records != 3 {
		t.Errorf("%s %+v, got\n%swant\n%s", r.Locations[1].Container, r.Locations[1].Result, got, want)
	}
	if m := r.Locations[2]; m.Container != "pièce[1]" || string(m.Text) != "%PDF-1.4 contenu" {
		t.Errorf("%s %q", m.Container, m.Text)
	}
}

func TestStates(t *testing.T) {
	for name, test := range map[string]struct {
		change func(b []byte) []byte
		want   sources.FormatError
	}{
		"Access 97": {func(b []byte) []byte { b[20] = 0; return b }, sources.FormatError{Status: sources.Unsupported, Reason: sources.UnknownFormat}},
		"encoded": {func(b []byte) []byte {
			for i := pageSize; i < len(b); i++ {
				b[i] ^= byte(i*7 + 3)
			}
			return b
		}, sources.FormatError{Status: sources.Encrypted, Reason: sources.PasswordProtected}},
		"cut":      {func(b []byte) []byte { return b[:len(b)-100] }, sources.FormatError{Status: sources.Partial, Reason: sources.Truncated}},
		"the head": {func(b []byte) []byte { return b[:1000] }, sources.FormatError{Status: sources.Unreadable, Reason: sources.Truncated}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sourcetest.Read(t, Format, "a.mdb", test.change(database()))
			if fe, ok := err.(*sources.FormatError); !ok || *fe != test.want {
				t.Errorf("%v, want %v", err, &test.want)
			}
		})
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.mdb": database()})
}

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, database()) }
