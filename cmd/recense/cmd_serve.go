package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/config"
	"recense/cmd/recense/internal/logs"
	"recense/cmd/recense/internal/metrics"
	"recense/cmd/recense/internal/schedule"
	"recense/cmd/recense/internal/serve"
	"recense/scanner"
)

type serveOptions struct {
	config, state       string
	logFormat, logLevel string
	allowRoot, plan     bool
	print               string
}

func (a *app) newServe() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: a.t("start scans when they are due, for as long as it runs", "lancer les analyses à l'heure, tant qu'il tourne"),
		Long: a.t(`serve starts the scans of the configuration (schedules) when they are due, one at a
time, each as a process of its own. One that falls due while another runs waits; one
that was due while serve was off is started once, within its catch_up_hours; one that
was interrupted is gone on with at the next start. SIGTERM and Ctrl-C stop the scan
that runs so that it can be resumed.

With serve.metrics, /metrics tells Prometheus how the scans go and /healthz that serve
is there, on this machine alone. --print gives what an administrator installs:
service, scan-service and timer (systemd), cron, alerts (Prometheus), dashboard (Grafana).

Exit codes: 0 stopped, 2 usage, configuration, or started as root without --allow-root.`,
			`serve lance les analyses de la configuration (schedules) à l'heure, une à la fois,
chacune dans son processus. Celle qui tombe pendant une autre attend ; celle qui
tombait pendant un arrêt est lancée une fois, dans ses catch_up_hours ; celle qui a été
interrompue est reprise au démarrage suivant. SIGTERM et Ctrl-C arrêtent l'analyse en
cours de sorte qu'elle puisse être reprise.

Avec serve.metrics, /metrics dit à Prometheus comment vont les analyses et /healthz que
serve est là, sur cette machine seulement. --print donne ce qu'un administrateur
installe : service, scan-service et timer (systemd), cron, alerts (Prometheus),
dashboard (Grafana).

Codes de sortie : 0 arrêté, 2 usage, configuration, ou lancé par root sans --allow-root.`),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), o) },
	}
	f := c.Flags()
	a.configFlag(f, &o.config)
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.BoolVar(&o.allowRoot, "allow-root", false, a.t("run as root all the same", "tourner sous root malgré tout"))
	f.BoolVar(&o.plan, "plan", false, a.t("tell when scans are due next and end", "dire quand les prochaines analyses sont dues et finir"))
	f.StringVar(&o.print, "print", "", a.t("print one of ", "afficher l'un de ")+strings.Join(serve.FileNames(), ", "))
	f.StringVar(&o.logFormat, "log-format", "json", a.t("messages on standard error: text or json", "messages sur la sortie d'erreur : text ou json"))
	f.StringVar(&o.logLevel, "log-level", "info", a.t("events logged, from this level on: debug, info, warn, error", "événements journalisés, à partir de ce niveau : debug, info, warn, error"))
	return c
}

func (a *app) serve(ctx context.Context, o serveOptions) error {
	if o.print != "" {
		text, err := serve.File(o.print)
		if err != nil {
			return usageError(a.t("One of: ", "L'un de : ")+strings.Join(serve.FileNames(), ", ")+".", a.t("nothing named %q to print", "rien à afficher sous le nom %q"), o.print)
		}
		_, err = a.out.Write(text)
		return err
	}
	if err := a.checkLog(o.logFormat, o.logLevel); err != nil {
		return err
	}
	conf, err := a.readConfig(o.config)
	if err != nil {
		return err
	}
	jobs, err := jobsOf(&conf)
	if err != nil {
		return usageError("", "%w", err)
	}
	if len(jobs) == 0 {
		return usageError(a.t("Add schedules to the configuration: recense config init shows how.", "Ajoutez des schedules à la configuration : recense config init montre comment."),
			"%s", a.t("no scan is scheduled", "aucune analyse n'est planifiée"))
	}
	if o.plan {
		return a.planJobs(jobs)
	}
	if os.Geteuid() == 0 && !o.allowRoot {
		return usageError(a.t("Run it under an account that can only read the sources (recense serve --print service), or give --allow-root.",
			"Lancez-le sous un compte qui ne peut que lire les sources (recense serve --print service), ou donnez --allow-root."), "%s", a.t("serve does not run as root", "serve ne tourne pas sous root"))
	}
	state, err := a.stateFolder(o.state)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return usageError("", "%w", fileError("make", state, err))
	}
	level, _ := logs.Level(o.logLevel)
	s := &service{app: a, opt: o, conf: &conf, state: state, log: logs.New(a.err, o.logFormat, level)}
	return s.serve(ctx, jobs)
}

// jobsOf are the schedules of the configuration.
func jobsOf(conf *config.Config) (jobs []serve.Job, err error) {
	for i := range conf.Schedules {
		c := &conf.Schedules[i]
		when, err := schedule.Parse(c.Cron, conf.Serve.Zone)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, serve.Job{Name: c.Name, Next: when.Next, CatchUp: c.CatchUpTime()})
	}
	return jobs, nil
}

// planJobs prints the next times of each job.
func (a *app) planJobs(jobs []serve.Job) error {
	for _, j := range jobs {
		at := a.now()
		for range 3 {
			at = j.Next(at)
			day := a.t(at.Format("Mon 2006-01-02"), weekdays[at.Weekday()]+at.Format(" 02/01/2006"))
			fmt.Fprintf(a.out, "%s\t%s %s\n", j.Name, day, at.Format("15:04 MST"))
		}
	}
	return nil
}

var weekdays = [7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."}

// service runs the scans of a configuration.
type service struct {
	app   *app
	opt   serveOptions
	conf  *config.Config
	state string
	log   *slog.Logger
}

func (s *service) serve(ctx context.Context, jobs []serve.Job) error {
	if err := os.MkdirAll(s.folder(), 0o700); err != nil {
		return usageError("", "%w", fileError("make", s.folder(), err))
	}
	unlock, free := lockFolder(s.folder()) // two would take each other's turns
	if !free && runtime.GOOS != "windows" {
		return usageError(s.app.t("Stop it first, or give this one a folder of its own with --state.", "Arrêtez-le d'abord, ou donnez à celui-ci un autre dossier avec --state."),
			s.app.t("another recense serve runs on the state folder %q", "un autre recense serve tourne sur le dossier d'état %q"), s.state)
	}
	defer unlock()
	server := &serve.Server{Jobs: jobs, Clock: serve.Real{}, Run: s.run, Recall: s.recall, Remember: s.remember, Log: s.log}
	var group sync.WaitGroup
	defer group.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if address := s.conf.Serve.Metrics; address != "" {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return usageError("", s.app.t("serve.metrics: %s cannot be listened on", "serve.metrics : impossible d'écouter sur %s"), address)
		}
		web := &http.Server{Handler: s.handler(server), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
		group.Go(func() { _ = web.Serve(listener) })
		group.Go(func() {
			<-ctx.Done()
			_ = web.Close()
		})
	}
	server.Serve(ctx)
	s.log.Info("stopped")
	return nil
}

// stopTime is what a scan has to commit what is under way before it is killed.
const stopTime = 60 * time.Second

// run starts the scan of a job, or goes on with the last one when that was
// interrupted, and waits for its end.
func (s *service) run(ctx context.Context, name string) (code int, done bool) {
	i := slices.IndexFunc(s.conf.Schedules, func(c config.Schedule) bool { return c.Name == name })
	self, err := os.Executable()
	if i < 0 || err != nil {
		return exitAborted, true
	}
	if err := os.MkdirAll(s.folder(), 0o700); err != nil {
		s.log.Error("state_folder", "job", name, "class", "state")
		return exitAborted, true
	}
	cmd := exec.CommandContext(ctx, self, s.arguments(&s.conf.Schedules[i])...)
	cmd.Stdout, cmd.Stderr = s.app.err, s.app.err
	cmd.Env = append(os.Environ(), "RECENSE_STATE="+s.state)
	ownGroup(cmd)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	err = cmd.Run()
	var ee *exec.ExitError
	switch {
	case err == nil:
		code = exitOK
	case errors.As(err, &ee) && ee.ExitCode() >= 0:
		code = ee.ExitCode()
	case cmd.ProcessState != nil:
		code = exitAborted
	default:
		s.log.Error("scan_not_started", "job", name, "class", "aborted")
		return exitAborted, true
	}
	return code, code != exitInterrupted && code != exitAborted
}

// arguments are those of the process that scans.
func (s *service) arguments(c *config.Schedule) []string {
	if run := s.interrupted(c); run != "" {
		s.log.Info("scan_resumed", "job", c.Name, "run", run)
		p := &s.conf.Pace // of today: what was remembered may be why it did not end
		return []string{"resume", run, "--max-rate", cmp.Or(p.MaxRate, "off"), "--max-files", strconv.Itoa(p.Files), "--max-pressure", strconv.Itoa(p.Pressure)}
	}
	args := append([]string{"scan", "--log-format", s.opt.logFormat, "--log-level", s.opt.logLevel, "--metrics-file", s.metricsFile(c.Name)}, c.Args...)
	if path, required := s.app.configPath(s.opt.config); required || path != "" {
		if _, err := os.Stat(path); err == nil {
			args = append(args, "--config", path)
		}
	}
	return append(append(args, "--"), c.Sources...)
}

// interrupted is the last run over the sources of a job, when it can be gone on with.
func (s *service) interrupted(c *config.Schedule) string {
	runs, err := s.app.runsOf(s.state)
	if err != nil {
		return "" // there is no journal yet
	}
	names := slices.Sorted(slices.Values(c.Sources))
	for _, r := range slices.Backward(runs) {
		if !slices.Equal(slices.Sorted(slices.Values(sourceNames(r))), names) {
			continue
		}
		if _, err := os.Stat(filepath.Join(s.state, "run."+r.ID+".job")); err != nil {
			return ""
		}
		if r.State == scanner.Complete && r.ExitCode == exitAborted {
			return "" // its documents failed, and may again: the scan that is due goes first
		}
		return r.ID
	}
	return ""
}

func (s *service) folder() string                { return filepath.Join(s.state, "serve") }
func (s *service) metricsFile(job string) string { return filepath.Join(s.folder(), job+".prom") }
func (s *service) memoryFile(job string) string  { return filepath.Join(s.folder(), job+".json") }
func (s *service) recall(job string) (m serve.Memory) {
	b, err := os.ReadFile(s.memoryFile(job))
	if err != nil || json.Unmarshal(b, &m) != nil {
		return serve.Memory{}
	}
	return m
}

func (s *service) remember(job string, m serve.Memory) error {
	if err := os.MkdirAll(s.folder(), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return replaceFile(s.memoryFile(job), b)
}

// handler answers Prometheus.
func (s *service) handler(server *serve.Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		set := s.metrics(server.States())
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_ = set.Write(w)
	})
	return mux
}

// metrics are those of the last run of each job, and of the program itself.
func (s *service) metrics(states map[string]serve.State) *metrics.Set {
	set := &metrics.Set{}
	for name, st := range states {
		if f, err := os.Open(s.metricsFile(name)); err == nil {
			_ = set.Read(f)
			f.Close()
		}
		running := 0.0
		if st.Running {
			running = 1
		}
		set.Gauge("recense_serve_running", "1 while the scan runs.", running, "job", name)
		set.Gauge("recense_serve_next_timestamp_seconds", "When the scan is due.", float64(st.Next.Unix()), "job", name)
		if !st.Last.Started.IsZero() {
			set.Gauge("recense_serve_last_timestamp_seconds", "When the scan was last started.", float64(st.Last.Started.Unix()), "job", name)
			set.Gauge("recense_serve_last_exit_code", "Exit code of the last scan.", float64(st.Last.Code), "job", name)
		}
		for code, n := range st.Codes {
			set.Counter("recense_serve_runs_total", "Scans since the program started, by exit code.", float64(n), "job", name, "exit_code", strconv.Itoa(code))
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	set.Gauge("recense_serve_heap_bytes", "Memory of the program that waits for schedules.", float64(m.HeapAlloc))
	set.Gauge("recense_build_info", "Version of the program.", 1, "version", version)
	return set
}
