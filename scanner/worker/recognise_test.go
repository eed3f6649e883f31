//go:build linux && (amd64 || arm64)

package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"recense/scanner/worker"
	"recense/sources"
)

// order is the picture that a program in place of Tesseract is given: what it does.
type order struct {
	Fake     *fake    `json:"fake"`
	Attempts []string `json:"attempts"`
	Do       string   `json:"do"`
}

// recogniseFake stands where Tesseract does and says which attempts went through.
func recogniseFake(stdin io.Reader, stdout io.Writer) int {
	var o order
	if json.NewDecoder(stdin).Decode(&o) != nil {
		return 3
	}
	switch o.Do {
	case "hang":
		time.Sleep(time.Hour)
	case "spin":
		for {
		}
	case "die":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(time.Minute)
	case "fail":
		return 1
	case "print":
		for range 6 << 10 {
			fmt.Fprintln(stdout, strings.Repeat("texte ", 170))
		}
	case "photograph":
		fmt.Fprint(stdout, "| ~ ;\n\f")
		return 0
	}
	fmt.Fprintln(stdout, "fini")
	for _, a := range o.Attempts {
		if o.Fake.try(a) == nil {
			fmt.Fprintln(stdout, a)
		}
	}
	return 0
}

// startFake starts a helper whose Tesseract is this test program.
func startFake(t *testing.T, r worker.Recognition) *worker.Recogniser {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r.Program, r.Data, r.Memory = self, t.TempDir(), 64<<30 // the address space of a Go program
	h, err := worker.StartRecogniser([]string{self, "recogniser"}, r, func() { t.Error("the helper is gone") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func recognise(t *testing.T, h *worker.Recogniser, o order) (string, sources.Reason) {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	text, why := h.Recognise(context.Background(), b, 0)
	return string(text), why
}

// TestRecogniserSurvives has pictures do to Tesseract what hostile ones might; the
// helper tells and goes on.
func TestRecogniserSurvives(t *testing.T) {
	h := startFake(t, worker.Recognition{Deadline: time.Second})
	for _, c := range []struct {
		do   string
		text string
		why  sources.Reason
	}{
		{"", "fini", ""}, {"hang", "", sources.TimedOut}, {"spin", "", sources.TimedOut}, {"die", "", sources.WorkerCrashed},
		{"fail", "", sources.Corrupt}, {"photograph", "", ""}, {"print", "texte", sources.SizeLimit}, {"", "fini", ""},
	} {
		t.Run(c.do, func(t *testing.T) {
			text, why := recognise(t, h, order{Do: c.do})
			if why != c.why || !strings.HasPrefix(text, c.text) || c.text == "" && text != "" || len(text) > 4<<20 {
				t.Errorf("%q %.20q of %d bytes", why, text, len(text))
			}
		})
	}
	if _, why := h.Recognise(context.Background(), make([]byte, sources.MaxPicture+1), 0); why != sources.SizeLimit {
		t.Errorf("too large a picture: %q", why)
	}
}

// TestRecogniserCage holds what runs in place of Tesseract to its input and output.
func TestRecogniserCage(t *testing.T) {
	k := worker.KernelCage()
	if k.Landlock == 0 || !k.Seccomp {
		t.Skipf("this kernel has no whole cage: %+v", k)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "partage"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"secret", "partage/lu", "partage/gone"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := &fake{Marks: dir, Server: listen(t, "tcp", "127.0.0.1:0")}
	listen(t, "unix", filepath.Join(dir, "socket"))
	all := []string{"read beneath", "list beneath", "read beside", "read the passwords of the system", "list elsewhere", "write beneath", "write in its own folder",
		"change what is there", "remove", "change rights", "change times", "connect", "connect by UDP", "connect in the machine", "listen", "raw socket",
		"run a program", "memory of another", "file without a name", "gain rights", "leave a core"}
	h := startFake(t, worker.Recognition{})
	if text, why := recognise(t, h, order{Fake: f, Attempts: all}); text != "fini" || why != "" {
		t.Errorf("%q: went through: %q", why, text)
	}
}

// TestRecogniserGone tells the worker that its helper is no more.
func TestRecogniserGone(t *testing.T) {
	gone := false
	h, err := worker.StartRecogniser([]string{"/bin/true"}, worker.Recognition{}, func() { gone = true })
	if err != nil {
		t.Skip("no /bin/true:", err)
	}
	defer h.Close()
	if text, why := h.Recognise(context.Background(), make([]byte, 1<<20), 0); len(text) > 0 || why == "" || !gone {
		t.Errorf("%q %q %v", text, why, gone)
	}
}
