package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"recense/scanner"
	"recense/sources"
	"recense/sources/databases"
)

func (a *app) newLocate() *cobra.Command {
	var o scanOptions
	c := &cobra.Command{
		Use:   "locate ID TARGET…",
		Short: a.t("find the real place of a masked location", "retrouver l'emplacement réel d'un emplacement masqué"),
		Long: a.t(`locate looks through TARGET, the targets of the scan, for the location whose
identifier (location_id, 32 hexadecimal digits, or its first 8 and more) is ID, and
prints its real path, with the path inside archives. It needs the key of the scan
and the right to read the place; the call is entered in the audit file.

Exit codes: 0 found, 1 not found, 2 usage or key, 5 a target cannot be reached.`,
			`locate cherche dans CIBLE, les cibles de l'analyse, l'emplacement dont l'identifiant
(location_id, 32 chiffres hexadécimaux, ou ses 8 premiers et plus) est ID, et en
affiche le vrai chemin, avec le chemin dans les archives. Il faut la clé de
l'analyse et le droit de lire ; l'appel est porté au fichier d'audit.

Codes de sortie : 0 trouvé, 1 introuvable, 2 usage ou clé, 5 cible inaccessible.`),
		Args: a.atLeast(2, "locate needs an ID and a TARGET", "locate demande un identifiant et une CIBLE"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.locate(c.Context(), o, args[0], args[1:])
		},
	}
	f := c.Flags()
	f.StringVar(&o.Config, "config", "", a.t("configuration file", "fichier de configuration"))
	f.StringVar(&o.State, "state", "", a.t("state folder", "dossier d'état"))
	f.StringVar(&o.KeyFile, "key-file", "", a.t("key of the scan", "clé de l'analyse"))
	return c
}

func (a *app) locate(ctx context.Context, o scanOptions, id string, targets []string) error {
	found, err := a.find(ctx, o, "locate", id, targets)
	if err != nil {
		return err
	}
	for _, place := range found {
		fmt.Fprintln(a.out, place)
	}
	return nil
}

// find returns the real places of a location; the call is entered in the audit
// file under the name of the command. It is an error when there is none.
func (a *app) find(ctx context.Context, o scanOptions, command, id string, targets []string) ([]string, error) {
	id = strings.ToLower(id)
	if len(id) < 8 || len(id) > 32 || strings.Trim(id, "0123456789abcdef") != "" {
		return nil, usageError("", "%s", a.t("ID is 8 to 32 hexadecimal digits", "ID a 8 à 32 chiffres hexadécimaux"))
	}
	o.MinScore = 40
	o.IncludePrivate, o.Snapshots = "locate", true // names only: nothing private is opened for its content
	state, err := a.stateFolder(o.State)
	if err != nil {
		return nil, err
	}
	o.Out = state // nothing is written there
	j, err := a.newJob(o, targets)
	if err != nil {
		return nil, err
	}
	defer j.close()
	if err := a.audit(state, command, fact{"location_id", id}); err != nil {
		return nil, &exitError{code: exitAborted, err: err}
	}
	l := locator{id: id, key: j.key[:]}
	for _, s := range j.sources {
		if err := l.outer(ctx, s); err != nil {
			return nil, quiet(exitInterrupted)
		}
	}
	for _, s := range j.sources {
		if len(l.found) > 0 {
			break
		}
		if err := l.members(ctx, s); err != nil {
			return nil, quiet(exitInterrupted)
		}
	}
	switch {
	case len(l.found) > 0:
		return l.found, nil
	case len(j.failures) > 0:
		return nil, quiet(exitUnreachable)
	}
	return nil, &exitError{code: exitFound, err: errors.New(a.t("not found: another key, or the place has gone", "introuvable : autre clé, ou emplacement disparu"))}
}

// locator compares identifiers. It lets no content through.
type locator struct {
	id    string
	key   []byte
	found []string

	source, path string // of the unit being read
	open         int
	table        bool
}

// outer looks at the files themselves, from the listing alone.
func (l *locator) outer(ctx context.Context, s sources.Source) error {
	for u := range s.Units(ctx) {
		if u.Index == 0 && strings.HasPrefix(u.ID, l.id) {
			l.found = append(l.found, u.Meta.URI)
		}
	}
	return ctx.Err()
}

// members opens the files to look at what is inside archives.
func (l *locator) members(ctx context.Context, s sources.Source) error {
	for u := range s.Units(ctx) {
		_, l.table = s.(*databases.Source) // whose members may be in any range, behind rows
		if u.Meta.Status != sources.Scanned || u.Index > 0 && !l.table {
			continue
		}
		l.source, l.path = u.Source, u.Path
		before := len(l.found)
		if err := s.Read(ctx, u, l); err != nil && !errors.Is(err, errSeen) {
			return err
		}
		for i := before; i < len(l.found); i++ {
			l.found[i] = u.Meta.URI + "!/" + l.found[i]
		}
	}
	return ctx.Err()
}

// errSeen ends the reading of a file that has no members.
var errSeen = errors.New("seen")

// Open implements sources.Sink.
func (l *locator) Open(p sources.Place) error {
	l.open++
	if p.Container != "" && strings.HasPrefix(scanner.MemberID(l.key, l.source, l.path, p.Container).String(), l.id) {
		l.found = append(l.found, p.Container)
	}
	return nil
}

// Chunk implements sources.Sink. Text of the outer file says that it is no
// archive.
func (l *locator) Chunk(*sources.Chunk) error {
	if l.open == 1 && !l.table {
		l.open = 0
		return errSeen
	}
	return nil
}

// Evidence implements sources.Sink.
func (l *locator) Evidence(string, sources.Location) error { return nil }

// Skip implements sources.Sink.
func (l *locator) Skip(sources.Location, sources.Reason) error { return nil }

// Close implements sources.Sink.
func (l *locator) Close(sources.Result) error {
	l.open = max(l.open-1, 0)
	return nil
}
