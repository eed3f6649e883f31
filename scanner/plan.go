package scanner

import (
	"context"
	"path"
	"slices"
	"strings"

	"recense/sources"
)

// Outlook is what a scan would do, from the listing alone.
type Outlook struct {
	Files, Bytes int64 // that would be opened
	ByExtension  []ExtensionTotal
	Skipped      Coverage // what the listing already decided
	Failures     []SourceFailure
	// Seconds is an estimate for one worker, from the usual cost of a file and of
	// a megabyte; formats that must be unpacked take longer.
	Seconds float64
}

// ExtensionTotal adds up the files of one extension, lower case with its dot.
type ExtensionTotal struct {
	Extension    string
	Files, Bytes int64
}

// maxExtensions bounds the rows of an Outlook; rare extensions share a row "*".
const maxExtensions = 200

// The usual cost of reading and detecting.
const (
	secondsPerFile = 30e-6
	secondsPerByte = 1 / 300e6
)

// Plan lists the sources and opens nothing; those whose listing reads content are listed by
// a worker process, as in a scan with the same Options.
func Plan(ctx context.Context, srcs []sources.Source, opt Options) (Outlook, error) {
	var o Outlook
	totals := map[string]*ExtensionTotal{}
	for _, src := range srcs {
		units := unitsOf(ctx, src, opt.Limits.Defaults().Stall)
		if guarded(src) && !opt.InProcess {
			units = func(yield func(sources.Unit, error) bool) { listInWorker(ctx, &opt, src, yield) }
		}
		for u, err := range units {
			if ctx.Err() != nil {
				return o, ctx.Err()
			}
			if err != nil && u.ID == "" {
				o.Failures = append(o.Failures, SourceFailure{src.Name(), reasonOf(err)})
				continue
			}
			o.add(&u, totals)
		}
	}
	for _, t := range totals {
		o.ByExtension = append(o.ByExtension, *t)
	}
	slices.SortFunc(o.ByExtension, func(a, b ExtensionTotal) int {
		if a.Bytes != b.Bytes {
			return int(max(-1, min(1, b.Bytes-a.Bytes)))
		}
		return strings.Compare(a.Extension, b.Extension)
	})
	o.Seconds = float64(o.Files)*secondsPerFile + float64(o.Bytes)*secondsPerByte
	return o, ctx.Err()
}

func (o *Outlook) add(u *sources.Unit, totals map[string]*ExtensionTotal) {
	if u.Meta.Status != sources.Scanned {
		p := Place{Status: u.Meta.Status, Detail: u.Meta.Detail, Files: u.Meta.Files}
		o.Skipped.Add(&p)
		return
	}
	o.Bytes += max(u.Size, 0)
	ext := extension(u.Path)
	t := totals[ext]
	if t == nil {
		if len(totals) >= maxExtensions {
			ext = "*"
			t = totals[ext]
		}
		if t == nil {
			t = &ExtensionTotal{Extension: ext}
			totals[ext] = t
		}
	}
	t.Bytes += max(u.Size, 0)
	if u.Index == 0 {
		o.Files++
		t.Files++
	}
}

// extension returns that of a path when it looks like one: names are content.
func extension(p string) string {
	ext := strings.ToLower(path.Ext(p))
	if len(ext) < 2 || len(ext) > 8 {
		return ""
	}
	letters := 0
	for _, c := range ext[1:] {
		switch {
		case c >= 'a' && c <= 'z':
			letters++
		case c < '0' || c > '9':
			return ""
		}
	}
	if letters == 0 {
		return ""
	}
	return ext
}
