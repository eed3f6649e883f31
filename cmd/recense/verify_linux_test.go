package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"recense/bench/synth"
)

// terminal is a program at a terminal of its own.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	mu     sync.Mutex
	screen bytes.Buffer // all that was ever written to it
	ended  chan struct{}
	seen   int // what until has looked past
}

// openTerminal returns both ends of a new pseudo-terminal.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	return master, slave
}

// atTerminal starts the program at a terminal.
func atTerminal(t *testing.T, v *verified, args ...string) *terminal {
	t.Helper()
	return startAt(t, v, nil, args...)
}

// startAt starts the program at a terminal, as another account when as is not nil.
func startAt(t *testing.T, v *verified, as *syscall.Credential, args ...string) *terminal {
	t.Helper()
	master, slave := openTerminal(t)
	cmd := exec.Command(v.path, args...)
	cmd.Dir = v.dir
	cmd.Env = append(os.Environ(), "RECENSE_STATE="+filepath.Join(v.dir, "state"), "RECENSE_CONFIG="+filepath.Join(v.dir, "config"), "TMPDIR="+filepath.Join(v.dir, "tmp"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Credential: as}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	x := &terminal{t: t, cmd: cmd, master: master, ended: make(chan struct{})}
	go func() {
		defer close(x.ended)
		b := make([]byte, 4096)
		for {
			n, err := master.Read(b)
			x.mu.Lock()
			x.screen.Write(b[:n])
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		master.Close()
	})
	return x
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// until waits for a text that was not there at the last call.
func (x *terminal) until(text string) {
	x.t.Helper()
	for range 400 {
		s := x.text()
		if i := strings.Index(s[x.seen:], text); i >= 0 {
			x.seen += i + len(text)
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	x.t.Fatalf("the terminal never showed %q:\n%q", text, x.text())
}

func (x *terminal) send(keys string) {
	x.t.Helper()
	if _, err := x.master.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// end waits for the program and returns its code and all it wrote.
func (x *terminal) end() (code int, text string) {
	x.cmd.Wait()
	<-x.ended
	return x.cmd.ProcessState.ExitCode(), x.text()
}

// verified is a share that was scanned, and whose values a person looks at.
type verified struct {
	dir, path, file string
	nirs            []string
}

func newVerified(t *testing.T) *verified {
	g := synth.New(20261129)
	v := &verified{dir: t.TempDir(), path: program(t)}
	v.file = filepath.Join(v.dir, "share", "adherents.csv")
	text := "nom;nir;remarque;mot_de_passe\n"
	for i := range 12 {
		v.nirs = append(v.nirs, g.NIR(g.Birth()))
		text += fmt.Sprintf("%s;%s;à rappeler \x1b[31mTOTO%d;\n", g.Surname(), v.nirs[i], i)
	}
	put(t, v.file, []byte(text))
	put(t, filepath.Join(v.dir, "share", "secrets.txt"), []byte("mot de passe : Tr0ub4dor&3xyz\nAvis d'arrêt de travail. Nom : DUPONT Claire\n"))
	put(t, filepath.Join(v.dir, "config", "recense.yaml"), []byte("verify:\n  reveal: [\""+fmt.Sprint(os.Getegid())+"\"]\n  service_accounts: [personne]\n"))
	if err := os.MkdirAll(filepath.Join(v.dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	if code, out := runRecense(t, v.path, v.dir, "scan", "share", "-o", "out", "--quiet"); code != "0" {
		t.Fatalf("scan: code %s\n%s", code, out)
	}
	return v
}

// events are those of the audit file.
func (v *verified) events(t *testing.T) (out []map[string]any) {
	data, err := os.ReadFile(filepath.Join(v.dir, "state", "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var e struct {
			Event string         `json:"event"`
			Facts map[string]any `json:"facts"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Facts == nil {
			e.Facts = map[string]any{}
		}
		e.Facts["event"] = e.Event
		out = append(out, e.Facts)
	}
	return out
}

// TestVerifyMasks: without being asked for values it shows none, only where and why.
func TestVerifyMasks(t *testing.T) {
	v := newVerified(t)
	x := atTerminal(t, v, "verify", v.file, "--detector", "nir", "--sample", "3", "--lang", "fr")
	x.until("Motif (obligatoire) : ")
	x.send("\rcontrôle annuel\r")
	for i, key := range []string{"v", "F", "i"} {
		x.until(fmt.Sprintf("%d / 3", i+1))
		x.until("[NIR]")
		x.until("[Q] quitter")
		x.send(key)
	}
	code, text := x.end()
	if code != 0 || !strings.Contains(text, "réelles : 1, fausses : 1, indécidables : 1") {
		t.Errorf("code %d\n%s", code, text)
	}
	for _, want := range []string{"Source relue à l'instant avec votre compte", "la clé de contrôle est juste", "« nir », ligne "} {
		if !strings.Contains(text, want) {
			t.Errorf("the screen lacks %q", want)
		}
	}
	for _, n := range v.nirs {
		if strings.Contains(text, n[:8]) {
			t.Error("a value is shown")
		}
	}
	var looked, ended bool
	for _, e := range v.events(t) {
		looked = looked || e["event"] == "verify" && e["detector"] == "nir" && e["number"] == 3.0 && e["shows"] == "mask" && e["reason"] == "contrôle annuel" && len(fmt.Sprint(e["location_id"])) == 32
		ended = ended || e["event"] == "verify_end" && e["shown"] == 3.0 && e["real"] == 1.0
	}
	if !looked || !ended {
		t.Errorf("audit: %v", v.events(t))
	}
}

// TestVerifyShows: values appear on the screen, in the alternate one only, and nowhere
// else; what surrounds them cannot command the terminal.
func TestVerifyShows(t *testing.T) {
	v := newVerified(t)
	x := atTerminal(t, v, "verify", v.file, "--afficher", "--detector", "nir", "--lang", "fr")
	x.until("Motif (obligatoire) : ")
	x.send("doute " + v.nirs[0] + "\r")
	for range 12 {
		x.until("[Q] quitter")
		x.send("v")
	}
	code, text := x.end()
	if code != 0 || !strings.Contains(text, "montrées : 12") {
		t.Fatalf("code %d\n%s", code, text)
	}
	from, to := strings.Index(text, enterScreen), strings.Index(text, clearScreen+leaveScreen)
	if from < 0 || to < from || strings.Count(text, leaveScreen) != 1 {
		t.Fatalf("the alternate screen is not left as it should be: %q", text)
	}
	for _, n := range v.nirs {
		if !strings.Contains(text[from:to], n) {
			t.Error("a value is not shown")
		}
		if strings.Contains(text[:from]+text[to:], n[:8]) {
			t.Error("a value is shown outside the alternate screen")
		}
	}
	if strings.Contains(text, "\x1b[31m") || !strings.Contains(text, "à rappeler ·[31mTOTO") {
		t.Error("what stands beside a value is not made visible")
	}
	values := map[string]string{}
	for i, n := range v.nirs {
		values[fmt.Sprint("nir ", i)] = n
	}
	err := filepath.WalkDir(v.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "/share/") {
			return err
		}
		b, err := os.ReadFile(path)
		lookFor(t, path, b, values)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestVerifyRefuses: who and what it refuses.
func TestVerifyRefuses(t *testing.T) {
	v := newVerified(t)
	if code, out := runRecense(t, v.path, v.dir, "verify", v.file, "--lang", "fr"); code != "2" || !strings.Contains(out, "terminal interactif, sans redirection") {
		t.Errorf("without a terminal: %s %s", code, out)
	}
	secrets := filepath.Join(v.dir, "share", "secrets.txt")
	for _, c := range []struct {
		name, config, want string
		code               int
		args               []string
	}{
		{"no group", "verify: {reveal: [\"4294967\"]}\n", "aucun groupe qui peut voir des valeurs", 2, []string{v.file, "--afficher"}},
		{"nothing configured", "", "aucun groupe qui peut voir des valeurs", 2, []string{v.file, "--afficher"}},
		{"medical", "verify: {reveal: [\"0\"]}\n", "couvertes par le secret médical", 2, []string{secrets, "--afficher", "--detector", "medical_terms"}},
		{"credentials", "verify: {reveal: [\"0\"], medical: [\"0\"]}\n", "jamais montrés", 2, []string{secrets, "--afficher", "--detector", "password_field"}},
		{"LCB-FT", "", "LCB-FT", 2, []string{v.file, "--detector", "aml_terms"}},
		{"service account", "verify: {service_accounts: [" + account() + "]}\n", "compte d'analyse", 2, []string{v.file}},
		{"nothing there", "", "rien n'y est détecté", 1, []string{v.file, "--detector", "iban"}},
		{"no file", "", "fichier ou dossier inexistant", 5, []string{filepath.Join(v.dir, "share", "absent.csv")}},
		{"unknown detector", "", "pas de détecteur", 2, []string{v.file, "--detector", "nirs"}},
		{"too many", "", "--sample", 2, []string{v.file, "--sample", "0"}},
	} {
		put(t, filepath.Join(v.dir, "config", "recense.yaml"), []byte(c.config))
		x := atTerminal(t, v, append([]string{"verify", "--lang", "fr"}, c.args...)...)
		if code, text := x.end(); code != c.code || !strings.Contains(text, c.want) || strings.Contains(text, enterScreen) {
			t.Errorf("%s: code %d, %q", c.name, code, text)
		}
	}
}

// TestVerifyInterrupted: a signal, or ^C, leaves an erased screen; a changed file is told
// as such; a location is found by its identifier.
func TestVerifyInterrupted(t *testing.T) {
	v := newVerified(t)
	id := ""
	for _, l := range readTable(t, filepath.Join(v.dir, "out"), "locations.arrow") {
		if strings.HasSuffix(l.text("location_uri"), "adherents.csv") {
			id = l.text("location_id")
		}
	}
	old, err := os.ReadFile(v.file)
	if err != nil {
		t.Fatal(err)
	}
	put(t, v.file, append(old, "DURAND;;;\n"...))
	for _, end := range []string{"TERM", "\x03", "q"} {
		x := atTerminal(t, v, "verify", id[:10], "--lang", "fr")
		x.until("Le fichier a changé depuis l'analyse du ")
		x.until("Motif (obligatoire) : ")
		x.send("essai\r")
		x.until("[Q] quitter")
		if end == "TERM" {
			x.cmd.Process.Signal(syscall.SIGTERM)
		} else {
			x.send(end)
		}
		if code, text := x.end(); code != 0 || !strings.Contains(text, clearScreen+leaveScreen) || !strings.Contains(text, "montrées : 1") {
			t.Errorf("%q: code %d, %q", end, code, text)
		}
	}
}

// TestVerifyOwnRights: the place is read with the rights of whoever calls, and nothing
// else; who is refused learns whom to ask.
func TestVerifyOwnRights(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can run the program as another account")
	}
	v := newVerified(t)
	const nobody = 65534
	state := filepath.Join(v.dir, "nobody")
	if err := errors.Join(os.Mkdir(state, 0o700), os.Chown(state, nobody, nobody), os.Chmod(v.file, 0o600), os.Chmod(filepath.Dir(v.file), 0o755)); err != nil {
		t.Fatal(err)
	}
	for dir := v.dir; strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755)
	}
	os.Chmod(filepath.Dir(v.path), 0o755)
	x := startAt(t, v, &syscall.Credential{Uid: nobody, Gid: nobody}, "verify", v.file, "--lang", "fr", "--state", state, "--config", "/dev/null")
	if code, text := x.end(); code != 5 || !strings.Contains(text, "Demandez le contrôle à son responsable (root)") || strings.Contains(text, enterScreen) {
		t.Errorf("code %d, %q", code, text)
	}
}
