package databases

import "testing"

// Letters outside ASCII are for readers; what has a meaning in URIs stays escaped.
func TestReadable(t *testing.T) {
	for name, want := range map[string]string{
		"adhérents 100%/liste": "b/adhérents%20100%25%2Fliste", "né%20le": "b/né%2520le", "%C3%A9": "b/%25C3%25A9",
		"a\u202eb": "b/a%E2%80%AEb", "a\xffb": "b/a%FFb", "t": "b/t",
	} {
		path := pathOf("b", name)
		if got := readable(path); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
		if got := namesOf(readable(path)); got[1] != name {
			t.Errorf("%q comes back as %q", name, got[1])
		}
	}
}
