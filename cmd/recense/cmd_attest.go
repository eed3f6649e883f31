package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"recense/report/attestation"
	"recense/report/sealed"
	"recense/report/words"
)

func (a *app) newAttest() *cobra.Command {
	c := &cobra.Command{
		Use:   "attest",
		Short: a.t("statements of coverage: verify them", "attestations de couverture : les vérifier"),
		Long: a.t("Every run writes attestation.json and a French page: what was looked at, with what, and\nwhat was not; signed (Ed25519) and chained to the statement before. It states no conformity.",
			"Chaque analyse écrit attestation.json et une page : ce qui a été regardé, avec quoi, et ce\nqui ne l'a pas été ; signée (Ed25519) et chaînée à la précédente. Elle ne certifie aucune conformité."),
	}
	var state, public string
	verify := &cobra.Command{
		Use:   "verify FOLDER",
		Short: a.t("check signature, chain and hashes of the statement of a run", "contrôler la signature, la chaîne et les empreintes de l'attestation d'une analyse"),
		Long: a.t(`verify reads attestation.json in the folder of a run and checks its signature, by the
key of the state folder or --public-key; its place in the chain of the state folder; and
the hashes of the documents beside it.

Exit codes: 0 it holds, 1 it does not, 2 usage or nothing to check.`,
			`verify lit attestation.json dans le dossier d'une analyse et contrôle sa signature, par
la clé du dossier d'état ou --public-key ; sa place dans la chaîne du dossier d'état ;
et les empreintes des documents qui l'accompagnent.

Codes de sortie : 0 elle tient, 1 elle ne tient pas, 2 usage ou rien à contrôler.`),
		Args: a.atLeast(1, "attest verify needs the FOLDER of a run", "attest verify demande le DOSSIER d'une analyse"),
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyAttestation(args[0], state, public) },
	}
	verify.Flags().StringVar(&state, "state", "", a.t("state folder", "dossier d'état"))
	verify.Flags().StringVar(&public, "public-key", "", a.t("key to trust, 64 hexadecimal digits, where there is no state folder", "clé de confiance, 64 chiffres hexadécimaux, là où il n'y a pas de dossier d'état"))
	verify.Flags().BoolP("help", "h", false, a.t("show this help", "afficher cette aide"))
	c.AddCommand(verify)
	return c
}

func (a *app) verifyAttestation(folder, state, public string) error {
	data, err := os.ReadFile(filepath.Join(folder, attestationFile))
	if err != nil {
		hint := ""
		if exists(filepath.Join(folder, attestationFile) + sealed.Suffix) {
			hint = a.t("It is encrypted: decrypt "+attestationFile+sealed.Suffix+" beside the other documents, which stay as they are.",
				"Elle est chiffrée : déchiffrez "+attestationFile+sealed.Suffix+" à côté des autres documents, qui restent tels quels.")
		}
		return usageError(hint, "%w", fileError("read", filepath.Join(folder, attestationFile), err))
	}
	trusted, links, err := a.trusted(state, public)
	if err != nil {
		return err
	}
	s, err := attestation.Open(data, trusted)
	if err != nil {
		return a.refused(err)
	}
	if public == "" {
		if err := inChain(links, s, attestation.Hash(data)); err != nil {
			return a.refused(err)
		}
	}
	for _, o := range s.Hashes.Outputs {
		if filepath.Base(o.Name) != o.Name {
			return a.refused(attestation.ErrForm)
		}
		sum, err := hashFile(filepath.Join(folder, o.Name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			return a.refused(words.Errorf("document %s is missing", "le document %s manque", o.Name))
		case err != nil:
			return usageError("", "%w", err)
		case sum != o.Value:
			return a.refused(words.Errorf("document %s was changed", "le document %s a été modifié", o.Name))
		}
	}
	fmt.Fprintf(a.out, a.t("run %s: signature, chain and %d documents hold\n", "analyse %s : la signature, la chaîne et %d documents tiennent\n"), s.Run, len(s.Hashes.Outputs))
	return nil
}

// trusted returns the key to check with and, from a state folder, its chain.
func (a *app) trusted(state, public string) (ed25519.PublicKey, []link, error) {
	if public != "" {
		k, err := hex.DecodeString(public)
		if err != nil || len(k) != ed25519.PublicKeySize {
			return nil, nil, usageError("", "%s", a.t("--public-key takes 64 hexadecimal digits", "--public-key prend 64 chiffres hexadécimaux"))
		}
		return k, nil, nil
	}
	dir, err := a.stateFolder(state)
	if err != nil {
		return nil, nil, err
	}
	if !exists(filepath.Join(dir, signingKeyFile)) {
		return nil, nil, usageError(a.t("Give the key with --public-key.", "Donnez la clé avec --public-key."), "%s", a.t("no signing key in the state folder", "pas de clé de signature dans le dossier d'état"))
	}
	key, err := signingKey(dir)
	if err != nil {
		return nil, nil, usageError("", "%w", err)
	}
	links, err := chain(dir)
	if err != nil {
		return nil, nil, usageError("", "%w", err)
	}
	return key.Public().(ed25519.PublicKey), links, nil
}

// inChain checks that an attestation stands in the chain behind the one it names.
func inChain(links []link, s *attestation.Statement, sum string) error {
	for i, l := range links {
		previous := ""
		if i > 0 {
			previous = links[i-1].SHA256
		}
		if l.Previous != previous {
			return words.Errorf("the chain is broken before run %s", "la chaîne est rompue avant l'analyse %s", l.Run)
		}
		if l.SHA256 == sum {
			if l.Run != s.Run || s.Previous != previous {
				return words.Errorf("it names another attestation before it than the chain does", "elle nomme une autre attestation avant elle que la chaîne")
			}
			return nil
		}
	}
	return words.Errorf("it is not in the chain", "elle n'est pas dans la chaîne")
}

func (a *app) refused(err error) error {
	return &exitError{code: exitFound, err: fmt.Errorf("%s: %w", a.t("the statement does not hold", "l'attestation ne tient pas"), err)}
}
