package yamldoc

import (
	"strings"
	"testing"
)

type shape struct {
	Name  string `yaml:"name"`
	Size  int    `yaml:"size"`
	On    bool   `yaml:"on"`
	Items []struct {
		ID string `yaml:"id"`
	} `yaml:"items"`
	Notes map[string]string `yaml:"notes"`
}

func TestRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"right", "name: a\nsize: 3\nitems: [{id: x}]\n", ""},
		{"nothing but comments", "# name: a\n", ""},
		{"unknown field", "name: a\nsizes: 3\n", "f.yaml:2: sizes: unknown field; did you mean \"size\"?"},
		{"unknown field of an entry", "items:\n  - id: x\n  - {if: y}\n", "f.yaml:3: items[1].if: unknown field; did you mean \"id\"?"},
		{"twice", "size: 3\nsize: 4\n", "f.yaml:2: size: given twice"},
		{"no number", "size: many\n", "f.yaml:1: size: expected a whole number"},
		{"no switch", "\non: 2\n", "f.yaml:2: on: expected true or false"},
		{"no list", "items: {id: x}\n", "f.yaml:1: items: expected a list"},
		{"not YAML", "name: [\n", "f.yaml:1: not valid YAML"},
		{"a list", "- a\n", "f.yaml:1: expected fields and values"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read("f.yaml", []byte(tt.text), new(shape))
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestWrong(t *testing.T) {
	s := new(shape)
	d, err := Read("f.yaml", []byte("name: a\nitems:\n  - id: x\n  - id: x\n  - {}\n"), s)
	if err != nil {
		t.Fatal(err)
	}
	d.Unique("items", "id", len(s.Items), func(i int) string { return s.Items[i].ID })
	d.OneOf(s.Name, []string{"b", "c"}, "name")
	want := "f.yaml:1: name: \"a\" is none of b, c\nf.yaml:4: items[1].id: \"x\" is used twice\nf.yaml:5: items[2].id: is needed"
	if err := d.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Whatever the bytes, a problem names the file and quotes no more than names.
func FuzzRead(f *testing.F) {
	f.Add([]byte("name: a\nitems: [{id: &x y}, {id: *x}]\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Read("f.yaml", data, new(shape)); err != nil && !strings.HasPrefix(err.Error(), "f.yaml") {
			t.Errorf("a problem without its file: %v", err)
		}
	})
}
