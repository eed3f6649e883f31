package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"recense/report/words"
)

// Syslog sends messages as RFC 5424 says, over TLS with octet counting (RFC 5425).
type Syslog struct {
	Server string // host:port, usually 6514
	CA     []byte // PEM of the authorities that vouch for the server; nil: the system's
	Host   string // name of this machine; empty: asked of the system
}

// The priority is facility 13 (log audit) and a severity.
const (
	facility    = 13
	warning     = 4
	information = 6
	// maxMessage bounds a message; receivers have to take 2,048 bytes, and take 64 KiB.
	maxMessage = 60 << 10
)

// Send delivers the digest and then the events, one JSON object a line; nil: none. What
// is longer than 60 KiB is left out. Errors are classes.
func (s *Syslog) Send(ctx context.Context, d *Digest, events io.Reader) error {
	host, _, err := net.SplitHostPort(s.Server)
	if err != nil {
		return words.Errorf("syslog: the server is not host:port", "syslog : le serveur n'est pas de la forme hôte:port")
	}
	conf := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if s.CA != nil {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(s.CA) {
			return words.Errorf("syslog: no certificate in the file of authorities", "syslog : aucun certificat dans le fichier des autorités")
		}
	}
	dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: timeout}, Config: conf}
	conn, err := dialer.DialContext(ctx, "tcp", s.Server)
	if err != nil {
		return words.Errorf("syslog: no TLS connection with the server", "syslog : pas de connexion TLS avec le serveur")
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return err
	}
	w := bufio.NewWriter(conn)
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	severity := information
	if d.ExitCode != 0 {
		severity = warning
	}
	s.write(w, d, severity, "scan", text)
	if events != nil {
		lines := bufio.NewScanner(events)
		lines.Buffer(make([]byte, 64<<10), 1<<20)
		for lines.Scan() {
			s.write(w, d, information, "ocsf", lines.Bytes())
		}
		if lines.Err() != nil {
			return words.Errorf("syslog: the events cannot be read", "syslog : les événements sont illisibles")
		}
	}
	if w.Flush() != nil {
		return words.Errorf("syslog: the connection broke", "syslog : la connexion s'est rompue")
	}
	return nil
}

// write frames one message.
func (s *Syslog) write(w *bufio.Writer, d *Digest, severity int, id string, text []byte) {
	if len(text) > maxMessage {
		return
	}
	message := "<" + strconv.Itoa(facility*8+severity) + ">1 " + d.at().UTC().Format("2006-01-02T15:04:05.000Z") + " " + s.host() + " recense " +
		strconv.Itoa(os.Getpid()) + " " + id + " - \ufeff" + string(text)
	w.WriteString(strconv.Itoa(len(message)) + " " + message) // an error stays with the writer
}

func (s *Syslog) host() string {
	name := s.Host
	if name == "" {
		name, _ = os.Hostname()
	}
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, name)
	if name == "" {
		return "-"
	}
	return name
}
