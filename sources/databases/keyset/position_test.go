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
	if got := Equal([]string{"a", "b"}, []string{"1", "'x'"}); got != "a = 1 AND b = 'x'" {
		t.Errorf("%s", got)
	}
	for text, want := range map[string][]int{"": nil, "3,": {3}, "3,17,0,": {3, 17, 0}, "3,7": {3, 7}, ",,": nil} {
		if got := Flags(nil, []byte(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
}
