package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// session is a bound connection.
type session struct {
	conn *ldap.Conn
	base string
	full bool // the account is said to see everything
}

// What a connection may take, and how many entries a page has.
const (
	connectTime = 10 * time.Second
	answerTime  = 60 * time.Second
	pageSize    = 200
)

func open(ctx context.Context, s dialect.Settings, database string) (dialect.Session, error) {
	config := &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12}
	if s["sslca"] != "" {
		pem, err := os.ReadFile(s["sslca"])
		config.RootCAs = x509.NewCertPool()
		if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
		}
	}
	scheme := "ldap"
	if s["tls"] == "ldaps" {
		scheme = "ldaps"
	}
	conn, err := ldap.DialURL(scheme+"://"+net.JoinHostPort(s["host"], s["port"]), ldap.DialWithTLSDialer(config, &net.Dialer{Timeout: connectTime}))
	if err != nil {
		return nil, connectError(err)
	}
	conn.SetTimeout(answerTime)
	c := &session{conn: conn, base: database, full: s["rights"] == "full"}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if s["tls"] == "starttls" {
		if err := conn.StartTLS(config); err != nil {
			conn.Close()
			return nil, connectError(err)
		}
	}
	if s["user"] == "" {
		err = conn.UnauthenticatedBind("")
	} else if s["password"] == "" {
		err = &ldap.Error{ResultCode: ldap.LDAPResultInvalidCredentials} // an empty one would bind nobody
	} else {
		err = conn.Bind(s["user"], s["password"])
	}
	if err != nil {
		conn.Close()
		return nil, wrap(ctx, err)
	}
	return c, nil
}

// Close implements dialect.Session.
func (c *session) Close() { _ = c.conn.Close() }

// search asks for entries, page by page.
func (c *session) search(ctx context.Context, base string, scope int, filter string, attributes []string, each func(*ldap.Entry) error) (referrals int, err error) {
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	defer stop()
	paging := ldap.NewControlPaging(pageSize)
	request := ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, []ldap.Control{paging})
	for {
		if c.conn.IsClosing() {
			return referrals, lost(ctx)
		}
		result, err := c.conn.Search(request)
		if result != nil { // what came before a limit of the server too
			referrals += len(result.Referrals)
			for _, e := range result.Entries {
				if err := each(e); err != nil {
					c.conn.Close()
					return referrals, err
				}
			}
		}
		if err != nil {
			return referrals, wrap(ctx, err)
		}
		answer, _ := ldap.FindControl(result.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if answer == nil || len(answer.Cookie) == 0 {
			return referrals, nil
		}
		paging.SetCookie(answer.Cookie)
	}
}

// Databases implements dialect.Session: the naming contexts, without those that hold
// the configuration of the server.
func (c *session) Databases(ctx context.Context) (list []dialect.Database, err error) {
	own := []string{"cn=config", "cn=monitor", "cn=accesslog"}
	_, err = c.search(ctx, "", ldap.ScopeBaseObject, "(objectClass=*)", []string{"namingContexts", "configurationNamingContext", "schemaNamingContext"}, func(e *ldap.Entry) error {
		own = append(own, e.GetAttributeValue("configurationNamingContext"), e.GetAttributeValue("schemaNamingContext"))
		for _, name := range e.GetAttributeValues("namingContexts") {
			if !slices.ContainsFunc(own, func(o string) bool { return strings.EqualFold(o, name) }) {
				list = append(list, dialect.Database{Name: name})
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b dialect.Database) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// classes are those of entries that hold others (RFC 4519, 4524, and [MS-ADSC] for
// container and builtinDomain), containers the filter for them.
var (
	classes    = []string{"organizationalUnit", "container", "organization", "country", "locality", "domain", "builtinDomain"}
	containers = "(|(objectClass=" + strings.Join(classes, ")(objectClass=") + "))"
)

// container reports whether an entry holds others.
func container(e *ldap.Entry) bool {
	return slices.ContainsFunc(e.GetEqualFoldAttributeValues("objectClass"), func(class string) bool {
		return slices.ContainsFunc(classes, func(c string) bool { return strings.EqualFold(c, class) })
	})
}

// Top is the table of the entries that are in no branch: the one at the top, and those
// right below it that hold no others.
const Top = "(base)"

// maxBranches is how many branches are told apart; a directory with more is one table.
const maxBranches = 2000

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	_, err = c.search(ctx, c.base, ldap.ScopeSingleLevel, containers, []string{"1.1"}, func(e *ldap.Entry) error {
		if len(list) <= maxBranches {
			list = append(list, branch(relative(e.DN, c.base)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b dialect.Table) int { return strings.Compare(a.Name, b.Name) })
	if len(list) > maxBranches {
		return []dialect.Table{branch(All)}, nil
	}
	return append([]dialect.Table{branch(Top)}, list...), nil
}

// All is the table of all entries, where there are too many branches.
const All = "(tout)"

func branch(name string) dialect.Table {
	return dialect.Table{Name: name, Rows: -1, Version: "1"} // nothing proves that a directory has not changed
}

// relative is a name without that of the base.
func relative(dn, base string) string {
	if n := len(dn) - len(base); base != "" && n > 1 && strings.EqualFold(dn[n:], base) && dn[n-1] == ',' {
		return dn[:n-1]
	}
	return dn
}

// absolute undoes relative.
func (c *session) absolute(name string) string {
	if c.base == "" {
		return name
	}
	return name + "," + c.base
}

// The columns of a row: its name, and all its attributes, each of which becomes a
// column.
const (
	nameColumn = iota
	attributesColumn
)

// Describe implements dialect.Session.
func (c *session) Describe(_ context.Context, t *dialect.Table) error {
	t.Columns = []dialect.Column{{Name: "dn", Form: dialect.Text, Bounded: true}, {Form: dialect.Map, Bounded: true}}
	t.Key, t.Doubt = []int{nameColumn}, sources.RightsUnknown
	if c.full {
		t.Doubt = ""
	}
	return nil
}

// Split implements dialect.Session.
func (c *session) Split(context.Context, *dialect.Table, int64) ([]dialect.Range, error) {
	return nil, nil
}

// Sample implements dialect.Session: all of it; a directory draws no entries.
func (c *session) Sample(context.Context, *dialect.Table, int64, int64) ([]dialect.Range, error) {
	return nil, nil
}

// Widths implements dialect.Session: an entry is one value.
func (c *session) Widths(_ context.Context, _ *dialect.Table, columns []int) ([]int64, error) {
	return dialect.UnknownWidths(columns), nil
}

// Rows implements dialect.Session.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	before, n := keyset.Ordinal(q.After), int64(0)
	row := dialect.Row{Values: make([][]byte, len(q.Columns))}
	var attributes []byte
	give := func(e *ldap.Entry) error {
		if n++; n <= before {
			return nil
		}
		attributes = attributes[:0]
		for _, a := range e.Attributes {
			for _, v := range a.ByteValues {
				attributes = dialect.AppendElement(attributes, a.Name, v)
			}
		}
		for i, column := range q.Columns {
			if row.Values[i] = attributes; column == nameColumn {
				row.Values[i] = []byte(e.DN)
			}
		}
		row.Position = keyset.AppendOrdinal(row.Position[:0], n)
		return each(&row)
	}
	all := []string{"*"}
	referrals := 0
	var err error
	switch q.Table.Name {
	case Top:
		if _, err = c.search(ctx, c.base, ldap.ScopeBaseObject, "(objectClass=*)", all, give); err == nil {
			// Not by a filter: to a server that does not know one of the classes, (!…) is
			// neither true nor false, and holds for no entry.
			referrals, err = c.search(ctx, c.base, ldap.ScopeSingleLevel, "(objectClass=*)", all, func(e *ldap.Entry) error {
				if container(e) {
					return nil
				}
				return give(e)
			})
		}
	case All:
		referrals, err = c.search(ctx, c.base, ldap.ScopeWholeSubtree, "(objectClass=*)", all, give)
	default:
		referrals, err = c.search(ctx, c.absolute(q.Table.Name), ldap.ScopeWholeSubtree, "(objectClass=*)", all, give)
	}
	if err == nil && referrals > 0 {
		err = &dialect.Error{Class: dialect.Other, Reason: sources.ForeignTable}
	}
	return err
}

// Next implements dialect.Session.
func (c *session) Next(_ context.Context, q *dialect.Query) (string, error) {
	return string(keyset.AppendOrdinal(nil, keyset.Ordinal(q.After)+1)), nil
}

// Value implements dialect.Session: all values come along with their entry.
func (c *session) Value(context.Context, *dialect.Query, string, int, int64, int64) ([]byte, error) {
	return nil, &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
}

// Writes implements dialect.Session. Active Directory says which attributes the account
// may change ([MS-ADTS] 3.1.1.4.5.22); other servers do not tell.
func (c *session) Writes(ctx context.Context) (may bool, err error) {
	_, err = c.search(ctx, c.base, ldap.ScopeBaseObject, "(objectClass=*)", []string{"allowedAttributesEffective"}, func(e *ldap.Entry) error {
		may = len(e.GetAttributeValues("allowedAttributesEffective")) > 0
		return nil
	})
	return may, err
}

func lost(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
}

// wrap turns an error of the library into one without text.
func wrap(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var le *ldap.Error
	if !errors.As(err, &le) {
		return lost(ctx)
	}
	class, reason := classOf(le.ResultCode)
	return &dialect.Error{Class: class, Code: strconv.Itoa(int(le.ResultCode)), Reason: reason}
}

// connectError is wrap for a connection that was never made.
func connectError(err error) error {
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) || strings.Contains(err.Error(), "certificate") { // go-ldap keeps the text alone
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	}
	var le *ldap.Error
	if errors.As(err, &le) && le.ResultCode != ldap.ErrorNetwork {
		return &dialect.Error{Class: dialect.Denied, Code: strconv.Itoa(int(le.ResultCode)), Reason: sources.NotVerified} // no StartTLS
	}
	return &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}
}

// classOf says what a result code means for what to do next (RFC 4511, appendix A).
func classOf(code uint16) (dialect.Class, sources.Reason) {
	switch code {
	case ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultStrongAuthRequired,
		ldap.LDAPResultConfidentialityRequired, ldap.LDAPResultAuthMethodNotSupported, ldap.ErrorEmptyPassword:
		return dialect.Denied, sources.PermissionDenied
	case ldap.LDAPResultNoSuchObject:
		return dialect.Gone, sources.Vanished
	case ldap.LDAPResultSizeLimitExceeded, ldap.LDAPResultAdminLimitExceeded:
		return dialect.Other, sources.SizeLimit
	case ldap.LDAPResultTimeLimitExceeded:
		return dialect.Busy, sources.TimedOut
	case ldap.LDAPResultReferral:
		return dialect.Other, sources.ForeignTable
	case ldap.LDAPResultBusy, ldap.LDAPResultUnavailable, ldap.LDAPResultServerDown, ldap.ErrorNetwork:
		return dialect.Lost, sources.ConnectionLost
	}
	return dialect.Other, sources.IOError
}
