package scanner

import (
	"bufio"
	"bytes"
	"reflect"
	"testing"
	"time"

	"recense/detectors"
	"recense/sources"
)

func testFragment() fragment {
	when := time.Date(9999, 12, 31, 23, 59, 59, 999, time.UTC)
	return fragment{
		Seq: 1 << 40, Index: 2, Count: 3, Version: 1 << 63, Lines: 9,
		Location: Location{
			Place: Place{ID: ID{1, 2}, Source: "s", URI: "u", Container: "c", Masked: true, MediaType: "m", Format: "f",
				Size: -1, Records: 7, Created: when, Modified: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), Owner: "o", Access: "group", Basis: "posix",
				Groups: []string{"a", "b"}, Flags: []string{"recycle_bin"}, Aliases: []string{"x"},
				Status: sources.Partial, Detail: sources.Corrupt, Files: 1, Bytes: 2, Read: 3, ReadAt: when,
				Skips: []Skip{{sources.Corrupt, 4, sources.Location{Part: "p", Field: "f", Key: "k", Page: 1, Column: 2, Row: 3, Line: 4, Byte: -1}}}},
			Elements: []Element{{Index: 1, Name: "p!f", Part: "p", Field: "f", Column: 2, Page: 3, Table: true, Values: 5,
				Sample: Sample{Hashes: []uint64{1, 1 << 63}, Kinds: []uint64{3, 0}, Full: true}}},
			Cells: []Cell{{Element: 1, Kind: "nir", Matches: 1, Weak: 2, Rejected: 3, Whole: 4, Best: 97, Levels: [4]int64{1, 2, 3, 4},
				Why: detectors.Key, Linked: 5, Distinct: Distinct{Exact: []uint64{5, 6}}},
				{Element: 1, Kind: "iban", Distinct: Distinct{HLL: make([]uint8, 1<<hllBits)}}},
			Lists: []ListHit{{"oppositions", Distinct{Exact: []uint64{7, 9}}, Distinct{HLL: make([]uint8, 1<<hllBits)}}},
		},
		Sections: []section{{1, 2, 3}},
	}
}

func TestWireRoundTrip(t *testing.T) {
	want := testFragment()
	var e encoder
	e.fragment(&want)
	d := decoder{buf: e.buf}
	if got := d.fragment(); d.bad || len(d.buf) != 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("fragment: bad %v, %d left\n got %+v\nwant %+v", d.bad, len(d.buf), got, want)
	}
	finding := Finding{Element: 3, Kind: "nir", Score: 90, Strength: detectors.Verified, Why: 3, Weak: true,
		At: sources.Location{Key: "k", Page: 1, Column: 2, Row: 3, Line: 4, Byte: 1 << 40}, Len: 15, Digest: 1 << 63}
	e = encoder{}
	e.finding(&finding)
	d = decoder{buf: e.buf}
	if got := d.finding(); d.bad || got != finding {
		t.Errorf("finding %+v", got)
	}
	unit := sources.Unit{Source: "s", ID: testID, Index: 1, Count: 2, Range: "r", Version: "v", Path: "p\xff", Size: 5, ModTime: time.Unix(5, 6).UTC(),
		Meta: sources.Place{ID: "i", Container: "c", URI: "u", MediaType: "m", Format: "f", Size: 1, Created: time.Unix(1, 0).UTC(), Modified: time.Unix(2, 0).UTC(),
			Owner: "o", Access: "a", Basis: "b", Groups: []string{"g"}, Flags: []string{"f"}, Aliases: []string{"a"}, Files: 3, Bytes: 4,
			Status: sources.Offline, Detail: sources.Special}}
	one := &task{}
	one.add(7, &unit)
	decoded, err := decodeTask(append(one.head(nil), one.units...))
	if err != nil {
		t.Fatal(err)
	}
	list, err := decoded.decode(nil)
	if err != nil || len(list) != 1 || list[0].seq != 7 || !reflect.DeepEqual(list[0].Unit, unit) {
		t.Errorf("unit %+v, %v", list, err)
	}
	heads := []unitHead{{Seq: 5, ID: ID{9}, Index: 1, Count: 2, Version: 3, Findings: 4, Best: detectors.Probable, Limited: true,
		Terms: []term{{sources.Failed, sources.IOError, 1, 2, true}}}}
	d = decoder{}
	if got, err := readHead(&d, appendHead(nil, heads)); err != nil || !reflect.DeepEqual(got, heads) {
		t.Errorf("heads %+v, %v", got, err)
	}
	part := Part{Findings, 3, []byte("x")}
	if got, err := decodePart(append(part.head(nil), part.Data...)); err != nil || !reflect.DeepEqual(got, part) {
		t.Errorf("part %+v, %v", got, err)
	}
}

// What repeats from unit to unit is one value in memory; what does not is told apart.
func TestWireRepeats(t *testing.T) {
	batch := &task{}
	groups := [][]string{{"a"}, {"a"}, {"b", "c"}, nil, {"a"}, {"b", "c"}, {"b", "d"}}
	owners := []string{"abcd", "abcd", "dbca", "acbd", "", "adcb", "abcd"}
	for i := range groups {
		batch.add(int64(i), &sources.Unit{Count: 1, Meta: sources.Place{Owner: owners[i], Groups: groups[i]}})
	}
	list, err := batch.decode(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if m := &list[i].Meta; m.Owner != owners[i] || !reflect.DeepEqual(m.Groups, groups[i]) {
			t.Errorf("unit %d: owner %q of %q, groups %q of %q", i, m.Owner, owners[i], m.Groups, groups[i])
		}
	}
	if &list[0].Meta.Groups[0] != &list[1].Meta.Groups[0] {
		t.Error("equal groups are kept twice")
	}
}

// Hostile bytes end in an error, never in a panic or in memory beyond the input.
func FuzzWire(f *testing.F) {
	fr := testFragment()
	var e encoder
	e.fragment(&fr)
	f.Add(e.buf)
	framed := encoder{}
	framed.bytes(e.buf)
	f.Add(framed.buf)
	f.Add([]byte{})
	one := &task{}
	one.add(7, &sources.Unit{Source: "s", Count: 1})
	f.Add(append(one.head(nil), one.units...))
	f.Add(appendHead(nil, []unitHead{{Count: 1}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := decoder{buf: data}
		got := d.fragment()
		if !d.bad {
			var again encoder
			again.fragment(&got)
			d = decoder{buf: again.buf}
			back := d.fragment()
			var third encoder // compared as written: a number that is none differs from itself
			if third.fragment(&back); d.bad || !bytes.Equal(third.buf, again.buf) {
				t.Errorf("read and written again: %+v, %+v", got, back)
			}
		}
		for r := (recordReader{data: data}); ; {
			if _, ok, err := r.next(); err != nil || !ok {
				break
			}
		}
		for r := (streamReader{r: bufio.NewReader(bytes.NewReader(data))}); ; {
			if _, ok, err := r.next(); err != nil || !ok {
				break
			}
		}
		readFindings(nil, data, section{0, 0, int32(len(data))}, nil)
		readFindings(nil, data, section{0, -1, 1 << 30}, nil)
		d = decoder{}
		readHead(&d, data)
		if t, err := decodeTask(data); err == nil {
			t.decode(nil)
		}
		decodePart(data)
		var h hello
		h.decode(data)
		for r := bufio.NewReader(bytes.NewReader(data)); ; {
			if _, _, err := readFrame(r); err != nil {
				break
			}
		}
	})
}

func TestStatuses(t *testing.T) {
	type in struct {
		s sources.Status
		d sources.Reason
	}
	tests := []struct {
		name string
		in   []in
		want in
	}{
		{"all read", []in{{"", ""}, {"", ""}}, in{"", ""}},
		{"one failed", []in{{"", ""}, {sources.Failed, sources.TimedOut}}, in{sources.Partial, sources.TimedOut}},
		{"all failed", []in{{sources.Failed, sources.TimedOut}, {sources.Failed, sources.OutOfMemory}}, in{sources.Failed, sources.OutOfMemory}},
		{"partial and failed", []in{{sources.Partial, sources.Corrupt}, {sources.Failed, sources.IOError}}, in{sources.Partial, sources.IOError}},
		{"partial", []in{{"", ""}, {sources.Partial, sources.Corrupt}}, in{sources.Partial, sources.Corrupt}},
		{"unreadable", []in{{sources.Unreadable, sources.PermissionDenied}, {sources.Unreadable, sources.PermissionDenied}}, in{sources.Unreadable, sources.PermissionDenied}},
	}
	for _, test := range tests {
		for range 2 {
			var s statuses
			for _, x := range test.in {
				s.add(x.s, x.d)
			}
			if got, detail := s.result(); got != test.want.s || detail != test.want.d {
				t.Errorf("%s: %s:%s", test.name, got, detail)
			}
			test.in[0], test.in[1] = test.in[1], test.in[0] // any order
		}
	}
}

func TestExitCodes(t *testing.T) {
	with := func(state string, c map[string]int64) Run {
		return Run{State: state, Coverage: Coverage{ByStatus: c}}
	}
	lost := with(Complete, map[string]int64{"scanned": 1})
	lost.Failures = []SourceFailure{{"s", sources.IOError}}
	unlisted := with(Complete, map[string]int64{"scanned": 1})
	unlisted.Coverage.NotListable = 1
	tests := []struct {
		name          string
		run           Run
		found, strict bool
		want          int
	}{
		{"complete", with(Complete, map[string]int64{"scanned": 3, "excluded": 2, "unsupported": 1}), false, false, 0},
		{"strict", with(Complete, map[string]int64{"scanned": 3, "unsupported": 1}), false, true, 3},
		{"strict, excluded", with(Complete, map[string]int64{"scanned": 3, "excluded": 1}), false, true, 3},
		{"found", with(Complete, map[string]int64{"scanned": 3, "error": 1}), true, false, 1},
		{"nothing", with(Complete, nil), false, false, 2},
		{"partial", with(Complete, map[string]int64{"partial": 1}), false, false, 3},
		{"encrypted", with(Complete, map[string]int64{"encrypted": 1}), false, false, 3},
		{"not listable", unlisted, false, false, 3},
		{"lost source", lost, true, false, 5},
		{"aborted", with(Aborted, map[string]int64{"scanned": 1}), true, false, 4},
		{"interrupted", with(Stopped, map[string]int64{"error": 1}), true, false, 130},
	}
	for _, test := range tests {
		if got := ExitCodes(&test.run, test.found, test.strict)[0]; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	id := func(n byte) ID { return ID{15: n} }
	u := func(n byte, version string) *sources.Unit {
		return &sources.Unit{ID: id(n).String(), Version: version, Count: 1}
	}
	done := func(n byte, seq int64) doneUnit {
		return doneUnit{id: id(n), version: versionOf(u(n, "1")), seq: seq * seqStep}
	}
	r := &resumed{units: []doneUnit{done(1, 1), done(2, 2), done(4, 4)}, seqs: []int64{seqStep, 2 * seqStep, 4 * seqStep}}
	steps := []struct {
		u        *sources.Unit
		seq, old int64
		done     bool
	}{
		{u(1, "1"), seqStep, -1, true},
		{u(9, "1"), seqStep + 1, -1, false},            // new, between the first two
		{u(2, "2"), 2*seqStep + 1, 2 * seqStep, false}, // changed
		{u(3, "1"), 3 * seqStep, -1, false},            // not reached before
		{u(8, "1"), 3*seqStep + 1, -1, false},          // new
		{u(4, "1"), 4 * seqStep, -1, true},
		{u(5, "1"), 5 * seqStep, -1, false},
	}
	for i, s := range steps {
		seq, old, done := r.number(s.u)
		if seq != s.seq || old != s.old || done != s.done {
			t.Errorf("step %d: %d, %d, %v", i, seq, old, done)
		}
	}
}
