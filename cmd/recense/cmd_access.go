package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recense/detectors"
	"recense/report/access"
	"recense/report/inventory"
	"recense/scanner"
)

type accessOptions struct {
	source, share, root             string
	shares, folders, members, state string
	config                          string
}

func (a *app) newAccess() *cobra.Command {
	c := &cobra.Command{
		Use:   "access",
		Short: a.t("rights exported by an administrator: import them", "les droits exportés par un administrateur : les importer"),
		Long: a.t("access works with rights that a scan cannot read itself, on SMB and NFS mounts above all.",
			"access travaille sur les droits que l'analyse ne peut pas lire elle-même, surtout sur les montages SMB et NFS."),
	}
	var o accessOptions
	imp := &cobra.Command{
		Use:   "import --source NAME",
		Short: a.t("import permissions of a share, of folders, and members of groups", "importer les droits d'un partage, des dossiers, et les membres des groupes"),
		Long: a.t(`import keeps, in the state folder, the rights of one source; documents written from
then on join them with its locations: who can read, by which groups, about how many
accounts. It replaces what was imported for the source before. Accounts and groups are
told by their SID, never by name: rows without one are left out and counted.

--folders takes CSV, or a list as "icacls D:\commun /save FILE /t", "icacls D:\commun /t"
or "getfacl -R /srv/commun" write it. The last two have names and no SIDs: those that
Windows gives are known in English and French, groups by the names in --members, others
stand for themselves. --root is the folder as the list names it: commun, D:\commun,
/srv/commun. Lines that say nothing of rights are counted, with their numbers.

CSV files, as Export-Csv writes them; on the file server and a domain controller:`,
			`import garde, dans le dossier d'état, les droits d'une source ; les documents écrits
ensuite les joignent à ses emplacements : qui peut lire, par quels groupes, combien de
comptes environ. Il remplace ce qui avait été importé pour la source. Comptes et
groupes sont reconnus à leur SID, jamais à leur nom : les lignes qui n'en ont pas sont
laissées de côté et comptées.

--folders prend du CSV, ou une liste telle que l'écrivent « icacls D:\commun /save FICHIER
/t », « icacls D:\commun /t » ou « getfacl -R /srv/commun ». Les deux dernières ont des
noms et pas de SID : ceux que Windows donne sont connus en anglais et en français, les
groupes par leur nom dans --members, les autres valent tels quels. --root est le dossier
tel que la liste le nomme : commun, D:\commun, /srv/commun. Les lignes qui ne disent rien
de droits sont comptées, avec leurs numéros.

Des fichiers CSV, comme Export-Csv les écrit ; sur le serveur de fichiers et un
contrôleur de domaine :`) + `

  $sid = { try { ([Security.Principal.NTAccount]$args[0]).Translate([Security.Principal.SecurityIdentifier]).Value } catch {} }
  Get-SmbShareAccess commun | Select Name,AccountName,AccessControlType,AccessRight,
    @{n='SID';e={& $sid $_.AccountName}} | Export-Csv shares.csv -NoTypeInformation -Encoding UTF8
  Get-ChildItem D:\commun -Recurse -Directory | Get-Acl | % { $p=$_.Path; $_.Access | Select @{n='Path';e={$p}},
    IdentityReference,AccessControlType,FileSystemRights,PropagationFlags,@{n='SID';e={& $sid $_.IdentityReference}} } |
    Export-Csv folders.csv -NoTypeInformation -Encoding UTF8
  Get-ADGroup -Filter * | % { $g=$_; Get-ADGroupMember $g | Select @{n='GroupSID';e={$g.SID}},@{n='GroupName';e={$g.Name}},
    @{n='MemberSID';e={$_.SID}} } | Export-Csv members.csv -NoTypeInformation -Encoding UTF8
` + a.t("\nExit codes: 0 done, 2 usage or a file that cannot be read, 3 done, but for lines that say nothing of rights.", "\nCodes de sortie : 0 fait, 2 usage ou fichier illisible, 3 fait, sauf des lignes qui ne disent rien de droits."),
		Example: `  recense access import --source commun --root 'D:\commun' --folders icacls.txt
  recense access import --source commun --share commun --shares shares.csv --root 'D:\commun' --folders folders.csv --members members.csv`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.importAccess(o) },
	}
	f := imp.Flags()
	f.StringVar(&o.source, "source", "", a.t("source, as scans name it", "source, comme les analyses la nomment"))
	f.StringVar(&o.share, "share", "", a.t("name of the share in --shares", "nom du partage dans --shares"))
	f.StringVar(&o.shares, "shares", "", a.t("permissions of shares (CSV)", "droits des partages (CSV)"))
	f.StringVar(&o.root, "root", "", a.t("folder of the source as --folders names it", "dossier de la source tel que --folders le nomme"))
	f.StringVar(&o.folders, "folders", "", a.t("permissions of folders (CSV, or a list of icacls or getfacl)", "droits des dossiers (CSV, ou liste d'icacls ou de getfacl)"))
	f.StringVar(&o.members, "members", "", a.t("members of groups (CSV)", "membres des groupes (CSV)"))
	a.configFlag(f, &o.config)
	f.StringVar(&o.state, "state", "", a.t("state folder", "dossier d'état"))
	f.BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
	c.AddCommand(imp)
	return c
}

func (o *accessOptions) check(a *app) error {
	switch {
	case o.source == "":
		return usageError("", "%s", a.t("access import needs --source", "access import demande --source"))
	case o.shares == "" && o.folders == "":
		return usageError("", "%s", a.t("access import needs --shares or --folders", "access import demande --shares ou --folders"))
	case (o.shares == "") != (o.share == ""):
		return usageError("", "%s", a.t("--shares and --share go together", "--shares et --share vont ensemble"))
	case (o.folders == "") != (o.root == ""):
		return usageError("", "%s", a.t("--folders and --root go together", "--folders et --root vont ensemble"))
	}
	return nil
}

func (a *app) importAccess(o accessOptions) error {
	if err := o.check(a); err != nil {
		return err
	}
	names, err := detectors.NewEngine(detectors.All(), detectors.Options{})
	if err != nil {
		return err
	}
	mask := func(p string) string {
		p, _ = scanner.Mask(names, p)
		return p
	}
	state, err := a.stateFolder(o.state)
	if err != nil {
		return err
	}
	if err := a.knownSource(state, o); err != nil {
		return err
	}
	r, counts := &access.Rights{}, access.Counts{}
	for _, file := range []struct {
		path string
		read func(io.Reader) error
	}{
		{o.members, func(in io.Reader) error { return r.ReadMembers(o.members, in, &counts) }}, // names of lists without SIDs
		{o.shares, func(in io.Reader) error { return r.ReadShares(o.shares, in, o.share, &counts) }},
		{o.folders, func(in io.Reader) error { return r.ReadFolders(o.folders, in, o.root, mask, &counts) }},
	} {
		if err := readRights(file.path, file.read); err != nil {
			return usageError("", "%w", err)
		}
	}
	if err := o.took(a, r, &counts, mask); err != nil {
		return err
	}
	if err := a.audit(state, "access", fact{"source", o.source}, fact{"entries", counts.Entries}, fact{"folders", counts.Folders}, fact{"groups", counts.Groups}); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	all, err := loadRights(state)
	if err != nil {
		return err
	}
	all[o.source] = r
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := replaceFile(rightsFile(state), data); err != nil {
		return &exitError{code: exitAborted, err: err}
	}
	fmt.Fprintf(a.err, a.t("entries: %d, folders: %d, groups: %d; left out: %d without a SID, %d of other places\n",
		"droits : %d, dossiers : %d, groupes : %d ; laissés de côté : %d sans SID, %d d'autres lieux\n"),
		counts.Entries, counts.Folders, counts.Groups, counts.WithoutSID, counts.Elsewhere)
	if counts.Unread == 0 {
		return nil
	}
	at := strings.Trim(fmt.Sprint(counts.Lines), "[]")
	if counts.Unread > len(counts.Lines) {
		at += "…"
	}
	fmt.Fprintf(a.err, a.t("lines of %s that say nothing of rights: %d (%s)\n", "lignes de %s qui ne disent rien de droits : %d (%s)\n"), o.folders, counts.Unread, strings.ReplaceAll(at, " ", ", "))
	return quiet(exitIncomplete)
}

// knownSource refuses rights for a source that no run and no configuration has: they would
// be joined with nothing. Where there is neither yet, any name goes.
func (a *app) knownSource(state string, o accessOptions) error {
	c, err := a.readConfig(o.config)
	if err != nil {
		return err
	}
	names := c.Names()
	if exists(filepath.Join(state, "journal.db")) {
		runs, err := a.runsOf(state)
		if err != nil {
			return err
		}
		for _, r := range runs {
			names = append(names, sourceNames(r)...)
		}
	}
	if len(names) == 0 || slices.Contains(names, o.source) {
		return nil
	}
	slices.Sort(names)
	return usageError(a.t("The sources are ", "Les sources sont ")+strings.Join(slices.Compact(names), ", ")+".", a.t("no source %q", "pas de source %q"), o.source)
}

// took refuses an import whose --share or --root names nothing of the file.
func (o *accessOptions) took(a *app, r *access.Rights, c *access.Counts, mask func(string) string) error {
	hint := ""
	if len(c.Others) > 0 {
		hint = a.t("The file has ", "Le fichier a ") + mask(strings.Join(c.Others, ", ")) + a.t(", for example.", ", par exemple.")
	}
	switch {
	case o.shares != "" && len(r.Share) == 0:
		return usageError(hint, a.t("%s has no permissions of the share %q", "%s n'a pas de droits du partage %q"), o.shares, o.share)
	case o.folders != "" && c.Folders == 0:
		return usageError(hint, a.t("%s has no folder under %q", "%s n'a pas de dossier sous %q"), o.folders, o.root)
	}
	return nil
}

func readRights(path string, read func(io.Reader) error) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fileError("open", path, err)
	}
	defer f.Close()
	return read(f)
}

func rightsFile(state string) string { return filepath.Join(state, "access.json") }

// loadRights reads what was imported, by source; none is no error.
func loadRights(state string) (map[string]*access.Rights, error) {
	all := map[string]*access.Rights{}
	data, err := os.ReadFile(rightsFile(state))
	if errors.Is(err, os.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, fileError("read", rightsFile(state), err)
	}
	if json.Unmarshal(data, &all) != nil {
		return nil, fmt.Errorf("read %q: damaged; import the rights again", rightsFile(state))
	}
	return all, nil
}

// rightsOf returns what joins imported rights with a location.
func (a *app) rightsOf(state string) (func(*inventory.Location), error) {
	if state == "" {
		return func(*inventory.Location) {}, nil
	}
	all, err := loadRights(state)
	return func(l *inventory.Location) {
		if r := all[l.Source]; r != nil {
			r.Apply(l)
		}
	}, err
}
