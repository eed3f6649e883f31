package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/config"
	"recense/detectors"
	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/files"
)

// scanOptions are the flags of scan. They are kept for resume, so they hold no
// secret.
type scanOptions struct {
	Out, Config, State, KeyFile string
	Documents                   documentOptions
	Findings                    string
	FindingsMax                 int64
	Workers                     int
	Only, Except                []string
	MinScore                    int
	Include, Exclude            []string
	IncludePrivate              string
	Snapshots, ContentID        bool
	OCR                         bool
	MaxSize                     string
	Sample                      string
	Seed                        int64
	MaxConnections              int
	Strict                      bool
	FailOn, Baseline            string
	Quiet, Plan                 bool
	Full, AcceptShrunk          bool
	LogFormat, LogLevel         string
	Pace                        paceOptions
	MetricsFile                 string
	Lang                        string
}

func (a *app) newScan() *cobra.Command {
	var o scanOptions
	c := &cobra.Command{
		Use:   "scan [TARGET…]",
		Short: a.t("scan folders, files or databases and write inventories of the personal data in them", "analyser des dossiers, des fichiers ou des bases et écrire l'inventaire des données personnelles"),
		Long: a.t(`scan reads every file under TARGET (a folder, a file, or the name of a source in
the configuration) or every table of a database (postgres://host/base or
mysql://host/base; without base: all of the server; the password from PGPASSWORD,
~/.pgpass, PGSERVICE, MYSQL_PWD or ~/.my.cnf), or, without TARGET, all sources of
the configuration; finds personal data and writes, into recense-out/RUN or the folder
given with --out:

  rapport.html          one page to look at: severity, map, gaps, what was not seen
  inventaire-RUN.xlsx   the workbook for the DPO
  inventory.arrow       one row per location, category and detector
  elements.arrow        what each column, sheet or page is and contains
  locations.arrow       every location visited, read or not, with the reason
  findings.arrow        where exactly (a sample per column, or --findings all)
  verdicts.arrow        with --register: what differs from the register
  attestation.json      statement of coverage, signed and chained; attestation.html to read
  run.json              parameters, versions, coverage, limits, timings

Files are opened read-only, tables in read-only transactions. No value found is
written anywhere. What could not be read is counted with its reason; a partial scan exits with 3.

A file whose size, times, inode and rights are those of the last complete scan is
not opened: what was found in it is carried on, and it counts as unchanged. All are
read again after 30 days (full_every_days), with --full, and whenever the program,
the detectors or the options that decide what is found have changed. A source that
lists under 80% of what it had settles nothing, and the scan exits with 3.`,
			`scan lit chaque fichier sous CIBLE (un dossier, un fichier, ou le nom d'une source
de la configuration) ou chaque table d'une base (postgres://hôte/base ou
mysql://hôte/base ; sans base : tout le serveur ; mot de passe dans PGPASSWORD,
~/.pgpass, PGSERVICE, MYSQL_PWD ou ~/.my.cnf), ou, sans CIBLE, toutes les sources de
la configuration ; y trouve les données personnelles et écrit, dans
recense-out/ANALYSE ou le dossier donné par --out :

  rapport.html             une page à regarder : gravité, carte, écarts, ce qui n'a pas été vu
  inventaire-ANALYSE.xlsx  le classeur du DPO
  inventory.arrow          une ligne par emplacement, catégorie et détecteur
  elements.arrow           ce qu'est et contient chaque colonne, feuille ou page
  locations.arrow          chaque emplacement visité, lu ou non, avec le motif
  findings.arrow           où exactement (un échantillon par colonne, ou --findings all)
  verdicts.arrow           avec --register : ce qui diffère du registre
  attestation.json         attestation de couverture, signée et chaînée ; attestation.html à lire
  run.json                 paramètres, versions, couverture, limites, durées

Les fichiers sont ouverts en lecture seule, les tables dans des transactions en
lecture seule. Aucune valeur trouvée n'est écrite
nulle part. Ce qui n'a pas pu être lu est compté avec son motif ; une analyse
partielle se termine par le code 3.

Un fichier dont la taille, les dates, l'inode et les droits sont ceux de la dernière
analyse complète n'est pas ouvert : ce qui y fut trouvé est repris, et il compte comme
inchangé. Tout est relu au bout de 30 jours (full_every_days), avec --full, et dès que
le programme, les détecteurs ou les options qui décident de ce qui est trouvé ont
changé. Une source qui donne moins de 80 % de ce qu'elle avait ne règle rien, et
l'analyse se termine par le code 3.`) + "\n" + a.exitCodesHelp(),
		Example: "  recense scan testdata/partage\n  recense scan /srv/partage --out /srv/recense/2026-11 --fail-on verified\n  recense scan /srv/partage --plan\n  recense scan postgres://lecteur@srv-base/prestations",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			conf, err := a.readConfig(o.Config)
			if err != nil {
				return err
			}
			if args, err = a.scanTargets(&conf, args); err != nil {
				return err
			}
			a.settle(c.Flags(), &o.Documents, conf)
			if !c.Flags().Changed("workers") {
				o.Workers = conf.Workers
			}
			o.Pace.settle(c.Flags(), conf.Pace)
			if c.Flags().Changed("include-private") && strings.TrimSpace(o.IncludePrivate) == "" {
				return usageError("", "%s", a.t("--include-private takes the reason, which the documents show", "--include-private prend le motif, que montrent les documents"))
			}
			return a.scan(c.Context(), o, args)
		},
	}
	a.scanFlags(c, &o)
	return c
}

// scanTargets are those of the command line, or else all sources of the configuration.
func (a *app) scanTargets(c *config.Config, args []string) ([]string, error) {
	if len(args) > 0 {
		return args, nil
	}
	if args = c.Names(); len(args) == 0 {
		return nil, usageError(a.t("A folder, a file, the URL of a database; or name sources in the configuration.", "Un dossier, un fichier, l'URL d'une base ; ou nommez des sources dans la configuration."),
			"%s", a.t("scan needs a TARGET: no source is configured", "scan demande une CIBLE : aucune source n'est configurée"))
	}
	return args, nil
}

func (a *app) scanFlags(c *cobra.Command, o *scanOptions) {
	f := c.Flags()
	f.StringVarP(&o.Out, "out", "o", "", a.t("folder for the documents (default recense-out/RUN)", "dossier des documents (par défaut recense-out/ANALYSE)"))
	a.configFlag(f, &o.Config)
	f.StringVar(&o.State, "state", "", a.t("state folder: journal and keys (default ~/.local/state/recense)", "dossier d'état : journal et clés (par défaut ~/.local/state/recense)"))
	f.StringVar(&o.KeyFile, "key-file", "", a.t("installation key to use instead of the one in the state folder", "clé d'installation à employer au lieu de celle du dossier d'état"))
	f.StringSliceVar(&o.Documents.Formats, "format", defaultFormats, a.t("documents: ", "documents : ")+strings.Join(formatNames(), ", "))
	a.registerFlags(f, &o.Documents)
	a.encryptFlag(f, &o.Documents)
	f.BoolVar(&o.Documents.LZ4, "arrow-lz4", false, a.t("compress the Arrow files", "comprimer les fichiers Arrow"))
	f.BoolVar(&o.Documents.Digests, "digests", false, a.t("write keyed digests beside findings (needs --key-file; the files are then pseudonymised personal data)", "écrire des empreintes à clé avec les occurrences (demande --key-file ; les fichiers sont alors des données personnelles pseudonymisées)"))
	f.StringVar(&o.Findings, "findings", "10", a.t("findings kept per column and kind: a number, or all", "occurrences gardées par colonne et type : un nombre, ou all"))
	f.Int64Var(&o.FindingsMax, "findings-max", 10_000_000, a.t("findings kept in all", "occurrences gardées en tout"))
	f.IntVar(&o.Workers, "workers", 0, a.t("worker processes (default: one per processor)", "processus de travail (par défaut : un par processeur)"))
	f.StringSliceVar(&o.Only, "only", nil, a.t("these detectors alone (KIND,…)", "ces détecteurs seulement (TYPE,…)"))
	f.StringSliceVar(&o.Except, "except", nil, a.t("leave these detectors out", "laisser ces détecteurs de côté"))
	f.IntVar(&o.MinScore, "min-score", detectors.ScorePossible, a.t("lowest score kept, 40 to 100", "score minimal gardé, de 40 à 100"))
	f.StringSliceVar(&o.Include, "include", nil, a.t("only files or tables that match (*.csv, rh/**, rh.*)", "seulement les fichiers ou tables qui correspondent (*.csv, rh/**, rh.*)"))
	f.StringSliceVar(&o.Exclude, "exclude", nil, a.t("not what matches; counted", "pas ce qui correspond ; compté"))
	f.StringVar(&o.IncludePrivate, "include-private", "", a.t("open what is marked private, for this reason", "ouvrir ce qui est marqué personnel, pour ce motif"))
	f.BoolVar(&o.ContentID, "content-id", false, a.t("keyed identifier of every content, to find copies (always with --register)", "identifiant à clé de chaque contenu, pour trouver les copies (toujours avec --register)"))
	f.BoolVar(&o.Snapshots, "snapshots", false, a.t("read snapshot folders too", "lire aussi les dossiers d'instantanés"))
	f.BoolVar(&o.OCR, "ocr", false, a.t("read the text that pictures show (needs tesseract-ocr-fra; about 1 s of processor a page)", "lire le texte que montrent les images (demande tesseract-ocr-fra ; environ 1 s de processeur par page)"))
	f.StringVar(&o.MaxSize, "max-size", "", a.t("do not read larger files (500MiB, 2GiB)", "ne pas lire les fichiers plus gros (500MiB, 2GiB)"))
	f.StringVar(&o.Sample, "sample", defaultSample, a.t("of a table more than four times as large, read about this much, drawn at random", "d'une table plus de quatre fois plus grande, lire environ ceci, tiré au hasard"))
	f.Int64Var(&o.Seed, "seed", 0, a.t("draw the same sample again (default: a new one)", "tirer à nouveau le même échantillon (par défaut : un nouveau)"))
	f.IntVar(&o.MaxConnections, "max-connections", 0, a.t("connections to a database server at a time, 2 or more (default: one per worker, one to list)", "connexions simultanées à un serveur de bases, 2 ou plus (par défaut : une par processus, une pour lister)"))
	f.BoolVar(&o.Strict, "strict", false, a.t("excluded, special and unsupported files make the scan incomplete", "les fichiers exclus, spéciaux et non pris en charge rendent l'analyse incomplète"))
	f.StringVar(&o.FailOn, "fail-on", "", a.t("exit with 1 at this strength: possible, probable, verified; or at what is new", "sortir avec 1 à ce niveau de preuve : possible, probable, verified ; ou pour ce qui est nouveau (new)"))
	f.StringVar(&o.Baseline, "baseline", "", a.t("list of accepted findings (recense baseline makes one): what is not in it is new", "liste de ce qui est accepté (recense baseline en fait une) : ce qui n'y est pas est nouveau"))
	f.BoolVar(&o.Full, "full", false, a.t("read everything: unchanged files too, all of every table", "tout lire : les fichiers inchangés aussi, chaque table en entier"))
	f.BoolVar(&o.AcceptShrunk, "accept-shrunk", false, a.t("take locations for gone although a source lists under 80% of what it had", "tenir des emplacements pour disparus bien qu'une source donne moins de 80 % de ce qu'elle avait"))
	f.BoolVar(&o.Plan, "plan", false, a.t("list what would be read; open nothing", "lister ce qui serait lu ; n'ouvrir rien"))
	f.BoolVar(&o.Quiet, "quiet", false, a.t("no progress, no summary", "ni progression, ni résumé"))
	a.logFlags(f, &o.LogFormat, &o.LogLevel)
	a.paceFlags(f, &o.Pace)
	f.StringVar(&o.MetricsFile, "metrics-file", "", a.t("write metrics for Prometheus to this file (counts only)", "écrire des mesures pour Prometheus dans ce fichier (comptes seuls)"))
}

// scan is the command: it settles everything that can be wrong before the first
// file is opened, then runs.
func (a *app) scan(ctx context.Context, o scanOptions, targets []string) error {
	o.Lang = a.docs
	for _, path := range []*string{&o.MetricsFile, &o.Baseline} {
		if *path == "" {
			continue
		}
		var err error
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if err := o.check(a); err != nil {
		return err
	}
	a.logTo(&o)
	if !o.Plan {
		go programHash() // takes as long as all that comes before the workers, on a processor that waits for them
	}
	j, err := a.newJob(o, targets)
	if err != nil {
		return err
	}
	defer j.close()
	if err := a.checkOverlap(j.list); err != nil { // of new scans only: begun ones can be resumed
		return err
	}
	if o.Plan {
		return a.plan(ctx, j)
	}
	return a.runJob(ctx, j)
}

func (o *scanOptions) check(a *app) error {
	if _, err := o.Documents.check(a); err != nil {
		return err
	}
	if _, err := a.registerOf(&o.Documents); err != nil {
		return err
	}
	if o.Documents.Digests && o.KeyFile == "" {
		return usageError("", "%s", a.t("--digests needs --key-file", "--digests demande --key-file"))
	}
	if o.MinScore < detectors.ScorePossible || o.MinScore > 100 {
		return usageError("", "%s", a.t("--min-score takes 40 to 100", "--min-score prend 40 à 100"))
	}
	if err := a.checkFailOn(o.FailOn); err != nil {
		return err
	}
	if o.Baseline != "" {
		if _, err := a.readBaseline(o.Baseline); err != nil {
			return err
		}
	}
	if err := a.checkLog(o.LogFormat, o.LogLevel); err != nil {
		return err
	}
	if err := o.Pace.check(a); err != nil {
		return err
	}
	if _, err := o.findings(); err != nil {
		return usageError("", "%s", a.t("--findings takes a number or all", "--findings prend un nombre ou all"))
	}
	if o.Workers < 0 || o.FindingsMax < 1 {
		return usageError("", "%s", a.t("--workers takes 1 and more, or 0 for one per processor; --findings-max 1 and more", "--workers prend 1 et plus, ou 0 pour un par processeur ; --findings-max 1 et plus"))
	}
	if _, err := parseSize(o.MaxSize); err != nil {
		return usageError("", "%s", a.t("--max-size takes a size such as 500MiB", "--max-size prend une taille comme 500MiB"))
	}
	return o.checkDatabases(a)
}

// findings is how many findings are kept per column and kind; -1 for all.
func (o *scanOptions) findings() (int, error) {
	if o.Findings == "all" {
		return -1, nil
	}
	n, err := strconv.Atoi(o.Findings)
	if err != nil || n < 1 {
		return 0, errors.New("not a number")
	}
	return n, nil
}

// parseSize reads "500MiB", "2GB", "1000"; 0 for the empty text.
func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	digits := strings.TrimRight(strings.ToLower(s), "kmgtiboc")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0, errors.New("not a size")
	}
	units := map[string]int64{"": 1, "b": 1, "o": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1000, "m": 1 << 20, "mib": 1 << 20, "mb": 1e6,
		"g": 1 << 30, "gib": 1 << 30, "gb": 1e9, "t": 1 << 40, "tib": 1 << 40, "tb": 1e12, "kio": 1 << 10, "mio": 1 << 20, "gio": 1 << 30, "ko": 1000, "mo": 1e6, "go": 1e9}
	u, ok := units[strings.ToLower(s)[len(digits):]]
	if !ok || n > (1<<62)/u {
		return 0, errors.New("not a size")
	}
	return n * u, nil
}

// sourceOptions turns targets into the options of file sources, with ids that
// are unique and hold nothing personal.
func (a *app) sourceOptions(o *scanOptions, c config.Config, targets []string, limits sources.Limits, names *detectors.Engine) ([]files.Options, error) {
	var list []files.Options
	used := map[string]bool{}
	for _, t := range targets {
		s, named := c.Source(t)
		if databases.IsURL(t) || named && databases.IsURL(s.Target) {
			continue
		}
		if t == "" {
			return nil, usageError("", "%s", a.t("a TARGET is empty", "une CIBLE est vide"))
		}
		if named {
			t = s.Target
		}
		if strings.Contains(t, "://") && !strings.HasPrefix(t, "file://") {
			return nil, usageError("", "%s", a.t("a TARGET is a folder, a file, the name of a source, or the URL of a database: "+schemes(),
				"une CIBLE est un dossier, un fichier, le nom d'une source ou l'URL d'une base : "+schemes()))
		}
		opt := files.Options{Root: strings.TrimPrefix(t, "file://"), Include: o.Include, Exclude: o.Exclude,
			IncludePrivate: o.IncludePrivate != "", Snapshots: o.Snapshots, Limits: limits}
		if named {
			opt.Name = s.Name
			opt.IncludePrivate, opt.Snapshots = opt.IncludePrivate || s.IncludePrivate != "", opt.Snapshots || s.Snapshots
			opt.Include, opt.Exclude = append(slices.Clone(s.Include), o.Include...), append(slices.Clone(s.Exclude), o.Exclude...)
		} else {
			opt.Name = sourceName(opt.Root, names)
		}
		for n, base := 2, opt.Name; used[opt.Name]; n++ {
			opt.Name = fmt.Sprintf("%s-%d", base, n)
		}
		used[opt.Name] = true
		root, err := filepath.Abs(opt.Root)
		if err != nil {
			return nil, err
		}
		opt.Root = root
		list = append(list, opt)
	}
	slices.SortFunc(list, func(x, y files.Options) int { return strings.Compare(x.Name, y.Name) })
	return list, nil
}

// checkOverlap refuses targets of which one holds another, unless patterns choose
// what is read there: everything in both would be counted twice.
func (a *app) checkOverlap(list []files.Options) error {
	for i, outer := range list {
		for k, inner := range list {
			if i == k || len(outer.Include)+len(outer.Exclude)+len(inner.Include)+len(inner.Exclude) > 0 {
				continue
			}
			if files.Inside(realPath(outer.Root), inner.Root) {
				return usageError(a.t("Name one of them, or leave the inner one out of the outer one with exclude.", "N'en nommez qu'une, ou écartez de l'une le dossier de l'autre par exclude."),
					a.t("the target %q lies in the target %q: it would be counted twice", "la cible %q est dans la cible %q : elle serait comptée deux fois"), inner.Root, outer.Root)
			}
		}
	}
	return nil
}

// realPath follows links as far as path exists.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// sourceName makes an id from the last element of a path: letters, digits, dots
// and hyphens, unless a detector sees something in it.
func sourceName(root string, names *detectors.Engine) string {
	abs, err := filepath.Abs(root)
	if err != nil {
		return "files"
	}
	base := []byte(filepath.Base(abs))
	if len(names.Pass().Scan(&detectors.Chunk{Data: base, To: len(base)}, nil)) > 0 {
		return "files"
	}
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, string(base)), "-.")
	if name == "" || len(name) > 64 {
		return "files"
	}
	return name
}

// openSources opens the file sources; one that cannot be reached is told apart
// from one that is refused.
func (a *app) openSources(list []files.Options, c *config.Config) (srcs []sources.Source, opened []files.Options, failures []scanner.SourceFailure, err error) {
	for _, opt := range list {
		s, err := files.New(opt)
		switch {
		case err == nil:
			srcs, opened = append(srcs, s), append(opened, opt)
		case errors.Is(err, os.ErrNotExist):
			failures = append(failures, scanner.SourceFailure{Source: opt.Name, Reason: sources.Vanished})
			a.complain(err)
			if _, named := c.Source(opt.Name); !named && len(c.Sources) > 0 {
				a.say(a.t("the configuration has the sources ", "la configuration a les sources ") + strings.Join(c.Names(), ", "))
			}
		case errors.Is(err, os.ErrPermission):
			failures = append(failures, scanner.SourceFailure{Source: opt.Name, Reason: sources.PermissionDenied})
			a.complain(err)
		default:
			hint := ""
			if errors.Is(err, files.ErrInside) {
				hint = a.t("Choose another folder with --out (or --state).", "Choisissez un autre dossier avec --out (ou --state).")
			}
			return nil, nil, nil, usageError(hint, "%w", err)
		}
	}
	return srcs, opened, failures, nil
}
