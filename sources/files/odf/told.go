package odf

import (
	"bytes"

	"recense/sources/files/parts"
)

// tell keeps what the attributes of a tag say that hold text somebody wrote, or values that are not shown: of form controls, fields,
// bookmarks, links to other files, filters, checked cells, pivot tables, tracked changes.
func (d *document) tell(x *parts.Scanner, local string) error {
	switch local {
	case "p", "h", "span", "s", "tab", "line-break", "soft-page-break", "list", "table-column", "table-row", "covered-table-cell", "table",
		"sequence-decl", "sequence", "page", "layer":
		return nil
	case "table-cell":
		d.formula(x.Attr("table:formula"))
		return nil
	case "automatic-styles", "styles", "font-face-decls":
		d.styles = true
		return nil
	case "change-track-table-cell", "user-field-decl", "variable-set":
		d.later.Add(x.Attr("office:value"))
	}
	if d.styles {
		return nil
	}
	x.Attrs(func(key, _ []byte) bool {
		if k := string(key); telling(k) {
			value := x.Attr(k)
			if k != "xlink:href" || local != "a" && outside(value) {
				d.later.Add(value)
			}
		}
		return true
	})
	if d.later.Full() {
		return d.later.Flush(d.flow)
	}
	return nil
}

// telling reports whether an attribute holds text; the prefixes are those that every program writes.
func telling(key string) bool {
	switch key {
	case "form:value", "form:current-value", "form:title", "form:label", "form:command", "form:datasource", "form:name",
		"text:name", "text:condition", "text:string-value", "text:string-value-if-true", "text:string-value-if-false", "text:description", "text:value",
		"text:database-name", "text:table-name", "text:author", "text:title", "text:editor", "text:note", "text:annote", "text:url",
		"office:title", "office:string-value", "office:dde-topic", "office:dde-item", "loext:alias", "loext:tag", "loext:display-text", "loext:value",
		"draw:name", "xlink:href", "xlink:title", "presentation:name",
		"table:name", "table:condition", "table:title", "table:comment", "table:expression", "table:database-name", "table:sql-statement", "table:value",
		"table:source-field-name", "table:display-name":
		return true
	}
	return false
}

// outside reports whether a link leads out of the document.
func outside(href []byte) bool {
	return bytes.HasPrefix(href, []byte("/")) || bytes.HasPrefix(href, []byte("..")) || bytes.IndexByte(href, ':') > 0 && href[0] != '#'
}

// formula keeps the texts that a formula of a cell holds and its value need not show: addresses and numbers of some length.
func (d *document) formula(f []byte) {
	for {
		_, rest, ok := bytes.Cut(f, []byte(`"`))
		if !ok {
			return
		}
		text, after, ok := bytes.Cut(rest, []byte(`"`))
		if !ok {
			return
		}
		if f = after; bytes.IndexByte(text, '@') > 0 || digits(text) >= 8 {
			d.later.Add(text)
		}
	}
}

func digits(b []byte) (n int) {
	for _, c := range b {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}

// entries gives the attributes of the elements of a part that tell something: where a template lies, who kept a version and why.
func (d *document) entries(key, element string) error {
	if err := d.flow.Begin(key, 0); err != nil {
		return err
	}
	var err error
	d.archive.Each(key, func(x *parts.Scanner, local string) {
		if line := parts.Attributes(x, nil); err == nil && local == element && len(line) > 0 {
			err = d.flow.Line(line)
		}
	})
	if err != nil {
		return err
	}
	return d.flow.End()
}

// setting reports whether an item of the settings says where the data of a mail merge come from, or on what was printed.
func setting(x *parts.Scanner) bool {
	name := x.Attr("config:name")
	return bytes.HasPrefix(name, []byte("CurrentDatabase")) || string(name) == "PrinterName"
}
