package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"recense/detectors"
)

func (a *app) newDetectors() *cobra.Command {
	var asJSON bool
	var path string
	c := &cobra.Command{
		Use:   "detectors [KIND]",
		Short: a.t("list the detectors, or tell all about one", "lister les détecteurs, ou tout dire d'un seul"),
		Long: a.t("detectors lists every detector with the highest strength it may reach; with a KIND\nit prints the rule, its source, the context words and the column names.\n\nExit codes: 0 done, 2 unknown KIND.",
			"detectors donne la liste des détecteurs avec le niveau de preuve le plus élevé qu'ils\npeuvent atteindre ; avec un TYPE, la règle, sa source, les mots de contexte et les\nnoms de colonnes.\n\nCodes de sortie : 0 fait, 2 TYPE inconnu."),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			house, err := a.house(path)
			if err != nil {
				return err
			}
			ds, err := a.detectorsOf(selection{only: args, house: house})
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return a.detectorsJSON(ds)
			case len(args) == 1:
				a.describeDetector(ds[0])
			default:
				a.listDetectors(ds)
			}
			return nil
		},
	}
	a.configFlag(c.Flags(), &path)
	c.Flags().BoolVar(&asJSON, "json", false, a.t("one JSON object a line", "un objet JSON par ligne"))
	return c
}

func (a *app) listDetectors(ds []*detectors.Detector) {
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, d := range ds {
		fmt.Fprintf(w, "%s\t%s\t%s\n", d.Kind, a.strengthWord(d.Max), d.Title(a.lang))
	}
	w.Flush()
}

func (a *app) describeDetector(d *detectors.Detector) {
	colon := a.t(": ", " : ")
	fmt.Fprintf(a.out, "%s%s%s\n%s\n", d.Kind, colon, d.Title(a.lang), d.Rule(a.lang))
	line := func(name string, words []string) {
		if len(words) > 0 {
			fmt.Fprintf(a.out, "\n%s%s%s\n", name, colon, strings.Join(words, ", "))
		}
	}
	fmt.Fprintf(a.out, "\n%s%s%s\n", a.t("highest strength", "niveau de preuve maximal"), colon, a.strengthWord(d.Max))
	line(a.t("words near it that raise the score", "mots proches qui élèvent le score"), d.Context)
	line(a.t("words near it that lower the score", "mots proches qui abaissent le score"), d.Against)
	line(a.t("names of columns", "noms de colonnes"), d.Columns)
}

func (a *app) detectorsJSON(ds []*detectors.Detector) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	for _, d := range ds {
		title, _, _ := strings.Cut(d.Doc, "\n") // both languages: programs read it whatever --lang says
		err := enc.Encode(struct {
			Kind        string   `json:"kind"`
			Title       string   `json:"title"`
			Strength    string   `json:"strength"`
			Context     []string `json:"context"`
			Against     []string `json:"against"`
			Columns     []string `json:"columns"`
			Placeholder string   `json:"placeholder"`
		}{string(d.Kind), title, d.Max.String(), d.Context, d.Against, d.Columns, d.Placeholder})
		if err != nil {
			return err
		}
	}
	return nil
}
