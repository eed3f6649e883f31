package keyset

import (
	"reflect"
	"testing"
)

func TestPosition(t *testing.T) {
	p := string(Position(nil, [][]byte{[]byte("12"), {}, []byte("l'été\x00")}))
	if got := Values(p); !reflect.DeepEqual(got, []string{"12", "", "l'été\x00"}) {
		t.Errorf("%q", got)
	}
	for i := range p { // cut anywhere: what is whole, and no panic
		if got := Values(p[:i]); len(got) > 3 {
			t.Errorf("%q", got)
		}
	}
	if n := Ordinal(string(AppendOrdinal(nil, 1<<40))); n != 1<<40 || Ordinal("x") != 0 {
		t.Errorf("%d", n)
	}
	if got := Behind([]string{"a", "b"}, []string{"1", "'x'"}); got != "((a > 1) OR (a = 1 AND b > 'x'))" {
		t.Errorf("%s", got)
	}
	for _, c := range []struct {
		whole, spec string
		last        []string
		want        string
	}{
		{"a", "", nil, ""}, {"a", "5:9", nil, " WHERE a >= 5 AND a < 9"}, {"a", ":9", nil, " WHERE a < 9"}, {"a", "5:", nil, " WHERE a >= 5"},
		{"", "5:9", nil, ""}, {"a", "sample 1", nil, ""}, {"a", "5:9", []string{"7"}, " WHERE a >= 5 AND a < 9 AND ((a > 7))"}, {"", "", []string{"7"}, " WHERE ((a > 7))"},
	} {
		if got := Where(c.whole, c.spec, []string{"a"}, c.last); got != c.want {
			t.Errorf("%q %q %v: %q, want %q", c.whole, c.spec, c.last, got, c.want)
		}
	}
	if got := Equal([]string{"a", "b"}, []string{"1", "'x'"}); got != "a = 1 AND b = 'x'" {
		t.Errorf("%s", got)
	}
	for text, want := range map[string][]int{"": nil, "3,": {3}, "3,17,0,": {3, 17, 0}, "3,7": {3, 7}, ",,": nil} {
		if got := Flags(nil, []byte(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
}
