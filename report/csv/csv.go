// Package csv writes inventaire.csv: one line for each kind of data at each
// location, for tools that load tables. It follows RFC 4180 in UTF-8, with a header.
// A cell that a spreadsheet would take for a formula begins with an apostrophe.
package csv

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"recense/report"
	"recense/report/inventory"
)

// FileName is the name of the document.
const FileName = "inventaire.csv"

// Writer writes inventaire.csv.
var Writer = report.Writer{
	Name:     "csv",
	Doc:      "Inventaire en CSV / Inventory as CSV\ninventaire.csv: one line for each kind of data at each location, with strength, counts, severity, access and whether it is new.",
	Write:    write,
	Compares: true,
}

var header = []string{"run", "source", "location_id", "uri", "container", "category", "detector", "strength", "asserted", "matches",
	"distinct", "distinct_is_estimate", "severity", "impact", "art9", "nir", "persons", "access", "status", "size", "modified", "state", "alert_id"}

func write(ctx context.Context, dir string, in report.Input) ([]string, error) {
	err := report.Single(dir, FileName, func(w io.Writer) error {
		buf := bufio.NewWriterSize(w, 1<<18)
		out := csv.NewWriter(buf)
		out.UseCRLF = true
		if err := out.Write(header); err != nil {
			return err
		}
		run, compared := in.Inventory.Run().ID, in.Earlier.Compare()
		record := make([]string, 0, len(header))
		err := in.Inventory.Walk(ctx, func(l *inventory.Location) error {
			isNew := compared.Location(l)
			for i := range l.Inventory {
				state := ""
				if isNew != nil {
					state = map[bool]string{true: "new", false: "unchanged"}[isNew[i]]
				}
				record = appendRow(record[:0], run, state, l, &l.Inventory[i])
				if err := out.Write(record); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
		return buf.Flush()
	})
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	return []string{FileName}, nil
}

func appendRow(to []string, run, state string, l *inventory.Location, r *inventory.InventoryRow) []string {
	id := inventory.AlertID(l.ID, r)
	to = append(to, run, l.Source, l.ID.String(), l.Outer, l.Member, r.Category, r.Detector, r.Strength.String(), strconv.FormatBool(r.Asserted),
		number(r.Matches), number(r.Distinct), strconv.FormatBool(r.DistinctEstimate), r.Severity, l.Impact, strconv.FormatBool(r.Art9),
		strconv.FormatBool(r.NIR), number(l.Persons), l.Access, l.Status.String(), number(l.Size), moment(l.Modified), state, hex.EncodeToString(id[:]))
	for i := range to {
		to[i] = inert(to[i])
	}
	return to
}

// number is empty where nothing is known.
func number(n int64) string {
	if n == inventory.Unknown {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// inert makes a text that no spreadsheet computes.
func inert(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
