package settings

import (
	"fmt"
	"strings"
	"testing"

	"recense/sources/sourcetest"
)

const (
	ini = "; base de Zoé\n[base]\nhost = srv-base\nuser=lecteur\r\nmot de passe = \"canari42\"\n\n[mail]\nuser = zoe@exemple.fr\nune ligne\n"
	env = "# x\nexport DB_PASSWORD='canari42'\nspring.mail.username=zoe@exemple.fr\nurl: https://exemple.fr/a=b\n"
	yml = "# clients\nbase:\n  host: srv\n  user: lecteur\nclients:\n  - nom: MARTIN\n    iban: FR76\n    enfants:\n      - prenom: Léa\n      - prenom: Tom\n  - nom: \"DURAND\"\n    note: |\n      deux lignes\n      ici\nlisteners: [a, b]\n"
	top = "- nom: A\n  age: 3\n- nom: B\n- C\n---\nx: 1\n\"185031234567822\": oui\n"
)

func TestPairs(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"a.ini", ini, "1:commentaire=; base de Zoé\n1:section=base\n1:host=srv-base\n1:user=lecteur\n1:mot de passe=canari42\n2:section=mail\n2:user=zoe@exemple.fr\n2:user=une ligne\n"},
		{"a.env", env, "1:commentaire=# x\n1:DB_PASSWORD=canari42\n1:spring.mail.username=zoe@exemple.fr\n1:url=https://exemple.fr/a=b\n"},
		{"a.yml", yml, "1:commentaire=# clients\n1:base.host=srv\n1:base.user=lecteur\n2:clients[*].nom=MARTIN\n2:clients[*].iban=FR76\n2:clients[*].enfants[*].prenom=Léa\n2:clients[*].enfants[*].prenom=Tom\n" +
			"3:clients[*].nom=DURAND\n3:clients[*].note=|\n3:clients[*].note=deux lignes\n3:clients[*].note=ici\n4:listeners=[a, b]\n"},
		{"b.yaml", top, "1:[*].nom=A\n1:[*].age=3\n2:[*].nom=B\n3:[*]=C\n4:x=1\n4:*=oui\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !sniff([]byte(test.in), test.name, int64(len(test.in))) {
				t.Error("not known")
			}
			l, err := sourcetest.Read(t, Format, test.name, []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range l.Cells {
				got += fmt.Sprintf("%d:%s=%s\n", c.Row, c.Column, c.Value)
				if !strings.HasPrefix(test.in[c.At.Byte:], c.Value) || c.At.Line != int64(1+strings.Count(test.in[:c.At.Byte], "\n")) {
					t.Errorf("%q is at byte %d, line %d", c.Value, c.At.Byte, c.At.Line)
				}
			}
			if got != test.want || l.Result.Bytes != int64(len(test.in)) {
				t.Errorf("%+v, got\n%swant\n%s", l.Result, got, test.want)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for name, in := range map[string]string{
		"a.txt": ini, "b.ini": "du texte\nencore du texte\nx = 1\n", "c.yaml": "{\"a\": 1,\n\"b\": 2}\n", "d.conf": "<VirtualHost *:80>\n  ServerName x\n</VirtualHost>\n", "e.ini": "", "f.cfg": "\x00\x01",
	} {
		if sniff([]byte(in), name, int64(len(in))) {
			t.Errorf("%s passes for settings", name)
		}
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.ini": []byte(ini), "a.properties": []byte(env), "a.yaml": []byte(yml), "b.yaml": []byte(top)})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(ini), false)
	f.Add([]byte(yml), true)
	f.Add([]byte(top), true)
	f.Fuzz(func(t *testing.T, data []byte, yaml bool) {
		name := "a.ini"
		if yaml {
			name = "a.yaml"
		}
		if l, err := sourcetest.Read(t, Format, name, data); err != nil || l.Result.Bytes != int64(len(data)) {
			t.Fatal(err, l.Result)
		}
	})
}
