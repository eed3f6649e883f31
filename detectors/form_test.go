package detectors

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFormErrors(t *testing.T) {
	tests := []struct{ pattern, check, want string }{
		{"", "", "an empty pattern"},
		{"MUT", "", "too short"},
		{"M?[0-9]{0,4}", "", "too short"},
		{"MUT-2026", "", "nothing in it varies"},
		{"[A-Z]{8}", "", "words would match"},
		{"MUT-[0-9]*", "", "a repetition has an end"},
		{"MUT-[0-9]+", "", "a repetition has an end"},
		{"(MUT|ADH)[0-9]{6}", "", "means nothing there"},
		{"MUT.[0-9]{6}", "", "means nothing there"},
		{"MUT[^0-9]{6}", "", "a class lists what it takes"},
		{"MUT[]{6}", "", "a class lists what it takes"},
		{"MUT[0-Z]{6}", "", "ranges such as"},
		{"MUT[9-0]{6}", "", "ranges such as"},
		{"MUT[0-9]{6", "", "a { without }"},
		{"MUT[0-9]{8,6}", "", "a repetition is"},
		{"MUT[0-9]{,6}", "", "a repetition is"},
		{"MUT[0-9]{99}", "", "a repetition is"},
		{"[0-9]{30}[A-Z]{20}", "", "longer than 40"},
		{"-[0-9]{8}", "", "begins and ends with"},
		{"MUT[0-9]{6}-?", "", "begins and ends with"},
		{"ADHÉ[0-9]{6}", "", "of ASCII only"},
		{"MUT-[0-9]{8}", "mod98", "none of the checks"},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			if _, err := newForm(Form{tt.pattern, tt.check}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFormChecks(t *testing.T) {
	tests := []struct {
		check, value string
		want         bool
	}{
		{"luhn", "MUT-73282932", false},
		{"luhn", "MUT-732829320", true},
		{"luhn", "MUT-000000000", false},
		{"mod97", "MUT-180017598512344", true}, // as a NIR
		{"mod97", "MUT-180017598512345", false},
		{"mod97", "MUT-000000000", false},
		{"mod11", "MUT-1234560", true}, // 6*2+5*3+4*4+3*5+2*6+1*7 = 77
		{"mod11", "MUT-1234564", false},
		{"none", "MUT-1234567", true},
	}
	for _, tt := range tests {
		f, err := newForm(Form{"MUT-[0-9]{5,20}", tt.check})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.passes([]byte(tt.value)); got != tt.want {
			t.Errorf("%s of %s: %v", tt.check, tt.value, got)
		}
	}
	f, err := newForm(Form{"[0-9]{6}[0-9X]", "mod11"})
	if err != nil {
		t.Fatal(err)
	}
	// 1*2+5*3+4*4+3*5+2*6+1*7 = 67, 1 modulo 11: ten is missing.
	if !f.passes([]byte("123451X")) || f.passes([]byte("123452X")) || f.passes([]byte("1234510")) {
		t.Error("the mark X of mod11")
	}
}

// slowEnd is form.end said with a regular expression: the longest text that is of
// the form and stands alone.
func slowEnd(re *regexp.Regexp, text []byte, at int) int {
	if at > 0 && isToken(text[at-1]) || isNum(text[at]) && partBefore(text, at) {
		return 0
	}
	for end := len(text); end > at; end-- {
		last := text[end-1]
		if re.Match(text[at:end]) && !(end < len(text) && isToken(text[end])) && !(isNum(last) && partAfter(text, end)) {
			return end
		}
	}
	return 0
}

func FuzzForm(f *testing.F) {
	f.Add("MUT-[0-9]{8}", "numéro MUT-12345678, mut-1234567 et MUT-12345678-9")
	f.Add("[A-Z]{2}[0-9]{3}-?[A-Z0-9]{0,4}", "AB123 AB123-45 xAB123 AB123_ AB123-ABCDE")
	f.Add("[0-9]{6,9}", "123456 1234567890 2024-123456 123456.7")
	f.Add("7[05-7][a-c -]{1,3}\\d{4}", "75 -1234 70a1234")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		form, err := newForm(Form{Pattern: pattern})
		if err != nil || len(s) > 400 {
			return
		}
		re, err := regexp.Compile("^(?is:" + strings.ReplaceAll(pattern, "[[", "[\\[") + ")$")
		if err != nil {
			return // a class that regexp writes otherwise
		}
		text := []byte(s)
		if strings.ContainsAny(s, "ſ\u212a") {
			return // regexp folds them to s and k
		}
		for at := range text {
			if got, want := form.end(text, at), slowEnd(re, text, at); got != want {
				t.Fatalf("%q at %d of %q: %d, want %d", pattern, at, s, got, want)
			}
		}
	})
}

// Whatever the forms, the engine finds what every function at every offset finds.
func FuzzCustom(f *testing.F) {
	f.Add("MUT-[0-9]{8}", "luhn", "numéro MUT-12345678; mut-12345674 dossier 12345\nMUT-12345674")
	f.Add("M[0-9]{8}", "", "M12345678 m12345678 dossier M12345678")
	f.Add("[A-Z]{2}[0-9]{3}[A-Z]{2}", "", "Dossier n° AB123CD, DOSSIERS : ab123cd")
	f.Add("[0-9]{8,9}", "mod97", "dossier 12345678 123456789")
	f.Add("[0-9]{2}-MUT-[0-9]{4}", "mod11", "dossier 12-MUT-1234")
	f.Fuzz(func(t *testing.T, pattern, check, s string) {
		d, err := NewCustom(Custom{Kind: "dossier", Title: "Dossier", Forms: []Form{{pattern, check}}, Words: []string{"dossier", "référence"}, Columns: []string{"num dossier"}})
		if err != nil || len(s) > 2000 {
			return
		}
		e, err := NewEngine([]*Detector{&email, &siren, d}, Options{All: true})
		if err != nil {
			t.Fatal(err)
		}
		text := []byte(s)
		compare(t, e.Pass(), &Chunk{Data: text, To: len(text)})
		compare(t, e.Pass(), table(e, text, ';', "", "num dossier"))
	})
}

func custom(t testing.TB, c Custom) *Detector {
	t.Helper()
	d, err := NewCustom(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// customs are detectors of every way of being found.
func customs(t testing.TB) []*Detector {
	words, columns := []string{"dossier", "référence"}, []string{"Num Dossier"}
	return []*Detector{
		custom(t, Custom{Kind: "own_literal", Title: "Littéral", Forms: []Form{{Pattern: "MUT-[0-9]{8}"}}}),
		custom(t, Custom{Kind: "own_letter", Title: "Lettre", Forms: []Form{{Pattern: "Q[0-9]{8}", Check: "luhn"}}, Words: words}),
		custom(t, Custom{Kind: "own_digits", Title: "Chiffres", Forms: []Form{{Pattern: "[0-9]{12}", Check: "mod97"}}, Words: words, Columns: columns}),
		custom(t, Custom{Kind: "own_words", Title: "Derrière un mot", Forms: []Form{{Pattern: "[A-Z]{2}[0-9]{3}[A-Z]{2}"}}, Words: words, Columns: columns}),
		custom(t, Custom{Kind: "own_middle", Title: "Au milieu", Forms: []Form{{Pattern: "[0-9]{2}-SIN-[0-9]{4,6}"}, {Pattern: "SINISTRE/[0-9]{4}/[0-9]{2}"}}}),
	}
}

func TestCustom(t *testing.T) {
	tests := []struct{ text, want string }{
		{"carte MUT-12345678.", "own_literal possible 6-18"},
		{"carte mut-12345678.", "own_literal possible 6-18"},
		{"carte MUT-123456789.", ""},
		{"carte AMUT-12345678.", ""},
		{"réf. 12-SIN-12345 du jour", "own_middle possible 6-18"},
		{"réf. 12-SIN-12345-6", ""},
		{"SINISTRE/2024/12", "own_middle possible 0-16"},
		{"Q73282932", ""},
		{"Q12345674 seul", "own_letter possible 0-9"},
		{"dossier : Q12345674", "own_letter probable 10-19"},
		{"123456789012", ""},
		{"dossier 180017598567", "own_digits probable 8-20"},
		{"dossier 180017598566", ""},
		{"Dossier n° AB123CD", "own_words probable 12-19"},
		{"R\xc9F\xc9RENCES : AB123CD", "own_words probable 13-20"},
		{"RÉFÉRENCE : AB123CD", "own_words probable 14-21"},
		{"plaque AB123CD", ""},
		{"Dossier clos\nAB123CD", ""},
	}
	e := newEngine(t, customs(t), Options{})
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			text := []byte(tt.text)
			got := ""
			for _, m := range e.Pass().Scan(&Chunk{Data: text, To: len(text)}, nil) {
				got += string(m.Detector.Kind) + " " + m.Strength().String() + " " + strconv.Itoa(m.Start) + "-" + strconv.Itoa(m.End)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCustomColumns(t *testing.T) {
	e := newEngine(t, append(customs(t), All()...), Options{})
	text := []byte("AB123CD;AB123CD\n180017598567;180017598567\n")
	var got []string
	for _, m := range e.Pass().Scan(table(e, text, ';', "num_dossier", "commentaire"), nil) {
		if strings.HasPrefix(string(m.Detector.Kind), "own") {
			got = append(got, string(m.Detector.Kind)+" "+m.Strength().String()+" "+strconv.Itoa(m.Start))
		}
	}
	if want := []string{"own_words probable 0", "own_digits probable 16"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCustomErrors(t *testing.T) {
	right := []Form{{Pattern: "MUT-[0-9]{8}"}}
	tests := []struct {
		name string
		c    Custom
		want string
	}{
		{"a kind that exists", Custom{Kind: "nir", Title: "x", Forms: right}, "there is a detector nir already"},
		{"no kind", Custom{Kind: "Mon Type", Title: "x", Forms: right}, "the kind is not"},
		{"no title", Custom{Kind: "dossier", Forms: right}, "a title of one line"},
		{"no pattern", Custom{Kind: "dossier", Title: "x"}, "0 patterns"},
		{"any number", Custom{Kind: "dossier", Title: "x", Forms: []Form{{Pattern: "[0-9]{9}"}}}, "any number of that length"},
		{"nothing fixed", Custom{Kind: "dossier", Title: "x", Forms: []Form{{Pattern: "[A-Z]{2}[0-9]{6}"}}}, "nothing in it is fixed"},
		{"verified without a check", Custom{Kind: "dossier", Title: "x", Forms: right, Max: Verified}, "nothing without a check is verified"},
		{"a word that is none", Custom{Kind: "dossier", Title: "x", Forms: right, Words: []string{"n° de dossier"}}, "context word"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewCustom(tt.c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestWithForms(t *testing.T) {
	d, err := WithForms("member_number", []Form{{Pattern: "MUT-[0-9]{8}", Check: "luhn"}, {Pattern: "[0-9]{8}", Check: "mod97"}})
	if err != nil {
		t.Fatal(err)
	}
	all := All()
	all[slices.Index(all, &memberNumber)] = d
	e := newEngine(t, all, Options{})
	for text, want := range map[string]string{
		"vu : MUT-12345674":             "5-17",
		"vu : MUT-12345675":             "",
		"N° adhérent : A1234567":        "16-24", // any number behind a label, as before
		"adhérent 20112058, à rappeler": "10-18",
		"code 20112058":                 "",
	} {
		got := ""
		for _, m := range e.Pass().Scan(&Chunk{Data: []byte(text), To: len(text)}, nil) {
			if m.Detector == d {
				got += strconv.Itoa(m.Start) + "-" + strconv.Itoa(m.End)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if memberNumber.Run != nil || strings.Contains(memberNumber.Doc, "MUT") {
		t.Error("the detector of the list has changed")
	}
	if newEngine(t, All(), Options{}).Version() == e.Version() {
		t.Error("forms do not change the version of the engine")
	}
}

func TestCustomEqualsReference(t *testing.T) {
	texts := append(samples(t), []byte("dossier MUT-12345678, Q12345674; 12-SIN-12345 référence AB123CD; 180017598567\n"))
	for _, k := range Kernels() {
		e := newEngine(t, append(All(), customs(t)...), Options{Kernel: k, All: true})
		p := e.Pass()
		for i := len(texts) - 1; i >= 0; i -= 5 {
			piece := slices.Concat(texts[len(texts)-1], texts[i][:min(len(texts[i]), 1200)])
			compare(t, p, &Chunk{Data: piece, To: len(piece)})
			compare(t, p, table(e, piece, ';', "num_dossier", "", "référence"))
		}
	}
}

func TestCustomAllocatesNothing(t *testing.T) {
	p := newEngine(t, append(All(), customs(t)...), Options{}).Pass()
	text := []byte(strings.Repeat("dossier MUT-12345678, Q12345674; 12-SIN-12345 référence AB123CD; 180017598567\n", 50))
	c := &Chunk{Data: text, To: len(text)}
	dst := p.Scan(c, nil)
	if n := testing.AllocsPerRun(5, func() { dst = p.Scan(c, dst[:0]) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
