package notify

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func digest() *Digest {
	n, accepted := int64(3), int64(40)
	at := time.Date(2026, 11, 29, 21, 30, 0, 0, time.UTC)
	return &Digest{Run: "20261129T213000-3fa9c1", Sources: []string{"rh"}, Version: "1", Started: at, Ended: at.Add(time.Hour), State: "complete", ExitCode: 1,
		Coverage: map[string]int64{"discovered": 10, "analysed": 9, "failed": 1}, Matches: 120, Categories: map[string]int64{"nir": 4},
		Gaps: &Gaps{[4]int64{1, 2, 0, 0}, 1, 0}, New: &n, Accepted: &accepted}
}

func TestWebhook(t *testing.T) {
	tests := []struct {
		name    string
		answers []int
		calls   int
		fails   string
	}{
		{"taken", []int{204}, 1, ""},
		{"busy at first", []int{503, 429, 200}, 3, ""},
		{"refused", []int{403}, 1, "webhook: answer 403"},
		{"never there", []int{500, 500, 500, 500, 500, 200}, 5, "webhook: answer 500"},
		{"a redirection is not followed", []int{302}, 1, "webhook: answer 302"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			at := time.Unix(1_800_000_000, 0)
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if got := r.Header.Get(Signature); got != Sign("secret", at, body) || got == Sign("other", at, body) {
					t.Errorf("signature %q", got)
				}
				var d Digest
				if json.Unmarshal(body, &d) != nil || d.Run != digest().Run || d.Gaps.Priority[1] != 2 {
					t.Errorf("body %s", body)
				}
				w.Header().Set("Location", "https://elsewhere.example/")
				w.WriteHeader(tt.answers[calls])
				calls++
			}))
			defer server.Close()
			var slept []time.Duration
			hook := &Webhook{URL: server.URL, Secret: "secret", Client: server.Client(), Now: func() time.Time { return at },
				Sleep: func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }}
			err := hook.Send(t.Context(), digest())
			if fmt.Sprint(err) != tt.fails && !(err == nil && tt.fails == "") || calls != tt.calls || len(slept) != calls-1 {
				t.Errorf("%v after %d calls, waits %v", err, calls, slept)
			}
		})
	}
}

// The signature is what printf '1.{}' | openssl dgst -sha256 -hmac secret gives.
func TestSign(t *testing.T) {
	const want = "t=1,v1=1122767b193110cfec322b6f199b599edbf608ed087f2d27afb0b97d99523908"
	if got := Sign("secret", time.Unix(1, 0), []byte("{}")); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// smtpServer takes one mail and gives it back.
func smtpServer(t *testing.T) (address string, got chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got = make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var all strings.Builder
		in := bufio.NewReader(conn)
		fmt.Fprint(conn, "220 test ESMTP\r\n")
		for data := false; ; {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			all.WriteString(line)
			switch {
			case data && line == ".\r\n":
				data = false
				fmt.Fprint(conn, "250 taken\r\n")
			case data:
			case strings.HasPrefix(line, "RCPT TO:<unknown@"):
				fmt.Fprint(conn, "550 no such user\r\n")
			case strings.HasPrefix(line, "DATA"):
				data = true
				fmt.Fprint(conn, "354 go on\r\n")
			case strings.HasPrefix(line, "QUIT"):
				fmt.Fprint(conn, "221 bye\r\n")
				got <- all.String()
				return
			default:
				fmt.Fprint(conn, "250 ok\r\n")
			}
		}
	}()
	return l.Addr().String(), got
}

func TestMail(t *testing.T) {
	address, got := smtpServer(t)
	m := &Mail{Server: address, From: "recense@mutuelle.example", To: []string{"dpo@mutuelle.example", "unknown@mutuelle.example", "rssi@mutuelle.example"},
		Subject: "recense : rh : Terminée", Text: "écarts de priorité 1 : 1\n  4  NIR\n"}
	if err := m.Send(t.Context(), digest()); err == nil || err.Error() != "mail: the server refused 1 of 3 recipients" {
		t.Fatalf("%v: one that is not known keeps the mail from nobody else", err)
	}
	session := <-got
	for _, want := range []string{"MAIL FROM:<recense@mutuelle.example>", "RCPT TO:<dpo@mutuelle.example>", "RCPT TO:<rssi@mutuelle.example>"} {
		if !strings.Contains(session, want) {
			t.Errorf("no %s in\n%s", want, session)
		}
	}
	_, text, _ := strings.Cut(session, "DATA\r\n")
	msg, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if msg.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(msg.Header.Get("Subject"), "recense") || strings.Contains(text, "\n\n") {
		t.Errorf("%s", text)
	}
	if !strings.Contains(text, "=C3=A9carts de priorit=C3=A9 1 : 1\r\n  4  NIR\r\n") {
		t.Errorf("no text in\n%s", text)
	}
	if err := (&Mail{Server: "127.0.0.1:1", From: "a@b.example", To: []string{"c@d.example"}, Sleep: atOnce}).Send(t.Context(), digest()); err == nil || err.Error() != "mail: the server does not answer" {
		t.Errorf("nobody there: %v", err)
	}
}

func atOnce(context.Context, time.Duration) error { return nil }

// TestMailRefused: what a server does that takes no mail is told, with its code and
// without its words; one that asks for it is tried again.
func TestMailRefused(t *testing.T) {
	for _, c := range []struct {
		name, greeting, mail string
		tries                int32
		want                 string
	}{
		{"refused", "220 ready", "550 5.7.1 dpo@mutuelle.example is unwelcome", 1, "mail: the server refused it (550)"},
		{"later", "220 ready", "451 4.7.1 greylisted", 3, "mail: the server refused it (451)"},
		{"closed", "554 no", "", 1, "mail: the server refused it (554)"},
		{"hangs", "", "", 1, "mail: the server does not answer in time"},
		{"hangs within", "220 ready", "", 1, "mail: the server does not answer in time"},
	} {
		var tries atomic.Int32
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				tries.Add(1)
				go func() {
					defer conn.Close()
					if c.greeting != "" {
						fmt.Fprintf(conn, "%s\r\n", c.greeting)
					}
					for in := bufio.NewScanner(conn); in.Scan(); {
						switch {
						case strings.HasPrefix(in.Text(), "EHLO"):
							fmt.Fprint(conn, "250 here\r\n")
						case c.mail != "":
							fmt.Fprintf(conn, "%s\r\n", c.mail)
						}
					}
				}()
			}
		}()
		m := &Mail{Server: l.Addr().String(), From: "recense@mutuelle.example", To: []string{"dpo@mutuelle.example"}, Patience: 500 * time.Millisecond, Sleep: atOnce}
		if err := m.Send(t.Context(), digest()); err == nil || err.Error() != c.want || tries.Load() != c.tries {
			t.Errorf("%s: %v after %d tries, want %s after %d", c.name, err, tries.Load(), c.want, c.tries)
		}
		l.Close()
	}
}

func TestSyslog(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: web.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan []byte, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(conn)
			conn.Close()
			if len(b) > 0 {
				got <- b
			}
		}
	}()
	s := &Syslog{Server: l.Addr().String(), CA: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), Host: "srv scan\n1"}
	events := `{"class_uid":6007}` + "\n" + `{"class_uid":2006,"x":"` + strings.Repeat("y", maxMessage) + `"}` + "\n" + `{"class_uid":2006}` + "\n"
	if err := s.Send(t.Context(), digest(), strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^<(\d+)>1 2026-11-29T22:30:00\.000Z srvscan1 recense \d+ (scan|ocsf) - \x{feff}\{.*\}$`)
	var ids []string
	for rest := <-got; len(rest) > 0; {
		digits, after, _ := bytes.Cut(rest, []byte(" "))
		n, err := strconv.Atoi(string(digits))
		if err != nil || n > len(after) {
			t.Fatalf("frame %q", digits)
		}
		m := form.FindSubmatch(after[:n])
		if m == nil {
			t.Fatalf("message %s", after[:n])
		}
		ids = append(ids, string(m[1])+string(m[2]))
		rest = after[n:]
	}
	if fmt.Sprint(ids) != "[108scan 110ocsf 110ocsf]" {
		t.Errorf("messages %q", ids)
	}
	if err := (&Syslog{Server: s.Server}).Send(t.Context(), digest(), nil); err == nil {
		t.Error("a server that nobody vouches for is believed")
	}
}
