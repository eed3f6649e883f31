package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"recense/report/words"
	"recense/scanner"
)

// plan lists what a scan would read, on standard output, and opens nothing.
func (a *app) plan(ctx context.Context, j *job) error {
	if len(j.sources) == 0 {
		return quiet(exitUnreachable)
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
		fmt.Fprintf(a.out, "%s: %d\n", r.Text, r.Count)
	}
	for _, f := range o.Failures {
		fmt.Fprintf(a.out, "%s: %s\n", f.Source, f.Reason)
	}
	fmt.Fprintf(a.out, a.t("about %s for one worker; archives, PDF and workbooks take longer\n", "environ %s pour un processus ; archives, PDF et classeurs prennent plus\n"),
		(time.Duration(o.Seconds * float64(time.Second))).Round(100*time.Millisecond))
	switch {
	case len(o.Failures)+len(j.failures) > 0:
		return quiet(exitUnreachable)
	case o.Files == 0:
		return quiet(exitUsage)
	}
	return nil
}
