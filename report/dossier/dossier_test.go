package dossier

import (
	"bytes"
	"strings"
	"testing"
)

// TestEscape: names that look like markup stay text.
func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"a|b\nc":                    `a\|b c`,
		"<img src=x onerror=1>":     "&lt;img src=x onerror=1&gt;",
		"[x](http://mal.invalid)":   `\[x\](http:\//mal.invalid)`,
		"# titre *gras* _i_ `code`": "\\# titre \\*gras\\* \\_i\\_ \\`code\\`",
		"&lt;":                      "&amp;lt;",
		"\u202egnp.exe\x00":         "?gnp.exe?",
		"é 🙂":                       "é 🙂",
		"![](javascript:alert(1))":  `\!\[\](javascript:alert(1))`,
	} {
		if got := Escape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	d := &Dossier{Title: "T", Marked: "M"}
	p := d.Add("n", "Partie")
	p.Pair("a", "b")
	p.Say("texte")
	p.Table = &Table{Head: []string{"x", "y"}, Rows: [][]string{{"1", "2|3"}}, Left: 4}
	var b bytes.Buffer
	if err := d.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	want := "# T\n\n*M*\n\n## Partie\n\n- **a** : b\n\ntexte\n\n| x | y |\n| --- | --- |\n| 1 | 2\\|3 |\n\n… + 4\n"
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
	if strings.Contains(b.String(), "\r") {
		t.Error("line ends")
	}
}
