package mongodb

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"recense/sources"
	"recense/sources/databases/dialect"
	"recense/sources/databases/keyset"
)

// session is a client with one connection.
type session struct {
	client *mongo.Client
	db     *mongo.Database
}

// What a connection may take.
const (
	connectTime   = 10 * time.Second
	closeTime     = time.Second
	statementTime = 300 * time.Second
)

func open(ctx context.Context, s dialect.Settings, database string) (dialect.Session, error) {
	o := options.Client().SetHosts([]string{net.JoinHostPort(s["host"], s["port"])}).SetAppName("recense").SetMaxPoolSize(2).SetRetryReads(false).
		SetConnectTimeout(connectTime).SetServerSelectionTimeout(connectTime).SetReadPreference(readpref.SecondaryPreferred())
	if s["replicaset"] != "" {
		o.SetReplicaSet(s["replicaset"])
	} else {
		o.SetDirect(true)
	}
	if s["user"] != "" {
		source := s["authsource"]
		if source == "" {
			source = "admin"
		}
		o.SetAuth(options.Credential{Username: s["user"], Password: s["password"], PasswordSet: true, AuthSource: source})
	}
	if s["tls"] == "verify" {
		config := &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12}
		if s["sslca"] != "" {
			pem, err := os.ReadFile(s["sslca"])
			config.RootCAs = x509.NewCertPool()
			if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
				return nil, &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
			}
		}
		o.SetTLSConfig(config)
	}
	client, err := mongo.Connect(o)
	if err != nil { // its text quotes the settings
		return nil, &dialect.Error{Class: dialect.Other, Reason: sources.IOError}
	}
	if database == "" {
		database = "admin"
	}
	c := &session{client: client, db: client.Database(database)}
	limited, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if err := client.Ping(limited, nil); err != nil {
		c.Close()
		return nil, connectError(ctx, err)
	}
	return c, nil
}

// Close implements dialect.Session.
func (c *session) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = c.client.Disconnect(ctx)
}

// Databases implements dialect.Session.
func (c *session) Databases(ctx context.Context) (list []dialect.Database, err error) {
	names, err := c.client.ListDatabaseNames(ctx, bson.D{})
	slices.Sort(names)
	for _, name := range names {
		if name != "admin" && name != "local" && name != "config" {
			list = append(list, dialect.Database{Name: name})
		}
	}
	return list, wrap(ctx, err)
}

// Tables implements dialect.Session.
func (c *session) Tables(ctx context.Context) (list []dialect.Table, err error) {
	specs, err := c.db.ListCollectionSpecifications(ctx, bson.D{})
	if err != nil {
		return nil, wrap(ctx, err)
	}
	for _, spec := range specs {
		if strings.HasPrefix(spec.Name, "system.") {
			continue
		}
		t := dialect.Table{Name: spec.Name, Rows: -1, Version: "1"}
		if spec.Type == "view" {
			t.Status, t.Detail = sources.Excluded, sources.View
		} else {
			c.measure(ctx, &t)
		}
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b dialect.Table) int { return strings.Compare(a.Name, b.Name) })
	return list, ctx.Err()
}

// measure asks for the number and the size of documents. An account that may not know
// reads the collection all the same.
func (c *session) measure(ctx context.Context, t *dialect.Table) {
	var stats struct {
		Count float64 `bson:"count"`
		Size  float64 `bson:"size"`
	}
	if c.db.RunCommand(ctx, bson.D{{Key: "collStats", Value: t.Name}}).Decode(&stats) == nil {
		t.Rows, t.Bytes = int64(stats.Count), int64(stats.Size)
		t.Version = fmt.Sprintf("%d %d", t.Rows, t.Bytes)
	}
}

// The columns of a row: its key, and all of it, whose paths become columns.
const (
	keyColumn = iota
	documentColumn
)

// Describe implements dialect.Session.
func (c *session) Describe(_ context.Context, t *dialect.Table) error {
	t.Columns = []dialect.Column{{Name: "_id", Form: dialect.Text, Bounded: true}, {Form: dialect.Map, Bounded: true}}
	t.Key = []int{keyColumn}
	return nil
}

// Split implements dialect.Session.
func (c *session) Split(ctx context.Context, t *dialect.Table, size int64) ([]dialect.Range, error) {
	n := t.Bytes / size
	if n < 2 {
		return []dialect.Range{{Bytes: t.Bytes}}, nil
	}
	low, err := c.edge(ctx, t.Name, 1)
	if err != nil {
		return nil, err
	}
	high, err := c.edge(ctx, t.Name, -1)
	if err != nil {
		return nil, err
	}
	s := keyset.Span{High: -1, Rows: t.Rows, Bytes: t.Bytes}
	mark := ""
	if a, ok := low.ObjectIDOK(); ok && low.Type == high.Type { // between two of a kind there is nothing else
		b := high.ObjectID()
		s.Low, s.High, mark = seconds(a), seconds(b), secondsMark
	} else if a, ok := whole(low); ok {
		if b, ok := whole(high); ok {
			s.Low, s.High = a, b
		}
	}
	list := s.Split(n)
	for i := range list {
		if list[i].Spec != "" {
			list[i].Spec = mark + list[i].Spec
		}
	}
	return list, nil
}

// secondsMark begins the Spec of a range of ObjectIDs, by the time in them.
const secondsMark = "t"

// seconds is the time in an ObjectID, its first four bytes.
func seconds(id bson.ObjectID) int64 { return int64(binary.BigEndian.Uint32(id[:4])) }

func whole(v bson.RawValue) (int64, bool) {
	if v.Type == bson.TypeInt32 || v.Type == bson.TypeInt64 {
		return v.AsInt64OK()
	}
	return 0, false
}

// edge returns the first or the last _id.
func (c *session) edge(ctx context.Context, name string, order int) (bson.RawValue, error) {
	limited, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	raw, err := c.db.Collection(name).FindOne(limited, bson.D{}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: order}}).SetProjection(bson.D{{Key: "_id", Value: 1}})).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return bson.RawValue{}, nil
	}
	return raw.Lookup("_id"), wrap(ctx, err)
}

// most is the part of a collection beyond which $sample reads and sorts all of it.
const most = 0.05

// Sample implements dialect.Session. The engine draws documents one by one, others each
// time.
func (c *session) Sample(ctx context.Context, t *dialect.Table, size, _ int64) ([]dialect.Range, error) {
	fraction := float64(size) / float64(max(t.Bytes, 1))
	if fraction >= most || t.Rows < 1000 {
		return c.Split(ctx, t, max(32<<20, t.Bytes/1000))
	}
	n := int64(fraction * float64(t.Rows))
	return []dialect.Range{{Spec: sampleMark + strconv.FormatInt(n, 10), Bytes: size, Method: "documents", Fraction: fraction, Clusters: t.Rows}}, nil
}

// Widths implements dialect.Session: a document is one value.
func (c *session) Widths(_ context.Context, _ *dialect.Table, columns []int) ([]int64, error) {
	return dialect.UnknownWidths(columns), nil
}

const sampleMark = "sample "

// Next implements dialect.Session; what cannot be read is not told by document.
func (c *session) Next(context.Context, *dialect.Query) (string, error) { return "", nil }

// Value implements dialect.Session: all values come along with their document.
func (c *session) Value(context.Context, *dialect.Query, string, int, int64, int64) ([]byte, error) {
	return nil, &dialect.Error{Class: dialect.Gone, Reason: sources.Changed}
}

// Writes implements dialect.Session: what the server says of the account; without
// access control everybody may.
func (c *session) Writes(ctx context.Context) (bool, error) {
	var status struct {
		AuthInfo struct {
			Users      []bson.Raw `bson:"authenticatedUsers"`
			Privileges []struct {
				Actions []string `bson:"actions"`
			} `bson:"authenticatedUserPrivileges"`
		} `bson:"authInfo"`
	}
	err := c.client.Database("admin").RunCommand(ctx, bson.D{{Key: "connectionStatus", Value: 1}, {Key: "showPrivileges", Value: true}}).Decode(&status)
	if err != nil {
		return false, wrap(ctx, err)
	}
	for _, p := range status.AuthInfo.Privileges {
		for _, action := range p.Actions {
			switch action {
			case "insert", "update", "remove", "createCollection", "dropCollection", "dropDatabase", "anyAction":
				return true, nil
			}
		}
	}
	return len(status.AuthInfo.Users) == 0, nil
}

// wrap turns an error of the driver into one without text.
func wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var ce mongo.CommandError
	if errors.As(err, &ce) && ce.Code != 0 {
		class, reason := classOf(ce.Code)
		return &dialect.Error{Class: class, Code: strconv.Itoa(int(ce.Code)), Reason: reason}
	}
	if errors.Is(err, context.DeadlineExceeded) && !mongo.IsNetworkError(err) {
		return &dialect.Error{Class: dialect.Busy, Reason: sources.TimedOut}
	}
	return &dialect.Error{Class: dialect.Lost, Reason: sources.ConnectionLost}
}

// connectError is wrap for a connection that was never made. The driver keeps causes
// as texts.
func connectError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var certificate *tls.CertificateVerificationError
	text := err.Error()
	switch {
	case errors.As(err, &certificate) || strings.Contains(text, "x509:") || strings.Contains(text, "certificate"):
		return &dialect.Error{Class: dialect.Denied, Reason: sources.NotVerified}
	case strings.Contains(text, "AuthenticationFailed") || strings.Contains(text, "auth error"):
		return &dialect.Error{Class: dialect.Denied, Code: "18", Reason: sources.PermissionDenied}
	}
	return &dialect.Error{Class: dialect.Lost, Reason: sources.Unreachable}
}

// classOf says what an error code means for what to do next (MongoDB error codes).
func classOf(code int32) (dialect.Class, sources.Reason) {
	switch code {
	case 13, 18, 33, 11:
		return dialect.Denied, sources.PermissionDenied
	case 26, 73:
		return dialect.Gone, sources.Vanished
	case 50, 262, 290:
		return dialect.Busy, sources.TimedOut
	case 24, 46, 112:
		return dialect.Busy, sources.LockTimeout
	case 6, 7, 43, 89, 91, 133, 189, 237, 9001, 10107, 11600, 11602, 13435, 13436:
		return dialect.Lost, sources.ConnectionLost
	case 22, 10334:
		return dialect.Other, sources.Corrupt
	}
	return dialect.Other, sources.IOError
}
