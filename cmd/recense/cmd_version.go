package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"recense/detectors"
)

// version is the release; the build may override it with -ldflags -X.
var version = "0.1.0"

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.t("print the version, the kernel in use and the digest of the detectors", "afficher la version, le noyau utilisé et l'empreinte des détecteurs"),
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			e, err := detectors.NewEngine(detectors.All(), detectors.Options{})
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "recense %s%s %s %s/%s\n", version, revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			fmt.Fprintf(a.out, "%s: %d, %s %s\n%s: %s\n", a.t("detectors", "détecteurs"), len(e.Detectors()),
				a.t("digest", "empreinte"), e.Version(), a.t("kernel", "noyau"), e.Kernel())
			return nil
		},
	}
}

// revision returns " (commit)" when the build recorded it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return " (" + s.Value[:12] + ")"
		}
	}
	return ""
}
