package arrow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"recense/report"
	"recense/scanner"
)

// Subject is a row of subjects.arrow (domain/register.md B.4): how often the value of a
// keyed identifier stands in a location. It is pseudonymised personal data.
type Subject struct {
	Location    scanner.ID
	Detector    string
	Value       [16]byte // scanner.SubjectID
	Occurrences int32
}

func subjectFields() []arrow.Field {
	return []arrow.Field{
		field("location_id", idType),
		field("detector", dictType),
		field("key_id", dictType),
		field("value_hmac", idType),
		field("occurrences", arrow.PrimitiveTypes.Int32),
	}
}

// WriteSubjects writes the rows that fill gives to path, owner-only, for the detectors
// named: no other may come. keyID says under which key the values are.
func WriteSubjects(path, keyID string, kinds []string, in report.Input, fill func(add func(Subject)) error) error {
	t := newTable("subjects", subjectFields(), in)
	defer t.abort()
	for _, k := range kinds {
		t.dicts[1].add(k)
	}
	t.dicts[2].add(keyID)
	if err := t.createAs(filepath.Dir(path), filepath.Base(path)); err != nil {
		return err
	}
	err := fill(func(s Subject) {
		t.id(s.Location[:])
		t.dict(s.Detector)
		t.dict(keyID)
		t.id(s.Value[:])
		t.int32(s.Occurrences)
		t.end()
	})
	if err != nil {
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	return t.file.Commit()
}

var errSubjects = errors.New("not a file of subjects of this program")

// ReadSubjects calls fn for each row of the file at path. It is an error when one was
// written under another key than keyID.
func ReadSubjects(path, keyID string, fn func(Subject)) error {
	f, err := os.Open(path)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return fmt.Errorf("subjects %q: %w", path, err)
	}
	defer f.Close()
	r, err := ipc.NewFileReader(f)
	if err != nil || !r.Schema().Equal(arrow.NewSchema(subjectFields(), nil)) {
		return errSubjects
	}
	defer r.Close()
	for n := range r.NumRecords() {
		rec, err := r.Record(n)
		if err != nil {
			return errSubjects
		}
		if err := readSubjects(rec, keyID, fn); err != nil {
			return err
		}
	}
	return nil
}

func readSubjects(rec arrow.Record, keyID string, fn func(Subject)) error {
	word := func(column int) (*array.Dictionary, *array.String, bool) {
		d, ok := rec.Column(column).(*array.Dictionary)
		if !ok {
			return nil, nil, false
		}
		s, ok := d.Dictionary().(*array.String)
		return d, s, ok
	}
	kinds, kindWords, ok1 := word(1)
	keys, keyWords, ok2 := word(2)
	places, ok3 := rec.Column(0).(*array.FixedSizeBinary)
	values, ok4 := rec.Column(3).(*array.FixedSizeBinary)
	counts, ok5 := rec.Column(4).(*array.Int32)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return errSubjects
	}
	for i := range int(rec.NumRows()) {
		if keyWords.Value(keys.GetValueIndex(i)) != keyID {
			return errors.New("the file of subjects was written under another key")
		}
		fn(Subject{Location: scanner.ID(places.Value(i)), Detector: kindWords.Value(kinds.GetValueIndex(i)), Value: [16]byte(values.Value(i)), Occurrences: counts.Value(i)})
	}
	return nil
}
