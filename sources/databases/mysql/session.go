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
	"strconv"
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
	room []byte // of numbers written as texts
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
	c.DialFunc = wire.Dial(connectTime)
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
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, connectError(ctx, err)
	}
	out := &session{conn: conn}
	for _, set := range settings {
		_, err := conn.(driver.ExecerContext).ExecContext(ctx, set, nil)
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
	rows, err := c.conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return wrap(ctx, err)
	}
	defer rows.Close()
	n := len(rows.Columns())
	values, texts := make([]driver.Value, n), make([][]byte, n)
	for {
		if err = rows.Next(values); err != nil {
			break
		}
		c.room = c.room[:0]
		for i, v := range values {
			texts[i] = c.text(v)
		}
		if err := each(texts); err != nil {
			_ = c.conn.Close() // the rest is not worth waiting for
			return err
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return wrap(ctx, err)
}

// named runs a query of which the names of columns differ from version to version, and calls
// each for every value; some reports whether there was a row.
func (c *session) named(ctx context.Context, query string, each func(name string, value []byte)) (some bool, err error) {
	rows, err := c.conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return false, wrap(ctx, err)
	}
	defer rows.Close()
	names := rows.Columns()
	values := make([]driver.Value, len(names))
	for {
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return some, nil
		} else if err != nil {
			return some, wrap(ctx, err)
		}
		some, c.room = true, c.room[:0]
		for i, v := range values {
			each(names[i], c.text(v))
		}
	}
}

// text gives a value as the server wrote it; the driver makes numbers of numbers.
func (c *session) text(v driver.Value) []byte {
	from := len(c.room)
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return v
	case string:
		c.room = append(c.room, v...)
	case int64:
		c.room = strconv.AppendInt(c.room, v, 10)
	case uint64:
		c.room = strconv.AppendUint(c.room, v, 10)
	case float32:
		c.room = strconv.AppendFloat(c.room, float64(v), 'f', -1, 32)
	case float64:
		c.room = strconv.AppendFloat(c.room, v, 'f', -1, 64)
	}
	return c.room[from:len(c.room):len(c.room)]
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
