package oracle

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/sqlconn"
)

// session is a connection.
type session struct {
	conn    *sqlconn.Conn
	service string
	extents int // 1: DBA_EXTENTS can be read, -1: not, 0: not tried
}

// What a connection may take.
const (
	connectTime   = 10 * time.Second
	statementTime = 300 * time.Second
)

func open(ctx context.Context, s dialect.Settings, _ string) (dialect.Session, error) {
	port, err := strconv.Atoi(s["port"])
	if err != nil {
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	options := map[string]string{"PROGRAM": "recense", "PREFETCH_ROWS": "1000", "LOB FETCH": "PRE", "CONNECTION TIMEOUT": "10"}
	var config *tls.Config
	if s["tls"] == "verify" {
		options["SSL"], options["SSL VERIFY"] = "TRUE", "TRUE"
		config = &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12}
		if s["sslca"] != "" {
			pem, err := os.ReadFile(s["sslca"])
			config.RootCAs = x509.NewCertPool()
			if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
				return nil, &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
			}
		}
	} else if !local(s["host"]) {
		options["ENCRYPTION"], options["DATA INTEGRITY"] = "REQUIRED", "REQUIRED"
	}
	connector := ora.NewConnector(ora.BuildUrl(s["host"], port, s["service"], s["user"], s["password"], options))
	if c, ok := connector.(*ora.OracleConnector); ok && config != nil {
		c.WithTLSConfig(config)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, connectError(err)
	}
	c := &sqlconn.Conn{Driver: conn, Time: statementTime, Wrap: wrap}
	// Texts are ordered as they are compared, whatever the account's language.
	if err := c.Exec(ctx, "ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY"); err != nil {
		c.Close()
		return nil, err
	}
	return On(c, s["service"]), nil
}

// On returns a session over a connection that is made already.
func On(conn *sqlconn.Conn, service string) dialect.Session {
	conn.Wrap = wrap
	return &session{conn: conn, service: service}
}

// Close implements dialect.Session.
func (c *session) Close() { c.conn.Close() }

// rows runs a query in a read-only transaction of its own.
func (c *session) rows(ctx context.Context, query string, each func(values [][]byte) error) error {
	if c.conn.Closed() {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	tx, err := c.conn.Begin(ctx)
	if err != nil {
		return err
	}
	if err = c.conn.Exec(ctx, "SET TRANSACTION READ ONLY"); err == nil {
		err = c.conn.Rows(ctx, query, each)
	}
	if c.conn.Closed() {
		return err
	}
	if end := tx.Rollback(); end != nil && err == nil {
		err = wrap(end)
	}
	return err
}

// wrap turns an error of the driver into one without text.
func wrap(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &dialect.Error{Class: dialect.Busy, Reason: sources.TimedOut}
	}
	var oe *network.OracleError
	if !errors.As(err, &oe) {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	class, reason := classOf(oe.ErrCode)
	return &dialect.Error{Class: class, Code: "ORA-" + strconv.Itoa(oe.ErrCode), Reason: reason, Full: full[oe.ErrCode]}
}

// connectError is wrap for a connection that was never made.
func connectError(err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	err = wrap(err)
	var e *dialect.Error
	if errors.As(err, &e) && (e.Class == dialect.Lost || e.Class == dialect.Busy) {
		e.Class, e.Reason = dialect.Lost, sources.Unreachable
	}
	return err
}

// full are the numbers of an instance or listener that takes no more sessions, or none yet:
// processes (20), sessions (18), of the account (2391), of the listener.
var full = map[int]bool{18: true, 20: true, 2391: true, 1033: true, 12516: true, 12518: true, 12519: true, 12520: true, 12528: true}

// classOf says what an error number means for what to do next (Oracle Database error
// messages).
func classOf(number int) (dialect.Class, sources.Reason) {
	switch number {
	case 1005, 1017, 1031, 1035, 1045, 28000, 28001, 28009, 41900:
		return dialect.Denied, sources.PermissionDenied
	case 942, 903, 904, 4043, 1410, 8103, 14501, 14511:
		return dialect.Gone, sources.Vanished
	case 54, 60, 4020, 4021, 30006:
		return dialect.Busy, sources.LockTimeout
	case 1013, 1555, 40, 56735:
		return dialect.Busy, sources.TimedOut
	case 18, 20, 22, 28, 1012, 1033, 1034, 1089, 1090, 1092, 2391, 3113, 3114, 3135, 12170, 12514, 12516, 12518, 12519, 12520, 12528, 12537, 12541, 12543, 12547, 12570, 12571, 25408:
		return dialect.Lost, sources.ConnectionLost
	case 1578, 1115, 376, 8102, 26040:
		return dialect.Other, sources.Corrupt
	case 28110, 28112, 28113, 28115:
		return dialect.Other, sources.RowSecurity
	case 1401, 1426, 1427, 1455, 1476, 1722, 1801, 1840, 1841, 1843, 1847, 1858, 1861, 22831, 22835, 22922, 29275, 31011, 6502:
		return dialect.Data, sources.InvalidValue
	}
	return dialect.Other, sources.IOError
}

// Number is an error of the server, as the driver gives it: for tests.
func Number(code int) error { return &network.OracleError{ErrCode: code, ErrMsg: "canary"} }

// identifier quotes a name; a double quote cannot stand in one.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, "") + `"` }

// literal quotes a text.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
