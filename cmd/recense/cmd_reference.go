package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recense/detectors"
)

// listKinds are the kinds for which an official list of codes exists.
var listKinds = []string{"atc", "ccam", "cim10", "cip", "lpp", "nabm", "ngap", "ucd"}

func (a *app) newReference() *cobra.Command {
	c := &cobra.Command{
		Use:   "reference",
		Short: a.t("import official lists of codes (CCAM, CIM-10, LPP…) that raise certainty", "importer des listes officielles de codes (CCAM, CIM-10, LPP…) qui renforcent la certitude"),
	}
	var column int
	imp := &cobra.Command{
		Use:   "import KIND FILE",
		Short: a.t("import the codes of FILE into the configuration folder", "importer les codes de FICHIER dans le dossier de configuration"),
		Long: a.t(`import reads a text file with one code a line, or delimited by tabs, semicolons,
commas or bars, finds the column of codes, checks them and keeps their normal
forms in the configuration folder. Scans then mark codes found in the list.
KIND is one of: `,
			`import lit un fichier texte d'un code par ligne, ou délimité par tabulations,
points-virgules, virgules ou barres, trouve la colonne des codes, les vérifie et
garde leur forme normale dans le dossier de configuration. Les analyses marquent
alors les codes de la liste. TYPE est l'un de : `) + strings.Join(listKinds, ", ") + a.t(".\n\nExit codes: 0 done, 2 usage or no codes, 5 the file cannot be read.", ".\n\nCodes de sortie : 0 fait, 2 usage ou aucun code, 5 fichier illisible."),
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return a.importList(args[0], args[1], column) },
	}
	imp.Flags().IntVar(&column, "column", 0, a.t("number of the column of codes, from 1 (default: found by itself)", "numéro de la colonne des codes, à partir de 1 (par défaut : trouvée)"))
	list := &cobra.Command{
		Use:   "list",
		Short: a.t("list the imported code lists", "lister les listes importées"),
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.showLists() },
	}
	c.AddCommand(imp, list)
	return c
}

// importList reads a list of codes and keeps it.
func (a *app) importList(kind, path string, column int) error {
	if !slices.Contains(listKinds, kind) {
		return usageError(a.t("One of: ", "L'un de : ")+strings.Join(listKinds, ", ")+".", a.t("no official list for kind %q", "pas de liste officielle pour le type %q"), kind)
	}
	ds, err := a.detectorsOf(selection{only: []string{kind}})
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return &exitError{code: exitUnreachable, err: fileError("open", path, err)}
	}
	defer f.Close()
	codes, refused, err := readCodes(f, ds[0], column)
	if err != nil {
		return &exitError{code: exitUnreachable, err: fileError("read", path, err)}
	}
	if len(codes) == 0 {
		return usageError(a.t("Save spreadsheets as text first; --column N names the column.", "Enregistrez d'abord les classeurs en texte ; --column N désigne la colonne."),
			a.t("%q holds no code of kind %s", "%q ne contient aucun code de type %s"), path, kind)
	}
	dir, err := a.configFolder()
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, "reference")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fileError("make", dir, err)
	}
	list := detectors.NewList(codes)
	if err := replaceFile(filepath.Join(dir, kind+".codes"), []byte(strings.Join(codes, "\n")+"\n")); err != nil {
		return err
	}
	fmt.Fprintf(a.err, a.t("%s: %d codes kept, %d lines without a code, digest %s\n", "%s : %d codes gardés, %d lignes sans code, empreinte %s\n"), kind, list.Len(), refused, list.Digest()[:16])
	return nil
}

// readCodes returns the sorted normal forms of the codes of one column, and how
// many lines hold none there. column counts from 1; 0 takes the column in which
// most lines hold a code.
func readCodes(r io.Reader, d *detectors.Detector, column int) (codes []string, refused int, err error) {
	e, err := detectors.NewEngine([]*detectors.Detector{d}, detectors.Options{All: true})
	if err != nil {
		return nil, 0, err
	}
	p := e.Pass()
	var found []detectors.Match
	byColumn := map[int]map[string]bool{}
	lines := 0
	hits := map[int]int{}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), 1<<20)
	for sc.Scan() {
		line := bytes.TrimPrefix(sc.Bytes(), []byte("\ufeff"))
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		lines++
		for i, cell := range bytes.FieldsFunc(bytes.ReplaceAll(line, []byte("\t\t"), []byte("\t \t")), func(c rune) bool { return c == '\t' || c == ';' || c == ',' || c == '|' }) {
			cell = bytes.Trim(cell, " \"\r")
			found = p.Scan(&detectors.Chunk{Data: cell, To: len(cell)}, found[:0])
			if len(found) != 1 || found[0].Start != 0 || found[0].End != len(cell) || d.Normal == nil {
				continue
			}
			if byColumn[i] == nil {
				byColumn[i] = map[string]bool{}
			}
			byColumn[i][string(d.Normal(nil, cell))] = true
			hits[i]++
		}
	}
	if err := sc.Err(); err != nil {
		return nil, 0, errors.New("a line is longer than 1 MiB")
	}
	best := column - 1
	if column == 0 {
		for i, n := range hits {
			if best < 0 || n > hits[best] || n == hits[best] && i < best {
				best = i
			}
		}
	}
	for c := range byColumn[best] {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes, lines - hits[best], nil
}

// loadLists reads the imported lists of the kinds in ds.
func (a *app) loadLists(ds []*detectors.Detector) (map[detectors.Kind]*detectors.List, error) {
	dir, err := a.configFolder()
	if err != nil {
		return nil, nil // no home folder: no lists
	}
	return readLists(filepath.Join(dir, "reference"), ds)
}

// readLists reads the lists of codes kept in folder.
func readLists(folder string, ds []*detectors.Detector) (map[detectors.Kind]*detectors.List, error) {
	lists := map[detectors.Kind]*detectors.List{}
	for _, d := range ds {
		path := filepath.Join(folder, string(d.Kind)+".codes")
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) || !slices.Contains(listKinds, string(d.Kind)) {
			continue
		}
		if err != nil {
			return nil, usageError("", "%w", fileError("read", path, err))
		}
		lists[d.Kind] = detectors.NewList(strings.Fields(string(b)))
	}
	return lists, nil
}

func (a *app) showLists() error {
	lists, err := a.loadLists(detectors.All())
	if err != nil {
		return err
	}
	for _, k := range listKinds {
		if l := lists[detectors.Kind(k)]; l != nil {
			fmt.Fprintf(a.out, "%s\t%d\t%s\n", k, l.Len(), l.Digest()[:16])
		}
	}
	if len(lists) == 0 {
		fmt.Fprintln(a.err, a.t("no list imported; recense reference import KIND FILE", "aucune liste importée ; recense reference import TYPE FICHIER"))
	}
	return nil
}

// replaceFile writes b to path through a temporary name, owner-only.
func replaceFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".recense-*")
	if err != nil {
		return fileError("create", path, err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fileError("write", path, err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // the name lasts too, where folders can be synced
		d.Close()
	}
	return nil
}
