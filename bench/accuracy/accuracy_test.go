package accuracy

import (
	"bytes"
	"strings"
	"testing"

	"recense/bench/corpus"
	"recense/detectors"
)

const size = 4 << 20

func engine(t *testing.T) *detectors.Engine {
	e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// found counts the matches of a chunk by kind.
func found(e *detectors.Engine, c *detectors.Chunk) map[detectors.Kind]int {
	n := map[detectors.Kind]int{}
	for _, m := range e.Pass().Scan(c, nil) {
		n[m.Detector.Kind]++
	}
	return n
}

// text is a chunk without cells.
func text(data []byte) *detectors.Chunk { return &detectors.Chunk{Data: data, To: len(data)} }

// cells is the csv corpus as a reader of tables gives it.
func cells(e *detectors.Engine, data []byte) (c *detectors.Chunk, rows int) {
	head, body, _ := bytes.Cut(data, []byte{'\n'})
	c = &detectors.Chunk{Data: body, To: len(body)}
	for name := range strings.SplitSeq(string(head), ";") {
		c.Names = append(c.Names, e.Column(name, ""))
	}
	start, column := int32(0), int32(0)
	for i, b := range body {
		if b != ';' && b != '\n' {
			continue
		}
		c.Starts, c.Ends, c.Columns = append(c.Starts, start), append(c.Ends, int32(i)), append(c.Columns, column)
		start, column = int32(i)+1, column+1
		if b == '\n' {
			column, rows = 0, rows+1
		}
	}
	return c, rows
}

// One value of each kind stands in every row.
func TestTableIsFoundWhole(t *testing.T) {
	e := engine(t)
	c, rows := cells(e, corpus.Make("csv", size))
	got := found(e, c)
	for _, k := range []detectors.Kind{"nir", "birth_date", "email", "phone_fr", "iban", "bic", "ccam", "cim10", "person_name", "member_number"} {
		if got[k] != rows {
			t.Errorf("%s: %d found in %d rows", k, got[k], rows)
		}
		delete(got, k)
	}
	for k, n := range got {
		if !isVocabulary(k) {
			t.Errorf("%s: %d found, none planted", k, n)
		}
	}
}

// isVocabulary reports whether a kind is one of words: the corpora are made of
// sentences about contracts and care, beside the values that are planted.
func isVocabulary(k detectors.Kind) bool { return strings.HasSuffix(string(k), "_terms") }

// planted are the phrases that announce a value in the prose and log corpora.
var planted = []struct {
	corpus, phrase string
	kind           detectors.Kind
}{
	{"prose", "Votre numéro de sécurité sociale ", "nir"},
	{"prose", "versés sur le compte ", "iban"},
	{"prose", "écrivez à ", "email"},
	{"prose", "joindre votre conseiller au ", "phone_fr"},
	{"prose", ", né le ", "birth_date"},
	{"prose", ", né le ", "person_name"},
	{"prose", ", né le ", "civility"},
	{"logs", "courriel de confirmation à ", "email"},
	{"logs", "service de rappel au ", "phone_fr"},
}

func TestPlantedValuesAreFound(t *testing.T) {
	e := engine(t)
	for _, name := range []string{"prose", "logs"} {
		data := corpus.Make(name, size)
		got := found(e, text(data))
		want := map[detectors.Kind]int{}
		for _, p := range planted {
			if p.corpus == name {
				want[p.kind] += bytes.Count(data, []byte(p.phrase))
			}
		}
		if name == "logs" {
			want["ipv4"] = publicAddresses(data)
		}
		for k, n := range want {
			if got[k] != n {
				t.Errorf("%s: %s: %d found, %d planted", name, k, got[k], n)
			}
			delete(got, k)
		}
		for k, n := range got {
			if !isVocabulary(k) {
				t.Errorf("%s: %s: %d found, none planted", name, k, n)
			}
		}
	}
}

// publicAddresses counts the access lines whose client is in no documentation
// range.
func publicAddresses(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		if bytes.Contains(line, []byte(" - - [")) && !bytes.HasPrefix(line, []byte("192.0.2.")) &&
			!bytes.HasPrefix(line, []byte("198.51.100.")) && !bytes.HasPrefix(line, []byte("203.0.113.")) {
			n++
		}
	}
	return n
}

// Nothing probable may be found where nothing is. A form without a word that a
// key or a prefix fits by chance may be possible, and rarely: 15 digits of a
// moment have the key of a NIR one time in 97.
func TestLookAlikesAreRefused(t *testing.T) {
	const chance = 50 // per MiB of look-alikes
	e := engine(t)
	for _, name := range []string{"traps", "source"} {
		possible := 0
		for _, m := range e.Pass().Scan(text(corpus.Make(name, size)), nil) {
			if m.Score >= detectors.ScoreProbable {
				t.Errorf("%s: %s at %d with %d, none planted", name, m.Detector.Kind, m.Start, m.Score)
			}
			possible++
		}
		if possible > chance*size>>20 {
			t.Errorf("%s: %d possible ones in %d bytes", name, possible, size)
		}
	}
}
