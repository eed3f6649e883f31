package main

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/pflag"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/priority"
	"recense/cmd/recense/internal/schedule"
	"recense/scanner/limits"
)

// paceOptions are the flags about how much of the machine a scan takes.
type paceOptions struct {
	MaxRate    string
	Files      int
	Pressure   int
	Background bool
}

func (a *app) paceFlags(f *pflag.FlagSet, o *paceOptions) {
	f.StringVar(&o.MaxRate, "max-rate", "", a.t("bytes a second, 5MiB, or a timetable such as \"Mon-Fri 08:00,5M 19:00,off\" (pause: nothing is begun)", "octets par seconde, 5MiB, ou un horaire comme « Mon-Fri 08:00,5M 19:00,off » (pause : rien n'est commencé)"))
	f.IntVar(&o.Files, "max-files", 0, a.t("files begun a second", "fichiers commencés par seconde"))
	f.IntVar(&o.Pressure, "max-pressure", 0, a.t("slow down while something waits for a disk so much of the time, in percent (Linux)", "ralentir tant qu'un programme attend un disque cette part du temps, en pour cent (Linux)"))
	f.BoolVar(&o.Background, "background", false, a.t("behind all other programs, for processor and disks (Linux)", "derrière tous les autres programmes, pour le processeur et les disques (Linux)"))
}

// settle takes from the configuration what the command line did not say.
func (o *paceOptions) settle(flags *pflag.FlagSet, c config.Pace) {
	o.take(paceOptions(c), func(name string) bool { return !flags.Changed(name) })
}

// override takes what the command line says.
func (o *paceOptions) override(flags *pflag.FlagSet, with paceOptions) { o.take(with, flags.Changed) }

func (o *paceOptions) take(from paceOptions, wanted func(flag string) bool) {
	if wanted("max-rate") {
		o.MaxRate = from.MaxRate
	}
	if wanted("max-files") {
		o.Files = from.Files
	}
	if wanted("max-pressure") {
		o.Pressure = from.Pressure
	}
	if wanted("background") {
		o.Background = from.Background
	}
}

func (o *paceOptions) check(a *app) error {
	if o.MaxRate != "" {
		if _, err := limits.ParseTimetable(o.MaxRate); err != nil {
			return usageError(a.t("For example 5M, or \"Mon-Fri 08:00,5M 19:00,off\".", "Par exemple 5M, ou « Mon-Fri 08:00,5M 19:00,off »."), "--max-rate: %w", err)
		}
	}
	if o.Files < 0 || o.Pressure < 0 || o.Pressure > 100 {
		return usageError("", "%s", a.t("--max-files takes a number, --max-pressure 0 to 100", "--max-files prend un nombre, --max-pressure 0 à 100"))
	}
	return nil
}

// wait makes what holds the scan back; nil when nothing does.
func (o *paceOptions) wait(zone string, ui *ui) (func(context.Context, int, int64) error, error) {
	if o.MaxRate == "" && o.Files == 0 && o.Pressure == 0 {
		return nil, nil
	}
	opt := limits.Options{Files: o.Files, Pressure: o.Pressure, Held: func(why string, d time.Duration) {
		ui.events.Debug("held", "class", why, "seconds", d.Seconds())
	}}
	if o.MaxRate != "" {
		var err error
		if opt.Timetable, err = limits.ParseTimetable(o.MaxRate); err != nil {
			return nil, err
		}
	}
	var err error
	if opt.Zone, err = zoneOf(zone); err != nil {
		return nil, err
	}
	return limits.New(opt).Wait, nil
}

func zoneOf(name string) (*time.Location, error) {
	return time.LoadLocation(cmp.Or(name, schedule.Zone))
}

// rateAt is the rate that holds at a moment; 0: none, below: nothing is begun.
func (o *paceOptions) rateAt(zone string, at time.Time) limits.Rate {
	table, err := limits.ParseTimetable(o.MaxRate)
	if err != nil {
		return 0
	}
	if location, err := zoneOf(zone); err == nil {
		at = at.In(location)
	}
	return table.At(at)
}

// stepBack lowers the priority of the program and of its workers.
func (o *paceOptions) stepBack(ui *ui) {
	if !o.Background {
		return
	}
	if err := priority.Background(); err != nil {
		if ui.logged {
			ui.events.Warn("not_in_background", "class", "unsupported")
		} else if !ui.quiet {
			ui.app.say(ui.app.t("--background is not possible on this system", "--background n'est pas possible sur ce système"))
		}
	}
}
