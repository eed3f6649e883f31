package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
	"recense/sources/databases/dialect"
)

// schemes lists the beginnings of database URLs.
func schemes() string {
	var list []string
	for _, d := range databases.Dialects() {
		list = append(list, d.Schemes[0]+"://")
	}
	return strings.Join(list, ", ")
}

// defaultSample keeps the sampling of a table within some seconds.
const defaultSample = "256MiB"

// slowest is the least --max-rate, bytes a second: below it a batch takes longer
// than a worker may be silent.
const slowest = 64 << 10

// checkDatabases checks the flags that concern databases, and draws the seed: a
// scan that is resumed goes on with the same sample.
func (o *scanOptions) checkDatabases(a *app) error {
	if _, err := parseSize(o.Sample); err != nil {
		return usageError("", "%s", a.t("--sample takes a size such as 256MiB", "--sample prend une taille comme 256MiB"))
	}
	if o.MaxConnections == 1 || o.MaxConnections < 0 {
		return usageError("", "%s", a.t("--max-connections takes 2 or more", "--max-connections prend 2 ou plus"))
	}
	if o.Seed == 0 {
		o.Seed = 1 + rand.Int64N(1<<31-1)
	}
	return nil
}

// workers is how many processes a scan has: no more than the connections allow.
func (j *job) workers() int {
	n := j.opt.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	for _, most := range []int{j.opt.MaxConnections, j.connections} {
		if most > 0 && len(j.worker.Databases) > 0 {
			n = min(n, max(most-1, 1)) // one lists
		}
	}
	return n
}

// pace shares the rate among the workers, and gives them the time it takes: the
// batches of a table are long, so databases keep to it within them too, to the rate
// that holds when the scan begins.
func (j *job) pace(a *app) error {
	rate := int64(j.opt.Pace.rateAt(j.config.Serve.Zone, a.now()))
	if rate <= 0 || len(j.worker.Databases) == 0 {
		return nil
	}
	if rate < slowest {
		return usageError("", "%s", a.t("--max-rate takes 64KiB or more for databases", "--max-rate prend 64KiB ou plus pour des bases"))
	}
	share := rate / int64(j.workers())
	for i := range j.worker.Databases {
		j.worker.Databases[i].Rate = share
	}
	j.limits.PerMiB = max(j.limits.Defaults().PerMiB, 2*time.Duration(float64(time.Second)*(1<<20)/float64(share)))
	return nil
}

// databaseParams are the flags that decide what of a database is read.
func (j *job) databaseParams(p map[string]string) {
	if j.opt.Full {
		p["full"] = "true"
		return
	}
	p["sample"], p["sample_seed"] = j.opt.Sample, strconv.FormatInt(j.opt.Seed, 10)
}

// openDatabases adds the databases among the targets to the sources of j. Each is
// connected to once, so that a wrong address is told at once and apart from what a
// scan meets later.
func (a *app) openDatabases(j *job) error {
	used := map[string]bool{}
	for _, s := range j.sources {
		used[s.Name()] = true
	}
	for _, t := range j.targets {
		named, ok := j.config.Source(t)
		if ok {
			t = named.Target
		}
		if !databases.IsURL(t) {
			continue
		}
		opt, err := databases.Parse(t, a.getenv)
		if err != nil {
			return a.databaseUsage(err)
		}
		if named.Credentials != nil {
			if opt.Settings["password"], err = named.Credentials.Secret(context.Background(), a.getenv); err != nil {
				return usageError("", "%w", err)
			}
		}
		if !j.opt.Full {
			opt.SampleSize, _ = parseSize(j.opt.Sample)
			opt.SampleSeed = j.opt.Seed
		}
		opt.Include, opt.Exclude, opt.Limits, opt.Key = slices.Concat(named.Include, j.opt.Include), slices.Concat(named.Exclude, j.opt.Exclude), j.limits, j.key
		opt.Harmless = named.HarmlessKeys
		base := cmp.Or(named.Name, sourceName("/"+cmp.Or(opt.Database, fileName(opt.Settings), opt.Dialect), j.names))
		opt.Name = base
		for n := 2; used[opt.Name]; n++ {
			opt.Name = fmt.Sprintf("%s-%d", base, n)
		}
		used[opt.Name] = true
		if err := a.openDatabase(j, opt); err != nil {
			return err
		}
	}
	if len(j.worker.Databases) > 0 { // a server may be busy, or far away
		j.limits.PerUnit = max(j.limits.Defaults().PerUnit, serverTime)
	}
	return j.pace(a)
}

// serverTime is what the reading of a range of a table may take at least, beside the time
// for its size.
const serverTime = 5 * time.Minute

// urlFrench is what is wrong with the URL of a database, in French.
func urlFrench(text string) string {
	for _, p := range [][2]string{
		{`(.*: )?unknown parameter (".*") in the URL`, "${1}paramètre $2 inconnu dans l'URL"},
		{`(.*: )?tls takes starttls or false, for ldap:// alone`, "${1}tls prend starttls ou false, pour ldap:// seulement"},
		{`(.*: )?connect_timeout takes seconds`, "${1}connect_timeout prend des secondes"},
		{`(.*: )?(\w+) takes (.*) or (\S+)`, "$1$2 prend $3 ou $4"},
		{`(.*: )?(\w+) takes (.*)`, "$1$2 prend $3"},
		{`(.*: )?the port is a number`, "${1}le port est un nombre"},
		{`(.*: )?the URL names a service: (.*)`, "${1}l'URL nomme un service : $2"},
		{`(.*: )?the URL of a file reads (.*)`, "${1}l'URL d'un fichier s'écrit $2"},
		{`(.*: )?names of mongodb\+srv are not looked up: name a host, (.*)`, "${1}les noms de mongodb+srv ne sont pas résolus : nommez un hôte, $2"},
		{`(.*: )?(?:the service|the option|the) file (".*") cannot be read`, "${1}le fichier $2 est illisible"},
		{`(.*: )?the service file does not know that service`, "${1}le fichier des services ne connaît pas ce service"},
		{`the database URL cannot be read`, "l'URL de la base est illisible"},
	} {
		if re := regexp.MustCompile("^" + p[0] + "$"); re.MatchString(text) {
			return re.ReplaceAllString(text, p[1])
		}
	}
	return text
}

// databaseUsage says how a password is given.
func (a *app) databaseUsage(err error) error {
	if !errors.Is(err, databases.ErrPassword) {
		return usageError("", "%s", a.t(err.Error(), urlFrench(err.Error())))
	}
	return usageError(a.t("Put it into PGPASSWORD, ~/.pgpass (mode 0600; PGPASSFILE names another file) or a service file (PGSERVICE); for others into MYSQL_PWD or ~/.my.cnf, SQLCMDPASSWORD, ORACLE_PASSWORD, MONGODB_PASSWORD, LDAP_PASSWORD, or the credentials of a source in the configuration.",
		"Placez-le dans PGPASSWORD, ~/.pgpass (mode 0600 ; PGPASSFILE nomme un autre fichier) ou un fichier de services (PGSERVICE) ; pour d'autres dans MYSQL_PWD ou ~/.my.cnf, SQLCMDPASSWORD, ORACLE_PASSWORD, MONGODB_PASSWORD, LDAP_PASSWORD, ou les credentials d'une source de la configuration."),
		"%s", a.t("a database URL must not hold a password: every account of this machine can read the command line",
			"une URL de base ne doit pas contenir de mot de passe : tout compte de cette machine peut lire la ligne de commande"))
}

func (a *app) openDatabase(j *job, opt databases.Options) error {
	s, err := databases.New(opt)
	if err != nil {
		return usageError("", "%w", err)
	}
	if err := s.Check(context.Background()); err != nil {
		_, reason := dialect.ClassOf(err)
		j.failures = append(j.failures, scanner.SourceFailure{Source: opt.Name, Reason: reason})
		why, hint := a.notConnected(err, opt.Dialect)
		at := s.URI()
		if file := fileName(opt.Settings); file != "" {
			at += "/" + file
		}
		a.say(at + a.t(": ", " : ") + why)
		fmt.Fprintln(a.err, hint)
		return s.Close()
	}
	if s.MayWrite() {
		if j.opt.Strict {
			s.Close()
			return usageError(a.t("Use an account that can only read; README says which grants it needs.", "Employez un compte qui ne peut que lire ; le README dit quels droits il lui faut."),
				"%s: %s", s.URI(), a.t("with --strict the account must not be able to write", "avec --strict, le compte ne doit pas pouvoir écrire"))
		}
		fmt.Fprintf(a.err, "recense: %s: %s\n", s.URI(), a.t("this account can write; nothing will be written, but an account that can only read is safer",
			"ce compte peut écrire ; rien ne sera écrit, mais un compte en lecture seule est plus sûr"))
	}
	if most := s.Connections(); most > 0 && (j.connections == 0 || most < j.connections) {
		j.connections = most
	}
	j.sources, j.worker.Databases = append(j.sources, s), append(j.worker.Databases, opt)
	return nil
}

// notConnected says why a server was not reached, and what to look at.
func (a *app) notConnected(err error, engine string) (why, hint string) {
	class, reason := dialect.ClassOf(err)
	switch {
	case engine == "sqlite" && class == dialect.Denied:
		why = a.t("this account may not read the file", "ce compte ne peut pas lire le fichier")
		hint = a.t("Check the rights on the file, on -wal and -shm beside it, and on the folders above.", "Vérifiez les droits sur le fichier, sur -wal et -shm à côté, et sur les dossiers au-dessus.")
	case engine == "sqlite":
		why = a.t("there is no such file, or it is no database", "il n'y a pas de fichier de ce nom, ou ce n'est pas une base")
		hint = a.t("Check the path: sqlite:///folder/file.db; nothing is created.", "Vérifiez le chemin : sqlite:///dossier/fichier.db ; rien n'est créé.")
	case reason == sources.NotVerified && engine == "postgres":
		why = a.t("the server offers no encryption (TLS), or did not prove who it is", "le serveur n'offre pas de chiffrement (TLS), ou n'a pas prouvé son identité")
		hint = a.t("Name the authority with ?sslrootcert=FILE; ?sslmode=require gives up the proof, sslmode=disable the encryption.",
			"Nommez l'autorité par ?sslrootcert=FICHIER ; ?sslmode=require renonce à la preuve, sslmode=disable au chiffrement.")
	case reason == sources.NotVerified:
		why = a.t("the server offers no encryption (TLS), or did not prove who it is", "le serveur n'offre pas de chiffrement (TLS), ou n'a pas prouvé son identité")
		hint = a.t("Name the authority with ?sslca=FILE; ?tls=false gives up proof and encryption.", "Nommez l'autorité par ?sslca=FICHIER ; ?tls=false renonce à la preuve et au chiffrement.")
	case class == dialect.Denied:
		why = a.t("the server refused the account", "le serveur a refusé le compte")
		hint = a.t("Check the account, its password, whether either has expired or is locked, its right to connect to this database, and whether the server lets it in from this machine.",
			"Vérifiez le compte, son mot de passe, qu'aucun des deux n'est expiré ni verrouillé, son droit de se connecter à cette base, et que le serveur l'accepte depuis cette machine.")
	case class == dialect.Gone:
		why = a.t("the server has no such database", "le serveur n'a pas de base de ce nom")
		hint = a.t("Check its name, upper and lower case too; without a name, all databases of the server are read.",
			"Vérifiez son nom, majuscules comprises ; sans nom, toutes les bases du serveur sont lues.")
	case reason == sources.ServerBusy:
		why = a.t("the server takes no more connections for now", "le serveur n'accepte plus de connexions pour le moment")
		hint = a.t("Try again later; --workers 1 --max-connections 2 needs fewest.", "Réessayez plus tard ; --workers 1 --max-connections 2 en demande le moins.")
	case class == dialect.Lost:
		why = a.t("no connection could be made, or the server answers otherwise than one of this kind", "aucune connexion possible, ou le serveur ne répond pas comme un serveur de ce type")
		hint = a.t("Check host and port, that the server runs, the firewall, and the kind of server in the address.",
			"Vérifiez l'hôte et le port, que le serveur fonctionne, le pare-feu, et le type de serveur dans l'adresse.")
	default:
		why = a.t("it cannot be opened", "ouverture impossible")
		hint = a.t("Check the address and its parameters.", "Vérifiez l'adresse et ses paramètres.")
	}
	var e *dialect.Error
	if errors.As(err, &e) && e.Code != "" {
		why += " (" + e.Code + ")"
	}
	return why, hint
}

// fileName is the name of a database that is a file, empty for servers.
func fileName(s dialect.Settings) string {
	if s["file"] == "" {
		return ""
	}
	return filepath.Base(s["file"])
}
