package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"recense/cmd/recense/internal/config"
	"recense/detectors"
	"recense/report/taxonomy"
	"recense/scanner"
	"recense/scanner/journal"
)

type verifyOptions struct {
	scan     scanOptions
	detector string
	sample   int
	seed     int64
	reveal   bool
}

func (a *app) newVerify() *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify FILE | ID [TARGET…]",
		Short: a.t("let a person judge detections, on a terminal", "faire juger des détections par une personne, sur un terminal"),
		Long: a.t(`verify reads a place again, now, with your own account, and shows a sample of what is
detected there, one at a time: where, by which proofs, and a mask in place of the value.
You answer real, false or undecided; the answers, and nothing else, are kept for the sheet
Contrôles. FILE may name a member (archive.zip!/a.csv); ID is a location_id, or its
first 8 digits, with the targets of the scan (those of the last run by default).

With --afficher the value is shown with 40 characters on either side, to members of the
groups that the configuration names (verify: reveal, medical, aml). Passwords and keys are
never shown. It works on an interactive terminal only, not for the account that scans, on
a screen that is erased at the end, without a core dump. Each call asks for a reason and
stands in the audit file: account, time, place, detector, number, reason.

Exit codes: 0 done, 1 nothing is detected there, 2 usage or refused, 5 the place cannot be read.`,
			`verify relit un emplacement, à l'instant, avec votre propre compte, et montre un
échantillon de ce qui y est détecté, un par un : où, par quelles preuves, et un masque à
la place de la valeur. Vous répondez vrai, faux ou indécidable ; seules les réponses sont
gardées, pour la feuille Contrôles. FICHIER peut désigner un membre (archive.zip!/a.csv) ;
ID est un location_id, ou ses 8 premiers chiffres, avec les cibles de l'analyse (par
défaut celles de la dernière).

Avec --afficher, la valeur est montrée avec 40 caractères de part et d'autre, aux membres
des groupes que la configuration désigne (verify : reveal, medical, aml). Mots de passe et
clés ne sont jamais montrés. Uniquement sur un terminal interactif, pas pour le compte qui
analyse, sur un écran effacé à la fin, sans image mémoire. Chaque appel demande un motif
et figure au journal d'audit : compte, date, emplacement, détecteur, nombre, motif.

Codes de sortie : 0 fait, 1 rien n'y est détecté, 2 usage ou refus, 5 emplacement illisible.`),
		Example: "  recense verify adherents.csv --detector nir\n  recense verify 435b86b8 /srv/partage --sample 50",
		Args:    a.atLeast(1, "verify needs a FILE or an ID", "verify demande un FICHIER ou un identifiant"),
		RunE:    func(c *cobra.Command, args []string) error { return a.verify(c.Context(), args[0], args[1:], &o) },
	}
	f := c.Flags()
	f.StringVar(&o.detector, "detector", "", a.t("this detector only", "ce détecteur seulement"))
	f.IntVar(&o.sample, "sample", 20, a.t("detections that are shown, drawn at random", "détections montrées, tirées au hasard"))
	f.Int64Var(&o.seed, "seed", 0, a.t("of the draw; 0: another one each time", "du tirage ; 0 : un autre à chaque fois"))
	f.BoolVar(&o.reveal, "afficher", false, a.t("show values, to those who may see them", "montrer les valeurs, à qui peut les voir"))
	a.configFlag(f, &o.scan.Config)
	a.registerFlags(f, &o.scan.Documents)
	f.StringVar(&o.scan.State, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.scan.KeyFile, "key-file", "", a.t("key of the scan", "clé de l'analyse"))
	return c
}

// maxSample bounds what one call may show.
const maxSample = 1000

// verification is one call of verify.
type verification struct {
	*app
	o            *verifyOptions
	in, out      *os.File
	rights       config.Verify
	state        string
	path, member string
	id           string // location_id; empty: of no run here
	changed      time.Time
	tax          *taxonomy.Taxonomy
	engine       *detectors.Engine
	doctors      string // who reads medical data by the policy
}

func (a *app) verify(ctx context.Context, place string, targets []string, o *verifyOptions) error {
	if o.sample < 1 || o.sample > maxSample {
		return usageError("", a.t("--sample takes 1 to %d", "--sample prend de 1 à %d"), maxSample)
	}
	v := verification{app: a, o: o}
	if err := v.terminal(); err != nil {
		return err
	}
	c, err := a.readConfig(o.scan.Config)
	if err != nil {
		return err
	}
	v.rights = c.Verify
	if err := v.caller(); err != nil {
		return err
	}
	if v.state, err = a.stateFolder(o.scan.State); err != nil {
		return err
	}
	if err := v.prepare(c.Detection()); err != nil {
		return err
	}
	if err := v.permitted(); err != nil {
		return err
	}
	if err := v.locate(ctx, place, targets); err != nil {
		return err
	}
	spots, err := v.draw(ctx)
	if err != nil {
		return err
	}
	return v.judge(ctx, spots)
}

// terminal refuses whatever is not a person before a screen.
func (v *verification) terminal() error {
	in, isIn := v.app.in.(*os.File)
	out, isOut := v.app.out.(*os.File)
	if !isIn || !isOut || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return usageError("", "%s", v.t("refused: only on an interactive terminal, without redirection", "refusé : l'affichage n'est possible que sur un terminal interactif, sans redirection."))
	}
	v.in, v.out = in, out
	return nil
}

// caller refuses the account that scans, and those who borrow another's rights.
func (v *verification) caller() error {
	if name := account(); slices.Contains(v.rights.Service(), name) {
		return usageError("", v.t("refused: %s is the account that scans; use your own", "refusé : %s est le compte d'analyse ; utilisez le vôtre"), name)
	}
	if os.Getuid() != os.Geteuid() || v.getenv("SUDO_USER") != "" {
		return usageError("", "%s", v.t("refused: the place is read with your own rights, not through sudo", "refusé : l'emplacement est lu avec vos propres droits, sans sudo"))
	}
	if err := noCoreDump(); err != nil {
		return &exitError{code: exitUsage, err: errors.New(v.t("refused: core dumps cannot be prevented here", "refusé : impossible d'empêcher les images mémoire ici"))}
	}
	return nil
}

// prepare builds the engine, and reads who may see medical data.
func (v *verification) prepare(house config.Detection) error {
	ds, err := v.detectorsOf(selection{house: house})
	if err != nil {
		return err
	}
	lists, err := v.loadLists(ds)
	if err != nil {
		return err
	}
	if v.engine, err = detectors.NewEngine(ds, detectors.Options{Lists: lists, Own: house.Own}); err != nil {
		return err
	}
	if v.tax, err = house.Taxonomy(); err != nil {
		return err
	}
	if v.o.detector != "" && v.tax.Detector(detectors.Kind(v.o.detector)) == nil {
		return usageError(v.t("recense detectors lists them.", "recense detectors en donne la liste."), v.t("no detector %q", "pas de détecteur %q"), v.o.detector)
	}
	v.doctors = strings.Join(v.rights.Medical, ", ")
	reg, err := v.registerOf(&v.o.scan.Documents)
	if err != nil || reg == nil {
		return err
	}
	if p := reg.PolicyInForce(); p != nil {
		if who, some := p.HealthAccess.Who.Stated(); some {
			v.doctors = strings.Join(who, ", ")
		}
	}
	return nil
}

// category returns the category of a detector.
func (v *verification) category(kind string) string {
	if d := v.tax.Detector(detectors.Kind(kind)); d != nil {
		return d.Category
	}
	return ""
}

// permitted refuses what the caller may not look at.
func (v *verification) permitted() error {
	category := v.category(v.o.detector)
	if category == "aml" && !memberOf(v.rights.AML) {
		return usageError("", "%s", v.t("reserved to the LCB-FT officers", "contrôle réservé au correspondant LCB-FT"))
	}
	if !v.o.reveal {
		return nil
	}
	switch {
	case category == "medical" || category == "health":
		if !memberOf(v.rights.Medical) {
			return usageError("", v.t("reserved to the persons under medical secrecy (%s)", "contrôle réservé aux personnes couvertes par le secret médical (%s)."), v.doctors)
		}
	case category == "credentials":
		return usageError("", "%s", v.t("passwords and keys are never shown", "mots de passe et clés ne sont jamais montrés"))
	case category != "aml" && !memberOf(v.rights.Reveal):
		return usageError("", "%s", v.t("you are in no group that may see values (verify: reveal in the configuration)", "vous n'êtes dans aucun groupe qui peut voir des valeurs (verify : reveal dans la configuration)"))
	}
	return nil
}

// reveals reports whether values of a detector are shown to the caller.
func (v *verification) reveals(kind string) bool {
	if !v.o.reveal {
		return false
	}
	switch v.category(kind) {
	case "credentials":
		return false
	case "medical", "health":
		return memberOf(v.rights.Medical)
	case "aml":
		return memberOf(v.rights.AML)
	}
	return memberOf(v.rights.Reveal)
}

// memberOf reports whether this process has the rights of one of some groups.
func memberOf(groups []string) bool {
	own, err := os.Getgroups()
	if err != nil {
		return false
	}
	own = append(own, os.Getegid())
	return slices.ContainsFunc(groups, func(name string) bool {
		id, err := strconv.Atoi(name)
		if err != nil {
			g, err := user.LookupGroup(name)
			if err != nil {
				return false
			}
			if id, err = strconv.Atoi(g.Gid); err != nil {
				return false
			}
		}
		return slices.Contains(own, id)
	})
}

// locate finds the file and the member, and what the last run knows of them.
func (v *verification) locate(ctx context.Context, place string, targets []string) error {
	file, member, _ := strings.Cut(strings.TrimPrefix(place, "file://"), "!/")
	if len(targets) > 0 || !exists(file) && isID(place) {
		if len(targets) == 0 {
			targets = v.lastTargets()
		}
		found, err := v.find(ctx, v.o.scan, "locate", place, targets)
		if err != nil {
			return err
		}
		uri, inner, _ := strings.Cut(found[0], "!/")
		path, err := url.PathUnescape(strings.TrimPrefix(uri, "file://"))
		if err != nil || !strings.HasPrefix(uri, "file://") {
			return usageError("", "%s", v.t("verify reads files only", "verify ne lit que des fichiers"))
		}
		file, member = path, inner
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return usageError("", "%s", v.t("no working folder", "pas de dossier de travail"))
	}
	v.path, v.member = path, member
	info, err := os.Stat(path)
	if err == nil {
		var f *os.File
		if f, err = os.Open(path); err == nil {
			f.Close()
		}
	}
	known, date := v.known(ctx)
	if errors.Is(err, fs.ErrPermission) {
		owner := fileOwner(info)
		if known != nil && known.Owner != "" {
			owner = known.Owner
		}
		return &exitError{code: exitUnreachable, err: fmt.Errorf(v.t("your account has no access to this place; ask its owner (%s) to verify it: recense's own access is not used",
			"votre compte n'a pas accès à cet emplacement. Demandez le contrôle à son responsable (%s) ; l'accès technique de recense n'est pas utilisé."), owner)}
	}
	switch {
	case err != nil:
		return &exitError{code: exitUnreachable, err: fileError("open", path, err)}
	case info.IsDir() || info.Size() > maxExplained:
		return usageError("", "%s", v.t("verify reads one file of at most 256 MiB", "verify lit un fichier de 256 Mio au plus"))
	}
	if known != nil {
		v.id = known.ID.String()
		if v.member == "" && (known.Size != info.Size() || known.Modified.Unix() != info.ModTime().Unix()) {
			v.changed = date
		}
	}
	return nil
}

func isID(s string) bool {
	return len(s) >= 8 && len(s) <= 32 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// lastTargets are the folders of the last complete runs.
func (v *verification) lastTargets() (targets []string) {
	runs, err := v.runsOf(v.state)
	if err != nil {
		return nil
	}
	for _, l := range lastRuns(runs) {
		for _, t := range l.run.Targets {
			path, err := url.PathUnescape(strings.TrimPrefix(t.URI, "file://"))
			if err == nil && strings.HasPrefix(t.URI, "file://") && slices.Contains(l.sources, t.Source) {
				targets = append(targets, path)
			}
		}
	}
	return targets
}

// known returns what the last complete run over the place says of it, and when that run
// began; nil without one.
func (v *verification) known(ctx context.Context) (known *scanner.Place, date time.Time) {
	runs, err := v.runsOf(v.state)
	if err != nil {
		return nil, date
	}
	jr, err := journal.Open(filepath.Join(v.state, "journal.db"))
	if err != nil {
		return nil, date
	}
	defer jr.Close()
	uri, _ := scanner.Mask(v.engine, (&url.URL{Scheme: "file", Path: v.path}).String())
	for _, l := range slices.Backward(lastRuns(runs)) {
		results, err := jr.Results(l.run.ID)
		if err != nil {
			continue
		}
		err = results.Walk(ctx, func(x *scanner.Location, _ findings) error {
			if x.URI == uri && (x.Container == v.member || v.member == "" && known == nil) {
				p := x.Place
				known, date = &p, l.run.Started
			}
			return nil
		})
		if known != nil && err == nil {
			return known, date
		}
	}
	return nil, date
}

// enter enters the call in the audit file before anything is shown.
func (v *verification) enter(reason string, spots []spot) error {
	reason, _ = scanner.Mask(v.engine, reason)
	number := map[string]int{}
	for i := range spots {
		number[spots[i].kind]++
	}
	for _, kind := range slices.Sorted(maps.Keys(number)) {
		shows := "mask"
		if v.reveals(kind) {
			shows = "value"
		}
		err := v.audit(v.state, "verify", fact{"location_id", v.id}, fact{"detector", kind}, fact{"number", number[kind]}, fact{"shows", shows}, fact{"reason", reason})
		if err != nil {
			return &exitError{code: exitAborted, err: err}
		}
	}
	return nil
}

func (v *verification) random() *rand.Rand {
	seed := uint64(v.o.seed)
	if seed == 0 {
		seed = rand.Uint64()
	}
	return rand.New(rand.NewPCG(seed, 0))
}
