package notebook

import (
	"encoding/base64"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// sample is made by hand after nbformat 4.5, with invented values.
var sample = `{
 "cells": [
  {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": ["# Adhérents\n", "Dossier de Zoé Martin,\n", "1 rue du Port"]},
  {"cell_type": "code", "execution_count": 1, "id": "b2", "metadata": {"auteur": "P. Durand"}, "outputs": [
    {"name": "stdout", "output_type": "stream", "text": ["nir\n", "185031234567822\n"]},
    {"data": {"image/png": "` + base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\nxxxx")) + `\n", "text/plain": ["<Figure>"]}, "output_type": "display_data", "metadata": {}}
  ], "source": "df.head()\nprint(df)"}
 ],
 "metadata": {"authors": [{"name": "x", "email": "zoe@exemple.fr"}], "kernelspec": {"display_name": "Python 3"}},
 "nbformat": 4, "nbformat_minor": 5
}`

func TestCells(t *testing.T) {
	if !Format.Sniff([]byte(sample), "a.ipynb", -1) || Format.Sniff([]byte(sample), "a.json", -1) || Format.Sniff([]byte("{}"), "a.ipynb", -1) {
		t.Error("known by what it is not")
	}
	r := sourcetest.ForFormat(sources.Limits{})
	res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.ipynb", []byte(sample)), r)
	r.Close(res)
	if err != nil || r.Done() != nil || res.Records != 2 || res.Bytes != int64(len(sample)) {
		t.Fatal(err, r.Done(), res)
	}
	text := string(r.Locations[0].Text)
	const want = "# Adhérents\nDossier de Zoé Martin,\n1 rue du Port\nauteur: P. Durand\nnir\n185031234567822\n\n<Figure>\ndf.head()\nprint(df)email: zoe@exemple.fr\n"
	if text != want {
		t.Errorf("%q", text)
	}
	if len(r.Locations) != 2 || r.Locations[1].Container != "1.png" || len(r.Locations[1].Text) != 12 {
		t.Errorf("%d members", len(r.Locations)-1)
	}
}

// TestDamaged keeps what stands in front of the damage.
func TestDamaged(t *testing.T) {
	for _, test := range []struct {
		data string
		want sources.Reason
	}{
		{sample[:strings.Index(sample, "185031")], sources.Truncated},
		{strings.Replace(sample, `"nir\n", `, `"nir\n"; `, 1), sources.Corrupt},
		{`{"cells": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}", sources.Corrupt},
	} {
		l, err := sourcetest.Read(t, Format, "a.ipynb", []byte(test.data))
		if fe, ok := err.(*sources.FormatError); !ok || fe.Reason != test.want {
			t.Errorf("%v, want %s", err, test.want)
		}
		if test.data[:20] == sample[:20] && !strings.Contains(string(l.Text), "Zoé Martin") {
			t.Errorf("%q", l.Text)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.ipynb": []byte(sample)})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) { sourcetest.Read(t, Format, "a.ipynb", data) })
}
