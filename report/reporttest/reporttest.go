// Package reporttest holds the results of an imaginary scan, in memory, for the
// tests of the inventory and of the documents. All of it is invented.
package reporttest

import (
	"context"
	"fmt"
	"iter"
	"time"

	"recense/detectors"
	"recense/report/inventory"
	"recense/report/register"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/sources"
)

// Results are results held in memory.
type Results struct {
	R         scanner.Run
	Locations []scanner.Location
	Found     [][]scanner.Finding // parallel to Locations, or shorter
	Walks     int                 // calls of Walk so far
}

// Run implements scanner.Results.
func (r *Results) Run() scanner.Run { return r.R }

// Walk implements scanner.Results.
func (r *Results) Walk(ctx context.Context, fn func(*scanner.Location, iter.Seq2[scanner.Finding, error]) error) error {
	r.Walks++
	for i := range r.Locations {
		var found []scanner.Finding
		if i < len(r.Found) {
			found = r.Found[i]
		}
		err := fn(&r.Locations[i], func(yield func(scanner.Finding, error) bool) {
			for _, f := range found {
				if !yield(f, nil) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Engine is a list of detectors, as inventory.New takes it.
type Engine []*detectors.Detector

// Detectors implements inventory.Engine.
func (e Engine) Detectors() []*detectors.Detector { return e }

// Bit returns the bit of a kind in a sample.
func (e Engine) Bit(k detectors.Kind) uint64 {
	for i, d := range e {
		if d.Kind == k {
			return 1 << i
		}
	}
	panic("no detector " + string(k))
}

// Detectors is an engine with the kinds that the tests use. Its detectors only
// describe themselves.
func Detectors() Engine {
	var e Engine
	for _, d := range []struct {
		kind  detectors.Kind
		title string
		max   detectors.Strength
		hide  bool
	}{
		{"nir", "Numéro de sécurité sociale / Social security number", detectors.Verified, false},
		{"iban", "IBAN / IBAN", detectors.Verified, false},
		{"email", "Adresse électronique / E-mail address", detectors.Verified, true},
		{"phone_fr", "Téléphone français / French telephone number", detectors.Probable, false},
		{"birth_date", "Date de naissance / Birth date", detectors.Probable, false},
		{"siren", "SIREN / SIREN", detectors.Verified, false},
		{"siret", "SIRET / SIRET", detectors.Verified, false},
		{"finess", "FINESS / FINESS", detectors.Verified, false},
		{"rpps", "RPPS / RPPS", detectors.Verified, false},
		{"adeli", "ADELI / ADELI", detectors.Probable, false},
		{"ccam", "Acte CCAM / CCAM procedure", detectors.Verified, false},
		{"cim10", "Diagnostic CIM-10 / ICD-10 diagnosis", detectors.Probable, false},
		{"cip", "Médicament CIP / CIP drug code", detectors.Verified, false},
		{"lpp", "Dispositif LPP / LPP device", detectors.Probable, false},
		{"ucd", "Médicament UCD / UCD drug code", detectors.Verified, false},
		{"licence_plate_fr", "Plaque d'immatriculation / Licence plate", detectors.Possible, false},
	} {
		e = append(e, &detectors.Detector{Kind: d.kind, Doc: d.title + "\nInvented for tests.", Max: d.max, HideLength: d.hide})
	}
	return e
}

// ID returns a location id made of one byte.
func ID(b byte) (id scanner.ID) {
	for i := range id {
		id[i] = b
	}
	return id
}

// Hashes returns n keyed hashes, sorted.
func Hashes(n int) []uint64 {
	h := make([]uint64, n)
	for i := range h {
		h[i] = uint64(i+1) << 40
	}
	return h
}

// Sample returns a sample of total values of which the first matching carry the
// bits of all the kinds given.
func (e Engine) Sample(total, matching int, kinds ...detectors.Kind) scanner.Sample {
	s := scanner.Sample{Hashes: Hashes(total), Kinds: make([]uint64, total)}
	for i := range matching {
		for _, k := range kinds {
			s.Kinds[i] |= e.Bit(k)
		}
	}
	return s
}

// Distinct returns the exact count of n values.
func Distinct(n int) scanner.Distinct { return scanner.Distinct{Exact: Hashes(n)} }

// Started is when the imaginary scan began.
var Started = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// New returns the inventory of r for an audience.
func New(r scanner.Results, audience string) (*inventory.Inventory, error) {
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, err
	}
	return inventory.New(r, Detectors(), tax, inventory.Options{
		Audience: audience,
		Assess:   func(l *inventory.Location) { register.Assess(tax, l) },
	})
}

// Many returns n plain locations with an e-mail column each: a share as large as
// one likes.
func Many(n int) *Results {
	e := Detectors()
	r := &Results{R: run()}
	for i := range n {
		var id scanner.ID
		id[0], id[1], id[2], id[3] = byte(i>>24), byte(i>>16), byte(i>>8), byte(i)
		l := scanner.Location{Place: file(fmt.Sprintf("/archives/%04d/dossier-%06d/export.csv", i/1000, i))}
		l.ID = id
		if i%2 == 0 {
			l.Elements = []scanner.Element{{Index: 0, Name: "courriel", Field: "courriel", Column: 1, Table: true, Values: 12, Sample: e.Sample(12, 12, "email")}}
			l.Cells = []scanner.Cell{{Element: 0, Kind: "email", Matches: 12, Whole: 12, Best: 90, Why: detectors.Structure | detectors.ColumnName, Distinct: Distinct(12)}}
		}
		r.add(l)
	}
	return r
}

func (r *Results) add(l scanner.Location, found ...scanner.Finding) {
	r.R.Coverage.Add(&l.Place)
	r.Locations = append(r.Locations, l)
	r.Found = append(r.Found, found)
}

func run() scanner.Run {
	return scanner.Run{
		ID: "20261122T093000-3fa9c1", Started: Started, Ended: Started.Add(95 * time.Second), Version: "0.1.0",
		Engine: "6d1f0c", State: "complete",
		Targets: []scanner.Target{{Source: "partage", Kind: "file_share", URI: "file:///srv/partage"}},
		Params:  map[string]string{"findings": "sample"}, Timings: map[string]float64{"scan": 92.5},
	}
}

func file(path string) scanner.Place {
	return scanner.Place{
		Source: "partage", URI: "file:///srv/partage" + path, MediaType: "text/csv", Format: "csv", Size: 48_211, Records: 240,
		Modified: time.Date(2024, 2, 29, 22, 15, 0, 0, time.UTC), Owner: "gestion", Access: "group", Basis: "posix",
		Groups: []string{"prestations"}, Read: 48_211, ReadAt: Started.Add(3 * time.Second),
	}
}

// Example returns a small share in which every rule of the inventory shows.
func Example() *Results {
	r := &Results{R: run()}
	r.R.Limits = []string{"findings_limit"}
	r.R.Notes = []string{"atime_changed"}
	r.R.Failures = []scanner.SourceFailure{{Source: "base-rh", Reason: sources.TimedOut}}
	r.claims()
	r.unnamed()
	r.medical()
	r.statuses()
	return r
}

// claims is an export with a named column of each kind and an unusual name.
func (r *Results) claims() {
	e := Detectors()
	l := scanner.Location{Place: file("/prestations/=decompte\x1b.csv")}
	l.ID = ID(1)
	l.Aliases = []string{"file:///srv/partage/copie/decompte.csv"}
	l.Elements = []scanner.Element{
		{Index: 0, Name: "nir", Field: "nir", Column: 1, Table: true, Values: 240, Sample: e.Sample(200, 197, "nir")},
		{Index: 1, Name: "+iban", Field: "+iban", Column: 2, Table: true, Values: 238, Sample: e.Sample(180, 180, "iban")},
		{Index: 2, Name: "code_acte", Field: "code_acte", Column: 3, Table: true, Values: 240, Sample: e.Sample(40, 40, "ccam")},
		{Index: 3, Name: "commentaire", Field: "commentaire", Column: 4, Table: true, Values: 30, Sample: e.Sample(30, 1, "nir")},
	}
	l.Cells = []scanner.Cell{
		{Element: 0, Kind: "nir", Matches: 237, Rejected: 3, Whole: 237, Best: 97, Why: detectors.Structure | detectors.Key | detectors.ColumnName, Linked: 237, Distinct: Distinct(197)},
		{Element: 1, Kind: "iban", Matches: 238, Whole: 238, Best: 95, Why: detectors.Structure | detectors.Key | detectors.ColumnName, Linked: 236, Distinct: Distinct(180)},
		{Element: 2, Kind: "ccam", Matches: 240, Whole: 240, Best: 70, Why: detectors.Structure | detectors.ColumnName, Linked: 239, Distinct: Distinct(40)},
		{Element: 3, Kind: "nir", Matches: 1, Whole: 1, Best: 60, Why: detectors.Structure | detectors.Key, Linked: 1, Distinct: Distinct(1)},
	}
	r.add(l,
		scanner.Finding{Element: 0, Kind: "nir", Score: 97, Strength: detectors.Verified, Why: detectors.Structure | detectors.Key | detectors.ColumnName,
			At: sources.Location{Field: "nir", Row: 2, Column: 1, Line: 2, Byte: 45}, Len: 15, Digest: 0x9f00},
		scanner.Finding{Element: 2, Kind: "ccam", Score: 70, Strength: detectors.Probable, Why: detectors.Structure | detectors.ColumnName,
			At: sources.Location{Field: "code_acte", Row: 2, Column: 3, Line: 2, Byte: 90}, Len: 7},
	)
}

// unnamed is a table whose columns say nothing by their names.
func (r *Results) unnamed() {
	e := Detectors()
	l := scanner.Location{Place: file("/divers/liste.xlsx")}
	l.ID, l.MediaType, l.Format = ID(2), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"
	l.Elements = []scanner.Element{
		{Index: 0, Name: "Feuil1!A", Part: "Feuil1", Column: 1, Table: true, Values: 60, Sample: e.Sample(60, 58, "phone_fr")},
		{Index: 1, Name: "Feuil1!B", Part: "Feuil1", Column: 2, Table: true, Values: 60, Sample: e.Sample(60, 6, "siren", "finess")},
	}
	l.Cells = []scanner.Cell{
		{Element: 0, Kind: "phone_fr", Weak: 58, Whole: 58, Why: detectors.Structure, Distinct: Distinct(58)},
		{Element: 1, Kind: "finess", Weak: 6, Whole: 6, Why: detectors.Structure | detectors.Key, Distinct: Distinct(6)},
		{Element: 1, Kind: "siren", Weak: 6, Rejected: 54, Whole: 6, Why: detectors.Structure | detectors.Key, Distinct: Distinct(6)},
	}
	r.add(l,
		scanner.Finding{Element: 0, Kind: "phone_fr", Score: 35, Weak: true, Why: detectors.Structure, At: sources.Location{Part: "Feuil1", Field: "A", Row: 1, Column: 1, Byte: -1}, Len: 10},
		scanner.Finding{Element: 1, Kind: "siren", Score: 30, Weak: true, Why: detectors.Structure, At: sources.Location{Part: "Feuil1", Field: "B", Row: 1, Column: 2, Byte: -1}, Len: 9},
	)
}

// medical is a report inside an archive.
func (r *Results) medical() {
	l := scanner.Location{Place: file("/temp/copie.zip")}
	l.ID, l.Container, l.MediaType, l.Format = ID(3), "dossiers.zip!/compte-rendu.pdf", "application/pdf", "pdf"
	l.Elements = []scanner.Element{{Index: 0, Name: "p.1", Page: 1}, {Index: 1, Name: "p.2", Page: 2}}
	l.Cells = []scanner.Cell{
		{Element: 0, Kind: "ccam", Matches: 2, Best: 66, Why: detectors.Structure | detectors.ContextWord, Distinct: Distinct(2)},
		{Element: 0, Kind: "cim10", Matches: 3, Best: 70, Why: detectors.Structure | detectors.ContextWord, Distinct: Distinct(2)},
		{Element: 0, Kind: "nir", Matches: 1, Best: 90, Why: detectors.Structure | detectors.Key | detectors.ContextWord, Distinct: Distinct(1)},
		{Element: 1, Kind: "cim10", Matches: 1, Best: 70, Why: detectors.Structure | detectors.ContextWord, Distinct: Distinct(1)},
	}
	r.add(l,
		scanner.Finding{Element: 0, Kind: "nir", Score: 90, Strength: detectors.Verified, Why: detectors.Structure | detectors.Key | detectors.ContextWord, At: sources.Location{Page: 1, Byte: -1}, Len: 21},
		scanner.Finding{Element: 0, Kind: "cim10", Score: 70, Strength: detectors.Probable, Why: detectors.Structure | detectors.ContextWord, At: sources.Location{Page: 1, Byte: -1}, Len: 5},
	)
}

// statuses are locations that were not read, or not in full.
func (r *Results) statuses() {
	for i, s := range []struct {
		path   string
		status sources.Status
		detail sources.Reason
		skips  []scanner.Skip
		files  int64
	}{
		{"/medical/dossiers.7z", sources.Encrypted, sources.PasswordProtected, nil, 0},
		{"/scans/devis.pdf", sources.Partial, "", []scanner.Skip{{Reason: sources.NoTextLayer, Count: 3}}, 0},
		{"/.snapshot", sources.Excluded, sources.SnapshotFolder, nil, 420},
		{"/home/[EMAIL]/perso.xlsx", sources.PrivateMarked, "", nil, 0},
		{"/rh/secret", sources.NotListable, sources.PermissionDenied, nil, 0},
		{"/notes/lisez-moi.txt", sources.Scanned, "", nil, 0},
	} {
		l := scanner.Location{Place: file(s.path)}
		l.ID = ID(byte(10 + i))
		l.Status, l.Detail, l.Skips, l.Files = s.status, s.detail, s.skips, s.files
		l.Bytes, l.Masked = s.files*1000, s.path == "/home/[EMAIL]/perso.xlsx"
		if s.status != sources.Scanned && s.status != sources.Partial {
			l.Read, l.ReadAt = 0, time.Time{}
		}
		r.add(l)
	}
}
