package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"recense/cmd/recense/internal/key"
	"recense/detectors"
)

func (a *app) newDigest() *cobra.Command {
	var keyFile, state string
	c := &cobra.Command{
		Use:   "digest KIND --key-file FILE",
		Short: a.t("print the keyed digests of values, to compare with findings written with --digests", "afficher les empreintes à clé de valeurs, à comparer à des occurrences écrites avec --digests"),
		Long: a.t(`digest reads one value a line from standard input and prints one digest a line:
the one that a scan with --digests writes under the same key, or an empty line
when the value has no normal form of this KIND. Values never go on the command
line. Every call is entered in the audit file of the state folder (who, when,
which kind and key, how many values; never a value).

Exit codes: 0 done, 2 usage or key, 5 standard input cannot be read.`,
			`digest lit une valeur par ligne sur l'entrée standard et affiche une empreinte par
ligne : celle qu'une analyse avec --digests écrit sous la même clé, ou une ligne
vide quand la valeur n'a pas de forme normale de ce TYPE. Les valeurs ne vont
jamais sur la ligne de commande. Chaque appel est porté au fichier d'audit du
dossier d'état (qui, quand, quel type et quelle clé, combien ; jamais une valeur).

Codes de sortie : 0 fait, 2 usage ou clé, 5 entrée illisible.`),
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.digest(args[0], keyFile, state) },
	}
	c.Flags().StringVar(&keyFile, "key-file", "", a.t("file with the key: 64 hexadecimal digits, readable by its owner only", "fichier de la clé : 64 chiffres hexadécimaux, lisible par son seul propriétaire"))
	c.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	return c
}

func (a *app) digest(kind, keyFile, state string) error {
	if keyFile == "" {
		return usageError("", "%s", a.t("digest needs --key-file", "digest demande --key-file"))
	}
	ds, err := a.detectorsOf(selection{only: []string{kind}})
	if err != nil {
		return err
	}
	k, err := key.Read(keyFile)
	if err != nil {
		return usageError("", "%w", err)
	}
	if state, err = a.stateFolder(state); err != nil {
		return err
	}
	e, err := detectors.NewEngine(ds, detectors.Options{Key: k.Digest(), All: true})
	if err != nil {
		return err
	}
	n, err := a.digestLines(e, ds[0])
	if auditErr := a.audit(state, "digest", fact{"kind", kind}, fact{"key", k.ID()}, fact{"values", n}); auditErr != nil {
		return &exitError{code: exitAborted, err: auditErr}
	}
	return err
}

// digestLines prints a digest for each line of the input and returns how many
// lines there were.
func (a *app) digestLines(e *detectors.Engine, d *detectors.Detector) (int, error) {
	p := e.Pass()
	w := bufio.NewWriter(a.out)
	defer w.Flush()
	var found []detectors.Match
	in := bufio.NewReaderSize(a.in, 64<<10)
	for n := 0; ; {
		line, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) { // longer than any value: no normal form
			line = nil
			_, err = in.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return n, &exitError{code: exitUnreachable, err: errors.New("read standard input failed")}
		}
		if err == io.EOF && len(line) == 0 {
			return n, nil
		}
		n++
		value := []byte(strings.TrimSpace(string(line)))
		found = p.Scan(&detectors.Chunk{Data: value, To: len(value)}, found[:0])
		text := ""
		if len(found) == 1 && found[0].Start == 0 && found[0].End == len(value) {
			if h, ok := p.Digest(d, value); ok {
				text = fmt.Sprintf("%016x", h)
			}
		}
		fmt.Fprintln(w, text)
	}
}
