package mongodb

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"recense/sources"
	"recense/sources/databases/databasestest"
	"recense/sources/databases/dialect"
)

// Documents become paths and values; binary values stay what they are.
func TestFlatten(t *testing.T) {
	id := bson.NewObjectID()
	decimal, _ := bson.ParseDecimal128("12.50")
	raw, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "nom", Value: "Élise"}, {Key: "adresse", Value: bson.D{{Key: "rue", Value: "1 rue"}, {Key: "cp", Value: int32(75001)}}},
		{Key: "tels", Value: bson.A{"0639980001", bson.D{{Key: "n", Value: "0639980002"}}, bson.A{int64(3)}}}, {Key: "ne", Value: time.Date(1980, 1, 31, 0, 0, 0, 0, time.UTC)},
		{Key: "paye", Value: decimal}, {Key: "x", Value: 1.5}, {Key: "actif", Value: true}, {Key: "rien", Value: nil}, {Key: "ref", Value: id},
		{Key: "u", Value: bson.Binary{Subtype: 4, Data: slices.Repeat([]byte{0xab}, 16)}}, {Key: "b", Value: bson.Binary{Data: []byte{0, 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	var f flattener
	f.document(raw, 0)
	var got []string
	dialect.ReadElements(dialect.Map, f.out, func(k, v []byte) { got = append(got, fmt.Sprintf("%s=%s", k, v)) })
	want := []string{"nom=Élise", "adresse.rue=1 rue", "adresse.cp=75001", "tels[*]=0639980001", "tels[*].n=0639980002", "tels[*][*]=3", "ne=1980-01-31", "paye=12.50", "x=1.5",
		"ref=" + id.Hex(), "u=abababab-abab-abab-abab-abababababab", "b=\x00\x01"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	f.document(bson.Raw{5, 0, 0, 0}, 0) // cut short
}

func TestConditions(t *testing.T) {
	position := string(append([]byte{byte(bson.TypeString)}, bson.RawValue{Type: bson.TypeString, Value: []byte("\x02\x00\x00\x00a\x00")}.Value...))
	for _, c := range []struct{ spec, after, want string }{
		{"", "", "{}"}, {"5:9", "", `{"_id": {"$gte": 5, "$lt": 9}}`}, {":9", "", `{"_id": {"$lt": 9}}`}, {"", position, `{"_id": {"$gt": "a"}}`},
		{"t1:2", "", `{"_id": {"$gte": {"$oid":"000000010000000000000000"}, "$lt": {"$oid":"000000020000000000000000"}}}`},
	} {
		text, err := bson.MarshalExtJSON(condition(c.spec, c.after, false), false, false)
		if err != nil || strings.ReplaceAll(string(text), " ", "") != strings.ReplaceAll(c.want, " ", "") {
			t.Errorf("%q %q: %s %v", c.spec, c.after, text, err)
		}
	}
	text, err := bson.MarshalExtJSON(condition("", position, true), false, false)
	if err != nil || !strings.HasPrefix(string(text), `{"_id":{"$type":[3,5,7,8,9,17]`) {
		t.Errorf("%s %v", text, err)
	}
}

// Errors keep their code and lose their text.
func TestErrors(t *testing.T) {
	ctx := context.Background()
	for code, want := range map[int32]dialect.Error{13: {Class: dialect.Denied, Reason: sources.PermissionDenied}, 50: {Class: dialect.Busy, Reason: sources.TimedOut},
		43: {Class: dialect.Lost, Reason: sources.ConnectionLost}, 26: {Class: dialect.Gone, Reason: sources.Vanished}, 2: {Class: dialect.Other, Reason: sources.IOError}} {
		err := wrap(ctx, mongo.CommandError{Code: code, Message: "canary 180017500100012"})
		var e *dialect.Error
		if !errors.As(err, &e) || e.Class != want.Class || e.Reason != want.Reason || strings.Contains(err.Error(), "canary") {
			t.Errorf("%d: %v", code, err)
		}
	}
	for text, want := range map[string]sources.Reason{"x509: certificate signed by unknown authority": sources.NotVerified, "(AuthenticationFailed) canary": sources.PermissionDenied, "refused": sources.Unreachable} {
		if _, reason := dialect.ClassOf(connectError(ctx, errors.New(text))); reason != want {
			t.Errorf("%s: %s", text, reason)
		}
	}
}

func TestSettle(t *testing.T) {
	none := func(string) string { return "" }
	for _, c := range []struct {
		target dialect.Target
		tls    string
		bad    bool
	}{
		{dialect.Target{Host: "srv"}, "verify", false}, {dialect.Target{Host: "localhost"}, "false", false}, {dialect.Target{Host: "srv", Query: map[string]string{"tls": "false"}}, "false", false},
		{dialect.Target{Host: "srv", Query: map[string]string{"ssl": "false"}}, "", true}, {dialect.Target{Host: "srv", Port: "x"}, "", true},
	} {
		s, err := settle(c.target, none)
		if (err != nil) != c.bad || err == nil && s["tls"] != c.tls {
			t.Errorf("%+v: %v %v", c.target, s, err)
		}
	}
}

// TestServer reads a server, if there is one: every document once, in ranges and pages,
// whatever the types of their keys.
func TestServer(t *testing.T) {
	server := databasestest.MongoDB(t)
	ctx := context.Background()
	client, err := mongo.Connect(options.Client().SetHosts([]string{server.Host + ":" + server.Port}).SetDirect(true))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(ctx) }()
	db := client.Database("mutuelle")
	insert := func(name string, n int, id func(i int) any) {
		t.Helper()
		for from := 0; from < n; from += 5000 {
			var list []any
			for i := from; i < min(from+5000, n); i++ {
				list = append(list, bson.D{{Key: "_id", Value: id(i)}, {Key: "n", Value: i}, {Key: "contact", Value: bson.D{{Key: "mail", Value: fmt.Sprintf("m%d@example.com", i)}}}, {Key: "x", Value: strings.Repeat("x", 60)}})
			}
			if _, err := db.Collection(name).InsertMany(ctx, list); err != nil {
				t.Fatal(err)
			}
		}
	}
	at := time.Now().Add(-24 * time.Hour)
	insert("objets", 25_000, func(i int) any { return bson.NewObjectIDFromTimestamp(at.Add(time.Duration(i) * time.Second)) })
	insert("nombres", 12_000, func(i int) any { return int64(i * 2) })
	insert("melange", 3000, func(i int) any { return []any{int32(i), fmt.Sprint("clé ", i), 0.5 + float64(i)}[i%3] })
	session, err := open(ctx, dialect.Settings{"host": server.Host, "port": server.Port, "tls": "false"}, "mutuelle")
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if list, err := session.Databases(ctx); err != nil || len(list) != 1 || list[0].Name != "mutuelle" {
		t.Errorf("%v %v", list, err)
	}
	if may, err := session.Writes(ctx); err != nil || !may {
		t.Logf("writes: %v %v", may, err) // FerretDB tells less than MongoDB
	}
	tables, err := session.Tables(ctx)
	if err != nil || len(tables) != 3 {
		t.Fatalf("%v %v", tables, err)
	}
	for i := range tables {
		table := &tables[i]
		want := map[string]int{"objets": 25_000, "nombres": 12_000, "melange": 3000}[table.Name]
		ranges, err := session.Split(ctx, table, 400<<10)
		if err != nil || session.Describe(ctx, table) != nil {
			t.Fatal(err)
		}
		if table.Name != "melange" && len(ranges) < 2 {
			t.Errorf("%s: %d ranges of %d bytes", table.Name, len(ranges), table.Bytes)
		}
		seen := map[string]int{}
		for _, r := range ranges {
			q := &dialect.Query{Table: table, Spec: r.Spec, Columns: []int{keyColumn, documentColumn}}
			for stop := 1; ; stop++ { // broken off again and again, and gone on with
				n := 0
				err := session.Rows(ctx, q, func(row *dialect.Row) error {
					dialect.ReadElements(dialect.Map, row.Values[1], func(k, v []byte) {
						if string(k) == "n" {
							seen[string(v)]++
						}
					})
					q.After = string(row.Position)
					if n++; n == 1700*stop && stop < 4 {
						return errStop
					}
					return nil
				})
				if err == nil {
					break
				}
				if !errors.Is(err, errStop) {
					t.Fatalf("%s: %v", table.Name, err)
				}
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d documents of %d", table.Name, len(seen), want)
		}
		for n, times := range seen {
			if times != 1 {
				t.Errorf("%s: document %s %d times", table.Name, n, times)
				break
			}
		}
	}
}

var errStop = errors.New("stop")
