package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"recense/cmd/recense/internal/config"
	"recense/detectors"
	"recense/report/taxonomy"
	"recense/scanner"
)

// selection are the flags that choose detectors.
type selection struct {
	only, except []string
	house        config.Detection
}

// detectorsOf applies --only and --except to the list. Detectors left out take
// no part in arbitration.
func (a *app) detectorsOf(s selection) ([]*detectors.Detector, error) {
	all, err := s.house.All()
	if err != nil {
		return nil, err
	}
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

// houseParam names the parameter of a run that holds what the organisation added to
// the detectors, so that its documents can be written again.
const houseParam = "own_detectors"

// taxonomyParam names the parameter of a run that tells its taxonomy: 16 digits of its
// SHA-256.
const taxonomyParam = "taxonomy"

// engineOf returns the engine of a finished run, without keys and lists, and the
// taxonomy with its kinds.
func engineOf(run scanner.Run) (*detectors.Engine, *taxonomy.Taxonomy, error) {
	c := workerConfig{Only: strings.Split(run.Params["detectors"], ",")}
	if text := run.Params[houseParam]; text != "" {
		if err := json.Unmarshal([]byte(text), &c.House); err != nil {
			return nil, nil, errors.New("the detectors of the run cannot be read")
		}
	}
	e, err := c.engine()
	if err != nil {
		return nil, nil, err
	}
	tax, err := c.House.Taxonomy()
	return e, tax, err
}

// strengthWord names a strength in the language of the user.
func (a *app) strengthWord(s detectors.Strength) string {
	if a.lang != "fr" {
		return s.String()
	}
	return map[detectors.Strength]string{detectors.Weak: "faible", detectors.Possible: "possible", detectors.Probable: "probable", detectors.Verified: "contrôlé"}[s]
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
