// Package config reads recense's configuration: one YAML file with named sources,
// limits, outputs, the organisation's own identifiers and numbers, and detectors of
// its own. Everything in it is optional. A file is checked whole, and every
// mistake is told with file, line and field.
//
// Secrets do not stand in it: a source names where its own is (see Credentials).
// Relative paths are relative to the file.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"recense/report/yamldoc"
)

// Config is the content of a configuration file.
type Config struct {
	Sources      []Source     `yaml:"sources,omitempty" doc:"named targets: recense scan NAME"`
	Limits       Limits       `yaml:"limits,omitempty" doc:"bounds of what one file may cost"`
	Workers      int          `yaml:"workers,omitempty" doc:"worker processes; one per processor by default"`
	FullEvery    int          `yaml:"full_every_days,omitempty" doc:"days after which unchanged files are read again all the same; 30 by default"`
	Pace         Pace         `yaml:"pace,omitempty" doc:"how much of the machine a scan takes"`
	Schedules    []Schedule   `yaml:"schedules,omitempty" doc:"scans that recense serve starts"`
	Serve        Serve        `yaml:"serve,omitempty" doc:"the program that waits for schedules"`
	Notify       Notify       `yaml:"notify,omitempty" doc:"who is told how a run ended: counts and ids only"`
	Verify       Verify       `yaml:"verify,omitempty" doc:"who may see values with recense verify"`
	Register     string       `yaml:"register,omitempty" doc:"register of processings to compare with"`
	Policy       string       `yaml:"policy,omitempty" doc:"policy of a register that names none: an embedded one, or a file"`
	Outputs      Outputs      `yaml:"outputs,omitempty" doc:"documents"`
	Organisation Organisation `yaml:"organisation,omitempty" doc:"what is the organisation's own and never its members' data"`
	Detectors    []Detector   `yaml:"detectors,omitempty" doc:"detectors of your own, at most 16"`
}

// Source is a named target.
type Source struct {
	Name           string       `yaml:"name" doc:"letters, digits, dots, hyphens and _"`
	Target         string       `yaml:"target" doc:"folder, file or URL of a database"`
	Include        Texts        `yaml:"include,omitempty" doc:"only what matches"`
	Exclude        Texts        `yaml:"exclude,omitempty" doc:"not what matches; counted"`
	IncludePrivate string       `yaml:"include_private,omitempty" doc:"open what is marked private, for this reason"`
	Snapshots      bool         `yaml:"snapshots,omitempty" doc:"read snapshot folders too"`
	HarmlessKeys   Texts        `yaml:"harmless_keys,omitempty" doc:"columns of primary keys whose values places may show, such as dossiers.id; what detectors find in them is masked"`
	Workers        int          `yaml:"workers,omitempty" doc:"of the worker processes, how many read it at a time; all by default"`
	Credentials    *Credentials `yaml:"credentials,omitempty" doc:"where the secret of the source is"`
}

// WorkersOf tells, by the names of sources, how many worker processes read one at a
// time, where that is bounded.
func (c *Config) WorkersOf() map[string]int {
	most := map[string]int{}
	for _, s := range c.Sources {
		if s.Workers > 0 {
			most[s.Name] = s.Workers
		}
	}
	return most
}

// URL reports whether the target is no file or folder.
func (s *Source) URL() bool { return strings.Contains(s.Target, "://") }

// Limits override the defaults of sources.Limits; zero keeps them.
type Limits struct {
	Depth        int   `yaml:"depth,omitempty" doc:"of members in members"`
	Members      int64 `yaml:"members,omitempty" doc:"of one file"`
	Ratio        int64 `yaml:"ratio,omitempty" doc:"of expansion"`
	MemoryMiB    int64 `yaml:"memory_mib,omitempty" doc:"of a worker"`
	StallSeconds int   `yaml:"stall_seconds,omitempty" doc:"without progress"`
	UnitSeconds  int   `yaml:"unit_seconds,omitempty" doc:"per file, before its size counts"`
	MaxFileMiB   int64 `yaml:"max_file_mib,omitempty" doc:"larger files are not read"`
	MemberMiB    int64 `yaml:"member_mib,omitempty" doc:"a member that has to be held in memory"`
}

// Stall returns the limit without progress, 0 for the default.
func (l Limits) Stall() time.Duration { return time.Duration(l.StallSeconds) * time.Second }

// PerUnit returns the limit per file, before its size counts, 0 for the default.
func (l Limits) PerUnit() time.Duration { return time.Duration(l.UnitSeconds) * time.Second }

// Pace is how much of the machine a scan takes.
type Pace struct {
	MaxRate    string `yaml:"max_rate,omitempty" doc:"bytes a second by day and hour, as rclone writes it: Mon-Fri 08:00,5M 19:00,off; pause begins nothing"`
	Files      int    `yaml:"files_per_second,omitempty" doc:"files begun a second"`
	Pressure   int    `yaml:"max_pressure,omitempty" doc:"percentage of time waiting for disks, from which on a scan slows down (Linux)"`
	Background bool   `yaml:"background,omitempty" doc:"behind all other programs, for processor and disks (Linux)"`
}

// Schedule is a scan that is due at certain times.
type Schedule struct {
	Name    string `yaml:"name" doc:"letters, digits, dots, hyphens and _"`
	Sources Texts  `yaml:"sources" doc:"names of sources, scanned together"`
	Cron    string `yaml:"cron" doc:"minute hour day month weekday"`
	CatchUp int    `yaml:"catch_up_hours,omitempty" doc:"a scan that was due while the program was off is started within so many hours; 12 by default"`
	Args    Texts  `yaml:"options,omitempty" doc:"further options of recense scan"`
}

// CatchUpTime returns how late a scan may start.
func (s *Schedule) CatchUpTime() time.Duration {
	if s.CatchUp == 0 {
		return 12 * time.Hour
	}
	return time.Duration(s.CatchUp) * time.Hour
}

// Serve is about recense serve itself.
type Serve struct {
	Zone    string `yaml:"timezone,omitempty" doc:"of schedules and rates; Europe/Paris by default"`
	Metrics string `yaml:"metrics,omitempty" doc:"loopback address for Prometheus, such as 127.0.0.1:9464"`
}

// Verify says who may see what recense verify shows: Unix groups, by name or number.
// Nobody sees values where nothing is said.
type Verify struct {
	Reveal          Texts `yaml:"reveal,omitempty" doc:"groups that may see values and the text beside them"`
	Medical         Texts `yaml:"medical,omitempty" doc:"groups under medical secrecy: health values too"`
	AML             Texts `yaml:"aml,omitempty" doc:"groups of the LCB-FT officers: what concerns reports, for them alone"`
	ServiceAccounts Texts `yaml:"service_accounts,omitempty" doc:"accounts that scan and may not look; recense by default"`
}

// Service returns the accounts that scan.
func (v *Verify) Service() []string {
	if len(v.ServiceAccounts) == 0 {
		return []string{"recense"}
	}
	return v.ServiceAccounts
}

// Notify says who is told how a run ended.
type Notify struct {
	When    string   `yaml:"when,omitempty" doc:"always by default; problems: when the exit code is not 0" enum:"always,problems"`
	Webhook *Webhook `yaml:"webhook,omitempty" doc:"a digest as JSON, signed with HMAC-SHA-256"`
	Mail    *Mail    `yaml:"mail,omitempty" doc:"a digest through the site's mail server"`
	Syslog  *Syslog  `yaml:"syslog,omitempty" doc:"digest and OCSF events, RFC 5424 over TLS"`
}

// Webhook is where a digest is posted.
type Webhook struct {
	URL    string      `yaml:"url" doc:"https, or http on this machine"`
	Secret Credentials `yaml:"secret" doc:"where the key of the signature is"`
}

// Mail is whom a digest is mailed to.
type Mail struct {
	Server string `yaml:"server,omitempty" doc:"host:port; localhost:25 by default"`
	From   string `yaml:"from" doc:"address of the sender"`
	To     Texts  `yaml:"to" doc:"addresses"`
}

// MailServer returns the server, with its default.
func (m *Mail) MailServer() string {
	if m.Server == "" {
		return "localhost:25"
	}
	return m.Server
}

// Syslog is a log server.
type Syslog struct {
	Server string `yaml:"server" doc:"host:port, usually 6514"`
	CA     string `yaml:"ca,omitempty" doc:"PEM file of the authorities that vouch for it; the system's by default"`
}

// Outputs are the documents.
type Outputs struct {
	Formats Texts  `yaml:"formats,omitempty" doc:"formats of documents"`
	Out     string `yaml:"out,omitempty" doc:"folder in which every run has its own"`
	Lang    string `yaml:"lang,omitempty" doc:"language of documents" enum:"fr,en"`
}

// Organisation is what belongs to the organisation itself.
type Organisation struct {
	SIREN     Texts  `yaml:"siren,omitempty" doc:"its SIREN; SIRET and VAT numbers of it count too"`
	SIRET     Texts  `yaml:"siret,omitempty"`
	VAT       Texts  `yaml:"vat,omitempty" doc:"VAT numbers"`
	IBAN      Texts  `yaml:"iban,omitempty" doc:"its accounts; their RIB count too"`
	Phones    Texts  `yaml:"phones,omitempty" doc:"switchboards and lines of its own"`
	Domains   Texts  `yaml:"domains,omitempty" doc:"every e-mail address there is the organisation's, employees' too"`
	Mailboxes Texts  `yaml:"mailboxes,omitempty" doc:"single addresses of its own: contact@, dpo@"`
	Addresses Texts  `yaml:"addresses,omitempty" doc:"postal addresses of its own"`
	Member    []Form `yaml:"member_number,omitempty" doc:"how its member numbers are written"`
	Contract  []Form `yaml:"contract_number,omitempty" doc:"how its contract numbers are written"`
}

// Form is how a number is written.
type Form struct {
	Pattern string `yaml:"pattern" doc:"literals, classes such as [0-9] or [A-Z], {n}, {m,n} and ?"`
	Check   string `yaml:"check,omitempty" doc:"the check that its digits pass" enum:"none,luhn,mod97,mod11"`
}

// Detector is a detector of the organisation's own.
type Detector struct {
	Kind     string `yaml:"kind" doc:"its name in documents: lower case letters, digits and _"`
	Title    string `yaml:"title" doc:"one line: French / English"`
	Rule     string `yaml:"rule,omitempty" doc:"where the form comes from"`
	Pattern  Texts  `yaml:"pattern" doc:"literals, classes such as [0-9] or [A-Z], {n}, {m,n} and ?"`
	Check    string `yaml:"check,omitempty" doc:"the check that its digits pass" enum:"none,luhn,mod97,mod11"`
	Words    Texts  `yaml:"words,omitempty" doc:"words near it that make it sure"`
	Columns  Texts  `yaml:"columns,omitempty" doc:"names of columns that hold it"`
	Category string `yaml:"category" doc:"category of the taxonomy"`
	Strength string `yaml:"strength,omitempty" doc:"the highest it may reach; probable by default" enum:"possible,probable,verified"`
}

// Texts are written as one text or a list.
type Texts []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *Texts) UnmarshalYAML(n *yaml.Node) (err error) {
	*t, err = yamldoc.Texts(n)
	return err
}

// Known is what the program knows and a configuration may name.
type Known struct {
	Formats []string // of documents
	Files   bool     // look at the files that the configuration names as well
}

// Read reads and checks the file at path. A missing file is an error only when it
// is required. Mistakes are yamldoc.Problems.
func Read(path string, required bool, known Known) (Config, error) {
	var c Config
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return c, nil
	}
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return c, fmt.Errorf("configuration %q: %w", path, err)
	}
	return Parse(path, b, known)
}

// Parse is Read of a text.
func Parse(path string, text []byte, known Known) (Config, error) {
	var c Config
	d, err := yamldoc.Read(path, text, &c)
	if err != nil {
		return c, err
	}
	c.check(d, known)
	if err := d.Err(); err != nil {
		return c, err
	}
	if err := c.resolve(filepath.Dir(path)); err != nil {
		return c, err
	}
	if known.Files {
		c.checkFiles(d)
	}
	return c, d.Err()
}

// resolve makes paths absolute.
func (c *Config) resolve(folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	under := func(path *string) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(folder, *path)
		}
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		s.Target = strings.TrimPrefix(s.Target, "file://")
		if !s.URL() {
			under(&s.Target)
		}
		if s.Credentials != nil {
			under(&s.Credentials.File)
		}
	}
	if c.Notify.Webhook != nil {
		under(&c.Notify.Webhook.Secret.File)
	}
	if c.Notify.Syslog != nil {
		under(&c.Notify.Syslog.CA)
	}
	under(&c.Register)
	under(&c.Outputs.Out)
	return nil
}

// YAML writes the configuration as a file that Read reads.
func (c *Config) YAML() ([]byte, error) { return yaml.Marshal(c) }

// Names are those of the sources, in the order of the file.
func (c *Config) Names() []string {
	var names []string
	for i := range c.Sources {
		names = append(names, c.Sources[i].Name)
	}
	return names
}

// Source returns the source of that name.
func (c *Config) Source(name string) (Source, bool) {
	for _, s := range c.Sources {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}
