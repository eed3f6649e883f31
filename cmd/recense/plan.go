package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"recense/report/taxonomy"
	"recense/report/words"
	"recense/scanner"
)

// plan lists what a scan would read, on standard output, and opens nothing.
func (a *app) plan(ctx context.Context, j *job) error {
	if len(j.sources) == 0 {
		return quiet(exitUnreachable)
	}
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	opt, err := j.scannerOptions(a, nil, scanner.Run{})
	if err != nil {
		return err
	}
	o, err := scanner.Plan(ctx, j.sources, opt)
	if err != nil {
		return quiet(exitInterrupted)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, a.t("extension\tfiles\tsize\t", "extension\tfichiers\ttaille\t"))
	for _, t := range o.ByExtension {
		name := t.Extension
		if name == "" {
			name = a.t("(none)", "(sans)")
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t\n", name, t.Files, words.Bytes(a.lang, t.Bytes))
	}
	fmt.Fprintf(w, "%s\t%d\t%s\t\n", a.t("to read", "à lire"), o.Files, words.Bytes(a.lang, o.Bytes))
	w.Flush()
	for _, r := range a.reasonsOf(&o.Skipped) {
		fmt.Fprintf(a.out, a.t("%s: %d\n", "%s : %d\n"), r.Text, r.Count)
	}
	for _, f := range o.Failures {
		fmt.Fprintf(a.out, a.t("%s: %s\n", "%s : %s\n"), f.Source, words.Reason(a.lang, tax, f.Reason))
	}
	fmt.Fprintf(a.out, a.t("about %s for one worker; archives, PDF and workbooks take longer\n", "environ %s pour un processus ; archives, PDF et classeurs prennent plus\n"),
		estimate(a.lang, o.Seconds))
	switch {
	case len(o.Failures)+len(j.failures) > 0:
		return quiet(exitUnreachable)
	case o.Files == 0:
		return quiet(exitUsage)
	}
	return nil
}

// estimate words a time: seconds below a minute, else hours and minutes.
func estimate(lang string, seconds float64) string {
	if seconds < 60 {
		return words.Seconds(lang, seconds)
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Minute)
	return strings.TrimPrefix(fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60), "0 h ")
}
