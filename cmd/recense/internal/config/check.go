package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"recense/cmd/recense/internal/schedule"
	"recense/detectors"
	"recense/report/taxonomy"
	"recense/report/yamldoc"
	"recense/scanner/limits"
)

// maxDetectors bounds the detectors of the organisation's own.
const maxDetectors = 16

// check looks at everything that the form of the file does not say.
func (c *Config) check(d *yamldoc.Document, known Known) {
	d.Unique("sources", "name", len(c.Sources), func(i int) string { return c.Sources[i].Name })
	for i := range c.Sources {
		c.Sources[i].check(d, i)
	}
	notBelowZero(d, reflect.ValueOf(c.Limits), "limits")
	if c.Workers < 0 || c.Workers > 1024 {
		d.Wrong("expected 1 to 1024 processes, or 0 for one per processor", "workers")
	}
	if c.FullEvery < 0 || c.FullEvery > 366 {
		d.Wrong("expected 1 to 366 days, or 0 for the default", "full_every_days")
	}
	for i, f := range c.Outputs.Formats {
		d.OneOf(f, known.Formats, "outputs", "formats", i)
	}
	if c.Outputs.Lang != "" {
		d.OneOf(c.Outputs.Lang, []string{"fr", "en"}, "outputs", "lang")
	}
	if c.Policy != "" && c.Register == "" {
		d.Wrong("goes with a register", "policy")
	}
	c.checkPace(d)
	c.checkSchedules(d)
	c.Notify.check(d)
	c.Organisation.check(d)
	c.checkDetectors(d)
}

func (c *Config) checkPace(d *yamldoc.Document) {
	if p := c.Pace.MaxRate; p != "" {
		if _, err := limits.ParseTimetable(p); err != nil {
			d.Wrong(err.Error(), "pace", "max_rate")
		}
	}
	if c.Pace.Files < 0 || c.Pace.Files > 1_000_000 {
		d.Wrong("expected 1 to 1,000,000 files, or 0 for no limit", "pace", "files_per_second")
	}
	if c.Pace.Pressure < 0 || c.Pace.Pressure > 100 {
		d.Wrong("expected 1 to 100 percent, or 0 for never", "pace", "max_pressure")
	}
}

func (c *Config) checkSchedules(d *yamldoc.Document) {
	if _, err := schedule.Parse("@daily", c.Serve.Zone); err != nil {
		d.Wrong("unknown time zone", "serve", "timezone")
		return
	}
	if a := c.Serve.Metrics; a != "" {
		host, _, err := net.SplitHostPort(a)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			d.Wrong("expected an address of this machine alone, such as 127.0.0.1:9464", "serve", "metrics")
		}
	}
	known := map[string]bool{}
	for _, s := range c.Sources {
		known[s.Name] = true
	}
	d.Unique("schedules", "name", len(c.Schedules), func(i int) string { return c.Schedules[i].Name })
	for i := range c.Schedules {
		s := &c.Schedules[i]
		if !nameForm(s.Name) {
			d.Wrong(nameFormError, "schedules", i, "name")
		}
		if _, err := schedule.Parse(s.Cron, c.Serve.Zone); err != nil {
			d.Wrong(err.Error(), "schedules", i, "cron")
		}
		if len(s.Sources) == 0 {
			d.Wrong("names no source", "schedules", i, "sources")
		}
		for _, name := range s.Sources {
			if !known[name] {
				d.Wrong(fmt.Sprintf("%q is no source%s", name, yamldoc.Nearest(name, known)), "schedules", i, "sources")
			}
		}
		if s.CatchUp < 0 || s.CatchUp > 24*31 {
			d.Wrong("expected 1 to 744 hours, or 0 for the default", "schedules", i, "catch_up_hours")
		}
		for _, arg := range s.Args {
			if !strings.HasPrefix(arg, "--") {
				d.Wrong("expected options such as --format=sarif", "schedules", i, "options")
			}
		}
	}
}

func (n *Notify) check(d *yamldoc.Document) {
	if n.When != "" {
		d.OneOf(n.When, []string{"always", "problems"}, "notify", "when")
	}
	if w := n.Webhook; w != nil {
		u, err := url.Parse(w.URL)
		switch {
		case err != nil || u.Host == "":
			d.Wrong("not a URL", "notify", "webhook", "url")
		case u.User != nil || holdsPassword(u):
			d.Wrong("holds a password", "notify", "webhook", "url")
		case u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())):
			d.Wrong("expected https", "notify", "webhook", "url")
		}
		w.Secret.check(d, "notify", "webhook", "secret")
	}
	if m := n.Mail; m != nil {
		if _, _, err := net.SplitHostPort(m.MailServer()); err != nil {
			d.Wrong("expected host:port", "notify", "mail", "server")
		}
		if _, err := mail.ParseAddress(m.From); err != nil {
			d.Wrong("expected an address", "notify", "mail", "from")
		}
		if len(m.To) == 0 {
			d.Wrong("names nobody", "notify", "mail", "to")
		}
		for _, to := range m.To {
			if _, err := mail.ParseAddress(to); err != nil {
				d.Wrong("expected addresses", "notify", "mail", "to")
			}
		}
	}
	if s := n.Syslog; s != nil {
		if _, _, err := net.SplitHostPort(s.Server); err != nil {
			d.Wrong("expected host:port", "notify", "syslog", "server")
		}
	}
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

const nameFormError = "expected up to 64 letters, digits, dots, hyphens and _"

// nameForm reports whether a name may stand in file names, ids and metrics.
func nameForm(name string) bool {
	return len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool {
		return !(r < 0x80 && (r == '.' || r == '_' || r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'))
	}) < 0
}

func (s *Source) check(d *yamldoc.Document, i int) {
	if !nameForm(s.Name) {
		d.Wrong(nameFormError, "sources", i, "name")
	}
	if s.Target == "" {
		d.Wrong("is needed", "sources", i, "target")
	}
	if u, err := url.Parse(s.Target); s.URL() && err != nil {
		d.Wrong("not a URL", "sources", i, "target") // the error would quote it
	} else if s.URL() && holdsPassword(u) {
		d.Wrong("holds a password: name its place in credentials", "sources", i, "target")
	}
	if s.Workers < 0 || s.Workers > 1024 {
		d.Wrong("expected 1 to 1024 processes, or 0 for all", "sources", i, "workers")
	}
	if s.Credentials != nil {
		s.Credentials.check(d, "sources", i, "credentials")
	}
}

// holdsPassword reports whether a password stands in a URL: configurations are
// copied and kept where secrets are not.
func holdsPassword(u *url.URL) bool {
	if _, has := u.User.Password(); has {
		return true
	}
	for name := range u.Query() {
		if name = strings.ToLower(name); strings.Contains(name, "passw") || name == "pwd" || strings.Contains(name, "secret") {
			return true
		}
	}
	return false
}

func notBelowZero(d *yamldoc.Document, v reflect.Value, field string) {
	for i := range v.NumField() {
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); v.Field(i).Int() < 0 {
			d.Wrong("expected a number above zero, or 0 for the default", field, name)
		}
	}
}

// own lists the identifiers of the organisation: the key in the file, the values,
// and the kinds of which one has to recognise each.
func (o *Organisation) own() []ownKey {
	return []ownKey{
		{"siren", o.SIREN, []detectors.Kind{"siren"}},
		{"siret", o.SIRET, []detectors.Kind{"siret"}},
		{"vat", o.VAT, []detectors.Kind{"vat_fr"}},
		{"iban", o.IBAN, []detectors.Kind{"iban"}},
		{"phones", o.Phones, []detectors.Kind{"phone_fr", "phone_intl"}},
		{"mailboxes", o.Mailboxes, []detectors.Kind{"email"}},
		{"addresses", o.Addresses, []detectors.Kind{"postal_address_fr"}},
	}
}

type ownKey struct {
	key    string
	values Texts
	kinds  []detectors.Kind
}

func (o *Organisation) check(d *yamldoc.Document) {
	all := detectors.All()
	for _, k := range o.own() {
		ds := slices.DeleteFunc(slices.Clone(all), func(d *detectors.Detector) bool { return !slices.Contains(k.kinds, d.Kind) })
		for i, v := range k.values {
			if len(detectors.Recognise(ds, v)) == 0 {
				d.Wrong(fmt.Sprintf("not recognised as %s: look at its digits, its key and its form", k.kinds[0]), "organisation", k.key, i)
			}
		}
	}
	for i, name := range o.Domains {
		if name = strings.TrimPrefix(name, "@"); !strings.Contains(name, ".") || strings.ContainsAny(name, "@/ ") || strings.HasPrefix(name, ".") {
			d.Wrong("expected a domain such as mutuelle.fr", "organisation", "domains", i)
		}
	}
	for _, k := range []struct {
		key   string
		forms []Form
	}{{"member_number", o.Member}, {"contract_number", o.Contract}} {
		for i, f := range k.forms {
			if _, err := detectors.WithForms(detectors.Kind(k.key), []detectors.Form{{Pattern: f.Pattern, Check: f.Check}}); err != nil {
				d.Wrong(err.Error(), "organisation", k.key, i)
			}
		}
		if len(k.forms) > 1 {
			if _, err := detectors.WithForms(detectors.Kind(k.key), formsOf(k.forms)); err != nil {
				d.Wrong(err.Error(), "organisation", k.key)
			}
		}
	}
}

func (c *Config) checkDetectors(d *yamldoc.Document) {
	if len(c.Detectors) == 0 {
		return
	}
	if len(c.Detectors) > maxDetectors {
		d.Wrong(fmt.Sprintf("%d detectors, at most %d", len(c.Detectors), maxDetectors), "detectors")
		return
	}
	tax, err := taxonomy.Load()
	if err != nil {
		d.Wrong(err.Error(), "detectors")
		return
	}
	categories := map[string]bool{}
	for _, category := range tax.Categories {
		categories[category.ID] = true
	}
	d.Unique("detectors", "kind", len(c.Detectors), func(i int) string { return c.Detectors[i].Kind })
	patterns := map[string]int{}
	for i := range c.Detectors {
		x := &c.Detectors[i]
		if !categories[x.Category] {
			d.Wrong(fmt.Sprintf("%q is no category of the taxonomy%s", x.Category, yamldoc.Nearest(x.Category, categories)), "detectors", i, "category")
		}
		if tax.Detector(detectors.Kind(x.Kind)) != nil {
			d.Wrong(fmt.Sprintf("there is a kind %q already", x.Kind), "detectors", i, "kind")
			continue
		}
		if x.Strength != "" {
			d.OneOf(x.Strength, strengths, "detectors", i, "strength")
		}
		for _, p := range x.Pattern {
			if j, ok := patterns[p]; ok && j != i {
				d.Wrong(fmt.Sprintf("ambiguous: the pattern of detectors[%d] as well", j), "detectors", i, "pattern")
			}
			patterns[p] = i
		}
		if _, err := detectors.NewCustom(x.custom()); err != nil {
			d.Wrong(err.Error(), "detectors", i)
		}
	}
	if d.Err() == nil {
		c.checkTogether(d)
	}
}

// checkTogether builds the engine of all detectors: together they may be too many.
func (c *Config) checkTogether(d *yamldoc.Document) {
	x := c.Detection()
	all, err := x.All()
	if err == nil {
		_, err = detectors.NewEngine(all, detectors.Options{})
	}
	if err != nil {
		d.Wrong(err.Error(), "detectors")
	}
}

// checkFiles looks at the files that the configuration names, with the rights of this
// account. Targets are left to doctor: they may be mounted elsewhere.
func (c *Config) checkFiles(d *yamldoc.Document) {
	there := func(path string, at ...any) {
		if path == "" {
			return
		}
		switch f, err := os.Open(path); {
		case errors.Is(err, fs.ErrNotExist):
			d.Wrong("no such file", at...)
		case err != nil:
			d.Wrong("cannot be read by this account", at...)
		default:
			f.Close()
		}
	}
	secret := func(x *Credentials, at ...any) {
		at = append(at, "file")
		there(x.File, at...)
		if mode, shared := othersRead(x.File); x.File != "" && shared {
			d.Wrong(fmt.Sprintf("others than its owner can read it (mode %04o)", mode), at...)
		}
	}
	for i := range c.Sources {
		if x := c.Sources[i].Credentials; x != nil {
			secret(x, "sources", i, "credentials")
		}
	}
	if w := c.Notify.Webhook; w != nil {
		secret(&w.Secret, "notify", "webhook", "secret")
	}
	if s := c.Notify.Syslog; s != nil {
		there(s.CA, "notify", "syslog", "ca")
	}
	there(c.Register, "register")
}
