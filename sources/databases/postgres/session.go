package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/kerberos"
	"recense/sources/databases/wire"
)

// session is a connection.
type session struct {
	conn     *pgconn.PgConn
	begin    string
	version  int    // 150004
	encoding string // of what comes
	stream   *stream
	piece    []byte
}

// What a connection may take.
const (
	connectTime = 10 * time.Second
	closeTime   = time.Second
)

// settings hold for one transaction. Nothing waits long for a lock, nothing blocks
// a vacuum for long, nothing is run in parallel, and names mean those of the
// catalogue alone, whatever the account's search_path says.
const settings = `BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL row_security = off;
SET LOCAL statement_timeout = '300s';
SET LOCAL lock_timeout = '2s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
SET LOCAL synchronize_seqscans = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off;
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL bytea_output = 'hex';
`

func open(ctx context.Context, s dialect.Settings, database string) (dialect.Session, error) {
	config, err := pgconn.ParseConfig(connectString(s, database))
	if err != nil { // its text quotes the settings
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
	}
	config.DialFunc = wire.Dial(config.ConnectTimeout)
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "recense"
	}
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: closeTime}
	}
	config.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	ctx, cancel := context.WithTimeout(ctx, config.ConnectTimeout)
	defer cancel()
	conn, err := connect(ctx, config, s)
	if err != nil {
		return nil, connectError(err)
	}
	c := &session{conn: conn, version: versionOf(conn.ParameterStatus("server_version")), begin: settings}
	encoding := "UTF8"
	if conn.ParameterStatus("server_encoding") == "SQL_ASCII" {
		encoding = "SQL_ASCII" // whatever programs wrote: nothing is converted
	}
	c.encoding = encoding
	c.begin += "SET LOCAL client_encoding = '" + encoding + "'"
	return c, nil
}

// providers is held while a connection is made with a provider of tokens of its own: the
// driver knows one for the whole process.
var providers sync.Mutex

func connect(ctx context.Context, config *pgconn.Config, s dialect.Settings) (*pgconn.PgConn, error) {
	if s["krbsrvname"] == "" {
		return pgconn.ConnectConfig(ctx, config)
	}
	providers.Lock()
	defer providers.Unlock()
	pgconn.RegisterGSSProvider(func() (pgconn.GSS, error) { return kerberos.New(s), nil })
	defer pgconn.RegisterGSSProvider(nil)
	return pgconn.ConnectConfig(ctx, config)
}

// versionOf reads "15.4 (Debian …)" as 150004, 0 when it cannot.
func versionOf(s string) int {
	var major, minor int
	if n, _ := fmt.Sscanf(s, "%d.%d", &major, &minor); n == 0 { // "16beta1" has no minor
		return 0
	}
	return major*10000 + minor
}

// Close implements dialect.Session.
func (c *session) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = c.conn.Close(ctx)
}

// transaction runs f between BEGIN and COMMIT.
func (c *session) transaction(ctx context.Context, f func() error) error {
	if c.conn.IsClosed() {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	if err := c.endStream(ctx); err != nil {
		return err
	}
	if _, err := c.conn.Exec(ctx, c.begin).ReadAll(); err != nil {
		return wrap(ctx, err)
	}
	err := f()
	if c.conn.IsClosed() {
		if err == nil {
			err = &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
		}
		return err
	}
	if _, end := c.conn.Exec(ctx, "ROLLBACK").ReadAll(); end != nil && err == nil {
		err = wrap(ctx, end)
	}
	return err
}

// rows runs a query and calls each with its raw values, which are valid until
// each returns. An error of each comes back as it is, and ends the connection:
// the rest of the rows is not worth waiting for.
func (c *session) rows(ctx context.Context, sql string, formats []int16, each func(values [][]byte) error) error {
	r := c.conn.ExecParams(ctx, sql, nil, nil, nil, formats)
	for r.NextRow() {
		if err := each(r.Values()); err != nil {
			_ = c.conn.Conn().Close()
			_, _ = r.Close()
			return err
		}
	}
	_, err := r.Close()
	return wrap(ctx, err)
}

// query runs a query in a transaction of its own, with values as texts.
func (c *session) query(ctx context.Context, sql string, each func(values [][]byte) error) error {
	return c.transaction(ctx, func() error { return c.rows(ctx, sql, nil, each) })
}

// wrap turns an error of the driver into one without text.
func wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	class, reason := classOf(pe.Code)
	return &dialect.Error{Class: class, Code: pe.Code, Reason: reason, Full: full[pe.Code]}
}

// connectError is wrap for a connection that was never made: a wrong password or
// certificate does not become right by trying again.
func connectError(err error) error {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		class, reason := classOf(pe.Code)
		return &dialect.Error{Class: class, Code: pe.Code, Reason: reason, Full: full[pe.Code]}
	}
	if errors.Is(err, kerberos.ErrRefused) {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.PermissionDenied}
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError // of sslmode=verify-ca, which pgx checks itself
	var invalid x509.CertificateInvalidError
	if errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &invalid) || strings.Contains(err.Error(), "refused TLS") {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	return &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}
}

// full are the codes of a server that takes no more sessions, or none yet.
var full = map[string]bool{"53300": true, "57P03": true}

// classOf says what a SQLSTATE means for what to do next (PostgreSQL, appendix A).
func classOf(code string) (dialect.Class, sources.Reason) {
	switch code {
	case "57014":
		return dialect.Busy, sources.TimedOut
	case "55P03":
		return dialect.Busy, sources.LockTimeout
	case "42501", "28000", "28P01":
		return dialect.Denied, sources.PermissionDenied
	case "42P01", "42703", "3F000", "3D000":
		return dialect.Gone, sources.Vanished
	case "40001", "40P01", "57P01", "57P02", "57P03", "57P05", "25P03", "53300":
		return dialect.Lost, sources.ConnectionLost
	case "XX001", "XX002":
		return dialect.Data, sources.Corrupt
	}
	switch {
	case strings.HasPrefix(code, "08"):
		return dialect.Lost, sources.ConnectionLost
	case strings.HasPrefix(code, "22"), strings.HasPrefix(code, "XX"), strings.HasPrefix(code, "54"), code == "53200":
		return dialect.Data, sources.InvalidValue
	}
	return dialect.Other, sources.IOError
}

// identifier quotes a name.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal quotes a text, whatever standard_conforming_strings says.
func literal(s string) string {
	return `E'` + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + `'`
}

// ctid is the place of a row: its block, and its number there.
type ctid struct {
	block uint32
	item  uint16
}

func (t ctid) String() string { return fmt.Sprintf("(%d,%d)", t.block, t.item) }

// ctidOf reads the six bytes of the binary form.
func ctidOf(position string) ctid {
	if len(position) != 6 {
		return ctid{}
	}
	return ctid{uint32(position[0])<<24 | uint32(position[1])<<16 | uint32(position[2])<<8 | uint32(position[3]),
		uint16(position[4])<<8 | uint16(position[5])}
}

func place(position []byte) string {
	if len(position) != 6 {
		return ""
	}
	return "ctid" + ctidOf(string(position)).String()
}
