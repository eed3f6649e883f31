package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/notify"
	"recense/detectors"
	"recense/report/inventory"
	"recense/report/ocsf"
	"recense/scanner"
)

// runDigest is what others are told of a run: ids and counts.
func runDigest(run scanner.Run, inv *inventory.Inventory, f *freshness) *notify.Digest {
	n, analysed, unchanged, sampled, excluded, failed := run.Coverage.Terms()
	d := &notify.Digest{
		Run: run.ID, Sources: sourceNames(run), Version: run.Version, Started: run.Started, Ended: run.Ended, State: run.State, ExitCode: run.ExitCode,
		Coverage: map[string]int64{"discovered": n, "analysed": analysed, "unchanged": unchanged, "sampled": sampled, "excluded": excluded, "failed": failed,
			"not_listable": run.Coverage.NotListable, "sources_not_reached": int64(len(run.Failures))},
		Reduced: run.Reduced, Matches: run.Matches, Categories: map[string]int64{},
	}
	if f.asked {
		d.New, d.Accepted = &f.New, &f.Accepted
	}
	if inv == nil {
		return d
	}
	for _, c := range inv.Totals() {
		if sure := c.Locations[detectors.Probable] + c.Locations[detectors.Verified]; sure > 0 {
			d.Categories[c.Category.ID] = sure
		}
	}
	if inv.Register() != nil {
		g := inv.Gaps()
		d.Gaps = &notify.Gaps{Priority: [4]int64(g.Priority[1:]), New: g.New, Settled: g.Settled}
	}
	return d
}

// notify tells those whom the configuration names.
func (a *app) notify(ctx context.Context, c *config.Notify, d *notify.Digest, folder, state string, ui *ui) {
	send := func(name string, wanted bool, deliver func() error) {
		if !wanted || c.When == "problems" && d.ExitCode == exitOK {
			return
		}
		if err := deliver(); err != nil {
			a.complain(err)
			return
		}
		ui.events.Info("notified", "by", name)
	}
	send("webhook", c.Webhook != nil, func() error {
		secret, err := c.Webhook.Secret.Secret(ctx, a.getenv)
		if err != nil {
			return err
		}
		return (&notify.Webhook{URL: c.Webhook.URL, Secret: secret}).Send(ctx, d)
	})
	send("mail", c.Mail != nil, func() error {
		return (&notify.Mail{Server: c.Mail.MailServer(), From: c.Mail.From, To: c.Mail.To, Lang: a.docs}).Send(ctx, d)
	})
	send("syslog", c.Syslog != nil, func() error { return sendSyslog(ctx, c.Syslog, d, filepath.Join(folder, ocsf.FileName), state) })
}

// sendSyslog sends the digest of a run, its OCSF events if they are among its documents,
// and the events of the audit file that were not sent before.
func sendSyslog(ctx context.Context, c *config.Syslog, d *notify.Digest, events, state string) error {
	s := &notify.Syslog{Server: c.Server}
	if c.CA != "" {
		var err error
		if s.CA, err = os.ReadFile(c.CA); err != nil {
			return errors.New("syslog: the file of authorities cannot be read")
		}
	}
	audits, sent, err := newAudits(state)
	if err != nil {
		return err
	}
	var all io.Reader = bytes.NewReader(audits)
	if f, err := os.Open(events); err == nil {
		defer f.Close()
		all = io.MultiReader(f, all)
	}
	if err := s.Send(ctx, d, all); err != nil {
		return err
	}
	return sent()
}
