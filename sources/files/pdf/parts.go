package pdf

import (
	"bytes"
	"sort"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// Names of the parts beside the pages.
const (
	partForm        = "form"
	partAnnotations = "annotations"
	partInfo        = "info"
	partOutline     = "outline"
)

// maxItems bounds the annotations, fields, titles and embedded files of a file.
const maxItems = 1 << 16

// annotations gives the comments, their authors and the links of a page, and hands
// over attached files.
func (d *document) annotations(p dict, number int32) error {
	list := d.array(p["Annots"])
	for _, v := range list[:min(len(list), maxItems)] {
		a := d.dict(v)
		kind, _ := d.resolve(a["Subtype"]).(name)
		if kind == "Widget" || kind == "Popup" {
			continue
		}
		for _, k := range []name{"T", "Subj", "Contents"} {
			d.write(d.string(a[k]))
		}
		d.write(d.string(d.dict(a["A"])["URI"]))
		if kind == "FileAttachment" {
			if err := d.attach("", a["FS"]); err != nil {
				return err
			}
		}
		if err := d.ctx.Err(); err != nil {
			return err
		}
	}
	return d.end(partAnnotations, number)
}

// write adds a line of its own.
func (d *document) write(s string) {
	if s = strings.TrimSpace(s); s != "" {
		d.text.AppendString(s)
		d.text.Append('\n')
	}
}

// string returns a text string.
func (d *document) string(v any) string {
	switch v := d.resolve(v).(type) {
	case str:
		return docText(string(v))
	case *stream:
		b, err := d.content(v)
		if err == nil {
			return docText(string(b))
		}
	}
	return ""
}

// form gives the values of form fields as cells: the column is the full name of
// the field, its label what a reader would hear.
func (d *document) form(root dict) error {
	acro := d.dict(root["AcroForm"])
	if acro == nil {
		return nil
	}
	rows := cells.NewRows(d.out)
	rows.Part = partForm
	n := 0
	if err := d.fields(rows, d.array(acro["Fields"]), "", "", map[int]bool{}, 0, &n); err != nil {
		return err
	}
	if err := rows.EndRow(); err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	return d.xfa(acro)
}

// fields gives the values of fields and of those below them.
func (d *document) fields(rows *cells.Rows, list array, path, label string, seen map[int]bool, depth int, n *int) error {
	for _, v := range list {
		if r, ok := v.(ref); ok {
			if seen[r.num] {
				continue
			}
			seen[r.num] = true
		}
		if *n++; *n > maxItems || depth > maxDepth {
			return d.ctx.Err()
		}
		f := d.dict(v)
		full, said := path, label
		if t := d.string(f["T"]); t != "" {
			if full = t; path != "" {
				full = path + "." + t
			}
		}
		if t := d.string(f["TU"]); t != "" {
			said = t
		}
		if err := d.field(rows, f, full, said); err != nil {
			return err
		}
		if kids := d.array(f["Kids"]); len(kids) > 0 {
			if err := d.fields(rows, kids, full, said, seen, depth+1, n); err != nil {
				return err
			}
		}
	}
	return d.ctx.Err()
}

// field gives the value of one field.
func (d *document) field(rows *cells.Rows, f dict, path, label string) error {
	var value string
	switch v := d.resolve(f["V"]).(type) {
	case name:
		if v != "Off" {
			value = string(v)
		}
	case array:
		for i, x := range v[:min(len(v), 64)] {
			if i > 0 {
				value += ", "
			}
			value += d.string(x)
		}
	default:
		value = d.string(v)
	}
	if value == "" {
		return nil
	}
	column, err := rows.Columns.Add(path, label)
	if err != nil {
		return err
	}
	d.written += len(value)
	rows.Cell(value, column, 1, sources.Location{Byte: -1})
	return nil
}

// xfa gives the text of the XML that some forms are made of.
func (d *document) xfa(acro dict) error {
	list := d.array(acro["XFA"])
	if s, ok := d.resolve(acro["XFA"]).(*stream); ok {
		list = array{s}
	}
	for i, v := range list[:min(len(list), 64)] {
		if s, ok := d.resolve(v).(*stream); ok && (i == 0 || d.string(list[i-1]) == "datasets") {
			d.elements(s, func(_, text string) { d.write(text) })
		}
	}
	return d.end(partForm, 0)
}

// elements calls take with the local name and text of each element of an XML
// stream that holds text.
func (d *document) elements(s *stream, take func(name, text string)) {
	data, err := d.content(s)
	if err == errFilter {
		return
	}
	for len(data) > 0 && d.ctx.Err() == nil {
		i := bytes.IndexByte(data, '<')
		if i < 0 {
			return
		}
		data = data[i+1:]
		j := bytes.IndexByte(data, '>')
		if j < 0 {
			return
		}
		tag := string(data[:j])
		data = data[j+1:]
		k := bytes.IndexByte(data, '<')
		if k < 0 {
			k = len(data)
		}
		if text := strings.TrimSpace(string(data[:k])); text != "" && tag[:min(len(tag), 1)] != "?" {
			if c := strings.IndexAny(tag, " \t\r\n"); c >= 0 {
				tag = tag[:c]
			}
			take(tag[strings.LastIndexByte(tag, ':')+1:], entities.Replace(text))
		}
	}
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

// technical are descriptions that programs make: dates, versions, identifiers.
var technical = map[string]bool{
	"CreationDate": true, "ModDate": true, "Creator": true, "Producer": true, "Trapped": true,
	"CreateDate": true, "ModifyDate": true, "MetadataDate": true, "CreatorTool": true, "DocumentID": true, "InstanceID": true,
	"format": true, "part": true, "conformance": true, "when": true, "softwareAgent": true, "action": true, "instanceID": true,
	"OriginalDocumentID": true, "RenditionClass": true, "PTEX.Fullbanner": true,
}

// description gives what the file says of itself: the information dictionary,
// then what the metadata say beside it.
func (d *document) description(root dict) error {
	info := d.dict(d.trailer["Info"])
	keys := make([]string, 0, len(info))
	for k := range info {
		keys = append(keys, string(k))
	}
	sort.Strings(keys)
	for _, k := range keys {
		if s := d.string(info[name(k)]); !technical[k] {
			d.describe(k, s)
		}
	}
	if s, ok := d.resolve(root["Metadata"]).(*stream); ok {
		d.elements(s, func(k, text string) {
			if !technical[k] {
				d.describe(k, text)
			}
		})
	}
	return d.end(partInfo, 0)
}

// describe writes "key: value", each value once.
func (d *document) describe(k, value string) {
	if value = strings.TrimSpace(value); value == "" || d.seen[value] || len(d.seen) > 1024 {
		return
	}
	d.seen[value] = true
	d.write(k + ": " + value)
}

// outline gives the titles of the outline.
func (d *document) outline(root dict) error {
	seen := map[int]bool{}
	todo := []any{d.dict(root["Outlines"])["First"]}
	for n := 0; len(todo) > 0 && n < maxItems; n++ {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		r, ok := v.(ref)
		if !ok || seen[r.num] {
			continue
		}
		seen[r.num] = true
		o := d.dict(v)
		d.write(d.string(o["Title"]))
		todo = append(todo, o["Next"], o["First"])
		if err := d.ctx.Err(); err != nil {
			return err
		}
	}
	return d.end(partOutline, 0)
}

// attachments hands over the embedded files.
func (d *document) attachments(root dict) error {
	seen := map[int]bool{}
	todo := []any{d.dict(root["Names"])["EmbeddedFiles"]}
	for n := 0; len(todo) > 0 && n < maxItems; n++ {
		v := todo[0]
		todo = todo[1:]
		if r, ok := v.(ref); ok {
			if seen[r.num] {
				continue
			}
			seen[r.num] = true
		}
		t := d.dict(v)
		names := d.array(t["Names"])
		for ; len(names) >= 2; names = names[2:] {
			if err := d.attach(d.string(names[0]), names[1]); err != nil {
				return err
			}
		}
		todo = append(todo, d.array(t["Kids"])...)
	}
	for _, v := range d.array(root["AF"]) {
		if err := d.attach("", v); err != nil {
			return err
		}
	}
	return nil
}

// attach hands over the file of a file specification, once.
func (d *document) attach(key string, v any) error {
	spec := d.dict(v)
	ef := d.dict(spec["EF"])
	at, ok := ef["UF"]
	if !ok {
		at = ef["F"]
	}
	s, ok := d.resolve(at).(*stream)
	if !ok || d.members[s.id.num] || len(d.members) > maxItems {
		return nil
	}
	d.members[s.id.num] = true
	m := sources.Member{Name: key, Size: -1, Embedded: true}
	for _, k := range []name{"F", "UF"} {
		if t := d.string(spec[k]); t != "" {
			m.Name = t
		}
	}
	if m.Name == "" {
		m.Name = "attachment"
	}
	data, err := d.content(s)
	switch {
	case err == errFilter:
		m.Status, m.Detail = sources.Unsupported, sources.UnknownFormat
	case err != nil:
		m.Status, m.Detail = sources.TooLarge, sources.RatioLimit
	default:
		m.Size, m.Reader = int64(len(data)), bytes.NewReader(data)
	}
	return d.out.Member(m)
}
