package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/notify"
	"recense/detectors"
	"recense/report/inventory"
	"recense/report/ocsf"
	"recense/report/words"
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

// mailOf is what a person is told of a run: the summary, in the language of the documents.
func (a *app) mailOf(run scanner.Run, inv *inventory.Inventory, f *freshness) (subject, text string) {
	reader := *a
	reader.lang = a.docs
	var b strings.Builder
	reader.outcome(&b, run, inv)
	if f.asked {
		fmt.Fprintf(&b, reader.t("new: %d, accepted: %d\n", "nouveaux : %d, acceptés : %d\n"), f.New, f.Accepted)
	}
	fmt.Fprintf(&b, reader.t("\nexit code: %d\n%s\n", "\ncode de sortie : %d\n%s\n"), run.ExitCode, strings.TrimSpace(reader.exitCodesHelp()))
	return fmt.Sprintf(reader.t("recense: %s: %s (code %d)", "recense : %s : %s (code %d)"), strings.Join(sourceNames(run), ", "), words.Outcome(reader.lang, &run), run.ExitCode), b.String()
}

// notify tells those whom the configuration names.
func (a *app) notify(ctx context.Context, j *job, run scanner.Run, inv *inventory.Inventory, f *freshness, ui *ui) {
	c, d := &j.config.Notify, runDigest(run, inv, f)
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
		subject, text := a.mailOf(run, inv, f)
		return (&notify.Mail{Server: c.Mail.MailServer(), From: c.Mail.From, To: c.Mail.To, Subject: subject, Text: text}).Send(ctx, d)
	})
	send("syslog", c.Syslog != nil, func() error {
		return sendSyslog(ctx, c.Syslog, d, filepath.Join(j.folder(run.ID), ocsf.FileName), j.state)
	})
}

// sendSyslog sends the digest of a run, its OCSF events if they are among its documents,
// and the events of the audit file that were not sent before.
func sendSyslog(ctx context.Context, c *config.Syslog, d *notify.Digest, events, state string) error {
	s := &notify.Syslog{Server: c.Server}
	if c.CA != "" {
		var err error
		if s.CA, err = os.ReadFile(c.CA); err != nil {
			return fileError("read", c.CA, err)
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
