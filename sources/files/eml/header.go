package eml

import (
	"bytes"
	"mime"
	"strconv"
	"strings"

	"recense/sources"
	"recense/sources/files/cells"
)

// header is what matters of the header of a part.
type header struct {
	media       string
	params      map[string]string
	encoding    string
	disposition string
	named       string // by the disposition
}

// header reads the header at hand. That of the message itself is given as cells.
func (m *message) header(given bool) (*header, error) {
	h := &header{media: "text/plain", params: map[string]string{}}
	var rows *cells.Rows
	columns := make(map[string]int32)
	if given {
		rows = cells.NewRows(m.out)
		rows.Part = "header"
	}
	total := 0
	over := false
	for {
		at, line := m.src.count, m.src.lines+1
		field := m.src.field(maxHeader - total)
		if field == nil {
			break
		}
		if total += len(field); total >= maxHeader && !over {
			over = true
			if err := m.out.Skip(sources.Location{Byte: -1}, sources.SizeLimit); err != nil {
				return h, err
			}
		}
		name, value := cut(field)
		if over || name == "" {
			continue
		}
		h.take(name, value)
		if rows == nil || isSeal(name) {
			continue
		}
		if err := give(rows, columns, name, decodeWords(value), at, line); err != nil {
			return h, err
		}
	}
	if rows == nil {
		return h, nil
	}
	if err := rows.EndRow(); err != nil {
		return h, err
	}
	return h, rows.Flush()
}

// give adds a field as a cell of its column.
func give(rows *cells.Rows, columns map[string]int32, name, value string, at, line int64) error {
	key := strings.ToLower(name)
	column, ok := columns[key]
	if !ok {
		var err error
		if column, err = rows.Columns.Add(name, ""); err != nil {
			return err
		}
		if len(columns) < 4096 {
			columns[key] = column
		}
	}
	rows.Cell(value, column, 1, sources.Location{Byte: at, Line: line})
	return nil
}

// isSeal reports whether a field holds nothing but signatures.
func isSeal(name string) bool {
	name = strings.ToLower(name)
	return name == "dkim-signature" || name == "domainkey-signature" || strings.HasPrefix(name, "arc-") || name == "x-google-dkim-signature" || name == "x-microsoft-antispam-message-info"
}

// cut parts a field, unfolded, into name and value.
func cut(field []byte) (name, value string) {
	n, v, ok := bytes.Cut(field, []byte(":"))
	n = bytes.TrimSpace(n)
	if !ok || !isName(n) {
		return "", ""
	}
	return string(n), string(bytes.TrimSpace(v))
}

// take keeps what says how to read the part.
func (h *header) take(name, value string) {
	switch strings.ToLower(name) {
	case "content-type":
		h.media, h.params = media(value)
	case "content-transfer-encoding":
		h.encoding = strings.ToLower(strings.TrimSpace(strings.Trim(value, `"`)))
	case "content-disposition":
		var params map[string]string
		h.disposition, params = media(value)
		h.named = params["filename"]
	}
}

// media reads a type with its parameters, wrong ones as far as they go.
func media(value string) (string, map[string]string) {
	t, params, err := mime.ParseMediaType(value)
	if err == nil && t != "" {
		return t, params
	}
	params = make(map[string]string)
	pieces := strings.Split(value, ";")
	for _, p := range pieces[1:] {
		k, v, _ := strings.Cut(p, "=")
		k = strings.ToLower(strings.TrimSpace(k))
		if _, there := params[k]; !there && len(params) < 64 {
			params[k] = strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	t = strings.ToLower(strings.TrimSpace(pieces[0]))
	if !strings.Contains(t, "/") && t != "attachment" && t != "inline" {
		t = "text/plain"
	}
	return t, params
}

// fileName returns the name of an attachment, empty when it has none.
func (h *header) fileName() string {
	name := h.named
	if name == "" {
		name = h.params["name"]
	}
	name = decodeWords(name)
	return strings.ToValidUTF8(name[:min(len(name), 1024)], "\uFFFD")
}

// memberName names a part: by its own name, or by its number and type.
func (m *message) memberName(name string, h *header) string {
	if name != "" {
		return name
	}
	ext := ".bin"
	switch h.media {
	case "message/rfc822":
		ext = ".eml"
	case "text/calendar":
		ext = ".ics"
	case "text/csv":
		ext = ".csv"
	case "text/html":
		ext = ".html"
	case "image/png":
		ext = ".png"
	case "image/jpeg":
		ext = ".jpg"
	case "image/gif":
		ext = ".gif"
	case "application/pdf":
		ext = ".pdf"
	}
	if strings.HasPrefix(h.media, "text/") && ext == ".bin" || strings.HasPrefix(h.media, "message/") && ext == ".bin" {
		ext = ".txt"
	}
	return "part " + itoa(m.parts) + ext
}

func itoa(n int) string { return strconv.Itoa(n) }

// decodeWords undoes the encoded words of a field; those that are wrong stay.
func decodeWords(s string) string {
	d := mime.WordDecoder{CharsetReader: charsetReader}
	if strings.Contains(s, "=?") {
		if decoded, err := d.DecodeHeader(s); err == nil {
			s = decoded
		}
	}
	return utf8Text(s)
}
