package worker

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"recense/sources"
)

// Recognition says how the text of pictures is recognised: by Tesseract.
type Recognition struct {
	Program   string        // path of tesseract
	Data      string        // folder of its languages
	Languages string        // as its option -l takes them: "fra"
	Turned    bool          // it has the data (osd) to read pages that lie on their side
	Deadline  time.Duration // for one page; 0 means RecognitionTime
	Memory    uint64        // address space, bytes; 0 means RecognitionMemory
}

// RecognitionTime is what one page may take, below the limit of a worker without
// progress (Limits.Stall).
const RecognitionTime = 45 * time.Second

// RecognitionMemory is what Tesseract may take of address space, in bytes: a page of 25
// megabytes takes under 250 MiB.
const RecognitionMemory = 1 << 30

// maxRecognised bounds the text of one page, in bytes.
const maxRecognised = 4 << 20

// Recogniser is a helper process as a worker sees it: another process of this
// program in a cage of its own, which starts Tesseract once for each page and has
// its standard input and output only. It implements sources.Recogniser.
type Recogniser struct {
	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	text []byte
	lost func()
}

// StartRecogniser starts the helper with command, which must call MainRecogniser.
// lost is called when the helper is gone: only a new process can have a new one,
// because a worker in its cage starts nothing.
func StartRecogniser(command []string, r Recognition, lost func()) (*Recogniser, error) {
	h := &Recogniser{cmd: exec.Command(command[0], command[1:]...), lost: lost}
	h.cmd.Env = []string{"GOTRACEBACK=none", "GOMEMLIMIT=192MiB"}
	h.cmd.Dir = "/"
	tied(h.cmd)
	in, err := h.cmd.StdinPipe()
	if err != nil {
		return nil, errRecogniser
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		return nil, errRecogniser
	}
	h.in, h.out = in, bufio.NewReaderSize(out, 1<<16)
	config, err := json.Marshal(r)
	if err == nil {
		err = h.cmd.Start()
	}
	if err == nil {
		err = writePicture(in, 0, config)
	}
	if err != nil {
		return nil, errRecogniser
	}
	return h, nil
}

var errRecogniser = errors.New("worker: the helper that recognises text cannot be started")

// Close ends the helper.
func (h *Recogniser) Close() error {
	h.in.Close()
	return h.cmd.Wait()
}

// Recognise implements sources.Recogniser.
func (h *Recogniser) Recognise(_ context.Context, picture []byte, page int) ([]byte, sources.Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(picture) > sources.MaxPicture {
		return nil, sources.SizeLimit
	}
	err := writePicture(h.in, page, picture)
	var why byte
	if err == nil {
		why, h.text, err = readAnswer(h.out, h.text)
	}
	if err != nil {
		h.lost()
		return nil, sources.WorkerCrashed
	}
	if !wordy(h.text) {
		return nil, answers[why]
	}
	return h.text, answers[why]
}

// answers are the reasons of the first byte of an answer.
var answers = [...]sources.Reason{"", sources.Corrupt, sources.TimedOut, sources.WorkerCrashed, sources.SizeLimit}

const (
	answerWhole   = iota
	answerCorrupt // Tesseract cannot read it as a picture
	answerLate
	answerCrashed // it died: a damaged picture, or no memory left
	answerLong    // the text was cut
)

// wordy reports whether a text holds three letters or digits in a row: what a
// photograph gives seldom does.
func wordy(text []byte) bool {
	row := 0
	for len(text) > 0 && row < 3 {
		r, n := utf8.DecodeRune(text)
		row++
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			row = 0
		}
		text = text[n:]
	}
	return row == 3
}

// A request is the length of the picture and the page, four bytes each, and the
// picture; an answer a byte that says how it went, the length of the text, the text.

func writePicture(w io.Writer, page int, picture []byte) error {
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(picture)))
	binary.LittleEndian.PutUint32(head[4:], uint32(page))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err := w.Write(picture)
	return err
}

func readPicture(r io.Reader, buf []byte) (page int, picture []byte, err error) {
	var head [8]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, buf, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > sources.MaxPicture {
		return 0, buf, errRecogniser
	}
	picture, err = readInto(r, buf, int(n))
	return int(binary.LittleEndian.Uint32(head[4:]) & 0xFFFF), picture, err
}

func readAnswer(r io.Reader, buf []byte) (why byte, text []byte, err error) {
	var head [5]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, buf, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if int(head[0]) >= len(answers) || n > maxRecognised {
		return 0, buf, errRecogniser
	}
	text, err = readInto(r, buf, int(n))
	return head[0], text, err
}

// readInto reads n bytes into buf, or into a larger one.
func readInto(r io.Reader, buf []byte, n int) ([]byte, error) {
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err := io.ReadFull(r, buf)
	return buf, err
}

// MainRecogniser is the main function of the helper; it returns the exit code of
// the process when stdin ends. Before the first picture it is held to reading what
// Tesseract reads and starting Tesseract alone.
func MainRecogniser(stdin io.Reader, stdout io.Writer) int {
	runtime.LockOSThread()
	in := bufio.NewReaderSize(stdin, 1<<16)
	_, config, err := readPicture(in, nil)
	var r Recognition
	if err != nil || json.Unmarshal(config, &r) != nil {
		return 1
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // it cannot be opened in the cage
	if err != nil {
		return 1
	}
	defer null.Close()
	confineHelper(r)
	h := &helper{Recognition: r, null: null}
	var picture []byte
	for {
		var page int
		if page, picture, err = readPicture(in, picture); err != nil {
			return 0
		}
		// The worker writes nothing before it has its answer, unless it is gone.
		gone := make(chan struct{})
		ended := doing(func() {
			if _, err := in.Peek(1); err != nil {
				close(gone)
			}
		})
		why, text := h.run(gone, picture, page)
		if err := writeAnswer(stdout, why, text); err != nil {
			return 0
		}
		<-ended
	}
}

func writeAnswer(w io.Writer, why byte, text []byte) error {
	head := append(make([]byte, 0, 5), why)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(text)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(text)
	return err
}

// helper starts Tesseract.
type helper struct {
	Recognition
	null *os.File
}

// run recognises one page, or less when gone is closed. It starts and stops the program
// itself: Landlock, which is a matter of threads, lets no other thread stop it.
func (h *helper) run(gone <-chan struct{}, picture []byte, page int) (why byte, text []byte) {
	deadline := cmp.Or(h.Deadline, RecognitionTime)
	cmd := exec.Command(h.Program, h.arguments(page)...)
	cmd.Env = []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8"}
	cmd.Dir, cmd.Stderr = "/", h.null // what it prints may quote the picture
	tied(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return answerCrashed, nil
	}
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return answerCrashed, nil
	}
	late := time.NewTimer(deadline)
	defer late.Stop()
	stopped := false
	wait := func(ended <-chan struct{}) {
		if !stopped {
			select {
			case <-ended:
				return
			case <-late.C:
			case <-gone:
			}
		}
		stopped = true
		_ = cmd.Process.Kill()
		<-ended
	}
	// It waits for the picture: whatever that does to it, the limits are there.
	stopped = limit(cmd.Process.Pid, deadline+time.Second, cmp.Or(h.Memory, RecognitionMemory)) != nil
	go func() {
		_, _ = in.Write(picture)
		in.Close()
	}()
	wait(doing(func() { text, _ = io.ReadAll(io.LimitReader(out, maxRecognised+1)) }))
	long := len(text) > maxRecognised
	if long {
		_ = cmd.Process.Kill()
		text = text[:maxRecognised]
	}
	wait(doing(func() { err = cmd.Wait() }))
	text = bytes.TrimSpace(bytes.ToValidUTF8(bytes.ReplaceAll(text, []byte("\f"), []byte("\n")), []byte("?")))
	switch {
	case err == nil:
		return answerWhole, text
	case long:
		return answerLong, text
	case stopped:
		return answerLate, text
	case cmd.ProcessState.ExitCode() > 0:
		return answerCorrupt, text
	}
	return answerCrashed, text
}

// doing runs f beside and returns what is closed at its end.
func doing(f func()) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	return ended
}

func (h *helper) arguments(page int) []string {
	layout := "3"
	if h.Turned {
		layout = "1"
	}
	return []string{"stdin", "stdout", "-l", h.Languages, "--tessdata-dir", h.Data, "--psm", layout, "-c", "tessedit_page_number=" + strconv.Itoa(page)}
}
