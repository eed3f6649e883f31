package csv

import (
	"bytes"
	"path"
	"strings"
	"sync"

	"recense/sources/files/charset"
)

// sampleSize is how much of a head is looked at to tell the dialect, in bytes.
const sampleSize = 32 << 10

// sampleRows is how many records of it.
const sampleRows = 32

// dialect is how a file is written.
type dialect struct {
	separator, newline byte
	header             int  // records of the header: one, or one of groups of columns above another
	pairs              bool // two columns: key, value
	names              []string
	last               int // where the last record of the header begins, in bytes of text
	ahead              int // bytes of the lines in front of the header: titles, and what Excel says of the separator
}

func (d dialect) grammar(quoted int) grammar {
	return grammar{separator: d.separator, newline: d.newline, quoted: quoted}
}

// hinted reports whether the name promises a table; then little is asked of its
// content.
func hinted(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".tab", ".psv":
		return true
	}
	return false
}

// mayBe reports whether a file of that name may be delimited text. Source code
// and prose have commas too, now and then in equal numbers.
func mayBe(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".go", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".java", ".js", ".ts", ".jsx", ".tsx", ".py", ".rb", ".php", ".rs", ".s",
		".sh", ".ps1", ".bat", ".md", ".rst", ".tex", ".css", ".scss", ".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg", ".mod",
		".properties", ".html", ".htm", ".xml", ".json", ".sql", ".pl", ".lua", ".vue", ".swift", ".kt", ".scala", ".r", ".m",
		".eml", ".mbox", ".ics", ".vcf", ".rtf", ".diff", ".patch", ".svg", ".asm", ".f90", ".mk", ".cmake", ".proto", ".golden":
		return false
	}
	return true
}

// dialectOf finds the dialect of the file that begins with sample; whole says
// that there is no more of it.
func dialectOf(sample []byte, whole, hinted bool) (dialect, bool) {
	newline := byte('\n')
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		newline = '\r'
	}
	n, separators := toldSeparator(sample, newline)
	hinted = hinted || n > 0
	d, ok := dialectBelow(sample[n:], newline, separators, whole, hinted)
	if hinted && !d.pairs && len(d.names) < 2 {
		for i := range separators {
			k := titles(sample[n:], newline, separators[i])
			if k == 0 {
				continue
			}
			if e, ok := dialectBelow(sample[n+k:], newline, separators[i:i+1], whole, true); ok && len(e.names) > 1 {
				e.ahead = n + k
				e.last += e.ahead
				return e, true
			}
		}
	}
	d.ahead = n
	d.last += n
	return d, ok
}

// toldSeparator reads the line that Excel wants in front of a table, "sep=;": its length,
// and the separators to try, all of them where it is not there.
func toldSeparator(sample []byte, newline byte) (n int, separators string) {
	line, _, _ := bytes.Cut(sample[:min(len(sample), 16)], []byte{newline})
	told := bytes.Trim(line, "\"\r")
	if len(line) < len(sample) && len(told) == 5 && bytes.EqualFold(told[:4], []byte("sep=")) && strings.IndexByte(allSeparators, told[4]) >= 0 {
		return len(line) + 1, string(told[4:])
	}
	return 0, allSeparators
}

const allSeparators = ";\t|,"

// maxTitles is how many lines may stand in front of a header.
const maxTitles = 10

// titles returns how many bytes the lines take that stand in front of a header: they
// have less than half as many filled cells as the fullest line near the top.
func titles(sample []byte, newline, separator byte) (n int) {
	var filled, ends [2 * maxTitles]int
	lines, most, at := 0, 0, 0
	for lines < len(filled) && at < len(sample) {
		line := sample[at:]
		if i := bytes.IndexByte(line, newline); i >= 0 {
			line = line[:i+1]
		}
		at += len(line)
		for cell := range bytes.SplitSeq(line, []byte{separator}) {
			if len(value(bytes.TrimSpace(cell))) > 0 {
				filled[lines]++
			}
		}
		ends[lines] = at
		most = max(most, filled[lines])
		lines++
	}
	for i := range min(lines, maxTitles) {
		if 2*filled[i] > most {
			break
		}
		n = ends[i]
	}
	return n
}

// dialectBelow is dialectOf for a sample that begins with a record.
func dialectBelow(sample []byte, newline byte, separators string, whole, hinted bool) (dialect, bool) {
	d := dialect{newline: newline}
	first, _, _ := bytes.Cut(sample, []byte{d.newline})
	now, best := cuts.Get().(*cut), cuts.Get().(*cut)
	defer func() { cuts.Put(now); cuts.Put(best) }()
	score := 0
	for _, separator := range []byte(separators) {
		if bytes.IndexByte(first, separator) < 0 {
			continue
		}
		g := grammar{separator: separator, newline: d.newline, quoted: maxQuoted}
		rows := g.rows(sample, whole, separator == ',' && !hinted, now)
		if s := consistency(rows, separator, hinted); s > score {
			score, d.separator = s, separator
			now, best = best, now
		}
	}
	if score == 0 {
		return oneColumn(d, sample, whole, hinted)
	}
	switch {
	case isPairs(best.rows):
		d.pairs = true
		d.names = []string{""}
	case isHeader(best.rows):
		d.header = 1
		names := best.rows[0]
		group := []byte(nil)
		if isGrouped(best.rows) {
			d.header = 2
			names = best.rows[1]
			d.last = cap(sample) - cap(names[0]) // cells are parts of the sample
		}
		for i, cell := range names {
			name := value(cell)
			if d.header == 2 {
				if i < len(best.rows[0]) && len(value(best.rows[0][i])) > 0 {
					group = value(best.rows[0][i])
				}
				name = bytes.TrimSpace(bytes.Join([][]byte{group, name}, []byte(" ")))
			}
			d.names = append(d.names, charset.Name(name))
		}
	}
	return d, true
}

// oneColumn accepts a file of one column when its name says that it is a table:
// it has no separator to show. Records of a fixed width under such a name stay
// what they are.
func oneColumn(d dialect, sample []byte, whole, hinted bool) (dialect, bool) {
	if !hinted {
		return d, false
	}
	d.separator = ';'
	g := d.grammar(maxQuoted)
	c := cuts.Get().(*cut)
	defer cuts.Put(c)
	rows := g.rows(sample, whole, false, c)
	if len(rows) == 0 || len(rows[0]) != 1 || len(rows[0][0]) > 256 || areRecords(rows) {
		return d, false
	}
	if isHeader(rows) {
		d.header = 1
		d.names = []string{charset.Name(value(rows[0][0]))}
	}
	return d, true
}

// cut is memory for rows, which are parts of cells.
type cut struct {
	rows  [][][]byte
	cells [][]byte
}

// cuts keep the memory: what is sniffed may be small, and there is much of it.
var cuts = sync.Pool{New: func() any { return &cut{rows: make([][][]byte, 0, sampleRows)} }}

// rows cuts sample into its first records, in the memory of c. One that sample does not hold whole is
// left out; so are empty lines, but for the first. alike gives up at the first
// record with another number of cells than the one at the top: prose is full of
// commas, and is not worth more.
func (g *grammar) rows(sample []byte, whole, alike bool, c *cut) [][][]byte {
	c.rows = c.rows[:0]
	if alike && g.unlike(sample, whole) {
		return nil
	}
	rows, cells, from := c.rows, c.cells[:0], 0
	defer func() { c.cells = cells[:0] }()
	for i := 0; i < len(sample) && len(rows) < sampleRows; {
		stop, next, how, _ := g.cell(sample, i, whole)
		if how == more {
			break
		}
		cells = append(cells, sample[i:stop])
		i = next
		if how == last {
			row := cells[from:len(cells):len(cells)]
			from = len(cells)
			if len(row) > 1 || len(bytes.TrimSpace(row[0])) > 0 || len(rows) == 0 {
				rows = append(rows, row)
			}
			if len(rows) == 1 && len(row) < 2 && g.separator != ';' {
				return nil
			}
			if alike && len(rows) > 0 && len(row) != len(rows[0]) && !(len(row) == 1 && len(bytes.TrimSpace(row[0])) == 0) {
				return nil
			}
		}
	}
	c.rows = rows
	return rows
}

// unlike reports whether the first two records differ in their number of cells, or
// the first has one only. It keeps nothing: most texts end here.
func (g *grammar) unlike(sample []byte, whole bool) bool {
	first, n := 0, 0
	for i, from := 0, 0; i < len(sample); {
		stop, next, how, _ := g.cell(sample, i, whole)
		if how == more {
			return false
		}
		n++
		if how == last {
			switch {
			case first == 0 && n < 2:
				return true
			case first == 0:
				first = n
			case n > 1 || len(bytes.TrimSpace(sample[from:stop])) > 0:
				return n != first
			}
			n = 0
		}
		i, from = next, next
	}
	return false
}

// longestValue is more than the bytes of any identifier, written with spaces.
const longestValue = 48

// areRecords reports whether all rows are longer than one value and of one length.
func areRecords(rows [][][]byte) bool {
	n := len(rows[0][0])
	for _, row := range rows {
		if len(row) != 1 || len(row[0]) != n {
			return false
		}
	}
	return len(rows) >= 5 && n > longestValue
}

// consistency returns how sure it is that rows are records under separator, 0
// when they are not: nearly all must have the same number of cells.
func consistency(rows [][][]byte, separator byte, hinted bool) int {
	if len(rows) == 0 {
		return 0
	}
	counts := map[int]int{}
	for _, row := range rows {
		counts[len(row)]++
	}
	cells, times, several := 0, 0, 0
	for n, c := range counts {
		if n > 1 {
			several += c
		}
		if n > 1 && (c > times || c == times && n > cells) {
			cells, times = n, c
		}
	}
	share := times * 100 / len(rows)
	switch {
	case cells == 0 || len(rows[0]) < 2:
		return 0
	case hinted && several*2 >= len(rows):
		share = max(share, 1)
	case len(rows) < 3:
		if share < 100 || !hasKnownWords(rows[0], 2) {
			return 0
		}
	case separator == ',' && (share < 100 || len(rows) < 5 && cells < 3 || isProse(rows) || isDecimal(rows)):
		return 0
	case share < 90:
		return 0
	}
	return share*64 + min(cells, 63)
}

// isProse reports whether most cells begin with a blank, as after the commas of a
// sentence.
func isProse(rows [][][]byte) bool {
	blank, all := 0, 0
	for _, row := range rows {
		for _, cell := range row[1:] {
			all++
			if len(cell) > 0 && cell[0] == ' ' {
				blank++
			}
		}
	}
	return blank*2 > all
}

// isDecimal reports whether the commas of most records are those of amounts in a
// listing: 426,56 behind other words, or in front of blanks and more.
func isDecimal(rows [][][]byte) bool {
	amounts := 0
	for _, row := range rows {
		all := true
		for i, cell := range row[1:] {
			before := row[i]
			blanks := bytes.IndexByte(before, ' ') >= 0 || len(cell) > 2 && cell[2] == ' ' && len(bytes.TrimSpace(cell)) > 2
			all = all && blanks && len(before) > 0 && isDigit(before[len(before)-1]) &&
				len(cell) >= 2 && isDigit(cell[0]) && isDigit(cell[1]) && (len(cell) == 2 || cell[2] <= ' ')
		}
		if all {
			amounts++
		}
	}
	return amounts*10 >= len(rows)*8
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// value returns the content of a raw cell. Its result may be a copy.
func value(cell []byte) []byte {
	cell = bytes.TrimSpace(cell)
	if n := len(cell); n >= 2 && cell[0] == '"' && cell[n-1] == '"' {
		cell = bytes.ReplaceAll(cell[1:n-1], []byte(`""`), []byte(`"`))
	}
	a, b := bare(cell, 0, len(cell))
	return cell[a:b]
}

// shape is what a cell looks like.
type shape uint8

const (
	empty  shape = iota
	word         // letters first of all
	number       // digits, with what is written between them
	code         // digits and letters, addresses, anything else
)

func shapeOf(v []byte) shape {
	letters, digits, signs := 0, 0, 0
	for _, c := range v {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'z', c >= 0x80, c == '_':
			letters++
		case c == '@':
			return code
		case c != ' ':
			signs++
		}
	}
	switch {
	case len(v) == 0:
		return empty
	case letters == 0 && digits > 0:
		return number
	case digits >= 4 || letters == 0:
		return code
	}
	return word
}

// isYear reports whether v may be a year: the one number that headers hold.
func isYear(v []byte) bool {
	return len(v) == 4 && (v[0] == '1' && v[1] == '9' || v[0] == '2' && v[1] == '0')
}

// isHeader decides whether the first record names the columns: it holds words
// only, and either other records differ in shape, or its words are those that
// headers are made of.
func isHeader(rows [][][]byte) bool {
	words, filled := 0, 0
	for _, cell := range rows[0] {
		v := value(cell)
		switch s := shapeOf(v); {
		case s == empty:
			continue
		case len(v) > 64 || s == code || s == number && !isYear(v):
			return false
		case s == word:
			words++
		}
		filled++
	}
	if words == 0 || filled*2 < len(rows[0]) {
		return false
	}
	if hasKnownWords(rows[0], (filled+2)/3) {
		return true
	}
	return len(rows) > 1 && (differs(rows) || identifiers(rows[0]) && !identifiers(rows[1]))
}

// isGrouped reports whether the first record, a header, names groups of columns, and the
// second one the columns: it has more names, which are words of headers.
func isGrouped(rows [][][]byte) bool {
	if len(rows) < 3 || len(rows[1]) < len(rows[0]) {
		return false
	}
	filled := [2]int{}
	for i := range filled {
		for _, cell := range rows[i] {
			if len(value(cell)) > 0 {
				filled[i]++
			}
		}
	}
	return filled[0] < filled[1] && isHeader(rows[1:]) && hasKnownWords(rows[1], (filled[1]+2)/3)
}

// differs reports whether some column holds mostly numbers or codes under a word.
func differs(rows [][][]byte) bool {
	for i, cell := range rows[0] {
		if shapeOf(value(cell)) != word {
			continue
		}
		other, all := 0, 0
		for _, row := range rows[1:] {
			if i >= len(row) {
				continue
			}
			if s := shapeOf(value(row[i])); s != empty {
				all++
				if s != word {
					other++
				}
			}
		}
		if all > 0 && other*10 >= all*8 {
			return true
		}
	}
	return false
}

// identifiers reports whether all cells look like names of database columns.
func identifiers(row [][]byte) bool {
	underscore := false
	for _, cell := range row {
		for _, c := range value(cell) {
			underscore = underscore || c == '_'
			if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_') {
				return false
			}
		}
	}
	return underscore
}

// isPairs decides whether two columns are keys and values: most keys are made of
// words of headers, and none comes twice.
func isPairs(rows [][][]byte) bool {
	if len(rows) < 3 {
		return false
	}
	seen := map[string]bool{}
	known := 0
	for _, row := range rows {
		if len(row) != 2 {
			return false
		}
		key := value(row[0])
		if seen[string(key)] || shapeOf(key) != word {
			return false
		}
		seen[string(key)] = true
		if hasKnownWords(row[:1], 1) {
			known++
		}
	}
	return known*10 >= len(rows)*6
}

// hasKnownWords reports whether at least n cells hold a word that headers are
// made of.
func hasKnownWords(row [][]byte, n int) bool {
	for _, cell := range row {
		if n > 0 && knownWord(value(cell)) {
			n--
		}
	}
	return n <= 0
}

func knownWord(v []byte) bool {
	var w [16]byte
	k := 0
	name := charset.Name(v) + " "
	previous := rune(0)
	for _, c := range name {
		letter := plainLetter(c)
		// "DateNaissance" is two words.
		if (letter == 0 || 'A' <= c && c <= 'Z' && 'a' <= previous && previous <= 'z') && k > 0 {
			if k <= len(w) && headerWords[string(w[:k])] {
				return true
			}
			k = 0
		}
		if letter != 0 {
			if k < len(w) {
				w[k] = letter
			}
			k++
		}
		previous = c
	}
	return false
}

// plainLetter returns c in lower case and without its accent, 0 for what is no
// letter.
func plainLetter(c rune) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return byte(c)
	case 'A' <= c && c <= 'Z':
		return byte(c) | 0x20
	}
	const accented, plain = "àâäçéèêëîïôöùûüÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "aaaceeeeiioouuuaaaceeeeiioouuu"
	for i, r := range []rune(accented) {
		if r == c {
			return plain[i]
		}
	}
	return 0
}

// headerWords are words that names of columns are made of, French and English.
var headerWords = words(`nom noms prenom prenoms name firstname lastname surname id identifiant ident code codes date dates
	email mail courriel mel tel telephone phone mobile portable fax adresse address rue voie street cp postal zip ville commune city
	pays country sexe genre sex gender civilite titre age num numero number no nir ss secu insee iban bic rib compte banque siret siren
	finess rpps adeli libelle label type categorie category montant amount total prix price taux ref reference matricule
	commentaire commentaires comment remarque observation description statut status etat naissance birth ne debut fin start end
	adherent assure beneficiaire contrat client salarie user login utilisateur motif acte actes quantite qte valeur value cle key champ
	region departement dept annee mois jour year month day heure time timestamp nature famille groupe service fonction poste
	latitude longitude url ip mac host uid uuid sha hash version file path size created updated`)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}
