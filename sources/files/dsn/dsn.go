// Package dsn reads the French déclaration sociale nominative: text lines of a
// rubric, a comma and a value in quotes.
//
// It follows the technical notebook of the DSN (norme NEODeS) for the form of
// lines; every value is a cell whose column is its rubric, and whose label says
// in plain words what the rubric holds. Doubled and missing quotes of some
// producers are accepted. What it leaves out: the hierarchy of blocks (rubrics
// belong to the last S21.G00.30 read), and the return messages, which are XML.
package dsn

import (
	"bytes"
	"context"
	"sync"

	"recense/sources"
	"recense/sources/files/charset"
	"recense/sources/files/text"
)

// Format is the DSN.
var Format = sources.Format{
	Name:       "dsn",
	Doc:        "Déclaration sociale nominative (DSN)\nRubriques Snn.Gnn.nn.nnn,'valeur'; ISO-8859-1 or UTF-8.",
	MediaType:  "text/plain",
	Extensions: []string{".dsn", ".edi"},
	Sniff:      sniff,
	Read:       read,
	Ranges:     true,
}

// rubricSize is the length of S21.G00.30.001.
const rubricSize = 14

// maxLine is how long a line may be, in bytes of text; a longer one is cut there.
const maxLine = 64 << 10

func sniff(head []byte, _ string, _ int64) bool {
	head = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	return isRubric(head)
}

// isRubric reports whether line begins with a rubric and its comma.
func isRubric(line []byte) bool {
	const form = "Sdd.Gdd.dd.ddd,"
	if len(line) < len(form) {
		return false
	}
	for i := range len(form) {
		if c := line[i]; form[i] == 'd' && (c < '0' || c > '9') || form[i] != 'd' && c != form[i] {
			return false
		}
	}
	return true
}

// reader reads one input or range.
type reader struct {
	stream  charset.Stream
	fields  sources.Fields
	chunk   sources.Chunk
	table   *sources.Table
	columns map[[rubricSize]byte]int32
	limit   int
	full    bool
	told    bool
	line    int64
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	*r = reader{stream: r.stream, fields: r.fields, limit: out.Limits().Defaults().Fields, columns: map[[rubricSize]byte]int32{}}
	r.table = &sources.Table{Columns: []sources.Column{{}}} // what is no rubric
	return r.read(ctx, in, out)
}

// read hands over the lines that begin in the range.
func (r *reader) read(ctx context.Context, in sources.Input, out sources.Output) (sources.Result, error) {
	e, mark := charset.Detect(in.Head)
	from, to := text.Bounds(in.Range)
	s, start := &r.stream, int64(mark)
	find := from > start // the first line of the range, behind the one before
	if find {
		start = from - 1
	}
	s.Open(in, e, start, -1)
	result := sources.Result{}
	for stuck := false; ; {
		for !s.End() && (stuck || len(s.Text()) < charset.BufferSize/2) {
			s.Fill()
			stuck = false
		}
		if find {
			k := bytes.IndexByte(s.Text(), '\n')
			if k < 0 && s.End() {
				return result, s.Err()
			}
			find = k < 0
			if k < 0 {
				k = len(s.Text()) - 1
			}
			s.Discard(k + 1)
			if find {
				continue
			}
		}
		stop := len(s.Text()) + 1
		if to >= 0 && to-s.Start() <= int64(len(s.Text())) {
			stop = int(max(0, to-s.Start()))
		}
		at, err := r.lines(out, stop)
		if err == nil {
			err = ctx.Err()
		}
		result.Bytes, result.Records, result.Lines = result.Bytes+int64(at), r.line, r.line
		if err != nil {
			return result, err
		}
		if at >= stop || at == len(s.Text()) && s.End() {
			if from <= int64(mark) {
				result.Bytes += int64(mark)
			}
			return result, s.Err()
		}
		s.Discard(at)
		stuck = at == 0
	}
}

// lines hands over the whole lines of the window that begin in front of stop,
// and returns where the next one begins.
func (r *reader) lines(out sources.Output, stop int) (at int, err error) {
	t := r.stream.Text()
	r.fields.Reset()
	for at < len(t) && at < stop {
		n := bytes.IndexByte(t[at:], '\n')
		next := at + n + 1
		if n < 0 {
			if !r.stream.End() && len(t)-at < maxLine {
				break
			}
			n, next = len(t)-at, len(t)
		}
		r.add(t, at, at+n)
		r.line++
		at = next
	}
	if r.fields.Len() == 0 {
		return at, nil
	}
	r.chunk = sources.Chunk{Data: t[:at], To: at, Table: r.table, Fields: r.fields, Locator: r}
	if err = out.Chunk(&r.chunk); err == nil && r.full && !r.told {
		r.told = true
		err = out.Skip(sources.Location{Byte: -1}, sources.FieldsLimit)
	}
	return at, err
}

// add adds the value of the line t[a:b].
func (r *reader) add(t []byte, a, b int) {
	column := int32(0)
	if isRubric(t[a:b]) {
		column = r.column([rubricSize]byte(t[a:]))
		a += rubricSize + 1
	}
	for a < b && (t[b-1] == '\r' || t[b-1] == ' ' || t[b-1] == '\'') {
		b--
	}
	for a < b && t[a] == '\'' {
		a++
	}
	if a < b {
		r.fields.Add(a, b, int(column), r.line+1)
	}
}

// column returns the column of a rubric.
func (r *reader) column(rubric [rubricSize]byte) int32 {
	c, ok := r.columns[rubric]
	if ok {
		return c
	}
	if len(r.table.Columns) >= r.limit {
		r.full = true
		return int32(r.limit - 1)
	}
	c = int32(len(r.table.Columns))
	name := string(rubric[:])
	r.table.Columns = append(r.table.Columns, sources.Column{Name: name, Label: labels[name]})
	r.columns[rubric] = c
	return c
}

// Locate implements sources.Locator.
func (r *reader) Locate(at int) sources.Location {
	f := &r.chunk.Fields
	i := 0
	for lo, hi := 0, f.Len(); lo < hi; {
		if mid := (lo + hi) / 2; int(f.Start[mid]) <= at {
			i, lo = mid, mid+1
		} else {
			hi = mid
		}
	}
	l := sources.Location{Column: 2, Byte: r.stream.Start() + r.stream.Span(0, at)}
	if f.Len() > 0 {
		l.Row, l.Line = f.Row[i], f.Row[i]
	}
	return l
}

// labels say what the rubrics hold, in the words that name columns.
var labels = map[string]string{
	"S10.G00.01.001": "siren",
	"S10.G00.01.002": "nic",
	"S10.G00.01.003": "raison sociale",
	"S10.G00.01.004": "adresse",
	"S10.G00.01.005": "code postal",
	"S10.G00.01.006": "ville",
	"S10.G00.02.001": "civilite",
	"S10.G00.02.002": "nom et prenom",
	"S10.G00.02.004": "email",
	"S10.G00.02.005": "telephone",
	"S10.G00.02.006": "fax",
	"S20.G00.07.001": "nom et prenom",
	"S20.G00.07.002": "telephone",
	"S20.G00.07.003": "email",
	"S21.G00.06.001": "siren",
	"S21.G00.06.002": "nic",
	"S21.G00.11.001": "nic",
	"S21.G00.12.002": "bic",
	"S21.G00.12.003": "iban",
	"S21.G00.15.001": "reference contrat",
	"S21.G00.15.002": "code organisme",
	"S21.G00.15.003": "code delegataire",
	"S21.G00.20.003": "bic",
	"S21.G00.20.004": "iban",
	"S21.G00.30.001": "nir",
	"S21.G00.30.002": "nom de naissance",
	"S21.G00.30.003": "nom d usage",
	"S21.G00.30.004": "prenoms",
	"S21.G00.30.005": "sexe",
	"S21.G00.30.006": "date de naissance",
	"S21.G00.30.007": "lieu de naissance",
	"S21.G00.30.008": "adresse",
	"S21.G00.30.009": "code postal",
	"S21.G00.30.010": "ville",
	"S21.G00.30.011": "pays",
	"S21.G00.30.014": "departement de naissance",
	"S21.G00.30.015": "pays de naissance",
	"S21.G00.30.016": "complement adresse",
	"S21.G00.30.017": "complement adresse",
	"S21.G00.30.018": "email",
	"S21.G00.30.019": "matricule",
	"S21.G00.30.020": "numero technique temporaire",
	"S21.G00.30.024": "niveau de formation",
	"S21.G00.30.025": "niveau de diplome",
	"S21.G00.40.001": "date debut contrat",
	"S21.G00.40.006": "libelle emploi",
	"S21.G00.40.009": "numero contrat",
	"S21.G00.40.010": "date fin contrat",
	"S21.G00.40.048": "statut boeth travailleur handicape",
	"S21.G00.41.048": "statut boeth travailleur handicape",
	"S21.G00.60.001": "motif arret travail",
	"S21.G00.60.002": "date dernier jour travaille",
	"S21.G00.60.003": "date fin previsionnelle arret",
	"S21.G00.60.007": "iban",
	"S21.G00.60.008": "bic",
	"S21.G00.65.001": "motif suspension contrat",
	"S21.G00.70.007": "nombre enfants",
	"S21.G00.73.006": "nom ayant droit",
	"S21.G00.73.007": "nir",
}
