// Package kerberos proves who an account is by Kerberos 5, for engines whose driver asks
// for tokens of GSSAPI (RFC 4121): from a ticket that was taken before (kinit), or from a
// keytab, which a scheduled scan needs.
//
// Settings name files only; what is in them stays there. Servers that issue tickets are
// those of the configuration file and are asked over TCP; none is looked up in the DNS.
package kerberos

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"recense/sources/databases/dialect"
)

// The settings of this package: files.
const (
	prefix = "krb5_"
	conf   = prefix + "config"
	table  = prefix + "keytab"
	cache  = prefix + "ccache"
)

// ErrRefused says that no token can be had: it holds no text of the library, which names
// accounts.
var ErrRefused = errors.New("kerberos: no ticket for this server")

// Settle adds to s the files that Kerberos needs, as the environment names them: KRB5_CONFIG,
// and KRB5_CLIENT_KTNAME or KRB5CCNAME. Its errors name variables.
func Settle(s dialect.Settings, getenv func(string) string) error {
	s[conf] = absolute(getenv("KRB5_CONFIG"), "/etc/krb5.conf")
	if name := getenv("KRB5_CLIENT_KTNAME"); name != "" {
		s[table] = absolute(name, "")
	} else {
		s[cache] = absolute(getenv("KRB5CCNAME"), "/tmp/krb5cc_"+strconv.Itoa(os.Geteuid()))
	}
	for _, name := range []string{s[conf], s[table], s[cache]} {
		if strings.Contains(name, ":") {
			return errors.New("KRB5CCNAME and KRB5_CLIENT_KTNAME must name files")
		}
	}
	if _, err := config.Load(s[conf]); err != nil {
		return errors.New("the configuration of Kerberos (KRB5_CONFIG, /etc/krb5.conf) cannot be read")
	}
	return nil
}

// absolute is a file that other programs find too.
func absolute(name, usual string) string {
	name = strings.TrimPrefix(name, "FILE:")
	if name == "" {
		name = usual
	}
	if path, err := filepath.Abs(name); err == nil && name != "" && !strings.Contains(name, ":") {
		return path
	}
	return name
}

// Of reports whether a setting is one of this package, which no driver knows.
func Of(setting string) bool { return strings.HasPrefix(setting, prefix) }

// Ports are those of the servers that issue tickets; none without Kerberos.
func Ports(s dialect.Settings) []string {
	if s[conf] == "" {
		return nil
	}
	ports := []string{"88"}
	c, err := config.Load(s[conf])
	if err != nil {
		return ports
	}
	for _, r := range c.Realms {
		for _, kdc := range r.KDC {
			if _, port, err := net.SplitHostPort(kdc); err == nil {
				ports = append(ports, port)
			}
		}
	}
	return ports
}

// GSS makes the tokens of one connection. It has the methods that drivers ask for.
type GSS struct {
	settings dialect.Settings
	key      types.EncryptionKey // of the session with the server
}

// New returns a GSS with the files of s.
func New(s dialect.Settings) *GSS { return &GSS{settings: s} }

// GetInitToken returns the first token for a service on a host, whose name is not looked up.
func (g *GSS) GetInitToken(host, service string) ([]byte, error) {
	return g.GetInitTokenFromSPN(service + "/" + host)
}

// GetInitTokenFromSPN is GetInitToken for the name of a service in full. It asks the server
// to prove itself.
func (g *GSS) GetInitTokenFromSPN(spn string) ([]byte, error) {
	c, err := g.client()
	if err != nil {
		return nil, ErrRefused
	}
	defer c.Destroy() // ends what renews its tickets
	ticket, key, err := c.GetServiceTicket(spn)
	if err != nil {
		return nil, ErrRefused
	}
	token, err := spnego.NewKRB5TokenAPREQ(c, ticket, key, []int{gssapi.ContextFlagMutual, gssapi.ContextFlagInteg}, []int{flags.APOptionMutualRequired})
	if err != nil {
		return nil, ErrRefused
	}
	b, err := token.Marshal()
	if err != nil {
		return nil, ErrRefused
	}
	g.key = key
	return b, nil
}

// Continue takes what the server answers: the proof that it could read the ticket.
func (g *GSS) Continue(in []byte) (done bool, out []byte, err error) {
	var token spnego.KRB5Token
	if token.Unmarshal(in) != nil || !token.IsAPRep() {
		return false, nil, ErrRefused
	}
	if _, err := crypto.DecryptEncPart(token.APRep.EncPart, g.key, keyusage.AP_REP_ENCPART); err != nil {
		return false, nil, ErrRefused
	}
	return true, nil, nil
}

// client logs in with a keytab, or takes the ticket of a cache.
func (g *GSS) client() (*client.Client, error) {
	c, err := config.Load(g.settings[conf])
	if err != nil {
		return nil, err
	}
	c.LibDefaults.UDPPreferenceLimit = 1 // always by TCP
	c.LibDefaults.DNSLookupKDC = false
	plain := []func(*client.Settings){client.DisablePAFXFAST(true), client.AssumePreAuthentication(true)}
	if g.settings[table] == "" {
		tickets, err := credentials.LoadCCache(g.settings[cache])
		if err != nil {
			return nil, err
		}
		return client.NewFromCCache(tickets, c, plain...)
	}
	keys, err := keytab.Load(g.settings[table])
	if err != nil {
		return nil, err
	}
	user, realm, ok := strings.Cut(g.settings["user"], "@")
	if !ok {
		realm = c.LibDefaults.DefaultRealm
	}
	cl := client.NewWithKeytab(user, realm, keys, c, plain...)
	if err := cl.Login(); err != nil {
		cl.Destroy()
		return nil, err
	}
	return cl, nil
}
