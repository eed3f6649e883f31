package sqlserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/sqlconn"
)

// session is a connection.
type session struct {
	conn    *sqlconn.Conn
	version int // 16 for SQL Server 2022; Azure counts as the newest
}

// What a connection may take.
const (
	connectTime   = 10 * time.Second
	statementTime = 300 * time.Second
)

// settings hold for the session. A statement waits two seconds for a lock; of two
// that block each other, this one gives way.
const settings = "SET LOCK_TIMEOUT 2000; SET DEADLOCK_PRIORITY LOW; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; SET NOCOUNT ON; SET TEXTSIZE 2147483647"

func open(ctx context.Context, s dialect.Settings, database string) (dialect.Session, error) {
	config, err := configOf(s, database)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	conn, err := mssql.NewConnectorConfig(*config).Connect(ctx)
	if err != nil {
		return nil, connectError(ctx, err)
	}
	return On(ctx, &sqlconn.Conn{Driver: conn, Time: statementTime})
}

// On returns a session over a connection that is made already. It sets what the engine
// offers for those who only read, and asks for the version.
func On(ctx context.Context, conn *sqlconn.Conn) (dialect.Session, error) {
	conn.Wrap = wrap
	c := &session{conn: conn}
	err := conn.Exec(ctx, settings)
	if err == nil {
		err = conn.Rows(ctx, "SELECT CAST(SERVERPROPERTY('EngineEdition') AS int), CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40))", func(v [][]byte) error {
			major, _, _ := strings.Cut(string(v[1]), ".")
			c.version, _ = strconv.Atoi(major)
			switch string(v[0]) {
			case "5", "6", "8", "11", "12": // Azure, whose numbers stand still
				c.version = newest
			}
			return nil
		})
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// The versions that brought what the catalogue queries ask for.
const (
	version2016 = 13 // row-level security, masking, Always Encrypted
	newest      = 99
)

func configOf(s dialect.Settings, database string) (*msdsn.Config, error) {
	port, err := strconv.ParseUint(s["port"], 10, 16)
	if err != nil {
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	c := &msdsn.Config{Host: s["host"], Port: port, Database: database, User: s["user"], Password: s["password"], AppName: "recense",
		ReadOnlyIntent: true, DisableRetry: true, DialTimeout: connectTime, KeepAlive: 30 * time.Second, PacketSize: 32767, Protocols: []string{"tcp"},
		Encryption: msdsn.EncryptionRequired, Parameters: map[string]string{}, ProtocolParameters: map[string]any{}}
	if database == "" {
		c.Database = "master"
	}
	if s["tls"] == "false" {
		c.Encryption = msdsn.EncryptionOff // the login alone is encrypted
	}
	c.TrustServerCertificate = s["tls"] != "verify"
	c.TLSConfig = &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.TrustServerCertificate, DynamicRecordSizingDisabled: true}
	if s["sslca"] == "" {
		return c, nil
	}
	pem, err := os.ReadFile(s["sslca"])
	c.TLSConfig.RootCAs = x509.NewCertPool()
	if err != nil || !c.TLSConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	return c, nil
}

// Close implements dialect.Session.
func (c *session) Close() { c.conn.Close() }

// rows runs a query, unless the connection has ended.
func (c *session) rows(ctx context.Context, query string, each func(values [][]byte) error) error {
	if c.conn.Closed() {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	return c.conn.Rows(ctx, query, each)
}

// wrap turns an error of the driver into one without text.
func wrap(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &dialect.Error{Class: dialect.Busy, Reason: sources.TimedOut}
	}
	var me mssql.Error
	if !errors.As(err, &me) {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
	}
	class, reason := classOf(me.Number)
	return &dialect.Error{Class: class, Code: strconv.Itoa(int(me.Number)), Reason: reason, Full: full[me.Number]}
}

// connectError is wrap for a connection that was never made.
func connectError(ctx context.Context, err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	if ctx.Err() != nil {
		return &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}
	}
	err = wrap(err)
	var e *dialect.Error
	if errors.As(err, &e) && e.Class == dialect.Lost {
		e.Reason = sources.Unreachable
	}
	return err
}

// full are the numbers of a service that takes no more requests for now (Azure SQL Database:
// resource limits, throttling).
var full = map[int32]bool{10928: true, 10929: true, 40501: true, 49918: true, 49919: true, 49920: true}

// classOf says what an error number means for what to do next (SQL Server, Database
// Engine errors).
func classOf(number int32) (dialect.Class, sources.Reason) {
	switch number {
	case 229, 230, 262, 297, 300, 916, 4060, 4064, 15562, 18452, 18456, 18470, 18487, 18488:
		return dialect.Denied, sources.PermissionDenied
	case 207, 208, 911, 2812:
		return dialect.Gone, sources.Vanished
	case 1222, 1205:
		return dialect.Busy, sources.LockTimeout
	case 701, 8645, 8651, 9002:
		return dialect.Busy, sources.OutOfMemory
	case 823, 824, 825, 605, 8646:
		return dialect.Other, sources.Corrupt
	case 596, 904, 921, 922, 926, 945, 6005, 10928, 10929, 17142, 40143, 40197, 40501, 40544, 40549, 40550, 40551, 40552, 40613, 49918, 49919, 49920:
		return dialect.Lost, sources.ConnectionLost
	case 220, 232, 241, 242, 245, 248, 295, 296, 517, 6522, 8114, 8115, 8134, 9402, 9420, 9455, 33294:
		return dialect.Data, sources.InvalidValue
	}
	return dialect.Other, sources.IOError
}

// identifier quotes a name.
func identifier(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

// literal writes a text of UTF-16.
func literal(s string) string { return "N'" + strings.ReplaceAll(s, "'", "''") + "'" }
