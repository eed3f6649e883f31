package detectors

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// codeDetectors are the detectors of health codes, addresses and dates.
func codeDetectors() []*Detector {
	return []*Detector{&atc, &birthDate, &ccam, &cim10, &cip, &ipv4, &ipv6, &lpp, &macAddress, &nabm, &ngap, &ucd}
}

// fragments are pieces of what the detectors look for; random rows of them come
// near to every branch.
var fragments = []string{
	"0", "1", "12", "03", "29", "80", "1980", "2024", "1998", "31", "0552", "3765430", "9231824", "19800312", "3400930012345",
	"34009 300 123 4 5", "0103400930012345", "17", "21", "376 543-0", "E11", "E11.9", "B24.+0", "+0", "A10BA02", "A10", "HHFA001",
	"HHFA", "001", "AMI", "AMI 4,5", "B 6", "B40", "PH7", "CS", "C", "K", "F", "N", "8.8.4.4", "10.0", "256", "2001:db8", "::", ":", "fe80", "ffff",
	"00:1A:2B", "001a.2b3c.4d5e", "mars", "MARS", "AOÛT", "ao\xFBt", "déc", "février", "juil", "juillet", "septembre", "March", "er", "né le ",
	"naissance ", "ne ", "le ", "soins ", "NABM ", "DP ", "acte ", "T00:00", "T10:15", "10:15", "00:00", "à ", "\xC2\xA0", "\xE2\x80\xAF",
	"\xA0", " ", " ", "  ", ".", ",", ";", "-", "/", "+", "_", "\n", "\t", "\"", "|", "(", ")", "x", "X", "é", "\xE9", "@", "h", "~",
}

func randomText(r *rand.Rand, n int) []byte {
	var text []byte
	for range n {
		text = append(text, fragments[r.IntN(len(fragments))]...)
	}
	return text
}

// shapeAsks returns the offsets of text at which the shape of d asks.
func shapeAsks(d *Detector, text []byte) []bool {
	asks := make([]bool, len(text))
	var w Window
	for at := range text {
		if start := pairStart(text, at); d.Capitals && start >= 0 {
			asks[start] = true
		}
		for _, a := range d.Anchors {
			asks[at] = asks[at] || hasFold(text, at, a)
		}
	}
	for at := 0; d.Shape != nil && at < len(text); at += windowStep {
		w.classify(text, at-lookBehind)
		m := d.Shape(&w) & Decided
		for i := range windowStep {
			if at+i < len(text) && m>>(i+lookBehind)&1 != 0 {
				asks[at+i] = true
			}
		}
	}
	return asks
}

// checkPromises wants of a detector that its shape asks wherever Verify finds
// something, and that no verdict depends on bytes beyond Before and After.
func checkPromises(t *testing.T, d *Detector, text []byte) {
	t.Helper()
	var asks []bool
	if d.Verify != nil {
		asks = shapeAsks(d, text)
	}
	for at := range text {
		low, high := max(0, at-d.Before), min(len(text), at+d.After)
		if d.Verify != nil {
			s := d.Verify(text, at)
			if s.Outcome != None && !asks[at] {
				t.Errorf("%s: Verify finds %d-%d in %q, the shape does not ask", d.Kind, s.Start, s.End, text)
			}
			if moved := d.Verify(text[low:high], at-low); moved != shiftSpan(s, low) {
				t.Errorf("%s: at %d of %q: %v, with its reach alone %v", d.Kind, at, text, s, moved)
			}
			checkNormal(t, d, text, s)
		}
		n := refRun(text, at)
		if !slices.Contains(d.Runs, n) {
			continue
		}
		s := d.Run(text, at, n)
		if moved := d.Run(text[low:high], at-low, n); moved != shiftSpan(s, low) {
			t.Errorf("%s: run at %d of %q: %v, with its reach alone %v", d.Kind, at, text, s, moved)
		}
		checkNormal(t, d, text, s)
	}
}

func shiftSpan(s Span, by int) Span {
	if s.Outcome != None {
		s.Start, s.End = s.Start-int32(by), s.End-int32(by)
	}
	return s
}

// checkNormal wants a normal form for every accepted value, and the same one
// from the normal form itself where that is a value again.
func checkNormal(t *testing.T, d *Detector, text []byte, s Span) {
	t.Helper()
	if s.Outcome != Accepted {
		return
	}
	raw := text[s.Start:s.End]
	normal := d.Normal([]byte("x"), raw)
	if len(normal) < 2 || normal[0] != 'x' {
		t.Errorf("%s: normal form of %q is %q", d.Kind, raw, normal)
	}
	if s.Raised < s.Score || s.Score == 0 || s.Raised > 99 {
		t.Errorf("%s: %q has the scores %d and %d", d.Kind, raw, s.Score, s.Raised)
	}
}

func TestCodesKeepTheirPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 4000 {
		text := randomText(r, 1+r.IntN(24))
		for range r.IntN(6) {
			text[r.IntN(len(text))] = byte(r.IntN(256))
		}
		for _, d := range codeDetectors() {
			checkPromises(t, d, text)
		}
		if t.Failed() {
			return
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, s := range fragments {
		f.Add([]byte(s + s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 300 {
			return
		}
		for _, d := range codeDetectors() {
			checkPromises(t, d, text)
		}
	})
}

// TestNormalForms wants one normal form for every way of writing a value.
func TestNormalForms(t *testing.T) {
	for _, c := range []struct {
		d      *Detector
		normal string
		forms  []string
	}{
		{&ccam, "HHFA001", []string{"HHFA001", "hhfa001"}},
		{&cim10, "E119", []string{"E11.9", "E119", "e11.9"}},
		{&cim10, "B24+0", []string{"B24.+0", "B24+0"}},
		{&ngap, "AMI", []string{"AMI 4,5", "AMI4.5", "AMI\u00A02 N"}},
		{&ngap, "PH7", []string{"PH7"}},
		{&lpp, "1101720", []string{"1101720"}},
		{&nabm, "0552", []string{"0552"}},
		{&cip, "3400937654302", []string{"3765430", "376 543-0", "34009 376 543 0 2", "3400937654302"}},
		{&ucd, "9231824", []string{"9231824", "3400892318240", "34008 923 182 4 0", "0000009231824"}},
		{&atc, "A10BA02", []string{"A10BA02"}},
		{&ipv4, "8.8.4.4", []string{"8.8.4.4"}},
		{&ipv6, "20010db8000000000000000000000001", []string{"2001:db8::1", "2001:0DB8:0:0:0:0:0:1", "2001:db8::0:0.0.0.1"}},
		{&ipv6, "00000000000000000000ffffc0000221", []string{"::ffff:192.0.2.33", "::FFFF:c000:221"}},
		{&macAddress, "001a2b3c4d5e", []string{"00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"}},
		{&birthDate, "19800312", []string{"12/03/1980", "12-03-1980", "12.03.1980", "1980-03-12", "19800312", "12031980", "12/03/80",
			"12 mars 1980", "12 MARS 80", "12 March 1980"}},
		{&birthDate, "19820801", []string{"1er août 1982", "1 AO\xDBT 1982", "01/08/1982", "1/8/1982"}},
		{&birthDate, "19800000", []string{"00/00/1980"}},
	} {
		for _, form := range c.forms {
			if got := c.d.Normal(nil, []byte(form)); string(got) != c.normal {
				t.Errorf("%s: normal form of %q is %q, want %q", c.d.Kind, form, got, c.normal)
			}
		}
	}
}
