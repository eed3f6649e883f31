package main

import (
	"fmt"
	"strings"

	"recense/detectors"
)

// selection are the flags that choose detectors.
type selection struct {
	only, except []string
}

// detectorsOf applies --only and --except to the list. Detectors left out take
// no part in arbitration.
func (a *app) detectorsOf(s selection) ([]*detectors.Detector, error) {
	all := detectors.All()
	known := map[string]bool{}
	for _, d := range all {
		known[string(d.Kind)] = true
	}
	set := func(kinds []string) (map[string]bool, error) {
		m := map[string]bool{}
		for _, k := range kinds {
			if !known[k] {
				return nil, usageError(a.t("recense detectors lists them.", "recense detectors en donne la liste."), a.t("unknown detector %q", "détecteur inconnu %q"), k)
			}
			m[k] = true
		}
		return m, nil
	}
	only, err := set(s.only)
	if err != nil {
		return nil, err
	}
	except, err := set(s.except)
	if err != nil {
		return nil, err
	}
	var ds []*detectors.Detector
	for _, d := range all {
		k := string(d.Kind)
		if (len(only) == 0 || only[k]) && !except[k] {
			ds = append(ds, d)
		}
	}
	if len(ds) == 0 {
		return nil, usageError("", "%s", a.t("no detector is left", "il ne reste aucun détecteur"))
	}
	return ds, nil
}

// titleOf returns the first line of a detector's documentation.
func titleOf(d *detectors.Detector) string {
	title, _, _ := strings.Cut(d.Doc, "\n")
	return title
}

// strengthWord names a strength in the language of the user.
func (a *app) strengthWord(s detectors.Strength) string {
	if a.lang != "fr" {
		return s.String()
	}
	return map[detectors.Strength]string{detectors.Weak: "faible", detectors.Possible: "possible", detectors.Probable: "probable", detectors.Verified: "vérifié"}[s]
}

// parseStrength reads the name of a strength.
func parseStrength(s string) (detectors.Strength, error) {
	for _, st := range []detectors.Strength{detectors.Possible, detectors.Probable, detectors.Verified} {
		if st.String() == s {
			return st, nil
		}
	}
	return 0, fmt.Errorf("unknown strength %q: possible, probable or verified", s)
}
