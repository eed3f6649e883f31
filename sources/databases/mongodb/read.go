package mongodb

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"recense/sources/databases/dialect"
	"recense/sources/files/cells"
)

// pageRows is how many documents a find asks for, batchRows how many come at once.
const (
	pageRows  = 20_000
	batchRows = 500
)

// Rows implements dialect.Session: pages in the order of _id.
func (c *session) Rows(ctx context.Context, q *dialect.Query, each func(*dialect.Row) error) error {
	page := *q
	if n, ok := strings.CutPrefix(q.Spec, sampleMark); ok {
		return c.sample(ctx, &page, n, each)
	}
	for {
		n, err := c.page(ctx, &page, condition(page.Spec, page.After, false), each)
		if err != nil {
			return err
		}
		if n < pageRows && page.After != "" && page.Spec == "" { // values of other types come behind
			var more int
			if more, err = c.page(ctx, &page, condition(page.Spec, page.After, true), each); err != nil {
				return err
			}
			n = more
			if more > 0 {
				continue
			}
		}
		if n < pageRows {
			return nil
		}
	}
}

// order lists the types of BSON in the order that they are compared in; those of one
// line are compared with each other.
var order = [][]bson.Type{
	{bson.TypeNull}, {bson.TypeDouble, bson.TypeInt32, bson.TypeInt64, bson.TypeDecimal128}, {bson.TypeString},
	{bson.TypeEmbeddedDocument}, {bson.TypeBinary}, {bson.TypeObjectID}, {bson.TypeBoolean}, {bson.TypeDateTime}, {bson.TypeTimestamp},
}

// condition chooses the documents of a range behind a position: $gt compares within a
// type, so those of later types are asked for by their types.
func condition(spec, after string, later bool) bson.D {
	bounds := bson.D{}
	if v, ok := valueOf(after); ok {
		if later {
			var types bson.A
			for i, line := range order {
				for _, t := range line {
					if t == v.Type {
						for _, rest := range order[i+1:] {
							for _, t := range rest {
								types = append(types, int32(t))
							}
						}
					}
				}
			}
			return bson.D{{Key: "_id", Value: bson.D{{Key: "$type", Value: types}}}}
		}
		bounds = append(bounds, bson.E{Key: "$gt", Value: v})
	}
	for i, bound := range strings.SplitN(strings.TrimPrefix(spec, secondsMark), ":", 2) {
		n, err := strconv.ParseInt(bound, 10, 64)
		if err != nil {
			continue
		}
		var value any = n
		if strings.HasPrefix(spec, secondsMark) {
			value = bson.ObjectID{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
		}
		bounds = append(bounds, bson.E{Key: []string{"$gte", "$lt"}[i], Value: value})
	}
	if len(bounds) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "_id", Value: bounds}}
}

// page runs one find and moves q.After on.
func (c *session) page(ctx context.Context, q *dialect.Query, filter bson.D, each func(*dialect.Row) error) (n int, err error) {
	limited, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	cursor, err := c.db.Collection(q.Table.Name).Find(limited, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(pageRows).SetBatchSize(batchRows))
	if err != nil {
		return 0, wrap(ctx, err)
	}
	return c.rows(ctx, limited, cursor, q, each)
}

// sample draws n documents, which have no place to go on behind.
func (c *session) sample(ctx context.Context, q *dialect.Query, n string, each func(*dialect.Row) error) error {
	size, err := strconv.ParseInt(n, 10, 64)
	if err != nil || q.After != "" {
		return nil // what was drawn before the connection broke is the sample
	}
	limited, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	cursor, err := c.db.Collection(q.Table.Name).Aggregate(limited, bson.A{bson.D{{Key: "$sample", Value: bson.D{{Key: "size", Value: size}}}}}, options.Aggregate().SetBatchSize(batchRows))
	if err != nil {
		return wrap(ctx, err)
	}
	_, err = c.rows(ctx, limited, cursor, q, each)
	return err
}

// rows hands over what a cursor gives.
func (c *session) rows(ctx, limited context.Context, cursor *mongo.Cursor, q *dialect.Query, each func(*dialect.Row) error) (n int, err error) {
	defer func() {
		end, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		_ = cursor.Close(end)
	}()
	row := dialect.Row{Values: make([][]byte, len(q.Columns))}
	var f flattener
	for cursor.Next(limited) {
		id := cursor.Current.Lookup("_id")
		f.out, f.path = f.out[:0], f.path[:0]
		for i, column := range q.Columns {
			if column == keyColumn {
				row.Values[i] = appendText(nil, id)
				continue
			}
			f.document(cursor.Current, 0)
			row.Values[i] = f.out
		}
		row.Position = append(append(row.Position[:0], byte(id.Type)), id.Value...)
		if err := each(&row); err != nil {
			return n, err
		}
		q.After = string(row.Position)
		n++
	}
	return n, wrap(ctx, cursor.Err())
}

// valueOf reads a position.
func valueOf(position string) (v bson.RawValue, ok bool) {
	if position == "" {
		return v, false
	}
	return bson.RawValue{Type: bson.Type(position[0]), Value: []byte(position[1:])}, true
}

// maxDepth is how deep documents are nested at most (MongoDB limits).
const maxDepth = 100

// flattener writes the values of a document with their paths.
type flattener struct {
	out, path, text []byte
}

func (f *flattener) document(d bson.Raw, depth int) {
	list, err := d.Elements()
	if err != nil || depth > maxDepth {
		return
	}
	for _, e := range list {
		if depth == 0 && e.Key() == "_id" && e.Value().Type != bson.TypeEmbeddedDocument {
			continue // a column of its own
		}
		n := len(f.path)
		if n > 0 {
			f.path = append(f.path, '.')
		}
		f.path = append(f.path, e.Key()...)
		f.value(e.Value(), depth)
		f.path = f.path[:n]
	}
}

func (f *flattener) value(v bson.RawValue, depth int) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		f.document(v.Document(), depth+1)
	case bson.TypeArray:
		list, err := v.Array().Values()
		if err != nil || depth > maxDepth {
			return
		}
		n := len(f.path)
		f.path = append(f.path, "[*]"...)
		for _, e := range list {
			f.value(e, depth+1)
		}
		f.path = f.path[:n]
	default:
		if f.text = appendText(f.text[:0], v); len(f.text) > 0 {
			f.out = dialect.AppendElement(f.out, string(f.path), f.text)
		}
	}
}

// appendText writes a value as a person would; bytes as they are. A value that says
// nothing of anybody gives nothing.
func appendText(dst []byte, v bson.RawValue) []byte {
	switch v.Type {
	case bson.TypeString:
		return append(dst, v.StringValue()...)
	case bson.TypeSymbol:
		return append(dst, v.Symbol()...)
	case bson.TypeInt32, bson.TypeInt64:
		return strconv.AppendInt(dst, v.AsInt64(), 10)
	case bson.TypeDouble:
		return cells.AppendReal(dst, v.Double(), 64)
	case bson.TypeDecimal128:
		return append(dst, v.Decimal128().String()...)
	case bson.TypeDateTime:
		return cells.AppendTime(dst, v.DateTime(), int64(1000))
	case bson.TypeObjectID:
		id := v.ObjectID()
		return hex.AppendEncode(dst, id[:])
	case bson.TypeBinary:
		subtype, b := v.Binary()
		if (subtype == 3 || subtype == 4) && len(b) == 16 {
			return cells.AppendUUID(dst, b)
		}
		return append(dst, b...)
	case bson.TypeRegex:
		pattern, _ := v.Regex()
		return append(dst, pattern...)
	case bson.TypeJavaScript:
		return append(dst, v.JavaScript()...)
	case bson.TypeTimestamp:
		t, _ := v.Timestamp()
		return time.Unix(int64(t), 0).UTC().AppendFormat(dst, "2006-01-02 15:04:05")
	}
	return dst
}
