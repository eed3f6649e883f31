package main

import (
	"bufio"
	"errors"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"recense/detectors"
)

type detectOptions struct {
	selection
	eachLine bool
	minScore int
	config   string
}

func (a *app) newDetect() *cobra.Command {
	var o detectOptions
	c := &cobra.Command{
		Use:   "detect [FILE|-]",
		Short: a.t("run the detectors over a text and print one JSON object per match", "appliquer les détecteurs à un texte, un objet JSON par occurrence"),
		Long: a.t(`detect reads a text (standard input by default), runs the detectors and prints
one JSON object per match on standard output, never the value:
  {"line":1,"start":0,"end":15,"kind":"nir","score":97,"strength":"verified","why":["structure","key"]}
start and end are byte offsets, end exclusive. --min-score 0 shows all that
passes structure and key, whatever the context.

Exit codes: 0 done (with or without matches), 2 usage, 5 the input cannot be read.`,
			`detect lit un texte (l'entrée standard par défaut), applique les détecteurs et
écrit un objet JSON par occurrence sur la sortie standard, jamais la valeur :
  {"line":1,"start":0,"end":15,"kind":"nir","score":97,"strength":"verified","why":["structure","key"]}
start et end sont des positions en octets, end exclue. --min-score 0 montre tout
ce qui passe structure et clé, quel que soit le contexte.

Codes de sortie : 0 fait (avec ou sans occurrence), 2 usage, 5 entrée illisible.`),
		Example: "  recense detect lettre.txt\n  echo '2 73 12 07 985 045 02' | recense detect --only nir --min-score 0",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.detect(o, args)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.only, "only", nil, a.t("run these detectors alone (KIND,…)", "n'appliquer que ces détecteurs (TYPE,…)"))
	f.StringSliceVar(&o.except, "except", nil, a.t("leave these detectors out", "laisser ces détecteurs de côté"))
	a.configFlag(f, &o.config)
	f.BoolVar(&o.eachLine, "each-line", false, a.t("every line is a text of its own; offsets are within the line", "chaque ligne est un texte à part ; positions dans la ligne"))
	f.IntVar(&o.minScore, "min-score", detectors.ScorePossible, a.t("lowest score shown, 0 to 100", "score minimal affiché, de 0 à 100"))
	return c
}

func (a *app) detect(o detectOptions, args []string) error {
	if o.minScore < 0 || o.minScore > 100 {
		return usageError("", "%s", a.t("--min-score takes 0 to 100", "--min-score prend 0 à 100"))
	}
	var err error
	if o.house, err = a.house(o.config); err != nil {
		return err
	}
	ds, err := a.detectorsOf(o.selection)
	if err != nil {
		return err
	}
	lists, err := a.loadLists(ds)
	if err != nil {
		return err
	}
	e, err := detectors.NewEngine(ds, detectors.Options{Min: uint8(o.minScore), All: o.minScore == 0, Lists: lists, Own: o.house.Own})
	if err != nil {
		return err
	}
	in, closeInput, err := a.openInput(args)
	if err != nil {
		return err
	}
	defer closeInput()
	w := bufio.NewWriterSize(a.out, 64<<10)
	t := &textScanner{engine: e, pass: e.Pass(), emit: func(line int64, start, end int64, m detectors.Match) error {
		return writeDetection(w, line, start, end, m)
	}}
	if o.eachLine {
		err = t.lines(in)
	} else {
		err = t.text(in, 1)
	}
	if err := w.Flush(); err != nil {
		return &exitError{code: exitAborted, err: errors.New("write to standard output failed")}
	}
	if err != nil {
		return &exitError{code: exitUnreachable, err: fileError("read", "input", err)}
	}
	return nil
}

// writeDetection writes one match as a line of JSON. It holds no value.
func writeDetection(w *bufio.Writer, line, start, end int64, m detectors.Match) error {
	b := w.AvailableBuffer()
	b = append(b, `{"line":`...)
	b = strconv.AppendInt(b, line, 10)
	b = append(b, `,"start":`...)
	b = strconv.AppendInt(b, start, 10)
	b = append(b, `,"end":`...)
	b = strconv.AppendInt(b, end, 10)
	b = append(b, `,"kind":"`...)
	b = append(b, m.Detector.Kind...)
	b = append(b, `","score":`...)
	b = strconv.AppendUint(b, uint64(m.Score), 10)
	b = append(b, `,"strength":"`...)
	b = append(b, m.Strength().String()...)
	b = append(b, `","why":[`...)
	for i, why := range m.Why.Names() {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, why)
	}
	b = append(b, "]}\n"...)
	_, err := w.Write(b)
	return err
}

// textScanner runs an engine over texts of any length in bounded memory.
type textScanner struct {
	engine *detectors.Engine
	pass   *detectors.Pass
	emit   func(line, start, end int64, m detectors.Match) error
	buf    []byte
	found  []detectors.Match
}

// blockSize is how much text is scanned at a time, bytes.
const blockSize = 1 << 20

// text scans all of r as one text. line is the number of its first line.
func (t *textScanner) text(r io.Reader, line int64) error {
	margin := t.engine.Margin()
	if len(t.buf) < blockSize+2*margin {
		t.buf = make([]byte, blockSize+2*margin)
	}
	base, have, from := int64(0), 0, 0 // offset of buf[0]; bytes held; first undecided byte
	counted := 0                       // bytes of buf whose line ends are in line
	for eof := false; !eof; {
		n, err := io.ReadFull(r, t.buf[have:])
		have += n
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			eof = true
		default:
			return err
		}
		to := have - margin
		if eof {
			to = have
		}
		t.found = t.pass.Scan(&detectors.Chunk{Data: t.buf[:have], From: from, To: to}, t.found[:0])
		for _, m := range t.found {
			line += int64(countLines(t.buf[counted:max(m.Start, counted)]))
			counted = max(m.Start, counted)
			if err := t.emit(line, base+int64(m.Start), base+int64(m.End), m); err != nil {
				return err
			}
		}
		keep := max(to-margin, 0)
		line += int64(countLines(t.buf[counted:max(keep, counted)]))
		counted = max(counted-keep, 0)
		copy(t.buf, t.buf[keep:have])
		base, have, from = base+int64(keep), have-keep, to-keep
	}
	return nil
}

// lines scans every line of r as a text of its own.
func (t *textScanner) lines(r io.Reader) error {
	br := bufio.NewReaderSize(r, 256<<10)
	lr := &lineReader{r: br}
	for line := int64(1); ; line++ {
		if _, err := br.Peek(1); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		lr.done = false
		if err := t.text(lr, line); err != nil {
			return err
		}
	}
}

// lineReader reads up to and without the next line end.
type lineReader struct {
	r    *bufio.Reader
	done bool
}

func (l *lineReader) Read(p []byte) (int, error) {
	if l.done {
		return 0, io.EOF
	}
	b, err := l.r.Peek(1)
	if err != nil {
		l.done = true
		return 0, err
	}
	b, _ = l.r.Peek(min(l.r.Buffered(), len(p)))
	for i, c := range b {
		if c == '\n' {
			l.done = true
			n := copy(p, b[:i])
			l.r.Discard(i + 1)
			if n > 0 && p[n-1] == '\r' {
				n--
			}
			return n, nil
		}
	}
	n := copy(p, b)
	l.r.Discard(n)
	return n, nil
}

func countLines(b []byte) int {
	n := 0
	for _, c := range b {
		if c == '\n' {
			n++
		}
	}
	return n
}
