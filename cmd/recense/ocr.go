package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/doctor"
	"recense/scanner/worker"
)

func (a *app) newRecogniser() *cobra.Command {
	return &cobra.Command{
		Use:    recogniserCommand,
		Short:  a.t("recognise text for a worker, over standard input and output", "reconnaître du texte pour un processus de lecture, par l'entrée et la sortie standard"),
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return quiet(worker.MainRecogniser(os.Stdin, os.Stdout))
		},
	}
}

const recogniserCommand = "recogniser"

// startRecogniser starts the helper of this process.
func startRecogniser(r worker.Recognition) (*worker.Recogniser, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, errors.New("the program does not know where it is")
	}
	return worker.StartRecogniser([]string{self, recogniserCommand}, r, func() { os.Exit(1) })
}

// recogniser starts the helper of a worker that recognises text, nil without --ocr.
// A worker whose helper is gone ends: its files are read again by a new one.
func (c *workerConfig) recogniser() (*worker.Recogniser, error) {
	if c.OCR == nil {
		return nil, nil
	}
	return startRecogniser(*c.OCR)
}

// The language that text is recognised in, and the data that tell how a page lies.
// English beside French takes longer and breaks addresses of mail apart.
const (
	ocrLanguage = "fra"
	ocrTurned   = "osd"
)

// Time for a unit when text is recognised: a page of a fax takes 16 KiB and more,
// and a few seconds.
const (
	ocrPerUnit = 2 * time.Minute
	ocrPerMiB  = 3 * time.Minute
)

// recognition looks for Tesseract and lets it read an empty page in its cage, so that
// a scan which asked for it does not begin without.
func (j *job) recognition(a *app) error {
	r, version, err := findTesseract()
	if err != nil {
		return usageError(a.t("Install it (Debian: tesseract-ocr tesseract-ocr-fra), or leave out --ocr.", "Installez-le (Debian : tesseract-ocr tesseract-ocr-fra), ou retirez --ocr."), "--ocr: %w", err)
	}
	j.worker.OCR, j.ocr = r, version+" "+r.Languages
	return nil
}

// recognitionLimits gives units the time that recognising takes.
func (j *job) recognitionLimits() {
	j.limits.PerUnit = max(j.limits.PerUnit, ocrPerUnit)
	j.limits.PerMiB = max(j.limits.PerMiB, ocrPerMiB)
	if stall := j.limits.Stall; stall > 0 { // a page must not look like a worker that hangs
		j.worker.OCR.Deadline = min(worker.RecognitionTime, stall*3/4)
	}
}

// findTesseract finds the program and its languages and tries it. Its version is
// as it says itself: "tesseract 5.3.0".
func findTesseract() (*worker.Recognition, string, error) {
	program, err := exec.LookPath("tesseract")
	if err == nil {
		program, err = filepath.Abs(program)
	}
	if err != nil {
		return nil, "", errors.New("tesseract is not installed")
	}
	ctx, cancel := context.WithTimeout(context.Background(), worker.RecognitionTime)
	defer cancel()
	version, _, _ := strings.Cut(ask(ctx, program, "--version"), "\n")
	if !strings.HasPrefix(version, "tesseract ") {
		return nil, "", errors.New("tesseract does not tell its version")
	}
	head, list, _ := strings.Cut(ask(ctx, program, "--list-langs"), "\n")
	languages := strings.Fields(list)
	if !slices.Contains(languages, ocrLanguage) {
		return nil, "", errors.New("tesseract has no French (" + ocrLanguage + ")")
	}
	r := &worker.Recognition{Program: program, Languages: ocrLanguage, Turned: slices.Contains(languages, ocrTurned)}
	if _, rest, ok := strings.Cut(head, `"`); ok {
		r.Data, _, _ = strings.Cut(rest, `"`)
	}
	r.Data = cmp.Or(r.Data, os.Getenv("TESSDATA_PREFIX"))
	if r.Data == "" {
		return nil, "", errors.New("tesseract does not tell where its languages are")
	}
	return r, strings.TrimSpace(version), tryTesseract(*r)
}

// recognitionFound says for doctor whether --ocr can be asked for: nothing else
// depends on it.
func (a *app) recognitionFound() doctor.Finding {
	f := doctor.Finding{Check: "recognition", Level: doctor.Fine}
	r, version, err := findTesseract()
	if err != nil {
		f.Text = a.t("Text of pictures is not read: ", "Le texte des images n'est pas lu : ") + err.Error()
		f.Hint = a.t("For --ocr, install tesseract-ocr and tesseract-ocr-fra.", "Pour --ocr, installez tesseract-ocr et tesseract-ocr-fra.")
		return f
	}
	f.Text = fmt.Sprintf(a.t("With --ocr, text of pictures is read by %s; language %s", "Avec --ocr, le texte des images est lu par %s ; langue %s"), version, r.Languages)
	if !r.Turned {
		f.Text += a.t("; pages that lie on their side are not (no osd)", " ; pas celui des pages couchées (osd manque)")
	}
	return f
}

// ask returns what a program prints on its standard output.
func ask(ctx context.Context, program, option string) string {
	out, err := exec.CommandContext(ctx, program, option).Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// tryTesseract has an empty page recognised.
func tryTesseract(r worker.Recognition) error {
	h, err := startRecogniser(r)
	if err != nil {
		return err
	}
	defer h.Close()
	const side = "200"
	empty := append([]byte("P5 "+side+" "+side+" 255\n"), bytes.Repeat([]byte{255}, 200*200)...)
	if _, why := h.Recognise(context.Background(), empty, 0); why != "" {
		return errors.New("tesseract does not run in its cage (" + string(why) + ")")
	}
	return nil
}
