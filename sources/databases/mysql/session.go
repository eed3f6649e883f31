package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/wire"
)

// session is a connection of the driver, without the pool of database/sql: nothing
// runs beside it.
type session struct {
	conn driver.Conn
	in   *stream // below it
}

const connectTime = 10 * time.Second

// settings hold for the session, which is never given back to anyone. MariaDB and
// MySQL name the time limit of a statement differently; the other one is an error
// that is passed over.
var settings = []string{
	"SET SESSION TRANSACTION READ ONLY",
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
	"SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2, sql_mode = ''",
	"SET SESSION max_statement_time = 300",
	"SET SESSION max_execution_time = 300000",
	"SET SESSION information_schema_stats_expiry = 0", // MySQL keeps times of changes for a day
}

func open(ctx context.Context, s dialect.Settings, database string) (dialect.Session, error) {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName = s["user"], s["password"], database
	c.Net, c.Addr = "tcp", net.JoinHostPort(s["host"], s["port"])
	if s["socket"] != "" {
		c.Net, c.Addr = "unix", s["socket"]
	}
	c.Timeout, c.CheckConnLiveness = connectTime, false
	out := &session{in: &stream{}}
	c.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := wire.Open(ctx, connectTime, network, address)
		out.in.Conn = c
		return out.in, err
	}
	c.Logger = log.New(io.Discard, "", 0)
	if err := setTLS(c, s); err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if out.conn, err = connector.Connect(ctx); err != nil {
		return nil, connectError(ctx, err)
	}
	for _, set := range settings {
		_, err := out.conn.(driver.ExecerContext).ExecContext(ctx, set, nil)
		var me *mysql.MySQLError
		if err != nil && !(errors.As(err, &me) && me.Number == unknownVariable) {
			out.Close()
			return nil, wrap(ctx, err)
		}
	}
	return out, nil
}

const unknownVariable = 1193

func setTLS(c *mysql.Config, s dialect.Settings) error {
	switch s["tls"] {
	case "false", "preferred", "skip-verify":
		c.TLSConfig = s["tls"]
		return nil
	}
	c.TLS = &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12}
	if s["sslca"] == "" {
		return nil
	}
	pem, err := os.ReadFile(s["sslca"])
	c.TLS.RootCAs = x509.NewCertPool()
	if err != nil || !c.TLS.RootCAs.AppendCertsFromPEM(pem) {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	return nil
}

// Close implements dialect.Session.
func (c *session) Close() { _ = c.conn.Close() }

// rows runs a query and calls each with its values as texts, which are valid until
// each returns.
func (c *session) rows(ctx context.Context, query string, each func(values [][]byte) error) error {
	r, err := c.query(ctx, query)
	if err != nil {
		return wrap(ctx, err)
	}
	defer r.Close()
	for {
		if err = r.next(); err != nil {
			break
		}
		if err := each(r.texts); err != nil {
			c.Close() // the rest is not worth waiting for
			return err
		}
	}
	return c.end(ctx, err)
}

// named runs a query of which the names of columns differ from version to version, and calls
// each for every value; some reports whether there was a row.
func (c *session) named(ctx context.Context, query string, each func(name string, value []byte)) (some bool, err error) {
	r, err := c.query(ctx, query)
	if err != nil {
		return false, wrap(ctx, err)
	}
	defer r.Close()
	for names := r.Columns(); ; some = true {
		if err := r.next(); err != nil {
			return some, c.end(ctx, err)
		}
		for i, v := range r.texts {
			each(names[i], v)
		}
	}
}

func (c *session) query(ctx context.Context, query string) (*result, error) {
	rows, err := c.conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	return newResult(rows, c.in), nil
}

// end is what the end of a result means. A connection that failed between two packets is in
// no known state: it ends.
func (c *session) end(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	var me *mysql.MySQLError
	if !errors.As(err, &me) {
		c.Close()
	}
	return wrap(ctx, err)
}

// wrap turns an error of the driver into one without text.
func wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var me *mysql.MySQLError
	if !errors.As(err, &me) {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	class, reason := classOf(me.Number)
	return &dialect.Error{Class: class, Code: string(me.SQLState[:]), Reason: reason, Full: full[me.Number]}
}

// connectError is wrap for a connection that was never made.
func connectError(ctx context.Context, err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) || errors.Is(err, mysql.ErrNoTLS) {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	err = wrap(ctx, err)
	var e *dialect.Error
	if errors.Is(err, context.DeadlineExceeded) { // nobody answered, or another kind of server
		return &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}
	}
	if errors.As(err, &e) && e.Class == dialect.Lost {
		e.Reason = sources.Unreachable
	}
	return err
}

// full are the numbers of a server that takes no more connections: of all, of an account.
var full = map[uint16]bool{1040: true, 1203: true, 1226: true}

// classOf says what an error number means for what to do next (MariaDB and MySQL,
// server error codes).
func classOf(number uint16) (dialect.Class, sources.Reason) {
	switch number {
	case 1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698,
		1820, 1862, 3118, 4151: // the password has expired, the account is locked
		return dialect.Denied, sources.PermissionDenied
	case 1049, 1051, 1054, 1146, 1932:
		return dialect.Gone, sources.Vanished
	case 1205, 1206:
		return dialect.Busy, sources.LockTimeout
	case 1969, 3024, 1317:
		return dialect.Busy, sources.TimedOut
	case 1040, 1053, 1203, 1226, 1213, 1927, 2006, 2013:
		return dialect.Lost, sources.ConnectionLost
	case 126, 127, 1030, 1034, 1194, 1195, 1712:
		return dialect.Other, sources.Corrupt
	}
	return dialect.Other, sources.IOError
}

// identifier quotes a name.
func identifier(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// literal writes a text in hexadecimal digits, which no mode of the server reads
// otherwise.
func literal(s string) string {
	const hex = "0123456789abcdef"
	b := []byte("_utf8mb4 x'")
	for i := range len(s) {
		b = append(b, hex[s[i]>>4], hex[s[i]&15])
	}
	return string(append(b, '\''))
}
