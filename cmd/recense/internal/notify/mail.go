package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"recense/report/words"
)

// Mail tells people through the site's mail server, without logging in: the server
// decides whom it takes mail from.
type Mail struct {
	Server  string // host:port; STARTTLS when it offers that
	From    string
	To      []string
	Subject string
	Text    string // what the run came to, in the words of its readers: counts and ids

	Patience time.Duration                              // for the whole of a session; 0: twice that for a connection
	Sleep    func(context.Context, time.Duration) error // nil: really
}

// mailAttempts bounds how often a mail is tried: servers ask strangers to come again.
const mailAttempts = 3

// Send delivers the mail, again while the server is not there or asks for it. Errors are
// classes, with the code that the server gave.
func (m *Mail) Send(ctx context.Context, d *Digest) error {
	wait := firstWait
	for n := 1; ; n++ {
		again, err := m.session(ctx, d)
		if err == nil || !again || n == mailAttempts {
			return err
		}
		if e := (&Webhook{Sleep: m.Sleep}).sleep(ctx, wait); e != nil {
			return e
		}
		wait *= 2
	}
}

// session reports whether it is worth trying again.
func (m *Mail) session(ctx context.Context, d *Digest) (again bool, err error) {
	host, _, err := net.SplitHostPort(m.Server)
	if err != nil {
		return false, words.Errorf("mail: the server is not host:port", "mail : le serveur n'est pas de la forme hôte:port")
	}
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return true, words.Errorf("mail: the server does not answer", "mail : le serveur ne répond pas")
	}
	defer conn.Close()
	patience := 2 * timeout
	if m.Patience > 0 {
		patience = m.Patience
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return false, err
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return smtpError(err, words.Errorf("mail: the server does not speak SMTP", "mail : le serveur ne parle pas SMTP"))
	}
	if ok, _ := c.Extension("STARTTLS"); ok && !loopback(host) {
		if err := c.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			if errors.As(err, new(*tls.CertificateVerificationError)) {
				return false, words.Errorf("mail: the certificate of the server is not valid for %s here", "mail : le certificat du serveur n'est pas valable ici pour %s", host)
			}
			return smtpError(err, words.Errorf("mail: no TLS with the server", "mail : pas de TLS avec le serveur"))
		}
	}
	switch taken, err := m.deliver(c, d); {
	case err != nil:
		return smtpError(err, words.Errorf("mail: the server broke off", "mail : le serveur a interrompu l'échange"))
	case taken < len(m.To):
		return false, words.Errorf("mail: the server refused %d of %d recipients", "mail : le serveur a refusé %d destinataires sur %d", len(m.To)-taken, len(m.To))
	}
	return false, nil
}

// smtpError words what went wrong in a session, other by default, and reports whether the
// server asks to be tried again. What it says beside its code may be anything.
func smtpError(err error, other error) (again bool, told error) {
	var answer *textproto.Error
	var late net.Error
	switch {
	case errors.As(err, &answer):
		return answer.Code/100 == 4, words.Errorf("mail: the server refused it (%d)", "mail : le serveur l'a refusé (%d)", answer.Code)
	case errors.As(err, &late) && late.Timeout():
		return false, words.Errorf("mail: the server does not answer in time", "mail : le serveur ne répond pas à temps")
	}
	return false, other
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// deliver reports how many recipients the server takes the mail for: one that it does
// not know keeps it from nobody else.
func (m *Mail) deliver(c *smtp.Client, d *Digest) (taken int, err error) {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return 0, err
	}
	if err := c.Mail(from.Address); err != nil {
		return 0, err
	}
	var refused error
	for _, to := range m.To {
		a, err := mail.ParseAddress(to)
		if err == nil {
			err = c.Rcpt(a.Address)
		}
		if err == nil {
			taken++
		} else {
			refused = err
		}
	}
	if taken == 0 {
		return 0, refused
	}
	w, err := c.Data()
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(m.message(from, d)); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	_ = c.Quit() // it is taken, whatever is answered now
	return taken, nil
}

// message is a plain text.
func (m *Mail) message(from *mail.Address, d *Digest) []byte {
	_, domain, _ := strings.Cut(from.Address, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()}, {"To", strings.Join(m.To, ", ")}, {"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", d.at().Format(time.RFC1123Z)}, {"Message-ID", "<" + d.Run + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], strings.NewReplacer("\r", " ", "\n", " ").Replace(h[1]))
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	_, _ = q.Write([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n")))
	q.Close()
	return b.Bytes()
}
