package access

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// table is a CSV file of Export-Csv: UTF-8 or UTF-16 with a mark, a comma, semicolon
// or tab, and possibly a first line "#TYPE …".
type table struct {
	name string
	csv  *csv.Reader
	at   map[string]int
	line int
}

// Error is what is wrong with a file, and where: line 0 is the whole.
type Error struct {
	File   string
	Line   int
	en, fr string
}

func (e *Error) Error() string { return e.told(": ", e.en) }

// French is Error in French.
func (e *Error) French() string { return e.told(" : ", e.fr) }

func (e *Error) told(colon, text string) string {
	if e.Line == 0 {
		return e.File + colon + text
	}
	return fmt.Sprintf("%s:%d%s%s", e.File, e.Line, colon, text)
}

func wrong(file string, line int, en, fr string) error { return &Error{file, line, en, fr} }

// Limits of an export.
const maxLines = 5_000_000

func newTable(name string, r io.Reader, columns ...string) (*table, error) {
	in := bufio.NewReader(transform.NewReader(r, unicode.BOMOverride(unicode.UTF8.NewDecoder())))
	t := &table{name: name, at: map[string]int{}}
	if head, err := in.Peek(1); err == nil && head[0] == '#' {
		if _, err := in.ReadString('\n'); err != nil {
			return nil, wrong(name, 0, "no rows", "pas de lignes")
		}
		t.line++
	}
	head, err := in.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, wrong(name, 0, "cannot be read", "illisible")
	}
	t.line++
	comma := ','
	for _, c := range ";\t" {
		if strings.Count(head, string(c)) > strings.Count(head, string(comma)) {
			comma = c
		}
	}
	h := csv.NewReader(strings.NewReader(head))
	h.Comma = comma
	fields, err := h.Read()
	if err != nil {
		return nil, wrong(name, t.line, "no header", "pas d'en-tête")
	}
	for i, f := range fields {
		t.at[strings.ToLower(strings.TrimSpace(f))] = i
	}
	for _, c := range columns {
		if _, ok := t.at[c]; !ok {
			return nil, wrong(name, t.line, "no column "+c, "pas de colonne "+c)
		}
	}
	t.csv = csv.NewReader(in)
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.ReuseRecord, t.csv.LazyQuotes = comma, -1, true, true
	return t, nil
}

// rows calls fn for each row.
func (t *table) rows(fn func(get func(column string) string) error) error {
	for n := 0; ; n++ {
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := t.csv.FieldPos(0)
		if err != nil {
			return wrong(t.name, t.line+n, "damaged behind this line", "abîmé après cette ligne")
		}
		if n >= maxLines {
			return wrong(t.name, 0, fmt.Sprintf("more than %d rows", maxLines), fmt.Sprintf("plus de %d lignes", maxLines))
		}
		err = fn(func(column string) string {
			if i, ok := t.at[column]; ok && i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		})
		if err != nil {
			var e *Error
			if errors.As(err, &e) {
				e.File, e.Line = t.name, t.line+line
			}
			return err
		}
	}
}

// Counts tell what an import took.
type Counts struct {
	Entries, Folders, Groups int
	WithoutSID               int      // entries that were left out
	Elsewhere                int      // entries of other shares, or of paths outside the root
	Unread                   int      // lines of a list that say nothing of rights
	Lines                    []int    // the first of them
	Others                   []string // some of those places, for a hint
}

// elsewhere counts an entry of another place. Of folders, the shallowest are kept: the
// root that was meant is among them.
func (c *Counts) elsewhere(place string) {
	const kept = 3
	c.Elsewhere++
	if slices.Contains(c.Others, place) {
		return
	}
	c.Others = append(c.Others, place)
	slices.SortStableFunc(c.Others, func(x, y string) int { return depth(x) - depth(y) })
	c.Others = c.Others[:min(len(c.Others), kept)]
}

func depth(path string) int { return strings.Count(path, `\\`) + strings.Count(path, "/") }

// ReadShares takes the permissions of a share: columns Name (of the share), SID,
// AccessControlType and AccessRight; AccountName names the SID.
func (r *Rights) ReadShares(name string, in io.Reader, share string, c *Counts) error {
	t, err := newTable(name, in, "name", "sid", "accesscontroltype", "accessright")
	if err != nil {
		return err
	}
	return t.rows(func(get func(string) string) error {
		if !strings.EqualFold(get("name"), share) {
			c.elsewhere(get("name"))
			return nil
		}
		e, ok, err := r.entry(get, "accountname", c)
		if err != nil || !ok {
			return err
		}
		switch right := strings.ToLower(get("accessright")); right {
		case "full", "change", "read", "0", "1", "2":
			r.Share = append(r.Share, e)
		case "custom", "3":
			r.Share = append(r.Share, e) // may read: the wider reading
		default:
			return wrong("", 0, fmt.Sprintf("%q is none of Full, Change, Read, Custom", right), fmt.Sprintf("%q n'est ni Full, ni Change, ni Read, ni Custom", right))
		}
		return nil
	})
}

// entry reads who a row is about and whether it lets or refuses.
func (r *Rights) entry(get func(string) string, nameColumn string, c *Counts) (Entry, bool, error) {
	e := Entry{SID: strings.ToUpper(get("sid")), Name: get(nameColumn)}
	switch strings.ToLower(get("accesscontroltype")) {
	case "allow", "0":
		e.Allow = true
	case "deny", "1":
	default:
		return e, false, wrong("", 0, "AccessControlType is neither Allow nor Deny", "AccessControlType n'est ni Allow ni Deny")
	}
	if e.SID == "" {
		c.WithoutSID++
		return e, false, nil
	}
	if !strings.HasPrefix(e.SID, "S-1-") {
		return e, false, wrong("", 0, "not a SID", "pas un SID")
	}
	r.name(e.SID, e.Name)
	c.Entries++
	return e, true, nil
}

// name keeps what a SID is called, unless that is known: the names of --members win, as
// registers have them.
func (r *Rights) name(sid, name string) {
	if r.Names == nil {
		r.Names = map[string]string{}
	}
	if name != "" && r.Names[sid] == "" {
		r.Names[sid] = name
	}
}

// readingRights are the words of FileSystemRights that let content be read.
var readingRights = []string{"fullcontrol", "modify", "readandexecute", "readdata", "listdirectory", "read", "genericread", "genericall"}

// reads reports whether FileSystemRights lets read: words, or a number with the bits
// of FILE_READ_DATA, GENERIC_READ or GENERIC_ALL.
func reads(rights string) bool {
	var n int64
	if _, err := fmt.Sscanf(rights, "%d", &n); err == nil {
		return readBits(uint32(n))
	}
	for word := range strings.SplitSeq(strings.ToLower(rights), ",") {
		for _, w := range readingRights {
			if strings.TrimSpace(word) == w {
				return true
			}
		}
	}
	return false
}

func readBits(n uint32) bool { return n&(0x1|0x8000_0000|0x1000_0000) != 0 }

// readFolderTable takes the CSV form of ReadFolders: columns Path, SID, AccessControlType
// and FileSystemRights; IdentityReference names the SID, PropagationFlags InheritOnly
// takes a row out.
func (r *Rights) readFolderTable(name string, in io.Reader, root string, mask func(string) string, c *Counts) error {
	t, err := newTable(name, in, "path", "sid", "accesscontroltype", "filesystemrights")
	if err != nil {
		return err
	}
	return t.rows(func(get func(string) string) error {
		p, ok := below(root, get("path"))
		if !ok {
			c.elsewhere(get("path"))
			return nil
		}
		if strings.Contains(strings.ToLower(get("propagationflags")), "inheritonly") {
			return nil
		}
		p = strings.ToLower(mask(p))
		if _, known := r.Folders[p]; !known {
			r.Folders[p] = nil // nobody, until a row says otherwise
			c.Folders++
		}
		e, ok, err := r.entry(get, "identityreference", c)
		if err == nil && ok && reads(get("filesystemrights")) {
			r.Folders[p] = append(r.Folders[p], e)
		}
		return err
	})
}

// below returns the path of a folder under root, "/" for root itself.
func below(root, p string) (string, bool) {
	clean := func(s string) string {
		if i := strings.Index(s, "::"); i >= 0 { // Microsoft.PowerShell.Core\FileSystem::D:\…
			s = s[i+2:]
		}
		return strings.TrimRight(strings.ReplaceAll(s, `\`, "/"), "/")
	}
	root, p = clean(root), clean(p)
	if root == "." { // a list of the folder it was made in
		if strings.HasPrefix(p, "/") || strings.Contains(p, ":/") {
			return "", false
		}
		root = ""
		if p = strings.TrimPrefix(strings.TrimPrefix(p, "."), "/"); p != "" {
			p = "/" + p
		}
	} else if !strings.HasPrefix(p, "/") { // getfacl takes the / away
		root = strings.TrimPrefix(root, "/")
	}
	if len(p) < len(root) || !strings.EqualFold(p[:len(root)], root) {
		return "", false
	}
	rest := p[len(root):]
	if rest == "" {
		return "/", true
	}
	return rest, rest[0] == '/'
}

// ReadMembers takes the members of groups: columns GroupSID and MemberSID; GroupName
// and MemberName name them.
func (r *Rights) ReadMembers(name string, in io.Reader, c *Counts) error {
	t, err := newTable(name, in, "groupsid", "membersid")
	if err != nil {
		return err
	}
	if r.Members == nil {
		r.Members, r.Accounts = map[string][]string{}, map[string]bool{}
	}
	return t.rows(func(get func(string) string) error {
		group, member := strings.ToUpper(get("groupsid")), strings.ToUpper(get("membersid"))
		if !strings.HasPrefix(group, "S-1-") || member != "" && !strings.HasPrefix(member, "S-1-") {
			return wrong("", 0, "not a SID", "pas un SID")
		}
		if _, known := r.Members[group]; !known {
			c.Groups++
			r.Members[group] = nil // a group without members has none
		}
		if get("groupname") != "" {
			delete(r.Names, group)
		}
		r.name(group, get("groupname"))
		if member != "" {
			r.Members[group] = append(r.Members[group], member)
			r.Accounts[member] = true
			if get("membername") != "" {
				delete(r.Names, member)
			}
			r.name(member, get("membername"))
		}
		return nil
	})
}
