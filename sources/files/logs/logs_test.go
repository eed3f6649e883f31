package logs

import (
	"fmt"
	"strings"
	"testing"

	"recense/sources"
	"recense/sources/files/cells/cellstest"
	"recense/sources/sourcetest"
)

// Lines in the manner of nginx, of IIS and of rsyslog, with invented values.
const (
	nginx = `203.0.113.9 - zmartin [01/Mar/2026:00:00:00 +0100] "GET /a?nir=1 HTTP/1.1" 200 363 "https://exemple.fr/?q=\"x\"" "Mozilla/5.0 (X11; Linux)" 0.002` + "\n"
	plain = `203.0.113.9 - - [01/Mar/2026:00:00:00 +0100] "GET / HTTP/1.0" 304 -` + "\n"
	iis   = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-03-01 00:00:00\r\n#Fields: date time cs-method cs-uri-query cs-username c-ip sc-status\r\n" +
		"2026-03-01 00:00:01 GET q=1 EXEMPLE\\zmartin 203.0.113.9 200\r\n2026-03-01 00:00:02 POST - - 203.0.113.10 500\r\n#Fields: time c-ip\r\n00:00:03 203.0.113.11\r\n"
	old   = "<34>Mar  1 00:00:00 passerelle su[800]: échec pour zmartin : mot de passe\n"
	newer = `<165>1 2026-03-01T00:00:00Z srv-base app 811 ID47 [x@1 u="a]b" v="2"][y] bonjour à tous` + "\n"
)

func TestFields(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"combined", strings.Repeat(nginx, 5), "1:client=203.0.113.9\n1:user=zmartin\n1:time=01/Mar/2026:00:00:00 +0100\n1:request=GET /a?nir=1 HTTP/1.1\n1:status=200\n1:size=363\n" +
			`1:referer=https://exemple.fr/?q=\"x\"` + "\n1:user_agent=Mozilla/5.0 (X11; Linux)\n1:field 10=0.002\n2:client="},
		{"common, and a line that is none", strings.Repeat(plain, 5) + "rien\r\n" + plain, "1:client=203.0.113.9\n1:time=01/Mar/2026:00:00:00 +0100\n1:request=GET / HTTP/1.0\n1:status=304\n2:client="},
		{"extended", iis, "5:date=2026-03-01\n5:time=00:00:01\n5:cs-method=GET\n5:cs-uri-query=q=1\n5:cs-username=EXEMPLE\\zmartin\n5:c-ip=203.0.113.9\n5:sc-status=200\n" +
			"6:date=2026-03-01\n6:time=00:00:02\n6:cs-method=POST\n6:c-ip=203.0.113.10\n6:sc-status=500\n8:time=00:00:03\n8:c-ip=203.0.113.11\n"},
		{"syslog", strings.Repeat(old, 5), "1:time=Mar  1 00:00:00\n1:host=passerelle\n1:program=su[800]\n1:message=échec pour zmartin : mot de passe\n2:time="},
		{"syslog of 2009", strings.Repeat(newer, 5), "1:time=2026-03-01T00:00:00Z\n1:host=srv-base\n1:program=app\n1:process=811\n1:message_id=ID47\n" +
			`1:data=x@1 u="a]b" v="2"][y` + "\n1:message=bonjour à tous\n2:time="},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !sniff([]byte(test.in), "x", int64(len(test.in))) {
				t.Fatal("not known")
			}
			l, err := sourcetest.Read(t, Format, "x.log", []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, c := range l.Cells {
				fmt.Fprintf(&got, "%d:%s=%s\n", c.Row, c.Column, c.Value)
				if !strings.HasPrefix(test.in[c.At.Byte:], c.Value) || c.At.Line != c.Row {
					t.Errorf("%q is at byte %d, line %d", c.Value, c.At.Byte, c.At.Line)
				}
			}
			if !strings.HasPrefix(got.String(), test.want) || l.Result.Bytes != int64(len(test.in)) || l.Result.Records != int64(strings.Count(test.in, "\n")) {
				t.Errorf("%+v, got\n%swant\n%s", l.Result, got.String(), test.want)
			}
			if len(l.Evidence) != 1 || l.Evidence[0] != "access_log" {
				t.Errorf("evidence %v", l.Evidence)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	for _, in := range []string{"", "bonjour\n", strings.Repeat("Mar 1 rien\n", 9), "#Fields", "# x\n#y\n", "\x00\x01\x02", strings.Repeat("{\"a\":1}\n", 9)} {
		if sniff([]byte(in), "x.log", int64(len(in))) {
			t.Errorf("%q passes for a journal", in)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, in := range []string{strings.Repeat(nginx, 30), strings.Repeat(old, 30), iis[:len(iis)-len("#Fields: time c-ip\r\n00:00:03 203.0.113.11\r\n")]} {
		sourcetest.Ranges(t, Format, "x.log", []byte(in), 1, 7, 100, 1000)
	}
}

func TestHostile(t *testing.T) {
	sourcetest.Hostile(t, Format, map[string][]byte{
		"nginx.log": []byte(strings.Repeat(nginx, 6)), "iis.log": []byte(iis), "syslog": []byte(strings.Repeat(old, 6)), "newer": []byte(strings.Repeat(newer, 6)),
		"long.log": []byte(strings.Repeat(plain, 6) + strings.Repeat("x", 2*maxLine) + "\n" + plain),
	})
}

func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, Format, []byte(strings.Repeat(nginx, 5)), []byte(iis), []byte(strings.Repeat(old, 5)), []byte(strings.Repeat(newer, 5)))
}

// Addresses are read decoded, each place once, and a place of the original is told.
func TestEscaped(t *testing.T) {
	lines := []string{
		`203.0.113.9 - - [01/Mar/2026:00:00:00 +0100] "GET /a%20b+c?iban=FR76+3000&t=+33&m=x%40y.fr%0A%zz HTTP/1.1" 200 363 "https://exemple.fr/?n=Jos%E9+%C3" "Mozilla/5.0+(X11)"`,
		strings.TrimSuffix(nginx, "\n"),
		`203.0.113.9 - - [01/Mar/2026:00:00:00 +0100] "GET /?n=Ren%C3%A9 HTTP/1.1" 200 363 "-" "x"`,
	}
	in := strings.Repeat(strings.Join(lines, "\n")+"\n", 3)
	l, err := sourcetest.Read(t, Format, "x.log", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range l.Cells {
		if c.Column == "request" || c.Column == "referer" || c.Value == "Mozilla/5.0+(X11)" {
			got = append(got, fmt.Sprint(c.Row, " ", c.Value))
			if start := c.Value[:3]; !strings.HasPrefix(in[c.At.Byte:], start) || c.At.Line != c.Row {
				t.Errorf("%q is at byte %d, line %d", c.Value, c.At.Byte, c.At.Line)
			}
		}
	}
	for _, want := range []string{"1 GET /a b+c?iban=FR76 3000&t=+33&m=x@y.fr %zz HTTP/1.1", "1 https://exemple.fr/?n=José Ã", "1 Mozilla/5.0+(X11)",
		"2 GET /a?nir=1 HTTP/1.1", `2 https://exemple.fr/?q=\"x\"`, "3 GET /?n=René HTTP/1.1"} {
		if n := strings.Count("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n"); n != 1 {
			t.Errorf("%d times %q in\n%s", n, want, strings.Join(got, "\n"))
		}
	}
	extended := "#Fields: cs-uri-stem cs-uri-query cs(User-Agent) cs(Referer)\r\n/a%20b+c tel=06+12&n=%C3%A9 Mozilla/5.0+(X11) https://x.fr/?a+b\r\n"
	if l, err = sourcetest.Read(t, Format, "x.log", []byte(extended)); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, c := range l.Cells {
		all += c.Column + "=" + c.Value + "\n"
	}
	if want := "cs(User-Agent)=Mozilla/5.0+(X11)\ncs-uri-stem=/a b+c\ncs-uri-query=tel=06 12&n=é\ncs(Referer)=https://x.fr/?a b\n"; all != want {
		t.Errorf("got\n%swant\n%s", all, want)
	}
	a, b := strings.Index(in, "FR76"), strings.Index(in, "x%40y")
	r := &places{at: map[string]int64{"FR76 3000": -1, "x@y.fr": -1}}
	if _, err := Format.Read(t.Context(), sourcetest.Input(Format, "x.log", []byte(in)), r); err != nil || r.at["FR76 3000"] != int64(a) || r.at["x@y.fr"] != int64(b) {
		t.Errorf("%v: %v, want %d and %d", err, r.at, a, b)
	}
}

// places is an Output that says where words stand in the original.
type places struct {
	cellstest.Recorder
	at map[string]int64
}

func (p *places) Chunk(c *sources.Chunk) error {
	for word := range p.at {
		if i := strings.Index(string(c.Data), word); i >= 0 {
			p.at[word] = c.Locator.Locate(i).Byte
		}
	}
	return nil
}
