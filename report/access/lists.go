package access

import (
	"bufio"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ReadFolders takes the permissions of folders, in the form that the file shows: CSV of
// Get-Acl, what getfacl -R or icacls /t write, or what icacls /save does. root is the
// folder of the source as the file names it; mask replaces identifiers in paths as the
// scan does. Lists are read as a stream; they name a folder before what it holds, so that
// what a place has from the folder above is not kept again. A line of a list that says
// nothing of rights is counted, with its number.
func (r *Rights) ReadFolders(name string, in io.Reader, root string, mask func(string) string, c *Counts) error {
	if r.Folders == nil {
		r.Folders = map[string][]Entry{}
	}
	text := decoded(in)
	head, err := text.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return wrong(name, 0, "cannot be read", "illisible")
	}
	l := &list{rights: r, name: name, root: root, mask: mask, counts: c}
	switch formOf(string(head)) {
	case "getfacl":
		return l.each(text, (&posixList{list: l}).line)
	case "icacls":
		return l.each(text, (&windowsList{list: l}).line)
	case "saved":
		return l.each(text, (&savedList{list: l}).line)
	}
	return r.readFolderTable(name, text, root, mask, c)
}

// sniffed is how much of a file tells its form.
const sniffed = 4096

// decoded reads UTF-16, as PowerShell and icacls /save write it with and without a mark, and
// takes the mark of UTF-8 away; other bytes stay as they are.
func decoded(in io.Reader) *bufio.Reader {
	raw := bufio.NewReaderSize(in, sniffed)
	head, _ := raw.Peek(4)
	if len(head) == 4 && head[1] == 0 && head[3] == 0 {
		return bufio.NewReaderSize(transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()), sniffed)
	}
	return bufio.NewReaderSize(transform.NewReader(raw, unicode.BOMOverride(transform.Nop)), sniffed)
}

// formOf tells the form of a file by how it begins.
func formOf(head string) string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(head), "\r", ""), "\n")
	switch {
	case slices.ContainsFunc(lines, func(s string) bool { return strings.HasPrefix(s, "# file: ") }):
		return "getfacl"
	case strings.Contains(strings.ToLower(strings.Join(lines[:min(len(lines), 2)], "\n")), "accesscontroltype"):
		return "csv"
	case len(lines) > 1 && isSDDL(lines[1]):
		return "saved"
	case slices.ContainsFunc(lines, func(s string) bool { return strings.Contains(s, ":(") }):
		return "icacls"
	}
	return "csv"
}

// list is what the lists have in common.
type list struct {
	rights *Rights
	name   string
	root   string
	mask   func(string) string
	counts *Counts
	n      int // lines so far
}

// longestLine bounds a line of a list.
const longestLine = 1 << 20

// each calls fn for every line, and once more with an empty one at the end, which is how a
// block ends.
func (l *list) each(in io.Reader, fn func(line string) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, sniffed), longestLine)
	for lines.Scan() {
		l.n++
		if err := fn(strings.TrimRight(lineText(lines.Bytes()), "\r")); err != nil {
			return err
		}
	}
	if lines.Err() != nil {
		return wrong(l.name, l.n+1, "cannot be read", "illisible")
	}
	l.n++
	return fn("")
}

// lineText decodes a line: UTF-8, or the bytes of a French Windows, code page 850 on a
// console and 1252 elsewhere. Small letters with accents begin at 0xE0 in the one, where
// the other has hardly a letter of French.
func lineText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	page := charmap.CodePage850
	if slices.ContainsFunc(b, func(c byte) bool { return c >= 0xE0 && c < 0xFF }) {
		page = charmap.Windows1252
	}
	text, err := page.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(text)
}

// trouble counts a line that could not be used.
func (l *list) trouble(line int) {
	const told = 5
	l.counts.Unread++
	if len(l.counts.Lines) < told {
		l.counts.Lines = append(l.counts.Lines, line)
	}
}

// place takes who may read a place. What it has from the folder above is not kept.
func (l *list) place(name string, entries []Entry) error {
	p, ok := below(l.root, name)
	if !ok {
		l.counts.elsewhere(name)
		return nil
	}
	p = path.Clean(strings.ToLower(l.mask(p)))
	l.counts.Folders++
	l.counts.Entries += len(entries)
	r := l.rights
	for _, e := range entries {
		r.name(e.SID, e.Name)
	}
	if _, known := r.Folders[p]; !known && p != "/" {
		if above, ok := r.of(path.Dir(p)); ok && slices.Equal(above, entries) {
			return nil
		}
	}
	if len(r.Folders) >= maxLines {
		return wrong(l.name, l.n, "more than "+strconv.Itoa(maxLines)+" folders with rights of their own", "plus de "+strconv.Itoa(maxLines)+" dossiers aux droits propres")
	}
	r.Folders[p] = append(r.Folders[p], entries...)
	return nil
}

// posixList is the output of getfacl -R: blocks of "# file: name", then lines such as
// "group:compta:r-x  #effective:r--", a blank line between. Names are escaped in octal.
type posixList struct {
	*list
	path    string // of the block under way; empty: none
	group   string
	mode    []posixEntry
	mask    string
	other   string
	folders []posixFolder // above the place
}

type posixEntry struct{ id, name, mode string }

// posixFolder is a folder that everyone passes, or not.
type posixFolder struct {
	path  string
	world bool
}

func (p *posixList) line(line string) error {
	line, _, _ = strings.Cut(line, "\t")
	key, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
	switch {
	case strings.TrimSpace(line) == "":
		return p.end()
	case key == "# file":
		if err := p.end(); err != nil {
			return err
		}
		p.path = unescaped(strings.TrimSpace(rest))
	case key == "# group":
		p.group = unescaped(strings.TrimSpace(rest))
	case strings.HasPrefix(line, "#"), key == "default":
	case key == "getfacl" && p.n == 1: // the leading / that it takes away
	case p.path == "" || !ok:
		p.trouble(p.n)
	default:
		i := strings.LastIndexByte(rest, ':')
		if i < 0 || len(rest)-i < 4 || strings.Trim(rest[i+1:i+4], "rwxXst-") != "" {
			p.trouble(p.n)
			return nil
		}
		p.take(key, unescaped(rest[:i]), rest[i+1:i+4])
	}
	return nil
}

func (p *posixList) take(key, who, mode string) {
	switch {
	case key == "mask":
		p.mask = mode
	case key == "other":
		p.other = mode
	case key == "group" && who == "":
		p.mode = append(p.mode, posixEntry{"group:" + p.group, p.group, mode})
	case key == "group":
		p.mode = append(p.mode, posixEntry{"group:" + who, who, mode})
	case key == "user" && who != "":
		p.mode = append(p.mode, posixEntry{"user:" + who, "user:" + who, mode})
	case key != "user":
		p.trouble(p.n)
	}
}

// end takes the block that ended. The owner is no reader by rights, as for the scan, and
// everyone reads only where everyone passes the folders above.
func (p *posixList) end() error {
	if p.path == "" {
		return nil
	}
	var entries []Entry
	for _, e := range p.mode {
		if strings.Contains(e.mode, "r") && (p.mask == "" || strings.Contains(p.mask, "r")) {
			entries = append(entries, Entry{SID: e.id, Name: e.name, Allow: true})
		}
	}
	for len(p.folders) > 0 && !holds(p.folders[len(p.folders)-1].path, p.path) {
		p.folders = p.folders[:len(p.folders)-1]
	}
	passed := len(p.folders) == 0 || p.folders[len(p.folders)-1].world
	if passed && strings.Contains(p.other, "r") {
		entries = append(entries, Entry{SID: "S-1-1-0", Name: "other", Allow: true})
	}
	p.folders = append(p.folders, posixFolder{p.path, passed && strings.ContainsAny(p.other, "xt")})
	name := p.path
	p.path, p.group, p.mode, p.mask, p.other = "", "", nil, "", ""
	return p.place(name, entries)
}

// holds reports whether a folder of getfacl holds a path.
func holds(folder, p string) bool {
	return folder == "." || strings.HasPrefix(p, strings.TrimSuffix(folder, "/")+"/")
}

// unescaped undoes the octal escapes of getfacl.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out, i = append(out, byte(n)), i+3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// windowsList is the output of icacls /t: a path and its first entry, the others below
// behind as many blanks, a blank line between; "EX\GG_RH:(OI)(CI)(RX)".
type windowsList struct {
	*list
	first string
	more  []string
	at    int // line of the first
}

func (w *windowsList) line(line string) error {
	switch {
	case strings.TrimSpace(line) == "":
		return w.end()
	case line[0] == ' ' && w.first != "":
		w.more = append(w.more, line)
		return nil
	}
	if err := w.end(); err != nil {
		return err
	}
	if strings.Contains(line, ":(") {
		w.first, w.at = line, w.n
	} else if s := folded(line); !strings.HasPrefix(s, "successfully processed") && !strings.Contains(s, "correctement trait") {
		w.trouble(w.n)
	}
	return nil
}

func (w *windowsList) end() error {
	if w.first == "" {
		return nil
	}
	name, entry := w.split()
	lines := append([]string{entry}, w.more...)
	at := w.at
	w.first, w.more = "", nil
	if name == "" {
		w.trouble(at)
		return nil
	}
	var entries []Entry
	for i, line := range lines {
		e, reads, ok := w.rights.windowsEntry(strings.TrimSpace(line))
		switch {
		case !ok:
			w.trouble(at + i)
		case reads:
			entries = append(entries, e)
		}
	}
	return w.place(name, entries)
}

// split parts the first line into path and entry: where the lines below begin, or else in
// front of a name that is known, or of the domain.
func (w *windowsList) split() (name, entry string) {
	if len(w.more) > 0 {
		n := len(w.more[0]) - len(strings.TrimLeft(w.more[0], " "))
		if runes := []rune(w.first); n > 1 && n < len(runes) && runes[n-1] == ' ' {
			return strings.TrimSpace(string(runes[:n-1])), string(runes[n:])
		}
	}
	account := w.first[:strings.LastIndex(w.first, ":(")]
	at := -1
	if i := strings.LastIndex(account, " S-1-"); i > 0 && !strings.ContainsAny(account[i+1:], ` \`) {
		at = i
	}
	short := folded(account)
	for known := range wellKnown {
		// Folding keeps the number of letters, not that of bytes.
		if i := len([]rune(short)) - len([]rune(known)) - 1; at < 0 && i > 0 && strings.HasSuffix(short, " "+known) {
			at = len(string([]rune(account)[:i]))
		}
	}
	if at < 0 {
		at = strings.LastIndexByte(account[:max(strings.LastIndexByte(account, '\\'), 0)], ' ')
	}
	if at < 0 { // an account without a domain
		at = strings.LastIndexByte(account, ' ')
	}
	if at < 1 {
		return "", ""
	}
	return strings.TrimSpace(w.first[:at]), w.first[at+1:]
}

// windowsEntry reads "EX\GG_RH:(I)(OI)(CI)(RX)"; reads is false for what says nothing of
// reading the place itself.
func (r *Rights) windowsEntry(line string) (e Entry, reads, ok bool) {
	i := strings.LastIndex(line, ":(")
	if i <= 0 || !strings.HasSuffix(line, ")") {
		return e, false, false
	}
	e = Entry{SID: r.sidOf(line[:i]), Name: line[:i], Allow: true}
	inheritOnly := false
	for word := range strings.FieldsFuncSeq(line[i+1:], func(c rune) bool { return c == '(' || c == ')' || c == ',' }) {
		switch strings.TrimSpace(word) {
		case "DENY":
			e.Allow = false
		case "IO":
			inheritOnly = true
		case "F", "M", "RX", "R", "GR", "GA", "RD":
			reads = true
		}
	}
	return e, reads && !inheritOnly, true
}

// sidOf returns the SID of a name, by the names of Windows itself in English and French
// and those of imported groups and members; else the name stands for it.
func (r *Rights) sidOf(name string) string {
	if strings.HasPrefix(name, "S-1-") {
		return name
	}
	if sid, ok := wellKnown[folded(name)]; ok {
		return sid
	}
	_, short, _ := strings.Cut(name, `\`)
	found := ""
	for group := range r.Members {
		if known := r.Names[group]; strings.EqualFold(known, name) || short != "" && strings.EqualFold(known, short) {
			if found != "" {
				return byName + folded(name) // of two domains
			}
			found = group
		}
	}
	if found != "" {
		return found
	}
	return byName + folded(name)
}

// byName begins what stands for the SID of an account that only its name tells.
const byName = "name:"

// wellKnown are the names that Windows gives, folded, in English and French.
var wellKnown = map[string]string{
	"everyone": "S-1-1-0", "tout le monde": "S-1-1-0",
	"creator owner": "S-1-3-0", "createur proprietaire": "S-1-3-0", "creator group": "S-1-3-1", "groupe createur": "S-1-3-1",
	`nt authority\network`: "S-1-5-2", `autorite nt\reseau`: "S-1-5-2",
	`nt authority\interactive`: "S-1-5-4", `autorite nt\interactif`: "S-1-5-4",
	`nt authority\anonymous logon`: "S-1-5-7", `autorite nt\anonymous logon`: "S-1-5-7",
	`nt authority\authenticated users`: "S-1-5-11", `autorite nt\utilisateurs authentifies`: "S-1-5-11",
	`nt authority\system`: "S-1-5-18", `autorite nt\systeme`: "S-1-5-18",
	`builtin\administrators`: "S-1-5-32-544", `builtin\administrateurs`: "S-1-5-32-544",
	`builtin\users`: "S-1-5-32-545", `builtin\utilisateurs`: "S-1-5-32-545",
	`builtin\guests`: "S-1-5-32-546", `builtin\invites`: "S-1-5-32-546",
}

// allOfDomain are the groups of all accounts or machines of a domain, which lists name
// without a SID.
var allOfDomain = []string{`\domain users`, `\utilisateurs du domaine`, `\utilisa. du domaine`, `\domain computers`, `\ordinateurs du domaine`}

var unaccented = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "à", "a", "â", "a", "î", "i", "ï", "i", "ô", "o", "ù", "u", "û", "u", "ç", "c")

// folded is a name in small letters without accents.
func folded(s string) string { return unaccented.Replace(strings.ToLower(s)) }

// savedList is what icacls /save writes: a path on a line, its security descriptor (SDDL)
// on the next.
type savedList struct {
	*list
	path string
}

func (s *savedList) line(line string) error {
	switch {
	case strings.TrimSpace(line) == "":
	case s.path == "":
		s.path = line
		return nil
	case !isSDDL(line):
		s.trouble(s.n - 1)
		s.path = line
		return nil
	default:
		name := s.path
		s.path = ""
		entries, ok := s.rights.descriptor(line)
		if !ok {
			s.trouble(s.n)
		}
		return s.place(name, entries)
	}
	if s.path != "" {
		s.trouble(s.n - 1)
		s.path = ""
	}
	return nil
}

func isSDDL(line string) bool {
	return len(line) > 2 && line[1] == ':' && strings.IndexByte("DOGS", line[0]) >= 0 && line[2] != '\\' && (strings.Contains(line, ";;;") || strings.HasPrefix(line, "D:"))
}

// descriptor reads the list of a descriptor: D:PAI(A;OICI;FA;;;BA)(A;OICIID;0x1200a9;;;BU).
// One without a list lets everyone read.
func (r *Rights) descriptor(s string) (entries []Entry, ok bool) {
	everyone := []Entry{{SID: "S-1-1-0", Name: "Everyone", Allow: true}}
	i := strings.Index(s, "D:")
	if i < 0 || strings.HasPrefix(s[i:], "D:NO_ACCESS_CONTROL") {
		return everyone, true
	}
	s = s[i:]
	if i := strings.Index(s, "S:"); i > 0 && s[i-1] == ')' {
		s = s[:i]
	}
	ok = true
	_, s, _ = strings.Cut(s, "(")
	for ace := range strings.SplitSeq(s, "(") {
		f := strings.Split(strings.TrimSuffix(strings.TrimSpace(ace), ")"), ";")
		if strings.TrimSpace(ace) == "" {
			continue
		}
		if len(f) < 6 {
			ok = false
			continue
		}
		e := Entry{Allow: f[0] == "A" || f[0] == "OA" || f[0] == "XA"}
		if !e.Allow && f[0] != "D" && f[0] != "OD" && f[0] != "XD" || codes(f[1], "IO") || !readsSDDL(f[2]) {
			continue
		}
		e.SID, e.Name = f[5], r.Names[f[5]]
		if known, alias := aliases[f[5]]; alias {
			e.SID, e.Name = known.SID, known.Name
		}
		entries = append(entries, e)
	}
	return entries, ok
}

// codes reports whether a row of codes of two letters has one.
func codes(s string, wanted ...string) bool {
	for len(s) > 1 {
		if slices.Contains(wanted, s[:2]) {
			return true
		}
		s = s[2:]
	}
	return false
}

func readsSDDL(rights string) bool {
	if n, err := strconv.ParseUint(rights, 0, 32); err == nil {
		return readBits(uint32(n))
	}
	return codes(rights, "FA", "FR", "GA", "GR", "CC")
}

// aliases are those that SDDL has for SIDs.
var aliases = map[string]Entry{
	"WD": {SID: "S-1-1-0", Name: "Everyone"}, "AN": {SID: "S-1-5-7", Name: `NT AUTHORITY\ANONYMOUS LOGON`}, "AU": {SID: "S-1-5-11", Name: `NT AUTHORITY\Authenticated Users`},
	"NU": {SID: "S-1-5-2", Name: `NT AUTHORITY\NETWORK`}, "IU": {SID: "S-1-5-4", Name: `NT AUTHORITY\INTERACTIVE`}, "SY": {SID: "S-1-5-18", Name: `NT AUTHORITY\SYSTEM`},
	"BA": {SID: "S-1-5-32-544", Name: `BUILTIN\Administrators`}, "BU": {SID: "S-1-5-32-545", Name: `BUILTIN\Users`}, "BG": {SID: "S-1-5-32-546", Name: `BUILTIN\Guests`},
	"CO": {SID: "S-1-3-0", Name: "CREATOR OWNER"}, "CG": {SID: "S-1-3-1", Name: "CREATOR GROUP"},
	"DU": {SID: byName + `\domain users`, Name: "Domain Users"}, "DC": {SID: byName + `\domain computers`, Name: "Domain Computers"},
	"DA": {SID: byName + `\domain admins`, Name: "Domain Admins"}, "DG": {SID: byName + `\domain guests`, Name: "Domain Guests"},
}
