package inventory

import (
	"net/url"
	"slices"
	"strings"

	"recense/scanner"
	"recense/sources"
)

// Limits of the lists in a row of locations.
const (
	maxGroups  = 32
	maxAliases = 16
)

// locationRow makes the columns of locations that the scan itself knows.
func (inv *Inventory) locationRow(r *LocationRow, p *scanner.Place) {
	t := inv.targets[p.Source]
	*r = LocationRow{
		ID: p.ID, Source: p.Source, SourceKind: or(t.kind, "file_share"),
		Member: p.Container, Masked: p.Masked,
		MediaType: p.MediaType, Format: p.Format, Size: unknown(p.Size), Records: unknown(p.Records),
		Created: p.Created, Modified: p.Modified, Owner: p.Owner,
		Access: or(p.Access, "unknown"), Basis: or(p.Basis, "unknown"),
		Groups: p.Groups[:min(len(p.Groups), maxGroups)], Readers: Unknown, Environment: "unknown",
		Status: p.Status, Detail: detail(p), Flags: p.Flags,
		Aliases: slices.Clone(p.Aliases[:min(len(p.Aliases), maxAliases)]),
		Read:    p.Read, RecordsRead: Unknown, Persons: Unknown, Minors: Unknown, ImpactRank: Unknown,
		ContentID: p.ContentID, FirstSeen: inv.run.Started, ScannedAt: inv.run.Started, ReadAt: p.ReadAt,
		Files: p.Files, Bytes: p.Bytes, Skips: p.Skips, Sampling: p.Sampling, Missed: Unknown,
		Text: p.Text, TextRows: p.TextRows, TextMissed: missed(&p.Text, 0),
	}
	uri, path := t.place(p.URI)
	r.URI, r.Outer = uri, uri
	if p.Container != "" {
		r.URI, r.Container = uri+"!/"+p.Container, uri
		path += "!/" + p.Container
		if i := strings.LastIndex(p.Container, "!/"); i >= 0 {
			r.Container = uri + "!/" + p.Container[:i]
		}
	}
	for i, alias := range r.Aliases {
		r.Aliases[i], _ = t.place(alias)
	}
	r.Path = path
	if strings.IndexByte(path, '%') >= 0 {
		if path, err := url.PathUnescape(path); err == nil {
			r.Path = path
		}
	}
	if p.Sampling.Method != "" {
		r.RecordsRead, r.Records = unknown(p.Records), p.Sampling.Total
		r.Missed = missed(&p.Sampling, 0)
	}
	switch p.Status {
	case sources.Scanned, sources.Unchanged:
		r.RecordsRead = r.Records
	case sources.Excluded:
		if p.Files > 0 { // a folder or a pattern: its file and byte counts
			r.Records, r.Size = p.Files, p.Bytes
		}
	}
}

// place returns the URI of a location as documents give it, and its path below the
// source: the URI that the register gives the source stands in place of where it was
// mounted for the scan.
func (t *target) place(uri string) (called, path string) {
	path, below := strings.CutPrefix(uri, t.root)
	if name := strings.TrimRight(t.called, "/"); below && name != "" && name != t.root && (path == "" || path[0] == '/') {
		return name + path, path
	}
	return uri, path
}

// detail returns the reason beside a status; the first part not read when only
// parts say why.
func detail(p *scanner.Place) sources.Reason {
	if p.Detail == "" && p.Status != sources.Scanned && len(p.Skips) > 0 {
		return p.Skips[0].Reason
	}
	return p.Detail
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func unknown(n int64) int64 { return max(n, Unknown) }
