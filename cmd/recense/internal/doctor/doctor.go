// Package doctor looks at what a scan depends on before one is started: rights,
// kernel, memory, limits, the state folder, the clock, and whether each target can
// be listed and how it is mounted. It reads no file of a target and changes nothing.
//
// What it does not do: it measures no speed, and it opens no file, so that a file
// which cannot be read still shows in the scan only.
package doctor

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"recense/scanner/worker"
)

// Level says what a finding means for a scan.
type Level string

// The levels, in rising order.
const (
	Fine    Level = "ok"
	Warning Level = "warning" // the scan runs; its reader must know
	Gap     Level = "gap"     // the scan runs and misses something
	Blocked Level = "blocked" // the scan would not start
	Absent  Level = "absent"  // a target that cannot be reached
)

// Finding is what was looked at, what was seen, and what helps.
type Finding struct {
	Check string `json:"check"` // fixed: account, isolation, memory…
	Level Level  `json:"level"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// Options say what to look at.
type Options struct {
	Version string
	State   string // the state folder
	Workers int    // 0: one per processor
	Memory  int64  // of a worker, bytes
	Say     func(en, fr string) string
	Now     time.Time
}

// system is what the machine tells. Fields are zero where it does not.
type system struct {
	kernel        string
	uid           int
	readsAll      bool // CAP_DAC_READ_SEARCH
	writesAll     bool // CAP_DAC_OVERRIDE
	keepsTimes    bool // CAP_FOWNER
	memory        int64
	available     int64
	group         int64 // limit of the control group, 0 for none
	openFiles     uint64
	unsynchronous bool
	cage          worker.Kernel
}

// Machine looks at everything but the targets.
func Machine(o Options) []Finding {
	s := look()
	d := &doctor{o: o, s: s}
	d.add("version", Fine, "", o.Version+", "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+prefixed(", Linux ", s.kernel))
	d.account()
	d.isolation()
	d.memory()
	d.limits()
	d.state()
	d.clock()
	return d.found
}

type doctor struct {
	o     Options
	s     system
	found []Finding
}

func (d *doctor) add(check string, l Level, hint, text string) {
	d.found = append(d.found, Finding{check, l, text, hint})
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func (d *doctor) account() {
	name := fmt.Sprint("uid ", d.s.uid)
	if u, err := user.Current(); err == nil {
		name += " (" + u.Username + ")"
	}
	say := d.o.Say
	dedicated := say("A dedicated account with CAP_DAC_READ_SEARCH alone reads as much and can change nothing (systemd: AmbientCapabilities=CAP_DAC_READ_SEARCH).",
		"Un compte dédié avec la seule capacité CAP_DAC_READ_SEARCH lit autant et ne peut rien modifier (systemd : AmbientCapabilities=CAP_DAC_READ_SEARCH).")
	switch {
	case d.s.writesAll:
		d.add("account", Warning, dedicated, name+say(": may read, and change, every file of this machine", " : peut lire, et modifier, tous les fichiers de cette machine"))
	case d.s.readsAll:
		d.add("account", Fine, "", name+say(": may read every file (CAP_DAC_READ_SEARCH)", " : peut lire tous les fichiers (CAP_DAC_READ_SEARCH)"))
	default:
		d.add("account", Fine, "", name+say(": reads what its rights allow; the rest is counted as unreadable", " : lit ce que ses droits permettent ; le reste est compté illisible"))
	}
}

func (d *doctor) isolation() {
	say, k := d.o.Say, d.s.cage
	text := func(on bool, name string) string {
		if on {
			return name
		}
		return name + say(" missing", " absent")
	}
	landlock := text(k.Landlock > 0, "Landlock")
	if k.Landlock > 0 {
		landlock = fmt.Sprintf("Landlock %d", k.Landlock)
	}
	line := landlock + ", " + text(k.Seccomp, "seccomp")
	switch {
	case k.Landlock == 0 || !k.Seccomp:
		d.add("isolation", Warning, say("Worker processes are not isolated in full; kernel 5.13 or newer with Landlock enabled (lsm=landlock,…) isolates them.",
			"Les processus de lecture ne sont pas entièrement isolés ; un noyau 5.13 ou plus récent avec Landlock activé (lsm=landlock,…) les isole."), line)
	case k.Landlock < 4:
		d.add("isolation", Fine, "", line+say("; TCP ports are not bounded for databases (from kernel 6.7 on)", " ; les ports TCP ne sont pas limités pour les bases (à partir du noyau 6.7)"))
	default:
		d.add("isolation", Fine, "", line)
	}
}

// coordinatorMemory is what the coordinator may take beside its workers, in bytes.
const coordinatorMemory = 512 << 20

func (d *doctor) memory() {
	say := d.o.Say
	workers := d.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	most := int64(workers)*d.o.Memory + coordinatorMemory
	have, from := d.s.available, say("available", "disponibles")
	if d.s.group > 0 && (have == 0 || d.s.group < have) {
		have, from = d.s.group, say("allowed to this control group", "permis à ce groupe de contrôle")
	}
	if have == 0 {
		return
	}
	text := fmt.Sprintf(say("%d workers of at most %s: %s at most; %s %s", "%d processus d'au plus %s : %s au plus ; %s %s"), workers, d.size(d.o.Memory), d.size(most), d.size(have), from)
	if have < most {
		d.add("memory", Warning, say("Fewer workers (--workers N) need less.", "Moins de processus (--workers N) en demandent moins."), text)
		return
	}
	d.add("memory", Fine, "", text)
}

// enoughFiles is the number of open files below which a scan may run short.
const enoughFiles = 1024

func (d *doctor) limits() {
	if d.s.openFiles == 0 {
		return
	}
	text := fmt.Sprintf(d.o.Say("%d open files allowed", "%d fichiers ouverts permis"), d.s.openFiles)
	if d.s.openFiles < enoughFiles {
		d.add("limits", Warning, d.o.Say("Raise it with ulimit -n 4096.", "Augmentez-le par ulimit -n 4096."), text)
		return
	}
	d.add("limits", Fine, "", text)
}

// Free space of the state folder: below the first a scan stops soon, below the
// second a large one may.
const (
	tooLittle = 64 << 20
	little    = 2 << 30
)

func (d *doctor) state() {
	say, dir := d.o.Say, d.o.State
	there := dir
	info, err := os.Stat(there)
	for err != nil && filepath.Dir(there) != there {
		there = filepath.Dir(there)
		info, err = os.Stat(there)
	}
	switch {
	case err != nil || !info.IsDir():
		d.add("state", Blocked, say("Choose another with --state.", "Choisissez-en un autre avec --state."), dir+say(": no folder", " : n'est pas un dossier"))
		return
	case !writable(there):
		d.add("state", Blocked, say("Choose another with --state.", "Choisissez-en un autre avec --state."), dir+say(": cannot be written", " : écriture impossible"))
		return
	case there == dir && info.Mode().Perm()&0o077 != 0:
		d.add("state", Warning, "chmod 700 "+dir, dir+say(": others than its owner may enter", " : d'autres que son propriétaire peuvent y entrer"))
	}
	m := mountOf(there)
	text := dir
	if free, ok := freeSpace(there); ok {
		text += fmt.Sprintf(say(": %s free", " : %s libres"), d.size(free))
		switch {
		case free < tooLittle:
			d.add("state", Blocked, say("The journal needs about 1 KB a file, findings come on top.", "Le journal demande environ 1 ko par fichier, plus les occurrences."), text)
			return
		case free < little:
			d.add("state", Warning, say("The journal needs about 1 KB a file, findings come on top.", "Le journal demande environ 1 ko par fichier, plus les occurrences."), text)
			return
		}
	}
	if m.network() {
		d.add("state", Warning, say("A database on a network mount may be damaged; keep the state on a local disk (--state).", "Une base sur un montage réseau peut être abîmée ; gardez l'état sur un disque local (--state)."), text+" ("+m.Kind+")")
		return
	}
	d.add("state", Fine, "", text+prefixed(", ", m.Kind))
}

// firstDay is before any build of this program: a clock that is behind it is wrong.
var firstDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (d *doctor) clock() {
	say := d.o.Say
	text := d.o.Now.Format("2006-01-02 15:04:05 MST")
	switch {
	case d.o.Now.Before(firstDay):
		d.add("clock", Warning, say("Dates of the documents and retention come from it.", "Les dates des documents et la conservation en dépendent."), text+say(": behind", " : en retard"))
	case d.s.unsynchronous:
		d.add("clock", Warning, say("Dates of the documents and retention come from it.", "Les dates des documents et la conservation en dépendent."), text+say(": not synchronised", " : non synchronisée"))
	default:
		d.add("clock", Fine, "", text)
	}
}

// patience is how long a target may take to answer: a dead mount never does.
const patience = 10 * time.Second

// Target looks at a folder or file to be scanned.
func Target(o Options, path string) []Finding {
	done := make(chan []Finding, 1)
	go func() { done <- target(o, path) }()
	select {
	case f := <-done:
		return f
	case <-time.After(patience):
		return []Finding{{Check: "target", Level: Absent, Text: path + o.Say(": does not answer", " : ne répond pas"),
			Hint: o.Say("A mount of a server that is gone hangs; mount it with soft,timeo=… or leave it out.", "Le montage d'un serveur disparu bloque ; montez-le avec soft,timeo=… ou écartez-le.")}}
	}
}

// looked is how many entries of a target are asked for their rights.
const looked = 1000

func target(o Options, path string) []Finding {
	d := &doctor{o: o, s: look()}
	say := o.Say
	real, err := filepath.EvalSymlinks(path)
	info, err2 := os.Stat(real)
	switch {
	case err != nil || err2 != nil:
		d.add("target", Absent, "", path+say(": not there, or not to be reached with these rights", " : absent, ou hors d'atteinte avec ces droits"))
		return d.found
	case info.IsDir() && contains(real, o.State):
		d.add("target", Blocked, say("Choose another with --state.", "Choisissez-en un autre avec --state."), path+say(": the state folder lies in it", " : le dossier d'état s'y trouve"))
	}
	d.listed(path, real, info)
	d.mounted(path, real, info)
	return d.found
}

// listed asks whether a target can be listed, and read at its first level.
func (d *doctor) listed(path, real string, info os.FileInfo) {
	say := d.o.Say
	rights := say("Give the account the right to read it, or CAP_DAC_READ_SEARCH.", "Donnez au compte le droit de le lire, ou CAP_DAC_READ_SEARCH.")
	if !info.IsDir() {
		if !readable(real) {
			d.add("target", Gap, rights, path+say(": cannot be read", " : lecture impossible"))
			return
		}
		d.add("target", Fine, "", path+say(": a file that can be read", " : un fichier lisible"))
		return
	}
	f, err := os.Open(real)
	if err != nil {
		d.add("target", Gap, rights, path+say(": cannot be listed", " : ne peut pas être listé"))
		return
	}
	defer f.Close()
	names, err := f.Readdirnames(looked)
	if err != nil && !errors.Is(err, io.EOF) {
		d.add("target", Gap, rights, path+say(": cannot be listed", " : ne peut pas être listé"))
		return
	}
	closed := 0
	for _, name := range names {
		if !readable(filepath.Join(real, name)) {
			closed++
		}
	}
	text := fmt.Sprintf(say("%s: can be listed, %d entries looked at", "%s : peut être listé, %d entrées regardées"), path, len(names))
	if closed > 0 {
		d.add("target", Gap, rights, text+fmt.Sprintf(say(", %d cannot be read", ", dont %d illisibles"), closed))
		return
	}
	d.add("target", Fine, "", text)
}

// mounted tells what a target lies on and whether reading it changes anything.
func (d *doctor) mounted(path, real string, info os.FileInfo) {
	m := mountOf(real)
	if m.Kind == "" {
		return
	}
	say := d.o.Say
	text := path + say(": on ", " : sur ") + m.Kind + " (" + m.Flags + ")"
	switch {
	case m.network():
		text += say(", a network mount", ", un montage réseau")
	case strings.HasPrefix(m.Kind, "fuse"):
		text += say(", by a program (FUSE)", ", par un programme (FUSE)")
	}
	if !m.has("ro") && !m.has("noatime") && !d.s.keepsTimes && owner(info) != d.s.uid {
		d.add("mount", Warning, say("Times of last access change where the account does not own the files; mount with ro,noatime to keep them.",
			"Les dates de dernier accès changent là où le compte ne possède pas les fichiers ; montez avec ro,noatime pour les garder."), text)
		return
	}
	d.add("mount", Fine, "", text)
}

func contains(root, dir string) bool {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	rel, err := filepath.Rel(root, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// mount is how a file system is mounted.
type mount struct{ Kind, Flags string }

// network reports whether the files are on another machine.
func (m mount) network() bool {
	switch m.Kind {
	case "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "afs", "ncpfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.davfs", "fuse.s3fs":
		return true
	}
	return false
}

func (m mount) has(flag string) bool {
	for f := range strings.SplitSeq(m.Flags, ",") {
		if f == flag {
			return true
		}
	}
	return false
}

// size writes bytes for people.
func (d *doctor) size(n int64) string {
	if n >= 1<<30 {
		s := fmt.Sprintf("%.1f", float64(n)/(1<<30))
		return d.o.Say(s+" GiB", strings.Replace(s, ".", ",", 1)+" Gio")
	}
	return fmt.Sprintf(d.o.Say("%d MiB", "%d Mio"), n>>20)
}
