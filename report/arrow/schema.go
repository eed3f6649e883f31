package arrow

import (
	"github.com/apache/arrow/go/v15/arrow"

	"recense/detectors"
	"recense/report/inventory"
)

// The types of section B.
var (
	dictType  = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	idType    = &arrow.FixedSizeBinaryType{ByteWidth: 16}
	timeType  = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
	listType  = arrow.ListOfNonNullable(arrow.BinaryTypes.String)
	textType  = arrow.BinaryTypes.String
	dateType  = arrow.FixedWidthTypes.Date32
	boolType  = arrow.FixedWidthTypes.Boolean
	primitive = arrow.PrimitiveTypes
)

func field(name string, t arrow.DataType) arrow.Field { return arrow.Field{Name: name, Type: t} }

func nullable(name string, t arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: true}
}

var strengths = []string{detectors.Verified.String(), detectors.Probable.String(), detectors.Possible.String()}

// inventoryFields are the columns of B.1.
func inventoryFields() []arrow.Field {
	return []arrow.Field{
		field("scan_id", dictType),
		field("location_id", idType),
		field("source_id", dictType),
		field("location_uri", textType),
		field("category", dictType),
		field("detector", dictType),
		field("detector_version", primitive.Uint16),
		field("strength", dictType),
		field("asserted", boolType),
		field("matches", primitive.Int64),
		field("rejected", primitive.Int64),
		nullable("distinct_values", primitive.Int64),
		field("distinct_is_estimate", boolType),
		field("elements", listType),
		field("element_count", primitive.Int32),
		nullable("oldest_date", dateType),
		nullable("newest_date", dateType),
		nullable("date_basis", dictType),
		field("art9", boolType),
		field("nir", boolType),
		field("category_severity", dictType),
		nullable("location_impact", dictType),
		nullable("location_impact_rank", primitive.Int8),
		field("impact_rules", listType),
	}
}

func (d *document) inventoryRow(l *inventory.Location, r *inventory.InventoryRow) {
	t := d.inventory
	t.dict(d.scan)
	t.id(l.ID[:])
	t.dict(l.Source)
	t.text(l.URI)
	t.dict(r.Category)
	t.dict(r.Detector)
	t.uint16(r.Version)
	t.dict(r.Strength.String())
	t.bool(r.Asserted)
	t.int64(r.Matches)
	t.int64(r.Rejected)
	t.int64OrNull(r.Distinct)
	t.bool(r.DistinctEstimate)
	t.list(r.Elements)
	t.int32(r.ElementCount)
	t.date(r.Oldest)
	t.date(r.Newest)
	t.dictOrNull(r.DateBasis)
	t.bool(r.Art9)
	t.bool(r.NIR)
	t.dict(r.Severity)
	t.dictOrNull(l.Impact)
	t.int8OrNull(l.ImpactRank)
	t.list(l.ImpactRules)
	t.end()
}

// locationFields are the columns of B.2.
func locationFields() []arrow.Field {
	return []arrow.Field{
		field("scan_id", dictType),
		field("location_id", idType),
		field("source_id", dictType),
		field("source_kind", dictType),
		field("location_uri", textType),
		field("path_masked", boolType),
		nullable("container_uri", textType),
		field("media_type", dictType),
		nullable("size_bytes", primitive.Int64),
		nullable("record_count", primitive.Int64),
		nullable("content_id", idType),
		nullable("created_at", timeType),
		nullable("modified_at", timeType),
		nullable("owner_account", dictType),
		field("access_scope", dictType),
		field("access_basis", dictType),
		field("access_groups", listType),
		nullable("readers_estimate", primitive.Int64),
		nullable("country", dictType),
		field("environment", dictType),
		field("status", dictType),
		nullable("status_detail", dictType),
		field("flags", listType),
		field("aliases", listType),
		field("bytes_scanned", primitive.Int64),
		nullable("records_scanned", primitive.Int64),
		nullable("persons_estimate", primitive.Int64),
		field("persons_is_estimate", boolType),
		nullable("minors_count", primitive.Int64),
		field("data_subjects", listType),
		nullable("impact", dictType),
		nullable("impact_rank", primitive.Int8),
		field("impact_rules", listType),
		field("processing_refs", listType),
		field("first_seen_at", timeType),
		field("scanned_at", timeType),
		nullable("content_read_at", timeType),
	}
}

func (d *document) location(l *inventory.Location) {
	t := d.locations
	t.dict(d.scan)
	t.id(l.ID[:])
	t.dict(l.Source)
	t.dict(l.SourceKind)
	t.text(l.URI)
	t.bool(l.Masked)
	t.textOrNull(l.Container)
	t.dict(l.MediaType)
	t.int64OrNull(l.Size)
	t.int64OrNull(l.Records)
	t.id(l.ContentID)
	t.time(l.Created)
	t.time(l.Modified)
	t.dictOrNull(l.Owner)
	t.dict(l.Access)
	t.dict(l.Basis)
	t.list(l.Groups)
	t.int64OrNull(l.Readers)
	t.dictOrNull(l.Country)
	t.dict(l.Environment)
	t.dict(l.Status.String())
	t.dictOrNull(string(l.Detail))
	t.list(l.Flags)
	t.list(l.Aliases)
	t.int64(l.Read)
	t.int64OrNull(l.RecordsRead)
	t.int64OrNull(l.Persons)
	t.bool(l.PersonsEstimate)
	t.int64OrNull(l.Minors)
	t.list(l.Subjects)
	t.dictOrNull(l.Impact)
	t.int8OrNull(l.ImpactRank)
	t.list(l.ImpactRules)
	t.list(l.Processings)
	t.time(l.FirstSeen)
	t.time(l.ScannedAt)
	t.time(l.ReadAt)
	t.end()
}

// elementFields are the columns of B.6.
func elementFields() []arrow.Field {
	return []arrow.Field{
		field("scan_id", dictType),
		field("location_id", idType),
		field("element_index", primitive.Int32),
		field("element_name", textType),
		field("detector", dictType),
		nullable("values", primitive.Int64),
		field("matches", primitive.Int64),
		field("rejected", primitive.Int64),
		nullable("distinct_values", primitive.Int64),
		field("distinct_is_estimate", boolType),
		nullable("share", primitive.Float64),
		field("verdict", dictType),
		field("strength", dictType),
		field("evidence", listType),
		nullable("linked_persons", primitive.Int64),
		nullable("sample_method", dictType),
		nullable("sample_fraction", primitive.Float64),
		nullable("sample_seed", primitive.Int64),
		nullable("rows_read", primitive.Int64),
		nullable("missed_upper_bound", primitive.Int64),
	}
}

func (d *document) element(l *inventory.Location, r *inventory.ElementRow) {
	t := d.elements
	t.dict(d.scan)
	t.id(l.ID[:])
	t.int32(r.Index)
	t.text(r.Name)
	t.dict(r.Detector)
	t.int64OrNull(r.Values)
	t.int64(r.Matches)
	t.int64(r.Rejected)
	t.int64OrNull(r.Distinct)
	t.bool(r.DistinctEstimate)
	t.float64OrNull(r.Share)
	t.dict(r.Verdict)
	t.dict(r.Strength.String())
	t.list(r.Evidence.Names())
	t.int64OrNull(r.Linked)
	if s := &r.Sampling; s.Method != "" {
		t.dict(s.Method)
		t.float64OrNull(s.Fraction)
		t.int64(s.Seed)
	} else {
		t.null()
		t.null()
		t.null()
	}
	t.int64OrNull(r.RowsRead)
	t.int64OrNull(r.Missed)
	t.end()
}

// verdictFields are the columns of B.3.
func verdictFields() []arrow.Field {
	return []arrow.Field{
		field("scan_id", dictType),
		field("verdict_id", idType),
		field("location_id", idType),
		field("location_uri", textType),
		nullable("category", dictType),
		field("kind", dictType),
		field("status", dictType),
		nullable("severity", dictType),
		nullable("severity_rank", primitive.Int8),
		nullable("priority", primitive.Int8),
		nullable("processing_ref", dictType),
		nullable("rule_id", dictType),
		field("certainty", dictType),
		nullable("start_date", dateType),
		nullable("limit_date", dateType),
		nullable("days_over", primitive.Int32),
		nullable("records_over", primitive.Int64),
		nullable("count", primitive.Int64),
		field("message_fr", textType),
		field("message_en", textType),
		field("state", dictType),
		field("first_seen_at", timeType),
		nullable("exception_id", dictType),
		nullable("decision", dictType),
		nullable("due_on", dateType),
	}
}

func (d *document) verdict(v *inventory.Verdict) {
	t := d.verdicts
	t.dict(d.scan)
	t.id(v.ID[:])
	t.id(v.Location[:])
	t.text(v.URI)
	t.dictOrNull(v.Category)
	t.dict(v.Kind)
	t.dict(v.Status)
	t.dictOrNull(v.Severity)
	t.int8OrNull(v.SeverityRank)
	t.int8OrNull(v.Priority)
	t.dictOrNull(v.Processing)
	t.dictOrNull(v.Rule)
	t.dict(v.Certainty)
	t.date(v.Start)
	t.date(v.Limit)
	t.int32OrNull(v.DaysOver)
	t.int64OrNull(v.RecordsOver)
	t.int64OrNull(v.Count)
	t.text(v.FR)
	t.text(v.EN)
	t.dict(v.State)
	t.time(v.FirstSeen)
	t.dictOrNull(v.Exception)
	t.dictOrNull(v.Decision)
	t.date(v.DueOn)
	t.end()
}

// Dictionary columns of findings, filled without reading the findings.
const (
	findingScan     = 0
	findingDetector = 3
	findingStrength = 5
)

// findingFields are the columns of B.7.
func findingFields() []arrow.Field {
	return []arrow.Field{
		field("scan_id", dictType),
		field("location_id", idType),
		field("element_index", primitive.Int32),
		field("detector", dictType),
		field("score", primitive.Uint8),
		field("strength", dictType),
		field("evidence", listType),
		field("page", primitive.Int32),
		field("row", primitive.Int64),
		field("column", primitive.Int32),
		field("line", primitive.Int64),
		field("byte", primitive.Int64),
		field("len", primitive.Int32),
		nullable("key", textType),
		nullable("digest", primitive.Uint64),
	}
}

func (d *document) finding(l *inventory.Location, r *inventory.FindingRow) {
	t := d.findings
	t.dict(d.scan)
	t.id(l.ID[:])
	t.int32(r.Element)
	t.dict(r.Detector)
	t.uint8(r.Score)
	t.dict(r.Strength.String())
	t.list(r.Evidence.Names())
	t.int32(r.At.Page)
	t.int64(r.At.Row)
	t.int32(r.At.Column)
	t.int64(r.At.Line)
	t.int64(r.At.Byte)
	t.int32(r.Len)
	t.textOrNull(r.At.Key)
	if d.digests {
		t.uint64OrNull(r.Digest)
	} else {
		t.null()
	}
	t.end()
}
