package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"slices"
	"strings"
	"time"
)

// Mail sends the digest through the site's mail server, without logging in: the server
// decides whom it takes mail from.
type Mail struct {
	Server string // host:port; STARTTLS when it offers that
	From   string
	To     []string
	Lang   string // "fr" (also when empty) or "en"
}

// Send delivers the mail. Errors are classes.
func (m *Mail) Send(ctx context.Context, d *Digest) error {
	host, _, err := net.SplitHostPort(m.Server)
	if err != nil {
		return errors.New("mail: the server is not host:port")
	}
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return errors.New("mail: the server does not answer")
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * timeout)); err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return errors.New("mail: the server does not speak SMTP")
	}
	if ok, _ := c.Extension("STARTTLS"); ok && !loopback(host) {
		if err := c.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			return errors.New("mail: no TLS with the server")
		}
	}
	if err := m.deliver(c, d); err != nil {
		return errors.New("mail: the server refused it")
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (m *Mail) deliver(c *smtp.Client, d *Digest) error {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return err
	}
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, to := range m.To {
		a, err := mail.ParseAddress(to)
		if err != nil {
			return err
		}
		if err := c.Rcpt(a.Address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(m.message(from, d)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

func (m *Mail) t(fr, en string) string {
	if m.Lang == "en" {
		return en
	}
	return fr
}

// message is a plain text; its lines hold ids and counts.
func (m *Mail) message(from *mail.Address, d *Digest) []byte {
	_, domain, _ := strings.Cut(from.Address, "@")
	var b bytes.Buffer
	subject := fmt.Sprintf(m.t("recense : analyse de %s, code %d", "recense: scan of %s, exit code %d"), strings.Join(d.Sources, ", "), d.ExitCode)
	for _, h := range [][2]string{
		{"From", from.String()}, {"To", strings.Join(m.To, ", ")}, {"Subject", mime.QEncoding.Encode("utf-8", subject)},
		{"Date", d.at().Format(time.RFC1123Z)}, {"Message-ID", "<" + d.Run + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], strings.NewReplacer("\r", " ", "\n", " ").Replace(h[1]))
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	line := func(label string, value any) { fmt.Fprintf(q, "%s : %v\r\n", label, value) }
	line(m.t("analyse", "run"), d.Run)
	line(m.t("état", "state"), d.State)
	line(m.t("code de sortie", "exit code"), d.ExitCode)
	for _, key := range slices.Sorted(maps.Keys(d.Coverage)) {
		line(key, d.Coverage[key])
	}
	if d.Reduced > 0 {
		line(m.t("périmètre réduit de (%)", "perimeter reduced by (%)"), d.Reduced)
	}
	for _, key := range slices.Sorted(maps.Keys(d.Categories)) {
		line(m.t("emplacements, catégorie ", "locations, category ")+key, d.Categories[key])
	}
	if g := d.Gaps; g != nil {
		for i, n := range g.Priority {
			line(fmt.Sprintf(m.t("écarts de priorité %d", "gaps of priority %d"), i+1), n)
		}
		line(m.t("écarts nouveaux", "new gaps"), g.New)
		line(m.t("écarts régularisés", "settled gaps"), g.Settled)
	}
	if d.New != nil {
		line(m.t("nouveaux", "new"), *d.New)
		line(m.t("acceptés", "accepted"), *d.Accepted)
	}
	q.Close()
	return b.Bytes()
}
