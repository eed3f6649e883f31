package pst

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/sourcetest"
)

// TestMailbox reads what the maker wrote. The reader was compared with readpst on
// real files of each version beside this.
func TestMailbox(t *testing.T) {
	for _, test := range []struct {
		name        string
		old, hidden bool
	}{{"64 bits", false, false}, {"32 bits", true, false}, {"hidden", false, true}} {
		t.Run(test.name, func(t *testing.T) {
			data := mailbox(test.old, test.hidden)
			if !Format.Sniff(data, "x", int64(len(data))) {
				t.Fatal("not known")
			}
			r := sourcetest.ForFormat(sources.Limits{})
			res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.pst", data), r)
			r.Close(res)
			if err != nil || r.Done() != nil || res.Records != 2 {
				t.Fatal(err, r.Done(), res)
			}
			got := map[string]string{}
			for _, l := range r.Locations[1:] {
				s := string(l.Text)
				for _, c := range l.Cells {
					s += fmt.Sprintf("%s!%s[%d]=%s\n", c.Part, c.Column, c.Row, c.Value)
				}
				got[l.Container] = s
				if l.Result.Status != sources.Scanned {
					t.Errorf("%s: %s %s", l.Container, l.Result.Status, l.Result.Detail)
				}
			}
			const box = "Boîte de réception/" // the root is not named
			for name, want := range map[string][]string{
				box + "000001":    {"Bonjour,\r\nNIR 2 80 01 75 001 001 04.\r\nsuite ", "header!Subject[1]=Dossier de Zoé\n", "header!Date[1]=2026-03-02", "header!From address[1]=zoe@exemple.fr\n", "recipients!Name[1]=Léa Durand\n", "recipients!SMTP address[2]=paul@exemple.fr\n"},
				box + "000002":    {"header!Surname[1]=Martin\n", "header!Mobile phone[1]=06 12 34 56 78\n"},
				"adhérents.csv":   {"nom;nir\nMartin;1\n"},
				"Réclamation.msg": {"Madame, IBAN FR76", "header!Subject[1]=Réclamation\n"},
			} {
				for _, w := range want {
					if !strings.Contains(got[name], w) {
						t.Errorf("%s: no %q in\n%.600s", name, w, got[name])
					}
				}
			}
			if len(got) != 4 {
				t.Errorf("%d members", len(got))
			}
			if n := strings.Count(got[box+"000001"], "suite "); n != 300 {
				t.Errorf("%d of 300 words of the body", n)
			}
		})
	}
}

// TestDamaged keeps what can still be reached.
func TestDamaged(t *testing.T) {
	whole := mailbox(false, false)
	at := bytes.Index(whole, wide("Dossier de Zoé"))
	broken := bytes.Clone(whole)
	for i := at - 200; i < at-150; i++ { // the head of that heap
		broken[i] = 0xFF
	}
	r := sourcetest.ForFormat(sources.Limits{})
	res, err := Format.Read(t.Context(), sourcetest.Input(Format, "a.pst", broken), r)
	r.Close(res)
	found := false
	for _, l := range r.Locations {
		for _, v := range l.Values("Surname") {
			found = found || v == "Martin"
		}
	}
	if !found {
		t.Errorf("the other message is lost: %v", err)
	}
	for name, test := range map[string]struct {
		change func(b []byte) []byte
		want   sources.FormatError
	}{
		"an unknown version": {func(b []byte) []byte { b[10] = 3; return b }, sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}},
		"high encryption":    {func(b []byte) []byte { b[513] = 2; return b }, sources.FormatError{Status: sources.Unsupported, Reason: sources.PasswordProtected}},
		"cut":                {func(b []byte) []byte { return b[:600] }, sources.FormatError{Status: sources.Unreadable, Reason: sources.Corrupt}},
		"a root in circles": {func(b []byte) []byte {
			root := int(uint32(b[224]) | uint32(b[225])<<8 | uint32(b[226])<<16)
			copy(b[root+16:], b[224:232])
			return b
		}, sources.FormatError{Status: sources.Partial, Reason: sources.Corrupt}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sourcetest.Read(t, Format, "a.pst", test.change(bytes.Clone(whole)))
			if fe, ok := err.(*sources.FormatError); !ok || fe.Reason != test.want.Reason {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{"a.pst": mailbox(false, false), "old.pst": mailbox(true, true)})
}

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format, mailbox(false, false), mailbox(true, true)) }
